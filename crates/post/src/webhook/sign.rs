//! How a webhook is signed: `v1,` and HMAC-SHA256 in base64 over id, time and body, one for each secret that holds. Pure.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a secret begins with, as people see it.
pub const SECRET_PREFIX: &str = "whsec_";
/// Bytes of a new secret.
pub const SECRET_BYTES: usize = 32;

/// A secret as people see it.
#[must_use]
pub fn secret(bytes: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(bytes))
}

/// The signatures of a message, one for each secret, with spaces between. A text that is no secret signs nothing.
#[must_use]
pub fn signature(secrets: &[&str], id: &str, seconds: i64, body: &str) -> String {
    let one = |secret: &&str| {
        let bytes = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX)?).ok()?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let tag = hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
        Some(format!("v1,{}", STANDARD.encode(tag)))
    };
    secrets.iter().filter_map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the convention's own libraries.
    #[test]
    fn the_published_example_is_signed_alike() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = "{\"test\": 2432232314}";
        let got = signature(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(got, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let two = signature(&[secret, "whsec_AAAA"], "m", 1, "{}");
        assert_eq!(two.split(' ').filter(|one| one.starts_with("v1,")).count(), 2);
        assert_eq!(signature(&["no secret"], "m", 1, "{}"), "");
        assert_eq!(super::secret(&[0; 3]), "whsec_AAAA");
    }
}
