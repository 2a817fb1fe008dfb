//! Content of documents on its way into the vault and out of it (R5-12): parts, the whole that they make, what is found in it, and
//! the parts of an upload that is over. What was kept is told by command only afterwards. Never decides who may look.

use std::sync::Arc;

use zaiton_app::documents::{FORGET_PARTS_EFFECT, ForgetParts, POLICY};
use zaiton_documents::document::{Content, days};
use zaiton_documents::sniff::sniff;
use zaiton_documents::upload::{Part, Said, UploadRefusal, begin, fits};
use zaiton_documents::{Document, Upload, UploadId};
use zaiton_engine::Engine;
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_kernel::{Id, Partition, Refusal, Timestamp};
use zaiton_vault::{Vault, VaultError, picture, sha256};

/// The vault as documents use it.
#[derive(Debug)]
pub struct Shelf {
    vault: Vault,
}

/// What a part holds, told by its bytes.
#[must_use]
pub fn part(offset: u64, content: &[u8]) -> Part {
    Part { offset, bytes: u64::try_from(content.len()).unwrap_or(u64::MAX), sha256: sha256(content) }
}

/// What a file is held against before its content is kept, so that nothing is kept in vain; whoever stores it looks again.
///
/// # Errors
/// Why it is not taken.
pub fn may_come(file: &Said, now: Timestamp) -> Result<(), Box<Refusal>> {
    begin(file, &POLICY).map_err(|refusal| Box::new(refusal.into()))?;
    days(file.valid_from, file.valid_until, now).map_err(|refusal| Box::new(refusal.into()))
}

impl Shelf {
    /// Over a vault.
    #[must_use]
    pub const fn new(vault: Vault) -> Self {
        Self { vault }
    }

    fn part_name(&self, upload: UploadId, part: &Part) -> Result<String, VaultError> {
        self.vault.name_of(upload.raw(), &format!("{} {} {}", part.offset, part.bytes, part.sha256))
    }

    /// Keeps a part before it is told of: whoever is cut off in between sends it again.
    ///
    /// # Errors
    /// The vault does not answer.
    pub fn keep_part(&self, upload: UploadId, part: &Part, content: &[u8]) -> Result<(), VaultError> {
        let name = self.part_name(upload, part)?;
        // What has this name is this part: it came before, and its answer was lost.
        if self.vault.has(&name)? { Ok(()) } else { self.vault.put(&name, content) }
    }

    /// Forgets a part.
    ///
    /// # Errors
    /// The vault does not answer.
    pub fn forget_part(&self, upload: UploadId, part: &Part) -> Result<(), VaultError> {
        self.vault.delete(&self.part_name(upload, part)?)
    }

    /// The whole that an upload's parts make. A file is bounded, and so is what is held in memory.
    ///
    /// # Errors
    /// A part is not there, or was changed.
    pub fn whole(&self, upload: &Upload) -> Result<Vec<u8>, VaultError> {
        let mut whole =
            Vec::with_capacity(usize::try_from(upload.received.min(POLICY.most_bytes)).unwrap_or(0));
        for part in &upload.parts {
            let content = self.vault.get(&self.part_name(upload.id, part)?)?;
            if sha256(&content) != part.sha256 {
                return Err(VaultError::Damaged);
            }
            whole.extend_from_slice(&content);
        }
        Ok(whole)
    }

    /// Looks at a whole file and keeps it, once for each of its owners however often it comes; or why it is not taken.
    ///
    /// # Errors
    /// The vault does not answer.
    pub fn keep(
        &self,
        owner: Partition,
        content: &[u8],
    ) -> Result<Result<Content, UploadRefusal>, VaultError> {
        let found = sniff(content);
        let pages = found.ok().and_then(|found| picture::pages(content, found.format));
        let (found, pages) = match fits(found, pages, &POLICY) {
            Ok(fits) => fits,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let sha256 = sha256(content);
        let blob = self.vault.name_of(owner.raw(), &sha256)?;
        if !self.vault.has(&blob)? {
            self.vault.put(&blob, content)?;
        }
        let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Ok(Ok(Content { sha256, format: found.format, bytes, pages, blob }))
    }

    /// The file of a document.
    ///
    /// # Errors
    /// It is not there, or was changed.
    pub fn content(&self, document: &Document) -> Result<Vec<u8>, VaultError> {
        let content = self.vault.get(&document.content.blob)?;
        if sha256(&content) == document.content.sha256 { Ok(content) } else { Err(VaultError::Damaged) }
    }

    /// A page of a document as a PNG, none where it cannot be drawn; under a watermark where its purpose asks for one.
    ///
    /// # Errors
    /// As [`Self::content`].
    pub fn preview(&self, document: &Document, page: u32, mark: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let content = self.content(document)?;
        let mark = document.purpose.is_watermarked().then_some(mark);
        Ok(picture::preview(&content, document.content.format, page, mark).ok())
    }
}

/// Takes the parts of uploads away that are over: [`FORGET_PARTS_EFFECT`].
pub struct PartsForgetter(pub Arc<Shelf>);

impl PartsForgetter {
    /// The effect that it does.
    pub const EFFECT: &str = FORGET_PARTS_EFFECT;
}

impl Handler for PartsForgetter {
    fn handle(&self, _: &Engine, _: Partition, effect: &Effect) -> Result<(), EffectError> {
        let read: Result<ForgetParts, _> = serde_json::from_str(&effect.body);
        let gone = read.map_err(|error| EffectError { detail: error.to_string(), hopeless: true })?;
        for part in &gone.parts {
            let later = |error: VaultError| EffectError { detail: error.to_string(), hopeless: false };
            self.0.forget_part(gone.upload, part).map_err(later)?;
        }
        Ok(())
    }
}
