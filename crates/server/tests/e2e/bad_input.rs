//! Input that is wrong: refused with code, rule and both languages, and nothing is taken of it.

use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Http, check_refusal};
use crate::home::{Home, Ran, Server, eventually};
use crate::shop::{BANK, BankFile, Merchant, company, fen_of, file_of, open_shop, order};

/// Every count and the sum of all balances: what must stay as it is.
fn picture(home: &Home) -> Vec<i64> {
    let due = "SELECT count(*) FROM effects WHERE due_at IS NOT NULL";
    eventually("nothing is on its way", 20, || (home.number(due) == 0).then_some(()));
    let tables = [
        "events",
        "transfers",
        "accounts",
        "holds",
        "orders",
        "channel_orders",
        "channel_messages",
        "sealed_messages",
        "bank_lines",
        "bank_statements",
        "bank_accounts",
        "top_ups",
        "merchants",
        "prepaid_accounts",
        "natural_keys",
        "key_runs",
        "requests",
        "parked",
        "timers",
        "effects",
    ];
    let counts = tables.iter().map(|table| home.number(&format!("SELECT count(*) FROM {table}")));
    let sums = ["debits", "credits"]
        .map(|side| home.number(&format!("SELECT coalesce(sum({side}), 0) FROM accounts")));
    counts.chain(sums).collect()
}

fn started() -> (Home, Server, Vec<Merchant>) {
    let home = Home::sqlite();
    let server = home.serve();
    let merchants = open_shop(&home, &server.http(), &["qinghe"], 100_000);
    (home, server, merchants)
}

/// What the command line says of a refusal: its code in brackets or before its rule, and both languages.
#[track_caller]
fn check_said(ran: Ran, code: &str) -> String {
    let said = ran.refused();
    assert!(said.contains(code), "no {code}: {said}");
    assert!(said.chars().any(|letter| letter > '\u{2e80}'), "no Chinese: {said}");
    said
}

/// Imports a file that is refused, and sees that nothing was taken.
#[track_caller]
fn refuse_file(home: &Home, what: &str, bytes: impl AsRef<[u8]>, code: &str) {
    let before = picture(home);
    let file = home.write("bad-input", bytes);
    check_said(home.import(what, &file), code);
    assert_eq!(picture(home), before, "{code}");
}

fn one_wire() -> BankFile {
    let mut file = BankFile::new("W1", 10_000_000);
    file.wire(5_000, &company("qinghe"), "ZT");
    file
}

#[test]
fn bank_files() {
    let (home, server, _) = started();
    let good = one_wire().text();
    for cut in [good.len() / 3, good.len() / 2, good.len() - 20] {
        let mut at = cut;
        while !good.is_char_boundary(at) {
            at += 1;
        }
        refuse_file(&home, "bank", &good[..at], "import.");
    }
    refuse_file(&home, "bank", "", "import.empty");
    refuse_file(&home, "bank", "date,amount\n2026-03-02,1.00\n", "import.");
    let (gbk, _, _) = encoding_rs::GBK.encode(&good);
    refuse_file(&home, "bank", gbk, "import.");
    refuse_file(&home, "bank", good.replace("ZT", "Z\u{0}T"), "import.");
    for (amount, code) in [
        ("50.001", "import."),
        ("-50.00", "import."),
        ("999999999999999999999.00", "import."),
        ("92233720368547758.07", "bank.statement."),
        ("0.00", "bank.statement.line"),
        ("5e3", "import."),
        ("50,00", "import."),
        ("NaN", "import."),
        ("", "import."),
    ] {
        let mut file = BankFile::new("W2", 10_000_000);
        file.entry(amount, "CNY", "2026-03-02", "甲", "乙");
        refuse_file(&home, "bank", file.text(), code);
    }
    let entry = |currency: &str, day: &str| {
        let mut file = BankFile::new("W3", 10_000_000).off_by(5_000);
        file.entry("50.00", currency, day, "甲", "乙");
        file.text()
    };
    refuse_file(&home, "bank", entry("USD", "2026-03-02"), "bank.statement.currency");
    refuse_file(&home, "bank", entry("XYZ", "2026-03-02"), "import.");
    for day in ["1826-03-02", "9999-12-31", "2126-03-02", "0000-00-00", "2026-02-30", "2026-3-2"] {
        refuse_file(&home, "bank", entry("CNY", day), "import.");
    }
    refuse_file(&home, "bank", one_wire().off_by(1).text(), "bank.statement.does_not_foot [R1-18]");
    refuse_file(
        &home,
        "bank",
        one_wire().of_account("6222000000000000000").text(),
        "bank.account.unknown [R1-18]",
    );
    // The first statement is good, the second is not: nothing of the file is taken.
    let mut second = BankFile::new("W4", 10_005_000).off_by(1);
    second.wire(7_000, "甲", "乙");
    refuse_file(&home, "bank", file_of(&[one_wire(), second]), "bank.statement.does_not_foot");
    let unknown = BankFile::new("W5", 0).of_account("6222000000000000000");
    refuse_file(&home, "bank", file_of(&[one_wire(), unknown]), "bank.account.unknown");
    too_large(&home, "bank", b"<?xml", "100000001 bytes");

    home.import("bank", &home.write("good.xml", &good)).ok();
    let before = picture(&home);
    let again = home.import("bank", &home.path("good.xml")).ok();
    assert!(again.contains("taken before, nothing changed"), "{again}");
    // The same lines under another statement are known; another content under the same statement is refused.
    assert_eq!(picture(&home), before);
    let mut other = one_wire();
    other.wire(100, "甲", "乙");
    refuse_file(&home, "bank", other.text(), "bank.statement.");
    home.verify();
    drop(server);
}

/// A file of more than 100 MB, all holes but for its beginning.
#[track_caller]
fn too_large(home: &Home, what: &str, begins: &[u8], said: &str) {
    let before = picture(home);
    let path = home.write("large", begins);
    std::fs::File::options().write(true).open(&path).unwrap().set_len(100_000_001).unwrap();
    let why = home.import(what, &path).refused();
    assert!(why.contains(said), "{why}");
    assert_eq!(picture(home), before);
    std::fs::remove_file(path).unwrap();
}

const MAP: &str = r#"{"date":"记账日期","date_formats":["YYYY/M/D"],"amount":{"signed":{"column":"金额"}},"balance":"余额",
"payer_name":"对方户名","remark":["摘要"],"reference":"流水号","thousands":",","account":{"label":"账号"}}"#;

fn rows(last_balance: &str) -> String {
    format!(
        "中国示例银行交易明细\n账号：{BANK}\n记账日期,摘要,金额,余额,对方户名,流水号\n\
         2026/3/2,货款,\"3,000.00\",\"103,000.00\",青禾贸易,L1\n2026/3/3,手续费,-0.50,\"{last_balance}\",,L2\n"
    )
}

#[test]
fn csv_files_with_a_map() {
    let (home, server, _) = started();
    let map = home.write("map.json", MAP);
    let import = |home: &Home, file: &Path, map: &Path| {
        home.run(&["import", "bank", &file.display().to_string(), "--map", &map.display().to_string()])
    };
    let refuse = |text: &[u8], map: &Path, code: &str| {
        let before = picture(&home);
        let file = home.write("rows.csv", text);
        check_said(import(&home, &file, map), code);
        assert_eq!(picture(&home), before, "{code}");
    };
    refuse(rows("102,999.51").as_bytes(), &map, "bank.statement.does_not_foot [R1-18]");
    refuse(rows("102,999.50").replace("手续费,-0.50", "手续费,-0.505").as_bytes(), &map, "import.");
    refuse(rows("102,999.50").replace("2026/3/2", "26/3/2").as_bytes(), &map, "import.");
    let utf8 = home.write("utf8.json", MAP.replacen('{', "{\"encoding\":\"utf-8\",", 1));
    let good = rows("102,999.50");
    let (gbk, _, _) = encoding_rs::GBK.encode(&good);
    refuse(&gbk, &utf8, "import.encoding");
    let wrong = home.write("wrong.json", MAP.replace("金额", "数额"));
    refuse(&gbk, &wrong, "import.");
    let typo = home.write("typo.json", MAP.replacen('{', "{\"typo\":1,", 1));
    let file = home.write("rows.csv", &gbk);
    assert!(import(&home, &file, &typo).refused().contains("typo"));

    let said = import(&home, &file, &map).ok();
    assert!(said.contains("2 lines recorded"), "{said}");
    let line = home.number("SELECT count(*) FROM bank_lines WHERE body LIKE '%青禾贸易%'");
    assert_eq!(line, 1);
    let before = picture(&home);
    // The same rows as UTF-8 are the same statement.
    home.write("rows.csv", &good);
    assert!(import(&home, &file, &map).ok().contains("taken before, nothing changed"));
    assert_eq!(picture(&home), before);
    home.verify();
    drop(server);
}

#[test]
fn order_files() {
    let (home, server, _) = started();
    let good = order("qinghe", 1, "placed");
    let with = |path: &str, value: Value| {
        let mut order = good.clone();
        *order.pointer_mut(path).unwrap() = value;
        format!("{good}\n{order}\n").replace("O000001\"", "O000002\"")
    };
    let cases = [
        (with("/merchant", json!("nobody")), "import.order_merchant_unknown"),
        (with("/shop", json!("a\u{0}b")), "import."),
        (with("/lines/0/sku", json!("\u{0}")), "import."),
        (with("/lines/0/line_total", json!("21.001")), "import."),
        (with("/lines/0/line_total", json!("-21.00")), "import."),
        (with("/lines/0/line_total", json!("99999999999999999999.00")), "import."),
        (with("/lines/0/line_total", json!(21.5)), "import."),
        (with("/money/currency", json!("XYZ")), "import."),
        (with("/lines/0/qty", json!(0)), "import."),
        (with("/placed_at", json!("1835-01-01T10:00:00+08:00")), "import."),
        (with("/placed_at", json!("2935-01-01T10:00:00+08:00")), "import."),
        (with("/placed_at", json!("2035-01-01 10:00")), "import."),
        (with("/updated_at", json!("2034-01-01T10:00:00+08:00")), "import.before_placed"),
        (with("/status_channel", json!("lost")), "import."),
        (with("/lines", json!([])), "import."),
        (with("/promotions/0/lines/0", json!("9")), "import.no_such_line"),
        (with("/promotions/0/rate_bps", json!(10_001)), "import."),
        (format!("{good}\n{}", &good.to_string()[..100]), "import."),
        ("\u{0}".to_owned(), "import."),
        ("no json\n".to_owned(), "import."),
    ];
    for (text, code) in cases {
        refuse_file(&home, "orders", text, code);
    }
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(good.to_string().encode_utf16().flat_map(u16::to_le_bytes));
    refuse_file(&home, "orders", utf16, "import.encoding");
    too_large(&home, "orders", b"[", "import.file_too_large");
    too_large(&home, "orders", b"{\"a\":1}\n", "import.line_too_long");

    let file = home.write("good.ndjson", format!("{good}\n"));
    assert!(home.import("orders", &file).ok().contains("1 new orders"));
    let events = home.count("events");
    let kept =
        || ["orders", "channel_orders", "channel_messages", "sealed_messages"].map(|table| home.count(table));
    let before = kept();
    assert!(home.import("orders", &file).ok().contains("1 told nothing new"));
    assert_eq!((home.count("events"), kept()), (events, before));
    home.verify();
    drop(server);
}

/// A refused request: status and code; nothing changes.
#[track_caller]
fn refuse(
    home: &Home,
    http: &Http,
    name: &str,
    key: Option<&str>,
    body: impl AsRef<[u8]>,
    want: (u16, &str),
) {
    let before = picture(home);
    let answer = http.post(&format!("/api/v1/commands/{name}"), key, body.as_ref()).unwrap();
    let (status, code) = answer.refusal();
    assert_eq!((status, code.as_str()), want, "{answer:?}");
    assert_eq!(picture(home), before, "{code}");
}

#[test]
fn single_commands() {
    let (home, server, merchants) = started();
    let (http, merchant) = (server.http(), &merchants[0]);
    let charge = |order: &str, fee: Value| {
        json!({ "merchant": merchant.id, "account": merchant.account, "order": order, "fee": fee })
            .to_string()
    };
    let money = |amount: &str, currency: &str| json!({ "amount": amount, "currency": currency });
    let good = charge("o-1", fen_of(100));
    let name = "prepaid.charge";

    for token in ["", "0", &"0".repeat(64)] {
        refuse(&home, &http.with_token(token), name, Some("k"), &good, (401, "api.unauthorised"));
        assert_eq!(
            http.with_token(token).get("/api/v1/merchants/qinghe").refusal(),
            (401, "api.unauthorised".to_owned())
        );
    }
    refuse(&home, &http, name, None, &good, (400, "api.idempotency_key"));
    refuse(&home, &http, name, Some(&"k".repeat(256)), &good, (400, "api.idempotency_key"));
    for unknown in ["prepaid.steal", "engine.fire_timer", "engine.finish_effect", "x"] {
        refuse(&home, &http, unknown, Some("k"), &good, (404, "api.not_found"));
    }
    for bad in [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "{\"merchant\":1}".to_owned(),
        good.replace("\"order\"", "\"ordre\""),
        good.replacen('{', "{\"typo\":1,", 1),
        good.replace("me_", "pa_"),
        charge("o-1", money("1.001", "CNY")),
        charge("o-1", money("99999999999999999999", "CNY")),
        charge("o-1", money("1", "XYZ")),
        charge("o-1", money("1e2", "CNY")),
        charge("o-1", json!(1.5)),
    ] {
        refuse(&home, &http, name, Some("k"), &bad, (400, "api.body"));
    }
    refuse(&home, &http, name, Some("k"), charge("a\u{0}b", fen_of(100)), (400, "api.nul"));
    refuse(
        &home,
        &http,
        name,
        Some("k"),
        charge("o-1", money("-1.00", "CNY")),
        (422, "prepaid.hold.fee_negative"),
    );
    refuse(
        &home,
        &http,
        name,
        Some("k"),
        charge("o-1", money("1.00", "USD")),
        (422, "prepaid.hold.currency"),
    );
    refuse(
        &home,
        &http,
        name,
        Some("k"),
        charge(&"o".repeat(65), fen_of(100)),
        (422, "prepaid.hold.order_reference"),
    );
    let nobody = good.replace(&merchant.id, "me_0000000000001");
    refuse(&home, &http, name, Some("k"), nobody, (400, "api.body"));
    // One byte too many: the server has read all of it when it refuses.
    let large = " ".repeat(zaiton_api::COMMAND_LIMIT + 1);
    refuse(&home, &http, name, Some("k"), large, (413, "api.too_large"));

    // A refused command does not use up its key.
    http.command(name, "k", &serde_json::from_str(&good).unwrap()).reply();
    refuse(&home, &http, name, Some("k"), charge("o-2", fen_of(100)), (422, "engine.idempotency.key_reused"));
    let settle =
        json!({ "merchant": merchant.id, "hold": { "programme": "baitiao", "order": "o-1" } }).to_string();
    refuse(&home, &http, "prepaid.settle", Some("k"), settle, (422, "engine.idempotency.key_reused"));
    let none =
        json!({ "merchant": merchant.id, "hold": { "programme": "elsewhere", "order": "o-9" } }).to_string();
    refuse(&home, &http, "prepaid.settle", Some("k2"), none, (422, "prepaid.hold.none"));
    refuse(
        &home,
        &http,
        name,
        Some("k3"),
        charge("o-1", fen_of(101)),
        (422, "prepaid.hold.charged_otherwise"),
    );
    for (path, status) in [
        ("/api/v1/merchants/nobody", 404),
        ("/api/v1/records/nothing", 404),
        ("/api/v1/merchants/qinghe/statement?from=x", 400),
    ] {
        let answer = http.get(path);
        assert_eq!(answer.refusal().0, status, "{path}");
    }
    home.verify();
    drop(server);
}

#[test]
fn bulks() {
    let (home, server, merchants) = started();
    let (http, merchant) = (server.http(), &merchants[0]);
    let line = |key: &str, order: &str| {
        json!({ "command": "prepaid.charge", "key": key, "body": merchant.charge(order, 100) }).to_string()
    };
    let good = line("b1", "b-1");
    let refuse = |bad: &[u8], want: (u16, &str)| {
        let before = picture(&home);
        for body in [[good.as_bytes(), b"\n", bad].concat(), [bad, b"\n", good.as_bytes()].concat()] {
            let answer = http.post("/api/v1/commands", None, &body).unwrap();
            let (status, code) = answer.refusal();
            assert_eq!((status, code.as_str()), want, "{answer:?}");
            assert_eq!(picture(&home), before, "{code}");
        }
    };
    refuse(b"{", (400, "api.line"));
    refuse(b"{\"command\":\"prepaid.charge\"}", (400, "api.line"));
    refuse(line("", "b-2").as_bytes(), (400, "api.idempotency_key"));
    refuse(line("b2", "b\u{0}2").as_bytes(), (400, "api.nul"));
    refuse(line("b2", "b-2").replace("prepaid.charge", "prepaid.steal").as_bytes(), (404, "api.not_found"));
    refuse(line("b2", "b-2").replace("\"order\"", "\"ordre\"").as_bytes(), (400, "api.body"));
    refuse(b"\xff\xfe", (400, "api.encoding"));
    refuse(format!("{good}\n").repeat(20_000).as_bytes(), (400, "api.too_many"));
    let large = vec![b' '; zaiton_api::BULK_LIMIT + 1];
    assert_eq!(
        http.post("/api/v1/commands", None, &large).unwrap().refusal(),
        (413, "api.too_large".to_owned())
    );

    // Lines that are refused by a rule refuse only themselves, and say so in both languages.
    let lines =
        [good.clone(), line("b1", "b-3"), line("b4", &"o".repeat(65)), line("b5", "b-5"), good].join("\n");
    let answer = http.post("/api/v1/commands", None, lines.as_bytes()).unwrap();
    let outcomes: Vec<Value> = answer.lines();
    let short: Vec<String> =
        outcomes.iter().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect();
    assert_eq!(short, ["accepted", "refused", "refused", "accepted", "accepted"]);
    assert_eq!(outcomes[4]["repeated"], true);
    outcomes[1..3].iter().for_each(|line| check_refusal(&line["refusal"]));
    assert_eq!(outcomes[1]["refusal"]["code"], "engine.idempotency.key_reused");
    assert_eq!(home.count("holds"), 2);
    home.verify();
    drop(server);
}

#[test]
fn the_command_line() {
    let home = Home::sqlite();
    let run = |name: &str, body: &str| home.run(&["run", name, body]);
    check_said(run("prepaid.steal", "{}"), "prepaid.steal");
    check_said(run("names.claim", "{"), "names.claim");
    check_said(run("names.claim", "{\"kind\":\"merchant\",\"name\":\"a\\u0000b\"}"), "U+0000");
    check_said(run("names.claim", &json!({ "kind": "", "name": "" }).to_string()), "names.length [R5-40]");
    check_said(
        run("names.claim", &json!({ "kind": "merchant", "name": "n".repeat(129) }).to_string()),
        "names.length",
    );
    assert_eq!((home.count("natural_keys"), home.count("key_runs")), (0, 0));
    assert_eq!(home.run(&["import", "orders", "no-such-file"]).code, 4);
    assert_eq!(home.run(&["verify", "--against", "no-such-file"]).code, 3);
    assert_eq!(home.run(&["frobnicate"]).code, 2);
    check_said(home.run(&["export", "statement", "--merchant", "nobody"]), "nobody");
    check_said(home.run(&["merchant", "a b", "--name", "x", "--company", "y"]), "onboarding.");
    check_said(home.run(&["bank-account", "1", "--holder", "x", "--bank", "y", "--currency", "XYZ"]), "XYZ");
    home.verify();
}
