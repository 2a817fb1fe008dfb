//! What is not in memory: noted while a round of commands runs, then read with one query a table. Never guesses: a row that
//! cannot be read stops the round.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use zaiton_kernel::Partition;
use zaiton_ledger::Sheet;

use super::state::LaneState;
use super::work::{KeyPlace, PartitionState};
use crate::batch::{Head, RequestRow};
use crate::port::{Found, Reader, StoreError, Wants};
use crate::record::{Entry, Kind};
use crate::requests::AnswerPlace;

/// Ids of one kind that are not in memory.
type MissingRecords = (&'static Kind, FxHashSet<(Partition, i64)>);

#[derive(Default)]
pub(super) struct Missing {
    pub(super) records: FxHashMap<u16, MissingRecords>,
    pub(super) partitions: FxHashSet<Partition>,
    pub(super) keys: FxHashSet<KeyPlace>,
    pub(super) requests: FxHashSet<AnswerPlace>,
    pub(super) any: bool,
}

impl LaneState {
    /// Notes a miss; in direct mode reads at once and says so.
    pub(super) fn miss(&mut self) -> bool {
        self.missing.any = true;
        let Some(mut reader) = self.direct.take() else {
            self.missed = true;
            return false;
        };
        let result = self.fetch(reader.as_mut());
        self.direct = Some(reader);
        match result {
            Ok(()) => true,
            Err(error) => {
                self.broken = Some(error);
                self.missed = true;
                false
            }
        }
    }

    /// Reads all that is missing, one query a table.
    pub(super) fn fetch(&mut self, reader: &mut dyn Reader) -> Result<(), StoreError> {
        let missing = std::mem::take(&mut self.missing);
        let sorted = |set: &FxHashSet<(Partition, i64)>| {
            let mut list: Vec<_> = set.iter().copied().collect();
            list.sort_unstable_by_key(|(_, id)| *id);
            list
        };
        let mut wants = Wants {
            records: missing.records.values().map(|(kind, ids)| (*kind, sorted(ids))).collect(),
            partitions: missing.partitions.iter().copied().collect(),
            keys: missing.keys.iter().map(|place| (place.partition, place.key)).collect(),
            requests: missing.requests.iter().copied().collect(),
        };
        wants.partitions.sort_unstable();
        wants.keys.sort_unstable();
        wants.requests.sort_unstable();
        let found = reader.read(&wants)?;
        self.remember(&wants, found)
    }

    fn remember(&mut self, wants: &Wants, found: Found) -> Result<(), StoreError> {
        // Read first, remember after: an unreadable row must not leave its neighbours looking absent.
        let mut entries = Vec::with_capacity(found.records.len());
        for row in found.records {
            let (table, id) = (row.kind.table, row.id);
            if row.shape > row.kind.shape {
                return Err(StoreError(format!(
                    "{table} {id} has shape {}, newer than this program",
                    row.shape
                )));
            }
            let decoded = (row.kind.decode)(&row.body)
                .map_err(|error| StoreError(format!("{table} {id} cannot be read: {error}")))?;
            let entry = Entry { record: decoded.record, unknown: decoded.unknown, version: row.version };
            entries.push(((row.kind.number, row.partition, id), entry));
        }
        for (kind, ids) in &wants.records {
            for (partition, id) in ids {
                self.loaded_records.insert((kind.number, *partition, *id), None);
            }
        }
        for (key, entry) in entries {
            self.loaded_records.insert(key, Some(entry));
        }
        for partition in &wants.partitions {
            let empty = PartitionState { exists: false, head: Head::default(), sheet: Arc::default() };
            self.loaded_partitions.insert(*partition, empty);
        }
        for (partition, key) in &wants.keys {
            self.loaded_keys.insert(KeyPlace { partition: *partition, key: *key }, None);
        }
        for place in &wants.requests {
            self.loaded_requests.insert(*place, None);
        }
        for (partition, head, accounts) in found.partitions {
            let state = PartitionState { exists: true, head, sheet: Arc::new(Sheet::new(accounts)) };
            self.loaded_partitions.insert(partition, state);
        }
        for (partition, key, id) in found.keys {
            self.loaded_keys.insert(KeyPlace { partition, key }, Some(id));
        }
        for (place, row) in wants.requests.iter().zip(in_order(&found.requests, &wants.requests)) {
            self.loaded_requests.insert(*place, row);
        }
        Ok(())
    }
}

/// The answers in the order they were asked for.
fn in_order(rows: &[RequestRow], wanted: &[AnswerPlace]) -> Vec<Option<RequestRow>> {
    let by_id: FxHashMap<i64, &RequestRow> = rows.iter().map(|row| (row.id, row)).collect();
    wanted.iter().map(|(_, id)| by_id.get(id).map(|row| (*row).clone())).collect()
}
