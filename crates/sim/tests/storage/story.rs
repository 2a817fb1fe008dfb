//! One story through every table: rows are written, changed and removed; the database is opened again; all reads back.

use zaiton_engine::Outcome;
use zaiton_kernel::{Environment, Id, Timestamp};
use zaiton_ledger::AccountCode;
use zaiton_sim::clock::{MovableClock, START};
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::hand::{Hand, TINY, request};
use zaiton_sim::toy::{
    Attempt, Close, CounterId, Deposit, Lenient, Open, Remind, Ring, Send, Strict, Transfer, Withdraw, place,
    sandbox,
};
use zaiton_sim::{chain_check, picture};

use crate::{code, reply};

on_both! { every_table_reads_back unknown_fields_are_kept_and_newer_shapes_refused migrating_twice_changes_nothing
history_reads_back_by_its_pointers }

fn open(partition: zaiton_kernel::Partition, name: &str) -> Open {
    Open { partition, name: name.into() }
}

fn every_table_reads_back(database: &TestDatabase) {
    let opened = database.open(1);
    let (clock, queries) = (MovableClock::new(), &opened.queries);
    let mut hand = Hand::only(opened.database.as_ref(), clock.clone(), TINY);
    let (here, there) = (place(1), place(2));
    let name = |name: &str| name.to_owned();
    let opened_now = hand
        .batch(vec![
            request("1", open(here, "a")),
            request("2", open(here, "b")),
            request("3", open(there, "c")),
            request("4", open(sandbox(1), "a")),
            request("5", open(here, "a")),
        ])
        .unwrap();
    assert_eq!(code(&opened_now[4]), "toy.taken");
    let a: CounterId = reply(&opened_now[0]);
    let total: i64 = reply(&hand.one("6", Deposit { partition: here, name: name("a"), amount: 500 }));
    assert_eq!(total, 500);
    let moved = Transfer { partition: here, from: name("a"), to: name("b"), amount: 200 };
    assert_eq!(reply::<(i64, i64)>(&hand.one("7", moved)), (300, 200));
    let short = hand.one("8", Withdraw { partition: here, name: name("a"), amount: 501 });
    assert!(matches!(short, Outcome::Refused { .. }), "{short:?}");
    let attempt = hand.one("9", Attempt { partition: here, name: name("a") });
    assert_eq!(code(&attempt), "toy.denied");
    let strict = hand.one("10", Strict { partition: here, name: name("a"), deposit: 10, withdraw: 9_000 });
    assert!(matches!(strict, Outcome::Refused { .. }));
    let lenient = Lenient { partition: here, name: name("a"), deposit: 10, withdraw: 9_000 };
    assert_eq!(reply::<i64>(&hand.one("11", lenient)), 310);
    let send = Send { partition: here, from: name("b"), there, to: name("c"), amount: 50 };
    reply::<()>(&hand.one("12", send));
    let due_at = Timestamp::from_micros(START).plus_seconds(60);
    let _ = hand.one("13", Remind { partition: here, due_at, text: name("later") });
    let _ = hand.one("14", Ring { partition: sandbox(1), text: name("now") });
    reply::<()>(&hand.one("15", Close { partition: there, name: name("c") }));
    clock.pass_days(40);
    assert_eq!(reply::<i64>(&hand.one("16", Deposit { partition: here, name: name("a"), amount: 1 })), 311);

    let count = |table: &str| queries.records(table, 0, 100).unwrap().len();
    assert_eq!(count("holds"), 3, "a, b and the sandbox's a; c was removed");
    assert_eq!((count("timers"), count("effects"), count("parked")), (1, 2, 1));
    let stored = queries.record("holds", a.raw()).unwrap().unwrap();
    assert!(stored.body.contains("\"total\":311") && stored.body.contains("\"tries\":1"), "{}", stored.body);
    let accounts = queries.accounts(here).unwrap();
    let available = accounts.iter().find(|a| a.key.code == AccountCode::PREPAID_AVAILABLE).unwrap();
    assert_eq!(available.balance(), 500 + 10 - 50 + 1);
    let mut transfers = Vec::new();
    queries
        .each_transfer(|(_, transfer)| {
            transfers.push(transfer);
            Ok(())
        })
        .unwrap();
    assert_eq!(transfers.len(), 6, "deposit, freeze, release, deposit, sent, deposit");
    let marked = queries.mark_after(here, available.id, 0).unwrap().unwrap();
    assert_eq!(marked, (0, 0, 0), "its first month began with nothing");
    let marked = queries.mark_after(here, available.id, available.last_month - 1).unwrap().unwrap();
    assert_eq!((marked.0, marked.1), (250, 710), "debits and credits before the new month");
    let head = queries.head(here).unwrap().unwrap();
    let timeline = queries.timeline(here, head.last_event, 100).unwrap();
    let i = |n: usize| i64::try_from(n).unwrap();
    assert_eq!(i(timeline.len()), head.events);
    assert_eq!(timeline.first().map(|event| event.command.as_str()), Some("toy.deposit"));
    assert_eq!(queries.records_of("holds", here, 0, 10).unwrap().len(), 2);
    assert_eq!(queries.head(place(77)).unwrap(), None);

    let before = picture::take(queries);
    let (last_id, known) = (opened.database.lane(0).unwrap().last_id, hand.core.known_requests());
    drop(hand);
    drop(opened);
    let opened = database.open(7);
    assert_eq!(opened.database.lanes(), 1, "lanes are fixed when a database is made");
    let mut hand = Hand::only(opened.database.as_ref(), clock, TINY);
    assert_eq!(hand.core.known_requests(), known);
    assert_eq!(hand.core.row().last_id, last_id);
    assert_eq!(picture::take(&opened.queries), before);
    let d: CounterId = reply(&hand.one("17", open(here, "d")));
    assert!(d.raw() > last_id);
    assert_eq!(
        reply::<i64>(&hand.one("18", Withdraw { partition: here, name: name("a"), amount: 461 })),
        -150
    );
    let short = hand.one("19", Withdraw { partition: here, name: name("a"), amount: 1 });
    assert!(matches!(short, Outcome::Refused { .. }), "the balance was read back");
    assert_eq!(code(&hand.one("20", open(there, "c"))), "toy.taken");
    assert_eq!(
        chain_check::sound(&opened.queries),
        before.values().flatten().filter(|l| l.starts_with("event")).count() + 2
    );
    let due = |hand: &mut Hand, environment| {
        use zaiton_engine::Record;
        let now = Timestamp::from_micros(START).plus_seconds(3_600);
        hand.reader.due(zaiton_engine::outbox::Timer::KIND, 0, environment, now, 10).unwrap().len()
    };
    assert_eq!((due(&mut hand, Environment::Live), due(&mut hand, Environment::Sandbox)), (1, 0));
}

fn unknown_fields_are_kept_and_newer_shapes_refused(database: &TestDatabase) {
    let opened = database.open(1);
    let mut hand = Hand::only(opened.database.as_ref(), MovableClock::new(), TINY);
    let here = place(1);
    let ids: Vec<CounterId> =
        ["a", "b", "c"].iter().map(|name| reply(&hand.one(name, open(here, name)))).collect();
    let body = format!(r#"{{"id":"{}","name":"a","total":7,"tries":0,"colour":{{"of":"later"}}}}"#, ids[0]);
    database.execute(&format!("UPDATE holds SET body = '{body}' WHERE id = {}", ids[0].raw())).unwrap();
    hand.core.forget();
    let deposit = |name: &str, amount| Deposit { partition: here, name: name.into(), amount };
    assert_eq!(reply::<i64>(&hand.one("1", deposit("a", 1))), 8);
    assert_eq!(reply::<i64>(&hand.one("2", deposit("a", 1))), 9);
    let stored = opened.queries.record("holds", ids[0].raw()).unwrap().unwrap().body;
    assert!(stored.contains(r#""colour":{"of":"later"}"#) && stored.contains(r#""total":9"#), "{stored}");

    // A record of a newer program is refused, and what was asked for beside it is not taken for absent.
    database.execute(&format!("UPDATE holds SET shape = 2 WHERE id = {}", ids[0].raw())).unwrap();
    hand.core.forget();
    let tickets = |names: &[&str]| -> Vec<zaiton_engine::core::Ticket> {
        names
            .iter()
            .map(|name| zaiton_engine::core::Ticket {
                request: request(&format!("later/{name}"), deposit(name, 1)),
                reply: Box::new(|_| ()),
            })
            .collect()
    };
    let (left, error) = hand.core.decide(tickets(&["a", "b", "c"]), hand.reader.as_mut());
    assert!(error.is_some_and(|error| error.0.contains("newer than this program")));
    assert_eq!(left.len(), 3);
    let outcomes = hand.batch(vec![request("3", deposit("b", 1)), request("4", deposit("c", 5))]).unwrap();
    assert_eq!(outcomes.iter().map(reply::<i64>).collect::<Vec<_>>(), [1, 5]);
    let _ = chain_check::sound(&opened.queries);
}

fn migrating_twice_changes_nothing(database: &TestDatabase) {
    let rows = |opened: &zaiton_store::Opened| {
        opened.queries.rows("SELECT number, name, checksum FROM migrations ORDER BY number", &[]).unwrap()
    };
    let first = database.open(3);
    let before = rows(&first);
    assert!(!before.is_empty());
    drop(first);
    let second = database.open(5);
    assert_eq!(rows(&second), before);
    assert_eq!(second.database.lanes(), 3);
    drop(second);
    database.execute("UPDATE migrations SET checksum = 'x' WHERE number = 1").unwrap();
    let refused = zaiton_store::open(database.url(), 3).err().unwrap();
    assert!(refused.0.contains("differs from the one that made this database"), "{refused}");
    database.execute("INSERT INTO migrations (number, name, checksum) VALUES (99, 'later', 'x')").unwrap();
    assert!(zaiton_store::open(database.url(), 3).is_err());
}

fn history_reads_back_by_its_pointers(database: &TestDatabase) {
    let opened = database.open(1);
    let clock = MovableClock::new();
    let mut hand = Hand::only(opened.database.as_ref(), clock.clone(), TINY);
    let (here, other) = (place(1), place(2));
    let _ = hand.one("a", open(here, "a"));
    let _ = hand.one("b", open(other, "a"));
    for step in 0..30_i64 {
        clock.pass(Environment::Live, 60);
        let _ =
            hand.one(&format!("h{step}"), Deposit { partition: here, name: "a".into(), amount: step + 1 });
        let _ = hand.one(&format!("o{step}"), Deposit { partition: other, name: "a".into(), amount: 1 });
    }
    let accounts = opened.queries.accounts(here).unwrap();
    let account = accounts.iter().find(|a| a.key.code == AccountCode::PREPAID_AVAILABLE).unwrap();
    let read = |from: i64, not_before: i64, limit: i64| -> Vec<i64> {
        let not_before = Timestamp::from_micros(not_before);
        let transfers = opened.queries.history(here, account.id, from, not_before, limit).unwrap();
        transfers.iter().map(|transfer| transfer.amount).collect()
    };
    let all: Vec<i64> = (1..=30).rev().collect();
    assert_eq!(read(account.last_transfer, 0, 100), all);
    assert_eq!(read(account.last_transfer, 0, 5), all[..5]);
    assert_eq!(read(account.last_transfer, START + 21 * 60_000_000, 100), all[..10]);
    assert_eq!(read(0, 0, 100), [0_i64; 0]);
    let environment = Environment::Live;
    assert!(opened.queries.merchant(environment, "none").unwrap().is_none());
    assert!(opened.queries.bank_account(environment, "none").unwrap().is_none());
    assert!(opened.queries.open_top_ups(environment, "1.00").unwrap().is_empty());
    assert!(opened.queries.top_ups_by_remark(environment, "none").unwrap().is_empty());
    assert!(opened.queries.free_lines(environment, "1.00", 0).unwrap().is_empty());
}
