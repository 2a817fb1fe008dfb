//! One HTTP call to one host of the settings. Never follows a redirect, never goes through a proxy, never takes a
//! certificate that does not hold, never reads more than the limit.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::{Request, StatusCode};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::error::{Failure, Stop};
use crate::settings::{Connection, Limits, SettingsError};

/// How many headers of an answer are kept.
const HEADERS: usize = 100;

/// A call as it is made.
#[derive(Clone)]
pub(crate) struct Ask {
    /// `GET`, or `POST` when there is a body.
    pub(crate) body: Option<(&'static str, Vec<u8>)>,
    /// The host with the path in front of every call.
    pub(crate) base: String,
    /// Path and query, percent-encoded: `/wp-json/wc/v3/orders?page=1`.
    pub(crate) path: String,
    /// Headers beside what HTTP itself needs.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Ask {
    pub(crate) fn get(base: &str, path: impl Into<String>) -> Self {
        Self { body: None, base: base.to_owned(), path: path.into(), headers: Vec::new() }
    }

    pub(crate) fn post(base: &str, path: impl Into<String>, kind: &'static str, body: Vec<u8>) -> Self {
        Self { body: Some((kind, body)), ..Self::get(base, path) }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn method(&self) -> &'static str {
        if self.body.is_some() { "POST" } else { "GET" }
    }

    fn url(&self) -> String {
        format!("{}{}", self.base.trim_end_matches('/'), self.path)
    }
}

/// What came back, whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Why a call gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It may be made again.
    Failed(Failure),
    /// It may not.
    Stopped(Stop),
}

/// The client.
pub(crate) struct Http {
    agent: ureq::Agent,
    limits: Limits,
}

impl Http {
    pub(crate) fn new(settings: &Connection) -> Result<Self, SettingsError> {
        let roots = match &settings.authorities_pem {
            None => RootCerts::WebPki,
            Some(pem) => authorities(pem)?,
        };
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .root_certs(roots)
            .build();
        let timeout = Duration::from_millis(settings.limits.timeout_millis);
        let agent = ureq::Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("zaiton")
            .build();
        Ok(Self { agent: agent.into(), limits: settings.limits.clone() })
    }

    /// Makes a call.
    pub(crate) fn call(&self, ask: &Ask) -> Result<Answer, Trouble> {
        let mut request = Request::builder().method(ask.method()).uri(ask.url());
        request = request.header("accept", "application/json");
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        let sent = match &ask.body {
            None => request.body(()).map(|request| self.agent.run(request)),
            Some((kind, body)) => request
                .header("content-type", *kind)
                .body(body.as_slice())
                .map(|request| self.agent.run(request)),
        };
        // What is no request was made of a place or an id that the channel gave.
        let sent = sent.map_err(|_| Trouble::Stopped(Stop::BadId))?;
        let mut response = sent.map_err(|error| self.trouble(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Trouble::Stopped(Stop::Redirected { status: status.as_u16() }));
        }
        let headers = response
            .headers()
            .iter()
            .filter(|(name, _)| name.as_str() != "set-cookie")
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .take(HEADERS)
            .collect();
        let body = response.body_mut().with_config().limit(self.limits.answer_bytes).read_to_vec();
        let body = match body {
            Ok(body) => body,
            // How an error's explanation ended does not matter: its status says enough.
            Err(_) if status != StatusCode::OK => Vec::new(),
            Err(error) => return Err(self.trouble(&error)),
        };
        Ok(Answer { status: status.as_u16(), headers, body })
    }

    fn trouble(&self, error: &ureq::Error) -> Trouble {
        match error {
            ureq::Error::Timeout(_) => Trouble::Failed(Failure::Timeout),
            ureq::Error::BodyExceedsLimit(_) => {
                Trouble::Stopped(Stop::TooLarge { limit_bytes: self.limits.answer_bytes })
            }
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) => {
                Trouble::Stopped(Stop::Untrusted)
            }
            // What TLS finds wrong comes wrapped, as what it did to the stream.
            ureq::Error::Io(error) if is_tls(error) => Trouble::Stopped(Stop::Untrusted),
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
                Trouble::Failed(Failure::Timeout)
            }
            ureq::Error::BadUri(_) => Trouble::Stopped(Stop::BadId),
            _ => Trouble::Failed(Failure::Connection),
        }
    }
}

/// Whether TLS itself said no, and not a connection that broke.
fn is_tls(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
}

fn authorities(pem: &str) -> Result<RootCerts, SettingsError> {
    let mut all: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(pem.as_bytes()) {
        match item {
            Ok(PemItem::Certificate(certificate)) => all.push(certificate),
            _ => return Err(SettingsError::Authorities),
        }
    }
    if all.is_empty() { Err(SettingsError::Authorities) } else { Ok(all.into_iter().into()) }
}

/// A text as a part of a path or a query: everything but letters, digits, `-`, `_`, `.` and `~` as `%XX`.
pub(crate) fn encoded(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            all.push_str(&format!("%{byte:02X}"));
        }
    }
    all
}

/// A query: `?a=1&b=2`.
pub(crate) fn query(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", form(&pairs)) }
}

/// A form: `a=1&b=2`.
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect();
    pairs.join("&")
}

/// An id as one piece of a path. It comes from outside: none may lead to another call.
pub(crate) fn piece(id: &str) -> Result<String, Stop> {
    let is_good = (1..=100).contains(&id.len()) && !id.chars().all(|letter| letter == '.');
    if is_good { Ok(encoded(id)) } else { Err(Stop::BadId) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_stays_one_piece() {
        assert_eq!(piece("902-1845936-5435065").as_deref(), Ok("902-1845936-5435065"));
        assert_eq!(piece("../tokens?a=b#c").as_deref(), Ok("..%2Ftokens%3Fa%3Db%23c"));
        assert_eq!(piece("单").as_deref(), Ok("%E5%8D%95"));
        for id in ["", ".", "..", &"a".repeat(101)] {
            assert_eq!(piece(id), Err(Stop::BadId), "{id}");
        }
        assert_eq!(query(&[("a", "1 2&b=3".to_owned()), ("c", String::new())]), "?a=1%202%26b%3D3&c=");
        assert_eq!(query(&[]), "");
    }

    #[test]
    fn authorities_are_certificates() {
        assert_eq!(authorities("").err(), Some(SettingsError::Authorities));
        assert_eq!(authorities("hello").err(), Some(SettingsError::Authorities));
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(authorities(key).err(), Some(SettingsError::Authorities));
    }
}
