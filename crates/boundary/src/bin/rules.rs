//! Prints which rules the tests exercised, from the lines that their assertions left, and fails when a rule that is called
//! built was not exercised on the sides it has. Decides nothing else.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a report")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use zaiton_boundary::{Side, is_rule};

/// The rules that are called built: a number, and `both` sides or `inside` only, with the words why there is no other.
const BUILT: &str = include_str!("../../built.txt");

/// Cases by rule and side.
type Seen = BTreeMap<(String, Side), BTreeSet<String>>;

fn read(path: &str) -> Result<Seen, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let mut seen = Seen::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [rule, side, case, place] = fields.as_slice() else { return Err(format!("not a count: {line}")) };
        let side = Side::read(side).ok_or_else(|| format!("not a side: {line}"))?;
        seen.entry(((*rule).to_owned(), side)).or_default().insert(format!("{case} ({place})"));
    }
    Ok(seen)
}

/// The rules called built with the sides they need; what stands after the side is for people.
fn built() -> Result<BTreeMap<String, Vec<Side>>, String> {
    let mut rules = BTreeMap::new();
    for line in BUILT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let (Some(rule), Some(sides)) = (words.next(), words.next()) else { return Err(line.to_owned()) };
        let sides = match sides {
            "both" => vec![Side::Inside, Side::Outside],
            "inside" => vec![Side::Inside],
            _ => return Err(format!("{line}: both, or inside")),
        };
        if !is_rule(rule) || rules.insert(rule.to_owned(), sides).is_some() {
            return Err(format!("{line}: no rule's number, or a second time"));
        }
    }
    Ok(rules)
}

fn report(path: &str, all: bool) -> Result<usize, String> {
    let (seen, built) = (read(path)?, built()?);
    let of = |rule: &str, side| seen.get(&(rule.to_owned(), side)).map_or(0, BTreeSet::len);
    let rules: BTreeSet<&String> = built.keys().chain(seen.keys().map(|(rule, _)| rule)).collect();
    let mut missing = 0;
    for rule in &rules {
        let lacks: Vec<String> = built
            .get(*rule)
            .into_iter()
            .flatten()
            .filter(|side| of(rule, **side) == 0)
            .map(|side| format!("  NOTHING {side}"))
            .collect();
        missing += lacks.len();
        let called = if built.contains_key(*rule) { "" } else { "  (not called built)" };
        let counts = (of(rule, Side::Inside), of(rule, Side::Outside));
        println!("{rule:<7} {:>4} inside {:>4} outside{called}{}", counts.0, counts.1, lacks.concat());
        for side in [Side::Inside, Side::Outside].into_iter().filter(|_| all) {
            for case in seen.get(&((*rule).clone(), side)).into_iter().flatten() {
                println!("          {side}: {case}");
            }
        }
    }
    println!("{} rules exercised, {} called built, {missing} sides missing", rules.len(), built.len());
    Ok(missing)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.iter().find(|argument| !argument.starts_with("--"));
    let Some(path) = path else {
        eprintln!("rules FILE [--all]: FILE is what ZAITON_RULES named while the tests ran");
        return ExitCode::from(2);
    };
    match report(path, arguments.iter().any(|argument| argument == "--all")) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
