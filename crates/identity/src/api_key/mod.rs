//! A key by which a program speaks for an organisation (R5-04): its scopes, where it may come from, until when, and whether each
//! request must be signed. Shown once; here is only the SHA-256 of it. Never sees the key, and never compares addresses.

mod decide;
mod refusal;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use zaiton_access::Permission;
use zaiton_kernel::{Environment, Timestamp};

pub use decide::{Command, CommandKind, Event, allowed, decide};
pub use refusal::ApiKeyRefusal;

zaiton_kernel::define_id!(
    /// The id of a key.
    ApiKeyId,
    "ak"
);

/// Letters of a key's name, at most.
pub const NAME_LETTERS: usize = 100;
/// Networks that a key may be bound to, at most.
pub const NETWORKS: usize = 50;
/// Keys of an organisation, at most.
pub const KEYS: usize = 100;
/// How far a signed request's time may be off, in seconds.
pub const SIGNED_SECONDS: i64 = 300;

/// Where a key stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "ApiKeyState")]
pub enum State {
    /// It lets in.
    Active,
    /// It does not any more.
    Revoked {
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
    },
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose: the platform (1) or a merchant, by its raw id.
    pub owner: i64,
    /// Live or sandbox: it lets into no other.
    pub environment: Environment,
    /// What people call it.
    pub name: String,
    /// SHA-256 of its secret part, hex.
    pub secret: String,
    /// What it may do.
    pub scopes: BTreeSet<Permission>,
    /// The networks (CIDR) that it may come from; none: from everywhere.
    pub networks: Vec<String>,
    /// Every request must be signed; the key alone lets nobody in.
    pub signed: bool,
    /// Until when it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
}

impl ApiKey {
    /// Rule R5-04. Whether it lets in.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.state == State::Active && self.expires_at.is_none_or(|until| now < until)
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Made { .. } => {}
            Event::Revoked { at, by } => self.state = State::Revoked { at: *at, by: by.clone() },
        }
    }
}

/// Rule R5-04. Whether a signed request's time is near enough to be taken.
#[must_use]
pub fn is_timely(signed_at: Timestamp, now: Timestamp) -> bool {
    let off = now.micros().saturating_sub(signed_at.micros()).saturating_abs();
    off <= SIGNED_SECONDS.saturating_mul(1_000_000)
}
