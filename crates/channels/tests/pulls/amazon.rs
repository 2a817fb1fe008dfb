//! Amazon, v0 and 2026-01-01: rates, tokens for personal data on every page, the calls about one order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use zaiton_channels::{Access, AmazonAccess, AmazonApi, Doubt, Stop};

use crate::common::{at, client, cursor, each, ids, outside, pull, pulled};
use crate::ebay::refresh;
use crate::server::{Asked, Reply, Server};
use crate::world::FakeWorld;

fn access(url: &str, api: AmazonApi, personal_data: bool) -> Access {
    let marketplaces = vec!["ATVPDKIKX0DER".to_owned(), "A2EUQ1WTGCTBG2".to_owned()];
    Access::Amazon(AmazonAccess { refresh: refresh(url), marketplaces, api, personal_data, queue: None })
}

const V0: &str = "/orders/v0/orders";

fn id(number: usize) -> String {
    format!("111-0000000-{number:07}")
}

fn order(number: usize, status: &str) -> Value {
    json!({
        "AmazonOrderId": id(number), "PurchaseDate": "2026-03-02T10:00:00Z", "LastUpdateDate": "2026-03-02T11:00:00Z",
        "OrderStatus": status, "FulfillmentChannel": "MFN", "OrderTotal": { "CurrencyCode": "USD", "Amount": "5.00" }
    })
}

fn list(orders: &[Value], next: Option<&str>) -> Reply {
    Reply::json(json!({ "payload": { "Orders": orders, "NextToken": next } }).to_string())
}

/// The calls beside the list: tokens, and what is said of one order.
fn beside(asked: &Asked) -> Reply {
    let one = |value: Value| Reply::json(json!({ "payload": value }).to_string());
    let end = asked.path().trim_start_matches(V0).split('/').skip(2).collect::<Vec<_>>().join("/");
    let item = |at: usize| json!({ "OrderItemId": at.to_string(), "SellerSKU": "TEA", "QuantityOrdered": 1 });
    match (asked.path(), end.as_str()) {
        ("/token", _) => Reply::json(r#"{"access_token":"plain","expires_in":3600}"#),
        ("/tokens/2021-03-01/restrictedDataToken", _) => {
            Reply::json(r#"{"restrictedDataToken":"restricted","expiresIn":3600}"#)
        }
        (_, "orderItems") => match asked.query("NextToken").as_deref() {
            None => one(json!({ "OrderItems": [item(1)], "NextToken": "more" })),
            Some(_) => one(json!({ "OrderItems": [item(2)] })),
        },
        (_, "address") => one(json!({ "ShippingAddress": { "Name": "Somebody", "CountryCode": "US" } })),
        (_, "buyerInfo") => one(json!({ "BuyerName": "Somebody" })),
        (_, "orderItems/buyerInfo") => {
            one(json!({ "OrderItems": [{ "OrderItemId": "1", "GiftMessageText": "Enjoy" }] }))
        }
        _ => one(order(1, "Unshipped")),
    }
}

fn paths(server: &Server) -> Vec<String> {
    server.asked().iter().map(|asked| asked.target.clone()).collect()
}

/// Rule R4-02: the list, then each order's calls; with personal data the restricted token, on every page too.
#[test]
fn v0_joins_the_calls_about_an_order() {
    let world = FakeWorld::new();
    let server =
        Server::start(&world, |asked, _| match (asked.path(), asked.query("NextToken").as_deref()) {
            (V0, None) => list(&[order(1, "Unshipped")], Some("page two")),
            (V0, Some("page two")) => list(&[order(2, "Pending")], None),
            _ => beside(asked),
        });
    let mut client = client(&server, &world, access(&server.url, AmazonApi::V0, true));
    let (messages, outcome) = pull(&mut client, &cursor(300));
    assert_eq!((ids(&messages), outcome.unwrap().handed), (format!("{} {}", id(1), id(2)), 2));
    let one = messages[0].order.as_ref().unwrap();
    assert_eq!((one.lines.len(), one.ship_country.as_deref()), (2, Some("US")));
    assert_eq!(one.personal.buyer.name.as_ref().unwrap().as_str(), "Somebody");
    assert_eq!(one.personal.notes.len(), 1);
    assert!(messages[1].order.as_ref().unwrap().ship_country.is_none());
    let of = |number, end: &str| format!("{V0}/{}{end}", id(number));
    let want = [
        "/token".to_owned(),
        "/tokens/2021-03-01/restrictedDataToken".to_owned(),
        format!(
            "{V0}?MarketplaceIds=ATVPDKIKX0DER%2CA2EUQ1WTGCTBG2&LastUpdatedAfter=2026-03-02T11%3A45%3A00Z\
             &LastUpdatedBefore=2026-03-02T11%3A58%3A00Z&MaxResultsPerPage=100"
        ),
        of(1, "/orderItems"),
        of(1, "/orderItems?NextToken=more"),
        of(1, "/address"),
        of(1, "/buyerInfo"),
        of(1, "/orderItems/buyerInfo"),
        format!("{V0}?MarketplaceIds=ATVPDKIKX0DER%2CA2EUQ1WTGCTBG2&NextToken=page%20two"),
        of(2, "/orderItems"),
        of(2, "/orderItems?NextToken=more"),
        // A pending order has no address yet.
        of(2, "/buyerInfo"),
        of(2, "/orderItems/buyerInfo"),
    ];
    assert_eq!(paths(&server), want);
    let asked = server.asked();
    assert_eq!(
        asked[0].body,
        "grant_type=refresh_token&refresh_token=refresh%2F1&client_id=client-1&client_secret=hidden-1"
    );
    assert_eq!(asked[1].header("x-amz-access-token"), Some("plain"));
    let body: Value = serde_json::from_str(&asked[1].body).unwrap();
    assert_eq!(body["restrictedResources"].as_array().unwrap().len(), 6);
    for asked in &asked[2..] {
        assert_eq!(asked.header("x-amz-access-token"), Some("restricted"), "{}", asked.target);
    }
    assert!(
        asked
            .iter()
            .skip(1)
            .all(|asked| !asked.body.contains("hidden-1") && !asked.target.contains("hidden-1"))
    );
}

/// Without personal data there is one call for the items of each order, and no restricted token; a sweep needs none.
#[test]
fn v0_asks_for_people_only_when_it_should() {
    let world = FakeWorld::new();
    let start = || {
        Server::start(&world, |asked, _| {
            if asked.path() == V0 { list(&[order(1, "Shipped")], None) } else { beside(asked) }
        })
    };
    let server = start();
    let mut bare = client(&server, &world, access(&server.url, AmazonApi::V0, false));
    pulled(&mut bare, &cursor(300));
    let ends: Vec<_> = server.lines().iter().map(|line| line.replace(&id(1), "1")).collect();
    assert_eq!((ends.len(), &ends[2][..]), (4, "GET /orders/v0/orders/1/orderItems"));
    let server = start();
    let mut whole = client(&server, &world, access(&server.url, AmazonApi::V0, true));
    assert_eq!(whole.sweep(&mut each(&|_| None)).unwrap().differing.len(), 1);
    let swept = server.asked();
    assert_eq!((swept.len(), swept[1].header("x-amz-access-token")), (2, Some("plain")));
    assert_eq!(swept[1].query("CreatedAfter").as_deref(), Some("2026-02-27T12:00:00Z"));
    assert!(swept[1].query("LastUpdatedAfter").is_none());
    // Rule R4-04.
    let message = whole.fetch(&id(1)).unwrap().unwrap();
    assert_eq!(message.order.unwrap().lines.len(), 2);
    assert_eq!(paths(&server)[3], format!("{V0}/{}", id(1)));
}

/// Rule R4-06: twenty pages at once, then one a minute; what the channel says of its rate wins.
#[test]
fn the_published_rates_are_kept() {
    let times = |reply: fn(Reply) -> Reply| {
        let world = FakeWorld::new();
        let server = Server::start(&world, move |asked, before| {
            if asked.path() == V0 {
                reply(list(&[], (before < 22).then_some(&format!("t{before}"))))
            } else {
                beside(asked)
            }
        });
        pulled(&mut client(&server, &world, access(&server.url, AmazonApi::V0, false)), &cursor(300));
        let start = at("2026-03-02T12:00:00Z").millis();
        let asked = server.asked();
        let times: Vec<i64> =
            asked.iter().filter(|asked| asked.path() == V0).map(|asked| asked.at.millis() - start).collect();
        assert_eq!(times.len(), 22);
        times[18..].to_vec()
    };
    assert_eq!(times(|reply| reply), [0, 0, 59_880, 119_760]);
    assert_eq!(times(|reply| reply.with("x-amzn-RateLimit-Limit", "0.5")), [0, 0, 2_000, 4_000]);
}

/// A page of a hundred orders takes longer than a caller waits: it goes on in the middle of the page.
#[test]
fn a_slow_page_is_gone_through_in_parts() {
    let world = FakeWorld::new();
    let orders: Vec<Value> = (1..=40).map(|number| order(number, "Shipped")).collect();
    let server = Server::start(
        &world,
        move |asked, _| if asked.path() == V0 { list(&orders, None) } else { beside(asked) },
    );
    let mut client = client(&server, &world, access(&server.url, AmazonApi::V0, false));
    world.be_patient_for(0);
    let (mut from, mut all, mut parts) = (cursor(300), Vec::new(), 0);
    loop {
        let (messages, outcome) = pull(&mut client, &from);
        all.extend(messages);
        parts += 1;
        assert!(parts < 10, "it does not come on");
        match outcome {
            Ok(pulled) => break assert_eq!(pulled.cursor.until, at("2026-03-02T11:58:00Z")),
            Err(stopped) => {
                let Stop::Later { at } = stopped.why else { panic!("{:?}", stopped.why) };
                assert_eq!(stopped.cursor.until, from.until);
                from = stopped.cursor;
                world.move_by((at.micros() - world.time().micros()) / 1_000_000 + 60);
            }
        }
    }
    let want: Vec<String> = (1..=40).map(id).collect();
    assert_eq!((ids(&all), parts), (want.join(" "), 3));
}

/// What is wrong with one order's calls does not keep back the others; a token that ends is renewed once.
#[test]
fn faults_of_one_order_and_of_tokens() {
    let world = FakeWorld::new();
    let bought = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&bought);
    let server = Server::start(&world, move |asked, _| {
        if asked.path() == V0 {
            return list(&[order(1, "Shipped"), order(2, "Shipped"), order(3, "Shipped")], None);
        }
        if asked.path().ends_with("restrictedDataToken") {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            let token = json!({ "restrictedDataToken": format!("r{number}"), "expiresIn": 3600 });
            return Reply::json(token.to_string());
        }
        if asked.path() == format!("{V0}/{}/orderItems", id(1)) {
            return Reply { status: 400, ..Reply::json(r#"{"errors":[{"code":"InvalidInput"}]}"#) };
        }
        if asked.path() == format!("{V0}/{}/orderItems", id(2)) {
            return Reply::json(r#"{"payload":{"OrderItems":[],"NextToken":"again"}}"#);
        }
        let has_ended =
            asked.path().ends_with("/address") && asked.header("x-amz-access-token") == Some("r0");
        if has_ended { Reply::status(403) } else { beside(asked) }
    });
    let mut joined = client(&server, &world, access(&server.url, AmazonApi::V0, true));
    let (messages, outcome) = pull(&mut joined, &cursor(300));
    assert_eq!((outcome.unwrap().handed, bought.load(Ordering::SeqCst)), (3, 2));
    let doubts: Vec<_> = messages.iter().map(|message| message.doubt).collect();
    assert_eq!(doubts, [Some(Doubt::NoDetails), Some(Doubt::NoDetails), None]);
    assert_eq!(ids(&messages[..1]), id(1));
    // An app without the role is told so, and no order goes without its buyer for that.
    for (status, want) in [
        (400, Stop::CredentialsRefused { code: Some("InvalidInput".to_owned()) }),
        (403, Stop::Unauthorised { status: 403 }),
    ] {
        let server = Server::start(&world, move |asked, _| {
            if asked.path() == "/token" {
                return beside(asked);
            }
            Reply { status, ..Reply::json(r#"{"errors":[{"code":"InvalidInput"}]}"#) }
        });
        let mut refused = client(&server, &world, access(&server.url, AmazonApi::V0, true));
        let (messages, outcome) = pull(&mut refused, &cursor(300));
        assert_eq!((messages.len(), outcome.unwrap_err().why), (0, want));
    }
}

/// A token that leads round for ever ends the pull, and the cursor stays; so does one that holds no more.
#[test]
fn tokens_of_pages_that_lie_or_end() {
    let world = FakeWorld::new();
    let server =
        Server::start(
            &world,
            |asked, _| if asked.path() == V0 { list(&[], Some("same")) } else { beside(asked) },
        );
    let mut looping = client(&server, &world, access(&server.url, AmazonApi::V0, false));
    let stopped = pull(&mut looping, &cursor(300)).1.unwrap_err();
    assert_eq!((stopped.why, stopped.cursor), (Stop::Loops { pages: 2 }, cursor(300)));
    let server = Server::start(&world, |asked, before| match (asked.path(), asked.query("NextToken")) {
        (V0, None) => list(&[order(1, "Canceled")], (before < 3).then_some("old")),
        (V0, Some(_)) if before < 5 => Reply::status(429),
        (V0, Some(_)) => Reply::status(400),
        _ => beside(asked),
    });
    let mut late = client(&server, &world, access(&server.url, AmazonApi::V0, false));
    world.be_patient_for(0);
    let stopped = pull(&mut late, &cursor(300)).1.unwrap_err();
    assert!(stopped.cursor.unfinished.as_ref().unwrap().place.is_some(), "{stopped:?}");
    world.move_by(86_400);
    world.be_patient_for(86_400);
    // The place holds no more: the window is read from its start.
    let (got, next) = pulled(&mut late, &stopped.cursor);
    assert_eq!((got, next.until), (id(1), at("2026-03-02T11:58:00Z")));
}

/// 2026-01-01: a search, and one call an order with what is asked for; no restricted token.
#[test]
fn v2026_searches_and_fetches() {
    let world = FakeWorld::new();
    let order = |number: usize, total: &str| {
        let money = json!({ "amount": total, "currencyCode": "USD" });
        json!({ "orderId": id(number), "createdTime": "2026-03-02T10:00:00Z", "lastUpdatedTime": "2026-03-02T11:00:00Z",
            "fulfillment": { "fulfillmentStatus": "UNSHIPPED" }, "proceeds": { "grandTotal": money } })
    };
    let server = Server::start(&world, move |asked, _| {
        let path = "/orders/2026-01-01/orders";
        let page = |orders: Vec<Value>, next: Option<&str>| {
            let pagination = json!({ "nextToken": next });
            let body = json!({ "orders": orders, "pagination": pagination, "lastUpdatedBefore": "2026-03-02T11:57:00Z" });
            Reply::json(body.to_string())
        };
        let one = |total| {
            Reply::json(json!({ "order": order(asked.path().ends_with('1').into(), total) }).to_string())
        };
        match (asked.path().strip_prefix(path), asked.query("paginationToken").as_deref()) {
            (Some(""), None) => page(vec![order(1, "5.00")], Some("two")),
            (Some(""), Some(_)) => page(vec![order(0, "6.00")], None),
            (Some(end), _) if end.ends_with('1') => one("5.00"),
            (Some(end), _) if end.ends_with('0') => one("7.00"),
            (Some(_), _) => Reply::status(404),
            (None, _) => beside(asked),
        }
    });
    let mut client = client(&server, &world, access(&server.url, AmazonApi::V2026, true));
    let (messages, outcome) = pull(&mut client, &cursor(300));
    // The channel says up to when it looked, which is less than was asked for.
    assert_eq!(
        (ids(&messages), outcome.unwrap().cursor.until),
        (format!("{} {}", id(1), id(0)), at("2026-03-02T11:57:00Z"))
    );
    assert_eq!((messages[0].doubt, messages[1].doubt), (None, Some(Doubt::TotalDiffers)));
    assert_eq!(client.fetch(&id(9)).unwrap().map(|message| message.raw), None);
    let asked = server.asked();
    assert!(asked.iter().skip(1).all(|asked| asked.header("x-amz-access-token") == Some("plain")));
    let search = "GET /orders/2026-01-01/orders?marketplaceIds=ATVPDKIKX0DER,A2EUQ1WTGCTBG2\
         &lastUpdatedAfter=2026-03-02T11:45:00Z&lastUpdatedBefore=2026-03-02T11:58:00Z&maxResultsPerPage=100&includedData=PROCEEDS";
    let one = |number| {
        format!(
            "GET /orders/2026-01-01/orders/{}?includedData=PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,\
             PAYMENT,BUYER,RECIPIENT",
            id(number)
        )
    };
    let want = [search.to_owned(), one(1), format!("{search}&paginationToken=two"), one(0), one(9)];
    assert_eq!(server.lines()[1..], want);
}

/// The channel's own sandbox answers, served as they stand.
#[test]
fn the_sandbox_answers_are_read() {
    let Some(text) = outside("orders/amazon/v0_sandbox_public.json") else { return };
    let cases: Value = serde_json::from_str(&text).unwrap();
    let world = FakeWorld::new();
    let server = Server::start(&world, move |asked, _| {
        let wanted = asked.path().replace("902-1845936-5435065", "{orderId}");
        let is_it = |case: &&Value| case["path"] == wanted.as_str() && case["status"] == "200";
        let case = cases["cases"].as_array().unwrap().iter().find(is_it);
        case.map_or_else(|| beside(asked), |case| Reply::json(case["response"].to_string()))
    });
    let mut client = client(&server, &world, access(&server.url, AmazonApi::V0, true));
    let (messages, outcome) = pull(&mut client, &cursor(300));
    assert_eq!(ids(&messages), "902-1845936-5435065 902-8745147-1934268");
    let order = messages[0].order.as_ref().unwrap();
    assert_eq!(
        (order.money.total.unwrap().to_string(), order.lines.is_empty()),
        ("11.01 USD".to_owned(), false)
    );
    assert!(order.personal.ship_to.is_some());
    // It says that it looked up to 2019, so the cursor stays where it was.
    assert_eq!(outcome.unwrap().cursor, cursor(300));
}
