//! Counts, from assertions that ran, which rules the tests exercise and on which side of their boundary. For tests only:
//! never linked into the program, never a reason for an assertion to pass.
//!
//! A test asserts first and counts then; a count that is reached says that the assertion before it held. Counts go to the
//! file that `ZAITON_RULES` names, one line each; without it they go nowhere.
#![warn(missing_docs)]

use std::fmt::{self, Display};
use std::fs::OpenOptions;
use std::io::Write;
use std::panic::Location;

use zaiton_kernel::Refusal;

/// The side of a rule's boundary that a case lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The rule lets it pass, or does what it says.
    Inside,
    /// The rule refuses it, or keeps its hands off.
    Outside,
}

impl Side {
    /// Reads what [`fmt::Display`] writes.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        [Self::Inside, Self::Outside].into_iter().find(|side| side.to_string() == text)
    }
}

impl Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
        })
    }
}

/// Whether a text is a rule's number written whole: `R1-07`, `R4-L3`, `L-I3`, `K-6`, `M7`, `P10d`.
#[must_use]
pub fn is_rule(text: &str) -> bool {
    let tail =
        |text: &str| !text.is_empty() && text.len() <= 4 && text.chars().all(|c| c.is_ascii_alphanumeric());
    match text.split_once('-') {
        Some((page, number)) => {
            matches!(page, "R0" | "R1" | "R2" | "R3" | "R4" | "R5" | "K" | "L") && tail(number)
        }
        None => text
            .strip_prefix(['M', 'P', 'S'])
            .is_some_and(|rest| tail(rest) && rest.starts_with(|c: char| c.is_ascii_digit())),
    }
}

#[track_caller]
fn count(rule: &str, side: Side, case: &dyn Display) {
    assert!(is_rule(rule), "{rule} is no rule's number");
    let Some(path) = std::env::var_os("ZAITON_RULES") else { return };
    let case = case.to_string().replace(['\t', '\n'], " ");
    let line = format!("{rule}\t{side}\t{case}\t{}\n", Location::caller());
    let written = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|mut file| file.write_all(line.as_bytes()));
    assert!(written.is_ok(), "the count of a rule cannot be written: {written:?}");
}

/// Counts a case that lies inside: the caller has just asserted it.
#[track_caller]
pub fn inside(rule: &str, case: impl Display) {
    count(rule, Side::Inside, &case);
}

/// Counts a case that lies outside: the caller has just asserted it.
#[track_caller]
pub fn outside(rule: &str, case: impl Display) {
    count(rule, Side::Outside, &case);
}

/// Asserts that a refusal cites a rule and says in both languages why and what to do, and counts the case outside.
///
/// # Panics
/// When it does not.
#[track_caller]
pub fn refused(rule: &str, case: impl Display, refusal: impl Into<Refusal>) -> Refusal {
    let refusal = refusal.into();
    assert_eq!(refusal.rule.as_str(), rule, "{}: the rule that is cited", refusal.code);
    for text in [&refusal.why, &refusal.cure] {
        assert!(!text.zh.is_empty() && !text.en.is_empty(), "{} is silent in a language", refusal.code);
    }
    count(rule, Side::Outside, &case);
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_whole() {
        for good in ["R1-07", "R4-L3", "R0-1", "K-31", "L-I3", "M7", "P10d", "P5"] {
            assert!(is_rule(good), "{good}");
        }
        for bad in ["R1", "R1-", "R9-01", "07", "M", "Mx", "K-", "R1-07 and R1-08", ""] {
            assert!(!is_rule(bad), "{bad}");
        }
        assert_eq!(Side::read("outside"), Some(Side::Outside));
        assert_eq!(Side::read("beside"), None);
    }
}
