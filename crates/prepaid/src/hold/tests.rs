//! What a hold answers, as tables: state, command, answer.

use zaiton_boundary as boundary;
use zaiton_kernel::{BasisPoints, Id, LocalDate, Refusal, Timestamp};
use zaiton_ledger::{AccountCode, Kind, Sheet};

use super::*;
use crate::account::ProgrammeId;
use crate::{ArrearsMode, Model, PrepaidPolicy};

pub(super) const CNY: Currency = Currency::CNY;
pub(super) const PROGRAMME: i64 = 77;

pub(super) fn fresh() -> Hold {
    Hold::requested(HoldId::from_raw(5), AccountId::from_raw(6), "own_site/1/A-1".to_owned(), CNY)
}

pub(super) fn yuan(text: &str) -> Money {
    Money::parse(text, CNY).unwrap()
}

/// Books what an event asks for, then applies it.
pub(super) fn carry_out(hold: &mut Hold, sheet: &mut Sheet, ids: &mut i64, event: &Event) {
    for transaction in postings(hold, event, ProgrammeId::from_raw(PROGRAMME)) {
        let today = LocalDate::new(2026, 3, 2).unwrap();
        sheet
            .book(&transaction, Timestamp::from_micros(1), today, || {
                *ids += 1;
                *ids
            })
            .unwrap();
    }
    hold.apply(event);
    assert_eq!(hold.check(), Ok(()), "{hold:?}");
}

/// A sheet with so much available.
pub(super) fn topped_up(available: Money) -> (Sheet, i64) {
    let (mut sheet, mut ids) = (Sheet::default(), 0);
    let top_up = zaiton_ledger::Transaction::new(Kind::TopUp, 1).pair(
        (AccountCode::BETWEEN_PARTITIONS, 0),
        (AccountCode::PREPAID_AVAILABLE, PROGRAMME),
        available,
    );
    let today = LocalDate::new(2026, 3, 2).unwrap();
    let next = || {
        ids += 1;
        ids
    };
    sheet.book(&top_up, Timestamp::from_micros(1), today, next).unwrap();
    (sheet, ids)
}

/// Reads `charge 80.00 30.00`, `release 20.00`, `settle`.
fn command(text: &str) -> Command {
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        ["charge", fee, available] => Command::Charge { fee: yuan(fee), available: yuan(available) },
        ["charge-usd", fee] => {
            let usd = Currency::from_code("USD").unwrap();
            Command::Charge { fee: Money::parse(fee, usd).unwrap(), available: yuan("100.00") }
        }
        ["release", amount] => Command::Release { amount: yuan(amount) },
        ["reduce", fee] => Command::Reduce { remaining_fee: yuan(fee) },
        ["settle"] => Command::Settle,
        ["refund", amount] => Command::SettledRefund { amount: yuan(amount) },
        ["repay", amount] => Command::Repay { amount: yuan(amount) },
        ["link", next] => Command::LinkNext { next: HoldId::from_raw(next.parse().unwrap()) },
        ["leave"] => Command::LeaveQueue,
        ["early", "settle"] => Command::KeepEarly { fact: EarlyFact::Settle },
        ["early", "release", amount] => Command::KeepEarly { fact: EarlyFact::Release(yuan(amount).minor()) },
        ["early", "reduce", fee] => Command::KeepEarly { fact: EarlyFact::Reduce(yuan(fee).minor()) },
        ["take"] => Command::TakeEarly,
        ["ask", maker, evidence] => {
            Command::ProposeWriteOff { maker: (*maker).to_owned(), evidence: (*evidence).to_owned() }
        }
        ["confirm", checker] => Command::ConfirmWriteOff { checker: (*checker).to_owned() },
        other => panic!("no command: {other:?}"),
    }
}

/// The numbers of a sheet that a hold moves: 2110 2120 2125 1120 4040 2210 2330.
fn numbers(sheet: &Sheet) -> String {
    let of = |code, dimension| sheet.balance(code, dimension, CNY).decimal();
    [
        of(AccountCode::PREPAID_AVAILABLE, PROGRAMME),
        of(AccountCode::PREPAID_FROZEN, PROGRAMME),
        of(AccountCode::PREPAID_DUE, PROGRAMME),
        of(AccountCode::PREPAID_ARREARS, PROGRAMME),
        of(AccountCode::MARKETING, 0),
        of(AccountCode::OUTPUT_VAT, 0),
        of(AccountCode::FUNDER_PAYABLE, PROGRAMME),
    ]
    .join(" ")
}

/// Runs commands on a hold over a ledger with 100.00 available more than what each charge is told, then says
/// the last answer: `state | ledger` or `refused code`, or `already`.
fn run(policy: &PrepaidPolicy, available: &str, steps: &[&str]) -> String {
    let mut hold = fresh();
    let (mut sheet, mut ids) = topped_up(yuan(available));
    let mut answer = String::new();
    for step in steps {
        answer = match decide(&hold, command(step), policy) {
            Err(refusal) => format!("refused {}", Refusal::from(refusal).code),
            Ok(decision) if decision.is_already() => "already".to_owned(),
            Ok(decision) => {
                for event in &decision.events {
                    carry_out(&mut hold, &mut sheet, &mut ids, event);
                }
                format!("{} | {}", hold.state(), numbers(&sheet))
            }
        };
    }
    answer
}

fn check(steps: &[&str], want: &str) {
    assert_eq!(run(&PrepaidPolicy::default(), "100.00", steps), want, "{steps:?}");
}

fn check_gap(steps: &[&str], want: &str) {
    let policy = PrepaidPolicy { arrears_mode: ArrearsMode::Gap, ..PrepaidPolicy::default() };
    assert_eq!(run(&policy, "30.00", steps), want, "{steps:?}");
}

/// As [`check`], and counts it for rules: `+R1-20` as a case inside, `-R1-24` as one that the rule keeps out.
#[track_caller]
fn check_rules(rules: &[&str], steps: &[&str], want: &str) {
    check(steps, want);
    for rule in rules {
        match rule.split_at(1) {
            ("+", rule) => boundary::inside(rule, steps.join(", ")),
            (_, rule) => boundary::outside(rule, steps.join(", ")),
        }
    }
}

/// Rules R1-20, R1-24, K-6: available = fee freezes, one fen less owes all, or the gap.
#[test]
fn a_charge_freezes_or_owes() {
    check_rules(&["+R1-20"], &["charge 50.00 100.00"], "frozen | 50.00 50.00 0.00 0.00 0.00 0.00 0.00");
    let (whole, short) = (["charge 100.00 100.00"], ["charge 100.00 99.99"]);
    check_rules(&["+R1-20", "-R1-24"], &whole, "frozen | 0.00 100.00 0.00 0.00 0.00 0.00 0.00");
    let owed = "unfunded | 100.00 0.00 100.00 100.00 0.00 0.00 0.00";
    check_rules(&["-R1-20", "+R1-24", "+K-6"], &short, owed);
    check(&["charge 80.00 30.00"], "unfunded | 100.00 0.00 80.00 80.00 0.00 0.00 0.00");
    check(&["charge 0.00 0.00"], "released | 100.00 0.00 0.00 0.00 0.00 0.00 0.00");
    check_gap(&["charge 80.00 30.00"], "partly_funded | 0.00 30.00 50.00 50.00 0.00 0.00 0.00");
    boundary::outside("K-6", "the gap is owed where the policy says so");
    check_gap(&["charge 30.00 30.00"], "frozen | 0.00 30.00 0.00 0.00 0.00 0.00 0.00");
    check_gap(&["charge 30.00 29.99"], "partly_funded | 0.01 29.99 0.01 0.01 0.00 0.00 0.00");
    check_gap(&["charge 30.00 0.00"], "unfunded | 30.00 0.00 30.00 30.00 0.00 0.00 0.00");
    check(&["charge -0.01 100.00"], "refused prepaid.hold.fee_negative");
    check(&["charge-usd 10.00"], "refused prepaid.hold.currency");
    check(&["charge 50.00 100.00", "charge 50.00 0.00"], "already");
    check(&["charge 0.00 0.00", "charge 0.00 0.00"], "already");
    check(&["charge 0.00 0.00", "charge 5.00 0.00"], "refused prepaid.hold.charged_otherwise");
    check(&["charge 50.00 100.00", "charge 50.01 0.00"], "refused prepaid.hold.charged_otherwise");
    for before in ["release 1.00", "reduce 1.00", "settle", "refund 1.00", "repay 1.00", "link 9", "leave"] {
        check(&[before], "refused prepaid.hold.not_charged");
    }
}

/// Rules R1-21, R1-22, R1-23: P7, P8, P9 with the ledger page's figures.
#[test]
fn release_settle_refund() {
    let c = "charge 50.00 100.00";
    check(&[c, "release 20.00"], "partly_released | 70.00 30.00 0.00 0.00 0.00 0.00 0.00");
    check(&[c, "release 20.00", "settle"], "mixed_closed | 70.00 0.00 0.00 0.00 28.30 1.70 0.00");
    check_rules(&["+R1-21"], &[c, "release 50.00"], "released | 100.00 0.00 0.00 0.00 0.00 0.00 0.00");
    check_rules(&["-R1-21"], &[c, "release 50.01"], "refused prepaid.hold.more_than_remains");
    check(&[c, "release 0.00"], "refused prepaid.hold.not_positive");
    check(&[c, "release 50.00", "release 0.01"], "refused prepaid.hold.closed");
    check_rules(&["+R1-22"], &[c, "settle"], "settled | 50.00 0.00 0.00 0.00 47.17 2.83 0.00");
    check(&[c, "settle", "settle"], "already");
    check_rules(&["-R1-22"], &[c, "release 50.00", "settle"], "already");
    check(&[c, "settle", "release 1.00"], "refused prepaid.hold.closed");
    check(&[c, "settle", "refund 10.00"], "settled | 60.00 0.00 0.00 0.00 37.74 2.26 0.00");
    let twice = [c, "settle", "refund 10.00", "refund 40.00"];
    check_rules(&["+R1-23"], &twice, "settled | 100.00 0.00 0.00 0.00 0.00 0.00 0.00");
    let more = [c, "settle", "refund 50.01"];
    check_rules(&["-R1-23"], &more, "refused prepaid.hold.refunded_too_much");
    check(&[c, "settle", "refund 50.00", "refund 0.01"], "refused prepaid.hold.refunded_too_much");
    check(&[c, "settle", "refund -1.00"], "refused prepaid.hold.not_positive");
    check_rules(&["-R1-23"], &[c, "refund 1.00"], "refused prepaid.hold.not_settled");
    check(&[c, "release 50.00", "refund 1.00"], "refused prepaid.hold.not_settled");
}

/// Rule R1-21: the state decides what a reduction is, and a repeat does nothing.
#[test]
fn a_reduction_is_a_release_before_and_a_refund_after() {
    let c = "charge 50.00 100.00";
    check(&[c, "reduce 30.00"], "partly_released | 70.00 30.00 0.00 0.00 0.00 0.00 0.00");
    check(&[c, "reduce 30.00", "reduce 30.00"], "already");
    check(&[c, "reduce 30.00", "reduce 30.01"], "refused prepaid.hold.fee_rises");
    check(&[c, "reduce -0.01"], "refused prepaid.hold.fee_negative");
    check(&[c, "reduce 0.00", "reduce 0.00"], "already");
    check(&[c, "settle", "reduce 40.00"], "settled | 60.00 0.00 0.00 0.00 37.74 2.26 0.00");
    check(&[c, "settle", "reduce 40.00", "reduce 40.00"], "already");
    check(&[c, "settle", "reduce 40.00", "reduce 40.01"], "refused prepaid.hold.fee_rises");
    check(
        &[c, "reduce 30.00", "settle", "reduce 20.00"],
        "mixed_closed | 80.00 0.00 0.00 0.00 18.87 1.13 0.00",
    );
}

/// Rule R1-24: P10a to P10d with the ledger page's figures, fee 80, available 30.
#[test]
fn arrears_fall_away_settle_and_are_repaid() {
    let c = "charge 80.00 30.00";
    check(&[c, "release 80.00"], "released | 100.00 0.00 0.00 0.00 0.00 0.00 0.00");
    check(&[c, "release 30.00"], "unfunded | 100.00 0.00 50.00 50.00 0.00 0.00 0.00");
    check(&[c, "settle"], "settled | 100.00 0.00 0.00 80.00 75.47 4.53 0.00");
    check(&[c, "settle", "repay 80.00"], "settled | 20.00 0.00 0.00 0.00 75.47 4.53 0.00");
    check(&[c, "repay 30.00"], "partly_funded | 70.00 30.00 50.00 50.00 0.00 0.00 0.00");
    check(&[c, "repay 80.00"], "frozen | 20.00 80.00 0.00 0.00 0.00 0.00 0.00");
    check(&[c, "repay 80.01"], "refused prepaid.hold.repaid_too_much");
    check(&[c, "repay 0.00"], "refused prepaid.hold.not_positive");
    check(&[c, "repay 80.00", "repay 0.01"], "refused prepaid.hold.nothing_owed");
    check(&[c, "settle", "repay 80.00", "repay 0.01"], "refused prepaid.hold.nothing_owed");
    // What was repaid lies in 2120 and goes back by P7; the unfunded part goes first.
    check(&[c, "repay 30.00", "release 60.00"], "partly_released | 80.00 20.00 0.00 0.00 0.00 0.00 0.00");
    check(&[c, "repay 30.00", "settle"], "settled | 70.00 0.00 0.00 50.00 75.47 4.53 0.00");
    // K-83: what nobody paid falls away first; of a debt that was repaid in part, the rest is given back.
    check(&[c, "settle", "refund 80.00"], "settled | 100.00 0.00 0.00 0.00 0.00 0.00 0.00");
    let part = [c, "repay 30.00", "settle", "refund 60.00"];
    check(&part, "settled | 80.00 0.00 0.00 0.00 18.87 1.13 0.00");
    check_gap(&[c, "settle"], "settled | 0.00 0.00 0.00 50.00 75.47 4.53 0.00");
    check_gap(&[c, "release 60.00"], "partly_released | 10.00 20.00 0.00 0.00 0.00 0.00 0.00");
}

#[test]
fn the_queue_of_holds_that_owe() {
    let c = "charge 80.00 30.00";
    check(&[c, "link 9"], "unfunded | 100.00 0.00 80.00 80.00 0.00 0.00 0.00");
    check(&[c, "link 9", "link 9"], "already");
    check(&[c, "link 9", "link 8"], "refused prepaid.hold.linked_otherwise");
    check(&[c, "link 5"], "refused prepaid.hold.linked_otherwise");
    check(&[c, "leave"], "refused prepaid.hold.still_owes");
    check(&[c, "repay 80.00", "leave"], "frozen | 20.00 80.00 0.00 0.00 0.00 0.00 0.00");
    check(&[c, "repay 80.00", "leave", "leave"], "already");
    check(&[c, "repay 80.00", "leave", "link 9"], "refused prepaid.hold.not_queued");
    check(&["charge 50.00 100.00", "link 9"], "refused prepaid.hold.not_queued");
}

/// In the agent model all of a fee is the funder's; a refund takes it back from there, whatever the policy is
/// by then, and a tax rate that changed does not change what was booked.
#[test]
fn the_terms_of_settlement_stay() {
    let agent = PrepaidPolicy { model: Model::Agent, ..PrepaidPolicy::default() };
    let steps = ["charge 50.00 100.00", "settle"];
    assert_eq!(run(&agent, "100.00", &steps), "settled | 50.00 0.00 0.00 0.00 0.00 0.00 50.00");
    let check = |policy: &PrepaidPolicy, want: &str| {
        let (mut hold, (mut sheet, mut ids)) = (fresh(), topped_up(yuan("100.00")));
        for step in ["charge 50.00 100.00", "settle"] {
            for event in decide(&hold, command(step), policy).unwrap().events {
                carry_out(&mut hold, &mut sheet, &mut ids, &event);
            }
        }
        let later = PrepaidPolicy { vat_bps: BasisPoints::new(1_300), ..PrepaidPolicy::default() };
        for step in ["refund 10.00", "refund 40.00"] {
            for event in decide(&hold, command(step), &later).unwrap().events {
                carry_out(&mut hold, &mut sheet, &mut ids, &event);
            }
        }
        assert_eq!(numbers(&sheet), want);
    };
    check(&agent, "100.00 0.00 0.00 0.00 0.00 0.00 0.00");
    check(&PrepaidPolicy::default(), "100.00 0.00 0.00 0.00 0.00 0.00 0.00");
}

#[test]
fn a_refusal_carries_its_figures() {
    let mut hold = fresh();
    hold.apply(&Event::Charged { fee: 5_000, frozen: 5_000, unfunded: 0 });
    let refusal: Refusal =
        decide(&hold, command("release 50.01"), &PrepaidPolicy::default()).unwrap_err().into();
    assert_eq!(refusal.rule.as_str(), "R1-21");
    assert_eq!(refusal.figure("asked"), Some("50.01 CNY"));
    assert_eq!(refusal.figure("remains"), Some("50.00 CNY"));
    assert_eq!(refusal.figure("over_by"), Some("0.01 CNY"));
    boundary::refused("R1-21", "release 50.01 of 50.00", refusal);
    hold.order = "x".repeat(65);
    hold.charged = None;
    let refusal: Refusal =
        decide(&hold, command("charge 1.00 1.00"), &PrepaidPolicy::default()).unwrap_err().into();
    assert_eq!(refusal.code, "prepaid.hold.order_reference");
    assert_eq!(refusal.figure("letters"), Some("65"));
}

#[test]
fn a_repayment_is_what_is_there_or_what_is_owed() {
    let check = |available, owed, want| assert_eq!(repayment(yuan(available), yuan(owed)), yuan(want));
    check("30.00", "80.00", "30.00");
    check("80.00", "80.00", "80.00");
    check("80.01", "80.00", "80.00");
    check("0.00", "80.00", "0.00");
    check("-1.00", "80.00", "0.00");
}

#[test]
fn the_json_of_a_hold_is_short_and_reads_back() {
    let mut hold = fresh();
    let json = |hold: &Hold| serde_json::to_string(hold).unwrap();
    hold.apply(&Event::Charged { fee: 5_000, frozen: 5_000, unfunded: 0 });
    assert_eq!(json(&hold), r#"{"id":5,"a":6,"o":"own_site/1/A-1","k":"CNY","c":5000,"f":5000}"#);
    hold.apply(&Event::Settled {
        from_frozen: 5_000,
        from_unfunded: 0,
        tax_of_frozen: 283,
        tax_of_unfunded: 0,
        vat: Some(BasisPoints::new(600)),
    });
    assert_eq!(
        json(&hold),
        r#"{"id":5,"a":6,"o":"own_site/1/A-1","k":"CNY","c":5000,"s":5000,"t":283,"v":600}"#
    );
    let mut owing = fresh();
    owing.apply(&Event::Charged { fee: 80, frozen: 30, unfunded: 50 });
    owing.apply(&Event::NextLinked { next: HoldId::from_raw(9) });
    let text = json(&owing);
    assert_eq!(
        text,
        r#"{"id":5,"a":6,"o":"own_site/1/A-1","k":"CNY","c":80,"f":30,"u":50,"w":50,"n":9,"q":true}"#
    );
    for hold in [hold, owing, fresh()] {
        assert_eq!(serde_json::from_str::<Hold>(&json(&hold)).unwrap(), hold);
    }
    assert!(serde_json::from_str::<Hold>(&text.replace("\"n\":9", "\"n\":-9")).is_err());
}

/// Machine M9: what is told of an order before its placing is kept, twenty of it, and handed out once.
#[test]
fn what_comes_early_is_kept() {
    let kept = "requested | 100.00 0.00 0.00 0.00 0.00 0.00 0.00";
    check_rules(&["+M9"], &["early settle"], kept);
    check(&["early settle", "early settle"], "already");
    check(&["early settle", "early release 1.00"], kept);
    check(&["early release -0.01"], "refused prepaid.hold.not_positive");
    check(&["early release 0.00"], "refused prepaid.hold.not_positive");
    check(&["early reduce 0.00"], kept);
    check(&["early reduce -0.01"], "refused prepaid.hold.fee_negative");
    let twenty = ["early release 1.00"; 20];
    check(&twenty, kept);
    check_rules(&["-M9"], &[&twenty[..], &["early settle"]].concat(), "refused prepaid.hold.too_many_early");
    check(&["take"], "already");
    check(&["early settle", "take", "take"], "already");
    let frozen = "frozen | 70.00 30.00 0.00 0.00 0.00 0.00 0.00";
    check(&["early settle", "charge 30.00 100.00", "take"], frozen);
    check(&["charge 30.00 100.00", "early settle"], "refused prepaid.hold.closed");
}

/// P10e: what is still owed when the order is long complete, by two people.
#[test]
fn a_debt_is_written_off_by_two() {
    let owing = ["charge 80.00 30.00", "settle"];
    let with = |steps: &[&str]| -> Vec<String> {
        owing.iter().chain(steps).map(|step| (*step).to_owned()).collect()
    };
    let run = |rules: &[&str], steps: &[&str], want: &str| {
        let steps = with(steps);
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        check_rules(rules, &steps, want);
    };
    check_rules(&["-P10e"], &["charge 80.00 30.00", "ask a e"], "refused prepaid.hold.still_open");
    check(&["charge 30.00 30.00", "settle", "ask a e"], "refused prepaid.hold.nothing_to_write_off");
    run(&[], &["confirm b"], "refused prepaid.hold.nothing_to_write_off");
    run(&["-R5-03"], &["ask a e", "confirm a"], "refused prepaid.hold.same_person");
    run(&[], &["ask a e", "ask a e"], "already");
    let written = "settled | 100.00 0.00 0.00 0.00 75.47 4.53 0.00";
    run(&["+P10e", "+R5-03"], &["ask a e", "confirm b"], written);
    run(&[], &["ask a e", "confirm b", "confirm b"], "refused prepaid.hold.nothing_to_write_off");
}
