//! What Amazon and eBay do that nobody would expect, a test each: the message is the channel's, the values are ours.

use serde_json::{Value, json};
use zaiton_connect::orders::{
    AddressKind, AmazonV0Calls, Channel, FulfilledBy, OrderKind, OrderStatus, join_amazon_v0, read_channel,
};

use crate::channel_story::{all, amount, one, told};
use crate::common::brief;

/// Orders of eBay's form, of our own.
pub(crate) const EBAY: &str = include_str!("../data/ebay_order.json");

pub(crate) fn ebay() -> Value {
    serde_json::from_str(EBAY).unwrap()
}

fn v0() -> Value {
    json!({ "AmazonOrderId": "902-0000000-0000001", "PurchaseDate": "2026-03-02T01:00:00Z",
        "LastUpdateDate": "2026-03-02T02:00:00Z", "OrderStatus": "Unshipped", "FulfillmentChannel": "MFN" })
}

fn item(price: &str, tax: &str) -> Value {
    json!({ "ASIN": "B000000001", "OrderItemId": "1", "SellerSKU": "TEA", "QuantityOrdered": 2,
        "ItemPrice": { "CurrencyCode": "EUR", "Amount": price }, "ItemTax": { "CurrencyCode": "EUR", "Amount": tax } })
}

#[test]
fn amazon_pending_has_no_price_no_tax_and_no_address() {
    let mut message = v0();
    message["OrderStatus"] = "Pending".into();
    message["OrderItems"] =
        json!([{ "ASIN": "B000000001", "OrderItemId": "1", "SellerSKU": "TEA", "QuantityOrdered": 1 }]);
    let order = one(Channel::Amazon, &message);
    assert_eq!(order.status, OrderStatus::Pending);
    assert_eq!((order.money.total, order.money.currency, order.money.difference()), (None, None, None));
    assert_eq!((order.lines[0].line_total, order.personal.ship_to.is_none()), (None, true));
    assert!(told(&order).is_empty(), "that it is pending is no fault: {:?}", told(&order));
}

#[test]
fn amazon_writes_yes_and_no_as_words() {
    let mut message = v0();
    let mut item = item("20.00", "0.00");
    item["IsGift"] = "true".into();
    item["SerialNumberRequired"] = false.into();
    item["BuyerRequestedCancel"] =
        json!({ "IsBuyerRequestedCancel": "True", "BuyerCancelReason": "too late" });
    message["OrderItems"] = json!([item]);
    let order = one(Channel::Amazon, &message);
    assert!(order.lines[0].gift && order.lines[0].cancel_requested && !order.lines[0].serial_required);
    assert_eq!((order.cancels.len(), order.personal.notes[0].kind.as_str()), (1, "cancel_reason"));
}

#[test]
fn amazon_says_a_moment_as_a_scientific_number() {
    let page =
        json!({ "payload": { "CreatedBefore": "1.569521782042E9", "NextToken": "T-1", "Orders": [v0()] } });
    let bytes = page.to_string().into_bytes();
    let page = read_channel(Channel::Amazon, &bytes).unwrap();
    assert_eq!(page.until.unwrap().at.to_string(), "2019-09-26T18:16:22.042Z");
    assert_eq!((page.next.as_deref(), page.orders.len()), (Some("T-1"), 1));
}

#[test]
fn amazon_tells_a_wrong_update_before_april_2009() {
    let mut message = v0();
    message["LastUpdateDate"] = "2009-03-31T23:59:59Z".into();
    let order = one(Channel::Amazon, &message);
    assert_eq!(order.updated_at, None);
    assert_eq!(told(&order), ["LastUpdateDate 2009-03-31T23:59:59Z import.date_unreliable"]);
    message["LastUpdateDate"] = "2009-04-01T00:00:00Z".into();
    assert!(one(Channel::Amazon, &message).updated_at.is_some());
}

#[test]
fn amazon_prices_hold_the_tax_in_europe_and_not_in_america() {
    let sums = |total: &str| {
        let mut message = v0();
        message["OrderTotal"] = json!({ "CurrencyCode": "EUR", "Amount": total });
        message["OrderItems"] = json!([item("20.00", "3.19")]);
        let money = one(Channel::Amazon, &message).money;
        (amount(money.tax), amount(money.tax_included), money.difference())
    };
    assert_eq!(sums("20.00"), ("-".into(), "3.19 EUR".into(), Some(0)));
    assert_eq!(sums("23.19"), ("3.19 EUR".into(), "-".into(), Some(0)));
    // Neither fits: the difference is there for the rule.
    assert_eq!(sums("25.00"), ("3.19 EUR".into(), "-".into(), Some(1_81)));
}

#[test]
fn amazon_that_sends_itself_is_read_only_and_says_so() {
    let mut message = v0();
    message["FulfillmentChannel"] = "AFN".into();
    assert_eq!(one(Channel::Amazon, &message).fulfilled_by, Some(FulfilledBy::Channel));
    message["FulfillmentChannel"] = "XFN".into();
    let order = one(Channel::Amazon, &message);
    assert_eq!(order.fulfilled_by, Some(FulfilledBy::Other("XFN".into())));
    assert_eq!(told(&order), ["FulfillmentChannel XFN import.unknown_word"]);
}

#[test]
fn amazon_items_address_and_buyer_are_calls_of_their_own() {
    let bytes = |value: Value| value.to_string().into_bytes();
    let order = bytes(json!({ "payload": v0() }));
    let page = |id: &str, price: &str| {
        let mut item = item(price, "0.00");
        item["OrderItemId"] = id.into();
        bytes(json!({ "payload": { "AmazonOrderId": "902-0000000-0000001", "OrderItems": [item] } }))
    };
    let (first, second) = (page("1", "20.00"), page("2", "5.00"));
    let address = bytes(json!({ "payload": { "AmazonOrderId": "902-0000000-0000001", "ShippingAddress":
        { "Name": "Example", "AddressLine1": "1 Example Street", "CountryCode": "DE", "AddressType": "Commercial" } } }));
    let more = AmazonV0Calls { address: &address, ..AmazonV0Calls::default() };
    let joined = join_amazon_v0(&order, &[&first, &second], more);
    let read = read_channel(Channel::Amazon, &joined).unwrap();
    let order = read.orders[0].order.as_ref().unwrap();
    assert_eq!((order.lines.len(), amount(order.money.goods)), (2, "25.00 EUR".into()));
    assert_eq!(order.ship_country.as_deref(), Some("DE"));
    assert_eq!(order.personal.ship_to.as_ref().unwrap().kind, Some(AddressKind::Commercial));
    // One of the other answers alone is no order.
    let alone = read_channel(Channel::Amazon, &first).unwrap();
    assert_eq!(brief(alone.orders[0].order.as_ref().unwrap_err()), "import.missing@1 OrderStatus");
}

#[test]
fn amazon_2026_names_the_order_that_is_replaced() {
    let message = |kind: &str| {
        json!({ "orderId": "1", "createdTime": "2026-03-02T01:00:00Z", "lastUpdatedTime": "2026-03-02T01:00:00Z",
            "salesChannel": { "channelName": "AMAZON" }, "fulfillment": { "fulfillmentStatus": "UNSHIPPED" },
            "associatedOrders": [ { "orderId": "0", "associationType": kind } ], "orderItems": [] })
    };
    let kind = |word: &str| one(Channel::Amazon, &message(word)).kind;
    assert_eq!(kind("REPLACEMENT_ORIGINAL_ID"), OrderKind::Replacement);
    assert_eq!(kind("EXCHANGE_ORIGINAL_ID"), OrderKind::Exchange);
    let order = one(Channel::Amazon, &message("REPAIR_ORIGINAL_ID"));
    assert_eq!(
        (order.kind.clone(), order.original_order_id.as_deref()),
        (OrderKind::Other("REPAIR_ORIGINAL_ID".into()), Some("0"))
    );
    assert_eq!(told(&order), ["associatedOrders[0].associationType REPAIR_ORIGINAL_ID import.unknown_word"]);
}

#[test]
fn amazon_2026_breaks_proceeds_down_with_discounts_in_either_sign() {
    let message = |discount: &str| {
        json!({ "orderId": "1", "createdTime": "2026-03-02T01:00:00Z", "lastUpdatedTime": "2026-03-02T01:00:00Z",
            "fulfillment": { "fulfillmentStatus": "SHIPPED" }, "proceeds": { "grandTotal": { "amount": "22.00", "currencyCode": "EUR" } },
            "orderItems": [ { "orderItemId": "1", "quantityOrdered": 2, "product": { "sellerSku": "TEA" }, "proceeds": { "breakdowns": [
                { "type": "ITEM", "subtotal": { "amount": "20.00", "currencyCode": "EUR" } },
                { "type": "SHIPPING", "subtotal": { "amount": "5.00", "currencyCode": "EUR" } },
                { "type": "DISCOUNT", "subtotal": { "amount": discount, "currencyCode": "EUR" } },
                { "type": "SURCHARGE", "subtotal": { "amount": "1.00", "currencyCode": "EUR" } } ] } } ] })
    };
    for discount in ["-4.00", "4.00"] {
        let order = one(Channel::Amazon, &message(discount));
        assert_eq!(amount(order.money.goods_discount), "4.00 EUR");
        assert_eq!(amount(order.lines[0].line_total), "16.00 EUR");
        assert_eq!((order.money.difference(), order.lines_difference()), (Some(0), Some(0)));
        assert_eq!(told(&order), ["orderItems[0].proceeds.breakdowns[3].type SURCHARGE import.unknown_word"]);
    }
}

#[test]
fn an_answer_that_is_an_error_is_no_empty_page() {
    let refused = |channel, message: Value| {
        let bytes = message.to_string().into_bytes();
        brief(&read_channel(channel, &bytes).unwrap_err())
    };
    assert_eq!(
        refused(Channel::Amazon, json!({ "errors": [ { "code": "InvalidInput" } ] })),
        "import.channel_error@- -"
    );
    assert_eq!(
        refused(Channel::Ebay, json!({ "errors": [ { "errorId": 32100 } ] })),
        "import.channel_error@- -"
    );
    assert_eq!(
        refused(Channel::Shopify, json!({ "data": null, "errors": [ { "message": "Throttled" } ] })),
        "import.channel_error@- -"
    );
    assert_eq!(
        refused(Channel::Shopify, json!({ "errors": "[API] Invalid API key" })),
        "import.channel_error@- -"
    );
    let page = read_channel(Channel::Ebay, b"{\"orders\":[],\"total\":0}").unwrap();
    assert!(page.orders.is_empty());
}

#[test]
fn ebay_writes_discounts_below_zero() {
    let order = &all(Channel::Ebay, &ebay())[0];
    assert_eq!(
        (amount(order.money.goods_discount), amount(order.money.shipping_discount)),
        ("6.00 USD".into(), "2.00 USD".into())
    );
    assert_eq!(order.money.difference(), Some(0));
    // The price is of both pieces, before and after discount.
    let line = &order.lines[0];
    assert_eq!(
        (amount(line.line_total), amount(line.discount), line.unit_price),
        ("34.00 USD".into(), "6.00 USD".into(), None)
    );
}

#[test]
fn ebay_lists_requests_to_cancel_in_one_call_only() {
    let orders = all(Channel::Ebay, &ebay());
    assert!(orders[0].cancels.is_empty() && !orders[0].lines[0].cancel_requested);
    let cancel = &orders[1].cancels[0];
    assert_eq!((cancel.state.as_deref(), cancel.by.as_deref()), (Some("REQUESTED"), Some("BUYER")));
    // The list is empty in the other call; its state says that there is one.
    let mut message = ebay();
    message["orders"][1]["cancelStatus"]["cancelRequests"] = json!([]);
    let order = &all(Channel::Ebay, &message)[1];
    assert!(order.cancels.is_empty() && order.lines[0].cancel_requested);
}

#[test]
fn ebay_shows_a_listing_on_hold_by_its_number() {
    let order = &all(Channel::Ebay, &ebay())[0];
    assert_eq!(order.lines[1].title, "110000000002");
    assert!(told(order).contains(&"lineItems[1].title 110000000002 import.title_is_id".to_owned()));
    assert!(told(order).contains(&"lines[1].sku  import.missing".to_owned()));
}

#[test]
fn ebay_sends_by_a_hub_whose_address_is_on_the_label() {
    let order = &all(Channel::Ebay, &ebay())[0];
    let label = order.personal.ship_to.as_ref().unwrap();
    assert!(label.is_hub);
    assert_eq!(label.city.as_ref().unwrap().as_str(), "Hubville");
    assert_eq!(
        order.personal.final_destination.as_ref().unwrap().city.as_ref().unwrap().as_str(),
        "Exampleton"
    );
    assert_eq!(order.ship_country.as_deref(), Some("US"));
}

#[test]
fn ebay_holds_the_tax_that_it_collects_in_the_total_or_not() {
    let sums = |total: &str| {
        let mut message = ebay();
        let summary = &mut message["orders"][0]["pricingSummary"];
        summary["total"] = json!({ "value": total, "currency": "USD" });
        summary.as_object_mut().unwrap().remove("tax");
        let money = all(Channel::Ebay, &message)[0].money.clone();
        (amount(money.tax), amount(money.tax_collected_by_channel), money.difference())
    };
    assert_eq!(sums("61.50"), ("-".into(), "3.30 USD".into(), Some(0)));
    assert_eq!(sums("64.80"), ("3.30 USD".into(), "3.30 USD".into(), Some(0)));
    let line = &all(Channel::Ebay, &ebay())[0].lines[0];
    assert_eq!(
        (amount(line.tax), line.taxes.len(), line.ioss.as_deref()),
        ("2.20 USD".into(), 2, Some("IM0000000000"))
    );
}
