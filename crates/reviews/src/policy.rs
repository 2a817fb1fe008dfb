//! The figures that an operator may set for reviews, with the defaults of the specification. Never a rule.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Refusal, Rule, Text};

/// The figures of reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewPolicy {
    /// Rule R5-10. Working days for a question between desks.
    pub general_days: u16,
    /// Rules R1-14, R5-10. Working days for a ticket that was handed to another desk.
    pub ticket_days: u16,
    /// Rule R5-10. Percent of the time at which whoever has it is reminded.
    pub first_reminder_percent: u8,
    /// Rule R5-10. The same a second time.
    pub second_reminder_percent: u8,
}

impl Default for ReviewPolicy {
    fn default() -> Self {
        Self { general_days: 7, ticket_days: 3, first_reminder_percent: 50, second_reminder_percent: 80 }
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

impl ReviewPolicy {
    /// Rule R5-31. Every figure with its range: name, value, least, most.
    #[must_use]
    pub fn ranges(&self) -> Vec<(&'static str, i64, i64, i64)> {
        let first = i64::from(self.first_reminder_percent);
        vec![
            ("general_days", i64::from(self.general_days), 1, 60),
            ("ticket_days", i64::from(self.ticket_days), 1, 60),
            ("first_reminder_percent", first, 1, 98),
            ("second_reminder_percent", i64::from(self.second_reminder_percent), first + 1, 99),
        ]
    }

    /// Rule R5-31. Whether every figure lies in its range.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self) -> Result<(), OutOfRange> {
        match self.ranges().into_iter().find(|(_, found, least, most)| found < least || found > most) {
            Some((key, found, least, most)) => Err(OutOfRange { key, found, least, most }),
            None => Ok(()),
        }
    }
}

impl From<OutOfRange> for Refusal {
    fn from(outside: OutOfRange) -> Self {
        Self::new(
            "reviews.policy.out_of_range",
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

    #[test]
    fn figures_lie_in_their_ranges() {
        let usual = ReviewPolicy::default();
        assert_eq!(usual.check(), Ok(()));
        for (days, good) in [(0, false), (1, true), (60, true), (61, false)] {
            let policy = ReviewPolicy { general_days: days, ..usual.clone() };
            assert_eq!(policy.check().is_ok(), good, "{days}");
        }
        boundary::inside("R5-31", "one working day to sixty");
        let turned = ReviewPolicy { second_reminder_percent: 50, ..usual.clone() };
        let refusal = boundary::refused("R5-31", "both reminders at once", turned.check().unwrap_err());
        assert_eq!(refusal.figure("least"), Some("51"));
        let late = ReviewPolicy { second_reminder_percent: 100, ..usual };
        boundary::refused("R5-31", "a reminder when it is over", late.check().unwrap_err());
    }
}
