//! An order as an own-site shop sends it. Plain data with money checked; nothing is computed. Never holds what no
//! rule asks for: unknown fields of the message are passed over, and the caller keeps the message itself.

use serde::Serialize;
use zaiton_kernel::{BasisPoints, Currency, Money, Timestamp};

/// One order. All its amounts are in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadOrder {
    /// The shop's own number of the order, 1 to 100 characters.
    pub channel_order_id: String,
    /// The shop's code, 1 to 64 characters.
    pub shop: String,
    /// The merchant's code, 1 to 64 characters.
    pub merchant: String,
    /// What the shop says of the order.
    pub status_channel: OrderStatus,
    /// When the buyer placed it.
    pub placed_at: Timestamp,
    /// When the shop changed it last; not before it was placed.
    pub updated_at: Timestamp,
    /// When it was sent.
    pub shipped_at: Option<Timestamp>,
    /// When the buyer had received it and it was complete.
    pub completed_at: Option<Timestamp>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// The order's sums.
    pub money: OrderMoney,
    /// 1 to 1,000 lines, no two with the same id.
    pub lines: Vec<ReadOrderLine>,
    /// Refunds, no two with the same reference.
    pub refunds: Vec<ReadRefund>,
    /// Promotions that lines were sold with.
    pub promotions: Vec<ReadPromotion>,
}

/// What a shop says of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed and paid.
    Placed,
    /// Sent.
    Shipped,
    /// Received by the buyer.
    Completed,
    /// Paid back wholly.
    Refunded,
    /// Cancelled before it was sent.
    Cancelled,
}

/// The sums of an order, none negative. Only the total must be there; discounts are written as what they take off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderMoney {
    /// The currency of every amount in the order.
    pub currency: Currency,
    /// What the buyer owes.
    pub total: Money,
    /// Goods before discount.
    pub goods: Option<Money>,
    /// Taken off the goods.
    pub goods_discount: Option<Money>,
    /// Shipping before discount.
    pub shipping: Option<Money>,
    /// Taken off the shipping.
    pub shipping_discount: Option<Money>,
    /// Gift wrapping.
    pub gift: Option<Money>,
    /// Fees that the buyer pays.
    pub fees: Option<Money>,
    /// Taxes.
    pub tax: Option<Money>,
    /// Taxes that the channel takes and passes on itself.
    pub tax_collected_by_channel: Option<Money>,
    /// Duties.
    pub duties: Option<Money>,
    /// Tip.
    pub tip: Option<Money>,
    /// Paid so far.
    pub paid: Option<Money>,
    /// Paid back so far, as the shop counts it.
    pub refunded: Option<Money>,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadOrderLine {
    /// The shop's id of the line, 1 to 100 characters.
    pub channel_line_id: String,
    /// The merchant's article number, 1 to 100 characters.
    pub sku: String,
    /// The name shown to the buyer, at most 500 characters; may be empty.
    pub title: String,
    /// Pieces, 1 to 1,000,000.
    pub qty: u32,
    /// What the buyer pays for the line, after discounts: the amount that fees are of and refunds never exceed.
    pub line_total: Money,
}

/// A refund of one or more lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadRefund {
    /// The shop's reference, 1 to 100 characters.
    #[serde(rename = "ref")]
    pub reference: String,
    /// When it was made; not before the order was placed.
    pub at: Timestamp,
    /// At least one line.
    pub lines: Vec<ReadRefundLine>,
}

/// What of a line was paid back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadRefundLine {
    /// The id of a line of this order.
    pub line: String,
    /// Never negative; all refunds of a line together are at most its total.
    pub amount: Money,
}

/// A promotion that lines were sold with, with its terms as they were when the order was placed (R1-39).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadPromotion {
    /// The programme's code, 1 to 64 characters.
    pub programme: String,
    /// The promotion's id or code, 1 to 64 characters.
    pub promotion: String,
    /// The term that the buyer chose, as text (`6`); a whole number is taken too. 1 to 32 characters.
    pub term: Option<String>,
    /// The rate of the fee, 0 to 10,000.
    pub rate_bps: BasisPoints,
    /// The merchant's share of the fee, 0 to 10,000.
    pub funded_share_bps: BasisPoints,
    /// Ids of lines of this order, none twice.
    pub lines: Vec<String>,
    /// The fee as the shop worked it out.
    pub fee: Option<Money>,
    /// The quote that the shop was given.
    pub quote_id: Option<String>,
}
