//! What happened to a review task. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::{Asked, Decided, Opening, Stage};
use crate::queue::Desk;

/// An event of a review task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It lies in its queue.
    Opened {
        /// What is asked.
        opening: Opening,
        /// When.
        at: Timestamp,
        /// When it is due, and whether that is sure.
        due: (Timestamp, bool),
    },
    /// Somebody took it.
    Claimed {
        /// Who.
        by: String,
    },
    /// Somebody was given it.
    Assigned {
        /// To whom.
        to: String,
        /// By whom.
        by: String,
    },
    /// It went back to its queue.
    HandedBack {
        /// From whom.
        by: String,
    },
    /// The party was asked; the clock stands still.
    PartyAsked {
        /// What.
        asked: Asked,
        /// Working time used.
        used_micros: i64,
    },
    /// The party has answered; the clock runs again.
    PartyAnswered {
        /// Who.
        by: String,
        /// What.
        text: String,
        /// When.
        at: Timestamp,
        /// When it is due now, and whether that is sure.
        due: (Timestamp, bool),
    },
    /// One person has decided.
    DecidedOnce {
        /// What.
        decided: Decided,
    },
    /// It is decided.
    Decided {
        /// What.
        decided: Decided,
        /// Working time used.
        used_micros: i64,
    },
    /// A second person agreed.
    Confirmed {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
        /// Working time used.
        used_micros: i64,
    },
    /// A second person did not agree.
    NotConfirmed {
        /// Who.
        by: String,
        /// Why.
        text: String,
    },
    /// Whoever has it was reminded.
    Reminded {
        /// Of what.
        stage: Stage,
    },
    /// The desk above has it.
    Escalated {
        /// Which.
        desk: Desk,
        /// By whom; none when its time was over.
        by: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// Nobody needs it any more.
    Cancelled {
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
        /// Working time used.
        used_micros: i64,
    },
}

impl Event {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Claimed { .. } => "claimed",
            Self::Assigned { .. } => "assigned",
            Self::HandedBack { .. } => "handed_back",
            Self::PartyAsked { .. } => "party_asked",
            Self::PartyAnswered { .. } => "party_answered",
            Self::DecidedOnce { .. } => "decided_once",
            Self::Decided { .. } => "decided",
            Self::Confirmed { .. } => "confirmed",
            Self::NotConfirmed { .. } => "not_confirmed",
            Self::Reminded { .. } => "reminded",
            Self::Escalated { .. } => "escalated",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}
