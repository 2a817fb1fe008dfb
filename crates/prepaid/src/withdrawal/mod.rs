//! A withdrawal (machine M8): money asked back to the bound bank card, checked by people, sent, and paid;
//! what the bank refuses or leaves open goes to a person. Never moves money itself: [`postings`] says what
//! the ledger must book.

mod answers;
#[cfg(test)]
mod bank_tests;
mod checks;
mod command;
mod decide;
mod event;
#[cfg(test)]
mod people_tests;
mod postings;
mod refusal;
mod sending;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod walks;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, Money, Timestamp};

pub use command::{Ask, Card, Command, CommandKind, Role, Standing};
pub use decide::{allowed, decide};
pub use event::Event;
pub use postings::{paid_after_all, postings};
pub use refusal::WithdrawalRefusal;

use crate::account::{AccountId, ProgrammeId, WireAccount};

zaiton_kernel::define_id!(
    /// The id of a withdrawal.
    WithdrawalId,
    "wd"
);

/// How often a payment is sent, at most: a bound on the list of failures.
pub const ATTEMPTS: u16 = 10;

/// Rule R1-27. Where the money goes: the company's bound bank account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Payee {
    /// The bank's name.
    pub bank: String,
    /// The account number.
    pub account_no: String,
    /// The holder's name.
    pub holder: String,
}

impl From<&WireAccount> for Payee {
    fn from(card: &WireAccount) -> Self {
        Self { bank: card.bank.clone(), account_no: card.account_no.clone(), holder: card.holder.clone() }
    }
}

/// Rule R1-27. A checker's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Approval {
    /// Who.
    pub actor: String,
    /// For whom.
    pub role: Role,
    /// When.
    pub at: Timestamp,
}

/// A payment that the bank refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "WithdrawalFailure")]
pub struct Failure {
    /// The payment.
    pub payment: i64,
    /// The bank's code.
    pub code: String,
    /// The bank's words.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// Rule R1-29. Why a person must look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ManualCause")]
pub enum Cause {
    /// The bank refused the payment for certain; [`Withdrawal::failures`] says why.
    Failed,
    /// The bank did not answer: the money may have left or not.
    TimedOut,
    /// Nothing was sent: the account is bound to another card than the one asked for (K-66).
    CardChanged,
}

/// Where a withdrawal stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "WithdrawalState")]
pub enum State {
    /// Not requested yet.
    New,
    /// Checkers must agree.
    Requested,
    /// It may be sent.
    Approved {
        /// When the last checker agreed.
        at: Timestamp,
    },
    /// The bank has the payment.
    Sent {
        /// When it was given to the bank.
        at: Timestamp,
        /// Until when the bank should have answered.
        answer_by: Timestamp,
    },
    /// The money is gone to the merchant.
    Paid {
        /// When that was known.
        at: Timestamp,
    },
    /// The operator did not agree.
    Rejected {
        /// When.
        at: Timestamp,
        /// Who.
        by: String,
        /// Why: a code.
        reason: String,
    },
    /// Taken back by the merchant.
    Cancelled {
        /// When.
        at: Timestamp,
        /// Who.
        by: String,
    },
    /// A person decides.
    InManual {
        /// Why.
        cause: Cause,
        /// Since when.
        since: Timestamp,
    },
    /// A person gave the money back to the account; nothing had left the bank.
    Reversed {
        /// When.
        at: Timestamp,
        /// Who.
        by: String,
    },
    /// The money came back from the bank and lies on 2190: people decide.
    Returned {
        /// When that was known.
        at: Timestamp,
        /// Raw id of the bank line.
        line: i64,
    },
    /// Two people gave the returned money back to the account.
    GivenBack {
        /// When.
        at: Timestamp,
        /// Raw id of the bank line.
        line: i64,
        /// Who proposed it.
        maker: String,
        /// Who agreed.
        checker: String,
    },
}

/// A request to have money of a prepaid account back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Withdrawal {
    /// Its id.
    pub id: WithdrawalId,
    /// The account that the money leaves.
    pub account: AccountId,
    /// The account's programme.
    pub programme: ProgrammeId,
    /// How much, in the account's currency.
    pub amount: Money,
    /// Where it goes: the card that was bound at the request. Empty before.
    pub to: Payee,
    /// Who asked, for the merchant. Empty before.
    pub maker: String,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// No withdrawal was ever paid to this card.
    pub first_use: bool,
    /// Finance must approve too.
    pub needs_finance: bool,
    /// Who has agreed: operations, then finance.
    pub approvals: Vec<Approval>,
    /// How often it was sent. At most [`ATTEMPTS`].
    pub attempt: u16,
    /// The payment that was sent last.
    pub payment: Option<i64>,
    /// The payments that the bank refused.
    pub failures: Vec<Failure>,
    /// What proved that nothing left the bank, once reversed.
    pub evidence: String,
    /// Where it stands.
    pub state: State,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Requested => "requested",
            Self::Approved { .. } => "approved",
            Self::Sent { .. } => "sent",
            Self::Paid { .. } => "paid",
            Self::Rejected { .. } => "rejected",
            Self::Cancelled { .. } => "cancelled",
            Self::InManual { .. } => "in_manual",
            Self::Reversed { .. } => "reversed",
            Self::Returned { .. } => "returned",
            Self::GivenBack { .. } => "given_back",
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::CardChanged => "card_changed",
        })
    }
}

impl Withdrawal {
    /// A withdrawal before it is requested: of an account, its programme and its currency.
    #[must_use]
    pub const fn unrequested(
        id: WithdrawalId,
        account: AccountId,
        programme: ProgrammeId,
        currency: Currency,
    ) -> Self {
        Self {
            id,
            account,
            programme,
            amount: Money::zero(currency),
            to: Payee { bank: String::new(), account_no: String::new(), holder: String::new() },
            maker: String::new(),
            requested_at: Timestamp::from_micros(0),
            first_use: false,
            needs_finance: false,
            approvals: Vec::new(),
            attempt: 0,
            payment: None,
            failures: Vec::new(),
            evidence: String::new(),
            state: State::New,
        }
    }

    /// Its money lies on 2130: asked for, and neither gone nor given back.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.state {
            State::Requested | State::Approved { .. } | State::Sent { .. } | State::InManual { .. } => true,
            State::New
            | State::Paid { .. }
            | State::Rejected { .. }
            | State::Cancelled { .. }
            | State::Reversed { .. }
            | State::Returned { .. }
            | State::GivenBack { .. } => false,
        }
    }

    /// Rule R1-29. Why a person must look at it; `None` when nobody must.
    #[must_use]
    pub const fn cause(&self) -> Option<Cause> {
        match self.state {
            State::InManual { cause, .. } => Some(cause),
            State::New
            | State::Requested
            | State::Approved { .. }
            | State::Sent { .. }
            | State::Paid { .. }
            | State::Rejected { .. }
            | State::Cancelled { .. }
            | State::Reversed { .. }
            | State::Returned { .. }
            | State::GivenBack { .. } => None,
        }
    }

    /// Rule R1-27. Whose approval is missing next; `None` when all are there.
    #[must_use]
    pub fn next_role(&self) -> Option<Role> {
        let has = |role| self.approvals.iter().any(|approval| approval.role == role);
        if !has(Role::Operations) {
            Some(Role::Operations)
        } else if self.needs_finance && !has(Role::Finance) {
            Some(Role::Finance)
        } else {
            None
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Requested { amount, maker, first_use, needs_finance, at, to } => {
                self.amount = *amount;
                self.to.clone_from(to);
                self.maker.clone_from(maker);
                self.requested_at = *at;
                self.first_use = *first_use;
                self.needs_finance = *needs_finance;
                self.state = State::Requested;
            }
            Event::ApprovalGiven { actor, role, at } => {
                self.approvals.push(Approval { actor: actor.clone(), role: *role, at: *at });
            }
            Event::Approved { at } => self.state = State::Approved { at: *at },
            Event::Rejected { actor, reason, at } => {
                self.state = State::Rejected { at: *at, by: actor.clone(), reason: reason.clone() };
            }
            Event::Cancelled { actor, at } => {
                self.state = State::Cancelled { at: *at, by: actor.clone() };
            }
            Event::Sent { payment, attempt, at, answer_by, .. } => {
                self.payment = Some(*payment);
                self.attempt = *attempt;
                self.state = State::Sent { at: *at, answer_by: *answer_by };
            }
            Event::CardChanged { at } => self.wait_for_a_person(Cause::CardChanged, *at),
            Event::Failed { payment, code, at, text } => {
                let (code, text) = (code.clone(), text.clone());
                self.failures.push(Failure { payment: *payment, code, text, at: *at });
                self.wait_for_a_person(Cause::Failed, *at);
            }
            Event::TimedOut { at, .. } => self.wait_for_a_person(Cause::TimedOut, *at),
            Event::Reversed { actor, at, evidence } => {
                self.evidence.clone_from(evidence);
                self.state = State::Reversed { at: *at, by: actor.clone() };
            }
            Event::Paid { at, .. } => self.state = State::Paid { at: *at },
            Event::Returned { line, at } => self.state = State::Returned { at: *at, line: *line },
            Event::GivenBack { line, maker, checker, at } => {
                let (maker, checker) = (maker.clone(), checker.clone());
                self.state = State::GivenBack { at: *at, line: *line, maker, checker };
            }
        }
    }

    fn wait_for_a_person(&mut self, cause: Cause, since: Timestamp) {
        self.state = State::InManual { cause, since };
    }
}
