//! What happened to a ticket. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::{Desk, Message};

/// An event of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A question was asked.
    Opened {
        /// Of which desk.
        desk: Desk,
        /// What it is about.
        about: String,
        /// The question.
        message: Message,
    },
    /// More was said.
    Said {
        /// What.
        message: Message,
    },
    /// Another desk is to answer.
    HandedOver {
        /// Which, by its name.
        to: String,
    },
    /// It is over.
    Closed {
        /// When.
        at: Timestamp,
        /// Who said so.
        by: String,
    },
}
