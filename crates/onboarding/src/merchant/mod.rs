//! A merchant, taken over with its code and company name. Never holds people's data: those are users.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

pub use command::Command;
pub use decide::decide;
pub use event::Event;
pub use refusal::MerchantRefusal;

zaiton_kernel::define_id!(
    /// The id of a merchant.
    MerchantId,
    "me"
);

/// Letters of a merchant's code.
pub const CODE_LETTERS: std::ops::RangeInclusive<usize> = 2..=32;

/// Where a merchant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "MerchantState")]
pub enum State {
    /// Not registered yet.
    Unregistered,
    /// In business.
    Active {
        /// Since when it is known here.
        registered_at: Timestamp,
    },
}

/// How a merchant sells here (R1-02).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Supply {
    /// It supplies the platform, and its settlement keeps it out of marketing programmes unless it pays in advance.
    #[default]
    SelfRun,
    /// It supplies the platform, and its settlement takes part in marketing programmes by itself.
    SelfRunInProgramme,
    /// It sells in a shop of its own.
    Marketplace,
}

/// A merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Merchant {
    /// Its id.
    pub id: MerchantId,
    /// Its code: [`CODE_LETTERS`] of `A-Z a-z 0-9 _ -`, unique.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The company's name, as on its licence.
    pub company: String,
    /// How it sells here.
    #[serde(default)]
    pub supply: Supply,
    /// Where it stands.
    pub state: State,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unregistered => "unregistered",
            Self::Active { .. } => "active",
        })
    }
}

impl Merchant {
    /// A merchant before it is registered.
    #[must_use]
    pub const fn unregistered(id: MerchantId) -> Self {
        Self {
            id,
            code: String::new(),
            name: String::new(),
            company: String::new(),
            supply: Supply::SelfRun,
            state: State::Unregistered,
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Registered { code, name, company, supply, registered_at } => {
                self.supply = *supply;
                self.code.clone_from(code);
                self.name.clone_from(name);
                self.company.clone_from(company);
                self.state = State::Active { registered_at: *registered_at };
            }
        }
    }
}
