//! `zaiton connect` and `zaiton pull` against a shop that speaks `WooCommerce`'s protocol on this machine: what changed is
//! captured, the place moves only when all is stored, a shop that fails in the middle is gone on with, and credentials are shown nowhere.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::home::{Home, Ran};

const SECRET: &str = "cs_never_shown";

/// What the shop sells, and how it behaves.
#[derive(Default)]
struct Shop {
    orders: Mutex<Vec<Value>>,
    fails: AtomicBool,
    asked: AtomicUsize,
}

fn order(id: usize, modified: &str) -> Value {
    json!({ "id": id, "number": id.to_string(), "status": "processing", "currency": "CNY", "total": "10.00",
        "date_created_gmt": "2026-03-02T01:00:00", "date_modified_gmt": modified, "discount_total": "0.00",
        "shipping_total": "0.00", "total_tax": "0.00", "prices_include_tax": false,
        "line_items": [{ "id": 1, "name": "tea", "sku": "T", "quantity": 1, "subtotal": "10.00", "total": "10.00",
            "total_tax": "0.00" }] })
}

/// Answers one call: a page of a hundred.
fn answer(shop: &Shop, stream: &TcpStream) {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().unwrap().unwrap();
    let mut authorised = false;
    for line in lines {
        let line = line.unwrap().to_ascii_lowercase();
        authorised |= line.starts_with("authorization: basic ");
        if line.is_empty() {
            break;
        }
    }
    shop.asked.fetch_add(1, Ordering::SeqCst);
    let page = first.split(['?', '&', ' ']).find_map(|part| part.strip_prefix("page=")).unwrap_or("1");
    let page: usize = page.parse().unwrap();
    let (status, body, total) = if !authorised {
        ("401 Unauthorized", "{}".to_owned(), 0)
    } else if shop.fails.load(Ordering::SeqCst) && page > 1 {
        ("403 Forbidden", "{\"code\":\"woocommerce_rest_cannot_view\"}".to_owned(), 0)
    } else {
        let orders = shop.orders.lock().unwrap();
        let shown: Vec<&Value> = orders.iter().skip((page - 1) * 100).take(100).collect();
        ("200 OK", serde_json::to_string(&shown).unwrap(), orders.len())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nX-WP-Total: {total}\r\n\
         X-WP-TotalPages: {}\r\nConnection: close\r\n\r\n",
        body.len(),
        total.div_ceil(100)
    );
    let mut stream = stream;
    drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())));
}

/// Opens the shop; it closes with the test.
fn open() -> (Arc<Shop>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let shop = Arc::new(Shop::default());
    let inside = Arc::clone(&shop);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&inside, &stream.unwrap());
        }
    });
    (shop, url)
}

fn settings(home: &Home, url: &str) -> std::path::PathBuf {
    let settings = json!({ "base_url": url,
        "access": { "channel": "woocommerce", "consumer_key": "ck_1", "consumer_secret": SECRET } });
    home.write("shop.json", settings.to_string())
}

const WHOSE: [&str; 4] = ["--merchant", "qinghe", "--shop", "main"];

fn connect(home: &Home, settings: &std::path::Path, since: &[&str]) -> Ran {
    let path = settings.display().to_string();
    home.run(&[&["connect", path.as_str()][..], &WHOSE, since].concat())
}

fn pull(home: &Home) -> Ran {
    home.run(&[&["pull"][..], &WHOSE].concat())
}

fn a_shop_is_pulled(home: &Home) {
    home.run(&["merchant", "qinghe", "--name", "青禾", "--company", "泉州青禾贸易有限公司"]).ok();
    let (shop, url) = open();
    let settings = settings(home, &url);
    *shop.orders.lock().unwrap() = (1..=150).map(|id| order(id, "2026-11-01T02:00:00")).collect();
    let since = ["--since", "2026-11-01T00:00:00Z"];
    assert!(pull(home).refused().contains("no connection main"));
    assert!(connect(home, &settings, &[]).refused().contains("channels.connection.since"));
    assert!(
        connect(home, &settings, &["--zone", "Asia/Atlantis", since[0], since[1]]).refused().contains("zone")
    );
    assert_eq!(shop.asked.load(Ordering::SeqCst), 0, "nothing was asked without a place to begin at");

    // It refuses the second page: what came is stored, and the next pull goes on.
    shop.fails.store(true, Ordering::SeqCst);
    assert!(connect(home, &settings, &since).ok().contains("woocommerce/main is connected"));
    let left = pull(home);
    assert!(left.code != 0 && left.err.contains("left early"), "{left:?}");
    assert!(!format!("{left:?}").contains(SECRET));
    assert_eq!(home.count("channel_orders"), 100);
    shop.fails.store(false, Ordering::SeqCst);
    let said = pull(home).ok();
    assert!(said.contains("everything until"), "{said}");
    assert_eq!(home.count("channel_orders"), 150);

    // Nothing changed: the same orders are shown again within the overlap, and make no new version.
    let before = home.count("channel_messages");
    pull(home).ok();
    assert_eq!(home.count("channel_messages"), before);
    // One changed.
    shop.orders.lock().unwrap()[7] = order(8, "2026-11-02T02:00:00");
    let said = pull(home).ok();
    assert!(said.contains("0 new orders, 1 changed"), "{said}");
    assert_eq!(home.count("channel_messages"), before + 1);
    let listed = home.run(&["connections", "--merchant", "qinghe"]).ok();
    assert!(listed.contains("woocommerce/main active") && !listed.contains("trouble"), "{listed}");

    // Settings that are none say where, and never what.
    let wrong = home.write(
        "wrong.json",
        format!("{{\"base_url\":\"{url}\",\"access\":{{\"consumer_secret\":\"{SECRET}\"}}}}"),
    );
    let said = connect(home, &wrong, &[]).refused();
    assert!(said.contains("no settings of a connection") && !said.contains(SECRET), "{said}");
    // The credentials lie nowhere in clear.
    for table in ["credentials", "connections", "events", "requests", "effects"] {
        let column = if table == "requests" { "reply" } else { "body" };
        let clear = format!("SELECT count(*) FROM {table} WHERE {column} LIKE '%{SECRET}%'");
        assert_eq!(home.number(&clear), 0, "{table}");
    }
    home.verify();
}

#[test]
fn a_shop_is_pulled_on_sqlite() {
    a_shop_is_pulled(&Home::sqlite());
}

#[test]
fn a_shop_is_pulled_on_postgres() {
    a_shop_is_pulled(&Home::postgres(1));
}
