//! What may be asked of a payment. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::{LocalDate, Money, Text};

use crate::bank_account::BankAccountId;
use crate::line::LineId;
use crate::payment_file::{self, PaymentFileId};

/// What a payment must know of the bank line that pays it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayingLine {
    /// The line.
    pub line: LineId,
    /// The bank account that it is on.
    pub account: BankAccountId,
    /// Its amount.
    pub amount: Money,
    /// Money went out, and it takes nothing back.
    pub debit: bool,
    /// From when it counts for interest.
    pub value_date: LocalDate,
}

/// A command to a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Let it wait for a file.
    Queue,
    /// It goes into a file.
    PutInFile {
        /// The file.
        file: PaymentFileId,
    },
    /// The file was dropped before it was released: it waits again.
    LeaveFile {
        /// The file.
        file: PaymentFileId,
        /// How the file stands now.
        stands: payment_file::State,
    },
    /// Take it back before it is in a file.
    Withdraw {
        /// Why.
        reason: Text,
    },
    /// The bank's word (pain.002, camt.054) that it took it, or that it is settled. Records only.
    Announce {
        /// It is settled.
        settled: bool,
    },
    /// The bank's word (pain.002 `RJCT`) that it will not pay it.
    Fail {
        /// The bank's code.
        code: String,
        /// The bank's words.
        text: String,
    },
    /// Rule M8. The bank's debit line is this payment's.
    Pay {
        /// The line.
        line: PayingLine,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Queue`].
    Queue,
    /// [`Command::PutInFile`].
    PutInFile,
    /// [`Command::LeaveFile`].
    LeaveFile,
    /// [`Command::Withdraw`].
    Withdraw,
    /// [`Command::Announce`].
    Announce,
    /// [`Command::Fail`].
    Fail,
    /// [`Command::Pay`].
    Pay,
}

impl CommandKind {
    /// Every command, in the order of a payment's life.
    pub const ALL: [Self; 7] = [
        Self::Queue,
        Self::PutInFile,
        Self::LeaveFile,
        Self::Withdraw,
        Self::Announce,
        Self::Fail,
        Self::Pay,
    ];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Queue => CommandKind::Queue,
            Self::PutInFile { .. } => CommandKind::PutInFile,
            Self::LeaveFile { .. } => CommandKind::LeaveFile,
            Self::Withdraw { .. } => CommandKind::Withdraw,
            Self::Announce { .. } => CommandKind::Announce,
            Self::Fail { .. } => CommandKind::Fail,
            Self::Pay { .. } => CommandKind::Pay,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queue => "queue",
            Self::PutInFile => "put_in_file",
            Self::LeaveFile => "leave_file",
            Self::Withdraw => "withdraw",
            Self::Announce => "announce",
            Self::Fail => "fail",
            Self::Pay => "pay",
        })
    }
}
