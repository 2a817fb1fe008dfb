//! Payment files: what is written is read back to the last figure, in the structure of a real file, and no cell runs
//! as a formula.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::outside_files;
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use zaiton_connect::payments::{BankId, PainVersion, Payment, PaymentOrder};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, LocalDate, Money, Timestamp};

const VERSIONS: [PainVersion; 2] = [PainVersion::V03, PainVersion::V09];

pub(crate) fn payment(end_to_end: &str, minor: i64) -> Payment {
    Payment {
        end_to_end: end_to_end.into(),
        amount: Money::new(minor, Currency::CNY),
        creditor_name: "青禾贸易有限公司".into(),
        creditor_account: "6217 0001 2345 678".into(),
        creditor_bank: Some(BankId::Cnaps("104100000004".into())),
        remark: "提现 WD-1".into(),
    }
}

pub(crate) fn order() -> PaymentOrder {
    PaymentOrder {
        message_id: "ZT-20260302-1".into(),
        made_at: Timestamp::parse("2026-03-02T17:00:00.5+08:00").unwrap(),
        execution_date: LocalDate::new(2026, 3, 3).unwrap(),
        debtor_name: "刺桐平台有限公司".into(),
        debtor_account: "6222 0000 1234 5678".into(),
        debtor_bank: BankId::Bic("BKCHCNBJ".into()),
        currency: Currency::CNY,
        payments: vec![payment("WD-1", 100_000), payment("WD-2", 1)],
    }
}

/// Every element in order: its path and its text; of `InstdAmt` the currency before it.
fn elements(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    let (mut path, mut found): (Vec<String>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    let mut texts: Vec<(usize, String)> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                texts.push((found.len(), String::new()));
                found.push((path.join("/"), String::new()));
                if path.last().unwrap() == "InstdAmt" {
                    let currency = start.attributes().next().unwrap().unwrap();
                    assert_eq!(currency.key.as_ref(), "Ccy");
                    texts.last_mut().unwrap().1 = format!("{} ", &*currency.value);
                }
            }
            Event::Text(text) => {
                if let Some((_, all)) = texts.last_mut() {
                    all.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                let letter = match &*reference {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    other => panic!("&{other};"),
                };
                texts.last_mut().unwrap().1.push(letter);
            }
            Event::End(_) => {
                path.pop();
                let (at, text) = texts.pop().unwrap();
                if !text.trim().is_empty() {
                    found[at].1 = text;
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// The order that a file says, by the paths of each version.
fn read_back(xml: &str, version: PainVersion) -> PaymentOrder {
    let found = elements(xml);
    let below = "Document/CstmrCdtTrfInitn";
    let text = |paths: &[&str]| -> String {
        let is = |path: &str| paths.iter().any(|wanted| path == format!("{below}/{wanted}"));
        let hits: Vec<&String> = found.iter().filter(|(path, _)| is(path)).map(|(_, text)| text).collect();
        assert_eq!(hits.len(), 1, "{paths:?}");
        hits[0].clone()
    };
    let bic = if version == PainVersion::V03 { "BIC" } else { "BICFI" };
    let bank = |part: &str, found: &BTreeMap<String, String>| {
        let at = |name: &str| found.get(&format!("{part}/FinInstnId/{name}")).cloned();
        if let Some(code) = at("ClrSysMmbId/MmbId") {
            assert_eq!(at("ClrSysMmbId/ClrSysId/Cd").unwrap(), "CNAPS");
            return Some(BankId::Cnaps(code));
        }
        at(bic).map(BankId::Bic).or_else(|| at("Nm").map(BankId::Name))
    };
    let currency = Currency::from_code(&text(&["PmtInf/DbtrAcct/Ccy"])).unwrap();
    let mut payments: Vec<BTreeMap<String, String>> = Vec::new();
    let mut group = BTreeMap::new();
    for (path, text) in &found {
        let path = path.strip_prefix(&format!("{below}/PmtInf/")).unwrap_or("");
        if path == "CdtTrfTxInf" {
            payments.push(BTreeMap::new());
        }
        match path.strip_prefix("CdtTrfTxInf/") {
            Some(part) => assert_eq!(payments.last_mut().unwrap().insert(part.into(), text.clone()), None),
            None => drop(group.insert(path.to_owned(), text.clone())),
        }
    }
    for part in ["GrpHdr", "PmtInf"] {
        assert_eq!(text(&[&format!("{part}/NbOfTxs")]), payments.len().to_string());
    }
    let payments: Vec<Payment> = payments
        .iter()
        .map(|found| {
            let at = |name: &str| found.get(name).cloned().unwrap_or_default();
            let (code, amount) = found["Amt/InstdAmt"].split_once(' ').unwrap();
            Payment {
                end_to_end: at("PmtId/EndToEndId"),
                amount: Money::parse(amount, Currency::from_code(code).unwrap()).unwrap(),
                creditor_name: at("Cdtr/Nm"),
                creditor_account: at("CdtrAcct/Id/IBAN") + &at("CdtrAcct/Id/Othr/Id"),
                creditor_bank: bank("CdtrAgt", found),
                remark: at("RmtInf/Ustrd"),
            }
        })
        .collect();
    let sum: i64 = payments.iter().map(|payment| payment.amount.minor()).sum();
    for part in ["GrpHdr", "PmtInf"] {
        assert_eq!(text(&[&format!("{part}/CtrlSum")]), Money::new(sum, currency).decimal());
    }
    assert_eq!(text(&["PmtInf/PmtInfId"]), text(&["GrpHdr/MsgId"]));
    assert_eq!(text(&["PmtInf/Dbtr/Nm"]), text(&["GrpHdr/InitgPty/Nm"]));
    let day = if version == PainVersion::V03 { "PmtInf/ReqdExctnDt" } else { "PmtInf/ReqdExctnDt/Dt" };
    PaymentOrder {
        message_id: text(&["GrpHdr/MsgId"]),
        made_at: Timestamp::parse(&text(&["GrpHdr/CreDtTm"])).unwrap(),
        execution_date: LocalDate::parse(&text(&[day])).unwrap(),
        debtor_name: text(&["PmtInf/Dbtr/Nm"]),
        debtor_account: text(&["PmtInf/DbtrAcct/Id/IBAN", "PmtInf/DbtrAcct/Id/Othr/Id"]),
        debtor_bank: bank("DbtrAgt", &group).unwrap(),
        currency,
        payments,
    }
}

/// What a file says of an order: accounts without spaces, the moment to the second.
fn as_written(mut order: PaymentOrder) -> PaymentOrder {
    let plain = |text: &str| text.replace(' ', "");
    order.made_at = Timestamp::from_micros(order.made_at.micros().div_euclid(1_000_000) * 1_000_000);
    order.debtor_account = plain(&order.debtor_account);
    for payment in &mut order.payments {
        payment.creditor_account = plain(&payment.creditor_account);
    }
    order
}

#[test]
fn a_file_says_what_the_order_says() {
    let mut order = order();
    order.payments[0].creditor_account = "GB82 WEST 1234 5698 7654 32".into();
    order.payments[0].creditor_bank = None;
    order.payments[1].creditor_bank = Some(BankId::Name("中国银行 & 分行".into()));
    order.payments[1].remark = String::new();
    for version in VERSIONS {
        let xml = order.to_pain001(version).unwrap();
        assert_eq!(xml, order.clone().to_pain001(version).unwrap());
        assert_eq!(read_back(&xml, version), as_written(order.clone()));
        let namespace = format!("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{}\">", version.name());
        assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") && xml.contains(&namespace));
        assert!(xml.contains("<CtrlSum>1000.01</CtrlSum>") && xml.contains("2026-03-02T09:00:00Z"), "{xml}");
        assert!(xml.contains("<IBAN>GB82WEST12345698765432</IBAN>") && xml.contains("中国银行 &amp; 分行"));
        assert_eq!(xml.matches("<RmtInf>").count(), 1);
    }
    let json = serde_json::to_string(&order).unwrap();
    assert_eq!(serde_json::from_str::<PaymentOrder>(&json).unwrap(), order);
}

/// A text that a field holds: letters with a meaning in XML and CSV, Chinese, letters past 16 bits; no space at an end.
fn text(most: usize) -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        proptest::sample::select("& < > \" ' ; ] - = + @ , . / ? ! # %".chars().collect::<Vec<_>>()),
        proptest::char::range('a', 'z'),
        proptest::char::range('\u{4e00}', '\u{9fa5}'),
        proptest::char::range('\u{20000}', '\u{2a6d6}'),
    ];
    proptest::collection::vec(letter, 1..=most)
        .prop_map(|letters| letters.into_iter().collect::<String>().trim().to_owned())
        .prop_filter("a text that is there", |text| !text.is_empty())
}

fn bank() -> impl Strategy<Value = BankId> {
    prop_oneof![
        Just(BankId::Bic("POFICHBEXXX".into())),
        Just(BankId::Cnaps("104100000004".into())),
        text(140).prop_map(BankId::Name),
    ]
}

fn payments(currency: Currency) -> impl Strategy<Value = Vec<Payment>> {
    let one = (1..=1_000_000_000_000_000_i64, text(140), bank(), text(140), "[0-9]{1,34}", text(20));
    proptest::collection::vec(one, 1..20).prop_map(move |all| {
        let number =
            |(at, (minor, name, bank, remark, account, id)): (usize, (i64, _, _, _, _, String))| Payment {
                end_to_end: format!("{id}{at}"),
                amount: Money::new(minor, currency),
                creditor_name: name,
                creditor_account: account,
                creditor_bank: Some(bank),
                remark,
            };
        all.into_iter().enumerate().map(number).collect()
    })
}

fn any_order() -> impl Strategy<Value = PaymentOrder> {
    let currency = proptest::sample::select(vec!["CNY", "JPY", "KWD", "CLF"]);
    let currency = currency.prop_map(|code| Currency::from_code(code).unwrap());
    let money = currency.prop_flat_map(|currency| (Just(currency), payments(currency)));
    (text(35), 700_000_000..4_000_000_000_i64, text(140), bank(), money).prop_map(
        |(message_id, second, debtor_name, debtor_bank, (currency, payments))| PaymentOrder {
            message_id,
            made_at: Timestamp::from_micros(second * 1_000_000),
            execution_date: Timestamp::from_micros(second * 1_000_000).date_in(&Zone::shanghai()),
            debtor_name,
            debtor_account: "CH5109000000250092291".into(),
            debtor_bank,
            currency,
            payments,
        },
    )
}

/// The cells of a CSV as a bank reads them: the guard taken off.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let body = csv.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(body.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_figure_is_read_back(order in any_order()) {
        for version in VERSIONS {
            let xml = order.to_pain001(version).unwrap();
            prop_assert_eq!(read_back(&xml, version), order.clone());
        }
        let rows = cells(&order.to_csv().unwrap());
        prop_assert_eq!(rows.len(), order.payments.len() + 1);
        for (row, payment) in rows.iter().skip(1).zip(&order.payments) {
            let formula = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            prop_assert!(!row.iter().any(|cell| formula(cell)), "{:?}", row);
            let plain = |cell: &str| match cell.strip_prefix('\'') {
                Some(rest) if formula(rest) => rest.to_owned(),
                Some(_) | None => cell.to_owned(),
            };
            let unguarded: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
            // A text that has the guard of its own reads like a guarded one: the file cannot tell them apart.
            let own = |text: &str| plain(text);
            let bank = payment.creditor_bank.as_ref().map_or("", BankId::text);
            let amount = payment.amount.decimal();
            let code = payment.amount.currency();
            let want = [
                &own(&payment.end_to_end), amount.as_str(), code.code(), &own(&payment.creditor_name),
                &payment.creditor_account, &own(bank), &own(&payment.remark),
            ];
            prop_assert_eq!(unguarded, want);
        }
    }
}

/// What both files have stands below the same elements and in the same order.
#[test]
fn the_structure_is_that_of_a_real_file() {
    for (name, bytes) in outside_files("bank/pain", "pain.001", ".xml") {
        let mut order = order();
        order.debtor_account = "GB82WEST12345698765432".into();
        order.payments[0].creditor_account = order.debtor_account.clone();
        for payment in &mut order.payments {
            payment.creditor_bank = Some(BankId::Bic("POFICHBEXXX".into()));
        }
        let ours = children(&order.to_pain001(PainVersion::V03).unwrap());
        let theirs = children(&String::from_utf8(bytes).unwrap());
        let (mut both, mut ours_alone) = (BTreeSet::new(), BTreeSet::new());
        for (path, mine) in &ours {
            let other: Vec<&Vec<String>> =
                theirs.iter().filter(|(at, _)| at == path).map(|(_, c)| c).collect();
            assert!(mine.is_empty() || !other.is_empty(), "{name} has no {path}");
            for child in mine {
                let known = other.iter().any(|children| children.contains(child));
                if known { &mut both } else { &mut ours_alone }.insert(format!("{path}/{child}"));
            }
            for children in other {
                // Their order of what we also write must be ours.
                let theirs = children.iter().filter_map(|child| mine.iter().position(|own| own == child));
                assert!(theirs.clone().is_sorted(), "{path}: {mine:?}, {children:?}");
            }
        }
        // In the standard, and not in this file: the sums of the group and the account's currency.
        let alone: Vec<&str> =
            ours_alone.iter().filter_map(|path| path.rsplit_once("PmtInf/")).map(|at| at.1).collect();
        assert_eq!(alone, ["CtrlSum", "DbtrAcct/Ccy", "NbOfTxs"]);
        assert!(both.len() > 30, "{both:?}");
    }
}

/// Every element with children: its path and their names, in order, each once.
fn children(xml: &str) -> Vec<(String, Vec<String>)> {
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for (path, _) in elements(xml) {
        if let Some((parent, name)) = path.rsplit_once('/') {
            let (_, names) = all.iter_mut().rev().find(|(at, _)| at == parent).unwrap();
            if names.last().is_none_or(|last| last != name) {
                names.push(name.to_owned());
            }
        }
        all.push((path, Vec::new()));
    }
    all
}

#[test]
fn the_csv_is_what_a_person_expects() {
    let mut order = order();
    order.payments[0].creditor_name = "=HYPERLINK(\"http://x\",\"青禾\")".into();
    order.payments[0].remark = "@SUM(1),2".into();
    order.payments[1].end_to_end = "-1".into();
    let csv = order.to_csv().unwrap();
    assert_eq!(
        csv,
        "\u{feff}end_to_end,amount,currency,creditor_name,creditor_account,creditor_bank,remark\r\n\
         WD-1,1000.00,CNY,\"'=HYPERLINK(\"\"http://x\"\",\"\"青禾\"\")\",621700012345678,104100000004,\"'@SUM(1),2\"\r\n\
         '-1,0.01,CNY,青禾贸易有限公司,621700012345678,104100000004,提现 WD-1\r\n"
    );
}
