//! A payment out of a bank account of ours (machine M8, posting P5r): it waits for a file, goes to the bank in one file
//! only, and ends paid, failed or taken back. Never sent again under another id: while the bank's answer is missing it
//! stays in its file. Never talks to a bank, and never books but through [`postings`].
//!
//! The bank finds it, and its answers find it, by [`Payment::end_to_end`]. Money moves when the bank's debit line is
//! matched to it, never because the bank says that it will settle. What follows elsewhere is in [`follow`],
//! what its account must list in [`account_command`].

mod command;
mod decide;
mod event;
mod postings;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Money;

pub use command::{Command, CommandKind, PayingLine};
pub(crate) use decide::is_number;
pub use decide::{allowed, decide};
pub use event::Event;
pub use postings::{Follow, account_command, follow, postings};
pub use refusal::PaymentRefusal;

use crate::bank_account::{BankAccount, BankAccountId};
use crate::line::{Line, LineId};
use crate::payment_file::PaymentFileId;

zaiton_kernel::define_id!(
    /// The id of a payment; as text it is the reference that the bank carries from end to end.
    PaymentId,
    "py"
);

/// An id as banks take it: capitals and digits only.
pub(crate) fn written(id: &str) -> String {
    id.replace('_', "").to_ascii_uppercase()
}

/// An id as [`written`] writes it, or as people do; `None` for any other text.
pub(crate) fn read<T: zaiton_kernel::Id + std::str::FromStr>(text: &str, prefix: &str) -> Option<T> {
    let rest = text
        .get(prefix.len()..)
        .filter(|_| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))?;
    format!("{prefix}_{}", rest.trim_start_matches('_').to_ascii_uppercase()).parse().ok()
}

/// The payment that a bank names by its [`Payment::end_to_end`].
#[must_use]
pub fn named(end_to_end: &str) -> Option<PaymentId> {
    read(end_to_end.trim(), "py")
}

/// What a payment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Purpose {
    /// Rule R1-27. A merchant's withdrawal.
    Withdrawal {
        /// Raw id of the withdrawal.
        withdrawal: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// Posting P5r. A receipt goes back to its payer.
    Return {
        /// The receipt.
        line: LineId,
    },
}

/// Who gets the money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Creditor {
    /// The holder's name.
    pub name: String,
    /// IBAN or account number.
    pub account: String,
    /// The bank: its name or code. Empty only for a return, where the bank's line does not tell.
    pub bank: String,
}

/// What a payment is, before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentDraft {
    /// What it is for.
    pub purpose: Purpose,
    /// Which try it is, from 1: a failed payment is tried again as another one.
    pub attempt: u16,
    /// The amount, above zero.
    pub amount: Money,
    /// Who gets it.
    pub creditor: Creditor,
    /// What the creditor reads.
    pub remark: String,
}

/// Where a payment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "PaymentState")]
pub enum State {
    /// Not queued yet.
    New,
    /// It waits for a file.
    Queued,
    /// It is in a file. Nothing more is known of it until the bank answers, however long that takes.
    InFile {
        /// The file.
        file: PaymentFileId,
    },
    /// The bank took it in. Nothing is booked for that.
    Accepted {
        /// The file.
        file: PaymentFileId,
        /// The bank says that it is settled too.
        settled: bool,
    },
    /// The bank's debit line is matched to it, and it is booked.
    Paid {
        /// The file.
        file: PaymentFileId,
        /// The debit line.
        line: LineId,
    },
    /// The bank refused it for good: this payment never moves money any more.
    Failed {
        /// The file.
        file: PaymentFileId,
        /// The bank's code.
        code: String,
        /// The bank's words.
        text: String,
    },
    /// Taken back before it was in a file.
    Withdrawn,
}

/// A payment out of a bank account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// The account that pays.
    pub account: BankAccountId,
    /// That account holds client money (1020), else our own (1010).
    pub client_money: bool,
    /// What it is for.
    pub purpose: Purpose,
    /// Which try it is, from 1.
    pub attempt: u16,
    /// The amount, above zero.
    pub amount: Money,
    /// Who gets it.
    pub creditor: Creditor,
    /// What the creditor reads.
    pub remark: String,
    /// Where it stands.
    pub state: State,
}

impl PaymentDraft {
    /// Posting P5r. The payment that takes a receipt back to its payer: all of it, to the account that it came from.
    #[must_use]
    pub fn back_to_payer(line: &Line, attempt: u16, remark: String) -> Self {
        Self {
            purpose: Purpose::Return { line: line.id },
            attempt,
            amount: line.amount,
            creditor: Creditor {
                name: line.payer_name.clone(),
                account: line.payer_account.clone(),
                bank: String::new(),
            },
            remark,
        }
    }
}

impl Payment {
    /// A payment before it is queued.
    #[must_use]
    pub fn new(id: PaymentId, account: &BankAccount, draft: PaymentDraft) -> Self {
        Self {
            id,
            account: account.id,
            client_money: account.client_money,
            purpose: draft.purpose,
            attempt: draft.attempt,
            amount: draft.amount,
            creditor: draft.creditor,
            remark: draft.remark,
            state: State::New,
        }
    }

    /// The reference that the bank carries from end to end: 16 capitals and digits, which every format has room for.
    #[must_use]
    pub fn end_to_end(&self) -> String {
        written(&self.id.to_string())
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        let in_file = self.file();
        let known = || in_file.expect("only a payment in a file is answered");
        self.state = match event {
            Event::Queued {} | Event::LeftFile { .. } => State::Queued,
            Event::PutInFile { file } => State::InFile { file: *file },
            Event::Announced { settled } => State::Accepted { file: known(), settled: *settled },
            Event::Paid { line, .. } => State::Paid { file: known(), line: *line },
            Event::Failed { code, text } => {
                State::Failed { file: known(), code: code.clone(), text: text.clone() }
            }
            Event::Withdrawn { .. } => State::Withdrawn,
        };
    }

    /// The file that it is in, or was sent with.
    #[must_use]
    pub const fn file(&self) -> Option<PaymentFileId> {
        match self.state {
            State::InFile { file }
            | State::Accepted { file, .. }
            | State::Paid { file, .. }
            | State::Failed { file, .. } => Some(file),
            State::New | State::Queued | State::Withdrawn => None,
        }
    }
}

impl PayingLine {
    /// What a payment must know of a line.
    #[must_use]
    pub const fn of(line: &Line) -> Self {
        Self {
            line: line.id,
            account: line.account,
            amount: line.amount,
            debit: !line.credit && !line.reversal,
            value_date: line.value_date,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Queued => "queued",
            Self::InFile { .. } => "in_file",
            Self::Accepted { .. } => "accepted",
            Self::Paid { .. } => "paid",
            Self::Failed { .. } => "failed",
            Self::Withdrawn => "withdrawn",
        })
    }
}
