//! Random walks of several withdrawals of one account over real ledger sheets: whatever is asked, in whatever
//! order, no money is lost, made or given back twice.

use proptest::prelude::*;
use zaiton_kernel::Id;
use zaiton_ledger::{AccountCode, Kind};

use super::bank_tests::Books;
use super::tests::{CNY, card, fresh, standing, start};
use super::*;
use crate::PrepaidPolicy;

const FIRST: i64 = 9;
const WITHDRAWALS: usize = 3;

fn people() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["maker", "ops", "fin", "boss"]).prop_map(str::to_owned)
}

fn cards() -> impl Strategy<Value = Card> {
    (prop::bool::weighted(0.9), prop::bool::weighted(0.9)).prop_map(|(same, in_force)| {
        let account_no = if same { card().payee.account_no } else { "1".to_owned() };
        Card { payee: Payee { account_no, ..card().payee }, in_force, changed_at: None }
    })
}

fn standings() -> impl Strategy<Value = Standing> {
    prop_oneof![8 => Just("active"), 1 => Just("owes a fen"), 1 => Just("alert_set")].prop_map(standing)
}

fn commands() -> impl Strategy<Value = Vec<(usize, Command)>> {
    let role = prop_oneof![Just(Role::Operations), Just(Role::Finance)];
    let one = prop_oneof![
        3 => (9_000_i64..60_000, cards(), standings(), any::<bool>(), people()).prop_map(
            |(minor, card, standing, first_use, maker)| Command::Request {
                ask: Ask { amount: Money::new(minor, CNY), card, standing, first_use, maker }
            }
        ),
        8 => (people(), role, standings()).prop_map(|(actor, role, standing)| Command::Approve {
            actor,
            role,
            standing
        }),
        1 => people().prop_map(|actor| Command::Reject { actor, reason: "RISK".to_owned() }),
        1 => people().prop_map(|actor| Command::Cancel { actor }),
        5 => (1_i64..3, standings(), cards()).prop_map(|(payment, standing, card)| Command::Send {
            payment,
            standing,
            card
        }),
        3 => (1_i64..3, "(AC04|AM09|!)").prop_map(|(payment, code)| Command::Fail {
            payment,
            code,
            text: String::new()
        }),
        3 => Just(Command::TimeOut),
        5 => (people(), 1_i64..3, standings(), cards()).prop_map(|(actor, payment, standing, card)| {
            Command::Retry { actor, payment, standing, card }
        }),
        1 => (people(), "[ e]").prop_map(|(actor, evidence)| Command::Reverse { actor, evidence }),
        5 => (1_i64..3).prop_map(|payment| Command::Pay { payment }),
        5 => (100_i64..102).prop_map(|line| Command::Return { line }),
        8 => (people(), people()).prop_map(|(maker, checker)| Command::GiveBack { maker, checker }),
    ];
    prop::collection::vec((0..WITHDRAWALS, one), 1..150)
}

/// A request is told what the ledger really holds, as a use case would; each withdrawal's lines are its own.
fn as_a_use_case(at: usize, command: Command, all: &[Withdrawal], books: &Books) -> Command {
    if let Command::Request { mut ask } = command {
        ask.standing.available_minor = available(books);
        ask.standing.open_withdrawals = all.iter().filter(|withdrawal| withdrawal.is_open()).count();
        Command::Request { ask }
    } else if let Command::Return { line } = command {
        Command::Return { line: line * 10 + all[at].id.raw() }
    } else {
        command
    }
}

fn available(books: &Books) -> i64 {
    books.merchant.balance(AccountCode::PREPAID_AVAILABLE, 77, CNY).minor()
}

fn agrees_with_the_ledger(all: &[Withdrawal], books: &Books, topped_up: i64, moved: [i64; 2]) {
    let mut pending = 0;
    for withdrawal in all {
        pending += if withdrawal.is_open() { withdrawal.amount.minor() } else { 0 };
    }
    assert_eq!(books.merchant.balance(AccountCode::PREPAID_WITHDRAWAL, 77, CNY).minor(), pending);
    let [paid_out, given_back] = moved;
    assert_eq!(available(books) + pending + paid_out - given_back, topped_up);
    let between =
        |sheet: &zaiton_ledger::Sheet| sheet.balance(AccountCode::BETWEEN_PARTITIONS, 0, CNY).minor();
    assert_eq!(between(&books.merchant) + between(&books.bank), 0);
}

proptest! {
    /// Invariants 4, 5 and 14, rules R1-28 and R1-29.
    #[test]
    fn withdrawals_and_the_ledger_agree(walk in commands(), first in 0_i64..120_000, hours in 0_i64..9) {
        let mut all: Vec<Withdrawal> = (FIRST..).take(WITHDRAWALS).map(fresh).collect();
        let mut books = Books::topped_up(Money::new(first + 10_000, CNY));
        let (mut moved, mut ends) = ([0, 0], [[0, 0, 0]; WITHDRAWALS]);
        for (step, (at, command)) in (0_i64..).zip(walk) {
            let now = start().plus_seconds(step * hours * 3_600);
            let command = as_a_use_case(at, command, &all, &books);
            let listed = allowed(&all[at], &PrepaidPolicy::default(), now);
            let entry = listed.into_iter().find(|entry| entry.command == command.kind()).unwrap();
            let (kind, before, had) = (command.kind(), all[at].clone(), available(&books));
            let decision = match decide(&before, command.clone(), &PrepaidPolicy::default(), now) {
                Ok(decision) => decision,
                Err(refusal) => {
                    prop_assert!(entry.refusal.is_some() || !refusal.closes(), "{refusal:?}");
                    continue;
                }
            };
            prop_assert!(entry.refusal.is_none() || decision.is_already());
            for event in &decision.events {
                prop_assert!(books.carry(&all[at], event), "the ledger refuses {event:?}");
                all[at].apply(event);
                let amount = all[at].amount.minor();
                let [paid_out, given_back] = &mut moved;
                if matches!(event, Event::Paid { .. }) {
                    *paid_out += amount;
                    ends[at][0] += 1;
                } else if matches!(event, Event::GivenBack { .. }) {
                    *given_back += amount;
                    ends[at][1] += 1;
                } else if postings(&before, event).iter().any(|half| half.kind == Kind::WithdrawalReversed) {
                    ends[at][2] += 1;
                }
            }
            // R1-29: what was sent comes back by people only.
            if available(&books) > had && before.attempt > 0 {
                prop_assert!(matches!(kind, CommandKind::Reverse | CommandKind::GiveBack));
            }
            // Said twice, it is done once.
            let again = decide(&all[at], command, &PrepaidPolicy::default(), now);
            prop_assert!(again.map_or(true, |second| second.is_already()));
            agrees_with_the_ledger(&all, &books, first + 10_000, moved);
        }
        for [paid, given_back, reversed] in ends {
            prop_assert!(paid + reversed <= 1 && given_back <= paid);
        }
    }
}

/// Every state is met by the walks' commands: the property above is not empty.
#[test]
fn a_walk_can_end_anywhere() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut met = std::collections::BTreeSet::new();
    for _ in 0..256 {
        let walk = commands().new_tree(&mut runner).unwrap().current();
        let mut all: Vec<Withdrawal> = (FIRST..).take(WITHDRAWALS).map(fresh).collect();
        for (step, (at, command)) in (0_i64..).zip(walk) {
            let now = start().plus_seconds(step * 9 * 3_600);
            if let Ok(decision) = decide(&all[at], command, &PrepaidPolicy::default(), now) {
                decision.events.iter().for_each(|event| all[at].apply(event));
            }
            met.insert(all[at].state.to_string());
        }
    }
    let states = "approved cancelled given_back in_manual new paid rejected requested returned reversed sent";
    assert_eq!(met.into_iter().collect::<Vec<_>>().join(" "), states);
}
