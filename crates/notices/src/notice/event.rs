//! What happened to a notice. Never changes its meaning once stored; never holds an address or a text.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

/// An event of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// An attempt was made.
    Attempted {
        /// At which way.
        way: u16,
        /// When.
        at: Timestamp,
        /// Why it failed, as a code; none when it was sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// When the next is due; none when there will be none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next_at: Option<Timestamp>,
    },
    /// Nobody wants it by this way.
    Unwanted {
        /// By which way.
        way: u16,
        /// When that was seen.
        at: Timestamp,
    },
    /// It goes out again.
    SentAgain {
        /// By which ways.
        ways: Vec<u16>,
    },
}
