//! What happened to a month's statement. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::Figures;

/// An event of a month's statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Rules R1-31, L-I10. It stands for good.
    Recorded {
        /// What it says.
        figures: Figures,
        /// When.
        at: Timestamp,
    },
}
