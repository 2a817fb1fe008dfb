//! That an order changed, as channels tell it without the order itself: Amazon's `ORDER_CHANGE` notifications and eBay's.
//! Strict about what is told of, lenient about the rest. Never takes anything but the name and the moment: the order is
//! fetched by its name before anything of it is believed.

use super::json::{Json, wrong_kind};
use super::look::{Look, Told};
use super::moment::Moment;
use super::{OrderLimits, reader};
use crate::error::shown;
use crate::{Encoding, ReadError, fields, text};

/// That an order changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderChanged {
    /// The channel's id of the order, 1 to 100 characters.
    pub order_id: String,
    /// When it changed by the channel's clock, or when the channel told of it; absent where neither can be read.
    pub at: Option<Moment>,
    /// Whose order it is, in the channel's word, where it says so: a queue may serve several sellers.
    pub seller: Option<String>,
}

/// Reads one of Amazon's notifications, as it lies in the seller's queue or as an EventBridge event with the
/// notification as its `detail`. The moment is that of the change, else that of the notification.
///
/// # Errors
/// That it is no JSON, too long, of another type than `ORDER_CHANGE` (`import.other_notification`), or names no order.
pub fn read_amazon_notification(bytes: &[u8]) -> Result<OrderChanged, ReadError> {
    let json = parse(bytes)?;
    let told = Told::default();
    let event = object(&json, &told)?;
    let detail = event.at("detail");
    let from = if detail.is_object() { detail } else { event };
    let kind =
        either(&from, "NotificationType", Look::word).ok_or_else(|| fields::missing("NotificationType"))?;
    if kind != "ORDER_CHANGE" {
        return Err(other(&kind).in_field("NotificationType"));
    }
    let payload = below(&from, "Payload");
    let change = below(&payload, "OrderChangeNotification");
    let order_id =
        either(&change, "AmazonOrderId", Look::id).ok_or_else(|| fields::missing("AmazonOrderId"))?;
    let trigger = below(&change, "OrderChangeTrigger");
    let at = either(&trigger, "TimeOfOrderChange", Look::moment)
        .or_else(|| either(&from, "EventTime", Look::moment));
    Ok(OrderChanged { order_id, at, seller: either(&change, "SellerId", Look::id) })
}

/// Reads a notification of eBay's Notification API: `metadata.topic`, and `notification.data` that names one order or
/// several. The moment is that of the event.
///
/// # Errors
/// That it is no JSON, too long, has no topic, or is of a topic that names no order (`import.other_notification`).
pub fn read_ebay_notification(bytes: &[u8]) -> Result<Vec<OrderChanged>, ReadError> {
    let json = parse(bytes)?;
    let told = Told::default();
    let from = object(&json, &told)?;
    let topic = from.at("metadata").word("topic").ok_or_else(|| fields::missing("metadata.topic"))?;
    let said = from.at("notification");
    let at = said.moment("eventDate").or_else(|| said.moment("publishDate"));
    let data = said.at("data");
    let order = data.at("order");
    let mut named: Vec<String> = data.id("orderId").into_iter().collect();
    if order.is_object() {
        named.extend(order.id("orderId"));
    }
    named
        .extend(data.each("orders").iter().filter(|one| one.is_object()).filter_map(|one| one.id("orderId")));
    named.dedup();
    if named.is_empty() {
        return Err(other(&topic).in_field("metadata.topic"));
    }
    Ok(named.into_iter().map(|order_id| OrderChanged { order_id, at, seller: None }).collect())
}

/// The JSON of a push, which is one value in UTF-8.
pub(super) fn parse(bytes: &[u8]) -> Result<Json, ReadError> {
    let most = OrderLimits::default().line_bytes;
    if bytes.len() > most {
        return Err(reader::too_long(most));
    }
    Json::parse(&text::decode(bytes, Encoding::Utf8)?)
}

pub(super) fn object<'a>(json: &'a Json, told: &'a Told) -> Result<Look<'a>, ReadError> {
    let from = Look::new(json, told);
    if from.is_object() { Ok(from) } else { Err(wrong_kind("对象", "an object")) }
}

/// The channel told of something that is no order of ours to fetch.
pub(super) fn other(kind: &str) -> ReadError {
    let kind = shown(kind);
    ReadError::new(
        "import.other_notification",
        format!("“{kind}”不是订单变更通知。"),
        format!("\"{kind}\" does not tell of a changed order."),
    )
}

/// What stands under a key, which notifications of some types write with a small first letter.
fn below<'a>(from: &Look<'a>, key: &str) -> Look<'a> {
    let at = from.at(key);
    if at.is_there() { at } else { from.at(&small(key)) }
}

fn either<'a, T>(from: &Look<'a>, key: &str, read: impl Fn(&Look<'a>, &str) -> Option<T>) -> Option<T> {
    read(from, key).or_else(|| read(from, &small(key)))
}

/// `Payload` as `payload`.
fn small(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or(String::new(), |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}
