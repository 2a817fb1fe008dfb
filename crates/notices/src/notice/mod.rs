//! A notice and its ways out: each delivery stands for itself, so that one that fails never sends another twice (R5-20). It
//! waits, is sent, fails and is tried again with growing waits, or is dead until somebody has it sent again. Never sends.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Timestamp, entity};

pub use command::{Command, CommandKind, Outcome};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::NoticeRefusal;

use crate::Topic;
use crate::preferences::Language;

zaiton_kernel::define_id!(
    /// The id of a notice.
    NoticeId,
    "nt"
);

/// Seconds until the next attempt after so many: a minute at first, half a day at last. After the last a delivery is dead.
pub const WAITS: [i64; 7] = [60, 300, 900, 3_600, 10_800, 21_600, 43_200];
/// Attempts that are remembered of a delivery.
pub const LOG: usize = 20;
/// How often a delivery may be sent again.
pub const ROUNDS: u32 = 10;
/// Letters of the code of an error.
pub const CODE_LETTERS: usize = 64;

/// The way a notice goes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NoticeChannel")]
pub enum Channel {
    /// The inbox of whoever opened the account: there as soon as the notice is.
    InApp,
    /// E-mail.
    Email,
    /// A message to a mobile.
    Sms,
}

/// How far a delivery is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not yet.
    Waiting,
    /// The last attempt failed; there will be another.
    Failed {
        /// When it is due.
        next_at: Timestamp,
    },
    /// Done.
    Done {
        /// When.
        at: Timestamp,
    },
    /// It is not tried any more, until somebody has it sent again.
    Dead {
        /// Since when.
        at: Timestamp,
    },
    /// Whoever it is for does not want this topic by this way.
    Unwanted {
        /// When that was seen.
        at: Timestamp,
    },
}

/// An attempt at a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "DeliveryAttempt")]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// What went wrong, as a code such as `smtp.550`; none when it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// One way to one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Delivery {
    /// Which way.
    pub channel: Channel,
    /// Address or number; empty for the inbox.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// How far it is.
    pub state: DeliveryState,
    /// Attempts of this round.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// How often it was sent again on somebody's word. Each round has a message id of its own, every attempt of it the same.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub round: u32,
    /// The last attempts, [`LOG`] at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<Attempt>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Delivery {
    fn new(channel: Channel, to: String, state: DeliveryState) -> Self {
        Self { channel, to, state, attempts: 0, round: 0, log: Vec::new() }
    }

    /// It is still to be sent, now or later.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.state {
            DeliveryState::Waiting | DeliveryState::Failed { .. } => true,
            DeliveryState::Done { .. } | DeliveryState::Dead { .. } | DeliveryState::Unwanted { .. } => false,
        }
    }
}

/// A figure of a notice: its name and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "NoticeFigure")]
pub struct Figure {
    /// As in refusals: `available`, `warning`.
    pub name: String,
    /// As text.
    pub value: String,
}

/// How a notice stands as a whole: the worst of its ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "NoticeStanding")]
pub enum Standing {
    /// Everything is where it should be.
    #[default]
    Done,
    /// Some way waits for its first attempt.
    Waiting,
    /// Some way has failed and is tried again.
    Failed,
    /// Some way is dead.
    Dead,
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// What it is about.
    pub topic: Topic,
    /// Whose number it is about, as people write it: an account's, a promotion's.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// Where it goes: the inbox first.
    pub deliveries: Vec<Delivery>,
    /// How it stands: what it is listed by.
    #[serde(default)]
    pub state: StandingState,
    /// In this language whatever its readers chose: a test of a template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// [`Standing`] under the name by which records are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "NoticeState")]
pub struct StandingState {
    /// How it stands.
    pub name: Standing,
}

entity!(Notice, NoticeId, 60, "notices", 1);

/// Whom a notice goes to outside the inbox: an address, a number or both.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// E-mail address.
    pub email: Option<&'a str>,
    /// Mobile number.
    pub mobile: Option<&'a str>,
}

impl Notice {
    /// Rule R1-05, K-5. A notice to the opener's inbox, and to each recipient by each way that it has.
    #[must_use]
    pub fn new(
        id: NoticeId,
        topic: Topic,
        subject: String,
        at: Timestamp,
        recipients: &[Recipient<'_>],
    ) -> Self {
        let inbox = Delivery::new(Channel::InApp, String::new(), DeliveryState::Done { at });
        let outside = recipients.iter().flat_map(|recipient| {
            let by = |channel, to: Option<&str>| {
                to.map(str::trim)
                    .filter(|to| !to.is_empty())
                    .map(|to| Delivery::new(channel, to.to_owned(), DeliveryState::Waiting))
            };
            [by(Channel::Email, recipient.email), by(Channel::Sms, recipient.mobile)].into_iter().flatten()
        });
        let deliveries = std::iter::once(inbox).chain(outside).collect();
        let state = StandingState::default();
        let mut notice =
            Self { id, topic, subject, at, figures: Vec::new(), deliveries, state, language: None };
        notice.stand();
        notice
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.figures.push(Figure { name: name.to_owned(), value: value.to_string() });
        self
    }

    /// Whether some way of this channel is still to be sent.
    #[must_use]
    pub fn waits_by(&self, channel: Channel) -> bool {
        self.deliveries.iter().any(|way| way.channel == channel && way.is_open())
    }

    /// A way by its place in the list.
    #[must_use]
    pub fn way(&self, at: u16) -> Option<&Delivery> {
        self.deliveries.get(usize::from(at))
    }

    /// Rule R5-20. What names a delivery for the world: the same at every attempt of a round, so that a receiver that looks
    /// at it takes one message for one.
    #[must_use]
    pub fn message_id(&self, at: u16) -> String {
        let round = self.way(at).map_or(0, |way| way.round);
        format!("{}.{at}.{round}", self.id)
    }

    fn stand(&mut self) {
        let worst = |way: &Delivery| match way.state {
            DeliveryState::Done { .. } | DeliveryState::Unwanted { .. } => (0, Standing::Done),
            DeliveryState::Waiting => (1, Standing::Waiting),
            DeliveryState::Failed { .. } => (2, Standing::Failed),
            DeliveryState::Dead { .. } => (3, Standing::Dead),
        };
        let name = self.deliveries.iter().map(worst).max_by_key(|(rank, _)| *rank);
        self.state = StandingState { name: name.map_or(Standing::Done, |(_, name)| name) };
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Attempted { way, at, error, next_at } => {
                if let Some(way) = self.deliveries.get_mut(usize::from(*way)) {
                    way.attempts = way.attempts.saturating_add(1);
                    way.log.push(Attempt { at: *at, error: error.clone() });
                    if way.log.len() > LOG {
                        way.log.remove(0);
                    }
                    way.state = match (error, next_at) {
                        (None, _) => DeliveryState::Done { at: *at },
                        (Some(_), Some(next_at)) => DeliveryState::Failed { next_at: *next_at },
                        (Some(_), None) => DeliveryState::Dead { at: *at },
                    };
                }
            }
            Event::Unwanted { way, at } => {
                if let Some(way) = self.deliveries.get_mut(usize::from(*way)) {
                    way.state = DeliveryState::Unwanted { at: *at };
                }
            }
            Event::SentAgain { ways } => {
                for at in ways {
                    if let Some(way) = self.deliveries.get_mut(usize::from(*at)) {
                        way.state = DeliveryState::Waiting;
                        way.attempts = 0;
                        way.round = way.round.saturating_add(1);
                    }
                }
            }
        }
        self.stand();
    }
}
