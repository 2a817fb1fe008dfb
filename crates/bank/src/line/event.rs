//! What happened to a bank line. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Text;

use super::NoReceipt;

/// An event of a bank line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Recorded: money came in.
    Received {},
    /// Recorded: no plain receipt, nothing is posted.
    NotAReceipt {
        /// Why.
        reason: NoReceipt,
    },
    /// It pays a top-up.
    Allocated {
        /// Raw id of the top-up.
        top_up: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// A person must say whose it is.
    SentToReview {
        /// Why.
        reasons: Vec<Text>,
    },
    /// The merchant's side could not take it: a person must say whose it is.
    Unallocated {
        /// Raw id of the top-up that could not take it.
        top_up: i64,
        /// Raw id of its merchant.
        merchant: i64,
        /// Why.
        reason: Text,
    },
}
