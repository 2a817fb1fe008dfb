//! Timers, messages and effects: what a commit leaves to do is done, once, when it is due, by the clock of its
//! environment.

use zaiton_engine::Outcome;
use zaiton_engine::fault::Fault;
use zaiton_engine::outbox::{
    Deliver, Delivered, Effect, EffectId, FireTimer, LeaseEffect, MAX_ATTEMPTS, RetryEffect, RetryTimer,
    Timer, TimerId,
};
use zaiton_kernel::{Environment, Id, Timestamp};
use zaiton_sim::chain_check;
use zaiton_sim::clock::{MovableClock, START};
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::faults::FaultyDatabase;
use zaiton_sim::hand::{Hand, TINY, request};
use zaiton_sim::process::{Process, Town, until};
use zaiton_sim::toy::{
    Deposit, Forget, Mine, Open, Remind, Ring, Send, place, registry_with_engine, sandbox,
};
use zaiton_store::Queries;

use crate::reply;

on_both! { an_effect_that_fails_twice_is_done_once a_dead_effect_waits_for_a_person
a_message_acts_once_though_delivered_twice a_timer_fires_once_and_not_before_it_is_due
a_refused_timer_is_dead_and_a_cancelled_one_gone stopping_does_not_wait_for_what_is_queued
a_timer_with_a_bug_is_tried_once_a_run }

fn effects(queries: &Queries) -> Vec<Effect> {
    let rows = queries.records("effects", 0, 1_000).unwrap();
    rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
}

fn timers(queries: &Queries) -> Vec<Timer> {
    let rows = queries.records("timers", 0, 1_000).unwrap();
    rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
}

fn after(seconds: i64) -> Timestamp {
    Timestamp::from_micros(START).plus_seconds(seconds)
}

/// Waits until the report on an attempt is stored.
fn reported(queries: &Queries, attempt: u32) -> Effect {
    let mut last = None;
    until("the attempt is reported", || {
        last = effects(queries).pop();
        last.as_ref()
            .is_some_and(|e| e.attempts == attempt && e.error.as_deref() == Some("the bell is cracked"))
    });
    last.unwrap()
}

fn an_effect_that_fails_twice_is_done_once(database: &TestDatabase) {
    let (opened, clock) = (database.open(1), MovableClock::new());
    let process = Process::start("a", opened.database.clone(), clock.clone(), &Town::default());
    *process.bell.failures.lock().unwrap() = 2;
    let id: EffectId = reply(&process.call("1", Ring { partition: place(1), text: "ding".into() }));
    for attempt in 1..=3 {
        let rung = process.next_ring();
        assert_eq!((rung.effect, rung.attempt, rung.text.as_str()), (id.raw(), attempt, "ding"));
        if attempt < 3 {
            let mut wait = 0;
            until("the attempt is reported", || {
                let effect = effects(&opened.queries).pop().unwrap();
                wait = effect.due_at.unwrap()
                    - zaiton_engine::Clock::now(clock.as_ref(), Environment::Live).micros();
                effect.error.is_some() && effect.attempts == attempt && wait < 60_000_000
            });
            clock.pass(Environment::Live, wait / 1_000_000 - 1);
            assert!(process.silent(), "not before it is due");
            clock.pass(Environment::Live, 1);
            process.engine.wake();
        }
    }
    until("it is done", || effects(&opened.queries).is_empty());
    clock.pass(Environment::Live, 7_200);
    assert!(process.silent(), "done once");
    process.engine.stop();
}

fn a_dead_effect_waits_for_a_person(database: &TestDatabase) {
    let (opened, clock) = (database.open(1), MovableClock::new());
    let process = Process::start("a", opened.database.clone(), clock.clone(), &Town::default());
    *process.bell.failures.lock().unwrap() = 100;
    let partition = place(1);
    let effect: EffectId = reply(&process.call("1", Ring { partition, text: "ding".into() }));
    for attempt in 1..=MAX_ATTEMPTS {
        assert_eq!(process.next_ring().attempt, attempt);
        let mut due = Some(0);
        until("the attempt is reported", || {
            let stored = effects(&opened.queries).pop().unwrap();
            due = stored.due_at;
            let lease =
                zaiton_engine::Clock::now(clock.as_ref(), Environment::Live).plus_seconds(60).micros();
            stored.attempts == attempt && stored.error.is_some() && due != Some(lease)
        });
        assert_eq!(due.is_none(), attempt == MAX_ATTEMPTS, "attempt {attempt}");
        clock.pass(Environment::Live, 3_700);
        process.engine.wake();
    }
    assert!(process.silent(), "dead");
    // A person sends it again, and it works: once, and its report is taken.
    *process.bell.failures.lock().unwrap() = 0;
    reply::<()>(&process.call("retry", RetryEffect { partition, effect }));
    process.engine.wake();
    assert_eq!(process.next_ring().effect, effect.raw());
    until("it is done", || effects(&opened.queries).is_empty());
    clock.pass(Environment::Live, 3_700);
    assert!(process.silent());

    // Hopeless at once; the clock stands still while a person sends it again.
    *process.bell.failures.lock().unwrap() = 1;
    *process.bell.hopeless.lock().unwrap() = true;
    let effect: EffectId = reply(&process.call("2", Ring { partition, text: "dong".into() }));
    assert_eq!(process.next_ring().effect, effect.raw());
    assert_eq!(reported(&opened.queries, 1).due_at, None);
    reply::<()>(&process.call("retry 2", RetryEffect { partition, effect }));
    process.engine.wake();
    assert_eq!(process.next_ring().effect, effect.raw());
    until("it is done", || effects(&opened.queries).is_empty());
    clock.pass(Environment::Live, 3_700);
    assert!(process.silent(), "a retry is one attempt");
    process.engine.stop();
    let _ = chain_check::sound(&opened.queries);
}

fn a_message_acts_once_though_delivered_twice(database: &TestDatabase) {
    let (opened, clock) = (database.open(1), MovableClock::new());
    let (here, there) = (place(1), place(2));
    let mut hand = Hand::only(opened.database.as_ref(), clock.clone(), TINY);
    let deposit = |partition, amount| Deposit { partition, name: "a".into(), amount };
    for partition in [here, there] {
        let _ = hand.one("open", Open { partition, name: "a".into() });
    }
    let _ = hand.one("1", deposit(here, 100));
    let send = Send { partition: here, from: "a".into(), there, to: "a".into(), amount: 40 };
    reply::<()>(&hand.one("2", send));
    let message = effects(&opened.queries).pop().unwrap();
    let (effect, deliver) = (message.id, Deliver::of(&message, &registry_with_engine()).unwrap());
    // A worker takes the message, delivers it, and dies before it can say so.
    let leased: Option<Effect> = reply(&hand.one("lease", LeaseEffect { partition: here, effect }));
    assert_eq!(leased.map(|leased| leased.attempts), Some(1));
    let twice: Option<Effect> = reply(&hand.one("lease again", LeaseEffect { partition: here, effect }));
    assert_eq!(twice, None, "leased to one worker at a time");
    let delivered: Delivered = reply(&hand.one(&deliver.key(), deliver));
    assert_eq!(delivered.reply.as_deref(), Some("40"));
    drop(hand);
    opened.database.release_lanes("hand").unwrap();
    let process = Process::start("a", opened.database.clone(), clock.clone(), &Town::default());
    process.engine.wake();
    assert!(process.silent());
    assert_eq!(effects(&opened.queries).len(), 1, "its lease runs");
    // Nobody tries for so long that the kept answer is forgotten: the message itself is not.
    clock.pass_days(9);
    process.engine.wake();
    until("it is delivered again and done", || effects(&opened.queries).is_empty());
    assert_eq!(reply::<i64>(&process.call("3", deposit(there, 1))), 41, "acted once");
    // What the receiver refuses is dead at once, for a person.
    let send = Send { partition: here, from: "a".into(), there, to: "nobody".into(), amount: 1 };
    reply::<()>(&process.call("4", send));
    until("it is dead", || effects(&opened.queries).first().is_some_and(|effect| effect.due_at.is_none()));
    assert!(effects(&opened.queries)[0].error.as_ref().unwrap().contains("toy.unknown"));
    process.engine.stop();
}

fn a_timer_fires_once_and_not_before_it_is_due(database: &TestDatabase) {
    let (opened, clock) = (database.open(1), MovableClock::new());
    let process = Process::start("a", opened.database.clone(), clock.clone(), &Town::default());
    for (partition, text) in [(place(1), "live"), (sandbox(1), "sandbox")] {
        let remind = Remind { partition, due_at: after(100), text: text.into() };
        let _ = reply::<TimerId>(&process.call("1", remind));
    }
    clock.pass(Environment::Live, 99);
    clock.pass(Environment::Sandbox, 99);
    assert!(process.silent());
    clock.pass(Environment::Sandbox, 1);
    process.engine.wake();
    assert_eq!(process.next_ring().text, "sandbox");
    assert!(process.silent(), "the live clock was not moved");
    clock.pass(Environment::Sandbox, 86_400 * 30);
    assert!(process.silent(), "once");
    process.engine.stop();
    // The live one is due while nobody runs; the next process fires it.
    clock.pass(Environment::Live, 500);
    let process = Process::start("b", opened.database.clone(), clock, &Town::default());
    assert_eq!(process.next_ring().text, "live");
    assert!(process.silent());
    until("nothing is left", || timers(&opened.queries).is_empty() && effects(&opened.queries).is_empty());
    assert!(process.engine.settle(10).unwrap());
    process.engine.stop();
}

fn a_refused_timer_is_dead_and_a_cancelled_one_gone(database: &TestDatabase) {
    let (opened, clock) = (database.open(1), MovableClock::new());
    let process = Process::start("a", opened.database.clone(), clock.clone(), &Town::default());
    let partition = place(1);
    let remind = |text: &str| Remind { partition, due_at: after(10), text: text.into() };
    let _ = process.call("1", remind("no"));
    let cancelled: TimerId = reply(&process.call("2", remind("cancelled")));
    reply::<()>(&process.call("3", Forget { partition, timer: cancelled }));
    reply::<()>(&process.call("4", Forget { partition, timer: cancelled }));
    clock.pass(Environment::Live, 10);
    process.engine.wake();
    until("the refused timer is dead", || timers(&opened.queries).iter().all(|timer| timer.due_at.is_none()));
    let dead = timers(&opened.queries);
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].refusal.as_ref().map(|refusal| refusal.code.as_ref()), Some("toy.no"));
    assert!(process.silent());
    process.engine.stop();
    // A person has it fired again: due at once, and dead again as long as its command is refused.
    let (timer, id) = (|| timers(&opened.queries).pop().unwrap(), dead[0].id);
    let mut hand = Hand::only(opened.database.as_ref(), clock.clone(), TINY);
    reply::<()>(&hand.one("retry", RetryTimer { partition, timer: id }));
    assert_eq!((timer().due_at, timer().refusal), (Some(after(10).micros()), None));
    reply::<()>(&hand.one("fire", FireTimer { partition, timer: id }));
    assert_eq!((timer().due_at, timer().refusal), (None, dead[0].refusal.clone()));
    let _ = chain_check::sound(&opened.queries);
}

fn stopping_does_not_wait_for_what_is_queued(database: &TestDatabase) {
    let (opened, clock) = (database.open(1), MovableClock::new());
    let process = Process::start("a", opened.database.clone(), clock.clone(), &Town::default());
    let rings =
        (0..200).map(|at| request(&format!("{at}"), Ring { partition: place(1), text: format!("{at}") }));
    for outcome in process.all(rings.collect()) {
        assert!(matches!(outcome, Outcome::Accepted { .. }));
    }
    let (done, stopped) = crossbeam_channel::bounded(1);
    let engine = process.engine.clone();
    let thread = std::thread::spawn(move || {
        engine.stop();
        done.send(()).unwrap();
    });
    stopped.recv_timeout(std::time::Duration::from_secs(5)).expect("stops within seconds");
    thread.join().unwrap();
    // What was left is done by the next process, once its lease is over.
    clock.pass(Environment::Live, 61);
    let next = Process::start("b", opened.database.clone(), clock, &Town::default());
    until("all are done", || effects(&opened.queries).is_empty());
    next.engine.stop();
}

fn a_timer_with_a_bug_is_tried_once_a_run(database: &TestDatabase) {
    let (opened, clock) = (database.open(1), MovableClock::new());
    let faulty = FaultyDatabase::new(opened.database.clone());
    let process = Process::start("a", faulty.clone(), clock.clone(), &Town::default());
    let partition = place(1);
    let _ = process.call("open", Open { partition, name: "a".into() });
    let _ = reply::<TimerId>(&process.call("1", Mine { partition, due_at: after(10), name: "a".into() }));
    clock.pass(Environment::Live, 10);
    // Each try is a commit, which takes one from this plan; one more try follows when the culprit is alone.
    faulty.plan.lock().unwrap().extend([Fault::None; 50]);
    let left = || faulty.plan.lock().unwrap().len();
    process.engine.wake();
    until("it is tried", || left() < 50);
    assert!(process.silent());
    let tried = left();
    assert!(tried >= 47, "{tried}");
    for _ in 0..3 {
        assert!(process.silent());
    }
    assert_eq!(left(), tried, "and not again and again");
    assert_eq!(reply::<i64>(&process.call("2", Deposit { partition, name: "a".into(), amount: 1 })), 1);
    assert_eq!(timers(&opened.queries).len(), 1, "it waits for a program that can do it");
    process.engine.stop();
}
