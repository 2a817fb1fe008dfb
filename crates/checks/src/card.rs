//! Numbers of bank cards (ISO/IEC 7812): the check digit of Luhn, and the lengths that a scheme issues. Never keeps a number.

use std::fmt;

use crate::digits::{all_digits, luhn, plain};
use crate::{Kind, Part, Wrong};

/// Who issues cards with such numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// 34, 37.
    AmericanExpress,
    /// 300 to 305, 36, 38.
    Diners,
    /// 6011, 65.
    Discover,
    /// 35, 1800, 2131.
    Jcb,
    /// 51 to 55, 2221 to 2720.
    Mastercard,
    /// 62, 81, and 67 of 16 digits.
    UnionPay,
    /// 4.
    Visa,
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AmericanExpress => "american_express",
            Self::Diners => "diners",
            Self::Discover => "discover",
            Self::Jcb => "jcb",
            Self::Mastercard => "mastercard",
            Self::UnionPay => "union_pay",
            Self::Visa => "visa",
        })
    }
}

/// Who issues such a number, by its first digits and its length.
#[must_use]
pub fn scheme(digits: &str) -> Option<Scheme> {
    let first = |many: usize| digits.get(..many).and_then(|head| head.parse::<u32>().ok()).unwrap_or(0);
    let long = digits.len();
    match (first(2), first(4)) {
        (34 | 37, _) if long == 15 => Some(Scheme::AmericanExpress),
        (36 | 38, _) | (_, 3000..=3059) if long == 14 => Some(Scheme::Diners),
        (65, _) | (_, 6011) if (16..=19).contains(&long) => Some(Scheme::Discover),
        (35, _) if long == 16 => Some(Scheme::Jcb),
        (_, 1800 | 2131) if long == 15 => Some(Scheme::Jcb),
        (51..=55, _) | (_, 2221..=2720) if long == 16 => Some(Scheme::Mastercard),
        (62 | 81, _) if (16..=19).contains(&long) => Some(Scheme::UnionPay),
        (67, _) if long == 16 => Some(Scheme::UnionPay),
        (40..=49, _) if matches!(long, 13 | 16 | 19) => Some(Scheme::Visa),
        _ => None,
    }
}

/// Rule R5-13. A card's number without spaces and hyphens, and whose it is.
///
/// # Errors
/// Which part cannot be.
pub fn card(text: &str) -> Result<(String, Scheme), Wrong> {
    let wrong = |part| Kind::Card.wrong(part);
    let digits = plain(text, &['-'], 19).ok_or(wrong(Part::Length))?;
    if !all_digits(&digits) {
        return Err(wrong(Part::Letters));
    }
    if digits.len() < 13 {
        return Err(wrong(Part::Length));
    }
    if !luhn(&digits).is_multiple_of(10) {
        return Err(wrong(Part::Check));
    }
    let scheme = scheme(&digits).ok_or(wrong(Part::Scheme))?;
    Ok((digits, scheme))
}

/// Rule R5-13. The number of a card of one scheme.
///
/// # Errors
/// Which part cannot be; another scheme's is [`Part::Scheme`].
pub fn card_of(text: &str, scheme: Scheme) -> Result<String, Wrong> {
    let (digits, of) = card(text)?;
    if of == scheme { Ok(digits) } else { Err(Kind::Card.wrong(Part::Scheme)) }
}
