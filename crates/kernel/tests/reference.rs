//! The built-in tables against reference data that lies outside the project: holidays of China and ISO 4217.
//! Never fails where that data is absent: it says that it is skipped.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use zaiton_kernel::calendar::{Calendar, Day};
use zaiton_kernel::{Currency, LocalDate};

fn data(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is absent", path.display());
    None
}

#[test]
fn every_day_of_every_year_is_as_ordered() {
    let mut ordered: BTreeMap<LocalDate, bool> = BTreeMap::new();
    for year in 2018..=2026 {
        let Some(path) = data(&format!("holidays_cn/{year}.json")) else { return };
        let file: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        for day in file["days"].as_array().unwrap() {
            let date = LocalDate::parse(day["date"].as_str().unwrap()).unwrap();
            ordered.insert(date, !day["isOffDay"].as_bool().unwrap());
        }
    }
    let calendar = Calendar::china();
    let mut at = LocalDate::new(2018, 1, 1).unwrap();
    let mut compared = 0;
    while at.year() <= 2026 {
        let working = ordered.get(&at).copied().unwrap_or(!at.is_weekend());
        assert_eq!(calendar.is_working_day(at), Day { working, known: true }, "{at}");
        at = at.next();
        compared += 1;
    }
    assert_eq!(compared, 3287);
    assert!(!calendar.is_working_day(at).known, "2027 was not ordered yet");
}

#[test]
fn every_currency_in_force_has_its_decimals() {
    let Some(path) = data("country_currency/iso4217_codes-all.csv") else { return };
    let mut rows = csv::Reader::from_path(path).unwrap();
    let mut in_force = BTreeSet::new();
    let mut others = BTreeSet::new();
    for row in rows.records() {
        let row = row.unwrap();
        let (code, minor, withdrawn) = (&row[2], &row[4], &row[5]);
        if withdrawn.is_empty()
            && let Ok(exponent) = minor.parse::<u8>()
        {
            let known = Currency::from_code(code).unwrap_or_else(|_| panic!("{code} is unknown"));
            assert_eq!(known.exponent(), exponent, "{code}");
            assert_eq!(known.code(), code);
            in_force.insert(code.to_owned());
        } else if !code.is_empty() {
            others.insert(code.to_owned());
        }
    }
    for code in others.difference(&in_force) {
        assert!(Currency::from_code(code).is_err(), "{code} is withdrawn or has no decimals");
    }
    assert!(in_force.len() > 150, "only {} currencies were compared", in_force.len());
}
