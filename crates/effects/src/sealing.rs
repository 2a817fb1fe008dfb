//! Sealing what is about people (R4-10): AES-256-GCM under a key of each message, made from the installation's key and a salt
//! that lies with what is sealed. Without the record nothing is left to open. Never prints a key or what is inside.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zaiton_connect::orders::Personal;
use zaiton_identity::person::SealedSecret;
use zaiton_identity::{ApiKeyId, PersonId};
use zaiton_orders::channel::Sealed;
use zaiton_orders::connection::Credentials;

/// Bytes of a message's salt.
const SALT: usize = 16;

/// Random bytes: the system's, or a test's.
pub type Random = fn(&mut [u8]) -> Result<(), SealError>;

/// Why something could not be sealed or opened. Says nothing of what is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// There is no randomness.
    NoRandomness,
    /// It is under another key.
    OtherKey,
    /// It was changed, or is not of this order and message.
    Broken,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRandomness => "the system gives no randomness",
            Self::OtherKey => "it was sealed with another key than this installation's",
            Self::Broken => "it was changed, or belongs to another order",
        })
    }
}

impl std::error::Error for SealError {}

/// Seals and opens.
#[derive(Clone)]
pub struct Sealer {
    secret: Vec<u8>,
    name: String,
    random: Random,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.name)
    }
}

/// The system's randomness.
///
/// # Errors
/// There is none.
pub fn system_random(bytes: &mut [u8]) -> Result<(), SealError> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| SealError::NoRandomness)
}

impl Sealer {
    /// A sealer with the installation's secret, at least 32 bytes. The key's name is made of the secret, so that one under
    /// another key is known at once.
    #[must_use]
    pub fn new(secret: &[u8], random: Random) -> Self {
        let name =
            crate::orders::hash_of(&[b"zaiton sealing key", secret].concat()).chars().take(16).collect();
        Self { secret: secret.to_vec(), name, random }
    }

    /// The key's name: it tells keys apart and gives nothing of them away.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Seals the bytes that came and what is about people, for one order and message.
    ///
    /// # Errors
    /// No randomness.
    pub fn seal(
        &self,
        order_key: &str,
        hash: &str,
        raw: &[u8],
        personal: &Personal,
    ) -> Result<Sealed, SealError> {
        let place = format!("{order_key}\n{hash}");
        let personal = if personal.is_empty() {
            String::new()
        } else {
            let json = serde_json::to_vec(personal).map_err(|_| SealError::Broken)?;
            self.close(&format!("{place}\npersonal"), &json)?
        };
        let raw = self.close(&format!("{place}\nraw"), raw)?;
        Ok(Sealed { key: self.name.clone(), raw, headers: String::new(), personal })
    }

    /// Seals the headers that came with a message beside it.
    ///
    /// # Errors
    /// No randomness.
    pub fn with_headers(
        &self,
        mut sealed: Sealed,
        order_key: &str,
        hash: &str,
        headers: &[(String, String)],
    ) -> Result<Sealed, SealError> {
        if !headers.is_empty() {
            let json = serde_json::to_vec(headers).map_err(|_| SealError::Broken)?;
            sealed.headers = self.close(&format!("{order_key}\n{hash}\nheaders"), &json)?;
        }
        Ok(sealed)
    }

    /// The headers that came with a message; none when there were none.
    ///
    /// # Errors
    /// Another key, or it was changed.
    pub fn headers(
        &self,
        order_key: &str,
        hash: &str,
        sealed: &Sealed,
    ) -> Result<Vec<(String, String)>, SealError> {
        if sealed.headers.is_empty() {
            return Ok(Vec::new());
        }
        let json = self.open(&sealed.key, &format!("{order_key}\n{hash}\nheaders"), &sealed.headers)?;
        serde_json::from_slice(&json).map_err(|_| SealError::Broken)
    }

    /// Seals what a connection is entered with, for this merchant's connection of that key and no other.
    ///
    /// # Errors
    /// No randomness.
    pub fn seal_credentials(&self, merchant: i64, key: &str, plain: &[u8]) -> Result<Credentials, SealError> {
        let text = self.close(&format!("connection\n{merchant}\n{key}"), plain)?;
        Ok(Credentials { key: self.name.clone(), text })
    }

    /// Seals the secret of a person's second factor, for that person and no other.
    ///
    /// # Errors
    /// No randomness.
    pub fn seal_second(&self, person: PersonId, plain: &[u8]) -> Result<SealedSecret, SealError> {
        let text = self.close(&format!("second factor\n{person}"), plain)?;
        Ok(SealedSecret { key: self.name.clone(), text })
    }

    /// The secret of a person's second factor.
    ///
    /// # Errors
    /// Another key, or it was changed, or is another person's.
    pub fn second(&self, person: PersonId, sealed: &SealedSecret) -> Result<Vec<u8>, SealError> {
        self.open(&sealed.key, &format!("second factor\n{person}"), &sealed.text)
    }

    /// What a key signs requests with: worked out from the installation's secret and the key, so that it lies nowhere (R5-04).
    #[must_use]
    pub fn signing_secret(&self, key: ApiKeyId) -> String {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.secret));
        context.update(b"api key signing\0");
        context.update(key.to_string().as_bytes());
        context.sign().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What a device is told, so that it is known when the person comes in with it again (R5-01): for this person and its
    /// present password only.
    #[must_use]
    pub fn device_mark(&self, person: PersonId, passwords: u32) -> String {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.secret));
        context.update(b"known device\0");
        context.update(format!("{person}\n{passwords}").as_bytes());
        context.sign().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What a connection is entered with.
    ///
    /// # Errors
    /// Another key, or it was changed, or is another connection's.
    pub fn credentials(&self, merchant: i64, key: &str, sealed: &Credentials) -> Result<Vec<u8>, SealError> {
        self.open(&sealed.key, &format!("connection\n{merchant}\n{key}"), &sealed.text)
    }

    /// The bytes that came.
    ///
    /// # Errors
    /// Another key, or it was changed.
    pub fn raw(&self, order_key: &str, hash: &str, sealed: &Sealed) -> Result<Vec<u8>, SealError> {
        self.open(&sealed.key, &format!("{order_key}\n{hash}\nraw"), &sealed.raw)
    }

    /// What is about people; nothing when there was nothing.
    ///
    /// # Errors
    /// Another key, or it was changed.
    pub fn personal(&self, order_key: &str, hash: &str, sealed: &Sealed) -> Result<Personal, SealError> {
        if sealed.personal.is_empty() {
            return Ok(Personal::default());
        }
        let json = self.open(&sealed.key, &format!("{order_key}\n{hash}\npersonal"), &sealed.personal)?;
        serde_json::from_slice(&json).map_err(|_| SealError::Broken)
    }

    fn key(&self, salt: &[u8]) -> Result<LessSafeKey, SealError> {
        let prk = Salt::new(HKDF_SHA256, salt).extract(&self.secret);
        let okm = prk.expand(&[b"zaiton sealed message"], &AES_256_GCM).map_err(|_| SealError::Broken)?;
        Ok(LessSafeKey::new(UnboundKey::from(okm)))
    }

    fn close(&self, place: &str, plain: &[u8]) -> Result<String, SealError> {
        let mut out = vec![0_u8; SALT + NONCE_LEN];
        (self.random)(&mut out)?;
        let (salt, nonce) = out.split_at(SALT);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Broken)?;
        let mut sealed = plain.to_vec();
        self.key(salt)?
            .seal_in_place_append_tag(nonce, Aad::from(place.as_bytes()), &mut sealed)
            .map_err(|_| SealError::Broken)?;
        out.extend_from_slice(&sealed);
        Ok(STANDARD.encode(out))
    }

    fn open(&self, key: &str, place: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        if key != self.name {
            return Err(SealError::OtherKey);
        }
        let bytes = STANDARD.decode(sealed).map_err(|_| SealError::Broken)?;
        let (salt, rest) = bytes.split_at_checked(SALT).ok_or(SealError::Broken)?;
        let (nonce, rest) = rest.split_at_checked(NONCE_LEN).ok_or(SealError::Broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Broken)?;
        let mut plain = rest.to_vec();
        let opened = self.key(salt)?.open_in_place(nonce, Aad::from(place.as_bytes()), &mut plain);
        opened.map(|plain| plain.to_vec()).map_err(|_| SealError::Broken)
    }
}

#[cfg(test)]
mod tests {
    use zaiton_connect::orders::{Buyer, PersonalText};

    use super::*;

    fn somebody() -> Personal {
        let name = Some(PersonalText::new("Li Wei"));
        Personal { buyer: Buyer { name, ..Buyer::default() }, ..Personal::default() }
    }

    #[test]
    fn what_is_sealed_opens_only_in_its_place() {
        let sealer = Sealer::new(&[7; 32], system_random);
        let sealed = sealer.seal("amazon/us/1", "h1", b"{\"Name\":\"Li Wei\"}", &somebody()).unwrap();
        let text = serde_json::to_string(&sealed).unwrap();
        assert!(!text.contains("Li Wei") && !format!("{sealer:?}").contains('7'));
        assert_eq!(sealer.raw("amazon/us/1", "h1", &sealed).unwrap(), b"{\"Name\":\"Li Wei\"}");
        assert_eq!(sealer.personal("amazon/us/1", "h1", &sealed).unwrap(), somebody());
        for (order, hash) in [("amazon/us/2", "h1"), ("amazon/us/1", "h2")] {
            assert_eq!(sealer.raw(order, hash, &sealed), Err(SealError::Broken));
            assert_eq!(sealer.personal(order, hash, &sealed), Err(SealError::Broken));
        }
        // The one does not pass for the other.
        let swapped = Sealed { raw: sealed.personal.clone(), personal: sealed.raw.clone(), ..sealed.clone() };
        assert_eq!(sealer.raw("amazon/us/1", "h1", &swapped), Err(SealError::Broken));
        let other = Sealer::new(&[8; 32], system_random);
        assert_eq!(other.raw("amazon/us/1", "h1", &sealed), Err(SealError::OtherKey));
    }

    #[test]
    fn a_changed_or_cut_text_does_not_open() {
        let sealer = Sealer::new(&[7; 32], system_random);
        let sealed = sealer.seal("k", "h", b"raw bytes", &Personal::default()).unwrap();
        assert_eq!(sealer.personal("k", "h", &sealed).unwrap(), Personal::default());
        let bytes = STANDARD.decode(&sealed.raw).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let one = Sealed { raw: STANDARD.encode(&changed), ..sealed.clone() };
            assert_eq!(sealer.raw("k", "h", &one), Err(SealError::Broken), "byte {at}");
            let cut = Sealed { raw: STANDARD.encode(&bytes[..at]), ..sealed.clone() };
            assert_eq!(sealer.raw("k", "h", &cut), Err(SealError::Broken), "cut at {at}");
        }
        // The same twice is never the same text.
        let again = sealer.seal("k", "h", b"raw bytes", &Personal::default()).unwrap();
        assert_ne!(again.raw, sealed.raw);
    }

    #[test]
    fn without_randomness_nothing_is_sealed() {
        let sealer = Sealer::new(&[7; 32], |_| Err(SealError::NoRandomness));
        assert_eq!(sealer.seal("k", "h", b"raw", &somebody()), Err(SealError::NoRandomness));
    }
}
