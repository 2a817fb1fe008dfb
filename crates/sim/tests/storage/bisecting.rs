//! A batch that the database refuses: the culprit fails alone, as a bug; its neighbours go on, in order.

use zaiton_engine::command::Failure;
use zaiton_engine::{Outcome, Request};
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::hand::request;
use zaiton_sim::process::{Process, Town, until};
use zaiton_sim::toy::{Clash, Deposit, Open, Ring, place};
use zaiton_sim::{chain_check, picture};

use crate::reply;

on_both! { the_culprit_fails_alone what_neighbours_leave_to_do_is_done }

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
                    request(&key, Clash { partition, name: "a".into() })
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
                    request(&key, Clash { partition, name: "a".into() })
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
