//! What may be asked of an operation. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::Refusal;

use super::{Product, Progress};

/// A command to an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A worker takes it up.
    Begin {
        /// Which attempt, from 1.
        attempt: u32,
        /// The server that does it.
        server: String,
    },
    /// The worker says how far it is.
    Report {
        /// Which attempt.
        attempt: u32,
        /// How far.
        progress: Progress,
    },
    /// The worker is done.
    Finish {
        /// Which attempt.
        attempt: u32,
        /// How far it got: to the end.
        progress: Progress,
        /// What came of it.
        product: Product,
    },
    /// It cannot be done.
    Fail {
        /// Which attempt.
        attempt: u32,
        /// Why, and what to do now.
        refusal: Refusal,
    },
    /// Somebody no longer wants it.
    Cancel {
        /// Who.
        by: String,
    },
    /// The time of its file is over.
    Expire,
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Begin`].
    Begin,
    /// [`Command::Report`].
    Report,
    /// [`Command::Finish`].
    Finish,
    /// [`Command::Fail`].
    Fail,
    /// [`Command::Cancel`].
    Cancel,
    /// [`Command::Expire`].
    Expire,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 6] =
        [Self::Begin, Self::Report, Self::Finish, Self::Fail, Self::Cancel, Self::Expire];
}

impl Command {
    /// Which it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Begin { .. } => CommandKind::Begin,
            Self::Report { .. } => CommandKind::Report,
            Self::Finish { .. } => CommandKind::Finish,
            Self::Fail { .. } => CommandKind::Fail,
            Self::Cancel { .. } => CommandKind::Cancel,
            Self::Expire => CommandKind::Expire,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Begin => "begin",
            Self::Report => "report",
            Self::Finish => "finish",
            Self::Fail => "fail",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
        })
    }
}
