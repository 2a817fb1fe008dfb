//! What an operation answers, as a table: state, command, answer. And who may begin.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::queue::{Queue, QueueId, RUNNING, RUNNING_EACH, WAITING, WAITING_EACH};
use zaiton_kernel::Decision;

use super::*;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00+08:00").unwrap()
}

fn product(rows: u64, bytes: u64) -> Product {
    Product {
        name: "fees.csv".into(),
        media_type: "text/csv; charset=utf-8".into(),
        bytes,
        sha256: "00".into(),
        rows,
        findings: None,
        server: String::new(),
        attempt: 2,
    }
}

fn progress(done: u64) -> Progress {
    Progress { done, of: Some(100), unit: Unit::Rows }
}

/// `begin 2`, `report 2 50`, `finish 2`, `fail 2`, `cancel`, `expire`, `expire later`.
fn given(text: &str) -> (Command, Timestamp) {
    let words: Vec<&str> = text.split(' ').collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<u32>().ok()).unwrap_or(1);
    let attempt = number(1);
    let command = match words[0] {
        "begin" => Command::Begin { attempt, server: "here".into() },
        "report" => Command::Report { attempt, progress: progress(number(2).into()) },
        "finish" => {
            Command::Finish { attempt, progress: progress(100), product: product(number(2).into(), 10) }
        }
        "fail" => Command::Fail { attempt, refusal: OperationRefusal::World {}.into() },
        "cancel" => Command::Cancel { by: "chen".into() },
        "expire" => Command::Expire,
        other => panic!("{other}"),
    };
    let later = words.last() == Some(&"later");
    (command, if later { now().plus_seconds(KEPT_SECONDS) } else { now() })
}

fn after(story: &[&str]) -> Operation {
    let mut operation = Operation::asked(OperationId::from_raw(1 << 30), "chen".into(), now(), Work::Verify);
    for text in story {
        let (command, now) = given(text);
        decide(&operation, command, now).unwrap().events.iter().for_each(|event| operation.apply(event));
    }
    operation
}

#[track_caller]
fn check(story: &[&str], text: &str, answer: &str) {
    let mut operation = after(story);
    let before = operation.clone();
    let (command, now) = given(text);
    let said = match decide(&operation, command, now) {
        Ok(decision) if decision.is_already() => "already".to_owned(),
        Ok(decision) => {
            decision.events.iter().for_each(|event| operation.apply(event));
            let json = serde_json::to_string(&operation).unwrap();
            assert_eq!(serde_json::from_str::<Operation>(&json).unwrap(), operation);
            operation.state.to_string()
        }
        Err(refusal) => {
            assert_eq!(operation, before);
            Refusal::from(refusal).code.trim_start_matches("platform.operation.").to_owned()
        }
    };
    assert_eq!(said, answer, "{story:?}, then {text}");
}

/// Rule R5-40: each command in each state.
#[test]
fn each_state_answers_each_command() {
    let states: [&[&str]; 6] = [
        &[],
        &["begin 2"],
        &["begin 2", "finish 2"],
        &["begin 2", "fail 2"],
        &["cancel"],
        &["begin 2", "finish 2", "expire later"],
    ];
    let table = [
        ("begin 1", ["running", "superseded", "closed", "closed", "closed", "closed"]),
        ("begin 2", ["running", "already", "closed", "closed", "closed", "closed"]),
        ("begin 3", ["running", "running", "closed", "closed", "closed", "closed"]),
        ("begin 6", ["failed", "failed", "closed", "closed", "closed", "closed"]),
        ("report 1 5", ["not_begun", "superseded", "closed", "closed", "closed", "closed"]),
        ("report 2 5", ["not_begun", "running", "closed", "closed", "closed", "closed"]),
        ("finish 1", ["not_begun", "superseded", "already", "closed", "closed", "closed"]),
        ("finish 2", ["not_begun", "done", "already", "closed", "closed", "closed"]),
        ("finish 2 7", ["not_begun", "done", "closed", "closed", "closed", "closed"]),
        ("fail 1", ["not_begun", "superseded", "closed", "closed", "closed", "closed"]),
        ("fail 2", ["not_begun", "failed", "closed", "closed", "closed", "closed"]),
        ("cancel", ["cancelled", "cancelled", "closed", "closed", "already", "closed"]),
        ("expire", ["not_done", "not_done", "too_early", "closed", "closed", "already"]),
        ("expire later", ["not_done", "not_done", "expired", "closed", "closed", "already"]),
    ];
    for (command, answers) in table {
        for (state, answer) in states.iter().zip(answers) {
            check(state, command, answer);
        }
    }
    check(&["begin 2", "report 2 5"], "report 2 5", "already");
    check(&["begin 2", "report 2 5"], "report 2 6", "running");
    boundary::inside("R5-40", "an operation from its asking to its file's end");
    assert_eq!(after(&["begin 1", "report 1 9", "begin 2"]).progress, Progress::default(), "begun anew");
    assert_eq!(after(&["begin 1", "report 1 9", "cancel"]).progress, progress(9));
    assert_eq!(after(&["begin 1", "report 1 9", "finish 1"]).progress, progress(100));
}

/// What makes sense is what is not called closed, not begun or not done.
#[test]
fn allowed_says_what_decide_does() {
    for story in [&[][..], &["begin 1"], &["begin 1", "finish 1"], &["begin 1", "fail 1"], &["cancel"]] {
        let operation = after(story);
        let said = allowed(&operation);
        assert_eq!(said.iter().map(|one| one.command).collect::<Vec<_>>(), CommandKind::ALL);
        for one in said {
            let text = format!("{} 1 3", one.command);
            let (command, _) = given(&text);
            let answer = decide(&operation, command, now().plus_seconds(KEPT_SECONDS));
            let again = answer.as_ref().is_ok_and(Decision::is_already);
            assert!(again || one.refusal == answer.err(), "{story:?} {text}");
        }
    }
}

/// Rule R5-43: a million rows and no more, 200 MB and no more.
#[test]
fn a_file_has_bounds() {
    let running = after(&["begin 1"]);
    let finish = |rows, bytes| {
        let finish = Command::Finish { attempt: 1, progress: progress(1), product: product(rows, bytes) };
        decide(&running, finish, now())
    };
    assert!(finish(MOST_ROWS, MOST_BYTES).is_ok());
    boundary::inside("R5-43", "a file of a million rows and 200 MB");
    boundary::refused("R5-43", "a row more", finish(MOST_ROWS + 1, 1).unwrap_err());
    boundary::refused("R5-43", "a byte more", finish(1, MOST_BYTES + 1).unwrap_err());
}

/// Rule R5-40: names and periods are looked at before anything waits.
#[test]
fn what_is_asked_is_looked_at() {
    let work = |list: &str| {
        let text = format!(r#"{{"kind":"export","list":{list},"format":"csv"}}"#);
        serde_json::from_str::<Work>(&text).map_err(|error| error.to_string())
    };
    let code = |list: &str| work(list).unwrap().check().map_err(|refusal| Refusal::from(refusal).code);
    assert_eq!(code(r#"{"name":"statement","merchant":"citong"}"#), Ok(()));
    assert_eq!(code(r#"{"name":"top_ups"}"#), Ok(()));
    assert_eq!(code(r#"{"name":"holds","merchant":" "}"#).unwrap_err(), "platform.operation.name");
    assert_eq!(
        code(r#"{"name":"fees","merchant":"a","programme":"x\u0007"}"#).unwrap_err(),
        "platform.operation.name"
    );
    let period = |from: &str, to: &str| {
        code(&format!(r#"{{"name":"top_ups","period":{{"from":"{from}","to":"{to}"}}}}"#))
    };
    assert_eq!(period("2026-03-01T00:00:00Z", "2026-03-01T00:00:00.000001Z"), Ok(()));
    assert_eq!(
        period("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z").unwrap_err(),
        "platform.operation.period"
    );
    assert!(work(r#"{"name":"statement"}"#).is_err(), "whose");
    assert!(work(r#"{"name":"statement","merchant":"a","table":"people"}"#).is_err(), "an unknown field");
    assert!(serde_json::from_str::<Work>(r#"{"kind":"verify"}"#).unwrap().check().is_ok());
}

/// A name from outside is no path, no header and no second name.
#[test]
fn a_file_has_a_safe_name() {
    let name = |list: &str, format: &str| {
        let text = format!(r#"{{"kind":"export","list":{list},"format":"{format}"}}"#);
        serde_json::from_str::<Work>(&text).unwrap().file_name()
    };
    let period = r#"{"from":"2026-03-01T00:00:00+08:00","to":"2026-04-01T00:00:00+08:00"}"#;
    let statement = format!(r#"{{"name":"statement","merchant":"citong-tea","period":{period}}}"#);
    assert_eq!(name(&statement, "xlsx"), "statement-citong-tea-2026-03-01-2026-04-01.xlsx");
    assert_eq!(name(r#"{"name":"top_ups"}"#, "json"), "top_ups.ndjson");
    let bad = r#"{"name":"holds","merchant":"../a\"; b\r\n茶"}"#;
    assert_eq!(name(bad, "csv"), "holds-___a___b___.csv");
    let balances = r#"{"name":"balances","merchant":"a","at":"2026-03-01T00:00:00+08:00"}"#;
    assert_eq!(name(balances, "csv"), "balances-a-2026-03-01.csv");
    assert_eq!(Work::Verify.file_name(), "verification.json");
    assert_eq!(Work::Verify.media_type(), "application/json");
}

fn number(raw: i64) -> OperationId {
    OperationId::from_raw(raw)
}

/// Rule R5-43: three of one person run, twenty wait, and the others are not kept back by them.
#[test]
fn a_person_has_so_many_places() {
    let mut queue = Queue::empty(QueueId::from_raw(1));
    for raw in 1..=3 {
        queue.enter(number(raw), "chen").unwrap();
    }
    assert_eq!(queue.advance().len(), RUNNING_EACH);
    for raw in 4..=23 {
        queue.enter(number(raw), "chen").unwrap();
        assert!(queue.advance().is_empty());
    }
    assert_eq!(queue.waiting.len(), WAITING_EACH);
    boundary::inside("R5-43", "three run and twenty wait");
    boundary::refused("R5-43", "a twenty-first waits", queue.enter(number(24), "chen").unwrap_err());
    queue.enter(number(25), "lin").unwrap();
    assert_eq!(queue.advance(), [number(25)], "she goes past those who may not");
    queue.enter(number(26), "lin").unwrap();
    assert!(queue.advance().is_empty(), "as many run as may");
    assert_eq!(queue.running.len(), RUNNING);
    queue.leave(number(1));
    assert_eq!(queue.advance(), [number(4)], "the first come");
    queue.leave(number(5));
    assert!(queue.advance().is_empty(), "it only waited");
    assert_eq!(queue.waiting.len(), 19);
}

/// Rule R5-43: two hundred wait, of all people.
#[test]
fn all_have_so_many_places() {
    let mut queue = Queue::empty(QueueId::from_raw(1));
    let most = i64::try_from(WAITING).unwrap();
    for raw in 0..most {
        queue.enter(number(raw + 1), &format!("p{}", raw / 20)).unwrap();
    }
    boundary::refused("R5-43", "one more waits", queue.enter(number(999), "lin").unwrap_err());
    queue.advance();
    queue.enter(number(999), "lin").unwrap();
}
