//! What a person's record answers to each command. Whether a password is right comes with the command.

use zaiton_kernel::{Decision, Timestamp};

use super::{PasswordHash, Person, PersonRefusal, wait_seconds};

/// A command to a person's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Somebody came in with the right password.
    ComeIn,
    /// Somebody gave a wrong one: a counted attempt.
    WrongPassword,
    /// The person, who came in, has another password from now on.
    ChangePassword {
        /// Its hash.
        password: PasswordHash,
    },
}

/// An event of a person's record. Stored without the hash; never changes its meaning once stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody came in.
    CameIn,
    /// A wrong password.
    PasswordWrong {
        /// How many in a row.
        wrong: u32,
        /// No password is looked at before then.
        wait_until: Option<Timestamp>,
    },
    /// Another password.
    PasswordChanged {
        /// Its hash.
        password: PasswordHash,
    },
}

/// Rule R5-01. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(person: &Person, command: Command, now: Timestamp) -> Result<Decision<Event>, PersonRefusal> {
    match command {
        Command::ComeIn => {
            waits(person, now)?;
            Ok(if person.wrong == 0 { Decision::already() } else { Decision::one(Event::CameIn) })
        }
        Command::WrongPassword => {
            waits(person, now)?;
            let wrong = person.wrong.saturating_add(1);
            let seconds = wait_seconds(wrong);
            let wait_until = (seconds > 0).then(|| now.plus_seconds(seconds));
            Ok(Decision::one(Event::PasswordWrong { wrong, wait_until }))
        }
        Command::ChangePassword { password } => Ok(Decision::one(Event::PasswordChanged { password })),
    }
}

/// While it must be waited no password is looked at, the right one neither: else it could be guessed by the answer.
fn waits(person: &Person, now: Timestamp) -> Result<(), PersonRefusal> {
    match person.wait_until {
        Some(until) if now < until => Err(PersonRefusal::Wait { until }),
        Some(_) | None => Ok(()),
    }
}
