//! What may be asked of a payment group. Never says whether it is granted.

use std::fmt;

use super::Said;

/// A command to a payment group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Reading K-89. Take in what an order's message says of its part.
    Gather {
        /// What it says.
        said: Box<Said>,
    },
    /// Reading K-89. The time is over for which what was captured may differ from the orders.
    Look,
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Gather`].
    Gather,
    /// [`Command::Look`].
    Look,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 2] = [Self::Gather, Self::Look];
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gather => "gather",
            Self::Look => "look",
        })
    }
}
