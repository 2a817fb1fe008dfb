//! Signatures over texts, as programs that come with a key make them (R5-04). Never compares: whoever does takes care of the time
//! that it takes.

use aws_lc_rs::hmac;

/// HMAC-SHA256 of a text under a secret, hex.
#[must_use]
pub fn hmac_sha256(secret: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    /// RFC 4231, test case 2.
    #[test]
    fn as_in_the_standard() {
        assert_eq!(
            super::hmac_sha256("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
