//! Real MT940 samples against what another reader, WoLpH/mt940, understood of them (the JSON beside each). Many
//! samples are pieces of a statement; the table says what is put around them, and each difference has its reason.

use std::collections::BTreeSet;

use crate::common::{outside, outside_files, read, verdict};
use serde_json::Value;
use zaiton_connect::bank::{BalanceKind, BankFile, ReadDetail, ReadEntry, ReadStatement};
use zaiton_kernel::{Currency, Money};

/// A sample that is no whole statement: what we say of it as it is, and what makes it one.
struct Piece {
    name: &'static str,
    verdict: &'static str,
    before: &'static str,
    after: &'static str,
    swaps: &'static [(&'static str, &'static str)],
}

const HEAD: &str = ":20:X\n:25:1\n:60F:C140101EUR0,\n";

/// Every sample that is refused as it is. `cmxl_mt940` is whole, but its first currency is none any more.
const PIECES: &[Piece] = &[
    Piece {
        name: "betterplace_missing_crlf_at_end",
        verdict: "import.mt_outside@1 -",
        before: ":20:X\n:25:1\n:60F:C100323EUR42570,04\n",
        after: "",
        swaps: &[],
    },
    Piece {
        name: "cmxl_account_balance_credit",
        verdict: "import.mt_outside@1 -",
        before: ":20:X\n:25:1\n",
        after: "\n:62F:C140829EUR147,64\n",
        swaps: &[],
    },
    Piece {
        name: "cmxl_mt940",
        verdict: "import.currency_unknown@4 :60F:",
        before: "",
        after: "",
        swaps: &[("DEM", "EUR")],
    },
    Piece {
        name: "cmxl_reference",
        verdict: "import.missing@1 :25:",
        before: "",
        after: "\n:25:1\n:60F:C140101EUR0,\n:62F:C140101EUR0,\n",
        swaps: &[],
    },
    Piece {
        name: "cmxl_statement_details",
        verdict: "import.mt_outside@1 -",
        before: HEAD,
        after: "\n:62F:D140901EUR1,62\n",
        swaps: &[],
    },
    Piece {
        name: "cmxl_statement_line",
        verdict: "import.mt_outside@1 -",
        before: HEAD,
        after: "\n:62F:D140901EUR1,62\n",
        swaps: &[],
    },
    Piece {
        name: "self-provided_account_identification",
        verdict: "import.missing@1 :60F:",
        before: "",
        after: "",
        swaps: &[(":25:AC", ":60F:C140101EUR0,\n:62F:C140101EUR0,\n:25:AC")],
    },
    Piece {
        name: "self-provided_gv_codes",
        verdict: "import.missing@1 :62F:",
        before: "",
        after: "\n:62F:C191025EUR12087,67\n",
        swaps: &[],
    },
    Piece {
        name: "self-provided_invalid_statement",
        verdict: "import.kind_unsupported@- -",
        before: "",
        after: "",
        swaps: &[],
    },
    Piece {
        name: "self-provided_multiline",
        verdict: "import.mt_outside@38 -",
        before: "",
        after: "\n:62F:C221219EUR119,\n",
        swaps: &[("-\n:61:2212", "-\n:20:BILMT940\n:25:1\n:60F:C221219EUR0,\n:61:2212")],
    },
];

/// Where the two readers say different things, and why ours is meant.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    (
        "betterplace_sepa_snippet.sta",
        "customer_reference",
        "theirs is the KREF+ of the text, or none; ours is what the line itself says",
    ),
    (
        "cmxl_statement_details.sta",
        "customer_reference",
        "theirs is the KREF+ of the text, or none; ours is what the line itself says",
    ),
    ("self-provided_details_60-63.sta", "purpose", "the ABWA+ in it is a reference for us"),
    ("self-provided_multiline.sta", "account", "theirs is cut after 35 characters"),
    ("self-provided_multiline.sta", "purpose", "theirs holds the first of the parts 60 to 63 only"),
    ("self-provided_gv_codes.sta", "purpose", "theirs leaves out the text before the first SEPA word"),
];

fn whole(name: &str, bytes: &[u8]) -> Vec<u8> {
    let Some(piece) = PIECES.iter().find(|piece| name.starts_with(piece.name)) else { return bytes.to_vec() };
    let mut text = String::from_utf8(bytes.to_vec()).unwrap();
    for (from, to) in piece.swaps {
        assert!(text.contains(from), "{name}: {from}");
        text = text.replace(from, to);
    }
    format!("{}{text}{}", piece.before, piece.after).into_bytes()
}

struct Differ<'a> {
    name: &'a str,
    found: &'a mut BTreeSet<(String, String)>,
}

impl Differ<'_> {
    fn see(&mut self, field: &str, ours: Option<String>, theirs: Option<String>) {
        let filled = |value: Option<String>| value.filter(|text| !text.is_empty());
        let (ours, theirs) = (filled(ours), filled(theirs));
        if ours != theirs {
            println!("{} {field}: ours {ours:?}, theirs {theirs:?}", self.name);
            self.found.insert((self.name.to_owned(), field.to_owned()));
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(|text| text.trim().to_owned())
}

/// Without any space: the two readers put lines together in different ways.
fn dense(text: Option<String>) -> Option<String> {
    text.map(|text| text.chars().filter(|letter| !letter.is_whitespace()).collect())
}

/// A reference that is none is no reference for us.
fn reference(value: &Value) -> Option<String> {
    text(value).filter(|text| text != "NONREF")
}

fn money(value: &Value, known: Currency) -> Money {
    let currency = value["currency"].as_str().filter(|code| *code != "DEM");
    let currency = currency.map_or(known, |code| Currency::from_code(code).unwrap());
    Money::parse(value["amount"].as_str().unwrap(), currency).unwrap()
}

fn compare(name: &str, file: &BankFile, theirs: &Value, found: &mut BTreeSet<(String, String)>) -> usize {
    let mut differ = Differ { name, found };
    // The other reader keeps the last value of each field of the file.
    let last = |get: &dyn Fn(&ReadStatement) -> Option<String>| file.statements.iter().rev().find_map(get);
    let head: [(&str, Option<String>); 4] = [
        ("transaction_reference", last(&|s| s.reference.clone())),
        ("related_reference", last(&|s| s.related.clone())),
        ("statement_number", last(&|s| s.electronic_sequence.clone())),
        ("sequence_number", last(&|s| s.page.clone())),
    ];
    let data = &theirs["data"];
    for (field, ours) in head {
        if !data[field].is_null() {
            differ.see(field, ours, text(&data[field]));
        }
    }
    if let Some(account) = text(&data["account_identification"]) {
        let known = file.statements.iter().any(|s| Some(&s.account) == dense(Some(account.clone())).as_ref());
        differ.see("account", known.then(|| account.clone()), Some(account));
    }
    let balances = [
        ("final_opening_balance", BalanceKind::OpeningBooked, "60F"),
        ("intermediate_opening_balance", BalanceKind::InterimBooked, "60M"),
        ("intermediate_closing_balance", BalanceKind::InterimBooked, "62M"),
        ("final_closing_balance", BalanceKind::ClosingBooked, "62F"),
        ("available_balance", BalanceKind::ClosingAvailable, "64"),
    ];
    for (field, kind, code) in balances {
        let theirs = &data[field];
        if theirs.is_null() {
            continue;
        }
        let wanted =
            format!("{} {}", money(&theirs["amount"], Currency::CNY), theirs["date"].as_str().unwrap());
        let ours: Vec<String> = file
            .statements
            .iter()
            .flat_map(|statement| &statement.balances)
            .filter(|balance| balance.kind == kind && balance.code == code)
            .map(|balance| format!("{} {}", balance.amount, balance.date.unwrap()))
            .collect();
        // Statements that were put around a piece may hold another balance behind.
        let same = ours.contains(&wanted);
        differ.see(field, if same { Some(wanted.clone()) } else { Some(ours.join(", ")) }, Some(wanted));
    }
    let ours: Vec<&ReadEntry> = file.statements.iter().flat_map(|statement| &statement.entries).collect();
    let theirs = theirs["transactions"].as_array().unwrap();
    differ.see("transactions", Some(ours.len().to_string()), Some(theirs.len().to_string()));
    for (ours, theirs) in ours.iter().zip(theirs) {
        compare_entry(ours, theirs, &mut differ);
    }
    theirs.len()
}

fn compare_entry(ours: &ReadEntry, theirs: &Value, differ: &mut Differ<'_>) {
    let sign = if ours.credit { 1 } else { -1 };
    let signed = Money::new(ours.amount.minor() * sign, ours.amount.currency());
    let wanted = money(&theirs["amount"], ours.amount.currency());
    differ.see("amount", Some(signed.to_string()), Some(wanted.to_string()));
    differ.see("date", ours.value_date.map(|day| day.to_string()), text(&theirs["date"]));
    differ.see("entry_date", ours.booking_date.map(|day| day.to_string()), text(&theirs["entry_date"]));
    differ.see("id", ours.movement.clone(), text(&theirs["id"]));
    differ.see("bank_reference", ours.servicer_ref.clone(), reference(&theirs["bank_reference"]));
    differ.see("extra_details", ours.additional_info.clone(), text(&theirs["extra_details"]));
    let detail = ours.details.first().unwrap();
    let of_kind =
        |kind: &str| detail.refs.iter().find(|found| found.kind == kind).map(|found| found.value.clone());
    differ.see("customer_reference", of_kind("61"), reference(&theirs["customer_reference"]));
    let plain = text(&theirs["transaction_details"]).unwrap_or_default();
    if let Some(words) = plain.strip_prefix('/') {
        let words = dense(Some(format!("/{words}/"))).unwrap();
        let parts = [&detail.creditor, &detail.end_to_end_id].into_iter().flatten().chain(&detail.remittance);
        for part in parts {
            let part = dense(Some(format!("/{part}/"))).unwrap();
            differ.see(
                "transaction_details",
                Some(words.contains(&part).to_string()),
                Some("true".to_owned()),
            );
        }
    } else if theirs.get("purpose").is_some() {
        compare_numbered(detail, theirs, ours.credit, differ);
    } else {
        differ.see("transaction_details", dense(Some(detail.remittance.concat())), dense(Some(plain)));
    }
}

fn compare_numbered(ours: &ReadDetail, theirs: &Value, credit: bool, differ: &mut Differ<'_>) {
    let of_kind =
        |kind: &str| ours.refs.iter().find(|found| found.kind == kind).map(|found| found.value.clone());
    let (name, account) =
        if credit { (&ours.debtor, &ours.debtor_account) } else { (&ours.creditor, &ours.creditor_account) };
    differ.see("applicant_name", dense(name.clone()), dense(text(&theirs["applicant_name"])));
    differ.see("applicant_iban", account.clone(), dense(text(&theirs["applicant_iban"])));
    let purpose = [&theirs["purpose"], &theirs["additional_purpose"]].into_iter().filter_map(text);
    differ.see("purpose", dense(Some(ours.remittance.concat())), dense(Some(purpose.collect())));
    differ.see("posting_text", ours.additional_info.clone(), text(&theirs["posting_text"]));
    differ.see("end_to_end", dense(ours.end_to_end_id.clone()), dense(text(&theirs["end_to_end_reference"])));
    for (kind, field) in [
        ("GVC", "transaction_code"),
        ("10", "prima_nota"),
        ("30", "applicant_bin"),
        ("34", "return_debit_notes"),
        ("MREF", "additional_position_reference"),
        ("CRED", "applicant_creditor_id"),
    ] {
        differ.see(field, dense(of_kind(kind)), dense(text(&theirs[field])));
    }
}

#[test]
fn every_sample_says_what_the_other_reader_says() {
    let files = outside_files("bank/mt940", "", ".sta");
    let Some(folder) = outside("bank/mt940") else { return };
    let mut found = BTreeSet::new();
    let (mut pieces, mut compared) = (0, 0);
    for (name, bytes) in &files {
        let piece = PIECES.iter().find(|piece| name.starts_with(piece.name));
        assert_eq!(verdict(read(bytes)), piece.map_or("read", |piece| piece.verdict), "{name}");
        pieces += usize::from(piece.is_some());
        if name.contains("invalid_statement") {
            continue;
        }
        let file = read(whole(name, bytes)).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let theirs = std::fs::read(folder.join(name.replace(".sta", ".expected.json"))).unwrap();
        compared += compare(name, &file, &serde_json::from_slice(&theirs).unwrap(), &mut found);
    }
    let expected: BTreeSet<_> =
        DIFFERENCES.iter().map(|(name, field, _)| (name.to_string(), field.to_string())).collect();
    assert_eq!(found, expected);
    assert_eq!((files.len(), pieces, compared), (19, PIECES.len(), 52));
}

/// Whether opening and booked movements give the closing, statement by statement. Where they do not, the sample was
/// shortened by its authors or its balances invented; whoever books it must refuse it.
const FOOTS: &[(&str, &[bool])] = &[
    ("betterplace_missing_crlf_at_end", &[true]),
    ("betterplace_sepa_snippet", &[true, false]),
    ("cmxl_account_balance_credit", &[true]),
    ("cmxl_mt940", &[true, true, true]),
    ("cmxl_reference", &[true]),
    ("cmxl_statement_details", &[true]),
    ("cmxl_statement_line", &[true]),
    ("jejik_generic", &[true, true]),
    ("jejik_knab", &[true, false]),
    ("jejik_postfinance", &[true, false]),
    ("jejik_rabobank-iban", &[true, true]),
    ("mBank_mt940", &[true]),
    ("self-provided_account_identification", &[true, true]),
    ("self-provided_details_60-63", &[false]),
    ("self-provided_february_30", &[true]),
    ("self-provided_gv_codes", &[true]),
    ("self-provided_multiline", &[true, true]),
    ("self-provided_whitespace", &[false]),
];

#[test]
fn which_samples_add_up() {
    let mut seen = Vec::new();
    for (name, bytes) in outside_files("bank/mt940", "", ".sta") {
        let Ok(file) = read(whole(&name, &bytes)) else { continue };
        let foots: Vec<bool> = file
            .statements
            .iter()
            .map(|statement| {
                let mut sum = statement.opening.unwrap();
                for entry in statement.entries.iter().filter(|entry| entry.booked) {
                    let next = if entry.credit { sum.plus(entry.amount) } else { sum.minus(entry.amount) };
                    sum = next.unwrap();
                }
                sum == statement.closing.unwrap()
            })
            .collect();
        seen.push((name.trim_end_matches(".sta").to_owned(), foots));
    }
    let want: Vec<_> = FOOTS.iter().map(|(name, foots)| ((*name).to_owned(), foots.to_vec())).collect();
    assert!(seen.is_empty() || seen == want, "{seen:?}");
}

/// A value date that no calendar has: banks that count months of thirty days write it.
#[test]
fn the_thirtieth_of_february_is_the_last_day_of_that_month() {
    for (_, bytes) in outside_files("bank/mt940", "february_30", ".sta") {
        let file = read(&bytes).unwrap();
        let entry = &file.statements[0].entries[0];
        assert_eq!(entry.value_date.unwrap().to_string(), "2016-02-29");
        assert_eq!(entry.booking_date.unwrap().to_string(), "2016-03-01");
        let text = String::from_utf8(bytes).unwrap();
        let booked = text.replace(":60F:C160229", ":60F:C160230");
        assert_eq!(verdict(read(booked)), "import.date_form@5 :60F:", "a balance is of a real day");
    }
}
