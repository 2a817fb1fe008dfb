//! A payment group: one payment of a buyer, and the orders of several merchants that it covers. Gathers what each order's
//! newest message says, finds out whether what was captured covers them, and says which order is to be told what. Never moves
//! money, and never gives one merchant anything of another's order.
//!
//! Reading K-89. What it knows is a function of each order's newest message, so that every order of arrival ends alike.

mod command;
mod decide;
mod event;
mod refusal;
mod sums;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Timestamp};

pub use command::{Command, CommandKind};
pub use decide::{decide, tellings};
pub use event::Event;
pub use refusal::GroupRefusal;
pub use sums::Sums;

use crate::channel::{ChannelOrder, ChannelOrderId, Message, MessagePayment, PaymentStatus, Stage};
use crate::order::{Channel, order_key};

zaiton_kernel::define_id!(
    /// The id of a payment group.
    PaymentGroupId,
    "gr"
);

/// Orders of one group, at most; those that left it count.
pub const MEMBERS: usize = 100;
/// Payments of one group, at most.
pub const PAYMENTS: usize = crate::channel::PAYMENTS;
/// Letters of a group's reference, at most.
pub const REFERENCE_LETTERS: usize = 100;
/// Minutes for which what was captured may differ from the orders' totals, before a person is asked: the orders of one payment
/// are told by one shop within moments, and a message that was lost is found by the next pull.
pub const PATIENCE_MINUTES: i64 = 60;

/// How a group stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing was captured, or the orders known so far do not make up what was.
    #[default]
    Gathering,
    /// What was captured is the sum of its orders.
    Covered,
    /// It is not, for longer than [`PATIENCE_MINUTES`]: a person looks.
    Differs,
    /// Amounts of several currencies: a person looks.
    CurrencyMismatch,
}

/// What an order's message says of its part in a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GroupSaid")]
pub struct Said {
    /// Raw id of the merchant.
    pub merchant: i64,
    /// The order, in the merchant's partition.
    pub channel_order: ChannelOrderId,
    /// The shop on the channel.
    pub shop: String,
    /// The channel's id of the order.
    pub channel_order_id: String,
    /// What the buyer pays for it in all, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    /// How far it is.
    pub stage: Stage,
    /// Something of it was paid back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paid_back: bool,
    /// It names another payment now, or none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
    /// Which version of the order it is: the higher is the newer, as the order itself decided it (R4-04, K-86).
    #[serde(default)]
    pub version: u32,
    /// When the channel changed it.
    pub updated_at: Timestamp,
    /// The message's hash.
    pub hash: String,
    /// When the order told it: one message may be read anew.
    pub told_at: Timestamp,
    /// Which telling of this payment the order knows; zero when it knows none, or has forgotten it.
    #[serde(default)]
    pub knows: u32,
    /// The payments that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<MessagePayment>,
}

/// What an order was told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "GroupTold")]
pub struct Told {
    /// Which edition of the payments.
    pub edition: u32,
    /// Its own share.
    pub share: Option<Money>,
}

/// An order of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "GroupMember")]
pub struct Member {
    /// What its newest message says.
    pub said: Said,
    /// What it was told; none while there was nothing to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// How often it was told something, also before it left and came back.
    #[serde(default)]
    pub tellings: u32,
}

/// A payment as an order is told of it: nothing of how much it was for, which is other merchants' business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentWord {
    /// Its reference.
    pub reference: String,
    /// How far it is.
    pub status: PaymentStatus,
    /// Since when.
    pub at: Timestamp,
}

/// What one order is told: its own share and how the payments stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Raw id of its merchant.
    pub merchant: i64,
    /// The order.
    pub channel_order: ChannelOrderId,
    /// Which telling of this order, from 1: of two the higher is the newer. It says nothing of how many others there are.
    pub number: u32,
    /// What of the payments is for this order: its own total.
    pub share: Option<Money>,
    /// Every payment that is captured, failed, paid back or charged back.
    pub payments: Vec<PaymentWord>,
}

/// A payment group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PaymentGroup {
    /// Its id.
    pub id: PaymentGroupId,
    /// Where its orders were placed.
    pub channel: Channel,
    /// What the channel calls it.
    pub reference: String,
    /// Its orders by merchant and id, at most [`MEMBERS`].
    pub members: Vec<Member>,
    /// Its payments by reference, each once, at most [`PAYMENTS`].
    pub payments: Vec<MessagePayment>,
    /// How it stands.
    pub standing: Standing,
    /// Since when what was captured differs from its orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Raw id of the task that a person has because of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<i64>,
    /// How often what orders are told of its payments has changed.
    #[serde(default)]
    pub edition: u32,
}

/// The name of a group: `own_site/<reference>`.
#[must_use]
pub fn group_key(channel: Channel, reference: &str) -> String {
    format!("{channel}/{reference}")
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gathering => "gathering",
            Self::Covered => "covered",
            Self::Differs => "differs",
            Self::CurrencyMismatch => "currency_mismatch",
        })
    }
}

impl Standing {
    /// Whether a person must look.
    #[must_use]
    pub const fn waits_for_a_person(self) -> bool {
        match self {
            Self::Gathering | Self::Covered => false,
            Self::Differs | Self::CurrencyMismatch => true,
        }
    }
}

impl Said {
    /// What an order that took a message says of its part.
    #[must_use]
    pub fn of(order: &ChannelOrder, message: &Message, told_at: Timestamp) -> Self {
        Self {
            merchant: order.merchant,
            channel_order: order.id,
            shop: order.shop.clone(),
            channel_order_id: order.channel_order_id.clone(),
            total: message.total,
            stage: message.stage,
            paid_back: message.paid_back(),
            left: false,
            version: order.version,
            updated_at: message.updated_at,
            hash: message.hash.clone(),
            told_at,
            knows: order.payment.as_ref().map_or(0, |payment| payment.number),
            payments: message.payments.clone(),
        }
    }

    /// The same, of an order that names another payment now.
    #[must_use]
    pub fn leaving(self) -> Self {
        Self { left: true, ..self }
    }

    /// By which members are sorted.
    pub(crate) fn place(&self) -> (i64, ChannelOrderId) {
        (self.merchant, self.channel_order)
    }

    /// The order's natural key.
    #[must_use]
    pub fn key(&self, channel: Channel) -> String {
        order_key(channel, &self.shop, &self.channel_order_id)
    }

    /// Reading K-89. Its total is part of what was captured: it goes on, or what was paid for it was paid back since. Of an
    /// order that is off and was not paid back nothing was captured, or the buyer's money must still go back.
    #[must_use]
    pub const fn counts(&self) -> bool {
        !self.left && (!self.stage.is_off() || self.paid_back)
    }
}

impl PaymentGroup {
    /// A group of which no order is known yet.
    #[must_use]
    pub fn unseen(id: PaymentGroupId, channel: Channel, reference: &str) -> Self {
        Self {
            id,
            channel,
            reference: reference.to_owned(),
            members: Vec::new(),
            payments: Vec::new(),
            standing: Standing::default(),
            since: None,
            task: None,
            edition: 0,
        }
    }

    /// Its natural key.
    #[must_use]
    pub fn key(&self) -> String {
        group_key(self.channel, &self.reference)
    }

    /// From when on a person is asked; none while nothing differs.
    #[must_use]
    pub fn ask_from(&self) -> Option<Timestamp> {
        self.since.map(|since| since.plus_seconds(PATIENCE_MINUTES * 60))
    }

    /// The payments as orders are told of them.
    #[must_use]
    pub fn words(&self) -> Vec<PaymentWord> {
        sums::words(&self.payments)
    }

    /// Takes an event that [`decide`] gave; one of a message with what that says.
    pub fn apply(&mut self, event: &Event, said: Option<&Said>) {
        match event {
            Event::Gathered { .. } => {
                if let Some(said) = said {
                    self.take_over(said);
                }
            }
            Event::PaymentsChanged { payments, told } => {
                self.payments.clone_from(payments);
                if *told {
                    self.edition = self.edition.saturating_add(1);
                }
            }
            Event::Stands { standing, since } => (self.standing, self.since) = (*standing, *since),
            Event::Told { channel_order, number } => {
                let edition = self.edition;
                let mut members = self.members.iter_mut();
                if let Some(member) = members.find(|member| member.said.channel_order == *channel_order) {
                    member.told = Some(Told { edition, share: member.said.total });
                    member.tellings = *number;
                }
            }
        }
    }

    fn take_over(&mut self, said: &Said) {
        match self.members.binary_search_by(|member| member.said.place().cmp(&said.place())) {
            Ok(at) => {
                if let Some(member) = self.members.get_mut(at) {
                    member.said = said.clone();
                    // Who left and came back has forgotten what it was told, whichever of the two is heard of: it is told anew.
                    let knows = !said.left && said.knows >= member.tellings;
                    member.told = member.told.filter(|_| knows);
                }
            }
            Err(at) => self.members.insert(at, Member { said: said.clone(), told: None, tellings: 0 }),
        }
    }
}
