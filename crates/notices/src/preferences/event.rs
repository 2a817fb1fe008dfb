//! What happened to preferences. Never changes its meaning once stored. The address stays in the record: what is told of it in
//! the timeline is how much was switched off.

use super::Choice;

/// An event of preferences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody chose.
    Chosen {
        /// What.
        choice: Choice,
    },
}
