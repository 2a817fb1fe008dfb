//! What may be asked of preferences. Never says whether it is granted.

use super::Choice;

/// A command to preferences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R5-20. From now on it is to be like this for an address or a number.
    Choose {
        /// All of it.
        choice: Choice,
    },
}
