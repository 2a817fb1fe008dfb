//! A message of a webhook: what happened, for one address, with its attempts (R5-41). Its id is the same at every attempt and every
//! replay, so that a receiver knows what it has seen. Never sends.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Timestamp, entity};

pub use command::{Command, CommandKind, Outcome};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::MessageRefusal;

use super::{EndpointId, PublicEvent};

zaiton_kernel::define_id!(
    /// The id of a message: the receiver's `webhook-id`.
    WebhookMessageId,
    "wm"
);

entity!(Message, WebhookMessageId, 82, "webhook_messages", 1, kept_only);

/// Seconds until the next attempt after so many, as the convention has them: three days in all, then it is dead.
pub const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Attempts that are remembered.
pub const LOG: usize = 20;
/// How often a message may be replayed.
pub const ROUNDS: u32 = 50;
/// Letters of the code of an error.
pub const CODE_LETTERS: usize = 64;

/// How far a message is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "WebhookMessageState")]
pub enum State {
    /// Its first attempt is to come.
    Waiting,
    /// The last attempt failed; there will be another.
    Failed {
        /// When it is due.
        next_at: Timestamp,
    },
    /// It was answered well.
    Done {
        /// When.
        at: Timestamp,
    },
    /// It was given up.
    Dead {
        /// When.
        at: Timestamp,
    },
    /// Its address is paused: it goes there when it is replayed.
    Held,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Failed { .. } => "failed",
            Self::Done { .. } => "done",
            Self::Dead { .. } => "dead",
            Self::Held => "held",
        })
    }
}

/// An attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "WebhookAttempt")]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// The status of the answer; none when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What went wrong, as a code; none when it was answered well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "WebhookMessageRecord")]
pub struct Message {
    /// Its id.
    pub id: WebhookMessageId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// What it is about.
    pub event: PublicEvent,
    /// What is sent, to the letter.
    pub payload: String,
    /// When it happened.
    pub at: Timestamp,
    /// How far it is.
    pub state: State,
    /// Attempts of this round.
    #[serde(default)]
    pub attempts: u32,
    /// How often it was replayed.
    #[serde(default)]
    pub round: u32,
    /// The last attempts, [`LOG`] at most.
    #[serde(default)]
    pub log: Vec<Attempt>,
}

impl Message {
    /// One to come.
    #[must_use]
    pub fn new(
        id: WebhookMessageId,
        endpoint: EndpointId,
        (event, payload): (PublicEvent, String),
        at: Timestamp,
        is_active: bool,
    ) -> Self {
        let state = if is_active { State::Waiting } else { State::Held };
        Self { id, endpoint, event, payload, at, state, attempts: 0, round: 0, log: Vec::new() }
    }

    /// It is still to be sent, now or later.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.state {
            State::Waiting | State::Failed { .. } => true,
            State::Done { .. } | State::Dead { .. } | State::Held => false,
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Attempted { at, status, error, next_at } => {
                self.attempts = self.attempts.saturating_add(1);
                self.log.push(Attempt { at: *at, status: *status, error: error.clone() });
                if self.log.len() > LOG {
                    self.log.remove(0);
                }
                self.state = match (error, next_at) {
                    (None, _) => State::Done { at: *at },
                    (Some(_), Some(next_at)) => State::Failed { next_at: *next_at },
                    (Some(_), None) => State::Dead { at: *at },
                };
            }
            Event::Held => self.state = State::Held,
            Event::Replayed => {
                self.state = State::Waiting;
                self.attempts = 0;
                self.round = self.round.saturating_add(1);
            }
        }
    }
}
