//! Changes as they happen: told once they are durable, whoever wrote them, and again to who comes back.

use std::time::Duration;

use serde_json::Value;

use crate::home::{Home, Server};
use crate::raw::Raw;
use crate::shop::{Merchant, open_shop};

/// A stream, heard from now on.
fn listen(server: &Server, query: &str, last: Option<&str>) -> Raw {
    let heads = last.map_or_else(String::new, |id| format!("Last-Event-ID: {id}\r\n"));
    let mut stream = Raw::get(server.url(), server.token(), &format!("/api/v1/changes{query}"), &heads);
    let head = stream.until(": here");
    assert!(head.contains("text/event-stream"), "{head}");
    stream
}

/// The next change: the id of its event, and what changed.
#[track_caller]
fn next(stream: &mut Raw) -> (String, Value) {
    let before = stream.until("data: ");
    let id = before.lines().find_map(|line| line.strip_prefix("id: ")).unwrap_or_else(|| panic!("{before}"));
    let data = stream.until("\n");
    (id.to_owned(), serde_json::from_str(&data).unwrap())
}

fn charge(server: &Server, merchant: &Merchant, order: &str) -> String {
    let reply = server.http().command("prepaid.charge", order, &merchant.charge(order, 100)).reply();
    reply["hold"].as_str().unwrap().to_owned()
}

/// The next hold that a stream tells of.
#[track_caller]
fn next_hold(stream: &mut Raw) -> (String, String) {
    loop {
        let (event, change) = next(stream);
        if change["kind"] == "hold" {
            assert_eq!(change["environment"], "live");
            assert!(change["version"].as_i64().unwrap() > 0);
            return (event, change["id"].as_str().unwrap().to_owned());
        }
    }
}

fn changes_are_told(home: &Home) {
    let server = home.serve();
    let merchant = open_shop(home, &server.http(), &["qinghe"], 50_000).remove(0);
    let mut all = listen(&server, "", None);
    let mut only = listen(&server, "?kind=top_up,withdrawal&environment=live", None);
    let first = charge(&server, &merchant, "own_site/1");
    let (seen, told) = next_hold(&mut all);
    assert_eq!(told, first);
    let second = charge(&server, &merchant, "own_site/2");
    let third = charge(&server, &merchant, "own_site/3");
    assert_eq!(next_hold(&mut all).1, second);
    assert_eq!(next_hold(&mut all).1, third);
    let request = server.http().command("prepaid.request_top_up", "ask", &merchant.request(4_000)).reply();
    let (_, change) = next(&mut only);
    assert_eq!(
        (change["kind"].as_str(), &change["id"]),
        (Some("top_up"), &request["top_up"]),
        "and no hold before it"
    );

    // Who comes back is told what it missed, in its order, and goes on.
    drop(all);
    let mut again = listen(&server, "?kind=hold", Some(&seen));
    let mut told: Vec<String> = (0..2).map(|_| next_hold(&mut again).1).collect();
    let fourth = charge(&server, &merchant, "own_site/4");
    told.push(next_hold(&mut again).1);
    assert_eq!(told, [second, third, fourth]);
    let mut bad = Raw::get(server.url(), server.token(), "/api/v1/changes", "Last-Event-ID: nonsense\r\n");
    assert!(bad.until("\r\n").contains("400"));
    assert!(server.stop().success());
    home.verify();
}

#[test]
fn changes_are_told_on_sqlite() {
    changes_are_told(&Home::sqlite());
}

#[test]
fn changes_are_told_on_postgres() {
    changes_are_told(&Home::postgres(1));
}

/// With several lanes in several processes nothing is passed over: each listener hears of every hold that either process wrote.
#[test]
fn what_another_process_writes_is_told() {
    let home = Home::postgres(4);
    let (first, second) = (home.serve(), home.serve());
    let codes: Vec<String> = (0..6).map(|at| format!("shop-{at}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let merchants = open_shop(&home, &first.http(), &codes, 50_000);
    let mut streams = [listen(&first, "?kind=hold", None), listen(&second, "?kind=hold", None)];
    let mut holds: Vec<String> = Vec::new();
    for round in 0..5 {
        for (at, merchant) in merchants.iter().enumerate() {
            let server = if at % 2 == 0 { &first } else { &second };
            holds.push(charge(server, merchant, &format!("own_site/{round}-{at}")));
        }
    }
    holds.sort_unstable();
    let mut seen = String::new();
    for stream in &mut streams {
        let mut told = Vec::new();
        for count in 0..holds.len() {
            let (event, hold) = next_hold(stream);
            if count == 4 {
                seen = event;
            }
            told.push(hold);
        }
        told.sort_unstable();
        assert_eq!(told, holds);
        assert!(stream.is_silent_about("data:", Duration::from_millis(1_500)), "each was told once");
    }
    // From any event on, at least what came after it is told.
    let mut again = listen(&second, "?kind=hold", Some(&seen));
    let marked = charge(&first, &merchants[0], "own_site/last");
    let mut told = 0;
    while next_hold(&mut again).1 != marked {
        told += 1;
    }
    assert!(told >= holds.len() - 5, "{told}");
    assert!(first.stop().success() && second.stop().success());
    home.verify();
}
