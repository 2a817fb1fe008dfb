//! All that a unit can reach: the batch being decided, on top of the one being written, on top of what was read, on top of
//! what is remembered. Looks in that order and never in the database: what is not here is noted as missing.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use zaiton_kernel::id::IdGenerator;
use zaiton_kernel::{LocalDate, Partition, Timestamp};
use zaiton_ledger::{PostError, Sheet, Transaction};

use super::CacheSize;
use super::reading::Missing;
use super::work::{
    KeyPlace, PartitionState, RecordKey, RecordPlace, Savepoint, Undo, Work, WorkPartition, WorkRecord,
};
use crate::batch::RequestRow;
use crate::cache::TwoGenerations;
use crate::command::{RequestKey, short_hash};
use crate::port::{Reader, StoreError};
use crate::recent::RecentKeys;
use crate::record::{AnyRecord, Entry};
use crate::requests::{AnswerPlace, RequestIndex};

/// All that a unit can reach.
pub(crate) struct LaneState {
    pub(crate) work: Work,
    pub(super) behind: Option<Work>,
    pub(super) records: TwoGenerations<RecordKey, Entry>,
    pub(super) partitions: TwoGenerations<Partition, PartitionState>,
    pub(super) keys: TwoGenerations<KeyPlace, i64>,
    pub(super) recent_keys: RecentKeys,
    pub(super) loaded_records: FxHashMap<RecordKey, Option<Entry>>,
    pub(super) loaded_partitions: FxHashMap<Partition, PartitionState>,
    pub(super) loaded_keys: FxHashMap<KeyPlace, Option<i64>>,
    pub(super) loaded_requests: FxHashMap<AnswerPlace, Option<RequestRow>>,
    pub(super) missing: Missing,
    /// The natural key that was named last: a claim names the one that was looked up.
    named: (String, String, [u8; 16]),
    /// A miss in the command that runs now.
    pub(super) missed: bool,
    pub(super) undo: Vec<Undo>,
    pub(crate) ids: IdGenerator,
    pub(crate) lanes: u16,
    /// Test mode: read at once instead of noting a miss.
    pub(super) direct: Option<Box<dyn Reader>>,
    pub(super) broken: Option<StoreError>,
}

impl LaneState {
    /// An empty memory.
    pub(super) fn new(size: CacheSize, recent_keys: RecentKeys, ids: IdGenerator, lanes: u16) -> Self {
        Self {
            work: Work::default(),
            behind: None,
            records: TwoGenerations::new(size.records),
            partitions: TwoGenerations::new(size.partitions),
            keys: TwoGenerations::new(size.keys),
            recent_keys,
            loaded_records: FxHashMap::default(),
            loaded_partitions: FxHashMap::default(),
            loaded_keys: FxHashMap::default(),
            loaded_requests: FxHashMap::default(),
            missing: Missing::default(),
            named: (String::new(), String::new(), short_hash(&[b"", b""])),
            missed: false,
            undo: Vec::new(),
            ids,
            lanes,
            direct: None,
            broken: None,
        }
    }

    pub(crate) fn misses(&self) -> bool {
        self.missed
    }

    /// Outer none: not in memory. Inner none: not there.
    pub(crate) fn record(&mut self, place: RecordPlace) -> Option<Option<Entry>> {
        let key = place.key();
        if let Some(work) = self.work.records.get(&key) {
            return Some(work.entry.clone());
        }
        if let Some(work) = self.behind.as_ref().and_then(|behind| behind.records.get(&key)) {
            return Some(work.entry.clone());
        }
        if let Some(loaded) = self.loaded_records.get(&key) {
            return Some(loaded.clone());
        }
        if let Some(entry) = self.records.get(&key) {
            return Some(Some(entry));
        }
        let wanted =
            self.missing.records.entry(place.kind.number).or_insert((place.kind, FxHashSet::default()));
        wanted.1.insert((place.partition, place.id));
        if self.miss() { self.record(place) } else { None }
    }

    pub(crate) fn key(&mut self, place: KeyPlace) -> Option<Option<i64>> {
        let known = self
            .work
            .key_index
            .get(&place)
            .or_else(|| self.behind.as_ref().and_then(|behind| behind.key_index.get(&place)));
        if let Some((id, _)) = known {
            return Some(Some(*id));
        }
        if let Some(id) = self.recent_keys.find(place) {
            return Some(Some(id));
        }
        if let Some(loaded) = self.loaded_keys.get(&place) {
            return Some(*loaded);
        }
        if let Some(id) = self.keys.get(&place) {
            return Some(Some(id));
        }
        self.missing.keys.insert(place);
        if self.miss() { self.key(place) } else { None }
    }

    pub(super) fn partition(&mut self, partition: Partition) -> Option<PartitionState> {
        if let Some(work) = self.work.partitions.get(&partition) {
            return Some(work.state.clone());
        }
        if let Some(work) = self.behind.as_ref().and_then(|behind| behind.partitions.get(&partition)) {
            // Once the batch before is written its row is there, and this batch counts on it.
            return Some(PartitionState { exists: true, ..work.state.clone() });
        }
        if let Some(loaded) = self.loaded_partitions.get(&partition) {
            return Some(loaded.clone());
        }
        if let Some(state) = self.partitions.get(&partition) {
            return Some(state);
        }
        self.missing.partitions.insert(partition);
        if self.miss() { self.partition(partition) } else { None }
    }

    pub(super) fn answer(
        &mut self,
        partition: Partition,
        key: RequestKey,
        index: &RequestIndex,
    ) -> Option<Option<RequestRow>> {
        let in_work =
            |work: &Work| work.request_index.get(&key).and_then(|at| work.requests.get(*at)).cloned();
        if let Some(row) = in_work(&self.work).or_else(|| self.behind.as_ref().and_then(in_work)) {
            return Some(Some(row));
        }
        let Some(id) = index.find(key) else { return Some(None) };
        let place = (partition, id);
        if let Some(loaded) = self.loaded_requests.get(&place) {
            return Some(loaded.clone().filter(|row| row.key == key));
        }
        self.missing.requests.insert(place);
        if self.miss() { self.answer(partition, key, index) } else { None }
    }

    pub(crate) fn write(&mut self, place: RecordPlace, record: WorkRecord) {
        let before = self.work.records.insert(place.key(), record);
        self.undo.push(Undo::Record(place.key(), before));
    }

    /// Puts a new value (or a deletion) on a record that was loaded in this unit.
    pub(crate) fn update(&mut self, place: RecordPlace, value: Option<Arc<dyn AnyRecord>>) {
        let key = place.key();
        let current = self.record(place).flatten().expect("a record that is saved was loaded before");
        let base = match self.work.records.get(&key) {
            Some(work) => work.base,
            None => Some(current.version),
        };
        let version = base.map_or(1, |base| base + 1);
        let entry = value.map(|record| Entry { record, unknown: current.unknown, version });
        self.write(place, WorkRecord { place, entry, base });
    }

    /// Where a natural key of a partition lies.
    pub(crate) fn key_place(&mut self, partition: Partition, kind: &str, key: &str) -> KeyPlace {
        let (last_kind, last_key, hash) = &mut self.named;
        if last_kind != kind || last_key != key {
            *hash = short_hash(&[kind.as_bytes(), key.as_bytes()]);
            kind.clone_into(last_kind);
            key.clone_into(last_key);
        }
        KeyPlace { partition, key: *hash }
    }

    pub(crate) fn claim(&mut self, place: KeyPlace, id: i64) {
        self.work.key_index.entry(place).or_insert((id, self.work.keys.len()));
        self.work.keys.push((place, id));
    }

    pub(crate) fn sheet(&mut self, partition: Partition) -> Arc<Sheet> {
        self.partition(partition).expect("a command's own partition is read before it runs").sheet
    }

    pub(crate) fn book(
        &mut self,
        partition: Partition,
        transaction: &Transaction,
        now: Timestamp,
        today: LocalDate,
    ) -> Result<(), PostError> {
        let mut work = self.open_partition(partition);
        let sheet = Arc::make_mut(&mut work.state.sheet);
        let ids = &mut self.ids;
        let booked = sheet.book(transaction, now, today, || ids.next(now.millis()))?;
        self.work.transfers.extend(booked.transfers.into_iter().map(|transfer| (partition, transfer)));
        self.work.marks.extend(booked.marks.into_iter().map(|mark| (partition, mark)));
        let before = self.work.partitions.insert(partition, work);
        self.undo.push(Undo::Partition(partition, before));
        Ok(())
    }

    /// The partition as this batch has it, to be changed.
    pub(super) fn open_partition(&mut self, partition: Partition) -> WorkPartition {
        if let Some(work) = self.work.partitions.get(&partition) {
            return work.clone();
        }
        let state = self.partition(partition).expect("a command's own partition is read before it runs");
        WorkPartition { base: Arc::clone(&state.sheet), base_head: state.head, state }
    }

    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint {
            undo: self.undo.len(),
            transfers: self.work.transfers.len(),
            marks: self.work.marks.len(),
            events: self.work.events.len(),
            keys: self.work.keys.len(),
            last_id: self.ids.last(),
        }
    }

    pub(crate) fn undo(&mut self, to: Savepoint) {
        while self.undo.len() > to.undo {
            match self.undo.pop().expect("just counted") {
                Undo::Record(key, Some(before)) => drop(self.work.records.insert(key, before)),
                Undo::Record(key, None) => drop(self.work.records.remove(&key)),
                Undo::Partition(partition, Some(before)) => {
                    drop(self.work.partitions.insert(partition, before));
                }
                Undo::Partition(partition, None) => drop(self.work.partitions.remove(&partition)),
            }
        }
        self.work.transfers.truncate(to.transfers);
        self.work.marks.truncate(to.marks);
        self.work.events.truncate(to.events);
        for (place, _) in self.work.keys.drain(to.keys..) {
            // A claim of an accepted command stays, though a refused one claimed the same key after it.
            if self.work.key_index.get(&place).is_some_and(|(_, at)| *at >= to.keys) {
                self.work.key_index.remove(&place);
            }
        }
        self.ids.rewind(to.last_id);
    }

    /// What was read for this batch becomes ordinary memory.
    pub(super) fn keep_loaded(&mut self) {
        for (key, entry) in self.loaded_records.drain() {
            if let Some(entry) = entry {
                self.records.put(key, entry);
            }
        }
        for (partition, state) in self.loaded_partitions.drain() {
            if state.exists {
                self.partitions.put(partition, state);
            }
        }
        for (place, id) in self.loaded_keys.drain() {
            if let Some(id) = id {
                self.keys.put(place, id);
            }
        }
        self.loaded_requests.clear();
    }
}
