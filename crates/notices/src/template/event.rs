//! What happened to a template. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};

use super::Version;

/// An event of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A version was saved.
    Saved {
        /// Which.
        version: Version,
    },
}
