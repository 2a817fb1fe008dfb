//! What happened to a message of a webhook. Never changes its meaning once stored; never holds what was sent or answered.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

/// An event of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// An attempt was made.
    Attempted {
        /// When.
        at: Timestamp,
        /// The status of the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// Why it failed, as a code; none when it was answered well.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// When the next is due; none when there will be none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Timestamp>,
    },
    /// Its address is paused.
    Held,
    /// It goes out again.
    Replayed,
}
