//! The event chain: a keyed code over each event's stored fields and the code before it. Finds a changed,
//! removed or inserted row, and with an anchor a cut tail. Never stores the key.

use aws_lc_rs::{constant_time, digest, hmac};

use crate::batch::EventRow;

/// The chain's key: from the installation's key file, outside the database.
#[derive(Clone)]
pub struct ChainKey(hmac::Key);

impl std::fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChainKey(..)")
    }
}

/// A SHA-256 over bytes as they come: what anybody can check without a key.
pub struct Hash(digest::Context);

impl Default for Hash {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Hash {
    /// Takes bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Of all that was taken.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        let mut hash = [0_u8; 32];
        for (to, from) in hash.iter_mut().zip(self.0.finish().as_ref()) {
            *to = *from;
        }
        hash
    }
}

impl ChainKey {
    /// A key of at least 32 secret bytes.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// The code of an event after `before`. Fields carry their lengths, so that no two events read alike.
    #[must_use]
    pub fn mac(&self, before: &[u8; 32], event: &EventRow) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        let mut fixed = [0_u8; 32 + 6 * 8];
        let numbers =
            [event.id, event.partition.raw(), event.previous, event.number, event.at.micros(), event.subject];
        let bytes = before.iter().copied().chain(numbers.iter().flat_map(|n| n.to_be_bytes()));
        for (to, from) in fixed.iter_mut().zip(bytes) {
            *to = from;
        }
        context.update(&fixed);
        for text in [&event.actor, &event.command, &event.body] {
            context.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(text.as_bytes());
        }
        let mut mac = [0_u8; 32];
        for (to, from) in mac.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        mac
    }

    /// A code of six digits for a thing and the number of the asking: the same for the same, and to be guessed by nobody
    /// without the key. Whoever checks codes counts wrong ones: six digits are few.
    #[must_use]
    pub fn code(&self, subject: i64, number: u32) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"one-time code\0");
        context.update(&subject.to_be_bytes());
        context.update(&number.to_be_bytes());
        let bits =
            context.sign().as_ref().iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        format!("{:06}", bits % 1_000_000)
    }

    /// Whether a text is [`ChainKey::code`], in a time that does not tell how much of it is right.
    #[must_use]
    pub fn is_code(&self, subject: i64, number: u32, told: &str) -> bool {
        constant_time::verify_slices_are_equal(self.code(subject, number).as_bytes(), told.as_bytes()).is_ok()
    }

    /// A token of 64 hex letters for a purpose, a thing and the number of the asking: in no record, and to be guessed by nobody.
    #[must_use]
    pub fn token(&self, purpose: &str, subject: i64, number: u32) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"token\0");
        context.update(&u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(purpose.as_bytes());
        context.update(&subject.to_be_bytes());
        context.update(&number.to_be_bytes());
        context.sign().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a text is [`ChainKey::token`], in a time that does not tell how much of it is right.
    #[must_use]
    pub fn is_token(&self, purpose: &str, subject: i64, number: u32, told: &str) -> bool {
        let token = self.token(purpose, subject, number);
        constant_time::verify_slices_are_equal(token.as_bytes(), told.as_bytes()).is_ok()
    }

    /// Signs any bytes with the same key (anchors).
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, bytes).as_ref().to_vec()
    }
}
