//! Speaking to a server over HTTP. An answer that does not come is told from one that refuses.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    /// Names in small letters.
    pub(crate) headers: Vec<(String, String)>,
}

impl Answer {
    /// Its JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The reply of an accepted command.
    #[track_caller]
    pub(crate) fn reply(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()["reply"].clone()
    }

    /// The code of a refusal, having seen that it names its rule and speaks both languages.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (u16, String) {
        let body = self.json();
        check_refusal(&body);
        assert_eq!(body["status"], self.status);
        (self.status, body["code"].as_str().unwrap().to_owned())
    }

    /// Its lines.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A refusal carries code, rule, zh-CN and English, and says what to do.
#[track_caller]
pub(crate) fn check_refusal(body: &Value) {
    for field in ["code", "rule"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "no {field}: {body}");
    }
    for field in ["why", "cure"] {
        let zh = body[field]["zh-CN"].as_str().unwrap_or_default();
        assert!(zh.chars().any(|letter| letter > '\u{2e80}'), "no Chinese in {field}: {body}");
        assert!(
            body[field]["en"].as_str().is_some_and(|text| !text.is_empty()),
            "no English in {field}: {body}"
        );
    }
}

fn headers<T>(response: &ureq::http::Response<T>) -> Vec<(String, String)> {
    let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// A client of one server.
#[derive(Clone)]
pub(crate) struct Http {
    agent: ureq::Agent,
    url: Arc<str>,
    token: Arc<str>,
    /// Of somebody who came in, in place of the token.
    cookie: Option<Arc<str>>,
}

impl Http {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .build();
        Self { agent: config.into(), url: url.into(), token: token.into(), cookie: None }
    }

    /// The same server as somebody who came in.
    pub(crate) fn with_cookie(&self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.into()), ..self.clone() }
    }

    /// Who asks: headers, by name and value.
    fn who(&self) -> Vec<(&'static str, String)> {
        match &self.cookie {
            Some(cookie) => {
                vec![("cookie", cookie.to_string()), ("sec-fetch-site", "same-origin".to_owned())]
            }
            None if self.token.is_empty() => Vec::new(),
            None => vec![("authorization", format!("Bearer {}", self.token))],
        }
    }

    /// The same server with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: token.into(), ..self.clone() }
    }

    /// POST; `Err` when no whole answer came.
    pub(crate) fn post(&self, path: &str, key: Option<&str>, body: &[u8]) -> Result<Answer, String> {
        let mut request = self.agent.post(format!("{}{path}", self.url));
        for (name, value) in self.who() {
            request = request.header(name, value);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let mut response = request.send(body).map_err(|error| error.to_string())?;
        let (status, headers) = (response.status().as_u16(), headers(&response));
        let body = response.body_mut().with_config().limit(1 << 30).read_to_string();
        body.map(|text| Answer { status, text, headers }).map_err(|error| error.to_string())
    }

    /// POST with headers of one's own, and no token.
    pub(crate) fn push(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.call("POST", path, headers, body)
    }

    /// Any call with headers of one's own, and no token.
    pub(crate) fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(body).unwrap()).unwrap();
        let (status, headers) = (response.status().as_u16(), self::headers(&response));
        Answer { status, text: response.body_mut().read_to_string().unwrap(), headers }
    }

    /// One command; `Err` when no whole answer came.
    pub(crate) fn try_command(&self, name: &str, key: &str, body: &Value) -> Result<Answer, String> {
        self.post(&format!("/api/v1/commands/{name}"), Some(key), body.to_string().as_bytes())
    }

    /// One command.
    #[track_caller]
    pub(crate) fn command(&self, name: &str, key: &str, body: &Value) -> Answer {
        self.try_command(name, key, body).unwrap()
    }

    /// Many commands as NDJSON; `Err` when no whole answer came.
    pub(crate) fn bulk(&self, commands: &[(String, String, Value)]) -> Result<Answer, String> {
        let lines: Vec<String> = commands
            .iter()
            .map(|(name, key, body)| json!({ "command": name, "key": key, "body": body }).to_string())
            .collect();
        self.post("/api/v1/commands", None, lines.join("\n").as_bytes())
    }

    /// GET of a file: its status, its headers and its bytes.
    pub(crate) fn file(&self, path: &str) -> (u16, Vec<(String, String)>, Vec<u8>) {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        for (name, value) in self.who() {
            request = request.header(name, value);
        }
        let mut response = request.call().unwrap();
        let (status, headers) = (response.status().as_u16(), headers(&response));
        let bytes = response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        (status, headers, bytes)
    }

    /// GET.
    pub(crate) fn get(&self, path: &str) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        for (name, value) in self.who() {
            request = request.header(name, value);
        }
        let mut response = request.call().unwrap();
        let (status, headers) = (response.status().as_u16(), headers(&response));
        let text = response.body_mut().with_config().limit(1 << 30).read_to_string().unwrap();
        Answer { status, text, headers }
    }
}
