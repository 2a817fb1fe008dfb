//! Documents of merchants (R5-12): a file on its way, a document, its watch, and that somebody looked at it. Content comes as what
//! was found in it: whoever gives these commands has put it where it lies, and looked. Never reads or writes content.

use serde::{Deserialize, Serialize};
use zaiton_documents::document::{self, Content, State as Stands};
use zaiton_documents::upload::{self, Part, Said};
use zaiton_documents::{Document, DocumentId, DocumentPolicy, Upload, UploadId};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, LocalDate, Timestamp};
use zaiton_notices::Topic;
use zaiton_onboarding::{Merchant, MerchantId};

use crate::declare::command;
use crate::notices::tell_inbox;

/// The effect that takes the parts of an upload away ([`ForgetParts`]).
pub const FORGET_PARTS_EFFECT: &str = "forget_upload_parts";
/// The figures in force.
pub const POLICY: DocumentPolicy = DocumentPolicy::DEFAULT;

/// Parts to be taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ForgetParts {
    /// Of which upload.
    pub upload: UploadId,
    /// Which.
    pub parts: Vec<Part>,
}

/// An upload as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UploadReply {
    /// Its id.
    pub upload: UploadId,
    /// Bytes that are there: the next part begins here.
    pub received: u64,
    /// Where it stands.
    pub state: upload::State,
}

/// A document as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DocumentReply {
    /// Its id.
    pub document: DocumentId,
    /// Where it stands.
    pub state: Stands,
}

/// Whether a file that is so described may come: its form, its days, and what it comes in the place of.
fn may_come(unit: &mut Unit<'_>, merchant: MerchantId, said: &Said) -> Result<(), Stop> {
    unit.load::<Merchant>(merchant)?;
    upload::begin(said, &POLICY)?;
    document::days(said.valid_from, said.valid_until, unit.now())?;
    if let Some(replaced) = said.replaces {
        let replaced = unit.load::<Document>(replaced)?;
        document::decide(&replaced, document::Command::Replace { by: replaced.id }, &POLICY, unit.now())?;
    }
    Ok(())
}

/// A new document, and what it comes in the place of.
fn store(unit: &mut Unit<'_>, said: &Said, content: &Content) -> Result<DocumentReply, Stop> {
    let document = Document {
        id: unit.new_id(),
        purpose: said.purpose,
        name: said.name.trim().to_owned(),
        content: content.clone(),
        valid_from: said.valid_from,
        valid_until: said.valid_until,
        reminded: None,
        by: unit.actor().name().to_owned(),
        at: unit.now(),
        state: Stands::Stored,
    };
    let stored = serde_json::json!({
        "type": "stored", "purpose": said.purpose, "format": content.format, "bytes": content.bytes,
        "pages": content.pages, "sha256": content.sha256,
    });
    unit.emit(document.id, &stored);
    if let Some(replaced) = said.replaces {
        change(unit, replaced, document::Command::Replace { by: document.id })?;
    }
    watch(unit, &document);
    let reply = DocumentReply { document: document.id, state: document.state.clone() };
    unit.insert(document);
    Ok(reply)
}

/// Sets the timer of the next moment at which a document is looked at.
fn watch(unit: &mut Unit<'_>, document: &Document) {
    if let Some((due, _)) = document.next_look(&POLICY, &Zone::shanghai()) {
        let merchant = MerchantId::from_raw(unit.partition().owner());
        let environment = unit.environment();
        unit.timer(due, &LookAtDocument { environment, merchant, document: document.id, due });
    }
}

/// Decides about a document, applies, emits, tells.
fn change(unit: &mut Unit<'_>, id: DocumentId, command: document::Command) -> Result<DocumentReply, Stop> {
    let mut record = unit.load::<Document>(id)?;
    for event in &document::decide(&record, command, &POLICY, unit.now())?.events {
        record.apply(event);
        unit.emit(id, event);
        match event {
            document::Event::Reminded { .. } => tell_inbox(unit, Topic::DocumentExpiring, id)?,
            document::Event::Expired { .. } => tell_inbox(unit, Topic::DocumentExpired, id)?,
            document::Event::ValidityChanged { .. } => watch(unit, &record),
            document::Event::Replaced { .. } | document::Event::Removed { .. } => {}
        }
    }
    let reply = DocumentReply { document: id, state: record.state.clone() };
    unit.save(record);
    Ok(reply)
}

/// Decides about an upload, applies, emits; its parts go when it is over.
fn go_on(unit: &mut Unit<'_>, id: UploadId, command: upload::Command) -> Result<UploadReply, Stop> {
    let mut record = unit.load::<Upload>(id)?;
    for event in &upload::decide(&record, command, &POLICY, unit.now())?.events {
        record.apply(event);
        unit.emit(id, event);
        match event {
            upload::Event::PartTaken { .. } => {}
            upload::Event::Stored { .. } | upload::Event::Refused { .. } | upload::Event::Dropped => {
                let parts = record.parts.clone();
                unit.effect(FORGET_PARTS_EFFECT, &ForgetParts { upload: id, parts });
            }
        }
    }
    let reply = UploadReply { upload: id, received: record.received, state: record.state.clone() };
    unit.save(record);
    Ok(reply)
}

command! {
    /// Rule R5-12. Begin to upload a file, whose length is said now.
    pub struct BeginUpload("documents.begin_upload") of merchant {
        /// What it is.
        pub file: Said,
    }

    fn run(&self, unit) -> UploadReply { self.begin(unit) }
}

impl BeginUpload {
    fn begin(&self, unit: &mut Unit<'_>) -> Result<UploadReply, Stop> {
        may_come(unit, self.merchant, &self.file)?;
        let id: UploadId = unit.new_id();
        let until = unit.now().plus_seconds(POLICY.upload_seconds);
        let record = Upload {
            id,
            said: self.file.clone(),
            received: 0,
            parts: Vec::new(),
            by: unit.actor().name().to_owned(),
            until,
            state: upload::State::Uploading,
        };
        let (environment, merchant) = (self.environment, self.merchant);
        unit.timer(until, &ExpireUpload { environment, merchant, upload: id });
        unit.emit(id, &serde_json::json!({ "type": "begun", "bytes": self.file.bytes }));
        let reply = UploadReply { upload: id, received: 0, state: record.state.clone() };
        unit.insert(record);
        Ok(reply)
    }
}

command! {
    /// Rule R5-12. A part lies where it is kept.
    pub struct TakePart("documents.take_part") of merchant {
        /// The upload.
        pub upload: UploadId,
        /// Which.
        pub part: Part,
    }

    fn run(&self, unit) -> UploadReply {
        go_on(unit, self.upload, upload::Command::TakePart { part: self.part.clone() })
    }
}

command! {
    /// Rule R5-12. Every part is there, and the whole was looked at: it becomes a document.
    pub struct FinishUpload("documents.finish_upload") of merchant {
        /// The upload.
        pub upload: UploadId,
        /// What was found in it.
        pub content: Content,
    }

    fn run(&self, unit) -> UploadReply { self.finish(unit) }
}

impl FinishUpload {
    fn finish(&self, unit: &mut Unit<'_>) -> Result<UploadReply, Stop> {
        let record = unit.load::<Upload>(self.upload)?;
        // Whole and still open: else no document is made.
        let probe = upload::Command::Store { document: DocumentId::from_raw(record.id.raw()) };
        upload::decide(&record, probe, &POLICY, unit.now())?;
        let document = store(unit, &record.said, &self.content)?.document;
        go_on(unit, self.upload, upload::Command::Store { document })
    }
}

command! {
    /// Rule R5-12. The whole was looked at, and is no file that may be taken.
    pub struct RefuseUpload("documents.refuse_upload") of merchant {
        /// The upload.
        pub upload: UploadId,
        /// The code of why.
        pub code: String,
    }

    fn run(&self, unit) -> UploadReply {
        go_on(unit, self.upload, upload::Command::Refuse { code: self.code.clone() })
    }
}

command! {
    /// Rule R5-12. Give an upload up.
    pub struct CancelUpload("documents.cancel_upload") of merchant {
        /// The upload.
        pub upload: UploadId,
    }

    fn run(&self, unit) -> UploadReply { go_on(unit, self.upload, upload::Command::Cancel) }
}

command! {
    /// Rule R5-12. Nobody went on with an upload for a day. A timer's command.
    pub struct ExpireUpload("documents.expire_upload") of merchant {
        /// The upload.
        pub upload: UploadId,
    }

    fn run(&self, unit) -> UploadReply { self.expire(unit) }
}

impl ExpireUpload {
    fn expire(&self, unit: &mut Unit<'_>) -> Result<UploadReply, Stop> {
        let reply = go_on(unit, self.upload, upload::Command::Expire)?;
        if reply.state == upload::State::Uploading {
            let until = unit.load::<Upload>(self.upload)?.until;
            unit.timer(until, self);
        }
        Ok(reply)
    }
}

command! {
    /// Rule R5-12. A small file that came in one piece.
    pub struct StoreDocument("documents.store") of merchant {
        /// What was said of it.
        pub file: Said,
        /// What was found in it.
        pub content: Content,
    }

    fn run(&self, unit) -> DocumentReply {
        may_come(unit, self.merchant, &self.file)?;
        store(unit, &self.file, &self.content)
    }
}

command! {
    /// Rule R5-12. Whether somebody is to be reminded, or a document is over. A timer's command.
    pub struct LookAtDocument("documents.look") of merchant {
        /// The document.
        pub document: DocumentId,
        /// For which moment the timer was set.
        pub due: Timestamp,
    }

    fn run(&self, unit) -> DocumentReply { self.look(unit) }
}

impl LookAtDocument {
    fn look(&self, unit: &mut Unit<'_>) -> Result<DocumentReply, Stop> {
        let record = unit.load::<Document>(self.document)?;
        let next = record.next_look(&POLICY, &Zone::shanghai()).map(|(due, _)| due);
        // Its days were changed since: the timer of the new ones looks.
        if next != Some(self.due) {
            return Ok(DocumentReply { document: record.id, state: record.state.clone() });
        }
        let reply = change(unit, self.document, document::Command::Look)?;
        let record = unit.load::<Document>(self.document)?;
        watch(unit, &record);
        Ok(reply)
    }
}

command! {
    /// Rule R5-12. A document is valid at other days.
    pub struct ChangeValidity("documents.change_validity") of merchant {
        /// The document.
        pub document: DocumentId,
        /// Its first day.
        #[serde(default)]
        pub valid_from: Option<LocalDate>,
        /// Its last day; none: it has no end.
        #[serde(default)]
        pub valid_until: Option<LocalDate>,
    }

    fn run(&self, unit) -> DocumentReply {
        let (from, until) = (self.valid_from, self.valid_until);
        change(unit, self.document, document::Command::ChangeValidity { from, until })
    }
}

command! {
    /// Rule R5-12. Take a document away: that it was there stays known, its content is shown no more.
    pub struct RemoveDocument("documents.remove") of merchant {
        /// The document.
        pub document: DocumentId,
        /// Why, 1 to 500 letters.
        pub reason: String,
    }

    fn run(&self, unit) -> DocumentReply {
        let (by, reason) = (unit.actor().name().to_owned(), self.reason.clone());
        change(unit, self.document, document::Command::Remove { by, reason })
    }
}

/// What of a document somebody looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Look {
    /// The file itself.
    Content,
    /// A picture of a page.
    Preview {
        /// Which, from 1.
        page: u32,
    },
}

command! {
    /// Rule R5-12. Somebody looks at a document: it is written down before it is shown.
    pub struct ViewDocument("documents.view") of merchant {
        /// The document.
        pub document: DocumentId,
        /// What of it.
        pub look: Look,
    }

    fn run(&self, unit) -> DocumentReply { self.view(unit) }
}

impl ViewDocument {
    fn view(&self, unit: &mut Unit<'_>) -> Result<DocumentReply, Stop> {
        let record = unit.load::<Document>(self.document)?;
        document::may_see(
            &record,
            matches!(self.look, Look::Content),
            match self.look {
                Look::Content => 1,
                Look::Preview { page } => page,
            },
        )?;
        unit.emit(self.document, &serde_json::json!({ "type": "viewed", "look": self.look }));
        Ok(DocumentReply { document: record.id, state: record.state.clone() })
    }
}
