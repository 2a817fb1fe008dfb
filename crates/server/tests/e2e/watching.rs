//! A server as whoever runs it sees it: whether it is ready, its figures, its log; and what must not be in them (R5-60, R5-43).

use serde_json::{Value, json};

use crate::home::{Home, Server, eventually};
use crate::shop::{FINANCE, company, open_shop};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// A server whose log is JSON and says as much as it can.
fn told(home: &Home) -> Server {
    let mut command = home.program();
    command.env("RUST_LOG", "warn,zaiton=debug").env("ZAITON_LOG", "json");
    command.args(["serve", "--listen", "127.0.0.1:0"]);
    Server::start(command, &home.log())
}

/// Without a token of ours.
fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let answer = server.http().call("GET", path, headers, b"");
    (answer.status, answer.text)
}

/// The value of a figure by its name and labels; 0 while nobody counted it.
fn figure(server: &Server, name: &str) -> f64 {
    let said = server.http().get("/metrics").text;
    let line = said.lines().find_map(|line| line.strip_prefix(name)).unwrap_or(" 0");
    line.trim().parse().unwrap_or_else(|_| panic!("{line}"))
}

fn figures(home: &Home) {
    let server = told(home);
    let http = server.http();
    assert_eq!(get(&server, "/readyz", &[]), (200, "ready".to_owned()));
    let merchants = open_shop(home, &http, &["qinghe"], 10_000);
    for order in 0..5 {
        let charge = merchants[0].charge(&format!("o-{order}"), 1_000);
        http.command("prepaid.charge", &format!("c/{order}"), &charge).reply();
    }
    http.command("prepaid.charge", "c/0", &merchants[0].charge("o-0", 1_000)).reply();
    let wrong = merchants[0].charge("o-0", 7);
    assert_eq!(http.command("prepaid.charge", "c/x", &wrong).status, 422);
    let charged =
        |outcome: &str| format!("zaiton_commands_total{{command=\"prepaid.charge\",outcome=\"{outcome}\"}}");
    assert_eq!(figure(&server, &charged("accepted")), 5.0);
    assert_eq!(figure(&server, &charged("repeated")), 1.0);
    assert_eq!(figure(&server, &charged("refused")), 1.0);
    let asked = |status: u16| {
        format!(
            "zaiton_http_requests_total{{route=\"/api/v1/commands/{{name}}\",method=\"POST\",status=\"{status}\"}}"
        )
    };
    assert!(figure(&server, &asked(200)) > 8.0 && figure(&server, &asked(422)) == 1.0);
    assert!(figure(&server, "zaiton_batch_answers_count") > 5.0);
    assert!(figure(&server, "zaiton_commit_seconds_count") > 5.0);
    assert_eq!((figure(&server, "zaiton_ready"), figure(&server, "zaiton_queued_commands")), (1.0, 0.0));
    assert!(figure(&server, "zaiton_owned_lanes") >= 1.0);
    let waiting = "zaiton_waiting{environment=\"live\",kind=\"timer\",state=\"late\"}";
    assert_eq!(figure(&server, waiting), 0.0);
    // Whatever is asked, there are no more labels than routes: ids and guesses are not among them.
    for guess in 0..50 {
        get(&server, &format!("/api/v1/nothing/{guess}"), &[]);
        http.get(&format!("/api/v1/merchants/guess-{guess}"));
    }
    let said = http.get("/metrics").text;
    assert!(!said.contains("guess-") && !said.contains("nothing") && !said.contains("qinghe"), "{said}");
    // This machine needs no token, unless it hands somebody else's request on; a wrong token helps nobody.
    assert_eq!(get(&server, "/metrics", &[]).0, 200);
    assert_eq!(get(&server, "/metrics", &[("x-forwarded-for", "203.0.113.9")]).0, 401);
    assert_eq!(get(&server, "/metrics", &[("authorization", "Bearer x")]).0, 401);
    assert!(server.stop().success());
}

#[test]
fn figures_are_counted_on_sqlite() {
    figures(&Home::sqlite());
}

#[test]
fn figures_are_counted_on_postgres() {
    figures(&Home::postgres(2));
}

/// A schema that is not this program's, or a lane that nobody has: not ready, and told which.
#[test]
fn what_is_missing_is_said() {
    let home = Home::postgres(2);
    let server = home.serve();
    assert_eq!(get(&server, "/readyz", &[]), (200, "ready".to_owned()));
    home.execute("INSERT INTO migrations (number, name, checksum) VALUES (999, 'newer', 'x')");
    assert_eq!(get(&server, "/readyz", &[]), (503, "not ready: schema".to_owned()));
    home.execute("DELETE FROM migrations WHERE number = 999");
    assert_eq!(get(&server, "/readyz", &[]), (200, "ready".to_owned()));
    assert_eq!(get(&server, "/healthz", &[]).0, 200);
    assert!(server.stop().success());
}

/// A trace goes with a request into every line that it leaves, also those of the effects that follow; and no line says a name,
/// an address, a number of a card, or what was written to anybody.
#[test]
fn the_log_has_traces_and_nobodys_data() {
    let home = Home::sqlite();
    let server = told(&home);
    let http = server.http();
    let merchants = open_shop(&home, &http, &["qinghe"], 10_000);
    let token = format!("Bearer {}", server.token());
    let parent = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let body = json!({ "merchant": merchants[0].id, "text": "张三丰，电话 13800138000" }).to_string();
    let headers =
        [("authorization", token.as_str()), ("idempotency-key", "ticket"), ("traceparent", parent.as_str())];
    let answer = http.call("POST", "/api/v1/commands/desk.open_ticket", &headers, body.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    let back = &answer.headers.iter().find(|(name, _)| name == "traceparent").unwrap().1;
    assert!(back.starts_with(&format!("00-{TRACE}-")), "{back}");
    // A request whose wire is looked for by an effect.
    let body = merchants[0].request(3_500).to_string();
    let headers = [headers[0], ("idempotency-key", "top-up"), headers[2]];
    assert_eq!(
        http.call("POST", "/api/v1/commands/prepaid.request_top_up", &headers, body.as_bytes()).status,
        200
    );
    // Refused, unreadable, unknown and foreign ones leave lines, too.
    let charge = json!({ "merchant": merchants[0].id, "account": "pa_x", "order": "王五的订单", "fee": 1 });
    http.command("prepaid.charge", "unreadable", &charge);
    http.get(&format!("/api/v1/merchants/{}", "%E5%BC%A0%E4%B8%89%E4%B8%B0"));
    http.post(
        "/api/v1/session",
        None,
        json!({ "login": "zhang@secret.example", "password": "hunter-2-hunter" }).to_string().as_bytes(),
    )
    .unwrap();
    let lines = || -> Vec<Value> {
        let text = std::fs::read_to_string(home.log()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
            .collect()
    };
    let has = |line: &Value, what: &str| line.to_string().contains(what);
    eventually("the effect has left a line under the trace", 30, || {
        let found = lines();
        let traced: Vec<&Value> = found.iter().filter(|line| has(line, TRACE)).collect();
        let of = |what: &str| traced.iter().any(|line| has(line, what));
        (of("desk.open_ticket") && of("\"answered\"") && of("carried out")).then_some(())
    });
    assert!(server.stop().success());
    let text = std::fs::read_to_string(home.log()).unwrap();
    assert!(text.lines().count() > 15, "{text}");
    for planted in [
        "张三丰",
        "13800138000",
        "王五",
        FINANCE,
        "6217000010012345678",
        &company("qinghe"),
        "zhang@secret.example",
        "hunter-2",
        server_token(&token),
    ] {
        assert!(!text.contains(planted), "{planted}");
    }
}

fn server_token(header: &str) -> &str {
    header.strip_prefix("Bearer ").unwrap()
}
