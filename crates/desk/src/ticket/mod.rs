//! A ticket: a merchant asks one of the operator's desks, people answer, until nothing is left to say. Never moves anything
//! else: what an answer promises is done by its own command.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::TicketRefusal;

/// Letters of a message, at most.
pub const LETTERS: usize = 2_000;
/// Letters of what a ticket is about, at most.
pub const ABOUT_LETTERS: usize = 100;
/// Messages of a ticket, at most.
pub const MESSAGES: usize = 50;

zaiton_kernel::define_id!(
    /// The id of a ticket.
    TicketId,
    "tk"
);

/// A desk of the operator.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// Rule R1-14. Settlement operations (白条结算运营): top-ups, withdrawals, bank lines.
    #[default]
    Settlement,
}

/// Whose words they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The merchant's people.
    Merchant,
    /// The desk.
    Desk,
}

/// Something said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "TicketMessage")]
pub struct Message {
    /// Whose side.
    pub side: Side,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The words.
    pub text: String,
}

/// Who is to speak next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "TicketState")]
pub enum State {
    /// Not opened yet.
    New,
    /// The desk owes an answer.
    WaitsForDesk,
    /// The desk has answered.
    WaitsForMerchant,
    /// It is over.
    Closed {
        /// When.
        at: Timestamp,
    },
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::WaitsForDesk => "waits_for_desk",
            Self::WaitsForMerchant => "waits_for_merchant",
            Self::Closed { .. } => "closed",
        })
    }
}

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Raw id of the merchant.
    pub merchant: i64,
    /// Which desk.
    pub desk: Desk,
    /// What it is about, as people write its number; empty for nothing in particular.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Who is to speak next.
    pub state: State,
    /// The desk that it was handed to and that has not answered yet, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_to: Option<String>,
    /// What was said, oldest first; at most [`MESSAGES`].
    pub messages: Vec<Message>,
}

impl Ticket {
    /// A ticket before its question.
    #[must_use]
    pub fn new(id: TicketId, merchant: i64) -> Self {
        let (desk, about) = (Desk::default(), String::new());
        Self { id, merchant, desk, about, state: State::New, handed_to: None, messages: Vec::new() }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { desk, about, message } => {
                (self.desk, self.about) = (*desk, about.clone());
                self.state = State::WaitsForDesk;
                self.messages.push(message.clone());
            }
            Event::Said { message } => {
                self.state = match message.side {
                    Side::Merchant => State::WaitsForDesk,
                    Side::Desk => State::WaitsForMerchant,
                };
                if message.side == Side::Desk {
                    self.handed_to = None;
                }
                self.messages.push(message.clone());
            }
            Event::HandedOver { to } => self.handed_to = Some(to.clone()),
            Event::Closed { at, .. } => self.state = State::Closed { at: *at },
        }
    }
}
