//! What a contact point answers to each command. Never makes or sees a code.

use zaiton_kernel::{Allowed, Decision, LocalDate, Timestamp};

use super::{CodeRules, Command, CommandKind, ContactPoint, ContactRefusal, Event, State};

/// What a decision gives, or why not.
type Answer = Result<Decision<Event>, ContactRefusal>;

/// Rule R1-04. Decides a command; `today` is the day of `now` in the platform's zone. A wrong code is an event, not a
/// refusal: it must be counted, and the caller is told [`ContactPoint::wrong`].
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(
    point: &ContactPoint,
    command: Command,
    rules: &CodeRules,
    now: Timestamp,
    today: LocalDate,
) -> Answer {
    match (point.state, command) {
        (State::Verified { .. }, Command::Ask | Command::Confirm { .. }) => Ok(Decision::already()),
        (State::Unasked, Command::Ask) => Ok(sent(point, rules, now, today)),
        (State::Unasked, Command::Confirm { .. }) => Err(ContactRefusal::NoCode {}),
        (State::Asked { at, .. }, Command::Ask) => {
            let again_at = at.plus_seconds(i64::from(rules.wait_seconds));
            if now < again_at {
                return Err(ContactRefusal::TooSoon { again_at });
            }
            if point.codes_on(today) >= rules.per_day {
                return Err(ContactRefusal::TooManyToday { at_most: rules.per_day });
            }
            Ok(sent(point, rules, now, today))
        }
        (State::Asked { until, tries, .. }, Command::Confirm { matches }) => {
            if now >= until {
                return Err(ContactRefusal::Expired { until });
            }
            if tries >= rules.tries {
                return Err(ContactRefusal::TriesUsed { at_most: rules.tries });
            }
            Ok(Decision::one(if matches {
                Event::Verified { at: now }
            } else {
                Event::CodeWrong { tries: tries.saturating_add(1) }
            }))
        }
    }
}

fn sent(point: &ContactPoint, rules: &CodeRules, now: Timestamp, today: LocalDate) -> Decision<Event> {
    let until = now.plus_seconds(i64::from(rules.minutes) * 60);
    Decision::one(Event::CodeSent { number: point.codes.saturating_add(1), at: now, day: today, until })
}

/// Which commands make sense now, for the page of contacts; of a confirmation, whether any code would be looked at.
#[must_use]
pub fn allowed(
    point: &ContactPoint,
    rules: &CodeRules,
    now: Timestamp,
    today: LocalDate,
) -> Vec<Allowed<CommandKind, ContactRefusal>> {
    let ask = |command| {
        let probe = match command {
            CommandKind::Ask => Command::Ask,
            CommandKind::Confirm => Command::Confirm { matches: true },
        };
        Allowed { command, refusal: decide(point, probe, rules, now, today).err() }
    };
    CommandKind::ALL.into_iter().map(ask).collect()
}
