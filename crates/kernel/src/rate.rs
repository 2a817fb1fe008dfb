//! Rates and rounding. Every multiplication of money names its rounding. Never a float.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How a fraction of a minor unit becomes a whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest, halves away from zero: the usual commercial rounding.
    HalfUp,
    /// To the nearest, halves to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    /// `numerator / denominator`, rounded; `None` when it does not fit 64 bits or the denominator is not positive.
    #[must_use]
    pub fn divide(self, numerator: i128, denominator: i128) -> Option<i64> {
        if denominator <= 0 {
            return None;
        }
        let quotient = numerator / denominator;
        let rest = (numerator % denominator).abs();
        let away = if numerator < 0 { -1 } else { 1 };
        let twice = rest.checked_mul(2)?;
        let step = match self {
            Self::Down => false,
            Self::Up => rest > 0,
            Self::HalfUp => twice >= denominator,
            Self::HalfEven => twice > denominator || (twice == denominator && quotient % 2 != 0),
        };
        i64::try_from(if step { quotient + away } else { quotient }).ok()
    }

    /// A decimal number of minor units, rounded to whole ones; `None` past 64 bits.
    #[must_use]
    pub fn whole(self, value: Decimal) -> Option<i64> {
        let scale = 10_i128.checked_pow(value.scale())?;
        self.divide(value.mantissa(), scale)
    }
}

/// A rate in hundredths of a percent: 250 is 2.5 %.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(transparent)]
pub struct BasisPoints(u32);

impl BasisPoints {
    /// The whole: 100 %.
    pub const WHOLE: Self = Self(10_000);

    /// A rate of so many basis points.
    #[must_use]
    pub const fn new(points: u32) -> Self {
        Self(points)
    }

    /// The number of basis points.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for BasisPoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_go_where_the_name_says() {
        let check = |n: i128, want: [i64; 4]| {
            let got =
                [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up].map(|r| r.divide(n, 10));
            assert_eq!(got, want.map(Some), "{n}/10");
        };
        check(25, [3, 2, 2, 3]);
        check(35, [4, 4, 3, 4]);
        check(24, [2, 2, 2, 3]);
        check(26, [3, 3, 2, 3]);
        check(-25, [-3, -2, -2, -3]);
        check(20, [2, 2, 2, 2]);
        assert_eq!(Rounding::HalfUp.divide(1, 0), None);
        assert_eq!(Rounding::HalfUp.divide(i128::from(i64::MAX) + 1, 1), None);
    }

    proptest! {
        #[test]
        fn rounding_never_moves_by_a_whole(n in any::<i64>(), d in 1_i64..1_000_000) {
            for rounding in [Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up] {
                let got = i128::from(rounding.divide(i128::from(n), i128::from(d)).unwrap());
                prop_assert!((got * i128::from(d) - i128::from(n)).abs() < i128::from(d));
            }
        }

        #[test]
        fn a_decimal_rounds_like_its_fraction(mantissa in any::<i64>(), scale in 0_u32..10) {
            let value = Decimal::from_i128_with_scale(i128::from(mantissa), scale);
            prop_assert_eq!(Rounding::HalfUp.whole(value), Rounding::HalfUp.divide(i128::from(mantissa), 10_i128.pow(scale)));
        }
    }
}
