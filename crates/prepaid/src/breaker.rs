//! Rules R1-08 to R1-12: when the money that is left stops an account's promotions, and when it lets them go on. Pure
//! comparison of amounts; never looks at a promotion and never sends a word.

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Money;

use crate::PrepaidPolicy;
use crate::account::AlertLines;

/// Whether an account's promotions may run (machine M6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Breaker {
    /// They may.
    #[default]
    Closed,
    /// Available fell below the suspension line: they are suspended.
    Open,
    /// Available fell below the floor: they stop at once, and no offer is made.
    Floor,
}

impl fmt::Display for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::Floor => "floor",
        })
    }
}

/// The lines that an account's breaker goes by, in its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Below it promotions are suspended: the merchant's line, never below the operator's (K-1).
    pub suspend: Money,
    /// Strictly above it they go on (K-3): never below `suspend`.
    pub resume_above: Money,
    /// Below it no offer is made (K-2).
    pub floor: Money,
}

impl Lines {
    /// The lines of an account with these alert lines.
    #[must_use]
    pub fn of(alert: &AlertLines, policy: &PrepaidPolicy) -> Self {
        let currency = alert.suspend.currency();
        let money = |minor| Money::new(minor, currency);
        let at_least = |line: Money, least: i64| money(line.minor().max(least));
        let suspend = at_least(alert.suspend, policy.suspend_below_minor);
        Self {
            suspend,
            resume_above: at_least(suspend, policy.resume_above_minor),
            floor: money(policy.hard_floor_minor.min(suspend.minor())),
        }
    }
}

/// Rules R1-08, R1-09, R1-12, K-2 to K-4. The breaker with so much available. `held`: arrears are above zero, or the account
/// is restricted, which keeps an open breaker open whatever is available. At exactly a line nothing changes.
///
/// # Panics
/// Never: amounts and lines are of the account's currency.
#[must_use]
pub fn after(before: Breaker, available: Money, lines: Lines, held: bool) -> Breaker {
    let (left, suspend) = (available.minor(), lines.suspend.minor());
    if left < lines.floor.minor() {
        return Breaker::Floor;
    }
    match before {
        Breaker::Closed if left < suspend => Breaker::Open,
        Breaker::Closed => Breaker::Closed,
        Breaker::Open | Breaker::Floor if left > lines.resume_above.minor() && !held => Breaker::Closed,
        // K-53: at exactly the floor nothing changes either.
        Breaker::Floor if left == lines.floor.minor() => Breaker::Floor,
        Breaker::Open | Breaker::Floor => Breaker::Open,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zaiton_boundary as boundary;
    use zaiton_kernel::Currency;

    use super::*;

    const CNY: Currency = Currency::CNY;

    fn yuan(text: &str) -> Money {
        Money::parse(text, CNY).unwrap()
    }

    fn lines(suspend: &str) -> Lines {
        let alert = AlertLines { warning: yuan("9000.00"), suspend: yuan(suspend), contacts: Vec::new() };
        Lines::of(&alert, &PrepaidPolicy::default())
    }

    /// Checks one step with the default lines, 1000.00 and 200.00, and counts it for a rule.
    #[track_caller]
    fn check(rule: &str, before: Breaker, available: &str, want: Breaker) {
        assert_eq!(after(before, yuan(available), lines("1000.00"), false), want, "{before}, {available}");
        if before == want {
            boundary::outside(rule, format!("{before}, {available}"));
        } else {
            boundary::inside(rule, format!("{before}, {available}"));
        }
    }

    use Breaker::{Closed, Floor, Open};

    /// Rules R1-08, R1-09, K-4: below suspends, above resumes, and the line itself does neither.
    #[test]
    fn at_exactly_the_line_nothing_changes() {
        check("R1-08", Closed, "999.99", Open);
        check("R1-08", Closed, "1000.00", Closed);
        check("R1-09", Open, "1000.00", Open);
        check("R1-09", Open, "1000.01", Closed);
        check("K-4", Open, "1000.00", Open);
        check("K-4", Closed, "1000.00", Closed);
        check("K-4", Open, "1000.01", Closed);
        check("R1-08", Open, "999.99", Open);
    }

    /// Rules R1-12, K-2: the floor.
    #[test]
    fn below_the_floor_they_stop() {
        check("R1-12", Closed, "199.99", Floor);
        check("R1-12", Open, "199.99", Floor);
        check("R1-12", Open, "200.00", Open);
        check("R1-12", Floor, "200.00", Floor);
        check("R1-12", Floor, "200.01", Open);
        check("R1-12", Floor, "1000.00", Open);
        check("R1-12", Floor, "1000.01", Closed);
        // K-2: the floor is a line of its own, below the suspension line and never above it.
        let policy = |floor| PrepaidPolicy { hard_floor_minor: floor, ..PrepaidPolicy::default() };
        assert_eq!(policy(100_000).check(), Ok(()));
        boundary::inside("K-2", "a floor of 1000.00 under a suspension line of 1000.00");
        assert!(policy(100_001).check().is_err());
        boundary::outside("K-2", "a floor of 1000.01 under 1000.00");
    }

    /// Rules K-1, K-3: the merchant's higher line suspends, and resumes, at itself.
    #[test]
    fn a_merchants_line_counts_when_it_is_higher() {
        let step = |before, available, suspend| after(before, yuan(available), lines(suspend), false);
        assert_eq!(step(Closed, "2999.99", "3000.00"), Open);
        boundary::inside("K-3", "the merchant's 3000.00 suspends at 2999.99");
        assert_eq!(step(Open, "3000.00", "3000.00"), Open);
        boundary::outside("K-3", "and does not resume at 3000.00");
        assert_eq!(step(Open, "3000.01", "3000.00"), Closed);
        // A line below the operator's (it was raised since) counts as the operator's.
        assert_eq!(step(Closed, "999.99", "500.00"), Open);
    }

    /// Machine M6, K-56: an account that owes stays suspended.
    #[test]
    fn arrears_keep_it_open() {
        assert_eq!(after(Open, yuan("5000.00"), lines("1000.00"), true), Open);
        boundary::outside("M6", "5000.00 available, arrears");
        assert_eq!(after(Open, yuan("5000.00"), lines("1000.00"), false), Closed);
        boundary::inside("M6", "5000.00 available, no arrears");
        assert_eq!(after(Closed, yuan("5000.00"), lines("1000.00"), true), Closed);
    }

    proptest! {
        /// Asking again changes nothing, and more money never makes it worse.
        #[test]
        fn it_is_settled_and_monotone(first in 0_i64..300_000, second in 0_i64..300_000, start in 0..3_usize) {
            let start = [Closed, Open, Floor][start];
            let of = |minor, before| after(before, Money::new(minor, CNY), lines("1500.00"), false);
            let once = of(first, start);
            prop_assert_eq!(of(first, once), once);
            let rank = |breaker| match breaker { Closed => 0, Open => 1, Floor => 2 };
            let (less, more) = (first.min(second), first.max(second));
            prop_assert!(rank(of(more, start)) <= rank(of(less, start)));
        }
    }
}
