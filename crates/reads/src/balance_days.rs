//! A prepaid account day by day (R1-06 to R1-09): what was available, frozen and owed at each day's end, the lines in force, and
//! when its promotions were suspended and went on. Reads back from the newest movement by the ledger's own pointers.

use std::sync::Arc;

use serde::Serialize;
use zaiton_engine::StoreError;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, LocalDate, Money, Partition, Timestamp};
use zaiton_notices::Notice;
use zaiton_prepaid::{AccountId, PrepaidAccount, PrepaidPolicy, ProgrammeId};
use zaiton_store::Queries;
use zaiton_store::report::DayEnd;

use crate::standing::{LinesInForce, RESUMED, SUSPENDED};
use crate::whose::{account_of, read};

/// Days that may be asked for at once.
pub const DAYS: usize = 400;
/// Notices read at once; a period has at most [`NOTICES`] pages of them.
const PAGE: i64 = 500;
const NOTICES: usize = 10;

/// An account day by day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct BalanceDays {
    /// The account.
    pub account: AccountId,
    /// The currency of all its money.
    pub currency: Currency,
    /// The first day.
    pub from: LocalDate,
    /// The last day.
    pub to: LocalDate,
    /// A day each, in the order of the calendar. Of a day that is not over yet, what is there now.
    pub days: Vec<BalanceDay>,
    /// When promotions were suspended and went on, in the order of time.
    pub breaker: Vec<BreakerMove>,
}

/// A day's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct BalanceDay {
    /// The day, in the platform's zone.
    pub day: LocalDate,
    /// To spend (2110).
    pub available: Money,
    /// Kept for orders that are not complete (2120).
    pub frozen: Money,
    /// Fees that are owed (1120).
    pub owed: Money,
    /// The lines by the operator's figures of the day's end and by the merchant's lines of now; none before alerts are set.
    pub lines: Option<LinesInForce>,
}

/// Which way a breaker moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakerWay {
    /// Promotions were suspended.
    Opened,
    /// They went on.
    Closed,
}

/// A breaker opened or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct BreakerMove {
    /// When.
    pub at: Timestamp,
    /// Which way.
    pub way: BreakerWay,
}

/// Which days of which account.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The merchant's partition.
    pub partition: Partition,
    /// The programme.
    pub programme: ProgrammeId,
    /// The first day.
    pub from: LocalDate,
    /// The last day, not before the first; at most [`DAYS`] days in all.
    pub to: LocalDate,
}

/// An account day by day; none without an account. `policy_at` gives the operator's figures of a moment.
///
/// # Errors
/// The database cannot be read, or the period has more movements than one report reads.
pub fn balance_days(
    queries: &Queries,
    asked: Asked,
    policy_at: &dyn Fn(Timestamp) -> Arc<PrepaidPolicy>,
) -> Result<Option<BalanceDays>, StoreError> {
    let Asked { partition, programme, from, to } = asked;
    let Some(account) = account_of(queries, partition, programme)? else { return Ok(None) };
    let zone = Zone::shanghai();
    let mut dates = Vec::new();
    let mut day = from;
    while day <= to && dates.len() < DAYS {
        dates.push(day);
        day = day.next();
    }
    let ends: Vec<Timestamp> = dates.iter().map(|day| day.next().start_in(&zone)).collect();
    let currency = account.currency;
    let found = queries.day_ends(partition, zaiton_kernel::Id::raw(programme), currency, &ends)?;
    let of = |(day, (end, at)): (&LocalDate, (&DayEnd, &Timestamp))| BalanceDay {
        day: *day,
        available: Money::new(end.available, currency),
        frozen: Money::new(end.frozen, currency),
        owed: Money::new(end.owed, currency),
        lines: LinesInForce::of(&account, &policy_at(at.plus_seconds(-1))),
    };
    let days = dates.iter().zip(found.iter().zip(&ends)).map(of).collect();
    let breaker = moves(queries, partition, &account, (from.start_in(&zone), day.start_in(&zone)))?;
    Ok(Some(BalanceDays { account: account.id, currency, from, to, days, breaker }))
}

/// From the notices that say so: an account's opener is told of each.
fn moves(
    queries: &Queries,
    partition: Partition,
    account: &PrepaidAccount,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<BreakerMove>, StoreError> {
    let about = account.id.to_string();
    let mut found = Vec::new();
    for (topic, way) in [(SUSPENDED, BreakerWay::Opened), (RESUMED, BreakerWay::Closed)] {
        let mut before = i64::MAX;
        for _ in 0..NOTICES {
            let page = queries.notices_of(partition, topic, before, PAGE)?;
            let Some(last) = page.last() else { break };
            before = last.id;
            let mut is_over = false;
            for row in &page {
                let notice: Notice = read(&row.body)?;
                is_over = notice.at < from;
                if notice.subject == about && !is_over && notice.at < to {
                    found.push(BreakerMove { at: notice.at, way });
                }
            }
            if is_over {
                break;
            }
        }
    }
    found.sort_unstable();
    // An account that begins to close tells nobody: its breaker is closed with it.
    let is_open = found.last().is_some_and(|last| last.way == BreakerWay::Opened);
    let closing = account.closing_since.filter(|at| is_open && *at < to);
    found.extend(closing.map(|at| BreakerMove { at, way: BreakerWay::Closed }));
    Ok(found)
}
