//! What persons say of a line: the decisions there are, and who made and confirmed one. Never says whether a decision
//! may be made: [`super::decide`] does.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Text;

use super::{NoReceipt, State};
use crate::bank_account::BankAccountId;

/// What a person decides about a line. A second person confirms it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum LineDecision {
    /// Rules R1-15, R1-16. A receipt of client money pays a top-up; the merchant's side still compares the amount.
    Match {
        /// Raw id of the top-up.
        top_up: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// Posting P5r. A receipt goes back to its payer, to the account that it came from.
    ReturnToPayer,
    /// Posting P11d. A receipt, or a reversal that brings money in, is a paid withdrawal that the bank sends back.
    WithdrawalReturned {
        /// Raw id of the withdrawal.
        withdrawal: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// Posting P22. The bank took its cost.
    BankCost {
        /// The account of our own money that bears it: this one, when it holds our own money.
        own_account: BankAccountId,
    },
    /// Posting P21. Our own money left an account of client money.
    SweepOut {
        /// The account of our own money that it goes to.
        own_account: BankAccountId,
    },
    /// Postings P21, P22. The other end of a transfer between our accounts that is booked already.
    Arrived,
}

impl LineDecision {
    /// As it is written in a record.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Match { .. } => "match",
            Self::ReturnToPayer => "return_to_payer",
            Self::WithdrawalReturned { .. } => "withdrawal_returned",
            Self::BankCost { .. } => "bank_cost",
            Self::SweepOut { .. } => "sweep_out",
            Self::Arrived => "arrived",
        }
    }
}

/// A decision that two persons made: kept with the line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Decided {
    /// What was decided.
    pub decision: LineDecision,
    /// Who proposed it.
    pub maker: String,
    /// Who confirmed it.
    pub checker: String,
    /// A reference to why.
    pub evidence: String,
}

/// Where a line stood before a person proposed something: it goes back there when that is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Origin {
    /// [`State::Unallocated`].
    Unallocated,
    /// [`State::InReview`].
    InReview {
        /// Why.
        reasons: Vec<Text>,
    },
    /// [`State::AwaitsAPerson`].
    AwaitsAPerson {
        /// Why.
        reason: NoReceipt,
    },
}

impl Origin {
    /// The state that it was.
    #[must_use]
    pub fn state(&self) -> State {
        match self {
            Self::Unallocated => State::Unallocated,
            Self::InReview { reasons } => State::InReview { reasons: reasons.clone() },
            Self::AwaitsAPerson { reason } => State::AwaitsAPerson { reason: *reason },
        }
    }
}
