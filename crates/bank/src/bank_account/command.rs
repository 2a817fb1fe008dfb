//! What may be asked of a bank account. Never says whether it is granted.

use super::Chain;

/// A command to a bank account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Take statements of it from now on.
    Open {
        /// IBAN or account number, in any spelling.
        number: String,
        /// The holder's name.
        holder: String,
        /// The bank's name.
        bank: String,
        /// Client money, else our own.
        client_money: bool,
    },
    /// A statement was accepted.
    TakeStatement {
        /// Where it ends.
        chain: Chain,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Open`].
    Open,
    /// [`Command::TakeStatement`].
    TakeStatement,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 2] = [Self::Open, Self::TakeStatement];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Open { .. } => CommandKind::Open,
            Self::TakeStatement { .. } => CommandKind::TakeStatement,
        }
    }
}
