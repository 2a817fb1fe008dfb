//! One order, in the words of this system, whichever channel it came from. Says what the channel said and what could
//! not be mapped (rule R4-07). Never decides: whether parts make the total, or a country is served, are rules of the
//! orders context.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Money;

use super::moment::Moment;
use super::money::OrderMoney;
use super::parts::{ReadCancel, ReadOrderLine, ReadPackage, ReadPayment, ReadPromotion, ReadRefund};
use super::personal::Personal;

/// Where an order was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A shop of the merchant's own, in our format.
    OwnSite,
    /// Amazon: Orders v0 and 2026-01-01, told apart by their keys.
    Amazon,
    /// eBay, Fulfillment v1.
    Ebay,
    /// Shopify: REST and GraphQL, told apart by their keys.
    Shopify,
    /// `WooCommerce`, REST v3.
    #[serde(rename = "woocommerce")]
    WooCommerce,
}

/// One order. All its amounts are in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOrder {
    /// Where it was placed.
    pub channel: Channel,
    /// The seller's account on the channel, where the message names it.
    pub account: Option<String>,
    /// The merchant's code, 1 to 64 characters. Channels do not know it: whoever holds the connection does.
    pub merchant: Option<String>,
    /// The shop's code, 1 to 64 characters; likewise.
    pub shop: Option<String>,
    /// The site of the channel: a marketplace id, a sales channel's name.
    pub marketplace: Option<String>,
    /// The channel's own id of the order, 1 to 100 characters.
    pub channel_order_id: String,
    /// What people call it: `#1001`.
    pub display_no: Option<String>,
    /// What kind of order it is.
    pub kind: OrderKind,
    /// The order that it replaces or belongs to.
    pub original_order_id: Option<String>,
    /// When the buyer placed it; an own site always says.
    pub placed_at: Option<Moment>,
    /// When the channel changed it last; an own site always says, and never before it was placed.
    pub updated_at: Option<Moment>,
    /// When it was sent.
    pub shipped_at: Option<Moment>,
    /// When the buyer had received it and it was complete.
    pub completed_at: Option<Moment>,
    /// When it was cancelled.
    pub cancelled_at: Option<Moment>,
    /// Who sends it (K-26, R4-09).
    pub fulfilled_by: Option<FulfilledBy>,
    /// On whose marketplace it was sold (K-26).
    pub sold_on: Option<SoldOn>,
    /// Who holds the buyer's money (K-26).
    pub money_held_by: Option<MoneyHeldBy>,
    /// How far it is, as we read the channel's words.
    pub status: OrderStatus,
    /// The channel's words, each with its field, as they stand.
    pub status_channel: Vec<ChannelStatus>,
    /// The country it goes to, two letters of ISO 3166; the address itself is in the personal part.
    pub ship_country: Option<String>,
    /// What the buyer was promised.
    pub promise: Promise,
    /// The order's sums.
    pub money: OrderMoney,
    /// Payments, in the order in which the channel gives them.
    pub payments: Vec<ReadPayment>,
    /// What was bought. An own site gives 1 to 1,000 lines, no two with the same id; a channel may give none yet.
    pub lines: Vec<ReadOrderLine>,
    /// What was sent.
    pub packages: Vec<ReadPackage>,
    /// Wishes to cancel, and cancellations.
    pub cancels: Vec<ReadCancel>,
    /// Refunds; of an own site no two with the same reference.
    pub refunds: Vec<ReadRefund>,
    /// Promotions that lines were sold with.
    pub promotions: Vec<ReadPromotion>,
    /// The buyer's payment, when it covers orders of several merchants.
    pub payment_group: Option<String>,
    /// What is about people; never serialised with the order.
    #[serde(skip)]
    pub personal: Personal,
    /// What was said and could not be mapped, at most [`UNMAPPED`] entries.
    pub unmapped: Vec<Unmapped>,
}

/// How many unmapped values of one order are told.
pub const UNMAPPED: usize = 200;

/// A value that could not be mapped: the order stands, a person looks (rule R4-07).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmapped {
    /// The field, in the channel's words: `OrderItems[0].ItemPrice.Amount`.
    pub field: String,
    /// The value as it stands, at most 40 characters; dots where it is about a person.
    pub value: String,
    /// What is wrong with it, as a stable code: `import.currency_unknown`.
    pub code: Cow<'static, str>,
}

/// What kind of order it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// Something was sold.
    Sale,
    /// Sent again for an order that went wrong.
    Replacement,
    /// Sent for another article that comes back.
    Exchange,
    /// Given away.
    Sample,
    /// Placed to try the shop out: captured, never sent, never counted (R4-08).
    Test,
    /// A word that is not known.
    Other(String),
}

/// How far an order is, as we read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed, and not yet paid or released.
    Pending,
    /// Placed and paid, or to be paid on delivery.
    Placed,
    /// Sent in part.
    PartShipped,
    /// Sent.
    Shipped,
    /// Received by the buyer.
    Completed,
    /// Paid back wholly.
    Refunded,
    /// Cancelled before it was sent.
    Cancelled,
    /// It came to nothing: not paid, or it cannot be sent.
    Failed,
    /// A word that is not known; empty when the channel says nothing.
    Other(String),
}

/// One of a channel's words about an order's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelStatus {
    /// Its field.
    pub field: String,
    /// The word.
    pub text: String,
}

/// Who sends an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FulfilledBy {
    /// A warehouse of the platform.
    PlatformWarehouse,
    /// The merchant.
    Merchant,
    /// The channel: such an order is read only (R4-09).
    Channel,
    /// A word that is not known.
    Other(String),
}

/// On whose marketplace an order was sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoldOn {
    /// On ours.
    Ours,
    /// Elsewhere.
    External,
}

/// Who holds the buyer's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyHeldBy {
    /// The platform: order money is booked.
    Platform,
    /// The channel, which pays the merchant out.
    Channel,
    /// The merchant, through a gateway of its own.
    Merchant,
}

/// What the buyer was promised.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Promise {
    /// Not to be sent before.
    pub ship_after: Option<Moment>,
    /// To be sent until.
    pub ship_by: Option<Moment>,
    /// To arrive from.
    pub deliver_from: Option<Moment>,
    /// To arrive until.
    pub deliver_by: Option<Moment>,
    /// The speed or service that the buyer chose, in the channel's word.
    pub service_level: Option<String>,
}

impl ReadOrder {
    /// An order of which nothing is known but where it was placed and its id.
    pub(super) fn new(channel: Channel, channel_order_id: String) -> Self {
        Self {
            channel,
            account: None,
            merchant: None,
            shop: None,
            marketplace: None,
            channel_order_id,
            display_no: None,
            kind: OrderKind::Sale,
            original_order_id: None,
            placed_at: None,
            updated_at: None,
            shipped_at: None,
            completed_at: None,
            cancelled_at: None,
            fulfilled_by: None,
            sold_on: None,
            money_held_by: None,
            status: OrderStatus::Other(String::new()),
            status_channel: Vec::new(),
            ship_country: None,
            promise: Promise::default(),
            money: OrderMoney::default(),
            payments: Vec::new(),
            lines: Vec::new(),
            packages: Vec::new(),
            cancels: Vec::new(),
            refunds: Vec::new(),
            promotions: Vec::new(),
            payment_group: None,
            personal: Personal::default(),
            unmapped: Vec::new(),
        }
    }

    /// The goods of the order minus those of its lines (`line_total` + `discount`), in minor units; `None` when a line or
    /// the order does not say.
    #[must_use]
    pub fn lines_difference(&self) -> Option<i64> {
        let mut left = i128::from(self.money.goods?.minor());
        for line in &self.lines {
            left -= i128::from(line.line_total?.minor()) + i128::from(line.discount.map_or(0, Money::minor));
        }
        let end = if left < 0 { i64::MIN } else { i64::MAX };
        if self.lines.is_empty() { None } else { Some(i64::try_from(left).unwrap_or(end)) }
    }

    /// Tells what no order may lack or have twice: a status, an article number, line ids that are their own.
    pub(super) fn tell_gaps(&mut self) {
        let mut gaps = Vec::new();
        let mut tell = |field: String, value: &str, code: &'static str| {
            gaps.push(Unmapped { field, value: crate::error::shown(value), code: Cow::Borrowed(code) });
        };
        if self.status == OrderStatus::Other(String::new()) {
            tell("status".to_owned(), "", "import.missing");
        }
        let mut seen = HashSet::new();
        for (at, line) in self.lines.iter().enumerate() {
            if line.channel_line_id.is_empty() {
                tell(format!("lines[{at}].channel_line_id"), "", "import.missing");
            } else if !seen.insert(line.channel_line_id.as_str()) {
                tell(format!("lines[{at}].channel_line_id"), &line.channel_line_id, "import.duplicate_id");
            }
            if line.sku.is_none() {
                tell(format!("lines[{at}].sku"), "", "import.missing");
            }
            if line.qty.is_none() {
                tell(format!("lines[{at}].qty"), "", "import.missing");
            }
        }
        gaps.truncate(UNMAPPED.saturating_sub(self.unmapped.len()));
        self.unmapped.append(&mut gaps);
    }
}
