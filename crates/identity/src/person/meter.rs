//! How often somebody guessed wrong, and how long it must be waited then. Never locks for good.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

/// Wrong passwords in a row that cost no wait.
pub const FREE_TRIES: u32 = 5;
/// The longest wait after wrong passwords, in seconds.
pub const LONGEST_WAIT: i64 = 900;

/// Wrong ones in a row, and until when it must be waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// Wrong ones in a row.
    pub wrong: u32,
    /// Nothing is looked at before then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_until: Option<Timestamp>,
}

/// Seconds to wait after so many wrong passwords in a row: none for the first five, then 2, 4, 8, .. up to fifteen minutes.
#[must_use]
pub fn wait_seconds(wrong: u32) -> i64 {
    let beyond = wrong.saturating_sub(FREE_TRIES);
    if beyond == 0 { 0 } else { 1_i64.checked_shl(beyond.min(20)).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT) }
}

impl Meter {
    /// Until when it must still be waited.
    #[must_use]
    pub fn waits(&self, now: Timestamp) -> Option<Timestamp> {
        self.wait_until.filter(|until| now < *until)
    }

    /// With one wrong guess more.
    #[must_use]
    pub fn guessed(&self, now: Timestamp) -> Self {
        let wrong = self.wrong.saturating_add(1);
        let seconds = wait_seconds(wrong);
        Self { wrong, wait_until: (seconds > 0).then(|| now.plus_seconds(seconds)) }
    }
}
