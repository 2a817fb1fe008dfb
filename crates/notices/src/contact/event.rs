//! What happened to a contact point. Never changes its meaning once stored; never holds the address or a code.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{LocalDate, Timestamp};

/// An event of a contact point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A code is on its way.
    CodeSent {
        /// Which of the point's codes, from 1.
        number: u32,
        /// When it was asked for.
        at: Timestamp,
        /// That day, in the platform's zone.
        day: LocalDate,
        /// From then on it is worth nothing.
        until: Timestamp,
    },
    /// A wrong code was told.
    CodeWrong {
        /// How often by now, of this code.
        tries: u8,
    },
    /// The code was told.
    Verified {
        /// When.
        at: Timestamp,
    },
}
