//! Links that are sent to a person's address: to confirm it, or to choose another password. What makes a link good is in no
//! record: it is worked out from the installation's key, the person and the link's number. Never sends one.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{LocalDate, Timestamp};

/// Seconds between two links.
pub const LINK_WAIT: i64 = 60;
/// Links of one day.
pub const LINKS_A_DAY: u8 = 5;
/// Wrong ones that make a link void.
pub const LINK_TRIES: u8 = 10;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The address is the person's.
    Confirm,
    /// Another password.
    Reset,
}

impl Purpose {
    /// How long such a link is good for, in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Confirm => 86_400,
            Self::Reset => 1_800,
        }
    }

    /// The name under which it is worked out.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Reset => "reset",
        }
    }
}

/// A link that may still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What for.
    pub purpose: Purpose,
    /// Which of the person's.
    pub number: u32,
    /// When it was asked for.
    pub at: Timestamp,
    /// From then on it is worth nothing.
    pub until: Timestamp,
    /// Wrong ones told since.
    pub tries: u8,
}

/// The links of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Asked for so far.
    pub asked: u32,
    /// The last one, while it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Link>,
    /// When the last was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Timestamp>,
    /// The day of the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<LocalDate>,
    /// Of that day.
    #[serde(default)]
    pub of_day: u8,
}

impl Links {
    /// With one link more.
    #[must_use]
    pub fn with(&self, purpose: Purpose, now: Timestamp, today: LocalDate) -> Self {
        let number = self.asked.saturating_add(1);
        let of_day = if self.day == Some(today) { self.of_day } else { 0 };
        let open = Link { purpose, number, at: now, until: now.plus_seconds(purpose.seconds()), tries: 0 };
        Self {
            asked: number,
            open: Some(open),
            last_at: Some(now),
            day: Some(today),
            of_day: of_day.saturating_add(1),
        }
    }

    /// The link for a purpose that may be used now.
    #[must_use]
    pub fn usable(&self, purpose: Purpose, now: Timestamp) -> Option<Link> {
        self.open.filter(|link| link.purpose == purpose && now < link.until && link.tries < LINK_TRIES)
    }

    /// After a wrong one.
    #[must_use]
    pub fn tried(&self) -> Self {
        let open = self.open.map(|link| Link { tries: link.tries.saturating_add(1), ..link });
        Self { open, ..self.clone() }
    }

    /// After it was used.
    #[must_use]
    pub fn used(&self) -> Self {
        Self { open: None, ..self.clone() }
    }
}
