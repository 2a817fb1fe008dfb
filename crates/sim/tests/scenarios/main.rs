//! Runs every story of `scenarios/` against the real lane, use cases and store: on SQLite, and on PostgreSQL when
//! `ZAITON_TEST_POSTGRES` names a server. `ZAITON_BLESS=1` writes what came out into the files; never does so by itself.

mod arrivals;
mod bank;
mod channel;
mod names;
mod own;
mod page;
mod room;
mod shop;
mod shows;
mod story;
mod tell;
mod verbs;

use std::path::{Path, PathBuf};

use zaiton_sim::databases::TestDatabase;

use page::{Page, difference};
use story::Count;

/// Files that run at the same time.
const THREADS: usize = 2;

/// The scenarios' files, sorted.
fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("the scenarios' folder can be read");
        entries.map(|entry| entry.expect("an entry of a folder can be read").path()).collect()
    };
    let folders = list(&root).into_iter().filter(|path| path.is_dir());
    let mut files: Vec<PathBuf> = folders.flat_map(|folder| list(&folder)).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    files
}

/// `001-prepaid/02-top-up.md`.
fn name_of(file: &Path) -> String {
    let parts: Vec<String> =
        file.iter().rev().take(2).map(|part| part.to_string_lossy().into_owned()).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

fn asked(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// Counts a rule that a story has shown.
fn count(name: &str, shown: &Count) {
    let (rule, case) = (shown.rule.as_str(), format!("{name}: {}", shown.why));
    match &shown.refusal {
        Some(refusal) => drop(zaiton_boundary::refused(rule, case, refusal.clone())),
        None if shown.inside => zaiton_boundary::inside(rule, case),
        None => zaiton_boundary::outside(rule, case),
    }
}

/// Runs a file; gives what is not as it should be.
fn check(file: &Path) -> Vec<String> {
    let name = name_of(file);
    let text = std::fs::read_to_string(file).expect("a scenario can be read");
    let page = match Page::read(&text) {
        Ok(page) => page,
        Err(error) => return vec![format!("{name}: {error}")],
    };
    let bless = asked("ZAITON_BLESS");
    let came = story::run(&page, &TestDatabase::sqlite());
    let mut wrong: Vec<String> = came.broken.iter().map(|what| format!("{name}, {what}")).collect();
    if !bless {
        wrong.extend(came.differences.iter().map(|what| format!("{name}, {what}")));
        came.counts.iter().for_each(|shown| count(&name, shown));
    } else if came.broken.is_none() {
        std::fs::write(file, page.with(&came.found)).expect("a scenario can be written");
    }
    if asked("ZAITON_TEST_POSTGRES") {
        let there = story::run(&page, &TestDatabase::postgres());
        for ((step, here), there) in page.steps().zip(&came.found).zip(&there.found) {
            if here != there {
                let how = difference(here, there);
                wrong.push(format!("{name}, line {}: PostgreSQL says something else\n{how}", step.line));
            }
        }
        if came.broken != there.broken {
            wrong.push(format!(
                "{name}, on PostgreSQL {}",
                there.broken.unwrap_or_else(|| "nothing broke".into())
            ));
        }
    }
    wrong
}

/// As [`check`]; a panic is told with the file it belongs to.
fn check_unharmed(file: &Path) -> Vec<String> {
    let checked = std::panic::catch_unwind(|| check(file));
    checked.unwrap_or_else(|_| vec![format!("{}: a panic, told above", name_of(file))])
}

#[test]
fn every_scenario_comes_out_as_written() {
    let only = std::env::var_os("ZAITON_SCENARIO").map(|part| part.to_string_lossy().into_owned());
    let mut files = files();
    assert!(!files.is_empty(), "there are scenarios");
    files.retain(|file| only.as_ref().is_none_or(|part| name_of(file).contains(part.as_str())));
    assert!(!files.is_empty(), "no scenario is called {only:?}");
    let mut wrong = Vec::new();
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..THREADS)
            .map(|thread| {
                let part: Vec<&PathBuf> = files.iter().skip(thread).step_by(THREADS).collect();
                scope
                    .spawn(move || part.into_iter().flat_map(|file| check_unharmed(file)).collect::<Vec<_>>())
            })
            .collect();
        for part in parts {
            wrong.extend(part.join().expect("a panic of a scenario was caught"));
        }
    });
    for file in &files {
        let name = name_of(file);
        let count = wrong.iter().filter(|what| what.starts_with(&name)).count();
        println!("{name}: {}", if count == 0 { "as written".into() } else { format!("{count} DIFFER") });
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{} differ\n\n{}", wrong.len(), wrong.join("\n"));
}
