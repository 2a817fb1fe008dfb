//! A bank account of the platform: whose money lies on it, and how far its statements go. Never holds a
//! balance: that is the ledger's.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, LocalDate, Money, Timestamp};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::BankAccountRefusal;

use crate::held::HeldStatementId;
use crate::payment::PaymentId;
use crate::statement::Gap;
use crate::transfer::Way;

zaiton_kernel::define_id!(
    /// The id of a bank account.
    BankAccountId,
    "ba"
);

/// The end of the statements taken so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "StatementChain")]
pub struct Chain {
    /// The bank's name of the last statement.
    pub statement_id: String,
    /// Its number, where the bank numbers them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
    /// Its last day.
    pub to: LocalDate,
    /// Its opening balance; statements taken long ago do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Money>,
    /// Its closing balance: what the next one should open with.
    pub closing: Money,
}

/// A statement that is held, as its account lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Held {
    /// Its id.
    pub statement: HeldStatementId,
    /// Where it begins and ends.
    pub chain: Chain,
}

impl Chain {
    /// What statements are ordered by: the day, then the bank's number.
    const fn place(&self) -> (LocalDate, Option<i64>) {
        (self.to, self.sequence)
    }

    /// Reading K-43. The hole between this end and another statement, `None` when it follows, or when it is older: one
    /// that comes late proves nothing. Several of one day without numbers are told apart by their balances.
    #[must_use]
    pub fn gap_before(&self, next: &Self) -> Option<Gap> {
        let opening = next.opening?;
        if opening == self.closing || next.statement_id == self.statement_id {
            return None;
        }
        let gap = Gap { expected_opening: self.closing, opening };
        match next.place().cmp(&self.place()) {
            Ordering::Greater => Some(gap),
            Ordering::Equal if self.opening != Some(next.closing) => Some(gap),
            Ordering::Equal | Ordering::Less => None,
        }
    }

    /// Whether another statement goes further than this end.
    #[must_use]
    pub fn ends_before(&self, next: &Self) -> bool {
        match next.place().cmp(&self.place()) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => {
                let goes_before = self.opening == Some(next.closing) && next.opening != Some(self.closing);
                next.statement_id != self.statement_id && next.opening.is_some() && !goes_before
            }
        }
    }
}

/// Where a bank account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "BankAccountState")]
pub enum State {
    /// Not opened yet.
    Unopened,
    /// Statements are taken.
    Open {
        /// Since when.
        opened_at: Timestamp,
    },
}

/// A bank account of the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BankAccount {
    /// Its id.
    pub id: BankAccountId,
    /// IBAN or account number, as [`normalise_number`] writes it.
    pub number: String,
    /// The holder's name.
    pub holder: String,
    /// The bank's name.
    pub bank: String,
    /// The currency of all its money.
    pub currency: Currency,
    /// Client money (1020), else our own (1010).
    pub client_money: bool,
    /// Where it stands.
    pub state: State,
    /// The end of the statements taken so far.
    pub last_statement: Option<Chain>,
    /// Transfers from our other accounts that are booked and whose lines are still to come, minor units.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub in_transit_in_minor: i64,
    /// Transfers to our other accounts that are booked and whose lines are still to come, minor units.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub in_transit_out_minor: i64,
    /// Payments that wait for a file, in the order they came: a bounded list, so that none is looked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<PaymentId>,
    /// Statements that are held, in the order of their days: a bounded list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(minor: &i64) -> bool {
    *minor == 0
}

/// An IBAN or account number in the form that is compared: half-width capitals and digits, no spaces, no
/// hyphens.
#[must_use]
pub fn normalise_number(text: &str) -> String {
    let narrow = |c: char| match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    text.chars()
        .map(narrow)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

impl BankAccount {
    /// A bank account before it is opened.
    #[must_use]
    pub const fn unopened(id: BankAccountId, currency: Currency) -> Self {
        Self {
            id,
            number: String::new(),
            holder: String::new(),
            bank: String::new(),
            currency,
            client_money: true,
            state: State::Unopened,
            last_statement: None,
            in_transit_in_minor: 0,
            in_transit_out_minor: 0,
            waiting: Vec::new(),
            held: Vec::new(),
        }
    }

    /// The held statement that may be taken by itself now, if there is one: the first that leaves no hole.
    #[must_use]
    pub fn next_held(&self) -> Option<HeldStatementId> {
        let leaves_none = |held: &&Held| {
            self.last_statement.as_ref().is_none_or(|last| last.gap_before(&held.chain).is_none())
        };
        self.held.iter().find(leaves_none).map(|held| held.statement)
    }

    /// As what a statement of the bank's name is held, if it is.
    #[must_use]
    pub fn held_as(&self, statement_id: &str) -> Option<HeldStatementId> {
        let named = |held: &&Held| held.chain.statement_id == statement_id;
        self.held.iter().find(named).map(|held| held.statement)
    }

    /// What is expected one way: transfers between our accounts whose lines are still to come.
    #[must_use]
    pub const fn in_transit(&self, way: Way) -> Money {
        let minor = match way {
            Way::In => self.in_transit_in_minor,
            Way::Out => self.in_transit_out_minor,
        };
        Money::new(minor, self.currency)
    }

    const fn transit(&mut self, way: Way) -> &mut i64 {
        match way {
            Way::In => &mut self.in_transit_in_minor,
            Way::Out => &mut self.in_transit_out_minor,
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { number, holder, bank, client_money, opened_at } => {
                self.number.clone_from(number);
                self.holder.clone_from(holder);
                self.bank.clone_from(bank);
                self.client_money = *client_money;
                self.state = State::Open { opened_at: *opened_at };
            }
            Event::StatementTaken { chain } => self.last_statement = Some(chain.clone()),
            Event::TransferExpected { way, minor } => *self.transit(*way) += minor,
            Event::TransferForgone { way, minor } | Event::TransferMet { way, minor } => {
                *self.transit(*way) -= minor
            }
            Event::PaymentQueued { payment } => self.waiting.push(*payment),
            Event::PaymentLeft { payment } => self.waiting.retain(|known| known != payment),
            Event::StatementHeld { held } => {
                let at = self.held.partition_point(|known| known.chain.place() <= held.chain.place());
                self.held.insert(at, held.clone());
            }
            Event::HeldLeft { statement } => self.held.retain(|known| known.statement != *statement),
        }
    }
}
