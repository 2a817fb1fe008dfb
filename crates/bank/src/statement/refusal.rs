//! Why a statement is not taken. Never decides.

use zaiton_kernel::{Currency, LocalDate, Money, Timestamp};

refusals! {
    /// Why a statement was refused: no line of it is taken then.
    StatementRefusal, "bank.statement";
    /// No such bank account.
    AccountUnknown {
        /// The number on the statement.
        number: String,
    } = "account_unknown", "R1-18",
        why("对账单的银行账户未登记。", "The statement is of a bank account that is not known here."),
        cure("请先登记该银行账户。", "Open the bank account first.");
    /// The statement is of another account.
    AccountDiffers {
        /// The account's number.
        expected: String,
        /// The number on the statement.
        found: String,
    } = "account_differs", "R1-18",
        why("对账单属于其他银行账户。", "The statement is of another bank account."),
        cure("请为该账户上传正确的对账单。", "Send the statement of this account.");
    /// The account is not open.
    AccountNotOpen {
        /// The account's number.
        number: String,
    } = "account_not_open", "R1-18",
        why("银行账户尚未启用。", "The bank account is not open yet."),
        cure("请先启用该银行账户。", "Open the bank account first.");
    /// The statement has no name, so a repeat could not be told.
    IdMissing {
        /// Its first day.
        from: LocalDate,
        /// Its last day.
        to: LocalDate,
    } = "id_missing", "R1-18",
        why("对账单缺少编号。", "The statement has no number or name of its own."),
        cure("请提供带编号的对账单。", "Send a statement that carries one.");
    /// Another currency than the account's.
    Currency {
        /// The account's currency.
        expected: Currency,
        /// The currency found.
        found: Currency,
        /// Where: `statement`, `opening`, `closing` or the number of a line.
        place: String,
    } = "currency", "R1-18",
        why("对账单币种与账户不一致。", "The statement is not all in the account's currency."),
        cure("请核对对账单文件。", "Check the file.");
    /// Without opening balance.
    OpeningMissing {
        /// The statement.
        statement_id: String,
    } = "opening_missing", "R1-18",
        why("对账单缺少期初余额。", "The statement has no opening balance."),
        cure("请提供含期初和期末余额的对账单。", "Send a statement with both balances.");
    /// Without closing balance.
    ClosingMissing {
        /// The statement.
        statement_id: String,
    } = "closing_missing", "R1-18",
        why("对账单缺少期末余额。", "The statement has no closing balance."),
        cure("请提供含期初和期末余额的对账单。", "Send a statement with both balances.");
    /// More lines than are taken at once.
    TooManyLines {
        /// On the statement.
        lines: usize,
        /// The most that are taken.
        at_most: usize,
    } = "too_many_lines", "R1-18",
        why("对账单行数过多。", "The statement has too many lines."),
        cure("请按较短的期间拆分。", "Ask the bank for shorter periods.");
    /// A period or a line's date that cannot be.
    Dates {
        /// The first day.
        from: LocalDate,
        /// The last day.
        to: LocalDate,
        /// The booking date that is past the last day, or the first day when the period runs backwards.
        found: LocalDate,
    } = "dates", "R1-18",
        why("对账单日期不合理。", "The dates of the statement cannot be."),
        cure("请核对对账单文件。", "Check the file.");
    /// A line of zero or less.
    LineNotPositive {
        /// Its place in the statement.
        line: u32,
        /// Its amount.
        amount: Money,
    } = "line_not_positive", "R1-18",
        why("对账单中有金额不大于零的行。", "A line of the statement is not above zero."),
        cure("请核对对账单文件。", "Check the file.");
    /// Two lines claim one place, so they could not be told apart.
    OrdinalTwice {
        /// The place.
        line: u32,
    } = "ordinal_twice", "R1-18",
        why("对账单中有重复的行号。", "Two lines of the statement have one number."),
        cure("请核对对账单文件。", "Check the file.");
    /// Opening balance + lines is not the closing balance.
    DoesNotFoot {
        /// Opening balance.
        opening: Money,
        /// Booked in.
        credits: Money,
        /// Booked out.
        debits: Money,
        /// Opening + in - out.
        expected_closing: Money,
        /// Closing balance as written.
        closing: Money,
        /// Written less expected.
        difference: Money,
    } = "does_not_foot", "R1-18",
        why("期初余额加减发生额不等于期末余额。", "Opening balance and lines do not add up to the closing balance."),
        cure("对账单可能不完整，请向银行重新获取。", "Lines may be missing: ask the bank for the statement again.");
    /// A sum that does not fit.
    Overflow {
        /// The statement.
        statement_id: String,
    } = "overflow", "R1-18",
        why("对账单金额超出上限。", "The amounts of the statement are too large."),
        cure("请核对对账单文件。", "Check the file.");
    /// Other content under the same name.
    Changed {
        /// The statement.
        statement_id: String,
        /// When the first one was accepted.
        accepted_at: Timestamp,
    } = "changed", "R1-18",
        why("同一编号的对账单已入账，内容不同。", "A statement of this name was accepted before, with other content."),
        cure("请人工核对两份对账单的差异。", "Let a person compare the two.");
}
