//! An upload: a file on its way, part by part, so that what was cut off goes on where it was. Its size is said at the start. Never
//! holds content: each part lies elsewhere, and is counted here only when it does.

mod decide;
mod refusal;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{LocalDate, Timestamp};

use crate::document::{DocumentId, Purpose};

pub use decide::{Command, CommandKind, Event, allowed, begin, decide, fits};
pub use refusal::UploadRefusal;

zaiton_kernel::define_id!(
    /// The id of an upload.
    UploadId,
    "up"
);

/// What is said of a file before it comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FileToUpload")]
pub struct Said {
    /// What it is for.
    pub purpose: Purpose,
    /// What the file is called, 1 to 120 letters.
    pub name: String,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// Its first day of validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<LocalDate>,
    /// Its last day of validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<LocalDate>,
    /// In whose place it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<DocumentId>,
}

/// A part that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "UploadPart")]
pub struct Part {
    /// Where it begins.
    pub offset: u64,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256, hex: another part for the same place is another part.
    pub sha256: String,
}

/// Where an upload stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "UploadState")]
pub enum State {
    /// Parts are missing, or it is not looked at yet.
    Uploading,
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
    /// Nobody went on with it, or somebody gave it up.
    Dropped,
}

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// What was said of the file.
    pub said: Said,
    /// Bytes that are there, from the beginning on: what comes next begins here.
    pub received: u64,
    /// The parts that are there, in their order.
    pub parts: Vec<Part>,
    /// Who began it.
    pub by: String,
    /// From then on it is given up.
    pub until: Timestamp,
    /// Where it stands.
    pub state: State,
}

impl Upload {
    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::PartTaken { part, until } => {
                self.received = part.offset.saturating_add(part.bytes);
                self.parts.push(part.clone());
                self.until = *until;
            }
            Event::Stored { document } => self.state = State::Stored { document: *document },
            Event::Refused { code } => self.state = State::Refused { code: code.clone() },
            Event::Dropped => self.state = State::Dropped,
        }
    }

    /// Every byte is there.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.received == self.said.bytes
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Uploading => "uploading",
            Self::Stored { .. } => "stored",
            Self::Refused { .. } => "refused",
            Self::Dropped => "dropped",
        })
    }
}
