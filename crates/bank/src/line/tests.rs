//! What a bank line answers, as tables, and that the ledger agrees with it.

use proptest::prelude::*;
use zaiton_kernel::{Currency, Id, Refusal, Timestamp};
use zaiton_ledger::{AccountCode, Sheet};

use super::*;
use crate::Decision;

const CNY: Currency = Currency::CNY;

fn day() -> LocalDate {
    LocalDate::new(2026, 3, 2).unwrap()
}

/// `receipt`, `debit`, `reversal`, `own` (a receipt on an account of our own money).
fn line(kind: &str) -> Line {
    let mut account = BankAccount::unopened(BankAccountId::from_raw(7), CNY);
    account.client_money = kind != "own";
    let draft = LineDraft {
        ordinal: 1,
        booked: true,
        amount: Money::new(300_000, CNY),
        credit: kind != "debit",
        reversal: kind == "reversal",
        booking_date: day(),
        value_date: day(),
        payer_name: "青禾贸易有限公司".to_owned(),
        payer_account: "6222".to_owned(),
        remark: String::new(),
        bank_reference: "R1".to_owned(),
        end_to_end: "E1".to_owned(),
        return_of: String::new(),
    };
    Line::unrecorded(LineId::from_raw(9), &account, StatementId::from_raw(3), draft)
}

fn command(text: &str) -> Command {
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        ["record"] => Command::Record,
        ["allocate", top_up] => Command::Allocate { top_up: top_up.parse().unwrap(), merchant: 2 },
        ["review"] => Command::MarkForReview { reasons: Vec::new() },
        ["review", reason] => Command::MarkForReview { reasons: vec![Text::new("", (*reason).to_owned())] },
        ["undo", top_up] => {
            Command::Unallocate { top_up: top_up.parse().unwrap(), reason: Text::new("", "closed") }
        }
        other => panic!("no command: {other:?}"),
    }
}

fn carry_out(line: &mut Line, sheet: &mut Sheet, command: Command) -> Result<Decision<Event>, LineRefusal> {
    let decision = decide(line, command)?;
    for event in &decision.events {
        for transaction in postings(line, event) {
            let mut id = i64::try_from(sheet.accounts().len()).unwrap() * 1_000;
            let booked = sheet.book(&transaction, Timestamp::from_micros(1), day(), || {
                id += 1;
                id
            });
            assert!(booked.is_ok(), "{booked:?}");
            assert_eq!(transaction.subject, 9);
        }
        let json = serde_json::to_string(event).unwrap();
        line.apply(&serde_json::from_str(&json).unwrap());
    }
    let json = serde_json::to_string(line).unwrap();
    assert_eq!(&serde_json::from_str::<Line>(&json).unwrap(), line);
    Ok(decision)
}

/// 1020, 1010, 2190 of the bank account and 2195.
fn numbers(sheet: &Sheet) -> String {
    let of = |code, dimension| sheet.balance(code, dimension, CNY).decimal();
    [
        of(AccountCode::BANK_CLIENT, 7),
        of(AccountCode::BANK_OWN, 7),
        of(AccountCode::UNALLOCATED, 7),
        of(AccountCode::BETWEEN_PARTITIONS, 0),
    ]
    .join(" ")
}

fn check(kind: &str, steps: &[&str], want: &str) {
    let (mut line, mut sheet, mut answer) = (line(kind), Sheet::default(), String::new());
    for step in steps {
        let before = (line.clone(), sheet.clone());
        answer = match carry_out(&mut line, &mut sheet, command(step)) {
            Ok(decision) if decision.is_already() => "already".to_owned(),
            Ok(_) => format!("{} | {}", line.state, numbers(&sheet)),
            Err(refusal) => {
                assert_eq!(before, (line.clone(), sheet.clone()));
                format!("refused {}", Refusal::from(refusal).code)
            }
        };
    }
    assert_eq!(answer, want, "{kind} {steps:?}");
}

#[test]
fn only_a_receipt_is_booked() {
    check("receipt", &["record"], "unallocated | 3000.00 0.00 3000.00 0.00");
    check("own", &["record"], "unallocated | 0.00 3000.00 3000.00 0.00");
    check("debit", &["record"], "awaits_a_person | 0.00 0.00 0.00 0.00");
    check("reversal", &["record"], "awaits_a_person | 0.00 0.00 0.00 0.00");
    for kind in ["receipt", "debit"] {
        check(kind, &["record", "record"], "already");
        check(kind, &["allocate 1"], "refused bank.line.not_recorded");
        check(kind, &["review why"], "refused bank.line.not_recorded");
        check(kind, &["undo 1"], "refused bank.line.not_recorded");
    }
    for step in ["allocate 1", "review why", "undo 1"] {
        check("debit", &["record", step], "refused bank.line.not_a_receipt");
    }
}

/// Rule R1-18, invariant 9.
#[test]
fn a_line_is_used_once() {
    check("receipt", &["record", "allocate 1"], "allocated | 3000.00 0.00 0.00 3000.00");
    check("receipt", &["record", "allocate 1", "allocate 1"], "already");
    check("receipt", &["record", "allocate 1", "record"], "already");
    check("receipt", &["record", "allocate 1", "allocate 2"], "refused bank.line.allocated_otherwise");
    check("receipt", &["record", "allocate 1", "review why"], "refused bank.line.allocated_otherwise");
    check("own", &["record", "allocate 1"], "refused bank.line.own_money");
}

#[test]
fn an_allocation_that_could_not_be_taken_is_undone() {
    check("receipt", &["record", "undo 1"], "refused bank.line.not_allocated");
    check("receipt", &["record", "allocate 1", "undo 1"], "in_review | 3000.00 0.00 3000.00 0.00");
    check("receipt", &["record", "allocate 1", "undo 1", "undo 1"], "already");
    // The message came twice, and the line was used for another request in between: that stays.
    check("receipt", &["record", "allocate 1", "undo 2"], "already");
    let again = ["record", "allocate 1", "undo 1", "allocate 2", "undo 1"];
    check("receipt", &again, "already");
    check("receipt", &again[..4], "allocated | 3000.00 0.00 0.00 3000.00");
}

#[test]
fn a_review_has_reasons_and_ends_with_an_allocation() {
    check("receipt", &["record", "review why"], "in_review | 3000.00 0.00 3000.00 0.00");
    check("receipt", &["record", "review"], "refused bank.line.reason_missing");
    check("receipt", &["record", "review why", "review why"], "already");
    check("receipt", &["record", "review why", "review else"], "in_review | 3000.00 0.00 3000.00 0.00");
    check("receipt", &["record", "review why", "allocate 1"], "allocated | 3000.00 0.00 0.00 3000.00");
}

#[test]
fn the_link_of_both_halves_is_the_line() {
    let allocated = postings(&line("receipt"), &Event::Allocated { top_up: 1, merchant: 2 });
    assert_eq!(allocated[0].link, 9);
    let received = postings(&line("receipt"), &Event::Received {});
    assert_eq!(received[0].value_date, Some(day()));
}

proptest! {
    /// What is allowed is never called closed; the money of a line is in one place; nothing is used twice.
    #[test]
    fn allowed_says_what_decide_says(
        kind in prop::sample::select(vec!["receipt", "debit", "reversal", "own"]),
        walk in prop::collection::vec(prop::sample::select(vec![
            "record", "allocate 1", "allocate 2", "review", "review why", "undo 1", "undo 2",
        ]), 1..12),
    ) {
        let (mut line, mut sheet) = (line(kind), Sheet::default());
        for step in walk {
            let command = command(step);
            let listed = allowed(&line);
            let entry = listed.iter().find(|entry| entry.command == command.kind()).unwrap();
            let figures = matches!(line.state, State::Allocated { .. }) && step.starts_with("undo");
            match carry_out(&mut line, &mut sheet, command) {
                Err(refusal) => prop_assert!(entry.refusal.is_some() || !refusal.closes() || figures),
                Ok(decision) => prop_assert!(entry.refusal.is_none() || decision.is_already()),
            }
            let of = |code, dimension| sheet.balance(code, dimension, CNY).minor();
            let came = of(AccountCode::BANK_CLIENT, 7) + of(AccountCode::BANK_OWN, 7);
            prop_assert_eq!(came, of(AccountCode::UNALLOCATED, 7) + of(AccountCode::BETWEEN_PARTITIONS, 0));
            prop_assert!(came == 0 || came == 300_000);
        }
    }
}

#[test]
fn a_line_keeps_the_references_of_its_draft_and_lines_of_old_have_none() {
    let line = line("receipt");
    assert_eq!((line.end_to_end.as_str(), line.return_of.as_str()), ("E1", ""));
    let mut old = serde_json::to_value(&line).unwrap();
    assert!(old.as_object_mut().unwrap().remove("end_to_end").is_some());
    assert_eq!(old.get("return_of"), None);
    let read: Line = serde_json::from_value(old).unwrap();
    assert_eq!(read, Line { end_to_end: String::new(), ..line });
}
