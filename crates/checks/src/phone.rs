//! Phone numbers (E.164) against the numbering plans of the world, as the `phonenumber` crate carries them. Never calls anybody,
//! so it never says that a number is in use.

use phonenumber::Metadata;
use phonenumber::metadata::DATABASE;

use crate::digits::{all_digits, plain};
use crate::{Kind, Part, Wrong};

pub use phonenumber::Type as LineType;

/// Digits of a number with its country, at most.
const MOST_DIGITS: usize = 15;
/// What people write between digits.
const BETWEEN: [char; 6] = ['-', '(', ')', '.', '/', '\u{a0}'];

/// Rule R5-13. A number as `+` and digits. One without its country is of `home`, the calling code of the reader's country (86).
///
/// # Errors
/// Which part cannot be.
pub fn phone(text: &str, home: &str) -> Result<String, Wrong> {
    let wrong = |part| Kind::Phone.wrong(part);
    let told = plain(text, &BETWEEN, 24).ok_or(wrong(Part::Length))?;
    let abroad = told.strip_prefix('+').or_else(|| told.strip_prefix("00"));
    let digits = match abroad {
        Some(digits) => digits.to_owned(),
        // The zero before an area code is dialled inside the country only.
        None => format!("{home}{}", told.strip_prefix('0').unwrap_or(&told)),
    };
    if !all_digits(&digits) {
        return Err(wrong(Part::Letters));
    }
    if !(7..=MOST_DIGITS).contains(&digits.len()) {
        return Err(wrong(Part::Length));
    }
    let (plans, national) = plans(&digits).ok_or(wrong(Part::Country))?;
    if plans.iter().any(|plan| LINES.into_iter().any(|line| fits(plan, national, line))) {
        Ok(format!("+{digits}"))
    } else {
        Err(wrong(Part::Form))
    }
}

/// Whether a number, as [`phone`] gives it, may be of such a line.
#[must_use]
pub fn is_of(number: &str, line: LineType) -> bool {
    let digits = number.trim_start_matches('+');
    plans(digits).is_some_and(|(plans, national)| plans.iter().any(|plan| fits(plan, national, line)))
}

/// Every line that has numbers of its own. Emergency and short numbers are no E.164.
const LINES: [LineType; 11] = [
    LineType::FixedLine,
    LineType::Mobile,
    LineType::FixedLineOrMobile,
    LineType::TollFree,
    LineType::PremiumRate,
    LineType::SharedCost,
    LineType::PersonalNumber,
    LineType::Voip,
    LineType::Pager,
    LineType::Uan,
    LineType::Voicemail,
];

/// The numbering plans of a number's calling code, and what follows the code. No code begins with another.
fn plans(digits: &str) -> Option<(Vec<&'static Metadata>, &str)> {
    (1..=3).find_map(|many| {
        let (code, national) = digits.split_at_checked(many)?;
        let plans = DATABASE.by_code(&code.parse::<u16>().ok()?)?;
        Some((plans, national))
    })
}

fn fits(plan: &Metadata, national: &str, line: LineType) -> bool {
    let one = |line| plan.descriptors().get(line).is_some_and(|numbers| numbers.is_match(national));
    plan.descriptors().general().is_match(national)
        && (one(line)
            // Where nobody can tell the two apart.
            || (line == LineType::FixedLineOrMobile && (one(LineType::FixedLine) || one(LineType::Mobile))))
}
