//! What may be asked of a message of a webhook. Never says whether it is granted.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "WebhookOutcome")]
pub enum Outcome {
    /// Answered with 200 to 299.
    Taken {
        /// The status.
        status: u16,
    },
    /// Not answered, or otherwise.
    Failed {
        /// Why, as a code: `status.500`, `timeout`, `forbidden_address`.
        code: String,
        /// The status, if there was one.
        status: Option<u16>,
    },
    /// Answered with 410: gone for good.
    Gone,
}

/// A command to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R5-41. An attempt was made. What is told twice, or too late, changes nothing.
    Report {
        /// Of which round.
        round: u32,
        /// How many attempts there were before.
        attempts: u32,
        /// What came of it.
        outcome: Outcome,
    },
    /// Its address is paused or over.
    Hold,
    /// Rule R5-41. Send it again, under its own id.
    Replay,
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Replay`].
    Replay,
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replay => "replay",
        })
    }
}
