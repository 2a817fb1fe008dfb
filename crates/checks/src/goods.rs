//! Numbers of goods: the number below a barcode (GTIN) and the code of a tariff (HS). Never knows what a tariff says of a code.

use crate::digits::{all_digits, digit, plain};
use crate::{Kind, Part, Wrong};

/// The last chapter of the harmonised system that a country does not fill by itself.
const LAST_CHAPTER: u32 = 97;
/// The chapter that is kept free.
const FREE_CHAPTER: u32 = 77;

/// Rule R5-13. A barcode number of 8, 13 or 14 digits (EAN), or of 12 where `upc` says so (as printed in North America).
///
/// # Errors
/// Which part cannot be.
pub fn gtin(text: &str, upc: bool) -> Result<String, Wrong> {
    let wrong = |part| Kind::Gtin.wrong(part);
    let digits = plain(text, &['-'], 14).ok_or(wrong(Part::Length))?;
    if !all_digits(&digits) {
        return Err(wrong(Part::Letters));
    }
    if !matches!((digits.len(), upc), (8 | 13 | 14, _) | (12, true)) {
        return Err(wrong(Part::Length));
    }
    // From the right: one, three, one, three.
    let weigh = |(at, byte): (usize, u8)| digit(byte) * if at % 2 == 1 { 3 } else { 1 };
    let sum: u32 = digits.bytes().rev().enumerate().map(weigh).sum();
    if sum.is_multiple_of(10) { Ok(digits) } else { Err(wrong(Part::Check)) }
}

/// Rule R5-13. A code of a tariff without dots: 6 digits of the harmonised system, then up to 4 of a country, in pairs; `listed`
/// says whether the tariff that is loaded has it.
///
/// # Errors
/// Which part cannot be.
pub fn hs_code(text: &str, listed: impl Fn(&str) -> bool) -> Result<String, Wrong> {
    let wrong = |part| Kind::HsCode.wrong(part);
    let code = plain(text, &['.'], 10).ok_or(wrong(Part::Length))?;
    if !all_digits(&code) {
        return Err(wrong(Part::Letters));
    }
    if !matches!(code.len(), 6 | 8 | 10) {
        return Err(wrong(Part::Length));
    }
    let chapter = code.get(..2).and_then(|chapter| chapter.parse().ok()).unwrap_or(0);
    // A country may fill 98 and 99; only its own tariff knows them.
    if chapter == 0 || chapter == FREE_CHAPTER || (chapter > LAST_CHAPTER && code.len() == 6) {
        return Err(wrong(Part::Chapter));
    }
    if listed(&code) { Ok(code) } else { Err(wrong(Part::Unlisted)) }
}
