//! What a message of a webhook answers to each command. Never sends.

use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{
    CODE_LETTERS, Command, CommandKind, Event, Message, MessageRefusal, Outcome, ROUNDS, State, WAITS,
};

/// Rule R5-41. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(
    message: &Message,
    command: Command,
    now: Timestamp,
) -> Result<Decision<Event>, MessageRefusal> {
    match (&message.state, command) {
        (State::Waiting | State::Failed { .. }, Command::Report { round, attempts, outcome }) => {
            if (message.round, message.attempts) != (round, attempts) {
                return Ok(Decision::already());
            }
            Ok(Decision::one(attempted(message, outcome, now)))
        }
        (State::Done { .. } | State::Dead { .. } | State::Held, Command::Report { .. } | Command::Hold) => {
            Ok(Decision::already())
        }
        (State::Waiting | State::Failed { .. }, Command::Hold) => Ok(Decision::one(Event::Held)),
        (State::Waiting | State::Failed { .. }, Command::Replay) => Err(MessageRefusal::OnItsWay {}),
        (State::Done { .. } | State::Dead { .. } | State::Held, Command::Replay) => {
            if message.round >= ROUNDS {
                return Err(MessageRefusal::TooOften { at_most: ROUNDS });
            }
            Ok(Decision::one(Event::Replayed))
        }
    }
}

fn attempted(message: &Message, outcome: Outcome, now: Timestamp) -> Event {
    let done = |status, error: Option<String>, next_at| Event::Attempted { at: now, status, error, next_at };
    match outcome {
        Outcome::Taken { status } => done(Some(status), None, None),
        Outcome::Gone => done(Some(410), Some("gone".into()), None),
        Outcome::Failed { code, status } => {
            let wait = usize::try_from(message.attempts).ok().and_then(|at| WAITS.get(at));
            done(status, Some(plain(&code)), wait.map(|wait| now.plus_seconds(*wait)))
        }
    }
}

/// A code is letters, digits, dots and underscores.
fn plain(code: &str) -> String {
    code.chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-'))
        .take(CODE_LETTERS)
        .collect()
}

/// Which commands make sense now, for the page of webhooks.
#[must_use]
pub fn allowed(message: &Message, now: Timestamp) -> Vec<Allowed<CommandKind, MessageRefusal>> {
    let refusal = decide(message, Command::Replay, now).err();
    vec![Allowed { command: CommandKind::Replay, refusal }]
}
