//! What happened to an address of webhooks. Never changes its meaning once stored; never holds a secret.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::PublicEvent;

/// An event of an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It is in use.
    Added {
        /// Where it is.
        url: String,
        /// What people call it.
        description: String,
        /// What it wants.
        events: Vec<PublicEvent>,
        /// When.
        at: Timestamp,
    },
    /// It is another.
    Changed {
        /// Where it is.
        url: String,
        /// What people call it.
        description: String,
        /// What it wants.
        events: Vec<PublicEvent>,
    },
    /// Nothing goes there for now.
    Paused {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// Messages go there again.
    Resumed,
    /// It has another secret.
    Rotated {
        /// When.
        at: Timestamp,
        /// Until when the one before signs, too.
        before_until: Timestamp,
    },
    /// It is over.
    Removed {
        /// When.
        at: Timestamp,
    },
    /// Something was not answered well.
    Fails {
        /// Since when nothing was.
        since: Timestamp,
    },
    /// Something was.
    Works,
}
