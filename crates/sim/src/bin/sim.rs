//! `sim --seed N [--steps M] [--verbose]` or `sim --seeds A..B [--steps M]`: runs simulated worlds, one line a seed. Ends with
//! an error when something does not hold.

use std::process::ExitCode;

use zaiton_sim::world::{Options, run_with};

/// Steps of a world when none are said.
const STEPS: u32 = 600;

struct Asked {
    from: u64,
    to: u64,
    steps: u32,
    verbose: bool,
}

fn asked(mut words: impl Iterator<Item = String>) -> Option<Asked> {
    let mut asked = Asked { from: 1, to: 2, steps: STEPS, verbose: false };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => {
                asked.from = words.next()?.parse().ok()?;
                asked.to = asked.from.checked_add(1)?;
            }
            "--seeds" => {
                let range = words.next()?;
                let (from, to) = range.split_once("..")?;
                (asked.from, asked.to) = (from.parse().ok()?, to.parse().ok()?);
            }
            "--steps" => asked.steps = words.next()?.parse().ok()?,
            "--verbose" => asked.verbose = true,
            _ => return None,
        }
    }
    Some(asked)
}

#[expect(clippy::print_stdout, reason = "a report")]
fn say(line: &str) {
    println!("{line}");
}

fn main() -> ExitCode {
    let Some(asked) = asked(std::env::args().skip(1)) else {
        say("sim --seed N [--steps M] [--verbose] | sim --seeds A..B [--steps M]");
        return ExitCode::FAILURE;
    };
    let mut failed = false;
    for seed in asked.from..asked.to {
        let options = Options { keep_all: asked.verbose, ..Options::new(seed, asked.steps) };
        match run_with(options) {
            Ok(report) => {
                report.lines.iter().for_each(|line| say(line));
                let sum = |counts: &std::collections::BTreeMap<String, u64>| counts.values().sum::<u64>();
                let happened = |name: &str| report.happened.get(name).copied().unwrap_or(0);
                say(&format!(
                    "seed {seed}: holds, trace {:016x}: {} commits, {} accepted, {} refused, {} top-ups credited, {} outcomes unknown, {} lanes lost",
                    report.trace,
                    happened("commits"),
                    sum(&report.accepted),
                    sum(&report.refused),
                    happened("top-ups credited"),
                    happened("outcomes unknown"),
                    happened("lanes lost"),
                ));
                if asked.verbose {
                    say(&format!("{:#?}\n{:#?}\n{:#?}", report.accepted, report.refused, report.happened));
                }
            }
            Err(failure) => {
                failed = true;
                failure.lines.iter().for_each(|line| say(line));
                say(&failure.to_string());
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
