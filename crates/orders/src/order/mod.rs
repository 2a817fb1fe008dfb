//! An order: what was bought and paid, and the facts of its life (S14). Facts are never refused: one that
//! cannot be is noted as a contradiction for a person. Status never goes back.

mod decide;
mod event;
mod facts;
mod refusal;
mod snapshot;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{BasisPoints, Currency, Money, Timestamp};

pub use decide::{decide, decide_part};
pub use event::{Contradiction, Event, FactKind, Field, RefundedLine};
pub use refusal::OrderRefusal;
pub use snapshot::{FeeSaid, Original, Snapshot, SnapshotLine, SnapshotRefund, SnapshotRefundLine};

zaiton_kernel::define_id!(
    /// The id of an order.
    OrderId,
    "or"
);

/// Letters of an order's key, at most: what a hold can name.
pub const KEY_LETTERS: usize = 64;
/// Refunds of one order, at most.
pub const MAX_REFUNDS: usize = 1_000;
/// Lines of one order, at most.
pub const MAX_LINES: usize = 1_000;
/// Contradictions that an order remembers, at most; the oldest goes first.
pub const MAX_NOTED: usize = 50;

/// Where an order was placed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A shop of the merchant's own, in our format.
    OwnSite,
    /// Amazon.
    Amazon,
    /// eBay.
    Ebay,
    /// Shopify.
    Shopify,
    /// `WooCommerce`.
    #[serde(rename = "woocommerce")]
    WooCommerce,
}

/// How far an order is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "OrderStatus")]
pub enum Status {
    /// Placed.
    Placed,
    /// Dispatched.
    Shipped,
    /// Received and final (订单完成).
    Completed,
    /// Cancelled before it was complete.
    Cancelled,
}

/// A line of an order. Amounts are minor units of the order's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OrderLine {
    /// The channel's id of the line, its own within the order.
    pub line: String,
    /// What was bought.
    pub sku: String,
    /// How many.
    pub quantity: u32,
    /// What the buyer paid for the line.
    pub paid_minor: i64,
    /// What was refunded of it; never more than was paid.
    pub refunded_minor: i64,
}

/// Rule R1-39. A promotion that an order carries, with the terms frozen when it was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "OrderPromotion")]
pub struct Promotion {
    /// The programme, as the shop names it.
    pub programme: String,
    /// The promotion.
    pub promotion: String,
    /// The programme's rate for the chosen term.
    pub rate_bps: BasisPoints,
    /// The share of the fee that the merchant bears.
    pub funded_share_bps: BasisPoints,
    /// The lines that it covers, by their channel's ids.
    pub lines: Vec<String>,
}

/// A refund that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RefundSeen {
    /// The channel's reference.
    pub reference: String,
    /// Its total, minor units.
    pub minor: i64,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Raw id of the merchant.
    pub merchant: i64,
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
    /// When the channel last changed it, as far as we know.
    pub updated_at: Timestamp,
    /// How far it is.
    pub status: Status,
    /// When it was dispatched.
    pub shipped_at: Option<Timestamp>,
    /// When it was complete.
    pub completed_at: Option<Timestamp>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// The promotions that it carries.
    pub promotions: Vec<Promotion>,
    /// What the buyer paid in all, minor units.
    pub total_minor: i64,
    /// The refunds taken in, by reference; at most [`MAX_REFUNDS`].
    pub refunds: Vec<RefundSeen>,
    /// Readings K-85, K-90. The order that it names as its original bears its fee.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub borne: bool,
    /// Reading K-90. When the order was placed in whose place it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_placed_at: Option<Timestamp>,
    /// Contradictions told before, so that each is told once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noted: Vec<Contradiction>,
}

/// Rule R1-39. What a promotion's fee is worked out from, for one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromotedLine {
    /// What the buyer paid for the line.
    pub paid: Money,
    /// What was refunded of it; all of it when the order was cancelled.
    pub refunded: Money,
    /// The programme's rate.
    pub rate: BasisPoints,
    /// The share that the merchant bears.
    pub funded: BasisPoints,
}

/// The natural key of an order: `own_site/<shop>/<the channel's id>`.
#[must_use]
pub fn order_key(channel: Channel, shop: &str, channel_order_id: &str) -> String {
    format!("{channel}/{shop}/{channel_order_id}")
}

/// Rule R1-39. The lines of an order that a programme's promotions cover: a line once for each promotion.
#[must_use]
pub fn promoted_lines(order: &Order, programme: &str) -> Vec<PromotedLine> {
    let money = |minor| Money::new(minor, order.currency);
    let mut found = Vec::new();
    for promotion in order.promotions.iter().filter(|promotion| promotion.programme == programme) {
        for line in order.lines.iter().filter(|line| promotion.lines.contains(&line.line)) {
            let refunded = match order.status {
                Status::Placed | Status::Shipped | Status::Completed => line.refunded_minor,
                Status::Cancelled => line.paid_minor,
            };
            found.push(PromotedLine {
                paid: money(line.paid_minor),
                refunded: money(refunded),
                rate: promotion.rate_bps,
                funded: promotion.funded_share_bps,
            });
        }
    }
    found
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OwnSite => "own_site",
            Self::Amazon => "amazon",
            Self::Ebay => "ebay",
            Self::Shopify => "shopify",
            Self::WooCommerce => "woocommerce",
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Placed => "placed",
            Self::Shipped => "shipped",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        })
    }
}

impl Order {
    /// The order of a first snapshot, as it was when it was placed: its later facts come as events. The
    /// snapshot must be one that [`decide`] took.
    #[must_use]
    pub fn first_seen(id: OrderId, merchant: i64, snapshot: &Snapshot) -> Self {
        Self {
            id,
            merchant,
            channel: snapshot.channel,
            shop: snapshot.shop.clone(),
            channel_order_id: snapshot.channel_order_id.clone(),
            currency: snapshot.currency,
            placed_at: snapshot.placed_at,
            updated_at: snapshot.updated_at,
            status: Status::Placed,
            shipped_at: None,
            completed_at: None,
            cancelled_at: None,
            lines: snapshot.lines.iter().map(SnapshotLine::unrefunded).collect(),
            promotions: snapshot.promotions.clone(),
            total_minor: snapshot.total.minor(),
            refunds: Vec::new(),
            borne: false,
            original_placed_at: None,
            noted: Vec::new(),
        }
    }

    /// The same, of an order that names an original.
    #[must_use]
    pub fn part_of(self, original: Option<&Original>) -> Self {
        let borne = original.is_some_and(|original| original.bears);
        let original_placed_at = original.and_then(|original| original.placed_at);
        Self { borne, original_placed_at, ..self }
    }

    /// Rule R1-19, reading K-90. The moment that settles which way it is billed: an order that stands in another's place was
    /// bought when that one was.
    #[must_use]
    pub fn bought_at(&self) -> Timestamp {
        self.original_placed_at.map_or(self.placed_at, |original| original.min(self.placed_at))
    }

    /// Its natural key.
    #[must_use]
    pub fn key(&self) -> String {
        order_key(self.channel, &self.shop, &self.channel_order_id)
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Placed { .. } => {}
            Event::BearsItself { original_placed_at } => {
                (self.borne, self.original_placed_at) = (false, *original_placed_at);
            }
            Event::Shipped { at } => {
                self.shipped_at = Some(*at);
                self.status = match self.status {
                    Status::Placed | Status::Shipped => Status::Shipped,
                    further @ (Status::Completed | Status::Cancelled) => further,
                };
            }
            Event::Completed { at } => {
                self.completed_at = Some(*at);
                self.status = Status::Completed;
            }
            Event::Cancelled { at } => {
                self.cancelled_at = Some(*at);
                self.status = Status::Cancelled;
            }
            Event::Refunded { reference, lines, .. } => {
                let minor = lines.iter().map(|line| line.minor).sum();
                let seen = RefundSeen { reference: reference.clone(), minor };
                let at = self.refunds.partition_point(|known| known.reference < seen.reference);
                self.refunds.insert(at, seen);
                for refunded in lines {
                    for line in self.lines.iter_mut().filter(|line| line.line == refunded.line) {
                        line.refunded_minor += refunded.minor;
                    }
                }
            }
            Event::Contradicted { what } => {
                if self.noted.len() >= MAX_NOTED {
                    self.noted.remove(0);
                }
                self.noted.push(what.clone());
            }
            Event::Touched { updated_at } => self.updated_at = *updated_at,
        }
    }
}
