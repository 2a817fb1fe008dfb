//! What pages show at a glance: an account and what would close its breaker, its days, what a bank line may belong to, what waits
//! for people. Each figure is checked by doing what it says.

use serde_json::{Value, json};

use crate::client::Http;
use crate::home::{Home, eventually};
use crate::shop::{BankFile, Merchant, company, fen_of, open_shop};

fn ok(http: &Http, path: &str) -> Value {
    let answer = http.get(path);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

fn codes(reasons: &Value) -> Vec<&str> {
    reasons.as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

fn standing(http: &Http, merchant: &Merchant) -> Value {
    ok(http, &format!("/api/v1/merchants/{}/standing", merchant.code))
}

fn queue(http: &Http, name: &str) -> Value {
    let all = ok(http, "/api/v1/attention");
    all["queues"].as_array().unwrap().iter().find(|queue| queue["queue"] == name).unwrap().clone()
}

/// A promotion that runs.
fn promote(http: &Http, merchant: &Merchant) -> String {
    let plan = json!({
        "name": "六期免息", "terms": [{ "code": "6", "rate": 450 }], "funded": 10_000, "products": "all",
        "starts_at": "2020-01-01T00:00:00Z", "ends_at": "2099-01-01T00:00:00Z",
    });
    let mut draft = json!({ "merchant": merchant.id, "programme": "baitiao" });
    draft.as_object_mut().unwrap().extend(plan.as_object().unwrap().clone());
    let promotion = http.command("prepaid.draft_promotion", "draft", &draft).reply()["promotion"].clone();
    let of = json!({ "merchant": merchant.id, "promotion": promotion });
    http.command("prepaid.schedule_promotion", "schedule", &of).reply();
    promotion.as_str().unwrap().to_owned()
}

fn request(http: &Http, merchant: &Merchant, key: &str, fen: u64) -> (String, String) {
    let body = json!({ "merchant": merchant.id, "programme": "baitiao", "amount": fen_of(fen) });
    let reply = http.command("prepaid.request_top_up", key, &body).reply();
    (reply["top_up"].as_str().unwrap().to_owned(), reply["remark_code"].as_str().unwrap().to_owned())
}

/// The breaker opens, says why and what would close it, and that closes it.
fn a_breaker_says_what_would_close_it(home: &Home, http: &Http, merchant: &Merchant) {
    let promotion = promote(http, merchant);
    let quiet = standing(http, merchant);
    assert_eq!((&quiet["available"], &quiet["cure"]), (&fen_of(500_000), &Value::Null));
    assert_eq!(quiet["breaker"]["state"], "closed");
    assert_eq!(queue(http, "breakers_open")["count"], 0);
    // 4,500.00 of 5,000.00 are frozen, and 700.00 more cannot be.
    for (order, fen) in [("own_site/1", 450_000), ("own_site/2", 70_000)] {
        http.command("prepaid.charge", order, &merchant.charge(order, fen)).reply();
    }
    let stopped = standing(http, merchant);
    assert_eq!(stopped["breaker"]["state"], "open");
    assert_eq!(stopped["breaker"]["cause"]["code"], "prepaid.breaker.fell_below");
    assert_eq!(stopped["breaker"]["opened_at"], stopped["breaker"]["since"]);
    assert_eq!(
        (&stopped["available"], &stopped["frozen"], &stopped["owed"], &stopped["unfunded"]),
        (&fen_of(50_000), &fen_of(450_000), &fen_of(70_000), &fen_of(70_000))
    );
    assert_eq!(stopped["lines"]["resume_above"], fen_of(100_000));
    assert_eq!(stopped["promotions"][0]["id"], promotion);
    assert_eq!(stopped["promotions"][0]["state"]["name"], "suspended");
    assert!(stopped["alarm"]["since"].is_string());
    let cure = &stopped["cure"];
    assert_eq!(codes(&cure["kept_open_by"]), ["prepaid.breaker.too_little", "prepaid.breaker.owes"]);
    assert_eq!(cure["needed"], fen_of(120_001));
    assert_eq!(cure["ways"][0]["kind"], "top_up");
    assert_eq!(cure["ways"][0]["amount"], fen_of(300_000), "no top-up may be less");
    let open = queue(http, "breakers_open");
    assert_eq!((&open["count"], &open["more"]), (&json!(1), &json!(false)));
    assert_eq!(open["items"][0]["merchant"]["code"], merchant.code);
    assert_eq!(open["items"][0]["cure"], *cure);
    assert_eq!(open["oldest"]["id"], merchant.account);

    let (top_up, remark) = request(http, merchant, "cure", 300_000);
    let waiting = standing(http, merchant);
    assert_eq!(waiting["cure"]["ways"][0]["kind"], "open_top_ups");
    assert_eq!(waiting["cure"]["ways"][0]["top_ups"], json!([top_up]));
    assert_eq!(waiting["open_top_ups"][0]["remark_code"], remark);
    let mut file = BankFile::new("CURE", 1_000_000);
    file.wire(300_000, &company(&merchant.code), &remark);
    home.import("bank", &home.write("cure.xml", file.text())).ok();
    let cured = eventually("the breaker closes", 30, || {
        Some(standing(http, merchant)).filter(|now| now["breaker"]["state"] == "closed")
    });
    assert_eq!((&cured["owed"], &cured["cure"]), (&fen_of(0), &Value::Null));
    assert_eq!(cured["promotions"][0]["state"]["name"], "running");
}

/// A wire that does not fit says why, names what it may be for, and the command that it suggests is taken.
fn a_line_names_its_candidates(home: &Home, http: &Http, merchant: &Merchant, other: &Merchant) {
    let (wanted, remark) = request(http, merchant, "line/1", 400_000);
    let (second, _) = request(http, other, "line/2", 400_000);
    let mut file = BankFile::new("ODD", 1_300_000);
    file.wire(400_000, "青禾香港有限公司", &remark).wire(1, "nobody", "").ours(25_000, "XYZ", false);
    home.import("bank", &home.write("odd.xml", file.text())).ok();
    let waits = eventually("a person is asked", 30, || {
        Some(queue(http, "bank_lines")).filter(|queue| queue["count"] == 2)
    });
    let of = |name: &str| {
        let items = waits["items"].as_array().unwrap();
        items.iter().find(|item| item["state"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (line, debit) = (of("in_review"), of("awaits_a_person"));
    let found = ok(http, &format!("/api/v1/bank-lines/{line}/candidates"));
    assert_eq!((&found["waits"], codes(&found["reasons"])), (&json!(true), vec!["bank.line.in_review"]));
    let candidates = found["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2);
    let first = &candidates[0];
    assert_eq!((&first["id"], &first["merchant"]["code"]), (&json!(wanted), &json!(merchant.code)));
    assert_eq!(
        codes(&first["weighed"]["speaks_for"]),
        ["prepaid.match.remark_names", "prepaid.match.amount_equal"]
    );
    assert_eq!(codes(&first["weighed"]["speaks_against"]), ["prepaid.match.payer_differs"]);
    assert_eq!(candidates[1]["id"], second);
    assert_eq!(codes(&candidates[1]["weighed"]["speaks_for"]), ["prepaid.match.amount_equal"]);
    let likely = &standing(http, merchant)["open_top_ups"][0]["lines"];
    assert_eq!((&likely[0]["line"], likely.as_array().unwrap().len()), (&json!(line), 1));
    assert_eq!(standing(http, other)["open_top_ups"][0]["lines"], json!([]));

    let mut body = first["suggested"]["body"].clone();
    assert_eq!(first["suggested"]["to_add"], json!(["evidence"]));
    body["evidence"] = json!("group letter 7");
    let said = http.command(first["suggested"]["command"].as_str().unwrap(), "propose", &body).reply();
    assert_eq!(
        said["state"]["decision"]["top_up"], body["decision"]["top_up"],
        "an id is a text in replies, too"
    );
    assert_eq!(queue(http, "bank_decisions")["items"][0]["id"], line);
    let again = ok(http, &format!("/api/v1/bank-lines/{line}/candidates"));
    assert_eq!(codes(&again["reasons"]), ["bank.line.proposed"]);
    assert!(again["candidates"][0]["suggested"].is_null());
    crate::client::check_refusal(&again["candidates"][0]["refusal"]);
    let confirm = json!({ "bank_account": body["bank_account"], "line": line }).to_string();
    home.run(&["run", "bank.confirm_decision", &confirm, "--by", "second"]).ok();
    eventually("it is credited", 30, || {
        (ok(http, &format!("/api/v1/top-ups/{wanted}"))["record"]["state"]["name"] == "credited")
            .then_some(())
    });
    let used = ok(http, &format!("/api/v1/bank-lines/{line}/candidates"));
    assert_eq!((&used["waits"], &used["candidates"]), (&json!(false), &json!([])));
    let out = ok(http, &format!("/api/v1/bank-lines/{debit}/candidates"));
    assert_eq!(codes(&out["reasons"]), ["bank.line.names_no_payment"]);
    let free = queue(http, "bank_lines_unallocated");
    assert_eq!((&free["count"], &free["items"][0]["amount"]), (&json!(1), &fen_of(1)));
    assert_eq!(codes(&free["items"][0]["reasons"]), ["bank.line.no_request"]);
}

/// A debit that is a payment of ours, as far as its amount says.
fn a_debit_names_payments(home: &Home, http: &Http, merchant: &Merchant) {
    let by = |person: &str, name: &str, body: &Value| {
        let ran = home.run(&["run", name, &body.to_string(), "--by", person]);
        serde_json::from_str::<Value>(&ran.ok()).unwrap()
    };
    let bank = ok(http, "/api/v1/bank-accounts")["rows"][0]["id"].clone();
    let ask = json!({ "merchant": merchant.id, "programme": "baitiao", "amount": fen_of(50_000) });
    let withdrawal = by("m", "prepaid.request_withdrawal", &ask)["withdrawal"].clone();
    assert_eq!(queue(http, "withdrawals_to_approve")["items"][0]["id"], withdrawal);
    assert_eq!(standing(http, merchant)["in_withdrawal"], fen_of(50_000));
    let of = |more: Value| {
        let mut body = json!({ "merchant": merchant.id, "withdrawal": withdrawal });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    by("s", "prepaid.approve_withdrawal", &of(json!({ "role": "operations" })));
    by("f", "prepaid.approve_withdrawal", &of(json!({ "role": "finance" })));
    assert_eq!(queue(http, "withdrawals_to_send")["items"][0]["amount"], fen_of(50_000));
    by("s", "prepaid.send_withdrawal", &of(json!({ "bank_account": bank })));
    assert_eq!(queue(http, "payments_to_file")["count"], 1);
    let file = by("f", "bank.propose_file", &json!({ "bank_account": bank }))["file"].clone();
    assert_eq!(queue(http, "payment_files_to_release")["items"][0]["id"], file);
    by("g", "bank.release_file", &json!({ "bank_account": bank, "file": file }));
    let mut debit = BankFile::new("DEBIT", 1_675_001);
    debit.ours(50_000, "NOTOURS", false);
    home.import("bank", &home.write("debit.xml", debit.text())).ok();
    let lines = queue(http, "bank_lines")["items"].as_array().unwrap().clone();
    let line = lines.iter().find(|item| item["amount"] == fen_of(50_000)).unwrap()["id"].clone();
    let found = ok(http, &format!("/api/v1/bank-lines/{}/candidates", line.as_str().unwrap()));
    let only = &found["candidates"][0];
    assert_eq!((&only["kind"], &only["merchant"]["code"]), (&json!("payment"), &json!(merchant.code)));
    assert_eq!(codes(&only["weighed"]["speaks_for"]), ["bank.match.amount_equal"]);
    assert_eq!(codes(&only["weighed"]["speaks_against"]), ["bank.match.not_named"]);
    let suggested = &only["suggested"];
    http.command(suggested["command"].as_str().unwrap(), "pay", &suggested["body"]).reply();
    let withdrawal = withdrawal.as_str().unwrap();
    eventually("it is paid", 30, || {
        (ok(http, &format!("/api/v1/withdrawals/{withdrawal}"))["record"]["state"]["name"] == "paid")
            .then_some(())
    });
}

/// Its days, the last of which is as it stands now.
fn days_end_as_the_books_say(http: &Http, merchant: &Merchant) {
    let path = format!("/api/v1/merchants/{}/balance-days", merchant.code);
    let chart = ok(http, &path);
    let days = chart["days"].as_array().unwrap();
    let (now, last) = (standing(http, merchant), days.last().unwrap());
    assert_eq!(days.len(), 90);
    for field in ["available", "frozen", "owed", "lines"] {
        assert_eq!(last[field], now[field], "{field}");
    }
    assert_eq!(days[0]["available"], fen_of(0));
    let ways: Vec<&str> =
        chart["breaker"].as_array().unwrap().iter().map(|one| one["way"].as_str().unwrap()).collect();
    assert_eq!(ways, ["opened", "closed"]);
    let one = ok(http, &format!("{path}?from=2030-01-01&to=2030-01-01"));
    assert_eq!(one["days"][0]["available"], now["available"], "a day that comes is as it is now");
    assert_eq!(
        ok(http, &format!("{path}?from=2024-11-27&to=2025-12-31"))["days"].as_array().unwrap().len(),
        400
    );
    for bad in ["from=2024-11-26&to=2025-12-31", "from=2026-01-02&to=2026-01-01", "from=x", "days=3"] {
        assert_eq!(http.get(&format!("{path}?{bad}")).refusal(), (400, "api.query".to_owned()), "{bad}");
    }
    for missing in [
        "/api/v1/merchants/nobody/standing".to_owned(),
        format!("/api/v1/merchants/{}/standing?programme=none", merchant.code),
        format!("/api/v1/merchants/{}/standing?environment=sandbox", merchant.code),
        "/api/v1/bank-lines/bl_1/candidates".to_owned(),
    ] {
        assert_eq!(http.get(&missing).status, 404, "{missing}");
    }
    let other = ok(http, "/api/v1/attention?environment=sandbox");
    assert!(other["queues"].as_array().unwrap().iter().all(|queue| queue["count"] == 0), "{other}");
}

/// Merchants by how their code, name or company begins; whoever is searched for by nonsense is nobody.
fn merchants_are_found_by_a_beginning(http: &Http) {
    let found = |search: &str| -> Vec<String> {
        let answer = ok(http, &format!("/api/v1/merchants?{search}"));
        assert_eq!(answer["next_after"], Value::Null);
        let rows = answer["rows"].as_array().unwrap();
        rows.iter().map(|row| row["record"]["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found("search=QING"), ["qinghe"]);
    assert_eq!(found("search=%20nan"), ["nanyin"]);
    // 泉州: both companies, each once.
    assert_eq!(found("search=%E6%B3%89%E5%B7%9E"), ["nanyin", "qinghe"]);
    assert_eq!(found("search=%E6%B3%89%E5%B7%9Eq"), ["qinghe"]);
    assert_eq!(found("search=%E6%B3%89%E5%B7%9E&limit=1").len(), 1);
    assert!(
        found("search=inghe").is_empty() && found("search=%25").is_empty() && found("search=_").is_empty()
    );
    assert!(found("search=q&environment=sandbox").is_empty());
    let long = format!("/api/v1/merchants?search={}", "q".repeat(101));
    for bad in
        ["/api/v1/merchants?search=", &long, "/api/v1/top-ups?search=q", "/api/v1/merchants?search=q&after=1"]
    {
        assert_eq!(http.get(bad).refusal(), (400, "api.query".to_owned()), "{bad}");
    }
}

fn at_a_glance(home: &Home) {
    let server = home.serve();
    let http = server.http();
    let merchants = open_shop(home, &http, &["qinghe", "nanyin"], 5_000);
    let [one, other] = &merchants[..] else { panic!("two merchants") };
    let http = crate::people::clerk(home, &http, "clerk@platform.example");
    merchants_are_found_by_a_beginning(&http);
    a_breaker_says_what_would_close_it(home, &http, one);
    a_line_names_its_candidates(home, &http, one, other);
    a_debit_names_payments(home, &http, other);
    days_end_as_the_books_say(&http, one);
    assert!(server.stop().success());
    home.verify();
}

#[test]
fn at_a_glance_on_sqlite() {
    at_a_glance(&Home::sqlite());
}

#[test]
fn at_a_glance_on_postgres() {
    at_a_glance(&Home::postgres(4));
}
