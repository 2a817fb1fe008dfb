//! The second factor (R5-01): secrets that authenticators take (RFC 6238, SHA-1, six digits, half a minute, one step of slack),
//! their codes, and recovery codes. Says which step a code is of; whether that step was used is the person's record to say.
//! Never keeps or prints a secret.

use totp_rs::{Builder, Totp};
use zaiton_kernel::Timestamp;

use crate::sealing::{SealError, system_random};

/// Bytes of a secret, as RFC 4226 recommends.
const SECRET: usize = 20;
/// Letters of a recovery code: sixty bits.
const RECOVERY_LETTERS: usize = 12;
/// Letters that are not taken for one another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
/// What authenticators call us.
const ISSUER: &str = "Zaiton";

/// A new secret.
///
/// # Errors
/// No randomness.
pub fn secret() -> Result<Vec<u8>, SealError> {
    let mut bytes = [0_u8; SECRET];
    system_random(&mut bytes)?;
    Ok(bytes.to_vec())
}

fn codes_of(secret: &[u8], login: &str) -> Result<Totp, SealError> {
    let account = login.replace(':', "_");
    let builder =
        Builder::new().with_secret(secret.to_vec()).with_account_name(account).with_issuer(Some(ISSUER));
    builder.build().map_err(|_| SealError::Broken)
}

/// What an authenticator scans: `otpauth://totp/Zaiton:login?secret=..`.
///
/// # Errors
/// The secret is none.
pub fn address(secret: &[u8], login: &str) -> Result<String, SealError> {
    codes_of(secret, login)?.to_url().map_err(|_| SealError::Broken)
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.micros() / 1_000_000).unwrap_or(0)
}

/// The step that a code is of, where it is one of this secret about now.
#[must_use]
pub fn step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let plain: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    if plain.len() != 6 || !plain.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let step = codes_of(secret, "").ok()?.check(&plain, seconds(now))?;
    i64::try_from(step).ok()
}

/// The code of a moment: for whoever holds the secret on this machine (the demo, tests).
///
/// # Errors
/// The secret is none.
pub fn code(secret: &[u8], at: Timestamp) -> Result<String, SealError> {
    Ok(codes_of(secret, "")?.generate(seconds(at)).to_string())
}

/// A recovery code as people write it down, in three groups of four.
///
/// # Errors
/// No randomness.
pub fn recovery_code() -> Result<String, SealError> {
    let mut bytes = [0_u8; RECOVERY_LETTERS];
    system_random(&mut bytes)?;
    let letter = |byte: &u8| char::from(LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'a'));
    let letters: Vec<char> = bytes.iter().map(letter).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

/// A recovery code's SHA-256, however it was typed; none where it cannot be one.
#[must_use]
pub fn recovery_hash(code: &str) -> Option<String> {
    let plain: String = code.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    (plain.len() == RECOVERY_LETTERS).then(|| crate::orders::hash_of(plain.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(0).plus_seconds(seconds)
    }

    /// The vectors of RFC 6238, appendix B, in six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, digits) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code(secret, at(seconds)).unwrap(), digits);
            assert_eq!(step(secret, digits, at(seconds)), Some(seconds / 30));
            let spaced = format!(" {} {}", &digits[..3], &digits[3..]);
            assert_eq!(step(secret, &spaced, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn a_step_of_slack_and_no_more() {
        let secret = secret().unwrap();
        let now = at(1_772_424_000);
        let told = code(&secret, now).unwrap();
        let of = 1_772_424_000 / 30;
        for (late, found) in [(-30, Some(of)), (0, Some(of)), (59, Some(of)), (60, None), (-31, None)] {
            assert_eq!(step(&secret, &told, now.plus_seconds(late)), found, "{late}");
        }
        for odd in ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"] {
            assert_eq!(step(&secret, odd, now), None);
        }
        let address = address(&secret, "li@zaiton.example").unwrap();
        assert!(address.starts_with("otpauth://totp/Zaiton:li"), "{address}");
    }

    #[test]
    fn recovery_codes_are_known_however_they_are_typed() {
        let code = recovery_code().unwrap();
        assert_eq!(code.len(), 14);
        let hash = recovery_hash(&code).unwrap();
        assert_eq!(recovery_hash(&code.to_uppercase().replace('-', " ")), Some(hash.clone()));
        assert_ne!(recovery_hash(&recovery_code().unwrap()), Some(hash));
        assert_eq!(recovery_hash("123456"), None);
    }
}
