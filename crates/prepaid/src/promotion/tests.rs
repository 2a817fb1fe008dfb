//! What a promotion answers, as tables: state, command, answer.

use proptest::prelude::*;
use zaiton_boundary as boundary;
use zaiton_kernel::{Currency, Id, Refusal};

use super::*;
use crate::Decision;
use crate::account::State as AccountState;
use crate::breaker::Breaker;

const CNY: Currency = Currency::CNY;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn start() -> Timestamp {
    at("2026-11-01T00:00:00+08:00")
}

fn end() -> Timestamp {
    at("2026-11-12T00:00:00+08:00")
}

fn early() -> Timestamp {
    at("2026-10-20T09:00:00+08:00")
}

fn standing(state: &str) -> Standing {
    let active = AccountState::Active { activated_at: at("2026-10-01T00:00:00+08:00") };
    let (state, owed_minor, breaker) = match state {
        "unopened" => (AccountState::Unopened, 0, Breaker::Closed),
        "opened" => (AccountState::Opened, 0, Breaker::Closed),
        "alert_set" => (AccountState::AlertSet, 0, Breaker::Closed),
        "active" => (active, 0, Breaker::Closed),
        "owes a fen" => (active, 1, Breaker::Closed),
        "breaker open" => (active, 0, Breaker::Open),
        "below the floor" => (active, 0, Breaker::Floor),
        other => panic!("no standing: {other}"),
    };
    Standing { state, restricted: false, owed_minor, breaker }
}

fn term(code: &str, rate: u32) -> Term {
    Term { code: code.to_owned(), rate: BasisPoints::new(rate) }
}

fn plan() -> Plan {
    Plan {
        name: "双十一免息".to_owned(),
        terms: vec![term("3", 150), term("12", 450)],
        funded: BasisPoints::new(10_000),
        products: Products::Skus(vec!["TEA-100".to_owned()]),
        starts_at: start(),
        ends_at: end(),
    }
}

/// Reads `draft by active`, `schedule by active`, `begin`, `suspend breaker`, `resume breaker by active`, `end period`.
fn command(text: &str) -> Command {
    let (words, by) = text.split_once(" by ").unwrap_or((text, "active"));
    let cause = |word: &str| match word {
        "breaker" => Cause::Breaker,
        "merchant" => Cause::Merchant,
        "operator" => Cause::Operator,
        other => panic!("no cause: {other}"),
    };
    match words.split(' ').collect::<Vec<_>>().as_slice() {
        ["draft"] => Command::Draft { plan: plan(), standing: standing(by) },
        ["schedule"] => Command::Schedule { standing: standing(by) },
        ["begin"] => Command::Begin,
        ["suspend", word] => Command::Suspend { cause: cause(word) },
        ["resume", word] => Command::Resume { cause: cause(word), standing: standing(by) },
        ["end", "period"] => Command::End { ending: Ending::Period },
        ["end", "merchant"] => Command::End { ending: Ending::Merchant },
        ["end", "operator"] => Command::End { ending: Ending::Operator },
        other => panic!("no command: {other:?}"),
    }
}

fn fresh() -> Promotion {
    Promotion::new(PromotionId::from_raw(7), AccountId::from_raw(6), ProgrammeId::from_raw(5))
}

fn carry_out(
    promotion: &mut Promotion,
    command: Command,
    now: Timestamp,
) -> Result<Decision<Event>, PromotionRefusal> {
    let before = promotion.clone();
    let decision = decide(promotion, command, CNY, now);
    let Ok(decision) = decision else {
        assert_eq!(*promotion, before, "a refusal changes nothing");
        return decision;
    };
    for event in &decision.events {
        let json = serde_json::to_string(event).unwrap();
        assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
        promotion.apply(event);
    }
    let json = serde_json::to_string(promotion).unwrap();
    assert_eq!(&serde_json::from_str::<Promotion>(&json).unwrap(), promotion);
    Ok(decision)
}

fn told(promotion: &Promotion) -> String {
    match promotion.state {
        State::Suspended { cause, begun } => {
            format!("suspended by {cause}{}", if begun { "" } else { ", not begun" })
        }
        state @ (State::New | State::Drafted | State::Scheduled | State::Running | State::Ended { .. }) => {
            state.to_string()
        }
    }
}

/// Runs steps, each as `command` or `command @ moment`; gives the last answer and its refusal.
fn run(steps: &[&str]) -> (String, Option<Refusal>) {
    let mut promotion = fresh();
    let mut last = (String::new(), None);
    for step in steps {
        let (text, now) = match step.split_once(" @ ") {
            Some((text, "start")) => (text, start()),
            Some((text, "just before start")) => (text, Timestamp::from_micros(start().micros() - 1)),
            Some((text, "end")) => (text, end()),
            Some((text, "just before end")) => (text, Timestamp::from_micros(end().micros() - 1)),
            Some((_, other)) => panic!("no moment: {other}"),
            None => (*step, early()),
        };
        last = match carry_out(&mut promotion, command(text), now) {
            Ok(decision) if decision.is_already() => (format!("already {}", told(&promotion)), None),
            Ok(_) => (told(&promotion), None),
            Err(refusal) => {
                let refusal = Refusal::from(refusal);
                (format!("refused {}", refusal.code), Some(refusal))
            }
        };
    }
    last
}

fn check(steps: &[&str], want: &str) {
    assert_eq!(run(steps).0, want, "{steps:?}");
}

/// As [`check`], and counts the case for a rule: outside when it is refused, and by that rule.
#[track_caller]
fn check_rule(rule: &str, steps: &[&str], want: &str) {
    let (answer, refusal) = run(steps);
    assert_eq!(answer, want, "{steps:?}");
    match refusal {
        Some(refusal) => drop(boundary::refused(rule, steps.join(", "), refusal)),
        None => boundary::inside(rule, steps.join(", ")),
    }
}

const DRAFT: &str = "draft by active";
const SCHEDULE: &str = "schedule by active";
const RUNNING: [&str; 3] = [DRAFT, SCHEDULE, "begin @ start"];

fn running(more: &[&'static str]) -> Vec<&'static str> {
    [&RUNNING, more].concat()
}

/// Rule R1-13: who may create and join, and what is said to the others.
#[test]
fn joining_is_guarded() {
    check_rule("R1-13", &["draft by active"], "drafted");
    check_rule("R1-13", &["draft by unopened"], "refused prepaid.promotion.no_account");
    check_rule("R1-13", &["draft by opened"], "refused prepaid.promotion.alerts_missing");
    check_rule("R1-13", &["draft by alert_set"], "refused prepaid.promotion.top_up_missing");
    check_rule("R1-13", &["draft by owes a fen"], "refused prepaid.promotion.arrears");
    check_rule("R1-13", &[DRAFT, "schedule by active"], "scheduled");
    check_rule("R1-13", &[DRAFT, "schedule by owes a fen"], "refused prepaid.promotion.arrears");
    let resume = running(&["suspend merchant", "resume merchant by owes a fen"]);
    check_rule("R1-13", &resume, "refused prepaid.promotion.arrears");
    let (_, refusal) = run(&["draft by owes a fen"]);
    assert_eq!(refusal.unwrap().figure("owed"), Some("0.01 CNY"));
}

/// Rules R1-08, R1-11: what the breaker stops it lets go on, and nothing else.
#[test]
fn only_what_the_breaker_stopped_goes_on() {
    check_rule("R1-11", &running(&["suspend breaker", "resume breaker"]), "running");
    check_rule("R1-11", &[DRAFT, SCHEDULE, "suspend breaker", "resume breaker"], "scheduled");
    for hand in ["merchant", "operator"] {
        let suspend = format!("suspend {hand}");
        let steps = [DRAFT, SCHEDULE, "begin @ start", &suspend, "resume breaker"];
        check_rule("R1-11", &steps, "refused prepaid.promotion.held_otherwise");
        // A hand on one that the breaker holds takes it over; the breaker on one that a hand holds changes nothing.
        let steps = [DRAFT, SCHEDULE, "suspend breaker", &suspend];
        check(&steps, &format!("suspended by {hand}, not begun"));
        let steps = [DRAFT, SCHEDULE, &suspend, "suspend breaker"];
        check(&steps, &format!("already suspended by {hand}, not begun"));
    }
    check_rule("R1-11", &running(&["end merchant", "resume breaker"]), "refused prepaid.promotion.closed");
    check(&running(&["suspend merchant", "suspend operator"]), "suspended by operator");
    check(&running(&["suspend operator", "suspend merchant"]), "already suspended by operator");
    check(&running(&["suspend operator", "resume merchant"]), "refused prepaid.promotion.held_otherwise");
    // Let go by hand while the money is short: it waits with the others.
    check(&running(&["suspend merchant", "resume merchant by breaker open"]), "suspended by breaker");
    check(&running(&["suspend breaker", "resume breaker by breaker open"]), "already suspended by breaker");
    check(
        &running(&["suspend breaker", "resume breaker by below the floor"]),
        "already suspended by breaker",
    );
    check(&[DRAFT, "schedule by breaker open"], "suspended by breaker, not begun");
    check(&[DRAFT, "schedule by active @ start"], "running");
    check(&[DRAFT, "schedule by breaker open @ start"], "suspended by breaker");
}

#[test]
fn its_time_comes_and_ends() {
    check(&[DRAFT, SCHEDULE, "begin @ just before start"], "refused prepaid.promotion.not_yet_due");
    check(&[DRAFT, SCHEDULE, "begin @ start"], "running");
    check(&running(&["begin @ start"]), "already running");
    // Its time comes while it is stopped: it goes on as a running one.
    let stopped = [DRAFT, SCHEDULE, "suspend breaker", "begin @ start"];
    check(&stopped, "suspended by breaker");
    check(&[&stopped[..], &["resume breaker"]].concat(), "running");
    check(&running(&["end period @ just before end"]), "refused prepaid.promotion.not_yet_over");
    check(&running(&["end period @ end"]), "ended");
    check(&running(&["end period @ end", "end period @ end"]), "already ended");
    check(&running(&["end merchant", "end operator"]), "refused prepaid.promotion.closed");
    check(&[DRAFT, "end operator"], "ended");
    check(&[DRAFT, "schedule by active @ end"], "refused prepaid.promotion.period");
    check(&[DRAFT, DRAFT], "already drafted");
    check(&running(&[DRAFT]), "already running");
    for step in ["schedule", "begin", "suspend breaker", "resume breaker", "end merchant"] {
        check(&[step], "refused prepaid.promotion.not_drafted");
    }
    for step in ["begin", "suspend breaker", "resume breaker"] {
        check(&[DRAFT, step], "refused prepaid.promotion.not_scheduled");
    }
    for step in ["schedule", "begin", "suspend merchant", "resume merchant"] {
        check(&running(&["end merchant", step]), "refused prepaid.promotion.closed");
    }
}

/// Rule R1-39: terms, rates and share have their bounds; so have name, products and period.
#[test]
fn a_plan_has_bounds() {
    let check = |change: &dyn Fn(&mut Plan), want: &str| {
        let mut plan = plan();
        change(&mut plan);
        let command = Command::Draft { plan, standing: standing("active") };
        let answer = match carry_out(&mut fresh(), command, early()) {
            Ok(_) => "drafted".to_owned(),
            Err(refusal) => Refusal::from(refusal).code.replace("prepaid.promotion.", ""),
        };
        assert_eq!(answer, want);
    };
    let rate = |bps: u32| move |plan: &mut Plan| plan.terms = vec![term("3", bps)];
    for (bps, want) in [(0, "terms"), (1, "drafted"), (10_000, "drafted"), (10_001, "terms")] {
        check(&rate(bps), want);
    }
    let many = |count: usize| {
        move |plan: &mut Plan| plan.terms = (0..count).map(|at| term(&at.to_string(), 100)).collect()
    };
    for (count, want) in [(0, "terms"), (1, "drafted"), (24, "drafted"), (25, "terms")] {
        check(&many(count), want);
    }
    check(&|plan| plan.terms = vec![term("3", 100), term("3", 200)], "terms");
    check(&|plan| plan.terms = vec![term(" ", 100)], "terms");
    for (bps, want) in [(0, "drafted"), (10_000, "drafted"), (10_001, "share")] {
        check(&|plan| plan.funded = BasisPoints::new(bps), want);
    }
    for (letters, want) in [(0, "name"), (1, "drafted"), (64, "drafted"), (65, "name")] {
        check(&|plan| plan.name = "券".repeat(letters), want);
    }
    let skus = |count: usize, letters: usize| {
        move |plan: &mut Plan| plan.products = Products::Skus(vec!["s".repeat(letters); count])
    };
    check(&|plan| plan.products = Products::All, "drafted");
    for (count, letters, want) in [
        (0, 1, "products"),
        (500, 64, "drafted"),
        (501, 1, "products"),
        (1, 65, "products"),
        (1, 0, "products"),
    ] {
        check(&skus(count, letters), want);
    }
    check(&|plan| plan.ends_at = plan.starts_at, "period");
    check(&|plan| plan.ends_at = plan.starts_at.plus_seconds(1), "drafted");
    check(&|plan| (plan.starts_at, plan.ends_at) = (at("2026-10-01T00:00:00Z"), early()), "period");
}

#[test]
fn an_offer_is_made_while_it_runs_and_for_what_it_covers() {
    let mut promotion = fresh();
    for (step, now) in [(DRAFT, early()), (SCHEDULE, early()), ("begin", start())] {
        carry_out(&mut promotion, command(step), now).unwrap();
    }
    let rate = |promotion: &Promotion, sku: &str, term: &str, now: Timestamp| {
        promotion.term_for(sku, term, now).map(|term| term.rate.get())
    };
    assert_eq!(rate(&promotion, "TEA-100", "12", start()), Some(450));
    assert_eq!(rate(&promotion, "TEA-100", "6", start()), None, "no such term");
    assert_eq!(rate(&promotion, "TEA-200", "12", start()), None, "another product");
    assert_eq!(rate(&promotion, "TEA-100", "12", early()), None);
    assert_eq!(rate(&promotion, "TEA-100", "12", end()), None);
    carry_out(&mut promotion, command("suspend breaker"), start()).unwrap();
    assert_eq!(rate(&promotion, "TEA-100", "12", start()), None);
}

fn steps() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((0_usize..16, 0_i64..400), 1..14)
}

proptest! {
    /// What is allowed is granted and what is not is refused; what ended stays ended; the breaker never lets a hand's go.
    #[test]
    fn walks(steps in steps()) {
        let all = [
            "draft by active", "draft by owes a fen", "schedule by active", "schedule by breaker open", "begin",
            "suspend breaker", "suspend merchant", "suspend operator", "resume breaker", "resume merchant",
            "resume operator", "resume breaker by breaker open", "resume merchant by breaker open", "end period",
            "end merchant", "schedule by owes a fen",
        ];
        let mut promotion = fresh();
        for (what, hours) in steps {
            let now = early().plus_seconds(hours * 3_600);
            let before = promotion.state;
            let command = command(all[what]);
            let kind = command.kind();
            let listed = allowed(&promotion, standing("active"), CNY, now);
            prop_assert_eq!(listed.len(), 6);
            let answer = carry_out(&mut promotion, command, now);
            if let (State::Suspended { cause: Cause::Merchant | Cause::Operator, .. }, "resume breaker") = (before, all[what]) {
                prop_assert!(answer.is_err());
            }
            if matches!(before, State::Ended { .. }) {
                prop_assert_eq!(before, promotion.state);
            }
            if matches!(kind, CommandKind::Begin | CommandKind::Schedule) && !all[what].contains("owes") {
                let entry = listed.iter().find(|entry| entry.command == kind).unwrap();
                prop_assert_eq!(entry.refusal.is_none(), answer.is_ok());
            }
        }
    }
}
