//! Numbers that China gives: the unified social credit code of a body (GB 32100) and the identity number of a person (GB 11643),
//! with the permits of people from Hong Kong, Macau, Taiwan and abroad, which have the same form.

use zaiton_kernel::LocalDate;

use crate::digits::{all_digits, plain, weighed};
use crate::{Kind, Part, Wrong};

/// The signs of a credit code, by their value.
const SIGNS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// The weights of its first seventeen signs: three to the power of the place, modulo 31.
const SIGN_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Which body registered it.
const REGISTRARS: &str = "123456789ANY";
/// The provinces by their first two digits (GB/T 2260).
const PROVINCES: &str =
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82";
/// The weights of an identity number: two to the power of the place from the right, modulo 11.
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Its check character by the sum modulo 11.
const ID_CHECKS: &str = "10X98765432";

fn is_province(digits: &str) -> bool {
    PROVINCES.split(' ').any(|province| province == digits)
}

/// Rule R5-13. A unified social credit code, in capitals.
///
/// # Errors
/// Which part cannot be.
pub fn uscc(text: &str) -> Result<String, Wrong> {
    let wrong = |part| Kind::Uscc.wrong(part);
    let code = plain(text, &['-'], 18).ok_or(wrong(Part::Length))?;
    let values: Option<Vec<usize>> = code.chars().map(|sign| SIGNS.find(sign)).collect();
    let values = values.ok_or(wrong(Part::Letters))?;
    let (Some(region), 18) = (code.get(2..8), code.len()) else { return Err(wrong(Part::Length)) };
    if !all_digits(region) {
        return Err(wrong(Part::Letters));
    }
    if !code.starts_with(|sign| REGISTRARS.contains(sign)) {
        return Err(wrong(Part::Registrar));
    }
    // What is registered by the state itself is of no province.
    if region != "100000" && !region.get(..2).is_some_and(is_province) {
        return Err(wrong(Part::Region));
    }
    let sum: usize = values.iter().zip(SIGN_WEIGHTS).map(|(value, weight)| value * weight).sum();
    if values.last() != Some(&((31 - sum % 31) % 31)) {
        return Err(wrong(Part::Check));
    }
    Ok(code)
}

/// Whose identity number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// A citizen's identity card.
    Citizen,
    /// The residence permit of somebody from Hong Kong.
    HongKong,
    /// As above, from Macau.
    Macau,
    /// As above, from Taiwan.
    Taiwan,
    /// The identity card of a foreigner who may stay for good.
    Foreigner,
}

/// Rule R5-13. An identity number in capitals, and whose it is; `today` is the last day on which somebody can be born. Numbers of
/// fifteen digits are void since 2013.
///
/// # Errors
/// Which part cannot be.
pub fn resident_id(text: &str, today: LocalDate) -> Result<(String, Holder), Wrong> {
    let wrong = |part| Kind::ResidentId.wrong(part);
    let number = plain(text, &[], 18).ok_or(wrong(Part::Length))?;
    let (Some(digits), Some(born), Some(check), 18) =
        (number.get(..17), number.get(6..14), number.get(17..), number.len())
    else {
        return Err(wrong(if number.is_ascii() { Part::Length } else { Part::Letters }));
    };
    if !all_digits(digits) || !(all_digits(check) || check == "X") {
        return Err(wrong(Part::Letters));
    }
    let holder = match (digits.get(..2), digits.get(1..3)) {
        (Some("81"), _) => Holder::HongKong,
        (Some("82"), _) => Holder::Macau,
        (Some("83"), _) => Holder::Taiwan,
        (Some(first), Some(place)) if first.starts_with('9') && is_province(place) => Holder::Foreigner,
        (Some(first), _) if is_province(first) => Holder::Citizen,
        _ => return Err(wrong(Part::Region)),
    };
    if day(born).is_none_or(|born| born > today) {
        return Err(wrong(Part::Birthday));
    }
    let place = weighed(digits, &ID_WEIGHTS) % 11;
    let want = usize::try_from(place).ok().and_then(|at| ID_CHECKS.get(at..=at));
    if want != Some(check) {
        return Err(wrong(Part::Check));
    }
    Ok((number, holder))
}

/// A day written as eight digits, since 1800.
fn day(digits: &str) -> Option<LocalDate> {
    digits.parse().ok().filter(|number| *number >= 18_000_101).and_then(LocalDate::from_number)
}
