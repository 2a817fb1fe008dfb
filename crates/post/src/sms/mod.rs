//! Messages to mobiles by a gateway over HTTP: one of a documented shape that anybody can put before theirs, or Alibaba Cloud's own
//! API. Never writes a number or a text into an error.

mod aliyun;
mod generic;

use std::time::Duration;

use serde::Deserialize;
use ureq::Agent;
use ureq::tls::RootCerts;
use zaiton_kernel::Timestamp;

use crate::{SettingsError, Trouble, http};

/// How long a gateway may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read.
const ANSWER: u64 = 16 * 1024;

/// A message to a mobile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// What it is known by: the same at every attempt.
    pub id: &'a str,
    /// The number: digits, after a + if it is from abroad.
    pub to: &'a str,
    /// The text.
    pub text: &'a str,
    /// What it is about, by which a gateway with templates of its own chooses one: `contact_code`, `balance_low`.
    pub about: &'a str,
    /// Names and values for such a template.
    pub values: &'a [(&'a str, &'a str)],
}

/// Settings, as they stand in their file.
#[derive(Clone, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case", deny_unknown_fields)]
enum Settings {
    Generic(generic::Settings),
    Aliyun(aliyun::Settings),
}

/// A gateway.
pub struct Sms {
    agent: Agent,
    settings: Settings,
}

impl std::fmt::Debug for Sms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sms(..)")
    }
}

/// An address that a secret may go to: https, or this machine.
fn is_private(url: &str) -> bool {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let on = |start: &&str| {
        url.strip_prefix(*start).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    };
    url.starts_with("https://") || local.iter().any(on)
}

impl Sms {
    /// A gateway by its settings, JSON.
    ///
    /// # Errors
    /// They cannot be used.
    pub fn new(settings: &str) -> Result<Self, SettingsError> {
        let settings: Settings = serde_json::from_str(settings).map_err(|_| SettingsError::Sms)?;
        let url = match &settings {
            Settings::Generic(generic) => &generic.url,
            Settings::Aliyun(aliyun) => &aliyun.endpoint,
        };
        if !is_private(url) {
            return Err(SettingsError::SmsUrl);
        }
        let agent = Agent::new_with_config(http::config(PATIENCE, RootCerts::WebPki));
        Ok(Self { agent, settings })
    }

    /// Sends a message, once, signed at this moment.
    ///
    /// # Errors
    /// It was not taken, or nobody knows.
    pub fn send(&self, message: &Message<'_>, now: Timestamp) -> Result<(), Trouble> {
        match &self.settings {
            Settings::Generic(generic) => generic.send(&self.agent, message, now),
            Settings::Aliyun(aliyun) => aliyun.send(&self.agent, message, now),
        }
    }
}

/// What an answer that is no yes is called: the gateway's own fault is tried again.
fn refused(status: u16) -> Trouble {
    let code = format!("sms.{status}");
    if (400..500).contains(&status) && ![401, 403, 408, 429].contains(&status) {
        Trouble::hopeless(code)
    } else {
        Trouble::later(code)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
