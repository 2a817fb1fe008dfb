//! Coming in (R5-01): the first administrator, its session in a cookie, what other sites cannot ask for, wrong passwords that
//! slow down, a new password that ends every session.

use serde_json::{Value, json};
use zaiton_boundary as boundary;
use zaiton_effects::second_factor;

use crate::client::{Answer, Http};
use crate::home::{Home, Server};
use crate::people::{self, HERE, cookie, now};

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
    let answer = people::sign_in(&http, " Admin ", &password, None);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["person"]["must_change"], true);
    assert!(!answer.text.contains("argon2"));
    let cookie = cookie(&answer);
    let mine = ("cookie", cookie.as_str());
    let who = http.call("GET", "/api/v1/session", &[mine], b"").json();
    assert_eq!(
        (who["person"]["login"].as_str(), &who["person"]["roles"]),
        (Some("admin"), &json!(["admin"]))
    );
    // Nothing is open to it until it has a second factor.
    let shut = http.call("GET", "/api/v1/people", &[mine], b"");
    assert_eq!(shut.refusal(), (403, "session.second_factor_needed".to_owned()));
    boundary::outside("R5-01", "an operator without a second factor may nothing");
    let secret = enrol(&http, &cookie);
    assert_eq!(http.call("GET", "/api/v1/people", &[mine], b"").status, 200);
    boundary::inside("R5-01", "with a second factor an operator is in");

    // It acts as itself, whatever it calls itself; another site's page may nothing.
    let claim = json!({ "address": "li@platform.example", "roles": ["finance"] }).to_string();
    let path = "/api/v1/commands/people.invite";
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
    for hidden in ["api_keys", "organisations", "people", "sessions"] {
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
    passwords(home, &server, &http, (&password, &secret));
}

fn enrol(http: &Http, cookie: &str) -> Vec<u8> {
    let mine = [("cookie", cookie), HERE];
    let shown = http.call("POST", "/api/v1/session/second-factor", &mine, b"").json();
    assert!(shown["address"].as_str().unwrap().starts_with("otpauth://totp/"), "{shown}");
    let secret = people::base32(shown["secret"].as_str().unwrap());
    let confirm = |code: &str| {
        let body = json!({ "code": code }).to_string();
        http.call("POST", "/api/v1/session/second-factor/confirm", &mine, body.as_bytes())
    };
    assert_eq!(confirm("000000").refusal(), (401, "session.wrong".to_owned()));
    let told = confirm(&second_factor::code(&secret, now()).unwrap());
    assert_eq!(told.json()["recovery_codes"].as_array().unwrap().len(), 10, "{told:?}");
    secret
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
    assert_eq!(people["rows"][0].as_object().unwrap().len(), 2, "id, name: {people}");
    // People and sessions have no timeline, and are nobody's object.
    for hidden in [person, session] {
        let path = format!("/api/v1/events?subject={hidden}");
        assert_eq!(get(&path).refusal(), (404, "api.not_found".to_owned()));
        assert_eq!(get(&format!("/api/v1/people/{hidden}")).status, 404);
        assert_eq!(
            get(&format!("/api/v1/ledger/accounts?owner={hidden}")).status,
            403,
            "not an administrator's"
        );
    }
    for path in &paths {
        let answer = get(path);
        assert!([200, 403].contains(&answer.status), "{path}: {answer:?}");
        let shown = secrets.iter().find(|secret| answer.text.contains(secret.as_str()));
        assert!(shown.is_none(), "{path}");
    }
    // What happened to them is in the chain of events, under the same rule.
    for secret in &secrets {
        assert_eq!(home.number(&format!("SELECT count(*) FROM events WHERE body LIKE '%{secret}%'")), 0);
    }
}

/// A code of a step that was not used yet: the clock's slack allows the next one.
fn code(secret: &[u8], ahead: i64) -> String {
    second_factor::code(secret, now().plus_seconds(30 * ahead)).unwrap()
}

/// The answer is the same whoever is asked for; after five wrong ones it must be waited, but not on a device that is known; a new
/// password ends every session.
fn passwords(home: &Home, server: &Server, http: &Http, (password, secret): (&str, &[u8])) {
    let come = |login: &str, password: &str, code: Option<&str>| people::sign_in(http, login, password, code);
    assert_eq!(come("admin", password, None).refusal(), (401, "identity.person.code_needed".to_owned()));
    assert_eq!(come("admin", "not it at all", None).refusal(), (401, "session.wrong".to_owned()));
    let next = code(secret, 1);
    let opened = come("admin", password, Some(&next));
    let first = cookie(&opened);
    let again = come("admin", password, Some(&next)).refusal();
    assert_eq!(again, (401, "identity.person.code_used".to_owned()), "no code twice");
    let device =
        opened.headers.iter().find(|(_, value)| value.starts_with("zaiton_device=")).unwrap().1.clone();
    let device = device.split(';').next().unwrap().to_owned();
    let mine = |path: &str, body: &Value| {
        let headers = [("cookie", first.as_str()), HERE];
        http.call("POST", path, &headers, body.to_string().as_bytes())
    };
    let change = |old: &str, new: &str| mine("/api/v1/session/password", &json!({ "old": old, "new": new }));
    assert_eq!(change(password, "too short").refusal().1, "session.password_form");
    assert_eq!(change("not it", "a longer password").refusal().1, "session.wrong");

    let nobody = come("nobody", "some password here", None);
    let somebody = come("admin", "some password here", None);
    let said = |answer: &Answer| -> Value { answer.json() };
    assert_eq!((nobody.status, said(&nobody)), (somebody.status, said(&somebody)));
    for login in ["nobody", "admin"] {
        let mut codes = Vec::new();
        for _ in 0..6 {
            codes.push(come(login, "some password here", None).refusal());
        }
        let waits = codes.iter().filter(|(status, _)| *status == 429).count();
        assert!((1..=2).contains(&waits), "{login}: {codes:?}");
        assert_eq!(codes.last().unwrap(), &(429, "identity.person.wait".to_owned()), "{login}");
    }
    let told = come("admin", password, None);
    assert_eq!(told.refusal(), (429, "identity.person.wait".to_owned()), "not even the right one");
    assert!(
        told.headers.iter().any(|(name, value)| name == "retry-after" && value.parse::<u32>().unwrap() <= 5)
    );
    // The victim's own device is not kept out.
    let body = json!({ "login": "admin", "password": password }).to_string();
    let headers = [("content-type", "application/json"), ("cookie", device.as_str())];
    let known = http.call("POST", "/api/v1/session", &headers, body.as_bytes());
    assert_eq!(known.refusal(), (401, "identity.person.code_needed".to_owned()));
    boundary::inside("R5-01", "a stranger's guesses do not keep out the device that is known");

    assert_eq!(change(password, "a longer password").status, 200);
    assert_eq!(http.call("GET", "/api/v1/session", &[("cookie", first.as_str())], b"").status, 401);
    assert_eq!(come("admin", password, None).status, 401);
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
    assert_eq!(come("admin", new, None).refusal().1, "identity.person.code_needed");
    assert_eq!(home.run(&["admin", "code", "admin"]).ok().trim().len(), 6);
    let role = ["--role", "finance"];
    let added = home.run(&[&["admin", "add-person", "Second", "--name", "王若兰"][..], &role].concat()).ok();
    let made = added.trim().strip_prefix("Second: ").unwrap();
    assert_eq!(come("second", made, None).json()["person"]["name"], "王若兰");
    let twice = home.run(&[&["admin", "add-person", "second", "--name", "x"][..], &role].concat());
    assert!(twice.refused().contains("identity.person.exists"));
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
