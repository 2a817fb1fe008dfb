//! A shop's own site: the signature of every call, pages by cursor, and orders that are read strictly.

use std::collections::HashSet;

use serde_json::json;
use zaiton_channels::{Access, OwnAccess, Secret, Stop};
use zaiton_connect::orders::signature::{OwnRequest, verify_own_site};

use crate::common::{at, client, connection, cursor, each, ids, pull};
use crate::server::{Asked, Reply, Server};
use crate::world::FakeWorld;
use zaiton_channels::{Client, Connection};

fn access() -> Access {
    let (key_id, secret) = (Secret::new("key-1"), Secret::new("hidden-1"));
    Access::OwnSite(OwnAccess { path: "/zaiton/orders".to_owned(), key_id, secret })
}

fn order(id: &str) -> String {
    json!({
        "merchant": "M-1", "shop": "main", "channel_order_id": id, "status_channel": "placed",
        "placed_at": "2026-03-02T10:00:00Z", "updated_at": "2026-03-02T11:00:00Z",
        "money": { "currency": "CNY", "total": "10.00" },
        "lines": [ { "channel_line_id": "1", "sku": "TEA", "qty": 1, "line_total": "10.00" } ]
    })
    .to_string()
}

/// Checks a call as the shop would, and gives its nonce.
fn signed(asked: &Asked) -> String {
    let header = |name: &str| asked.header(name).unwrap();
    let request = OwnRequest {
        method: &asked.method,
        path: &asked.target,
        timestamp: header("x-zaiton-timestamp"),
        nonce: header("x-zaiton-nonce"),
        body: asked.body.as_bytes(),
    };
    assert_eq!(verify_own_site(b"hidden-1", &request, header("x-zaiton-signature"), asked.at), Ok(()));
    assert_eq!(header("x-zaiton-key"), "key-1");
    assert!(!asked.headers.iter().any(|(_, value)| value.contains("hidden-1")));
    request.nonce.to_owned()
}

/// Rules R4-02, R5-04: signed over path and query, with a new nonce and time each time, also when it is made again.
#[test]
fn every_call_is_signed_anew() {
    let world = FakeWorld::new();
    let server = Server::start(&world, |asked, before| {
        if asked.path() == "/shop/zaiton/orders/A" {
            return Reply::json(order("A"));
        }
        if asked.path() != "/shop/zaiton/orders" {
            return Reply::status(404);
        }
        match (before, asked.query("cursor").as_deref()) {
            (0, _) => Reply::status(503).with("Retry-After", 600),
            (_, None) => Reply::json(format!(r#"{{"orders":[{},{}],"next":"p 2"}}"#, order("A"), order("B"))),
            _ => Reply::json(format!(r#"{{"orders":[{},{{"shop":7}}],"next":null}}"#, order("B"))),
        }
    });
    let settings = connection(&format!("{}/shop/", server.url), access());
    let mut client = Client::new(&settings, world.clone()).unwrap();
    let (messages, outcome) = pull(&mut client, &cursor(300));
    let outcome = outcome.unwrap();
    assert_eq!((outcome.handed, outcome.repeated, outcome.cursor.until), (3, 1, at("2026-03-02T11:58:00Z")));
    assert_eq!(ids(&messages[..2]), "A B");
    assert!(messages[2].order.is_err());
    assert_eq!(messages[0].raw, order("A").into_bytes());
    assert_eq!(client.fetch("A").unwrap().unwrap().order_id(), Some("A"));
    assert!(client.fetch("Z").unwrap().is_none());
    assert_eq!(client.sweep(&mut each(&|_| None)).unwrap().unread, 1);
    let nonces: HashSet<String> = server.asked().iter().map(signed).collect();
    assert_eq!(nonces.len(), server.asked().len());
    let window = "updated_from=2026-03-02T11:45:00Z&updated_to=2026-03-02T11:58:00Z&limit=100";
    let lines = server.lines();
    assert_eq!(
        lines[..6],
        [
            format!("GET /shop/zaiton/orders?{window}"),
            format!("GET /shop/zaiton/orders?{window}"),
            format!("GET /shop/zaiton/orders?{window}&cursor=p 2"),
            "GET /shop/zaiton/orders/A".to_owned(),
            "GET /shop/zaiton/orders/Z".to_owned(),
            // Ten minutes later.
            "GET /shop/zaiton/orders?placed_from=2026-02-27T12:10:00Z&placed_to=2026-03-02T12:08:00Z&limit=100".to_owned(),
        ]
    );
}

/// What is no page is told, and no page is taken for an order.
#[test]
fn what_is_no_page_is_told() {
    let world = FakeWorld::new();
    for body in ["[]", "{}", "7", r#"{"orders":{}}"#, &order("A")] {
        let body = body.to_owned();
        let server = Server::start(&world, move |_, _| Reply::json(body.clone()));
        let (_, outcome) = pull(&mut client(&server, &world, access()), &cursor(300));
        assert_eq!(outcome.unwrap_err().why, Stop::Unreadable { code: "channels.page" });
    }
    let server = Server::start(&world, |_, _| Reply::json(r#"{"orders":[],"next":"p"}"#));
    let (_, outcome) = pull(&mut client(&server, &world, access()), &cursor(300));
    assert_eq!(outcome.unwrap_err().why, Stop::Loops { pages: 2 });
    let bad = Access::OwnSite(OwnAccess {
        path: "/a?b".to_owned(),
        key_id: Secret::new("k"),
        secret: Secret::new("s"),
    });
    assert!(Connection { access: bad, ..connection(&server.url, access()) }.check().is_err());
}
