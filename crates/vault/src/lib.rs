//! Where the content of documents lies (R5-12): in a folder or in a bucket, under names that give nothing away, encrypted, found
//! out when changed. And pictures of it for people.
//!
//! `ring.rs` the master keys; `seal.rs` encryption piece by piece; `place.rs` folder or bucket; `picture.rs` pages and previews.
//! Never knows whose a document is or who may look at it, and never prints a key.
#![warn(missing_docs)]

pub mod picture;
mod place;
mod ring;
mod seal;

use std::fmt;
use std::path::Path as FilePath;
use std::sync::Arc;

use aws_lc_rs::{digest, hmac};
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use serde::{Deserialize, Serialize};

use ring::RingFile;

/// Bytes of a blob, at most, as it lies there: more than any document may have.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// What lies under wrapped keys, and what under sealed content.
const KEYS: &str = "keys";
const BLOBS: &str = "blobs";

/// Why the vault did not do it. Says nothing of what is inside.
#[derive(Debug)]
pub enum VaultError {
    /// There is nothing under this name.
    Missing,
    /// It was changed, cut or put in another's place.
    Damaged,
    /// It is under a master key that the ring does not have.
    NoKey(String),
    /// The key ring cannot be read or written.
    Ring(String),
    /// Folder or bucket do not answer.
    World(String),
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such content"),
            Self::Damaged => f.write_str("the content was changed, cut or put in another's place"),
            Self::NoKey(name) => write!(f, "the key ring has no key {name}"),
            Self::Ring(why) => write!(f, "the key ring: {why}"),
            Self::World(why) => write!(f, "the store of documents: {why}"),
        }
    }
}

impl std::error::Error for VaultError {}

impl From<object_store::Error> for VaultError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::World(other.to_string()),
        }
    }
}

/// A data key under a master key, and where its blob lies: a small object of its own, so that another master key needs no blob
/// to be written anew.
#[derive(Debug, Serialize, Deserialize)]
struct Wrapped {
    /// The master key's name.
    master: String,
    /// Hex.
    nonce: String,
    /// Hex.
    key: String,
    /// Which of the blobs of this name: one that was half written is never taken for another.
    blob: String,
}

/// How far the keys are under the newest master key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// Looked at.
    pub seen: u64,
    /// Of these put under the newest.
    pub moved: u64,
}

/// The store of content.
pub struct Vault {
    store: Arc<dyn ObjectStore>,
    ring: RingFile,
    runtime: Option<tokio::runtime::Runtime>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.store)
    }
}

impl Drop for Vault {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// SHA-256, hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

pub(crate) fn random<const MANY: usize>() -> Result<[u8; MANY], VaultError> {
    let mut bytes = [0; MANY];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| VaultError::Ring("the system gives no randomness".to_owned()))?;
    Ok(bytes)
}

impl Vault {
    /// Opens a folder's `blobs`, or a bucket (`s3://bucket/prefix?endpoint=..&region=..`; who may come in is in the variables that
    /// S3 programs read). The key ring is made when there is none.
    ///
    /// # Errors
    /// The address cannot be understood, or the ring cannot be read.
    pub fn open(data: &FilePath, address: Option<&str>) -> Result<Self, VaultError> {
        let store = match address {
            Some(address) => place::bucket(address)?,
            None => place::folder(&data.join("documents"))?,
        };
        let ring = RingFile::open(data.join("documents.keys"))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("vault")
            .enable_all()
            .build()
            .map_err(|error| VaultError::World(error.to_string()))?;
        Ok(Self { store, ring, runtime: Some(runtime) })
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, object_store::Error>>) -> Result<T, VaultError> {
        let runtime = self.runtime.as_ref().expect("it is there until the vault is dropped");
        runtime.block_on(work).map_err(VaultError::from)
    }

    /// The name under which content lies: by what it is and whose it is, under a key, so that nobody who sees names can tell
    /// whether something known is among them.
    ///
    /// # Errors
    /// The ring cannot be read.
    pub fn name_of(&self, owner: i64, sha256: &str) -> Result<String, VaultError> {
        let ring = self.ring.read()?;
        let tag = hmac::sign(&ring.names_key(), format!("{owner}\n{sha256}").as_bytes());
        Ok(hex(tag.as_ref()))
    }

    /// Whether there is something under a name.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn has(&self, name: &str) -> Result<bool, VaultError> {
        match self.wait(self.store.head(&path(KEYS, name))) {
            Ok(_) => Ok(true),
            Err(VaultError::Missing) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Puts content under a name; what lay there is followed by it as a whole or not at all.
    ///
    /// # Errors
    /// The store does not answer, or the ring cannot be read.
    pub fn put(&self, name: &str, content: &[u8]) -> Result<(), VaultError> {
        let ring = self.ring.read()?;
        let data_key = random::<32>()?;
        let blob = hex(&random::<8>()?);
        let place = format!("{name}\n{blob}");
        let pieces = seal::close(&data_key, &place, content)?;
        let before = match self.key_of(name) {
            Ok(before) => Some(before.blob),
            // What cannot be read is put right by what comes in its place.
            Err(VaultError::Missing | VaultError::Damaged) => None,
            Err(error) => return Err(error),
        };
        self.wait(self.store.put(&blob_path(name, &blob), PutPayload::from(pieces.concat())))?;
        let wrapped = self.wrap(&ring, name, &data_key, blob)?;
        self.put_key(name, &wrapped)?;
        match before.map(|blob| self.wait(self.store.delete(&blob_path(name, &blob)))) {
            None | Some(Ok(()) | Err(VaultError::Missing)) => Ok(()),
            Some(Err(error)) => Err(error),
        }
    }

    fn wrap(
        &self,
        ring: &ring::Ring,
        name: &str,
        data_key: &[u8],
        blob: String,
    ) -> Result<Wrapped, VaultError> {
        let nonce = random::<12>()?;
        let key = seal::close_small(ring.current_key(), nonce, name, data_key)?;
        Ok(Wrapped { master: ring.current.clone(), nonce: hex(&nonce), key: hex(&key), blob })
    }

    fn put_key(&self, name: &str, wrapped: &Wrapped) -> Result<(), VaultError> {
        let json = serde_json::to_vec(wrapped).map_err(|error| VaultError::World(error.to_string()))?;
        self.wait(self.store.put(&path(KEYS, name), PutPayload::from(json))).map(drop)
    }

    fn key_of(&self, name: &str) -> Result<Wrapped, VaultError> {
        let bytes = self.wait(async { self.store.get(&path(KEYS, name)).await?.bytes().await })?;
        serde_json::from_slice(&bytes).map_err(|_| VaultError::Damaged)
    }

    fn unwrap(&self, ring: &ring::Ring, name: &str, wrapped: &Wrapped) -> Result<Vec<u8>, VaultError> {
        let master = ring.key(&wrapped.master).ok_or_else(|| VaultError::NoKey(wrapped.master.clone()))?;
        let (Some(nonce), Some(key)) = (unhex(&wrapped.nonce), unhex(&wrapped.key)) else {
            return Err(VaultError::Damaged);
        };
        let nonce = nonce.try_into().map_err(|_| VaultError::Damaged)?;
        seal::open_small(master, nonce, name, &key)
    }

    /// The content under a name, whole and unchanged.
    ///
    /// # Errors
    /// There is none, it was changed, or the store does not answer.
    pub fn get(&self, name: &str) -> Result<Vec<u8>, VaultError> {
        let wrapped = self.key_of(name)?;
        let data_key = self.unwrap(&self.ring.read()?, name, &wrapped)?;
        let at = blob_path(name, &wrapped.blob);
        let sealed = self.wait(async {
            let found = self.store.get(&at).await?;
            if found.meta.size > MOST_BYTES {
                return Ok(None);
            }
            found.bytes().await.map(Some)
        })?;
        let sealed = sealed.ok_or(VaultError::Damaged)?;
        seal::open(&data_key, &format!("{name}\n{}", wrapped.blob), &sealed)
    }

    /// Takes away what lies under a name; nothing lies there: nothing happens.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn delete(&self, name: &str) -> Result<(), VaultError> {
        let wrapped = match self.key_of(name) {
            Ok(wrapped) => wrapped,
            Err(VaultError::Missing) => return Ok(()),
            Err(error) => return Err(error),
        };
        for at in [path(KEYS, name), blob_path(name, &wrapped.blob)] {
            match self.wait(self.store.delete(&at)) {
                Ok(()) | Err(VaultError::Missing) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Makes a new master key: what comes from now on is under it. What is there waits for [`Self::rewrap`].
    ///
    /// # Errors
    /// The ring cannot be written.
    pub fn new_master_key(&self) -> Result<String, VaultError> {
        self.ring.add()
    }

    /// Puts every data key under the newest master key; `told` hears how far it is. Cut off anywhere it is begun again: what is
    /// done stays done, and each key can be read at every moment.
    ///
    /// # Errors
    /// The store does not answer, or a key cannot be opened.
    pub fn rewrap(&self, mut told: impl FnMut(Rewrapped)) -> Result<Rewrapped, VaultError> {
        let ring = self.ring.read()?;
        let mut done = Rewrapped::default();
        self.each_key(|name| {
            let wrapped = self.key_of(name)?;
            done.seen += 1;
            if wrapped.master != ring.current {
                let data_key = self.unwrap(&ring, name, &wrapped)?;
                let wrapped = self.wrap(&ring, name, &data_key, wrapped.blob)?;
                self.put_key(name, &wrapped)?;
                done.moved += 1;
            }
            told(done);
            Ok(())
        })?;
        Ok(done)
    }

    /// Drops the master keys under which nothing is any more; their names.
    ///
    /// # Errors
    /// The store does not answer, or the ring cannot be written.
    pub fn drop_old_keys(&self) -> Result<Vec<String>, VaultError> {
        let mut used = std::collections::BTreeSet::new();
        self.each_key(|name| {
            used.insert(self.key_of(name)?.master);
            Ok(())
        })?;
        self.ring.keep(&used)
    }

    /// Every name, a page of the listing at a time.
    fn each_key(&self, mut each: impl FnMut(&str) -> Result<(), VaultError>) -> Result<(), VaultError> {
        let mut listed = self.store.list(Some(&Path::from(KEYS)));
        while let Some(found) = self.wait(listed.try_next())? {
            let name = found.location.parts().next_back().map(|part| part.as_ref().to_owned());
            match name.as_deref().map(&mut each).unwrap_or(Ok(())) {
                // Taken away since it was listed.
                Ok(()) | Err(VaultError::Missing) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn path(what: &str, name: &str) -> Path {
    Path::from_iter([what, name.get(..2).unwrap_or("00"), name])
}

fn blob_path(name: &str, blob: &str) -> Path {
    path(BLOBS, &format!("{name}.{blob}"))
}
