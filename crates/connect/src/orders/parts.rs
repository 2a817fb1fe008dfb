//! The parts of an order: lines, payments, packages, cancellations, refunds, promotions. Plain data; nothing is
//! computed here, and what was not said is absent.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{BasisPoints, Money};

use super::moment::Moment;

/// A line of an order.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReadOrderLine {
    /// The channel's id of the line, 1 to 100 characters; empty, and told as unmapped, when it gives none.
    pub channel_line_id: String,
    /// The merchant's article number, 1 to 100 characters; a line without one is told as unmapped.
    pub sku: Option<String>,
    /// What the channel calls the thing that is for sale: ASIN, item number, variant.
    pub listing_id: Option<String>,
    /// The name shown to the buyer, at most 500 characters; may be empty.
    pub title: String,
    /// Pieces, as they were ordered.
    pub qty: Option<u32>,
    /// The price of a piece before discount.
    pub unit_price: Option<Money>,
    /// What the buyer pays for the line, after discounts and without what comes on top (tax, shipping): the amount that
    /// fees are of and refunds never exceed.
    pub line_total: Option<Money>,
    /// Taken off the line, so that `line_total` + `discount` are its goods.
    pub discount: Option<Money>,
    /// Tax of the line, inside its price or on top of it.
    pub tax: Option<Money>,
    /// Shipping of the line before discount.
    pub shipping: Option<Money>,
    /// Taxes one by one, where the channel names them.
    pub taxes: Vec<ReadTax>,
    /// It is a gift; what to write on it is in the personal part.
    pub gift: bool,
    /// A serial number must be told with the shipment.
    pub serial_required: bool,
    /// The number under which import tax was taken already, for the customs paper.
    pub ioss: Option<String>,
    /// The buyer asked to cancel it.
    pub cancel_requested: bool,
    /// Pieces sent so far, where the channel counts them.
    pub qty_shipped: Option<u32>,
    /// Pieces cancelled.
    pub qty_cancelled: Option<u32>,
    /// Pieces paid back.
    pub qty_refunded: Option<u32>,
}

/// One tax of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadTax {
    /// Its name: `State Tax`, `IMPORT_VAT`, `IOSS`.
    pub name: String,
    /// How much; `None` when only the scheme is named.
    pub amount: Option<Money>,
    /// The channel takes it and passes it on.
    pub by_channel: bool,
}

/// A payment of the buyer, or a step of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPayment {
    /// The reference of whoever moved the money.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// `bacs`, `CreditCard`, a gateway's name.
    pub method: Option<String>,
    /// How much.
    pub amount: Option<Money>,
    /// How far it is.
    pub state: PaymentState,
    /// When.
    pub at: Option<Moment>,
    /// Why the channel holds the money back, in its word.
    pub hold: Option<String>,
    /// The acquirer's number.
    pub acquirer: Option<String>,
    /// First digits of the card.
    pub bin: Option<String>,
    /// What the bank said of the address.
    pub avs: Option<String>,
    /// What the bank said of the code.
    pub cvv: Option<String>,
}

/// How far a payment is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Not there yet.
    Pending,
    /// The bank set the money aside.
    Authorised,
    /// Paid.
    Captured,
    /// Paid back.
    Refunded,
    /// Taken back by the buyer's bank.
    ChargedBack,
    /// Called off before it was paid.
    Voided,
    /// Refused.
    Failed,
    /// The channel does not say.
    Unsaid,
    /// A word that is not known.
    Other(String),
}

/// What was sent together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPackage {
    /// The channel's reference.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Who carries it.
    pub carrier: Option<String>,
    /// The carrier's service.
    pub service: Option<String>,
    /// The number it is followed by.
    pub tracking: Option<String>,
    /// How far it is, in the channel's word.
    pub status: Option<String>,
    /// When it was handed over.
    pub shipped_at: Option<Moment>,
    /// What is inside; empty when the channel does not say.
    pub lines: Vec<PackageLine>,
}

/// How much of a line is in a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageLine {
    /// The id of the line.
    pub line: String,
    /// Pieces.
    pub qty: Option<u32>,
}

/// A wish to cancel, or a cancellation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCancel {
    /// The channel's reference.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// How far it is, in the channel's word.
    pub state: Option<String>,
    /// Who asked for it, in the channel's word.
    pub by: Option<String>,
    /// Why, where the channel has a word for it; a buyer's own words are in the personal part.
    pub reason: Option<String>,
    /// When it was asked for, or made.
    pub at: Option<Moment>,
    /// The lines it is about; empty for the whole order.
    pub lines: Vec<String>,
}

/// Money paid back to the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRefund {
    /// The channel's reference, 1 to 100 characters; empty, and told as unmapped, when it gives none.
    #[serde(rename = "ref")]
    pub reference: String,
    /// When it was made.
    pub at: Option<Moment>,
    /// How much in all, where that is said.
    pub amount: Option<Money>,
    /// How far it is, in the channel's word.
    pub status: Option<String>,
    /// What of which line; an own site names at least one.
    pub lines: Vec<ReadRefundLine>,
}

/// What of a line was paid back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRefundLine {
    /// The id of a line of this order.
    pub line: String,
    /// Never negative; of an own site, all refunds of a line together are at most its total.
    pub amount: Option<Money>,
    /// Pieces, where they are counted.
    pub qty: Option<u32>,
}

/// A promotion that lines were sold with, with its terms as they were when the order was placed (R1-39).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
