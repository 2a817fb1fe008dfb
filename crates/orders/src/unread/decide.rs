//! What an unread message answers to each command. Never reads it.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Decision, Timestamp};

use super::{State, UnreadMessage, UnreadRefusal};
use crate::channel::{Acceptance, REASON_LETTERS};

/// A command to an unread message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A newer reader read it, and its order was captured.
    Read,
    /// A person drops it.
    Drop {
        /// Who.
        by: String,
        /// Why, 1 to 500 letters.
        reason: String,
    },
    /// Rule R4-10. Its time is over.
    Forget,
}

/// An event of an unread message. Never changes its meaning once stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was read.
    Read,
    /// It was dropped.
    Dropped {
        /// Who, and why.
        why: Acceptance,
    },
    /// It was forgotten.
    Forgotten,
}

/// Rules R4-07, R4-10. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(
    unread: &UnreadMessage,
    command: Command,
    now: Timestamp,
) -> Result<Decision<Event>, UnreadRefusal> {
    match (unread.state, command) {
        (State::Waiting, Command::Read) => Ok(Decision::one(Event::Read)),
        (State::Waiting, Command::Drop { by, reason }) => {
            let reason = reason.trim().to_owned();
            if reason.is_empty() || reason.chars().count() > REASON_LETTERS {
                return Err(UnreadRefusal::Reason { at_most: REASON_LETTERS });
            }
            Ok(Decision::one(Event::Dropped { why: Acceptance { by, reason } }))
        }
        (State::Waiting, Command::Forget) => {
            let from = unread.forget_from();
            if now < from {
                return Err(UnreadRefusal::StillNeeded { from: from.to_string() });
            }
            Ok(Decision::one(Event::Forgotten))
        }
        (State::Read, Command::Read)
        | (State::Dropped, Command::Drop { .. })
        | (State::Read | State::Dropped | State::Forgotten, Command::Forget) => Ok(Decision::already()),
        (State::Dropped | State::Forgotten, Command::Read)
        | (State::Read | State::Forgotten, Command::Drop { .. }) => {
            Err(UnreadRefusal::Over { state: unread.state })
        }
    }
}
