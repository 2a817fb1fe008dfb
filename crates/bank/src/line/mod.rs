//! A line of a bank statement: recorded once, used once (invariant 9). Never knows why it fits a top-up.
//!
//! A debit or a reversal is recorded without a posting and awaits a person: withdrawals, bank costs and
//! returns name their own postings when they are matched to it. Until then 1020 differs from the bank by
//! these lines, and the accepted statement says how many there are.

mod command;
mod decide;
mod event;
mod postings;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{LocalDate, Money, Text};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use postings::postings;
pub use refusal::LineRefusal;

use crate::bank_account::{BankAccount, BankAccountId};
use crate::statement::{LineDraft, StatementId};

zaiton_kernel::define_id!(
    /// The id of a bank line.
    LineId,
    "bl"
);

/// Why a line is no plain receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoReceipt {
    /// Money went out.
    Debit,
    /// It takes back an earlier line.
    Reversal,
}

/// Where a line stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
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
}

/// A line of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unrecorded => "unrecorded",
            Self::Unallocated => "unallocated",
            Self::Allocated { .. } => "allocated",
            Self::InReview { .. } => "in_review",
            Self::AwaitsAPerson { .. } => "awaits_a_person",
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
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        self.state = match event {
            Event::Received {} => State::Unallocated,
            Event::NotAReceipt { reason } => State::AwaitsAPerson { reason: *reason },
            Event::Allocated { top_up, merchant } => {
                State::Allocated { top_up: *top_up, merchant: *merchant }
            }
            Event::SentToReview { reasons } => State::InReview { reasons: reasons.clone() },
            Event::Unallocated { reason, .. } => State::InReview { reasons: vec![reason.clone()] },
        };
    }
}

/// Invariant 9. What of a line's amount lies in 2190 now, minor units: all of it or nothing.
#[must_use]
pub const fn unallocated_minor(line: &Line) -> i64 {
    match line.state {
        State::Unallocated | State::InReview { .. } => line.amount.minor(),
        State::Unrecorded | State::Allocated { .. } | State::AwaitsAPerson { .. } => 0,
    }
}
