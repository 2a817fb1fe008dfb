//! What a bank account answers, as tables.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};
use zaiton_ledger::{AccountCode, Sheet};

use super::*;
use crate::transfer::{OtherHalf, TransferKind, postings};
use crate::{BankPolicy, LineId};

const CNY: Currency = Currency::CNY;
const POLICY: BankPolicy = BankPolicy { max_waiting: 2, max_in_file: 3, max_held: 2 };

fn now() -> Timestamp {
    Timestamp::parse("2026-03-02T09:00:00+08:00").unwrap()
}

fn open(number: &str, holder: &str) -> Command {
    Command::Open {
        number: number.to_owned(),
        holder: holder.to_owned(),
        bank: "中国银行".to_owned(),
        client_money: true,
    }
}

fn own(number: &str) -> Command {
    let (holder, bank) = ("平台".to_owned(), "中国银行".to_owned());
    Command::Open { number: number.to_owned(), holder, bank, client_money: false }
}

fn half(kind: TransferKind, own_account: i64, minor: i64) -> OtherHalf {
    OtherHalf {
        kind,
        line: LineId::from_raw(9),
        own_account: BankAccountId::from_raw(own_account),
        amount: Money::new(minor, CNY),
        value_date: LocalDate::parse("2026-03-02").unwrap(),
    }
}

fn statement(to: &str, sequence: i64, code: &str) -> Command {
    let closing = Money::new(100, Currency::from_code(code).unwrap());
    let to = LocalDate::parse(to).unwrap();
    let statement_id = format!("S{sequence}");
    Command::TakeStatement {
        chain: Chain { statement_id, sequence: Some(sequence), to, opening: None, closing },
    }
}

fn run(steps: &[Command]) -> (BankAccount, String) {
    let mut account = BankAccount::unopened(BankAccountId::from_raw(1), CNY);
    let mut answer = String::new();
    for step in steps {
        answer = match decide(&account, step.clone(), &POLICY, now()) {
            Err(refusal) => format!("refused {}", Refusal::from(refusal).code),
            Ok(decision) if decision.is_already() => "already".to_owned(),
            Ok(decision) => {
                for event in &decision.events {
                    let json = serde_json::to_string(event).unwrap();
                    account.apply(&serde_json::from_str(&json).unwrap());
                }
                "done".to_owned()
            }
        };
    }
    (account, answer)
}

fn check(steps: &[Command], want: &str) {
    assert_eq!(run(steps).1, want, "{steps:?}");
}

#[test]
fn it_is_opened_once_with_a_readable_number() {
    check(&[open("6222 0200 0000", "平台")], "done");
    check(&[open("", "平台")], "refused bank.account.number_unreadable");
    check(&[open("123", "平台")], "refused bank.account.number_unreadable");
    check(&[open("1234", "平台")], "done");
    check(&[open(&"1".repeat(34), "平台")], "done");
    check(&[open(&"1".repeat(35), "平台")], "refused bank.account.number_unreadable");
    check(&[open("1234/5", "平台")], "refused bank.account.number_unreadable");
    check(&[open("1234", " ")], "refused bank.account.name_missing");
    check(&[open("6222-0200", "平台"), open("６２２２ 0200", "平台")], "already");
    check(&[open("6222", "平台"), open("6223", "平台")], "refused bank.account.opened_otherwise");
    assert_eq!(run(&[open("de89 3704", "平台")]).0.number, "DE893704");
}

#[test]
fn only_a_statement_that_goes_further_moves_the_end() {
    let opened = open("6222", "平台");
    check(&[statement("2026-03-02", 2, "CNY")], "refused bank.account.not_opened");
    check(&[opened.clone(), statement("2026-03-02", 2, "USD")], "refused bank.account.currency");
    check(&[opened.clone(), statement("2026-03-02", 2, "CNY")], "done");
    let two = [opened.clone(), statement("2026-03-02", 2, "CNY")];
    check(&[two[0].clone(), two[1].clone(), two[1].clone()], "already");
    check(&[two[0].clone(), two[1].clone(), statement("2026-03-01", 1, "CNY")], "already");
    check(&[two[0].clone(), two[1].clone(), statement("2026-03-02", 3, "CNY")], "done");
}

#[test]
fn allowed_says_what_is_closed() {
    let open_commands = |steps: &[Command]| -> Vec<CommandKind> {
        let listed = allowed(&run(steps).0, &POLICY, now());
        listed.iter().filter(|entry| entry.refusal.is_none()).map(|entry| entry.command).collect()
    };
    assert_eq!(open_commands(&[]), [CommandKind::Open]);
    let all_but = |closed: &[CommandKind]| -> Vec<CommandKind> {
        CommandKind::ALL.into_iter().filter(|kind| !closed.contains(kind)).collect()
    };
    assert_eq!(
        open_commands(&[open("6222", "平台")]),
        all_but(&[CommandKind::Open, CommandKind::TakeHalf]),
        "client money has no other half"
    );
    assert_eq!(open_commands(&[own("6222")]), all_but(&[CommandKind::Open]));
    assert_eq!(statement("2026-03-02", 2, "CNY").kind(), CommandKind::TakeStatement);
    assert_eq!(open("6222", "平台").kind(), CommandKind::Open);
}

/// Postings P21, P22: what is expected rises with a half and falls with the bank's line, never below zero.
#[test]
fn transfers_are_expected_and_met() {
    let expect = |way, minor| Command::ExpectTransfer { way, amount: Money::new(minor, CNY) };
    let meet = |way, minor| Command::MeetTransfer { way, amount: Money::new(minor, CNY) };
    let take = |kind, account, minor| Command::TakeHalf { half: half(kind, account, minor) };
    let (client, own) = (open("6222", "平台"), own("6222"));
    let forgo = |way, minor| Command::ForgoTransfer { way, amount: Money::new(minor, CNY) };
    for step in [expect(Way::In, 1), meet(Way::In, 1), forgo(Way::In, 1), take(TransferKind::Sweep, 1, 1)] {
        check(&[step], "refused bank.account.open_first");
    }
    check(&[client.clone(), take(TransferKind::Sweep, 1, 5)], "refused bank.account.not_our_own_money");
    check(&[own.clone(), take(TransferKind::Sweep, 2, 5)], "refused bank.account.half_of_another");
    check(&[own.clone(), take(TransferKind::Sweep, 1, 0)], "refused bank.account.transfer_amount");
    let usd = Money::new(5, Currency::from_code("USD").unwrap());
    check(
        &[own.clone(), Command::ExpectTransfer { way: Way::In, amount: usd }],
        "refused bank.account.transfer_amount",
    );
    check(
        &[own.clone(), Command::MeetTransfer { way: Way::In, amount: usd }],
        "refused bank.account.transfer_amount",
    );
    check(
        &[own.clone(), expect(Way::In, i64::MAX), expect(Way::In, 1)],
        "refused bank.account.transfer_too_much",
    );
    let stands = |steps: &[Command], want: (&str, i64, i64)| {
        let (account, answer) = run(steps);
        assert_eq!((answer.as_str(), account.in_transit_in_minor, account.in_transit_out_minor), want);
    };
    let swept = take(TransferKind::Sweep, 1, 700);
    let covered = take(TransferKind::Cover, 1, 20);
    stands(&[own.clone(), swept.clone(), covered.clone()], ("done", 700, 20));
    stands(&[own.clone(), swept.clone(), covered.clone(), meet(Way::In, 700)], ("done", 0, 20));
    boundary::inside("P21", "the expected 7.00 come in");
    let over = ("refused bank.account.not_expected", 700, 20);
    stands(&[own.clone(), swept.clone(), covered.clone(), meet(Way::Out, 21)], over);
    stands(&[own.clone(), swept.clone(), covered, meet(Way::In, 701)], over);
    let (account, _) = run(&[own, swept]);
    let refused = decide(&account, meet(Way::In, 701), &POLICY, now()).unwrap_err();
    boundary::refused("P21", "a fen more than is expected", refused);
    stands(&[client.clone(), expect(Way::In, 20), meet(Way::In, 20)], ("done", 0, 0));
    // Said to have come, and then taken back: below zero until it is announced again, and nothing more comes meanwhile.
    let early = [client.clone(), expect(Way::In, 20), meet(Way::In, 20), forgo(Way::In, 20)];
    stands(&early, ("done", -20, 0));
    stands(&[&early[..], &[meet(Way::In, 1)]].concat(), ("refused bank.account.not_expected", -20, 0));
    stands(&[&early[..], &[expect(Way::In, 20)]].concat(), ("done", 0, 0));
    let json = serde_json::to_value(run(&[client]).0).unwrap();
    assert!(json.get("in_transit_in_minor").is_none(), "older records read as they are");
}

/// The own account's halves of P21 and P22, with their dates and their link.
#[test]
fn the_own_half_of_a_transfer_is_booked() {
    let mut sheet = Sheet::default();
    let mut id = 0;
    for (kind, minor, want) in
        [(TransferKind::Sweep, 700, ("7.00", "7.00")), (TransferKind::Cover, 20, ("6.80", "6.80"))]
    {
        let posting = postings(&half(kind, 1, minor));
        assert_eq!((posting.link, posting.subject), (9, 9));
        assert_eq!(posting.value_date, Some(LocalDate::parse("2026-03-02").unwrap()));
        let today = LocalDate::parse("2026-03-03").unwrap();
        let next = || {
            id += 1;
            id
        };
        sheet.book(&posting, now(), today, next).unwrap();
        let of = |code, dimension| sheet.balance(code, dimension, CNY).decimal();
        let (bank, between) = (of(AccountCode::BANK_OWN, 1), of(AccountCode::BETWEEN_PARTITIONS, 0));
        assert_eq!((bank.as_str(), between.as_str()), want, "{kind:?}");
    }
}

/// A bounded list of payments, each once.
#[test]
fn payments_wait_in_order_and_not_too_many() {
    let queue = |raw| Command::QueuePayment { payment: PaymentId::from_raw(raw) };
    let leave = |raws: &[i64]| Command::LeaveQueue {
        payments: raws.iter().map(|raw| PaymentId::from_raw(*raw)).collect(),
    };
    check(&[queue(1)], "refused bank.account.open_first");
    check(&[leave(&[1])], "refused bank.account.open_first");
    let statement = crate::HeldStatementId::from_raw(1);
    check(&[Command::LetGo { statement }], "refused bank.account.open_first");
    let steps = [open("6222", "平台"), queue(1), queue(2), leave(&[1, 7]), queue(3)];
    check(&steps[..2], "done");
    check(&[steps[0].clone(), queue(1), queue(1)], "already");
    check(&[steps[0].clone(), queue(1), queue(2), queue(3)], "refused bank.account.queue_full");
    check(&[steps[0].clone(), queue(1), queue(2), queue(2)], "already");
    check(&[steps[0].clone(), queue(1), leave(&[2])], "already");
    let (account, answer) = run(&steps);
    let raws: Vec<i64> = account.waiting.iter().map(|payment| payment.raw()).collect();
    assert_eq!((answer.as_str(), raws), ("done", vec![2, 3]));
    assert_eq!(BankPolicy::default().max_waiting, 2_000);
}
