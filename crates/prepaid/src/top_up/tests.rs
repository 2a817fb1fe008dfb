//! What a top-up answers, as tables: state, command, answer.

use proptest::prelude::*;
use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};
use zaiton_ledger::{AccountCode, Kind};

use super::*;
use crate::account::ProgrammeId;
use crate::matching::LineFacts;
use crate::{Decision, PrepaidPolicy};

const CNY: Currency = Currency::CNY;
const COMPANY: &str = "青禾贸易有限公司";

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn start() -> Timestamp {
    at("2026-03-02T09:00:00+08:00")
}

fn yuan(text: &str) -> Money {
    Money::parse(text, CNY).unwrap()
}

fn draft() -> TopUp {
    TopUp::draft(TopUpId::from_raw(11), AccountId::from_raw(1), CNY, COMPANY.to_owned())
}

fn carry_out(top_up: &mut TopUp, command: Command, now: Timestamp) -> Result<Decision<Event>, TopUpRefusal> {
    let decision = decide(top_up, command, &PrepaidPolicy::default(), now)?;
    for event in &decision.events {
        let json = serde_json::to_string(event).unwrap();
        assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
        top_up.apply(event);
    }
    let json = serde_json::to_string(top_up).unwrap();
    assert_eq!(&serde_json::from_str::<TopUp>(&json).unwrap(), top_up);
    Ok(decision)
}

/// Reads `request 3000.00`, `match W1 3000.00 青禾贸易有限公司`, `accept E1`, `return E1`, `cancel`, `expire`.
fn command(text: &str) -> Command {
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        ["request", amount] => Command::Request { amount: yuan(amount) },
        ["request-usd", amount] => {
            Command::Request { amount: Money::parse(amount, Currency::from_code("USD").unwrap()).unwrap() }
        }
        ["match", line, amount, payer] => Command::MatchLine {
            line: LineFacts {
                line: line.trim_start_matches('W').parse().unwrap(),
                amount: yuan(amount),
                payer: (*payer).to_owned(),
                remark: String::new(),
            },
        },
        ["accept", evidence @ ..] => {
            Command::Resolve { verdict: Verdict::Accept { evidence: evidence.join(" ") } }
        }
        ["return", evidence @ ..] => {
            Command::Resolve { verdict: Verdict::Return { evidence: evidence.join(" ") } }
        }
        ["cancel"] => Command::Cancel,
        ["expire"] => Command::Expire,
        other => panic!("no command: {other:?}"),
    }
}

fn top_up(state: &str) -> TopUp {
    let steps: &[&str] = match state {
        "draft" => &[],
        "awaiting_funds" => &["request 3000.00"],
        "in_review" => &["request 3000.00", "match W1 3000.00 青禾香港有限公司"],
        "in_review by amount" => &["request 3000.00", "match W1 3000.01 青禾贸易有限公司"],
        "credited" => &["request 3000.00", "match W1 3000.00 青禾贸易有限公司"],
        "returned" => &["request 3000.00", "match W1 3000.00 青禾香港有限公司", "return E1"],
        "cancelled" => &["request 3000.00", "cancel"],
        "expired" => &["request 3000.00", "expire"],
        other => panic!("no state: {other}"),
    };
    let mut top_up = draft();
    for step in steps {
        let now = if *step == "expire" { at("2026-03-17T09:00:00+08:00") } else { start() };
        carry_out(&mut top_up, command(step), now).unwrap();
    }
    assert!(state.starts_with(&top_up.state.to_string()));
    top_up
}

fn check(state: &str, step: &str, want: &str) {
    let mut top_up = top_up(state);
    let before = top_up.clone();
    let got = match carry_out(&mut top_up, command(step), start()) {
        Ok(decision) if decision.is_already() => "already".to_owned(),
        Ok(_) => top_up.state.to_string(),
        Err(refusal) => {
            assert_eq!(top_up, before);
            format!("refused {}", Refusal::from(refusal).code)
        }
    };
    assert_eq!(got, want, "{state}, {step}");
}

/// As [`check`], and counts it for a rule: outside when it is refused, and by that rule, or waits for a person.
#[track_caller]
fn check_rule(rule: &str, state: &str, step: &str, want: &str) {
    check(state, step, want);
    match decide(&top_up(state), command(step), &PrepaidPolicy::default(), start()) {
        Err(refusal) => drop(boundary::refused(rule, step, refusal)),
        Ok(_) if want == "in_review" => boundary::outside(rule, step),
        Ok(_) => boundary::inside(rule, step),
    }
}

/// Rule R1-17: 2999.99 refused, 3000.00 taken.
#[test]
fn the_minimum_is_inclusive() {
    check_rule("R1-17", "draft", "request 2999.99", "refused prepaid.top_up.below_minimum");
    check_rule("R1-17", "draft", "request 3000.00", "awaiting_funds");
    check("draft", "request 0.00", "refused prepaid.top_up.not_positive");
    check("draft", "request -3000.00", "refused prepaid.top_up.not_positive");
    check("draft", "request-usd 3000.00", "refused prepaid.top_up.currency");
    let short: Refusal =
        decide(&draft(), command("request 2999.99"), &PrepaidPolicy::default(), start()).unwrap_err().into();
    assert_eq!(short.rule.as_str(), "R1-17");
    assert_eq!(short.figure("at_least"), Some("3000.00 CNY"));
    assert_eq!(short.figure("short_by"), Some("0.01 CNY"));
}

/// Rules R1-15, R1-16, R1-18.
#[test]
fn a_line_that_fits_is_credited_and_no_other() {
    for rule in ["R1-15", "R1-16", "R1-18"] {
        check_rule(rule, "awaiting_funds", "match W1 3000.00 青禾贸易有限公司", "credited");
    }
    check_rule("R1-15", "awaiting_funds", "match W1 3000.00 青禾貿易有限責任公司", "credited");
    for rule in ["R1-16", "R1-18"] {
        check_rule(rule, "awaiting_funds", "match W1 3000.01 青禾贸易有限公司", "in_review");
        check_rule(rule, "awaiting_funds", "match W1 2999.99 青禾贸易有限公司", "in_review");
    }
    check_rule("R1-15", "awaiting_funds", "match W1 3000.00 青禾香港有限公司", "in_review");
    check("credited", "match W1 3000.00 青禾贸易有限公司", "already");
    check("in_review", "match W1 3000.00 青禾香港有限公司", "already");
    check("credited", "match W2 3000.00 青禾贸易有限公司", "refused prepaid.top_up.closed");
    check("in_review", "match W2 3000.00 青禾贸易有限公司", "refused prepaid.top_up.waits_for_a_person");
    let State::InReview { reasons, .. } = top_up("in_review").state else { panic!("in review") };
    assert_eq!(
        reasons[0].text().en,
        "payer differs: expected \"青禾贸易有限公司\", found \"青禾香港有限公司\""
    );
}

/// Rules R1-15, R1-16: evidence proves a payer, never another amount.
#[test]
fn a_person_decides_with_evidence() {
    check("in_review", "accept E1", "credited");
    check("in_review", "accept", "refused prepaid.top_up.evidence_missing");
    check("in_review", "return E1", "returned");
    check("in_review", "return", "refused prepaid.top_up.evidence_missing");
    check("in_review by amount", "accept E1", "refused prepaid.top_up.amount_never_fits");
    check("in_review by amount", "return E1", "returned");
    check("awaiting_funds", "accept E1", "refused prepaid.top_up.nothing_to_resolve");
    check("in_review", "cancel", "refused prepaid.top_up.waits_for_a_person");
    check("in_review", "expire", "refused prepaid.top_up.waits_for_a_person");
}

#[test]
fn ends_and_repeats() {
    check("awaiting_funds", "request 3000.00", "already");
    check("awaiting_funds", "request 4000.00", "refused prepaid.top_up.requested_otherwise");
    check("in_review", "request 4000.00", "refused prepaid.top_up.requested_otherwise");
    check("awaiting_funds", "cancel", "cancelled");
    check("awaiting_funds", "expire", "refused prepaid.top_up.not_yet_due");
    check("cancelled", "cancel", "already");
    check("expired", "expire", "already");
    for state in ["credited", "returned", "cancelled", "expired"] {
        check(state, "request 3000.00", "already");
        check(state, "request 4000.00", "refused prepaid.top_up.closed");
        check(state, "match W2 3000.00 青禾贸易有限公司", "refused prepaid.top_up.closed");
        check(state, "accept E1", "refused prepaid.top_up.closed");
    }
    for state in ["credited", "returned", "expired"] {
        check(state, "cancel", "refused prepaid.top_up.closed");
    }
    for state in ["credited", "returned", "cancelled"] {
        check(state, "expire", "refused prepaid.top_up.closed");
    }
    for step in ["match W1 3000.00 青禾贸易有限公司", "accept E1", "cancel", "expire"] {
        check("draft", step, "refused prepaid.top_up.not_requested");
    }
}

/// Machine M7: 15 days, to the microsecond.
#[test]
fn it_expires_after_fifteen_days() {
    let due = at("2026-03-17T09:00:00+08:00");
    let just_before = Timestamp::from_micros(due.micros() - 1);
    let mut waiting = top_up("awaiting_funds");
    assert_eq!(waiting.state, State::AwaitingFunds { expires_at: due });
    let early = carry_out(&mut waiting, Command::Expire, just_before);
    assert_eq!(early, Err(TopUpRefusal::NotYetDue { due_at: due }));
    boundary::outside("M7", "a microsecond before fifteen days");
    carry_out(&mut waiting, Command::Expire, due).unwrap();
    assert_eq!(waiting.state, State::Expired);
    boundary::inside("M7", "at fifteen days");
}

#[test]
fn only_a_credit_is_booked() {
    let waiting = top_up("awaiting_funds");
    let event = Event::Credited { line: 9, at: start(), evidence: None };
    let booked = postings(&waiting, &event, ProgrammeId::from_raw(77));
    let [transaction] = booked.as_slice() else { panic!("one transaction") };
    assert_eq!((transaction.kind, transaction.subject, transaction.link), (Kind::TopUp, 11, 9));
    let [entry] = transaction.entries.as_slice() else { panic!("one pair") };
    assert_eq!((entry.debit.code, entry.debit.dimension), (AccountCode::BETWEEN_PARTITIONS, 0));
    assert_eq!((entry.credit.code, entry.credit.dimension), (AccountCode::PREPAID_AVAILABLE, 77));
    assert_eq!(entry.amount, 300_000);
    let returned = Event::Returned { line: 9, evidence: "E".to_owned() };
    assert!(postings(&waiting, &returned, ProgrammeId::from_raw(77)).is_empty());
}

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let one = prop_oneof![
        (299_998_i64..300_003).prop_map(|minor| Command::Request { amount: Money::new(minor, CNY) }),
        (1_i64..3, 299_999_i64..300_002, prop::bool::ANY).prop_map(|(line, minor, same)| {
            Command::MatchLine {
                line: LineFacts {
                    line,
                    amount: Money::new(minor, CNY),
                    payer: if same { COMPANY } else { "别家" }.to_owned(),
                    remark: String::new(),
                },
            }
        }),
        "[ e]?".prop_map(|evidence| Command::Resolve { verdict: Verdict::Accept { evidence } }),
        "[ e]?".prop_map(|evidence| Command::Resolve { verdict: Verdict::Return { evidence } }),
        Just(Command::Cancel),
        Just(Command::Expire),
    ];
    prop::collection::vec(one, 1..8)
}

proptest! {
    /// What is allowed is never called closed; what is not changes nothing; money is credited at most once.
    #[test]
    fn allowed_says_what_decide_says(walk in commands(), days in 0_i64..20) {
        let mut top_up = draft();
        let mut credits = 0;
        for (hour, command) in (0..).zip(walk) {
            let now = start().plus_seconds(hour * days * 86_400);
            let listed = allowed(&top_up, &PrepaidPolicy::default(), now);
            let entry = listed.iter().find(|entry| entry.command == command.kind()).unwrap();
            match carry_out(&mut top_up, command, now) {
                Err(refusal) => prop_assert!(entry.refusal.is_some() || !refusal.closes()),
                Ok(decision) => {
                    prop_assert!(entry.refusal.is_none() || decision.is_already());
                    credits += decision.events.iter().filter(|e| matches!(e, Event::Credited { .. })).count();
                }
            }
        }
        prop_assert!(credits <= 1);
    }
}
