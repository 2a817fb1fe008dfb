//! A document: stored, then expired, replaced or removed. Its content lies elsewhere under a name that says nothing; here is what
//! it is for, what was found in it and how long it is valid. Never decides who may look: it only says that somebody did.

mod decide;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{LocalDate, Timestamp};

use crate::policy::DocumentPolicy;
use crate::sniff::Format;

pub use decide::{Command, CommandKind, Event, allowed, days, decide, may_see};
pub use refusal::DocumentRefusal;

zaiton_kernel::define_id!(
    /// The id of a document.
    DocumentId,
    "do"
);

/// Letters of a file's name, at most.
pub const NAME_LETTERS: usize = 120;
/// Letters of a reason, at most.
pub const REASON_LETTERS: usize = 500;

/// What a document is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "DocumentPurpose")]
pub enum Purpose {
    /// A business licence.
    Licence,
    /// The paper of a person: seen under a watermark only.
    IdentityPaper,
    /// What allows a merchant to sell a brand or a kind of goods.
    Authorisation,
    /// That something was paid.
    PaymentEvidence,
    /// What was signed, as evidence.
    Agreement,
    /// Anything else.
    Other,
}

/// What follows when a document is no longer valid (R5-12).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AtExpiry {
    /// People are told, and nothing else.
    Warn,
    /// The merchant takes on no new goods.
    BlockNewGoods,
    /// What it allowed to sell is taken off.
    Delist,
    /// A person of the platform watches the merchant.
    Supervise,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 6] = [
        Self::Licence,
        Self::IdentityPaper,
        Self::Authorisation,
        Self::PaymentEvidence,
        Self::Agreement,
        Self::Other,
    ];

    /// Rule R5-12. What follows when it expires.
    #[must_use]
    pub const fn at_expiry(self) -> AtExpiry {
        match self {
            Self::Licence => AtExpiry::BlockNewGoods,
            Self::IdentityPaper => AtExpiry::Supervise,
            Self::Authorisation => AtExpiry::Delist,
            Self::PaymentEvidence | Self::Agreement | Self::Other => AtExpiry::Warn,
        }
    }

    /// It is shown under a watermark of who looks and when, and never given out as it is.
    #[must_use]
    pub const fn is_watermarked(self) -> bool {
        matches!(self, Self::IdentityPaper)
    }
}

/// What was found in the content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "DocumentContent")]
pub struct Content {
    /// SHA-256, hex: what makes it the same again.
    pub sha256: String,
    /// What it is, by its own bytes.
    pub format: Format,
    /// How long it is.
    pub bytes: u64,
    /// Pages of a PDF, else 1.
    pub pages: u32,
    /// Under which name it lies: a keyed hash.
    pub blob: String,
}

/// Where a document stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "DocumentState")]
pub enum State {
    /// It is there, and valid as far as it says.
    Stored,
    /// Its last day is over.
    Expired {
        /// Since when.
        at: Timestamp,
        /// What follows.
        follows: AtExpiry,
    },
    /// Another came in its place.
    Replaced {
        /// Which.
        by: DocumentId,
        /// When.
        at: Timestamp,
    },
    /// Somebody took it away; what it was is known, its content is shown no more.
    Removed {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// What it is for.
    pub purpose: Purpose,
    /// What its file was called.
    pub name: String,
    /// What was found in it.
    pub content: Content,
    /// Its first day of validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<LocalDate>,
    /// Its last day of validity; none where it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<LocalDate>,
    /// Of how many days before the end people were reminded last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded: Option<u16>,
    /// Who brought it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Where it stands.
    pub state: State,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stored => "stored",
            Self::Expired { .. } => "expired",
            Self::Replaced { .. } => "replaced",
            Self::Removed { .. } => "removed",
        })
    }
}

/// Seconds of a day.
const DAY: i64 = 86_400;

impl Document {
    /// The first moment after its last day, in a zone.
    #[must_use]
    pub fn ends_at(&self, zone: &Zone) -> Option<Timestamp> {
        self.valid_until.map(|last| last.next().start_in(zone))
    }

    /// When it is next looked at, and for which reminder; none for the end itself. Nothing when it has no end or is over.
    #[must_use]
    pub fn next_look(&self, policy: &DocumentPolicy, zone: &Zone) -> Option<(Timestamp, Option<u16>)> {
        if self.state != State::Stored {
            return None;
        }
        let last = self.valid_until?.start_in(zone);
        let due = |days: u16| last.plus_seconds(-DAY * i64::from(days));
        let next = policy.reminders.into_iter().find(|days| self.reminded.is_none_or(|told| *days < told));
        match next {
            Some(days) => Some((due(days), Some(days))),
            None => self.ends_at(zone).map(|end| (end, None)),
        }
    }

    /// Its content may be shown.
    #[must_use]
    pub const fn is_there(&self) -> bool {
        matches!(self.state, State::Stored | State::Expired { .. } | State::Replaced { .. })
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Reminded { days } => self.reminded = Some(*days),
            Event::Expired { at, follows } => self.state = State::Expired { at: *at, follows: *follows },
            Event::Replaced { by, at } => self.state = State::Replaced { by: *by, at: *at },
            Event::Removed { by, reason, at } => {
                self.state = State::Removed { by: by.clone(), reason: reason.clone(), at: *at };
            }
            Event::ValidityChanged { from, until } => {
                (self.valid_from, self.valid_until, self.reminded) = (*from, *until, None);
                self.state = State::Stored;
            }
        }
    }
}
