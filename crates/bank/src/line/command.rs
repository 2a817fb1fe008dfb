//! What may be asked of a bank line. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::Text;

use super::LineDecision;
use crate::payment::PaymentId;

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
    /// A person proposes what it is.
    Propose {
        /// What it would be.
        decision: LineDecision,
        /// Who proposes it.
        maker: String,
        /// A reference to why: 1 to 500 letters.
        evidence: String,
    },
    /// A second person confirms what is proposed.
    Confirm {
        /// Who confirms it: never who proposed it.
        checker: String,
        /// A new id, for the payment that a return needs ([`super::Follow::PayBack`]). Other decisions leave it unused.
        payment: PaymentId,
    },
    /// A second person refuses what is proposed: the line goes back to where it stood.
    Refuse {
        /// Who refuses it: never who proposed it.
        checker: String,
        /// Why: 1 to 500 letters.
        reason: String,
    },
    /// Rule M8. It is the bank's debit of a payment ([`crate::payment::Command::Pay`] goes with it, and books).
    PayOut {
        /// The payment.
        payment: PaymentId,
    },
    /// Posting P5r. The payment that takes it back was paid.
    PaidBack {
        /// The payment.
        payment: PaymentId,
    },
    /// The payment that takes it back failed, or was taken back itself.
    ReturnFailed {
        /// The payment.
        payment: PaymentId,
        /// Why.
        reason: Text,
    },
    /// The other partition could not take its half of what was decided.
    TakeBack {
        /// What was decided.
        decision: LineDecision,
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
    /// [`Command::Propose`].
    Propose,
    /// [`Command::Confirm`].
    Confirm,
    /// [`Command::Refuse`].
    Refuse,
    /// [`Command::PayOut`].
    PayOut,
    /// [`Command::PaidBack`].
    PaidBack,
    /// [`Command::ReturnFailed`].
    ReturnFailed,
    /// [`Command::TakeBack`].
    TakeBack,
}

impl CommandKind {
    /// Every command, in the order of a line's life.
    pub const ALL: [Self; 11] = [
        Self::Record,
        Self::Allocate,
        Self::MarkForReview,
        Self::Unallocate,
        Self::Propose,
        Self::Confirm,
        Self::Refuse,
        Self::PayOut,
        Self::PaidBack,
        Self::ReturnFailed,
        Self::TakeBack,
    ];
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
            Self::Propose { .. } => CommandKind::Propose,
            Self::Confirm { .. } => CommandKind::Confirm,
            Self::Refuse { .. } => CommandKind::Refuse,
            Self::PayOut { .. } => CommandKind::PayOut,
            Self::PaidBack { .. } => CommandKind::PaidBack,
            Self::ReturnFailed { .. } => CommandKind::ReturnFailed,
            Self::TakeBack { .. } => CommandKind::TakeBack,
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
            Self::Propose => "propose",
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
            Self::PayOut => "pay_out",
            Self::PaidBack => "paid_back",
            Self::ReturnFailed => "return_failed",
            Self::TakeBack => "take_back",
        })
    }
}
