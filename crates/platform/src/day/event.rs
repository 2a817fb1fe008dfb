//! What happened to a day. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};

use super::Count;

/// An event of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Rule L-I13. Clients' money was counted.
    Counted {
        /// What was found.
        count: Count,
    },
}
