//! R5-40: a key answers for seven days, for one input, once, however often and wherever it comes again.

use zaiton_engine::Outcome;
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::hand::{Hand, TINY, request};
use zaiton_sim::toy::{Attempt, Deposit, Open, Withdraw, place};
use zaiton_sim::{chain_check, picture};

use crate::{code, reply};

on_both! { the_same_key_gets_the_same_answer a_refused_key_may_succeed_later a_key_is_kept_seven_days }

fn deposit(amount: i64) -> Deposit {
    Deposit { partition: place(1), name: "a".into(), amount }
}

fn repeated(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Accepted { repeated: true, .. })
}

fn total(hand: &mut Hand, key: &str) -> i64 {
    reply::<i64>(&hand.one(key, deposit(1))) - 1
}

fn the_same_key_gets_the_same_answer(database: &TestDatabase) {
    let opened = database.open(1);
    let clock = MovableClock::new();
    let mut hand = Hand::only(opened.database.as_ref(), clock.clone(), TINY);
    let _ = hand.one("open", Open { partition: place(1), name: "a".into() });
    let _ = hand.one("open", Open { partition: place(2), name: "a".into() });
    // Within one batch.
    let both = hand
        .batch(vec![
            request("d", deposit(10)),
            request("d", deposit(10)),
            request("d", deposit(11)),
            request("d", Deposit { partition: place(2), name: "a".into(), amount: 10 }),
            request("try", Attempt { partition: place(1), name: "a".into() }),
            request("try", Attempt { partition: place(1), name: "a".into() }),
        ])
        .unwrap();
    assert_eq!((repeated(&both[0]), repeated(&both[1])), (false, true));
    assert_eq!(reply::<i64>(&both[0]), reply::<i64>(&both[1]));
    assert_eq!(code(&both[2]), "engine.idempotency.key_reused");
    assert_eq!(reply::<i64>(&both[3]), 10, "another partition's key is another key");
    assert!(!repeated(&both[3]));
    assert_eq!((code(&both[4]), &both[4]), ("toy.denied", &both[5]));
    let before = picture::take(&opened.queries);
    // Later, forgotten, and after a restart.
    for restart in [false, false, true] {
        if restart {
            hand = Hand::only(opened.database.as_ref(), clock.clone(), TINY);
        }
        hand.core.forget();
        let again = hand.one("d", deposit(10));
        assert!(repeated(&again));
        assert_eq!(reply::<i64>(&again), 10);
        assert_eq!(code(&hand.one("d", deposit(11))), "engine.idempotency.key_reused");
        let denied = hand.one("try", Attempt { partition: place(1), name: "a".into() });
        assert_eq!(denied, both[4], "denied stays denied, and is not counted again");
    }
    assert_eq!(picture::take(&opened.queries), before);
    assert_eq!(total(&mut hand, "t"), 10);
}

fn a_refused_key_may_succeed_later(database: &TestDatabase) {
    let opened = database.open(1);
    let mut hand = Hand::only(opened.database.as_ref(), MovableClock::new(), TINY);
    let _ = hand.one("open", Open { partition: place(1), name: "a".into() });
    let before = (picture::take(&opened.queries), opened.database.lane(0).unwrap());
    let withdraw = || Withdraw { partition: place(1), name: "a".into(), amount: 5 };
    for _ in 0..2 {
        let refused = hand.one("w", withdraw());
        assert!(matches!(refused, Outcome::Refused { .. }), "{refused:?}");
    }
    assert_eq!((picture::take(&opened.queries), opened.database.lane(0).unwrap()), before, "no trace");
    // In one batch: refused, then the money comes, then the same request is accepted.
    let outcomes = hand
        .batch(vec![request("w", withdraw()), request("d", deposit(5)), request("w", withdraw())])
        .unwrap();
    assert!(matches!(outcomes[0], Outcome::Refused { .. }));
    assert_eq!(reply::<i64>(&outcomes[2]), 0);
    assert!(repeated(&hand.one("w", withdraw())));
    let _ = chain_check::sound(&opened.queries);
}

fn a_key_is_kept_seven_days(database: &TestDatabase) {
    let opened = database.open(1);
    let clock = MovableClock::new();
    let mut hand = Hand::only(opened.database.as_ref(), clock.clone(), TINY);
    let _ = hand.one("open", Open { partition: place(1), name: "a".into() });
    let _ = hand.one("first", deposit(100));
    for day in 1..=20 {
        clock.pass_days(1);
        // A command a day turns the tables; every third day the process restarts.
        let _ = hand.one(&format!("day {day}"), deposit(1));
        if day % 3 == 0 {
            hand = Hand::only(opened.database.as_ref(), clock.clone(), TINY);
        }
        assert!(hand.core.known_requests() <= 10, "eight days at most: {}", hand.core.known_requests());
        for back in 0..=7_i64.min(day - 1) {
            let outcome = hand.one(&format!("day {}", day - back), deposit(1));
            assert!(repeated(&outcome), "day {day}, {back} days back: {outcome:?}");
        }
        if day == 7 {
            assert!(repeated(&hand.one("first", deposit(100))), "seven days");
        }
        if day == 8 {
            assert!(!repeated(&hand.one("first", deposit(100))), "forgotten after eight");
        }
    }
    assert_eq!(total(&mut hand, "t"), 100 + 100 + 20);
}
