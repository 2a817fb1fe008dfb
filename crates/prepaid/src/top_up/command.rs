//! What may be asked of a top-up. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::Money;

use crate::matching::LineFacts;

/// A person's decision about a wire that does not fit. The second person is the use case's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this company's after all (a proved former name): credit it.
    Accept {
        /// What proves it: a reference to the evidence.
        evidence: String,
    },
    /// The money goes back to its payer (P5r).
    Return {
        /// Why: a reference to the evidence.
        evidence: String,
    },
}

/// A command to a top-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R1-17. Ask for it.
    Request {
        /// The amount that will be wired.
        amount: Money,
    },
    /// Rules R1-15, R1-16, R1-18. A bank line was proposed for it.
    MatchLine {
        /// The line.
        line: LineFacts,
    },
    /// A person decided about the line that did not fit.
    Resolve {
        /// The decision.
        verdict: Verdict,
    },
    /// The merchant takes it back.
    Cancel,
    /// Its time is over.
    Expire,
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Request`].
    Request,
    /// [`Command::MatchLine`].
    MatchLine,
    /// [`Command::Resolve`].
    Resolve,
    /// [`Command::Cancel`].
    Cancel,
    /// [`Command::Expire`].
    Expire,
}

impl CommandKind {
    /// Every command, in the order of a top-up's life.
    pub const ALL: [Self; 5] = [Self::Request, Self::MatchLine, Self::Resolve, Self::Cancel, Self::Expire];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Request { .. } => CommandKind::Request,
            Self::MatchLine { .. } => CommandKind::MatchLine,
            Self::Resolve { .. } => CommandKind::Resolve,
            Self::Cancel => CommandKind::Cancel,
            Self::Expire => CommandKind::Expire,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::MatchLine => "match_line",
            Self::Resolve => "resolve",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
        })
    }
}
