//! A line of a bank statement: recorded once, used once (invariant 9). Never knows why it fits a top-up.
//!
//! A debit or a reversal is recorded without a posting and awaits a person: withdrawals, bank costs and
//! returns name their own postings when they are matched to it. Until then 1020 differs from the bank by
//! these lines, and the accepted statement says how many there are.
//!
//! What fits by itself is allocated or paid without a person (R1-18, M8). All else one person proposes, with
//! evidence, and another confirms ([`LineDecision`]); while a proposal stands nothing else uses the line. What
//! follows in other records is in [`follow`], what the line's own account must count in [`account_command`].

mod command;
mod decide;
#[cfg(test)]
mod decisions;
mod event;
mod follow;
mod person;
mod postings;
mod proposal;
mod refusal;
#[cfg(test)]
mod tests;
mod waits;
#[cfg(test)]
mod walks;
#[cfg(test)]
mod world;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{LocalDate, Money, Text};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use follow::{Follow, account_command, follow};
pub use person::{Decided, LineDecision, Origin};
pub use postings::postings;
pub use refusal::LineRefusal;
pub use waits::{likeness, likeness_of_return, waits};

use crate::bank_account::{BankAccount, BankAccountId};
use crate::payment::PaymentId;
use crate::statement::{LineDraft, StatementId};

zaiton_kernel::define_id!(
    /// The id of a bank line.
    LineId,
    "bl"
);

/// Why a line is no plain receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoReceipt {
    /// Money went out.
    Debit,
    /// It takes back an earlier line.
    Reversal,
}

/// Where a line stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "LineState")]
pub enum State {
    /// Not recorded yet.
    Unrecorded,
    /// Money came in and belongs to nobody yet (2190).
    Unallocated,
    /// It pays a top-up.
    Allocated {
        /// Raw id of the top-up.
        top_up: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// Money came in and a person must say whose it is (2190).
    InReview {
        /// Why.
        reasons: Vec<Text>,
    },
    /// No plain receipt: nothing is posted for it yet.
    AwaitsAPerson {
        /// Why.
        reason: NoReceipt,
    },
    /// A person proposed what it is; a second one must confirm it.
    Proposed {
        /// What it would be.
        decision: LineDecision,
        /// Who proposed it.
        maker: String,
        /// A reference to why.
        evidence: String,
        /// Where it stood before.
        from: Origin,
    },
    /// It goes back to its payer, and is not back yet (2190).
    Returning {
        /// The payment that takes it back.
        payment: PaymentId,
    },
    /// It went back to its payer.
    Returned {
        /// The payment that took it back.
        payment: PaymentId,
    },
    /// It is a withdrawal that the bank sent back.
    WithdrawalReturned {
        /// Raw id of the withdrawal.
        withdrawal: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// It is a cost of the bank.
    BankCost {
        /// The account of our own money that bears it.
        own_account: BankAccountId,
    },
    /// Our own money left for an account of our own money.
    SweptOut {
        /// That account.
        own_account: BankAccountId,
    },
    /// It is the other end of a transfer between our accounts.
    Arrived,
    /// It is the bank's debit of a payment, which books it.
    PaysOut {
        /// The payment.
        payment: PaymentId,
    },
}

/// A line of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "BankLine")]
pub struct Line {
    /// Its id.
    pub id: LineId,
    /// The bank account.
    pub account: BankAccountId,
    /// The account holds client money (1020), else our own (1010).
    pub client_money: bool,
    /// The statement that it came with.
    pub statement: StatementId,
    /// Its place in that statement, from 1.
    pub ordinal: u32,
    /// The amount, above zero.
    pub amount: Money,
    /// It raised the balance.
    pub credit: bool,
    /// It takes back an earlier line.
    pub reversal: bool,
    /// When the bank booked it.
    pub booking_date: LocalDate,
    /// From when it counts for interest.
    pub value_date: LocalDate,
    /// The other party's name.
    pub payer_name: String,
    /// The other party's account.
    pub payer_account: String,
    /// What the other party wrote.
    pub remark: String,
    /// The bank's own reference.
    pub bank_reference: String,
    /// What the payer called the payment (EndToEndId); empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub end_to_end: String,
    /// The EndToEndId of the payment that comes back with this line; empty when it is no return of the bank.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub return_of: String,
    /// Where it stands.
    pub state: State,
    /// What two persons decided, while the line stands as they decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unrecorded => "unrecorded",
            Self::Unallocated => "unallocated",
            Self::Allocated { .. } => "allocated",
            Self::InReview { .. } => "in_review",
            Self::AwaitsAPerson { .. } => "awaits_a_person",
            Self::Proposed { .. } => "proposed",
            Self::Returning { .. } => "returning",
            Self::Returned { .. } => "returned",
            Self::WithdrawalReturned { .. } => "withdrawal_returned",
            Self::BankCost { .. } => "bank_cost",
            Self::SweptOut { .. } => "swept_out",
            Self::Arrived => "arrived",
            Self::PaysOut { .. } => "pays_out",
        })
    }
}

impl Line {
    /// A line before it is recorded, as an accepted statement has it.
    #[must_use]
    pub fn unrecorded(id: LineId, account: &BankAccount, statement: StatementId, draft: LineDraft) -> Self {
        Self {
            id,
            account: account.id,
            client_money: account.client_money,
            statement,
            ordinal: draft.ordinal,
            amount: draft.amount,
            credit: draft.credit,
            reversal: draft.reversal,
            booking_date: draft.booking_date,
            value_date: draft.value_date,
            payer_name: draft.payer_name,
            payer_account: draft.payer_account,
            remark: draft.remark,
            bank_reference: draft.bank_reference,
            end_to_end: draft.end_to_end,
            return_of: draft.return_of,
            state: State::Unrecorded,
            decided: None,
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        self.decided = match event {
            Event::Confirmed { decided, .. } => Some(decided.clone()),
            Event::PaidBack { .. } => self.decided.take(),
            Event::Received {}
            | Event::NotAReceipt { .. }
            | Event::Allocated { .. }
            | Event::SentToReview { .. }
            | Event::Unallocated { .. }
            | Event::Proposed { .. }
            | Event::Refused { .. }
            | Event::PaidOut { .. }
            | Event::ReturnFailed { .. }
            | Event::TakenBack { .. } => None,
        };
        self.state = match event {
            Event::Received {} => State::Unallocated,
            Event::NotAReceipt { reason } => State::AwaitsAPerson { reason: *reason },
            Event::Allocated { top_up, merchant } => {
                State::Allocated { top_up: *top_up, merchant: *merchant }
            }
            Event::SentToReview { reasons } => State::InReview { reasons: reasons.clone() },
            Event::Unallocated { reason, .. } | Event::ReturnFailed { reason, .. } => {
                State::InReview { reasons: vec![reason.clone()] }
            }
            Event::Proposed { decision, maker, evidence, from } => State::Proposed {
                decision: decision.clone(),
                maker: maker.clone(),
                evidence: evidence.clone(),
                from: from.clone(),
            },
            Event::Refused { back_to, .. } => back_to.state(),
            Event::Confirmed { decided, payment } => confirmed(&decided.decision, *payment),
            Event::PaidOut { payment } => State::PaysOut { payment: *payment },
            Event::PaidBack { payment } => State::Returned { payment: *payment },
            // Money that came in is in 2190 again, whatever the line was first; a debit is unbooked again.
            Event::TakenBack { reason, .. } if self.credit => {
                State::InReview { reasons: vec![reason.clone()] }
            }
            Event::TakenBack { .. } => State::AwaitsAPerson { reason: NoReceipt::Debit },
        };
    }
}

const fn confirmed(decision: &LineDecision, payment: PaymentId) -> State {
    match *decision {
        LineDecision::Match { top_up, merchant } => State::Allocated { top_up, merchant },
        LineDecision::ReturnToPayer => State::Returning { payment },
        LineDecision::WithdrawalReturned { withdrawal, merchant } => {
            State::WithdrawalReturned { withdrawal, merchant }
        }
        LineDecision::BankCost { own_account } => State::BankCost { own_account },
        LineDecision::SweepOut { own_account } => State::SweptOut { own_account },
        LineDecision::Arrived => State::Arrived,
    }
}

/// Invariant 9. Where the money of a receipt lies, minor units: the three add up to its amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// In 2190.
    pub unallocated: i64,
    /// Used: for a top-up, for a withdrawal that came back, or for a transfer of ours that is booked.
    pub allocated: i64,
    /// Back at its payer.
    pub returned: i64,
}

/// Invariant 9. Where the money of a line lies: all of it in one place, and nowhere while the line is no receipt.
#[must_use]
pub const fn parts(line: &Line) -> Parts {
    let (mut parts, all) = (Parts { unallocated: 0, allocated: 0, returned: 0 }, line.amount.minor());
    match line.state {
        State::Unallocated | State::InReview { .. } | State::Returning { .. } => parts.unallocated = all,
        State::Proposed { ref from, .. } => match from {
            Origin::Unallocated | Origin::InReview { .. } => parts.unallocated = all,
            Origin::AwaitsAPerson { .. } => {}
        },
        State::Allocated { .. } | State::WithdrawalReturned { .. } => parts.allocated = all,
        State::Arrived if line.credit => parts.allocated = all,
        State::Returned { .. } => parts.returned = all,
        State::Unrecorded
        | State::AwaitsAPerson { .. }
        | State::BankCost { .. }
        | State::SweptOut { .. }
        | State::PaysOut { .. }
        | State::Arrived => {}
    }
    parts
}

/// Invariant 9. What of a line's amount lies in 2190 now, minor units: all of it or nothing.
#[must_use]
pub const fn unallocated_minor(line: &Line) -> i64 {
    parts(line).unallocated
}
