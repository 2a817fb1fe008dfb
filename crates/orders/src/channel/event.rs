//! What happened to a channel order. Ids, words and figures; never what is about people. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::{MessageId, OrderPayment, State};

/// An event of a channel order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Rule R4-03. A message that says something newer: the order is as it says.
    Taken {
        /// The message.
        message: MessageId,
        /// Which of the order's versions, from 1.
        version: u32,
        /// Where it stands now.
        state: State,
    },
    /// Rule R4-04. A message that is older than what is known: kept, not applied.
    Archived {
        /// The message.
        message: MessageId,
    },
    /// Rule R4-04. Asked anew, the channel gives a message that was kept and not applied: it stands.
    Reinstated {
        /// The message, as it was kept.
        message: MessageId,
        /// Which of the order's versions, from 1.
        version: u32,
        /// Where it stands now.
        state: State,
    },
    /// Rule R4-04. Two messages of one moment differ: the channel must be asked.
    Ambiguous {
        /// The moment.
        updated_at: Timestamp,
    },
    /// The current message was read anew.
    ReadAnew {
        /// Where it stands now.
        state: State,
    },
    /// A person took it as it is.
    Accepted {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// Where it stands now.
        state: State,
    },
    /// Rule R4-10. What is about people was forgotten.
    Forgotten {
        /// How many messages had something.
        messages: usize,
    },
    /// Reading K-89. The buyer's payment that covers it stands otherwise.
    PaymentChanged {
        /// How.
        payment: OrderPayment,
    },
}
