//! AES-256-GCM over content in pieces (as STREAM does): each piece knows its place, whether it is the last, and of which blob it
//! is, so that nothing can be changed, cut, swapped or put elsewhere unseen. Each data key seals one blob only.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use crate::VaultError;

/// Bytes of a piece before it is sealed.
const PIECE: usize = 64 * 1024;
/// Bytes that sealing adds.
const TAG: usize = 16;

fn key(bytes: &[u8]) -> Result<LessSafeKey, VaultError> {
    UnboundKey::new(&AES_256_GCM, bytes).map(LessSafeKey::new).map_err(|_| VaultError::Damaged)
}

/// The number of a piece: a key that seals one blob needs no other.
fn nonce(at: u64) -> Nonce {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&at.to_be_bytes());
    Nonce::assume_unique_for_key(bytes)
}

fn about(place: &str, at: u64, is_last: bool) -> Aad<Vec<u8>> {
    Aad::from(format!("zaiton document 1\n{place}\n{at}\n{is_last}").into_bytes())
}

/// Content as sealed pieces. Nothing is one empty piece.
pub(crate) fn close(data_key: &[u8], place: &str, content: &[u8]) -> Result<Vec<Vec<u8>>, VaultError> {
    let key = key(data_key)?;
    let mut pieces: Vec<&[u8]> = content.chunks(PIECE).collect();
    if pieces.is_empty() {
        pieces.push(&[]);
    }
    let many = pieces.len();
    let seal = |(at, piece): (usize, &[u8])| {
        let number = u64::try_from(at).map_err(|_| VaultError::Damaged)?;
        let mut sealed = Vec::with_capacity(piece.len() + TAG);
        sealed.extend_from_slice(piece);
        key.seal_in_place_append_tag(nonce(number), about(place, number, at + 1 == many), &mut sealed)
            .map_err(|_| VaultError::Damaged)?;
        Ok(sealed)
    };
    pieces.into_iter().enumerate().map(seal).collect()
}

/// The content of sealed pieces that lie one after another.
pub(crate) fn open(data_key: &[u8], place: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
    let key = key(data_key)?;
    let pieces = sealed.chunks(PIECE + TAG);
    let many = pieces.len();
    let mut content = Vec::with_capacity(sealed.len());
    for (at, piece) in pieces.enumerate() {
        let number = u64::try_from(at).map_err(|_| VaultError::Damaged)?;
        let mut piece = piece.to_vec();
        let plain = key
            .open_in_place(nonce(number), about(place, number, at + 1 == many), &mut piece)
            .map_err(|_| VaultError::Damaged)?;
        content.extend_from_slice(plain);
    }
    // Even nothing is one piece.
    if many == 0 { Err(VaultError::Damaged) } else { Ok(content) }
}

/// A data key under a master key.
pub(crate) fn close_small(
    master: &[u8],
    nonce: [u8; 12],
    place: &str,
    data_key: &[u8],
) -> Result<Vec<u8>, VaultError> {
    let mut sealed = data_key.to_vec();
    let about = Aad::from(format!("zaiton data key 1\n{place}").into_bytes());
    key(master)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), about, &mut sealed)
        .map_err(|_| VaultError::Damaged)?;
    Ok(sealed)
}

/// A data key that was under a master key.
pub(crate) fn open_small(
    master: &[u8],
    nonce: [u8; 12],
    place: &str,
    sealed: &[u8],
) -> Result<Vec<u8>, VaultError> {
    let mut sealed = sealed.to_vec();
    let about = Aad::from(format!("zaiton data key 1\n{place}").into_bytes());
    key(master)?
        .open_in_place(Nonce::assume_unique_for_key(nonce), about, &mut sealed)
        .map(|plain| plain.to_vec())
        .map_err(|_| VaultError::Damaged)
}
