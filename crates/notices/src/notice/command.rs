//! What may be asked of a notice. Never says whether it is granted.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What came of an attempt at a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "DeliveryOutcome")]
pub enum Outcome {
    /// It was taken.
    Sent,
    /// It was not.
    Failed {
        /// Why, as a code: `smtp.450`, `sms.timeout`.
        code: String,
        /// Trying again cannot help.
        hopeless: bool,
    },
    /// Whoever it is for does not want it by this way.
    Unwanted,
}

/// A command to a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R5-20. An attempt was made at one way. What is told twice, or too late, changes nothing.
    Report {
        /// Its place in the list.
        way: u16,
        /// Which round of it.
        round: u32,
        /// How many attempts there were before.
        attempts: u32,
        /// What came of it.
        outcome: Outcome,
    },
    /// Rule R5-20. Send what is dead again, or, where nothing is, what was sent: somebody says it never came.
    SendAgain,
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Report`].
    Report,
    /// [`Command::SendAgain`].
    SendAgain,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 2] = [Self::Report, Self::SendAgain];
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Report => "report",
            Self::SendAgain => "send_again",
        })
    }
}
