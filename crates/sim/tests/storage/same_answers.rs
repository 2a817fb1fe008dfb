//! Property: however commands are cut into batches, forgotten from memory, pipelined, lost and run again, the answers
//! and the database are those of one command at a time; and the same when missing things are read at once.

use proptest::prelude::*;
use zaiton_engine::Request;
use zaiton_engine::core::CacheSize;
use zaiton_kernel::Partition;
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::hand::{Hand, Plan, TINY, again, request};
use zaiton_sim::picture;
use zaiton_sim::toy::{
    Attempt, ClaimAndRegret, Close, Deposit, Lenient, Link, Open, Panic, Regret, Send, Strict, Transfer,
    Walk, Withdraw, place, sandbox,
};

/// A step: what, where, on which names, how much.
#[derive(Clone, Debug)]
struct Step {
    what: u8,
    place: i64,
    names: (u8, u8),
    amount: i64,
}

fn step() -> impl Strategy<Value = Step> {
    let places = prop_oneof![3 => 0_i64..3, 1 => 3_i64..45];
    (0_u8..24, places, (0_u8..4, 0_u8..4), 1_i64..60).prop_map(|(what, place, names, amount)| Step {
        what,
        place,
        names,
        amount,
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let sizes = prop::collection::vec(prop_oneof![1_usize..4, 4_usize..40], 1..8);
    let often = |weight| prop::collection::vec(prop::bool::weighted(weight), 1..12);
    (sizes, often(0.3), often(0.2)).prop_map(|(sizes, losses, forgets)| Plan { sizes, losses, forgets })
}

fn made(steps: &[Step]) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let partition: Partition = if step.place == 2 { sandbox(2) } else { place(step.place) };
        let (name, other) = (format!("n{}", step.names.0), format!("n{}", step.names.1));
        let (amount, key) = (step.amount, format!("key {at}"));
        let before = requests.get(usize::try_from(amount).unwrap_or(0).min(at.saturating_sub(1)));
        requests.push(match step.what {
            0..5 => request(&key, Open { partition, name }),
            5..9 => request(&key, Deposit { partition, name, amount }),
            9..11 => request(&key, Withdraw { partition, name, amount }),
            11 => request(&key, Transfer { partition, from: name, to: other, amount }),
            12 => request(&key, Close { partition, name }),
            13 => request(&key, Attempt { partition, name }),
            14 => request(&key, Regret { partition, name }),
            15 => request(&key, Strict { partition, name, deposit: amount, withdraw: amount * 2 }),
            16 => request(&key, Lenient { partition, name, deposit: amount, withdraw: amount * 2 }),
            17 => request(&key, Link { partition, name, next: other }),
            18 => request(&key, Walk { partition, name }),
            19 => request(&key, Panic { partition, name }),
            20 => request(&key, Send { partition, from: name, there: place(1), to: other, amount }),
            21 => request(&key, ClaimAndRegret { partition, name }),
            // The same request again; and its key for another one.
            22 => before.map_or_else(|| request(&key, Open { partition, name: other }), again),
            _ => match before {
                Some(before) => {
                    let partition = before.partition;
                    let mut reused = request(&key, Open { partition, name: format!("reused {at}") });
                    reused.key = before.key;
                    reused
                }
                None => request(&key, Open { partition, name }),
            },
        });
    }
    requests
}

fn run(
    database: &TestDatabase,
    requests: &[Request],
    size: CacheSize,
    plan: &Plan,
    direct: bool,
) -> (Vec<String>, picture::Picture) {
    let opened = database.open(1);
    let mut hand = Hand::only(opened.database.as_ref(), MovableClock::new(), size);
    if direct {
        hand.core.read_directly(opened.database.reader().unwrap());
    }
    let outcomes = hand.run(requests.iter().map(again).collect(), plan);
    (outcomes.iter().map(picture::of_outcome).collect(), picture::take(&opened.queries))
}

fn check(fresh: fn() -> TestDatabase, steps: &[Step], plan: &Plan) {
    let requests = made(steps);
    let (answers, picture) = run(&fresh(), &requests, CacheSize::default(), &Plan::single(), false);
    assert_eq!(answers.len(), requests.len());
    for direct in [false, true] {
        let (other_answers, other_picture) = run(&fresh(), &requests, TINY, plan, direct);
        for (at, (one, other)) in answers.iter().zip(&other_answers).enumerate() {
            assert_eq!(one, other, "answer {at}, direct {direct}");
        }
        assert_eq!(picture, other_picture, "direct {direct}");
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(64))]
    #[test]
    fn on_sqlite(steps in prop::collection::vec(step(), 1..160), plan in plan()) {
        check(TestDatabase::sqlite, &steps, &plan);
    }
}

proptest! {
    #![proptest_config(config(5))]
    #[test]
    fn on_postgres(steps in prop::collection::vec(step(), 1..80), plan in plan()) {
        check(TestDatabase::postgres, &steps, &plan);
    }
}
