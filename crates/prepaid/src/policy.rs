//! The figures that an operator may set for prepaid accounts, with the defaults of the specification. Never a
//! rule: the rules that use them are in the aggregates.

use serde::{Deserialize, Serialize};
use zaiton_kernel::BasisPoints;

/// Rule K-6. What happens to a fee that is larger than what is available.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArrearsMode {
    /// Nothing is frozen, the whole fee is owed.
    Full,
    /// What is available is frozen, the rest is owed.
    Gap,
}

/// Rule K-27. When a low balance is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertMode {
    /// On crossing, and again at set hours while below.
    WhileBelow,
    /// On crossing only.
    Crossing,
}

/// Whose revenue a settled fee is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Ours, with output tax: 4040 and 2210.
    Principal,
    /// The programme funder's, whole: 2330.
    Agent,
}

/// The figures of prepaid accounts. Amounts are minor units of the account's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrepaidPolicy {
    /// Rule R1-17. The least a top-up may be, inclusive; minor units.
    pub topup_min_minor: i64,
    /// Machine M7. A request without money ends after so many 24-hour days.
    pub topup_expires_days: u16,
    /// Requests of one account that may wait at once: a bound on the account's list.
    pub max_open_topups: u8,
    /// Rules R1-04, K-5. Contacts of an account, at most.
    pub max_contacts: u8,
    /// Rules R1-08, K-1. The operator's suspension line, minor units: the merchant's is never below.
    pub suspend_below_minor: i64,
    /// Rules R1-09, K-3. Strictly above it promotions go on, minor units; never below an account's suspension line.
    pub resume_above_minor: i64,
    /// Rules R1-12, K-2. The floor, minor units: below it no offer is made.
    pub hard_floor_minor: i64,
    /// Rule R1-10. Minutes between two looks at a breaker that is not closed.
    pub recheck_minutes: u16,
    /// Rule R1-11. Promotions that go on at once when the breaker closes; the others follow so many at a time.
    pub resume_batch: u8,
    /// Rule R1-11. Seconds between two such batches.
    pub resume_every_seconds: u16,
    /// Promotions of one account that have not ended: a bound on the account's list.
    pub max_promotions: u8,
    /// Rule R1-07. Alerts of one calendar day, at most, the crossing included.
    pub alert_max_per_day: u8,
    /// Rules R1-07, K-27. Minutes of the day at which an alert is repeated, rising.
    pub alert_repeat_at: Vec<u16>,
    /// Rule K-27.
    pub alert_mode: AlertMode,
    /// Rule R1-40. How long a quote is good for, seconds.
    pub quote_seconds: u32,
    /// Machine M9. Hours for which what was told of an order waits for its placing, before a person is asked.
    pub early_hours: u16,
    /// Rule K-6.
    pub arrears_mode: ArrearsMode,
    /// Value added tax that a settled fee includes.
    pub vat_bps: BasisPoints,
    /// Principal or agent.
    pub model: Model,
}

impl Default for PrepaidPolicy {
    fn default() -> Self {
        Self {
            topup_min_minor: 300_000,
            topup_expires_days: 15,
            max_open_topups: 20,
            max_contacts: 3,
            suspend_below_minor: 100_000,
            resume_above_minor: 100_000,
            hard_floor_minor: 20_000,
            recheck_minutes: 20,
            resume_batch: 10,
            resume_every_seconds: 60,
            max_promotions: 100,
            alert_max_per_day: 4,
            alert_repeat_at: vec![9 * 60, 12 * 60, 15 * 60, 18 * 60],
            alert_mode: AlertMode::WhileBelow,
            quote_seconds: 600,
            early_hours: 24,
            arrears_mode: ArrearsMode::Full,
            vat_bps: BasisPoints::new(600),
            model: Model::Principal,
        }
    }
}
