//! What happened to a merchant. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::Supply;

/// An event of a merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was taken over.
    Registered {
        /// Its code.
        code: String,
        /// What people call it.
        name: String,
        /// The company's name.
        company: String,
        /// How it sells here.
        #[serde(default)]
        supply: Supply,
        /// When.
        registered_at: Timestamp,
    },
}
