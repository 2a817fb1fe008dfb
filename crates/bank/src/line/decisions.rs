//! What two persons may do with a line, as tables, over the books of both partitions and the account's counters.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::world::{ALL, CNY, World, command, world};
use super::*;
use crate::bank_account;
use crate::transfer::Way;

fn run(world: &mut World, steps: &[&str]) -> (String, Option<Refusal>) {
    let mut last = (String::new(), None);
    for step in steps {
        let before = world.clone();
        last = match world.carry_out(command(step)) {
            Ok(decision) if decision.is_already() => {
                assert_eq!(before, *world);
                ("already".to_owned(), None)
            }
            Ok(_) => (format!("{} | {}", world.line.state, world.numbers()), None),
            Err(refusal) => {
                assert_eq!(before, *world, "a refusal changes nothing");
                let code = refusal.code.trim_start_matches("bank.line.").trim_start_matches("bank.account.");
                (format!("refused {code}"), Some(*refusal))
            }
        };
    }
    last
}

#[track_caller]
fn check(kind: &str, steps: &[&str], want: &str) {
    let steps = [&["record"], steps].concat();
    assert_eq!(run(&mut world(kind), &steps).0, want, "{kind} {steps:?}");
}

#[track_caller]
fn check_rule(rule: &str, kind: &str, steps: &[&str], want: &str) {
    let steps = [&["record"], steps].concat();
    let (answer, refusal) = run(&mut world(kind), &steps);
    assert_eq!(answer, want, "{kind} {steps:?}");
    match refusal {
        Some(refusal) => drop(boundary::refused(rule, steps.join(", "), refusal)),
        None => boundary::inside(rule, steps.join(", ")),
    }
}

/// Rule R1-15: a match against the name needs evidence and two persons.
#[test]
fn two_persons_match() {
    for before in ["record", "review"] {
        check("receipt", &[before, "li: match"], "proposed | 3000.00 3000.00 0.00 0.00");
        check("receipt", &[before, "li: match", "wang ok"], "allocated | 3000.00 0.00 0.00 3000.00");
    }
    check_rule("R1-15", "receipt", &["li: match", "wang ok"], "allocated | 3000.00 0.00 0.00 3000.00");
    check_rule("R1-15", "receipt", &["li: match", "li ok"], "refused match_by_same_person");
    check_rule("R1-15", "receipt", &["li: match", "li no"], "refused match_by_same_person");
    check_rule("R1-15", "own receipt", &["li: match"], "refused no_top_up");
    check_rule("R5-03", "receipt", &["li: return", "wang ok"], "returning | 3000.00 3000.00 0.00 0.00");
    check_rule("R5-03", "receipt", &["li: return", "li ok"], "refused same_person");
    check_rule("R5-03", "receipt", &[" : match"], "refused nobody");
    check_rule("R5-03", "receipt", &["li: match", " ok"], "refused nobody");
    let mut world = world("receipt");
    run(&mut world, &["record", "li: match because case 4711"]);
    let event = decide(&world.line, command("wang ok")).unwrap().events.remove(0);
    let told = Follow::CreditTopUp { top_up: 1, merchant: 2, by_persons: true };
    assert_eq!(follow(&world.line, &event), Some(told));
    assert_eq!(postings(&world.line, &event)[0].link, 9);
    run(&mut world, &["wang ok"]);
    let kept = world.line.decided.as_ref().unwrap();
    let kept = [&kept.maker, &kept.checker, &kept.evidence].map(String::as_str);
    assert_eq!(kept, ["li", "wang", "case 4711"]);
    assert_eq!(run(&mut world, &["undo 1"]).0, "in_review | 3000.00 3000.00 0.00 0.00");
    assert_eq!(world.line.decided, None, "what was decided is so no more");
}

#[test]
fn evidence_is_short_and_not_empty() {
    let ask = |evidence: &str| {
        let mut world = world("receipt");
        run(&mut world, &["record"]);
        let (decision, maker) = (LineDecision::ReturnToPayer, "li".to_owned());
        decide(&world.line, Command::Propose { decision, maker, evidence: evidence.to_owned() })
            .map_err(|refusal| Refusal::from(refusal).code.into_owned())
            .map(|_| ())
    };
    let missing = Err("bank.line.evidence_missing".to_owned());
    assert_eq!(ask("证"), Ok(()));
    assert_eq!(ask(&"证".repeat(500)), Ok(()));
    assert_eq!(ask(&"证".repeat(501)), missing);
    assert_eq!(ask(""), missing);
    assert_eq!(ask("  "), missing);
    check("receipt", &["li: return", "wang no!"], "refused evidence_missing");
}

#[test]
fn a_proposal_refused_leaves_the_line_as_it_was() {
    for (kind, before) in [("receipt", vec![]), ("receipt", vec!["review"]), ("own debit", vec![])] {
        let mut world = world(kind);
        run(&mut world, &[&["record"], &before[..]].concat());
        let stood = world.clone();
        let proposal = if kind == "receipt" { "li: return" } else { "li: arrived" };
        assert!(run(&mut world, &[proposal]).0.starts_with("proposed"));
        assert!(!run(&mut world, &["wang no"]).0.starts_with("refused"));
        assert_eq!(world, stood);
    }
}

/// Invariant 9: a standing proposal keeps everybody else away.
#[test]
fn while_a_proposal_stands_nothing_else_uses_the_line() {
    let proposed = |step: &'static str| ["li: match", step];
    check("receipt", &proposed("li: match"), "already");
    for step in ["li: match because more", "wu: match", "li: return", "allocate 1", "allocate 2", "pays 5"] {
        check_rule("L-I9", "receipt", &proposed(step), "refused proposed_otherwise");
    }
    for step in ["record", "review", "undo 1", "failed 5", "take withdrawal"] {
        check("receipt", &proposed(step), "already");
    }
    check("receipt", &proposed("back 5"), "refused not_returning");
    check("debit", &["li: cost", "pays 5"], "refused proposed_otherwise");
    for kind in ["receipt", "debit", "given back"] {
        check(kind, &["wang ok"], "refused not_proposed");
        check(kind, &["wang no"], "refused not_proposed");
    }
    check_rule("L-I9", "receipt", &["allocate 1", "li: return"], "refused used_otherwise");
    check_rule("L-I9", "receipt", &["li: return", "wang ok", "allocate 1"], "refused used_otherwise");
    check_rule(
        "L-I9",
        "receipt",
        &["li: match", "wang no", "allocate 1"],
        "allocated | 3000.00 0.00 0.00 3000.00",
    );
}

/// Which decision fits which line.
#[test]
fn a_decision_fits_the_line_or_is_refused() {
    let decisions = "match,return,withdrawal,cost,cost of client,sweep,sweep to itself,arrived";
    let rules = ["R1-15", "P5r", "M8", "P22", "P22", "P21", "P21", "P21"];
    let table = [
        ("receipt", "yes yes yes no no no no yes"),
        ("nameless", "yes no yes no no no no yes"),
        ("debit", "no no no yes no yes no no"),
        ("given back", "no no yes no no no no no"),
        ("taken", "no no no no no no no no"),
        ("own receipt", "no yes no no no no no yes"),
        ("own debit", "no no no yes no no no yes"),
    ];
    for (kind, answers) in table {
        for ((decision, rule), want) in decisions.split(',').zip(rules).zip(answers.split(' ')) {
            let proposal = format!("li: {decision}");
            let (answer, refusal) = run(&mut world(kind), &["record", &proposal]);
            assert_eq!(answer.starts_with("proposed"), want == "yes", "{kind} {decision}: {answer}");
            match refusal {
                Some(refusal) => drop(boundary::refused(rule, format!("{kind}: {decision}"), refusal)),
                None => boundary::inside(rule, format!("{kind}: {decision}")),
            }
        }
    }
}

/// Posting P5r: on its way back the money lies in 2190 until the debit is there.
#[test]
fn a_receipt_goes_back_to_its_payer() {
    let returning = ["li: return", "wang ok"];
    let then = |steps: &[&'static str]| [&returning[..], steps].concat();
    check("receipt", &returning, "returning | 3000.00 3000.00 0.00 0.00");
    // The payment books P5r, not the line.
    check("receipt", &then(&["back 5"]), "returned | 3000.00 3000.00 0.00 0.00");
    check_rule("P5r", "receipt", &then(&["back 6"]), "refused not_returning");
    check("receipt", &then(&["back 5", "back 5"]), "already");
    check("receipt", &then(&["back 5", "failed 5"]), "refused not_returning");
    check("receipt", &then(&["back 5", "failed 4"]), "already");
    check("receipt", &then(&["failed 5"]), "in_review | 3000.00 3000.00 0.00 0.00");
    check("receipt", &then(&["failed 4"]), "already");
    check("receipt", &then(&["failed 5", "failed 5"]), "already");
    check("receipt", &then(&["failed 5", "li: match", "wang ok"]), "allocated | 3000.00 0.00 0.00 3000.00");
    check("receipt", &then(&["wang ok"]), "already");
    check("receipt", &then(&["wu ok"]), "refused not_proposed");
    check("receipt", &then(&["li: return"]), "already");
    check("receipt", &then(&["li: match"]), "refused used_otherwise");
    check("receipt", &["failed 5"], "refused not_returning");
    let mut world = world("receipt");
    run(&mut world, &["record", "li: return"]);
    let event = decide(&world.line, command("wang ok")).unwrap().events.remove(0);
    assert_eq!(follow(&world.line, &event), Some(Follow::PayBack { payment: PaymentId::from_raw(5) }));
}

/// Posting P11d, the bank's half, and its way back when the merchant's side cannot take it.
#[test]
fn a_withdrawal_comes_back() {
    for kind in ["receipt", "given back"] {
        let back = ["li: withdrawal", "wang ok"];
        let then = |steps: &[&'static str]| [&back[..], steps].concat();
        check_rule("M8", kind, &back, "withdrawal_returned | 3000.00 0.00 0.00 3000.00");
        check(kind, &then(&["take withdrawal"]), "in_review | 3000.00 3000.00 0.00 0.00");
        check(kind, &then(&["take withdrawal", "take withdrawal"]), "already");
        let again = then(&["take withdrawal", "wu: withdrawal", "li ok"]);
        check(kind, &again, "withdrawal_returned | 3000.00 0.00 0.00 3000.00");
        check(kind, &then(&["take sweep"]), "already");
    }
    let mut world = world("receipt");
    run(&mut world, &["record", "li: withdrawal"]);
    let event = decide(&world.line, command("wang ok")).unwrap().events.remove(0);
    let posting = postings(&world.line, &event).remove(0);
    assert_eq!((posting.subject, posting.link), (31, 9), "about the withdrawal, linked by the line");
    let told = Follow::WithdrawalReturned { withdrawal: 31, merchant: 2 };
    assert_eq!(follow(&world.line, &event), Some(told));
}

/// Postings P21 and P22 in both partitions: 2195 is zero when both halves are booked.
#[test]
fn costs_and_sweeps_are_booked_on_both_sides() {
    let table = [
        (
            "debit",
            "li: cost",
            "bank_cost | 0.00 0.00 3000.00 3000.00",
            "-3000.00 3000.00 0.00 3000.00",
            "P22",
        ),
        ("debit", "li: sweep", "swept_out | -3000.00 0.00 0.00 -3000.00", "3000.00 0.00 3000.00 0.00", "P21"),
        ("own debit", "li: cost", "bank_cost | -3000.00 0.00 3000.00 0.00", "0.00 0.00 0.00 0.00", "P22"),
    ];
    for (kind, proposal, here, there, rule) in table {
        let mut world = world(kind);
        assert_eq!(run(&mut world, &["record", proposal, "wang ok"]).0, here, "{kind} {proposal}");
        assert_eq!(world.there(), there, "{kind} {proposal}");
        assert_eq!(world.between(), "0.00", "{kind} {proposal}");
        boundary::inside(rule, format!("{kind}: both halves"));
        assert_eq!(run(&mut world, &["wang ok"]).0, "already");
    }
    // The own account could not take its half: the line is unbooked, and waits for a person.
    check("debit", &["li: cost", "wang ok", "take cost"], "awaits_a_person | 0.00 0.00 0.00 0.00");
    check("debit", &["li: sweep", "wang ok", "take sweep"], "awaits_a_person | 0.00 0.00 0.00 0.00");
    check("debit", &["li: sweep", "wang ok", "take sweep", "take sweep"], "already");
    check("own debit", &["li: cost", "wang ok", "take cost"], "refused used_otherwise");
    check("debit", &["li: cost", "wang ok", "pays 5"], "refused used_otherwise");
    check("debit", &["li: cost", "wang ok", "undo 1"], "refused not_a_receipt");
}

/// Postings P21, P22: the other end books nothing new, and only what was announced can come.
#[test]
fn what_was_announced_arrives_once() {
    let table = [
        ("own receipt", Way::In, "arrived | 0.00 0.00 0.00 0.00"),
        ("receipt", Way::In, "arrived | 0.00 0.00 0.00 0.00"),
        ("own debit", Way::Out, "arrived | 0.00 0.00 0.00 0.00"),
    ];
    for (kind, way, want) in table {
        for (announced, want) in [(ALL, want), (ALL - 1, "refused not_expected")] {
            let mut world = world(kind);
            let amount = Money::new(announced, CNY);
            let expect = bank_account::Command::ExpectTransfer { way, amount };
            World::ask(&mut world.account, expect).unwrap();
            let (answer, refusal) = run(&mut world, &["record", "li: arrived", "wang ok"]);
            assert_eq!(answer, want, "{kind}, {announced} announced");
            let left = if answer.starts_with("refused") { announced } else { 0 };
            assert_eq!(world.account.in_transit(way).minor(), left);
            match refusal {
                Some(refusal) => drop(boundary::refused("P21", format!("{kind}: a fen short"), refusal)),
                None => boundary::inside("P22", format!("{kind}: as announced")),
            }
        }
    }
}

/// Rule M8: a debit is one payment's.
#[test]
fn a_line_that_pays_is_used_once() {
    check_rule("M8", "debit", &["pays 5"], "pays_out | 0.00 0.00 0.00 0.00");
    check("debit", &["pays 5", "pays 5"], "already");
    check_rule("L-I9", "debit", &["pays 5", "pays 6"], "refused used_otherwise");
    check("debit", &["pays 5", "li: cost"], "refused used_otherwise");
    for kind in ["receipt", "given back", "taken"] {
        check_rule("M8", kind, &["pays 5"], "refused not_a_debit");
    }
    check("receipt", &["allocate 1", "pays 5"], "refused not_a_debit");
    check("debit", &["back 5"], "refused not_returning");
    check("debit", &["failed 5"], "refused not_returning");
}

#[test]
fn lines_stored_before_still_read() {
    let mut world = world("receipt");
    run(&mut world, &["record", "allocate 1"]);
    let json = serde_json::to_value(&world.line).unwrap();
    assert!(json.get("decided").is_none());
    assert_eq!(json["state"], serde_json::json!({ "name": "allocated", "top_up": 1, "merchant": 2 }));
    assert_eq!(serde_json::from_value::<Line>(json).unwrap(), world.line);
}
