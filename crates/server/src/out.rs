//! Writing to the terminal. One place, so that a closed pipe is no panic. Never writes secrets but the sign-in token at
//! the start.

use std::io::Write;

/// A line to standard output; a closed pipe is not an error of ours.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{text}").is_err() {
        tracing::debug!("standard output is closed");
    }
}

/// A line to standard error.
pub(crate) fn error(text: &str) {
    let mut out = std::io::stderr().lock();
    if writeln!(out, "{text}").is_err() {
        tracing::debug!("standard error is closed");
    }
}
