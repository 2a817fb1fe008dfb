//! What a day answers to each command. Never moves money.

use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{Command, CommandKind, Count, Day, DayRefusal, Event};

/// Rules L-7, L-I13. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(day: &Day, command: Command, now: Timestamp) -> Result<Decision<Event>, DayRefusal> {
    match command {
        Command::Record { number, figures } => {
            let next = day.counts().saturating_add(1);
            match &day.last {
                Some(last) if last.number == number && last.figures == figures => Ok(Decision::already()),
                Some(last) if last.number == number => {
                    Err(DayRefusal::CountedOtherwise { day: day.day, number })
                }
                Some(_) | None if number != next => {
                    Err(DayRefusal::NotTheNext { day: day.day, number, next })
                }
                Some(_) | None => {
                    Ok(Decision::one(Event::Counted { count: Count { number, at: now, figures } }))
                }
            }
        }
    }
}

/// Which commands make sense now: a day may always be counted again.
#[must_use]
pub fn allowed(_: &Day) -> Vec<Allowed<CommandKind, DayRefusal>> {
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: None }).collect()
}
