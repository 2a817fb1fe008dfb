//! What a payment answers, as tables, and that the ledger agrees with it.

use proptest::prelude::*;
use zaiton_boundary as boundary;
use zaiton_kernel::{Currency, Id, LocalDate, Refusal, Text, Timestamp};
use zaiton_ledger::{AccountCode, Kind, Sheet, Transaction};

use super::*;
use crate::{Decision, bank_account, payment_file};

const CNY: Currency = Currency::CNY;

fn day() -> LocalDate {
    LocalDate::new(2026, 3, 2).unwrap()
}

fn draft(purpose: Purpose) -> PaymentDraft {
    PaymentDraft {
        purpose,
        attempt: 1,
        amount: Money::new(50_000, CNY),
        creditor: Creditor {
            name: "青禾贸易有限公司".to_owned(),
            account: "6222 0200 1111".to_owned(),
            bank: "中国银行".to_owned(),
        },
        remark: "提现".to_owned(),
    }
}

/// `withdrawal`, `return`, `own` (a return from an account of our own money).
fn payment(kind: &str) -> Payment {
    let mut account = BankAccount::unopened(BankAccountId::from_raw(7), CNY);
    account.client_money = kind != "own";
    let purpose = match kind {
        "withdrawal" => Purpose::Withdrawal { withdrawal: 31, merchant: 2 },
        "return" | "own" => Purpose::Return { line: LineId::from_raw(9) },
        other => panic!("no payment: {other}"),
    };
    Payment::new(PaymentId::from_raw(5), &account, draft(purpose))
}

/// `pay 8` is a line of all of it, `pay 8 499.99`, `pay 8 credit`, `pay 8 elsewhere` are others.
fn line(words: &[&str]) -> PayingLine {
    let amount = words.iter().find_map(|word| Money::parse(word, CNY).ok().filter(|_| word.contains('.')));
    PayingLine {
        line: LineId::from_raw(words[0].parse().unwrap()),
        account: BankAccountId::from_raw(if words.contains(&"elsewhere") { 6 } else { 7 }),
        amount: amount.unwrap_or(Money::new(50_000, CNY)),
        debit: !words.contains(&"credit"),
        value_date: day(),
    }
}

fn command(text: &str) -> Command {
    let words: Vec<&str> = text.split(' ').collect();
    let file = |raw: &str| PaymentFileId::from_raw(raw.parse().unwrap());
    match words.as_slice() {
        ["queue"] => Command::Queue,
        ["put", raw] => Command::PutInFile { file: file(raw) },
        ["leave", raw, "dropped"] => {
            Command::LeaveFile { file: file(raw), stands: payment_file::State::dropped_by("li") }
        }
        ["leave", raw, "proposed"] => {
            Command::LeaveFile { file: file(raw), stands: payment_file::State::Proposed }
        }
        ["leave", raw, "released"] => {
            Command::LeaveFile { file: file(raw), stands: payment_file::State::Released }
        }
        ["withdraw"] => Command::Withdraw { reason: Text::new("不需要", "not needed") },
        ["accept"] => Command::Announce { settled: false },
        ["settle"] => Command::Announce { settled: true },
        ["fail", code] => Command::Fail { code: (*code).to_owned(), text: "x".repeat(600) },
        ["pay", rest @ ..] => Command::Pay { line: line(rest) },
        other => panic!("no command: {other:?}"),
    }
}

struct Books(Sheet, i64);

impl Books {
    fn book(&mut self, transactions: Vec<Transaction>) {
        for transaction in transactions {
            let next = || {
                self.1 += 1;
                self.1
            };
            self.0.book(&transaction, Timestamp::from_micros(1), day(), next).unwrap();
        }
    }

    /// 1020, 1010, 2190 of the bank account and 2195.
    fn numbers(&self) -> String {
        let of = |code, dimension| self.0.balance(code, dimension, CNY).decimal();
        [
            of(AccountCode::BANK_CLIENT, 7),
            of(AccountCode::BANK_OWN, 7),
            of(AccountCode::UNALLOCATED, 7),
            of(AccountCode::BETWEEN_PARTITIONS, 0),
        ]
        .join(" ")
    }
}

/// The receipt that a return takes back, and the merchant's half of what a withdrawal is.
fn books(payment: &Payment) -> Books {
    let mut books = Books(Sheet::default(), 0);
    let code = if payment.client_money { AccountCode::BANK_CLIENT } else { AccountCode::BANK_OWN };
    let receipt =
        Transaction::new(Kind::BankReceipt, 9).pair((code, 7), (AccountCode::UNALLOCATED, 7), payment.amount);
    books.book(vec![receipt]);
    books
}

fn carry_out(
    payment: &mut Payment,
    books: &mut Books,
    command: Command,
) -> Result<Decision<Event>, PaymentRefusal> {
    let decision = decide(payment, command)?;
    for event in &decision.events {
        books.book(postings(payment, event));
        let json = serde_json::to_string(event).unwrap();
        payment.apply(&serde_json::from_str(&json).unwrap());
    }
    let json = serde_json::to_string(payment).unwrap();
    assert_eq!(&serde_json::from_str::<Payment>(&json).unwrap(), payment);
    Ok(decision)
}

fn run(kind: &str, steps: &[&str]) -> (String, Option<Refusal>) {
    let mut payment = payment(kind);
    let mut books = books(&payment);
    let mut last = (String::new(), None);
    for step in steps {
        let before = (payment.clone(), books.0.clone());
        last = match carry_out(&mut payment, &mut books, command(step)) {
            Ok(decision) if decision.is_already() => ("already".to_owned(), None),
            Ok(_) => (format!("{} | {}", payment.state, books.numbers()), None),
            Err(refusal) => {
                assert_eq!(before, (payment.clone(), books.0.clone()), "a refusal changes nothing");
                let refusal = Refusal::from(refusal);
                (format!("refused {}", refusal.code.trim_start_matches("bank.payment.")), Some(refusal))
            }
        };
    }
    last
}

fn check(kind: &str, steps: &[&str], want: &str) {
    assert_eq!(run(kind, steps).0, want, "{kind} {steps:?}");
}

#[track_caller]
fn check_rule(rule: &str, kind: &str, steps: &[&str], want: &str) {
    let (answer, refusal) = run(kind, steps);
    assert_eq!(answer, want, "{kind} {steps:?}");
    match refusal {
        Some(refusal) => drop(boundary::refused(rule, steps.join(", "), refusal)),
        None => boundary::inside(rule, steps.join(", ")),
    }
}

/// Every state with every command. The bank's receipt of 500.00 stands in the books from the start.
#[test]
fn a_payment_answers_in_every_state() {
    let paths: [(&str, &[&str]); 8] = [
        ("new", &[]),
        ("queued", &["queue"]),
        ("withdrawn", &["queue", "withdraw"]),
        ("in_file", &["queue", "put 1"]),
        ("accepted", &["queue", "put 1", "accept"]),
        ("settled", &["queue", "put 1", "settle"]),
        ("paid", &["queue", "put 1", "pay 8"]),
        ("failed", &["queue", "put 1", "fail AC04"]),
    ];
    let commands =
        "queue,put 1,put 2,leave 1 dropped,leave 1 released,withdraw,accept,settle,fail AC04,pay 8,pay 4";
    let want = [
        "queued no no no no no no no no no no",
        "already in_file in_file already already withdrawn not_sent not_sent not_sent not_sent not_sent",
        "already closed closed already already already not_sent not_sent not_sent not_sent not_sent",
        "already already other queued file_not_dropped sent_before accepted accepted failed paid paid",
        "already already other sent_before sent_before sent_before already accepted failed paid paid",
        "already already other sent_before sent_before sent_before already already settled_before paid paid",
        "already already other sent_before sent_before closed already already paid_before already paid_before",
        "already already other sent_before sent_before closed refused refused already paid paid",
    ];
    for ((name, path), answers) in paths.iter().zip(want) {
        for (step, want) in commands.split(',').zip(answers.split(' ')) {
            let steps: Vec<&str> = path.iter().copied().chain([step]).collect();
            let got = run("withdrawal", &steps).0;
            let got = got.trim_start_matches("refused ").split(" | ").next().unwrap();
            let want = match want {
                "no" => "not_queued",
                "other" => "in_another_file",
                "refused" => "failed_before",
                told => told,
            };
            assert_eq!(got, want, "{name}: {step}");
        }
    }
}

/// Rule M8, posting P11b: the bank's half is booked when the debit line is matched, not before.
#[test]
fn a_withdrawal_is_paid_by_its_own_line() {
    let sent = ["queue", "put 1", "accept", "settle"];
    check("withdrawal", &sent, "accepted | 500.00 0.00 500.00 0.00");
    let pay = |step: &'static str| [&sent[..], &[step]].concat();
    check_rule("M8", "withdrawal", &pay("pay 8"), "paid | 0.00 0.00 500.00 -500.00");
    check_rule("M8", "withdrawal", &pay("pay 8 499.99"), "refused amount_differs");
    check_rule("M8", "withdrawal", &pay("pay 8 500.01"), "refused amount_differs");
    check_rule("M8", "withdrawal", &pay("pay 8 elsewhere"), "refused another_account");
    check_rule("M8", "withdrawal", &pay("pay 8 credit"), "refused not_a_debit");
    check_rule("M8", "withdrawal", &["queue", "pay 8"], "refused not_sent");
    check_rule(
        "M8",
        "withdrawal",
        &["queue", "put 1", "fail AC04", "pay 8"],
        "paid | 0.00 0.00 500.00 -500.00",
    );
    check_rule("M8", "withdrawal", &["queue", "put 1", "fail AC04", "accept"], "refused failed_before");
    check_rule("M8", "withdrawal", &["queue", "put 1", "pay 8", "pay 4"], "refused paid_before");
    let mut sent = payment("withdrawal");
    let mut books = Books(Sheet::default(), 0);
    for step in ["queue", "put 1"] {
        carry_out(&mut sent, &mut books, command(step)).unwrap();
    }
    let usd = Money::new(50_000, Currency::from_code("USD").unwrap());
    let foreign = PayingLine { amount: usd, ..line(&["8"]) };
    assert!(matches!(
        decide(&sent, Command::Pay { line: foreign }),
        Err(PaymentRefusal::AmountDiffers { .. })
    ));
    let event = decide(&sent, command("pay 8")).unwrap().events.remove(0);
    let posting = postings(&sent, &event).remove(0);
    assert_eq!((posting.kind, posting.subject, posting.link), (Kind::WithdrawalPaidBank, 31, 31));
    assert_eq!(posting.value_date, Some(day()));
    books.book(vec![posting]);
    let merchants_half = Transaction::new(Kind::WithdrawalPaid, 31).linked(31).pair(
        (AccountCode::OPENING, 0),
        (AccountCode::BETWEEN_PARTITIONS, 0),
        sent.amount,
    );
    books.book(vec![merchants_half]);
    assert_eq!(books.numbers(), "-500.00 0.00 0.00 0.00", "both halves of the link are zero together");
}

/// Posting P5r: the receipt leaves 2190 when the bank's line of its return is there.
#[test]
fn a_return_leaves_unallocated() {
    check("return", &["queue", "put 1", "settle"], "accepted | 500.00 0.00 500.00 0.00");
    check("return", &["queue", "put 1", "pay 8"], "paid | 0.00 0.00 0.00 0.00");
    check("own", &["queue", "put 1", "pay 8"], "paid | 0.00 0.00 0.00 0.00");
    boundary::inside("P5r", "Dr 2190 / Cr 1020 with the debit line");
    check("return", &["queue", "put 1", "fail AC04"], "failed | 500.00 0.00 500.00 0.00");
    boundary::outside("P5r", "nothing is booked when the bank refuses it");
}

#[test]
fn what_follows_is_told_to_the_other_record() {
    let paid = Event::Paid { line: LineId::from_raw(8), value_date: day() };
    let failed = Event::Failed { code: "AC04".to_owned(), text: String::new() };
    let withdrawn = Event::Withdrawn { reason: Text::new("不需要", "not needed") };
    let line = LineId::from_raw(9);
    let (withdrawal, merchant) = (31, 2);
    fn told(kind: &str, event: &Event) -> Option<Follow> {
        follow(&payment(kind), event)
    }
    assert_eq!(told("withdrawal", &paid), Some(Follow::WithdrawalPaid { withdrawal, merchant }));
    let code = "AC04".to_owned();
    assert_eq!(told("withdrawal", &failed), Some(Follow::WithdrawalFailed { withdrawal, merchant, code }));
    assert_eq!(told("withdrawal", &withdrawn), None);
    assert_eq!(told("return", &paid), Some(Follow::ReturnPaid { line }));
    assert!(matches!(told("return", &failed), Some(Follow::ReturnFailed { line: of, .. }) if of == line));
    assert!(matches!(told("return", &withdrawn), Some(Follow::ReturnFailed { line: of, .. }) if of == line));
    for quiet in [Event::Queued {}, Event::Announced { settled: true }] {
        assert_eq!((told("return", &quiet), postings(&payment("return"), &quiet)), (None, Vec::new()));
    }
}

#[test]
fn its_account_lists_it_while_it_waits() {
    let file = PaymentFileId::from_raw(1);
    let queue = Some(bank_account::Command::QueuePayment { payment: PaymentId::from_raw(5) });
    let leave = Some(bank_account::Command::LeaveQueue { payments: vec![PaymentId::from_raw(5)] });
    let told = [
        (Event::Queued {}, queue.clone()),
        (Event::PutInFile { file }, leave.clone()),
        (Event::LeftFile { file }, queue),
        (Event::Withdrawn { reason: Text::new("不需要", "not needed") }, leave),
        (Event::Announced { settled: true }, None),
        (Event::Paid { line: LineId::from_raw(8), value_date: day() }, None),
    ];
    for (event, want) in told {
        assert_eq!(account_command(&payment("return"), &event), want, "{event:?}");
    }
}

#[test]
fn only_a_good_payment_is_queued() {
    let try_it = |kind: &str, change: &dyn Fn(&mut Payment)| -> String {
        let mut payment = payment(kind);
        change(&mut payment);
        match decide(&payment, Command::Queue) {
            Ok(_) => "queued".to_owned(),
            Err(refusal) => {
                let refusal = Refusal::from(refusal);
                format!("{} {}", refusal.code, refusal.rule)
            }
        }
    };
    assert_eq!(try_it("withdrawal", &|_| {}), "queued");
    assert_eq!(try_it("withdrawal", &|p| p.amount = Money::zero(CNY)), "bank.payment.not_positive M8");
    assert_eq!(try_it("withdrawal", &|p| p.attempt = 0), "bank.payment.attempt M8");
    assert_eq!(try_it("withdrawal", &|p| p.client_money = false), "bank.payment.own_money L-7");
    let nobody = "bank.payment.creditor R1-27";
    assert_eq!(try_it("withdrawal", &|p| p.creditor.name = " ".to_owned()), nobody);
    assert_eq!(try_it("withdrawal", &|p| p.creditor.name = "青".repeat(141)), nobody);
    assert_eq!(try_it("withdrawal", &|p| p.creditor.name = "青".repeat(140)), "queued");
    assert_eq!(try_it("withdrawal", &|p| p.creditor.account = "123".to_owned()), nobody);
    assert_eq!(try_it("withdrawal", &|p| p.creditor.bank = String::new()), nobody);
    assert_eq!(try_it("return", &|p| p.creditor.bank = String::new()), nobody);
    let iban = |p: &mut Payment| {
        p.creditor.bank = String::new();
        p.creditor.account = "DE89370400440532013000".to_owned();
    };
    assert_eq!(try_it("return", &iban), "queued");
    assert_eq!(try_it("return", &|p| p.creditor.bank = "行".repeat(141)), nobody);
    assert_eq!(try_it("withdrawal", &|p| p.remark = "提".repeat(141)), "bank.payment.remark M8");
    assert_eq!(try_it("withdrawal", &|p| p.remark = "提".repeat(140)), "queued");
    assert_eq!(try_it("own", &|_| {}), "queued");
    boundary::inside("R1-27", "a creditor with name, account and bank");
    let mut unnamed = payment("withdrawal");
    unnamed.creditor.name = String::new();
    boundary::refused("R1-27", "a creditor without a name", decide(&unnamed, Command::Queue).unwrap_err());
}

#[test]
fn its_id_is_the_reference_and_long_words_are_cut() {
    let mut payment = payment("withdrawal");
    let name = payment.end_to_end();
    assert_eq!(name.len(), 16, "{name}");
    assert!(name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()), "{name}");
    for spelling in [name.clone(), payment.id.to_string(), name.to_ascii_lowercase(), format!(" {name} ")] {
        assert_eq!(named(&spelling), Some(payment.id), "{spelling}");
    }
    for other in ["", "p", "PY", "PF024CX3S5G0D01G", "NOTPROVIDED", "付款"] {
        assert_eq!(named(other), None, "{other}");
    }
    let mut books = Books(Sheet::default(), 0);
    for step in ["queue", "put 1", "fail AC04"] {
        carry_out(&mut payment, &mut books, command(step)).unwrap();
    }
    let State::Failed { code, text, .. } = &payment.state else { panic!("{:?}", payment.state) };
    assert_eq!((code.as_str(), text.len()), ("AC04", 500));
}

proptest! {
    /// Paid at most once, by one line; once failed, paid or withdrawn it stays so; `allowed` says what `decide` says.
    #[test]
    fn a_payment_moves_money_once(
        kind in prop::sample::select(vec!["withdrawal", "return", "own"]),
        walk in prop::collection::vec(prop::sample::select(vec![
            "queue", "put 1", "put 2", "leave 1 dropped", "leave 1 proposed", "leave 2 dropped", "withdraw",
            "accept", "settle", "fail AC04", "pay 8", "pay 4", "pay 8 499.99", "pay 8 credit",
        ]), 1..25),
    ) {
        let mut payment = payment(kind);
        let mut books = books(&payment);
        let mut paid = 0;
        for step in walk {
            let command = command(step);
            let listed = allowed(&payment);
            let entry = listed.iter().find(|entry| entry.command == command.kind()).unwrap();
            let before = payment.state.clone();
            match carry_out(&mut payment, &mut books, command) {
                Err(refusal) => prop_assert!(entry.refusal.is_some() || !refusal.closes()),
                Ok(decision) => {
                    prop_assert!(entry.refusal.is_none() || decision.is_already());
                    paid += decision.events.iter().filter(|event| matches!(event, Event::Paid { .. })).count();
                }
            }
            let ended = matches!(before, State::Paid { .. } | State::Withdrawn);
            prop_assert!(!ended || before == payment.state);
            let bank = books.0.balance(AccountCode::BANK_CLIENT, 7, CNY).minor()
                + books.0.balance(AccountCode::BANK_OWN, 7, CNY).minor();
            prop_assert!(paid <= 1);
            prop_assert_eq!(bank, if paid == 0 { 50_000 } else { 0 });
        }
    }
}
