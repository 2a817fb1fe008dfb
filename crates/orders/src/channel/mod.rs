//! A channel order (S1): what a channel says of one order, message by message. The newest stands, older ones are kept; what
//! cannot be mapped or does not add up waits for a person, and nothing is dropped. Never reads a payload, never moves money,
//! and holds nothing about people: that lies sealed beside each message.

mod command;
mod decide;
mod event;
mod kept;
mod message;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Timestamp};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use kept::{ChannelMessage, Sealed, SealedMessage};
pub use message::{
    FulfilledBy, Kind, Message, MessagePayment, MoneyHeldBy, PAYMENTS, PaymentStatus, SoldOn, Stage,
    UNMAPPED, Unmapped,
};
pub use refusal::ChannelRefusal;

use crate::group::PaymentWord;
use crate::order::{Channel, order_key};

zaiton_kernel::define_id!(
    /// The id of a channel order.
    ChannelOrderId,
    "co"
);
zaiton_kernel::define_id!(
    /// The id of a message of a channel.
    MessageId,
    "cm"
);
zaiton_kernel::define_id!(
    /// The id of what is sealed of a message.
    SealedId,
    "sx"
);

/// Parts may differ from the total by so much, minor units (R4-07: channels round line by line).
pub const TOLERANCE_MINOR: i64 = 1;
/// Messages of one order that are kept: the oldest leave.
pub const MESSAGES: usize = 200;
/// Bytes of an order as it was read, at most.
pub const DETAIL_BYTES: usize = 1 << 20;
/// Letters of a person's reason, at most.
pub const REASON_LETTERS: usize = 500;

/// Why an order is captured and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ignored {
    /// Rule R4-08.
    Test,
    /// Rule R4-09.
    ChannelFulfilled,
}

/// Where a channel order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "ChannelOrderState")]
pub enum State {
    /// No message was taken yet.
    Unseen,
    /// Every field is known.
    Mapped,
    /// Rule R4-07. Some field is not: a person looks, or a newer reader.
    Unmapped {
        /// How many.
        fields: usize,
    },
    /// The parts do not make the total: a person looks, nothing follows.
    MathMismatch {
        /// The total less its parts, minor units.
        difference_minor: i64,
    },
    /// The buyer asks the channel to cancel.
    CancelRequested,
    /// The channel says that it is cancelled, or came to nothing.
    CancelledAtChannel,
    /// Captured, and no more.
    Ignored {
        /// Why.
        why: Ignored,
    },
}

/// A person's word that an order is right as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Acceptance {
    /// Whose.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A message that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct KnownMessage {
    /// Its id.
    pub id: MessageId,
    /// Its hash.
    pub hash: String,
    /// Something about people is sealed beside it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
}

/// Reading K-89. What an order knows of the buyer's payment that covers it: its own share, and how the payments stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderPayment {
    /// The payment group.
    pub group: String,
    /// Which telling of this order: of two the higher is the newer.
    pub number: u32,
    /// What of the payments is for this order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Money>,
    /// Every payment that is captured, failed, paid back or charged back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<PaymentWord>,
}

/// A channel order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ChannelOrder {
    /// Its id.
    pub id: ChannelOrderId,
    /// Raw id of the merchant.
    pub merchant: i64,
    /// Where it was placed.
    pub channel: Channel,
    /// The shop on that channel.
    pub shop: String,
    /// The channel's id of it.
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
    /// How that payment stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<OrderPayment>,
    /// Where it stands.
    pub state: State,
    /// Raw id of the task that a person has because of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<i64>,
    /// Who took it as it is, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Acceptance>,
    /// What kind it is.
    #[serde(default)]
    pub kind: Kind,
    /// How far it is.
    #[serde(default)]
    pub stage: Stage,
    /// Reading K-26.
    pub sold_on: SoldOn,
    /// Reading K-26.
    pub money_held_by: MoneyHeldBy,
    /// Reading K-26.
    pub fulfilled_by: FulfilledBy,
    /// The buyer asks to cancel.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancel_requested: bool,
    /// When it ended, as the channel says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What the buyer pays in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    /// What could not be mapped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmapped: Vec<Unmapped>,
    /// How many versions there were.
    pub version: u32,
    /// When the channel changed it last, by the current message.
    pub updated_at: Timestamp,
    /// The current message's hash; empty before the first.
    pub hash: String,
    /// Every message, oldest first, at most [`MESSAGES`].
    pub messages: Vec<KnownMessage>,
}

impl State {
    /// Whether a person must look.
    #[must_use]
    pub const fn waits_for_a_person(self) -> bool {
        matches!(self, Self::Unmapped { .. } | Self::MathMismatch { .. })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unseen => "unseen",
            Self::Mapped => "mapped",
            Self::Unmapped { .. } => "unmapped",
            Self::MathMismatch { .. } => "math_mismatch",
            Self::CancelRequested => "cancel_requested",
            Self::CancelledAtChannel => "cancelled_at_channel",
            Self::Ignored { .. } => "ignored",
        })
    }
}

/// Rule R4-10. Days after its end for which an order's people are known: ours, or the channel's where that is shorter.
#[must_use]
pub const fn days_kept(channel: Channel) -> i64 {
    match channel {
        Channel::Amazon => 30,
        Channel::OwnSite | Channel::Ebay | Channel::Shopify | Channel::WooCommerce => 90,
    }
}

impl ChannelOrder {
    /// An order of which no message was taken yet: identity only.
    #[must_use]
    pub fn unseen(id: ChannelOrderId, merchant: i64, message: &Message) -> Self {
        Self {
            id,
            merchant,
            channel: message.channel,
            shop: message.shop.clone(),
            channel_order_id: message.channel_order_id.clone(),
            display_no: None,
            original_order_id: None,
            payment_group: None,
            payment: None,
            task: None,
            state: State::Unseen,
            accepted: None,
            kind: Kind::default(),
            stage: Stage::default(),
            sold_on: message.sold_on,
            money_held_by: message.money_held_by,
            fulfilled_by: message.fulfilled_by,
            cancel_requested: false,
            ended_at: None,
            total: None,
            unmapped: Vec::new(),
            version: 0,
            updated_at: Timestamp::from_micros(0),
            hash: String::new(),
            messages: Vec::new(),
        }
    }

    /// Its natural key: `amazon/<shop>/<the channel's id>`.
    #[must_use]
    pub fn key(&self) -> String {
        order_key(self.channel, &self.shop, &self.channel_order_id)
    }

    /// Rule R4-10. From when what is about people may be forgotten; none while the order goes on.
    #[must_use]
    pub fn forget_from(&self) -> Option<Timestamp> {
        self.ended_at.map(|end| end.plus_seconds(days_kept(self.channel) * 86_400))
    }

    /// Reading K-89. The payment group that it is part of: only what was sold on our own marketplace joins, no trial, and nothing
    /// that is sent in the place of something paid before.
    #[must_use]
    pub fn joined(&self) -> Option<&str> {
        let paid = match self.kind {
            Kind::Sale | Kind::Sample | Kind::Other => true,
            Kind::Replacement | Kind::Exchange | Kind::Test => false,
        };
        let ours = self.sold_on == SoldOn::Ours;
        self.payment_group.as_deref().filter(|group| paid && ours && !group.trim().is_empty())
    }

    /// S14. It is sent in the place of another order: whoever bears that one's fee, it bears none.
    #[must_use]
    pub const fn replaces(&self) -> bool {
        matches!(self.kind, Kind::Replacement | Kind::Exchange)
    }

    /// S14. The natural key of the order that it replaces, or is a part of; none when it names itself.
    #[must_use]
    pub fn original_key(&self) -> Option<String> {
        let original = self.original_order_id.as_ref().filter(|id| **id != self.channel_order_id)?;
        Some(order_key(self.channel, &self.shop, original))
    }

    /// S14. What it says of money may be followed: it is no trial, and its sums are sound or were accepted.
    #[must_use]
    pub const fn drives_money(&self) -> bool {
        match self.state {
            State::Unseen | State::MathMismatch { .. } => false,
            State::Ignored { why } => matches!(why, Ignored::ChannelFulfilled),
            State::Mapped | State::Unmapped { .. } | State::CancelRequested | State::CancelledAtChannel => {
                true
            }
        }
    }

    /// Takes an event that [`decide`] gave for a message; gives the message that leaves, if one does.
    pub fn apply(&mut self, event: &Event, message: Option<(&Message, bool)>) -> Option<KnownMessage> {
        match event {
            Event::Taken { message: id, version, state } => {
                self.version = *version;
                (self.state, self.accepted) = (*state, None);
                let (message, sealed) = message?;
                self.take_over(message);
                self.remember(*id, message, sealed)
            }
            Event::Reinstated { version, state, .. } => {
                self.version = *version;
                (self.state, self.accepted) = (*state, None);
                if let Some((message, _)) = message {
                    self.take_over(message);
                }
                None
            }
            Event::Archived { message: id } => {
                let (message, sealed) = message?;
                self.remember(*id, message, sealed)
            }
            Event::Ambiguous { .. } => None,
            Event::ReadAnew { state } => {
                self.state = *state;
                if let Some((message, _)) = message {
                    self.take_over(message);
                }
                None
            }
            Event::Accepted { by, reason, state } => {
                self.state = *state;
                self.accepted = Some(Acceptance { by: by.clone(), reason: reason.clone() });
                None
            }
            Event::PaymentChanged { payment } => {
                self.payment = Some(payment.clone());
                None
            }
            Event::Forgotten { .. } => {
                self.messages.iter_mut().for_each(|known| known.sealed = false);
                None
            }
        }
    }

    fn take_over(&mut self, message: &Message) {
        self.display_no.clone_from(&message.display_no);
        self.original_order_id.clone_from(&message.original_order_id);
        self.payment_group.clone_from(&message.payment_group);
        (self.kind, self.stage) = (message.kind, message.stage);
        self.sold_on = message.sold_on;
        self.money_held_by = message.money_held_by;
        self.fulfilled_by = message.fulfilled_by;
        self.cancel_requested = message.cancel_requested;
        self.ended_at = message.ended_at;
        self.total = message.total;
        self.unmapped.clone_from(&message.unmapped);
        self.unmapped.truncate(UNMAPPED);
        self.updated_at = message.updated_at;
        self.hash.clone_from(&message.hash);
        if self.payment.as_ref().map(|payment| payment.group.as_str()) != self.joined() {
            self.payment = None;
        }
    }

    fn remember(&mut self, id: MessageId, message: &Message, sealed: bool) -> Option<KnownMessage> {
        self.messages.push(KnownMessage { id, hash: message.hash.clone(), sealed });
        if !decide::too_many(self.messages.len()) {
            return None;
        }
        let oldest = self.messages.iter().position(|known| known.hash != self.hash)?;
        Some(self.messages.remove(oldest))
    }
}
