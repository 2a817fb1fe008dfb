//! A message of our own format becomes an order, or is refused with the field that is wrong. Never corrects and never
//! sums up to prove the shop wrong: whether parts make the total is a rule of the orders context.

use std::collections::{HashMap, HashSet};

use zaiton_kernel::{BasisPoints, Currency, Money};

use super::check_parts as parts;
use super::json::{Json, under};
use super::look::Look;
use super::model::{Channel, ChannelStatus, OrderStatus, ReadOrder};
use super::moment::Moment;
use super::money::OrderMoney;
use super::parts::{ReadOrderLine, ReadPromotion, ReadRefund, ReadRefundLine};
use crate::bank::unknown_word;
use crate::{ReadError, fields};

/// Items in any list of an order.
pub(super) const ITEMS: usize = 1_000;
pub(super) const ID: usize = 100;
pub(super) const CODE: usize = 64;
const PIECES: u32 = 1_000_000;
const TITLE: usize = 500;

pub(crate) fn order(json: &Json) -> Result<ReadOrder, ReadError> {
    let id = |most: usize| move |value: &Json| value.name(most);
    let mut order = ReadOrder::new(Channel::OwnSite, json.must("channel_order_id", id(ID))?);
    order.shop = Some(json.must("shop", id(CODE))?);
    order.merchant = Some(json.must("merchant", id(CODE))?);
    order.status = json.must("status_channel", status)?;
    let word = json.must("status_channel", |value| value.free_text(CODE).map(str::to_owned))?;
    order.status_channel = vec![ChannelStatus { field: "status_channel".to_owned(), text: word }];
    let placed_at = json.must("placed_at", Json::moment)?;
    let later = |key: &str| json.maybe(key, |value| not_before(value.moment()?, placed_at));
    order.placed_at = Some(placed_at);
    order.updated_at = Some(later("updated_at")?.ok_or_else(|| fields::missing("updated_at"))?);
    (order.shipped_at, order.completed_at) = (later("shipped_at")?, later("completed_at")?);
    order.cancelled_at = later("cancelled_at")?;
    order.money = json.must("money", money)?;
    let currency = json.must("money", |money| money.must("currency", Json::currency))?;
    order.lines = json.each("lines", ITEMS, |item| line(item, currency))?;
    if order.lines.is_empty() {
        return Err(fields::missing("lines"));
    }
    unique(&order.lines, "lines", "channel_line_id", |line| &line.channel_line_id)?;
    order.refunds = json.each("refunds", ITEMS, |item| refund(item, currency, placed_at))?;
    unique(&order.refunds, "refunds", "ref", |refund| &refund.reference)?;
    order.promotions = json.each("promotions", ITEMS, |item| promotion(item, currency))?;
    refunds_fit(&order, currency)?;
    promotions_fit(&order, &order.promotions)?;
    parts::whole(json, currency, &mut order)?;
    Ok(order)
}

/// Takes the promotions that a shop of another channel wrote beside its order, as one or a list of them in our own
/// form, as JSON or as a text that holds it. What is wrong with them is told, and then none is taken.
pub(super) fn beside(from: &Look<'_>, order: &mut ReadOrder) {
    let read = |json: &Json| {
        let currency = order.money.currency.ok_or_else(|| fields::missing("currency"))?;
        let promotions = match json {
            Json::List(list) => {
                list.iter().map(|one| promotion(one, currency)).collect::<Result<Vec<_>, _>>()?
            }
            one => vec![promotion(one, currency)?],
        };
        promotions_fit(order, &promotions)?;
        Ok(promotions)
    };
    let promotions: Result<Vec<ReadPromotion>, ReadError> = match from.json() {
        None => return,
        Some(Json::Text(text)) => Json::parse(text).and_then(|json| read(&json)),
        Some(json) => read(json),
    };
    match promotions {
        Ok(promotions) => order.promotions.extend(promotions),
        Err(error) => from.tell(error.code),
    }
}

fn status(value: &Json) -> Result<OrderStatus, ReadError> {
    match value.free_text(CODE)? {
        "placed" => Ok(OrderStatus::Placed),
        "shipped" => Ok(OrderStatus::Shipped),
        "completed" => Ok(OrderStatus::Completed),
        "refunded" => Ok(OrderStatus::Refunded),
        "cancelled" => Ok(OrderStatus::Cancelled),
        other => Err(unknown_word(other, "placed, shipped, completed, refunded, cancelled")),
    }
}

fn not_before(moment: Moment, placed_at: Moment) -> Result<Moment, ReadError> {
    if moment.at >= placed_at.at {
        return Ok(moment);
    }
    let (moment, placed_at) = (moment.at, placed_at.at);
    Err(ReadError::new(
        "import.before_placed",
        format!("时间 {moment} 早于下单时间 {placed_at}。"),
        format!("The moment {moment} is before the order was placed at {placed_at}."),
    ))
}

fn money(json: &Json) -> Result<OrderMoney, ReadError> {
    let currency = json.must("currency", Json::currency)?;
    let part = |key: &str| json.maybe(key, |value| value.amount(currency));
    let seen = json.maybe("presentment_currency", Json::currency)?;
    let seen_total =
        seen.map(|seen| json.maybe("presentment_total", |value| value.amount(seen))).transpose()?;
    Ok(OrderMoney {
        currency: Some(currency),
        presentment_currency: seen,
        presentment_total: seen_total.flatten(),
        total: Some(json.must("total", |value| value.amount(currency))?),
        current_total: part("current_total")?,
        goods: part("goods")?,
        goods_discount: part("goods_discount")?,
        shipping: part("shipping")?,
        shipping_discount: part("shipping_discount")?,
        gift: part("gift")?,
        fees: part("fees")?,
        tax: part("tax")?,
        tax_included: part("tax_included")?,
        tax_collected_by_channel: part("tax_collected_by_channel")?,
        duties: part("duties")?,
        tip: part("tip")?,
        paid: part("paid")?,
        refunded: part("refunded")?,
        channel_fee: part("channel_fee")?,
    })
}

/// A part of an order may repeat the currency; another one is refused.
pub(super) fn same_currency(json: &Json, currency: Currency) -> Result<(), ReadError> {
    let found = json.maybe("currency", Json::currency)?;
    match found.filter(|found| *found != currency) {
        None => Ok(()),
        Some(found) => Err(ReadError::new(
            "import.currency_mixed",
            format!("订单货币为 {currency}，此处为 {found}。"),
            format!("The order is in {currency}, and this is in {found}."),
        )
        .in_field("currency")),
    }
}

fn line(json: &Json, currency: Currency) -> Result<ReadOrderLine, ReadError> {
    same_currency(json, currency)?;
    let amount = |key: &str| json.maybe(key, |value| value.amount(currency));
    let count = |key: &str| json.maybe(key, |value| value.whole(0, PIECES));
    let yes = |key: &str| json.maybe(key, Json::yes).map(|yes| yes == Some(true));
    Ok(ReadOrderLine {
        channel_line_id: json.must("channel_line_id", |value| value.name(ID))?,
        sku: Some(json.must("sku", |value| value.name(ID))?),
        listing_id: json.maybe("listing_id", |value| value.name(ID))?,
        title: json.maybe("title", |value| value.free_text(TITLE).map(str::to_owned))?.unwrap_or_default(),
        qty: Some(json.must("qty", |value| value.whole(1, PIECES))?),
        unit_price: amount("unit_price")?,
        line_total: Some(json.must("line_total", |value| value.amount(currency))?),
        discount: amount("discount")?,
        tax: amount("tax")?,
        shipping: amount("shipping")?,
        taxes: json.each("taxes", ITEMS, |item| parts::tax(item, currency))?,
        gift: yes("gift")?,
        serial_required: yes("serial_required")?,
        ioss: json.maybe("ioss", |value| value.name(ID))?,
        cancel_requested: yes("cancel_requested")?,
        qty_shipped: count("qty_shipped")?,
        qty_cancelled: count("qty_cancelled")?,
        qty_refunded: count("qty_refunded")?,
    })
}

fn refund(json: &Json, currency: Currency, placed_at: Moment) -> Result<ReadRefund, ReadError> {
    same_currency(json, currency)?;
    let refund = ReadRefund {
        reference: json.must("ref", |value| value.name(ID))?,
        at: Some(json.must("at", |value| not_before(value.moment()?, placed_at))?),
        amount: json.maybe("amount", |value| value.amount(currency))?,
        status: json.maybe("status", |value| value.name(CODE))?,
        lines: json.each("lines", ITEMS, |item| {
            same_currency(item, currency)?;
            Ok(ReadRefundLine {
                line: item.must("line", |value| value.name(ID))?,
                amount: Some(item.must("amount", |value| value.amount(currency))?),
                qty: item.maybe("qty", |value| value.whole(0, PIECES))?,
            })
        })?,
    };
    if refund.lines.is_empty() { Err(fields::missing("lines")) } else { Ok(refund) }
}

fn promotion(json: &Json, currency: Currency) -> Result<ReadPromotion, ReadError> {
    same_currency(json, currency)?;
    let rate =
        |key: &str| json.must(key, |value| value.whole(0, BasisPoints::WHOLE.get())).map(BasisPoints::new);
    let promotion = ReadPromotion {
        programme: json.must("programme", |value| value.name(CODE))?,
        promotion: json.must("promotion", |value| value.name(CODE))?,
        term: json.maybe("term", |value| match value {
            Json::Integer(_) => value.whole(0, 9_999).map(|term| term.to_string()),
            _ => value.name(32),
        })?,
        rate_bps: rate("rate_bps")?,
        funded_share_bps: rate("funded_share_bps")?,
        lines: json.each("lines", ITEMS, |item| item.name(ID))?,
        fee: json.maybe("fee", |value| value.amount(currency))?,
        quote_id: json.maybe("quote_id", |value| value.name(ID))?,
    };
    if promotion.lines.is_empty() { Err(fields::missing("lines")) } else { Ok(promotion) }
}

fn unique<T>(items: &[T], list: &str, key: &str, id: impl Fn(&T) -> &str) -> Result<(), ReadError> {
    let mut seen = HashSet::new();
    for (at, item) in items.iter().enumerate() {
        if !seen.insert(id(item)) {
            let id = crate::error::shown(id(item));
            return Err(ReadError::new(
                "import.duplicate_id",
                format!("编号“{id}”重复。"),
                format!("The id \"{id}\" stands twice."),
            )
            .in_field(&format!("{list}[{at}].{key}")));
        }
    }
    Ok(())
}

fn no_such_line(id: &str) -> ReadError {
    let id = crate::error::shown(id);
    ReadError::new(
        "import.no_such_line",
        format!("订单中没有明细行“{id}”。"),
        format!("The order has no line \"{id}\"."),
    )
}

/// All refunds of a line together are at most what was paid for it.
fn refunds_fit(order: &ReadOrder, currency: Currency) -> Result<(), ReadError> {
    let zero = Money::zero(currency);
    let paid = |line: &ReadOrderLine| line.line_total.unwrap_or(zero);
    let mut left: HashMap<&str, Money> =
        order.lines.iter().map(|line| (line.channel_line_id.as_str(), paid(line))).collect();
    for (at, refund) in order.refunds.iter().enumerate() {
        for (place, part) in refund.lines.iter().enumerate() {
            let here = |error| under(error, &format!("refunds[{at}].lines[{place}]"));
            let rest = left.get_mut(part.line.as_str()).ok_or_else(|| here(no_such_line(&part.line)))?;
            let asked = part.amount.unwrap_or(zero);
            match rest.minus(asked) {
                Ok(after) if !after.is_negative() => *rest = after,
                _ => {
                    let rest = *rest;
                    return Err(here(ReadError::new(
                        "import.refund_exceeds_line",
                        format!("退款 {asked} 超过该行尚可退的 {rest}。"),
                        format!("The refund of {asked} is more than the {rest} that is left of the line."),
                    )));
                }
            }
        }
    }
    Ok(())
}

fn promotions_fit(order: &ReadOrder, promotions: &[ReadPromotion]) -> Result<(), ReadError> {
    let known: HashSet<&str> = order.lines.iter().map(|line| line.channel_line_id.as_str()).collect();
    for (at, promotion) in promotions.iter().enumerate() {
        let mut seen = HashSet::new();
        for (place, id) in promotion.lines.iter().enumerate() {
            let here = |error| under(error, &format!("promotions[{at}].lines[{place}]"));
            if !known.contains(id.as_str()) {
                return Err(here(no_such_line(id)));
            }
            if !seen.insert(id) {
                let id = crate::error::shown(id);
                return Err(here(ReadError::new(
                    "import.duplicate_id",
                    format!("明细行“{id}”在同一活动中重复。"),
                    format!("The line \"{id}\" stands twice in one promotion."),
                )));
            }
        }
    }
    Ok(())
}
