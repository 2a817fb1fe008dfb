//! Passwords made into hashes and compared with them: argon2id (R5-01), 19 MiB, two passes, one lane. Takes some hundredths of
//! a second and that memory: whoever calls it bounds how often it runs at once. Never keeps or prints a password.

use std::fmt::Write;

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use zaiton_identity::person::{PASSWORD_BYTES, PASSWORD_LETTERS, PasswordHash};

use crate::sealing::SealError;
use crate::sealing::system_random;

/// Memory of one hash, in KiB.
const MEMORY: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// Letters of a password that is made for somebody.
const MADE: usize = 20;
/// Letters that are not taken for one another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Whether a password may be chosen: 12 letters at least, 256 bytes at most.
#[must_use]
pub fn may_be(password: &str) -> bool {
    password.chars().count() >= PASSWORD_LETTERS && password.len() <= PASSWORD_BYTES
}

/// The hash of a password, with a salt of its own.
///
/// # Errors
/// No randomness, or a password that is too long.
pub fn hash(password: &str) -> Result<PasswordHash, SealError> {
    if password.len() > PASSWORD_BYTES {
        return Err(SealError::Broken);
    }
    let mut salt = [0_u8; 16];
    system_random(&mut salt)?;
    let hash = hasher().hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| SealError::Broken)?;
    Ok(PasswordHash(hash.to_string()))
}

/// Whether a password is the one of a hash. One that is too long is not looked at.
#[must_use]
pub fn is_of(password: &str, hash: &PasswordHash) -> bool {
    let Ok(parsed) = Phc::new(&hash.0) else { return false };
    password.len() <= PASSWORD_BYTES && hasher().verify_password(password.as_bytes(), &parsed).is_ok()
}

/// A password made for somebody: a hundred bits, in letters that are easily copied.
///
/// # Errors
/// No randomness.
pub fn made() -> Result<String, SealError> {
    let mut bytes = [0_u8; MADE];
    system_random(&mut bytes)?;
    let letter = |byte: u8| char::from(LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'a'));
    Ok(bytes.iter().map(|byte| letter(*byte)).collect())
}

/// A token that nobody can guess, and its SHA-256, both hex.
///
/// # Errors
/// No randomness.
pub fn token() -> Result<(String, String), SealError> {
    let mut bytes = [0_u8; 32];
    system_random(&mut bytes)?;
    let mut token = String::with_capacity(64);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    let hash = crate::orders::hash_of(token.as_bytes());
    Ok((token, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_by_its_hash() {
        let one = hash("correct horse battery").unwrap();
        let other = hash("correct horse battery").unwrap();
        assert_ne!(one, other, "each has a salt of its own");
        assert!(one.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", one.0);
        assert!(is_of("correct horse battery", &one) && is_of("correct horse battery", &other));
        for wrong in ["", "correct horse batterz", "correct horse battery "] {
            assert!(!is_of(wrong, &one));
        }
        assert!(!is_of("x", &PasswordHash("no hash".into())));
        let long = "x".repeat(257);
        assert!(hash(&long).is_err() && !is_of(&long, &one) && !may_be(&long));
        assert!(!may_be("十一个字的密码还差一个") && may_be("十二个字的密码就足够长了"));
    }

    #[test]
    fn what_is_made_is_never_made_again() {
        let (one, other) = (made().unwrap(), made().unwrap());
        assert!(one != other && may_be(&one) && one.len() == 20);
        let (token, hash) = super::token().unwrap();
        assert_eq!((token.len(), hash.len()), (64, 64));
        assert_eq!(hash, crate::orders::hash_of(token.as_bytes()));
    }
}
