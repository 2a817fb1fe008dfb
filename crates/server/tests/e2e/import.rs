//! An import of orders that is cut off: run again, it ends where an uninterrupted one ends.

use std::process::Stdio;

use crate::home::{Dice, Home, pause};
use crate::shop::{open_shop, order};

const ORDERS: u64 = 3_000;

/// Every order as it is placed, then every other as it is completed.
fn messages() -> String {
    let placed = (0..ORDERS).map(|number| order("qinghe", number, "placed"));
    let completed = (0..ORDERS).step_by(2).map(|number| order("qinghe", number, "completed"));
    placed.chain(completed).map(|order| format!("{order}\n")).collect()
}

/// A CSV without the columns that name moments and ids.
fn without(csv: &str, columns: &[usize]) -> Vec<String> {
    let keep = |line: &str| -> String {
        let cells = line.split(',').enumerate().filter(|(at, _)| !columns.contains(at));
        cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",")
    };
    csv.lines().map(keep).collect()
}

/// What the statement and the list of fees say.
fn books(home: &Home) -> [Vec<String>; 2] {
    let export = |what| home.run(&["export", what, "--merchant", "qinghe"]).ok();
    [without(&export("statement"), &[0, 1, 3]), without(&export("fees"), &[0, 3])]
}

fn prepared(home: Home) -> Home {
    let server = home.serve();
    open_shop(&home, &server.http(), &["qinghe"], 100_000);
    assert!(server.stop().success());
    home.write("orders.ndjson", messages());
    home
}

/// Imports in one go.
fn uninterrupted() -> [Vec<String>; 2] {
    let home = prepared(Home::sqlite());
    home.import("orders", &home.path("orders.ndjson")).ok();
    home.verify();
    let books = books(&home);
    // 3,000 are frozen and 1,500 settled; heading, opening, the top-up, closing.
    assert_eq!((books[0].len(), books[1].len()), (1_504, 4_501));
    books
}

fn cut_off(home: Home, kills: usize) {
    let home = prepared(home);
    let (mut dice, mut in_the_middle) = (Dice::new(7), 0);
    for _ in 0..kills {
        let mut command = home.program();
        command.arg("import").arg("orders").arg(home.path("orders.ndjson"));
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let before = home.count("events");
        while home.count("events") == before && child.try_wait().unwrap().is_none() {}
        pause(dice.below(60));
        child.kill().unwrap();
        child.wait().unwrap();
        let frozen = home.postings(zaiton_ledger::Kind::Freeze);
        let settled = home.postings(zaiton_ledger::Kind::Settle);
        in_the_middle += usize::from(frozen < 3_000 || settled < 1_500);
        home.verify();
    }
    assert!(in_the_middle > 0, "no import was cut off in the middle");
    home.import("orders", &home.path("orders.ndjson")).ok();
    let again = home.import("orders", &home.path("orders.ndjson")).ok();
    assert!(again.contains("0 new orders, 0 changed, 4500 told nothing new, 0 contradictions"), "{again}");
    home.verify();
    assert_eq!(books(&home), uninterrupted());
}

#[test]
fn cut_off_on_sqlite() {
    cut_off(Home::sqlite(), 4);
}

#[test]
fn cut_off_on_postgres() {
    cut_off(Home::postgres(1), 2);
}
