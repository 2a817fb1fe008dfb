//! What may be asked of a month's statement. Never says whether it is granted.

use std::fmt;

use super::{Figures, Months};

/// A command to a month's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rules R1-31, L-I10. Record what the ledger says of it.
    Record {
        /// What it says.
        figures: Figures,
        /// How far the account's months are recorded.
        months: Months,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Record`].
    Record,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 1] = [Self::Record];
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Record => "record",
        })
    }
}
