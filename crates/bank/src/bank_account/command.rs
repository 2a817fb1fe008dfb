//! What may be asked of a bank account. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::Money;

use super::{Chain, Held};
use crate::held::HeldStatementId;
use crate::payment::PaymentId;
use crate::transfer::{OtherHalf, Way};

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
    /// Postings P21, P22. The other half of a transfer that began on an account of client money: book it with
    /// [`crate::transfer::postings`], and expect the bank's own line of it.
    TakeHalf {
        /// The half.
        half: OtherHalf,
    },
    /// A transfer from or to another account of ours was booked: the bank's line of it is still to come.
    ExpectTransfer {
        /// Which way it will go.
        way: Way,
        /// How much.
        amount: Money,
    },
    /// An expected transfer is not to come after all: what it was announced for was taken back.
    ForgoTransfer {
        /// Which way it would have gone.
        way: Way,
        /// How much.
        amount: Money,
    },
    /// An expected transfer came.
    MeetTransfer {
        /// Which way it went.
        way: Way,
        /// How much.
        amount: Money,
    },
    /// A payment waits for a file.
    QueuePayment {
        /// The payment.
        payment: PaymentId,
    },
    /// Payments went into a file, or were taken back.
    LeaveQueue {
        /// The payments.
        payments: Vec<PaymentId>,
    },
    /// Reading K-43. A statement that does not follow the last one is held.
    HoldStatement {
        /// Which, and where it begins and ends.
        held: Held,
    },
    /// A held statement was taken or dropped.
    LetGo {
        /// Which.
        statement: HeldStatementId,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Open`].
    Open,
    /// [`Command::TakeStatement`].
    TakeStatement,
    /// [`Command::TakeHalf`].
    TakeHalf,
    /// [`Command::ExpectTransfer`].
    ExpectTransfer,
    /// [`Command::ForgoTransfer`].
    ForgoTransfer,
    /// [`Command::MeetTransfer`].
    MeetTransfer,
    /// [`Command::QueuePayment`].
    QueuePayment,
    /// [`Command::LeaveQueue`].
    LeaveQueue,
    /// [`Command::HoldStatement`].
    HoldStatement,
    /// [`Command::LetGo`].
    LetGo,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 10] = [
        Self::Open,
        Self::TakeStatement,
        Self::TakeHalf,
        Self::ExpectTransfer,
        Self::ForgoTransfer,
        Self::MeetTransfer,
        Self::QueuePayment,
        Self::LeaveQueue,
        Self::HoldStatement,
        Self::LetGo,
    ];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Open { .. } => CommandKind::Open,
            Self::TakeStatement { .. } => CommandKind::TakeStatement,
            Self::TakeHalf { .. } => CommandKind::TakeHalf,
            Self::ExpectTransfer { .. } => CommandKind::ExpectTransfer,
            Self::ForgoTransfer { .. } => CommandKind::ForgoTransfer,
            Self::MeetTransfer { .. } => CommandKind::MeetTransfer,
            Self::QueuePayment { .. } => CommandKind::QueuePayment,
            Self::LeaveQueue { .. } => CommandKind::LeaveQueue,
            Self::HoldStatement { .. } => CommandKind::HoldStatement,
            Self::LetGo { .. } => CommandKind::LetGo,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::TakeStatement => "take_statement",
            Self::TakeHalf => "take_half",
            Self::ExpectTransfer => "expect_transfer",
            Self::ForgoTransfer => "forgo_transfer",
            Self::MeetTransfer => "meet_transfer",
            Self::QueuePayment => "queue_payment",
            Self::LeaveQueue => "leave_queue",
            Self::HoldStatement => "hold_statement",
            Self::LetGo => "let_go",
        })
    }
}
