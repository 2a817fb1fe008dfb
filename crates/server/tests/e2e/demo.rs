//! The demo as a newcomer gets it: whole, the same for the same seed on both databases, its books in order; and what it says
//! to look at first can be cured by what it says to do.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::home::{Home, eventually};
use crate::people::sign_in;
use crate::what_if::the_demo_is_counted_again;

/// What there is of each kind in each state, and what every merchant has: nothing that depends on ids or on time.
fn figures(home: &Home) -> BTreeMap<String, i64> {
    let mut figures = BTreeMap::new();
    for (table, states) in [
        ("top_ups", &["awaiting_funds", "in_review", "credited", "returned"][..]),
        ("bank_lines", &["allocated", "in_review", "unallocated", "awaits_a_person", "pays_out"]),
        ("promotions", &["running", "scheduled", "suspended", "ended"]),
        ("tickets", &["closed", "waits_for_desk", "waits_for_merchant"]),
        (
            "withdrawals",
            &[
                "requested",
                "approved",
                "sent",
                "paid",
                "in_manual",
                "rejected",
                "cancelled",
                "reversed",
                "returned",
                "given_back",
            ],
        ),
    ] {
        for state in states {
            let count = home.number(&format!("SELECT count(*) FROM {table} WHERE status = '{state}'"));
            assert!(count > 0 || *state == "awaiting_funds", "no {state} in {table}");
            figures.insert(format!("{table} {state}"), count);
        }
    }
    for table in
        ["orders", "holds", "channel_orders", "payment_groups", "prepaid_months", "transfers", "events"]
    {
        figures.insert(table.to_owned(), home.number(&format!("SELECT count(*) FROM {table}")));
    }
    for code in [
        "qinghe", "nanhai", "citong", "haisi", "kunlun", "yuelai", "lumen", "harbour", "meizhou", "beichen",
        "yaoguang", "tianshu",
    ] {
        let balance = home.number(&format!(
            "SELECT coalesce(sum(a.credits - a.debits), 0) FROM accounts a JOIN merchants m ON m.partition = a.partition \
             WHERE a.code = 2110 AND m.code = '{code}'"
        ));
        figures.insert(format!("{code} has"), balance);
    }
    figures
}

/// What stands in the records as the demo says.
fn what_it_is(home: &Home) {
    let some = |what: &str, sql: &str| assert!(home.number(sql) > 0, "{what}");
    let of = |code: &str, text: &str| {
        format!(
            "SELECT count(*) FROM prepaid_accounts a JOIN merchants m ON m.partition = a.partition \
             WHERE m.code = '{code}' AND a.body LIKE '%{text}%'"
        )
    };
    some("meizhou is stopped", &of("meizhou", "\"breaker\":\"open\""));
    some("nanhai owes", &of("nanhai", "\"arrears_head\""));
    some("tianshu is below its warning line", &of("tianshu", "\"alarm\""));
    some("beichen is restricted", &of("beichen", "\"restriction\""));
    some("yaoguang has left", &of("yaoguang", "\"name\":\"closed\""));
    some("a statement is held", "SELECT count(*) FROM held_statements WHERE body LIKE '%\"name\":\"held\"%'");
    some(
        "a held one was taken",
        "SELECT count(*) FROM held_statements WHERE body LIKE '%\"name\":\"taken\"%'",
    );
    some("a policy holds", "SELECT count(*) FROM policies WHERE body LIKE '%\"confirmed\"%'");
    some("notices", "SELECT count(*) FROM notices WHERE topic = 'balance_low'");
    for code in [
        "orders.channel.unmapped",
        "orders.channel.math_mismatch",
        "prepaid.fee.differs",
        "orders.payment_group.differs",
    ] {
        some(code, &format!("SELECT count(*) FROM parked WHERE body LIKE '%{code}%'"));
    }
    some(
        "a payment is covered",
        "SELECT count(*) FROM payment_groups WHERE body LIKE '%\"standing\":\"covered\"%'",
    );
    assert_eq!(home.number("SELECT count(*) FROM timers WHERE due_at IS NULL"), 0, "no timer was refused");
    assert_eq!(
        home.number("SELECT count(*) FROM effects WHERE body LIKE '%\"error\"%'"),
        0,
        "no effect failed"
    );
}

/// The commands that it prints, as a shell would take them.
fn told(said: &str) -> Vec<Vec<String>> {
    let commands = said.lines().filter(|line| line.starts_with("zaiton "));
    commands
        .map(|line| {
            let (plain, quoted) = line.split_once(" '").unwrap_or((line, ""));
            let mut words: Vec<String> = plain.split_whitespace().skip(1).map(str::to_owned).collect();
            if let Some(at) = words.iter().position(|word| word == "--data") {
                words.drain(at..at + 2);
            }
            words.extend(quoted.strip_suffix('\'').map(str::to_owned));
            words
        })
        .collect()
}

/// What is to be cured first is cured by the commands that the demo prints.
fn cured(home: &Home, said: &str) {
    let stopped = "SELECT count(*) FROM promotions WHERE status = 'suspended' AND partition = \
                   (SELECT partition FROM merchants WHERE code = 'meizhou')";
    assert!(home.number(stopped) > 0);
    let commands = told(said);
    assert_eq!(commands.len(), 3, "{said}");
    for command in &commands {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        home.run(&arguments).ok();
    }
    eventually("promotions go on", 20, || (home.number(stopped) == 0).then_some(()));
    let before = home.number("SELECT count(*) FROM bank_statements");
    let folder = home.path("demo/bank");
    let mut missing = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let missing = missing.find(|path| path.display().to_string().contains("not-imported")).unwrap();
    home.import("bank", &missing).ok();
    assert_eq!(home.number("SELECT count(*) FROM bank_statements"), before + 2, "the held one follows");
    home.verify();
}

fn a_newcomers_first_hour(home: &Home) -> BTreeMap<String, i64> {
    let said = home.demo("1").ok();
    home.verify();
    what_it_is(home);
    let figures = figures(home);
    assert!(figures["orders"] > 3_000, "{figures:#?}");
    the_demo_is_counted_again(home);
    cured(home, &said);
    let again = home.demo("1").ok();
    assert!(again.contains("already loaded"));
    let sign_ins: Vec<&str> =
        again.lines().filter(|line| line.contains("citong.example") || line.contains("meizhou")).collect();
    assert!(sign_ins.len() >= 7, "{again}");
    assert!(sign_ins.iter().all(|line| said.contains(line)), "told again as they were");
    let server = home.serve();
    let http = server.http();
    for line in sign_ins {
        let mut words = line.split_whitespace();
        let (login, password) = (words.next().unwrap(), words.next().unwrap());
        let answer = sign_in(&http, login, password, None);
        if answer.status == 200 {
            assert!(line.contains("merchant."), "{line}");
            continue;
        }
        assert_eq!(answer.refusal().1, "identity.person.code_needed", "{line}");
        let code = home.run(&["admin", "code", login]).ok();
        let answer = sign_in(&http, login, password, Some(code.trim()));
        assert_eq!(answer.status, 200, "{line}: {answer:?}");
    }
    figures
}

#[test]
fn a_newcomers_first_hour_on_sqlite() {
    let here = a_newcomers_first_hour(&Home::sqlite());
    let other = Home::sqlite();
    other.demo("2").ok();
    other.verify();
    what_it_is(&other);
    assert_ne!(figures(&other), here, "another seed is another marketplace");
}

#[test]
fn a_newcomers_first_hour_on_postgres() {
    let (here, there) = (Home::postgres(2), Home::sqlite());
    let figures_here = a_newcomers_first_hour(&here);
    let said: Value = serde_json::json!(figures_here);
    there.demo("1").ok();
    assert_eq!(serde_json::json!(figures(&there)), said, "the same seed, the same figures");
}
