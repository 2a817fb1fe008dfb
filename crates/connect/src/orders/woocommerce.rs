//! `WooCommerce` orders as REST v3 and its webhooks write them: amounts as texts without tax, moments in the shop's
//! local time and again in UTC; alone, or joined with the list of its refunds, which is a call of its own
//! (`{"order":..,"refunds":[..]}`, a page each). Never takes the local time for a moment: it has no offset.

use zaiton_kernel::Currency;

use super::check;
use super::json::Json;
use super::look::{Look, TITLE};
use super::model::{Channel, ChannelStatus, FulfilledBy, MoneyHeldBy, OrderStatus, ReadOrder, SoldOn};
use super::moment::{Moment, moment};
use super::parts::{PaymentState, ReadOrderLine, ReadPayment, ReadTax};
use super::personal::{Address, Note};
use super::sum::{Sum, less, pieces};
use super::woocommerce_refunds as refunds;
use crate::ReadError;

/// The key under which a shop names the promotions that lines were sold with.
pub(super) const PROMOTION: &str = "zaiton_promotion";

pub(super) fn order(message: &Look<'_>) -> Result<ReadOrder, ReadError> {
    let is_joined = message.at("order").is_object() && !message.at("id").is_there();
    let from = if is_joined { &message.at("order") } else { message };
    let details = if is_joined { pages(message) } else { Vec::new() };
    let mut order = ReadOrder::new(Channel::WooCommerce, from.order_id("id")?);
    order.display_no = from.id("number");
    order.original_order_id = from.id("parent_id").filter(|id| id != "0");
    order.marketplace = from.word("created_via");
    order.sold_on = Some(SoldOn::External);
    order.money_held_by = Some(MoneyHeldBy::Merchant);
    order.fulfilled_by = Some(FulfilledBy::Merchant);
    order.placed_at = both(from, "date_created");
    order.updated_at = both(from, "date_modified");
    order.completed_at = both(from, "date_completed");
    if let Some(word) = from.word("status") {
        order.status_channel.push(ChannelStatus { field: "status".to_owned(), text: word });
    }
    if let Some(status) = from.one_of("status", status, OrderStatus::Other) {
        order.status = status;
    }
    if order.status == OrderStatus::Cancelled {
        order.cancelled_at = order.updated_at;
    }
    order.money.currency = from.currency("currency");
    people(from, &mut order);
    sums(from, &mut order);
    payment(from, &mut order);
    refunds::read(from, &details, &mut order);
    promotions(from, &mut order);
    Ok(order)
}

fn status(word: &str) -> Option<OrderStatus> {
    Some(match word {
        "pending" | "on-hold" | "checkout-draft" => OrderStatus::Pending,
        "processing" => OrderStatus::Placed,
        "completed" => OrderStatus::Completed,
        "cancelled" => OrderStatus::Cancelled,
        "refunded" => OrderStatus::Refunded,
        "failed" => OrderStatus::Failed,
        _ => return None,
    })
}

/// A moment from its two texts: UTC without a `Z`, and local without an offset, which is what lies between them.
pub(super) fn both(from: &Look<'_>, key: &str) -> Option<Moment> {
    let utc = from.utc(&format!("{key}_gmt"))?;
    let local = from.word(key).and_then(|text| moment(&format!("{text}Z")).ok());
    let minutes = local.map(|local| local.at.micros().saturating_sub(utc.at.micros()) / 60_000_000);
    // No clock is further from Greenwich than this.
    let offset = minutes.and_then(|minutes| i32::try_from(minutes).ok()).filter(|m| (-840..=840).contains(m));
    Some(Moment { offset_minutes: offset, ..utc })
}

fn people(from: &Look<'_>, order: &mut ReadOrder) {
    let (bill, ship) = (from.personal_at("billing"), from.personal_at("shipping"));
    let buyer = &mut order.personal.buyer;
    buyer.channel_user_id = from.personal("customer_id").filter(|id| id.as_str() != "0");
    buyer.name = full_name(&bill);
    buyer.email = bill.personal("email");
    buyer.phone = bill.personal("phone");
    buyer.company = bill.personal("company");
    buyer.ip = from.personal("customer_ip_address");
    buyer.user_agent = from.personal("customer_user_agent");
    let goes_to = if ship.personal("country").is_some() { "shipping" } else { "billing" };
    let country = from.at(goes_to);
    order.ship_country = if country.is_there() { country.country("country") } else { None };
    if bill.is_there() {
        order.personal.bill_to = Some(address(&bill));
    }
    let mut to = address(&ship);
    if to != Address::default() {
        // The shipping address has no telephone number of its own in most versions.
        to.phone = to.phone.or_else(|| bill.personal("phone"));
        order.personal.ship_to = Some(to);
    }
    if let Some(text) = from.personal("customer_note") {
        order.personal.notes.push(Note { line: None, kind: "note".to_owned(), text });
    }
}

/// First and last name as one.
fn full_name(from: &Look<'_>) -> Option<super::personal::PersonalText> {
    let names: Vec<_> = ["first_name", "last_name"].iter().filter_map(|key| from.personal(key)).collect();
    let words: Vec<&str> = names.iter().map(super::personal::PersonalText::as_str).collect();
    Some(words.join(" ")).filter(|name| !name.is_empty()).map(super::personal::PersonalText::new)
}

fn address(from: &Look<'_>) -> Address {
    if !from.is_there() {
        return Address::default();
    }
    Address {
        name: full_name(from),
        company: from.personal("company"),
        lines: ["address_1", "address_2"].iter().filter_map(|key| from.personal(key)).collect(),
        city: from.personal("city"),
        // A code with some countries, a name with others.
        state: from.personal("state"),
        postcode: from.personal("postcode"),
        country: from.personal("country"),
        phone: from.personal("phone"),
        ..Address::default()
    }
}

fn sums(from: &Look<'_>, order: &mut ReadOrder) {
    let currency = order.money.currency;
    let amount = |key: &str| from.amount(key, currency);
    let mut goods = Sum::new();
    for item in from.each("line_items") {
        goods.must(item.amount("subtotal", currency));
        let line = line(&item, currency, order);
        order.lines.push(line);
    }
    let mut fees = Sum::new();
    for fee in from.each("fee_lines") {
        fees.must(fee.amount("total", currency));
    }
    order.promise.service_level = from.each("shipping_lines").iter().find_map(|line| line.word("method_id"));
    let money = &mut order.money;
    money.total = amount("total");
    money.goods = goods.total();
    money.goods_discount = amount("discount_total");
    money.shipping = amount("shipping_total");
    money.fees = fees.total();
    // Every sum is written without tax, whether the shop's prices hold it or not.
    money.tax = amount("total_tax");
}

fn line(item: &Look<'_>, currency: Option<Currency>, order: &mut ReadOrder) -> ReadOrderLine {
    let (subtotal, total) = (item.amount("subtotal", currency), item.amount("total", currency));
    let qty = item.count("quantity");
    let id = item.id("id").unwrap_or_default();
    for meta in item.each("meta_data") {
        // Keys that begin so are the shop's own and not the buyer's.
        let key = meta.word("key").filter(|key| !key.starts_with('_'));
        let value = meta.at("value");
        if let Some((kind, text)) = key.zip(meta.personal("value").filter(|_| !value.is_object())) {
            order.personal.notes.push(Note { line: Some(id.clone()), kind, text });
        }
    }
    let listing = item.id("variation_id").filter(|id| id != "0").or_else(|| item.id("product_id"));
    let each = subtotal.zip(qty).and_then(|(subtotal, qty)| {
        let exact = subtotal.minor().checked_rem(i64::from(qty)) == Some(0);
        let price =
            zaiton_kernel::Money::new(subtotal.minor().checked_div(i64::from(qty))?, subtotal.currency());
        Some(price).filter(|price| exact && pieces(Some(*price), Some(qty)) == Some(subtotal))
    });
    ReadOrderLine {
        channel_line_id: id,
        sku: item.id("sku"),
        listing_id: listing,
        title: item.text("name", TITLE).unwrap_or_default(),
        qty,
        // The price field is a JSON number, which loses digits; the line's sum says it when it divides.
        unit_price: each,
        line_total: total,
        discount: less(subtotal, total).filter(|off| !off.is_zero()),
        tax: item.amount("total_tax", currency),
        taxes: item
            .each("taxes")
            .iter()
            .map(|tax| ReadTax {
                name: tax.word("id").unwrap_or_default(),
                amount: tax.amount("total", currency),
                by_channel: false,
            })
            .collect(),
        ..ReadOrderLine::default()
    }
}

fn payment(from: &Look<'_>, order: &mut ReadOrder) {
    let paid_at = both(from, "date_paid");
    let (method, reference) = (from.word("payment_method"), from.word("transaction_id"));
    if method.is_none() && reference.is_none() && paid_at.is_none() {
        return;
    }
    let total = order.money.total;
    if paid_at.is_some() {
        order.money.paid = total;
    }
    order.payments.push(ReadPayment {
        reference,
        method,
        amount: total,
        state: if paid_at.is_some() { PaymentState::Captured } else { PaymentState::Pending },
        at: paid_at,
        hold: None,
        acquirer: None,
        bin: None,
        avs: None,
        cvv: None,
    });
}

/// The refunds of a joined message, which came in pages.
fn pages<'a>(message: &Look<'a>) -> Vec<Look<'a>> {
    let flat = |page: &Look<'a>| match page.json() {
        Some(Json::List(_)) => page.elements(),
        _ => vec![page.clone()],
    };
    message.each("refunds").iter().flat_map(flat).collect()
}

/// Promotions that the shop wrote beside the order.
fn promotions(from: &Look<'_>, order: &mut ReadOrder) {
    for meta in from.each("meta_data") {
        if meta.word("key").as_deref() == Some(PROMOTION) {
            check::beside(&meta.at("value"), order);
        }
    }
}
