//! The statement of a month (R1-31, L-I10): what an account's month opened and closed with, as the ledger said once it was
//! over. Recorded once, each month after the one before, and never changed. Never reads the ledger by itself.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Money, Month, Timestamp};
use zaiton_ledger::Kind;

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::MonthRefusal;

use crate::account::AccountId;

zaiton_kernel::define_id!(
    /// The id of a recorded month.
    MonthId,
    "mo"
);

/// How far the months of an account are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Months {
    /// The month that is recorded next.
    pub next: Month,
    /// What the last one that was recorded closed with; none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_with: Option<Money>,
}

impl Months {
    /// The months of an account that became active at a moment: its first is the month of that moment.
    #[must_use]
    pub fn since(activated_at: Timestamp) -> Self {
        Self { next: Month::at(activated_at, &Zone::shanghai()), closed_with: None }
    }

    /// After another month was recorded.
    #[must_use]
    pub fn after(figures: &Figures) -> Self {
        Self { next: figures.month.next(), closed_with: Some(figures.closing) }
    }
}

/// What a month's lines of one kind add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct KindTotal {
    /// Which.
    pub kind: Kind,
    /// How many lines.
    pub lines: u32,
    /// Their sum: income above zero, expense below.
    pub amount: Money,
}

/// What the statement of a month says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "MonthFigures")]
pub struct Figures {
    /// The month.
    pub month: Month,
    /// The balance (2110 + 2120 + 2125 - 1120) as it began.
    pub opening: Money,
    /// The balance as it ended.
    pub closing: Money,
    /// How many lines.
    pub lines: u32,
    /// Their sums, each kind once.
    pub totals: Vec<KindTotal>,
}

/// Where a month stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "MonthState")]
pub enum State {
    /// Not recorded yet.
    Unrecorded,
    /// Recorded for good.
    Recorded {
        /// What its statement says.
        figures: Figures,
        /// When.
        at: Timestamp,
    },
}

/// The statement of a month of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StatementMonth {
    /// Its id.
    pub id: MonthId,
    /// The account.
    pub account: AccountId,
    /// The account's currency.
    pub currency: Currency,
    /// Where it stands.
    pub state: State,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unrecorded => "unrecorded",
            Self::Recorded { .. } => "recorded",
        })
    }
}

impl StatementMonth {
    /// A month before it is recorded.
    #[must_use]
    pub const fn unrecorded(id: MonthId, account: AccountId, currency: Currency) -> Self {
        Self { id, account, currency, state: State::Unrecorded }
    }

    /// What its statement says, once it is recorded.
    #[must_use]
    pub const fn figures(&self) -> Option<&Figures> {
        match &self.state {
            State::Unrecorded => None,
            State::Recorded { figures, .. } => Some(figures),
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Recorded { figures, at } => {
                self.state = State::Recorded { figures: figures.clone(), at: *at };
            }
        }
    }
}
