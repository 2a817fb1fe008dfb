//! People in tests: made on the command line with roles, and come in as people do, with a second factor where one is needed.

use serde_json::{Value, json};
use zaiton_effects::second_factor;
use zaiton_kernel::Timestamp;

use crate::client::{Answer, Http};
use crate::home::Home;

/// A request from a page of ours.
pub(crate) const HERE: (&str, &str) = ("sec-fetch-site", "same-origin");

/// Somebody who came in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) login: String,
    pub(crate) password: String,
    /// Of the second factor.
    pub(crate) secret: Vec<u8>,
    pub(crate) cookie: String,
    http: Http,
}

#[expect(clippy::disallowed_methods, reason = "codes of a second factor are of the server's own time")]
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap())
}

/// The cookie of a session, as it is sent back.
#[track_caller]
pub(crate) fn cookie(answer: &Answer) -> String {
    let of = |line: &&(String, String)| line.0 == "set-cookie" && line.1.starts_with("zaiton_session=");
    let line = &answer.headers.iter().find(of).unwrap_or_else(|| panic!("{answer:?}")).1;
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Strict"), "{line}");
    line.split(';').next().unwrap().to_owned()
}

/// What an authenticator makes of the text that it was shown.
pub(crate) fn base32(text: &str) -> Vec<u8> {
    let mut bits = 0_u32;
    let mut held = 0;
    let mut bytes = Vec::new();
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            other => panic!("no letter of base 32: {other}"),
        };
        bits = (bits << 5) | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xFF).unwrap());
        }
    }
    bytes
}

pub(crate) fn sign_in(http: &Http, login: &str, password: &str, code: Option<&str>) -> Answer {
    let body = json!({ "login": login, "password": password, "code": code }).to_string();
    http.call("POST", "/api/v1/session", &[("content-type", "application/json")], body.as_bytes())
}

/// Makes somebody with roles, of a merchant or of the platform, and lets it come in.
pub(crate) fn come(home: &Home, http: &Http, login: &str, merchant: Option<&str>, roles: &[&str]) -> Person {
    let mut arguments = vec!["admin", "add-person", login, "--name", login];
    for role in roles {
        arguments.extend(["--role", role]);
    }
    if let Some(code) = merchant {
        arguments.extend(["--merchant", code]);
    }
    let made = home.run(&arguments).ok();
    let password = made.trim().split_once(": ").unwrap().1.to_owned();
    let answer = sign_in(http, login, &password, None);
    assert_eq!(answer.status, 200, "{answer:?}");
    let id = answer.json()["person"]["id"].as_str().unwrap().to_owned();
    let mut person = Person {
        id,
        login: login.into(),
        password,
        secret: Vec::new(),
        cookie: cookie(&answer),
        http: http.clone(),
    };
    if answer.json()["person"]["needs_second_factor"] == true {
        person.enrol();
    }
    person
}

/// Every role of the platform's but the administrator's: for tests that are not about who may.
pub(crate) const HATS: &[&str] = &[
    "service_desk",
    "initial_reviewer",
    "finance",
    "finance_lead",
    "settlement",
    "recruiter",
    "legal",
    "risk",
    "compliance",
    "aftersales",
    "manager",
];

/// A client of somebody who wears all of them.
pub(crate) fn clerk(home: &Home, http: &Http, login: &str) -> Http {
    http.with_cookie(&come(home, http, login, None, HATS).cookie)
}

impl Person {
    /// Sets up its authenticator; its recovery codes.
    pub(crate) fn enrol(&mut self) -> Vec<String> {
        let shown = self.post("/api/v1/session/second-factor", &json!({}));
        assert_eq!(shown.status, 200, "{shown:?}");
        self.secret = base32(shown.json()["secret"].as_str().unwrap());
        let code = second_factor::code(&self.secret, now()).unwrap();
        let told = self.post("/api/v1/session/second-factor/confirm", &json!({ "code": code }));
        assert_eq!(told.status, 200, "{told:?}");
        let codes = told.json()["recovery_codes"].as_array().unwrap().clone();
        codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    }

    /// The same person with another session.
    pub(crate) fn with(&self, cookie: String) -> Self {
        Self { cookie, ..self.clone() }
    }

    pub(crate) fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let own = [("cookie", self.cookie.as_str()), HERE, ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.http.call(method, path, &[&own[..], headers].concat(), body.as_bytes())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], &Value::Null)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, &[], body)
    }

    pub(crate) fn command(&self, name: &str, key: &str, body: &Value) -> Answer {
        self.call("POST", &format!("/api/v1/commands/{name}"), &[("idempotency-key", key)], body)
    }
}
