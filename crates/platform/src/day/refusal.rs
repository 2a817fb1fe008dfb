//! Why a day's count is not taken, and what is said when money is missing. Never decides.

use zaiton_kernel::{LocalDate, Money, Refusal, Timestamp};
use zaiton_ledger::client_money::ClientMoney;

zaiton_kernel::refusals! {
    /// Why a command to a day was refused.
    DayRefusal, "platform.day";
    /// A count of this number is there, with other figures.
    CountedOtherwise {
        /// The day.
        day: LocalDate,
        /// The last count's number.
        number: u32,
    } = "counted_otherwise", "L-7",
        why("该次清点已记录，金额不同。", "This count of the day is recorded, with other figures."),
        cure("请重新清点。", "Count the day again.");
    /// Counts have numbers without a gap.
    NotTheNext {
        /// The day.
        day: LocalDate,
        /// The number given.
        number: u32,
        /// The number that is next.
        next: u32,
    } = "not_the_next", "L-7",
        why("清点序号不连续。", "This is not the next count of the day."),
        cure("请使用下一个序号。", "Use the number that is next.");
    /// The day was never counted.
    NotCounted {
        /// The day.
        day: LocalDate,
    } = "not_counted", "L-7",
        why("该日没有清点记录。", "This day was never counted."),
        cure("请选择有记录的日期。", "Choose a day that was counted.");
    /// The time has not come.
    TooEarly {
        /// When it comes.
        due: Timestamp,
    } = "too_early", "L-7",
        why("还没到清点时间。", "The time to count has not come."),
        cure("请等到该时间。", "Wait until then.");
    /// Rule L-I13. Less is there than is owed to clients.
    Short {
        /// The day.
        day: LocalDate,
        /// Owed to clients.
        owed: Money,
        /// On its way between partitions.
        on_its_way: Money,
        /// What lies on client accounts.
        cover: Money,
        /// What is missing.
        shortfall: Money,
    } = "short", "L-I13",
        why("客户资金不足：银行余额少于应付客户款项。", "Clients' money is short: less lies on client accounts than is owed."),
        cure("请补足后重新清点。", "Bring the cover up, then count the day again.");
}

/// What a person is told of a currency that is short.
#[must_use]
pub fn short(day: LocalDate, money: &ClientMoney) -> Refusal {
    let ClientMoney { owed, on_its_way, cover, shortfall, .. } = *money;
    DayRefusal::Short { day, owed, on_its_way, cover, shortfall }.into()
}
