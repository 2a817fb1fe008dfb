//! A promotion that an account pays for: its terms and rates, its products, its dates, and whether it runs. Never holds
//! money and never asks what is available: the breaker says when it stops.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{BasisPoints, Timestamp};

pub use command::{Command, CommandKind, Plan, Standing};
pub use decide::{allowed, decide, may_join};
pub use event::Event;
pub use refusal::PromotionRefusal;

use crate::account::{AccountId, ProgrammeId};

zaiton_kernel::define_id!(
    /// The id of a promotion.
    PromotionId,
    "pm"
);

/// A term that a buyer may choose, and what it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PromotionTerm")]
pub struct Term {
    /// Its code: `3`, `12`.
    pub code: String,
    /// The programme's rate on what is paid for a line.
    pub rate: BasisPoints,
}

/// Which products a promotion covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PromotedProducts")]
pub enum Products {
    /// All of the merchant's.
    All,
    /// Those with these codes.
    Skus(Vec<String>),
}

/// Why a promotion is stopped for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SuspensionCause")]
pub enum Cause {
    /// The money that is left (R1-08, R1-12).
    Breaker,
    /// The merchant, by hand.
    Merchant,
    /// The operator, by hand.
    Operator,
}

/// Why a promotion ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Its time was over.
    Period,
    /// The merchant, by hand.
    Merchant,
    /// The operator, by hand.
    Operator,
}

/// Where a promotion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "PromotionState")]
pub enum State {
    /// Not written down yet.
    New,
    /// Written down.
    Drafted,
    /// It begins at its time.
    Scheduled,
    /// It runs.
    Running,
    /// Stopped for now.
    Suspended {
        /// Why, and who may let it go on.
        cause: Cause,
        /// It had begun, or its time has come meanwhile.
        begun: bool,
    },
    /// Ended for good.
    Ended {
        /// Why.
        ending: Ending,
        /// When.
        at: Timestamp,
    },
}

/// A promotion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Promotion {
    /// Its id.
    pub id: PromotionId,
    /// The account that pays.
    pub account: AccountId,
    /// The programme.
    pub programme: ProgrammeId,
    /// What people call it.
    pub name: String,
    /// The terms with their rates.
    pub terms: Vec<Term>,
    /// The share of the fee that the merchant bears.
    pub funded: BasisPoints,
    /// Which products.
    pub products: Products,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when, exclusive.
    pub ends_at: Timestamp,
    /// Where it stands.
    pub state: State,
}

impl Promotion {
    /// A promotion before it is drafted.
    #[must_use]
    pub const fn new(id: PromotionId, account: AccountId, programme: ProgrammeId) -> Self {
        Self {
            id,
            account,
            programme,
            name: String::new(),
            terms: Vec::new(),
            funded: BasisPoints::new(0),
            products: Products::All,
            starts_at: Timestamp::from_micros(0),
            ends_at: Timestamp::from_micros(0),
            state: State::New,
        }
    }

    /// Applies what happened.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Drafted { name, terms, funded, products, starts_at, ends_at } => {
                name.clone_into(&mut self.name);
                terms.clone_into(&mut self.terms);
                self.funded = *funded;
                products.clone_into(&mut self.products);
                (self.starts_at, self.ends_at) = (*starts_at, *ends_at);
                self.state = State::Drafted;
            }
            Event::Scheduled {} => self.state = State::Scheduled,
            Event::Begun {} => {
                self.state = match self.state {
                    State::Suspended { cause, .. } => State::Suspended { cause, begun: true },
                    State::New | State::Drafted | State::Scheduled | State::Running | State::Ended { .. } => {
                        State::Running
                    }
                };
            }
            Event::Suspended { cause } => {
                let begun = match self.state {
                    State::Running => true,
                    State::Suspended { begun, .. } => begun,
                    State::New | State::Drafted | State::Scheduled | State::Ended { .. } => false,
                };
                self.state = State::Suspended { cause: *cause, begun };
            }
            Event::Resumed {} => {
                let begun = matches!(self.state, State::Suspended { begun: true, .. });
                self.state = if begun { State::Running } else { State::Scheduled };
            }
            Event::Ended { ending, at } => self.state = State::Ended { ending: *ending, at: *at },
        }
    }

    /// The term of a code, when the promotion runs and covers a product at a moment. A suspended one makes no offer.
    #[must_use]
    pub fn term_for(&self, sku: &str, term: &str, at: Timestamp) -> Option<&Term> {
        let in_time = self.state == State::Running && self.starts_at <= at && at < self.ends_at;
        let covered = match &self.products {
            Products::All => true,
            Products::Skus(skus) => skus.iter().any(|known| known == sku),
        };
        self.terms.iter().find(|known| in_time && covered && known.code == term)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Breaker => "breaker",
            Self::Merchant => "merchant",
            Self::Operator => "operator",
        })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Drafted => "drafted",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Suspended { .. } => "suspended",
            Self::Ended { .. } => "ended",
        })
    }
}
