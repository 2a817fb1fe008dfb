//! An address of a merchant's that webhooks go to: the events it wants, whether it is in use, since when it fails. Its secret lies
//! sealed in a record of its own. Never sends.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Timestamp, entity};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::EndpointRefusal;

use super::PublicEvent;

zaiton_kernel::define_id!(
    /// The id of an address of webhooks.
    EndpointId,
    "we"
);
zaiton_kernel::define_id!(
    /// The id of the list of a merchant's addresses.
    EndpointBookId,
    "wb"
);

entity!(Endpoint, EndpointId, 68, "webhook_endpoints", 1);
entity!(StoredSecret, EndpointId, 69, "webhook_secrets", 1, kept_only);
entity!(EndpointBook, EndpointBookId, 83, "webhook_books", 1);

/// Addresses of one merchant, at most.
pub const MOST: usize = 10;
/// Letters of an address, at most.
pub const URL_LETTERS: usize = 500;
/// Letters of a description or a reason, at most.
pub const WORDS_LETTERS: usize = 200;
/// For so many seconds the secret before this one signs, too.
pub const OVERLAP_SECONDS: i64 = 86_400;
/// An address that has answered nothing well for so many seconds is paused when a message is given up.
pub const FAILING_SECONDS: i64 = 3 * 86_400;

/// Whether an address is in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "WebhookEndpointState")]
pub enum State {
    /// Not yet.
    Unadded,
    /// What happens goes there.
    Active,
    /// What happens is kept, and goes there when it is replayed.
    Paused {
        /// Who, or `system` when it failed for days.
        by: String,
        /// Why.
        reason: String,
        /// Since when.
        at: Timestamp,
    },
    /// Over.
    Removed {
        /// Since when.
        at: Timestamp,
    },
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unadded => "unadded",
            Self::Active => "active",
            Self::Paused { .. } => "paused",
            Self::Removed { .. } => "removed",
        })
    }
}

/// An address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "WebhookEndpointRecord")]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Where it is.
    pub url: String,
    /// What people call it.
    #[serde(default)]
    pub description: String,
    /// What it wants; empty for everything.
    pub events: Vec<PublicEvent>,
    /// Whether it is in use.
    pub state: State,
    /// Since when nothing was answered well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// When its secret was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_at: Option<Timestamp>,
    /// Until when the secret before signs, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_until: Option<Timestamp>,
}

/// A secret, sealed for its address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "SealedSecret")]
pub struct Secret {
    /// Which key it is sealed with.
    pub key: String,
    /// The secret, sealed, base64.
    pub text: String,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The secrets of an address, in a record that no list shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSecret {
    /// The address's id.
    pub id: EndpointId,
    /// What signs.
    pub sealed: Secret,
    /// What signed before, and until when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<(Secret, Timestamp)>,
}

/// The list of a merchant's addresses, by which whoever announces finds them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointBook {
    /// Its id.
    pub id: EndpointBookId,
    /// Those that are not removed, [`MOST`] at most.
    pub endpoints: Vec<EndpointId>,
}

impl Endpoint {
    /// One that is not in use yet.
    #[must_use]
    pub const fn unadded(id: EndpointId) -> Self {
        Self {
            id,
            url: String::new(),
            description: String::new(),
            events: Vec::new(),
            state: State::Unadded,
            failing_since: None,
            secret_at: None,
            before_until: None,
        }
    }

    /// Whether it wants an event. A ping is for whoever asked.
    #[must_use]
    pub fn wants(&self, event: PublicEvent) -> bool {
        event == PublicEvent::Ping || self.events.is_empty() || self.events.contains(&event)
    }

    /// It gets what happens.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Added { url, description, events, at } => {
                self.url.clone_from(url);
                self.description.clone_from(description);
                self.events.clone_from(events);
                self.state = State::Active;
                self.secret_at = Some(*at);
            }
            Event::Changed { url, description, events } => {
                self.url.clone_from(url);
                self.description.clone_from(description);
                self.events.clone_from(events);
            }
            Event::Paused { by, reason, at } => {
                self.state = State::Paused { by: by.clone(), reason: reason.clone(), at: *at };
            }
            Event::Resumed => {
                self.state = State::Active;
                self.failing_since = None;
            }
            Event::Rotated { at, before_until } => {
                self.secret_at = Some(*at);
                self.before_until = Some(*before_until);
            }
            Event::Removed { at } => self.state = State::Removed { at: *at },
            Event::Fails { since } => self.failing_since = Some(*since),
            Event::Works => self.failing_since = None,
        }
    }
}
