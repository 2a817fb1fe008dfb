//! What happened to a top-up. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Timestamp};

use crate::matching::Mismatch;

/// An event of a top-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It waits for money.
    Requested {
        /// The amount that must come in.
        amount: Money,
        /// When it was requested.
        requested_at: Timestamp,
        /// When it ends without money.
        expires_at: Timestamp,
    },
    /// A wire came that does not fit.
    SentToReview {
        /// Raw id of the bank line.
        line: i64,
        /// What does not fit.
        reasons: Vec<Mismatch>,
    },
    /// The money is available.
    Credited {
        /// Raw id of the bank line.
        line: i64,
        /// When.
        at: Timestamp,
        /// What proved it, when a person decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<String>,
    },
    /// The money goes back to its payer.
    Returned {
        /// Raw id of the bank line.
        line: i64,
        /// Why.
        evidence: String,
    },
    /// Taken back by the merchant.
    Cancelled {},
    /// No money came in time.
    Expired {},
}
