//! Sums over digits that several numbers share. Never knows what a number is for.

/// The value of a digit; other signs count nothing, and the callers looked before.
pub(crate) fn digit(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0')) % 10
}

/// Only digits.
pub(crate) fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Each digit times its weight, added up.
pub(crate) fn weighed(text: &str, weights: &[u32]) -> u32 {
    text.bytes().zip(weights).map(|(byte, weight)| digit(byte) * weight).sum()
}

/// The sum of Luhn (ISO/IEC 7812-1): from the right, each second digit doubled. A right number gives a multiple of ten.
pub(crate) fn luhn(text: &str) -> u32 {
    let one = |(at, byte): (usize, u8)| {
        let doubled = digit(byte) * if at % 2 == 1 { 2 } else { 1 };
        doubled / 10 + doubled % 10
    };
    text.bytes().rev().enumerate().map(one).sum()
}

/// The number that the digits say, modulo `by`, however many they are.
pub(crate) fn modulo(text: &str, by: u32) -> u32 {
    text.bytes().fold(0, |rest, byte| (rest * 10 + digit(byte)) % by)
}

/// Without spaces and what people write between groups, in capitals; nothing when it is longer than `most` bytes.
pub(crate) fn plain(text: &str, between: &[char], most: usize) -> Option<String> {
    if text.len() > most.saturating_mul(3) {
        return None;
    }
    let plain: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && !between.contains(letter))
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    (plain.len() <= most).then_some(plain)
}
