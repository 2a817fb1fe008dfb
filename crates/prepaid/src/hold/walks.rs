//! Random walks of one hold over a real ledger sheet: whatever is asked, the hold and the ledger agree.

use proptest::prelude::*;
use zaiton_kernel::{BasisPoints, Id};
use zaiton_ledger::{AccountCode, Sheet};

use super::tests::{CNY, PROGRAMME, carry_out, fresh, topped_up};
use super::*;
use crate::fee::tax_included;
use crate::{ArrearsMode, Model, PrepaidPolicy};

fn commands() -> impl Strategy<Value = Vec<Command>> {
    let money = (-3_i64..9_000).prop_map(|minor| Money::new(minor, CNY)).boxed();
    let one = prop_oneof![
        (0_i64..9_000, 0_i64..9_000).prop_map(|(fee, available)| Command::Charge {
            fee: Money::new(fee, CNY),
            available: Money::new(available, CNY)
        }),
        money.clone().prop_map(|amount| Command::Release { amount }),
        money.clone().prop_map(|remaining_fee| Command::Reduce { remaining_fee }),
        Just(Command::Settle),
        money.clone().prop_map(|amount| Command::SettledRefund { amount }),
        money.clone().prop_map(|amount| Command::Repay { amount }),
        (4_i64..8).prop_map(|raw| Command::LinkNext { next: HoldId::from_raw(raw) }),
        Just(Command::LeaveQueue),
    ];
    prop::collection::vec(one, 1..40)
}

fn policies() -> impl Strategy<Value = PrepaidPolicy> {
    (any::<bool>(), any::<bool>(), 0_u32..3_000).prop_map(|(gap, agent, vat)| PrepaidPolicy {
        arrears_mode: if gap { ArrearsMode::Gap } else { ArrearsMode::Full },
        model: if agent { Model::Agent } else { Model::Principal },
        vat_bps: BasisPoints::new(vat),
        ..PrepaidPolicy::default()
    })
}

fn balance(sheet: &Sheet, code: AccountCode) -> i64 {
    sheet.balance(code, PROGRAMME, CNY).minor()
}

/// A charge and a repayment are given what the ledger really holds, as a use case would.
fn as_a_use_case(command: Command, sheet: &Sheet, hold: &Hold) -> Command {
    let available = Money::new(balance(sheet, AccountCode::PREPAID_AVAILABLE), CNY);
    match command {
        Command::Charge { fee, .. } => Command::Charge { fee, available },
        Command::Repay { amount } if amount.minor() > available.minor() => {
            Command::Repay { amount: repayment(available, hold.owes()) }
        }
        other @ (Command::Repay { .. }
        | Command::Release { .. }
        | Command::Reduce { .. }
        | Command::Settle
        | Command::SettledRefund { .. }
        | Command::LinkNext { .. }
        | Command::LeaveQueue
        | Command::KeepEarly { .. }
        | Command::ProposeWriteOff { .. }
        | Command::ConfirmWriteOff { .. }
        | Command::TakeEarly) => other,
    }
}

fn agrees_with_the_ledger(hold: &Hold, sheet: &Sheet, topped_up: i64) {
    assert_eq!(hold.frozen, balance(sheet, AccountCode::PREPAID_FROZEN));
    assert_eq!(hold.unfunded, balance(sheet, AccountCode::PREPAID_DUE));
    assert_eq!(hold.owed, balance(sheet, AccountCode::PREPAID_ARREARS));
    let statement = balance(sheet, AccountCode::PREPAID_AVAILABLE)
        + balance(sheet, AccountCode::PREPAID_FROZEN)
        + balance(sheet, AccountCode::PREPAID_DUE)
        - balance(sheet, AccountCode::PREPAID_ARREARS);
    assert_eq!(statement, topped_up + hold.refunded - hold.settled);
    let kept = hold.settled - hold.refunded;
    let own = |code| sheet.balance(code, 0, CNY).minor();
    assert_eq!(hold.tax, own(AccountCode::OUTPUT_VAT));
    match hold.vat {
        Some(rate) => {
            assert_eq!(hold.tax, tax_included(kept, rate));
            assert_eq!(own(AccountCode::MARKETING), kept - hold.tax);
        }
        None => assert_eq!(balance(sheet, AccountCode::FUNDER_PAYABLE), kept),
    }
}

proptest! {
    /// Invariants 3, 4 and 10 for one hold; tax by principle 9.
    #[test]
    fn a_hold_and_the_ledger_agree(
        walk in commands(), policy in policies(), first in 1_i64..12_000, fee in 0_i64..9_000,
    ) {
        let mut hold = fresh();
        let (mut sheet, mut ids) = topped_up(Money::new(first, CNY));
        let charge = Command::Charge { fee: Money::new(fee, CNY), available: Money::zero(CNY) };
        for command in std::iter::once(charge).chain(walk) {
            let command = as_a_use_case(command, &sheet, &hold);
            let before = (hold.clone(), sheet.clone());
            let Ok(decision) = decide(&hold, command.clone(), &policy) else { continue };
            for event in &decision.events {
                carry_out(&mut hold, &mut sheet, &mut ids, event);
                let json = serde_json::to_string(event).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
            }
            prop_assert!(!decision.is_already() || before == (hold.clone(), sheet.clone()));
            agrees_with_the_ledger(&hold, &sheet, first);
        }
        let kept = hold.settled - hold.refunded;
        if kept > 0 {
            let all = Command::SettledRefund { amount: Money::new(kept, CNY) };
            for event in decide(&hold, all, &policy).unwrap().events {
                carry_out(&mut hold, &mut sheet, &mut ids, &event);
            }
            prop_assert_eq!(hold.tax, 0, "a full refund reverses the tax exactly");
            agrees_with_the_ledger(&hold, &sheet, first);
        }
    }

    /// What is listed as allowed is never called closed, and what is not changes nothing.
    #[test]
    fn allowed_says_what_decide_says(walk in commands(), policy in policies()) {
        let mut hold = fresh();
        for command in walk {
            let listed = allowed(&hold, &policy);
            let entry = listed.iter().find(|entry| entry.command == command.kind()).unwrap();
            match decide(&hold, command, &policy) {
                Err(refusal) => prop_assert!(entry.refusal.is_some() || !refusal.closes()),
                Ok(decision) => {
                    prop_assert!(entry.refusal.is_none() || decision.is_already());
                    for event in &decision.events {
                        hold.apply(event);
                    }
                }
            }
        }
    }
}
