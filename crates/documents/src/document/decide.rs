//! What a document answers to each command in each state. Never looks at content.

use serde::{Deserialize, Serialize};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Allowed, Decision, LocalDate, Timestamp};

use super::{AtExpiry, Document, DocumentId, DocumentRefusal, REASON_LETTERS, State};
use crate::policy::DocumentPolicy;

/// A command to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A timer: whether people are to be reminded, or it is over.
    Look,
    /// Another comes in its place.
    Replace {
        /// Which.
        by: DocumentId,
    },
    /// Somebody takes it away.
    Remove {
        /// Who.
        by: String,
        /// Why, 1 to 500 letters.
        reason: String,
    },
    /// It is valid at other days.
    ChangeValidity {
        /// The first.
        from: Option<LocalDate>,
        /// The last.
        until: Option<LocalDate>,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Look`].
    Look,
    /// [`Command::Replace`].
    Replace,
    /// [`Command::Remove`].
    Remove,
    /// [`Command::ChangeValidity`].
    ChangeValidity,
}

impl CommandKind {
    /// Every command.
    pub const ALL: [Self; 4] = [Self::Look, Self::Replace, Self::Remove, Self::ChangeValidity];
}

/// An event of a document. Never changes its meaning once stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// People are reminded that it ends.
    Reminded {
        /// In how many days.
        days: u16,
    },
    /// Its last day is over.
    Expired {
        /// When.
        at: Timestamp,
        /// What follows.
        follows: AtExpiry,
    },
    /// Another came in its place.
    Replaced {
        /// Which.
        by: DocumentId,
        /// When.
        at: Timestamp,
    },
    /// It was taken away.
    Removed {
        /// Who.
        by: String,
        /// Why.
        #[serde(skip)]
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// Its days are others.
    ValidityChanged {
        /// The first.
        from: Option<LocalDate>,
        /// The last.
        until: Option<LocalDate>,
    },
}

/// What a decision gives, or why not.
type Answer = Result<Decision<Event>, DocumentRefusal>;

/// Rule R5-12. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(document: &Document, command: Command, policy: &DocumentPolicy, now: Timestamp) -> Answer {
    match (&document.state, command) {
        (State::Stored, Command::Look) => Ok(look(document, policy, now)),
        // What is over is not looked at again; a timer that comes late finds nothing to do.
        (State::Expired { .. } | State::Replaced { .. } | State::Removed { .. }, Command::Look) => {
            Ok(Decision::already())
        }
        (State::Stored | State::Expired { .. }, Command::Replace { by }) => {
            Ok(Decision::one(Event::Replaced { by, at: now }))
        }
        (State::Replaced { by: other, .. }, Command::Replace { by }) if *other == by => {
            Ok(Decision::already())
        }
        (State::Stored | State::Expired { .. } | State::Replaced { .. }, Command::Remove { by, reason }) => {
            if !(1..=REASON_LETTERS).contains(&reason.trim().chars().count()) {
                return Err(DocumentRefusal::ReasonMissing {});
            }
            Ok(Decision::one(Event::Removed { by, reason: reason.trim().to_owned(), at: now }))
        }
        (State::Stored | State::Expired { .. }, Command::ChangeValidity { from, until }) => {
            days(from, until, now)?;
            if (from, until) == (document.valid_from, document.valid_until) {
                return Ok(Decision::already());
            }
            Ok(Decision::one(Event::ValidityChanged { from, until }))
        }
        (State::Removed { .. }, Command::Remove { .. }) => Ok(Decision::already()),
        (State::Replaced { .. }, Command::Replace { .. } | Command::ChangeValidity { .. })
        | (State::Removed { .. }, Command::Replace { .. } | Command::ChangeValidity { .. }) => {
            Err(DocumentRefusal::Closed { state: document.state.to_string() })
        }
    }
}

/// Rule R5-12. Days of validity that can be: the last is not before the first, and not over yet.
///
/// # Errors
/// Why not.
pub fn days(
    from: Option<LocalDate>,
    until: Option<LocalDate>,
    now: Timestamp,
) -> Result<(), DocumentRefusal> {
    let Some(until) = until else { return Ok(()) };
    if from.is_some_and(|from| until < from) {
        return Err(DocumentRefusal::EndsBeforeItBegins { until });
    }
    if until < now.date_in(&Zone::shanghai()) {
        return Err(DocumentRefusal::IsOver { until });
    }
    Ok(())
}

/// Rule R5-12. Whether content may be shown: the file itself, or a page of it. Who may look is not asked here.
///
/// # Errors
/// Why not.
pub fn may_see(document: &Document, whole: bool, page: u32) -> Result<(), DocumentRefusal> {
    if !document.is_there() {
        return Err(DocumentRefusal::Closed { state: document.state.to_string() });
    }
    if whole && document.purpose.is_watermarked() {
        return Err(DocumentRefusal::Watermarked {});
    }
    let pages = document.content.pages;
    if (1..=pages).contains(&page) { Ok(()) } else { Err(DocumentRefusal::NoSuchPage { pages }) }
}

/// The reminder that is due now; of several that are, only the nearest to the end.
fn look(document: &Document, policy: &DocumentPolicy, now: Timestamp) -> Decision<Event> {
    let zone = Zone::shanghai();
    let mut seen = document.clone();
    let mut last = None;
    while let Some((_, what)) = seen.next_look(policy, &zone).filter(|(due, _)| *due <= now) {
        let event = match what {
            Some(days) => Event::Reminded { days },
            None => Event::Expired { at: now, follows: document.purpose.at_expiry() },
        };
        seen.apply(&event);
        last = Some(event);
    }
    last.map_or_else(Decision::already, Decision::one)
}

/// Which commands make sense now.
#[must_use]
pub fn allowed(
    document: &Document,
    policy: &DocumentPolicy,
    now: Timestamp,
) -> Vec<Allowed<CommandKind, DocumentRefusal>> {
    let ask = |command| {
        let probe = match command {
            CommandKind::Look => Command::Look,
            CommandKind::Replace => Command::Replace { by: document.id },
            CommandKind::Remove => Command::Remove { by: "-".to_owned(), reason: "-".to_owned() },
            CommandKind::ChangeValidity => Command::ChangeValidity { from: None, until: None },
        };
        Allowed { command, refusal: decide(document, probe, policy, now).err() }
    };
    CommandKind::ALL.into_iter().map(ask).collect()
}
