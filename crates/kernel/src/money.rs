//! Money: whole minor units with a currency, checked. Never a float, never mixes currencies, never overflows
//! in silence.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{BasisPoints, Currency, Rounding};

/// What can go wrong when amounts are read or joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// Two currencies in one sum.
    Currency {
        /// The currency expected.
        expected: Currency,
        /// The currency found.
        found: Currency,
    },
    /// Past 63 bits of minor units.
    Overflow,
    /// Not a decimal number: only digits, one point, an optional minus are read.
    NotANumber,
    /// More decimals than the currency has, and they are not zeros.
    TooManyDigits {
        /// How many the currency has.
        exponent: u8,
    },
    /// No such currency code.
    UnknownCurrency,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Currency { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Overflow => f.write_str("the amount is too large"),
            Self::NotANumber => f.write_str("not a decimal amount"),
            Self::TooManyDigits { exponent } => write!(f, "more than {exponent} decimals"),
            Self::UnknownCurrency => f.write_str("not an ISO 4217 currency code"),
        }
    }
}

impl std::error::Error for MoneyError {}

/// An amount in minor units (fen, cents) of a currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount of minor units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// Exactly zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Currency { expected: self.currency, found: other.currency })
        }
    }

    /// The sum.
    ///
    /// # Errors
    /// Another currency, or an overflow.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// The difference.
    ///
    /// # Errors
    /// Another currency, or an overflow.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// This amount times a rate in basis points, rounded as said.
    ///
    /// # Errors
    /// An overflow.
    pub fn times(self, rate: BasisPoints, rounding: Rounding) -> Result<Self, MoneyError> {
        let minor = rounding
            .divide(i128::from(self.minor) * i128::from(rate.get()), 10_000)
            .ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Splits by weights so that the parts add up to the whole: by largest remainder, the first of equals
    /// first. No weights, or all of them zero, give the whole to the first part (or no parts at all).
    #[must_use]
    pub fn split(self, weights: &[u32]) -> Vec<Self> {
        let Some(last) = weights.len().checked_sub(1) else { return Vec::new() };
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if total == 0 {
            let mut parts = vec![Self::zero(self.currency); last + 1];
            if let Some(first) = parts.first_mut() {
                *first = self;
            }
            return parts;
        }
        let whole = i128::from(self.minor);
        let mut parts: Vec<(i128, i128)> = weights
            .iter()
            .map(|w| {
                let exact = whole * i128::from(*w);
                (exact.div_euclid(total), exact.rem_euclid(total))
            })
            .collect();
        let mut left = whole - parts.iter().map(|(part, _)| part).sum::<i128>();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(parts.get(*at).map_or(0, |(_, rest)| *rest)));
        for at in order {
            if left > 0
                && let Some((part, _)) = parts.get_mut(at)
            {
                *part += 1;
                left -= 1;
            }
        }
        parts
            .into_iter()
            .map(|(part, _)| Self {
                minor: i64::try_from(part).expect("a part is never larger than the whole"),
                currency: self.currency,
            })
            .collect()
    }

    /// Reads a decimal amount: `-?[0-9]+(\.[0-9]+)?`. Trailing zeros past the currency's decimals are taken
    /// (banks write `8.850`), other digits are not.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(fraction) {
            return Err(MoneyError::NotANumber);
        }
        let exponent = usize::from(currency.exponent());
        let (kept, beyond) = fraction.split_at(fraction.len().min(exponent));
        if beyond.bytes().any(|b| b != b'0') {
            return Err(MoneyError::TooManyDigits { exponent: currency.exponent() });
        }
        let mut minor: i64 = 0;
        let padding = std::iter::repeat_n(b'0', exponent - kept.len());
        for digit in whole.bytes().chain(kept.bytes()).chain(padding) {
            let value = i64::from(digit - b'0');
            let signed = if negative { -value } else { value };
            minor = minor.checked_mul(10).and_then(|m| m.checked_add(signed)).ok_or(MoneyError::Overflow)?;
        }
        Ok(Self { minor, currency })
    }

    /// The amount without its currency: `-1234.50`.
    #[must_use]
    pub fn decimal(self) -> String {
        let exponent = usize::from(self.currency.exponent());
        let digits = format!("{:0width$}", self.minor.unsigned_abs(), width = exponent + 1);
        let (whole, fraction) = digits.split_at(digits.len() - exponent);
        let sign = if self.minor < 0 { "-" } else { "" };
        if exponent == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `{"amount":"30.00","currency":"CNY"}`, the shape of every amount in the API.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    amount: String,
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire { amount: self.decimal(), currency: self.currency }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        Self::parse(&wire.amount, wire.currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        Currency::from_code(code).unwrap()
    }

    #[test]
    fn exponents_decide_what_a_text_means() {
        let check = |text: &str, code: &str, want: Result<i64, MoneyError>| {
            assert_eq!(Money::parse(text, currency(code)).map(Money::minor), want, "{text} {code}");
        };
        check("30.00", "CNY", Ok(3000));
        check("8.850", "EUR", Ok(885));
        check("8.851", "EUR", Err(MoneyError::TooManyDigits { exponent: 2 }));
        check("2700", "JPY", Ok(2700));
        check("2700.5", "JPY", Err(MoneyError::TooManyDigits { exponent: 0 }));
        check("1.234", "KWD", Ok(1234));
        check("-0.01", "CNY", Ok(-1));
        check("92233720368547758.07", "CNY", Ok(i64::MAX));
        check("-92233720368547758.08", "CNY", Ok(i64::MIN));
        check("92233720368547758.08", "CNY", Err(MoneyError::Overflow));
        for bad in ["", ".", "1.", ".5", "1,000.00", "+1", "1e3", " 1", "１", "--1", "0x1", "NaN"] {
            check(bad, "CNY", Err(MoneyError::NotANumber));
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        let yuan = Money::new(1, currency("CNY"));
        let euro = Money::new(1, currency("EUR"));
        assert_eq!(
            yuan.plus(euro),
            Err(MoneyError::Currency { expected: currency("CNY"), found: currency("EUR") })
        );
        assert_eq!(Money::new(i64::MAX, currency("CNY")).plus(yuan), Err(MoneyError::Overflow));
        assert_eq!(Money::new(i64::MIN, currency("CNY")).minus(yuan), Err(MoneyError::Overflow));
    }

    proptest! {
        #[test]
        fn an_amount_reads_back(minor in any::<i64>(), code in prop::sample::select(vec!["CNY", "JPY", "KWD"])) {
            let money = Money::new(minor, currency(code));
            prop_assert_eq!(Money::parse(&money.decimal(), currency(code)), Ok(money));
        }

        #[test]
        fn parts_add_up_to_the_whole(minor in any::<i64>(), weights in prop::collection::vec(any::<u32>(), 1..9)) {
            let money = Money::new(minor, currency("CNY"));
            let parts = money.split(&weights);
            prop_assert_eq!(parts.len(), weights.len());
            let sum: i128 = parts.iter().map(|p| i128::from(p.minor())).sum();
            prop_assert_eq!(sum, i128::from(minor));
        }
    }
}
