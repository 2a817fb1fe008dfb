//! What an address of webhooks answers to each command. Never looks a name up: whether an address may be reached is seen when a
//! message goes out, each time.

use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{
    Command, CommandKind, Endpoint, EndpointRefusal, Event, FAILING_SECONDS, OVERLAP_SECONDS, PublicEvent,
    State, URL_LETTERS, WORDS_LETTERS,
};

/// What a decision gives, or why not.
type Answer = Result<Decision<Event>, EndpointRefusal>;

/// Rule R5-41. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(endpoint: &Endpoint, command: Command, now: Timestamp) -> Answer {
    match (&endpoint.state, command) {
        (State::Unadded, Command::Add { url, description, events, local }) => {
            check(&url, &description, &events, local)?;
            Ok(Decision::one(Event::Added { url, description, events, at: now }))
        }
        (State::Active | State::Paused { .. }, Command::Add { .. }) => {
            Err(EndpointRefusal::Known { endpoint: endpoint.id })
        }
        (State::Active | State::Paused { .. }, Command::Change { url, description, events, local }) => {
            check(&url, &description, &events, local)?;
            let same =
                (&endpoint.url, &endpoint.description, &endpoint.events) == (&url, &description, &events);
            Ok(if same {
                Decision::already()
            } else {
                Decision::one(Event::Changed { url, description, events })
            })
        }
        (State::Active, Command::Pause { by, reason }) => {
            let letters = reason.trim().chars().count();
            if letters == 0 || letters > WORDS_LETTERS {
                return Err(EndpointRefusal::Words { at_most: WORDS_LETTERS });
            }
            Ok(Decision::one(Event::Paused { by, reason, at: now }))
        }
        (State::Paused { .. }, Command::Pause { .. }) => Ok(Decision::already()),
        (State::Paused { .. }, Command::Resume) => Ok(Decision::one(Event::Resumed)),
        (State::Active, Command::Resume) => Err(EndpointRefusal::NotPaused {}),
        (State::Active | State::Paused { .. }, Command::Rotate) => {
            let before_until = now.plus_seconds(OVERLAP_SECONDS);
            Ok(Decision::one(Event::Rotated { at: now, before_until }))
        }
        (State::Active | State::Paused { .. }, Command::Remove) => {
            Ok(Decision::one(Event::Removed { at: now }))
        }
        (State::Active, Command::Ping) => Ok(Decision::already()),
        (State::Paused { .. }, Command::Ping) => Err(EndpointRefusal::Paused {}),
        (State::Active, Command::Works) => Ok(match endpoint.failing_since {
            Some(_) => Decision::one(Event::Works),
            None => Decision::already(),
        }),
        (State::Active, Command::Fails { gave_up, gone }) => Ok(fails(endpoint, gave_up, gone, now)),
        // What is told of a message that was on its way when the address was paused or removed.
        (State::Paused { .. } | State::Removed { .. }, Command::Works | Command::Fails { .. }) => {
            Ok(Decision::already())
        }
        (State::Removed { .. }, Command::Remove) => Ok(Decision::already()),
        (
            State::Removed { .. },
            Command::Add { .. }
            | Command::Change { .. }
            | Command::Pause { .. }
            | Command::Resume
            | Command::Rotate
            | Command::Ping,
        )
        | (
            State::Unadded,
            Command::Change { .. }
            | Command::Pause { .. }
            | Command::Resume
            | Command::Rotate
            | Command::Remove
            | Command::Ping
            | Command::Works
            | Command::Fails { .. },
        ) => Err(EndpointRefusal::Removed {}),
    }
}

/// An address that fails for days, or says that it is gone, is paused.
fn fails(endpoint: &Endpoint, gave_up: bool, gone: bool, now: Timestamp) -> Decision<Event> {
    let since = endpoint.failing_since.unwrap_or(now);
    let mut events = Vec::new();
    if endpoint.failing_since.is_none() {
        events.push(Event::Fails { since });
    }
    let for_days = gave_up && since.plus_seconds(FAILING_SECONDS) <= now;
    if gone || for_days {
        let reason = if gone { "gone" } else { "failing" };
        events.push(Event::Paused { by: "system".into(), reason: reason.into(), at: now });
    }
    Decision { events }
}

fn check(url: &str, description: &str, events: &[PublicEvent], local: bool) -> Result<(), EndpointRefusal> {
    if !is_address(url, local) {
        return Err(EndpointRefusal::Url {});
    }
    if description.chars().count() > WORDS_LETTERS {
        return Err(EndpointRefusal::Words { at_most: WORDS_LETTERS });
    }
    if events.contains(&PublicEvent::Ping) || events.len() > PublicEvent::ALL.len() {
        return Err(EndpointRefusal::Events {});
    }
    Ok(())
}

/// A whole address of https, or of http where the installation takes addresses of this machine.
fn is_address(url: &str, local: bool) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://").filter(|_| local));
    let Some(rest) = rest else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_graphic() && !"\\\"<>^`{|}#".contains(letter);
    url.len() <= URL_LETTERS
        && url.chars().all(plain)
        && !host.is_empty()
        && !host.starts_with(':')
        && !host.contains('@')
}

/// Which commands make sense now, for the page of webhooks.
#[must_use]
pub fn allowed(endpoint: &Endpoint, now: Timestamp) -> Vec<Allowed<CommandKind, EndpointRefusal>> {
    let ask = |command| {
        let probe = match command {
            CommandKind::Change => Command::Change {
                url: endpoint.url.clone(),
                description: endpoint.description.clone(),
                events: endpoint.events.clone(),
                local: true,
            },
            CommandKind::Pause => Command::Pause { by: "somebody".into(), reason: "a reason".into() },
            CommandKind::Resume => Command::Resume,
            CommandKind::Rotate => Command::Rotate,
            CommandKind::Remove => Command::Remove,
            CommandKind::Ping => Command::Ping,
        };
        Allowed { command, refusal: decide(endpoint, probe, now).err() }
    };
    CommandKind::ALL.into_iter().map(ask).collect()
}
