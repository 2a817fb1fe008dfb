//! The table from rules to code and tests, `docs/rules.md`: made of what the files say, so that it cannot be wrong for long. Each
//! rule that is called built must be named in code and asserted in a test. `ZAITON_BLESS=1` writes the table anew.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use zaiton_boundary::is_rule;

/// Crates whose files are tests, or tools of tests.
const OF_TESTS: [&str; 4] = ["boundary", "sim", "bench", "fuzz"];
/// Files that are shown for a rule, of each kind; more are counted.
const SHOWN: usize = 6;

/// Where a rule stands.
#[derive(Default)]
struct Places {
    code: BTreeSet<String>,
    tests: BTreeSet<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder with one of these ends, in order.
fn files(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, ends, found);
        } else if ends.iter().any(|end| path.to_string_lossy().ends_with(end)) {
            found.push(path);
        }
    }
}

/// The rules that a text names: whole numbers, with nothing of a word around them. `R1-01 to R1-03` names three.
fn rules(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let words: Vec<&str> =
        text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-')).collect();
    let number = |rule: &str| {
        rule.split_once('-').and_then(|(page, no)| Some((page.to_owned(), no.parse::<u32>().ok()?)))
    };
    let mut last: Option<&str> = None;
    let mut ranges = false;
    for word in words.into_iter().filter(|word| !word.is_empty()) {
        if is_rule(word) {
            found.insert(word.to_owned());
            if let (true, Some((page, from)), Some((other, to))) =
                (ranges, last.and_then(number), number(word))
                && page == other
            {
                found.extend((from..to).map(|no| format!("{page}-{no:02}")).filter(|rule| is_rule(rule)));
            }
            last = Some(word);
            ranges = false;
        } else {
            ranges = word == "to" && last.is_some();
        }
    }
    found
}

/// The rules that a test counts: `inside("R1-07"`, `outside("K-6"`, and the checks of scenarios.
fn counted(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("side(") {
        let quoted = text[at + 5..].trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'));
        found.extend(quoted.map(|(rule, _)| rule.to_owned()).filter(|rule| is_rule(rule)));
    }
    found
}

fn places() -> BTreeMap<String, Places> {
    let mut table: BTreeMap<String, Places> = BTreeMap::new();
    let mut sources = Vec::new();
    files(&root().join("crates"), &[".rs"], &mut sources);
    for path in sources {
        let name = path.strip_prefix(root().join("crates")).unwrap().to_string_lossy().replace('\\', "/");
        if name.contains("/target/") || name.starts_with("boundary/") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let krate = name.split('/').next().unwrap().to_owned();
        let is_test =
            OF_TESTS.contains(&krate.as_str()) || name.contains("/tests/") || name.ends_with("tests.rs");
        for rule in counted(&text) {
            table.entry(rule).or_default().tests.insert(name.clone());
        }
        if !is_test {
            for rule in rules(&text) {
                table.entry(rule).or_default().code.insert(name.replace("/src/", "/"));
            }
        }
    }
    let mut scenarios = Vec::new();
    files(&root().join("scenarios"), &[".md"], &mut scenarios);
    for path in scenarios {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        for rule in rules(&std::fs::read_to_string(&path).unwrap()) {
            table.entry(rule).or_default().tests.insert(name.clone());
        }
    }
    table
}

fn shown(names: &BTreeSet<String>) -> String {
    let first: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{more}", first.join(", "))
}

fn built() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("crates/boundary/built.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn every_rule_that_is_built_stands_in_code_and_tests() {
    let table = places();
    let built = built();
    assert!(built.len() > 50, "built.txt is there");
    let without = |of: fn(&Places) -> &BTreeSet<String>| -> Vec<&str> {
        let missing = |rule: &&String| table.get(*rule).is_none_or(|places| of(places).is_empty());
        built.iter().filter(missing).map(String::as_str).collect()
    };
    assert_eq!(without(|places| &places.tests), Vec::<&str>::new(), "no test counts these");
    assert_eq!(without(|places| &places.code), Vec::<&str>::new(), "no code names these");

    let mut page = String::from(
        "# Rules, code, tests\n\nMade by `ZAITON_BLESS=1 cargo test -p zaiton-boundary`; the test fails when it is out of date. Rules that are called built; \
         how far each is exercised, and on which side of its boundary, `make test` counts from assertions that ran.\n\n| rule | code | tests |\n|---|---|---|\n",
    );
    for rule in &built {
        let places = &table[rule];
        writeln!(page, "| {rule} | {} | {} |", shown(&places.code), shown(&places.tests)).unwrap();
    }
    let path = root().join("docs/rules.md");
    if std::env::var_os("ZAITON_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "docs/rules.md is out of date: ZAITON_BLESS=1 cargo test -p zaiton-boundary");
}

#[test]
fn rules_are_found_whole() {
    let found = |text: &str| rules(text).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(
        found("Rules R1-05, R1-08 to R1-10 (K-6); S14, not XR1-07 nor R1-07x-y."),
        "K-6 R1-05 R1-08 R1-09 R1-10 S14"
    );
    assert_eq!(counted("boundary::outside(\"R4-L3\", \"a\"); inside(\n    \"K-6\"").len(), 2);
}
