//! Real bank files from outside: which may be booked, and why the others may not.

use std::path::PathBuf;

use crate::home::Home;
use crate::shop::open_bank;

/// What the import of a file must come to.
#[derive(Clone, Copy)]
enum Verdict {
    /// Statements with their lines.
    Booked(&'static [&'static str]),
    /// Words of the reason, the code among them.
    Refused(&'static [&'static str]),
}
use Verdict::{Booked, Refused};

const NOT_OPEN: (&str, &str) = ("", "");

/// File, the account that is opened for it (number, currency), and the verdict.
const FILES: &[(&str, (&str, &str), Verdict)] = &[
    ("genkgo_camt052.v2.xml", NOT_OPEN, Refused(&["import.announces_only", "camt.052"])),
    ("genkgo_camt054.v2.xml", NOT_OPEN, Refused(&["import.announces_only", "camt.054"])),
    (
        "moov_200519_camt.052_P_CH2909000000250094239_1110092686_0_2019042416072347.xml",
        NOT_OPEN,
        Refused(&["import.announces_only", "camt.052"]),
    ),
    (
        "moov_200519_camt.054-Credit_P_CH2909000000250094239_1110092691_0_2019042421291293.xml",
        NOT_OPEN,
        Refused(&["import.announces_only", "camt.054"]),
    ),
    (
        "moov_200519_camt.054-Debit_P_CH2909000000250094239_1110092692_0_2019042401501580.xml",
        NOT_OPEN,
        Refused(&["import.announces_only", "camt.054"]),
    ),
    (
        "genkgo_camt053.v2.all-balance-types.xml",
        ("CH2801234000123456789", "EUR"),
        Refused(&["bank.statement.does_not_foot", "-5.82 EUR"]),
    ),
    (
        "genkgo_camt053.v2.minimal.xml",
        ("NL26VAYB8060476890", "EUR"),
        Refused(&["bank.statement.currency", "place: closing", "found: SEK"]),
    ),
    (
        "genkgo_camt053.v2.minimal.ultimate.xml",
        ("NL26VAYB8060476890", "EUR"),
        Refused(&["bank.statement.currency", "place: closing", "found: SEK"]),
    ),
    (
        "genkgo_camt053.v2.multi.statement.xml",
        ("NL26VAYB8060476890", "EUR"),
        Booked(&["253EURNL26VAYB8060476890: 1 lines recorded", "254EURNL26VAYB8060476890: 1 lines recorded"]),
    ),
    (
        "genkgo_camt053.v2.with-account-name.xml",
        ("NL26VAYB8060476890", "EUR"),
        Refused(&["bank.statement.incomplete", "has no currency"]),
    ),
    (
        "genkgo_camt053.v4.xml",
        ("NL26VAYB8060476890", "EUR"),
        Refused(&["bank.statement.currency", "place: closing", "found: SEK"]),
    ),
    // The bank counts a line in that has its value date on another day.
    (
        "moov_camt.053_P_CH2909000000250094239_1110092698_0_2020112503071366.xml",
        ("CH2909000000250094239", "CHF"),
        Refused(&["bank.statement.does_not_foot", "-1537.00 CHF"]),
    ),
];

#[test]
fn each_is_booked_or_refused_with_its_reason() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/bank/camt"));
    if !folder.exists() {
        println!("skipped: {} is absent", folder.display());
        return;
    }
    let mut there: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".xml"))
        .collect();
    for (name, (number, currency), verdict) in FILES {
        there.retain(|other| other != name);
        let home = Home::sqlite();
        if !number.is_empty() {
            open_bank(&home, number, currency);
        }
        let ran = home.import("bank", &folder.join(name));
        match verdict {
            Booked(lines) => {
                let out = ran.ok();
                assert!(lines.iter().all(|line| out.contains(line)), "{name}: {out}");
                let again = home.import("bank", &folder.join(name)).ok();
                assert_eq!(
                    again.matches("taken before, nothing changed").count(),
                    lines.len(),
                    "{name}: {again}"
                );
            }
            Refused(words) => {
                let why = ran.refused();
                assert!(words.iter().all(|word| why.contains(word)), "{name}: {why}");
                assert!(
                    why.contains("nothing was taken") || why.contains("may not be booked"),
                    "{name}: {why}"
                );
                for table in ["bank_statements", "bank_lines", "transfers"] {
                    assert_eq!(home.count(table), 0, "{name}: {table}");
                }
            }
        }
        home.verify();
    }
    assert!(there.is_empty(), "no verdict on {there:?}");
}
