//! Shopify by GraphQL and by REST: what is asked, budgets in points, errors in answers that look good.

use std::fmt::Write as _;

use serde_json::{Value, json};
use zaiton_channels::{
    Access, Difference, Failure, Known, Secret, ShopifyAccess, ShopifyApi, ShopifyPlan, Stop,
};

use crate::common::{at, client, cursor, each, ids, pull, pulled};
use crate::server::{Asked, Reply, Server};
use crate::world::FakeWorld;

fn access(api: ShopifyApi) -> Access {
    Access::Shopify(ShopifyAccess {
        access_token: Secret::new("shpat_1"),
        version: "2026-10".to_owned(),
        api,
        plan: ShopifyPlan::Standard,
        reads_all_orders: false,
    })
}

fn node(id: u64, total: &str) -> Value {
    let money = json!({ "shopMoney": { "amount": total, "currencyCode": "USD" } });
    json!({
        "id": format!("gid://shopify/Order/{id}"), "name": format!("#{id}"), "test": false,
        "createdAt": "2026-03-02T10:00:00Z", "updatedAt": "2026-03-02T11:00:00Z", "currencyCode": "USD",
        "displayFinancialStatus": "PAID", "totalPriceSet": money,
        "lineItems": { "pageInfo": { "hasNextPage": false }, "nodes": [
            { "id": "gid://shopify/LineItem/1", "sku": "TEA", "quantity": 1, "originalUnitPriceSet": money } ] }
    })
}

fn cost(requested: u64, level: u64) -> Value {
    let status = json!({ "maximumAvailable": 1000.0, "currentlyAvailable": level, "restoreRate": 50.0 });
    json!({ "cost": { "requestedQueryCost": requested, "actualQueryCost": 10, "throttleStatus": status } })
}

fn page(nodes: &[Value], next: Option<&str>, requested: u64, level: u64) -> Reply {
    let info = json!({ "hasNextPage": next.is_some(), "endCursor": next.unwrap_or("end") });
    let orders = json!({ "pageInfo": info, "nodes": nodes });
    Reply::json(json!({ "data": { "orders": orders }, "extensions": cost(requested, level) }).to_string())
}

fn variables(asked: &Asked) -> Value {
    let body: Value = serde_json::from_str(&asked.body).unwrap();
    body["variables"].clone()
}

/// Rule R4-02, and the budget as the channel tells it: what there is, what comes, what the next call costs.
#[test]
fn a_pull_pages_by_cursor_and_keeps_to_the_points() {
    let world = FakeWorld::new();
    let server = Server::start(&world, |_, before| match before {
        0 => page(&[node(1, "10.00"), node(2, "20.00")], Some("c1"), 400, 100),
        1 => page(&[node(2, "20.00"), node(3, "30.00")], Some("c2"), 400, 350),
        _ => page(&[], None, 400, 900),
    });
    let (messages, outcome) = pull(&mut client(&server, &world, access(ShopifyApi::Graphql)), &cursor(300));
    let outcome = outcome.unwrap();
    assert_eq!((ids(&messages), outcome.repeated), ("1 2 3".to_owned(), 1));
    assert_eq!(outcome.cursor.until, at("2026-03-02T11:58:00Z"));
    assert_eq!(messages[0].raw, node(1, "10.00").to_string().into_bytes());
    // 300 points are short at 50 a second, then 50.
    assert_eq!(world.waits(), [6_000, 1_000]);
    let asked = server.asked();
    let search = "updated_at:>='2026-03-02T11:45:00Z' AND updated_at:<='2026-03-02T11:58:00Z'";
    for (asked, after) in asked.iter().zip([Value::Null, json!("c1"), json!("c2")]) {
        assert_eq!(
            (asked.method.as_str(), asked.target.as_str()),
            ("POST", "/admin/api/2026-10/graphql.json")
        );
        assert_eq!(asked.header("x-shopify-access-token"), Some("shpat_1"));
        let want = json!({ "first": 20, "after": after, "search": search, "lines": 25 });
        assert_eq!(variables(asked), want);
    }
    assert!(asked[0].body.contains("sortKey: UPDATED_AT"));
}

/// An error in an answer of 200: what passes is waited for, what is too dear is asked for in smaller pages, the rest is
/// told.
#[test]
fn errors_in_answers_that_look_good_are_errors() {
    let error = |code: &str, data: Value| {
        let errors = json!([{ "message": "for buyer@example.com", "extensions": { "code": code } }]);
        Reply::json(json!({ "data": data, "errors": errors, "extensions": cost(500, 200) }).to_string())
    };
    let world = FakeWorld::new();
    let throttled = error("THROTTLED", Value::Null);
    let server = Server::start(&world, move |_, before| match before {
        0 | 1 => throttled.clone(),
        _ => page(&[node(1, "10.00")], None, 500, 900),
    });
    let (got, _) = pulled(&mut client(&server, &world, access(ShopifyApi::Graphql)), &cursor(300));
    // 300 points at 50 a second are six seconds, of which the back-off is a part.
    assert_eq!((got.as_str(), world.waits()), ("1", vec![1_000, 5_000, 1_002, 4_998]));
    let throttled = error("THROTTLED", Value::Null);
    let server = Server::start(&world, move |_, _| throttled.clone());
    let (_, outcome) = pull(&mut client(&server, &world, access(ShopifyApi::Graphql)), &cursor(300));
    let why = outcome.unwrap_err().why;
    assert!(matches!(why, Stop::CircuitOpen { last: Some(Failure::Throttled), .. }), "{why:?}");
    assert_eq!(server.asked().len(), 10);
    let dear = error("MAX_COST_EXCEEDED", Value::Null);
    let server = Server::start(&world, move |asked, _| {
        if variables(asked)["first"].as_u64() > Some(5) {
            dear.clone()
        } else {
            page(&[node(1, "1.00")], None, 90, 900)
        }
    });
    assert_eq!(pulled(&mut client(&server, &world, access(ShopifyApi::Graphql)), &cursor(300)).0, "1");
    let firsts: Vec<_> =
        server.asked().iter().map(|asked| variables(asked)["first"].as_u64().unwrap()).collect();
    assert_eq!(firsts, [20, 10, 5]);
    for data in [Value::Null, json!({ "orders": { "nodes": [node(1, "1.00")], "pageInfo": {} } })] {
        let denied = error("ACCESS_DENIED", data);
        let server = Server::start(&world, move |_, _| denied.clone());
        let (messages, outcome) =
            pull(&mut client(&server, &world, access(ShopifyApi::Graphql)), &cursor(300));
        let code = Some("ACCESS_DENIED".to_owned());
        assert_eq!((messages.len(), outcome.unwrap_err().why), (0, Stop::ChannelError { code }));
        assert_eq!(server.asked().len(), 1);
    }
}

/// A cursor that leads round for ever ends, and so do ever new ones.
#[test]
fn a_listing_without_end_ends() {
    let world = FakeWorld::new();
    let server = Server::start(&world, |_, _| page(&[node(1, "1.00")], Some("again"), 10, 900));
    let (messages, outcome) = pull(&mut client(&server, &world, access(ShopifyApi::Graphql)), &cursor(300));
    let stopped = outcome.unwrap_err();
    assert_eq!((messages.len(), &stopped.why), (1, &Stop::Loops { pages: 2 }));
    assert_eq!(stopped.cursor, cursor(300));
    let server = Server::start(&world, |_, before| page(&[], Some(&format!("c{before}")), 10, 900));
    let (_, outcome) = pull(&mut client(&server, &world, access(ShopifyApi::Graphql)), &cursor(300));
    assert_eq!(outcome.unwrap_err().why, Stop::TooManyPages { limit: 50 });
    assert_eq!(server.asked().len(), 50);
    let swept = client(&server, &world, access(ShopifyApi::Graphql)).sweep(&mut each(&|_| None));
    assert_eq!(swept.unwrap_err(), Stop::TooManyPages { limit: 50 });
}

/// An order with more lines than the list gives is fetched by itself; where the two differ its own word is taken.
#[test]
fn long_orders_are_fetched_by_themselves() {
    let world = FakeWorld::new();
    let long = |id, total| {
        let mut long = node(id, total);
        long["lineItems"]["pageInfo"]["hasNextPage"] = json!(true);
        long
    };
    let server = Server::start(&world, move |asked, _| {
        let id = variables(asked)["id"].as_str().map(str::to_owned);
        let one = |node: Value| Reply::json(json!({ "data": { "order": node } }).to_string());
        match id.as_deref() {
            None => page(
                &[node(1, "1.00"), long(2, "2.00"), long(3, "3.00"), long(4, "4.00"), long(5, "5.00")],
                None,
                9,
                900,
            ),
            Some("gid://shopify/Order/2") => one(node(2, "2.00")),
            Some("gid://shopify/Order/3") => one(node(3, "3.50")),
            Some("gid://shopify/Order/4") => one(Value::Null),
            Some(_) => one(node(99, "5.00")),
        }
    });
    let mut client = client(&server, &world, access(ShopifyApi::Graphql));
    let (messages, outcome) = pull(&mut client, &cursor(300));
    assert_eq!(outcome.unwrap().handed, 5);
    let mut told = String::new();
    for message in &messages {
        let order = message.order.as_ref().unwrap();
        write!(told, "{} {} {:?}; ", order.channel_order_id, order.money.total.unwrap(), message.doubt)
            .unwrap();
    }
    assert_eq!(
        told,
        "1 1.00 USD None; 2 2.00 USD None; 3 3.50 USD Some(TotalDiffers); 4 4.00 USD Some(NoDetails); \
         5 5.00 USD Some(AnotherOrder); "
    );
    let asked = server.asked();
    assert_eq!(variables(&asked[1]), json!({ "id": "gid://shopify/Order/2", "lines": 250 }));
    assert!(client.fetch("4").unwrap().is_none());
    assert_eq!(client.fetch("7").unwrap_err(), Stop::Unreadable { code: "channels.another_order" });
    assert_eq!(client.fetch("7\" }").unwrap_err(), Stop::BadId);
}

/// Rule R4-05: by creation, with few fields.
#[test]
fn a_sweep_asks_for_little() {
    let world = FakeWorld::new();
    let server = Server::start(&world, |_, _| page(&[node(1, "10.00"), node(2, "20.00")], None, 20, 900));
    let known = |id: &str| {
        let updated_at = Some(at("2026-03-02T11:00:00Z"));
        (id == "1").then_some(Known { total: None, updated_at })
    };
    let swept = client(&server, &world, access(ShopifyApi::Graphql)).sweep(&mut each(&known)).unwrap();
    let want = [("1".to_owned(), Difference::Total), ("2".to_owned(), Difference::Missing)];
    assert_eq!(swept.differing, want);
    let asked = &server.asked()[0];
    let search = "created_at:>='2026-02-27T12:00:00Z' AND created_at:<='2026-03-02T11:58:00Z'";
    assert_eq!(variables(asked), json!({ "first": 250, "after": null, "search": search }));
    assert!(asked.body.contains("sortKey: CREATED_AT") && !asked.body.contains("shippingAddress"));
}

/// What lies further back than 60 days is told, and not asked for.
#[test]
fn the_channel_shows_sixty_days() {
    let world = FakeWorld::new();
    let server = Server::start(&world, |_, _| page(&[], None, 20, 900));
    let (_, outcome) = pull(&mut client(&server, &world, access(ShopifyApi::Graphql)), &cursor(61 * 86_400));
    let lost = outcome.unwrap().out_of_reach.unwrap();
    assert_eq!((lost.from, lost.to), (at("2025-12-31T12:00:00Z"), at("2026-01-01T13:00:00Z")));
    assert!(server.asked()[0].body.contains("updated_at:>='2026-01-01T13:00:00Z'"));
}

/// REST: of the `Link` header only the place is taken, and the budget is what its header says.
#[test]
fn rest_pages_by_its_link() {
    let world = FakeWorld::new();
    let order = |id: u64| {
        format!(
            r##"{{"id":{id},"name":"#{id}","currency":"USD","total_price":"5.00","financial_status":"paid",
            "created_at":"2026-03-02T10:00:00+08:00","updated_at":"2026-03-02T11:00:00+08:00","line_items":[]}}"##
        )
    };
    let server = Server::start(&world, move |asked, _| {
        if let Some(rest) = asked.path().strip_prefix("/admin/api/2026-10/orders/") {
            let id = rest.trim_end_matches(".json").parse().unwrap();
            return if id < 3 {
                Reply::json(format!("{{\"order\":{}}}", order(id)))
            } else {
                Reply::status(404)
            };
        }
        let list = |id| Reply::json(format!("{{\"orders\":[{}]}}", order(id)));
        let link = "<https://elsewhere.example/admin/orders.json?limit=1&page_info=p%3D2>; rel=\"next\"";
        match asked.query("page_info") {
            None => list(1).with("Link", link).with("X-Shopify-Shop-Api-Call-Limit", "40/40"),
            Some(_) => list(2),
        }
    });
    let mut client = client(&server, &world, access(ShopifyApi::Rest));
    assert_eq!(pulled(&mut client, &cursor(300)).0, "1 2");
    // None was left of forty: two come in a second.
    assert_eq!(world.waits(), [500]);
    assert!(server.asked().iter().all(|asked| asked.header("x-shopify-access-token") == Some("shpat_1")));
    let swept = client.sweep(&mut each(&|_| None)).unwrap();
    assert_eq!((swept.seen, swept.differing.len()), (2, 2));
    assert_eq!(client.fetch("1").unwrap().unwrap().order_id(), Some("1"));
    assert!(client.fetch("3").unwrap().is_none());
    assert_eq!(
        server.lines(),
        [
            "GET /admin/api/2026-10/orders.json?status=any&limit=250&order=updated_at asc\
             &updated_at_min=2026-03-02T11:45:00Z&updated_at_max=2026-03-02T11:58:00Z",
            "GET /admin/api/2026-10/orders.json?limit=250&page_info=p=2",
            "GET /admin/api/2026-10/orders.json?status=any&limit=250&order=created_at asc\
             &created_at_min=2026-02-27T12:00:00Z&created_at_max=2026-03-02T11:58:00Z",
            "GET /admin/api/2026-10/orders.json?limit=250&page_info=p=2",
            "GET /admin/api/2026-10/orders/1.json",
            "GET /admin/api/2026-10/orders/3.json",
        ]
    );
}
