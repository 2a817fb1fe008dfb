//! What may be asked of a day. Never says whether it is granted.

use std::fmt;

use zaiton_ledger::client_money::ClientMoney;

/// A command to a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule L-I13. Record a count.
    Record {
        /// Which of the day's counts, from 1.
        number: u32,
        /// What was found.
        figures: Vec<ClientMoney>,
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
