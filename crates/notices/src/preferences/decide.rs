//! What preferences answer to each command. Never looks at who asks.

use zaiton_kernel::Decision;
use zaiton_kernel::time::Zone;

use super::{Choice, Command, Event, MOST, Preferences, PreferencesRefusal};
use crate::contact;

/// Rules R5-20, R5-21. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(known: &Preferences, command: Command) -> Result<Decision<Event>, PreferencesRefusal> {
    let Command::Choose { choice } = command;
    let (_, to) = contact::plain(&choice.to).ok_or(PreferencesRefusal::Malformed {})?;
    Zone::named(&choice.zone).map_err(|_| PreferencesRefusal::Zone {})?;
    if let Some(topic) = choice.off.iter().find(|topic| topic.is_mandatory()) {
        return Err(PreferencesRefusal::Mandatory { topic: format!("{topic:?}") });
    }
    let mut off = choice.off;
    off.sort_unstable();
    off.dedup();
    let choice = Choice { to, off, ..choice };
    let is_new = known.choices.iter().all(|one| one.to != choice.to);
    if is_new && known.choices.len() >= MOST {
        return Err(PreferencesRefusal::TooMany { at_most: MOST });
    }
    if known.choices.contains(&choice) {
        return Ok(Decision::already());
    }
    Ok(Decision::one(Event::Chosen { choice }))
}
