//! Months pass by the sandbox's moved clock: the statement of each is recorded by itself, whatever moved in it, and goes on
//! from the one before.

use serde_json::{Value, json};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, Month, Timestamp};
use zaiton_onboarding::MerchantId;

use crate::client::Http;
use crate::home::{Home, eventually};
use crate::shop::{BANK, FINANCE, fen_of, prove_contact};

const COMPANY: &str = "泉州南音乐器有限公司";

/// A sandbox with one merchant in prepaid mode, topped up with 5,000 yuan by a wire.
struct Sandbox<'a> {
    home: &'a Home,
    http: Http,
    merchant: String,
    account: String,
}

impl<'a> Sandbox<'a> {
    fn open(home: &'a Home, http: Http) -> Self {
        let mut sandbox = Self { home, http, merchant: String::new(), account: String::new() };
        let owner = |kind: &str, name: &str| {
            let reply = sandbox.give("names.claim", kind, json!({ "kind": kind, "name": name }));
            reply["owner"].as_i64().unwrap()
        };
        let merchant = MerchantId::from_raw(owner("merchant", "nanyin")).to_string();
        let bank = zaiton_bank::BankAccountId::from_raw(owner("bank_account", BANK)).to_string();
        sandbox.give(
            "bank.open_account",
            "bank",
            json!({ "bank_account": bank, "number": BANK, "holder": "刺桐平台科技有限公司", "bank": "中国工商银行",
                "currency": "CNY", "client_money": true }),
        );
        let register = json!({ "merchant": merchant, "code": "nanyin", "name": "南音", "company": COMPANY });
        sandbox.give("onboarding.register_merchant", "register", register);
        let card = json!({ "bank": "中国建设银行", "account_no": "6217000010012345678", "holder": COMPANY,
            "in_force": true, "source": "supplier" });
        let open =
            json!({ "merchant": merchant, "programme": "baitiao", "currency": "CNY", "wire_account": card });
        let account =
            sandbox.give("prepaid.open_account", "open", open)["account"].as_str().unwrap().to_owned();
        let of = json!({ "environment": "sandbox", "merchant": merchant });
        prove_contact(home, &sandbox.http, "nanyin", &of, "contact");
        let contacts = json!([{ "email": FINANCE, "mobile": null }]);
        let lines = json!({ "warning": fen_of(200_000), "suspend": fen_of(100_000), "contacts": contacts });
        sandbox.give(
            "prepaid.set_alerts",
            "alerts",
            json!({ "merchant": merchant, "programme": "baitiao", "lines": lines }),
        );
        let ask = json!({ "merchant": merchant, "programme": "baitiao", "amount": fen_of(500_000) });
        let remark = sandbox.give("prepaid.request_top_up", "ask", ask)["remark_code"].clone();
        let day = "2026-03-02";
        let line = json!({ "ordinal": 1, "booked": true, "amount": fen_of(500_000), "credit": true, "reversal": false,
            "booking_date": day, "value_date": day, "payer_name": COMPANY, "payer_account": "6217000010012345678",
            "remark": remark, "bank_reference": "R1" });
        let statement = json!({ "account_number": BANK, "currency": "CNY", "statement_id": "S1", "sequence": null,
            "from": day, "to": day, "opening": fen_of(0), "closing": fen_of(500_000), "lines": [line] });
        sandbox.give(
            "bank.record_statement",
            "statement",
            json!({ "bank_account": bank, "statement": statement }),
        );
        eventually("the sandbox's top-up is credited", 30, || {
            (home.number("SELECT count(*) FROM top_ups WHERE status = 'credited'") == 1).then_some(())
        });
        (sandbox.merchant, sandbox.account) = (merchant, account);
        sandbox
    }

    fn give(&self, name: &str, key: &str, mut body: Value) -> Value {
        body["environment"] = json!("sandbox");
        self.http.command(name, key, &body).reply()
    }

    /// An order's fee is charged and settled.
    fn earn(&self, order: &str, fen: u64) {
        let charge =
            json!({ "merchant": self.merchant, "account": self.account, "order": order, "fee": fen_of(fen) });
        let hold = self.give("prepaid.charge", &format!("charge/{order}"), charge)["hold"].clone();
        let settle = json!({ "merchant": self.merchant, "hold": hold });
        self.give("prepaid.settle", &format!("settle/{order}"), settle);
    }

    /// The sandbox's month after so many days have passed.
    fn pass(&self, days: u32) -> Month {
        let now = self.home.run(&["admin", "sandbox-clock", "--forward", &format!("{days}d")]).ok();
        Month::at(Timestamp::parse(now.trim()).unwrap(), &Zone::shanghai())
    }

    /// The recorded months once all before this one are there.
    fn months_before(&self, month: Month) -> Vec<Value> {
        eventually(&format!("all months before {month} are recorded"), 60, || {
            let path = "/api/v1/merchants/nanyin/months?environment=sandbox";
            let rows = self.http.get(path).json()["rows"].as_array().unwrap().clone();
            let last = rows.last()?["state"]["figures"]["month"].as_str()?.to_owned();
            (Month::parse(&last).unwrap().next() == month).then_some(rows)
        })
    }
}

fn months_are_recorded(home: &Home) {
    let server = home.serve();
    let sandbox = Sandbox::open(home, server.http());
    sandbox.earn("o-1", 4_500);
    let first = sandbox.months_before(sandbox.pass(31)).len();
    // Nothing moves in this month.
    let second = sandbox.months_before(sandbox.pass(31)).len();
    assert!(second > first && first > 0, "{first} {second}");
    sandbox.earn("o-2", 3_000);
    sandbox.earn("o-3", 1_500);
    let all = sandbox.months_before(sandbox.pass(31));
    // The server sleeps for more than two months, and catches up month by month.
    assert!(server.stop().success());
    let month = sandbox.pass(70);
    assert_eq!(home.count("prepaid_months"), all.len());
    let server = home.serve();
    let sandbox = Sandbox { http: server.http(), ..sandbox };
    let rows = sandbox.months_before(month);
    assert!(rows.len() >= all.len() + 2, "{} {}", rows.len(), all.len());
    let (mut closed, mut lines) = (fen_of(0), 0);
    for (at, row) in rows.iter().enumerate() {
        let figures = &row["state"]["figures"];
        assert_eq!(figures["opening"], closed, "{rows:#?}");
        closed = figures["closing"].clone();
        lines += figures["lines"].as_i64().unwrap();
        if let Some(next) = rows.get(at + 1) {
            let month = Month::parse(figures["month"].as_str().unwrap()).unwrap();
            assert_eq!(next["state"]["figures"]["month"], month.next().to_string());
        }
    }
    assert_eq!((closed, lines), (fen_of(491_000), 4), "a top-up and three settlements");
    assert!(rows.iter().any(|row| row["state"]["figures"]["lines"] == 0), "a month without movement");
    let told = home.number("SELECT count(*) FROM notices WHERE topic = 'statement_ready'");
    assert_eq!(usize::try_from(told), Ok(rows.len()));
    refused_by_hand(&sandbox, &rows);
    assert!(server.stop().success());
    home.verify();
    a_changed_month_is_found(home);
}

/// A month is recorded once; the figures of the next must go on from it.
fn refused_by_hand(sandbox: &Sandbox<'_>, rows: &[Value]) {
    let last = &rows[rows.len() - 1]["state"]["figures"];
    let mut body =
        json!({ "environment": "sandbox", "merchant": sandbox.merchant, "account": sandbox.account });
    for field in ["month", "opening", "closing", "lines", "totals"] {
        body[field] = last[field].clone();
    }
    let by_http = sandbox.http.command("prepaid.record_month", "http", &body);
    assert_eq!((by_http.status, by_http.refusal().1), (404, "api.not_found".to_owned()), "not for callers");
    let give = |key: &str, body: &Value| {
        sandbox.home.run(&["run", "prepaid.record_month", "--key", key, &body.to_string()])
    };
    let refused = |key: &str, body: &Value, code: &str| {
        let said = give(key, body).refused();
        assert!(said.contains(code), "{said}");
    };
    let count = sandbox.home.count("prepaid_months");
    let again: Value = serde_json::from_str(&give("again", &body).ok()).unwrap();
    assert_eq!(again["record"], rows[rows.len() - 1]["id"], "already so");
    body["opening"] = fen_of(1);
    body["closing"] = fen_of(1);
    refused("other", &body, "prepaid.month.recorded_otherwise");
    body["month"] = json!("2099-12");
    refused("far", &body, "prepaid.month.not_the_next");
    let next = Month::parse(last["month"].as_str().unwrap()).unwrap().next();
    body["month"] = json!(next);
    refused("early", &body, "prepaid.month.not_over");
    assert_eq!(sandbox.home.count("prepaid_months"), count);
}

/// Rule L-I10: a record that is changed behind the program's back.
fn a_changed_month_is_found(home: &Home) {
    let id = home.number("SELECT id FROM prepaid_months ORDER BY id LIMIT 1 OFFSET 1");
    let home = home.copy();
    let sql = format!(
        "UPDATE prepaid_months SET body = replace(body, '\"4955.00\"', '\"4955.01\"') WHERE id = {id}"
    );
    home.execute(&sql);
    let findings = home.findings(None);
    assert!(findings.iter().any(|finding| finding.starts_with("[L-I10] mo_")), "{findings:#?}");
}

#[test]
fn months_are_recorded_on_sqlite() {
    months_are_recorded(&Home::sqlite());
}

#[test]
fn months_are_recorded_on_postgres() {
    months_are_recorded(&Home::postgres(1));
}

/// What `client-money` says of CNY: owed, on its way, cover, excess, shortfall.
fn counted(home: &Home) -> [String; 5] {
    let said: Value = serde_json::from_str(&home.run(&["--json", "client-money"]).out).unwrap();
    let row = &said["rows"][0];
    ["owed", "on_its_way", "cover", "excess", "shortfall"]
        .map(|field| row[field]["amount"].as_str().unwrap().to_owned())
}

/// Rule L-I13: counted at any time, by every way the same; a book in which cover is short is found.
fn client_money_is_counted(home: &Home) {
    assert!(home.run(&["client-money"]).code != 0, "no installation");
    let server = home.serve();
    let http = server.http();
    assert_eq!(http.get("/api/v1/client-money").json(), json!({ "rows": [] }));
    let merchant = crate::shop::open_shop(home, &http, &["qinghe"], 5_000).remove(0);
    assert_eq!(counted(home), ["5000.00", "0.00", "5000.00", "0.00", "0.00"]);
    let hold = http.command("prepaid.charge", "c", &merchant.charge("o-1", 4_500)).reply()["hold"].clone();
    http.command("prepaid.settle", "s", &json!({ "merchant": merchant.id, "hold": hold })).reply();
    // What was earned is ours: it may be swept, and no more.
    let earned = ["4955.00", "0.00", "5000.00", "45.00", "0.00"];
    assert_eq!(counted(home), earned);
    let rows = http.get("/api/v1/client-money").json();
    assert_eq!(rows, serde_json::from_str::<Value>(&home.run(&["--json", "client-money"]).ok()).unwrap());
    assert!(home.run(&["client-money"]).ok().contains("at most 45.00 CNY may be swept"));
    own_money_is_not_counted(home, &http, &earned);
    assert!(server.stop().success());
    home.verify();
    let tampered = home.copy();
    tampered.execute("UPDATE accounts SET debits = debits - 4501 WHERE code = 1020");
    assert_eq!(counted(&tampered)[4], "0.01");
    assert!(tampered.run(&["client-money"]).refused().contains("L-I13"));
    let findings = tampered.findings(None);
    assert!(
        findings.iter().any(|finding| finding.starts_with("[L-I13] ") && finding.contains("0.01")),
        "{findings:#?}"
    );
    home.execute("UPDATE accounts SET debits = debits - 4500 WHERE code = 1020");
    assert_eq!(counted(home), ["4955.00", "0.00", "4955.00", "0.00", "0.00"]);
}

/// Money that came in on an account of our own is owed to no client, and covers none.
fn own_money_is_not_counted(home: &Home, http: &Http, earned: &[&str; 5]) {
    let claim = json!({ "kind": "bank_account", "name": "1111222233334444" });
    let owner = http.command("names.claim", "own", &claim).reply()["owner"].as_i64().unwrap();
    let bank = zaiton_bank::BankAccountId::from_raw(owner).to_string();
    let open = json!({ "bank_account": bank, "number": "1111222233334444", "holder": "刺桐平台科技有限公司",
        "bank": "中国工商银行", "currency": "CNY", "client_money": false });
    http.command("bank.open_account", "own", &open).reply();
    let mut file = crate::shop::BankFile::new("OWN", 0).of_account("1111222233334444");
    file.wire(77_700, "无名公司", "没有附言");
    home.import("bank", &home.write("own.xml", file.text())).ok();
    assert_eq!(
        home.number("SELECT credits FROM accounts WHERE code = 2190 ORDER BY id DESC LIMIT 1"),
        77_700
    );
    assert_eq!(counted(home), *earned);
}

#[test]
fn client_money_is_counted_on_sqlite() {
    client_money_is_counted(&Home::sqlite());
}

#[test]
fn client_money_is_counted_on_postgres() {
    client_money_is_counted(&Home::postgres(1));
}

/// Rules L-7, L-I13: as a day begins it is counted by itself; one that is short waits for a person, who counts it again.
fn days_are_counted(home: &Home) {
    let server = home.serve();
    let sandbox = Sandbox::open(home, server.http());
    assert_eq!(home.count("platform_days"), 1, "the live days have not begun");
    let days = |number: usize| {
        eventually(&format!("{number} days are counted"), 30, || {
            (home.count("client_money_days") == number).then_some(())
        });
    };
    sandbox.pass(1);
    days(1);
    sandbox.earn("o-1", 4_500);
    sandbox.pass(1);
    days(2);
    let rows = sandbox.http.get("/api/v1/records/client_money_days").json()["rows"].clone();
    let covered: Vec<&Value> = (0..2).map(|at| &rows[at]["last"]["figures"][0]["excess"]).collect();
    assert_eq!(covered, [&fen_of(0), &fen_of(4_500)], "{rows:#}");
    assert_eq!(home.count("parked"), 0);
    // Cover is short behind the program's back, while nobody serves; the days that nobody saw are not made up.
    assert!(server.stop().success());
    let bank = |change: &str| {
        home.execute(&format!("UPDATE accounts SET debits = debits {change} WHERE code = 1020"))
    };
    bank("- 5000");
    sandbox.pass(3);
    let server = home.serve();
    let sandbox = Sandbox { http: server.http(), ..sandbox };
    days(3);
    let task =
        |number: usize| eventually("a task waits", 30, || (home.count("parked") == number).then_some(()));
    task(1);
    let parked = sandbox.http.get("/api/v1/records/parked").json()["rows"][0].clone();
    assert_eq!(parked["refusal"]["code"], "platform.day.short", "{parked:#}");
    assert!(parked["refusal"].to_string().contains("5.00 CNY"), "{parked:#}");
    let clerk = crate::people::clerk(home, &sandbox.http, "clerk@platform.example");
    // Counted again while it is still short, it waits again; once it is covered, nothing waits.
    let again = |key: &str| {
        // The task says all that its command needs.
        let task = clerk.get("/api/v1/tasks?environment=sandbox").json()["rows"][0].clone();
        assert_eq!(task["allowed"][0]["command"], "engine.retry_parked", "{task:#}");
        assert_eq!(task["record"]["refusal"]["code"], "platform.day.short", "{task:#}");
        let retry = json!({ "partition": task["record"]["partition"], "parked": task["id"] });
        assert_eq!(clerk.command("engine.retry_parked", key, &retry).reply()["done"], true);
    };
    let counts = |number: i64| {
        eventually(&format!("{number} counts of the day"), 30, || {
            let rows = sandbox.http.get("/api/v1/records/client_money_days").json()["rows"].clone();
            (rows[2]["last"]["number"] == number).then_some(())
        });
    };
    again("first");
    counts(2);
    task(1);
    bank("+ 5000");
    again("second");
    counts(3);
    task(0);
    assert!(server.stop().success());
    home.verify();
}

#[test]
fn days_are_counted_on_sqlite() {
    days_are_counted(&Home::sqlite());
}

#[test]
fn days_are_counted_on_postgres() {
    days_are_counted(&Home::postgres(1));
}

/// `export --month` is `export --from --to` of that month.
#[test]
fn a_month_is_exported() {
    let home = Home::sqlite();
    let server = home.serve();
    crate::shop::open_shop(&home, &server.http(), &["qinghe"], 5_000);
    let now = home.run(&["admin", "sandbox-clock"]).ok();
    let month = Month::at(Timestamp::parse(now.trim()).unwrap(), &Zone::shanghai());
    let export = |arguments: &[&str]| {
        home.run(&[&["export", "statement", "--merchant", "qinghe"][..], arguments].concat())
    };
    let (name, day) = (month.to_string(), |month: Month| format!("{month}-01"));
    let of_month = export(&["--month", &name]).ok();
    assert_eq!(of_month, export(&["--from", &day(month), "--to", &day(month.next())]).ok());
    assert!(of_month.contains("5000.00"), "{of_month}");
    assert!(!export(&["--month", &month.next().to_string()]).ok().contains("top-up"));
    for wrong in [&["--month", "2026-13"][..], &["--month", &name, "--from", "2026-01-01"]] {
        assert_eq!(export(wrong).code, 2, "{wrong:?}");
    }
}
