//! Coming in (R5-01): the first administrator, its session in a cookie, what other sites cannot ask for, wrong passwords that
//! slow down, a new password that ends every session.

use serde_json::{Value, json};

use crate::client::{Answer, Http};
use crate::home::{Home, Server};

const HERE: (&str, &str) = ("sec-fetch-site", "same-origin");

pub(crate) fn sign_in(http: &Http, login: &str, password: &str) -> Answer {
    let body = json!({ "login": login, "password": password }).to_string();
    http.call("POST", "/api/v1/session", &[("content-type", "application/json")], body.as_bytes())
}

/// The cookie of an answer, as it is sent back.
fn cookie(answer: &Answer) -> String {
    let line = answer.headers.iter().find(|(name, _)| name == "set-cookie").unwrap().1.clone();
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Strict"), "{line}");
    line.split(';').next().unwrap().to_owned()
}

fn start(home: &Home) -> (Server, String) {
    let server = home.serve();
    let line = server.next_line().unwrap();
    let password = line.strip_prefix("sign in as admin with ").unwrap().split(' ').next().unwrap().to_owned();
    (server, password)
}

fn an_administrator_comes_in(home: &Home) {
    let (server, password) = start(home);
    let http = server.http();
    assert_eq!(http.call("GET", "/api/v1/session", &[], b"").status, 401);
    let answer = sign_in(&http, " Admin ", &password);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["person"]["must_change"], true);
    assert!(!answer.text.contains("argon2"));
    let cookie = cookie(&answer);
    let mine = ("cookie", cookie.as_str());
    let who = http.call("GET", "/api/v1/session", &[mine], b"").json();
    assert_eq!(
        (who["person"]["login"].as_str(), who["person"]["role"].as_str()),
        (Some("admin"), Some("administrator"))
    );

    // It may what the token may, as itself, whatever it calls itself; another site's page may nothing.
    let claim = json!({ "kind": "merchant", "name": "qinghe" }).to_string();
    let path = "/api/v1/commands/names.claim";
    let command = |key: &str, headers: &[(&str, &str)]| {
        let own = [("idempotency-key", key), ("zaiton-actor", "ops:somebody-else")];
        http.call("POST", path, &[&own[..], headers].concat(), claim.as_bytes())
    };
    assert_eq!(command("1", &[mine, HERE]).status, 200);
    let actors = home.number("SELECT count(*) FROM events WHERE actor LIKE 'ops:%'");
    assert_eq!(actors, 0);
    for foreign in [
        vec![mine],
        vec![mine, ("sec-fetch-site", "cross-site")],
        vec![mine, ("sec-fetch-site", "same-site")],
        vec![mine, ("origin", "https://elsewhere.example")],
    ] {
        assert_eq!(command("2", &foreign).refusal(), (403, "session.foreign_page".to_owned()), "{foreign:?}");
    }
    assert_eq!(http.call("GET", "/api/v1/records/merchants", &[mine], b"").status, 200);
    for hidden in ["people", "sessions"] {
        assert_eq!(http.call("GET", &format!("/api/v1/records/{hidden}"), &[mine], b"").status, 404);
    }
    let body = json!({ "command": "engine.retry_timer", "body": "{}", "key": "", "actor": {} }).to_string();
    assert_eq!(http.call("POST", "/internal/commands", &[mine, HERE], body.as_bytes()).status, 401);
    let person = who["person"]["id"].as_str().unwrap();
    nothing_shows_a_secret(home, &http, mine);
    let steal = json!({ "person": person, "password": "$argon2id$x" }).to_string();
    let path = "/api/v1/commands/identity.change_password";
    let keyed = [mine, HERE, ("idempotency-key", "3")];
    assert_eq!(http.call("POST", path, &keyed, steal.as_bytes()).status, 404);

    // A guessed token, a session of somebody else's making, a closed one.
    let guessed = format!("{}{}", &cookie[..cookie.len() - 1], if cookie.ends_with('0') { '1' } else { '0' });
    assert_eq!(http.call("GET", "/api/v1/session", &[("cookie", &guessed)], b"").status, 401);
    assert_eq!(http.call("DELETE", "/api/v1/session", &[mine], b"").status, 403);
    assert_eq!(http.call("DELETE", "/api/v1/session", &[mine, HERE], b"").status, 200);
    assert_eq!(http.call("GET", "/api/v1/session", &[mine], b"").status, 401);
    passwords(home, &server, &http, &password);
}

/// Whatever lists, timelines and changes show to whoever is in, no hash of a password and nothing that lets in is among it.
fn nothing_shows_a_secret(home: &Home, http: &Http, mine: (&str, &str)) {
    let get = |path: &str| http.call("GET", path, &[mine], b"");
    let secrets: Vec<String> = [("people", "password"), ("sessions", "token")]
        .iter()
        .flat_map(|(table, field)| home.texts(&format!("SELECT body FROM {table}"), field))
        .chain([mine.1.split_once('.').unwrap().1.to_owned(), "argon2".to_owned()])
        .collect();
    assert!(secrets.len() >= 4, "{secrets:?}");
    let kinds = get("/api/v1/resources").json();
    let mut paths: Vec<String> = kinds["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| format!("/api/v1/{}?limit=500", kind["path"].as_str().unwrap()))
        .collect();
    let who = get("/api/v1/session").json();
    let (person, session) = (who["person"]["id"].as_str().unwrap(), who["session"]["id"].as_str().unwrap());
    paths.extend(["/api/v1/session".to_owned(), "/api/v1/attention".to_owned(), "/api/v1/people".to_owned()]);
    let people = get("/api/v1/people").json();
    assert_eq!(
        (people["rows"][0]["id"].as_str(), people["rows"][0]["name"].as_str()),
        (Some(person), Some("Administrator"))
    );
    assert_eq!(people["rows"][0].as_object().unwrap().len(), 3, "id, name, role: {people}");
    // People and sessions have no timeline, and are nobody's object.
    for hidden in [person, session] {
        let path = format!("/api/v1/events?subject={hidden}");
        assert_eq!(get(&path).refusal(), (404, "api.not_found".to_owned()));
        assert_eq!(get(&format!("/api/v1/people/{hidden}")).status, 404);
        assert_eq!(get(&format!("/api/v1/ledger/accounts?owner={hidden}")).status, 404);
    }
    for path in &paths {
        let answer = get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let shown = secrets.iter().find(|secret| answer.text.contains(secret.as_str()));
        assert!(shown.is_none(), "{path}");
    }
    // What happened to them is in the chain of events, under the same rule.
    for secret in &secrets {
        assert_eq!(home.number(&format!("SELECT count(*) FROM events WHERE body LIKE '%{secret}%'")), 0);
    }
}

/// The answer is the same whoever is asked for; after five wrong ones it must be waited; a new password ends every session.
fn passwords(home: &Home, server: &Server, http: &Http, password: &str) {
    let first = cookie(&sign_in(http, "admin", password));
    let second = cookie(&sign_in(http, "admin", password));
    let change = |old: &str, new: &str| {
        let body = json!({ "old": old, "new": new }).to_string();
        http.call("POST", "/api/v1/session/password", &[("cookie", first.as_str()), HERE], body.as_bytes())
    };
    assert_eq!(change(password, "too short").refusal().1, "session.password_form");
    assert_eq!(change("not it", "a longer password").refusal().1, "session.wrong");
    assert_eq!(change(password, "a longer password").status, 200);
    for session in [&first, &second] {
        assert_eq!(http.call("GET", "/api/v1/session", &[("cookie", session)], b"").status, 401);
    }
    assert_eq!(sign_in(http, "admin", password).status, 401);

    let nobody = sign_in(http, "nobody", "some password here");
    let somebody = sign_in(http, "admin", "some password here");
    let said = |answer: &Answer| -> Value { answer.json() };
    assert_eq!((nobody.status, said(&nobody)), (somebody.status, said(&somebody)));
    for _ in 0..4 {
        assert_eq!(sign_in(http, "admin", "some password here").refusal().0, 401);
    }
    let told = sign_in(http, "admin", "a longer password");
    assert_eq!(told.refusal(), (429, "identity.person.wait".to_owned()), "not even the right one");
    assert!(
        told.headers.iter().any(|(name, value)| name == "retry-after" && value.parse::<u32>().unwrap() <= 3)
    );
    let opened = crate::home::eventually("the wait is over", 20, || {
        Some(sign_in(http, "admin", "a longer password")).filter(|answer| answer.status == 200)
    });
    assert_eq!(opened.json()["person"]["must_change"], false);

    for table in ["events", "requests"] {
        let column = if table == "requests" { "reply" } else { "body" };
        let clear = format!(
            "SELECT count(*) FROM {table} WHERE {column} LIKE '%argon2%' OR {column} LIKE '%longer password%'"
        );
        assert_eq!(home.number(&clear), 0, "{table}");
    }
    assert!(!server.said().contains(password));
    let lost = home.run(&["password", "admin"]).ok();
    let new = lost.trim().strip_prefix("admin: ").unwrap();
    assert_eq!(sign_in(http, "admin", new).status, 200);
    let added = home.run(&["admin", "add-person", "Second", "--name", "王若兰"]).ok();
    let made = added.trim().strip_prefix("Second: ").unwrap();
    assert_eq!(sign_in(http, "second", made).json()["person"]["name"], "王若兰");
    assert!(
        home.run(&["admin", "add-person", "second", "--name", "x"])
            .refused()
            .contains("identity.person.exists")
    );
    assert!(home.run(&["password", "nobody"]).refused().contains("nobody"));
    home.verify();
}

#[test]
fn an_administrator_comes_in_on_sqlite() {
    an_administrator_comes_in(&Home::sqlite());
}

#[test]
fn an_administrator_comes_in_on_postgres() {
    an_administrator_comes_in(&Home::postgres(1));
}
