//! What a batch has done so far, kept apart from what the database has, and what is needed to take a part of it back.
//! Only data: never decides, never reads.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use zaiton_kernel::{Partition, Timestamp};
use zaiton_ledger::{Mark, Sheet, Transfer};

use super::Ticket;
use crate::batch::{Head, RequestRow};
use crate::command::{Actor, Outcome, RequestKey};
use crate::record::{Entry, Kind};

#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordPlace {
    pub(crate) kind: &'static Kind,
    pub(crate) partition: Partition,
    pub(crate) id: i64,
}

/// A record's key in memory: kind, partition, id. The partition belongs to it, so that a stranger's id finds nothing.
pub(super) type RecordKey = (u16, Partition, i64);

impl RecordPlace {
    pub(super) fn key(self) -> RecordKey {
        (self.kind.number, self.partition, self.id)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KeyPlace {
    pub(crate) partition: Partition,
    pub(crate) key: [u8; 16],
}

/// A record as this batch leaves it. `base` is the version in the database, none when it is new there.
#[derive(Clone, Debug)]
pub(crate) struct WorkRecord {
    pub(crate) place: RecordPlace,
    pub(crate) entry: Option<Entry>,
    pub(crate) base: Option<u32>,
}

#[derive(Clone, Debug)]
pub(super) struct PartitionState {
    pub(super) exists: bool,
    pub(super) head: Head,
    pub(super) sheet: Arc<Sheet>,
}

#[derive(Clone, Debug)]
pub(super) struct WorkPartition {
    pub(super) state: PartitionState,
    /// The accounts as the database has them once the batch before is written.
    pub(super) base: Arc<Sheet>,
    pub(super) base_head: Head,
}

pub(crate) struct PendingEvent {
    pub(crate) id: i64,
    pub(crate) partition: Partition,
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) command: &'static str,
    pub(crate) subject: i64,
    pub(crate) body: String,
}

/// What one batch has done so far.
#[derive(Default)]
pub(crate) struct Work {
    pub(super) records: FxHashMap<RecordKey, WorkRecord>,
    pub(super) partitions: FxHashMap<Partition, WorkPartition>,
    pub(super) transfers: Vec<(Partition, Transfer)>,
    pub(super) marks: Vec<(Partition, Mark)>,
    pub(crate) events: Vec<PendingEvent>,
    pub(super) keys: Vec<(KeyPlace, i64)>,
    /// What a key stands for, and which of `keys` said so first.
    pub(super) key_index: FxHashMap<KeyPlace, (i64, usize)>,
    pub(super) requests: Arc<Vec<RequestRow>>,
    pub(super) request_index: FxHashMap<RequestKey, usize>,
    pub(super) tickets: Vec<(Ticket, Outcome)>,
    /// How many older keys the batch moves into their table.
    pub(super) keys_moved: usize,
}

impl Work {
    /// Room for as much as the batch before had: growing copies everything several times.
    pub(super) fn like(before: &Self) -> Self {
        fn list<T>(before: &[T]) -> Vec<T> {
            Vec::with_capacity(before.len())
        }
        fn map<K, V>(before: &FxHashMap<K, V>) -> FxHashMap<K, V> {
            FxHashMap::with_capacity_and_hasher(before.len(), rustc_hash::FxBuildHasher)
        }
        Self {
            records: map(&before.records),
            partitions: map(&before.partitions),
            transfers: list(&before.transfers),
            marks: Vec::new(),
            events: list(&before.events),
            keys: list(&before.keys),
            key_index: map(&before.key_index),
            requests: Arc::new(list(&before.requests)),
            request_index: map(&before.request_index),
            tickets: list(&before.tickets),
            keys_moved: 0,
        }
    }

    pub(super) fn writes_nothing(&self) -> bool {
        self.requests.is_empty()
    }
}

pub(super) enum Undo {
    Record(RecordKey, Option<WorkRecord>),
    Partition(Partition, Option<WorkPartition>),
}

/// A place in the batch to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Savepoint {
    pub(super) undo: usize,
    pub(super) transfers: usize,
    pub(super) marks: usize,
    pub(super) events: usize,
    pub(super) keys: usize,
    pub(super) last_id: i64,
}
