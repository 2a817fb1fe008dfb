//! What a lane holds in memory never shows in its answers: another partition's records, a batch in flight, claims of
//! refused commands.

use zaiton_engine::batch::Write;
use zaiton_engine::core::CacheSize;
use zaiton_engine::{Outcome, Request};
use zaiton_sim::chain_check;
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::hand::{Hand, TINY, request};
use zaiton_sim::picture::natural_keys;
use zaiton_sim::toy::{ClaimAndRegret, CounterId, Deposit, Grab, Link, Open, Panic, Seen, Walk, place};

use crate::{code, reply};

on_both! { a_record_is_seen_in_its_own_partition_only a_new_partition_is_inserted_once
a_long_walk_heads_the_next_batch a_refused_claim_leaves_the_claim_before_it
a_key_is_claimed_once keys_move_into_their_table }

fn open(place_number: i64, name: &str) -> Open {
    Open { partition: place(place_number), name: name.into() }
}

fn a_record_is_seen_in_its_own_partition_only(database: &TestDatabase) {
    let opened = database.open(1);
    let mut hand = Hand::only(opened.database.as_ref(), MovableClock::new(), TINY);
    let a: CounterId = reply(&hand.one("1", open(1, "a")));
    let b: CounterId = reply(&hand.one("2", open(2, "b")));
    let seen = |at: i64, id: CounterId| Seen { partition: place(at), id };
    for (round, forgotten) in [false, true, true].into_iter().enumerate() {
        if forgotten {
            hand.core.forget();
        }
        // The stranger asks first, so that what he is told is in memory when the owner asks.
        let requests: Vec<Request> = [(2, a), (1, b), (1, a), (2, b)]
            .iter()
            .enumerate()
            .map(|(at, (place, id))| request(&format!("{round}/{at}"), seen(*place, *id)))
            .collect();
        let answers: Vec<bool> = hand.batch(requests).unwrap().iter().map(reply).collect();
        assert_eq!(answers, [false, false, true, true], "forgotten {forgotten}");
    }
}

fn a_new_partition_is_inserted_once(database: &TestDatabase) {
    let opened = database.open(1);
    let mut hand = Hand::only(opened.database.as_ref(), MovableClock::new(), TINY);
    let decide = |hand: &mut Hand, key: &str, name: &str| {
        let ticket =
            zaiton_engine::core::Ticket { request: request(key, open(1, name)), reply: Box::new(|_| ()) };
        let (left, error) = hand.core.decide(vec![ticket], hand.reader.as_mut());
        assert!(left.is_empty() && error.is_none());
    };
    decide(&mut hand, "1", "a");
    let first = hand.core.seal().unwrap();
    decide(&mut hand, "2", "b");
    hand.store.commit(&first).unwrap();
    hand.answer();
    let second = hand.core.seal().unwrap();
    let writes =
        |batch: &zaiton_engine::Batch| batch.partitions.iter().map(|row| row.write).collect::<Vec<_>>();
    assert_eq!((writes(&first), writes(&second)), (vec![Write::Insert], vec![Write::Update]));
    hand.store.commit(&second).unwrap();
    hand.answer();
    assert_eq!(chain_check::sound(&opened.queries), 2);
}

fn a_long_walk_heads_the_next_batch(database: &TestDatabase) {
    let opened = database.open(1);
    let mut hand = Hand::only(opened.database.as_ref(), MovableClock::new(), CacheSize::default());
    let partition = place(1);
    for at in 0..30 {
        let _ = hand.one(&format!("o{at}"), open(1, &format!("n{at}")));
        let next = format!("n{}", at + 1);
        if at < 29 {
            let _ = hand.one(&format!("l{at}"), Link { partition, name: format!("n{at}"), next });
        }
    }
    hand.core.forget();
    let ticket = |key: &str, request: Request| {
        let key = key.to_owned();
        zaiton_engine::core::Ticket {
            request,
            reply: Box::new(move |outcome| {
                assert!(matches!(outcome, Outcome::Accepted { .. }), "{key}: {outcome:?}")
            }),
        }
    };
    let mut waiting = vec![
        ticket("walk", request("walk", Walk { partition, name: "n0".into() })),
        ticket("behind", request("behind", Deposit { partition, name: "n0".into(), amount: 1 })),
        ticket("beside", request("beside", open(2, "n0"))),
    ];
    let mut rounds = 0;
    while !waiting.is_empty() {
        let (left, error) = hand.core.decide(waiting, hand.reader.as_mut());
        assert_eq!(error, None);
        waiting = left;
        if rounds == 0 {
            assert_eq!((hand.core.in_hand(), waiting.len()), (1, 2), "only the other partition's is decided");
        }
        rounds += 1;
        assert!(rounds < 50, "each round gets on");
        if hand.core.in_hand() > 0 {
            hand.store.commit(&hand.core.seal().unwrap()).unwrap();
            hand.answer();
        }
    }
    assert!(rounds > 1);
    let mut commands = Vec::new();
    opened
        .queries
        .each_event(|event| {
            commands.push(event.command);
            Ok(())
        })
        .unwrap();
    assert_eq!(commands[commands.len() - 3..], ["toy.open", "toy.walk", "toy.deposit"], "order is kept");
    let _ = chain_check::sound(&opened.queries);
}

fn a_refused_claim_leaves_the_claim_before_it(database: &TestDatabase) {
    let opened = database.open(1);
    let mut hand = Hand::only(opened.database.as_ref(), MovableClock::new(), TINY);
    let outcomes = hand
        .batch(vec![
            request("1", open(1, "a")),
            request("2", ClaimAndRegret { partition: place(1), name: "a".into() }),
            request("3", Panic { partition: place(1), name: "a".into() }),
            request("4", open(1, "a")),
            request("5", Deposit { partition: place(1), name: "a".into(), amount: 3 }),
        ])
        .unwrap();
    assert_eq!(code(&outcomes[1]), "toy.regretted");
    assert!(matches!(&outcomes[2], Outcome::Failed { failure: zaiton_engine::command::Failure::Bug, .. }));
    assert_eq!(code(&outcomes[3]), "toy.taken");
    assert_eq!(reply::<i64>(&outcomes[4]), 3, "a panic leaves no trace and spoils no neighbour");
}

fn a_key_is_claimed_once(database: &TestDatabase) {
    let opened = database.open(1);
    let clock = MovableClock::new();
    let mut hand = Hand::only(opened.database.as_ref(), clock.clone(), TINY);
    let grab = || Grab { partition: place(1), name: "a".into() };
    let is_bug = |outcome: &Outcome| {
        matches!(outcome, Outcome::Failed { failure: zaiton_engine::command::Failure::Bug, .. })
    };
    let both = hand.batch(vec![request("1", grab()), request("2", grab())]).unwrap();
    assert!(!is_bug(&both[0]) && is_bug(&both[1]), "in one batch: {both:?}");
    assert!(is_bug(&hand.one("3", grab())), "while it lies in a run");
    for name in ["b", "c", "d", "e", "f", "g", "h", "i"] {
        let _ = hand.one(name, open(1, name));
    }
    hand.core.forget();
    assert!(is_bug(&hand.one("4", grab())), "when it lies in its table");
    let mut hand = Hand::only(opened.database.as_ref(), clock, TINY);
    assert!(is_bug(&hand.one("5", grab())), "after a restart");
    assert!(opened.queries.rows("SELECT id FROM natural_keys", &[]).unwrap().len() > 3);
    assert_eq!(natural_keys(&opened.queries).unwrap().len(), 9);
}

/// With five keys a generation: every key is found at every moment of its way from a run into the table, runs that are
/// through go away, and a restart at any moment goes on where the one before stopped.
fn keys_move_into_their_table(database: &TestDatabase) {
    const FIVE: CacheSize = CacheSize { recent_keys: 5, ..TINY };
    for restart_after in 1..=6 {
        let opened = database.open(1);
        let clock = MovableClock::new();
        let mut hand = Hand::only(opened.database.as_ref(), clock.clone(), FIVE);
        for at in 0..40 {
            let (name, twin) = (format!("n{at}"), format!("t{at}"));
            let requests =
                vec![request(&name, open(1 + at % 3, &name)), request(&twin, open(1 + at % 3, &twin))];
            let opening = if at % 2 == 0 { requests } else { requests.into_iter().take(1).collect() };
            let outcomes = hand.batch(opening).unwrap();
            assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Accepted { .. })));
            if at % restart_after == 0 {
                hand = Hand::only(opened.database.as_ref(), clock.clone(), FIVE);
            } else {
                hand.core.forget();
            }
            // A batch that claims nothing moves nothing, also between two restarts.
            let idle = Deposit { partition: place(1), name: "n0".into(), amount: 1 };
            assert!(matches!(hand.one(&format!("idle {at}"), idle), Outcome::Accepted { .. }));
            if at % restart_after == 0 {
                hand = Hand::only(opened.database.as_ref(), clock.clone(), FIVE);
            }
            for known in [0, at / 2, at] {
                let name = format!("n{known}");
                let again = hand.one(&format!("{at} {name}"), open(1 + known % 3, &name));
                assert_eq!(code(&again), "toy.taken", "{name} after {at}");
            }
        }
        let rows = |table: &str| opened.queries.rows(&format!("SELECT 1 FROM {table}"), &[]).unwrap().len();
        let (moved, runs) = (rows("natural_keys"), rows("key_runs"));
        assert_eq!(natural_keys(&opened.queries).unwrap().len(), 60, "each key once");
        assert!(moved >= 45, "{moved} of 60 have moved");
        assert!(runs <= 12, "{runs} runs are left of 40");
    }
}
