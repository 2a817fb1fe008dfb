//! One attempt at a webhook. Never follows a redirect, never reads more than a little of the answer, never connects to an address
//! that was not looked at.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::unversioned::transport::DefaultConnector;

use super::address::{Forbidden, Guard, Lookup, SystemLookup};
use super::signature;
use crate::{SettingsError, Trouble, http};

/// How long a receiver may take, from its name to its answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read.
const ANSWER: u64 = 4 * 1024;

/// A message as it is sent.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// Where to.
    pub url: &'a str,
    /// The `webhook-id`.
    pub id: &'a str,
    /// The `webhook-timestamp`: seconds since 1970 of this attempt.
    pub seconds: i64,
    /// The body, JSON.
    pub body: &'a str,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
}

/// Sends webhooks.
pub struct Sender {
    agent: Agent,
    local: bool,
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sender(..)")
    }
}

impl Sender {
    /// A sender as an installation has it. `local` lets addresses of this machine be, also without TLS: for trials.
    #[must_use]
    pub fn new(local: bool) -> Self {
        let config = http::config(PATIENCE, ureq::tls::RootCerts::WebPki);
        let guard = Guard { lookup: Arc::new(SystemLookup), local };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), guard), local }
    }

    /// With another way to look names up, other authorities and another patience.
    ///
    /// # Errors
    /// Authorities that are none.
    pub fn with(
        local: bool,
        lookup: Arc<dyn Lookup>,
        authorities: Option<&[u8]>,
        patience: Duration,
    ) -> Result<Self, SettingsError> {
        let config = http::config(patience, http::roots(authorities)?);
        let guard = Guard { lookup, local };
        Ok(Self { agent: Agent::with_parts(config, DefaultConnector::default(), guard), local })
    }

    /// Rule R5-41. Sends a message, once, signed with every secret that holds. What is answered is the caller's to weigh: a
    /// redirect is an answer like another.
    ///
    /// # Errors
    /// There was no answer, or none was asked for: `webhook.forbidden_address`.
    pub fn send(&self, message: &Signed<'_>, secrets: &[&str]) -> Result<Answer, Trouble> {
        if !message.url.starts_with("https://") && !self.local {
            return Err(Trouble::later("webhook.no_https"));
        }
        let signature = signature(secrets, message.id, message.seconds, message.body);
        if signature.is_empty() {
            return Err(Trouble::later("webhook.no_secret"));
        }
        let sent = self
            .agent
            .post(message.url)
            .header("content-type", "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.seconds.to_string())
            .header("webhook-signature", signature)
            .send(message.body.as_bytes());
        let mut response = match sent {
            Ok(response) => response,
            Err(ureq::Error::Other(why)) if why.is::<Forbidden>() => {
                return Err(Trouble::later("webhook.forbidden_address"));
            }
            Err(error) => return Err(http::trouble("webhook", &error)),
        };
        let status = response.status().as_u16();
        // What is written below the status is the receiver's business.
        drop(response.body_mut().with_config().limit(ANSWER).read_to_vec());
        Ok(Answer { status })
    }
}
