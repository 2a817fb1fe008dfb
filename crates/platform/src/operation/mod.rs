//! Long work that can be left and found again (R5-40): waiting, running, then done, failed or cancelled; what it made lies as
//! a file for a day, and is expired after that. Never does the work, knows no file.
//!
//! ```text
//! waiting ──▶ running ──▶ done ──▶ expired
//!    │           ├──────▶ failed
//!    └───────────┴──────▶ cancelled
//! ```
//!
//! An attempt has a number. When its worker is gone, a later attempt takes over, and what the earlier one still says is not
//! heeded. `work.rs` what may be asked for; `queue.rs` who waits and who may begin.

mod command;
mod decide;
mod event;
pub mod queue;
mod refusal;
#[cfg(test)]
mod tests;
mod work;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Refusal, Timestamp};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::OperationRefusal;
pub use work::{Form, Language, List, NAME_BYTES, Period, Work};

zaiton_kernel::define_id!(
    /// The id of an operation.
    OperationId,
    "op"
);

/// After so many attempts that did not come to an end it has failed.
pub const MOST_ATTEMPTS: u32 = 5;
/// Rows of a file, at most.
pub const MOST_ROWS: u64 = 1_000_000;
/// Bytes of a file, at most.
pub const MOST_BYTES: u64 = 200_000_000;
/// For how long a file is kept, in seconds.
pub const KEPT_SECONDS: i64 = 24 * 3_600;

/// In what progress is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ProgressUnit")]
pub enum Unit {
    /// Rows that were read.
    #[default]
    Rows,
    /// Months of a period.
    Months,
    /// Tables of the database.
    Tables,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "OperationProgress")]
pub struct Progress {
    /// How many are done.
    pub done: u64,
    /// Of how many; none where nobody knows before the end.
    pub of: Option<u64>,
    /// What is counted.
    pub unit: Unit,
}

/// What came of it: a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "OperationProduct")]
pub struct Product {
    /// What the file is called for whoever takes it.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 over it, in hex.
    pub sha256: String,
    /// Rows in it, headings not counted.
    pub rows: u64,
    /// What a verification found; none for a list.
    pub findings: Option<u64>,
    /// The address of the server that holds it.
    pub server: String,
    /// Which attempt made it: each writes a file of its own.
    pub attempt: u32,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "OperationState")]
pub enum State {
    /// Nobody has taken it up.
    Waiting,
    /// A worker does it.
    Running {
        /// Since when.
        since: Timestamp,
        /// Which attempt.
        attempt: u32,
        /// The server that does it.
        server: String,
    },
    /// It is done, and its file is kept.
    Done {
        /// When it was.
        at: Timestamp,
        /// Until when the file is kept.
        until: Timestamp,
        /// What came of it.
        product: Product,
    },
    /// It could not be done.
    Failed {
        /// When that was known.
        at: Timestamp,
        /// Why, and what to do now.
        refusal: Refusal,
    },
    /// Somebody no longer wanted it.
    Cancelled {
        /// When.
        at: Timestamp,
        /// Who.
        by: String,
    },
    /// It was done, and its file is gone.
    Expired {
        /// When.
        at: Timestamp,
        /// What came of it.
        product: Product,
    },
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::Running { .. } => "running",
            Self::Done { .. } => "done",
            Self::Failed { .. } => "failed",
            Self::Cancelled { .. } => "cancelled",
            Self::Expired { .. } => "expired",
        })
    }
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// Who asked for it.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// What is to be done.
    pub work: Work,
    /// How far it is, or was.
    pub progress: Progress,
    /// Where it stands.
    pub state: State,
}

impl Operation {
    /// One that waits.
    #[must_use]
    pub fn asked(id: OperationId, asked_by: String, asked_at: Timestamp, work: Work) -> Self {
        Self { id, asked_by, asked_at, work, progress: Progress::default(), state: State::Waiting }
    }

    /// Nothing more will come of it.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        !matches!(self.state, State::Waiting | State::Running { .. })
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        self.state = match event {
            Event::Begun { at, attempt, server } => {
                self.progress = Progress::default();
                State::Running { since: *at, attempt: *attempt, server: server.clone() }
            }
            Event::Progressed { progress } => {
                self.progress = *progress;
                return;
            }
            Event::Finished { at, progress, product } => {
                self.progress = *progress;
                State::Done { at: *at, until: at.plus_seconds(KEPT_SECONDS), product: product.clone() }
            }
            Event::Failed { at, refusal } => State::Failed { at: *at, refusal: refusal.clone() },
            Event::Cancelled { at, by } => State::Cancelled { at: *at, by: by.clone() },
            Event::Expired { at } => match &self.state {
                State::Done { product, .. } => State::Expired { at: *at, product: product.clone() },
                State::Waiting
                | State::Running { .. }
                | State::Failed { .. }
                | State::Cancelled { .. }
                | State::Expired { .. } => return,
            },
        };
    }
}
