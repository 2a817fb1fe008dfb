//! What people and their programs are told outside: codes, notices and webhooks from the command to the mailbox and the receiver,
//! with what goes wrong on the way.

use serde_json::{Value, json};

use crate::home::{Home, Server, eventually};
use crate::postmaster::{Hook, PASSWORD, Postmaster};
use crate::shop::{FINANCE, Merchant, fen_of, open_shop};

/// Six digits somewhere in a text.
fn code_in(text: &str) -> String {
    let digits: Vec<char> = text.chars().collect();
    let is_code = |at: &usize| digits[*at..*at + 6].iter().all(char::is_ascii_digit);
    let at = (0..digits.len() - 5).find(is_code).unwrap();
    digits[at..at + 6].iter().collect()
}

/// A contact is proved by the code that came by mail; one that was asked for while nobody could send comes when somebody can.
fn codes_arrive(home: &Home, post: &Postmaster) -> (Server, Merchant) {
    let server = home.serve();
    let merchant = open_shop(home, &server.http(), &["qinghe"], 5_000).remove(0);
    let ask = |server: &Server, to: &str| {
        let body = json!({ "merchant": merchant.id, "contact": to });
        server.http().command("prepaid.ask_contact_code", &format!("ask/{to}"), &body).reply();
    };
    ask(&server, "early@qinghe.example");
    let waits = "SELECT count(*) FROM effects WHERE due_at IS NULL AND body LIKE '%contact_code%'";
    assert!(home.number(waits) > 0);
    assert!(server.stop().success());

    let server = post.serve(home, &["--local-webhooks"]);
    let early = post.wait("early@qinghe.example", 1, 30);
    ask(&server, "li@qinghe.example");
    let letter = post.wait("li@qinghe.example", 1, 30);
    assert_eq!((&letter["tls"], &letter["kind"]), (&json!(true), &json!("text/plain")));
    for (to, letter) in [("early@qinghe.example", early), ("li@qinghe.example", letter)] {
        let code = code_in(letter["headers"]["subject"].as_str().unwrap());
        let body = json!({ "merchant": merchant.id, "contact": to, "code": code });
        let proved = server.http().command("prepaid.confirm_contact", &format!("tell/{to}"), &body).reply();
        assert_eq!(proved["state"]["name"], "verified");
    }
    (server, merchant)
}

/// Asks for a withdrawal and has it rejected by somebody else: the merchant is told.
fn reject(home: &Home, merchant: &Merchant, number: u32) {
    let by = |who: &str, name: &str, body: &Value| -> Value {
        let key = format!("{name}/{number}");
        let ran = home.run(&["run", name, "--by", who, "--key", &key, &body.to_string()]);
        serde_json::from_str(&ran.ok()).unwrap()
    };
    let ask = json!({ "merchant": merchant.id, "programme": "baitiao", "amount": fen_of(50_000) });
    let asked = by("qinghe", "prepaid.request_withdrawal", &ask);
    let no = json!({ "merchant": merchant.id, "withdrawal": asked["withdrawal"], "reason": "card_in_doubt" });
    by("settle-1", "prepaid.reject_withdrawal", &no);
}

fn notices(server: &Server, query: &str) -> Vec<Value> {
    let rows = server.http().get(&format!("/api/v1/notices?merchant=qinghe&order=newest{query}")).json();
    rows["rows"].as_array().unwrap().clone()
}

/// A notice to two addresses, one of which is nobody's: the other gets it once, also when it is sent again.
fn a_dead_way_is_sent_again_alone(home: &Home, server: &Server, post: &Postmaster, merchant: &Merchant) {
    let http = server.http();
    let gone = "gone@qinghe.example";
    let body = json!({ "merchant": merchant.id, "contact": gone });
    http.command("prepaid.ask_contact_code", "gone/ask", &body).reply();
    let code = home.run(&["admin", "contact-code", gone, "--merchant", "qinghe"]).ok();
    let body = json!({ "merchant": merchant.id, "contact": gone, "code": code.trim() });
    http.command("prepaid.confirm_contact", "gone/tell", &body).reply();
    let contacts = json!([{ "email": gone }, { "email": FINANCE }]);
    let lines = json!({ "warning": fen_of(200_000), "suspend": fen_of(100_000), "contacts": contacts });
    let alerts = json!({ "merchant": merchant.id, "programme": "baitiao", "lines": lines });
    http.command("prepaid.set_alerts", "alerts/2", &alerts).reply();

    let before = post.letters(FINANCE).len();
    reject(home, merchant, 1);
    let letter = post.wait(FINANCE, before + 1, 30);
    let subject = letter["headers"]["subject"].as_str().unwrap();
    assert_eq!(subject, "提现未通过（qinghe）");
    let text = letter["body"].as_str().unwrap();
    assert!(text.contains("500.00 CNY") && text.contains("https://zaiton.example"), "{text}");
    // The letter is there before its report is.
    let dead = eventually("every way is told", 30, || {
        let is_told = |one: &Value| {
            let mut ways = one["record"]["deliveries"].as_array().unwrap().iter();
            ways.all(|way| way["state"]["name"] != "waiting")
        };
        notices(server, "").into_iter().find(|one| one["record"]["state"]["name"] == "dead" && is_told(one))
    });
    let dead_rows = http.get("/api/v1/notices?state=dead").json();
    assert_eq!(dead_rows["rows"][0]["id"], dead["id"]);
    let ways = dead["record"]["deliveries"].as_array().unwrap();
    let states: Vec<&str> = ways.iter().map(|way| way["state"]["name"].as_str().unwrap()).collect();
    assert_eq!(states, ["done", "dead", "done"]);
    assert_eq!(ways[1]["log"][0]["error"], "smtp.550");
    let allowed = dead["allowed"].as_array().unwrap();
    assert!(allowed.iter().any(|one| one["command"] == "notices.send_again" && one["refusal"].is_null()));
    let again = json!({ "merchant": merchant.id, "notice": dead["id"] });
    http.command("notices.send_again", "again/1", &again).reply();
    eventually("the second round ends", 30, || {
        let notice = http.get(&format!("/api/v1/notices/{}", dead["id"].as_str().unwrap())).json();
        let way = &notice["record"]["deliveries"][1];
        (way["round"] == 1 && way["state"]["name"] == "dead").then_some(())
    });
    assert_eq!(post.letters(FINANCE).len(), before + 1, "who had it gets it no second time");
}

/// Rules R5-20, R5-21: the reader's language and zone, and an operator's own words.
fn words_are_the_readers(home: &Home, server: &Server, post: &Postmaster, merchant: &Merchant) {
    let http = server.http();
    let choice =
        json!({ "to": FINANCE, "language": "en", "zone": "Europe/Berlin", "off": ["statement_ready"] });
    let body = json!({ "merchant": merchant.id, "choice": choice });
    http.command("notices.set_preferences", "choice/1", &body).reply();
    let off = json!({ "merchant": merchant.id, "choice": { "to": FINANCE, "off": ["withdrawal_paid"] } });
    let refused = http.command("notices.set_preferences", "choice/2", &off).refusal();
    assert_eq!(refused, (422, "notices.preferences.mandatory".to_owned()));

    let template = |subject: &str, body: &str| {
        json!({ "topic": "withdrawal_rejected", "channel": "email", "language": "en",
            "words": { "subject": subject, "body": body }, "valid_from": null })
    };
    let wrong = http.command("notices.save_template", "words/1", &template("No", "{{ amuont }}"));
    assert_eq!(wrong.refusal(), (422, "notices.template.wrong".to_owned()));
    let mut look = template("Not granted: {{ amount }}", "At {{ at }} in {{ zone }}.\n");
    look.as_object_mut().unwrap().remove("valid_from");
    let seen = http.post("/api/v1/templates/preview", None, look.to_string().as_bytes()).unwrap();
    assert_eq!(seen.json()["subject"], "Not granted: 500.00 CNY", "{seen:?}");
    let good = template("Not granted: {{ amount }}", "At {{ at }} in {{ zone }}.\n");
    http.command("notices.save_template", "words/2", &good).reply();
    let test = json!({ "topic": "withdrawal_rejected", "to": "li@qinghe.example", "language": "en" });
    let before = post.letters("li@qinghe.example").len();
    http.command("notices.send_test", "words/3", &test).reply();
    let letter = post.wait("li@qinghe.example", before + 1, 30);
    assert_eq!(letter["headers"]["subject"], "Not granted: 500.00 CNY");

    let before = post.letters(FINANCE).len();
    reject(home, merchant, 2);
    let letter = post.wait(FINANCE, before + 1, 30);
    assert_eq!(letter["headers"]["subject"], "Not granted: 500.00 CNY");
    assert!(letter["body"].as_str().unwrap().contains("in Europe/Berlin."), "{letter}");
}

fn endpoint(server: &Server, path: &str, body: &Value) -> Value {
    let answer = server.http().post(path, None, body.to_string().as_bytes()).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn message(server: &Server, id: &str) -> Value {
    server.http().get(&format!("/api/v1/webhook-deliveries/{id}")).json()["record"].clone()
}

/// Rule R5-41: signed, retried under the same id, held while paused, replayed, under two secrets after a rotation.
fn webhooks_arrive(home: &Home, server: &Server, merchant: &Merchant) -> Vec<String> {
    let (http, hook) = (server.http(), Hook::start());
    let path = "/api/v1/merchants/qinghe/webhook-endpoints";
    let added =
        endpoint(server, path, &json!({ "url": hook.url, "events": ["withdrawal.rejected", "balance.low"] }));
    let first = added["secret"].as_str().unwrap().to_owned();
    let id = added["reply"]["endpoint"].as_str().unwrap().to_owned();
    let twice = http.post(path, None, json!({ "url": hook.url }).to_string().as_bytes()).unwrap();
    assert_eq!(twice.refusal(), (422, "webhooks.endpoint.known".to_owned()));
    let of = |more: Value| {
        let mut body = json!({ "merchant": merchant.id });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let at = || of(json!({ "endpoint": id }));
    http.command("webhooks.ping", "ping/1", &at()).reply();
    assert!(hook.wait("ping", 1).is_by(&first));

    // The receiver fails, then works: the same id, five seconds later.
    hook.answers(503, "");
    reject(home, merchant, 3);
    let came = hook.wait("withdrawal.rejected", 1);
    assert!(came.is_by(&first) && came.json()["data"]["amount"] == "500.00 CNY", "{came:?}");
    hook.answers(200, "");
    let again = hook.wait("withdrawal.rejected", 2);
    assert_eq!(again.header("webhook-id"), came.header("webhook-id"));
    assert_eq!(again.body, came.body);
    let known = came.header("webhook-id").to_owned();
    let done = eventually("it is told", 30, || {
        Some(message(server, &known)).filter(|one| one["state"]["name"] == "done")
    });
    assert_eq!((&done["log"][0]["status"], &done["log"][1]["status"]), (&json!(503), &json!(200)));

    // A redirect is followed nowhere; one that lies is told as what it said.
    let elsewhere = Hook::start();
    hook.answers(302, &format!("Location: {}\r\n", elsewhere.url));
    let ping = http.command("webhooks.ping", "ping/2", &at()).reply()["message"].as_str().unwrap().to_owned();
    let failed = eventually("it failed", 30, || {
        Some(message(server, &ping)).filter(|one| one["log"][0]["error"] == "redirected")
    });
    assert_eq!(failed["state"]["name"], "failed");
    assert!(elsewhere.of("ping").is_empty());
    hook.answers(200, "");

    // Two secrets for a day.
    let rotated = endpoint(server, &format!("/api/v1/webhook-endpoints/{id}/secret"), &json!({}));
    let second = rotated["secret"].as_str().unwrap().to_owned();
    let pings = hook.of("ping").len();
    http.command("webhooks.ping", "ping/3", &at()).reply();
    let both = hook.wait("ping", pings + 1);
    assert!(both.is_by(&first) && both.is_by(&second) && first != second);

    // Paused it is kept; resumed and replayed it comes.
    http.command("webhooks.pause", "pause", &of(json!({ "endpoint": id, "reason": "maintenance" }))).reply();
    reject(home, merchant, 4);
    let held = http.get("/api/v1/webhook-deliveries?state=held").json();
    assert_eq!(held["rows"].as_array().unwrap().len(), 1, "{held}");
    assert_eq!(hook.of("withdrawal.rejected").len(), 2);
    let since = json!({ "endpoint": id, "since": "2026-01-01T00:00:00Z" });
    let early = http.command("webhooks.replay_since", "replay/1", &of(since.clone()));
    assert_eq!(early.refusal(), (422, "webhooks.endpoint.paused".to_owned()));
    http.command("webhooks.resume", "resume", &at()).reply();
    http.command("webhooks.replay_since", "replay/2", &of(since)).reply();
    let replayed = hook.wait("withdrawal.rejected", 3);
    assert!(replayed.is_by(&second) && replayed.header("webhook-id") != known);
    // One again, on somebody's word, under its own id.
    http.command("webhooks.replay", "replay/3", &of(json!({ "message": known }))).reply();
    assert_eq!(hook.wait("withdrawal.rejected", 4).header("webhook-id"), known);
    http.command("webhooks.remove", "remove", &at()).reply();
    reject(home, merchant, 5);
    vec![first, second]
}

/// Kill -9 after the mail server has a letter and before it said so: it comes again, under the same id.
fn a_killed_server_sends_under_the_same_id(
    home: &Home,
    server: Server,
    post: &Postmaster,
    merchant: &Merchant,
) -> Server {
    let body = json!({ "merchant": merchant.id, "contact": "hangs@qinghe.example" });
    server.http().command("prepaid.ask_contact_code", "hangs/ask", &body).reply();
    let first = post.wait("hangs@qinghe.example", 1, 30);
    server.kill();
    let server = post.serve(home, &[]);
    let second = post.wait("hangs@qinghe.example", 2, 120);
    assert_eq!(first["headers"]["message-id"], second["headers"]["message-id"]);
    assert_eq!(first["body"], second["body"]);
    server
}

fn everything_is_delivered(home: Home) {
    let post = Postmaster::start();
    let (server, merchant) = codes_arrive(&home, &post);
    a_dead_way_is_sent_again_alone(&home, &server, &post, &merchant);
    words_are_the_readers(&home, &server, &post, &merchant);
    let secrets = webhooks_arrive(&home, &server, &merchant);
    let server = a_killed_server_sends_under_the_same_id(&home, server, &post, &merchant);

    // Below the warning line: the account's people have it in their mailbox.
    let before = post.letters(FINANCE).len();
    server.http().command("prepaid.charge", "charge/1", &merchant.charge("own_site/A1", 350_000)).reply();
    let letter = post.wait(FINANCE, before + 1, 30);
    assert!(letter["body"].as_str().unwrap().contains("1500.00 CNY"), "{letter}");

    // This machine is nobody's address of webhooks but for trials.
    let path = "/api/v1/merchants/qinghe/webhook-endpoints";
    let refused =
        server.http().post(path, None, json!({ "url": "http://127.0.0.1:9/" }).to_string().as_bytes());
    assert_eq!(refused.unwrap().refusal(), (422, "webhooks.endpoint.url".to_owned()));
    let added = endpoint(&server, path, &json!({ "url": "https://127.0.0.1:9/" }));
    let at = json!({ "merchant": merchant.id, "endpoint": added["reply"]["endpoint"] });
    let ping = server.http().command("webhooks.ping", "ping/local", &at).reply()["message"]
        .as_str()
        .unwrap()
        .to_owned();
    eventually("it went nowhere", 30, || {
        Some(message(&server, &ping)).filter(|one| one["log"][0]["error"] == "forbidden_address")
    });

    // No secret lies in clear anywhere, and no list shows one.
    for secret in secrets.iter().map(String::as_str).chain([PASSWORD]) {
        assert!(!server.said().contains(secret));
        for table in [
            "webhook_secrets",
            "webhook_endpoints",
            "webhook_messages",
            "events",
            "effects",
            "timers",
            "requests",
        ] {
            let column = if table == "requests" { "reply" } else { "body" };
            let clear = format!("SELECT count(*) FROM {table} WHERE {column} LIKE '%{secret}%'");
            assert_eq!(home.number(&clear), 0, "{table}");
        }
    }
    assert_eq!(server.http().get("/api/v1/records/webhook_secrets").status, 404);
    assert!(server.stop().success());
    home.verify();
}

#[test]
fn everything_is_delivered_on_sqlite() {
    everything_is_delivered(Home::sqlite());
}

#[test]
fn everything_is_delivered_on_postgres() {
    everything_is_delivered(Home::postgres(1));
}
