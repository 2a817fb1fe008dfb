//! What may be asked of a bank line. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::Text;

/// A command to a bank line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Record it.
    Record,
    /// Rule R1-18. It pays a top-up.
    Allocate {
        /// Raw id of the top-up.
        top_up: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// It fits no top-up by itself.
    MarkForReview {
        /// Why.
        reasons: Vec<Text>,
    },
    /// The merchant's side could not take it.
    Unallocate {
        /// Raw id of the top-up that could not take it.
        top_up: i64,
        /// Why.
        reason: Text,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Record`].
    Record,
    /// [`Command::Allocate`].
    Allocate,
    /// [`Command::MarkForReview`].
    MarkForReview,
    /// [`Command::Unallocate`].
    Unallocate,
}

impl CommandKind {
    /// Every command, in the order of a line's life.
    pub const ALL: [Self; 4] = [Self::Record, Self::Allocate, Self::MarkForReview, Self::Unallocate];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Record => CommandKind::Record,
            Self::Allocate { .. } => CommandKind::Allocate,
            Self::MarkForReview { .. } => CommandKind::MarkForReview,
            Self::Unallocate { .. } => CommandKind::Unallocate,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Record => "record",
            Self::Allocate => "allocate",
            Self::MarkForReview => "mark_for_review",
            Self::Unallocate => "unallocate",
        })
    }
}
