//! A file of payments for the bank: one person proposes it, another releases it, and only then may it be downloaded.
//! Never changes once proposed: its content is the same at every download, and a payment is in one file only.
//!
//! Whoever carries out an event of it also asks each payment: `Proposed` puts them in the file, `Dropped` lets them go
//! ([`crate::payment::Command::LeaveFile`]). The bank knows the file by [`PaymentFile::message_id`].

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Timestamp};

pub use command::{Command, CommandKind, FilePayment};
pub use decide::{allowed, decide, may_download};
pub use event::Event;
pub use refusal::PaymentFileRefusal;

use crate::bank_account::{BankAccount, BankAccountId};
use crate::payment::{Payment, PaymentId, read, written};

zaiton_kernel::define_id!(
    /// The id of a payment file; as text it is the message id that the bank answers to.
    PaymentFileId,
    "pf"
);

/// The file that a bank names by its [`PaymentFile::message_id`].
#[must_use]
pub fn named(message_id: &str) -> Option<PaymentFileId> {
    read(message_id.trim(), "pf")
}

/// Where a payment file stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "PaymentFileState")]
pub enum State {
    /// Not proposed yet.
    New,
    /// It waits for a second person.
    Proposed,
    /// A second person released it: it may be downloaded, any number of times.
    Released,
    /// The bank answered.
    Answered,
    /// Dropped before anybody could download it.
    Dropped {
        /// Who dropped it.
        by: String,
    },
}

impl State {
    /// The end of a file that was never released.
    #[must_use]
    pub fn dropped_by(by: &str) -> Self {
        Self::Dropped { by: by.to_owned() }
    }
}

/// A file of payments for the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PaymentFile {
    /// Its id.
    pub id: PaymentFileId,
    /// The account that pays.
    pub account: BankAccountId,
    /// Its payments, in the order of the file.
    pub payments: Vec<PaymentId>,
    /// What they add up to.
    pub total: Money,
    /// When it was proposed: the moment that the file itself carries.
    pub made_at: Timestamp,
    /// Who proposed it.
    pub maker: String,
    /// Who released it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checker: Option<String>,
    /// Where it stands.
    pub state: State,
}

impl FilePayment {
    /// What a file must know of a payment.
    #[must_use]
    pub const fn of(payment: &Payment) -> Self {
        Self { payment: payment.id, account: payment.account, amount: payment.amount }
    }
}

impl PaymentFile {
    /// A file before it is proposed; `made_at` is now.
    #[must_use]
    pub const fn new(id: PaymentFileId, account: &BankAccount, made_at: Timestamp) -> Self {
        Self {
            id,
            account: account.id,
            payments: Vec::new(),
            total: Money::zero(account.currency),
            made_at,
            maker: String::new(),
            checker: None,
            state: State::New,
        }
    }

    /// The name that the bank knows it by: 16 capitals and digits.
    #[must_use]
    pub fn message_id(&self) -> String {
        written(&self.id.to_string())
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Proposed { payments, total, maker } => {
                self.payments.clone_from(payments);
                self.total = *total;
                self.maker.clone_from(maker);
                self.state = State::Proposed;
            }
            Event::Released { checker } => {
                self.checker = Some(checker.clone());
                self.state = State::Released;
            }
            Event::Answered {} => self.state = State::Answered,
            Event::Dropped { actor } => self.state = State::dropped_by(actor),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Proposed => "proposed",
            Self::Released => "released",
            Self::Answered => "answered",
            Self::Dropped { .. } => "dropped",
        })
    }
}
