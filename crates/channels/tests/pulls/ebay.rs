//! eBay: tokens and their renewal, counted pages, and the order's own call where the list leaves things out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use serde_json::{Value, json};
use zaiton_channels::{Access, Doubt, EbayAccess, Known, RefreshAccess, Secret, SettingsError, Stop};

use crate::common::{at, client, connection, cursor, each, ids, pull, pulled};
use crate::server::{Asked, Reply, Server};
use crate::world::FakeWorld;

/// What buys tokens at a server of the test's.
pub(crate) fn refresh(url: &str) -> RefreshAccess {
    RefreshAccess {
        token_url: format!("{url}/token"),
        client_id: Secret::new("client-1"),
        client_secret: Secret::new("hidden-1"),
        refresh_token: Secret::new("refresh/1"),
    }
}

pub(crate) fn access(url: &str) -> Access {
    let scope = "https://api.ebay.com/oauth/api_scope/sell.fulfillment.readonly".to_owned();
    Access::Ebay(EbayAccess { refresh: refresh(url), scope, marketplace: Some("EBAY_US".to_owned()) })
}

fn order(id: &str, total: &str, country: &str, cancel: &str) -> Value {
    json!({
        "orderId": id, "creationDate": "2026-03-02T10:00:00.000Z", "lastModifiedDate": "2026-03-02T11:00:00.000Z",
        "orderFulfillmentStatus": "NOT_STARTED", "orderPaymentStatus": "PAID",
        "cancelStatus": { "cancelState": cancel, "cancelRequests": [] },
        "pricingSummary": { "total": { "value": total, "currency": "USD" } },
        "fulfillmentStartInstructions": [ { "shippingStep": { "shipTo": {
            "contactAddress": { "city": "X", "countryCode": country } } } } ],
        "lineItems": [ { "lineItemId": "1", "sku": "TEA", "quantity": 1 } ]
    })
}

/// A page of a shop with these orders.
fn page(orders: &[Value], asked: &Asked) -> Reply {
    let figure = |name| asked.query(name).unwrap().parse::<usize>().unwrap();
    let shown: Vec<&Value> = orders.iter().skip(figure("offset")).take(figure("limit")).collect();
    Reply::json(
        json!({ "total": orders.len(), "orders": shown, "next": "https://elsewhere.example/" }).to_string(),
    )
}

pub(crate) const QUOTA: &str = "/developer/analytics/v1_beta/user_rate_limit/";

/// A server whose calls of the day are not told, which is how it is with most tokens.
fn start(world: &Arc<FakeWorld>, answer: impl Fn(&Asked, usize) -> Reply + Send + 'static) -> Server {
    Server::start(
        world,
        move |asked, before| {
            if asked.path() == QUOTA { Reply::status(403) } else { answer(asked, before) }
        },
    )
}

/// Every call but the one about the calls of the day.
fn asked(server: &Server) -> Vec<Asked> {
    server.asked().into_iter().filter(|call| call.path() != QUOTA).collect()
}

fn lines(server: &Server) -> Vec<String> {
    server.lines().into_iter().filter(|line| !line.contains(QUOTA)).collect()
}

fn token(number: usize) -> Reply {
    Reply::json(json!({ "access_token": format!("token-{number}"), "expires_in": 7200 }).to_string())
}

/// Rule R4-02: the token once, the window, the pages, the last one twice.
#[test]
fn a_pull_buys_one_token_and_counts_its_pages() {
    let world = FakeWorld::new();
    let shop: Vec<Value> =
        (1..=250).map(|id| order(&id.to_string(), "1.00", "US", "NONE_REQUESTED")).collect();
    let server =
        start(&world, move |asked, _| if asked.path() == "/token" { token(1) } else { page(&shop, asked) });
    let mut client = client(&server, &world, access(&server.url));
    let (messages, outcome) = pull(&mut client, &cursor(300));
    assert_eq!((messages.len(), outcome.unwrap().repeated), (250, 50));
    let asked = asked(&server);
    let basic = base64::engine::general_purpose::STANDARD.encode("client-1:hidden-1");
    assert_eq!(asked[0].header("authorization"), Some(format!("Basic {basic}").as_str()));
    assert_eq!(
        asked[0].body,
        "grant_type=refresh_token&refresh_token=refresh%2F1\
         &scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope%2Fsell.fulfillment.readonly"
    );
    for asked in &asked[1..] {
        assert_eq!(asked.header("authorization"), Some("Bearer token-1"));
        assert_eq!(asked.header("x-ebay-c-marketplace-id"), Some("EBAY_US"));
    }
    let line = |offset: u64| {
        format!(
            "GET /sell/fulfillment/v1/order?filter=lastmodifieddate:[2026-03-02T11:45:00.000Z..2026-03-02T11:58:00.000Z]\
             &fieldGroups=TAX_BREAKDOWN&limit=200&offset={offset}"
        )
    };
    assert_eq!(lines(&server)[1..], [line(0), line(200), line(200)]);
}

/// Requests to cancel and tax numbers are not in the list: such an order is asked for by itself, and no other.
#[test]
fn what_the_list_leaves_out_is_asked_for() {
    let world = FakeWorld::new();
    let shop = vec![
        order("A", "1.00", "US", "NONE_REQUESTED"),
        order("B", "2.00", "US", "IN_PROGRESS"),
        order("C", "3.00", "IT", "NONE_REQUESTED"),
        order("D", "4.00", "ES", "NONE_REQUESTED"),
        order("E", "5.00", "GT", "NONE_REQUESTED"),
    ];
    let server = start(&world, move |asked, _| match asked.path().rsplit('/').next().unwrap() {
        "token" => token(1),
        "order" => page(&shop, asked),
        "B" => {
            let mut whole = order("B", "2.00", "US", "IN_PROGRESS");
            whole["cancelStatus"]["cancelRequests"] = json!([{ "cancelRequestId": "1", "cancelRequestState": "REQUESTED", "cancelInitiator": "BUYER" }]);
            Reply::json(whole.to_string())
        }
        "C" => Reply::json(order("C", "3.30", "IT", "NONE_REQUESTED").to_string()),
        "D" => Reply::status(404),
        _ => Reply::json(order("A", "5.00", "GT", "NONE_REQUESTED").to_string()),
    });
    let (messages, outcome) = pull(&mut client(&server, &world, access(&server.url)), &cursor(300));
    assert_eq!((ids(&messages), outcome.unwrap().handed), ("A B C D E".to_owned(), 5));
    let doubts: Vec<_> = messages.iter().map(|message| message.doubt).collect();
    let want = [None, None, Some(Doubt::TotalDiffers), Some(Doubt::NoDetails), Some(Doubt::AnotherOrder)];
    assert_eq!(doubts, want);
    let cancels = |at: usize| messages[at].order.as_ref().unwrap().cancels.len();
    assert_eq!((cancels(0), cancels(1)), (0, 1));
    // The order's own word is taken.
    assert_eq!(messages[2].order.as_ref().unwrap().money.total.unwrap().to_string(), "3.30 USD");
    let fetched: Vec<_> = lines(&server)[2..].to_vec();
    let path = |id| format!("GET /sell/fulfillment/v1/order/{id}?fieldGroups=TAX_BREAKDOWN");
    assert_eq!(fetched, ["B", "C", "D", "E"].map(path));
}

/// An order that the list has twice is asked for once; twice with other words, and its own word is handed over once.
#[test]
fn an_order_that_comes_twice_is_handed_over_once() {
    let world = FakeWorld::new();
    let of = |total| order("A", total, "US", "CANCELED");
    let shop = vec![of("1.00"), of("1.00"), of("2.00")];
    let server = start(&world, move |asked, _| match asked.path().rsplit('/').next().unwrap() {
        "token" => token(1),
        "order" => page(&shop, asked),
        _ => Reply::json(of("1.00").to_string()),
    });
    let (messages, outcome) = pull(&mut client(&server, &world, access(&server.url)), &cursor(300));
    assert_eq!((ids(&messages), outcome.unwrap().repeated, asked(&server).len()), ("A".to_owned(), 2, 4));
}

/// A token that ends in the middle of a pull is renewed once; one that is never taken ends the pull.
#[test]
fn a_token_that_ends_is_renewed_once() {
    let world = FakeWorld::new();
    let shop: Vec<Value> =
        (1..=250).map(|id| order(&id.to_string(), "1.00", "US", "NONE_REQUESTED")).collect();
    let bought = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&bought);
    let server = start(&world, move |asked, before| {
        if asked.path() == "/token" {
            return token(counter.fetch_add(1, Ordering::SeqCst) + 1);
        }
        let is_old = before >= 3 && asked.header("authorization") == Some("Bearer token-1");
        if is_old { Reply::status(401) } else { page(&shop, asked) }
    });
    let mut renewing = client(&server, &world, access(&server.url));
    let (messages, outcome) = pull(&mut renewing, &cursor(300));
    assert_eq!((messages.len(), outcome.unwrap().handed, bought.load(Ordering::SeqCst)), (250, 250, 2));
    let paths: Vec<_> =
        asked(&server).iter().map(|asked| asked.path().rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(paths.join(" "), "token order order token order order");
    // Shortly before its end a new one is bought without being asked to.
    world.move_by(7_200 - 121);
    pulled(&mut renewing, &cursor(300));
    assert_eq!(bought.load(Ordering::SeqCst), 2);
    world.move_by(1);
    pulled(&mut renewing, &cursor(300));
    assert_eq!(bought.load(Ordering::SeqCst), 3);
    for status in [401, 403] {
        let server =
            start(
                &world,
                move |asked, before| {
                    if asked.path() == "/token" { token(before) } else { Reply::status(status) }
                },
            );
        let (_, outcome) = pull(&mut client(&server, &world, access(&server.url)), &cursor(300));
        assert_eq!((outcome.unwrap_err().why, asked(&server).len()), (Stop::Unauthorised { status }, 4));
    }
}

/// A refresh token that holds no more is told by its code, and nothing else is.
#[test]
fn a_refresh_token_that_is_not_taken_is_told() {
    let world = FakeWorld::new();
    for status in [400, 401] {
        let words = r#"{"error":"invalid_grant","error_description":"refresh/1 of buyer@example.com"}"#;
        let server = start(&world, move |_, _| Reply { status, ..Reply::json(words) });
        let (_, outcome) = pull(&mut client(&server, &world, access(&server.url)), &cursor(300));
        let stopped = outcome.unwrap_err();
        assert_eq!(stopped.why, Stop::CredentialsRefused { code: Some("invalid_grant".to_owned()) });
        assert_eq!(asked(&server).len(), 1);
    }
    for body in ["{}", "[]", r#"{"access_token":7}"#, r#"{"access_token":"a\r\nx: y"}"#] {
        let server = start(&world, move |_, _| Reply::json(body));
        let (_, outcome) = pull(&mut client(&server, &world, access(&server.url)), &cursor(300));
        assert_eq!(outcome.unwrap_err().why, Stop::Unreadable { code: "channels.token" });
    }
}

/// Two years, a season at a time: each pull moves the cursor, and what is older is told.
#[test]
fn the_channel_shows_two_years_in_slices() {
    let world = FakeWorld::new();
    let server = start(&world, |asked, _| if asked.path() == "/token" { token(1) } else { page(&[], asked) });
    let mut client = client(&server, &world, access(&server.url));
    let (mut from, mut pulls, mut lost) = (cursor(800 * 86_400), 0, Vec::new());
    loop {
        let outcome = pull(&mut client, &from).1.unwrap();
        assert!(outcome.cursor.until > from.until);
        from = outcome.cursor;
        lost.extend(outcome.out_of_reach);
        pulls += 1;
        if outcome.is_caught_up {
            break;
        }
        assert!(outcome.lag.is_late);
    }
    assert_eq!((pulls, from.until), (9, at("2026-03-02T11:58:00Z")));
    assert_eq!((lost.len(), lost[0].to), (1, at("2024-03-02T13:00:00Z")));
    let filters: Vec<_> = asked(&server).iter().filter_map(|asked| asked.query("filter")).collect();
    assert_eq!(filters[0], "lastmodifieddate:[2024-03-02T13:00:00.000Z..2024-05-31T13:00:00.000Z]");
    assert_eq!(filters[1], "lastmodifieddate:[2024-05-31T12:50:00.000Z..2024-08-29T12:50:00.000Z]");
}

/// Rule R4-05.
#[test]
fn a_sweep_goes_by_creation_and_asks_for_no_details() {
    let world = FakeWorld::new();
    let shop = vec![order("A", "1.00", "IT", "IN_PROGRESS")];
    let server =
        start(&world, move |asked, _| if asked.path() == "/token" { token(1) } else { page(&shop, asked) });
    let known = |_: &str| Some(Known { total: None, updated_at: None });
    let swept = client(&server, &world, access(&server.url)).sweep(&mut each(&known)).unwrap();
    assert_eq!((swept.seen, swept.differing.len(), asked(&server).len()), (1, 1, 2));
    let filter = asked(&server)[1].query("filter").unwrap();
    assert_eq!(filter, "creationdate:[2026-02-27T12:00:00.000Z..2026-03-02T11:58:00.000Z]");
}

/// The token's address is held to the same: no plain `http` to another machine.
#[test]
fn tokens_are_bought_over_tls_only() {
    let url = "https://api.ebay.com";
    let mut settings = connection(url, access(url));
    assert_eq!(settings.check(), Ok(()));
    settings.access = access("http://api.ebay.com");
    assert_eq!(settings.check(), Err(SettingsError::NotEncrypted));
    let shown = format!("{settings:?}");
    assert!(
        !shown.contains("hidden-1") && !shown.contains("refresh/1") && !shown.contains("client-1"),
        "{shown}"
    );
}
