//! A contact point: an e-mail address or a mobile number that somebody proved to read, by a code that was sent there (R1-04).
//! Once verified it stays so for its party. Never makes, keeps or compares a code: who does says whether it matched.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{LocalDate, Timestamp};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::ContactRefusal;

use crate::Channel;

zaiton_kernel::define_id!(
    /// The id of a contact point.
    ContactPointId,
    "cp"
);

zaiton_kernel::entity!(ContactPoint, ContactPointId, 64, "contact_points", 1);

/// The figures of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRules {
    /// How long a code is good for, exclusive.
    pub minutes: u16,
    /// How many wrong codes make it void.
    pub tries: u8,
    /// Seconds between two codes.
    pub wait_seconds: u16,
    /// Codes of one day.
    pub per_day: u8,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "ContactState")]
pub enum State {
    /// No code was sent yet.
    Unasked,
    /// A code was sent.
    Asked {
        /// When.
        at: Timestamp,
        /// From then on it is worth nothing.
        until: Timestamp,
        /// Wrong codes told since.
        tries: u8,
    },
    /// The code was told.
    Verified {
        /// When.
        at: Timestamp,
    },
}

/// A contact point of a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ContactPoint {
    /// Its id.
    pub id: ContactPointId,
    /// By which way it is reached.
    pub channel: Channel,
    /// The address or number, in its plain form.
    pub to: String,
    /// How far it is.
    pub state: State,
    /// Codes sent so far.
    pub codes: u32,
    /// The last day that had one, and how many it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<(LocalDate, u8)>,
}

/// Rule R1-04. The plain form of an e-mail address or a mobile number, by which one is known again, and its way; none of a
/// text that is neither. An address is taken without regard to case; of a number spaces, dashes and brackets fall away.
#[must_use]
pub fn plain(text: &str) -> Option<(Channel, String)> {
    let text = text.trim();
    if text.len() > 254 || text.chars().any(char::is_control) {
        return None;
    }
    if let Some((name, host)) = text.split_once('@') {
        let good = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
        let host_fits = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
        return (good(name) && good(host) && host_fits).then(|| (Channel::Email, text.to_lowercase()));
    }
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let fits = (5..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some((Channel::Sms, number))
}

impl ContactPoint {
    /// A point that nothing was sent to.
    #[must_use]
    pub fn unasked(id: ContactPointId, channel: Channel, to: String) -> Self {
        Self { id, channel, to, state: State::Unasked, codes: 0, day: None }
    }

    /// Somebody proved to read it.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        matches!(self.state, State::Verified { .. })
    }

    /// Codes sent on a day.
    #[must_use]
    pub fn codes_on(&self, today: LocalDate) -> u8 {
        self.day.filter(|(day, _)| *day == today).map_or(0, |(_, codes)| codes)
    }

    /// What the caller of a wrong code is told, once it was counted.
    #[must_use]
    pub fn wrong(&self, rules: &CodeRules) -> ContactRefusal {
        match self.state {
            State::Asked { tries, .. } => ContactRefusal::Wrong { left: rules.tries.saturating_sub(tries) },
            State::Unasked | State::Verified { .. } => ContactRefusal::NoCode {},
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::CodeSent { number, at, day, until } => {
                self.day = Some((day, self.codes_on(day).saturating_add(1)));
                self.codes = number;
                self.state = State::Asked { at, until, tries: 0 };
            }
            Event::CodeWrong { tries: told } => {
                if let State::Asked { tries, .. } = &mut self.state {
                    *tries = told;
                }
            }
            Event::Verified { at } => self.state = State::Verified { at },
        }
    }
}
