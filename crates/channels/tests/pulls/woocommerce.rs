//! `WooCommerce`: what is asked, how pages are counted, what a shop that changes in the middle of a pull loses, and the
//! sweep that finds it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine;
use zaiton_channels::{Access, Cursor, Difference, Doubt, Known, Secret, Stop, WooAccess};
use zaiton_kernel::Money;

use crate::common::{at, client, cursor, each, ids, pull, pulled};
use crate::server::{Asked, Reply, Server};
use crate::world::FakeWorld;

pub(crate) fn access() -> Access {
    Access::WooCommerce(WooAccess { consumer_key: Secret::new("ck_1"), consumer_secret: Secret::new("cs_1") })
}

pub(crate) fn order(id: usize, total: &str) -> String {
    format!(
        r#"{{"id":{id},"number":"{id}","status":"processing","currency":"USD","total":"{total}",
        "date_created":"2026-03-02T10:00:00","date_created_gmt":"2026-03-02T10:00:00",
        "date_modified":"2026-03-02T11:00:00","date_modified_gmt":"2026-03-02T11:00:00",
        "line_items":[{{"id":1,"sku":"TEA","quantity":1,"subtotal":"{total}","total":"{total}"}}]}}"#
    )
}

/// A page of a shop with these orders.
pub(crate) fn page(orders: &[String], asked: &Asked) -> Reply {
    if let Some(id) = asked.path().strip_prefix("/wp-json/wc/v3/orders/") {
        let found = orders.iter().find(|order| order.contains(&format!("\"id\":{id},\"number\"")));
        return found.map_or(Reply::status(404), Reply::json);
    }
    let page: usize = asked.query("page").unwrap().parse().unwrap();
    let size: usize = asked.query("per_page").unwrap().parse().unwrap();
    let shown: Vec<&str> = orders.iter().skip((page - 1) * size).take(size).map(String::as_str).collect();
    let total = orders.len();
    Reply::json(format!("[{}]", shown.join(",")))
        .with("X-WP-Total", total)
        .with("X-WP-TotalPages", total.div_ceil(size))
}

fn orders(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(|id| order(id, "10.00")).collect()
}

/// Rule R4-02: the window, the parameters and the key of every call.
#[test]
fn a_pull_asks_for_its_window_page_by_page() {
    let world = FakeWorld::new();
    let shop = orders(1..=201);
    let server = Server::start(&world, move |asked, _| page(&shop, asked).with("Set-Cookie", "a=b"));
    let mut client = client(&server, &world, access());
    let (messages, outcome) = pull(&mut client, &cursor(300));
    let outcome = outcome.unwrap();
    assert_eq!((messages.len(), outcome.handed, outcome.repeated), (201, 201, 1));
    assert!(outcome.is_caught_up && outcome.out_of_reach.is_none() && !outcome.lag.is_late);
    assert_eq!(outcome.cursor, Cursor { until: at("2026-03-02T11:58:00Z"), unfinished: None });
    assert_eq!(outcome.lag.seconds, 120);
    let first = messages[0].order.as_ref().unwrap();
    assert_eq!(first.money.total.unwrap().to_string(), "10.00 USD");
    assert_eq!(messages[0].raw, order(1, "10.00").into_bytes());
    assert!(messages[0].headers.iter().any(|(name, value)| name == "x-wp-total" && value == "201"));
    assert!(!messages[0].headers.iter().any(|(name, _)| name == "set-cookie"));
    let basic = base64::engine::general_purpose::STANDARD.encode("ck_1:cs_1");
    for asked in server.asked() {
        assert_eq!(asked.header("authorization"), Some(format!("Basic {basic}").as_str()));
    }
    let line = |page: usize| {
        "GET /wp-json/wc/v3/orders?modified_after=2026-03-02T11:45:00&modified_before=2026-03-02T11:58:00\
         &dates_are_gmt=true&orderby=id&order=asc&per_page=100&page="
            .to_owned()
            + &page.to_string()
    };
    assert_eq!(server.lines(), [line(1), line(2), line(3), line(3)]);
    // Nothing is handed over twice, and the next pull begins ten minutes before this one ended.
    world.move_by(300);
    let (_, next) = pulled(&mut client, &outcome.cursor);
    assert_eq!(next.until, at("2026-03-02T12:03:00Z"));
    assert!(
        server.lines()[0].contains("modified_after=2026-03-02T11:48:00&modified_before=2026-03-02T12:03:00")
    );
}

/// Rule R4-06: five calls at once, then two a second.
#[test]
fn calls_keep_to_their_budget() {
    let world = FakeWorld::new();
    let shop = orders(1..=700);
    let server = Server::start(&world, move |asked, _| page(&shop, asked));
    pulled(&mut client(&server, &world, access()), &cursor(300));
    let start = at("2026-03-02T12:00:00Z").millis();
    let asked = server.asked();
    let times: Vec<i64> = asked.iter().map(|asked| asked.at.millis() - start).collect();
    assert_eq!(times, [0, 0, 0, 0, 0, 500, 1_000, 1_500]);
    assert!(asked.iter().all(|asked| asked.method == "GET" && asked.body.is_empty()));
}

/// An order leaves the window while its pages are read: all behind it move up, and none is passed over.
#[test]
fn a_shift_in_the_middle_skips_nothing() {
    let world = FakeWorld::new();
    let server = Server::start(&world, |asked, before| {
        let shop: Vec<usize> = (1..=250).filter(|id| before == 0 || *id != 7).collect();
        page(&orders(shop), asked)
    });
    let (got, _) = pulled(&mut client(&server, &world, access()), &cursor(300));
    let want: Vec<String> = (1..=250).map(|id| id.to_string()).collect();
    let mut got: Vec<&str> = got.split(' ').collect();
    got.sort_by_key(|id| id.parse::<usize>().unwrap());
    assert_eq!(got, want);
    let pages: Vec<_> = server.asked().iter().map(|asked| asked.query("page").unwrap()).collect();
    assert_eq!(pages.join(" "), "1 2 1 2 3 3");
}

/// Orders come again on later pages and in another order: each message is handed over once.
#[test]
fn repeated_and_reordered_orders_are_handed_over_once() {
    let world = FakeWorld::new();
    let server = Server::start(&world, |asked, before| {
        let mut shop = orders((1..=100).chain(50..=149));
        if before > 0 {
            shop[100..].reverse();
        }
        page(&shop, asked)
    });
    let (messages, outcome) = pull(&mut client(&server, &world, access()), &cursor(300));
    assert_eq!((messages.len(), outcome.unwrap().repeated), (149, 51 + 100));
}

/// Totals that are not there, and totals that lie.
#[test]
fn totals_may_be_absent_and_must_not_be_believed_for_ever() {
    let world = FakeWorld::new();
    let shop = orders(1..=120);
    let server = Server::start(&world, move |asked, _| Reply { headers: Vec::new(), ..page(&shop, asked) });
    let (got, _) = pulled(&mut client(&server, &world, access()), &cursor(300));
    assert_eq!((got.split(' ').count(), server.lines().len()), (120, 3));
    let shop = orders(1..=3);
    let lies = move |asked: &Asked, _| {
        Reply { headers: Vec::new(), ..page(&shop, asked) }.with("X-WP-Total", 1_000_000_000)
    };
    let server = Server::start(&world, lies);
    let (messages, outcome) = pull(&mut client(&server, &world, access()), &cursor(300));
    let stopped = outcome.unwrap_err();
    assert_eq!(stopped.why, Stop::Unreadable { code: "channels.page_empty" });
    assert_eq!((ids(&messages), stopped.cursor.until), ("1 2 3".to_owned(), cursor(300).until));
    assert_eq!(server.lines().len(), 3);
    let full = orders(1..=100);
    let for_ever =
        move |_: &Asked, _| Reply::json(format!("[{}]", full.join(","))).with("X-WP-Total", 1_000_000_000);
    let server = Server::start(&world, for_ever);
    let (messages, outcome) = pull(&mut client(&server, &world, access()), &cursor(300));
    let stopped = outcome.unwrap_err();
    assert_eq!((messages.len(), stopped.why), (100, Stop::TooManyPages { limit: 50 }));
    assert_eq!(stopped.cursor, cursor(300));
}

/// Rule R4-07: what cannot be read is handed over too.
#[test]
fn an_order_that_is_none_does_not_keep_back_the_others() {
    let world = FakeWorld::new();
    let server =
        Server::start(&world, |_, _| Reply::json(format!("[{},{{\"number\":\"x\"}},7]", order(1, "1.00"))));
    let (messages, outcome) = pull(&mut client(&server, &world, access()), &cursor(300));
    assert_eq!(ids(&messages), "1 import.missing import.wrong_kind");
    assert_eq!(outcome.unwrap().handed, 3);
}

/// Rule R4-05: one order is hidden from the first listing, one lies about its total in the list, one changed.
#[test]
fn the_sweep_finds_what_the_pull_was_not_told() {
    let world = FakeWorld::new();
    let hides = Arc::new(Mutex::new(true));
    let hidden = Arc::clone(&hides);
    let server = Server::start(&world, move |asked, _| {
        let mut shop = orders(1..=4);
        if *hidden.lock().unwrap() {
            shop.remove(1);
        }
        // Its own call and the list of the sweep say another total than the list of the pull did.
        if asked.query("after").is_some() || asked.path().ends_with("/3") {
            shop.iter_mut().for_each(|text| {
                if text.contains("\"id\":3,") {
                    *text = order(3, "11.00");
                }
            });
        }
        page(&shop, asked)
    });
    let mut client = client(&server, &world, access());
    let (messages, _) = pull(&mut client, &cursor(300));
    assert_eq!(ids(&messages), "1 3 4");
    let mut known: HashMap<String, Known> = HashMap::new();
    for message in &messages {
        let order = message.order.as_ref().unwrap();
        let updated_at = order.updated_at.map(|moment| moment.at);
        known.insert(order.channel_order_id.clone(), Known { total: order.money.total, updated_at });
    }
    known.get_mut("4").unwrap().updated_at = Some(at("2026-03-02T10:59:59Z"));
    *hides.lock().unwrap() = false;
    server.lines();
    let swept = client.sweep(&mut each(&|id| known.get(id).copied())).unwrap();
    let differing: Vec<_> = swept.differing.iter().map(|(id, why)| (id.as_str(), *why)).collect();
    let want = [("2", Difference::Missing), ("3", Difference::Total), ("4", Difference::Updated)];
    assert_eq!((swept.seen, swept.unread, &differing[..]), (4, 0, &want[..]));
    assert_eq!(
        server.lines(),
        ["GET /wp-json/wc/v3/orders?after=2026-02-27T12:00:00&before=2026-03-02T11:58:00&dates_are_gmt=true\
          &orderby=id&order=asc&per_page=100&page=1"]
    );
    // Rule R4-04: fetched one by one.
    let total = |text: &str| Some(Money::parse(text, known["1"].total.unwrap().currency()).unwrap());
    for (id, want) in [("2", "10.00"), ("3", "11.00"), ("4", "10.00")] {
        let message = client.fetch(id).unwrap().unwrap();
        assert_eq!(message.order.unwrap().money.total, total(want), "{id}");
    }
    assert!(client.fetch("99").unwrap().is_none());
    let paths = ["2", "3", "4", "99"].map(|id| format!("GET /wp-json/wc/v3/orders/{id}"));
    assert_eq!(server.lines(), paths);
}

/// An id comes from outside: it never leads to another call, and another order is never taken for it.
#[test]
fn a_fetch_asks_for_one_order_and_takes_no_other() {
    let world = FakeWorld::new();
    let server = Server::start(&world, |_, _| Reply::json(order(5, "1.00")));
    let mut client = client(&server, &world, access());
    assert_eq!(client.fetch("6").unwrap_err(), Stop::Unreadable { code: "channels.another_order" });
    assert_eq!(client.fetch("..").unwrap_err(), Stop::BadId);
    assert!(client.fetch("../../users?x=5").is_err());
    let targets: Vec<_> = server.asked().iter().map(|asked| asked.target.clone()).collect();
    assert_eq!(targets, ["/wp-json/wc/v3/orders/6", "/wp-json/wc/v3/orders/..%2F..%2Fusers%3Fx%3D5"]);
}

/// An order with refunds is completed by their own list; one of which that cannot be had is told, and kept as it was.
#[test]
fn refunds_are_asked_for_where_there_are_any() {
    let world = FakeWorld::new();
    let refunded = |id: usize| {
        order(id, "10.00")
            .replace("\"line_items\"", r#""refunds":[{"id":9,"reason":"","total":"-4.00"}],"line_items""#)
    };
    let shop = vec![order(1, "10.00"), refunded(2), refunded(3), refunded(4), refunded(5)];
    let refund = |id: usize| {
        format!(
            r#"{{"id":{id},"date_created":"2026-03-02T11:00:00","date_created_gmt":"2026-03-02T11:00:00","amount":"4.00",
            "line_items":[{{"id":77,"quantity":-1,"total":"-4.00","meta_data":[{{"key":"_refunded_item_id","value":"1"}}]}}]}}"#
        )
    };
    let server = Server::start(&world, move |asked, _| match asked.path() {
        "/wp-json/wc/v3/orders/2/refunds" => Reply::json(format!("[{}]", refund(9))),
        "/wp-json/wc/v3/orders/3/refunds" => Reply::status(404),
        "/wp-json/wc/v3/orders/4/refunds" => Reply::json(r#"{"code":"x"}"#),
        "/wp-json/wc/v3/orders/5/refunds" => {
            let count = if asked.query("page").as_deref() == Some("1") { 100 } else { 1 };
            let first = if count == 1 { 300 } else { 100 };
            let all: Vec<String> = (first..first + count).map(refund).collect();
            Reply::json(format!("[{}]", all.join(",")))
        }
        _ => page(&shop, asked),
    });
    let mut client = client(&server, &world, access());
    let (messages, outcome) = pull(&mut client, &cursor(300));
    assert_eq!((ids(&messages), outcome.unwrap().handed), ("1 2 3 4 5".to_owned(), 5));
    let refunds = |at: usize| &messages[at].order.as_ref().unwrap().refunds;
    assert_eq!((refunds(1).len(), refunds(1)[0].lines[0].line.as_str()), (1, "1"));
    assert_eq!(refunds(1)[0].at.unwrap().at, at("2026-03-02T11:00:00Z"));
    assert_eq!((refunds(2)[0].lines.len(), refunds(4).len()), (0, 102));
    let doubts: Vec<_> = messages.iter().map(|message| message.doubt).collect();
    assert_eq!(doubts, [None, None, Some(Doubt::NoDetails), Some(Doubt::NoDetails), None]);
    let asked: Vec<_> = server.lines().into_iter().filter(|line| line.contains("refunds")).collect();
    let line =
        |id: usize, page: usize| format!("GET /wp-json/wc/v3/orders/{id}/refunds?per_page=100&page={page}");
    assert_eq!(asked, [line(2, 1), line(3, 1), line(4, 1), line(5, 1), line(5, 2)]);
    // One that is fetched by itself is completed too.
    let message = client.fetch("2").unwrap().unwrap();
    assert_eq!((message.hash, message.doubt), (messages[1].hash, None));
    assert_eq!(client.fetch("3").unwrap().unwrap().doubt, Some(Doubt::NoDetails));
}
