//! What happened to a promotion. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{BasisPoints, Timestamp};

use super::{Cause, Ending, Products, Term};

/// An event of a promotion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was written down.
    Drafted {
        /// What people call it.
        name: String,
        /// The terms with their rates.
        terms: Vec<Term>,
        /// The share of the fee that the merchant bears.
        funded: BasisPoints,
        /// Which products.
        products: Products,
        /// From when.
        starts_at: Timestamp,
        /// Until when, exclusive.
        ends_at: Timestamp,
    },
    /// It begins at its time.
    Scheduled {},
    /// It runs.
    Begun {},
    /// It was stopped for now, or what stops it has changed.
    Suspended {
        /// Why.
        cause: Cause,
    },
    /// It goes on.
    Resumed {},
    /// It ended for good.
    Ended {
        /// Why.
        ending: Ending,
        /// When.
        at: Timestamp,
    },
}
