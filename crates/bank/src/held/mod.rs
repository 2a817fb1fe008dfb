//! A statement that does not open where the one before closed: kept whole, and booked in no part, until the missing one
//! comes or a person decides (K-43). Never books, and never says that a statement is right.
//!
//! How a use case takes a statement now:
//!
//! 1. The bank's name is known: the same statement again, as before. [`BankAccount::held_as`] names one: it is held
//!    already, [`HeldStatement::again`] says whether it is the same.
//! 2. [`crate::statement::receive`] judges it. [`Received::Take`]: book it as before, and `TakeStatement`.
//!    [`Received::Hold`]: make the record with [`HeldStatement::hold`], ask the account to `HoldStatement`, and book
//!    nothing: no key is claimed, no line recorded.
//! 3. After every `TakeStatement` ask [`BankAccount::next_held`]. What it names is taken in a command of its own, because
//!    statements are large: `receive` it again, [`Command::TakeNext`] with the gap that is left, book as in 2, and
//!    `LetGo`. Then ask again.
//! 4. A person: [`Command::TakeAnyway`], then [`crate::statement::accept_anyway`], which leaves out the comparison with
//!    the statement before and nothing else; book as in 2, `LetGo`, go on with 3. Or [`Command::Drop`] and `LetGo`.
//!
//! [`Received::Take`]: crate::statement::Received::Take
//! [`Received::Hold`]: crate::statement::Received::Hold

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Timestamp};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::HeldRefusal;

use crate::bank_account::{BankAccount, BankAccountId};
use crate::statement::{Gap, StatementDraft};

zaiton_kernel::define_id!(
    /// The id of a statement that is held.
    HeldStatementId,
    "hs"
);

/// Where a held statement stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "HeldState")]
pub enum State {
    /// It waits: nothing of it is booked.
    Held,
    /// It was taken.
    Taken {
        /// The person who took it although a statement is missing; none when the missing one came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// Why a person did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// It is not taken.
    Dropped {
        /// Who dropped it.
        by: String,
        /// Why.
        reason: String,
    },
}

/// A statement that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HeldStatement {
    /// Its id.
    pub id: HeldStatementId,
    /// The account it is of.
    pub account: BankAccountId,
    /// What the file says, whole.
    pub draft: StatementDraft,
    /// What the statement before closed with, when this one came.
    pub expected_opening: Money,
    /// What this one opens with.
    pub opening: Money,
    /// When it came.
    pub held_at: Timestamp,
    /// Where it stands.
    pub state: State,
}

impl HeldStatement {
    /// The record of a statement that [`crate::statement::receive`] says to hold.
    #[must_use]
    pub const fn hold(
        id: HeldStatementId,
        account: &BankAccount,
        draft: StatementDraft,
        gap: Gap,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            account: account.id,
            draft,
            expected_opening: gap.expected_opening,
            opening: gap.opening,
            held_at: now,
            state: State::Held,
        }
    }

    /// The same statement again: nothing to do, when it says the same.
    ///
    /// # Errors
    /// `Changed`: the bank sent other content under the same name.
    pub fn again(&self, draft: &StatementDraft) -> Result<(), HeldRefusal> {
        if self.draft == *draft {
            Ok(())
        } else {
            let statement_id = self.draft.statement_id.clone();
            Err(HeldRefusal::Changed { statement_id, held_at: self.held_at })
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        self.state = match event {
            Event::TookNext {} => State::Taken { by: None, reason: None },
            Event::TookAnyway { actor, reason } => {
                State::Taken { by: Some(actor.clone()), reason: Some(reason.clone()) }
            }
            Event::Dropped { actor, reason } => State::Dropped { by: actor.clone(), reason: reason.clone() },
        };
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "held",
            Self::Taken { .. } => "taken",
            Self::Dropped { .. } => "dropped",
        })
    }
}
