//! What a held statement answers, as tables, and the story of a statement that was missing.

use zaiton_boundary as boundary;
use zaiton_kernel::{Currency, Id, LocalDate, Refusal};

use super::*;
use crate::bank_account::{self, Held};
use crate::statement::{Received, StatementPolicy, accept_anyway, receive};
use crate::{BankPolicy, Decision};

const CNY: Currency = Currency::CNY;
const POLICY: BankPolicy = BankPolicy { max_waiting: 1, max_in_file: 1, max_held: 2 };

fn now() -> Timestamp {
    Timestamp::parse("2026-03-09T09:00:00+08:00").unwrap()
}

fn yuan(text: &str) -> Money {
    Money::parse(text, CNY).unwrap()
}

fn account() -> BankAccount {
    let mut account = BankAccount::unopened(BankAccountId::from_raw(7), CNY);
    account.apply(&bank_account::Event::Opened {
        number: "62220200".to_owned(),
        holder: "平台".to_owned(),
        bank: "中国银行".to_owned(),
        client_money: true,
        opened_at: now(),
    });
    account
}

/// `3 100 300`: of 3 March, opening 100.00, closing 300.00, its name is `S3`; `3b 300 500` is another of that day.
fn draft(text: &str) -> StatementDraft {
    let words: Vec<&str> = text.split(' ').collect();
    let day: u8 = words[0].trim_end_matches(char::is_alphabetic).parse().unwrap();
    let (opening, closing) = (yuan(words[1]), yuan(words[2]));
    let date = LocalDate::parse(&format!("2026-03-{day:02}")).unwrap();
    let moved = closing.minus(opening).unwrap();
    let line = crate::statement::LineDraft {
        end_to_end: String::new(),
        return_of: String::new(),
        ordinal: 1,
        booked: true,
        amount: Money::new(moved.minor().abs(), CNY),
        credit: moved.is_positive(),
        reversal: false,
        booking_date: date,
        value_date: date,
        payer_name: "青禾贸易有限公司".to_owned(),
        payer_account: "6222".to_owned(),
        remark: String::new(),
        bank_reference: text.to_owned(),
    };
    StatementDraft {
        account_number: "6222 0200".to_owned(),
        currency: CNY,
        statement_id: format!("S{}", words[0]),
        sequence: None,
        from: date,
        to: date,
        opening: Some(opening),
        closing: Some(closing),
        lines: vec![line],
    }
}

/// The account with what it holds, as a use case keeps it.
struct Desk {
    account: BankAccount,
    held: Vec<HeldStatement>,
}

impl Desk {
    fn ask(&mut self, command: bank_account::Command) -> Result<Decision<bank_account::Event>, String> {
        let decision = bank_account::decide(&self.account, command, &POLICY, now())
            .map_err(|refusal| Refusal::from(refusal).code.into_owned())?;
        for event in &decision.events {
            let json = serde_json::to_string(event).unwrap();
            self.account.apply(&serde_json::from_str(&json).unwrap());
        }
        let json = serde_json::to_string(&self.account).unwrap();
        assert_eq!(serde_json::from_str::<BankAccount>(&json).unwrap(), self.account);
        Ok(decision)
    }

    /// Steps 2 and 3 of the recipe. Gives what was booked, in order, or that it is held.
    fn bring(&mut self, text: &str) -> String {
        match receive(&draft(text), &self.account, &StatementPolicy::default()).unwrap() {
            Received::Take(accepted) => {
                self.ask(bank_account::Command::TakeStatement { chain: accepted.chain() }).unwrap();
                format!("{}{}", accepted.statement_id, self.go_on())
            }
            Received::Hold { gap, chain } => {
                let raw = i64::try_from(self.held.len()).unwrap() + 1;
                let id = HeldStatementId::from_raw(raw);
                let held = Held { statement: id, chain };
                if let Err(code) = self.ask(bank_account::Command::HoldStatement { held }) {
                    return format!("refused {}", code.trim_start_matches("bank.account."));
                }
                self.held.push(HeldStatement::hold(id, &self.account, draft(text), gap, now()));
                format!("held for {}", gap.expected_opening.decimal())
            }
        }
    }

    fn go_on(&mut self) -> String {
        let mut taken = String::new();
        while let Some(id) = self.account.next_held() {
            let held = self.held.iter_mut().find(|held| held.id == id).unwrap();
            let Received::Take(accepted) =
                receive(&held.draft, &self.account, &StatementPolicy::default()).unwrap()
            else {
                panic!("next_held named one that leaves a hole");
            };
            assert_eq!(carry_out(held, Command::TakeNext { gap: accepted.gap }), "taken");
            taken.push_str(&format!(" {}", accepted.statement_id));
            self.ask(bank_account::Command::TakeStatement { chain: accepted.chain() }).unwrap();
            self.ask(bank_account::Command::LetGo { statement: id }).unwrap();
        }
        taken
    }

    /// Step 4 of the recipe.
    fn anyway(&mut self, raw: i64) -> String {
        let id = HeldStatementId::from_raw(raw);
        let held = self.held.iter_mut().find(|held| held.id == id).unwrap();
        let said = Command::TakeAnyway { actor: "li".to_owned(), reason: "the bank lost it".to_owned() };
        assert_eq!(carry_out(held, said), "taken");
        let accepted = accept_anyway(&held.draft, &self.account, &StatementPolicy::default()).unwrap();
        self.ask(bank_account::Command::TakeStatement { chain: accepted.chain() }).unwrap();
        self.ask(bank_account::Command::LetGo { statement: id }).unwrap();
        format!("{}{}", accepted.statement_id, self.go_on())
    }
}

fn carry_out(held: &mut HeldStatement, command: Command) -> String {
    let kind = command.kind();
    let before = held.clone();
    let closed = allowed(held).into_iter().find(|entry| entry.command == kind).unwrap().refusal;
    match decide(held, command) {
        Err(refusal) => {
            assert_eq!(*held, before, "a refusal changes nothing");
            format!("refused {}", Refusal::from(refusal).code.trim_start_matches("bank.held."))
        }
        Ok(decision) if decision.is_already() => "already".to_owned(),
        Ok(decision) => {
            assert_eq!(closed, None);
            for event in &decision.events {
                let json = serde_json::to_string(event).unwrap();
                held.apply(&serde_json::from_str(&json).unwrap());
            }
            let json = serde_json::to_string(held).unwrap();
            assert_eq!(&serde_json::from_str::<HeldStatement>(&json).unwrap(), held);
            held.state.to_string()
        }
    }
}

#[track_caller]
fn check(steps: &[(&str, &str)]) {
    let mut desk = Desk { account: account(), held: Vec::new() };
    for (step, want) in steps {
        let answer = match step.split_once("anyway ") {
            Some((_, raw)) => desk.anyway(raw.parse().unwrap()),
            None => desk.bring(step),
        };
        assert_eq!(answer, *want, "{step} of {steps:?}");
    }
}

/// Reading K-43.
#[test]
fn a_statement_waits_for_the_one_before() {
    check(&[("2 0 100", "S2"), ("3 100 300", "S3")]);
    boundary::inside("K-43", "it opens where the last one closed");
    check(&[("2 0 100", "S2"), ("4 300 400", "held for 100.00"), ("3 100 300", "S3 S4")]);
    boundary::outside("K-43", "a statement is missing: held until it comes");
    // Two are held, out of order; a third is one too many.
    check(&[
        ("2 0 100", "S2"),
        ("5 400 450", "held for 100.00"),
        ("4 300 400", "held for 100.00"),
        ("6 450 500", "refused held_full"),
        ("4 300 400", "refused held_before"),
        ("3 100 300", "S3 S4 S5"),
        ("6 450 500", "S6"),
    ]);
    // A person takes it anyway; the missing one is then only late, and is taken as it comes.
    check(&[
        ("2 0 100", "S2"),
        ("4 300 400", "held for 100.00"),
        ("5 400 450", "held for 100.00"),
        ("anyway 1", "S4 S5"),
        ("3 100 300", "S3"),
        ("6 450 500", "S6"),
    ]);
    // A person takes the later one first: the other is late then.
    check(&[
        ("2 0 100", "S2"),
        ("4 300 400", "held for 100.00"),
        ("5 450 500", "held for 100.00"),
        ("anyway 2", "S5 S4"),
    ]);
}

/// Statements of one day without numbers: each that follows goes further, and one that comes before the last is late.
#[test]
fn several_of_one_day_are_told_apart_by_their_balances() {
    check(&[("2 0 100", "S2"), ("2b 100 250", "S2b"), ("3 250 300", "S3")]);
    check(&[("2b 100 250", "S2b"), ("2 0 100", "S2"), ("3 250 300", "S3")]);
    check(&[("2 0 100", "S2"), ("2c 250 260", "held for 100.00"), ("2b 100 250", "S2b S2c")]);
    check(&[("2 0 100", "S2"), ("2b 100 0", "S2b"), ("3 0 300", "S3")]);
    check(&[("3 0 100", "S3"), ("1 70 80", "S1")]);
}

fn held() -> HeldStatement {
    let gap = Gap { expected_opening: yuan("100"), opening: yuan("300") };
    HeldStatement::hold(HeldStatementId::from_raw(1), &account(), draft("4 300 400"), gap, now())
}

#[test]
fn a_held_statement_answers_in_every_state() {
    let gap = Gap { expected_opening: yuan("100"), opening: yuan("300") };
    let command = |text: &str| {
        let (actor, reason) = ("li".to_owned(), "the bank lost it".to_owned());
        match text {
            "next" => Command::TakeNext { gap: None },
            "next too early" => Command::TakeNext { gap: Some(gap) },
            "anyway" => Command::TakeAnyway { actor, reason },
            "drop" => Command::Drop { actor, reason },
            "anyway by nobody" => Command::TakeAnyway { actor: " ".to_owned(), reason },
            "drop without reason" => Command::Drop { actor, reason: " ".to_owned() },
            "drop at length" => Command::Drop { actor, reason: "因".repeat(501) },
            other => panic!("no command: {other}"),
        }
    };
    let table = [
        ("next", "taken"),
        ("next too early", "refused still_missing"),
        ("anyway", "taken"),
        ("anyway by nobody", "refused nobody"),
        ("drop", "dropped"),
        ("drop without reason", "refused reason_missing"),
        ("drop at length", "refused reason_missing"),
        ("next,next", "already"),
        ("next,next too early", "already"),
        ("next,anyway", "already"),
        ("anyway,next", "already"),
        ("next,drop", "refused closed"),
        ("drop,drop", "already"),
        ("drop,next", "refused closed"),
        ("drop,anyway", "refused closed"),
    ];
    for (steps, want) in table {
        let mut held = held();
        let answer = steps.split(',').map(|step| carry_out(&mut held, command(step))).last().unwrap();
        assert_eq!(answer, want, "{steps}");
    }
    boundary::refused(
        "K-43",
        "the missing one has not come",
        decide(&held(), command("next too early")).unwrap_err(),
    );
    let mut taken = held();
    carry_out(&mut taken, command("anyway"));
    let want = State::Taken { by: Some("li".to_owned()), reason: Some("the bank lost it".to_owned()) };
    assert_eq!(taken.state, want);
}

/// A person's word leaves out the comparison with the statement before, and nothing else.
#[test]
fn taking_it_anyway_checks_all_the_rest() {
    let mut account = account();
    let first = accept_anyway(&draft("2 0 100"), &account, &StatementPolicy::default()).unwrap();
    account.apply(&bank_account::Event::StatementTaken { chain: first.chain() });
    let anyway = |draft: &StatementDraft| accept_anyway(draft, &account, &StatementPolicy::default());
    assert_eq!(anyway(&draft("4 300 400")).unwrap().gap, None);
    let wrong = StatementDraft { closing: Some(yuan("400.01")), ..draft("4 300 400") };
    let faults: Vec<Refusal> = anyway(&wrong).unwrap_err().into_iter().map(Refusal::from).collect();
    assert_eq!(faults[0].code, "bank.statement.does_not_foot");
    let other = StatementDraft { account_number: "1".to_owned(), ..draft("4 300 400") };
    assert!(anyway(&other).is_err() && receive(&other, &account, &StatementPolicy::default()).is_err());
}

#[test]
fn the_same_again_is_known_and_other_content_is_told() {
    assert_eq!(held().again(&draft("4 300 400")), Ok(()));
    let changed: Refusal = held().again(&draft("4 300 401")).unwrap_err().into();
    assert_eq!(changed.code, "bank.held.changed");
    let mut desk = Desk { account: account(), held: Vec::new() };
    desk.bring("2 0 100");
    desk.bring("4 300 400");
    assert_eq!(desk.account.held_as("S4"), Some(HeldStatementId::from_raw(1)));
    assert_eq!(desk.account.held_as("S5"), None);
    let again = bank_account::Command::HoldStatement { held: desk.account.held[0].clone() };
    assert!(desk.ask(again).unwrap().is_already());
    let nobody = bank_account::Command::LetGo { statement: HeldStatementId::from_raw(9) };
    assert!(desk.ask(nobody).unwrap().is_already());
    let mut old = serde_json::to_value(account()).unwrap();
    assert!(old.get("held").is_none() && old.get("waiting").is_none(), "older records read as they are");
    old["last_statement"] =
        serde_json::json!({ "statement_id": "S1", "to": "2026-03-01", "closing": yuan("5") });
    let old: BankAccount = serde_json::from_value(old).unwrap();
    assert_eq!(old.last_statement.unwrap().opening, None);
    assert_eq!(BankPolicy::default().max_held, 100);
}
