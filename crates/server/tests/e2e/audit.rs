//! Events for an auditor, from outside: searched by what is known of them, and as a file whose every tampering is found, by
//! itself and against the database (R5-30). On both databases.

use serde_json::{Value, json};

use crate::client::Http;
use crate::home::{Home, eventually};
use crate::shop::{Merchant, open_shop};

/// What a search gives: its events, and the whole answer.
#[track_caller]
fn search(http: &Http, asked: &str) -> (Vec<Value>, Value) {
    let answer = http.get(&format!("/api/v1/audit?{asked}"));
    assert_eq!(answer.status, 200, "{answer:?}");
    let whole = answer.json();
    (whole["rows"].as_array().unwrap().clone(), whole)
}

fn charged(http: &Http, merchant: &Merchant, orders: std::ops::Range<u64>) {
    for order in orders {
        let key = format!("{}/{order}", merchant.code);
        http.command("prepaid.charge", &key, &merchant.charge(&format!("o-{order}"), 1_000)).reply();
    }
}

fn searched(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let merchants = open_shop(home, &http, &["qinghe", "nanhai"], 10_000);
    charged(&http, &merchants[0], 0..7);
    charged(&http, &merchants[1], 0..3);
    let (found, whole) = search(&http, "command=prepaid.charge");
    assert_eq!((found.len(), &whole["is_complete"]), (10, &json!(true)));
    let all: Vec<&str> = found.iter().map(|event| event["at"].as_str().unwrap()).collect();
    assert!(all.windows(2).all(|pair| pair[0] >= pair[1]), "the newest first: {all:?}");
    assert_eq!(found[0]["merchant"]["code"], "nanhai");
    let (found, _) = search(&http, "command=prepaid.charge&merchant=qinghe&actor=api");
    assert_eq!(found.len(), 7);
    let (found, _) = search(&http, &format!("merchant={}&limit=100", merchants[1].id));
    assert!(found.len() > 3 && found.iter().all(|event| event["merchant"]["code"] == "nanhai"));
    let (found, _) = search(&http, &format!("subject={}", merchants[0].account));
    assert!(found.iter().any(|event| event["event"]["type"] == "opened"), "{found:?}");
    // Pages follow one another without a gap and without a repetition.
    let (mut after, mut ids) = (String::new(), Vec::new());
    loop {
        let (found, whole) = search(&http, &format!("command=prepaid.charge&limit=3{after}"));
        ids.extend(found.iter().map(|event| event["id"].as_str().unwrap().to_owned()));
        match whole["next_after"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let unlike: std::collections::BTreeSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), unlike.len()), (10, 10));
    let middle = all[5];
    let (before, _) = search(&http, &format!("command=prepaid.charge&to={middle}"));
    let (since, _) = search(&http, &format!("command=prepaid.charge&from={middle}"));
    assert_eq!(before.len() + since.len(), 10);
    assert!(search(&http, "actor=nobody").0.is_empty());
    assert!(search(&http, "environment=sandbox").0.is_empty());
    for (asked, code) in [
        ("subject=x", "api.query"),
        ("after=x", "api.query"),
        ("actor=", "api.query"),
        ("from=x", "api.moment"),
    ] {
        assert_eq!(http.get(&format!("/api/v1/audit?{asked}")).refusal().1, code, "{asked}");
    }
    assert_eq!(http.get("/api/v1/audit?merchant=nobody").status, 404);
    // What comes later is found later, by the same process and by another one that follows from where the file is.
    charged(&http, &merchants[1], 3..5);
    assert_eq!(search(&http, "command=prepaid.charge").0.len(), 12);
    assert!(server.stop().success());
    let server = home.serve();
    assert_eq!(search(&server.http(), "command=prepaid.charge").0.len(), 12);
    assert!(server.stop().success());
    // The file may go at any time.
    std::fs::remove_file(home.path("event-search.db")).unwrap();
    let server = home.serve();
    assert_eq!(search(&server.http(), "command=prepaid.charge").0.len(), 12);
    assert!(server.stop().success());
}

#[test]
fn events_are_found_on_sqlite() {
    searched(&Home::sqlite());
}

#[test]
fn events_are_found_on_postgres() {
    searched(&Home::postgres(3));
}

fn exported(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let merchants = open_shop(home, &http, &["qinghe", "nanhai"], 10_000);
    charged(&http, &merchants[0], 0..12);
    let file = home.path("audit.ndjson").display().to_string();
    home.run(&["export", "audit", "--merchant", "qinghe", "--out", &file]).ok();
    let verify = |file: &str| home.run(&["--json", "verify", "--audit", file]);
    let said: Value = serde_json::from_str(&verify(&file).ok()).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    assert_eq!(said["events"], lines.len() - 2);
    assert!(lines.len() > 14, "{}", lines.len());
    // Standard output is the same file.
    let printed = home.run(&["export", "audit", "--merchant", "qinghe"]).ok();
    assert_eq!(printed, text);

    // The same as long work.
    let body = json!({ "work": { "kind": "audit", "merchant": "qinghe" } });
    let asked = http.post("/api/v1/operations", Some("audit"), body.to_string().as_bytes()).unwrap();
    let address = format!("/api/v1/operations/{}", asked.json()["id"].as_str().unwrap());
    let record = eventually("the audit file is written", 60, || {
        let record = http.get(&address).json()["record"].clone();
        (record["state"] == "done").then_some(record)
    });
    assert_eq!(record["result"]["name"], "audit-qinghe.ndjson");
    let (_, _, bytes) = http.file(record["result"]["link"].as_str().unwrap());
    assert_eq!(String::from_utf8(bytes).unwrap(), text);

    // What came later is not in a file that reaches to the head of its time, and it still holds.
    charged(&http, &merchants[0], 12..14);
    verify(&file).ok();
    // A period that is over: from the fifth event to the tenth.
    let at = |line: usize| {
        let event: Value = serde_json::from_str(lines[line]).unwrap();
        event["at"].as_str().unwrap().to_owned()
    };
    let part = home.path("part.ndjson").display().to_string();
    home.run(&["export", "audit", "--merchant", "qinghe", "--from", &at(5), "--to", &at(10), "--out", &part])
        .ok();
    let said: Value = serde_json::from_str(&verify(&part).ok()).unwrap();
    assert!((1..=5).contains(&said["events"].as_u64().unwrap()), "{said}");
    assert_eq!(said["is_open"], false);
    assert!(server.stop().success());

    // Tampered with, line by line.
    let tampered = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        change(&mut lines);
        home.write("tampered.ndjson", lines.concat()).display().to_string()
    };
    verify(&tampered(&|_| {})).ok();
    let last = lines.len() - 1;
    for at in [0, 1, 6, last - 1, last] {
        verify(&tampered(&|lines| drop(lines.remove(at)))).refused();
        verify(&tampered(&|lines| lines.insert(at, lines[at].clone()))).refused();
        verify(&tampered(&|lines| lines.truncate(at))).refused();
        verify(&tampered(&|lines| lines[at] = lines[at].replacen('1', "2", 1))).refused();
    }
    verify(&tampered(&|lines| lines.swap(5, 6))).refused();
    verify(&tampered(&|lines| lines[3] = lines[3].replace("\"api\"", "\"apa\""))).refused();
    let other = Home::sqlite();
    let server = other.serve();
    assert_eq!(server.http().get("/healthz").status, 200);
    assert!(server.stop().success());
    other.run(&["verify", "--audit", &file]).refused();

    // The file holds by itself; the database is another one.
    let event = "SELECT id FROM events WHERE command = 'prepaid.charge' ORDER BY id LIMIT 1 OFFSET 4";
    for change in [
        "UPDATE events SET actor = 'somebody' WHERE id = {}",
        "UPDATE events SET body = replace(body, 'f', 'g') WHERE id = {}",
        "DELETE FROM events WHERE id = {}",
    ] {
        let copy = home.copy();
        let id = copy.number(event).to_string();
        copy.execute(&change.replace("{}", &id));
        let refused = copy.run(&["verify", "--audit", &file]);
        assert!(refused.code != 0, "{change}: {refused:?}");
    }
}

#[test]
fn a_file_of_events_proves_itself_on_sqlite() {
    exported(&Home::sqlite());
}

#[test]
fn a_file_of_events_proves_itself_on_postgres() {
    exported(&Home::postgres(2));
}
