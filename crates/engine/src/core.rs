//! A lane's memory and its decisions: committed state, the batch being written, the batch being decided. No
//! threads and no IO of its own: drivers hand it requests and a reader, and carry its batches to the store.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::{FxHashMap, FxHashSet};
use zaiton_kernel::id::IdGenerator;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Environment, LocalDate, Partition, Refusal, Timestamp};
use zaiton_ledger::{Mark, PostError, Sheet, Transaction, Transfer};

use crate::batch::{AccountRow, Batch, EventRow, Head, KeyRow, PartitionRow, RecordRow, RequestRow, Write};
use crate::cache::TwoGenerations;
use crate::chain::ChainKey;
use crate::command::{Actor, Failure, Outcome, Registry, Request, RequestKey, key_reused, short_hash};
use crate::port::{Clock, Found, LaneRow, Reader, StoreError, Wants};
use crate::recent::RecentKeys;
use crate::record::{AnyRecord, Entry, Kind, body_with};
use crate::requests::{AnswerPlace, RequestIndex, day_of, oldest_kept, read_run};
use crate::unit::{Reason, Stop, Unit};

/// Rounds of reading after which the rest waits for the next batch.
const MAX_ROUNDS: usize = 8;

#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordPlace {
    pub(crate) kind: &'static Kind,
    pub(crate) partition: Partition,
    pub(crate) id: i64,
}

/// A record's key in memory: kind, partition, id. The partition belongs to it, so that a stranger's id finds nothing.
type RecordKey = (u16, Partition, i64);

impl RecordPlace {
    fn key(self) -> RecordKey {
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
struct PartitionState {
    exists: bool,
    head: Head,
    sheet: Arc<Sheet>,
}

#[derive(Clone, Debug)]
struct WorkPartition {
    state: PartitionState,
    /// The accounts as the database has them once the batch before is written.
    base: Arc<Sheet>,
    base_head: Head,
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
    records: FxHashMap<RecordKey, WorkRecord>,
    partitions: FxHashMap<Partition, WorkPartition>,
    transfers: Vec<(Partition, Transfer)>,
    marks: Vec<(Partition, Mark)>,
    pub(crate) events: Vec<PendingEvent>,
    keys: Vec<(KeyPlace, i64)>,
    /// What a key stands for, and which of `keys` said so first.
    key_index: FxHashMap<KeyPlace, (i64, usize)>,
    requests: Arc<Vec<RequestRow>>,
    request_index: FxHashMap<RequestKey, usize>,
    tickets: Vec<(Ticket, Outcome)>,
    /// How many older keys the batch moves into their table.
    keys_moved: usize,
}

impl Work {
    /// Room for as much as the batch before had: growing copies everything several times.
    fn like(before: &Self) -> Self {
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

    fn writes_nothing(&self) -> bool {
        self.requests.is_empty()
    }
}

enum Undo {
    Record(RecordKey, Option<WorkRecord>),
    Partition(Partition, Option<WorkPartition>),
}

/// A place in the batch to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Savepoint {
    undo: usize,
    transfers: usize,
    marks: usize,
    events: usize,
    keys: usize,
    last_id: i64,
}

/// Ids of one kind that are not in memory.
type MissingRecords = (&'static Kind, FxHashSet<(Partition, i64)>);

#[derive(Default)]
struct Missing {
    records: FxHashMap<u16, MissingRecords>,
    partitions: FxHashSet<Partition>,
    keys: FxHashSet<KeyPlace>,
    requests: FxHashSet<AnswerPlace>,
    any: bool,
}

/// All that a unit can reach.
pub(crate) struct LaneState {
    pub(crate) work: Work,
    behind: Option<Work>,
    records: TwoGenerations<RecordKey, Entry>,
    partitions: TwoGenerations<Partition, PartitionState>,
    keys: TwoGenerations<KeyPlace, i64>,
    recent_keys: RecentKeys,
    loaded_records: FxHashMap<RecordKey, Option<Entry>>,
    loaded_partitions: FxHashMap<Partition, PartitionState>,
    loaded_keys: FxHashMap<KeyPlace, Option<i64>>,
    loaded_requests: FxHashMap<AnswerPlace, Option<RequestRow>>,
    missing: Missing,
    /// The natural key that was named last: a claim names the one that was looked up.
    named: (String, String, [u8; 16]),
    /// A miss in the command that runs now.
    missed: bool,
    undo: Vec<Undo>,
    pub(crate) ids: IdGenerator,
    pub(crate) lanes: u16,
    /// Test mode: read at once instead of noting a miss.
    direct: Option<Box<dyn Reader>>,
    broken: Option<StoreError>,
}

impl LaneState {
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

    fn partition(&mut self, partition: Partition) -> Option<PartitionState> {
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

    fn answer(
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

    /// Notes a miss; in direct mode reads at once and says so.
    fn miss(&mut self) -> bool {
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
    fn fetch(&mut self, reader: &mut dyn Reader) -> Result<(), StoreError> {
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
    fn open_partition(&mut self, partition: Partition) -> WorkPartition {
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
    fn keep_loaded(&mut self) {
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

/// The answers in the order they were asked for.
fn in_order(rows: &[RequestRow], wanted: &[AnswerPlace]) -> Vec<Option<RequestRow>> {
    let by_id: FxHashMap<i64, &RequestRow> = rows.iter().map(|row| (row.id, row)).collect();
    wanted.iter().map(|(_, id)| by_id.get(id).map(|row| (*row).clone())).collect()
}

/// Where an answer goes.
pub type Reply = Box<dyn FnOnce(Outcome) + Send>;

/// A request with the place for its answer.
pub struct Ticket {
    /// What is asked.
    pub request: Request,
    /// Where the answer goes, once it is durable.
    pub reply: Reply,
}

enum Step {
    Done(Outcome),
    Missing,
}

/// Limits of a lane's memory.
#[derive(Clone, Copy, Debug)]
pub struct CacheSize {
    /// Records in a generation (there are two).
    pub records: usize,
    /// Partitions in a generation.
    pub partitions: usize,
    /// Natural keys in a generation.
    pub keys: usize,
    /// Natural keys that are gathered before they move into their table.
    pub recent_keys: usize,
}

impl Default for CacheSize {
    fn default() -> Self {
        Self { records: 100_000, partitions: 20_000, keys: 100_000, recent_keys: 500_000 }
    }
}

/// A lane: memory, ids, registry, and the batch in hand.
pub struct LaneCore {
    state: LaneState,
    registry: Arc<Registry>,
    index: RequestIndex,
    clock: Arc<dyn Clock>,
    chain: ChainKey,
    zone: Zone,
    row: LaneRow,
    last_now: [Timestamp; 2],
    today: [Option<(Timestamp, LocalDate)>; 2],
    /// Of the command that runs: changed records that were not saved.
    unsaved: Arc<AtomicUsize>,
}

impl LaneCore {
    /// A lane that was just taken: `row` as the take-over gave it. Reads the keys of the last seven days.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn new(
        row: LaneRow,
        lanes: u16,
        size: CacheSize,
        registry: Arc<Registry>,
        clock: Arc<dyn Clock>,
        chain: ChainKey,
        reader: &mut dyn Reader,
    ) -> Result<Self, StoreError> {
        let mut index = RequestIndex::default();
        reader.request_runs(row.lane, oldest_kept(row.request_day), &mut |day, run| {
            let keys: Vec<_> = read_run(run).map(|(id, _, short)| (short, id)).collect();
            index.add(day, keys.into_iter());
        })?;
        let recent_keys = RecentKeys::load(&row, size.recent_keys, reader)?;
        let lane = u8::try_from(row.lane).map_err(|_| StoreError("a lane number above 255".into()))?;
        let start = Timestamp::from_micros(0);
        Ok(Self {
            state: LaneState {
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
                ids: IdGenerator::new(lane, row.last_id),
                lanes,
                direct: None,
                broken: None,
            },
            registry,
            index,
            clock,
            chain,
            zone: Zone::shanghai(),
            row,
            last_now: [start, start],
            today: [None, None],
            unsaved: Arc::default(),
        })
    }

    /// Test mode: what is not in memory is read at once instead of in rounds. The answers must be the same.
    pub fn read_directly(&mut self, reader: Box<dyn Reader>) {
        self.state.direct = Some(reader);
    }

    /// The lane's row as of the last batch handed out.
    #[must_use]
    pub fn row(&self) -> &LaneRow {
        &self.row
    }

    /// The lane was taken again by this process: the epoch moved.
    pub fn retaken(&mut self, row: &LaneRow) {
        self.row.epoch = row.epoch;
    }

    /// How many commands the batch in hand has.
    #[must_use]
    pub fn in_hand(&self) -> usize {
        self.state.work.tickets.len()
    }

    /// A batch is being written.
    #[must_use]
    pub fn writing(&self) -> bool {
        self.state.behind.is_some()
    }

    /// How many idempotency keys are known.
    #[must_use]
    pub fn known_requests(&self) -> usize {
        self.index.len()
    }

    fn tick(&mut self) {
        for (at, environment) in [Environment::Live, Environment::Sandbox].into_iter().enumerate() {
            let now = self.clock.now(environment).max(self.last_now[at]);
            self.last_now[at] = now;
            // A date holds for the rest of its minute at least: zones change on whole minutes.
            let minute = Timestamp::from_micros(now.micros() - now.micros().rem_euclid(60_000_000));
            if self.today[at].is_none_or(|(of, _)| of != minute) {
                self.today[at] = Some((minute, now.date_in(&self.zone)));
            }
        }
    }

    fn now(&self, environment: Environment) -> (Timestamp, LocalDate) {
        let at = match environment {
            Environment::Live => 0,
            Environment::Sandbox => 1,
        };
        (self.last_now[at], self.today[at].expect("tick is called before").1)
    }

    /// Decides requests on top of the batch in hand. Gives back those that still lack something after eight
    /// rounds of reading: they head the next batch.
    ///
    /// # Errors
    /// The database cannot be read: nothing of these requests is decided; they are given back as well.
    pub fn decide(
        &mut self,
        requests: Vec<Ticket>,
        reader: &mut dyn Reader,
    ) -> (Vec<Ticket>, Option<StoreError>) {
        self.tick();
        let mut waiting = requests;
        for _ in 0..MAX_ROUNDS {
            let mut again = Vec::new();
            let mut blocked: FxHashSet<Partition> = FxHashSet::default();
            for ticket in waiting {
                let partition = ticket.request.partition;
                let probe = !blocked.is_empty() && blocked.contains(&partition);
                match self.run(&ticket.request, probe) {
                    Step::Done(outcome) if !probe => self.state.work.tickets.push((ticket, outcome)),
                    Step::Done(_) | Step::Missing => {
                        blocked.insert(partition);
                        again.push(ticket);
                    }
                }
            }
            waiting = again;
            if let Some(error) = self.state.broken.take() {
                return (waiting, Some(error));
            }
            if waiting.is_empty() {
                break;
            }
            if self.state.missing.any
                && let Err(error) = self.state.fetch(reader)
            {
                return (waiting, Some(error));
            }
        }
        (waiting, None)
    }

    fn run(&mut self, request: &Request, probe: bool) -> Step {
        self.state.missed = false;
        match self.state.answer(request.partition, request.key, &self.index) {
            None => return Step::Missing,
            Some(Some(row)) => return Step::Done(repeat(&row, request)),
            Some(None) => {}
        }
        if self.state.partition(request.partition).is_none() {
            return Step::Missing;
        }
        self.state.undo.clear();
        let mark = self.state.savepoint();
        let (now, today) = self.now(request.partition.environment());
        let mut unit = Unit {
            state: &mut self.state,
            registry: &self.registry,
            chain: &self.chain,
            partition: request.partition,
            actor: request.actor.clone(),
            command: request.command.name(),
            now,
            today,
            follow_ups: Vec::new(),
            depth: 0,
            unsaved: Arc::clone(&self.unsaved),
        };
        unit.unsaved.store(0, Ordering::Relaxed);
        let result = catch_unwind(AssertUnwindSafe(|| unit.run(request.command.as_ref())));
        let result = match result {
            _ if self.state.missed => Err(Stop(Reason::Missing)),
            Ok(result) => result,
            Err(_) => {
                self.state.undo(mark);
                let detail = format!("{} panicked", request.command.name());
                return Step::Done(Outcome::failed(Failure::Bug, detail));
            }
        };
        if probe {
            self.state.undo(mark);
            return Step::Missing;
        }
        match result {
            Ok(reply) => {
                self.accept(request, false, reply.clone(), now);
                Step::Done(Outcome::Accepted { reply, repeated: false })
            }
            Err(Stop(Reason::Denied(refusal))) => {
                let reply = serde_json::to_string(&refusal).expect("a refusal's serde form is JSON");
                self.accept(request, true, reply, now);
                Step::Done(Outcome::Denied { refusal: *refusal })
            }
            Err(Stop(Reason::Refused(refusal))) => {
                self.state.undo(mark);
                Step::Done(Outcome::Refused { refusal: *refusal })
            }
            Err(Stop(Reason::Missing)) => {
                self.state.undo(mark);
                Step::Missing
            }
        }
    }

    /// Keeps the answer and makes sure that the partition has a row.
    fn accept(&mut self, request: &Request, denied: bool, reply: String, now: Timestamp) {
        if !self.state.work.partitions.contains_key(&request.partition) {
            let work = self.state.open_partition(request.partition);
            self.state.work.partitions.insert(request.partition, work);
        }
        let id = self.state.ids.next(now.millis());
        let at = self.state.work.requests.len();
        self.state.work.request_index.insert(request.key, at);
        Arc::make_mut(&mut self.state.work.requests).push(RequestRow {
            id,
            partition: request.partition,
            key: request.key,
            input: request.input,
            denied,
            reply,
        });
    }

    /// Closes the batch in hand: its rows, or `None` when it writes nothing (then [`Self::committed`] may be
    /// called as soon as the batch before is written). Only when no batch is being written.
    pub fn seal(&mut self) -> Option<Batch> {
        assert!(self.state.behind.is_none(), "one batch is written at a time");
        self.state.undo.clear();
        self.state.keep_loaded();
        let next = Work::like(&self.state.work);
        let mut work = std::mem::replace(&mut self.state.work, next);
        if work.writes_nothing() {
            self.state.behind = Some(work);
            return None;
        }
        self.row.request_day = day_of(self.last_now[0].micros()).max(self.row.request_day);
        let mut batch = Batch {
            lane: self.row.lane,
            epoch: self.row.epoch,
            seq: self.row.seq + 1,
            last_id: self.state.ids.last(),
            request_day: self.row.request_day,
            at: self.last_now[0],
            ..Batch::default()
        };
        self.fill(&mut batch, &mut work);
        self.state.behind = Some(work);
        Some(batch)
    }

    fn fill(&self, batch: &mut Batch, work: &mut Work) {
        batch.transfers = std::mem::take(&mut work.transfers);
        batch.marks = std::mem::take(&mut work.marks);
        batch.requests = Arc::clone(&work.requests);
        batch.claimed = work
            .keys
            .iter()
            .map(|(place, id)| KeyRow { partition: place.partition, key: place.key, id: *id })
            .collect();
        (batch.keys, batch.keys_moved) = self.state.recent_keys.step(work.keys.len());
        work.keys_moved = batch.keys.len();
        batch.events = self.chain_events(work);
        for (partition, in_work) in &work.partitions {
            let base = in_work.base.accounts();
            let changed = in_work.state.head != in_work.base_head || !in_work.state.exists;
            for (at, account) in in_work.state.sheet.accounts().iter().enumerate() {
                let write = match base.get(at) {
                    None => Write::Insert,
                    Some(before) if before != account => Write::Update,
                    Some(_) => continue,
                };
                batch.accounts.push(AccountRow { partition: *partition, write, account: *account });
            }
            if changed {
                let write = if in_work.state.exists { Write::Update } else { Write::Insert };
                batch.partitions.push(PartitionRow {
                    partition: *partition,
                    write,
                    head: in_work.state.head,
                });
            }
        }
        for record in work.records.values() {
            let place = record.place;
            let (write, version, body) = match (&record.entry, record.base) {
                (None, None) => continue,
                (None, Some(base)) => (Write::Delete, base + 1, String::new()),
                (Some(entry), None) => {
                    (Write::Insert, 1, body_with(entry.record.as_ref(), entry.unknown.as_deref()))
                }
                (Some(entry), Some(base)) => {
                    (Write::Update, base + 1, body_with(entry.record.as_ref(), entry.unknown.as_deref()))
                }
            };
            batch.records.push(RecordRow {
                kind: place.kind,
                partition: place.partition,
                id: place.id,
                version,
                write,
                body,
            });
        }
        batch.partitions.sort_unstable_by_key(|row| row.partition);
        batch.accounts.sort_unstable_by_key(|row| row.account.id);
        batch.records.sort_unstable_by_key(|row| (row.kind.number, row.id));
    }

    /// Gives each event its place in its partition's chain and moves the heads.
    fn chain_events(&self, work: &mut Work) -> Vec<EventRow> {
        let mut events = Vec::with_capacity(work.events.len());
        for pending in work.events.drain(..) {
            let head = &mut work
                .partitions
                .get_mut(&pending.partition)
                .expect("an accepted command's partition is in the batch")
                .state
                .head;
            let mut event = EventRow {
                id: pending.id,
                partition: pending.partition,
                previous: head.last_event,
                number: head.events + 1,
                at: pending.at,
                actor: pending.actor.name().to_owned(),
                command: pending.command.to_owned(),
                subject: pending.subject,
                body: pending.body,
                mac: [0; 32],
            };
            event.mac = self.chain.mac(&head.mac, &event);
            *head = Head { last_event: event.id, events: event.number, mac: event.mac };
            events.push(event);
        }
        events
    }

    /// The batch before is durable: its state becomes memory, and its answers may go out. Says as well whether
    /// it left something to do (timers, effects).
    pub fn committed(&mut self) -> Committed {
        let Some(work) = self.state.behind.take() else { return Committed::default() };
        if !work.writes_nothing() {
            self.row.seq += 1;
            self.index.forget_before(oldest_kept(self.row.request_day));
            self.index.add(self.row.request_day, work.requests.iter().map(|row| (row.key.short(), row.id)));
        }
        let mut due = false;
        for (key, record) in work.records {
            match record.entry {
                Some(entry) => {
                    due |= record.place.kind.number < 3;
                    self.state.records.put(key, entry);
                }
                None => self.state.records.forget(&key),
            }
        }
        for (partition, in_work) in work.partitions {
            self.state.partitions.put(partition, PartitionState { exists: true, ..in_work.state });
        }
        self.state.recent_keys.committed(work.keys, work.keys_moved);
        Committed { answers: work.tickets, due }
    }

    /// The batch before was not written: it and the one decided on top of it are dropped. Gives back their
    /// tickets: those of the failed batch, and those of its follower.
    pub fn failed(&mut self) -> (Vec<Ticket>, Vec<Ticket>) {
        let behind = self.state.behind.take().unwrap_or_default();
        let work = std::mem::take(&mut self.state.work);
        self.state.undo.clear();
        self.state.loaded_records.clear();
        self.state.loaded_partitions.clear();
        self.state.loaded_keys.clear();
        self.state.loaded_requests.clear();
        let tickets = |work: Work| work.tickets.into_iter().map(|(ticket, _)| ticket).collect();
        (tickets(behind), tickets(work))
    }

    /// Forgets all that is in memory, as after the loss of the lane: tests show that answers do not depend on it.
    pub fn forget(&mut self) {
        self.state.records.clear();
        self.state.partitions.clear();
        self.state.keys.clear();
    }
}

/// What a durable batch leaves to do.
#[derive(Default)]
pub struct Committed {
    /// Tickets with their outcomes, in order.
    pub answers: Vec<(Ticket, Outcome)>,
    /// Timers or effects were written.
    pub due: bool,
}

fn repeat(row: &RequestRow, request: &Request) -> Outcome {
    if row.input != request.input {
        return Outcome::Refused { refusal: key_reused() };
    }
    if row.denied {
        let refusal: Refusal = serde_json::from_str(&row.reply).unwrap_or_else(|_| key_reused());
        return Outcome::Denied { refusal };
    }
    Outcome::Accepted { reply: row.reply.clone(), repeated: true }
}
