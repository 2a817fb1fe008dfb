//! What an upload answers to each command in each state, and whether a whole file may be taken. Never looks at a part.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{Part, Said, State, Upload, UploadRefusal};
use crate::document::{DocumentId, NAME_LETTERS};
use crate::policy::DocumentPolicy;
use crate::sniff::{Found, Not};

/// A command to an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A part lies where it is kept.
    TakePart {
        /// Which.
        part: Part,
    },
    /// The whole file became a document.
    Store {
        /// Which.
        document: DocumentId,
    },
    /// The whole file is none that may be taken.
    Refuse {
        /// The code of why.
        code: String,
    },
    /// Somebody gives it up.
    Cancel,
    /// A timer: nobody went on with it.
    Expire,
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Cancel`].
    Cancel,
}

/// An event of an upload. Never changes its meaning once stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A part is there.
    PartTaken {
        /// Which.
        part: Part,
        /// From then on the upload is given up.
        until: Timestamp,
    },
    /// It became a document.
    Stored {
        /// Which.
        document: DocumentId,
    },
    /// It is no file that may be taken.
    Refused {
        /// The code of why.
        code: String,
    },
    /// It was given up.
    Dropped,
}

/// What a decision gives, or why not.
type Answer = Result<Decision<Event>, UploadRefusal>;

/// Rule R5-12. Whether a file that is so described may come at all.
///
/// # Errors
/// Why not.
pub fn begin(said: &Said, policy: &DocumentPolicy) -> Result<(), UploadRefusal> {
    let letters = said.name.trim().chars().count();
    if !(1..=NAME_LETTERS).contains(&letters) || said.name.chars().any(char::is_control) {
        return Err(UploadRefusal::Name { at_most: NAME_LETTERS });
    }
    if said.bytes == 0 {
        return Err(UploadRefusal::Empty {});
    }
    if said.bytes > policy.most_bytes {
        return Err(UploadRefusal::TooLarge { at_most: policy.most_bytes });
    }
    Ok(())
}

/// Rule R5-12. Whether a whole file may be taken, by what was found in it.
///
/// # Errors
/// Why not.
pub fn fits(
    found: Result<Found, Not>,
    pages: Option<u32>,
    policy: &DocumentPolicy,
) -> Result<(Found, u32), UploadRefusal> {
    let found = found.map_err(|not| match not {
        Not::Known => UploadRefusal::NotAllowed {},
        Not::Whole => UploadRefusal::Damaged {},
        Not::Plain => UploadRefusal::Mixed {},
    })?;
    if let Some((width, height)) = found.pixels
        && u64::from(width).saturating_mul(u64::from(height)) > policy.most_pixels
    {
        return Err(UploadRefusal::TooManyPixels { at_most: policy.most_pixels });
    }
    let pages = pages.filter(|pages| *pages > 0).ok_or(UploadRefusal::Damaged {})?;
    if pages > policy.most_pages {
        return Err(UploadRefusal::TooManyPages { at_most: policy.most_pages });
    }
    Ok((found, pages))
}

/// Rule R5-12. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(upload: &Upload, command: Command, policy: &DocumentPolicy, now: Timestamp) -> Answer {
    match (&upload.state, command) {
        (State::Uploading, Command::TakePart { part }) => take(upload, part, policy, now),
        (State::Uploading, Command::Store { document }) => {
            if !upload.is_whole() {
                return Err(UploadRefusal::Unfinished { received: upload.received });
            }
            Ok(Decision::one(Event::Stored { document }))
        }
        (State::Uploading, Command::Refuse { code }) => Ok(Decision::one(Event::Refused { code })),
        (State::Uploading, Command::Cancel) => Ok(Decision::one(Event::Dropped)),
        (State::Uploading, Command::Expire) if now < upload.until => Ok(Decision::already()),
        (State::Uploading, Command::Expire) => Ok(Decision::one(Event::Dropped)),
        (State::Stored { .. } | State::Refused { .. } | State::Dropped, Command::Expire) => {
            Ok(Decision::already())
        }
        (State::Dropped, Command::Cancel) => Ok(Decision::already()),
        (State::Stored { .. } | State::Refused { .. }, Command::Cancel)
        | (
            State::Stored { .. } | State::Refused { .. } | State::Dropped,
            Command::TakePart { .. } | Command::Store { .. } | Command::Refuse { .. },
        ) => Err(UploadRefusal::Closed { state: upload.state.to_string() }),
    }
}

fn take(upload: &Upload, part: Part, policy: &DocumentPolicy, now: Timestamp) -> Answer {
    let (offset, bytes) = (part.offset, part.bytes);
    // The same part again: its answer was lost on the way.
    if upload.parts.contains(&part) {
        return Ok(Decision::already());
    }
    if offset != upload.received {
        return Err(UploadRefusal::Elsewhere { received: upload.received });
    }
    if bytes == 0 || bytes > policy.part_bytes {
        return Err(UploadRefusal::PartTooLarge { at_most: policy.part_bytes });
    }
    let end = offset.saturating_add(bytes);
    if end > upload.said.bytes {
        return Err(UploadRefusal::Longer { said: upload.said.bytes });
    }
    // Many small parts would make the record long: only the last may be small.
    if bytes < policy.part_bytes / 20 && end < upload.said.bytes {
        return Err(UploadRefusal::PartTooSmall { at_least: policy.part_bytes / 20 });
    }
    Ok(Decision::one(Event::PartTaken { part, until: now.plus_seconds(policy.upload_seconds) }))
}

/// Which commands make sense now.
#[must_use]
pub fn allowed(
    upload: &Upload,
    policy: &DocumentPolicy,
    now: Timestamp,
) -> Vec<Allowed<CommandKind, UploadRefusal>> {
    let refusal = decide(upload, Command::Cancel, policy, now).err();
    vec![Allowed { command: CommandKind::Cancel, refusal }]
}
