//! Why the statement of a month is not recorded, in the order the rules list the reasons. Never decides.

use zaiton_kernel::{Currency, Money, Month};

refusals! {
    /// Why a command to a month's statement was refused.
    MonthRefusal, "prepaid.month";
    /// It is recorded, and its figures were others.
    RecordedOtherwise {
        /// The month.
        month: Month,
        /// What it opened with.
        opening: Money,
        /// What it closed with.
        closing: Money,
    } = "recorded_otherwise", "R1-31",
        why("该月账单已生成，金额不同。", "The statement of this month is recorded, with other figures."),
        cure("请用 zaiton verify 核对账簿。", "Prove the books with zaiton verify.");
    /// The account has no month yet.
    NotActivated {
        /// The month.
        month: Month,
    } = "not_activated", "R1-31",
        why("账户尚未激活，没有月度账单。", "The account was never active, so it has no statements."),
        cure("请先完成首次充值。", "Make the first top-up first.");
    /// Another month comes first.
    NotTheNext {
        /// The month.
        month: Month,
        /// The one that is next.
        next: Month,
    } = "not_the_next", "R1-31",
        why("须按月份顺序生成账单。", "Statements are recorded month after month, and this is not the next."),
        cure("请先生成应有的月份。", "Record the month that is next.");
    /// It goes on.
    NotOver {
        /// The month.
        month: Month,
    } = "not_over", "R1-31",
        why("该月尚未结束。", "The month is not over yet."),
        cure("请等到下月一日零点以后。", "Wait until the next month has begun.");
    /// An amount in another currency.
    OtherCurrency {
        /// The account's currency.
        expected: Currency,
        /// The amount.
        found: Money,
    } = "currency", "R1-31",
        why("金额币种与账户不一致。", "An amount is not in the account's currency."),
        cure("请使用账户币种。", "Use the account's currency.");
    /// It does not open with what the month before closed with.
    OpeningDiffers {
        /// The month.
        month: Month,
        /// What it opens with.
        opening: Money,
        /// What the month before closed with.
        closed_with: Money,
    } = "opening_differs", "L-I10",
        why("期初余额与上月期末余额不符。", "It does not open with what the month before closed with."),
        cure("请用 zaiton verify 核对账簿。", "Prove the books with zaiton verify.");
    /// Opening and lines are not closing.
    DoesNotFoot {
        /// The month.
        month: Month,
        /// What it opens with.
        opening: Money,
        /// What its lines add up to.
        moved: Money,
        /// What it closes with.
        closing: Money,
    } = "does_not_foot", "L-I10",
        why("期初余额加明细不等于期末余额。", "Opening balance and lines do not make the closing balance."),
        cure("请用 zaiton verify 核对账簿。", "Prove the books with zaiton verify.");
    /// The kinds do not have as many lines as the statement.
    LinesDiffer {
        /// The month.
        month: Month,
        /// Lines said.
        lines: u32,
        /// Lines of all kinds.
        counted: u64,
    } = "lines_differ", "L-I10",
        why("明细笔数与分类合计不符。", "The kinds do not add up to the number of lines."),
        cure("请重新读取账单。", "Read the statement again.");
}
