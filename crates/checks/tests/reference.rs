//! Every check against cases that others published, which lie outside the project. Never fails where they are absent: it says
//! that it is skipped.

#![cfg(test)]

use std::path::PathBuf;

use serde_json::Value;
use zaiton_boundary as boundary;
use zaiton_checks::address::{Address, Formats};
use zaiton_checks::card::Scheme;
use zaiton_checks::china::Holder;
use zaiton_checks::phone::LineType;
use zaiton_checks::{Part, Wrong, bank, card, china, goods, phone, vat};
use zaiton_kernel::LocalDate;

fn data(name: &str) -> Option<String> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(std::fs::read_to_string(path).unwrap());
    }
    println!("skipped: {} is absent", path.display());
    None
}

fn rows(name: &str) -> Option<Vec<csv::StringRecord>> {
    let text = data(name)?;
    Some(csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect())
}

fn texts(of: &Value) -> impl Iterator<Item = &str> {
    of.as_array().map_or(&[][..], Vec::as_slice).iter().map(|one| one.as_str().unwrap())
}

/// Asserts and counts both sides of R5-13 for a file of valid and invalid texts.
fn check<T: std::fmt::Debug>(what: &str, of: &Value, read: impl Fn(&str) -> Result<T, Wrong>) -> usize {
    let mut many = 0;
    for text in texts(&of["valid"]) {
        assert!(read(text).is_ok(), "{what} {text}: {:?}", read(text));
        boundary::inside("R5-13", format!("{what} that others call right"));
        many += 1;
    }
    for text in texts(&of["invalid"]) {
        assert!(read(text).is_err(), "{what} {text}: {:?}", read(text));
        boundary::outside("R5-13", format!("{what} that others call wrong"));
        many += 1;
    }
    many
}

fn today() -> LocalDate {
    LocalDate::new(2026, 11, 22).unwrap()
}

#[test]
fn credit_codes() {
    let Some(rows) = rows("checks/uscc_public.csv") else { return };
    for row in &rows {
        let read = china::uscc(&row[0]);
        // The last column is the check character as GB 32100 has it.
        assert_eq!(read.is_ok(), &row[3] == "True", "{row:?}: {read:?}");
        if &row[1] == "invalid" {
            assert_eq!(read.map_err(|wrong| wrong.part), Err(Part::Check), "{row:?}");
        }
    }
    assert_eq!(rows.len(), 5);
}

#[test]
fn identity_numbers() {
    let Some(rows) = rows("checks/cn_resident_id_public.csv") else { return };
    for row in &rows {
        let read = china::resident_id(&row[0], today());
        match (&row[1], &row[2]) {
            // Small letters are written as capitals, so that strict and lenient agree.
            ("valid" | "valid_unless_strict", _) => assert!(read.is_ok(), "{row:?}: {read:?}"),
            ("invalid", reason) => {
                let part = read.unwrap_err().part;
                let fits = match reason {
                    "letter" => part == Part::Letters,
                    "15 digits" => part == Part::Length,
                    _ => matches!(part, Part::Birthday | Part::Region | Part::Length),
                };
                assert!(fits, "{row:?}: {part:?}");
            }
            // Only its form is promised.
            ("format_only", _) => assert_eq!(read.unwrap_err().part, Part::Check, "{row:?}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(rows.len(), 11);
    for (number, holder) in [
        ("81000019980902013X", Holder::HongKong),
        ("820000200009100032", Holder::Macau),
        ("830000200209060065", Holder::Taiwan),
        ("932682198501010017", Holder::Foreigner),
        ("33010219200403064X", Holder::Citizen),
    ] {
        assert_eq!(china::resident_id(number, today()).map(|(_, holder)| holder), Ok(holder), "{number}");
    }
}

#[test]
fn cards() {
    let Some(text) = data("checks/card_number_public.json") else { return };
    let file: Value = serde_json::from_str(&text).unwrap();
    let mut many = 0;
    for case in file["cases"].as_array().unwrap() {
        let scheme = match case["args"][0]["provider"].as_str() {
            None => {
                many += check("a card", case, card::card);
                continue;
            }
            Some("AmEx") => Scheme::AmericanExpress,
            Some("DinersClub") => Scheme::Diners,
            Some("Discover") => Scheme::Discover,
            Some("JCB") => Scheme::Jcb,
            Some("Mastercard") => Scheme::Mastercard,
            Some("UnionPay") => Scheme::UnionPay,
            Some("Visa") => Scheme::Visa,
            Some(other) => panic!("{other}"),
        };
        many += check(&format!("a card of {scheme}"), case, |text| card::card_of(text, scheme));
    }
    assert_eq!(many, 203);
}

#[test]
fn banks() {
    if let Some(text) = data("checks/bic_public.json") {
        let file: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(check("a bank's code", &file["cases"][0], bank::bic), 12);
    }
    let Some(rows) = rows("checks/iban_public.csv") else { return };
    for row in &rows {
        let read = bank::iban(&row[0]);
        assert_eq!(read.is_ok(), &row[1] == "valid", "{row:?}: {read:?}");
        let last = row[0].chars().last().unwrap();
        if let (true, Some(digit)) = (read.is_ok(), last.to_digit(10)) {
            let other = format!("{}{}", &row[0][..row[0].len() - 1], (digit + 1) % 10);
            assert_eq!(bank::iban(&other).map_err(|wrong| wrong.part), Err(Part::Check), "{other}");
        }
    }
    assert_eq!(rows.len(), 110);
}

#[test]
fn barcodes() {
    let Some(text) = data("checks/ean_public.json") else { return };
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(check("a barcode", &file["cases"][0], |text| goods::gtin(text, false)), 12);
    assert_eq!(goods::gtin("036000291452", true).as_deref(), Ok("036000291452"));
}

#[test]
fn vat_numbers() {
    let Some(text) = data("checks/vat_public_jsvat.json") else { return };
    let file: Value = serde_json::from_str(&text).unwrap();
    let mut many = 0;
    for case in file["cases"].as_array().unwrap() {
        let country = case["country"].as_str().unwrap();
        assert!(vat::COUNTRIES.contains(&country));
        many += check(&format!("a VAT number of {country}"), case, vat::vat);
        for text in texts(&case["valid_only_by_format"]) {
            if let Err(wrong) = vat::vat(text) {
                assert!(matches!(wrong.part, Part::Check | Part::Form), "{text}: {wrong:?}");
            }
        }
    }
    assert!(many > 700, "{many}");
}

#[test]
fn phones() {
    let Some(rows) = rows("checks/phone_examples_public.csv") else { return };
    for row in &rows {
        let (code, kind, national) = (&row[0], &row[2], &row[3]);
        let line = match kind {
            "FIXED_LINE" => LineType::FixedLine,
            "MOBILE" => LineType::Mobile,
            "FIXED_LINE_OR_MOBILE" => LineType::FixedLineOrMobile,
            "TOLL_FREE" => LineType::TollFree,
            "PREMIUM_RATE" => LineType::PremiumRate,
            "SHARED_COST" => LineType::SharedCost,
            "PERSONAL_NUMBER" => LineType::PersonalNumber,
            "VOIP" => LineType::Voip,
            "PAGER" => LineType::Pager,
            "UAN" => LineType::Uan,
            "VOICEMAIL" => LineType::Voicemail,
            other => panic!("{other}"),
        };
        let number = phone::phone(&format!("+{code}{national}"), "86");
        assert!(number.is_ok(), "{row:?}: {number:?}");
        assert!(phone::is_of(&number.unwrap(), line), "{row:?}");
    }
    assert_eq!(rows.len(), 395);
}

#[test]
fn tariff_codes() {
    let Some(rows) = rows("hs/hs2022_en.csv") else { return };
    let tariff: std::collections::HashSet<&str> = rows.iter().map(|row| &row[1]).collect();
    let listed = |code: &str| tariff.contains(code);
    let mut many = 0;
    for row in rows.iter().filter(|row| &row[4] == "6" && &row[0] != "TOTAL" && !row[1].starts_with("99")) {
        assert_eq!(goods::hs_code(&row[1], listed).as_deref(), Ok(&row[1]));
        many += 1;
    }
    assert!(many > 5_000, "{many}");
    boundary::inside("R5-13", "a code that the loaded tariff has");
    assert_eq!(goods::hs_code("0101.99", listed).map_err(|wrong| wrong.part), Err(Part::Unlisted));
    boundary::outside("R5-13", "a code that the loaded tariff does not have");
}

#[test]
fn addresses() {
    let (Some(facts), Some(cases)) =
        (data("address/libaddressinput_countryinfo.txt"), data("address/validator_cases.json"))
    else {
        return;
    };
    let formats = Formats::read(&facts).unwrap();
    assert!(formats.len() > 240, "{}", formats.len());
    let cases: Value = serde_json::from_str(&cases).unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let field = |name: &str| case["address"][name].as_str().unwrap_or_default().to_owned();
        let address = Address {
            country: field("region_code"),
            area: field("administrative_area"),
            town: field("locality"),
            street: texts(&case["address"]["address_line"]).collect::<Vec<_>>().join("\n"),
            postcode: field("postal_code"),
        };
        let mut found: Vec<Part> = formats.check(&address).iter().map(|wrong| wrong.part).collect();
        let mut want: Vec<Part> = case["expected_problems"].as_array().unwrap().iter().map(part_of).collect();
        found.sort();
        want.sort();
        assert_eq!(found, want, "{}", case["name"]);
    }
    let Some(rows) = rows("address/postal_code_valid_examples.csv") else { return };
    for row in &rows {
        let address = Address { country: row[0].into(), postcode: row[1].into(), ..Address::default() };
        let found: Vec<Part> = formats.check(&address).iter().map(|wrong| wrong.part).collect();
        // Some examples of the source do not fit its own patterns.
        let is_odd =
            ["BY 20050", "EE 1001", "GB RH6 OHP"].contains(&format!("{} {}", &row[0], &row[1]).as_str());
        assert_eq!(found.contains(&Part::PostcodeForm), is_odd, "{row:?}");
    }
    assert_eq!(rows.len(), 443);
}

fn part_of(problem: &Value) -> Part {
    match (problem["field"].as_str().unwrap(), problem["problem"].as_str().unwrap()) {
        ("COUNTRY", _) => Part::Country,
        ("ADMIN_AREA", "MISSING_REQUIRED_FIELD") => Part::AreaMissing,
        ("LOCALITY", "MISSING_REQUIRED_FIELD") => Part::TownMissing,
        ("STREET_ADDRESS", "MISSING_REQUIRED_FIELD") => Part::StreetMissing,
        ("POSTAL_CODE", "MISSING_REQUIRED_FIELD") => Part::PostcodeMissing,
        ("POSTAL_CODE", "INVALID_FORMAT") => Part::PostcodeForm,
        ("POSTAL_CODE", "MISMATCHING_VALUE") => Part::PostcodeElsewhere,
        other => panic!("{other:?}"),
    }
}
