//! What happened to a payment group. Ids, words and figures; never what is about people. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::Standing;
use crate::channel::{ChannelOrderId, MessagePayment};

/// An event of a payment group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// An order joined, says something newer, or left.
    Gathered {
        /// Raw id of its merchant.
        merchant: i64,
        /// The order.
        channel_order: ChannelOrderId,
        /// It left.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        left: bool,
    },
    /// The payments are other ones, or stand otherwise.
    PaymentsChanged {
        /// Each once, by reference.
        payments: Vec<MessagePayment>,
        /// Something that orders are told of has changed.
        told: bool,
    },
    /// It stands otherwise.
    Stands {
        /// How.
        standing: Standing,
        /// Since when what was captured differs from its orders.
        since: Option<Timestamp>,
    },
    /// An order is told how the payments stand.
    Told {
        /// The order.
        channel_order: ChannelOrderId,
        /// Which telling of this order, from 1.
        number: u32,
    },
}
