//! A batch that the database refuses: the culprit fails alone, as a bug; its neighbours go on, in order.

use zaiton_engine::command::Failure;
use zaiton_engine::fault::Fault;
use zaiton_engine::{Outcome, Request};
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::faults::FaultyDatabase;
use zaiton_sim::hand::{again, request};
use zaiton_sim::process::{Process, Town, until};
use zaiton_sim::toy::{Deposit, Misfit, Open, Ring, place};
use zaiton_sim::{chain_check, picture};

use crate::reply;

on_both! { the_culprit_fails_alone what_neighbours_leave_to_do_is_done commits_that_fail_meanwhile_lose_nobody }

fn is_bug(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failed { failure: Failure::Bug, .. })
}

fn the_culprit_fails_alone(database: &TestDatabase) {
    let opened = database.open(1);
    let process = Process::start("a", opened.database.clone(), MovableClock::new(), &Town::default());
    let partition = place(1);
    reply::<zaiton_sim::toy::CounterId>(&process.call("open", Open { partition, name: "a".into() }));
    let mut expected = 0;
    for culprit in [0_usize, 13, 25, 49] {
        let requests: Vec<Request> = (0..50)
            .map(|at| {
                let key = format!("{culprit}/{at}");
                if at == culprit {
                    request(&key, Misfit { partition, name: "a".into() })
                } else {
                    request(&key, Deposit { partition, name: "a".into(), amount: 1 })
                }
            })
            .collect();
        for (at, outcome) in process.all(requests).iter().enumerate() {
            if at == culprit {
                assert!(is_bug(outcome), "{outcome:?}");
            } else {
                expected += 1;
                assert_eq!(reply::<i64>(outcome), expected, "order is kept");
            }
        }
    }
    process.engine.stop();
    let events = chain_check::sound(&opened.queries);
    assert_eq!(events, 1 + 4 * 49);
    assert_eq!(picture::take(&opened.queries).len(), 1);
}

/// The world breaks while the culprit is looked for: everybody is answered, and what was accepted is there once.
fn commits_that_fail_meanwhile_lose_nobody(database: &TestDatabase) {
    let opened = database.open(1);
    let faulty = FaultyDatabase::new(opened.database.clone());
    let process = Process::start("a", faulty.clone(), MovableClock::new(), &Town::default());
    let partition = place(1);
    let _ = process.call("open", Open { partition, name: "a".into() });
    let mut expected = 0;
    for (round, breaks) in [Fault::Before, Fault::UnknownLost, Fault::UnknownWritten].into_iter().enumerate()
    {
        // Each of the first commits works or is refused by the database itself, then the world breaks for longer
        // than the writer's patience, in the middle of the search.
        faulty.plan.lock().unwrap().extend([Fault::None; 4].into_iter().chain([breaks; 4]));
        *faulty.failing_takes.lock().unwrap() = if breaks == Fault::Before { 0 } else { 4 };
        let mut waiting: Vec<Request> = (0..40)
            .map(|at| {
                let key = format!("{round}/{at}");
                if at % 20 == 15 {
                    request(&key, Misfit { partition, name: "a".into() })
                } else {
                    request(&key, Deposit { partition, name: "a".into(), amount: 1 })
                }
            })
            .collect();
        let mut bugs = 0;
        until("everybody has a lasting answer", || {
            let outcomes = process.all(waiting.iter().map(again).collect());
            let rest = waiting.drain(..).zip(outcomes).filter_map(|(request, outcome)| match outcome {
                Outcome::Accepted { .. } => None,
                Outcome::Failed { failure: Failure::Bug, .. } => {
                    bugs += 1;
                    None
                }
                Outcome::Failed { .. } => Some(request),
                other => panic!("{other:?}"),
            });
            waiting = rest.collect();
            waiting.is_empty()
        });
        assert_eq!(bugs, 2);
        expected += 38;
        assert_eq!(
            reply::<i64>(
                &process.call(&format!("{round}"), Deposit { partition, name: "a".into(), amount: 1 })
            ),
            expected + 1
        );
        expected += 1;
    }
    process.engine.stop();
    assert_eq!(chain_check::sound(&opened.queries), 1 + 3 * 39);
}

fn what_neighbours_leave_to_do_is_done(database: &TestDatabase) {
    let opened = database.open(1);
    let process = Process::start("a", opened.database.clone(), MovableClock::new(), &Town::default());
    let partition = place(1);
    let _ = process.call("open", Open { partition, name: "a".into() });
    for round in 0..3 {
        let requests: Vec<Request> = (0..40)
            .map(|at| {
                let key = format!("{round}/{at}");
                if at % 20 == 15 {
                    request(&key, Misfit { partition, name: "a".into() })
                } else {
                    request(&key, Ring { partition, text: key.clone() })
                }
            })
            .collect();
        let bugs = process.all(requests).iter().filter(|outcome| is_bug(outcome)).count();
        assert_eq!(bugs, 2);
        let mut rung: Vec<String> = (0..38).map(|_| process.next_ring().text).collect();
        rung.sort_unstable();
        rung.dedup();
        assert_eq!(rung.len(), 38, "each neighbour's bell rang once");
    }
    until("all effects are done", || opened.queries.records("effects", 0, 1).unwrap().is_empty());
    process.engine.stop();
}
