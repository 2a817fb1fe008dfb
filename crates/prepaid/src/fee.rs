//! The fee of an order (R1-39) and how much of a settled fee is tax. Pure arithmetic on whole minor units;
//! never knows an order.

use zaiton_kernel::{BasisPoints, Currency, Money, MoneyError, Rounding};

/// A promoted line of an order: what was paid for it, and the promotion's terms, frozen when it was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeLine {
    /// What the buyer paid for the line (or what remains of that after refunds).
    pub paid: Money,
    /// The programme's rate for the chosen term.
    pub rate: BasisPoints,
    /// The share of the fee that this merchant bears; 10,000 is all of it.
    pub funded: BasisPoints,
}

/// Basis points times basis points.
const WHOLE: i128 = 100_000_000;

/// Rule R1-39. The fee: the sum over the lines of paid x rate x share, each rounded half up to a minor unit.
/// `currency` is the account's; no lines give zero.
///
/// # Errors
/// A line in another currency, or an overflow.
pub fn fee(currency: Currency, lines: &[FeeLine]) -> Result<Money, MoneyError> {
    lines.iter().try_fold(Money::zero(currency), |sum, line| {
        let exact =
            i128::from(line.paid.minor()) * i128::from(line.rate.get()) * i128::from(line.funded.get());
        let minor = Rounding::HalfUp.divide(exact, WHOLE).ok_or(MoneyError::Overflow)?;
        sum.plus(Money::new(minor, line.paid.currency()))
    })
}

/// Rules R1-21, R1-39. The fee of what remains: each line less what was refunded of it.
///
/// # Errors
/// A line or refund in another currency, or an overflow.
pub fn fee_of_what_remains(currency: Currency, lines: &[(FeeLine, Money)]) -> Result<Money, MoneyError> {
    let left =
        |(line, refunded): &(FeeLine, Money)| Ok(FeeLine { paid: line.paid.minus(*refunded)?, ..*line });
    fee(currency, &lines.iter().map(left).collect::<Result<Vec<_>, MoneyError>>()?)
}

/// The tax inside an amount that includes it: amount x rate / (1 + rate), rounded half up; minor units. Never
/// more than the amount.
///
/// # Panics
/// Never: the result is no larger than the amount.
#[must_use]
pub fn tax_included(amount_minor: i64, vat: BasisPoints) -> i64 {
    let rate = i128::from(vat.get());
    Rounding::HalfUp
        .divide(i128::from(amount_minor) * rate, 10_000 + rate)
        .expect("a part of an amount fits where the amount fits")
}

#[cfg(test)]
mod tests {
    use zaiton_boundary as boundary;

    use super::*;

    const CNY: Currency = Currency::CNY;

    fn line(paid: i64, rate: u32, funded: u32) -> FeeLine {
        FeeLine {
            paid: Money::new(paid, CNY),
            rate: BasisPoints::new(rate),
            funded: BasisPoints::new(funded),
        }
    }

    /// Rule R1-39: each line is rounded by itself, halves up.
    #[test]
    fn the_fee_is_the_sum_of_rounded_lines() {
        let check = |lines: &[(i64, u32, u32)], want: i64| {
            let lines: Vec<FeeLine> = lines.iter().map(|(p, r, f)| line(*p, *r, *f)).collect();
            assert_eq!(fee(CNY, &lines), Ok(Money::new(want, CNY)), "{lines:?}");
        };
        check(&[], 0);
        check(&[(100_000, 250, 10_000)], 2_500);
        check(&[(100_000, 250, 5_000)], 1_250);
        // 0.499950 fen, 0.5 fen, 1.5 fen: the half goes up.
        check(&[(9_999, 1, 5_000)], 0);
        boundary::outside("R1-39", "just below half a fen");
        check(&[(10_000, 1, 5_000)], 1);
        boundary::inside("R1-39", "half a fen");
        check(&[(30_000, 1, 5_000)], 2);
        // Rounded line by line: two halves make two, their sum would make one.
        check(&[(10_000, 1, 5_000), (10_000, 1, 5_000)], 2);
        check(&[(0, 250, 10_000)], 0);
    }

    /// Rule R1-21: what was refunded of a line bears no fee any more.
    #[test]
    fn what_remains_bears_the_rest() {
        let refunded = |minor| Money::new(minor, CNY);
        let lines = |first, second| {
            [(line(100_000, 250, 10_000), refunded(first)), (line(40_000, 300, 5_000), refunded(second))]
        };
        let check = |first, second, want| {
            assert_eq!(fee_of_what_remains(CNY, &lines(first, second)), Ok(Money::new(want, CNY)));
        };
        check(0, 0, 3_100);
        check(40_000, 0, 2_100);
        check(100_000, 40_000, 0);
    }

    #[test]
    fn another_currency_and_an_overflow_are_errors() {
        let usd = Currency::from_code("USD").unwrap();
        assert_eq!(fee(usd, &[line(1, 1, 1)]), Err(MoneyError::Currency { expected: usd, found: CNY }));
        assert_eq!(fee(CNY, &[line(i64::MAX, u32::MAX, 10_000)]), Err(MoneyError::Overflow));
        let more = [(line(1, 1, 1), Money::new(1, usd))];
        assert!(fee_of_what_remains(CNY, &more).is_err());
    }

    #[test]
    fn tax_is_inside_the_amount() {
        let check = |amount, bps, want| {
            assert_eq!(tax_included(amount, BasisPoints::new(bps)), want, "{amount} {bps}")
        };
        check(3_000, 600, 170);
        check(100_000, 600, 5_660);
        check(0, 600, 0);
        check(1, 600, 0);
        check(8, 600, 0);
        check(9, 600, 1);
        check(5, 0, 0);
        check(i64::MAX, u32::MAX, 9_223_350_562_068_290_691);
    }
}
