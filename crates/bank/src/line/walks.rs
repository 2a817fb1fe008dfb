//! Random walks of one line with the payment that takes it back: its money is in one place at every step.

use proptest::prelude::*;
use zaiton_kernel::{Id, Timestamp};
use zaiton_ledger::{AccountCode, Sheet};

use super::world::{ALL, CNY, World, command, world};
use super::*;
use crate::bank_account;
use crate::payment::{self, PayingLine, Payment, PaymentDraft};
use crate::payment_file::PaymentFileId;
use crate::transfer::Way;

const STEPS: [&str; 23] = [
    "record",
    "allocate 1",
    "allocate 2",
    "review",
    "undo 1",
    "undo 2",
    "li: match",
    "li: return",
    "li: withdrawal",
    "li: arrived",
    "li: cost",
    "li: sweep",
    "wang ok",
    "wang ok",
    "wang no",
    "li ok",
    "li no",
    "pays 5",
    "back 6",
    "failed 6",
    "take withdrawal",
    "take sweep",
    "take cost",
];

fn balance(sheet: &Sheet, code: AccountCode, dimension: i64) -> i64 {
    sheet.balance(code, dimension, CNY).minor()
}

/// Posting P5r, as a use case carries it out: the bank's debit pays the payment, and the receipt is told.
fn pay_back(world: &mut World, payment: PaymentId) {
    let mut account = BankAccount::unopened(world.line.account, CNY);
    account.client_money = world.line.client_money;
    let mut draft = PaymentDraft::back_to_payer(&world.line, 1, String::new());
    draft.creditor.bank = "中国建设银行".to_owned();
    let mut back = Payment::new(payment, &account, draft);
    let debit = PayingLine {
        line: LineId::from_raw(77),
        account: world.line.account,
        amount: world.line.amount,
        debit: true,
        value_date: world.line.value_date,
    };
    let steps = [
        payment::Command::Queue,
        payment::Command::PutInFile { file: PaymentFileId::from_raw(1) },
        payment::Command::Pay { line: debit },
    ];
    for step in steps {
        for event in payment::decide(&back, step).unwrap().events {
            for transaction in payment::postings(&back, &event) {
                let mut id = 500_000;
                let next = || {
                    id += 1;
                    id
                };
                world
                    .sheet
                    .book(&transaction, Timestamp::from_micros(1), world.line.value_date, next)
                    .unwrap();
            }
            if let Some(payment::Follow::ReturnPaid { line }) = payment::follow(&back, &event) {
                assert_eq!(line, world.line.id);
                world.carry_out(Command::PaidBack { payment }).unwrap();
            }
            back.apply(&event);
        }
    }
}

/// Invariant 9, against the ledger.
fn all_is_in_one_place(world: &World, returned: bool) {
    let line = &world.line;
    let Parts { unallocated, allocated, returned: back } = parts(line);
    let open = balance(&world.sheet, AccountCode::UNALLOCATED, line.account.raw());
    assert_eq!(open, unallocated, "2190 is what is unallocated");
    let is_receipt = line.credit
        && !matches!(
            line.state,
            State::Unrecorded
                | State::AwaitsAPerson { .. }
                | State::Proposed { from: Origin::AwaitsAPerson { .. }, .. }
        );
    assert_eq!(allocated + back + unallocated, if is_receipt { ALL } else { 0 }, "{:?}", line.state);
    assert_eq!(back, if returned { ALL } else { 0 }, "returned once, and only when it was paid");
    let between = balance(&world.sheet, AccountCode::BETWEEN_PARTITIONS, 0);
    if line.credit && !matches!(line.state, State::Arrived) {
        assert_eq!(between, allocated, "what is allocated went to another partition, once");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// Invariant 9: allocated + returned + unallocated = amount at every step; never allocated or returned twice.
    #[test]
    fn a_line_is_used_at_most_once(
        kind in prop::sample::select(vec!["receipt", "debit", "given back", "taken", "own receipt", "own debit"]),
        walk in prop::collection::vec(prop::sample::select(STEPS.to_vec()), 1..40),
        pays in prop::collection::vec(any::<bool>(), 40),
    ) {
        let (mut world, mut returned) = (world(kind), false);
        for way in [Way::In, Way::Out] {
            let amount = world.line.amount;
            World::ask(&mut world.account, bank_account::Command::ExpectTransfer { way, amount }).unwrap();
        }
        for (step, pays) in std::iter::once("record").chain(walk).zip(pays.into_iter().chain([true])) {
            let command = command(step);
            let listed = allowed(&world.line);
            let entry = listed.into_iter().find(|entry| entry.command == command.kind()).unwrap();
            let before = (decide(&world.line, command.clone()), world.line.clone());
            let answer = world.carry_out(command);
            match before {
                (Err(refusal), line) => {
                    // What `allowed` says is said of the payment and the top-up that the line names.
                    let another = step.ends_with('6') || step.starts_with("undo");
                    let told = entry.refusal.is_some() || !refusal.closes() || another;
                    prop_assert!(answer.is_err() && told, "{:?} {}", line.state, step);
                }
                (Ok(decision), line) => {
                    let told = entry.refusal.is_none() || decision.is_already();
                    prop_assert!(told, "{:?} {}", line.state, step);
                }
            }
            if let State::Returning { payment } = world.line.state && pays {
                prop_assert!(!returned, "it is returned once");
                pay_back(&mut world, payment);
                returned = true;
            }
            all_is_in_one_place(&world, returned);
            if returned {
                prop_assert!(matches!(world.line.state, State::Returned { .. }), "a returned line stays so");
            }
        }
    }
}
