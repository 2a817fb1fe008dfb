//! Where the orders lie in what a channel answers: one order, a list, or a page with orders inside, at whatever
//! depth the channel puts them. Finds them without reading them and copies nothing. Never takes an answer that is a
//! refusal for a page without orders.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::json::broken;
use super::model::Channel;
use super::moment::{Moment, moment};
use crate::ReadError;
use crate::error::shown;

/// Keys below which a channel puts its orders.
const INSIDE: [&str; 8] = ["payload", "data", "Orders", "orders", "order", "edges", "nodes", "node"];

/// Envelopes within envelopes: `data.orders.edges[].node` are four.
const DEPTH: usize = 6;

/// What a page says beside its orders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageEnd {
    /// What the next page is asked for with.
    pub(super) next: Option<String>,
    /// Up to when orders were looked for.
    pub(super) until: Option<Moment>,
}

/// The orders in a text, each as it stands there, and the end of the page.
pub(super) fn orders(text: &str, channel: Channel, most: usize) -> Result<(Vec<&str>, PageEnd), ReadError> {
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| broken(&error))?;
    let mut found = Found { channel, most, orders: Vec::new(), strangers: 0, end: PageEnd::default() };
    found.look(whole, 0)?;
    // A list of something else of the channel's is no list of bad orders.
    if found.strangers > 0 && found.strangers == found.orders.len() {
        return Err(no_orders());
    }
    Ok((found.orders, found.end))
}

/// Said of a file without orders, too.
pub(super) fn no_orders() -> ReadError {
    ReadError::new("import.no_orders", "其中没有该渠道的订单。", "There are no orders of this channel in it.")
}

struct Found<'a> {
    channel: Channel,
    most: usize,
    orders: Vec<&'a str>,
    /// How many of them are something that belongs to an order.
    strangers: usize,
    end: PageEnd,
}

impl<'a> Found<'a> {
    fn look(&mut self, raw: &'a RawValue, depth: usize) -> Result<(), ReadError> {
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'[') if depth < DEPTH => {
                let mut json = serde_json::Deserializer::from_str(text);
                let most = self.most;
                let list = json.deserialize_seq(List { most }).map_err(|error| broken(&error))?;
                list.into_iter().try_for_each(|item| self.look(item, depth + 1))
            }
            Some(b'{') if depth < DEPTH && self.channel != Channel::OwnSite => self.look_inside(text, depth),
            _ => {
                if self.orders.len() == self.most {
                    return Err(too_many(self.most));
                }
                self.orders.push(text);
                Ok(())
            }
        }
    }

    fn look_inside(&mut self, text: &'a str, depth: usize) -> Result<(), ReadError> {
        let mut json = serde_json::Deserializer::from_str(text);
        let pairs = json.deserialize_map(Pairs).map_err(|error| broken(&error))?;
        let has = |key: &str| pairs.iter().any(|(name, _)| name == key);
        let is_order = match self.channel {
            Channel::OwnSite => true,
            Channel::Amazon => has("AmazonOrderId") || has("orderId") || (has("order") && has("items")),
            Channel::Ebay => has("orderId"),
            Channel::Shopify => has("id"),
            Channel::WooCommerce => has("id") || (has("order") && has("refunds")),
        };
        let inside: Vec<&(String, &RawValue)> =
            pairs.iter().filter(|(name, _)| INSIDE.contains(&name.as_str())).collect();
        if !is_order && inside.is_empty() && has("errors") {
            let errors = pairs.iter().find(|(name, _)| name == "errors").map_or("", |(_, raw)| raw.get());
            return Err(refused(errors));
        }
        // Something of the channel's that is neither an order nor a page of them: it has no name of an order at all.
        if !is_order && inside.is_empty() && depth == 0 && !has("id") {
            return Err(no_orders());
        }
        if is_order || inside.is_empty() {
            // Refunds, transactions, fulfilments, disputes of a shop name their order; an order names none.
            let shop = matches!(self.channel, Channel::Shopify | Channel::WooCommerce);
            self.strangers += usize::from(shop && has("order_id"));
            self.orders.push(text);
            return Ok(());
        }
        for (at, (name, raw)) in inside.iter().enumerate() {
            if inside.iter().take(at).any(|(other, _)| other == name) {
                return Err(twice(name));
            }
            // GraphQL answers an error with empty data.
            match (raw.get(), pairs.iter().find(|(name, _)| name == "errors")) {
                ("null", Some((_, errors))) => return Err(refused(errors.get())),
                ("null", None) => {}
                _ => self.look(raw, depth + 1)?,
            }
        }
        self.note_end(&pairs);
        Ok(())
    }

    /// What stands beside the orders: how to ask on, and how far was looked.
    fn note_end(&mut self, pairs: &[(String, &'a RawValue)]) {
        for (name, raw) in pairs {
            let text = || serde_json::from_str::<String>(raw.get()).ok().filter(|text| !text.is_empty());
            match name.as_str() {
                "NextToken" | "nextToken" | "next" => self.end.next = text(),
                "CreatedBefore" | "createdBefore" | "LastUpdatedBefore" | "lastUpdatedBefore" => {
                    self.end.until = text().and_then(|text| moment(&text).ok()).or(self.end.until);
                }
                "pagination" | "pageInfo" => {
                    let mut json = serde_json::Deserializer::from_str(raw.get());
                    let Ok(inner) = json.deserialize_map(Pairs) else { continue };
                    let goes_on =
                        !inner.iter().any(|(name, raw)| name == "hasNextPage" && raw.get() == "false");
                    let token = inner.iter().find(|(name, _)| name == "nextToken" || name == "endCursor");
                    let token = token.and_then(|(_, raw)| serde_json::from_str::<String>(raw.get()).ok());
                    self.end.next = token.filter(|_| goes_on).or(self.end.next.take());
                }
                _ => {}
            }
        }
    }
}

fn twice(name: &str) -> ReadError {
    ReadError::new(
        "import.twice",
        format!("字段“{name}”出现了多次。"),
        format!("The field \"{name}\" stands more than once."),
    )
    .in_field(name)
}

/// The channel did not answer with orders but with a reason.
fn refused(errors: &str) -> ReadError {
    let errors = shown(errors);
    ReadError::new(
        "import.channel_error",
        format!("平台返回的是错误信息，不是订单：{errors}"),
        format!("The channel answered with an error and no order: {errors}"),
    )
}

pub(super) fn too_many(most: usize) -> ReadError {
    ReadError::new(
        "import.too_many",
        format!("订单超过上限 {most} 个。"),
        format!("There are more than {most} orders."),
    )
}

struct List {
    most: usize,
}

impl<'de> Visitor<'de> for List {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of orders")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            if values.len() == self.most {
                return Err(A::Error::custom(format_args!("more than {} orders", self.most)));
            }
            values.push(value);
        }
        Ok(values)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}
