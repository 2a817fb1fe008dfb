//! The event chain finds every change behind its back: a changed, removed, inserted row, a cut tail.

use zaiton_sim::chain_check::{faults, sound};
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::hand::{Hand, TINY, request};
use zaiton_sim::toy::{Deposit, Open, place};

on_both! { every_tampering_is_found }

fn every_tampering_is_found(database: &TestDatabase) {
    let opened = database.open(1);
    let queries = &opened.queries;
    let mut hand = Hand::only(opened.database.as_ref(), MovableClock::new(), TINY);
    for at in 1..=3 {
        let partition = place(at);
        let mut requests = vec![request("open", Open { partition, name: "a".into() })];
        requests.extend((0..10).map(|step| {
            request(&format!("{step}"), Deposit { partition, name: "a".into(), amount: step + 1 })
        }));
        drop(hand.batch(requests).unwrap());
    }
    assert_eq!(sound(queries), 33);
    database.execute("CREATE TABLE kept AS SELECT * FROM events").unwrap();
    database.execute("CREATE TABLE kept_heads AS SELECT * FROM partitions").unwrap();
    let of = |at: i64, number: i64| format!("partition = {} AND number = {number}", place(at).raw());
    let second = of(2, 5);
    let tamperings = [
        format!("UPDATE events SET body = replace(body, '4', '5') WHERE {second}"),
        format!("UPDATE events SET actor = 'person:other' WHERE {second}"),
        format!("UPDATE events SET command = 'toy.other' WHERE {second}"),
        format!("UPDATE events SET at = at + 1 WHERE {second}"),
        format!("UPDATE events SET subject = subject + 1 WHERE {second}"),
        format!("UPDATE events SET number = 99 WHERE {second}"),
        format!("UPDATE events SET id = id + 1 WHERE {second}"),
        format!("UPDATE events SET partition = {} WHERE {second}", place(3).raw()),
        format!("DELETE FROM events WHERE {second}"),
        format!("DELETE FROM events WHERE {}", of(3, 11)),
        format!("DELETE FROM events WHERE {}", of(1, 1)),
        format!(
            "INSERT INTO events (id, partition, previous, number, at, actor, command, subject, body, mac) \
             SELECT id + 1, partition, id, number + 1, at, actor, command, subject, body, mac FROM events WHERE {}",
            of(3, 11)
        ),
        format!("UPDATE partitions SET events = events - 1 WHERE partition = {}", place(1).raw()),
        format!("DELETE FROM partitions WHERE partition = {}", place(1).raw()),
        format!("DELETE FROM events WHERE partition = {}", place(1).raw()),
    ];
    for tampering in tamperings {
        database.execute(&tampering).unwrap();
        assert!(!faults(queries).1.is_empty(), "not found: {tampering}");
        database
            .execute(
                "DELETE FROM events; INSERT INTO events SELECT * FROM kept; \
                 DELETE FROM partitions; INSERT INTO partitions SELECT * FROM kept_heads",
            )
            .unwrap();
        assert_eq!(sound(queries), 33);
    }
}
