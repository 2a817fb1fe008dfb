//! What happened to a payment file. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Money;

use crate::payment::PaymentId;

/// An event of a payment file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was put together and waits for a second person.
    Proposed {
        /// Its payments.
        payments: Vec<PaymentId>,
        /// What they add up to.
        total: Money,
        /// Who proposed it.
        maker: String,
    },
    /// It may be downloaded.
    Released {
        /// Who released it.
        checker: String,
    },
    /// The bank answered.
    Answered {},
    /// Dropped before it was released.
    Dropped {
        /// Who dropped it.
        actor: String,
    },
}
