//! The command line for whoever does not know it yet: what is mistyped is answered with what was meant, tasks are found and tried
//! again without looking into the database, lists come as a spreadsheet, and everything speaks JSON.

use serde_json::{Value, json};

use crate::home::Home;

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}"))
}

/// An order of `WooCommerce` whose parts make no total.
fn odd() -> String {
    json!({ "id": 7, "number": "7", "status": "processing", "currency": "CNY", "total": "12.00",
        "date_created_gmt": "2026-03-02T01:00:00", "date_modified_gmt": "2026-03-02T02:00:00", "discount_total": "0.00",
        "shipping_total": "0.00", "total_tax": "0.00", "prices_include_tax": false,
        "line_items": [{ "id": 1, "name": "tea", "sku": "T", "quantity": 1, "subtotal": "10.00", "total": "10.00",
            "total_tax": "0.00" }] })
    .to_string()
}

fn what_a_stranger_types(home: &Home) {
    let merchant =
        home.run(&["--json", "merchant", "qinghe", "--name", "青禾", "--company", "泉州青禾贸易有限公司"]);
    let merchant = json_of(&merchant.ok())["merchant"].as_str().unwrap().to_owned();
    assert!(merchant.starts_with("me_"));

    // Names that are nearly right.
    let said = home.run(&["export", "statement", "--merchant", "qinhge"]).refused();
    assert!(said.contains("Did you mean qinghe?") && said.contains("是否指 qinghe？"), "{said}");
    let said = home.run(&["admin", "contact-code", "a@b.example", "--merchant", "Qinghe"]).refused();
    assert!(said.contains("Did you mean qinghe?"), "{said}");
    let said = home.run(&["export", "statement", "--merchant", "nobody"]).refused();
    assert!(said.contains("cli.merchant_unknown") && !said.contains("Did you mean"), "{said}");
    let said = home.run(&["run", "prepaid.chrage", "{}"]).refused();
    assert!(said.contains("Did you mean prepaid.charge?"), "{said}");
    let mistyped = home.run(&["verfy"]);
    assert_eq!(mistyped.code, 2);
    assert!(mistyped.err.contains("verify"), "{mistyped:?}");

    // A failure for programs.
    let failed = home.run(&["--json", "export", "fees", "--merchant", "nobody"]);
    assert_eq!((failed.code, json_of(&failed.err)["failure"].as_str()), (3, Some("refused")));
    let commands = json_of(&home.run(&["--json", "commands"]).ok());
    assert!(commands["commands"].as_array().unwrap().contains(&json!("prepaid.charge")));

    // The machine is measured beside the installation, not in it.
    let before = home.count("requests");
    let bench =
        ["--json", "bench", "--orders", "200", "--merchants", "5", "--alone", "10", "--connections", "1"];
    let measured = json_of(&home.run(&bench).ok());
    for figure in ["engine, FREEZE/s", "engine / rows, FREEZE", "a command alone, ms, p50"] {
        assert!(measured[figure][1].as_f64().is_some_and(|value| value > 0.0), "{figure}: {measured}");
    }
    assert!(home.run(&["bench", "--on", "elsewhere"]).err.contains("sqlite:FOLDER"));
    assert_eq!(home.count("requests"), before);

    // A task, found, tried again, and still there.
    let file = home.write("odd.json", odd()).display().to_string();
    home.run(&["import", "orders", &file, "--channel", "woocommerce", "--merchant", "qinghe", "--shop", "x"])
        .ok();
    let listed = home.run(&["admin", "tasks"]).ok();
    assert!(listed.contains("qinghe orders.check: orders.channel.math_mismatch"), "{listed}");
    assert!(listed.ends_with("1 tasks\n"), "{listed}");
    let task = json_of(&home.run(&["--json", "admin", "tasks"]).ok());
    let id = task["id"].as_str().unwrap();
    assert!(id.starts_with("pk_") && task["merchant"] == "qinghe");
    for _ in 0..2 {
        home.run(&["admin", "retry", id, "--by", "li"]).ok();
        assert_eq!(home.count("parked"), 1, "its cause is not put right");
    }
    let unknown = home.run(&["admin", "retry", "pk_0000000000000"]).refused();
    assert!(unknown.contains("cli.task_unknown"), "{unknown}");
    assert!(
        home.run(&["admin", "drop", "ef_0000000000000", "--reason", "x"])
            .refused()
            .contains("cli.task_unknown")
    );
    home.run(&["admin", "drop", id, "--reason", "told_by_phone", "--by", "li"]).ok();
    assert_eq!(home.run(&["admin", "tasks"]).ok(), "0 tasks\n");

    // Lists in every form.
    let sheet = home.path("statement.xlsx");
    let to = sheet.display().to_string();
    home.run(&["export", "statement", "--merchant", "qinghe", "--format", "xlsx", "--out", &to]).ok();
    assert_eq!(&std::fs::read(&sheet).unwrap()[..2], b"PK");
    let said = home.run(&["export", "fees", "--merchant", "qinghe", "--format", "xlsx"]).refused();
    assert!(said.contains("--out"), "{said}");
    let said = json_of(&home.run(&["--json", "export", "statement", "--merchant", "qinghe"]).ok());
    assert_eq!(said["lines"], json!([]));
    let said =
        json_of(&home.run(&["--json", "admin", "anchor", &home.path("a.json").display().to_string()]).ok());
    assert!(said["chains"].as_i64().unwrap() > 0);
    assert!(json_of(&home.run(&["--json", "admin", "sandbox-clock"]).ok())["now"].is_string());
    assert_eq!(json_of(&home.run(&["--json", "admin", "reread-orders"]).ok())["waiting"], 0);
    home.verify();
}

#[test]
fn what_a_stranger_types_on_sqlite() {
    what_a_stranger_types(&Home::sqlite());
}

#[test]
fn what_a_stranger_types_on_postgres() {
    what_a_stranger_types(&Home::postgres(1));
}
