//! What may be asked of a promotion. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::{BasisPoints, Timestamp};

use super::{Cause, Ending, Products, Term};
use crate::account::State as AccountState;
use crate::breaker::Breaker;

/// What a promotion is, as drafted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What people call it.
    pub name: String,
    /// The terms that a buyer may choose, each with its rate.
    pub terms: Vec<Term>,
    /// The share of the fee that the merchant bears.
    pub funded: BasisPoints,
    /// Which products.
    pub products: Products,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when, exclusive.
    pub ends_at: Timestamp,
}

/// Rule R1-13. How the account stands that would pay for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The account's state.
    pub state: AccountState,
    /// Machine M6. It may neither promote nor withdraw.
    pub restricted: bool,
    /// What it owes, minor units.
    pub owed_minor: i64,
    /// Whether its promotions may run.
    pub breaker: Breaker,
}

/// A command to a promotion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R1-13. Write it down.
    Draft {
        /// What it is.
        plan: Plan,
        /// Who would pay.
        standing: Standing,
    },
    /// Rule R1-13. Let it begin at its time.
    Schedule {
        /// Who would pay.
        standing: Standing,
    },
    /// Its time has come.
    Begin,
    /// Rules R1-08, R1-12. Stop it for now.
    Suspend {
        /// Why, and who may let it go on.
        cause: Cause,
    },
    /// Rules R1-09, R1-11. Let it go on.
    Resume {
        /// Which cause has gone.
        cause: Cause,
        /// Who pays.
        standing: Standing,
    },
    /// It ends for good.
    End {
        /// Why.
        ending: Ending,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Draft`].
    Draft,
    /// [`Command::Schedule`].
    Schedule,
    /// [`Command::Begin`].
    Begin,
    /// [`Command::Suspend`].
    Suspend,
    /// [`Command::Resume`].
    Resume,
    /// [`Command::End`].
    End,
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Draft { .. } => CommandKind::Draft,
            Self::Schedule { .. } => CommandKind::Schedule,
            Self::Begin => CommandKind::Begin,
            Self::Suspend { .. } => CommandKind::Suspend,
            Self::Resume { .. } => CommandKind::Resume,
            Self::End { .. } => CommandKind::End,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "draft",
            Self::Schedule => "schedule",
            Self::Begin => "begin",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::End => "end",
        })
    }
}
