//! A person: a login, the hash of a password, a second factor, and how often somebody guessed. Wrong passwords slow down: nobody is
//! locked out for good, and devices that the person came in with before are counted apart, so that a stranger's guessing does
//! not keep it out. Never sees a password, a code or a secret; knows no role: those are its organisations' to give.

mod decide;
mod event;
mod link;
mod meter;
mod refusal;
#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

pub use decide::{Command, Proof, decide};
pub use event::Event;
pub use link::{LINK_TRIES, LINK_WAIT, LINKS_A_DAY, Link, Links, Purpose};
pub use meter::{FREE_TRIES, LONGEST_WAIT, Meter, wait_seconds};
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
/// Recovery codes that are made at once.
pub const RECOVERY_CODES: usize = 10;
/// Organisations of one person, at most.
pub const ORGANISATIONS: usize = 50;

/// Where a person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "PersonState")]
pub enum State {
    /// Signed up; its address is not confirmed yet.
    Unconfirmed,
    /// May come in.
    Active,
    /// An administrator keeps it out.
    Blocked,
}

/// In which language a person is written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub enum Tongue {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
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

/// A secret as it is kept: sealed under the installation's key. Shown nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SealedSecret {
    /// Name of the key that it is under.
    pub key: String,
    /// What is sealed.
    pub text: String,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedSecret(..)")
    }
}

/// A second factor: codes that change every half minute (RFC 6238).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// What the codes are made of.
    pub secret: SealedSecret,
    /// Since when.
    pub since: Timestamp,
    /// The step of the last code that was taken: none is taken twice.
    pub last_step: i64,
    /// SHA-256 of each recovery code that is left, hex.
    pub recovery: Vec<String>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Its id: named by the login.
    pub id: PersonId,
    /// What is typed to come in: small letters, digits, `.`, `-`, `_`, `@`, `+`. An e-mail address where it has one.
    pub login: String,
    /// What people call it.
    pub name: String,
    /// In which language it is written to.
    #[serde(default)]
    pub tongue: Tongue,
    /// Where it stands.
    pub state: State,
    /// The hash of its password.
    pub password: PasswordHash,
    /// The password was made for it, and is to be changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub must_change: bool,
    /// What was guessed from devices that nobody knows.
    #[serde(default)]
    pub strangers: Meter,
    /// What was guessed from devices that it came in with before.
    #[serde(default)]
    pub known: Meter,
    /// Passwords it has had: a session of an earlier one is over.
    #[serde(default)]
    pub passwords: u32,
    /// Its second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<SecondFactor>,
    /// A secret that was shown to it and that no code was told of yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<SealedSecret>,
    /// Links that were sent to its address.
    #[serde(default)]
    pub links: Links,
    /// The owners whose organisations it is a member of: the platform (1), or merchants.
    #[serde(default)]
    pub owners: Vec<i64>,
}

/// A login as it is kept: without spaces around, in small letters.
#[must_use]
pub fn normal_login(login: &str) -> String {
    login.trim().to_lowercase()
}

/// Whether a login can be written to.
#[must_use]
pub fn is_address(login: &str) -> bool {
    let Some((local, domain)) = login.split_once('@') else { return false };
    !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !domain.contains('@')
}

impl Person {
    /// The meter by which guesses from a device are counted.
    #[must_use]
    pub fn meter(&self, known: bool) -> &Meter {
        if known { &self.known } else { &self.strangers }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::PasswordChanged { password } => {
                self.password = password.clone();
                self.must_change = false;
                self.passwords = self.passwords.saturating_add(1);
                (self.strangers, self.known) = (Meter::default(), Meter::default());
            }
            Event::Guessed { known, meter } => {
                if *known {
                    self.known = *meter;
                } else {
                    self.strangers = *meter;
                }
            }
            Event::CameIn { known, step, recovery } => {
                if *known {
                    self.known = Meter::default();
                } else {
                    self.strangers = Meter::default();
                }
                if let Some(second) = &mut self.second {
                    second.last_step = step.unwrap_or(second.last_step);
                    second.recovery.retain(|left| Some(left) != recovery.as_ref());
                }
            }
            Event::SecondOffered { secret } => self.offered = Some(secret.clone()),
            Event::SecondConfirmed { since, step, recovery } => {
                if let Some(secret) = self.offered.take() {
                    let recovery = recovery.clone();
                    self.second = Some(SecondFactor { secret, since: *since, last_step: *step, recovery });
                }
            }
            Event::SecondDropped {} => {
                (self.second, self.offered) = (None, None);
                self.passwords = self.passwords.saturating_add(1);
            }
            Event::LinkAsked { links } | Event::LinkWrong { links } | Event::LinkUsed { links } => {
                self.links = links.clone()
            }
            Event::Confirmed {} | Event::Unblocked {} => self.state = State::Active,
            Event::Blocked {} => {
                self.state = State::Blocked;
                self.passwords = self.passwords.saturating_add(1);
            }
            Event::Joined { owner } => self.owners.push(*owner),
            Event::Left { owner } => self.owners.retain(|known| known != owner),
        }
    }
}
