//! What the body of a push is for each channel: whole orders, word that orders changed, or a trial of the address. Reads
//! no header, so that whoever takes a push needs not know a channel's topics. Never judges who it is from: see
//! [`signature`](super::signature), which is asked before.

use super::changed::{self, OrderChanged, read_amazon_notification, read_ebay_notification};
use super::json::Json;
use super::look::{Look, Told};
use super::model::Channel;
use super::shopify::number;
use super::{ChannelRead, OrderLimits, OrderReader, envelope, read_channel};
use crate::{Encoding, ReadError, text};

/// What a push brought.
#[derive(Clone, Debug)]
pub enum PushRead<'a> {
    /// Orders as they are now, each with its own bytes; what is wrong with one is told with that one.
    Orders(Vec<ChannelRead<'a>>),
    /// These orders changed, each named once: they are to be fetched.
    Changed(Vec<OrderChanged>),
    /// The channel tried the address and says nothing.
    Ping,
}

/// Reads a pushed body, UTF-8, at most 1 MiB where it is one order.
///
/// | channel | whole orders | changed | ping |
/// |---|---|---|---|
/// | Amazon | | `ORDER_CHANGE`, also as an EventBridge event | |
/// | eBay | | a notification whose data names orders | |
/// | Shopify | an order with its lines | what has an `order_id` (refund, fulfilment, transaction, dispute, edit); an id alone (deletion); an order without its lines | |
/// | `WooCommerce` | an order with its lines | an id alone (deletion) | `webhook_id=1` |
/// | own site | JSON, a list, NDJSON | | |
///
/// # Errors
/// Why it is none of these; `import.other_notification` when it is well-formed and about something else.
pub fn read(channel: Channel, bytes: &[u8]) -> Result<PushRead<'_>, ReadError> {
    match channel {
        Channel::Amazon => Ok(PushRead::Changed(vec![read_amazon_notification(bytes)?])),
        Channel::Ebay => read_ebay_notification(bytes).map(PushRead::Changed),
        Channel::WooCommerce if is_ping(bytes) => Ok(PushRead::Ping),
        Channel::Shopify | Channel::WooCommerce => of_shop(channel, bytes),
        Channel::OwnSite => of_own_site(bytes),
    }
}

/// What `WooCommerce` sends when a webhook is made: a form with its number, and nothing else. It is not signed.
fn is_ping(bytes: &[u8]) -> bool {
    let number = bytes.trim_ascii().strip_prefix(b"webhook_id=");
    number.is_some_and(|digits| (1..=20).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit))
}

/// A shop's push: an order, or something else of the shop's that may name one.
fn of_shop(channel: Channel, bytes: &[u8]) -> Result<PushRead<'_>, ReadError> {
    let json = changed::parse(bytes)?;
    let told = Told::default();
    let from = changed::object(&json, &told)?;
    let is_whole =
        matches!(from.at("line_items").json(), Some(Json::List(_))) && !from.at("order_id").is_there();
    if is_whole && is_order(&from) {
        return read_channel(channel, bytes).map(|page| PushRead::Orders(page.orders));
    }
    if channel == Channel::Shopify {
        let edit = from.at("order_edit");
        let holder = if edit.is_object() { edit } else { from.clone() };
        if let Some(id) = holder.id("order_id") {
            let at = holder.moment("updated_at").or_else(|| holder.moment("created_at"));
            return Ok(PushRead::Changed(vec![OrderChanged { order_id: number(id), at, seller: None }]));
        }
    }
    // An order of which only some fields were asked for says by its name that it is one.
    let is_named = is_order(&from) && (is_alone(&json) || what(&from) == "Order");
    match from.id("id").filter(|_| is_named) {
        Some(id) => {
            let at = from.moment("updated_at");
            Ok(PushRead::Changed(vec![OrderChanged { order_id: number(id), at, seller: None }]))
        }
        None => Err(changed::other(&what(&from))),
    }
}

/// Whether nothing says that it is something else than an order. Shopify says of everything what it is.
fn is_order(from: &Look<'_>) -> bool {
    let name = from.at("admin_graphql_api_id");
    from.at("id").is_there() && (!name.is_there() || what(from) == "Order")
}

/// Whether nothing but the id is said, as of an order that was deleted.
fn is_alone(json: &Json) -> bool {
    let is_name = |key: &str| ["id", "admin_graphql_api_id"].contains(&key);
    matches!(json, Json::Object(pairs) if pairs.iter().all(|(key, _)| is_name(key)))
}

/// What it is by Shopify's word: `Refund` of `gid://shopify/Refund/1`.
fn what(from: &Look<'_>) -> String {
    let name = from.word("admin_graphql_api_id").unwrap_or_default();
    let kind = name.strip_prefix("gid://shopify/").and_then(|rest| rest.split('/').next());
    kind.unwrap_or_default().to_owned()
}

/// A shop's own push: orders as JSON or NDJSON. Rows are for files.
fn of_own_site(bytes: &[u8]) -> Result<PushRead<'_>, ReadError> {
    let begin = text::without_mark(bytes).trim_ascii_start().first();
    if !matches!(begin, None | Some(b'{' | b'[')) {
        return Err(ReadError::new(
            "import.json",
            "推送内容应为 JSON 或 NDJSON。",
            "A pushed body should be JSON or NDJSON.",
        ));
    }
    let orders: Vec<ChannelRead<'_>> =
        OrderReader::with(bytes, Encoding::Utf8, OrderLimits::default()).collect();
    if orders.is_empty() { Err(envelope::no_orders()) } else { Ok(PushRead::Orders(orders)) }
}
