//! The documented shape: JSON, signed with HMAC-SHA256 over time and body. Whoever has a gateway of another shape puts a few lines
//! before it.

use aws_lc_rs::hmac;
use serde::Deserialize;
use serde_json::json;
use ureq::Agent;
use zaiton_kernel::Timestamp;

use super::{ANSWER, Message, hex, refused};
use crate::{Trouble, http};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) url: String,
    key_id: String,
    secret: String,
}

/// `v1=` and HMAC-SHA256 in hex over `{seconds}.{body}`.
fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("v1={}", hex(hmac::sign(&key, format!("{seconds}.{body}").as_bytes()).as_ref()))
}

impl Settings {
    pub(super) fn send(&self, agent: &Agent, message: &Message<'_>, now: Timestamp) -> Result<(), Trouble> {
        let body =
            json!({ "id": message.id, "to": message.to, "text": message.text, "about": message.about });
        let (body, seconds) = (body.to_string(), now.micros().div_euclid(1_000_000));
        let sent = agent
            .post(&self.url)
            .header("content-type", "application/json")
            .header("idempotency-key", message.id)
            .header("zaiton-key", &self.key_id)
            .header("zaiton-timestamp", seconds.to_string())
            .header("zaiton-signature", signature(&self.secret, seconds, &body))
            .send(body.as_bytes());
        let mut response = sent.map_err(|error| http::trouble("sms", &error))?;
        let status = response.status().as_u16();
        // The answer's text matters to nobody, but the connection ends tidily.
        drop(response.body_mut().with_config().limit(ANSWER).read_to_vec());
        if (200..300).contains(&status) { Ok(()) } else { Err(refused(status)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2, with what is signed written as time and body.
    #[test]
    fn the_signature_is_that_of_the_document() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"Jefe");
        let known = hex(hmac::sign(&key, b"what do ya want for nothing?").as_ref());
        assert_eq!(known, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let want = hex(hmac::sign(&key, b"1700000000.{}").as_ref());
        assert_eq!(signature("Jefe", 1_700_000_000, "{}"), format!("v1={want}"));
    }
}
