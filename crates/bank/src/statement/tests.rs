//! Which statements are taken, as tables.

use zaiton_kernel::{Currency, Id, Refusal};

use super::*;
use crate::bank_account::{self, BankAccount};

const CNY: Currency = Currency::CNY;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-03T09:00:00+08:00").unwrap()
}

fn date(text: &str) -> LocalDate {
    LocalDate::parse(text).unwrap()
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

/// `+3000.00`, `-20.00`, `?5.00` (pending), `~1.00` (a reversal that brings money in).
fn line(ordinal: u32, text: &str) -> LineDraft {
    let (sign, amount) = text.split_at(1);
    LineDraft {
        ordinal,
        booked: sign != "?",
        amount: yuan(amount),
        credit: sign != "-",
        reversal: sign == "~",
        booking_date: date("2026-03-02"),
        value_date: date("2026-03-02"),
        payer_name: "青禾贸易有限公司".to_owned(),
        payer_account: "6222".to_owned(),
        remark: "货款".to_owned(),
        bank_reference: String::new(),
        end_to_end: String::new(),
        return_of: String::new(),
    }
}

fn draft(opening: &str, closing: &str, lines: &[&str]) -> StatementDraft {
    StatementDraft {
        account_number: "6222 0200".to_owned(),
        currency: CNY,
        statement_id: "S1".to_owned(),
        sequence: Some(1),
        from: date("2026-03-02"),
        to: date("2026-03-02"),
        opening: Some(yuan(opening)),
        closing: Some(yuan(closing)),
        lines: (1..).zip(lines).map(|(ordinal, text)| line(ordinal, text)).collect(),
    }
}

fn good() -> StatementDraft {
    draft("100.00", "3080.00", &["+3000.00", "-20.00"])
}

fn check(draft: &StatementDraft, want: &[&str]) {
    let got: Vec<String> = match accept(draft, &account(), &StatementPolicy::default()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(|fault| Refusal::from(fault).code.into_owned()).collect(),
    };
    let got: Vec<&str> = got.iter().map(|code| code.trim_start_matches("bank.statement.")).collect();
    assert_eq!(got, want, "{draft:?}");
}

/// Opening + lines = closing, to the fen on both sides.
#[test]
fn it_foots_or_is_refused() {
    check(&good(), &[]);
    check(&draft("0.00", "0.00", &[]), &[]);
    check(&draft("0.00", "0.01", &[]), &["does_not_foot"]);
    check(&draft("100.00", "3080.01", &["+3000.00", "-20.00"]), &["does_not_foot"]);
    check(&draft("100.00", "3079.99", &["+3000.00", "-20.00"]), &["does_not_foot"]);
    check(&draft("-10.00", "-5.00", &["+5.00"]), &[]);
    // Pending lines are no part of the booked balances.
    check(&draft("100.00", "3080.00", &["+3000.00", "-20.00", "?7.00"]), &[]);
    let wrong = draft("100.00", "3080.01", &["+3000.00", "-20.00"]);
    let mut faults = accept(&wrong, &account(), &StatementPolicy::default()).unwrap_err();
    let refusal: Refusal = faults.remove(0).into();
    let figures: Vec<String> = refusal.figures.iter().map(|f| format!("{} {}", f.name, f.value)).collect();
    assert_eq!(
        figures,
        [
            "opening 100.00 CNY",
            "credits 3000.00 CNY",
            "debits 20.00 CNY",
            "expected_closing 3080.00 CNY",
            "closing 3080.01 CNY",
            "difference 0.01 CNY"
        ]
    );
}

#[test]
fn account_currency_and_balances_must_be_right() {
    let usd = Currency::from_code("USD").unwrap();
    let foreign = Money::new(10_000, usd);
    check(&StatementDraft { account_number: "62220201".to_owned(), ..good() }, &["account_differs"]);
    check(&StatementDraft { currency: usd, ..good() }, &["currency"]);
    check(&StatementDraft { opening: Some(foreign), ..good() }, &["currency"]);
    check(&StatementDraft { closing: Some(foreign), ..good() }, &["currency"]);
    check(&StatementDraft { opening: None, ..good() }, &["opening_missing"]);
    check(&StatementDraft { closing: None, ..good() }, &["closing_missing"]);
    check(
        &StatementDraft { opening: None, closing: None, ..good() },
        &["opening_missing", "closing_missing"],
    );
    check(&StatementDraft { statement_id: " ".to_owned(), ..good() }, &["id_missing"]);
    let mut draft = good();
    draft.lines[0].amount = foreign;
    check(&draft, &["currency"]);
    let closed = BankAccount::unopened(BankAccountId::from_raw(7), CNY);
    let faults = accept(&good(), &closed, &StatementPolicy::default()).unwrap_err();
    assert_eq!(faults, [StatementRefusal::AccountNotOpen { number: "62220200".to_owned() }]);
}

#[test]
fn lines_are_bounded_positive_dated_and_numbered() {
    let mut draft = good();
    draft.lines[1].amount = yuan("0.00");
    check(&draft, &["line_not_positive"]);
    let mut draft = good();
    draft.lines[1].ordinal = 1;
    check(&draft, &["ordinal_twice"]);
    let mut draft = good();
    draft.lines[1].booking_date = date("2026-03-03");
    check(&draft, &["dates"]);
    check(&StatementDraft { from: date("2026-03-03"), ..good() }, &["dates"]);
    let many = |count: usize| {
        let empty = super::tests::draft("0.00", "0.00", &[]);
        let lines: Vec<LineDraft> = (1..).take(count).map(|ordinal| line(ordinal, "+0.01")).collect();
        let closing = Some(Money::new(i64::try_from(count).unwrap(), CNY));
        StatementDraft { closing, lines, ..empty }
    };
    check(&many(10_000), &[]);
    check(&many(10_001), &["too_many_lines"]);
    let mut huge = good();
    huge.lines = vec![line(1, "+1.00"), line(2, "+1.00")];
    huge.lines[0].amount = Money::new(i64::MAX, CNY);
    check(&huge, &["overflow"]);
}

#[test]
fn what_is_accepted_counts_its_lines() {
    let draft = draft("100.00", "3081.00", &["+3000.00", "-20.00", "?7.00", "~1.00"]);
    let accepted = accept(&draft, &account(), &StatementPolicy::default()).unwrap();
    assert_eq!((accepted.lines.len(), accepted.pending, accepted.for_a_person), (3, 1, 2));
    assert_eq!((accepted.credits, accepted.debits), (yuan("3001.00"), yuan("20.00")));
    let id = StatementId::from_raw(5);
    let record = Statement::record(id, BankAccountId::from_raw(7), &accepted, "hash".to_owned(), now());
    let json = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<Statement>(&json).unwrap(), record);
    assert_eq!(record.again("hash"), Ok(()));
    let changed: Refusal = record.again("other").unwrap_err().into();
    assert_eq!(changed.code, "bank.statement.changed");
    let json = serde_json::to_string(&draft).unwrap();
    assert_eq!(serde_json::from_str::<StatementDraft>(&json).unwrap(), draft);
    assert!(
        !json.contains("end_to_end") && !json.contains("return_of"),
        "a draft of old is still the same text"
    );
    let named = LineDraft { end_to_end: "P-1".to_owned(), return_of: "P-1".to_owned(), ..line(1, "+1.00") };
    let json = serde_json::to_string(&named).unwrap();
    assert_eq!(serde_json::from_str::<LineDraft>(&json).unwrap(), named);
}

/// The same line in another file has the same key; two that only look alike have two.
#[test]
fn a_line_has_one_key_and_twins_have_two() {
    let keys = |draft: &StatementDraft| -> Vec<String> {
        let accepted = accept(draft, &account(), &StatementPolicy::default()).unwrap();
        accepted.lines.into_iter().map(|line| line.key).collect()
    };
    let one = keys(&draft("0.00", "6020.00", &["+3000.00", "+20.00", "+3000.00"]));
    let again = keys(&draft("20.00", "6020.00", &["+3000.00", "+3000.00"]));
    assert_eq!(vec![one[0].clone(), one[2].clone()], again);
    assert_ne!(one[0], one[2]);
    let mut referenced = draft("0.00", "6000.00", &["+3000.00", "+3000.00"]);
    referenced.lines[0].bank_reference = "R1".to_owned();
    referenced.lines[1].bank_reference = "R1".to_owned();
    let first = keys(&referenced);
    assert_ne!(first[0], first[1], "one reference for two lines");
    referenced.lines[1].remark = "其他".to_owned();
    assert_eq!(keys(&referenced), first, "with a reference, the remark does not matter");
    referenced.lines[1].end_to_end = "P-1".to_owned();
    referenced.lines[1].return_of = "P-1".to_owned();
    assert_eq!(keys(&referenced), first, "what a payment is called does not matter either");
    let mut debit = line(1, "+3000.00");
    let credit_key = line_key(BankAccountId::from_raw(7), &debit, 1);
    debit.credit = false;
    assert_ne!(line_key(BankAccountId::from_raw(7), &debit, 1), credit_key);
}

#[test]
fn a_hole_between_statements_is_told() {
    let mut account = account();
    let accepted = accept(&good(), &account, &StatementPolicy::default()).unwrap();
    assert_eq!(accepted.gap, None);
    account.apply(&bank_account::Event::StatementTaken { chain: accepted.chain() });
    let next = |opening: &str, to: &str| StatementDraft {
        statement_id: "S2".to_owned(),
        to: date(to),
        from: date("2026-03-01"),
        ..draft(opening, opening, &[])
    };
    let gap = |draft: &StatementDraft| accept(draft, &account, &StatementPolicy::default()).unwrap().gap;
    assert_eq!(gap(&next("3080.00", "2026-03-03")), None);
    let hole = Gap { expected_opening: yuan("3080.00"), opening: yuan("3000.00") };
    assert_eq!(gap(&next("3000.00", "2026-03-03")), Some(hole));
    assert_eq!(gap(&next("3000.00", "2026-03-01")), None, "an older one that comes late proves nothing");
}
