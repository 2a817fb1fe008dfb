//! A file of events with its proof (R5-30): a line that says whose events and of when, a line an event with its code in the
//! chain, and a line with the head of the chain after them, a SHA-256 over all lines before it, and a signature.
//!
//! Whoever holds the installation's key proves that nothing was changed, added, removed or cut. Whoever does not can check the
//! SHA-256, that numbers and pointers leave no gap, and what was told apart from the file about either. Never reads a database.

use serde::{Deserialize, Serialize};
use zaiton_engine::batch::{EventRow, Head};
use zaiton_engine::chain::{ChainKey, Hash};
use zaiton_kernel::id::{letters, parse_letters};
use zaiton_kernel::{Environment, Partition, Timestamp};

/// The version of the form.
pub const FORM: u32 = 1;
/// Longest line that is read, in bytes: an event's body is far shorter.
pub const LINE_BYTES: usize = 1 << 20;

/// A head of a chain as the file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileHead {
    /// The last event; empty for none.
    pub last_event: String,
    /// How many events.
    pub events: i64,
    /// The code after the last one, hex.
    pub mac: String,
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// [`FORM`].
    pub audit: u32,
    /// Live or sandbox.
    pub environment: Environment,
    /// Whose events: the merchant's code.
    pub merchant: String,
    /// The partition in which they lie, as a number in letters.
    pub partition: String,
    /// From this moment on.
    pub from: Timestamp,
    /// To this moment, exclusive.
    pub to: Timestamp,
    /// It reaches to the head that the chain had when it was written: what came later, also within the period, is not in it.
    pub is_open: bool,
    /// The head before the first of them.
    pub before: FileHead,
}

/// An event's line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    number: i64,
    previous: String,
    at: Timestamp,
    actor: String,
    command: String,
    subject: String,
    /// As it was stored, letter by letter: the code is over these.
    event: String,
    mac: String,
}

/// What the last line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// How many events are in the file.
    pub events: i64,
    /// The head after the last of them.
    pub after: FileHead,
    /// SHA-256 over all lines before this one, hex.
    pub sha256: String,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    end: End,
    signature: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let whole = text.len() == 64 && text.bytes().all(|letter| matches!(letter, b'0'..=b'9' | b'a'..=b'f'));
    let byte = |at: usize| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
    bytes.filter(|_| whole)?.try_into().ok()
}

/// A number as people write ids; empty for none.
fn told(raw: i64) -> String {
    if raw == 0 { String::new() } else { letters(raw) }
}

fn raw(text: &str) -> Option<i64> {
    if text.is_empty() { Some(0) } else { parse_letters(text).ok() }
}

fn file_head(head: &Head) -> FileHead {
    FileHead { last_event: told(head.last_event), events: head.events, mac: hex(&head.mac) }
}

fn head(told: &FileHead) -> Option<Head> {
    Some(Head { last_event: raw(&told.last_event)?, events: told.events, mac: unhex(&told.mac)? })
}

fn signature(chain: &ChainKey, end: &End) -> String {
    let text = serde_json::to_string(end).expect("the end of a file is JSON");
    hex(&chain.sign(format!("zaiton audit file {FORM}\0{text}").as_bytes()))
}

/// An event as a line of a file.
///
/// # Panics
/// Never: what an event holds is JSON.
#[must_use]
pub fn line(event: &EventRow) -> String {
    let line = Line {
        id: told(event.id),
        number: event.number,
        previous: told(event.previous),
        at: event.at,
        actor: event.actor.clone(),
        command: event.command.clone(),
        subject: told(event.subject),
        event: event.body.clone(),
        mac: hex(&event.mac),
    };
    serde_json::to_string(&line).expect("an event's line is JSON") + "\n"
}

/// Whose events and of when.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Where they lie.
    pub partition: Partition,
    /// The merchant's code.
    pub merchant: &'a str,
    /// From when, and to when, exclusive.
    pub period: (Timestamp, Timestamp),
    /// The period is not over in the chain: the file ends at its head.
    pub is_open: bool,
}

/// A file on its way: gives lines, each with its end.
pub struct Writing {
    hash: Hash,
    head: Head,
    events: i64,
}

impl Writing {
    /// The first line.
    ///
    /// # Panics
    /// Never: what it holds is JSON.
    #[must_use]
    pub fn begin(asked: &Asked<'_>, before: Head) -> (Self, String) {
        let begin = Begin {
            audit: FORM,
            environment: asked.partition.environment(),
            merchant: asked.merchant.to_owned(),
            partition: told(asked.partition.owner()),
            from: asked.period.0,
            to: asked.period.1,
            is_open: asked.is_open,
            before: file_head(&before),
        };
        let text = serde_json::to_string(&begin).expect("the beginning of a file is JSON") + "\n";
        let mut writing = Self { hash: Hash::default(), head: before, events: 0 };
        writing.hash.update(text.as_bytes());
        (writing, text)
    }

    /// The next event's line.
    pub fn event(&mut self, event: &EventRow) -> String {
        let text = line(event);
        self.hash.update(text.as_bytes());
        self.head = Head { last_event: event.id, events: event.number, mac: event.mac };
        self.events += 1;
        text
    }

    /// The last line.
    ///
    /// # Panics
    /// Never: what it holds is JSON.
    #[must_use]
    pub fn end(self, chain: &ChainKey) -> String {
        let after = file_head(&self.head);
        let end = End { events: self.events, after, sha256: hex(&self.hash.finish()) };
        let signature = signature(chain, &end);
        serde_json::to_string(&Signed { end, signature }).expect("the end of a file is JSON") + "\n"
    }
}

/// What a file that holds says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its first line.
    pub begin: Begin,
    /// Where its events lie.
    pub partition: Partition,
    /// The head before them.
    pub before: Head,
    /// The head after them.
    pub after: Head,
    /// The hash of each event's line, in their order: what the database is compared with.
    pub lines: Vec<[u8; 32]>,
}

/// Reads a file line by line. What is wrong is told by the number of the line.
pub struct Checking<'a> {
    chain: &'a ChainKey,
    hash: Hash,
    number: usize,
    begun: Option<(Begin, Partition, Head)>,
    head: Head,
    lines: Vec<[u8; 32]>,
    ended: bool,
}

/// What is wrong with a file, and where.
pub type Wrong = String;

/// The hash of a line.
#[must_use]
pub fn hash_of(line: &str) -> [u8; 32] {
    let mut hash = Hash::default();
    hash.update(line.as_bytes());
    hash.finish()
}

impl<'a> Checking<'a> {
    /// A file, with the key that its events were coded by.
    #[must_use]
    pub fn new(chain: &'a ChainKey) -> Self {
        let (hash, head) = (Hash::default(), Head::default());
        Self { chain, hash, number: 0, begun: None, head, lines: Vec::new(), ended: false }
    }

    fn wrong<T>(&self, what: &str) -> Result<T, Wrong> {
        Err(format!("line {}: {what}", self.number))
    }

    /// The next line, with its end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn line(&mut self, text: &str) -> Result<(), Wrong> {
        self.number += 1;
        if self.ended {
            return self.wrong("something comes after the end");
        }
        if text.len() > LINE_BYTES || !text.ends_with('\n') {
            return self.wrong("the line is too long, or was cut");
        }
        if self.begun.is_none() {
            return self.begin(text);
        }
        if text.starts_with("{\"end\":") {
            return self.end(text);
        }
        self.event(text)
    }

    fn begin(&mut self, text: &str) -> Result<(), Wrong> {
        let Ok(begin) = serde_json::from_str::<Begin>(text) else {
            return self.wrong("this is no file of events");
        };
        if begin.audit != FORM {
            return self.wrong("a newer program wrote this file");
        }
        let owner = raw(&begin.partition).filter(|owner| *owner > 0);
        let (Some(owner), Some(before)) = (owner, head(&begin.before)) else {
            return self.wrong("the beginning cannot be read");
        };
        self.hash.update(text.as_bytes());
        self.head = before;
        let partition = Partition::new(begin.environment, owner);
        self.begun = Some((begin, partition, before));
        Ok(())
    }

    fn event(&mut self, text: &str) -> Result<(), Wrong> {
        let Some((begin, partition, _)) = &self.begun else { return self.wrong("it has no beginning") };
        let Ok(line) = serde_json::from_str::<Line>(text) else {
            return self.wrong("this is no event");
        };
        let read = || {
            Some(EventRow {
                id: raw(&line.id)?,
                partition: *partition,
                previous: raw(&line.previous)?,
                number: line.number,
                at: line.at,
                actor: line.actor.clone(),
                command: line.command.clone(),
                subject: raw(&line.subject)?,
                body: line.event.clone(),
                mac: unhex(&line.mac)?,
            })
        };
        let Some(event) = read() else { return self.wrong("the event cannot be read") };
        if event.at < begin.from || event.at >= begin.to {
            return self.wrong("the event lies outside the period");
        }
        if event.previous != self.head.last_event || event.number != self.head.events + 1 {
            return self.wrong("an event is missing before this one, or it was inserted");
        }
        if self.chain.mac(&self.head.mac, &event) != event.mac {
            return self.wrong("its code does not fit: it was changed");
        }
        self.head = Head { last_event: event.id, events: event.number, mac: event.mac };
        self.lines.push(hash_of(text));
        self.hash.update(text.as_bytes());
        Ok(())
    }

    fn end(&mut self, text: &str) -> Result<(), Wrong> {
        let Ok(Signed { end, signature: signed }) = serde_json::from_str::<Signed>(text) else {
            return self.wrong("the end cannot be read");
        };
        let hash = hex(&std::mem::take(&mut self.hash).finish());
        if hash != end.sha256 {
            return self.wrong("the lines are not those of which the end speaks");
        }
        if signature(self.chain, &end) != signed {
            return self.wrong("the signature is not of this installation's key, or the end was changed");
        }
        if i64::try_from(self.lines.len()) != Ok(end.events) || head(&end.after) != Some(self.head) {
            return self.wrong("the end speaks of other events");
        }
        self.ended = true;
        Ok(())
    }

    /// After the last line.
    ///
    /// # Errors
    /// The file was cut.
    pub fn finish(self) -> Result<Held, Wrong> {
        let ended = self.ended;
        match self.begun.filter(|_| ended) {
            Some((begin, partition, before)) => {
                Ok(Held { begin, partition, before, after: self.head, lines: self.lines })
            }
            None => Err(format!("after line {}: the file has no end, it was cut", self.number)),
        }
    }
}

#[cfg(test)]
#[path = "audit_tests.rs"]
mod tests;
