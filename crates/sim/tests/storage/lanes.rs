//! Lanes have one owner; commands find it; a lost lane answers `moved` and writes nothing; the next owner goes on
//! where the last one stopped.

use std::sync::Arc;

use zaiton_engine::command::Failure;
use zaiton_engine::{Database, Outcome};
use zaiton_kernel::Id;
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::hand::{Hand, TINY, request};
use zaiton_sim::process::{Process, Town, until};
use zaiton_sim::toy::{Deposit, Open, Send, place};
use zaiton_sim::{chain_check, picture};

use crate::reply;

fn deposit(at: i64, amount: i64) -> Deposit {
    Deposit { partition: place(at), name: "a".into(), amount }
}

/// Two processes on one PostgreSQL, each with two of four lanes; each with a connection of its own.
fn two(database: &TestDatabase, town: &Town) -> (Process, Process) {
    let first = database.open(4);
    database.execute("UPDATE lanes SET owner = 'b', lease_until = 4102444800 WHERE lane >= 2").unwrap();
    let second = database.open(4);
    let a = Process::start("a", first.database, MovableClock::new(), town);
    let b = Process::start("b", second.database, MovableClock::new(), town);
    assert_eq!((a.engine.owned(), b.engine.owned()), (vec![0, 1], vec![2, 3]));
    (a, b)
}

fn owners(database: &dyn Database) -> Vec<String> {
    (0..4).map(|lane| database.lane(lane).unwrap().owner).collect()
}

#[test]
fn two_processes_share_four_lanes() {
    let (database, town) = (TestDatabase::postgres(), Town::default());
    let (a, b) = two(&database, &town);
    for at in 0..40 {
        let process = if at % 2 == 0 { &a } else { &b };
        let _ = reply::<zaiton_sim::toy::CounterId>(
            &process.call("open", Open { partition: place(at), name: "a".into() }),
        );
        assert_eq!(reply::<i64>(&b.call("b", deposit(at, 5))), 5);
        assert_eq!(reply::<i64>(&a.call("a", deposit(at, 3))), 8, "partition {at}");
        let again = b.call("a", deposit(at, 3));
        assert!(
            matches!(again, Outcome::Accepted { repeated: true, .. }),
            "one memory of keys, wherever it comes"
        );
    }
    // Messages cross from one process's lanes to the other's.
    for at in 0..39 {
        let send =
            Send { partition: place(at), from: "a".into(), there: place(at + 1), to: "a".into(), amount: 1 };
        reply::<()>(&a.call("send", send));
    }
    let queries = database.open(4).queries;
    until("all messages arrived", || queries.records("effects", 0, 1).unwrap().is_empty());
    assert_eq!(owners(a.engine.database().as_ref()), ["a", "a", "b", "b"]);
    // One leaves: the other takes its lanes and goes on.
    b.engine.stop();
    until("a owns all lanes", || a.engine.owned() == [0, 1, 2, 3]);
    for at in 0..40 {
        let total = if at == 0 {
            7
        } else if at == 39 {
            9
        } else {
            8
        };
        assert_eq!(reply::<i64>(&a.call("last", deposit(at, 10))), total + 10, "partition {at}");
        assert!(matches!(b.call("last", deposit(at, 10)), Outcome::Accepted { repeated: true, .. }));
    }
    a.engine.stop();
    assert_eq!(owners(a.engine.database().as_ref()), ["", "", "", ""]);
    assert_eq!(picture::take(&queries).len(), 40);
}

#[test]
fn a_stolen_lane_answers_moved_and_writes_nothing() {
    let (database, town) = (TestDatabase::postgres(), Town::default());
    let (a, b) = two(&database, &town);
    b.engine.stop();
    until("a owns all lanes", || a.engine.owned() == [0, 1, 2, 3]);
    let lane = place(1).lane(4);
    let _ = a.call("open", Open { partition: place(1), name: "a".into() });
    assert_eq!(reply::<i64>(&a.call("1", deposit(1, 1))), 1);
    let before = a.engine.database().lane(lane).unwrap();
    let opened = database.open(4);
    let mut thief = None;
    until("the lane is stolen", || {
        database.execute(&format!("UPDATE lanes SET lease_until = 0 WHERE lane = {lane}")).unwrap();
        // Its owner may have prolonged the lease in between: then again.
        let free = opened.database.take_lane(lane, "thief", "", 600).unwrap().is_some();
        thief = free.then(|| Hand::take(opened.database.as_ref(), lane, "thief", MovableClock::new(), TINY));
        free
    });
    let mut thief = thief.unwrap();
    assert!(thief.core.row().epoch > before.epoch);
    assert_eq!((thief.core.row().seq, thief.core.row().last_id), (before.seq, before.last_id));
    assert_eq!(reply::<i64>(&thief.one("2", deposit(1, 10))), 11);
    // The old owner has not noticed, decides on its old memory, and cannot write.
    let outcome = a.all(vec![request("3", deposit(1, 100))]).remove(0);
    assert!(matches!(outcome, Outcome::Failed { failure: Failure::Moved, .. }), "{outcome:?}");
    assert_eq!(reply::<i64>(&thief.one("4", deposit(1, 1_000))), 1_011);
    until("the old owner's lane ended", || !a.engine.owned().contains(&lane));
    let events = opened.queries.head(place(1)).unwrap().unwrap().events;
    assert_eq!(events, 4, "opened, 1, 2 and 4; 3 left nothing");
    drop(thief);
    let last = opened.database.lane(lane).unwrap();
    opened.database.release_lanes("thief").unwrap();
    // The thief dies; the old owner takes the lane again and goes on after what the thief did.
    assert_eq!(reply::<i64>(&a.call("3", deposit(1, 100))), 1_111);
    assert!(matches!(a.call("4", deposit(1, 1_000)), Outcome::Accepted { repeated: true, .. }));
    let head = opened.queries.head(place(1)).unwrap().unwrap();
    assert_eq!(head.events, 5);
    assert!(head.last_event > last.last_id);
    a.engine.stop();
    assert_eq!(chain_check::sound(&opened.queries), 5);
}

#[test]
fn a_dead_owners_lane_is_taken_when_its_lease_is_over() {
    let database = TestDatabase::postgres();
    let opened = database.open(2);
    // Dead: it took both lanes, and nobody prolongs its lease.
    for lane in 0..2 {
        let mut hand = Hand::take(opened.database.as_ref(), lane, "dead", MovableClock::new(), TINY);
        for at in 0..20 {
            if place(at).lane(2) == lane {
                let _ = hand.one("open", Open { partition: place(at), name: "a".into() });
            }
        }
    }
    database.execute("UPDATE lanes SET lease_until = lease_until - 58").unwrap();
    let a = Process::start("a", opened.database.clone(), MovableClock::new(), &Town::default());
    assert!(a.engine.owned().is_empty(), "the lease is not over yet");
    until("the lanes are taken", || a.engine.owned() == [0, 1]);
    let mut last = (0..2).map(|lane| opened.database.lane(lane).unwrap().last_id).collect::<Vec<_>>();
    for at in 0..20 {
        assert_eq!(reply::<i64>(&a.call("d", deposit(at, 2))), 2);
        let lane = usize::from(place(at).lane(2));
        let slips = opened.queries.records_of("names", place(at), 0, 10).unwrap();
        assert!(slips[0].id > last[lane] && slips[0].id & 0xFF == i64::try_from(lane).unwrap());
        last[lane] = slips[0].id;
    }
    a.engine.stop();
    assert_eq!(chain_check::sound(&opened.queries), 40);
}

#[test]
fn a_second_process_on_a_sqlite_file_gets_no_lane() {
    let (database, town) = (TestDatabase::sqlite(), Town::default());
    let opened = database.open(1);
    let a = Process::start("a", opened.database.clone(), MovableClock::new(), &town);
    let id: zaiton_sim::toy::CounterId =
        reply(&a.call("open", Open { partition: place(1), name: "a".into() }));
    let second = database.open(1);
    assert!(second.database.take_lane(0, "b", "", 60).unwrap().is_none());
    assert!(second.database.renew_lanes("b", 60).unwrap().is_empty());
    let b = Process::start("b", second.database.clone(), MovableClock::new(), &town);
    assert!(b.engine.owned().is_empty());
    assert_eq!(reply::<i64>(&b.call("1", deposit(1, 4))), 4, "sent on to the owner");
    b.engine.stop();
    assert_eq!(reply::<i64>(&a.call("2", deposit(1, 4))), 8);
    assert!(second.queries.record("holds", id.raw()).unwrap().is_some());
    a.engine.stop();
    town.clear();
    drop((a, b, opened, second));
    // With nobody there, the next one has the lane.
    let third = database.open(1);
    let mut hand = Hand::only(third.database.as_ref(), MovableClock::new(), TINY);
    assert_eq!(reply::<i64>(&hand.one("3", deposit(1, 4))), 12);
    let _keep: Arc<dyn Database> = third.database;
}
