//! The parts of a Shopify order: lines, packages, refunds, payments. Never counts what a failed or cancelled
//! fulfilment says it sent.

use super::look::{Look, TITLE};
use super::model::{OrderStatus, ReadOrder};
use super::parts::{
    PackageLine, PaymentState, ReadOrderLine, ReadPackage, ReadPayment, ReadRefund, ReadRefundLine, ReadTax,
};
use super::personal::Note;
use super::shopify::{MONEY, has, money, number, payment_state};
use super::sum::{Sum, less, pieces};

pub(super) fn line(item: &Look<'_>, order: &mut ReadOrder) -> ReadOrderLine {
    let currency = order.money.currency;
    let id = item.id("id").map(number).unwrap_or_default();
    let qty = item.count("quantity");
    let price = if has(item, "originalUnitPrice") { "originalUnitPrice" } else { "price" };
    let unit_price = money(item, price, currency);
    let mut off = Sum::new();
    let allocations = item.each("discountAllocations");
    for part in &allocations {
        let key = if has(part, "allocatedAmount") { "allocatedAmount" } else { "amount" };
        off.must(money(part, key, currency));
    }
    // Older messages only have the line's own discount, and not its share of the order's.
    if allocations.is_empty() {
        off.add(has(item, "totalDiscount"), money(item, "totalDiscount", currency));
    }
    let is_known = off.is_known();
    let discount = off.total();
    let mut tax = Sum::new();
    let mut taxes = Vec::new();
    for from in item.each("taxLines") {
        let amount = money(&from, "price", currency);
        tax.must(amount);
        let name = from.word("title").unwrap_or_default();
        taxes.push(ReadTax { name, amount, by_channel: from.yes("channelLiable") == Some(true) });
    }
    for (list, name) in [("properties", "name"), ("customAttributes", "key")] {
        for property in item.each(list) {
            let note = |kind, text| Note { line: Some(id.clone()), kind, text };
            let pair = property.word(name).zip(property.personal("value"));
            order.personal.notes.extend(pair.map(|(kind, text)| note(kind, text)));
        }
    }
    let listing = item.id("variantId").or_else(|| {
        let variant = item.at("variant");
        if variant.is_there() { variant.id("id") } else { item.id("productId") }
    });
    ReadOrderLine {
        channel_line_id: id,
        sku: item.id("sku"),
        listing_id: listing.map(number),
        title: item.text("name", TITLE).or_else(|| item.text("title", TITLE)).unwrap_or_default(),
        qty,
        unit_price,
        line_total: less(pieces(unit_price, qty), discount).filter(|_| is_known),
        discount: discount.filter(|off| !off.is_zero()),
        tax: tax.total(),
        taxes,
        ..ReadOrderLine::default()
    }
}

/// Counts pieces of a line up.
fn add_pieces(
    order: &mut ReadOrder,
    line: &str,
    qty: Option<u32>,
    to: impl Fn(&mut ReadOrderLine) -> &mut Option<u32>,
) {
    let Some(line) = order.lines.iter_mut().find(|one| one.channel_line_id == line) else { return };
    let sum = to(line);
    *sum = qty.map(|qty| sum.unwrap_or(0).saturating_add(qty));
}

pub(super) fn packages(from: &Look<'_>, order: &mut ReadOrder) {
    let mut sent_at = Vec::new();
    for package in from.each("fulfillments") {
        let status = package.word("status");
        let is_sent = status.as_deref().is_none_or(|status| {
            !["cancelled", "error", "failure"].contains(&status.to_ascii_lowercase().as_str())
        });
        let shipped_at = package.moment("createdAt");
        let mut lines = Vec::new();
        // REST lists the lines themselves, GraphQL how many of which.
        for item in package.each("fulfillmentLineItems") {
            let line = item.at("lineItem").id("id").map(number).unwrap_or_default();
            lines.push(PackageLine { line, qty: item.count("quantity") });
        }
        for item in package.each("lineItems") {
            let line = item.id("id").map(number).unwrap_or_default();
            lines.push(PackageLine { line, qty: item.count("quantity") });
        }
        if is_sent {
            sent_at.extend(shipped_at);
            for line in &lines {
                add_pieces(order, &line.line, line.qty, |line| &mut line.qty_shipped);
            }
        }
        let tracked = package.each("trackingInfo");
        let info = |key: &str| tracked.iter().find_map(|info| info.word(key));
        order.packages.push(ReadPackage {
            reference: package.id("id").map(number),
            carrier: package.word("trackingCompany").or_else(|| info("company")),
            service: package.word("service"),
            tracking: package.word("trackingNumber").or_else(|| info("number")),
            status,
            shipped_at,
            lines,
        });
    }
    if order.status == OrderStatus::Shipped {
        order.shipped_at = sent_at.into_iter().max_by_key(|moment| moment.at);
    }
}

pub(super) fn refunds(from: &Look<'_>, order: &mut ReadOrder) {
    let currency = order.money.currency;
    for refund in from.each("refunds") {
        let reference = refund.id("id").map(number);
        if reference.is_none() {
            refund.at("id").tell("import.missing");
        }
        let mut moved = Sum::new();
        for step in refund.each("transactions") {
            let is_refund = step.word("kind").is_some_and(|kind| kind.eq_ignore_ascii_case("refund"));
            let is_done = step.word("status").is_none_or(|status| status.eq_ignore_ascii_case("success"));
            if is_refund && is_done {
                moved.must(money(&step, "amount", currency));
            }
        }
        let mut lines = Vec::new();
        for item in refund.each("refundLineItems") {
            let line = item.id("lineItemId").or_else(|| item.at("lineItem").id("id"));
            let line = line.map(number).unwrap_or_default();
            let qty = item.count("quantity");
            let is_cancel = item.word("restockType").is_some_and(|word| word.eq_ignore_ascii_case("cancel"));
            if is_cancel {
                add_pieces(order, &line, qty, |line| &mut line.qty_cancelled);
            } else {
                add_pieces(order, &line, qty, |line| &mut line.qty_refunded);
            }
            lines.push(ReadRefundLine { line, amount: money(&item, "subtotal", currency), qty });
        }
        if let Some(text) = refund.personal("note") {
            order.personal.notes.push(Note { line: None, kind: "refund_reason".to_owned(), text });
        }
        let whole = has(&refund, "totalRefunded");
        order.refunds.push(ReadRefund {
            reference: reference.unwrap_or_default(),
            at: refund.moment("createdAt").or_else(|| refund.moment("processedAt")),
            amount: if whole { money(&refund, "totalRefunded", currency) } else { moved.total() },
            status: None,
            lines,
        });
    }
}

pub(super) fn payments(from: &Look<'_>, order: &mut ReadOrder) {
    let card = from.at("paymentDetails");
    for step in from.each("transactions") {
        let kind = step.word("kind").unwrap_or_default();
        let status = step.word("status").unwrap_or_default();
        let amount = if step.at("amount").is_object() {
            step.at("amount").coin(MONEY, order.money.currency)
        } else {
            money(&step, "amount", order.money.currency)
        };
        let state = payment_state(&kind, &status);
        if matches!(state, PaymentState::Other(_)) {
            step.at("kind").tell("import.unknown_word");
        }
        let card = step.at("paymentDetails");
        order.payments.push(ReadPayment {
            reference: step.id("id").map(number),
            method: step.word("gateway"),
            amount,
            state,
            at: step.moment("processedAt").or_else(|| step.moment("createdAt")),
            hold: None,
            acquirer: None,
            bin: card.word("creditCardBin").or_else(|| card.word("bin")),
            avs: card.word("avsResultCode"),
            cvv: card.word("cvvResultCode"),
        });
    }
    if !order.payments.is_empty() {
        return;
    }
    // Without the transactions, which are a call of their own, gateway and state are all that is said.
    let names = from.each("paymentGatewayNames");
    let method = from.word("gateway").or_else(|| names.first().and_then(Look::here));
    let financial = from.word("displayFinancialStatus").or_else(|| from.word("financialStatus"));
    if method.is_none() && financial.is_none() {
        return;
    }
    let state = match financial.unwrap_or_default().to_ascii_lowercase().as_str() {
        "" => PaymentState::Unsaid,
        "authorized" => PaymentState::Authorised,
        "paid" | "partially_refunded" => PaymentState::Captured,
        "refunded" => PaymentState::Refunded,
        "pending" | "partially_paid" => PaymentState::Pending,
        "voided" | "expired" => PaymentState::Voided,
        other => PaymentState::Other(other.to_owned()),
    };
    order.payments.push(ReadPayment {
        reference: None,
        method,
        amount: None,
        state,
        at: None,
        hold: None,
        acquirer: None,
        bin: card.word("creditCardBin"),
        avs: card.word("avsResultCode"),
        cvv: card.word("cvvResultCode"),
    });
}
