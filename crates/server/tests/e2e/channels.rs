//! Files of every channel on the command line: what is taken, what waits and why, what is captured and no more; the same file
//! again; nothing about people in clear; a person who accepts; and every sample from outside, where it is present.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::home::{Home, Ran};

/// An order as `WooCommerce` writes it.
fn woo(id: u32, status: &str, total: &str) -> Value {
    json!({ "id": id, "number": id.to_string(), "status": status, "currency": "CNY", "total": total,
        "date_created_gmt": "2026-03-02T01:00:00", "date_modified_gmt": "2026-03-02T02:00:00",
        "discount_total": "0.00", "shipping_total": "0.00", "total_tax": "0.00", "prices_include_tax": false,
        "billing": { "first_name": "Xiaolong", "last_name": "Zzyzx", "email": "zzyzx@example.com", "phone": "13800009999" },
        "customer_ip_address": "198.51.100.77",
        "line_items": [{ "id": 1, "name": "tea", "sku": "T", "quantity": 1, "subtotal": "10.00", "total": "10.00",
            "total_tax": "0.00" }] })
}

fn import(home: &Home, channel: &str, file: &std::path::Path) -> Ran {
    let path = file.display().to_string();
    let whose = ["--channel", channel, "--merchant", "qinghe", "--shop", "main"];
    home.run(&[&["import", "orders", path.as_str()][..], &whose].concat())
}

fn what_a_channel_says(home: &Home) {
    home.run(&["merchant", "qinghe", "--name", "青禾", "--company", "泉州青禾贸易有限公司"]).ok();
    let test = json!({ "test": true, "id": 5, "name": "#5", "currency": "USD", "created_at": "2026-03-01T08:00:00Z",
        "updated_at": "2026-03-01T08:00:00Z", "financial_status": "paid", "total_price": "1.00", "total_tax": "0.00",
        "total_line_items_price": "1.00", "line_items": [{ "id": 1, "sku": "S", "quantity": 1, "price": "1.00" }] });
    let shopify = home.write("shopify.json", test.to_string());
    let said = import(home, "shopify", &shopify).ok();
    assert!(said.contains("1 new orders") && said.contains("a test order (R4-08)"), "{said}");

    let lines = [woo(1, "processing", "10.00"), woo(2, "teleported", "10.00"), woo(3, "processing", "10.02")];
    let text: String = lines.iter().map(|order| format!("{order}\n")).collect();
    let good = home.write("woo.ndjson", &text);
    let said = import(home, "woocommerce", &good).ok();
    assert!(said.starts_with("3 order messages: 3 new orders, 0 changed, 0 told nothing new"), "{said}");
    assert!(said.contains("1 do not add up, 1 hold something unknown"), "{said}");
    assert!(said.contains("line 2, 2: status \"teleported\" (import.unknown_word)"), "{said}");
    assert!(said.contains("line 3, 3: its parts differ from its total by 2 minor units"), "{said}");
    assert_eq!(home.count("parked"), 2);
    let again = import(home, "woocommerce", &good).ok();
    assert!(again.starts_with("3 order messages: 0 new orders, 0 changed, 3 told nothing new"), "{again}");
    assert_eq!((home.count("channel_messages"), home.count("parked")), (4, 2));

    // A line that is no order is told; the others are taken all the same.
    let bad =
        home.write("bad.ndjson", format!("{}\nno json\n{}\n", woo(4, "processing", "10.00"), "{\"x\":1}"));
    let said = import(home, "woocommerce", &bad).refused();
    assert!(said.contains("2 orders cannot be read"), "{said}");
    assert_eq!(home.number("SELECT count(*) FROM channel_orders"), 5);

    // Nothing about people lies in clear, wherever it came from.
    for table in ["channel_orders", "channel_messages", "sealed_messages", "events", "parked", "orders"] {
        for secret in ["Zzyzx", "Xiaolong", "zzyzx@example", "13800009999", "198.51.100.77"] {
            let found = home.number(&format!("SELECT count(*) FROM {table} WHERE body LIKE '%{secret}%'"));
            assert_eq!(found, 0, "{secret} in {table}");
        }
    }
    let said = home.run(&["admin", "reread-orders"]).ok();
    assert!(said.contains("0 orders are known now, 2 still wait for a person, 0 were not read"), "{said}");

    // A person accepts what does not add up; nothing waits for it any more.
    let merchant =
        home.run(&["merchant", "qinghe", "--name", "青禾", "--company", "泉州青禾贸易有限公司"]).ok();
    let raw = home.number("SELECT id FROM channel_orders WHERE body LIKE '%math_mismatch%'");
    let order: zaiton_orders::channel::ChannelOrderId = zaiton_kernel::Id::from_raw(raw);
    let accept = |reason: &str| {
        let body =
            json!({ "merchant": merchant.trim(), "channel_order": order.to_string(), "reason": reason });
        home.run(&["run", "orders.accept", &body.to_string(), "--by", "li"])
    };
    assert!(accept(" ").refused().contains("orders.channel.reason"));
    assert!(accept("the shop's answer of today").ok().contains("\"mapped\""));
    assert_eq!(home.count("parked"), 1);
    let said = home.run(&["admin", "reread-orders"]).ok();
    assert!(said.contains("0 orders are known now, 1 still wait"), "{said}");
    home.verify();
}

#[test]
fn what_a_channel_says_on_sqlite() {
    what_a_channel_says(&Home::sqlite());
}

#[test]
fn what_a_channel_says_on_postgres() {
    what_a_channel_says(&Home::postgres(1));
}

/// Every sample of `shared/data/orders` that holds orders is imported, and says what was taken; the others say that they hold
/// none.
#[test]
fn samples_from_outside() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/orders");
    if !root.is_dir() {
        println!("is skipped: shared/data/orders is absent");
        return;
    }
    let home = Home::sqlite();
    home.run(&["merchant", "qinghe", "--name", "青禾", "--company", "泉州青禾贸易有限公司"]).ok();
    let taken = [
        ("amazon/v0_sandbox_public.json", "amazon", 3),
        ("amazon/v2026_sandbox_public.json", "amazon", 2),
        ("shopify/order.json", "shopify", 1),
        ("shopify/orders.json", "shopify", 0),
        ("woocommerce/orders_727.json", "woocommerce", 1),
    ];
    for (file, channel, new) in taken {
        let said = import(&home, channel, &root.join(file)).ok();
        assert!(said.contains(&format!(": {new} new orders")), "{file}: {said}");
        let again = import(&home, channel, &root.join(file)).ok();
        assert!(again.contains(" 0 new orders"), "{file}: {again}");
    }
    for (file, channel) in [
        ("amazon/finances_2024_examples.json", "amazon"),
        ("amazon/shipping_v2_examples.json", "amazon"),
        ("amazon/ordersV0_model.json", "amazon"),
        ("shopify/payouts.json", "shopify"),
        ("shopify/disputes.json", "shopify"),
        ("shopify/transactions.json", "shopify"),
        ("shopify/tender_transactions.json", "shopify"),
        ("shopify/refund.json", "shopify"),
        ("shopify/fulfillment.json", "shopify"),
    ] {
        let ran = import(&home, channel, &root.join(file)).refused();
        assert!(ran.contains("import.no_orders"), "{file}: {ran}");
    }
    home.verify();
}
