//! What Shopify and WooCommerce do that nobody would expect, and files of many orders: the messages are the channels',
//! the values are ours.

use serde_json::{Value, json};
use zaiton_connect::orders::{
    Channel, OrderKind, OrderReader, OrderStatus, PaymentState, ReadOrder, join_woocommerce, read_channel,
};

use crate::channel_quirks::{EBAY, ebay};
use crate::channel_story::{all, amount, one, story, told};
use crate::common::brief;

/// An order of Shopify's GraphQL form, of our own.
const GRAPHQL: &str = include_str!("../data/shopify_graphql.json");

fn graphql() -> Value {
    serde_json::from_str(GRAPHQL).unwrap()
}

fn woo() -> Value {
    json!({ "id": 1, "number": "1", "status": "processing", "currency": "USD", "total": "12.00", "total_tax": "0.00",
        "discount_total": "0.00", "shipping_total": "2.00", "customer_id": 0, "customer_ip_address": "",
        "date_created": "2026-03-02T09:00:00", "date_created_gmt": "2026-03-02T01:00:00",
        "date_modified": "2026-03-02T09:00:00", "date_modified_gmt": "2026-03-02T01:00:00",
        "billing": { "first_name": "Example", "country": "US", "state": "California", "phone": "0" },
        "shipping": { "first_name": "Example", "country": "US", "state": "California", "city": "Exampleton" },
        "line_items": [ { "id": 5, "sku": "TEA", "name": "Tea", "quantity": 1, "subtotal": "10.00", "total": "10.00", "price": 10 } ],
        "fee_lines": [], "refunds": [], "meta_data": [] })
}

#[test]
fn shopify_test_orders_are_read_and_marked() {
    let mut message = graphql();
    message["data"]["orders"]["edges"][0]["node"]["test"] = true.into();
    assert_eq!(one(Channel::Shopify, &message).kind, OrderKind::Test);
    assert_eq!(one(Channel::Shopify, &graphql()).kind, OrderKind::Sale);
}

#[test]
fn shopify_counts_in_the_shops_currency_and_tells_what_the_buyer_saw() {
    let money = one(Channel::Shopify, &graphql()).money;
    assert_eq!(
        (amount(money.total), amount(money.presentment_total)),
        ("110.15 USD".into(), "101.20 EUR".into())
    );
    assert_eq!(money.difference(), Some(0));
}

#[test]
fn shopify_keeps_the_total_of_the_day_and_the_one_of_now() {
    let money = one(Channel::Shopify, &graphql()).money;
    assert_eq!((amount(money.total), amount(money.current_total)), ("110.15 USD".into(), "90.15 USD".into()));
}

#[test]
fn shopify_counts_a_discount_on_shipping_among_the_discounts() {
    let money = one(Channel::Shopify, &graphql()).money;
    assert_eq!(
        (amount(money.goods_discount), amount(money.shipping_discount)),
        ("10.00 USD".into(), "5.00 USD".into())
    );
}

#[test]
fn shopify_rest_and_graphql_name_an_order_alike() {
    let order = one(Channel::Shopify, &graphql());
    assert_eq!((order.channel_order_id.as_str(), order.lines[0].channel_line_id.as_str()), ("7001", "8001"));
    let rest = json!({ "order": { "id": 7001, "name": "#2001", "currency": "USD", "total_price": "1.00" } });
    assert_eq!(one(Channel::Shopify, &rest).channel_order_id, "7001");
}

#[test]
fn shopify_lines_that_go_on_are_told() {
    let mut message = graphql();
    message["data"]["orders"]["edges"][0]["node"]["lineItems"]["pageInfo"]["hasNextPage"] = true.into();
    assert!(
        told(&one(Channel::Shopify, &message))
            .contains(&"lineItems.pageInfo.hasNextPage true import.more_pages".to_owned())
    );
}

#[test]
fn shopify_prices_may_hold_the_tax() {
    let message = json!({ "id": 1, "currency": "EUR", "taxes_included": true, "total_price": "119.00", "total_tax": "19.00",
        "total_line_items_price": "119.00", "total_discounts": "0.00", "financial_status": "paid" });
    let money = one(Channel::Shopify, &message).money;
    assert_eq!(
        (amount(money.tax), amount(money.tax_included), money.difference()),
        ("-".into(), "19.00 EUR".into(), Some(0))
    );
}

#[test]
fn shopify_carries_a_promotion_in_an_attribute() {
    let order = one(Channel::Shopify, &graphql());
    assert_eq!(
        (order.promotions[0].programme.as_str(), order.promotions[0].rate_bps.get()),
        ("baitiao", 450)
    );
    // One that names no line of the order is told, and none is taken.
    let mut message = graphql();
    let attribute = &mut message["data"]["orders"]["edges"][0]["node"]["customAttributes"][1]["value"];
    *attribute = attribute.as_str().unwrap().replace("8001", "9999").into();
    let order = one(Channel::Shopify, &message);
    assert!(order.promotions.is_empty());
    assert!(
        told(&order)
            .iter()
            .any(|one| one.starts_with("customAttributes[1].value") && one.ends_with("import.no_such_line"))
    );
}

#[test]
fn shopify_amounts_as_json_numbers_are_told_unless_they_are_whole() {
    let message = |total: Value| json!({ "id": 1, "currency": "USD", "total_price": total, "financial_status": "paid" });
    let order = one(Channel::Shopify, &message(json!(10.01)));
    assert_eq!(
        (order.money.total, told(&order)),
        (None, vec!["totalPrice 10.01 import.amount_number".to_owned()])
    );
    assert_eq!(amount(one(Channel::Shopify, &message(json!(10))).money.total), "10.00 USD");
}

#[test]
fn woocommerce_local_time_has_no_offset_and_gmt_no_z() {
    let placed = one(Channel::WooCommerce, &woo()).placed_at.unwrap();
    assert_eq!((placed.at.to_string().as_str(), placed.offset_minutes), ("2026-03-02T01:00:00Z", Some(480)));
    let mut message = woo();
    message["date_created"] = Value::Null;
    let placed = one(Channel::WooCommerce, &message).placed_at.unwrap();
    assert_eq!((placed.at.to_string().as_str(), placed.offset_minutes), ("2026-03-02T01:00:00Z", None));
    // The local time alone is no moment.
    message["date_created"] = "2026-03-02T09:00:00".into();
    message["date_created_gmt"] = Value::Null;
    assert_eq!(one(Channel::WooCommerce, &message).placed_at, None);
}

#[test]
fn woocommerce_writes_two_decimals_also_where_a_currency_has_none_or_three() {
    let total = |currency: &str, total: &str| {
        let mut message = woo();
        message["currency"] = currency.into();
        message["total"] = total.into();
        let order = one(Channel::WooCommerce, &message);
        let told = order.unmapped.iter().find(|one| one.field == "total").map(|one| one.code.to_string());
        told.unwrap_or_else(|| amount(order.money.total))
    };
    assert_eq!(total("JPY", "1200.00"), "1200 JPY");
    assert_eq!(total("JPY", "1200.50"), "import.amount_digits");
    assert_eq!(total("KWD", "1.25"), "1.250 KWD");
    assert_eq!(total("KWD", "1.255"), "1.255 KWD");
    assert_eq!(total("USD", "1.255"), "import.amount_digits");
    assert_eq!(total("XBT", "1.25"), "-");
}

#[test]
fn woocommerce_guests_have_no_number_and_an_empty_address() {
    let order = one(Channel::WooCommerce, &woo());
    assert_eq!(
        (order.personal.buyer.channel_user_id.is_none(), order.personal.buyer.ip.is_none()),
        (true, true)
    );
    let mut message = woo();
    message["customer_id"] = 7.into();
    assert_eq!(one(Channel::WooCommerce, &message).personal.buyer.channel_user_id.unwrap().as_str(), "7");
}

#[test]
fn woocommerce_states_may_be_names() {
    let order = one(Channel::WooCommerce, &woo());
    assert_eq!(order.personal.ship_to.unwrap().state.unwrap().as_str(), "California");
}

#[test]
fn woocommerce_phones_stand_with_the_bill() {
    assert!(one(Channel::WooCommerce, &woo()).personal.ship_to.unwrap().phone.is_some());
}

#[test]
fn woocommerce_refunds_are_below_zero_and_fees_may_be() {
    let mut message = woo();
    message["refunds"] = json!([ { "id": 9, "reason": "broken", "total": "-4.00" } ]);
    message["fee_lines"] = json!([ { "id": 8, "name": "discount", "total": "-1.00" } ]);
    message["total"] = "11.00".into();
    let order = one(Channel::WooCommerce, &message);
    assert_eq!(
        (amount(order.refunds[0].amount), amount(order.money.refunded)),
        ("4.00 USD".into(), "4.00 USD".into())
    );
    assert_eq!((amount(order.money.fees), order.money.difference()), ("-1.00 USD".into(), Some(0)));
}

#[test]
fn woocommerce_carries_a_promotion_in_its_meta() {
    let mut message = woo();
    message["meta_data"] = json!([ { "id": 1, "key": "zaiton_promotion", "value": [ { "programme": "baitiao", "promotion": "P",
        "rate_bps": 450, "funded_share_bps": 5000, "lines": ["5"] } ] } ]);
    assert_eq!(one(Channel::WooCommerce, &message).promotions[0].lines, ["5"]);
}

#[test]
fn a_list_that_has_no_end_is_told_and_nothing_of_it_is_summed() {
    let mut message = woo();
    let item = message["line_items"][0].clone();
    message["line_items"] = vec![item; 5_001].into();
    let order = one(Channel::WooCommerce, &message);
    assert_eq!((order.lines.len(), order.money.goods), (0, None));
    assert_eq!(told(&order), ["line_items […] import.too_many"]);
}

#[test]
fn a_key_that_stands_a_hundred_thousand_times_is_read_in_no_time() {
    let text = woo().to_string().replacen("{", &format!("{{{}", "\"a\":1,".repeat(100_000)), 1);
    let text = text.replacen("\"number\"", &format!("{}\"number\"", "\"number\":\"1\",".repeat(20_000)), 1);
    let page = zaiton_connect::orders::read_channel(Channel::WooCommerce, text.as_bytes()).unwrap();
    assert_eq!(page.orders[0].order.as_ref().unwrap().display_no.as_deref(), Some("1"));
}

/// Rule R4-07: nothing that is not known drops an order.
#[test]
fn an_unknown_word_is_kept_and_told() {
    let mut message = woo();
    message["status"] = "awaiting-courier".into();
    message["shipping"]["country"] = "XX".into();
    let order = one(Channel::WooCommerce, &message);
    assert_eq!(order.status, OrderStatus::Other("awaiting-courier".into()));
    assert_eq!(order.status_channel[0].text, "awaiting-courier");
    assert_eq!(
        told(&order),
        ["status awaiting-courier import.unknown_word", "shipping.country XX import.country_unknown"]
    );
    let payment = one(
        Channel::Shopify,
        &json!({ "id": 1, "currency": "USD", "financial_status": "paid",
        "transactions": [ { "id": 2, "kind": "chargeback", "status": "success", "amount": "1.00" } ] }),
    );
    assert_eq!(payment.payments[0].state, PaymentState::Other("chargeback".into()));
}

#[test]
fn what_is_told_shows_no_personal_value() {
    let mut message = woo();
    message["billing"]["email"] = json!({ "secret": "somebody@example.com" });
    message["shipping"]["city"] = json!(["Secretville"]);
    let order = one(Channel::WooCommerce, &message);
    assert_eq!(told(&order), ["billing.email ••• import.wrong_kind", "shipping.city ••• import.wrong_kind"]);
    let shown = format!("{order:?}{}", serde_json::to_string(&order).unwrap());
    assert!(!shown.contains("Example") && !shown.contains("California"), "{shown}");
}

#[test]
fn a_file_may_hold_orders_pages_or_both_line_by_line() {
    let lines = format!("{}\n\n{}\n{{\"id\":\n{}\n", woo(), json!([woo(), woo()]), json!({ "orders": [] }));
    let read: Vec<String> = OrderReader::new(lines.as_bytes())
        .of(Channel::WooCommerce)
        .map(|read| match read.order {
            Ok(order) => format!("{} {} {}", read.line, order.channel_order_id, read.raw.len()),
            Err(error) => brief(&error),
        })
        .collect();
    let size = woo().to_string().len();
    assert_eq!(
        read,
        [format!("1 1 {size}"), format!("3 1 {size}"), format!("3 1 {size}"), "import.truncated@4 -".into()]
    );
    let pretty = serde_json::to_string_pretty(&ebay()).unwrap();
    let read: Vec<_> =
        OrderReader::new(pretty.as_bytes()).of(Channel::Ebay).map(|read| read.order.unwrap()).collect();
    assert_eq!(read, all(Channel::Ebay, &ebay()));
}

#[test]
fn our_own_samples_read_as_they_did() {
    let told =
        format!("{}\n{}", story(Channel::Ebay, EBAY.as_bytes()), story(Channel::Shopify, GRAPHQL.as_bytes()));
    assert_eq!(
        told.trim_end(),
        include_str!("../data/own_samples.txt").trim_end(),
        "what was read now:\n{told}"
    );
}

/// An order with two refunds as it lists them, and the list of its refunds as its own call answers it.
fn refunded() -> (Value, Value) {
    let mut order = woo();
    order["refunds"] = json!([
        { "id": 70, "reason": "broken", "total": "-6.30" }, { "id": 71, "reason": "", "total": "-1.00" }
    ]);
    let line = |of: &str, qty: i64, total: &str| {
        json!({ "id": 900, "name": "Tea", "quantity": qty, "total": total, "subtotal": total, "total_tax": "-0.30",
            "meta_data": [ { "id": 1, "key": "_other", "value": "7" }, { "id": 2, "key": "_refunded_item_id", "value": of } ] })
    };
    let refunds = json!([
        { "id": 71, "date_created": "2026-03-04T09:00:00", "date_created_gmt": "2026-03-04T01:00:00", "amount": "1.00",
          "reason": "", "line_items": [] },
        { "id": 70, "date_created": "2026-03-03T09:00:00", "date_created_gmt": "2026-03-03T01:00:00", "amount": "6.30",
          "reason": "broken", "line_items": [line("5", -1, "-6.00"), line("6", 0, "0.00")] }
    ]);
    (order, refunds)
}

fn joined(order: &Value, pages: &[&Value]) -> Vec<u8> {
    let pages: Vec<String> = pages.iter().map(|page| page.to_string()).collect();
    let pages: Vec<&[u8]> = pages.iter().map(String::as_bytes).collect();
    join_woocommerce(order.to_string().as_bytes(), &pages)
}

fn read_joined(bytes: &[u8]) -> ReadOrder {
    let mut page = read_channel(Channel::WooCommerce, bytes).unwrap();
    assert_eq!((page.orders.len(), page.orders[0].raw.as_ref()), (1, bytes));
    page.orders.remove(0).order.unwrap()
}

/// `reference moment amount line:amount*pieces` of each refund.
fn refunds_of(order: &ReadOrder) -> Vec<String> {
    let line = |line: &zaiton_connect::orders::ReadRefundLine| {
        format!(
            "{}:{}*{}",
            line.line,
            amount(line.amount),
            line.qty.map_or("-".to_owned(), |qty| qty.to_string())
        )
    };
    let told = |refund: &zaiton_connect::orders::ReadRefund| {
        let at = refund.at.map_or("-".to_owned(), |at| at.at.to_string());
        let lines: Vec<String> = refund.lines.iter().map(line).collect();
        format!("{} {at} {} {}", refund.reference, amount(refund.amount), lines.join(" "))
            .trim_end()
            .to_owned()
    };
    order.refunds.iter().map(told).collect()
}

/// Which lines were paid back, and when, stands in the list of refunds only.
#[test]
fn woocommerce_refunds_have_lines_and_times_from_their_own_list() {
    let (order, refunds) = refunded();
    let bare = one(Channel::WooCommerce, &order);
    assert_eq!(refunds_of(&bare), ["70 - 6.30 USD", "71 - 1.00 USD"]);
    let whole = read_joined(&joined(&order, &[&refunds]));
    let want = ["71 2026-03-04T01:00:00Z 1.00 USD", "70 2026-03-03T01:00:00Z 6.30 USD 5:6.00 USD*1"];
    assert_eq!(
        (refunds_of(&whole), amount(whole.money.refunded)),
        (want.map(str::to_owned).to_vec(), "7.30 USD".into())
    );
    assert_eq!((whole.lines[0].qty_refunded, &whole.unmapped), (Some(1), &Vec::new()));
    assert_eq!(whole.refunds[1].at.unwrap().offset_minutes, Some(480));
    // But for the refunds it is the same order.
    let strip = |mut order: ReadOrder| {
        order.refunds.clear();
        order.personal.notes.clear();
        order.lines.iter_mut().for_each(|line| line.qty_refunded = None);
        order
    };
    assert_eq!(strip(whole), strip(bare));
    // In pages, and with a refund that only one of both knows.
    let (first, second) = (json!([refunds[0]]), json!([refunds[1]]));
    assert_eq!(refunds_of(&read_joined(&joined(&order, &[&first, &second]))), want);
    let part = read_joined(&joined(&order, &[&first]));
    assert_eq!(refunds_of(&part), ["71 2026-03-04T01:00:00Z 1.00 USD", "70 - 6.30 USD"]);
    assert_eq!(amount(part.money.refunded), "7.30 USD");
    assert_eq!(refunds_of(&read_joined(&joined(&order, &[&json!([])]))), ["70 - 6.30 USD", "71 - 1.00 USD"]);
    assert_eq!(read_joined(&joined(&woo(), &[&refunds])).refunds.len(), 2);
}

#[test]
fn woocommerce_refunds_that_cannot_be_mapped_are_told() {
    let told = |at: &str, value: Value| {
        let (order, mut refunds) = refunded();
        *refunds.pointer_mut(at).unwrap() = value;
        let read = read_joined(&joined(&order, &[&refunds]));
        read.unmapped.iter().map(|one| format!("{} {}", one.field, one.code)).collect::<Vec<_>>().join(", ")
    };
    let line = "/1/line_items/0";
    assert_eq!(
        told(&format!("{line}/meta_data"), json!([])),
        "refunds[0][1].line_items[0]._refunded_item_id import.missing"
    );
    assert_eq!(
        told(&format!("{line}/quantity"), json!(-1.5)),
        "refunds[0][1].line_items[0].quantity import.out_of_range"
    );
    assert_eq!(
        told(&format!("{line}/total"), json!("-6.001")),
        "refunds[0][1].line_items[0].total import.amount_digits"
    );
    assert_eq!(told("/1/date_created_gmt", json!("soon")), "refunds[0][1].date_created_gmt import.date_form");
    assert_eq!(told("/1/amount", json!("x")), "refunds[0][1].amount import.amount_form");
    // Whatever stands there, the order is read.
    let (order, refunds) = refunded();
    let good = joined(&order, &[&refunds]);
    let mut random = crate::common::Xorshift(0x5a61_6974_6f6e_0099);
    for _ in 0..500 {
        zaiton_connect::fuzz::fuzz_channel(Channel::WooCommerce, &random.damage(&good));
    }
    for other in [json!(null), json!(7), json!("x"), json!({}), json!([[]]), json!([{ "id": 70 }])] {
        assert!(!read_joined(&joined(&order, &[&other])).refunds.is_empty(), "{other}");
    }
}
