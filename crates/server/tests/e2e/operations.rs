//! Long work from outside: asked for, left, found again; cancelled, killed and done all the same, and gone after a day.

use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Http;
use crate::home::{Home, Server, eventually};
use crate::raw::Raw;
use crate::shop::{open_shop, order};

/// Lines of a bank that are read for long enough to be cut off in the middle.
const MANY: i64 = 150_000;

fn export(list: Value, format: &str, language: &str) -> Value {
    json!({ "work": { "kind": "export", "list": list, "format": format, "language": language } })
}

/// Asks for long work; its address.
#[track_caller]
fn ask(http: &Http, key: &str, body: &Value) -> String {
    let answer = http.post("/api/v1/operations", Some(key), body.to_string().as_bytes()).unwrap();
    assert_eq!(answer.status, 202, "{answer:?}");
    let location = answer.headers.iter().find(|(name, _)| name == "location").unwrap().1.clone();
    let object = answer.json();
    assert_eq!(location, format!("/api/v1/operations/{}", object["id"].as_str().unwrap()));
    assert_eq!(object["kind"], "operation");
    location
}

/// Waits until it stands so.
#[track_caller]
fn stands(http: &Http, address: &str, state: &str) -> Value {
    let look = || {
        let record = http.get(address).json()["record"].clone();
        let now = record["state"].as_str().unwrap().to_owned();
        assert!(now == state || now == "waiting" || now == "running", "{record}");
        (now == state).then_some(record)
    };
    eventually(&format!("{address} is {state}"), 120, look)
}

/// The file of finished work, having seen that it is what was said of it.
#[track_caller]
fn taken(http: &Http, record: &Value) -> Vec<u8> {
    let result = &record["result"];
    let (status, headers, bytes) = http.file(result["link"].as_str().unwrap());
    assert_eq!(status, 200);
    let head = |name: &str| headers.iter().find(|(known, _)| known == name).unwrap().1.as_str();
    assert_eq!(head("content-type"), result["media_type"]);
    assert_eq!(head("content-length"), result["bytes"].to_string());
    assert_eq!(head("x-content-type-options"), "nosniff");
    let name = result["name"].as_str().unwrap();
    assert_eq!(head("content-disposition"), format!("attachment; filename=\"{name}\""));
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        (digest.as_str(), bytes.len().to_string()),
        (result["sha256"].as_str().unwrap(), result["bytes"].to_string())
    );
    bytes
}

fn files(home: &Home) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(home.path("exports")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// A spreadsheet says in each cell what the CSV says; amounts as numbers.
#[track_caller]
fn same_figures(bytes: Vec<u8>, title: &str, csv: &str) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.worksheet_formula(title).unwrap().used_cells().count(), 0);
    let range = book.worksheet_range(title).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(range.height(), lines.len());
    let mut amounts = 0;
    for (row, line) in (0_u32..).zip(lines) {
        for (column, text) in (0_u32..).zip(line.split(',')) {
            match range.get_value((row, column)).unwrap_or(&Data::Empty) {
                Data::Empty => assert_eq!(text, ""),
                // What a spreadsheet would take for a formula is guarded in CSV, and is words here.
                Data::String(said) => assert_eq!(said, text.trim_start_matches('\'')),
                Data::Float(number) => {
                    amounts += 1;
                    assert_eq!(format!("{number:.2}"), text);
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(amounts > 3, "{amounts}");
}

/// What a list holds is what `zaiton export` writes, in every form.
fn lists_become_files(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let merchants = open_shop(home, &http, &["qinghe", "nanhai"], 100_000);
    for number in 0..30 {
        let charge = merchants[0].charge(&format!("=own_site/{number}"), 1_000 + number);
        http.command("prepaid.charge", &format!("charge/{number}"), &charge).reply();
    }
    let lines: String = (0..20).map(|number| format!("{}\n", order("nanhai", number, "completed"))).collect();
    home.import("orders", &home.write("orders.ndjson", lines)).ok();
    let mut changes = Raw::get(server.url(), server.token(), "/api/v1/changes?kind=operation", "");
    changes.until(": here");
    for (merchant, list) in
        [("qinghe", "statement"), ("qinghe", "fees"), ("nanhai", "fees"), ("nanhai", "flow")]
    {
        for (language, flag) in [("en", None), ("zh-CN", Some("--zh"))] {
            let asked = json!({ "name": list, "merchant": merchant });
            let key = format!("{merchant}/{list}/{language}");
            let mut arguments = vec!["export", list, "--merchant", merchant];
            arguments.extend(flag);
            let said = home.run(&arguments).ok();
            let csv = stands(&http, &ask(&http, &key, &export(asked.clone(), "csv", language)), "done");
            let text = String::from_utf8(taken(&http, &csv)).unwrap();
            assert_eq!(text.trim_end(), said.trim_end(), "{key}");
            assert_eq!(csv["result"]["name"], format!("{list}-{merchant}.csv"));
            let xlsx = export(asked, "xlsx", language);
            let xlsx = stands(&http, &ask(&http, &format!("{key}/xlsx"), &xlsx), "done");
            if list != "flow" {
                same_figures(taken(&http, &xlsx), list, &text);
            }
            assert_eq!(xlsx["result"]["rows"], csv["result"]["rows"]);
        }
    }
    changes.until("\"kind\":\"operation\"");
    if home.is_postgres() {
        a_file_lies_on_one_server(home, &http);
    }
    records_become_files(home, &http);
    the_books_are_proved(&http);
    what_cannot_be_is_said(&http);
}

/// Another server on the same database says where it lies.
fn a_file_lies_on_one_server(home: &Home, http: &Http) {
    let body = export(json!({ "name": "top_ups" }), "csv", "en");
    let done = stands(http, &ask(http, "here", &body), "done");
    let folder = TempDir::new().unwrap();
    for key in ["chain.key", "token.key", "personal.key"] {
        std::fs::copy(home.path(key), folder.path().join(key)).unwrap();
    }
    let mut arguments = home.arguments();
    arguments[1] = folder.path().display().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_zaiton"));
    command.args(arguments).args(["serve", "--listen", "127.0.0.1:0"]);
    let other = Server::start(command, &home.log());
    let answer = other.http().get(done["result"]["link"].as_str().unwrap());
    assert_eq!(answer.refusal(), (409, "api.file_elsewhere".into()));
    let server = done["result"]["server"].as_str().unwrap();
    assert_eq!(answer.json()["figures"][0], json!({ "name": "server", "value": server }));
    taken(http, &done);
}

/// Records are a JSON object a line; only the merchant's, and only the period's.
fn records_become_files(home: &Home, http: &Http) {
    let lines = |key: &str, list: Value| {
        let record = stands(http, &ask(http, key, &export(list, "json", "en")), "done");
        let text = String::from_utf8(taken(http, &record)).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(record["result"]["rows"], lines.len());
        lines
    };
    let holds = lines("holds", json!({ "name": "holds", "merchant": "qinghe" }));
    assert_eq!(holds.len(), 30);
    assert_eq!((&holds[0]["order"], &holds[0]["charged"]), (&json!("=own_site/0"), &json!("10.00")));
    assert_eq!(lines("orders", json!({ "name": "channel_orders", "merchant": "nanhai" })).len(), 20);
    assert_eq!(lines("wires", json!({ "name": "bank_lines" })).len(), home.count("bank_lines"));
    let number = crate::shop::BANK;
    let wires = lines("our wires", json!({ "name": "bank_lines", "bank_account": number }));
    assert_eq!((wires.len(), &wires[0]["amount"]), (2, &json!("100000.00")));
    assert_eq!(lines("top-ups", json!({ "name": "top_ups" })).len(), 2);
    assert_eq!(lines("its top-ups", json!({ "name": "top_ups", "merchant": "qinghe" })).len(), 1);
    assert_eq!(lines("withdrawals", json!({ "name": "withdrawals" })).len(), 0);
    let past = json!({ "from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z" });
    for name in ["holds", "channel_orders", "flow", "fees"] {
        assert_eq!(
            lines(&format!("past {name}"), json!({ "name": name, "merchant": "qinghe", "period": past }))
                .len(),
            0,
            "{name}"
        );
    }
    let statement = lines("statement", json!({ "name": "statement", "merchant": "qinghe" }));
    let said = http.get("/api/v1/merchants/qinghe/statement").json();
    assert_eq!(statement.first().unwrap()["opening"], said["opening"]);
    assert_eq!(statement.last().unwrap()["closing"], said["closing"]);
    assert_eq!(statement[1..statement.len() - 1], said["lines"].as_array().unwrap()[..]);
    let balances = lines("balances", json!({ "name": "balances", "merchant": "qinghe" }));
    let said = http.get("/api/v1/merchants/qinghe/balances").json();
    let (ours, theirs) = (balances.iter(), said["rows"].as_array().unwrap().iter());
    assert!(ours.map(|row| &row["balance"]).eq(theirs.map(|row| &row["balance"]["amount"])), "{said}");
}

fn the_books_are_proved(http: &Http) {
    let record = stands(http, &ask(http, "verify", &json!({ "work": { "kind": "verify" } })), "done");
    assert_eq!(record["result"]["findings"], 0);
    assert_eq!(record["progress"], json!({ "done": 13, "of": 13, "unit": "tables" }));
    let proof: Value = serde_json::from_slice(&taken(http, &record)).unwrap();
    assert!(proof["events"].as_i64().unwrap() > 50 && proof["count"] == 0, "{proof}");
}

/// The same key is the same work; what is wrong is said at once, or by the work that failed.
fn what_cannot_be_is_said(http: &Http) {
    let body = export(json!({ "name": "top_ups" }), "csv", "en");
    let first = ask(http, "twice", &body);
    assert_eq!(ask(http, "twice", &body), first);
    let other = export(json!({ "name": "withdrawals" }), "csv", "en");
    let post = |key: &str, body: &Value| {
        http.post("/api/v1/operations", Some(key), body.to_string().as_bytes()).unwrap()
    };
    assert_eq!(post("twice", &other).refusal().0, 422);
    let mine = http.get("/api/v1/operations?asked_by=api&limit=500").json();
    let ids: Vec<&str> =
        mine["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.iter().filter(|id| first.ends_with(*id)).count(), 1);
    assert!(ids.is_sorted_by(|one, next| one > next), "the newest first: {ids:?}");
    assert_eq!(http.get("/api/v1/operations?asked_by=nobody").json()["rows"], json!([]));
    assert_eq!(http.get("/api/v1/operations?environment=sandbox").json()["rows"], json!([]));
    let page = http.get("/api/v1/operations?limit=1").json();
    assert_eq!(page["rows"][0]["id"], ids[0]);
    let next = page["next_after"].as_str().unwrap();
    assert_eq!(http.get(&format!("/api/v1/operations?limit=1&after={next}")).json()["rows"][0]["id"], ids[1]);
    let unknown = export(json!({ "name": "fees", "merchant": "nobody" }), "csv", "en");
    let failed = stands(http, &ask(http, "nobody", &unknown), "failed");
    assert_eq!(failed["refusal"]["code"], "platform.operation.not_found");
    let address = format!("/api/v1/operations/{}", failed["id"].as_str().unwrap());
    assert_eq!(http.get(&format!("{address}/file")).refusal(), (409, "api.no_file".into()));
    let failures = http.get("/api/v1/operations?state=failed").json();
    assert_eq!(failures["rows"].as_array().unwrap().len(), 1);
    let period = json!({ "from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z" });
    let backwards = export(json!({ "name": "top_ups", "period": period }), "csv", "en");
    assert_eq!(post("backwards", &backwards).refusal(), (422, "platform.operation.period".into()));
    let listless = export(json!({ "name": "people" }), "csv", "en");
    assert_eq!(post("listless", &listless).refusal(), (400, "api.body".into()));
    assert_eq!(post("", &body).refusal(), (400, "api.idempotency_key".into()));
    assert_eq!(http.get("/api/v1/operations/op_03F2MVFSC0000J/file").refusal().0, 404);
    assert_eq!(http.get("/api/v1/operations/op_03F2MVFSC0000K/file").refusal(), (400, "api.id".into()));
    assert_eq!(http.command("operations.ask", "inner", &body).status, 404, "not as a command");
}

#[test]
fn lists_become_files_on_sqlite() {
    lists_become_files(&Home::sqlite());
}

#[test]
fn lists_become_files_on_postgres() {
    lists_become_files(&Home::postgres(2));
}

/// A sandbox with many lines of a bank, put there behind the program's back.
fn many_lines(home: &Home) -> Server {
    let server = home.serve();
    open_shop(home, &server.http(), &["qinghe"], 50_000);
    assert!(server.stop().success());
    home.execute(&format!(
        "INSERT INTO bank_lines (partition, id, shape, version, updated_at, body) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY}) \
         SELECT partition + 4611686018427387904, id + i, shape, version, updated_at, body FROM bank_lines, n"
    ));
    home.serve()
}

fn sandboxed() -> Value {
    let mut body = export(json!({ "name": "bank_lines" }), "csv", "en");
    body["environment"] = json!("sandbox");
    body
}

fn forward(home: &Home, time: &str) {
    home.run(&["admin", "sandbox-clock", "--forward", time]).ok();
}

/// Cut off in the middle it is done again, its file is kept for a day, and what is not wanted ends at once.
fn it_ends_one_way_or_another(home: &Home) {
    let server = many_lines(home);
    let killed = ask(&server.http(), "killed", &sandboxed());
    let look = |http: &Http| {
        let record = http.get(&killed).json()["record"].clone();
        (record["state"] == "running" && record["progress"]["done"].as_i64() > Some(0)).then_some(record)
    };
    let before = eventually("some of it is done", 60, || look(&server.http()));
    assert_eq!((&before["attempt"], &before["progress"]["unit"]), (&json!(1), &json!("rows")));
    assert_eq!(files(home).len(), 1);
    server.kill();
    let server = home.serve();
    let http = server.http();
    if home.is_postgres() {
        crate::kill::owned_by(home, &server);
    }
    assert_eq!(
        http.get(&killed).json()["record"]["state"],
        "running",
        "nobody knows yet that its worker is gone"
    );
    forward(home, "4m");
    let done = stands(&http, &killed, "done");
    assert_eq!((&done["result"]["attempt"], &done["result"]["rows"]), (&json!(2), &json!(MANY)));
    assert_eq!(
        String::from_utf8(taken(&http, &done)).unwrap().lines().count(),
        usize::try_from(MANY).unwrap() + 1
    );
    assert_eq!(files(home).len(), 1, "what the killed attempt wrote is gone");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&files(home)[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }
    so_many_wait(&http);
    forward(home, "1d");
    stands_over(&http, &killed);
    eventually("the file is taken away", 30, || files(home).is_empty().then_some(()));
}

/// After a day there is the record, and no file.
fn stands_over(http: &Http, address: &str) {
    let expired = eventually("it expires", 30, || {
        let record = http.get(address).json()["record"].clone();
        (record["state"] == "expired").then_some(record)
    });
    assert_eq!((&expired["result"]["link"], &expired["result"]["rows"]), (&Value::Null, &json!(MANY)));
    assert_eq!(http.get(&format!("{address}/file")).refusal(), (410, "api.file_gone".into()));
}

/// Rule R5-43: three run and twenty wait; cancelled, they make room and leave nothing.
fn so_many_wait(http: &Http) {
    let all: Vec<String> = (0..23).map(|number| ask(http, &format!("wait/{number}"), &sandboxed())).collect();
    let more = http.post("/api/v1/operations", Some("more"), sandboxed().to_string().as_bytes()).unwrap();
    assert_eq!(more.refusal(), (422, "platform.operation.too_many_waiting".into()));
    let listed = http.get("/api/v1/operations?environment=sandbox&state=waiting").json();
    assert!(listed["rows"].as_array().unwrap().len() >= 20, "{listed}");
    for (number, address) in all.iter().enumerate().rev() {
        let object = http.get(address).json();
        assert_eq!(object["allowed"][0]["command"], "operations.cancel");
        let cancel = json!({ "environment": "sandbox", "operation": object["id"] });
        let reply = http.command("operations.cancel", &format!("cancel/{number}"), &cancel).reply();
        assert_eq!(reply["state"], "cancelled");
        assert_eq!(http.get(&format!("{address}/file")).refusal(), (409, "api.no_file".into()));
    }
    let again = json!({ "environment": "sandbox", "operation": all[0].rsplit('/').next().unwrap() });
    assert_eq!(http.command("operations.cancel", "again", &again).reply()["state"], "cancelled");
    let record = http.get(&all[0]).json()["record"].clone();
    assert_eq!((&record["cancelled_by"], &record["result"]), (&json!("api"), &Value::Null));
}

#[test]
fn it_ends_one_way_or_another_on_sqlite() {
    it_ends_one_way_or_another(&Home::sqlite());
}

#[test]
fn it_ends_one_way_or_another_on_postgres() {
    it_ends_one_way_or_another(&Home::postgres(1));
}
