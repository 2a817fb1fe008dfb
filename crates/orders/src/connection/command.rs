//! What may be asked of a connection. Never says whether it is granted.

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::Ways;

/// What a connection is entered with, sealed. Never shown, never in an event.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Which key it is sealed with.
    pub key: String,
    /// The settings, sealed, base64.
    pub text: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.key)
    }
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ended {
    /// The channel has nothing newer.
    CaughtUp,
    /// It took its share, and goes on at once.
    More,
    /// The channel, or its budget, says when it may be asked again.
    Later {
        /// Then.
        at: Timestamp,
    },
    /// The credentials are not taken.
    Credentials {
        /// Why, a code.
        code: String,
    },
    /// Something else went wrong.
    Failed {
        /// What, a code.
        code: String,
    },
}

/// What a turn did. Everything that it handed over is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pulled {
    /// Everything that changed until then is here.
    pub until: Timestamp,
    /// The place to go on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Messages that came.
    #[serde(default)]
    pub messages: u32,
    /// Orders that were not known before.
    #[serde(default)]
    pub new: u32,
    /// Orders that changed.
    #[serde(default)]
    pub changed: u32,
    /// Messages that are no order, and were kept.
    #[serde(default)]
    pub unread: u32,
    /// Messages of a queue of notifications that gave no order.
    #[serde(default)]
    pub skipped: u32,
    /// A queue of notifications told what changed and was emptied; lists are half an hour apart then.
    #[serde(default)]
    pub queue_is_empty: bool,
    /// From when to when the channel no longer shows what changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_reach: Option<(Timestamp, Timestamp)>,
    /// How it ended.
    pub ended: Ended,
}

/// What a sweep found (rule R4-05).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SweepFound")]
pub struct Sweep {
    /// Orders that the channel listed.
    pub seen: u32,
    /// Of them, orders that were not here.
    pub missing: u32,
    /// Of them, orders that were otherwise.
    pub differing: u32,
    /// Of these, orders that were fetched and stored.
    pub fetched: u32,
    /// Why it broke off, a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// A person looked at it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub heeded: bool,
}

/// A command to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Connect, or connect anew with other credentials.
    Connect {
        /// Where the channel is.
        host: String,
        /// The shop's time zone.
        zone: String,
        /// By which ways orders come.
        ways: Ways,
        /// The site is the platform's own.
        ours: bool,
        /// From when on orders are wanted; the first time it must be said.
        since: Option<Timestamp>,
    },
    /// A person wants nothing to be pulled for now.
    Pause {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// It is pulled again.
    Resume,
    /// It is over, and its credentials are erased.
    Disconnect {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// Rule R4-02. A turn is due.
    BeginTurn {
        /// Which.
        turn: u64,
    },
    /// A person wants a turn now.
    PullNow,
    /// Whoever carried a turn out tells what came of it.
    EndTurn {
        /// Which.
        turn: u64,
        /// What it did.
        pulled: Box<Pulled>,
    },
    /// Rule R4-05. A sweep is due.
    BeginSweep {
        /// When it was.
        due: Timestamp,
    },
    /// Whoever swept tells what was found.
    EndSweep {
        /// What.
        found: Box<Sweep>,
    },
    /// A person has seen what a sweep found, or what is out of reach.
    Heed {
        /// Who.
        by: String,
    },
}

/// A command without its figures: those that people give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Pause`].
    Pause,
    /// [`Command::Resume`].
    Resume,
    /// [`Command::Disconnect`].
    Disconnect,
    /// [`Command::PullNow`].
    PullNow,
    /// [`Command::Heed`].
    Heed,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 5] = [Self::Pause, Self::Resume, Self::Disconnect, Self::PullNow, Self::Heed];
}
