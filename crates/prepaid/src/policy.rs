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
            arrears_mode: ArrearsMode::Full,
            vat_bps: BasisPoints::new(600),
            model: Model::Principal,
        }
    }
}
