//! Commits that fail before, or whose outcome nobody knows: what was accepted is there once, what was not is not.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use zaiton_engine::Outcome;
use zaiton_engine::command::Failure;
use zaiton_engine::fault::Fault;
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::faults::FaultyDatabase;
use zaiton_sim::hand::{Hand, TINY, again, request};
use zaiton_sim::process::{Process, Town, until};
use zaiton_sim::toy::{Deposit, Open, place};
use zaiton_sim::{chain_check, picture};

use crate::reply;

on_both! { accepted_is_there_once_whatever_fails a_lane_given_up_is_taken_again
another_owners_commit_is_not_taken_for_ours many_callers_are_served_at_once }

fn deposit(at: i64, amount: i64) -> Deposit {
    Deposit { partition: place(at), name: "a".into(), amount }
}

fn start(database: &TestDatabase) -> (zaiton_store::Opened, Arc<FaultyDatabase>, Process) {
    let opened = database.open(1);
    let faulty = FaultyDatabase::new(opened.database.clone());
    let process = Process::start("a", faulty.clone(), MovableClock::new(), &Town::default());
    (opened, faulty, process)
}

fn accepted_is_there_once_whatever_fails(database: &TestDatabase) {
    let (opened, faulty, process) = start(database);
    for at in 0..5 {
        let _ = process.call("open", Open { partition: place(at), name: "a".into() });
    }
    let fault = prop_oneof![
        4 => Just(Fault::None),
        1 => Just(Fault::Before),
        3 => Just(Fault::UnknownWritten),
        3 => Just(Fault::UnknownLost),
    ];
    let mut runner = TestRunner::deterministic();
    let plan = prop::collection::vec(fault, 60).new_tree(&mut runner).unwrap().current();
    // In the middle, a world that stays broken for longer than the writer's patience.
    let broken = std::iter::repeat_n(Fault::Before, 4);
    faulty
        .plan
        .lock()
        .unwrap()
        .extend(plan[..30].iter().copied().chain(broken).chain(plan[30..].iter().copied()));
    let (mut sent, mut failed) = (0_i64, 0);
    for round in 0..40_i64 {
        let requests: Vec<_> =
            (0..10).map(|at| request(&format!("{round}/{at}"), deposit(at % 5, 1))).collect();
        sent += 10;
        let mut waiting = requests;
        until("all of a round are accepted", || {
            let outcomes = process.all(waiting.iter().map(again).collect());
            let rest = waiting.drain(..).zip(outcomes).filter_map(|(request, outcome)| match outcome {
                Outcome::Accepted { .. } => None,
                Outcome::Failed { failure: Failure::Unavailable | Failure::Moved, .. } => Some(request),
                other => panic!("{other:?}"),
            });
            waiting = rest.collect();
            failed += waiting.len();
            waiting.is_empty()
        });
    }
    assert!(failed > 0, "some were told to come again");
    assert!(faulty.plan.lock().unwrap().is_empty(), "every fault happened");
    for at in 0..5 {
        assert_eq!(reply::<i64>(&process.call("last", deposit(at, 1))), 81, "partition {at}");
    }
    process.engine.stop();
    let transfers: usize =
        picture::take(&opened.queries).values().flatten().filter(|line| line.starts_with("transfer")).count();
    assert_eq!(i64::try_from(transfers).unwrap(), sent + 5);
    let _ = chain_check::sound(&opened.queries);
}

/// Eight callers, each waiting for its answer before it asks again.
fn many_callers_are_served_at_once(database: &TestDatabase) {
    let (opened, _, process) = start(database);
    for at in 0..4 {
        let _ = process.call("open", Open { partition: place(at), name: "a".into() });
    }
    std::thread::scope(|scope| {
        for caller in 0..8_i64 {
            let process = &process;
            scope.spawn(move || {
                let mut last = 0;
                for step in 0..40 {
                    let total =
                        reply::<i64>(&process.call(&format!("{caller}/{step}"), deposit(caller % 4, 1)));
                    assert!(total > last, "each sees what it was told of");
                    last = total;
                }
            });
        }
    });
    for at in 0..4 {
        assert_eq!(reply::<i64>(&process.call("last", deposit(at, 1))), 81);
    }
    process.engine.stop();
    assert_eq!(chain_check::sound(&opened.queries), 4 * 82);
}

/// The server throws every connection out, again and again, in the middle of everything.
#[test]
fn connections_that_break_are_opened_again() {
    let database = TestDatabase::postgres();
    let (opened, _, process) = start(&database);
    for at in 0..5 {
        let _ = process.call("open", Open { partition: place(at), name: "a".into() });
    }
    for round in 0..12_i64 {
        let mut waiting: Vec<_> =
            (0..60).map(|at| request(&format!("{round}/{at}"), deposit(at % 5, 1))).collect();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                run_sql(
                    database.url(),
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()",
                );
            });
            until("all of a round are accepted", || {
                let outcomes = process.all(waiting.iter().map(again).collect());
                let rest = waiting.drain(..).zip(outcomes).filter_map(|(request, outcome)| match outcome {
                    Outcome::Accepted { .. } => None,
                    Outcome::Failed { failure: Failure::Unavailable | Failure::Moved, .. } => Some(request),
                    other => panic!("{other:?}"),
                });
                waiting = rest.collect();
                waiting.is_empty()
            });
        });
    }
    for at in 0..5 {
        // The last connections to be ended may still answer that they are.
        until("the last ones are accepted", || match process.call("last", deposit(at, 1)) {
            Outcome::Failed { failure: Failure::Unavailable | Failure::Moved, .. } => false,
            outcome => {
                assert_eq!(reply::<i64>(&outcome), 12 * 12 + 1, "partition {at}");
                true
            }
        });
    }
    process.engine.stop();
    // The pool of readers was thrown out as well.
    until("reads work again", || opened.queries.records("holds", 0, 1).is_ok());
    assert_eq!(chain_check::sound(&opened.queries), 5 * (12 * 12 + 2));
}

/// The writer cannot learn what came of a commit, so the lane ends; the process takes it again and goes on. Meanwhile
/// a request must not run in circles between the process and itself.
fn a_lane_given_up_is_taken_again(database: &TestDatabase) {
    let (opened, faulty, process) = start(database);
    let _ = process.call("open", Open { partition: place(1), name: "a".into() });
    faulty.plan.lock().unwrap().extend([
        Fault::UnknownWritten,
        Fault::UnknownLost,
        Fault::UnknownLost,
        Fault::UnknownLost,
    ]);
    *faulty.failing_takes.lock().unwrap() = 4;
    let first = process.all(vec![request("1", deposit(1, 7))]).remove(0);
    assert!(!matches!(first, Outcome::Accepted { .. }), "nobody knows: {first:?}");
    assert_eq!(reply::<i64>(&process.call("2", deposit(1, 1))), 8);
    let again = process.call("1", deposit(1, 7));
    assert!(
        matches!(&again, Outcome::Accepted { repeated: true, .. }),
        "it was written after all: {again:?}"
    );
    process.engine.stop();
    let _ = chain_check::sound(&opened.queries);
}

/// Our commit was lost, and another process had the lane for one commit in between: its number is not our success.
fn another_owners_commit_is_not_taken_for_ours(database: &TestDatabase) {
    let (opened, faulty, process) = start(database);
    let _ = process.call("open", Open { partition: place(1), name: "a".into() });
    assert_eq!(reply::<i64>(&process.call("1", deposit(1, 1))), 1);
    let thief = opened.database.clone();
    let free = if database.is_postgres() { "UPDATE lanes SET lease_until = 0" } else { "SELECT 1" };
    let sql = (database.url().to_owned(), free.to_owned());
    *faulty.before_take.lock().unwrap() = Some(Box::new(move || {
        run_sql(&sql.0, &sql.1);
        let mut hand = Hand::only(thief.as_ref(), MovableClock::new(), TINY);
        assert_eq!(reply::<i64>(&hand.one("theirs", deposit(1, 100))), 101);
        thief.release_lanes("hand").unwrap();
    }));
    faulty.plan.lock().unwrap().push_back(Fault::UnknownLost);
    assert_eq!(reply::<i64>(&process.call("2", deposit(1, 10))), 111, "on top of what the other did");
    assert_eq!(reply::<i64>(&process.call("3", deposit(1, 1_000))), 1_111);
    process.engine.stop();
    assert_eq!(chain_check::sound(&opened.queries), 5);
}

fn run_sql(url: &str, sql: &str) {
    if url.starts_with("postgres") {
        postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(sql).unwrap();
    }
}
