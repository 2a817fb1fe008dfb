//! What a withdrawal answers once it may be sent, as tables: the bank, what people decide about its word, and
//! what is booked.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, LocalDate};
use zaiton_ledger::{AccountCode, Kind, Sheet, Transaction};

use super::tests::{CNY, answer, carry_out, check, check_rule, command, due, start, steps, withdrawal, yuan};
use super::*;
use crate::PrepaidPolicy;

/// Rules R1-26, R1-27: it waits while anything is owed or the card is not in force; another card is for a
/// person (K-66).
#[test]
fn it_is_sent_when_nothing_stands_against_it() {
    check_rule("R1-26", "approved", "send 1 by active", "sent");
    check_rule("R1-26", "approved", "send 1 by owes a fen", "-arrears");
    check("approved", "send 1 by alert_set", "-account_not_active");
    check_rule("R1-27", "approved", "send 1 to card", "sent");
    check_rule("R1-27", "approved", "send 1 to blocked", "-card_not_in_force");
    check_rule("K-66", "approved", "send 1 to new", "card_changed");
    check_rule("R1-27", "half approved", "send 1", "-not_approved");
    check_rule("M8", "sent", "send 2", "-never_resent");
    check("sent", "send 1 by owes a fen", "already");
    check("card_changed", "retry fin 2", "-not_failed");
    boundary::outside("K-66", "to another card it is never sent, not even by a person");
    let sent = withdrawal("sent");
    assert_eq!((sent.payment, sent.attempt), (Some(1), 1));
    assert_eq!(sent.state, State::Sent { at: start(), answer_by: due() });
    assert_eq!(withdrawal("card_changed").payment, None);
}

/// Rule R1-29: sent again by a person only, after a refusal that is certain, under a new payment, as if it
/// were sent anew.
#[test]
fn it_is_sent_again_by_a_person() {
    check_rule("R1-29", "failed", "retry fin 2", "sent");
    check_rule("M8", "failed", "retry fin 2", "sent");
    check_rule("M8", "failed", "retry fin 1", "-payment_used");
    check_rule("M8", "failed", "send 2", "-never_resent");
    check_rule("M8", "timed_out", "send 2", "-never_resent");
    check_rule("R1-29", "timed_out", "retry fin 2", "-not_failed");
    check_rule("M8", "sent", "retry fin 2", "-never_resent");
    check("sent", "retry fin 1", "-never_resent");
    check("approved", "retry fin 2", "-nothing_to_decide");
    check_rule("R1-26", "failed", "retry fin 2 by owes a fen", "-arrears");
    check("failed", "retry fin 2 by alert_set", "-account_not_active");
    check("failed", "retry fin 2 to blocked", "-card_not_in_force");
    check("failed", "retry fin 2 to new", "card_changed");
    check("sent again", "retry fin 3", "-never_resent");
    let again = withdrawal("sent again");
    assert_eq!((again.payment, again.attempt, again.failures.len()), (Some(2), 2, 1));
    assert_eq!(again.failures[0].text, "户名不符");
}

#[test]
fn it_is_sent_ten_times_at_most() {
    let mut withdrawal = withdrawal("sent");
    for payment in 2..=i64::from(ATTEMPTS) {
        let before = payment - 1;
        assert_eq!(answer(&mut withdrawal, command(&format!("fail {before} AC04")), start()), "failed");
        assert_eq!(answer(&mut withdrawal, command(&format!("retry fin {payment}")), start()), "sent");
        assert_eq!(answer(&mut withdrawal, command(&format!("retry fin {payment}")), start()), "already");
        assert_eq!(answer(&mut withdrawal, command(&format!("fail {before} AC04")), start()), "already");
    }
    boundary::inside("R1-29", "the tenth attempt");
    assert_eq!(answer(&mut withdrawal, command("fail 10 AC04"), start()), "failed");
    let eleventh = decide(&withdrawal, command("retry fin 11"), &PrepaidPolicy::default(), start());
    boundary::refused("R1-29", "the eleventh attempt", eleventh.unwrap_err());
    let listed = allowed(&withdrawal, &PrepaidPolicy::default(), start());
    let retry = listed.iter().find(|entry| entry.command == CommandKind::Retry).unwrap();
    assert!(retry.refusal.is_some());
}

/// Machine M8: five days, to the microsecond.
#[test]
fn silence_is_for_a_person() {
    let just_before = Timestamp::from_micros(due().micros() - 1);
    let mut sent = withdrawal("sent");
    assert_eq!(answer(&mut sent, Command::TimeOut, just_before), "-not_yet_due");
    boundary::outside("M8", "a microsecond before the bank's five days are over");
    assert_eq!(answer(&mut sent, Command::TimeOut, due()), "timed_out");
    boundary::inside("M8", "when the bank's five days are over");
}

/// K-65: a word is for the payment that was sent last; a late one still counts.
#[test]
fn the_banks_word_is_for_its_payment() {
    check_rule("M8", "sent", "pay 1", "paid");
    check_rule("M8", "sent", "pay 2", "-other_payment");
    check("sent", "fail 2 AC04", "-other_payment");
    check("sent", "fail 1 余额不足", "-not_a_code");
    check_rule("K-65", "timed_out", "pay 1", "paid");
    check("timed_out", "pay 2", "-other_payment");
    boundary::outside("K-65", "a late answer for another payment");
    check_rule("K-65", "timed_out", "fail 1 AC04", "failed");
    check_rule("K-65", "failed", "pay 1", "paid");
    check("failed", "fail 1 AM09", "-answered_otherwise");
    check("sent again", "pay 2", "paid");
    check("sent again", "fail 1 AM09", "-other_payment");
    check("paid", "pay 2", "-other_payment");
    check("paid", "fail 2 AC04", "-other_payment");
    check("reversed", "fail 1 AM09", "-answered_otherwise");
    check("reversed unanswered", "fail 1 AM09", "already");
    check("reversed unanswered", "fail 2 AC04", "-other_payment");
    check_rule("R1-29", "reversed unanswered", "pay 1", "-paid_after_reversal");
}

/// Rule R1-29, K-63: a person who had no part in it, with proof where the bank was silent.
#[test]
fn money_comes_back_by_a_persons_decision() {
    for state in ["failed", "timed_out", "card_changed"] {
        check_rule("R1-29", state, "reverse boss E1", "reversed");
        check_rule("R1-27", state, "reverse ops E1", "-same_person");
        check_rule("R1-27", state, "reverse maker E1", "-maker_checks");
    }
    check_rule("R1-29", "failed", "reverse boss", "reversed");
    check("card_changed", "reverse boss", "reversed");
    check_rule("R1-29", "timed_out", "reverse boss", "-evidence_missing");
    check_rule("R1-29", "sent", "reverse boss E1", "-nothing_to_decide");
    check("reversed", "reverse boss E2", "-closed");
    check("reversed", "reverse other E1", "-closed");
    assert_eq!(withdrawal("reversed").evidence, "E1");
}

/// Posting P11d, K-63: two people, neither of them the merchant's.
#[test]
fn what_came_back_is_given_back_by_two() {
    check_rule("M8", "paid", "return 8", "returned");
    check_rule("M8", "sent", "return 8", "-not_paid");
    check_rule("L-I9", "returned", "return 8", "already");
    check_rule("L-I9", "returned", "return 7", "-returned_otherwise");
    check("given_back", "return 7", "-returned_otherwise");
    check_rule("R1-27", "returned", "give_back fin boss", "given_back");
    check_rule("R1-27", "returned", "give_back fin fin", "-same_person");
    check_rule("R1-27", "returned", "give_back maker boss", "-maker_checks");
    check_rule("R1-27", "returned", "give_back fin maker", "-maker_checks");
    check("given_back", "give_back boss fin", "-closed");
    check_rule("R1-29", "paid", "give_back fin boss", "-nothing_to_decide");
}

#[test]
fn open_is_what_lies_on_2130() {
    for (state, open) in [
        ("new", false),
        ("requested", true),
        ("approved", true),
        ("sent", true),
        ("failed", true),
        ("timed_out", true),
        ("card_changed", true),
        ("paid", false),
        ("rejected", false),
        ("cancelled", false),
        ("reversed", false),
        ("returned", false),
        ("given_back", false),
    ] {
        assert_eq!(withdrawal(state).is_open(), open, "{state}");
    }
}

/// What is stored of an event names no card and quotes nobody; it reads back without what is kept in the
/// record only.
#[test]
fn stored_events_hold_ids_figures_and_codes() {
    for state in
        ["sent again", "timed_out", "card_changed", "rejected", "cancelled", "reversed", "given_back"]
    {
        let mut withdrawal = super::tests::fresh(9);
        for step in steps(state) {
            let now = if step == "time_out" { due() } else { start() };
            for event in carry_out(&mut withdrawal, command(step), now).unwrap().events {
                let json = serde_json::to_string(&event).unwrap();
                for private in ["62220200", "青禾", "中国银行", "户名不符", "E1"] {
                    assert!(!json.contains(private), "{json}");
                }
                let back: Event = serde_json::from_str(&json).unwrap();
                assert_eq!(serde_json::to_string(&back).unwrap(), json);
            }
        }
    }
}

/// Books a merchant's transactions, and the bank's in a sheet of its own.
#[derive(Clone, Default)]
pub(super) struct Books {
    pub(super) merchant: Sheet,
    pub(super) bank: Sheet,
    ids: i64,
}

impl Books {
    /// Books one; false, and nothing booked, when the ledger refuses it.
    pub(super) fn book(&mut self, at_bank: bool, transaction: &Transaction) -> bool {
        let today = LocalDate::new(2026, 3, 2).unwrap();
        let sheet = if at_bank { &mut self.bank } else { &mut self.merchant };
        let (mut copy, mut ids) = (sheet.clone(), self.ids);
        let next = || {
            ids += 1;
            ids
        };
        let done = copy.book(transaction, start(), today, next).is_ok();
        if done {
            (*sheet, self.ids) = (copy, ids);
        }
        done
    }

    pub(super) fn topped_up(amount: Money) -> Self {
        let mut books = Self::default();
        let available = (AccountCode::PREPAID_AVAILABLE, 77);
        let opening = Transaction::new(Kind::Opening, 0);
        assert!(books.book(false, &opening.pair((AccountCode::OPENING, 0), available, amount)));
        books
    }

    /// Books both partitions' halves of an event; false when the ledger refuses one.
    pub(super) fn carry(&mut self, before: &Withdrawal, event: &Event) -> bool {
        let (id, amount) = (before.id.raw(), before.amount);
        let mut at_bank = Vec::new();
        if matches!(event, Event::Paid { .. }) {
            at_bank.push(paid_by_bank(id, 3, amount));
        }
        if let Event::Returned { line, .. } = event {
            let (bank, unallocated) = ((AccountCode::BANK_CLIENT, 3), (AccountCode::UNALLOCATED, 3));
            at_bank.push(Transaction::new(Kind::BankReceipt, *line).pair(bank, unallocated, amount));
        }
        if let Event::GivenBack { line, .. } = event {
            at_bank.push(returned_by_bank(id, *line, amount));
        }
        postings(before, event).iter().all(|half| self.book(false, half))
            && at_bank.iter().all(|half| self.book(true, half))
    }

    /// 2110, 2130, 2195 of both partitions together, 1020.
    fn numbers(&self) -> String {
        let of = |sheet: &Sheet, code, dimension| sheet.balance(code, dimension, CNY);
        let between = |sheet| of(sheet, AccountCode::BETWEEN_PARTITIONS, 0);
        [
            of(&self.merchant, AccountCode::PREPAID_AVAILABLE, 77),
            of(&self.merchant, AccountCode::PREPAID_WITHDRAWAL, 77),
            between(&self.merchant).plus(between(&self.bank)).unwrap(),
            of(&self.bank, AccountCode::BANK_CLIENT, 3),
        ]
        .map(Money::decimal)
        .join(" ")
    }
}

const BETWEEN: (AccountCode, i64) = (AccountCode::BETWEEN_PARTITIONS, 0);

/// P11b, the half of the bank account `bank`: the withdrawal `withdrawal` was paid. The link is the
/// withdrawal.
fn paid_by_bank(withdrawal: i64, bank: i64, amount: Money) -> Transaction {
    Transaction::new(Kind::WithdrawalPaidBank, withdrawal)
        .pair(BETWEEN, (AccountCode::BANK_CLIENT, bank), amount)
        .linked(withdrawal)
}

/// P11d, the bank's half: what came back with the bank line `line` lies on 2190 and goes to the merchant. The
/// link is the line.
fn returned_by_bank(withdrawal: i64, line: i64, amount: Money) -> Transaction {
    Transaction::new(Kind::WithdrawalReturnedBank, withdrawal)
        .pair((AccountCode::UNALLOCATED, 3), BETWEEN, amount)
        .linked(line)
}

/// P11a to P11d with the ledger page's 500, of 3000; each half names its link.
#[test]
fn what_is_booked() {
    let check = |state: &str, want: &str| {
        let (mut withdrawal, mut books) = (super::tests::fresh(9), Books::topped_up(yuan("3000.00")));
        for step in steps(state) {
            let before = withdrawal.clone();
            let now = if step == "time_out" { due() } else { start() };
            for event in carry_out(&mut withdrawal, command(step), now).unwrap().events {
                assert!(books.carry(&before, &event), "{state}: {event:?}");
                for half in postings(&before, &event) {
                    assert_eq!(half.subject, 9);
                    let link = if let Event::GivenBack { line, .. } = event {
                        line
                    } else if half.kind == Kind::WithdrawalPaid {
                        9
                    } else {
                        0
                    };
                    assert_eq!(half.link, link, "{event:?}");
                }
            }
        }
        assert_eq!(books.numbers(), want, "{state}");
    };
    check("requested", "2500.00 500.00 0.00 0.00");
    boundary::inside("R1-28", "available is less by 500.00 at the click");
    check("approved", "2500.00 500.00 0.00 0.00");
    check("failed", "2500.00 500.00 0.00 0.00");
    check("timed_out", "2500.00 500.00 0.00 0.00");
    boundary::outside("R1-29", "a failure and a silence give nothing back");
    check("rejected", "3000.00 0.00 0.00 0.00");
    check("cancelled", "3000.00 0.00 0.00 0.00");
    check("reversed", "3000.00 0.00 0.00 0.00");
    check("paid", "2500.00 0.00 0.00 -500.00");
    check("returned", "2500.00 0.00 0.00 0.00");
    check("given_back", "3000.00 0.00 0.00 0.00");
}
