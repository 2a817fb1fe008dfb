//! What happened to an operation. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Refusal, Timestamp};

use super::{Product, Progress};

/// An event of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A worker took it up.
    Begun {
        /// When.
        at: Timestamp,
        /// Which attempt.
        attempt: u32,
        /// The server that does it.
        server: String,
    },
    /// It is farther than before.
    Progressed {
        /// How far.
        progress: Progress,
    },
    /// It is done.
    Finished {
        /// When.
        at: Timestamp,
        /// How far it got.
        progress: Progress,
        /// What came of it.
        product: Product,
    },
    /// It cannot be done.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        refusal: Refusal,
    },
    /// Somebody no longer wanted it.
    Cancelled {
        /// When.
        at: Timestamp,
        /// Who.
        by: String,
    },
    /// The time of its file is over.
    Expired {
        /// When.
        at: Timestamp,
    },
}
