//! The figures that an operator may set for prepaid accounts, with the defaults of the specification. Never a
//! rule: the rules that use them are in the aggregates.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{BasisPoints, Refusal, Rule, Text};

/// Rule K-6. What happens to a fee that is larger than what is available.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArrearsMode {
    /// Nothing is frozen, the whole fee is owed.
    Full,
    /// What is available is frozen, the rest is owed.
    Gap,
}

/// Rule R1-02. Who may open an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpenTo {
    /// Suppliers of the platform whose settlement keeps them out of the programme otherwise.
    SelfRun,
    /// Every merchant.
    Everyone,
}

/// Rule K-27. When a low balance is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertMode {
    /// On crossing, and again at set hours while below.
    WhileBelow,
    /// On crossing only.
    Crossing,
}

/// Whose revenue a settled fee is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Ours, with output tax: 4040 and 2210.
    Principal,
    /// The programme funder's, whole: 2330.
    Agent,
}

/// The figures of prepaid accounts. Amounts are minor units of the account's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PrepaidPolicy {
    /// Rule R1-02. Who may open an account.
    pub open_to: OpenTo,
    /// Rule R1-17. The least a top-up may be, inclusive; minor units.
    pub topup_min_minor: i64,
    /// Machine M7. A request without money ends after so many 24-hour days.
    pub topup_expires_days: u16,
    /// Requests of one account that may wait at once: a bound on the account's list.
    pub max_open_topups: u8,
    /// Rules R1-04, K-5. Contacts of an account, at most.
    pub max_contacts: u8,
    /// Rule R1-04. Minutes for which a code that proves a contact is good.
    pub code_minutes: u16,
    /// Rule R1-04. Wrong codes that make it void.
    pub code_tries: u8,
    /// Rule R1-04. Seconds between two codes to one contact.
    pub code_wait_seconds: u16,
    /// Rule R1-04. Codes to one contact on one calendar day, at most.
    pub codes_per_day: u8,
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
    /// Machine M8. The least a withdrawal may be, inclusive; minor units.
    pub withdrawal_min_minor: i64,
    /// Rule R1-27. Strictly above it finance approves too; minor units.
    pub withdrawal_finance_above_minor: i64,
    /// Machine M8. A changed bank card is used after so many 24-hour days.
    pub withdrawal_cooling_days: u16,
    /// Machine M8. A bank that has not answered for so many 24-hour days is asked by a person.
    pub withdrawal_answer_days: u16,
    /// Machine M8. Withdrawals of one account that may be open at once: a bound on the account's list. More
    /// than one, so that one that waits for a bank or a person does not lock the rest of the money; few, so
    /// that people see them all.
    pub max_open_withdrawals: u8,
    /// Value added tax that a settled fee includes.
    pub vat_bps: BasisPoints,
    /// Principal or agent.
    pub model: Model,
}

impl Default for PrepaidPolicy {
    fn default() -> Self {
        Self {
            open_to: OpenTo::SelfRun,
            topup_min_minor: 300_000,
            topup_expires_days: 15,
            max_open_topups: 20,
            max_contacts: 3,
            code_minutes: 10,
            code_tries: 5,
            code_wait_seconds: 60,
            codes_per_day: 5,
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
            withdrawal_min_minor: 10_000,
            withdrawal_finance_above_minor: 5_000_000,
            withdrawal_cooling_days: 3,
            withdrawal_answer_days: 5,
            max_open_withdrawals: 3,
            vat_bps: BasisPoints::new(600),
            model: Model::Principal,
        }
    }
}

/// A figure that is out of its range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    /// The figure's name.
    pub key: &'static str,
    /// What was given.
    pub found: i64,
    /// The least it may be.
    pub least: i64,
    /// The most it may be.
    pub most: i64,
}

impl PrepaidPolicy {
    /// Rule R5-31. Every figure with its range: name, value, least, most. Amounts in minor units.
    #[must_use]
    pub fn ranges(&self) -> Vec<(&'static str, i64, i64, i64)> {
        let (none, large) = (0, 1_000_000_000_000);
        vec![
            ("topup_min_minor", self.topup_min_minor, 1, large),
            ("topup_expires_days", i64::from(self.topup_expires_days), 1, 90),
            ("max_open_topups", i64::from(self.max_open_topups), 1, 100),
            ("max_contacts", i64::from(self.max_contacts), 1, 10),
            ("code_minutes", i64::from(self.code_minutes), 1, 60),
            ("code_tries", i64::from(self.code_tries), 1, 10),
            ("code_wait_seconds", i64::from(self.code_wait_seconds), none, 3_600),
            ("codes_per_day", i64::from(self.codes_per_day), 1, 20),
            ("suspend_below_minor", self.suspend_below_minor, self.hard_floor_minor, large),
            ("resume_above_minor", self.resume_above_minor, self.suspend_below_minor, large),
            ("hard_floor_minor", self.hard_floor_minor, none, large),
            ("recheck_minutes", i64::from(self.recheck_minutes), 1, 1_440),
            ("resume_batch", i64::from(self.resume_batch), 1, 100),
            ("resume_every_seconds", i64::from(self.resume_every_seconds), 1, 3_600),
            ("max_promotions", i64::from(self.max_promotions), 1, 200),
            ("alert_max_per_day", i64::from(self.alert_max_per_day), 1, 4),
            ("withdrawal_min_minor", self.withdrawal_min_minor, 1, large),
            ("withdrawal_finance_above_minor", self.withdrawal_finance_above_minor, none, large),
            ("withdrawal_cooling_days", i64::from(self.withdrawal_cooling_days), none, 90),
            ("withdrawal_answer_days", i64::from(self.withdrawal_answer_days), 1, 90),
            ("max_open_withdrawals", i64::from(self.max_open_withdrawals), 1, 100),
            ("quote_seconds", i64::from(self.quote_seconds), 1, 86_400),
            ("early_hours", i64::from(self.early_hours), 1, 720),
            ("vat_bps", i64::from(self.vat_bps.get()), none, 10_000),
        ]
    }

    /// Rule R5-31. Whether every figure lies in its range.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self) -> Result<(), OutOfRange> {
        let outside = self.ranges().into_iter().find(|(_, found, least, most)| found < least || found > most);
        if let Some((key, found, least, most)) = outside {
            return Err(OutOfRange { key, found, least, most });
        }
        let (times, minutes) = (self.alert_repeat_at.len(), 24 * 60);
        let rising = self.alert_repeat_at.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        let last = i64::from(self.alert_repeat_at.last().copied().unwrap_or(0));
        if times > 24 || !rising || last >= minutes {
            return Err(OutOfRange { key: "alert_repeat_at", found: last, least: 0, most: minutes - 1 });
        }
        Ok(())
    }
}

impl From<OutOfRange> for Refusal {
    fn from(outside: OutOfRange) -> Self {
        Self::new(
            "prepaid.policy.out_of_range",
            Rule::new("R5-31"),
            Text::new("该数值超出允许范围。", "This figure is out of its range."),
            Text::new("请填写允许范围内的数值。", "Give a figure within its range."),
        )
        .with("key", outside.key)
        .with("found", outside.found)
        .with("least", outside.least)
        .with("most", outside.most)
    }
}

#[cfg(test)]
mod tests {
    use zaiton_boundary as boundary;

    use super::*;

    /// Rules R5-31, K-3: every figure at its ends, and one beyond.
    #[test]
    fn figures_lie_in_their_ranges() {
        let default = PrepaidPolicy::default();
        assert_eq!(default.check(), Ok(()));
        boundary::inside("R5-31", "the defaults");
        let below = PrepaidPolicy { resume_above_minor: 99_999, ..default.clone() };
        let refusal =
            boundary::refused("R5-31", "resuming below the suspension line", below.check().unwrap_err());
        assert_eq!(refusal.figure("key"), Some("resume_above_minor"));
        let floor = PrepaidPolicy { hard_floor_minor: 100_000, ..default.clone() };
        assert_eq!(floor.check(), Ok(()));
        let floor = PrepaidPolicy { hard_floor_minor: 100_001, ..default.clone() };
        boundary::refused("R5-31", "a floor above the suspension line", floor.check().unwrap_err());
        let none = PrepaidPolicy { alert_max_per_day: 0, ..default.clone() };
        boundary::refused("R5-31", "no alert at all", none.check().unwrap_err());
        for (hours, good) in
            [(vec![0, 1_439], true), (vec![1_440], false), (vec![9, 9], false), (vec![], true)]
        {
            let policy = PrepaidPolicy { alert_repeat_at: hours.clone(), ..default.clone() };
            assert_eq!(policy.check().is_ok(), good, "{hours:?}");
        }
    }
}
