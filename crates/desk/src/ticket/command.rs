//! What may be asked of a ticket. Never says whether it is granted.

use std::fmt;

use super::{Desk, Side};

/// A command to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R1-14. Ask a desk.
    Open {
        /// Which.
        desk: Desk,
        /// What it is about, as people write its number; empty for nothing in particular.
        about: String,
        /// The question.
        text: String,
        /// Who asks.
        by: String,
    },
    /// Say more: a question again, or its answer.
    Say {
        /// Whose side.
        side: Side,
        /// What is said.
        text: String,
        /// By whom.
        by: String,
    },
    /// Rules R1-14, R5-10. Another desk is to answer.
    HandOver {
        /// Which, by its name.
        to: String,
    },
    /// Nothing is left to say.
    Close {
        /// Who says so.
        by: String,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Open`].
    Open,
    /// [`Command::Say`].
    Say,
    /// [`Command::HandOver`].
    HandOver,
    /// [`Command::Close`].
    Close,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 4] = [Self::Open, Self::Say, Self::HandOver, Self::Close];
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Say => "say",
            Self::HandOver => "hand_over",
            Self::Close => "close",
        })
    }
}
