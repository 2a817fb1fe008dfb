//! The key ring: master keys by their names, which of them is the newest, and the key of names. A file of the data folder that its
//! owner alone can read; read anew each time, so that every process sees a new key at once. Never prints a key.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use crate::{VaultError, hex, random, unhex};

/// Master keys of a ring, at most.
const MOST_KEYS: usize = 100;

/// A ring as it lies in its file: keys in hex.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    current: String,
    keys: BTreeMap<String, String>,
    names: String,
}

/// A ring in memory.
pub(crate) struct Ring {
    /// The newest key's name.
    pub(crate) current: String,
    keys: BTreeMap<String, [u8; 32]>,
    names: [u8; 32],
}

/// Where the ring lies.
pub(crate) struct RingFile {
    path: PathBuf,
}

impl Ring {
    fn new() -> Result<Self, VaultError> {
        let current = "k1".to_owned();
        Ok(Self { keys: BTreeMap::from([(current.clone(), random()?)]), current, names: random()? })
    }

    pub(crate) fn key(&self, name: &str) -> Option<&[u8; 32]> {
        self.keys.get(name)
    }

    pub(crate) fn current_key(&self) -> &[u8; 32] {
        self.keys.get(&self.current).expect("a ring that was read has its newest key")
    }

    pub(crate) fn names_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.names)
    }
}

impl RingFile {
    /// The ring's file; made when it is not there.
    pub(crate) fn open(path: PathBuf) -> Result<Self, VaultError> {
        let file = Self { path };
        if !file.path.exists() {
            let (ring, folder) = (Ring::new()?, file.path.parent().map(PathBuf::from).unwrap_or_default());
            std::fs::create_dir_all(&folder).map_err(|error| file.told(&error))?;
            // Of two processes that make it at once, the first one's stays.
            match file.temporary(&ring)?.persist_noclobber(&file.path) {
                Ok(_) => {}
                Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(file.told(&error.error)),
            }
        }
        file.read()?;
        Ok(file)
    }

    fn told(&self, error: &dyn std::fmt::Display) -> VaultError {
        VaultError::Ring(format!("{}: {error}", self.path.display()))
    }

    pub(crate) fn read(&self) -> Result<Ring, VaultError> {
        let bytes = std::fs::read(&self.path).map_err(|error| self.told(&error))?;
        // The error of a parser repeats what it read.
        let unreadable = || self.told(&"this is no key ring");
        let written: Written = serde_json::from_slice(&bytes).map_err(|_| unreadable())?;
        let key = |text: &str| {
            unhex(text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).ok_or_else(unreadable)
        };
        let keys: Result<BTreeMap<String, [u8; 32]>, VaultError> =
            written.keys.iter().map(|(name, text)| Ok((name.clone(), key(text)?))).collect();
        let ring = Ring { keys: keys?, names: key(&written.names)?, current: written.current };
        if ring.keys.contains_key(&ring.current) { Ok(ring) } else { Err(unreadable()) }
    }

    /// The ring in a file beside its own, on the disk.
    fn temporary(&self, ring: &Ring) -> Result<tempfile::NamedTempFile, VaultError> {
        let written = Written {
            current: ring.current.clone(),
            keys: ring.keys.iter().map(|(name, key)| (name.clone(), hex(key))).collect(),
            names: hex(&ring.names),
        };
        let json = serde_json::to_vec_pretty(&written).map_err(|error| self.told(&error))?;
        let folder = self.path.parent().map(PathBuf::from).unwrap_or_default();
        // Only its owner can read it from the beginning on.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| self.told(&error))?;
        file.write_all(&json).and_then(|()| file.as_file().sync_all()).map_err(|error| self.told(&error))?;
        Ok(file)
    }

    fn write(&self, ring: &Ring) -> Result<(), VaultError> {
        self.temporary(ring)?.persist(&self.path).map(drop).map_err(|error| self.told(&error.error))
    }

    /// A new key, the newest from now on; its name.
    pub(crate) fn add(&self) -> Result<String, VaultError> {
        let mut ring = self.read()?;
        if ring.keys.len() >= MOST_KEYS {
            return Err(self.told(&format!("{MOST_KEYS} keys are in it: drop the old ones first")));
        }
        let last = ring.keys.keys().filter_map(|name| name.strip_prefix('k')?.parse::<u64>().ok()).max();
        ring.current = format!("k{}", last.unwrap_or(0).saturating_add(1));
        ring.keys.insert(ring.current.clone(), random()?);
        self.write(&ring)?;
        Ok(ring.current)
    }

    /// Drops every key but these and the newest; the names of those that are gone.
    pub(crate) fn keep(&self, used: &BTreeSet<String>) -> Result<Vec<String>, VaultError> {
        let mut ring = self.read()?;
        let is_kept = |name: &String| used.contains(name) || *name == ring.current;
        let gone: Vec<String> = ring.keys.keys().filter(|name| !is_kept(name)).cloned().collect();
        if !gone.is_empty() {
            ring.keys.retain(|name, _| !gone.contains(name));
            self.write(&ring)?;
        }
        Ok(gone)
    }
}
