//! Which request a line is proposed for, as a table: line, requests, answer.

use zaiton_kernel::Id;

use super::*;
use crate::remark::remark_code;

const COMPANY: &str = "青禾贸易有限公司";

fn yuan(text: &str) -> Money {
    match text.split_once(' ') {
        Some((amount, code)) => Money::parse(amount, Currency::from_code(code).unwrap()).unwrap(),
        None => Money::parse(text, Currency::CNY).unwrap(),
    }
}

/// Requests numbered from 1, in order of time: amount and payer.
fn requests(list: &[(&str, &str)]) -> Vec<Candidate> {
    (1_i64..)
        .zip(list)
        .map(|(raw, (amount, payer))| Candidate {
            top_up: TopUpId::from_raw(raw),
            merchant: raw * 100,
            amount: yuan(amount),
            payer: (*payer).to_owned(),
            remark_code: remark_code(raw),
            requested_at: Timestamp::from_micros(raw),
            waits: true,
        })
        .collect()
}

fn line(amount: &str, payer: &str, remark: &str) -> LineFacts {
    LineFacts { line: 9, amount: yuan(amount), payer: payer.to_owned(), remark: remark.to_owned() }
}

/// The proposal as a sentence; `{1}` in a remark stands for the code of request 1.
fn propose_text(line_text: (&str, &str, &str), list: &[(&str, &str)]) -> String {
    let mut remark = line_text.2.to_owned();
    for raw in 1..=3 {
        remark = remark.replace(&format!("{{{raw}}}"), &remark_code(raw));
    }
    let number = |id: TopUpId| id.raw().to_string();
    match propose(&line(line_text.0, line_text.1, &remark), &requests(list)) {
        Proposal::Match { top_up, merchant, why } => {
            assert_eq!(merchant, top_up.raw() * 100);
            assert!(why.iter().all(|why| !why.text().zh.is_empty()));
            let by = match why.last() {
                Some(Why::RemarkNames { .. }) => "remark",
                Some(Why::OnlyOneFits {}) => "only one",
                other => panic!("{other:?}"),
            };
            format!("match {} by {by}", number(top_up))
        }
        Proposal::Review { top_up, reasons } => {
            let reasons: Vec<String> = reasons
                .iter()
                .map(|reason| match reason {
                    Mismatch::PayerDiffers { .. } => "payer".to_owned(),
                    Mismatch::Under { by, .. } => format!("under {}", by.decimal()),
                    Mismatch::Over { by, .. } => format!("over {}", by.decimal()),
                    Mismatch::CurrencyDiffers { .. } => "currency".to_owned(),
                    Mismatch::SeveralFit { top_ups } => format!("several {}", top_ups.len()),
                    Mismatch::DoesNotWait { top_up } => format!("does not wait {}", number(*top_up)),
                })
                .collect();
            format!("review {}: {}", top_up.map_or("?".to_owned(), number), reasons.join(", "))
        }
        Proposal::NoCandidate => "none".to_owned(),
    }
}

fn check(line_text: (&str, &str, &str), list: &[(&str, &str)], want: &str) {
    assert_eq!(propose_text(line_text, list), want, "{line_text:?} {list:?}");
}

/// Rules R1-15, R1-16, R1-18.
#[test]
fn one_request_that_fits_is_matched() {
    check(("3000.00", COMPANY, ""), &[("3000.00", COMPANY)], "match 1 by only one");
    check(("3000.00", "青禾貿易有限責任公司", "货款"), &[("3000.00", COMPANY)], "match 1 by only one");
    check(("3000.00", COMPANY, "{1}"), &[("3000.00", COMPANY)], "match 1 by remark");
    check(("3000.00", COMPANY, ""), &[("3000.00", "别家"), ("3000.00", COMPANY)], "match 2 by only one");
    check(("3000.00", COMPANY, ""), &[("4000.00", COMPANY), ("3000.00", COMPANY)], "match 2 by only one");
    check(("3000.00", COMPANY, ""), &[], "none");
    check(("3000.00", "别家", ""), &[("3000.00", COMPANY)], "none");
    check(("3000.00", "", ""), &[("3000.00", "")], "none");
}

#[test]
fn of_several_the_remark_decides_or_a_person() {
    let two = [("3000.00", COMPANY), ("3000.00", COMPANY)];
    check(("3000.00", COMPANY, "充值"), &two, "review ?: several 2");
    check(("3000.00", COMPANY, "充值 {2} 谢谢"), &two, "match 2 by remark");
    check(("3000.00", COMPANY, "{1} {2}"), &two, "review ?: several 2");
    // A code that names no waiting request decides nothing.
    check(("3000.00", COMPANY, "{3}"), &two, "review ?: several 2");
    check(("3000.00", COMPANY, "{3}"), &[("3000.00", COMPANY)], "match 1 by only one");
}

/// Rules R1-15, R1-16: 3000.01 for 3000.00 is no match.
#[test]
fn a_near_miss_goes_to_a_person_with_its_figures() {
    let one = [("3000.00", COMPANY)];
    check(("3000.01", COMPANY, ""), &one, "review 1: over 0.01");
    check(("2999.99", COMPANY, "{1}"), &one, "review 1: under 0.01");
    check(("3000.00", "青禾香港有限公司", "{1}"), &one, "review 1: payer");
    check(("3000.01", "青禾香港有限公司", "{1}"), &one, "review 1: payer, over 0.01");
    check(("3000.00 USD", COMPANY, ""), &one, "review 1: currency");
    check(("3000.00", "别家", "{1} {2}"), &[("3000.00", COMPANY), ("3000.00", "别家")], "match 2 by remark");
    // The remark names one request, amount and payer fit another: a person decides.
    check(
        ("4000.00", COMPANY, "{1}"),
        &[("3000.00", COMPANY), ("4000.00", COMPANY)],
        "review 1: over 1000.00",
    );
    check(("5000.00", COMPANY, ""), &[("3000.00", COMPANY), ("4000.00", COMPANY)], "review ?: over 2000.00");
}

#[test]
fn reasons_are_sentences_in_both_languages() {
    let reasons = mismatches(&line("2999.99", "青禾香港", ""), yuan("3000.00"), COMPANY);
    assert_eq!(
        reasons[1].text().en,
        "too little came: requested 3000.00 CNY, received 2999.99 CNY, short by 0.01 CNY"
    );
    assert_eq!(reasons[1].text().zh, "到账金额不足：申请 3000.00 CNY，到账 2999.99 CNY，少 0.01 CNY");
    let why = Why::PayerEqual { steps: normalise("青禾（广州）").steps };
    assert_eq!(
        why.text().en,
        "the payer's name is equal after: full-width letters made half-width, brackets left out"
    );
    for reason in reasons {
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(serde_json::from_str::<Mismatch>(&json).unwrap(), reason);
    }
}

#[test]
fn a_remark_that_names_a_request_in_other_hands_goes_to_a_person() {
    let mut candidates = requests(&[("3000.00", COMPANY), ("3000.00", COMPANY)]);
    candidates[0].waits = false;
    let named = line("3000.00", COMPANY, &remark_code(1));
    let over = TopUpId::from_raw(1);
    assert_eq!(
        propose(&named, &candidates),
        Proposal::Review { top_up: None, reasons: vec![Mismatch::DoesNotWait { top_up: over }] }
    );
    let unnamed = line("3000.00", COMPANY, "");
    assert!(matches!(propose(&unnamed, &candidates), Proposal::Match { top_up, .. } if top_up != over));
}
