//! Why a bank account refuses. Never decides.

use zaiton_kernel::{Currency, Money};

refusals! {
    /// Why a command to a bank account was refused.
    BankAccountRefusal, "bank.account";
    /// The number is empty, too long, or has other signs than letters and digits.
    NumberUnreadable {
        /// The number given.
        number: String,
    } = "number_unreadable", "R1-14",
        why("银行账号格式不正确。", "This is no IBAN and no account number."),
        cure("请填写 4 到 34 位字母或数字。", "Give 4 to 34 letters or digits.");
    /// Without holder or bank.
    NameMissing {
        /// The number given.
        number: String,
    } = "name_missing", "R1-14",
        why("缺少户名或开户行。", "The holder's or the bank's name is missing."),
        cure("请填写户名和开户行。", "Give both names.");
    /// Opened before, with other data.
    OpenedOtherwise {
        /// The number it was opened with.
        number: String,
    } = "opened_otherwise", "R1-14",
        why("该银行账户已登记，信息不同。", "This bank account was opened before, with other data."),
        cure("请新建一个银行账户。", "Open another bank account.");
    /// Not opened yet.
    NotOpened {
        /// The closing balance of the statement.
        closing: Money,
    } = "not_opened", "R1-14",
        why("该银行账户尚未登记。", "This bank account is not open yet."),
        cure("请先登记银行账户。", "Open the bank account first.");
    /// A statement in another currency.
    Currency {
        /// The closing balance of the statement.
        closing: Money,
        /// The account's currency.
        expected: Currency,
    } = "currency", "R1-14",
        why("对账单币种与银行账户不一致。", "The statement is not in the account's currency."),
        cure("请核对对账单所属账户。", "Check which account the statement is of.");
}

impl BankAccountRefusal {
    /// The state refuses the command, whatever its figures.
    #[must_use]
    pub const fn closes(&self) -> bool {
        match self {
            Self::OpenedOtherwise { .. } | Self::NotOpened { .. } => true,
            Self::NumberUnreadable { .. } | Self::NameMissing { .. } | Self::Currency { .. } => false,
        }
    }
}
