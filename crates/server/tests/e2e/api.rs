//! The API as strangers see it: its description, its objects and what may be done with them, its pages and its problems.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client::Http;
use crate::home::Home;
use crate::shop::{Merchant, fen_of, open_merchant, open_shop};

/// What may be done with an object: the names of what makes sense, and of what does not.
fn allowed(object: &Value) -> (Vec<String>, Vec<String>) {
    let all = object["allowed"].as_array().unwrap();
    let names = |open: bool| {
        let some = all.iter().filter(|one| one["refusal"].is_null() == open);
        some.map(|one| one["command"].as_str().unwrap().to_owned()).collect()
    };
    for one in all.iter().filter(|one| !one["refusal"].is_null()) {
        crate::client::check_refusal(&one["refusal"]);
    }
    (names(true), names(false))
}

fn rows(http: &Http, path: &str) -> Vec<Value> {
    let answer = http.get(path);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()["rows"].as_array().unwrap_or_else(|| panic!("{path}: {answer:?}")).clone()
}

/// All ids of a list, by pages of one row, and how many pages there were.
fn all_ids(http: &Http, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let page = http.get(&format!("{path}&limit=1{after}")).json();
        let rows = page["rows"].as_array().unwrap();
        assert!(rows.len() <= 1);
        found.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_after"].as_str() else { return found };
        after = format!("&after={next}");
    }
}

#[test]
fn the_api_is_described_to_everybody_and_takes_only_what_is_described() {
    let home = Home::sqlite();
    let server = home.serve();
    let nobody = server.http().with_token("");
    let described = nobody.get("/api/v1/openapi.json");
    assert_eq!(described.status, 200);
    assert_eq!(described.json()["openapi"], "3.1.0");
    let golden = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api/openapi.json"));
    assert_eq!(described.text, golden);
    let page = nobody.get("/api/v1/reference");
    assert!(page.status == 200 && page.text.starts_with("<!doctype html>"));
    assert!(page.text.contains("curl -X POST") && !page.text.contains("<script"));
    assert_eq!(nobody.get("/api/v1/top-ups").status, 401);
    for inner in
        ["engine.fire_timer", "engine.deliver", "prepaid.credit_top_up", "orders.capture", "channels.connect"]
    {
        let answer = server.http().command(inner, "k", &json!({}));
        assert_eq!(answer.refusal(), (404, "api.not_found".to_owned()), "{inner}");
        let bulk = server.http().bulk(&[(inner.to_owned(), "k".to_owned(), json!({}))]).unwrap();
        assert_eq!(bulk.status, 404, "{inner}");
    }
}

#[test]
fn a_problem_points_at_the_field_that_is_to_blame() {
    let home = Home::sqlite();
    let server = home.serve();
    let http = server.http();
    let merchant = open_merchant(&home, &http, "qinghe");
    let give = |key: &str, change: &dyn Fn(&mut Value)| {
        let mut body = merchant.request(100_000);
        change(&mut body);
        let answer = http.command("prepaid.request_top_up", key, &body);
        (answer.refusal().1, answer.json()["pointer"].as_str().unwrap_or_default().to_owned())
    };
    let said = |code: &str, pointer: &str| (code.to_owned(), pointer.to_owned());
    assert_eq!(give("1", &|body| body["amount"]["amount"] = json!("1.001")), said("api.body", "/amount"));
    assert_eq!(give("2", &|body| body["merchant"] = json!("me_1")), said("api.body", "/merchant"));
    assert_eq!(give("3", &|body| body["amuont"] = json!(1)), said("api.body", "/amuont"));
    let without = |body: &mut Value| drop(body.as_object_mut().unwrap().remove("programme"));
    assert_eq!(give("4", &without), said("api.body", "/programme"));
    assert_eq!(
        give("5", &|body| body["amount"] = fen_of(1)),
        said("prepaid.top_up.below_minimum", "/amount")
    );
    for (path, code) in [
        ("/api/v1/top-ups?stat=x", "api.query"),
        ("/api/v1/top-ups?after=nonsense", "api.query"),
        ("/api/v1/top-ups?bank_account=ba_1", "api.query"),
        ("/api/v1/orders?state=placed", "api.query"),
        ("/api/v1/timers?state=due", "api.query"),
        ("/api/v1/top-ups?merchant=nobody", "api.not_found"),
        ("/api/v1/top-ups/tu_03F2MVFSC0000X", "api.id"),
        ("/api/v1/top-ups/me_03F2MVFSC0000J", "api.not_found"),
        ("/api/v1/events?subject=x", "api.not_found"),
        ("/api/v1/ledger/accounts?owner=x", "api.not_found"),
    ] {
        assert_eq!(http.get(path).refusal().1, code, "{path}");
    }
}

/// Every list of every kind, by everything that it may be asked, answers; so does each of its objects by its id.
fn every_list_answers(http: &Http, merchant: &Merchant, bank: &str) -> usize {
    let document = http.get("/api/v1/openapi.json").json();
    let offered: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut seen = 0;
    for kind in rows(http, "/api/v1/resources") {
        let path = format!("/api/v1/{}", kind["path"].as_str().unwrap());
        let asked = document["paths"][&path]["get"]["parameters"].as_array().unwrap();
        let may = |name: &str| asked.iter().any(|one| one["name"] == name);
        let mut queries =
            vec![String::new(), "?order=newest&limit=3".to_owned(), "?environment=sandbox".to_owned()];
        queries.extend(may("merchant").then(|| format!("?merchant={}", merchant.code)));
        queries.extend(may("merchant").then(|| format!("?merchant={}&order=newest", merchant.id)));
        queries.extend(may("bank_account").then(|| format!("?bank_account={bank}&order=newest")));
        queries.extend(may("state").then(|| "?state=dead".to_owned()));
        for query in queries {
            let found = rows(http, &format!("{path}{query}"));
            if query.contains("sandbox") {
                assert!(found.is_empty(), "{path}");
            }
            for object in &found {
                seen += 1;
                assert_eq!(object["kind"], kind["kind"]);
                let id = object["id"].as_str().unwrap();
                assert_eq!(http.get(&format!("{path}/{id}")).json()["record"], object["record"], "{id}");
                assert!(object["version"].as_i64().unwrap() > 0);
                let (open, closed) = allowed(object);
                for command in open.iter().chain(&closed) {
                    assert!(offered.contains(format!("/api/v1/commands/{command}").as_str()), "{command}");
                }
            }
        }
    }
    seen
}

/// What a merchant's records say of each other, in the API's words.
fn objects_say_what_may_be_done(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let merchants = open_shop(home, &http, &["qinghe", "nanyin"], 5_000);
    let [one, other] = &merchants[..] else { panic!("two merchants") };
    let request = |merchant: &Merchant, key: &str| {
        http.command("prepaid.request_top_up", key, &merchant.request(4_000)).reply()["top_up"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let waiting: Vec<String> = (0..3).map(|at| request(one, &format!("more/{at}"))).collect();
    request(other, "other");
    let list = format!("/api/v1/top-ups?merchant={}", one.code);
    assert_eq!(all_ids(&http, &list).len(), 4, "the credited one, and three that wait");
    assert_eq!(all_ids(&http, &format!("{list}&state=awaiting_funds")), waiting);
    let newest: Vec<String> = waiting.iter().rev().cloned().collect();
    assert_eq!(all_ids(&http, &format!("{list}&state=awaiting_funds&order=newest")), newest);
    assert_eq!(all_ids(&http, "/api/v1/top-ups?state=awaiting_funds").len(), 4);
    assert_eq!(all_ids(&http, "/api/v1/top-ups?environment=live").len(), 6);

    let object = || http.get(&format!("/api/v1/top-ups/{}", waiting[0])).json();
    let before = object();
    assert_eq!(
        (before["record"]["amount"].clone(), before["environment"].clone()),
        (fen_of(400_000), json!("live"))
    );
    assert_eq!(allowed(&before), (vec!["prepaid.cancel_top_up".to_owned()], Vec::new()));
    let cancel = json!({ "merchant": one.id, "top_up": waiting[0] });
    http.command("prepaid.cancel_top_up", "cancel", &cancel).reply();
    let after = object();
    assert_eq!(allowed(&after), (Vec::new(), vec!["prepaid.cancel_top_up".to_owned()]));
    assert_eq!(after["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
    let events = rows(&http, &format!("/api/v1/events?subject={}", waiting[0]));
    let said: Vec<&str> = events.iter().map(|event| event["command"].as_str().unwrap()).collect();
    assert_eq!(said, ["prepaid.cancel_top_up", "prepaid.request_top_up"], "the newest first");
    fees(&http, one);
    ledger(&http, one);
    let bank = rows(&http, "/api/v1/bank-accounts")[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(rows(&http, &format!("/api/v1/bank-lines?bank_account={bank}&state=allocated")).len(), 2);
    let line = rows(&http, "/api/v1/bank-lines?state=allocated")[0].clone();
    let of = line["record"]["state"]["merchant"].as_str().unwrap();
    assert!(merchants.iter().any(|merchant| merchant.id == of), "a raw id is a text: {line}");
    assert!(every_list_answers(&http, one, &bank) > 30);
    assert!(server.stop().success());
    home.verify();
}

/// Fees of orders, found by the merchant's timeline, and those that are owed.
fn fees(http: &Http, merchant: &Merchant) {
    for (order, fen) in
        [("own_site/1", 100_000), ("own_site/2", 300_000), ("own_site/3", 200_000), ("own_site/4", 50_000)]
    {
        http.command("prepaid.charge", order, &merchant.charge(order, fen)).reply();
    }
    let holds = rows(http, &format!("/api/v1/holds?merchant={}", merchant.code));
    let orders: Vec<&str> = holds.iter().map(|hold| hold["record"]["order"].as_str().unwrap()).collect();
    assert_eq!(orders, ["own_site/4", "own_site/3", "own_site/2", "own_site/1"], "the newest first");
    assert_eq!(all_ids(http, &format!("/api/v1/holds?merchant={}", merchant.code)).len(), 4);
    assert_eq!(holds[3]["record"]["frozen"], fen_of(100_000));
    assert!(allowed(&holds[3]).0.contains(&"prepaid.settle".to_owned()));
    let owed = rows(http, &format!("/api/v1/merchants/{}/arrears", merchant.code));
    assert!(!owed.is_empty(), "6,500.00 were charged to 5,000.00");
    let pages = all_ids(http, &format!("/api/v1/merchants/{}/arrears?environment=live", merchant.code));
    let ids: Vec<&str> = owed.iter().map(|hold| hold["id"].as_str().unwrap()).collect();
    assert_eq!(pages, ids);
}

/// The ledger of a merchant: balances that its account's fees explain, and each account's transfers, page by page.
fn ledger(http: &Http, merchant: &Merchant) {
    let books = format!("/api/v1/ledger/accounts?owner={}", merchant.id);
    let accounts = rows(http, &books);
    let of = |code: i64| accounts.iter().find(|account| account["code"] == code).unwrap().clone();
    let id = of(2120)["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/ledger/accounts/{id}/transfers");
    let whole = http.get(&path).json();
    let fen =
        |amount: &Value| -> i64 { amount["amount"].as_str().unwrap().replace('.', "").parse().unwrap() };
    let sum: i64 = whole["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let sign = if row["side"] == "credit" { 1 } else { -1 };
            sign * fen(&row["amount"])
        })
        .sum();
    assert_eq!(sum, fen(&of(2120)["balance"]), "what was booked is the balance");
    assert_eq!(all_ids(http, &format!("{path}?")).len(), whole["rows"].as_array().unwrap().len());
    let long_ago = rows(http, &format!("{books}&at=2020-01-01T00:00:00Z"));
    assert!(long_ago.iter().all(|account| fen(&account["balance"]) == 0));
}

#[test]
fn objects_say_what_may_be_done_on_sqlite() {
    objects_say_what_may_be_done(&Home::sqlite());
}

#[test]
fn objects_say_what_may_be_done_on_postgres() {
    objects_say_what_may_be_done(&Home::postgres(4));
}
