//! What a channel says an order is now. Never judged here.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, Money, Timestamp};

use super::{Channel, OrderLine, Promotion, Status};

/// An order as a channel tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Snapshot {
    /// Where it was placed.
    pub channel: Channel,
    /// The shop on that channel.
    pub shop: String,
    /// The channel's id of it.
    pub channel_order_id: String,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When the channel last changed it.
    pub updated_at: Timestamp,
    /// How far it is; the time of that must be given.
    pub status: Status,
    /// When it was dispatched.
    #[serde(default)]
    pub shipped_at: Option<Timestamp>,
    /// When it was complete.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
    /// When it was cancelled.
    #[serde(default)]
    pub cancelled_at: Option<Timestamp>,
    /// What was bought.
    pub lines: Vec<SnapshotLine>,
    /// Every refund so far.
    #[serde(default)]
    pub refunds: Vec<SnapshotRefund>,
    /// The promotions that it carries.
    #[serde(default)]
    pub promotions: Vec<Promotion>,
    /// What the buyer paid in all.
    pub total: Money,
    /// Rule R1-21. What the channel works out as the fee of what remains, by programme. Ours counts; a difference is for a
    /// person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<FeeSaid>,
}

/// Rule R1-21. A channel's own figure of a fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeSaid {
    /// The programme's code.
    pub programme: String,
    /// The fee of what remains of the order, as the channel says.
    pub remaining_fee: Money,
}

/// Readings K-85, K-90. What an order is to the one that it names as its original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Original {
    /// The original bears the fee of both: it goes on, or is not known yet, or this one is sent in its place.
    pub bears: bool,
    /// When the original was placed, as far as it is known: by then it is settled which way an order is billed (R1-19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placed_at: Option<Timestamp>,
}

/// A line of an order as a channel tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SnapshotLine {
    /// The channel's id of the line.
    pub line: String,
    /// What was bought.
    pub sku: String,
    /// How many.
    pub quantity: u32,
    /// What the buyer paid for the line, before refunds.
    pub paid: Money,
}

/// A refund as a channel tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SnapshotRefund {
    /// The channel's reference, its own within the order.
    pub reference: String,
    /// When it was made.
    pub at: Timestamp,
    /// What it gives back.
    pub lines: Vec<SnapshotRefundLine>,
}

/// What a refund gives back of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SnapshotRefundLine {
    /// The line.
    pub line: String,
    /// How much.
    pub amount: Money,
}

impl SnapshotLine {
    /// The line of the order, nothing refunded.
    pub(super) fn unrefunded(&self) -> OrderLine {
        OrderLine {
            line: self.line.clone(),
            sku: self.sku.clone(),
            quantity: self.quantity,
            paid_minor: self.paid.minor(),
            refunded_minor: 0,
        }
    }
}
