//! Amazon orders as Orders 2026-01-01 answers them: one call with everything that was asked for. What was not asked
//! for (`includedData`) is absent, and is not a fault. Never takes the sum over lines for a total that is not said.

use zaiton_kernel::{Currency, Money};

use super::look::{Keys, Look, TITLE};
use super::model::{
    Channel, ChannelStatus, FulfilledBy, MoneyHeldBy, OrderKind, OrderStatus, ReadOrder, SoldOn,
};
use super::parts::{PackageLine, PaymentState, ReadCancel, ReadOrderLine, ReadPackage, ReadPayment, ReadTax};
use super::personal::{Address, AddressKind, Note, TaxId};
use super::sum::{Sum, less, pieces, size};
use crate::ReadError;

const MONEY: Keys = ("amount", "currencyCode");

pub(super) fn order(from: &Look<'_>) -> Result<ReadOrder, ReadError> {
    let mut order = ReadOrder::new(Channel::Amazon, from.order_id("orderId")?);
    let mut aliases = from.each("orderAliases").into_iter();
    order.display_no = aliases
        .find(|alias| alias.word("aliasType").as_deref() == Some("SELLER_ORDER_ID"))
        .and_then(|alias| alias.id("aliasId"));
    let site = from.at("salesChannel");
    order.marketplace = site.word("marketplaceId").or_else(|| site.word("channelName"));
    order.sold_on = Some(SoldOn::External);
    order.money_held_by = Some(MoneyHeldBy::Channel);
    order.placed_at = from.moment("createdTime");
    order.updated_at = from.moment("lastUpdatedTime");
    for other in from.each("associatedOrders") {
        let kind = other.one_of("associationType", kind, OrderKind::Other);
        if let Some(kind) = kind {
            order.kind = kind;
            order.original_order_id = other.id("orderId");
        }
    }
    let fulfillment = from.at("fulfillment");
    order.fulfilled_by = fulfillment.one_of("fulfilledBy", fulfilled_by, FulfilledBy::Other);
    if let Some(word) = fulfillment.word("fulfillmentStatus") {
        let field = "fulfillment.fulfillmentStatus".to_owned();
        order.status_channel.push(ChannelStatus { field, text: word });
    }
    if let Some(status) = fulfillment.one_of("fulfillmentStatus", status, OrderStatus::Other) {
        order.status = status;
    }
    let (ship, deliver) = (fulfillment.at("shipByWindow"), fulfillment.at("deliverByWindow"));
    order.promise.ship_after = ship.moment("earliestDateTime");
    order.promise.ship_by = ship.moment("latestDateTime");
    order.promise.deliver_from = deliver.moment("earliestDateTime");
    order.promise.deliver_by = deliver.moment("latestDateTime");
    order.promise.service_level = fulfillment.word("fulfillmentServiceLevel");
    people(from, &mut order);
    sums(from, &mut order);
    for payment in from.at("payment").each("paymentExecutions") {
        order.payments.push(ReadPayment {
            reference: payment.word("authorizationCode"),
            method: payment.word("paymentMethod"),
            amount: payment.at("paymentAmount").coin(MONEY, order.money.currency),
            state: PaymentState::Unsaid,
            at: None,
            hold: None,
            acquirer: payment.word("acquirerId"),
            bin: None,
            avs: None,
            cvv: None,
        });
    }
    order.packages = from.each("packages").iter().map(package).collect();
    Ok(order)
}

fn kind(word: &str) -> Option<OrderKind> {
    match word {
        "REPLACEMENT_ORIGINAL_ID" => Some(OrderKind::Replacement),
        "EXCHANGE_ORIGINAL_ID" => Some(OrderKind::Exchange),
        _ => None,
    }
}

fn status(word: &str) -> Option<OrderStatus> {
    Some(match word {
        "PENDING_AVAILABILITY" | "PENDING" => OrderStatus::Pending,
        "UNSHIPPED" => OrderStatus::Placed,
        "PARTIALLY_SHIPPED" => OrderStatus::PartShipped,
        "SHIPPED" => OrderStatus::Shipped,
        "CANCELLED" => OrderStatus::Cancelled,
        "UNFULFILLABLE" => OrderStatus::Failed,
        _ => return None,
    })
}

fn fulfilled_by(word: &str) -> Option<FulfilledBy> {
    match word {
        "MERCHANT" => Some(FulfilledBy::Merchant),
        "AMAZON" => Some(FulfilledBy::Channel),
        _ => None,
    }
}

fn people(from: &Look<'_>, order: &mut ReadOrder) {
    let who = from.personal_at("buyer");
    let buyer = &mut order.personal.buyer;
    buyer.name = who.personal("buyerName");
    buyer.email = who.personal("buyerEmail");
    buyer.email_is_relay = buyer.email.is_some();
    buyer.company = who.personal("buyerCompanyName");
    for number in from.at("tax").each("taxRegistrations") {
        // Merchant's and marketplace's numbers stand in the same list.
        let is_buyer = number.word("entityType").is_none_or(|entity| entity == "BUYER");
        if let Some(text) = number.personal("taxRegistrationNumber").filter(|_| is_buyer) {
            let kind = number.word("taxRegistrationType").unwrap_or_default();
            let country = number.at("taxRegistrationAddress").word("countryCode");
            buyer.tax_ids.push(TaxId { kind, country, number: text });
        }
    }
    let recipient = from.at("recipient");
    let ship_to = recipient.at("deliveryAddress");
    if ship_to.is_there() {
        order.ship_country = ship_to.country("countryCode");
        order.personal.ship_to = Some(address(&ship_to));
    }
    let wishes = recipient.personal_at("deliveryPreference");
    for (key, kind) in [("addressInstruction", "delivery_instruction"), ("dropOffLocation", "drop_off")] {
        let note = |text| Note { line: None, kind: kind.to_owned(), text };
        order.personal.notes.extend(wishes.personal(key).map(note));
    }
}

fn address(from: &Look<'_>) -> Address {
    let more = from.personal_at("extendedFields");
    Address {
        name: from.personal("name"),
        company: from.personal("companyName"),
        lines: ["addressLine1", "addressLine2", "addressLine3"]
            .iter()
            .filter_map(|key| from.personal(key))
            .collect(),
        street: more.personal("streetName"),
        number: more.personal("streetNumber"),
        complement: more.personal("complement"),
        district: more.personal("neighborhood"),
        city: from.personal("city").or_else(|| from.personal("municipality")),
        county: from.personal("districtOrCounty"),
        state: from.personal("stateOrRegion"),
        postcode: from.personal("postalCode"),
        country: from.personal("countryCode"),
        phone: from.personal("phone"),
        kind: from.one_of(
            "addressType",
            |word| match word {
                "RESIDENTIAL" => Some(AddressKind::Residential),
                "COMMERCIAL" => Some(AddressKind::Commercial),
                "PICKUP_POINT" => Some(AddressKind::Pickup),
                _ => None,
            },
            AddressKind::Other,
        ),
        is_hub: false,
    }
}

/// The figures of a breakdown by their kind.
struct Breakdown {
    item: Sum,
    discount: Sum,
    shipping: Sum,
    gift: Sum,
    fees: Sum,
    tax: Sum,
    tip: Sum,
}

impl Breakdown {
    fn of(proceeds: &Look<'_>, currency: Option<Currency>) -> Self {
        let none = Sum::new;
        let mut read = Self {
            item: none(),
            discount: none(),
            shipping: none(),
            gift: none(),
            fees: none(),
            tax: none(),
            tip: none(),
        };
        read.add(proceeds, currency);
        read
    }

    fn add(&mut self, proceeds: &Look<'_>, currency: Option<Currency>) {
        for part in proceeds.each("breakdowns") {
            let amount = part.at("subtotal").coin(MONEY, currency);
            match part.word("type").as_deref() {
                Some("ITEM") => self.item.must(amount),
                Some("SHIPPING") => self.shipping.must(amount),
                Some("GIFT_WRAP") => self.gift.must(amount),
                Some("TAX") => self.tax.must(amount),
                Some("DELIVERY_TIP") => self.tip.must(amount),
                // What it takes off, whichever sign it is written with.
                Some("DISCOUNT") => self.discount.must(size(amount)),
                Some("COD_FEE" | "OTHER") => self.fees.must(amount),
                // A kind that is not known counts as a fee, so that the sum holds; it is told.
                _ => {
                    part.at("type").tell("import.unknown_word");
                    self.fees.must(amount);
                }
            }
        }
    }
}

fn sums(from: &Look<'_>, order: &mut ReadOrder) {
    let proceeds = from.at("proceeds");
    let total = proceeds.at("grandTotal");
    let items = from.each("orderItems");
    let first = || {
        items.iter().find_map(|item| {
            let price = || item.at("product").at("price").at("unitPrice").currency_of(MONEY);
            item.at("proceeds").at("proceedsTotal").currency_of(MONEY).or_else(price)
        })
    };
    let currency = total.currency_of(MONEY).or_else(first);
    order.money.currency = currency;
    order.money.total = total.coin(MONEY, currency);
    // The order's own breakdown sums over the lines and knows the tip; without it the lines are summed.
    let mut all = Breakdown::of(&proceeds, currency);
    let has_own = proceeds.at("breakdowns").is_there();
    let mut collected = Sum::new();
    for item in &items {
        let of_item = item.at("proceeds");
        if !has_own {
            all.add(&of_item, currency);
        }
        let line = line(item, currency, order);
        if by_channel(item) {
            collected.add(line.tax.is_some(), line.tax);
        }
        order.lines.push(line);
    }
    let money = &mut order.money;
    money.goods = all.item.total();
    money.goods_discount = all.discount.total();
    money.shipping = all.shipping.total();
    money.gift = all.gift.total();
    money.fees = all.fees.total();
    money.tax = all.tax.total();
    money.tip = all.tip.total();
    money.tax_collected_by_channel = collected.total();
}

fn by_channel(item: &Look<'_>) -> bool {
    let collections = item.at("tax").each("taxCollections");
    collections.iter().any(|one| one.word("model").as_deref() == Some("MARKETPLACE_FACILITATOR"))
}

fn line(item: &Look<'_>, currency: Option<Currency>, order: &mut ReadOrder) -> ReadOrderLine {
    let (product, fulfillment) = (item.at("product"), item.at("fulfillment"));
    let parts = Breakdown::of(&item.at("proceeds"), currency);
    let qty = item.count("quantityOrdered");
    let unit_price = product.at("price").at("unitPrice").coin(MONEY, currency);
    let discount = parts.discount.total();
    // The breakdown is what is paid; the price is what was asked for. Without a breakdown the price has to do.
    let goods: Option<Money> = match item.at("proceeds").at("breakdowns").is_there() {
        true => parts.item.total(),
        false => pieces(unit_price, qty),
    };
    let id = item.id("orderItemId").unwrap_or_default();
    let tax = parts.tax.total();
    let by_channel = by_channel(item);
    let schemes = item.at("tax").each("taxCalculationBreakdowns");
    let named = schemes.iter().filter_map(|scheme| scheme.word("reportingScheme"));
    let taxes = named.map(|name| ReadTax { name, amount: tax, by_channel }).collect();
    cancels(item, &id, order);
    let packing = fulfillment.at("packing");
    let gift = packing.at("giftOption");
    let note = |kind: &str, text| Note { line: Some(id.clone()), kind: kind.to_owned(), text };
    let message = gift.personal("giftMessage").map(|text| note("gift_message", text));
    let custom = product.personal_at("customization").personal("customizedUrl");
    order.personal.notes.extend(message);
    order.personal.notes.extend(custom.map(|text| note("customisation", text)));
    let wish = item.at("cancellation").at("cancellationRequest");
    ReadOrderLine {
        sku: product.id("sellerSku"),
        listing_id: product.word("asin"),
        title: product.text("title", TITLE).unwrap_or_default(),
        qty,
        unit_price,
        line_total: less(goods, discount),
        discount,
        tax,
        shipping: parts.shipping.total(),
        taxes,
        gift: gift.is_there(),
        serial_required: packing.at("serialNumberRequirement").word("requirementType").as_deref()
            == Some("REQUIRED"),
        ioss: fulfillment.at("shipping").at("internationalShipping").word("iossNumber"),
        cancel_requested: wish.word("requester").as_deref() == Some("BUYER"),
        qty_shipped: fulfillment.count("quantityFulfilled"),
        channel_line_id: id,
        ..ReadOrderLine::default()
    }
}

/// What was asked for, and what was done.
fn cancels(item: &Look<'_>, id: &str, order: &mut ReadOrder) {
    let cancellation = item.at("cancellation");
    for (key, by, state) in [
        ("cancellationRequest", "requester", "requested"),
        ("cancellationExecution", "cancelledBy", "cancelled"),
    ] {
        let step = cancellation.at(key);
        if !step.is_there() {
            continue;
        }
        let note = |text| Note { line: Some(id.to_owned()), kind: "cancel_reason".to_owned(), text };
        order.personal.notes.extend(step.personal("cancelReason").map(note));
        order.cancels.push(ReadCancel {
            reference: None,
            state: Some(state.to_owned()),
            by: step.word(by),
            reason: None,
            at: None,
            lines: vec![id.to_owned()],
        });
    }
}

fn package(from: &Look<'_>) -> ReadPackage {
    let lines = from.each("packageItems");
    ReadPackage {
        reference: from.word("packageReferenceId"),
        carrier: from.word("carrier"),
        service: from.word("shippingService"),
        tracking: from.word("trackingNumber"),
        status: from.at("packageStatus").word("status"),
        shipped_at: from.moment("shipTime"),
        lines: lines
            .iter()
            .map(|line| PackageLine {
                line: line.id("orderItemId").unwrap_or_default(),
                qty: line.count("quantity"),
            })
            .collect(),
    }
}
