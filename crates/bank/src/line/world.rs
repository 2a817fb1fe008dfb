//! A line for tests: with the books of its partition, its account's counters, and our own account elsewhere. Never
//! asserts what a line should answer.

use zaiton_kernel::{Currency, Id, Refusal, Timestamp};
use zaiton_ledger::{AccountCode, Sheet, Transaction};

use super::*;
use crate::bank_account::{self, BankAccountRefusal};
use crate::transfer::{self, OtherHalf, Way};
use crate::{BankPolicy, Decision};

pub(super) const CNY: Currency = Currency::CNY;
const CLIENT: i64 = 7;
const OWN: i64 = 8;
/// 3,000.00.
pub(super) const ALL: i64 = 300_000;

fn day() -> LocalDate {
    LocalDate::new(2026, 3, 2).unwrap()
}

fn account(raw: i64) -> BankAccount {
    let mut account = BankAccount::unopened(BankAccountId::from_raw(raw), CNY);
    account.client_money = raw == CLIENT;
    let opened_at = Timestamp::parse("2026-03-01T09:00:00+08:00").unwrap();
    account.state = bank_account::State::Open { opened_at };
    account
}

/// A line with its account and its partition's books, and our own account in another partition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct World {
    pub(super) line: Line,
    pub(super) account: BankAccount,
    pub(super) sheet: Sheet,
    own: BankAccount,
    own_sheet: Sheet,
}

/// `receipt`, `debit`, `given back` (a reversal that brings money in), `taken` (one that takes it), `own receipt`,
/// `own debit`; `nameless` is a receipt whose payer the bank does not tell.
pub(super) fn world(kind: &str) -> World {
    let account = account(if kind.starts_with("own") { OWN } else { CLIENT });
    let draft = LineDraft {
        end_to_end: String::new(),
        return_of: String::new(),
        ordinal: 1,
        booked: true,
        amount: Money::new(ALL, CNY),
        credit: !matches!(kind, "debit" | "taken" | "own debit"),
        reversal: matches!(kind, "given back" | "taken"),
        booking_date: day(),
        value_date: day(),
        payer_name: "青禾贸易有限公司".to_owned(),
        payer_account: if kind == "nameless" { String::new() } else { "6222 0200".to_owned() },
        remark: String::new(),
        bank_reference: "R1".to_owned(),
    };
    let line = Line::unrecorded(LineId::from_raw(9), &account, StatementId::from_raw(3), draft);
    let own = self::account(OWN);
    World { line, account, sheet: Sheet::default(), own, own_sheet: Sheet::default() }
}

fn decision(words: &str) -> LineDecision {
    let (withdrawal, merchant) = (31, 2);
    let own_account = |raw| BankAccountId::from_raw(raw);
    match words {
        "match" => LineDecision::Match { top_up: 1, merchant },
        "return" => LineDecision::ReturnToPayer,
        "withdrawal" => LineDecision::WithdrawalReturned { withdrawal, merchant },
        "cost" => LineDecision::BankCost { own_account: own_account(OWN) },
        "cost of client" => LineDecision::BankCost { own_account: own_account(CLIENT) },
        "sweep" => LineDecision::SweepOut { own_account: own_account(OWN) },
        "sweep to itself" => LineDecision::SweepOut { own_account: own_account(CLIENT) },
        "arrived" => LineDecision::Arrived,
        other => panic!("no decision: {other}"),
    }
}

/// `li: match`, `li: match because B7` propose; `wang ok` confirms, `wang no` refuses; the others are of machines.
pub(super) fn command(text: &str) -> Command {
    let why = || Text::new("不行", "cannot be taken");
    let payment = |raw: &str| PaymentId::from_raw(raw.parse().unwrap());
    if let Some((maker, words)) = text.split_once(": ") {
        let (words, evidence) = words.split_once(" because ").unwrap_or((words, "mail of 2 March"));
        let (decision, evidence) = (decision(words), evidence.to_owned());
        return Command::Propose { decision, maker: maker.to_owned(), evidence };
    }
    match text.split(' ').collect::<Vec<_>>().as_slice() {
        ["record"] => Command::Record,
        ["allocate", raw] => Command::Allocate { top_up: raw.parse().unwrap(), merchant: 2 },
        ["undo", raw] => Command::Unallocate { top_up: raw.parse().unwrap(), reason: why() },
        ["review"] => Command::MarkForReview { reasons: vec![Text::new("金额", "amount")] },
        [checker, "ok"] => Command::Confirm { checker: (*checker).to_owned(), payment: payment("5") },
        [checker, "no"] => Command::Refuse { checker: (*checker).to_owned(), reason: "unproved".to_owned() },
        [checker, "no!"] => Command::Refuse { checker: (*checker).to_owned(), reason: " ".to_owned() },
        ["pays", raw] => Command::PayOut { payment: payment(raw) },
        ["back", raw] => Command::PaidBack { payment: payment(raw) },
        ["failed", raw] => Command::ReturnFailed { payment: payment(raw), reason: why() },
        ["take", words @ ..] => Command::TakeBack { decision: decision(&words.join(" ")), reason: why() },
        other => panic!("no command: {other:?}"),
    }
}

impl World {
    fn book(sheet: &mut Sheet, transaction: &Transaction) {
        let mut id = i64::try_from(sheet.accounts().len()).unwrap() * 1_000;
        let next = || {
            id += 1;
            id
        };
        sheet.book(transaction, Timestamp::from_micros(1), day(), next).unwrap();
    }

    pub(super) fn ask(
        account: &mut BankAccount,
        command: bank_account::Command,
    ) -> Result<(), BankAccountRefusal> {
        let now = Timestamp::from_micros(1);
        let decision = bank_account::decide(account, command, &BankPolicy::default(), now)?;
        decision.events.iter().for_each(|event| account.apply(event));
        Ok(())
    }

    /// As a use case does: decides, asks the account, books, applies, and lets the own account take its half.
    pub(super) fn carry_out(&mut self, command: Command) -> Result<Decision<Event>, Box<Refusal>> {
        let before = self.clone();
        let decision = decide(&self.line, command).map_err(|refusal| Box::new(Refusal::from(refusal)))?;
        for event in &decision.events {
            if let Some(command) = account_command(&self.line, event)
                && let Err(refusal) = Self::ask(&mut self.account, command)
            {
                *self = before;
                return Err(Box::new(refusal.into()));
            }
            for transaction in postings(&self.line, event) {
                Self::book(&mut self.sheet, &transaction);
            }
            if let Some(Follow::OtherHalf(half)) = follow(&self.line, event) {
                self.other_half(half);
            }
            let json = serde_json::to_string(event).unwrap();
            self.line.apply(&serde_json::from_str(&json).unwrap());
        }
        let json = serde_json::to_string(&self.line).unwrap();
        assert_eq!(serde_json::from_str::<Line>(&json).unwrap(), self.line);
        Ok(decision)
    }

    fn other_half(&mut self, half: OtherHalf) {
        Self::ask(&mut self.own, bank_account::Command::TakeHalf { half }).unwrap();
        Self::book(&mut self.own_sheet, &transfer::postings(&half));
    }

    /// 1020 (or 1010), 2190, 5010 and 2195 of the line's partition.
    pub(super) fn numbers(&self) -> String {
        let own = !self.line.client_money;
        let bank = if own { AccountCode::BANK_OWN } else { AccountCode::BANK_CLIENT };
        let raw = self.line.account.raw();
        let of = |code, dimension| self.sheet.balance(code, dimension, CNY).decimal();
        [
            of(bank, raw),
            of(AccountCode::UNALLOCATED, raw),
            of(AccountCode::BANK_COST, 0),
            of(AccountCode::BETWEEN_PARTITIONS, 0),
        ]
        .join(" ")
    }

    /// 1010 of the own account's partition, and what is expected: here in, there in, there out.
    pub(super) fn there(&self) -> String {
        let bank = self.own_sheet.balance(AccountCode::BANK_OWN, OWN, CNY).decimal();
        let here = self.account.in_transit(Way::In).decimal();
        let (way_in, way_out) = (self.own.in_transit(Way::In), self.own.in_transit(Way::Out));
        [bank, here, way_in.decimal(), way_out.decimal()].join(" ")
    }

    /// 2195 over both partitions.
    pub(super) fn between(&self) -> String {
        let of = |sheet: &Sheet| sheet.balance(AccountCode::BETWEEN_PARTITIONS, 0, CNY);
        of(&self.sheet).plus(of(&self.own_sheet)).unwrap().decimal()
    }
}
