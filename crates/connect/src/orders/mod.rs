//! Orders from every channel, read into one internal order: Amazon, eBay, Shopify and `WooCommerce` as their APIs and
//! pushes write them, and our own format for a shop's own site, as JSON, NDJSON or CSV, in UTF-8 or GBK.
//!
//! Never holds more than one line of NDJSON in memory, and never a file past its limit. Channels are read leniently:
//! what cannot be mapped is told, and the order stands; our own format is read strictly.

mod amazon_2026;
mod amazon_v0;
mod changed;
mod check;
mod check_parts;
mod countries;
mod csv_columns;
mod csv_rows;
mod ebay;
mod envelope;
mod json;
mod look;
mod model;
mod moment;
mod money;
mod parts;
mod personal;
pub mod push;
mod reader;
mod recording;
mod shopify;
mod shopify_parts;
pub mod signature;
mod sum;
mod woocommerce;
mod woocommerce_refunds;

use std::borrow::Cow;

pub use changed::{OrderChanged, read_amazon_notification, read_ebay_notification};
pub use model::{
    Channel, ChannelStatus, FulfilledBy, MoneyHeldBy, OrderKind, OrderStatus, Promise, ReadOrder, SoldOn,
    UNMAPPED, Unmapped,
};
pub use moment::Moment;
pub use money::OrderMoney;
pub use parts::{
    PackageLine, PaymentState, ReadCancel, ReadOrderLine, ReadPackage, ReadPayment, ReadPromotion,
    ReadRefund, ReadRefundLine, ReadTax,
};
pub use personal::{Address, AddressKind, Buyer, Note, Personal, PersonalText, TaxId};
pub use reader::{OrderLimits, OrderReader};
pub use recording::recorded;

use crate::{Encoding, ReadError, text};

/// One order of a message: the message's own bytes of it, and what was read.
#[derive(Clone, Debug)]
pub struct ChannelRead<'a> {
    /// The line it starts at, from 1.
    pub line: u64,
    /// Its bytes as they came, to be kept and hashed (rule R4-10). Of a JSON file in GBK that holds several orders, and
    /// of a CSV, whose rows stand below their heading here, as UTF-8.
    /// Empty where nothing could be taken apart into orders.
    pub raw: Cow<'a, [u8]>,
    /// The order, or why it is none.
    pub order: Result<ReadOrder, ReadError>,
}

/// What a channel answered: orders, and how to ask on.
#[derive(Clone, Debug)]
pub struct ChannelPage<'a> {
    /// The orders, each by itself.
    pub orders: Vec<ChannelRead<'a>>,
    /// What the next page is asked for with: a token, a cursor, an address; `None` on the last page, and with channels
    /// that say it in a header.
    pub next: Option<String>,
    /// Up to when the channel looked for orders, where it says so.
    pub until: Option<Moment>,
}

/// Reads one order, as a shop pushes it in our own format.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read_order(bytes: &[u8]) -> Result<ReadOrder, ReadError> {
    let limits = OrderLimits::default();
    if bytes.len() > limits.line_bytes {
        return Err(reader::too_long(limits.line_bytes));
    }
    read_piece(Channel::OwnSite, &text::decode(bytes, Encoding::Utf8)?, &limits)
}

/// Reads what a channel pushes, or answers to one call: an order, a list of them, or a page. UTF-8 only, and nothing
/// is copied: each order's raw bytes lie in `bytes`.
///
/// # Errors
/// That it is no JSON, too large, or the channel's own error; what is wrong with one order is told with that order.
pub fn read_channel(channel: Channel, bytes: &[u8]) -> Result<ChannelPage<'_>, ReadError> {
    let limits = OrderLimits::default();
    if bytes.len() > limits.file_bytes {
        return Err(reader::too_large(limits.file_bytes));
    }
    let text = match text::decode(bytes, Encoding::Utf8)? {
        Cow::Borrowed(text) => text,
        Cow::Owned(_) => return Err(text::unsupported("")),
    };
    let (pieces, end) = envelope::orders(text, channel, limits.orders)?;
    let (mut counted, mut line) = (0, 1);
    let orders = pieces.into_iter().map(|piece| {
        let start = reader::place(text, piece);
        line += text::count_lines(text.as_bytes().get(counted..start).unwrap_or_default());
        counted = start;
        let order = read_piece(channel, piece, &limits).map_err(|error| reader::moved(error, line));
        ChannelRead { line, raw: Cow::Borrowed(piece.as_bytes()), order }
    });
    Ok(ChannelPage { orders: orders.collect(), next: end.next, until: end.until })
}

/// Joins what Amazon's Orders v0 answers to the calls about one order into the one message that [`read_channel`] and
/// [`OrderReader`] read, and that is kept: the order, its items (a page each), and where they were asked for the
/// address, the buyer and the items' buyer. Empty answers are left out; nothing is read here.
#[must_use]
pub fn join_amazon_v0(order: &[u8], items: &[&[u8]], more: AmazonV0Calls<'_>) -> Vec<u8> {
    let mut joined = Vec::new();
    let mut add = |key: &str, value: &[u8]| {
        if !value.is_empty() {
            joined.extend_from_slice(if joined.is_empty() { b"{\"" } else { b",\"" });
            joined.extend_from_slice(key.as_bytes());
            joined.extend_from_slice(b"\":");
            joined.extend_from_slice(value);
        }
    };
    add("order", order);
    add("items", &[b"[".as_slice(), &items.join(b",".as_slice()), b"]"].concat());
    add("address", more.address);
    add("buyer", more.buyer);
    add("items_buyer", more.items_buyer);
    joined.push(b'}');
    joined
}

/// Joins a `WooCommerce` order with the list of its refunds (`GET /orders/{id}/refunds`), a page each, into the one message
/// that [`read_channel`] and [`OrderReader`] read, and that is kept: lines and times of refunds stand in that list only.
/// Nothing is read here.
#[must_use]
pub fn join_woocommerce(order: &[u8], refunds: &[&[u8]]) -> Vec<u8> {
    [b"{\"order\":".as_slice(), order, b",\"refunds\":[", &refunds.join(b",".as_slice()), b"]}"].concat()
}

/// Answers of Amazon's Orders v0 beside order and items; empty where they were not asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct AmazonV0Calls<'a> {
    /// `getOrderAddress`.
    pub address: &'a [u8],
    /// `getOrderBuyerInfo`.
    pub buyer: &'a [u8],
    /// `getOrderItemsBuyerInfo`.
    pub items_buyer: &'a [u8],
}

/// Reads the text of one order.
fn read_piece(channel: Channel, text: &str, limits: &OrderLimits) -> Result<ReadOrder, ReadError> {
    if text.len() > limits.line_bytes {
        return Err(reader::too_long(limits.line_bytes));
    }
    let json = json::Json::parse(text)?;
    let told = look::Told::default();
    let message = look::Look::new(&json, &told);
    if channel != Channel::OwnSite && !message.is_object() {
        return Err(json::wrong_kind("对象", "an object"));
    }
    let mut order = match channel {
        Channel::OwnSite => return check::order(&json),
        Channel::Amazon if message.at("orderId").is_there() => amazon_2026::order(&message)?,
        Channel::Amazon => amazon_v0::order(&message)?,
        Channel::Ebay => ebay::order(&message)?,
        Channel::Shopify => shopify::order(&message)?,
        Channel::WooCommerce => woocommerce::order(&message)?,
    };
    drop(message);
    order.unmapped.append(&mut told.into_inner());
    order.tell_gaps();
    Ok(order)
}
