//! A person: a login, the hash of a password, a role, and how often somebody guessed. Wrong passwords slow down: nobody is
//! locked out for good, so that a stranger cannot do it. Never sees a password.

mod decide;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

pub use decide::{Command, Event, decide};
pub use refusal::PersonRefusal;

zaiton_kernel::define_id!(
    /// The id of a person.
    PersonId,
    "pe"
);

/// Letters of a login, at most.
pub const LOGIN_LETTERS: usize = 64;
/// Letters of a name, at most.
pub const NAME_LETTERS: usize = 100;
/// Letters of a password, at least.
pub const PASSWORD_LETTERS: usize = 12;
/// Bytes of a password, at most: hashing must not be made to take long.
pub const PASSWORD_BYTES: usize = 256;
/// Wrong passwords in a row that cost no wait.
pub const FREE_TRIES: u32 = 5;
/// The longest wait after wrong passwords, in seconds.
pub const LONGEST_WAIT: i64 = 900;

/// What a person may do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PersonRole")]
pub enum Role {
    /// Everything of the platform.
    Administrator,
}

/// Where a person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum State {
    /// May come in.
    Active,
}

/// The hash of a password, in the text form of its function (`$argon2id$..`). Shown nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Its id: named by the login.
    pub id: PersonId,
    /// What is typed to come in: small letters, digits, `.`, `-`, `_`, `@`.
    pub login: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Where it stands.
    pub state: State,
    /// The hash of its password.
    pub password: PasswordHash,
    /// The password was made for it, and is to be changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub must_change: bool,
    /// Wrong passwords in a row.
    #[serde(default)]
    pub wrong: u32,
    /// No password is looked at before then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_until: Option<Timestamp>,
    /// Passwords it has had: a session of an earlier one is over.
    #[serde(default)]
    pub passwords: u32,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Administrator => "administrator",
        })
    }
}

/// A login as it is kept: without spaces around, in small letters.
#[must_use]
pub fn normal_login(login: &str) -> String {
    login.trim().to_lowercase()
}

/// Seconds to wait after so many wrong passwords in a row: none for the first five, then 2, 4, 8, .. up to fifteen minutes.
#[must_use]
pub fn wait_seconds(wrong: u32) -> i64 {
    let beyond = wrong.saturating_sub(FREE_TRIES);
    if beyond == 0 { 0 } else { 1_i64.checked_shl(beyond.min(20)).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT) }
}

impl Person {
    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::PasswordChanged { password } => {
                self.password = password.clone();
                self.must_change = false;
                self.passwords = self.passwords.saturating_add(1);
                (self.wrong, self.wait_until) = (0, None);
            }
            Event::PasswordWrong { wrong, wait_until } => {
                (self.wrong, self.wait_until) = (*wrong, *wait_until);
            }
            Event::CameIn => (self.wrong, self.wait_until) = (0, None),
        }
    }
}
