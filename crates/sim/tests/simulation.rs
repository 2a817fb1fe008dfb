//! Simulated worlds: two hundred seeds hold, a seed replays exactly, and what is broken on purpose is found. A failure prints
//! its seed; `make sim SEED=..` shows it again.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use zaiton_engine::Outcome;
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::hand::{Hand, TINY};
use zaiton_sim::process::{Process, Town};
use zaiton_sim::toy::{Deposit, Open, Withdraw, place};
use zaiton_sim::world::{Broken, Failure, Options, Report, lanes_of, run, run_on, run_with};

/// Seeds of every run; `ZAITON_SIM_SEEDS` asks for more.
const SEEDS: u64 = 200;
const STEPS: u32 = 300;
const THREADS: u64 = 2;

fn seeds() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "whoever has more time asks for more seeds")]
    let asked = std::env::var("ZAITON_SIM_SEEDS");
    asked.ok().and_then(|text| text.parse().ok()).unwrap_or(SEEDS)
}

fn add(sums: &mut BTreeMap<String, u64>, counts: BTreeMap<String, u64>) {
    for (name, count) in counts {
        *sums.entry(name).or_default() += count;
    }
}

/// What must have happened somewhere, or the seeds prove less than they say.
const MUST_HAPPEN: [&str; 206] = [
    "asked again",
    "asked in vain",
    "dead effects tried again",
    "deaths after a commit",
    "debts repaid",
    "deliveries doubled",
    "effects failed",
    "effects tried again",
    "keys misused",
    "lanes lost",
    "lanes taken over",
    "long jumps",
    "matches too late",
    "old refusals held back",
    "outcomes unknown",
    "processes died",
    "reads failed",
    "repeated deliveries",
    "slow workers",
    "told only when asked again",
    "told the same again",
    "top-ups credited",
    "unknown, and lost",
    "unknown, and written",
    "workers died",
    "timers fired",
    "bank.unallocate_line",
    "prepaid.refund",
    "prepaid.release",
    "prepaid.review_top_up",
    "bank.statement.does_not_foot",
    "engine.idempotency.key_reused",
    "prepaid.confirm_contact",
    "wrong codes",
    "notices.contact.too_soon",
    "notices.contact.too_many_today",
    "notices.contact.expired",
    "notices.contact.tries_used",
    "prepaid.account.contact_not_verified",
    "alerts",
    "fourth alerts",
    "breakers opened",
    "breakers at the floor",
    "breakers closed",
    "prepaid.begin_promotion",
    "prepaid.finish_promotion",
    "prepaid.suspend_promotion",
    "prepaid.resume_promotion",
    "prepaid.end_promotion",
    "prepaid.resume_promotions",
    "prepaid.promotion.held_otherwise",
    "told too early",
    "prepaid.early_overdue",
    "engine.retry_parked",
    "engine.drop_parked",
    "prepaid.confirm_restriction",
    "prepaid.close_account",
    "prepaid.account.same_person",
    "bank.take_held_statement",
    "bank.take_held_anyway",
    "bank.drop_held_statement",
    "statements held",
    "prepaid.request_withdrawal",
    "prepaid.approve_withdrawal",
    "prepaid.reject_withdrawal",
    "prepaid.cancel_withdrawal",
    "prepaid.send_withdrawal",
    "prepaid.retry_withdrawal",
    "prepaid.reverse_withdrawal",
    "prepaid.time_out_withdrawal",
    "prepaid.fail_withdrawal",
    "prepaid.pay_withdrawal",
    "prepaid.return_withdrawal",
    "prepaid.confirm_card",
    "prepaid.withdrawal.arrears",
    "prepaid.withdrawal.maker_checks",
    "prepaid.withdrawal.never_resent",
    "prepaid.withdrawal.same_person",
    "bank.answer_payment",
    "bank.drop_file",
    "bank.payment_file.same_person",
    "bank.release_file",
    "bank.withdraw_payment",
    "paid after a no",
    "paid after the time-out",
    "paid late",
    "paid twice by the bank",
    "bank.propose_decision",
    "bank.refuse_decision",
    "bank.take_back_decision",
    "bank.take_other_half",
    "bank.line.match_by_same_person",
    "bank.line.same_person",
    "bank.line.used_otherwise",
    "bank.line.proposed_otherwise",
    "bank.account.not_expected",
    "lines allocated",
    "lines arrived",
    "lines bank_cost",
    "lines returning",
    "lines swept_out",
    "lines withdrawal_returned",
    "prepaid.give_back_withdrawal",
    "prepaid.return_top_up",
    "transfers doubled",
    "prepaid.propose_write_off",
    "prepaid.confirm_write_off",
    "policy.propose",
    "policy.confirm",
    "policy.drop",
    "policy.too_soon",
    "policy.same_person",
    "policy.figures",
    "policy.reason",
    "policy.decided",
    "prepaid.policy.out_of_range",
    "figures came into force",
    "figures read by a beat",
    "beats in vain",
    "prepaid.account.suspend_below_operator",
    "prepaid.account.too_many_open_top_ups",
    "prepaid.account.too_many_promotions",
    "prepaid.top_up.below_minimum",
    "prepaid.withdrawal.below_minimum",
    "prepaid.withdrawal.too_many_open",
    "letters of the bank that proved false",
    "refusals of the bank that proved false",
    "paid after a reversal",
    "paid after a reversal, under other figures",
    "orders.capture",
    "orders.accept",
    "orders.forget_people",
    "orders.channel.not_current",
    "orders.channel.nothing_to_accept",
    "orders.channel.reason",
    "channels asked anew",
    "fees borne by another order",
    "messages after the end",
    "messages archived",
    "messages of one moment archived",
    "messages of one moment that stand",
    "messages read anew",
    "messages that came again",
    "messages that left",
    "messages that may not move money",
    "messages that stand",
    "orders accepted again",
    "orders cancelled at the channel",
    "orders elsewhere that move money",
    "orders elsewhere without a promotion",
    "orders for trial",
    "orders here that move money",
    "orders sent by the channel",
    "orders talked about for long",
    "orders that buyers want cancelled",
    "orders that do not add up",
    "orders unmapped",
    "people forgotten",
    "people that are still needed",
    "sums accepted",
    "tasks ended by a message",
    "tasks ended by a person",
    "tasks of orders dropped",
    "tasks of orders tried again",
    "unknown words accepted",
    "orders.follow_parts",
    "orders.join_group",
    "orders.look_at_group",
    "orders.payment_changed",
    "answers that stand",
    "answers that stand again",
    "answers that stand though their hash is smaller",
    "fees that came over to parts",
    "fees that came over smaller",
    "parts of what was cancelled",
    "originals that were cancelled",
    "orders called parts though they bear their fee",
    "orders split by a shop",
    "orders that came to nothing",
    "orders that came to nothing before they were placed",
    "purchases of several orders",
    "orders that joined a payment",
    "orders that left a payment",
    "orders that left before they came",
    "orders that come back at once",
    "orders that came back to a payment",
    "orders of a payment that say more",
    "orders that know of their payment",
    "orders told of a payment out of turn",
    "orders told of a payment that they left",
    "parts of payments that are older",
    "payments captured",
    "payments paid back",
    "payments charged back",
    "payments that failed",
    "payments covered",
    "payments covered at last",
    "payments of several currencies",
    "payments that begin to differ",
    "payments that differ for an hour",
    "payments that wait anew",
    "looks in vain",
    "tasks of payments dropped",
    "tasks of payments tried again",
    "names that stay too long",
    "parts of payments whose names are too long",
];

#[test]
fn every_seed_holds() {
    let next = AtomicU64::new(1);
    let sums: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let failures: Mutex<Vec<Box<Failure>>> = Mutex::default();
    let last = seeds();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > last {
                        return;
                    }
                    match run(seed, STEPS) {
                        Ok(report) => {
                            let mut sums = sums.lock().unwrap();
                            add(&mut sums, report.accepted);
                            add(&mut sums, report.refused);
                            add(&mut sums, report.happened);
                        }
                        Err(failure) => failures.lock().unwrap().push(failure),
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    let told: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{} of {last} seeds:\n{}", told.len(), told.join("\n"));
    let sums = sums.into_inner().unwrap();
    if last >= SEEDS {
        let never: Vec<_> = MUST_HAPPEN.iter().filter(|name| !sums.contains_key(**name)).collect();
        assert!(never.is_empty(), "never happened: {never:?} among {sums:#?}");
    }
}

fn trace(result: &Result<Report, Box<Failure>>) -> u64 {
    result.as_ref().unwrap_or_else(|failure| panic!("{failure}")).trace
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 11, 29] {
        assert_eq!(trace(&run(seed, STEPS)), trace(&run(seed, STEPS)), "seed {seed}");
    }
    assert_ne!(trace(&run(3, STEPS)), trace(&run(4, STEPS)));
    let failing = |_| {
        let options = Options { broken: Broken::AccountDropped, ..Options::new(5, STEPS) };
        let failure = run_with(options).unwrap_err();
        (failure.step, failure.what, failure.last)
    };
    assert_eq!(failing(1), failing(2), "a failure replays as well");
}

/// A world that finds nothing proves nothing: each thing that is broken on purpose is found by one of a few seeds.
fn found(broken: Broken, seeds: u64) {
    for seed in 1..=seeds {
        if let Err(failure) = run_with(Options { broken, ..Options::new(seed, STEPS) }) {
            assert!(!failure.what.contains("panicked"), "{broken:?}: {failure}");
            assert!(failure.to_string().contains(&format!("make sim SEED={seed}")));
            return;
        }
    }
    panic!("{broken:?} was not found by {seeds} seeds");
}

#[test]
fn a_store_that_loses_a_write_is_found() {
    found(Broken::AccountDropped, 2);
    found(Broken::RecordDropped, 2);
    found(Broken::TransferDropped, 2);
    found(Broken::BatchDropped, 2);
}

#[test]
fn a_store_that_forgets_answers_is_found() {
    found(Broken::AnswersDropped, 2);
}

#[test]
fn a_store_that_takes_anybodys_commit_is_found() {
    found(Broken::OwnerIgnored, 40);
}

#[test]
fn a_process_that_never_reads_the_figures_anew_is_found() {
    found(Broken::BeatsIgnored, 10);
}

#[test]
fn a_program_that_applies_older_messages_is_found() {
    found(Broken::OlderApplied, 4);
}

#[test]
fn a_program_that_forgets_people_too_early_is_found() {
    found(Broken::PeopleForgotten, 4);
}

#[test]
fn a_program_that_forgets_the_parts_of_an_order_is_found() {
    found(Broken::PartsForgotten, 8);
}

#[test]
fn a_delivery_without_its_key_is_found() {
    found(Broken::KeysIgnored, 3);
}

/// The threads of the real lane, where a world has only its own: a refusal needs no commit that would notice the loss.
#[test]
fn whoever_lost_a_lane_refuses_nothing() {
    let (database, town) = (TestDatabase::sqlite(), Town::default());
    let opened = database.open(1);
    let process = Process::start("a", Arc::clone(&opened.database), MovableClock::new(), &town);
    let (partition, name) = (place(1), String::from("a"));
    let open = process.call("open", Open { partition, name: name.clone() });
    assert!(matches!(open, Outcome::Accepted { .. }), "{open:?}");
    let mut other = Hand::take(opened.database.as_ref(), 0, "b", MovableClock::new(), TINY);
    let deposit = other.one("deposit", Deposit { partition, name: name.clone(), amount: 12 });
    assert_eq!(deposit.reply::<i64>(), Ok(12));
    let withdraw = process.call("withdraw", Withdraw { partition, name, amount: 5 });
    assert_eq!(withdraw.reply::<i64>(), Ok(7), "the money is there, wherever its owner is");
    process.engine.stop();
}

#[test]
fn a_wrong_second_book_keeping_is_found() {
    found(Broken::Model, 2);
}

#[test]
fn seeds_hold_on_postgresql_too() {
    for seed in 1..=3 {
        let database = TestDatabase::postgres();
        let opened = database.open(lanes_of(seed));
        let on_postgres = run_on(&opened, Options::new(seed, STEPS));
        assert_eq!(trace(&on_postgres), trace(&run(seed, STEPS)), "both databases tell one story");
        drop(Arc::clone(&opened.database));
    }
}
