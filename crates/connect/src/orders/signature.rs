//! Whether a push is from whom it says: the signature over the bytes as they came. Reads no body, no clock and no store:
//! keys, and what was seen before, are the caller's. Never compares byte by byte until the first difference.
//!
//! Amazon signs nothing that is pushed: SP-API notifications come through a queue or an event bus of the seller's own
//! AWS account, where they are fetched with signed requests, and whose policy lets no one but Amazon send. So what guards
//! them is that queue's policy and our credentials to it, and the order is fetched by its number before it is believed.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA1_ASN1, ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zaiton_kernel::Timestamp;

/// Why a push is not believed. The answer to whoever sent it is the same for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// The header is not of the channel's form.
    Form,
    /// An algorithm that the channel does not use.
    Algorithm,
    /// The key is none.
    Key,
    /// Signed too long ago, or in the future.
    Stale,
    /// The signature is of something else, or of somebody else.
    Wrong,
}

/// The longest header that is looked at.
const HEADER: usize = 4_096;

/// Shopify, `X-Shopify-Hmac-Sha256`: base64 of HMAC-SHA256 over the raw body, with the app's secret.
///
/// # Errors
/// Why it is not believed.
pub fn verify_shopify(secret: &[u8], body: &[u8], header: &str) -> Result<(), SignatureError> {
    hmac_in_base64(secret, body, header)
}

/// `WooCommerce`, `X-WC-Webhook-Signature`: base64 of HMAC-SHA256 over the raw body, with the webhook's secret.
///
/// # Errors
/// Why it is not believed.
pub fn verify_woocommerce(secret: &[u8], body: &[u8], header: &str) -> Result<(), SignatureError> {
    hmac_in_base64(secret, body, header)
}

fn hmac_in_base64(secret: &[u8], body: &[u8], header: &str) -> Result<(), SignatureError> {
    if header.len() > HEADER {
        return Err(SignatureError::Form);
    }
    if secret.is_empty() {
        return Err(SignatureError::Key);
    }
    let tag = STANDARD.decode(header.trim()).map_err(|_| SignatureError::Form)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    // Compares in constant time.
    hmac::verify(&key, body, &tag).map_err(|_| SignatureError::Wrong)
}

/// Amazon signs nothing; an event bus of the seller's that forwards notifications sends the key that it was given.
///
/// # Errors
/// Why it is not believed.
pub fn verify_api_key(secret: &[u8], header: &str) -> Result<(), SignatureError> {
    if secret.is_empty() {
        return Err(SignatureError::Key);
    }
    // Hashed first, so that neither length nor content is told by the time it takes.
    let (ours, theirs) = (digest(&SHA256, secret), digest(&SHA256, header.as_bytes()));
    verify_slices_are_equal(ours.as_ref(), theirs.as_ref()).map_err(|_| SignatureError::Wrong)
}

/// What eBay's `X-EBAY-SIGNATURE` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EbaySignature {
    /// The key's id, by which `getPublicKey` answers the key.
    pub kid: String,
    digest: EbayDigest,
    signature: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EbayDigest {
    Sha1,
    Sha256,
}

/// The header's JSON.
#[derive(Deserialize)]
struct EbayHeader {
    alg: String,
    kid: String,
    signature: String,
    digest: String,
}

/// Reads eBay's header, so that the key can be fetched by its id: base64 of JSON with `alg`, `kid`, `signature` and
/// `digest`. The id is part of an address then, so only letters, digits and hyphens are taken.
///
/// # Errors
/// The form, or an algorithm that eBay does not use.
pub fn read_ebay_signature(header: &str) -> Result<EbaySignature, SignatureError> {
    if header.len() > HEADER {
        return Err(SignatureError::Form);
    }
    let json = STANDARD.decode(header.trim()).map_err(|_| SignatureError::Form)?;
    let header: EbayHeader = serde_json::from_slice(&json).map_err(|_| SignatureError::Form)?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if header.kid.is_empty() || header.kid.len() > 100 || !header.kid.chars().all(is_plain) {
        return Err(SignatureError::Form);
    }
    if !header.alg.eq_ignore_ascii_case("ecdsa") {
        return Err(SignatureError::Algorithm);
    }
    let digest = match header.digest.to_ascii_uppercase().as_str() {
        "SHA1" => EbayDigest::Sha1,
        "SHA256" => EbayDigest::Sha256,
        _ => return Err(SignatureError::Algorithm),
    };
    let signature = STANDARD.decode(header.signature.trim()).map_err(|_| SignatureError::Form)?;
    Ok(EbaySignature { kid: header.kid, digest, signature })
}

/// eBay: ECDSA on P-256 over the raw body, with the key that `getPublicKey` answered for the header's id, as it stands
/// there: PEM, whose lines may have been joined.
///
/// # Errors
/// Why it is not believed.
pub fn verify_ebay(public_key: &str, body: &[u8], said: &EbaySignature) -> Result<(), SignatureError> {
    let point = ec_point(public_key).ok_or(SignatureError::Key)?;
    let algorithm = match said.digest {
        EbayDigest::Sha1 => &ECDSA_P256_SHA1_ASN1,
        EbayDigest::Sha256 => &ECDSA_P256_SHA256_ASN1,
    };
    UnparsedPublicKey::new(algorithm, point).verify(body, &said.signature).map_err(|_| SignatureError::Wrong)
}

/// The point of a P-256 key in PEM: what follows the fixed head of its `SubjectPublicKeyInfo`.
fn ec_point(pem: &str) -> Option<Vec<u8>> {
    /// Sequence of: sequence of the ids "EC public key" and "P-256"; bit string without unused bits.
    const HEAD: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    if pem.len() > HEADER {
        return None;
    }
    let body =
        pem.trim().strip_prefix("-----BEGIN PUBLIC KEY-----")?.strip_suffix("-----END PUBLIC KEY-----")?;
    let body: String = body.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    let der = STANDARD.decode(body).ok()?;
    der.strip_prefix(&HEAD).filter(|point| point.len() == 65).map(<[u8]>::to_vec)
}

/// eBay's trial of an address: what `challengeResponse` answers to a `challenge_code`. SHA-256 in hexadecimal of the
/// code, the token that the subscription was made with, and the address as it stands there, one after the other.
#[must_use]
pub fn answer_ebay_challenge(challenge_code: &str, verification_token: &str, endpoint: &str) -> String {
    let text = [challenge_code, verification_token, endpoint].concat();
    hex(digest(&SHA256, text.as_bytes()).as_ref())
}

/// What a shop of our own format signs (rule R5-04).
#[derive(Clone, Copy, Debug)]
pub struct OwnRequest<'a> {
    /// `POST`.
    pub method: &'a str,
    /// The path with its query, as it was asked for: `/v1/orders?dry=1`.
    pub path: &'a str,
    /// Seconds since 1970, in digits.
    pub timestamp: &'a str,
    /// What is never used twice: 16 to 64 letters, digits, hyphens or underscores. That it is new is the caller's to know.
    pub nonce: &'a str,
    /// The body as it came.
    pub body: &'a [u8],
}

/// How far a shop's clock may be from ours.
pub const OWN_WINDOW_SECONDS: i64 = 300;

impl OwnRequest<'_> {
    /// The text that is signed: method, path, timestamp, nonce and the body's SHA-256 in hexadecimal, a line each, no
    /// end after the last.
    #[must_use]
    pub fn signed_text(&self) -> String {
        let hash = digest(&SHA256, self.body);
        let (method, path) = (self.method.to_ascii_uppercase(), self.path);
        format!("{method}\n{path}\n{}\n{}\n{}", self.timestamp, self.nonce, hex(hash.as_ref()))
    }
}

/// Our own format: HMAC-SHA256 in hexadecimal over [`OwnRequest::signed_text`], with the key's secret. The time it was
/// signed at must be within [`OWN_WINDOW_SECONDS`] of `now`; after that the caller may forget the nonce.
///
/// # Errors
/// Why it is not believed. `Stale` is only told of a request whose signature is good.
pub fn verify_own_site(
    secret: &[u8],
    request: &OwnRequest<'_>,
    signature: &str,
    now: Timestamp,
) -> Result<(), SignatureError> {
    if secret.is_empty() {
        return Err(SignatureError::Key);
    }
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let has_nonce = (16..=64).contains(&request.nonce.len()) && request.nonce.chars().all(is_plain);
    let is_on_a_line = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
    let is_number =
        request.timestamp.len() <= 12 && request.timestamp.bytes().all(|byte| byte.is_ascii_digit());
    if !has_nonce || !is_number || !is_on_a_line(request.method) || !is_on_a_line(request.path) {
        return Err(SignatureError::Form);
    }
    let seconds: i64 = request.timestamp.parse().map_err(|_| SignatureError::Form)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hex(hmac::sign(&key, request.signed_text().as_bytes()).as_ref());
    let said = signature.trim().to_ascii_lowercase();
    verify_slices_are_equal(tag.as_bytes(), said.as_bytes()).map_err(|_| SignatureError::Wrong)?;
    let apart = now.micros().div_euclid(1_000_000).saturating_sub(seconds);
    if apart.saturating_abs() > OWN_WINDOW_SECONDS { Err(SignatureError::Stale) } else { Ok(()) }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).map_or('0', |digit| char::from(*digit));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
