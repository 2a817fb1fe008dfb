//! Rows changed behind the program's back: `verify` names the record and the rule, or an anchor shows what no reader of
//! the database alone could see.

use serde_json::Value;

use crate::home::Home;
use crate::shop::{BankFile, fen_of, open_shop};

/// A shop with holds in every stage and a bank line that nobody was given.
fn played(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let merchants = open_shop(home, &http, &["qinghe", "nanhai"], 10_000);
    for (at, merchant) in merchants.iter().enumerate() {
        for nth in 0..6 {
            let hold = http
                .command(
                    "prepaid.charge",
                    &format!("c/{at}/{nth}"),
                    &merchant.charge(&format!("o-{nth}"), 1_000 + nth),
                )
                .reply();
            let mut body = serde_json::json!({ "merchant": merchant.id, "hold": hold["hold"] });
            if nth == 1 || nth == 2 {
                http.command("prepaid.settle", &format!("s/{at}/{nth}"), &body).reply();
            }
            if nth == 3 {
                body["amount"] = fen_of(400);
                http.command("prepaid.release", &format!("r/{at}/{nth}"), &body).reply();
            }
        }
    }
    let mut file = BankFile::new("STRAY", 2_000_000);
    file.wire(77_700, "无名公司", "没有附言");
    home.import("bank", &home.write("stray.xml", file.text())).ok();
    crate::home::eventually("the stray line waits for a person or a request", 20, || {
        (home.number("SELECT count(*) FROM effects WHERE due_at IS NOT NULL") == 0).then_some(())
    });
    assert!(server.stop().success());
    home.verify();
}

/// The row in the middle of a merchant's chain or account, so that something lies before and after it.
const MIDDLE_EVENT: &str =
    "SELECT id FROM events WHERE command = 'prepaid.charge' ORDER BY id LIMIT 1 OFFSET 3";
const FREEZE: &str = "SELECT id FROM transfers WHERE kind = 600 ORDER BY id LIMIT 1 OFFSET 5";
const SETTLE: &str = "SELECT id FROM transfers WHERE kind = 800 ORDER BY id LIMIT 1 OFFSET 1";
const AVAILABLE: &str = "SELECT id FROM accounts WHERE code = 2110 ORDER BY id LIMIT 1";
const FROZEN: &str = "SELECT id FROM holds WHERE body LIKE '%\"f\":1000}%' ORDER BY id LIMIT 1";
const SETTLED: &str = "SELECT id FROM holds WHERE body LIKE '%\"s\":1001%' ORDER BY id LIMIT 1";
const STRAY: &str = "SELECT id FROM bank_lines WHERE status IN ('unallocated', 'in_review') LIMIT 1";
const USED: &str = "SELECT id FROM bank_lines WHERE status = 'allocated' LIMIT 1";

/// What is done (`{}` stands for the row's id), to which row, the rule that finds it, and the record that is named.
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "UPDATE events SET body = replace(body, 'frozen', 'fr0zen') WHERE id = {}",
        MIDDLE_EVENT,
        "R5-30",
        "event {} of",
    ),
    ("UPDATE events SET at = at + 1 WHERE id = {}", MIDDLE_EVENT, "R5-30", "event {} of"),
    ("UPDATE events SET actor = 'somebody' WHERE id = {}", MIDDLE_EVENT, "R5-30", "event {} of"),
    ("UPDATE events SET command = 'prepaid.settle' WHERE id = {}", MIDDLE_EVENT, "R5-30", "event {} of"),
    ("UPDATE events SET subject = subject + 1 WHERE id = {}", MIDDLE_EVENT, "R5-30", "event {} of"),
    ("UPDATE events SET number = number + 1 WHERE id = {}", MIDDLE_EVENT, "R5-30", "event {} of"),
    ("UPDATE events SET previous = previous + 1 WHERE id = {}", MIDDLE_EVENT, "R5-30", "event {} of"),
    ("UPDATE events SET partition = partition + 1 WHERE id = {}", MIDDLE_EVENT, "R5-30", "event {} of"),
    ("DELETE FROM events WHERE id = {}", MIDDLE_EVENT, "R5-30", "an event is missing before it"),
    (
        "INSERT INTO events SELECT id + 1, partition, id, number + 1, at, actor, command, subject, body, mac FROM events WHERE id = {}",
        MIDDLE_EVENT,
        "R5-30",
        "its code does not fit",
    ),
    (
        "UPDATE partitions SET events = events + 1 WHERE partition = (SELECT partition FROM events WHERE id = {})",
        MIDDLE_EVENT,
        "R5-30",
        "partition ",
    ),
    (
        "DELETE FROM partitions WHERE partition = (SELECT partition FROM events WHERE id = {})",
        MIDDLE_EVENT,
        "R5-30",
        "no row of its own",
    ),
    ("UPDATE transfers SET amount = amount + 1 WHERE id = {}", FREEZE, "L-I11", "its transfers give"),
    ("UPDATE transfers SET kind = 700 WHERE id = {}", SETTLE, "L-I4", "partition "),
    (
        "UPDATE transfers SET previous_of_debit = previous_of_debit + 1 WHERE id = {}",
        FREEZE,
        "L-I11",
        "transfer {}:",
    ),
    (
        "UPDATE transfers SET debit = credit, credit = debit WHERE id = {}",
        FREEZE,
        "L-I11",
        "its transfers give",
    ),
    ("DELETE FROM transfers WHERE id = {}", FREEZE, "L-I11", "its transfers give"),
    ("DELETE FROM transfers WHERE id = {}", SETTLE, "L-I11", "its transfers give"),
    ("UPDATE accounts SET credits = credits + 1 WHERE id = {}", AVAILABLE, "L-I11", "account {} (2110)"),
    (
        "UPDATE accounts SET credits = credits + 1, debits = debits + 1 WHERE id = {}",
        AVAILABLE,
        "L-I11",
        "account {} (2110)",
    ),
    (
        "UPDATE accounts SET last_transfer = last_transfer - 1 WHERE id = {}",
        AVAILABLE,
        "L-I11",
        "account {} (2110)",
    ),
    ("DELETE FROM accounts WHERE id = {}", AVAILABLE, "L-I1", "names account {}, which is not there"),
    ("DELETE FROM holds WHERE id = {}", SETTLED, "L-I3", "transfers name it, and it is not there"),
    (
        "UPDATE holds SET body = replace(replace(body, '\"s\":1001', '\"s\":999'), '\"c\":1001', '\"c\":999') WHERE id = {}",
        SETTLED,
        "L-I3",
        "its transfers give",
    ),
    ("UPDATE transfers SET subject = subject + 1 WHERE id = {}", FREEZE, "L-I3", "its transfers give"),
    ("DELETE FROM holds WHERE id = {}", FROZEN, "L-I3", "its holds add up to"),
    (
        "UPDATE holds SET body = replace(body, '\"f\":1000', '\"f\":999') WHERE id = {}",
        FROZEN,
        "L-I3",
        "frozen + unfunded is not charged",
    ),
    (
        "UPDATE holds SET body = replace(replace(body, '\"f\":1000', '\"f\":999'), '\"c\":1000', '\"c\":999') WHERE id = {}",
        FROZEN,
        "L-I3",
        "2120 holds",
    ),
    (
        "UPDATE holds SET body = replace(body, '\"s\":1001', '\"s\":1000') WHERE id = {}",
        SETTLED,
        "L-I3",
        "frozen + unfunded is not charged",
    ),
    ("UPDATE holds SET body = '{' WHERE id = {}", FROZEN, "R5-30", "holds {}: cannot be read"),
    (
        "UPDATE bank_lines SET body = replace(replace(body, '\"name\":\"unallocated\"', '\"name\":\"allocated\",\"top_up\":1,\"merchant\":1'), \
         '\"name\":\"in_review\"', '\"name\":\"allocated\",\"top_up\":1,\"merchant\":1') WHERE id = {}",
        STRAY,
        "L-I9",
        "2190 holds",
    ),
    (
        "UPDATE bank_lines SET body = replace(body, '\"name\":\"allocated\"', '\"name\":\"unallocated\"') WHERE id = {}",
        USED,
        "L-I9",
        "2190 holds",
    ),
    ("DELETE FROM bank_lines WHERE id = {}", STRAY, "L-I9", "2190 holds"),
];

fn tamper(home: &Home, case: &(&str, &str, &str, &str)) {
    let (sql, row, rule, named) = case;
    let id = home.number(row).to_string();
    home.execute(&sql.replacen("{}", &id, 1));
    let findings = home.findings(None);
    let named = named.replace("{}", &id);
    let found =
        findings.iter().any(|finding| finding.starts_with(&format!("[{rule}] ")) && finding.contains(&named));
    assert!(found, "{sql}: {findings:#?}");
}

#[test]
fn every_change_is_found_on_sqlite() {
    let original = Home::sqlite();
    played(&original);
    for case in CASES {
        tamper(&original.copy(), case);
    }
}

#[test]
fn every_change_is_found_on_postgres() {
    let home = Home::postgres(1);
    played(&home);
    for case in CASES {
        tamper(&home.copy(), case);
    }
}

/// Cuts the last events of a merchant's chain, and mends the head so that the rest is a whole chain.
fn cut_the_tail(home: &Home) {
    let partition =
        home.number("SELECT partition FROM events WHERE command = 'prepaid.charge' ORDER BY id LIMIT 1");
    let of = format!("partition = {partition}");
    let tail = format!("(SELECT max(number) - 3 FROM events WHERE {of})");
    home.execute(&format!("DELETE FROM events WHERE {of} AND number > {tail}"));
    let last = format!("FROM events e WHERE e.{of} ORDER BY e.number DESC LIMIT 1");
    home.execute(&format!(
        "UPDATE partitions SET last_event = (SELECT e.id {last}), events = (SELECT e.number {last}), mac = (SELECT e.mac {last}) WHERE {of}"
    ));
}

fn anchors(original: &Home) {
    played(original);
    let anchor = original.anchor("anchor.json");
    original.run(&["verify", "--against", &anchor.display().to_string()]).ok();

    let home = original.copy();
    cut_the_tail(&home);
    home.verify();
    let findings = home.findings(Some(&anchor));
    assert!(findings.iter().any(|finding| finding.contains("the tail was cut")), "{findings:#?}");

    let home = original.copy();
    let partition =
        home.number("SELECT partition FROM events WHERE command = 'onboarding.register_merchant' LIMIT 1");
    let (of, all) = (format!("WHERE partition = {partition}"), ["events", "partitions"]);
    all.iter().for_each(|table| home.execute(&format!("DELETE FROM {table} {of}")));
    home.verify();
    let findings = home.findings(Some(&anchor));
    assert!(findings.iter().any(|finding| finding.contains("the partition is gone")), "{findings:#?}");
    assert!(findings[0].contains(&partition.to_string()), "{findings:#?}");
}

#[test]
fn an_anchor_shows_a_cut_tail_on_sqlite() {
    anchors(&Home::sqlite());
}

#[test]
fn an_anchor_shows_a_cut_tail_on_postgres() {
    anchors(&Home::postgres(1));
}

#[test]
fn a_changed_anchor_is_refused() {
    let home = Home::sqlite();
    home.give("names.claim", &serde_json::json!({ "kind": "merchant", "name": "qinghe" }));
    let text = std::fs::read_to_string(home.anchor("anchor.json")).unwrap();
    let against = |text: &str| {
        let file = home.write("changed.json", text);
        home.run(&["verify", "--against", &file.display().to_string()])
    };
    against(&text).ok();
    let mut anchor: Value = serde_json::from_str(&text).unwrap();
    anchor["heads"][0]["events"] = Value::from(anchor["heads"][0]["events"].as_i64().unwrap() - 1);
    let refused = against(&anchor.to_string()).refused();
    assert!(refused.contains("signature"), "{refused}");
    let mut anchor: Value = serde_json::from_str(&text).unwrap();
    anchor["heads"] = serde_json::json!([]);
    assert!(against(&anchor.to_string()).refused().contains("signature"));
    against("").refused();
    against("{\"heads\":[]}").refused();
    let other = Home::sqlite();
    other.give("names.claim", &serde_json::json!({ "kind": "merchant", "name": "qinghe" }));
    let foreign = std::fs::read_to_string(other.anchor("anchor.json")).unwrap();
    assert!(against(&foreign).refused().contains("this installation's key"));
}
