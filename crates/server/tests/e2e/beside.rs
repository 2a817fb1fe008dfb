//! The command line beside a running server: commands go to the server, reports and proofs read by themselves.

use serde_json::{Value, json};

use crate::home::{Home, Server};
use crate::load::Load;
use crate::shop::{BankFile, Merchant, company, fen_of, open_merchant, open_shop, order};

fn started(home: &Home) -> (Server, Vec<Merchant>) {
    let server = home.serve();
    let merchants = open_shop(home, &server.http(), &["qinghe", "nanhai"], 100_000);
    (server, merchants)
}

fn commands_and_reports(home: &Home) {
    let (server, merchants) = started(home);
    let merchant = &merchants[0];
    let charge = merchant.charge("from-the-line", 1_234);
    let told = home.run(&["run", "prepaid.charge", &charge.to_string(), "--key", "k-1"]).ok();
    let told: Value = serde_json::from_str(&told).unwrap();
    // The server knows the key of the command line, and the other way round.
    let again = server.http().command("prepaid.charge", "k-1", &charge);
    assert_eq!((again.json()["repeated"].as_bool(), again.reply()), (Some(true), told.clone()));
    let other = merchant.charge("over-http", 500);
    let reply = server.http().command("prepaid.charge", "k-2", &other).reply();
    let from_pipe = home.run_with(&["run", "prepaid.charge", "-", "--key", "k-2"], &other.to_string()).ok();
    assert_eq!(serde_json::from_str::<Value>(&from_pipe).unwrap(), reply);
    let refused =
        home.run(&["run", "prepaid.charge", &merchant.charge("from-the-line", 9).to_string()]).refused();
    assert!(
        refused.contains("prepaid.hold.charged_otherwise [R1-20]") && refused.contains("该订单"),
        "{refused}"
    );

    let lines: String = (0..200).map(|number| format!("{}\n", order("nanhai", number, "placed"))).collect();
    let said = home.import("orders", &home.write("orders.ndjson", lines)).ok();
    assert!(said.contains("200 order messages: 200 new orders"), "{said}");
    let wanted = server.http().command("prepaid.request_top_up", "k-3", &merchants[1].request(4_000)).reply();
    let mut file = BankFile::new("S2", 20_000_000);
    file.wire(400_000, &company("nanhai"), wanted["remark_code"].as_str().unwrap());
    let said = home.import("bank", &home.write("bank.xml", file.text())).ok();
    assert!(said.contains("1 lines recorded"), "{said}");
    crate::home::eventually("the wire is credited", 20, || {
        (home.number("SELECT count(*) FROM top_ups WHERE status = 'credited'") == 3).then_some(())
    });

    for (code, lines) in [("qinghe", 4), ("nanhai", 5)] {
        let csv = home.run(&["export", "statement", "--merchant", code]).ok();
        let http = server.http().get(&format!("/api/v1/merchants/{code}/statement?format=csv"));
        assert_eq!(csv.trim_end(), http.text.trim_end());
        assert!(csv.lines().count() <= lines, "{csv}");
    }
    let fees = home.run(&["export", "fees", "--merchant", "qinghe"]).ok();
    assert!(fees.contains("from-the-line") && fees.contains("12.34"), "{fees}");
    let top_ups = home.run(&["export", "flow", "--merchant", "nanhai", "--zh"]).ok();
    assert_eq!(top_ups.matches("已入账").count(), 2, "{top_ups}");
    home.verify();
    assert!(server.stop().success());
    home.verify();
}

#[test]
fn commands_and_reports_on_sqlite() {
    commands_and_reports(&Home::sqlite());
}

#[test]
fn commands_and_reports_on_postgres() {
    commands_and_reports(&Home::postgres(1));
}

/// The books are proven while they are written: no finding that is none.
fn proofs_under_load(home: &Home) {
    let (server, merchants) = started(home);
    // So much that a proof takes longer than a command.
    let charge = |nth: u64| {
        let order = format!("before-{nth}");
        ("prepaid.charge".to_owned(), order.clone(), merchants[0].charge(&order, 100))
    };
    let charges: Vec<_> = (0..5_000).map(charge).collect();
    assert_eq!(server.http().bulk(&charges).unwrap().text.matches("\"accepted\"").count(), charges.len());
    let load = Load::start(&[server.http()], &merchants, "proofs", 5, 3);
    for round in 0..8 {
        load.go_on(60);
        let anchor = home.anchor(&format!("anchor-{round}.json"));
        load.go_on(20);
        home.run(&["verify", "--against", &anchor.display().to_string()]).ok();
    }
    load.stop();
    home.verify();
}

#[test]
fn proofs_under_load_on_sqlite() {
    proofs_under_load(&Home::sqlite());
}

#[test]
fn proofs_under_load_on_postgres() {
    proofs_under_load(&Home::postgres(1));
}

#[test]
fn the_installation_starts_small() {
    let home = Home::sqlite();
    // A mistyped folder is not proved sound for being empty.
    let none = home.run(&["verify"]);
    assert!(none.code == 4 && none.err.contains("no installation"), "{none:?}");
    // Not served: the command line is the installation's one process.
    let reply = home.give("names.claim", &json!({ "kind": "merchant", "name": "qinghe" }));
    assert_eq!(reply["new"], true);
    let said = home.run(&["verify"]).ok();
    assert!(said.contains("0 events, 0 transfers, 0 accounts, 0 records: all invariants hold"), "{said}");
    let server = home.serve();
    let merchant = open_merchant(&home, &server.http(), "qinghe");
    let early = server.http().command("prepaid.charge", "k", &merchant.charge("o", 100));
    assert_eq!(early.refusal().0, 422);
    assert_eq!(fen_of(100), json!({ "amount": "1.00", "currency": "CNY" }));
    let other = home.run(&["serve", "--listen", "0.0.0.0:0"]).refused();
    assert!(other.contains("loopback"), "{other}");
}
