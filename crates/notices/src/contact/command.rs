//! What may be asked of a contact point. Never says whether it is granted.

use std::fmt;

/// A command to a contact point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R1-04. Send a code there.
    Ask,
    /// Rule R1-04. Somebody read the code there and told it.
    Confirm {
        /// It is the code that was sent last.
        matches: bool,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Ask`].
    Ask,
    /// [`Command::Confirm`].
    Confirm,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 2] = [Self::Ask, Self::Confirm];
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ask => "ask",
            Self::Confirm => "confirm",
        })
    }
}
