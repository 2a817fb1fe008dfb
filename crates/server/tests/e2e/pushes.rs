//! Pushes of every channel to a running server: each with its own signature, made here, and with signatures that are wrong; what
//! only changed is fetched from a server of this machine that speaks the channel's protocol; what nobody can read is kept.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::home::{Home, Server, eventually};

const SECRET: &str = "push_never_shown_1234567890";

/// What a path is answered with.
type Answers = dyn Fn(&str) -> (u16, String) + Send + Sync;

/// A channel's server; it closes with the test's program.
fn channel(answers: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers: Arc<Answers> = Arc::new(answers);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&stream.unwrap(), &*answers);
        }
    });
    url
}

fn answer(stream: &TcpStream, answers: &Answers) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    drop(reader.read_exact(&mut vec![0; length]));
    let path = first.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
    let (status, body) = answers(path);
    let head =
        format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let mut stream = stream;
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())));
}

/// A server with a merchant, and what is asked of it.
struct Shop {
    home: Home,
    server: Server,
}

impl Shop {
    fn open(home: Home) -> Self {
        home.run(&["merchant", "qinghe", "--name", "青禾", "--company", "泉州青禾贸易有限公司"]).ok();
        let server = home.serve();
        Self { home, server }
    }

    /// Connects; the address for its pushes.
    fn connect(&self, shop: &str, settings: &Value) -> String {
        let body = json!({ "shop": shop, "zone": "Asia/Shanghai", "since": "2026-11-01T00:00:00Z",
            "settings": settings });
        let path = "/api/v1/merchants/qinghe/connections";
        let answer = self.server.http().post(path, None, body.to_string().as_bytes()).unwrap();
        assert!(!answer.text.contains(SECRET), "{answer:?}");
        format!("/push/{}", answer.reply()["connection"].as_str().unwrap())
    }

    fn push(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.server.http().push(path, headers, body)
    }

    /// Pushed, and not believed.
    #[track_caller]
    fn denied(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let before = self.home.count("channel_messages");
        assert_eq!(self.push(path, headers, body).refusal(), (401, "push.denied".to_owned()));
        assert_eq!(self.home.count("channel_messages"), before);
    }

    fn known(&self, shop: &str, id: &str) -> Option<String> {
        let like = format!("body LIKE '%\"shop\":\"{shop}\",\"channel_order_id\":\"{id}\"%'");
        let found = self.home.number(&format!("SELECT count(*) FROM channel_orders WHERE {like}"));
        (found == 1).then(|| id.to_owned())
    }

    fn waits_for(&self, shop: &str, id: &str) {
        eventually("the order is fetched", 30, || self.known(shop, id));
    }
}

fn mac(body: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()), body).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The headers of a shop's own site for a body, signed so many seconds from now under a nonce.
fn own(path: &str, nonce: &str, seconds: i64, body: &[u8]) -> Vec<(&'static str, String)> {
    #[expect(clippy::disallowed_methods, reason = "the server under test has the real clock, and compares")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let timestamp = (i64::try_from(now).unwrap() + seconds).to_string();
    let text = format!("POST\n{path}\n{timestamp}\n{nonce}\n{}", hex(digest(&SHA256, body).as_ref()));
    vec![
        ("x-zaiton-key", "k1".into()),
        ("x-zaiton-timestamp", timestamp),
        ("x-zaiton-nonce", nonce.into()),
        ("x-zaiton-signature", hex(&mac(text.as_bytes()))),
    ]
}

fn borrowed<'a>(headers: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn own_order(id: &str, merchant: &str) -> String {
    json!({ "merchant": merchant, "shop": "site", "channel_order_id": id, "status_channel": "placed",
        "placed_at": "2026-11-02T09:00:00+08:00", "updated_at": "2026-11-02T09:00:00+08:00",
        "money": { "currency": "CNY", "total": "10.00" },
        "lines": [{ "channel_line_id": "1", "sku": "T", "qty": 1, "line_total": "10.00" }] })
    .to_string()
}

/// Rule R5-04: signed over method, path, time, nonce and body; used once; the clock within five minutes.
fn of_an_own_site(shop: &Shop) {
    let settings = json!({ "base_url": "http://127.0.0.1:1", "pulls": false, "push": { "secret": SECRET },
        "access": { "channel": "own_site", "path": "/orders", "key_id": "k1", "secret": SECRET } });
    let path = shop.connect("site", &settings);
    let body = [own_order("A1", "qinghe"), own_order("A2", "qinghe")].join("\n");
    let body = body.as_bytes();
    let good = own(&path, "nonce-000000000001", 0, body);
    let answer = shop.push(&path, &borrowed(&good), body);
    assert_eq!((answer.status, answer.json()["orders"].as_u64()), (200, Some(2)), "{answer:?}");
    assert!(shop.known("site", "A1").is_some() && shop.known("site", "A2").is_some());
    let again = shop.push(&path, &borrowed(&good), body);
    assert_eq!(again.refusal(), (409, "push.replayed".to_owned()));

    for seconds in [-301, 301] {
        shop.denied(&path, &borrowed(&own(&path, "nonce-000000000002", seconds, body)), body);
    }
    shop.denied(&path, &borrowed(&own("/push/other", "nonce-000000000003", 0, body)), body);
    let other = own_order("A3", "qinghe");
    shop.denied(&path, &borrowed(&own(&path, "nonce-000000000004", 0, body)), other.as_bytes());
    shop.denied(&path, &[], body);

    // An order of another merchant is none of this connection's: kept, and a task.
    let foreign = own_order("A9", "somebody-else");
    let headers = own(&path, "nonce-000000000005", 0, foreign.as_bytes());
    let answer = shop.push(&path, &borrowed(&headers), foreign.as_bytes());
    assert_eq!(answer.json(), json!({ "orders": 0, "unread": 1, "changed": 0 }));
    assert!(shop.known("site", "A9").is_none());
    let kept = "SELECT count(*) FROM unread_messages WHERE body LIKE '%channels.other_merchant%'";
    assert_eq!((shop.home.number(kept), shop.home.count("parked")), (1, 1));
}

fn shopify_order(id: u64) -> String {
    json!({ "id": id, "name": format!("#{id}"), "currency": "USD", "created_at": "2026-11-01T08:00:00Z",
        "updated_at": "2026-11-01T08:00:00Z", "financial_status": "paid", "total_price": "10.00",
        "total_tax": "0.00", "total_line_items_price": "10.00",
        "line_items": [{ "id": 1, "sku": "S", "quantity": 1, "price": "10.00" }] })
    .to_string()
}

fn of_shopify(shop: &Shop) {
    let url = channel(|path| match path {
        "/admin/api/2026-10/orders/78.json" => (200, format!("{{\"order\":{}}}", shopify_order(78))),
        _ => (404, "{}".into()),
    });
    let settings = json!({ "base_url": url, "pulls": true, "push": { "secret": SECRET }, "access": {
        "channel": "shopify", "access_token": "shpat_1", "version": "2026-10", "api": "rest" } });
    let path = shop.connect("s", &settings);
    let body = shopify_order(77);
    let signed = |body: &str| STANDARD.encode(mac(body.as_bytes()));
    let header = signed(&body);
    let headers = [("x-shopify-hmac-sha256", header.as_str()), ("x-shopify-topic", "orders/create")];
    for _ in 0..2 {
        let answer = shop.push(&path, &headers, body.as_bytes());
        assert_eq!(answer.json()["orders"], 1, "sent twice is taken twice and known once: {answer:?}");
    }
    assert!(shop.known("s", "77").is_some());
    let changed = body.replace("10.00", "1.00");
    shop.denied(&path, &headers, changed.as_bytes());
    shop.denied(&path, &[("x-shopify-hmac-sha256", "AAAA")], body.as_bytes());

    // A refund names its order and no more: the order is fetched.
    let refund = json!({ "id": 1, "order_id": 78, "created_at": "2026-11-01T09:00:00Z" }).to_string();
    let header = signed(&refund);
    let answer = shop.push(&path, &[("x-shopify-hmac-sha256", &header)], refund.as_bytes());
    assert_eq!(answer.json(), json!({ "orders": 0, "unread": 0, "changed": 1 }));
    shop.waits_for("s", "78");

    // What nobody can read is kept, and the channel is told that it came.
    let header = signed("{\"id\":");
    let answer = shop.push(&path, &[("x-shopify-hmac-sha256", &header)], b"{\"id\":");
    assert_eq!((answer.status, answer.json()["unread"].as_u64()), (200, Some(1)), "{answer:?}");
}

fn of_woocommerce(shop: &Shop) {
    let settings = json!({ "base_url": "http://127.0.0.1:1", "pulls": false, "push": { "secret": SECRET },
        "access": { "channel": "woocommerce", "consumer_key": "ck_1", "consumer_secret": "cs_1" } });
    let path = shop.connect("w", &settings);
    let ping = shop.push(&path, &[], b"webhook_id=17");
    assert_eq!((ping.status, ping.json()["orders"].as_u64()), (200, Some(0)));
    let body = json!({ "id": 5, "number": "5", "status": "processing", "currency": "CNY", "total": "10.00",
        "date_created_gmt": "2026-11-01T01:00:00", "date_modified_gmt": "2026-11-01T01:00:00",
        "discount_total": "0.00", "shipping_total": "0.00", "total_tax": "0.00", "prices_include_tax": false,
        "line_items": [{ "id": 1, "sku": "T", "quantity": 1, "subtotal": "10.00", "total": "10.00", "total_tax": "0.00" }] })
    .to_string();
    let header = STANDARD.encode(mac(body.as_bytes()));
    let answer = shop.push(&path, &[("x-wc-webhook-signature", &header)], body.as_bytes());
    assert_eq!(answer.json(), json!({ "orders": 1, "unread": 0, "changed": 0 }));
    assert!(shop.known("w", "5").is_some());
    shop.denied(&path, &[], body.as_bytes());
    shop.denied(&path, &[("x-wc-webhook-signature", &header)], b"{}");
}

/// The public half of a key as eBay answers it.
fn pem(pair: &EcdsaKeyPair) -> String {
    let mut der = vec![
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    der.extend_from_slice(pair.public_key().as_ref());
    format!("-----BEGIN PUBLIC KEY-----{}-----END PUBLIC KEY-----", STANDARD.encode(der))
}

fn refresh(url: &str) -> Value {
    json!({ "token_url": format!("{url}/token"), "client_id": "c", "client_secret": "h", "refresh_token": "r" })
}

const TOKEN: &str = r#"{"access_token":"t","expires_in":7200}"#;

fn of_ebay(shop: &Shop) {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let key = json!({ "key": pem(&pair), "algorithm": "ECDSA", "digest": "SHA256" }).to_string();
    let order = json!({ "orderId": "12-34567-89012", "creationDate": "2026-11-01T10:00:00.000Z",
        "lastModifiedDate": "2026-11-01T11:00:00.000Z", "orderFulfillmentStatus": "NOT_STARTED",
        "orderPaymentStatus": "PAID", "cancelStatus": { "cancelState": "NONE_REQUESTED", "cancelRequests": [] },
        "pricingSummary": { "total": { "value": "5.00", "currency": "USD" } },
        "lineItems": [{ "lineItemId": "1", "sku": "TEA", "quantity": 1 }] });
    let order = order.to_string();
    let url = channel(move |path| match path {
        "/token" => (200, TOKEN.into()),
        "/commerce/notification/v1/public_key/key-1" => (200, key.clone()),
        "/sell/fulfillment/v1/order/12-34567-89012" => (200, order.clone()),
        _ => (404, "{}".into()),
    });
    let push = json!({ "secret": SECRET, "url": "https://zaiton.example/push/e" });
    let settings = json!({ "base_url": url, "push": push,
        "access": { "channel": "ebay", "refresh": refresh(&url), "scope": "https://api.ebay.com/oauth/api_scope" } });
    let path = shop.connect("e", &settings);

    // eBay tries the address: SHA-256 over its code, our token and the address.
    let said = shop.server.http().get(&format!("{path}?challenge_code=abc"));
    let want = hex(digest(&SHA256, format!("abc{SECRET}https://zaiton.example/push/e").as_bytes()).as_ref());
    assert_eq!(said.json()["challengeResponse"], want.as_str());

    let body = br#"{"metadata":{"topic":"ORDER_CONFIRMATION"},"notification":{"data":{"orderId":"12-34567-89012"}}}"#;
    let header = |kid: &str, body: &[u8]| {
        let signature = STANDARD.encode(pair.sign(&SystemRandom::new(), body).unwrap());
        let json = json!({ "alg": "ecdsa", "kid": kid, "signature": signature, "digest": "SHA256" });
        STANDARD.encode(json.to_string())
    };
    let signed = header("key-1", body);
    let answer = shop.push(&path, &[("x-ebay-signature", &signed)], body);
    assert_eq!(answer.json()["changed"], 1, "{answer:?}");
    shop.waits_for("e", "12-34567-89012");
    shop.denied(&path, &[("x-ebay-signature", &header("key-1", b"{}"))], body);
    shop.denied(&path, &[("x-ebay-signature", &header("key-2", body))], body);
    shop.denied(&path, &[("x-ebay-signature", "e30=")], body);
}

fn of_amazon(shop: &Shop) {
    let id = "902-1845936-5435065";
    let order = json!({ "order": { "orderId": id, "createdTime": "2026-11-01T10:00:00Z",
        "lastUpdatedTime": "2026-11-01T11:00:00Z", "fulfillment": { "fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT" },
        "orderItems": [{ "orderItemId": "1", "quantityOrdered": 1, "product": { "sellerSku": "TEA" } }] } });
    let order = order.to_string();
    let url = channel(move |path| match path {
        "/token" => (200, TOKEN.into()),
        "/orders/2026-01-01/orders/902-1845936-5435065" => (200, order.clone()),
        _ => (404, "{}".into()),
    });
    let settings = json!({ "base_url": url, "push": { "secret": SECRET }, "access": { "channel": "amazon",
        "refresh": refresh(&url), "marketplaces": ["ATVPDKIKX0DER"] } });
    let path = shop.connect("a", &settings);
    let body = json!({ "version": "0", "detail-type": "ORDER_CHANGE", "source": "aws.partner/sellingpartnerapi.amazon.com",
        "detail": { "NotificationVersion": "1.0", "NotificationType": "ORDER_CHANGE", "PayloadVersion": "1.0",
            "EventTime": "2026-11-01T11:00:00Z", "Payload": { "OrderChangeNotification": {
                "NotificationLevel": "OrderLevel", "SellerId": "S", "AmazonOrderId": id, "OrderChangeType": "OrderStatusChange",
                "Summary": { "OrderStatus": "Unshipped" } } } } })
    .to_string();
    let answer = shop.push(&path, &[("x-api-key", SECRET)], body.as_bytes());
    assert_eq!(answer.json()["changed"], 1, "{answer:?}");
    shop.waits_for("a", id);
    shop.denied(&path, &[("x-api-key", "guessed")], body.as_bytes());
    let other = body.replace("ORDER_CHANGE", "PRICING_HEALTH");
    let answer = shop.push(&path, &[("x-api-key", SECRET)], other.as_bytes());
    assert_eq!((answer.status, answer.json()["changed"].as_u64()), (200, Some(0)), "{answer:?}");
}

fn channels_push(home: Home) {
    let shop = Shop::open(home);
    of_an_own_site(&shop);
    of_shopify(&shop);
    of_woocommerce(&shop);
    of_ebay(&shop);
    of_amazon(&shop);

    // Addresses that are none, bodies that are too large, settings that are none: each said, and nothing of a secret.
    shop.denied("/push/cn_nothing", &[], b"{}");
    let large = vec![b' '; (2 << 20) + 1];
    assert_eq!(shop.push("/push/cn_nothing", &[], &large).status, 413);
    let path = "/api/v1/merchants/qinghe/connections";
    let wrong = json!({ "shop": "x", "settings": { "access": { "secret": SECRET } } }).to_string();
    let answer = shop.server.http().post(path, None, wrong.as_bytes()).unwrap();
    assert_eq!(answer.refusal(), (400, "api.connection".to_owned()));
    assert!(!answer.text.contains(SECRET));
    for table in ["credentials", "sealed_messages"] {
        assert_eq!(shop.server.http().get(&format!("/api/v1/records/{table}")).status, 404);
    }
    // Signed headers of credentials are kept nowhere in clear, and no log shows one.
    assert!(!shop.server.said().contains(SECRET));
    for table in ["credentials", "connections", "events", "effects", "unread_messages", "sealed_messages"] {
        let clear = format!("SELECT count(*) FROM {table} WHERE body LIKE '%{SECRET}%'");
        assert_eq!(shop.home.number(&clear), 0, "{table}");
    }
    assert!(shop.server.stop().success());
    shop.home.verify();
}

#[test]
fn channels_push_on_sqlite() {
    channels_push(Home::sqlite());
}

#[test]
fn channels_push_on_postgres() {
    channels_push(Home::postgres(1));
}
