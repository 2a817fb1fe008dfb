//! What an unread message answers to each command. Never reads it.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Allowed, Decision, Timestamp};

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

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Read`].
    Read,
    /// [`Command::Drop`].
    Drop,
    /// [`Command::Forget`].
    Forget,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 3] = [Self::Read, Self::Drop, Self::Forget];
}

/// An event of an unread message. Never changes its meaning once stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(unread: &UnreadMessage, now: Timestamp) -> Vec<Allowed<CommandKind, UnreadRefusal>> {
    let probe = |kind| match kind {
        CommandKind::Read => Command::Read,
        CommandKind::Drop => Command::Drop { by: String::new(), reason: "?".to_owned() },
        CommandKind::Forget => Command::Forget,
    };
    let refusal = |kind| match decide(unread, probe(kind), now) {
        Ok(decision) if decision.is_already() => Some(UnreadRefusal::Over { state: unread.state }),
        Ok(_) => None,
        Err(refusal) => Some(refusal),
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}
