//! Why a bank account refuses. Never decides.

use zaiton_kernel::{Currency, Money};

use super::{BankAccountId, CommandKind};
use crate::held::HeldStatementId;
use crate::payment::PaymentId;

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
    /// A command other than opening, before it is opened.
    OpenFirst {
        /// The command.
        command: CommandKind,
    } = "open_first", "R1-14",
        why("该银行账户尚未登记。", "This bank account is not open yet."),
        cure("请先登记银行账户。", "Open the bank account first.");
    /// The half of another account.
    HalfOfAnother {
        /// The account whose half it is.
        own_account: BankAccountId,
    } = "half_of_another", "P21",
        why("该笔划转属于另一银行账户。", "This half of a transfer is another account's."),
        cure("请核对收付账户。", "Check which accounts the transfer is between.");
    /// A sweep or a cover that would begin and end on client money.
    NotOurOwnMoney {
        /// The account.
        account: BankAccountId,
    } = "not_our_own_money", "P21",
        why("该银行账户存放客户资金，不是自有资金账户。", "This bank account holds client money, not our own."),
        cure("请选择自有资金账户。", "Name an account of our own money.");
    /// A transfer that is not above zero, or in another currency.
    TransferAmount {
        /// The amount.
        amount: Money,
        /// The account's currency.
        expected: Currency,
    } = "transfer_amount", "P21",
        why("划转金额或币种不正确。", "A transfer is above zero and in the account's currency."),
        cure("请核对划转金额和币种。", "Check the transfer's amount and currency.");
    /// More would be on its way than can be counted.
    TransferTooMuch {
        /// The amount.
        amount: Money,
        /// What is on its way.
        expected: Money,
    } = "transfer_too_much", "P21",
        why("在途划转金额超出上限。", "More would be on its way than can be counted."),
        cure("请先处理在途划转。", "Deal with the transfers on their way first.");
    /// Less was announced than is said to have come.
    NotExpected {
        /// The line's amount.
        amount: Money,
        /// What was announced and has not come.
        expected: Money,
    } = "not_expected", "P21",
        why("该金额大于已登记的在途划转。", "Less is expected from our other accounts than this line brings or takes."),
        cure("请先处理划转的另一端，或核对金额。", "Decide about the transfer's other end first, or check the amount.");
    /// Too many payments wait for a file.
    QueueFull {
        /// The payment.
        payment: PaymentId,
        /// How many wait.
        waiting: usize,
        /// The most that may.
        at_most: usize,
    } = "queue_full", "M8",
        why("等待进入付款文件的付款过多。", "Too many payments wait for a file."),
        cure("请先建付款文件并放行，再提交付款。", "Make a payment file and release it, then try again.");
    /// A statement of this name is held.
    HeldBefore {
        /// The bank's name of it.
        statement_id: String,
        /// As what it is held.
        held: HeldStatementId,
    } = "held_before", "K-43",
        why("同一编号的对账单正在等待处理。", "A statement of this name is held already."),
        cure("请先处理等待中的对账单。", "Take or drop the one that is held.");
    /// Too many statements are held.
    HeldFull {
        /// The bank's name of the statement.
        statement_id: String,
        /// How many are held.
        held: usize,
        /// The most that may be.
        at_most: usize,
    } = "held_full", "K-43",
        why("等待处理的对账单过多。", "Too many statements are held."),
        cure("请先导入缺少的对账单，或处理等待中的对账单。", "Take the missing statement, or decide about those that are held.");
}

impl BankAccountRefusal {
    /// The state refuses the command, whatever its figures.
    #[must_use]
    pub const fn closes(&self) -> bool {
        match self {
            Self::OpenedOtherwise { .. }
            | Self::NotOpened { .. }
            | Self::OpenFirst { .. }
            | Self::NotOurOwnMoney { .. } => true,
            Self::NumberUnreadable { .. }
            | Self::NameMissing { .. }
            | Self::Currency { .. }
            | Self::HalfOfAnother { .. }
            | Self::TransferAmount { .. }
            | Self::TransferTooMuch { .. }
            | Self::NotExpected { .. }
            | Self::QueueFull { .. }
            | Self::HeldBefore { .. }
            | Self::HeldFull { .. } => false,
        }
    }
}
