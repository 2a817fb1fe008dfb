//! Records: what a use case loads, changes and saves. One table a kind, one row shape for all. Never says where
//! or how a row is stored.

use std::any::Any;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use zaiton_kernel::{Entity, Id};

/// A kind of record: its number, table and shape. One static a type.
#[derive(Debug)]
pub struct Kind {
    /// Stable number, part of keys in memory; never reused.
    pub number: u16,
    /// The table. Letters and underscores; written by us, never from outside.
    pub table: &'static str,
    /// The shape of the body that this binary writes. Older ones it reads, newer ones it refuses.
    pub shape: u16,
    /// Reads a body.
    pub decode: fn(&str) -> Result<Decoded, serde_json::Error>,
    /// A lane keeps it in memory once it is written: not what is large and hardly ever read again.
    pub remembered: bool,
}

/// A body read back: the record, and fields that this binary does not know but keeps.
pub struct Decoded {
    /// The record.
    pub record: Arc<dyn AnyRecord>,
    /// Fields of the stored body that the type does not have.
    pub unknown: Option<Arc<Map<String, Value>>>,
}

/// A typed record. Its body is its serde form.
pub trait Record:
    Clone + fmt::Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Its id.
    type Id: Id;
    /// Its kind.
    const KIND: &'static Kind;
    /// This record's id.
    fn id(&self) -> Self::Id;
}

impl<E: Entity> Record for E {
    type Id = E::Id;
    const KIND: &'static Kind = &Kind {
        number: E::NUMBER,
        table: E::TABLE,
        shape: E::SHAPE,
        decode: decode::<E>,
        remembered: E::REMEMBERED,
    };
    fn id(&self) -> E::Id {
        Entity::id(self)
    }
}

/// A record whose type is forgotten: what the cache and the batch hold.
pub trait AnyRecord: fmt::Debug + Send + Sync {
    /// The body as JSON text.
    fn body(&self) -> String;
    /// For taking the type back.
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<R: Record> AnyRecord for R {
    fn body(&self) -> String {
        serde_json::to_string(self).expect("a record's serde form is JSON: string keys, no foreign errors")
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

/// Reads a body of type `R`; the `decode` of its [`Kind`].
///
/// # Errors
/// A body that is not of this type.
pub fn decode<R: Record>(body: &str) -> Result<Decoded, serde_json::Error> {
    let mut ignored = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(body);
    let record: R = serde_ignored::deserialize(&mut reader, |path| {
        if let serde_ignored::Path::Map { parent, key } = &path
            && matches!(parent, serde_ignored::Path::Root)
        {
            ignored.push(key.clone());
        }
    })?;
    let unknown = if ignored.is_empty() {
        None
    } else {
        let mut whole: Map<String, Value> = serde_json::from_str(body)?;
        whole.retain(|key, _| ignored.contains(key));
        Some(Arc::new(whole))
    };
    Ok(Decoded { record: Arc::new(record), unknown })
}

/// A body with the unknown fields put back.
#[must_use]
pub fn body_with(record: &dyn AnyRecord, unknown: Option<&Map<String, Value>>) -> String {
    let body = record.body();
    let Some(unknown) = unknown else { return body };
    match serde_json::from_str::<Map<String, Value>>(&body) {
        Ok(mut whole) => {
            for (key, value) in unknown {
                whole.entry(key.clone()).or_insert_with(|| value.clone());
            }
            Value::Object(whole).to_string()
        }
        Err(_) => body,
    }
}

/// A record as it lies in memory.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) record: Arc<dyn AnyRecord>,
    pub(crate) unknown: Option<Arc<Map<String, Value>>>,
    pub(crate) version: u32,
}

/// A record in the hands of a use case: reads are free, the first write copies. It borrows nothing from the
/// unit; a changed one must be saved (a unit that ends with a changed, unsaved one panics in debug builds).
#[derive(Debug)]
pub struct Doc<R: Record> {
    pub(crate) value: Arc<R>,
    pub(crate) version: u32,
    pub(crate) changed: bool,
    pub(crate) unsaved: Arc<std::sync::atomic::AtomicUsize>,
}

impl<R: Record> Doc<R> {
    /// How often the record was written before.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }
}

impl<R: Record> Deref for Doc<R> {
    type Target = R;
    fn deref(&self) -> &R {
        &self.value
    }
}

impl<R: Record> DerefMut for Doc<R> {
    fn deref_mut(&mut self) -> &mut R {
        if !self.changed {
            self.changed = true;
            self.unsaved.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        Arc::make_mut(&mut self.value)
    }
}
