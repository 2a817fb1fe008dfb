//! What a bank line answers to each command in each state. Never looks for a top-up.

use zaiton_kernel::Text;

use super::{Command, CommandKind, Event, Line, LineRefusal, NoReceipt, State};
use crate::{Allowed, Decision};

type Answer = Result<Decision<Event>, LineRefusal>;

/// Rule R1-18. Decides a command. A line is used at most once (invariant 9).
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(line: &Line, command: Command) -> Answer {
    match (&line.state, command) {
        (State::Unrecorded, Command::Record) => Ok(Decision::one(record(line))),
        (
            State::Unrecorded,
            command @ (Command::Allocate { .. } | Command::MarkForReview { .. } | Command::Unallocate { .. }),
        ) => Err(LineRefusal::NotRecorded { command: command.kind() }),
        // The same line in another file: already so, nothing to record.
        (
            State::Unallocated
            | State::Allocated { .. }
            | State::InReview { .. }
            | State::AwaitsAPerson { .. },
            Command::Record,
        ) => Ok(Decision::already()),

        (State::Unallocated | State::InReview { .. }, Command::Allocate { .. }) if !line.client_money => {
            Err(LineRefusal::OwnMoney { line: line.id })
        }
        (State::Unallocated | State::InReview { .. }, Command::Allocate { top_up, merchant }) => {
            Ok(Decision::one(Event::Allocated { top_up, merchant }))
        }
        (State::Allocated { top_up: used, .. }, Command::Allocate { top_up, .. }) if top_up == *used => {
            Ok(Decision::already())
        }

        (State::Unallocated | State::InReview { .. }, Command::MarkForReview { reasons }) => {
            review(line, reasons)
        }
        (State::Allocated { .. }, command @ (Command::Allocate { .. } | Command::MarkForReview { .. })) => {
            Err(LineRefusal::AllocatedOtherwise { command: command.kind(), line: line.id })
        }

        (State::Allocated { top_up: used, merchant }, Command::Unallocate { top_up, reason }) => {
            if top_up == *used {
                Ok(Decision::one(Event::Unallocated { top_up, merchant: *merchant, reason }))
            } else {
                // Undone before, and used for another request since: a message that came twice.
                Ok(Decision::already())
            }
        }
        (State::Unallocated, Command::Unallocate { .. }) => {
            Err(LineRefusal::NotAllocated { state: line.state.clone() })
        }
        // Undone before.
        (State::InReview { .. }, Command::Unallocate { .. }) => Ok(Decision::already()),

        (
            State::AwaitsAPerson { .. },
            command @ (Command::Allocate { .. } | Command::MarkForReview { .. } | Command::Unallocate { .. }),
        ) => Err(LineRefusal::NotAReceipt { command: command.kind(), state: line.state.clone() }),
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(line: &Line) -> Vec<Allowed<CommandKind, LineRefusal>> {
    let (zero, one) = (0, 1);
    let used = match line.state {
        State::Allocated { top_up, .. } => top_up,
        State::Unrecorded | State::Unallocated | State::InReview { .. } | State::AwaitsAPerson { .. } => one,
    };
    let probe = |kind| match kind {
        CommandKind::Record => Command::Record,
        CommandKind::Allocate => Command::Allocate { top_up: zero, merchant: one },
        CommandKind::MarkForReview => Command::MarkForReview { reasons: Vec::new() },
        CommandKind::Unallocate => Command::Unallocate { top_up: used, reason: Text::new("", "") },
    };
    let refusal = |command| match decide(line, probe(command)) {
        Ok(decision) if decision.is_already() => Some(match command {
            CommandKind::Unallocate => LineRefusal::NotAllocated { state: line.state.clone() },
            CommandKind::Record | CommandKind::Allocate | CommandKind::MarkForReview => {
                LineRefusal::AllocatedOtherwise { command, line: line.id }
            }
        }),
        Err(refusal) if refusal.closes() => Some(refusal),
        Ok(_) | Err(_) => None,
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

fn record(line: &Line) -> Event {
    match (line.credit, line.reversal) {
        (true, false) => Event::Received {},
        (false, false) => Event::NotAReceipt { reason: NoReceipt::Debit },
        (true | false, true) => Event::NotAReceipt { reason: NoReceipt::Reversal },
    }
}

fn review(line: &Line, reasons: Vec<Text>) -> Answer {
    if reasons.is_empty() {
        return Err(LineRefusal::ReasonMissing { line: line.id });
    }
    match &line.state {
        State::InReview { reasons: known } if *known == reasons => Ok(Decision::already()),
        State::Unrecorded
        | State::Unallocated
        | State::Allocated { .. }
        | State::InReview { .. }
        | State::AwaitsAPerson { .. } => Ok(Decision::one(Event::SentToReview { reasons })),
    }
}
