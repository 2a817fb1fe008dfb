//! What an operation answers to each command. Never does the work.

use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{Command, CommandKind, Event, MOST_ATTEMPTS, MOST_BYTES, MOST_ROWS};
use super::{Operation, OperationRefusal as Refused, Product, State};

/// Rule R5-40. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(operation: &Operation, command: Command, now: Timestamp) -> Result<Decision<Event>, Refused> {
    match (&operation.state, command) {
        (State::Waiting, Command::Begin { attempt, server }) => Ok(begin(attempt, server, now)),
        (State::Waiting | State::Running { .. }, Command::Cancel { by }) => {
            Ok(Decision::one(Event::Cancelled { at: now, by }))
        }
        (
            State::Waiting,
            command @ (Command::Report { .. } | Command::Finish { .. } | Command::Fail { .. }),
        ) => Err(Refused::NotBegun { command: command.kind() }),
        (State::Waiting | State::Running { .. }, Command::Expire) => {
            Err(Refused::NotDone { command: CommandKind::Expire })
        }
        // A later attempt takes over from one whose worker is gone.
        (State::Running { attempt: current, .. }, Command::Begin { attempt, server })
            if attempt > *current =>
        {
            Ok(begin(attempt, server, now))
        }
        (
            State::Running { attempt: current, .. },
            Command::Begin { attempt, .. }
            | Command::Report { attempt, .. }
            | Command::Finish { attempt, .. }
            | Command::Fail { attempt, .. },
        ) if attempt != *current => Err(Refused::Superseded { attempt, current: *current }),
        (State::Running { .. }, Command::Begin { .. }) => Ok(Decision::already()),
        (State::Running { .. }, Command::Report { progress, .. }) if progress == operation.progress => {
            Ok(Decision::already())
        }
        (State::Running { .. }, Command::Report { progress, .. }) => {
            Ok(Decision::one(Event::Progressed { progress }))
        }
        (State::Running { .. }, Command::Finish { progress, product, .. }) => {
            within(&product)?;
            Ok(Decision::one(Event::Finished { at: now, progress, product }))
        }
        (State::Running { .. }, Command::Fail { refusal, .. }) => {
            Ok(Decision::one(Event::Failed { at: now, refusal }))
        }
        (State::Done { until, .. }, Command::Expire) if now < *until => {
            Err(Refused::TooEarly { until: *until })
        }
        (State::Done { .. }, Command::Expire) => Ok(Decision::one(Event::Expired { at: now })),
        (State::Done { product: known, .. }, Command::Finish { product, .. }) if product == *known => {
            Ok(Decision::already())
        }
        (State::Cancelled { .. }, Command::Cancel { .. }) | (State::Expired { .. }, Command::Expire) => {
            Ok(Decision::already())
        }
        (
            State::Done { .. } | State::Failed { .. } | State::Cancelled { .. } | State::Expired { .. },
            command,
        ) => Err(Refused::Closed { command: command.kind() }),
    }
}

/// Rule R5-40. An attempt begins, unless there were too many: what ends its process would end it again.
fn begin(attempt: u32, server: String, now: Timestamp) -> Decision<Event> {
    if attempt > MOST_ATTEMPTS {
        let refusal = Refused::GaveUp { attempts: MOST_ATTEMPTS }.into();
        return Decision::one(Event::Failed { at: now, refusal });
    }
    Decision::one(Event::Begun { at: now, attempt, server })
}

/// Rule R5-43. A file has at most so many rows and bytes.
fn within(product: &Product) -> Result<(), Refused> {
    if product.rows > MOST_ROWS {
        return Err(Refused::TooManyRows { most: MOST_ROWS });
    }
    if product.bytes > MOST_BYTES {
        return Err(Refused::TooLarge { most_bytes: MOST_BYTES });
    }
    Ok(())
}

/// Which commands make sense now.
#[must_use]
pub fn allowed(operation: &Operation) -> Vec<Allowed<CommandKind, Refused>> {
    let answer = |command: CommandKind| match (&operation.state, command) {
        (State::Waiting, CommandKind::Begin | CommandKind::Cancel)
        | (
            State::Running { .. },
            CommandKind::Begin
            | CommandKind::Report
            | CommandKind::Finish
            | CommandKind::Fail
            | CommandKind::Cancel,
        )
        | (State::Done { .. }, CommandKind::Expire) => None,
        (State::Waiting, CommandKind::Report | CommandKind::Finish | CommandKind::Fail) => {
            Some(Refused::NotBegun { command })
        }
        (State::Waiting | State::Running { .. }, CommandKind::Expire) => Some(Refused::NotDone { command }),
        (
            State::Done { .. } | State::Failed { .. } | State::Cancelled { .. } | State::Expired { .. },
            CommandKind::Begin
            | CommandKind::Report
            | CommandKind::Finish
            | CommandKind::Fail
            | CommandKind::Cancel
            | CommandKind::Expire,
        ) => Some(Refused::Closed { command }),
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: answer(command) }).collect()
}
