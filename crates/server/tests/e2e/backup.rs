//! Backups, taken while a load runs, restored on either kind of database, proved against anchors and gone on with; and what is
//! no whole backup is refused before anything is made of it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::home::Home;
use crate::load::Load;
use crate::shop::open_shop;

const MERCHANTS: [&str; 2] = ["qinghe", "nanhai"];
const YUAN: u64 = 500_000;

fn backup(home: &Home, name: &str) -> PathBuf {
    let file = home.path(name);
    home.run(&["backup", &file.display().to_string()]).ok();
    file
}

fn restore(home: &Home, file: &Path) -> crate::home::Ran {
    home.run(&["restore", &file.display().to_string()])
}

/// What an installation has of everything but who owns its lanes.
fn all(home: &Home) -> Vec<(String, usize)> {
    let tables = zaiton_store::copy::tables();
    tables.iter().map(|table| (table.name.to_owned(), home.count(table.name))).collect()
}

/// A backup under load: whole, as new as its beginning, and of one moment.
fn while_it_is_served(home: &Home, others: [Home; 2]) {
    let server = home.serve();
    let merchants = open_shop(home, &server.http(), &MERCHANTS, YUAN);
    let people = json!({ "merchant": "qinghe", "shop": "main", "channel_order_id": "P-1", "status_channel": "placed",
        "placed_at": "2026-03-02T01:00:00Z", "updated_at": "2026-03-02T01:00:00Z",
        "money": { "currency": "CNY", "total": "10.00" }, "buyer": { "name": "Zzyzx \\x\u{1F600}" },
        "lines": [{ "channel_line_id": "1", "sku": "T\\B", "title": "\\N \\x41 \\t", "qty": 1, "line_total": "10.00" }] });
    home.import("orders", &home.write("people.json", people.to_string())).ok();
    let load = Load::start(&[server.http()], &merchants, "backup", 7, 3);
    load.go_on(200);
    let before = home.anchor("before.json");
    let first = backup(home, "first.backup");
    load.go_on(100);
    let second = backup(home, "second.backup");
    load.go_on(100);
    load.stop();
    assert!(server.stop().success());
    home.verify();
    for (other, file) in others.iter().zip([&first, &second]) {
        let said = restore(other, file).ok();
        assert!(said.contains("restored"), "{said}");
        let against = before.display().to_string();
        other.run(&["verify", "--against", &against]).ok();
        let count = |home: &Home| home.count("holds");
        assert!(count(other) > 100 && count(other) < count(home), "{} of {}", count(other), count(home));
    }
    // What was cut off is found by an anchor of a later moment.
    let after = home.anchor("after.json").display().to_string();
    assert!(!others[0].findings(Some(Path::new(&after))).is_empty());
}

/// A quiet installation and its copy are the same to the last row, and the copy goes on.
fn to_the_last_row(home: &Home, other: &Home) {
    let anchor = home.anchor("quiet.json");
    let file = backup(home, if other.is_postgres() { "to-postgres.backup" } else { "to-sqlite.backup" });
    restore(other, &file).ok();
    other.verify();
    assert_eq!(all(home), all(other));
    assert_eq!(
        std::fs::read_to_string(anchor).unwrap(),
        std::fs::read_to_string(other.anchor("quiet.json")).unwrap()
    );
    // Keys that were given before the backup are known after it, and new commands find their place.
    let merchant = |home: &Home, code: &str| {
        home.run(&["merchant", code, "--name", "n", "--company", "泉州青禾贸易有限公司"]).ok()
    };
    let known =
        home.run(&["merchant", "qinghe", "--name", "青禾", "--company", &crate::shop::company("qinghe")]);
    let again =
        other.run(&["merchant", "qinghe", "--name", "青禾", "--company", &crate::shop::company("qinghe")]);
    assert_eq!(known.out, again.out);
    merchant(other, "new-one");
    let said = other.run(&["admin", "reread-orders"]).ok();
    assert!(said.contains("0 still wait"), "what is sealed can be opened: {said}");
    other.verify();
    let refused = restore(other, &file).refused();
    assert!(refused.contains("empty"), "{refused}");
}

#[test]
fn from_sqlite_to_both() {
    let home = Home::sqlite();
    while_it_is_served(&home, [Home::sqlite(), Home::postgres(1)]);
    to_the_last_row(&home, &Home::postgres(1));
    to_the_last_row(&home, &Home::sqlite());
}

#[test]
fn from_postgres_to_both() {
    let home = Home::postgres(2);
    while_it_is_served(&home, [Home::sqlite(), Home::postgres(1)]);
    let there = Home::sqlite();
    to_the_last_row(&home, &there);
    // And from there back.
    to_the_last_row(&there, &Home::postgres(3));
}

/// Each damage is refused with the line where it is, and nothing is made.
#[test]
fn what_is_not_whole_is_refused() {
    let home = Home::sqlite();
    home.run(&["merchant", "qinghe", "--name", "青禾", "--company", "泉州青禾贸易有限公司"]).ok();
    let file = backup(&home, "good.backup");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let said = home.run(&["restore", "--check", &file.display().to_string()]).ok();
    assert!(said.starts_with("whole: "), "{said}");
    assert!(home.run(&["backup", &file.display().to_string()]).refused().contains("there is a file already"));
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let without = |at: usize| {
        let kept: Vec<&str> =
            lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, line)| *line).collect();
        format!("{}\n", kept.join("\n"))
    };
    let row = lines.iter().position(|line| line.contains("泉州青禾贸易有限公司")).unwrap();
    let table = lines.iter().position(|line| line.contains("\"table\":\"marks\"")).unwrap();
    let cases: [(String, &str); 8] = [
        (text.replacen("泉州青禾贸易有限公司", "泉州青禾贸易无限公司", 1), "does not fit its hash"),
        (without(row), "does not fit its hash"),
        (without(table), "does not fit its hash"),
        (text[..text.len() - 1].to_owned(), "ends before its end"),
        (without(lines.len() - 1), "ends before its end"),
        (without(0), "is no backup of this program"),
        (text.replacen("\"version\":1", "\"version\":9", 1), "Form 9 of backups is not known"),
        (text.replacen("\"payment_groups\"", "\"something_new\"", 1), "which this program does not know"),
    ];
    let there = Home::sqlite();
    let cut = (text.as_bytes()[..text.len() / 2].to_vec(), "ends before its end");
    let noise =
        ([&text.as_bytes()[..2_000], &[0xFF, 0xFE], &text.as_bytes()[2_000..]].concat(), "a line is no text");
    let cases = cases.into_iter().map(|(text, why)| (text.into_bytes(), why)).chain([cut, noise]);
    for (text, why) in cases {
        let damaged = home.write("damaged.backup", text);
        let said = restore(&there, &damaged).refused();
        assert!(said.contains(why) && said.contains("[R5-61]"), "{why}: {said}");
        assert_eq!(std::fs::read_dir(there.path("")).unwrap().count(), 0, "nothing was made");
    }
    let said = home.run(&["--json", "restore", "--check", &file.display().to_string()]).ok();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["restored"], &said["lanes"]), (&json!(false), &json!(1)));
    restore(&there, &file).ok();
    there.verify();
}
