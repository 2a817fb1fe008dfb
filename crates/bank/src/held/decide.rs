//! What a held statement answers to each command in each state. Never looks at the account: whoever calls says
//! whether a hole is left.

use super::{Command, CommandKind, Event, HeldRefusal, HeldStatement, State};
use crate::{Allowed, Decision};

/// Letters of a reason.
const REASON_LETTERS: usize = 500;

type Answer = Result<Decision<Event>, HeldRefusal>;

/// Reading K-43. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(held: &HeldStatement, command: Command) -> Answer {
    let kind = command.kind();
    let closed = || HeldRefusal::Closed { command: kind, state: held.state.clone() };
    match (&held.state, command) {
        (State::Held, Command::TakeNext { gap: None }) => Ok(Decision::one(Event::TookNext {})),
        (State::Held, Command::TakeNext { gap: Some(gap) }) => {
            let (expected_opening, opening) = (gap.expected_opening, gap.opening);
            Err(HeldRefusal::StillMissing { expected_opening, opening })
        }
        (State::Held, Command::TakeAnyway { actor, reason }) => {
            said_by(&actor, &reason)?;
            Ok(Decision::one(Event::TookAnyway { actor, reason }))
        }
        (State::Held, Command::Drop { actor, reason }) => {
            said_by(&actor, &reason)?;
            Ok(Decision::one(Event::Dropped { actor, reason }))
        }
        // It is taken, whoever did it.
        (State::Taken { .. }, Command::TakeNext { .. } | Command::TakeAnyway { .. })
        | (State::Dropped { .. }, Command::Drop { .. }) => Ok(Decision::already()),
        (State::Taken { .. }, Command::Drop { .. })
        | (State::Dropped { .. }, Command::TakeNext { .. } | Command::TakeAnyway { .. }) => Err(closed()),
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(held: &HeldStatement) -> Vec<Allowed<CommandKind, HeldRefusal>> {
    let (actor, reason) = (|| "somebody".to_owned(), || "a reason".to_owned());
    let probe = |kind| match kind {
        CommandKind::TakeNext => Command::TakeNext { gap: None },
        CommandKind::TakeAnyway => Command::TakeAnyway { actor: actor(), reason: reason() },
        CommandKind::Drop => Command::Drop { actor: actor(), reason: reason() },
    };
    let refusal = |kind| match decide(held, probe(kind)) {
        Ok(decision) if decision.is_already() => {
            Some(HeldRefusal::Closed { command: kind, state: held.state.clone() })
        }
        Ok(_) => None,
        Err(refusal) => Some(refusal),
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

fn said_by(actor: &str, reason: &str) -> Result<(), HeldRefusal> {
    let letters = reason.chars().count();
    if actor.trim().is_empty() {
        return Err(HeldRefusal::Nobody {});
    }
    if reason.trim().is_empty() || letters > REASON_LETTERS {
        return Err(HeldRefusal::ReasonMissing { letters, at_most: REASON_LETTERS });
    }
    Ok(())
}
