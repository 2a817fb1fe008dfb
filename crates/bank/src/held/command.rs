//! What may be asked of a held statement. Never says whether it is granted.

use std::fmt;

use crate::statement::Gap;

/// A command to a held statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take it by itself: the statement before it has come.
    TakeNext {
        /// The hole that is left, as [`crate::statement::receive`] says now.
        gap: Option<Gap>,
    },
    /// A person takes it although a statement is missing.
    TakeAnyway {
        /// Who.
        actor: String,
        /// Why: 1 to 500 letters.
        reason: String,
    },
    /// A person does not take it.
    Drop {
        /// Who.
        actor: String,
        /// Why: 1 to 500 letters.
        reason: String,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::TakeNext`].
    TakeNext,
    /// [`Command::TakeAnyway`].
    TakeAnyway,
    /// [`Command::Drop`].
    Drop,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 3] = [Self::TakeNext, Self::TakeAnyway, Self::Drop];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::TakeNext { .. } => CommandKind::TakeNext,
            Self::TakeAnyway { .. } => CommandKind::TakeAnyway,
            Self::Drop { .. } => CommandKind::Drop,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TakeNext => "take_next",
            Self::TakeAnyway => "take_anyway",
            Self::Drop => "drop",
        })
    }
}
