//! Shopify orders, of the REST API and its webhooks (`total_price`) and of GraphQL (`totalPriceSet`, lists as nodes):
//! one reader, since the names are the same in two spellings. Amounts are in the shop's currency; what the buyer saw
//! is told beside. Never counts a test order as a sale.

use zaiton_kernel::{Currency, Money};

use super::check;
use super::look::{Keys, Look};
use super::model::{
    Channel, ChannelStatus, FulfilledBy, MoneyHeldBy, OrderKind, OrderStatus, ReadOrder, SoldOn,
};
use super::parts::{PaymentState, ReadCancel};
use super::personal::{Address, Note, PersonalText};
use super::shopify_parts as parts;
use super::sum::{Sum, less};
use super::woocommerce::PROMOTION;
use crate::ReadError;

pub(super) const MONEY: Keys = ("amount", "currencyCode");

pub(super) fn order(from: &Look<'_>) -> Result<ReadOrder, ReadError> {
    let from = from.clone().in_both_cases();
    let mut order = ReadOrder::new(Channel::Shopify, number(from.order_id("id")?));
    order.display_no = from.id("name");
    order.marketplace = from.word("sourceName");
    order.sold_on = Some(SoldOn::External);
    order.money_held_by = Some(MoneyHeldBy::Merchant);
    order.fulfilled_by = Some(FulfilledBy::Merchant);
    if from.yes("test") == Some(true) {
        order.kind = OrderKind::Test;
    }
    order.placed_at = from.moment("createdAt").or_else(|| from.moment("processedAt"));
    order.updated_at = from.moment("updatedAt");
    order.cancelled_at = from.moment("cancelledAt");
    order.money.currency = from
        .currency("currency")
        .or_else(|| from.currency("currencyCode"))
        .or_else(|| from.at("totalPriceSet").at("shopMoney").currency_of(MONEY));
    status(&from, &mut order);
    people(&from, &mut order);
    for item in from.each("lineItems") {
        let line = parts::line(&item, &mut order);
        order.lines.push(line);
    }
    parts::packages(&from, &mut order);
    parts::refunds(&from, &mut order);
    sums(&from, &mut order);
    parts::payments(&from, &mut order);
    if order.cancelled_at.is_some() {
        order.cancels.push(ReadCancel {
            reference: None,
            state: Some("cancelled".to_owned()),
            by: None,
            reason: from.word("cancelReason"),
            at: order.cancelled_at,
            lines: Vec::new(),
        });
    }
    let services = from.each("shippingLines");
    order.promise.service_level =
        services.iter().find_map(|line| line.word("code").or_else(|| line.word("title")));
    attributes(&from, &mut order);
    Ok(order)
}

/// The number of an id that may be written `gid://shopify/Order/450789469`.
pub(super) fn number(id: String) -> String {
    let tail = id.strip_prefix("gid://shopify/").and_then(|rest| rest.split_once('/'));
    let number = tail.map(|(_, number)| number.split('?').next().unwrap_or(number).to_owned());
    number.filter(|number| !number.is_empty()).unwrap_or(id)
}

/// An amount: a bag of two moneys (`totalPriceSet`), of which the shop's counts, or a plain text (`total_price`).
pub(super) fn money(from: &Look<'_>, key: &str, currency: Option<Currency>) -> Option<Money> {
    let bag = from.at(&format!("{key}Set"));
    if bag.is_there() {
        return bag.at("shopMoney").coin(MONEY, currency);
    }
    from.amount(key, currency)
}

/// Whether an amount stands there in either form.
pub(super) fn has(from: &Look<'_>, key: &str) -> bool {
    from.at(&format!("{key}Set")).is_there() || from.at(key).is_there()
}

fn status(from: &Look<'_>, order: &mut ReadOrder) {
    let key = |long: &'static str, short: &'static str| if from.at(long).is_there() { long } else { short };
    let sent_key = key("displayFulfillmentStatus", "fulfillmentStatus");
    let paid_key = key("displayFinancialStatus", "financialStatus");
    for key in [sent_key, paid_key] {
        if let Some(text) = from.word(key) {
            order.status_channel.push(ChannelStatus { field: key.to_owned(), text });
        }
    }
    let sent = from.one_of(
        sent_key,
        |word| match word.to_ascii_lowercase().as_str() {
            "fulfilled" => Some(OrderStatus::Shipped),
            "partial" | "partially_fulfilled" => Some(OrderStatus::PartShipped),
            "unfulfilled"
            | "open"
            | "in_progress"
            | "on_hold"
            | "pending_fulfillment"
            | "scheduled"
            | "request_declined"
            | "restocked" => Some(OrderStatus::Placed),
            _ => None,
        },
        OrderStatus::Other,
    );
    let paid = from.one_of(
        paid_key,
        |word| match word.to_ascii_lowercase().as_str() {
            "paid" | "partially_refunded" | "authorized" => Some(OrderStatus::Placed),
            "pending" | "partially_paid" => Some(OrderStatus::Pending),
            "voided" | "expired" => Some(OrderStatus::Failed),
            "refunded" => Some(OrderStatus::Refunded),
            _ => None,
        },
        OrderStatus::Other,
    );
    order.status = match (paid, sent) {
        _ if order.cancelled_at.is_some() => OrderStatus::Cancelled,
        (_, Some(unknown @ OrderStatus::Other(_))) => unknown,
        (Some(paid @ (OrderStatus::Refunded | OrderStatus::Other(_))), _) => paid,
        // Sent is sent, also when it is paid later; nothing said of it means that nothing was sent.
        (_, Some(sent @ (OrderStatus::Shipped | OrderStatus::PartShipped))) => sent,
        (Some(paid), _) => paid,
        (None, Some(sent)) => sent,
        (None, None) => return,
    };
}

fn people(from: &Look<'_>, order: &mut ReadOrder) {
    let (customer, client) = (from.personal_at("customer"), from.personal_at("clientDetails"));
    let buyer = &mut order.personal.buyer;
    buyer.channel_user_id = customer.id("id").map(|id| PersonalText::new(number(id)));
    buyer.name = full_name(&customer);
    buyer.email = from.personal("email").or_else(|| customer.personal("email"));
    buyer.phone = from.personal("phone").or_else(|| customer.personal("phone"));
    buyer.ip = ["clientIp", "browserIp"]
        .iter()
        .find_map(|key| from.personal(key))
        .or_else(|| client.personal("browserIp"));
    buyer.user_agent = client.personal("userAgent");
    for (key, is_goods) in [("shippingAddress", true), ("billingAddress", false)] {
        let at = from.at(key);
        if !at.is_there() {
            continue;
        }
        let address = address(&at);
        if is_goods {
            order.ship_country = at.country("countryCodeV2").or_else(|| at.country("countryCode"));
            if !at.at("countryCodeV2").is_there() && !at.at("countryCode").is_there() {
                at.at("countryCode").tell("import.missing");
            }
            order.personal.ship_to = Some(address);
        } else {
            order.personal.buyer.company = address.company.clone();
            order.personal.bill_to = Some(address);
        }
    }
    let buyer = &mut order.personal.buyer;
    let billed = order.personal.bill_to.as_ref().and_then(|address| address.name.clone());
    buyer.name = buyer.name.take().or(billed);
    if let Some(text) = from.personal("note") {
        order.personal.notes.push(Note { line: None, kind: "note".to_owned(), text });
    }
}

fn full_name(from: &Look<'_>) -> Option<PersonalText> {
    let names: Vec<PersonalText> =
        ["firstName", "lastName"].iter().filter_map(|key| from.personal(key)).collect();
    let words: Vec<&str> = names.iter().map(PersonalText::as_str).collect();
    Some(words.join(" ")).filter(|name| !name.is_empty()).map(PersonalText::new)
}

fn address(from: &Look<'_>) -> Address {
    Address {
        name: from.personal("name").or_else(|| full_name(&from.clone().hide())),
        company: from.personal("company"),
        lines: ["address1", "address2"].iter().filter_map(|key| from.personal(key)).collect(),
        city: from.personal("city"),
        state: from.personal("provinceCode").or_else(|| from.personal("province")),
        postcode: from.personal("zip"),
        country: ["countryCodeV2", "countryCode", "country"].iter().find_map(|key| from.personal(key)),
        phone: from.personal("phone"),
        ..Address::default()
    }
}

fn sums(from: &Look<'_>, order: &mut ReadOrder) {
    let currency = order.money.currency;
    let part = |key: &str| money(from, key, currency);
    let first = |keys: [&str; 2]| keys.iter().find(|key| has(from, key)).and_then(|key| part(key));
    // GraphQL has no figure for the goods before discount; the lines do.
    let mut goods = Sum::new();
    for line in &order.lines {
        goods.must(line.line_total);
        goods.add(line.discount.is_some(), line.discount);
    }
    let (mut asked, mut paid_for) = (Sum::new(), Sum::new());
    for line in from.each("shippingLines") {
        let price = if has(&line, "originalPrice") { "originalPrice" } else { "price" };
        let price = money(&line, price, currency);
        asked.must(price);
        let is_less = has(&line, "discountedPrice");
        paid_for.must(if is_less { money(&line, "discountedPrice", currency) } else { price });
    }
    let (asked, paid_for) = (asked.total(), paid_for.total());
    let seen = from.currency("presentmentCurrency").or_else(|| from.currency("presentmentCurrencyCode"));
    let tax = part("totalTax");
    let money = &mut order.money;
    money.total = part("totalPrice");
    money.current_total = part("currentTotalPrice");
    if let Some(seen) = seen.filter(|seen| Some(*seen) != currency) {
        money.presentment_currency = Some(seen);
        money.presentment_total = from.at("totalPriceSet").at("presentmentMoney").coin(MONEY, Some(seen));
    }
    money.goods = if has(from, "totalLineItemsPrice") { part("totalLineItemsPrice") } else { goods.total() };
    money.shipping = if has(from, "totalShippingPrice") { part("totalShippingPrice") } else { asked };
    money.shipping_discount = less(asked, paid_for).filter(|off| !off.is_zero());
    // The figure for discounts holds those on shipping too.
    money.goods_discount = less(part("totalDiscounts"), money.shipping_discount);
    money.fees = first(["originalTotalAdditionalFees", "currentTotalAdditionalFees"]);
    money.tip = part("totalTipReceived");
    if from.yes("dutiesIncluded") != Some(true) {
        money.duties = first(["originalTotalDuties", "currentTotalDuties"]);
    }
    if from.yes("taxesIncluded") == Some(true) {
        money.tax_included = tax;
    } else {
        money.tax = tax;
    }
    let mut collected = Sum::new();
    for tax in from.each("taxLines") {
        if tax.yes("channelLiable") == Some(true) {
            collected.must(self::money(&tax, "price", currency));
        }
    }
    money.tax_collected_by_channel = collected.total();
    let mut refunded = Sum::new();
    order.refunds.iter().for_each(|refund| refunded.must(refund.amount));
    let refunded = refunded.total();
    money.refunded = if has(from, "totalRefunded") { part("totalRefunded") } else { refunded };
    let is_paid = |text: &str| ["paid", "partially_refunded", "refunded"].contains(&text);
    let financial = from.word("displayFinancialStatus").or_else(|| from.word("financialStatus"));
    money.paid = if has(from, "totalReceived") {
        part("totalReceived")
    } else {
        money.total.filter(|_| financial.is_some_and(|text| is_paid(&text.to_ascii_lowercase())))
    };
}

/// What the shop or the buyer wrote beside the order; one of its names carries the promotions.
fn attributes(from: &Look<'_>, order: &mut ReadOrder) {
    for (list, name) in [("noteAttributes", "name"), ("customAttributes", "key")] {
        for attribute in from.each(list) {
            let Some(kind) = attribute.word(name) else { continue };
            if kind == PROMOTION {
                check::beside(&attribute.at("value"), order);
            } else if let Some(text) = attribute.personal("value") {
                order.personal.notes.push(Note { line: None, kind, text });
            }
        }
    }
}

/// How far a transaction is, from what it is and how it ended.
pub(super) fn payment_state(kind: &str, status: &str) -> PaymentState {
    match (kind.to_ascii_lowercase().as_str(), status.to_ascii_lowercase().as_str()) {
        (_, "failure" | "error") => PaymentState::Failed,
        (_, "pending" | "awaiting_response") => PaymentState::Pending,
        ("authorization", _) => PaymentState::Authorised,
        ("capture" | "sale", _) => PaymentState::Captured,
        ("refund", _) => PaymentState::Refunded,
        ("void", _) => PaymentState::Voided,
        _ => PaymentState::Other(kind.to_owned()),
    }
}
