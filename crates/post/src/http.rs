//! One HTTP call: no redirect, no proxy, no certificate that does not hold, no more of the answer than its limit.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::{SettingsError, Trouble};

/// Bytes of an answer's head, at most.
const HEAD: usize = 32 * 1024;

pub(crate) fn roots(authorities: Option<&[u8]>) -> Result<RootCerts, SettingsError> {
    let Some(pem) = authorities else { return Ok(RootCerts::WebPki) };
    let mut all: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => all.push(certificate),
            _ => return Err(SettingsError::Authorities),
        }
    }
    if all.is_empty() { Err(SettingsError::Authorities) } else { Ok(all.into_iter().into()) }
}

pub(crate) fn config(patience: Duration, roots: RootCerts) -> Config {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .root_certs(roots)
        .build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_response_header_size(HEAD)
        // Every call has a connection of its own: its address is looked at each time.
        .max_idle_connections(0)
        .proxy(None)
        .user_agent("zaiton")
        .build()
}

/// What a call that got no answer is called.
pub(crate) fn trouble(kind: &str, error: &ureq::Error) -> Trouble {
    let word = match error {
        ureq::Error::Timeout(_) => "timeout",
        ureq::Error::HostNotFound => "no_such_host",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "tls",
        ureq::Error::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => "tls",
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => "timeout",
        ureq::Error::LargeResponseHeader(..) | ureq::Error::BodyExceedsLimit(_) => "too_large",
        ureq::Error::Protocol(_) | ureq::Error::Http(_) => "no_http",
        _ => "connection",
    };
    Trouble::later(format!("{kind}.{word}"))
}
