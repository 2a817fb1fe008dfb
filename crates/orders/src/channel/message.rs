//! One message of a channel about one order, without anything about people: what the rules look at, and the rest as it was
//! read. Never judged here.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Timestamp};

use crate::Snapshot;
use crate::order::Channel;

/// Fields of a message that could not be mapped, at most as many are kept.
pub const UNMAPPED: usize = 50;
/// Payments that one message names, at most.
pub const PAYMENTS: usize = 20;

/// What kind of order it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "OrderKind")]
pub enum Kind {
    /// Something was sold.
    #[default]
    Sale,
    /// Sent again for an order that went wrong: no fee anew (S14).
    Replacement,
    /// Sent for another article that comes back: likewise.
    Exchange,
    /// Given away.
    Sample,
    /// Rule R4-08. Placed to try the shop out: never sent, never counted.
    Test,
    /// A word that is not known.
    Other,
}

/// How far the channel says it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "OrderStage")]
pub enum Stage {
    /// Placed, and not yet paid or released.
    Pending,
    /// Placed and paid, or to be paid on delivery.
    Placed,
    /// Sent in part.
    PartShipped,
    /// Sent.
    Shipped,
    /// Received.
    Completed,
    /// Paid back wholly.
    Refunded,
    /// Cancelled.
    Cancelled,
    /// It came to nothing.
    Failed,
    /// A word that is not known, or none.
    #[default]
    Unknown,
}

/// Reading K-26. On whose marketplace it was sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SoldOn {
    /// On ours.
    Ours,
    /// Elsewhere.
    External,
}

/// Reading K-26. Who holds the buyer's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoneyHeldBy {
    /// The platform: order money is booked.
    Platform,
    /// The channel.
    Channel,
    /// The merchant, through a gateway of its own.
    Merchant,
}

/// Reading K-26. Who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FulfilledBy {
    /// A warehouse of the platform.
    PlatformWarehouse,
    /// The merchant.
    Merchant,
    /// Rule R4-09. The channel: such an order is read only.
    Channel,
    /// A word that is not known.
    Unknown,
}

/// How far a payment of the buyer is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// The channel does not say, or in a word that is not known.
    #[default]
    Unknown,
    /// Not there yet.
    Pending,
    /// The bank set the money aside.
    Authorised,
    /// Called off before it was paid.
    Voided,
    /// Refused.
    Failed,
    /// Paid.
    Captured,
    /// Paid back wholly.
    Refunded,
    /// Taken back by the buyer's bank.
    ChargedBack,
}

/// A payment of the buyer, as a message names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessagePayment {
    /// The reference of whoever moved the money, the same in every order that it covers.
    pub reference: String,
    /// How far it is.
    pub status: PaymentStatus,
    /// Since when; since the order's last change where the channel does not say.
    pub at: Timestamp,
    /// How much it was for, whole: what is paid back of it makes it no smaller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// Rule R4-07. A value that could not be mapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unmapped {
    /// The field, in the channel's words.
    pub field: String,
    /// The value as it stands, shortened; never about a person.
    pub value: String,
    /// What is wrong with it: a code.
    pub code: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OrderMessage")]
pub struct Message {
    /// Where the order was placed.
    pub channel: Channel,
    /// The shop on that channel.
    pub shop: String,
    /// The channel's id of the order.
    pub channel_order_id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_no: Option<String>,
    /// The order that it replaces, or was split from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_order_id: Option<String>,
    /// The buyer's payment, when it covers orders of several merchants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_group: Option<String>,
    /// SHA-256 over the bytes that came, hex.
    pub hash: String,
    /// When it came.
    pub received_at: Timestamp,
    /// When the channel changed the order last; by when it came where the channel does not say.
    pub updated_at: Timestamp,
    /// What kind of order it is.
    #[serde(default)]
    pub kind: Kind,
    /// How far it is.
    #[serde(default)]
    pub stage: Stage,
    /// On whose marketplace.
    pub sold_on: SoldOn,
    /// Who holds the money.
    pub money_held_by: MoneyHeldBy,
    /// Who sends it.
    pub fulfilled_by: FulfilledBy,
    /// The buyer asks to cancel.
    #[serde(default)]
    pub cancel_requested: bool,
    /// When the channel says that it ended: complete, cancelled or come to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What the buyer pays in all, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    /// The total less the sum of its parts, minor units; none where a part is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference_minor: Option<i64>,
    /// What could not be mapped, at most [`UNMAPPED`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmapped: Vec<Unmapped>,
    /// The buyer's payments that it names, at most [`PAYMENTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<MessagePayment>,
    /// What it says of money, where that is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// The whole order as it was read, JSON, without anything about people.
    pub detail: String,
}

impl PaymentStatus {
    /// The money moved: it was paid, whatever came after.
    #[must_use]
    pub const fn was_captured(self) -> bool {
        match self {
            Self::Captured | Self::Refunded | Self::ChargedBack => true,
            Self::Unknown | Self::Pending | Self::Authorised | Self::Voided | Self::Failed => false,
        }
    }

    /// Whoever sold something for it is told.
    #[must_use]
    pub const fn is_told(self) -> bool {
        match self {
            Self::Captured | Self::Failed | Self::Refunded | Self::ChargedBack => true,
            Self::Unknown | Self::Pending | Self::Authorised | Self::Voided => false,
        }
    }
}

impl Stage {
    /// It is cancelled, or came to nothing.
    #[must_use]
    pub const fn is_off(self) -> bool {
        match self {
            Self::Cancelled | Self::Failed => true,
            Self::Pending
            | Self::Placed
            | Self::PartShipped
            | Self::Shipped
            | Self::Completed
            | Self::Refunded
            | Self::Unknown => false,
        }
    }
}

impl Message {
    /// Something of it was paid back to the buyer.
    #[must_use]
    pub fn paid_back(&self) -> bool {
        let refunds = self.snapshot.as_ref().is_some_and(|snapshot| !snapshot.refunds.is_empty());
        refunds || self.stage == Stage::Refunded
    }
}
