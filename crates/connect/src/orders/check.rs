//! A message becomes an order, or is refused with the field that is wrong. Never corrects and never sums up to
//! prove the shop wrong: whether parts make the total is a rule of the orders context.

use std::collections::{HashMap, HashSet};

use zaiton_kernel::{BasisPoints, Currency, Money, Timestamp};

use super::json::{Json, under};
use super::model::{
    OrderMoney, OrderStatus, ReadOrder, ReadOrderLine, ReadPromotion, ReadRefund, ReadRefundLine,
};
use crate::bank::unknown_word;
use crate::{ReadError, fields};

/// Items in any list of an order.
const ITEMS: usize = 1_000;
const ID: usize = 100;
const CODE: usize = 64;
const TITLE: usize = 500;

pub(crate) fn order(json: &Json) -> Result<ReadOrder, ReadError> {
    let id = |most: usize| move |value: &Json| value.name(most);
    let channel_order_id = json.must("channel_order_id", id(ID))?;
    let shop = json.must("shop", id(CODE))?;
    let merchant = json.must("merchant", id(CODE))?;
    let status_channel = json.must("status_channel", status)?;
    let placed_at = json.must("placed_at", Json::moment)?;
    let later = |key: &str| json.maybe(key, |value| not_before(value.moment()?, placed_at));
    let updated_at = later("updated_at")?.ok_or_else(|| fields::missing("updated_at"))?;
    let (shipped_at, completed_at) = (later("shipped_at")?, later("completed_at")?);
    let cancelled_at = later("cancelled_at")?;
    let money = json.must("money", money)?;
    let currency = money.currency;
    let lines = json.each("lines", ITEMS, |item| line(item, currency))?;
    if lines.is_empty() {
        return Err(fields::missing("lines"));
    }
    unique(&lines, "lines", "channel_line_id", |line| &line.channel_line_id)?;
    let refunds = json.each("refunds", ITEMS, |item| refund(item, currency, placed_at))?;
    unique(&refunds, "refunds", "ref", |refund| &refund.reference)?;
    let promotions = json.each("promotions", ITEMS, |item| promotion(item, currency))?;
    let order = ReadOrder {
        channel_order_id,
        shop,
        merchant,
        status_channel,
        placed_at,
        updated_at,
        shipped_at,
        completed_at,
        cancelled_at,
        money,
        lines,
        refunds,
        promotions,
    };
    refunds_fit(&order)?;
    promotions_fit(&order)?;
    Ok(order)
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

fn not_before(moment: Timestamp, placed_at: Timestamp) -> Result<Timestamp, ReadError> {
    if moment >= placed_at {
        return Ok(moment);
    }
    Err(ReadError::new(
        "import.before_placed",
        format!("时间 {moment} 早于下单时间 {placed_at}。"),
        format!("The moment {moment} is before the order was placed at {placed_at}."),
    ))
}

fn money(json: &Json) -> Result<OrderMoney, ReadError> {
    let currency = json.must("currency", |value| fields::currency(value.free_text(CODE)?))?;
    let part = |key: &str| json.maybe(key, |value| value.amount(currency));
    Ok(OrderMoney {
        currency,
        total: json.must("total", |value| value.amount(currency))?,
        goods: part("goods")?,
        goods_discount: part("goods_discount")?,
        shipping: part("shipping")?,
        shipping_discount: part("shipping_discount")?,
        gift: part("gift")?,
        fees: part("fees")?,
        tax: part("tax")?,
        tax_collected_by_channel: part("tax_collected_by_channel")?,
        duties: part("duties")?,
        tip: part("tip")?,
        paid: part("paid")?,
        refunded: part("refunded")?,
    })
}

/// A part of an order may repeat the currency; another one is refused.
fn same_currency(json: &Json, currency: Currency) -> Result<(), ReadError> {
    let found = json.maybe("currency", |value| fields::currency(value.free_text(CODE)?))?;
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
    Ok(ReadOrderLine {
        channel_line_id: json.must("channel_line_id", |value| value.name(ID))?,
        sku: json.must("sku", |value| value.name(ID))?,
        title: json.maybe("title", |value| value.free_text(TITLE).map(str::to_owned))?.unwrap_or_default(),
        qty: json.must("qty", |value| value.whole(1, 1_000_000))?,
        line_total: json.must("line_total", |value| value.amount(currency))?,
    })
}

fn refund(json: &Json, currency: Currency, placed_at: Timestamp) -> Result<ReadRefund, ReadError> {
    same_currency(json, currency)?;
    let refund = ReadRefund {
        reference: json.must("ref", |value| value.name(ID))?,
        at: json.must("at", |value| not_before(value.moment()?, placed_at))?,
        lines: json.each("lines", ITEMS, |item| {
            same_currency(item, currency)?;
            Ok(ReadRefundLine {
                line: item.must("line", |value| value.name(ID))?,
                amount: item.must("amount", |value| value.amount(currency))?,
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
fn refunds_fit(order: &ReadOrder) -> Result<(), ReadError> {
    let mut left: HashMap<&str, Money> =
        order.lines.iter().map(|line| (line.channel_line_id.as_str(), line.line_total)).collect();
    for (at, refund) in order.refunds.iter().enumerate() {
        for (place, part) in refund.lines.iter().enumerate() {
            let here = |error| under(error, &format!("refunds[{at}].lines[{place}]"));
            let rest = left.get_mut(part.line.as_str()).ok_or_else(|| here(no_such_line(&part.line)))?;
            match rest.minus(part.amount) {
                Ok(after) if !after.is_negative() => *rest = after,
                _ => {
                    let (asked, rest) = (part.amount, *rest);
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

fn promotions_fit(order: &ReadOrder) -> Result<(), ReadError> {
    let known: HashSet<&str> = order.lines.iter().map(|line| line.channel_line_id.as_str()).collect();
    for (at, promotion) in order.promotions.iter().enumerate() {
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
