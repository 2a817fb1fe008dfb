//! What may be asked of a hold. Never says whether it is granted.

use std::fmt;

use zaiton_kernel::Money;

use super::{EarlyFact, HoldId};

/// A command to a hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rules R1-20, R1-24. The order was placed: freeze its fee, or owe it.
    Charge {
        /// The fee of the order (R1-39).
        fee: Money,
        /// What 2110 of the account's programme holds now.
        available: Money,
    },
    /// Rule R1-21. Goods came back before receipt: give up so much of the fee.
    Release {
        /// How much.
        amount: Money,
    },
    /// Rules R1-21, R1-23. Goods came back, whenever: bring the fee down to that of what remains of the
    /// order. The state of the hold decides whether that is a release or a settled refund; said twice it is
    /// done once.
    Reduce {
        /// The fee of what remains.
        remaining_fee: Money,
    },
    /// Rule R1-22. The order is complete: all that remains is earned.
    Settle,
    /// Rule R1-23. Goods came back after that: give back so much of what was settled.
    SettledRefund {
        /// How much.
        amount: Money,
    },
    /// Rule R1-24. Money came in: pay so much of what is owed.
    Repay {
        /// How much: see [`super::repayment`].
        amount: Money,
    },
    /// Another hold joined the account's queue behind this one.
    LinkNext {
        /// That hold.
        next: HoldId,
    },
    /// It stands first in the queue and owes nothing any more.
    LeaveQueue,
    /// P10e. Ask to write off what it owes; a second person confirms.
    ProposeWriteOff {
        /// Who.
        maker: String,
        /// Why: a reference to the evidence, 1 to 500 letters.
        evidence: String,
    },
    /// P10e. A second person writes it off.
    ConfirmWriteOff {
        /// Who.
        checker: String,
    },
    /// Machine M9. Keep what was told of an order that is not placed yet.
    KeepEarly {
        /// What was told.
        fact: EarlyFact,
    },
    /// Machine M9. It is placed now, or its time is over: hand out what was kept.
    TakeEarly,
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Charge`].
    Charge,
    /// [`Command::Release`].
    Release,
    /// [`Command::Reduce`].
    Reduce,
    /// [`Command::Settle`].
    Settle,
    /// [`Command::SettledRefund`].
    SettledRefund,
    /// [`Command::Repay`].
    Repay,
    /// [`Command::LinkNext`].
    LinkNext,
    /// [`Command::LeaveQueue`].
    LeaveQueue,
    /// [`Command::ProposeWriteOff`].
    ProposeWriteOff,
    /// [`Command::ConfirmWriteOff`].
    ConfirmWriteOff,
    /// [`Command::KeepEarly`].
    KeepEarly,
    /// [`Command::TakeEarly`].
    TakeEarly,
}

impl CommandKind {
    /// Every command, in the order of a hold's life.
    pub const ALL: [Self; 12] = [
        Self::Charge,
        Self::Release,
        Self::Reduce,
        Self::Settle,
        Self::SettledRefund,
        Self::Repay,
        Self::LinkNext,
        Self::LeaveQueue,
        Self::ProposeWriteOff,
        Self::ConfirmWriteOff,
        Self::KeepEarly,
        Self::TakeEarly,
    ];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Charge { .. } => CommandKind::Charge,
            Self::Release { .. } => CommandKind::Release,
            Self::Reduce { .. } => CommandKind::Reduce,
            Self::Settle => CommandKind::Settle,
            Self::SettledRefund { .. } => CommandKind::SettledRefund,
            Self::Repay { .. } => CommandKind::Repay,
            Self::LinkNext { .. } => CommandKind::LinkNext,
            Self::LeaveQueue => CommandKind::LeaveQueue,
            Self::ProposeWriteOff { .. } => CommandKind::ProposeWriteOff,
            Self::ConfirmWriteOff { .. } => CommandKind::ConfirmWriteOff,
            Self::KeepEarly { .. } => CommandKind::KeepEarly,
            Self::TakeEarly => CommandKind::TakeEarly,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Charge => "charge",
            Self::Release => "release",
            Self::Reduce => "reduce",
            Self::Settle => "settle",
            Self::SettledRefund => "settled_refund",
            Self::Repay => "repay",
            Self::LinkNext => "link_next",
            Self::LeaveQueue => "leave_queue",
            Self::ProposeWriteOff => "propose_write_off",
            Self::ConfirmWriteOff => "confirm_write_off",
            Self::KeepEarly => "keep_early",
            Self::TakeEarly => "take_early",
        })
    }
}
