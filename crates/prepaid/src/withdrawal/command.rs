//! What may be asked of a withdrawal. Never says whether it is granted.

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Timestamp};

use super::Payee;
use crate::account::State as AccountState;

/// Rules R1-26, R1-28. How the account stands that the money leaves, as whoever calls has just read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The account's state.
    pub state: AccountState,
    /// Machine M6. It may neither promote nor withdraw.
    pub restricted: bool,
    /// What it owes (1120), minor units.
    pub owed_minor: i64,
    /// What is available (2110), minor units.
    pub available_minor: i64,
    /// Its withdrawals that are open (see [`super::Withdrawal::is_open`]), this one not counted.
    pub open_withdrawals: usize,
}

/// Rule R1-27. The bank card that the account is bound to now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Where its money goes.
    pub payee: Payee,
    /// The card is in force.
    pub in_force: bool,
    /// When it was last changed; `None` when it is still the one bound at opening.
    pub changed_at: Option<Timestamp>,
}

/// Rule R1-27. For whom a checker checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Settlement operations: always, and first.
    Operations,
    /// Finance: large amounts and the first use of a card.
    Finance,
}

/// Rules R1-26 to R1-28. What a merchant asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// How much.
    pub amount: Money,
    /// The bound card.
    pub card: Card,
    /// How the account stands.
    pub standing: Standing,
    /// No withdrawal was ever paid to this card.
    pub first_use: bool,
    /// Who asks, for the merchant.
    pub maker: String,
}

/// A command to a withdrawal. Actors are ids of people, `payment` is the raw id of the payment at the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rules R1-26 to R1-28. Ask for it.
    Request {
        /// What is asked.
        ask: Ask,
    },
    /// Rule R1-27. A checker agrees.
    Approve {
        /// Who.
        actor: String,
        /// For whom.
        role: Role,
        /// How the account stands.
        standing: Standing,
    },
    /// Rule R1-27. The operator does not agree.
    Reject {
        /// Who.
        actor: String,
        /// Why: a code, no sentence.
        reason: String,
    },
    /// Rule R1-26. The merchant takes it back, also to repay what it owes.
    Cancel {
        /// Who.
        actor: String,
    },
    /// The payment is given to the bank.
    Send {
        /// The payment.
        payment: i64,
        /// How the account stands.
        standing: Standing,
        /// The bound card.
        card: Card,
    },
    /// Rule R1-29. The bank has refused the payment, for certain.
    Fail {
        /// The payment.
        payment: i64,
        /// The bank's code.
        code: String,
        /// The bank's words.
        text: String,
    },
    /// The bank has not answered in time.
    TimeOut,
    /// Rule R1-29. A person sends it again after the bank has refused it.
    Retry {
        /// Who.
        actor: String,
        /// The new payment.
        payment: i64,
        /// How the account stands.
        standing: Standing,
        /// The bound card.
        card: Card,
    },
    /// Rule R1-29. A person gives the money back to the account: nothing left the bank.
    Reverse {
        /// Who.
        actor: String,
        /// What proves that nothing left: a reference or the bank's words.
        evidence: String,
    },
    /// The bank has paid: its line or its receipt was matched.
    Pay {
        /// The payment.
        payment: i64,
    },
    /// The money came back after it was paid.
    Return {
        /// Raw id of the bank line that it came back with.
        line: i64,
    },
    /// Two people give the returned money back to the account.
    GiveBack {
        /// Who proposes it.
        maker: String,
        /// Who agrees.
        checker: String,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Request`].
    Request,
    /// [`Command::Approve`].
    Approve,
    /// [`Command::Reject`].
    Reject,
    /// [`Command::Cancel`].
    Cancel,
    /// [`Command::Send`].
    Send,
    /// [`Command::Fail`].
    Fail,
    /// [`Command::TimeOut`].
    TimeOut,
    /// [`Command::Retry`].
    Retry,
    /// [`Command::Reverse`].
    Reverse,
    /// [`Command::Pay`].
    Pay,
    /// [`Command::Return`].
    Return,
    /// [`Command::GiveBack`].
    GiveBack,
}

impl CommandKind {
    /// Every command, in the order of a withdrawal's life.
    pub const ALL: [Self; 12] = [
        Self::Request,
        Self::Approve,
        Self::Reject,
        Self::Cancel,
        Self::Send,
        Self::Fail,
        Self::TimeOut,
        Self::Retry,
        Self::Reverse,
        Self::Pay,
        Self::Return,
        Self::GiveBack,
    ];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Request { .. } => CommandKind::Request,
            Self::Approve { .. } => CommandKind::Approve,
            Self::Reject { .. } => CommandKind::Reject,
            Self::Cancel { .. } => CommandKind::Cancel,
            Self::Send { .. } => CommandKind::Send,
            Self::Fail { .. } => CommandKind::Fail,
            Self::TimeOut => CommandKind::TimeOut,
            Self::Retry { .. } => CommandKind::Retry,
            Self::Reverse { .. } => CommandKind::Reverse,
            Self::Pay { .. } => CommandKind::Pay,
            Self::Return { .. } => CommandKind::Return,
            Self::GiveBack { .. } => CommandKind::GiveBack,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Cancel => "cancel",
            Self::Send => "send",
            Self::Fail => "fail",
            Self::TimeOut => "time_out",
            Self::Retry => "retry",
            Self::Reverse => "reverse",
            Self::Pay => "pay",
            Self::Return => "return",
            Self::GiveBack => "give_back",
        })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Operations => "operations",
            Self::Finance => "finance",
        })
    }
}
