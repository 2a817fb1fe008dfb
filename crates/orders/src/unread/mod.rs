//! A message of a channel that is no order that can be read (R4-07, R4-10): kept sealed as it came, a task until a newer reader
//! reads it or a person drops it, forgotten after the channel's time. Never reads it, never shows what is in it.

mod decide;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

pub use decide::{Command, CommandKind, Event, allowed, decide};
pub use refusal::UnreadRefusal;

use crate::channel::{Acceptance, Sealed, days_kept};
use crate::order::Channel;

zaiton_kernel::define_id!(
    /// The id of an unread message.
    UnreadId,
    "um"
);

/// Where an unread message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "UnreadState")]
pub enum State {
    /// A person has a task.
    Waiting,
    /// A newer reader read it; its order was captured.
    Read,
    /// A person dropped it.
    Dropped,
    /// Its time is over, and nobody read it.
    Forgotten,
}

/// What is known of a message that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arrived {
    /// The channel.
    pub channel: Channel,
    /// The shop on it.
    pub shop: String,
    /// SHA-256 over the bytes that came, hex.
    pub hash: String,
    /// Why it could not be read: the reader's code.
    pub code: String,
    /// When it came.
    pub received_at: Timestamp,
}

/// An unread message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UnreadMessage {
    /// Its id.
    pub id: UnreadId,
    /// Raw id of the merchant.
    pub merchant: i64,
    /// What is known of it.
    pub arrived: Arrived,
    /// Where it stands.
    pub state: State,
    /// What came, while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub sealed: Option<Sealed>,
    /// Who dropped it, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<Acceptance>,
    /// Raw id of the task that a person has because of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<i64>,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Read => "read",
            Self::Dropped => "dropped",
            Self::Forgotten => "forgotten",
        })
    }
}

impl Arrived {
    /// The natural key within its merchant, and the place for which it is sealed: the same bytes of one shop are one message.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}/{}", self.channel, self.shop, self.hash)
    }
}

impl UnreadMessage {
    /// Rule R4-10. From when what came is forgotten.
    #[must_use]
    pub fn forget_from(&self) -> Timestamp {
        self.arrived.received_at.plus_elapsed_days(days_kept(self.arrived.channel))
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        self.sealed = None;
        match event {
            Event::Read => self.state = State::Read,
            Event::Dropped { why } => (self.state, self.dropped) = (State::Dropped, Some(why.clone())),
            Event::Forgotten => self.state = State::Forgotten,
        }
    }
}
