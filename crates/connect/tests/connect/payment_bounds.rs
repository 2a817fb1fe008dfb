//! What a payment file cannot hold is refused in both languages, with payment and field, and without showing it. Each
//! bound is tried on both sides.

use crate::payments::{order, payment};
use zaiton_connect::WriteError;
use zaiton_connect::payments::{BankId, MAX_PAYMENTS, PainVersion, Payment, PaymentOrder};
use zaiton_kernel::{Currency, Money, Rule, Timestamp};

/// `code@payment field` of every fault, having seen that both languages are spoken and no value is shown.
fn faults(order: &PaymentOrder) -> Vec<String> {
    let check = |errors: Vec<WriteError>| -> Vec<String> {
        let brief = |error: &WriteError| {
            assert!(error.why.zh.chars().any(|c| c > '\u{2e80}') && !error.why.en.is_empty(), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("SECRET"), "{error:?}");
            let at = error.payment.map_or("-".to_owned(), |at| at.to_string());
            format!("{}@{at} {}", error.code.strip_prefix("payment.").unwrap(), error.field)
        };
        errors.iter().map(brief).collect()
    };
    let found = order.check().map_or_else(check, |_| Vec::new());
    let csv = order.to_csv().map_or_else(check, |_| Vec::new());
    let xml = order.to_pain001(PainVersion::V09).map_or_else(check, |_| Vec::new());
    assert!(found == csv && found == xml);
    found
}

fn with(change: impl FnOnce(&mut PaymentOrder)) -> Vec<String> {
    let mut order = order();
    change(&mut order);
    faults(&order)
}

fn with_second(change: impl FnOnce(&mut Payment)) -> Vec<String> {
    with(|order| change(&mut order.payments[1]))
}

const NONE: [&str; 0] = [];

#[test]
fn lengths_have_two_sides() {
    let long = |count: usize| "刺".repeat(count);
    assert_eq!(with(|order| order.message_id = long(35)), NONE);
    assert_eq!(with(|order| order.message_id = long(36)), ["text_too_long@- message_id"]);
    assert_eq!(with(|order| order.message_id = String::new()), ["missing@- message_id"]);
    assert_eq!(with(|order| order.debtor_name = long(140)), NONE);
    assert_eq!(with(|order| order.debtor_name = long(141)), ["text_too_long@- debtor_name"]);
    assert_eq!(with(|order| order.debtor_account = "1".repeat(34)), NONE);
    assert_eq!(with(|order| order.debtor_account = "1".repeat(35)), ["text_too_long@- debtor_account"]);
    assert_eq!(with(|order| order.debtor_account = " ".into()), ["missing@- debtor_account"]);
    assert_eq!(with(|order| order.debtor_bank = BankId::Name(long(140))), NONE);
    assert_eq!(with(|order| order.debtor_bank = BankId::Name(long(141))), ["text_too_long@- debtor_bank"]);
    assert_eq!(with(|order| order.debtor_bank = BankId::Bic("BKCHCNB".into())), ["bank_code@- debtor_bank"]);
    assert_eq!(with(|order| order.debtor_bank = BankId::Cnaps("1".into())), ["bank_code@- debtor_bank"]);
    assert_eq!(with_second(|payment| payment.end_to_end = long(35)), NONE);
    assert_eq!(with_second(|payment| payment.end_to_end = long(36)), ["text_too_long@2 end_to_end"]);
    assert_eq!(with_second(|payment| payment.creditor_name = long(140)), NONE);
    assert_eq!(with_second(|payment| payment.creditor_name = long(141)), ["text_too_long@2 creditor_name"]);
    assert_eq!(with_second(|payment| payment.creditor_name = " ".into()), ["missing@2 creditor_name"]);
    assert_eq!(with_second(|payment| payment.creditor_account = "1".repeat(34)), NONE);
    let account = |text: String| with_second(|payment| payment.creditor_account = text);
    assert_eq!(account("1".repeat(35)), ["text_too_long@2 creditor_account"]);
    assert_eq!(account("GB82 WEST 1234 5698 7654 33".into()), ["iban@2 creditor_account"]);
    assert_eq!(with_second(|payment| payment.creditor_bank = None), ["missing@2 creditor_bank"]);
    assert_eq!(with_second(|payment| payment.remark = long(140)), NONE);
    assert_eq!(with_second(|payment| payment.remark = long(141)), ["text_too_long@2 remark"]);
}

#[test]
fn amounts_have_two_sides() {
    let amount = |minor, code: &str| {
        let currency = Currency::from_code(code).unwrap();
        with_second(|payment| payment.amount = Money::new(minor, currency))
    };
    assert_eq!(amount(1, "CNY"), NONE);
    assert_eq!(amount(0, "CNY"), ["amount_not_positive@2 amount"]);
    assert_eq!(amount(-1, "CNY"), ["amount_not_positive@2 amount"]);
    assert_eq!(amount(1, "USD"), ["currency@2 amount"]);
    // With the first payment the sum has 18 digits, then 19.
    assert_eq!(amount(999_999_999_999_899_999, "CNY"), NONE);
    assert_eq!(amount(999_999_999_999_900_000, "CNY"), ["amount_too_large@- payments"]);
    assert_eq!(amount(1_000_000_000_000_000_000, "CNY"), ["amount_too_large@2 amount"]);
    assert_eq!(amount(i64::MAX, "CNY"), ["amount_too_large@2 amount"]);
    let huge = with(|order| {
        order.payments = (0..10).map(|at| payment(&at.to_string(), 999_999_999_999_999_999)).collect();
    });
    assert_eq!(huge, ["amount_too_large@- payments"], "the sum overflows");
}

#[test]
fn what_a_file_cannot_hold_is_refused_and_not_shown() {
    for letter in
        ['\0', '\u{8}', '\t', '\r', '\n', '\u{7f}', '\u{85}', '\u{2028}', '\u{feff}', '\u{fffe}', '\u{ffff}']
    {
        let name = format!("SECRET{letter}x");
        assert_eq!(
            with_second(|payment| payment.creditor_name = name),
            ["character@2 creditor_name"],
            "{letter:?}"
        );
    }
    for name in [" SECRET", "SECRET ", "\u{3000}SECRET"] {
        assert_eq!(with_second(|payment| payment.remark = name.into()), ["space@2 remark"]);
    }
    assert_eq!(
        with_second(|payment| payment.creditor_account = "SECRET\u{8}".into()),
        ["character@2 creditor_account"]
    );
    assert_eq!(with_second(|payment| payment.end_to_end = "WD-1".into()), ["twice@2 end_to_end"]);
    for word in ["NOTPROVIDED", "notprovided", "NONREF"] {
        assert_eq!(with_second(|payment| payment.end_to_end = word.into()), ["no_reference@2 end_to_end"]);
    }
    let moment = |micros| with(|order| order.made_at = Timestamp::from_micros(micros));
    assert_eq!(moment(i64::MAX), ["moment@- made_at"]);
    assert_eq!(moment(0), ["moment@- made_at"]);
    let both = with(|order| {
        order.message_id.clear();
        order.payments[0].amount = Money::new(0, Currency::CNY);
        order.payments[1].end_to_end = "WD-1".into();
    });
    assert_eq!(both, ["missing@- message_id", "amount_not_positive@1 amount", "twice@2 end_to_end"]);
    let mut order = order();
    order.payments[1].creditor_name.clear();
    let error = order.check().unwrap_err().remove(0);
    assert_eq!(
        error.to_string(),
        "payment 2: creditor_name: \"creditor_name\" is missing. [payment.missing]"
    );
    let refusal = error.into_refusal(Rule::new("R1-18"));
    assert_eq!((refusal.figure("payment"), refusal.figure("field")), (Some("2"), Some("creditor_name")));
}

#[test]
fn a_file_holds_ten_thousand_payments() {
    let many = |count: usize| {
        with(|order| order.payments = (0..count).map(|at| payment(&at.to_string(), 1)).collect())
    };
    assert_eq!(many(0), ["none@- payments"]);
    assert_eq!(many(1), NONE);
    assert_eq!(many(MAX_PAYMENTS), NONE);
    assert_eq!(many(MAX_PAYMENTS + 1), ["too_many@- payments"]);
    let wrong = with(|order| order.payments = (0..500).map(|at| payment(&at.to_string(), 0)).collect());
    assert_eq!(wrong.len(), 100, "the rest is not looked at");
}
