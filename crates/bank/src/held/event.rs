//! What happened to a held statement. Never changes its meaning once stored. A person's reason is for the record:
//! what is emitted of an event names ids and kinds only.

use serde::{Deserialize, Serialize};

/// An event of a held statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The statement before it came, so it was taken.
    TookNext {},
    /// A person took it although a statement is missing.
    TookAnyway {
        /// Who.
        actor: String,
        /// Why.
        reason: String,
    },
    /// A person did not take it.
    Dropped {
        /// Who.
        actor: String,
        /// Why.
        reason: String,
    },
}
