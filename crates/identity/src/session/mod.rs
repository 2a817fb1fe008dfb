//! A session: somebody came in on some device. Over after half an hour without a sign of life, after twelve hours whatever
//! happens, and when it is closed. Known by the SHA-256 of a token that only the device has. Never sees the token.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use crate::person::{Person, PersonId, State};

zaiton_kernel::define_id!(
    /// The id of a session.
    SessionId,
    "se"
);

/// Without a sign of life for so long it is over, in seconds.
pub const IDLE_SECONDS: i64 = 1_800;
/// After so long it is over, in seconds.
pub const LONGEST_SECONDS: i64 = 43_200;
/// A sign of life is written down only so often, in seconds.
pub const SEEN_SECONDS: i64 = 60;
/// Letters of what a device calls itself that are kept.
pub const DEVICE_LETTERS: usize = 200;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub person: PersonId,
    /// SHA-256 of its token, hex.
    pub token: String,
    /// Which of the person's passwords it was opened with.
    pub passwords: u32,
    /// What the device calls itself.
    pub device: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The last sign of life that was written down.
    pub seen_at: Timestamp,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
}

impl Session {
    /// Rule R5-01. Whether it lets its person in.
    #[must_use]
    pub fn is_open(&self, person: &Person, now: Timestamp) -> bool {
        self.closed_at.is_none()
            && self.person == person.id
            && person.state == State::Active
            && self.passwords == person.passwords
            && now < self.seen_at.plus_seconds(IDLE_SECONDS)
            && now < self.opened_at.plus_seconds(LONGEST_SECONDS)
    }

    /// Whether a sign of life is to be written down.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        now >= self.seen_at.plus_seconds(SEEN_SECONDS)
    }

    /// From when on nothing is to be known of it any more.
    #[must_use]
    pub fn forget_from(&self) -> Timestamp {
        self.opened_at.plus_seconds(LONGEST_SECONDS)
    }
}
