//! A top-up by wire (machine M7): awaiting funds, then credited; a wire that does not fit goes to a person.
//! Never moves money itself: [`postings`] says what the ledger must book.

mod command;
mod decide;
mod event;
mod postings;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, Money, Timestamp};

pub use command::{Command, CommandKind, Verdict};
pub use decide::{allowed, decide};
pub use event::Event;
pub use postings::postings;
pub use refusal::TopUpRefusal;

use crate::account::AccountId;
use crate::matching::Mismatch;
use crate::names::normalise;
use crate::remark::remark_code;

zaiton_kernel::define_id!(
    /// The id of a top-up request.
    TopUpId,
    "tu"
);

/// Where a top-up stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "TopUpState")]
pub enum State {
    /// Not requested yet.
    Draft,
    /// The wire has not come.
    AwaitingFunds {
        /// When the request ends without money.
        expires_at: Timestamp,
    },
    /// A wire came that does not fit: a person decides.
    InReview {
        /// Raw id of the bank line.
        line: i64,
        /// What does not fit.
        reasons: Vec<Mismatch>,
    },
    /// The money is available.
    Credited {
        /// Raw id of the bank line.
        line: i64,
        /// When.
        at: Timestamp,
    },
    /// The money goes back to its payer.
    Returned {
        /// Raw id of the bank line.
        line: i64,
    },
    /// Taken back by the merchant.
    Cancelled,
    /// No money came in time.
    Expired,
}

/// A request to top up a prepaid account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TopUp {
    /// Its id.
    pub id: TopUpId,
    /// The account to credit.
    pub account: AccountId,
    /// The amount that must come in, exactly.
    pub amount: Money,
    /// The company that must pay: the one bound at opening.
    pub payer: String,
    /// Its name as names are compared: by this, the requests of a payer are found.
    #[serde(default)]
    pub payer_key: String,
    /// What the payer writes into the wire's remark.
    pub remark_code: String,
    /// Where it stands.
    pub state: State,
    /// When it was requested.
    pub requested_at: Timestamp,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "draft",
            Self::AwaitingFunds { .. } => "awaiting_funds",
            Self::InReview { .. } => "in_review",
            Self::Credited { .. } => "credited",
            Self::Returned { .. } => "returned",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        })
    }
}

impl TopUp {
    /// A top-up before it is requested: of an account, its currency and its bound company.
    #[must_use]
    pub fn draft(id: TopUpId, account: AccountId, currency: Currency, payer: String) -> Self {
        Self {
            id,
            account,
            amount: Money::zero(currency),
            payer_key: normalise(&payer).text,
            payer,
            remark_code: remark_code(zaiton_kernel::Id::raw(id)),
            state: State::Draft,
            requested_at: Timestamp::from_micros(0),
        }
    }

    /// It waits for money or for a person.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.state {
            State::AwaitingFunds { .. } | State::InReview { .. } => true,
            State::Draft
            | State::Credited { .. }
            | State::Returned { .. }
            | State::Cancelled
            | State::Expired => false,
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Requested { amount, requested_at, expires_at } => {
                self.amount = *amount;
                self.requested_at = *requested_at;
                self.state = State::AwaitingFunds { expires_at: *expires_at };
            }
            Event::SentToReview { line, reasons } => {
                self.state = State::InReview { line: *line, reasons: reasons.clone() };
            }
            Event::Credited { line, at, .. } => self.state = State::Credited { line: *line, at: *at },
            Event::Returned { line, .. } => self.state = State::Returned { line: *line },
            Event::Cancelled {} => self.state = State::Cancelled,
            Event::Expired {} => self.state = State::Expired,
        }
    }
}
