//! What the tests of this crate share: where outside data lies, our own samples, and a seeded source of damage.

use std::path::PathBuf;

use zaiton_connect::ReadError;
use zaiton_connect::bank::{BankFile, Options, read_bank};

/// A statement of our own: two booked entries, one of them a batch of two, and one announced entry.
pub(crate) const STATEMENT: &str = include_str!("../data/statement.xml");
/// Orders of our own, one a line.
pub(crate) const ORDERS: &str = include_str!("../data/orders.ndjson");
/// A CSV of our own with lines above the header and thousands.
pub(crate) const ROWS: &str = include_str!("../data/rows.csv");

/// A folder of outside data; `None`, said aloud, where it is absent.
pub(crate) fn outside(folder: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(folder);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is absent", path.display());
    None
}

/// Outside files of a folder whose names hold a word and end so, by name.
pub(crate) fn outside_files(folder: &str, holds: &str, ends: &str) -> Vec<(String, Vec<u8>)> {
    let Some(folder) = outside(folder) else { return Vec::new() };
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .filter(|(name, _)| name.contains(holds) && name.ends_with(ends))
        .map(|(name, path)| (name, std::fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

pub(crate) fn read(bytes: impl AsRef<[u8]>) -> Result<BankFile, Vec<ReadError>> {
    read_bank(bytes.as_ref(), &Options::default())
}

/// `code@line field` of the first error, or `read`.
pub(crate) fn verdict(result: Result<BankFile, Vec<ReadError>>) -> String {
    result.map_or_else(|errors| brief(&errors[0]), |_| "read".to_owned())
}

/// `code@line field`, having seen that the error speaks both languages.
pub(crate) fn brief(error: &ReadError) -> String {
    assert!(error.why.zh.chars().any(|c| c > '\u{2e80}'), "no Chinese: {error:?}");
    assert!(!error.why.en.is_empty());
    let line = error.line.map_or("-".to_owned(), |line| line.to_string());
    format!("{}@{line} {}", error.code, error.field.as_deref().unwrap_or("-"))
}

/// Bytes that mean something to one of the formats.
const MEANINGFUL: &[u8] = b"<>&\"'{}[],:-0.9\0\xff\n";

/// A small generator of numbers, the same for the same seed on every machine.
pub(crate) struct Xorshift(pub(crate) u64);

impl Xorshift {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    /// A copy with one to four damages: bytes flipped, set, taken out, doubled, or put elsewhere.
    pub(crate) fn damage(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bytes = good.to_vec();
        for _ in 0..=self.below(4) {
            if bytes.is_empty() {
                return bytes;
            }
            let at = self.below(bytes.len());
            let length = (1 + self.below(80)).min(bytes.len() - at);
            match self.below(6) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = MEANINGFUL[self.below(MEANINGFUL.len())],
                2 => drop(bytes.drain(at..at + length)),
                3 => {
                    let piece = bytes[at..at + length].to_vec();
                    bytes.splice(at..at, piece);
                }
                4 => {
                    let piece: Vec<u8> = bytes.drain(at..at + length).collect();
                    let to = self.below(bytes.len() + 1);
                    bytes.splice(to..to, piece);
                }
                _ => bytes.truncate(at),
            }
        }
        bytes
    }
}
