//! eBay orders as Fulfillment v1 answers them. Discounts are written below zero there and are sizes here; requests to
//! cancel are only whole in `getOrder`. Never takes a hub's onward address for the one on the label.

use zaiton_kernel::{Currency, Money};

use super::look::{Keys, Look, TITLE};
use super::model::{Channel, ChannelStatus, FulfilledBy, MoneyHeldBy, OrderStatus, ReadOrder, SoldOn};
use super::parts::{
    PaymentState, ReadCancel, ReadOrderLine, ReadPayment, ReadRefund, ReadRefundLine, ReadTax,
};
use super::personal::{Address, AddressKind, Note, TaxId};
use super::sum::{Sum, less, size};
use crate::ReadError;

const MONEY: Keys = ("value", "currency");

pub(super) fn order(from: &Look<'_>) -> Result<ReadOrder, ReadError> {
    let mut order = ReadOrder::new(Channel::Ebay, from.order_id("orderId")?);
    order.account = from.word("sellerId");
    order.display_no = from.id("salesRecordReference").or_else(|| from.id("legacyOrderId"));
    order.sold_on = Some(SoldOn::External);
    order.money_held_by = Some(MoneyHeldBy::Channel);
    order.placed_at = from.moment("creationDate");
    order.updated_at = from.moment("lastModifiedDate");
    status(from, &mut order);
    people(from, &mut order);
    sums(from, &mut order);
    let cancel = from.at("cancelStatus");
    order.cancelled_at = cancel.moment("cancelledDate");
    // `getOrders` always answers an empty list here; that says nothing about whether there is a request.
    for request in cancel.each("cancelRequests") {
        order.cancels.push(ReadCancel {
            reference: request.id("cancelRequestId"),
            state: request.word("cancelRequestState"),
            by: request.word("cancelInitiator"),
            reason: request.word("cancelReason"),
            at: request.moment("cancelRequestedDate"),
            lines: Vec::new(),
        });
    }
    if cancel.word("cancelState").as_deref() == Some("IN_PROGRESS") {
        order.lines.iter_mut().for_each(|line| line.cancel_requested = true);
    }
    Ok(order)
}

/// Three words: how far it is sent, whether it is paid, whether it is called off.
fn status(from: &Look<'_>, order: &mut ReadOrder) {
    let cancel = from.at("cancelStatus");
    let words = [
        ("orderFulfillmentStatus", from.word("orderFulfillmentStatus")),
        ("orderPaymentStatus", from.word("orderPaymentStatus")),
        ("cancelStatus.cancelState", cancel.word("cancelState")),
    ];
    for (field, text) in &words {
        let (field, text) = ((*field).to_owned(), text.clone());
        order.status_channel.extend(text.map(|text| ChannelStatus { field, text }));
    }
    let sent = from.one_of(
        "orderFulfillmentStatus",
        |word| match word {
            "NOT_STARTED" => Some(OrderStatus::Placed),
            "IN_PROGRESS" => Some(OrderStatus::PartShipped),
            "FULFILLED" => Some(OrderStatus::Shipped),
            _ => None,
        },
        OrderStatus::Other,
    );
    let paid = from.one_of(
        "orderPaymentStatus",
        |word| match word {
            "PAID" | "PARTIALLY_REFUNDED" => Some(OrderStatus::Placed),
            "PENDING" => Some(OrderStatus::Pending),
            "FAILED" => Some(OrderStatus::Failed),
            "FULLY_REFUNDED" => Some(OrderStatus::Refunded),
            _ => None,
        },
        OrderStatus::Other,
    );
    let called_off = cancel.one_of(
        "cancelState",
        |word| match word {
            "CANCELED" => Some(OrderStatus::Cancelled),
            "NONE_REQUESTED" | "IN_PROGRESS" => Some(OrderStatus::Placed),
            _ => None,
        },
        OrderStatus::Other,
    );
    let is_unknown = |status: &Option<OrderStatus>| matches!(status, Some(OrderStatus::Other(_)));
    order.status = match (called_off, paid, sent) {
        (Some(OrderStatus::Cancelled), _, _) => OrderStatus::Cancelled,
        (called_off, _, _) if is_unknown(&called_off) => called_off.unwrap_or(OrderStatus::Placed),
        (_, Some(OrderStatus::Refunded), _) => OrderStatus::Refunded,
        (_, paid, _) if is_unknown(&paid) => paid.unwrap_or(OrderStatus::Placed),
        // Sent is sent, also when it is to be paid later.
        (_, Some(unpaid), Some(OrderStatus::Placed) | None) => unpaid,
        (_, _, Some(sent)) => sent,
        (_, None, None) => return,
    };
}

fn people(from: &Look<'_>, order: &mut ReadOrder) {
    let who = from.personal_at("buyer");
    let registered = who.at("buyerRegistrationAddress");
    let tax = who.at("taxIdentifier");
    let steps = from.each("fulfillmentStartInstructions");
    let buyer = &mut order.personal.buyer;
    buyer.channel_user_id = who.personal("username");
    buyer.name = registered.personal("fullName");
    if let Some(number) = tax.personal("taxpayerId") {
        let kind = tax.word("taxIdentifierType").unwrap_or_default();
        buyer.tax_ids.push(TaxId { kind, country: tax.word("issuingCountry"), number });
    }
    if registered.is_there() {
        order.personal.bill_to = Some(address(&registered));
    }
    if let Some(text) = from.personal("buyerCheckoutNotes") {
        order.personal.notes.push(Note { line: None, kind: "note".to_owned(), text });
    }
    // One instruction an order, unless parts of it go to different places; then the first is the label's.
    for step in steps.iter().skip(1) {
        step.at("shippingStep").hide().tell("import.second_address");
    }
    let Some(step) = steps.first() else { return };
    let kind = step.word("fulfillmentInstructionsType");
    order.fulfilled_by = step.one_of("fulfillmentInstructionsType", fulfilled_by, FulfilledBy::Other);
    order.promise.deliver_from = step.moment("minEstimatedDeliveryDate");
    order.promise.deliver_by = step.moment("maxEstimatedDeliveryDate");
    let shipping = step.at("shippingStep");
    order.promise.service_level =
        shipping.word("shippingServiceCode").or_else(|| shipping.word("shippingCarrierCode"));
    let ship_to = shipping.at("shipTo");
    if ship_to.is_there() {
        order.ship_country = ship_to.at("contactAddress").country("countryCode");
        let mut address = address(&ship_to);
        let buyer = &mut order.personal.buyer;
        buyer.email = ship_to.personal("email").or_else(|| registered.personal("email"));
        buyer.name = buyer.name.take().or_else(|| address.name.clone());
        buyer.phone = address.phone.clone();
        // The channel's hub sends the parcel on: the label bears the hub's address.
        address.is_hub = step.yes("ebaySupportedFulfillment") == Some(true);
        if kind.as_deref() == Some("PREPARE_FOR_PICKUP") {
            address.kind = Some(AddressKind::Pickup);
        }
        order.personal.ship_to = Some(address);
    }
    let onward = step.personal_at("finalDestinationAddress");
    if onward.is_there() {
        order.personal.final_destination = Some(place(&onward, Address::default()));
    }
}

fn fulfilled_by(word: &str) -> Option<FulfilledBy> {
    match word {
        "SHIP_TO" | "SELLER_DEFINED" | "PREPARE_FOR_PICKUP" | "DIGITAL" => Some(FulfilledBy::Merchant),
        "FULFILLED_BY_EBAY" => Some(FulfilledBy::Channel),
        _ => None,
    }
}

/// Who lives at an address, and the address.
fn address(from: &Look<'_>) -> Address {
    let who = Address {
        name: from.personal("fullName"),
        company: from.personal("companyName"),
        phone: from.personal_at("primaryPhone").personal("phoneNumber"),
        ..Address::default()
    };
    place(&from.personal_at("contactAddress"), who)
}

fn place(from: &Look<'_>, who: Address) -> Address {
    Address {
        lines: ["addressLine1", "addressLine2"].iter().filter_map(|key| from.personal(key)).collect(),
        city: from.personal("city"),
        county: from.personal("county"),
        state: from.personal("stateOrProvince"),
        postcode: from.personal("postalCode"),
        country: from.personal("countryCode"),
        ..who
    }
}

fn sums(from: &Look<'_>, order: &mut ReadOrder) {
    let sums = from.at("pricingSummary");
    let total = sums.at("total");
    let items = from.each("lineItems");
    let first = || items.iter().find_map(|item| item.at("lineItemCost").currency_of(MONEY));
    let currency = total.currency_of(MONEY).or_else(first);
    let part = |key: &str| sums.at(key).coin(MONEY, currency);
    let money = &mut order.money;
    money.currency = currency;
    money.total = total.coin(MONEY, currency);
    if let (Some(text), Some(seen)) =
        (total.word("convertedFromValue"), total.currency("convertedFromCurrency"))
    {
        money.presentment_currency = Some(seen);
        money.presentment_total = Money::parse(&text, seen).ok();
    }
    money.goods = part("priceSubtotal");
    money.goods_discount = size(part("priceDiscount"));
    money.shipping = part("deliveryCost");
    money.shipping_discount = size(part("deliveryDiscount"));
    let mut fees = Sum::new();
    for key in ["fee", "adjustment"] {
        fees.add(sums.at(key).is_there(), part(key));
    }
    money.fees = fees.total();
    money.channel_fee = from.at("totalMarketplaceFee").coin(MONEY, currency);
    let tax = part("tax");
    let (mut collected, mut paid, mut refunded) = (Sum::new(), Sum::new(), Sum::new());
    for item in &items {
        for tax in item.each("ebayCollectAndRemitTaxes") {
            collected.must(tax.at("amount").coin(MONEY, currency));
        }
        let line = line(item, currency, order);
        order.lines.push(line);
    }
    let collected = collected.total();
    let summary = from.at("paymentSummary");
    for from in summary.each("payments") {
        let payment = payment(&from, currency);
        if payment.state == PaymentState::Captured {
            paid.must(payment.amount);
        }
        order.payments.push(payment);
    }
    for from in summary.each("refunds") {
        let refund = refund(&from, currency, &items);
        refunded.must(refund.amount);
        order.refunds.push(refund);
    }
    let money = &mut order.money;
    money.tax_collected_by_channel = collected;
    money.paid = paid.total();
    money.refunded = refunded.total();
    // The total holds what the channel collects only when the tax breakdown was asked for.
    let both = match (tax, collected) {
        (Some(tax), Some(collected)) => tax.plus(collected).ok(),
        (tax, collected) => tax.or(collected),
    };
    money.place_tax(&[tax, both, None]);
}

fn line(item: &Look<'_>, currency: Option<Currency>, order: &mut ReadOrder) -> ReadOrderLine {
    let id = item.id("lineItemId").unwrap_or_default();
    let cost = item.at("lineItemCost").coin(MONEY, currency);
    let discounted = item.at("discountedLineItemCost");
    let line_total = if discounted.is_there() { discounted.coin(MONEY, currency) } else { cost };
    let qty = item.count("quantity");
    let mut taxes = Vec::new();
    let mut tax = None;
    for (key, by_channel) in [("taxes", false), ("ebayCollectAndRemitTaxes", true)] {
        let mut sum = Sum::new();
        for from in item.each(key) {
            let amount = from.at("amount").coin(MONEY, currency);
            sum.must(amount);
            let name = from.word("taxType").unwrap_or_default();
            taxes.push(ReadTax { name, amount, by_channel });
        }
        // With the tax breakdown one tax stands in both lists: it is one.
        tax = tax.or(sum.total());
    }
    let collected = item.each("ebayCollectAndRemitTaxes");
    let ioss = collected.iter().find_map(|tax| {
        let reference = tax.at("ebayReference");
        let is_ioss = reference.word("name").is_some_and(|name| name.eq_ignore_ascii_case("IOSS"));
        reference.word("value").filter(|_| is_ioss)
    });
    let how = item.at("lineItemFulfillmentInstructions");
    order.promise.ship_by = order.promise.ship_by.or_else(|| how.moment("shipByDate"));
    order.marketplace = order.marketplace.take().or_else(|| item.word("purchaseMarketplaceId"));
    let gift = item.at("giftDetails");
    if let Some(text) = gift.personal("message") {
        order.personal.notes.push(Note { line: Some(id.clone()), kind: "gift_message".to_owned(), text });
    }
    let sent = item.word("lineItemFulfillmentStatus");
    let listing_id = item.id("legacyItemId");
    let title = item.text("title", TITLE).unwrap_or_default();
    if listing_id.as_ref() == Some(&title) {
        // A listing on hold is shown by its number.
        item.at("title").tell("import.title_is_id");
    }
    let delivery = item.at("deliveryCost");
    ReadOrderLine {
        sku: item.id("sku"),
        listing_id,
        title,
        qty,
        unit_price: cost.filter(|_| qty == Some(1)),
        line_total,
        discount: less(cost, line_total).filter(|off| !off.is_zero()),
        tax,
        shipping: delivery.at("shippingCost").coin(MONEY, currency),
        taxes,
        gift: gift.is_there(),
        ioss,
        qty_shipped: match sent.as_deref() {
            Some("FULFILLED") => qty,
            Some("NOT_STARTED") => Some(0),
            _ => None,
        },
        channel_line_id: id,
        ..ReadOrderLine::default()
    }
}

fn payment(from: &Look<'_>, currency: Option<Currency>) -> ReadPayment {
    let state = from.one_of(
        "paymentStatus",
        |word| match word {
            "PAID" => Some(PaymentState::Captured),
            "PENDING" => Some(PaymentState::Pending),
            "FAILED" => Some(PaymentState::Failed),
            _ => None,
        },
        PaymentState::Other,
    );
    let holds = from.each("paymentHolds");
    let is_held = |hold: &&Look<'_>| {
        hold.word("holdState").is_none_or(|state| !matches!(state.as_str(), "RELEASED" | "NOT_HELD"))
    };
    ReadPayment {
        reference: from.word("paymentReferenceId"),
        method: from.word("paymentMethod"),
        amount: from.at("amount").coin(MONEY, currency),
        state: state.unwrap_or(PaymentState::Unsaid),
        at: from.moment("paymentDate"),
        hold: holds.iter().find(is_held).map(|hold| hold.word("holdReason").unwrap_or_default()),
        acquirer: None,
        bin: None,
        avs: None,
        cvv: None,
    }
}

/// A refund of the order, with what of which line belongs to it by its number.
fn refund(from: &Look<'_>, currency: Option<Currency>, items: &[Look<'_>]) -> ReadRefund {
    let reference = from.id("refundId").or_else(|| from.id("refundReferenceId"));
    if reference.is_none() {
        from.at("refundId").tell("import.missing");
    }
    let mut lines = Vec::new();
    for item in items {
        for part in item.each("refunds") {
            let named = part.id("refundId").or_else(|| part.id("refundReferenceId"));
            if reference.is_some() && named == reference {
                lines.push(ReadRefundLine {
                    line: item.id("lineItemId").unwrap_or_default(),
                    amount: part.at("amount").coin(MONEY, currency),
                    qty: None,
                });
            }
        }
    }
    ReadRefund {
        reference: reference.unwrap_or_default(),
        at: from.moment("refundDate"),
        amount: from.at("amount").coin(MONEY, currency),
        status: from.word("refundStatus"),
        lines,
    }
}
