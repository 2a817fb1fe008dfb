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

/// A bar for something long, on standard error; none for programs, and none where nobody looks.
pub(crate) fn bar(length: u64, json: bool) -> indicatif::ProgressBar {
    if json {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(length);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}
