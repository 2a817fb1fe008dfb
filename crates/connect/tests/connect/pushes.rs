//! What channels push, as their documents show it: whole orders, word of a change, a trial of the address; cut, emptied
//! and of another kind.

use serde_json::{Value, json};
use zaiton_connect::orders::push::{self, PushRead};
use zaiton_connect::orders::signature::answer_ebay_challenge;
use zaiton_connect::orders::{Channel, OrderChanged, read_amazon_notification, read_channel};
use zaiton_connect::{ReadError, fuzz};

use crate::common::{ORDERS, Xorshift, brief, outside};

/// Amazon's notification, of the fields that its schema asks for.
fn amazon() -> Value {
    json!({
        "NotificationVersion": "1.0", "NotificationType": "ORDER_CHANGE", "PayloadVersion": "1.0",
        "EventTime": "2026-03-02T11:00:09.109Z",
        "Payload": { "OrderChangeNotification": {
            "NotificationLevel": "OrderLevel", "SellerId": "A1EXAMPLE", "AmazonOrderId": "111-0000000-0000001",
            "OrderChangeType": "OrderStatusChange",
            "OrderChangeTrigger": { "TimeOfOrderChange": "2026-03-02T11:00:04.284Z", "ChangeReason": "x" },
            "Summary": { "MarketplaceId": "ATVPDKIKX0DER", "OrderStatus": "Unshipped", "OrderItems": [] } } },
        "NotificationMetadata": { "ApplicationId": "a", "SubscriptionId": "s",
            "PublishTime": "2026-03-02T11:00:10.000Z", "NotificationId": "n" }
    })
}

fn ebay() -> Value {
    json!({
        "metadata": { "topic": "ORDER_CONFIRMATION", "schemaVersion": "1.0", "deprecated": false },
        "notification": { "notificationId": "n1", "eventDate": "2026-03-02T11:00:00.000Z",
            "publishDate": "2026-03-02T11:00:02.000Z", "publishAttemptCount": 1,
            "data": { "orderId": "12-34567-89012" } }
    })
}

fn shopify() -> Value {
    json!({
        "id": 450789469, "admin_graphql_api_id": "gid://shopify/Order/450789469", "currency": "USD",
        "created_at": "2026-03-02T10:00:00-05:00", "updated_at": "2026-03-02T10:00:00-05:00",
        "financial_status": "paid", "total_price": "10.00",
        "line_items": [ { "id": 1, "sku": "TEA", "quantity": 1, "price": "10.00" } ]
    })
}

fn woocommerce() -> Value {
    json!({
        "id": 727, "number": "727", "status": "processing", "currency": "USD", "total": "10.00",
        "date_created_gmt": "2026-03-02T10:00:00", "date_modified_gmt": "2026-03-02T10:00:00",
        "line_items": [ { "id": 1, "sku": "TEA", "quantity": 1, "subtotal": "10.00", "total": "10.00" } ]
    })
}

fn told(read: Result<PushRead<'_>, ReadError>) -> String {
    let one = |change: &OrderChanged| {
        let at = change.at.map_or("-".to_owned(), |at| at.at.to_string());
        format!("{} {at} {}", change.order_id, change.seller.as_deref().unwrap_or("-"))
    };
    match read {
        Err(error) => brief(&error),
        Ok(PushRead::Ping) => "ping".to_owned(),
        Ok(PushRead::Changed(all)) => {
            format!("changed {}", all.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        Ok(PushRead::Orders(all)) => {
            let id = |read: &zaiton_connect::orders::ChannelRead<'_>| {
                read.order.as_ref().map_or_else(brief, |order| order.channel_order_id.clone())
            };
            format!("orders {}", all.iter().map(id).collect::<Vec<_>>().join(", "))
        }
    }
}

fn of(channel: Channel, body: &Value) -> String {
    told(push::read(channel, body.to_string().as_bytes()))
}

#[test]
fn amazon_tells_which_order_changed_and_when() {
    let want = "changed 111-0000000-0000001 2026-03-02T11:00:04.284Z A1EXAMPLE";
    assert_eq!(of(Channel::Amazon, &amazon()), want);
    // Through EventBridge.
    let event = json!({ "version": "0", "id": "e", "detail-type": "ORDER_CHANGE", "account": "1", "region": "us-east-1",
        "source": "aws.partner/sellingpartnerapi.amazon.com/A1/amzn1.sellerapps.app.1", "detail": amazon() });
    assert_eq!(of(Channel::Amazon, &event), want);
    // As notifications of other types write their names.
    let small = json!({ "notificationType": "ORDER_CHANGE", "eventTime": "2026-03-02T11:00:00Z",
        "payload": { "orderChangeNotification": { "amazonOrderId": "1" } } });
    assert_eq!(of(Channel::Amazon, &small), "changed 1 2026-03-02T11:00:00Z -");
    // The moment of the change may be null, and the rest may be anything.
    let mut bare = amazon();
    bare["Payload"]["OrderChangeNotification"]["OrderChangeTrigger"] = json!({ "TimeOfOrderChange": null });
    bare["Payload"]["OrderChangeNotification"]["Summary"] = json!([7]);
    bare["EventTime"] = json!("yesterday");
    assert_eq!(of(Channel::Amazon, &bare), "changed 111-0000000-0000001 - A1EXAMPLE");
    let mut other = amazon();
    other["NotificationType"] = json!("FEE_PROMOTION");
    assert_eq!(of(Channel::Amazon, &other), "import.other_notification@- NotificationType");
    let mut none = amazon();
    none["Payload"]["OrderChangeNotification"]["AmazonOrderId"] = json!("");
    assert_eq!(of(Channel::Amazon, &none), "import.missing@- AmazonOrderId");
    assert_eq!(of(Channel::Amazon, &json!([])), "import.wrong_kind@- -");
    assert!(read_amazon_notification(&[b' '; 1_100_000]).is_err());
}

#[test]
fn ebay_tells_which_orders_changed() {
    assert_eq!(of(Channel::Ebay, &ebay()), "changed 12-34567-89012 2026-03-02T11:00:00Z -");
    let mut nested = ebay();
    nested["notification"]["data"] =
        json!({ "order": { "orderId": "A" }, "orders": [{ "orderId": "B" }, 7] });
    let moment = "2026-03-02T11:00:00Z";
    assert_eq!(of(Channel::Ebay, &nested), format!("changed A {moment} -, B {moment} -"));
    let mut closing = ebay();
    closing["metadata"]["topic"] = json!("MARKETPLACE_ACCOUNT_DELETION");
    closing["notification"]["data"] = json!({ "username": "somebody", "userId": "ma8vp1jySJC" });
    assert_eq!(of(Channel::Ebay, &closing), "import.other_notification@- metadata.topic");
    assert_eq!(of(Channel::Ebay, &json!({ "notification": {} })), "import.missing@- metadata.topic");
}

/// printf '%s%s%s' a8628072-3d33-45ee-9004-bee86830a22d 71745723-d031-455c-bfa5-f90d11b4f20a \
///   https://shop.example/push/ebay | sha256sum
#[test]
fn the_trial_of_an_address_is_answered() {
    let code = "a8628072-3d33-45ee-9004-bee86830a22d";
    let token = "71745723-d031-455c-bfa5-f90d11b4f20a";
    let want = "82d2f8aabb9dfe8507b07d1ce4fd166fc5fc9d72feabadf35c855ed9f475e459";
    assert_eq!(answer_ebay_challenge(code, token, "https://shop.example/push/ebay"), want);
    assert_ne!(answer_ebay_challenge(token, code, "https://shop.example/push/ebay"), want);
}

#[test]
fn shopify_pushes_orders_and_what_belongs_to_them() {
    let check = |body: Value, want: &str| assert_eq!(of(Channel::Shopify, &body), want, "{body}");
    check(shopify(), "orders 450789469");
    // refunds/create, fulfillments/create, order_transactions/create, disputes/create.
    check(
        json!({ "id": 9, "order_id": 450789469, "created_at": "2026-03-02T11:00:00-05:00", "refund_line_items": [] }),
        "changed 450789469 2026-03-02T16:00:00Z -",
    );
    let fulfilment = json!({ "id": 8, "order_id": 7, "status": "success", "updated_at": "2026-03-02T11:00:00Z",
        "created_at": "2026-03-02T10:00:00Z", "admin_graphql_api_id": "gid://shopify/Fulfillment/8",
        "line_items": [ { "id": 1 } ] });
    check(fulfilment, "changed 7 2026-03-02T11:00:00Z -");
    check(json!({ "id": 8, "order_id": "gid://shopify/Order/7" }), "changed 7 - -");
    check(json!({ "id": 8, "order_id": 7, "line_items": [ { "id": 1 } ] }), "changed 7 - -");
    check(
        json!({ "order_edit": { "id": 1, "order_id": 7, "created_at": "2026-03-02T10:00:00Z" } }),
        "changed 7 2026-03-02T10:00:00Z -",
    );
    // orders/delete.
    check(json!({ "id": 450789469 }), "changed 450789469 - -");
    // A subscription to some fields.
    let part = json!({ "id": 5, "admin_graphql_api_id": "gid://shopify/Order/5", "updated_at": "2026-03-02T11:00:00Z" });
    check(part, "changed 5 2026-03-02T11:00:00Z -");
    // Something else of the shop's.
    let product =
        json!({ "id": 3, "admin_graphql_api_id": "gid://shopify/Product/3", "title": "Tea", "variants": [] });
    check(product, "import.other_notification@- -");
    check(
        json!({ "id": 3, "admin_graphql_api_id": "gid://shopify/Customer/3" }),
        "import.other_notification@- -",
    );
    check(json!({ "id": 3, "email": "x" }), "import.other_notification@- -");
    check(json!({ "id": null, "line_items": [] }), "import.other_notification@- -");
    check(json!([shopify()]), "import.wrong_kind@- -");
    // The bytes of an order are those that came.
    let text = format!(" {}\n", shopify());
    let Ok(PushRead::Orders(orders)) = push::read(Channel::Shopify, text.as_bytes()) else {
        panic!("orders")
    };
    assert_eq!(orders[0].raw, text.trim().as_bytes());
}

#[test]
fn woocommerce_pushes_orders_and_tries_the_address() {
    let check = |body: &str, want: &str| {
        assert_eq!(told(push::read(Channel::WooCommerce, body.as_bytes())), want, "{body}");
    };
    check(&woocommerce().to_string(), "orders 727");
    check("webhook_id=123", "ping");
    check("webhook_id=123\n", "ping");
    for text in ["webhook_id=", "webhook_id=1&a=2", "webhook_id=x", "webhook_id=111111111111111111111"] {
        check(text, "import.json@1 -");
    }
    check(r#"{"id":727}"#, "changed 727 - -");
    check(r#"{"id":7,"name":"Tea","sku":"TEA"}"#, "import.other_notification@- -");
    check(r#"{"action":"woocommerce_add_to_cart","arg":"x"}"#, "import.other_notification@- -");
    check("", "import.truncated@1 -");
    // The other channels know no such trial.
    assert_eq!(told(push::read(Channel::Shopify, b"webhook_id=1")), "import.json@1 -");
}

#[test]
fn an_own_site_pushes_one_order_or_many() {
    let check = |body: &str, want: &str| {
        assert_eq!(told(push::read(Channel::OwnSite, body.as_bytes())), want, "{body}");
    };
    let first = ORDERS.lines().next().unwrap();
    let id = serde_json::from_str::<Value>(first).unwrap()["channel_order_id"].as_str().unwrap().to_owned();
    check(first, &format!("orders {id}"));
    check(&format!("\u{feff}{first}"), &format!("orders {id}"));
    check(&format!("[{first}]"), &format!("orders {id}"));
    let Ok(PushRead::Orders(all)) = push::read(Channel::OwnSite, ORDERS.as_bytes()) else { panic!("orders") };
    assert_eq!(all.len(), ORDERS.lines().count());
    // A line that is wrong is told with that line.
    check(
        &format!("{first}\n{{\"merchant\":\"x\"}}\n"),
        &format!("orders {id}, import.missing@2 channel_order_id"),
    );
    for nothing in ["", " \n", "[]"] {
        check(nothing, "import.no_orders@- -");
    }
    check("merchant,shop\n", "import.json@- -");
}

/// The published fixtures, as they would be pushed.
#[test]
fn published_orders_are_whole_orders() {
    let Some(folder) = outside("orders") else { return };
    for (file, channel) in
        [("shopify/order.json", Channel::Shopify), ("woocommerce/orders_727.json", Channel::WooCommerce)]
    {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let order = value.get("order").unwrap_or(&value);
        let order = order.as_array().map_or(order, |all| &all[0]);
        let body = order.to_string();
        assert!(told(push::read(channel, body.as_bytes())).starts_with("orders "), "{file}");
        let page = read_channel(channel, body.as_bytes()).unwrap();
        assert_eq!(page.orders.len(), 1);
    }
}

/// Every body cut everywhere, every field emptied, and noise: never a panic, and never another order.
#[test]
fn damaged_pushes_are_refused_or_name_the_same_order() {
    let bodies = [
        (Channel::Amazon, amazon()),
        (Channel::Ebay, ebay()),
        (Channel::Shopify, shopify()),
        (Channel::WooCommerce, woocommerce()),
        (Channel::OwnSite, serde_json::from_str(ORDERS.lines().next().unwrap()).unwrap()),
    ];
    let mut random = Xorshift(0x5a61_6974_6f6e_0077);
    for (channel, body) in &bodies {
        let text = body.to_string();
        let whole = of(*channel, body);
        for end in 0..text.len() {
            let Some(cut) = text.get(..end) else { continue };
            let said = told(push::read(*channel, cut.as_bytes()));
            assert!(said.contains("import."), "{channel:?} cut at {end}: {said}");
        }
        let mut all = Vec::new();
        places(body, "", &mut all);
        for at in &all {
            let mut empty = body.clone();
            *empty.pointer_mut(at).unwrap() = Value::Null;
            let said = of(*channel, &empty);
            let name = whole.split(' ').nth(1).unwrap();
            assert!(said.contains("import.") || said.contains(name), "{channel:?} {at}: {said}");
        }
        for _ in 0..300 {
            fuzz::fuzz_pushes(&random.damage(text.as_bytes()));
        }
        fuzz::fuzz_pushes(&vec![0; text.len()]);
    }
}

fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            into.push(format!("{at}/{key}"));
            places(value, &format!("{at}/{key}"), into);
        }),
        Value::Array(list) => list.iter().enumerate().for_each(|(place, value)| {
            into.push(format!("{at}/{place}"));
            places(value, &format!("{at}/{place}"), into);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
