//! A bank statement: whether it may be booked, and the record that it was. Never reads a file format, never
//! books.

mod accept;
mod draft;
mod refusal;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{LocalDate, Money, Timestamp};

pub use accept::{
    Accepted, AcceptedLine, Gap, Received, StatementPolicy, accept, accept_anyway, line_key, receive,
};
pub use draft::{LineDraft, StatementDraft};
pub use refusal::StatementRefusal;

use crate::bank_account::{BankAccountId, Chain};

zaiton_kernel::define_id!(
    /// The id of an accepted statement.
    StatementId,
    "bs"
);

/// The record of an accepted statement. Written once, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "BankStatement")]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// The account it is of.
    pub account: BankAccountId,
    /// The bank's name of it.
    pub statement_id: String,
    /// A hash of its content, made by the caller.
    pub content: String,
    /// Its first day.
    pub from: LocalDate,
    /// Its last day.
    pub to: LocalDate,
    /// Before its first line.
    pub opening: Money,
    /// After its last line.
    pub closing: Money,
    /// What it books in.
    pub credits: Money,
    /// What it books out.
    pub debits: Money,
    /// How many lines it books.
    pub booked: usize,
    /// How many lines it announces; they are not taken.
    pub pending: usize,
    /// How many booked lines await a person, because they are no plain receipts.
    pub for_a_person: usize,
    /// When it was accepted.
    pub accepted_at: Timestamp,
}

impl Statement {
    /// The record of a statement that [`accept`] took.
    #[must_use]
    pub fn record(
        id: StatementId,
        account: BankAccountId,
        accepted: &Accepted,
        content: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            account,
            statement_id: accepted.statement_id.clone(),
            content,
            from: accepted.from,
            to: accepted.to,
            opening: accepted.opening,
            closing: accepted.closing,
            credits: accepted.credits,
            debits: accepted.debits,
            booked: accepted.lines.len(),
            pending: accepted.pending,
            for_a_person: accepted.for_a_person,
            accepted_at: now,
        }
    }

    /// The same statement again: nothing to do, when its content is the same.
    ///
    /// # Errors
    /// `Changed`: the bank sent other content under the same name.
    pub fn again(&self, content: &str) -> Result<(), StatementRefusal> {
        if self.content == content {
            Ok(())
        } else {
            Err(StatementRefusal::Changed {
                statement_id: self.statement_id.clone(),
                accepted_at: self.accepted_at,
            })
        }
    }
}

impl Accepted {
    /// Where the account's statements end with this one.
    #[must_use]
    pub fn chain(&self) -> Chain {
        Chain {
            statement_id: self.statement_id.clone(),
            sequence: self.sequence,
            to: self.to,
            opening: Some(self.opening),
            closing: self.closing,
        }
    }
}
