//! Amazon orders as Orders v0 answers them: the order alone, or joined with its items, its address and its buyer,
//! which are calls of their own (`{"order":..,"items":..,"address":..,"buyer":..,"items_buyer":..}`, each as it was
//! answered). Never asks why a pending order has no price: it has none until it is paid.

use zaiton_kernel::Currency;

use super::look::{Keys, Look, TITLE};
use super::model::{
    Channel, ChannelStatus, FulfilledBy, MoneyHeldBy, OrderKind, OrderStatus, ReadOrder, SoldOn,
};
use super::parts::{PaymentState, ReadCancel, ReadOrderLine, ReadPayment, ReadTax};
use super::personal::{Address, AddressKind, Note, TaxId};
use super::sum::{Sum, less};
use crate::{ReadError, fields};

const MONEY: Keys = ("Amount", "CurrencyCode");

/// Before this day the channel tells a wrong `LastUpdateDate`.
const FIRST_GOOD_UPDATE: &str = "2009-04-01T00:00:00Z";

/// What the calls about one order answered.
pub(super) struct Calls<'a> {
    order: Look<'a>,
    items: Vec<Look<'a>>,
    items_buyer: Vec<Look<'a>>,
    address: Look<'a>,
    buyer: Look<'a>,
}

impl<'a> Calls<'a> {
    /// Finds them in a message: the order itself, or the calls joined.
    fn of(message: &Look<'a>) -> Self {
        let joined = message.at("order").is_there() && !message.at("AmazonOrderId").is_there();
        let answer = |key: &str| {
            let answer = message.at(key);
            let payload = if answer.is_object() { answer.at("payload") } else { answer.clone() };
            if payload.is_there() { payload } else { answer }
        };
        // A list of items may take several pages.
        let pages = |key: &str| {
            let pages: Vec<Look<'a>> =
                if message.at(key).is_object() { vec![answer(key)] } else { message.each(key) };
            let page = |page: &Look<'a>| {
                let payload = page.at("payload");
                let page = if payload.is_there() { payload } else { page.clone() };
                page.each("OrderItems")
            };
            pages.iter().flat_map(page).collect()
        };
        if joined {
            let order = answer("order");
            return Self {
                order,
                items: pages("items"),
                items_buyer: pages("items_buyer"),
                address: answer("address"),
                buyer: answer("buyer").hide(),
            };
        }
        Self {
            order: message.clone(),
            items: message.each("OrderItems"),
            items_buyer: Vec::new(),
            address: message.clone(),
            buyer: message.personal_at("BuyerInfo"),
        }
    }
}

pub(super) fn order(message: &Look<'_>) -> Result<ReadOrder, ReadError> {
    let calls = Calls::of(message);
    let from = &calls.order;
    let mut order = ReadOrder::new(Channel::Amazon, from.order_id("AmazonOrderId")?);
    // Items, address and buyer name the order too, and are none.
    if ["OrderStatus", "PurchaseDate", "LastUpdateDate"].iter().all(|key| !from.at(key).is_there()) {
        return Err(fields::missing("OrderStatus"));
    }
    order.display_no = from.id("SellerOrderId");
    order.marketplace = from.word("MarketplaceId").or_else(|| from.word("SalesChannel"));
    order.sold_on = Some(SoldOn::External);
    order.money_held_by = Some(MoneyHeldBy::Channel);
    order.placed_at = from.moment("PurchaseDate");
    order.updated_at = from.moment("LastUpdateDate").filter(|moment| {
        let is_good = moment.at.to_string().as_str() >= FIRST_GOOD_UPDATE;
        if !is_good {
            from.at("LastUpdateDate").tell("import.date_unreliable");
        }
        is_good
    });
    order.kind =
        if from.yes("IsReplacementOrder") == Some(true) { OrderKind::Replacement } else { OrderKind::Sale };
    order.original_order_id = from.id("ReplacedOrderId");
    order.fulfilled_by = from.one_of("FulfillmentChannel", fulfilled_by, FulfilledBy::Other);
    if let Some(word) = from.word("OrderStatus") {
        order.status_channel.push(ChannelStatus { field: "OrderStatus".to_owned(), text: word });
    }
    if let Some(status) = from.one_of("OrderStatus", status, OrderStatus::Other) {
        order.status = status;
    }
    order.promise.ship_after = from.moment("EarliestShipDate");
    order.promise.ship_by = from.moment("LatestShipDate");
    order.promise.deliver_from = from.moment("EarliestDeliveryDate");
    order.promise.deliver_by = from.moment("LatestDeliveryDate");
    order.promise.service_level =
        from.word("ShipmentServiceLevelCategory").or_else(|| from.word("ShipServiceLevel"));
    people(&calls, &mut order);
    sums(&calls, &mut order);
    for payment in from.each("PaymentExecutionDetail") {
        order.payments.push(ReadPayment {
            reference: payment.word("AuthorizationCode"),
            method: payment.word("PaymentMethod"),
            amount: payment.at("Payment").coin(MONEY, order.money.currency),
            state: PaymentState::Unsaid,
            at: None,
            hold: None,
            acquirer: payment.word("AcquirerId"),
            bin: None,
            avs: None,
            cvv: None,
        });
    }
    Ok(order)
}

fn status(word: &str) -> Option<OrderStatus> {
    Some(match word {
        "PendingAvailability" | "Pending" => OrderStatus::Pending,
        "Unshipped" => OrderStatus::Placed,
        "PartiallyShipped" => OrderStatus::PartShipped,
        // All of it was sent; what is missing is the buyer's invoice.
        "Shipped" | "InvoiceUnconfirmed" => OrderStatus::Shipped,
        "Canceled" => OrderStatus::Cancelled,
        "Unfulfillable" => OrderStatus::Failed,
        _ => return None,
    })
}

fn fulfilled_by(word: &str) -> Option<FulfilledBy> {
    match word {
        "MFN" => Some(FulfilledBy::Merchant),
        "AFN" => Some(FulfilledBy::Channel),
        _ => None,
    }
}

/// Buyer and address, each of which is its own call for whoever may make it.
fn people(calls: &Calls<'_>, order: &mut ReadOrder) {
    let info = &calls.buyer;
    let buyer = &mut order.personal.buyer;
    buyer.name = info.personal("BuyerName");
    buyer.email = info.personal("BuyerEmail");
    // The channel never gives the buyer's own address away.
    buyer.email_is_relay = buyer.email.is_some();
    let classes = info.at("BuyerTaxInfo");
    buyer.company =
        classes.personal("CompanyLegalName").or_else(|| calls.address.personal("BuyerCompanyName"));
    for class in classes.each("TaxClassifications") {
        if let Some(number) = class.personal("Value") {
            let kind = class.word("Name").unwrap_or_default();
            buyer.tax_ids.push(TaxId { kind, country: classes.word("TaxingRegion"), number });
        }
    }
    let information = calls.order.personal_at("BuyerTaxInformation");
    if let Some(number) = information.personal("BuyerTaxRegistrationId") {
        buyer.tax_ids.push(TaxId { kind: "registration".to_owned(), country: None, number });
    }
    buyer.company = buyer.company.take().or_else(|| information.personal("BuyerLegalCompanyName"));
    let ship_to = calls.address.at("ShippingAddress");
    if ship_to.is_there() {
        order.ship_country = ship_to.country("CountryCode");
        order.personal.ship_to = Some(address(&ship_to));
    }
}

fn address(from: &Look<'_>) -> Address {
    let more = from.personal_at("ExtendedFields");
    Address {
        name: from.personal("Name"),
        company: from.personal("CompanyName"),
        lines: ["AddressLine1", "AddressLine2", "AddressLine3"]
            .iter()
            .filter_map(|key| from.personal(key))
            .collect(),
        street: more.personal("StreetName"),
        number: more.personal("StreetNumber"),
        complement: more.personal("Complement"),
        district: from.personal("District").or_else(|| more.personal("Neighborhood")),
        city: from.personal("City").or_else(|| from.personal("Municipality")),
        county: from.personal("County"),
        state: from.personal("StateOrRegion"),
        postcode: from.personal("PostalCode"),
        country: from.personal("CountryCode"),
        phone: from.personal("Phone"),
        kind: from.one_of(
            "AddressType",
            |word| match word {
                "Residential" => Some(AddressKind::Residential),
                "Commercial" => Some(AddressKind::Commercial),
                _ => None,
            },
            AddressKind::Other,
        ),
        is_hub: false,
    }
}

/// Lines, and what they sum to.
fn sums(calls: &Calls<'_>, order: &mut ReadOrder) {
    let total = calls.order.at("OrderTotal");
    let first = || calls.items.iter().find_map(|item| item.at("ItemPrice").currency_of(MONEY));
    let currency = total.currency_of(MONEY).or_else(first);
    let money = &mut order.money;
    money.currency = currency;
    money.total = total.coin(MONEY, currency);
    let (mut goods, mut off) = (Sum::new(), Sum::new());
    let (mut shipping, mut shipping_off) = (Sum::new(), Sum::new());
    let (mut gift, mut fees, mut tax, mut collected) = (Sum::new(), Sum::new(), Sum::new(), Sum::new());
    for item in &calls.items {
        let add = |sum: &mut Sum, from: &Look<'_>, key: &str| {
            sum.add(from.at(key).is_there(), from.at(key).coin(MONEY, currency));
        };
        let take = |sum: &mut Sum, from: &Look<'_>, key: &str| {
            sum.take(from.at(key).is_there(), from.at(key).coin(MONEY, currency));
        };
        goods.must(item.at("ItemPrice").coin(MONEY, currency));
        add(&mut off, item, "PromotionDiscount");
        add(&mut shipping, item, "ShippingPrice");
        add(&mut shipping_off, item, "ShippingDiscount");
        add(&mut fees, item, "CODFee");
        take(&mut fees, item, "CODFeeDiscount");
        let info = buyer_of(calls, item);
        for info in &info {
            add(&mut gift, info, "GiftWrapPrice");
        }
        let line = line(item, &info, currency, order);
        let mut of_line = Sum::new();
        for key in ["ItemTax", "ShippingTax"] {
            add(&mut of_line, item, key);
        }
        for key in ["PromotionDiscountTax", "ShippingDiscountTax"] {
            take(&mut of_line, item, key);
        }
        for info in &info {
            add(&mut of_line, info, "GiftWrapTax");
        }
        let of_line = of_line.total();
        tax.add(item.at("ItemTax").is_there(), of_line);
        if by_channel(item) {
            collected.add(item.at("ItemTax").is_there(), of_line);
        }
        order.lines.push(line);
    }
    let money = &mut order.money;
    money.goods = goods.total();
    money.goods_discount = off.total();
    money.shipping = shipping.total();
    money.shipping_discount = shipping_off.total();
    money.gift = gift.total();
    money.fees = fees.total();
    money.tax_collected_by_channel = collected.total();
    // Where prices hold the tax (Europe, Japan) and where it comes on top (America), the same fields are filled.
    let tax = tax.total();
    money.place_tax(&[tax, None]);
    if money.tax.is_none() {
        money.tax_included = tax;
    }
}

/// Whether the channel takes the tax itself: as facilitator, or as the seller that the law takes it for.
fn by_channel(item: &Look<'_>) -> bool {
    let model = item.at("TaxCollection").word("Model");
    model.as_deref() == Some("MarketplaceFacilitator") || item.word("DeemedResellerCategory").is_some()
}

/// What is said of an item's gift wrap and engraving: with the item, and in a call of its own.
fn buyer_of<'a>(calls: &Calls<'a>, item: &Look<'a>) -> Vec<Look<'a>> {
    let own = item.at("BuyerInfo");
    if own.is_there() {
        return vec![own];
    }
    let Some(id) = item.id("OrderItemId") else { return Vec::new() };
    calls.items_buyer.iter().filter(|info| info.id("OrderItemId").as_ref() == Some(&id)).cloned().collect()
}

fn line(
    item: &Look<'_>,
    info: &[Look<'_>],
    currency: Option<Currency>,
    order: &mut ReadOrder,
) -> ReadOrderLine {
    let price = item.at("ItemPrice").coin(MONEY, currency);
    let discount = item.at("PromotionDiscount").coin(MONEY, currency);
    let id = item.id("OrderItemId").unwrap_or_default();
    let tax = item.at("ItemTax").coin(MONEY, currency);
    let scheme = item.word("DeemedResellerCategory");
    let note = |kind: &str, text| Note { line: Some(id.clone()), kind: kind.to_owned(), text };
    let mut notes = Vec::new();
    for info in info {
        notes.extend(info.personal("GiftMessageText").map(|text| note("gift_message", text)));
        let customised = info.personal_at("BuyerCustomizedInfo").personal("CustomizedURL");
        notes.extend(customised.map(|text| note("customisation", text)));
    }
    let wish = item.at("BuyerRequestedCancel");
    let cancel_requested = wish.yes("IsBuyerRequestedCancel") == Some(true);
    if cancel_requested {
        notes.extend(wish.personal("BuyerCancelReason").map(|text| note("cancel_reason", text)));
        order.cancels.push(ReadCancel {
            reference: None,
            state: Some("requested".to_owned()),
            by: Some("BUYER".to_owned()),
            reason: None,
            at: None,
            lines: vec![id.clone()],
        });
    }
    order.personal.notes.extend(notes);
    ReadOrderLine {
        sku: item.id("SellerSKU"),
        listing_id: item.word("ASIN"),
        title: item.text("Title", TITLE).unwrap_or_default(),
        qty: item.count("QuantityOrdered"),
        // The price is of all pieces; of one it is only known when there is one.
        unit_price: price.filter(|_| item.count("QuantityOrdered") == Some(1)),
        line_total: if discount.is_none() && item.at("PromotionDiscount").is_there() {
            None
        } else {
            less(price, discount)
        },
        discount,
        tax,
        shipping: item.at("ShippingPrice").coin(MONEY, currency),
        taxes: scheme
            .map(|name| ReadTax { name, amount: tax, by_channel: by_channel(item) })
            .into_iter()
            .collect(),
        gift: item.yes("IsGift") == Some(true),
        serial_required: item.yes("SerialNumberRequired") == Some(true),
        ioss: item.word("IossNumber"),
        cancel_requested,
        qty_shipped: item.count("QuantityShipped"),
        channel_line_id: id,
        ..ReadOrderLine::default()
    }
}
