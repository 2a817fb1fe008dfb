//! What may be asked of a payment file. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::Money;

use crate::bank_account::BankAccountId;
use crate::payment::PaymentId;

/// What a file must know of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePayment {
    /// The payment.
    pub payment: PaymentId,
    /// The account that pays it.
    pub account: BankAccountId,
    /// Its amount.
    pub amount: Money,
}

/// A command to a payment file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Put payments together; a second person must release them.
    Propose {
        /// The payments, in the order of the file.
        payments: Vec<FilePayment>,
        /// Who proposes it.
        maker: String,
    },
    /// Rule R1-27. Let it be downloaded.
    Release {
        /// Who releases it: never its maker.
        checker: String,
    },
    /// The bank answered.
    Answer,
    /// Drop it before it is released.
    Drop {
        /// Who drops it.
        actor: String,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Propose`].
    Propose,
    /// [`Command::Release`].
    Release,
    /// [`Command::Answer`].
    Answer,
    /// [`Command::Drop`].
    Drop,
}

impl CommandKind {
    /// Every command, in the order of a file's life.
    pub const ALL: [Self; 4] = [Self::Propose, Self::Release, Self::Answer, Self::Drop];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Propose { .. } => CommandKind::Propose,
            Self::Release { .. } => CommandKind::Release,
            Self::Answer => CommandKind::Answer,
            Self::Drop { .. } => CommandKind::Drop,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Propose => "propose",
            Self::Release => "release",
            Self::Answer => "answer",
            Self::Drop => "drop",
        })
    }
}
