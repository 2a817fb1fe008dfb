//! A lane's memory and its decisions: committed state, the batch being written, the batch being decided. No
//! threads and no IO of its own: drivers hand it requests and a reader, and carry its batches to the store.
//!
//! `work.rs` what a batch has done so far; `state.rs` what a unit can reach; `reading.rs` what is missing; `sealing.rs` the
//! end of a batch.

mod reading;
mod sealing;
mod state;
mod work;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::FxHashSet;
use zaiton_kernel::id::IdGenerator;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Environment, LocalDate, Partition, Refusal, Timestamp};

use crate::batch::RequestRow;
use crate::chain::ChainKey;
use crate::command::{Failure, Outcome, Registry, Request, key_reused};
use crate::port::{Clock, LaneRow, Reader, StoreError};
use crate::recent::RecentKeys;
use crate::requests::{RequestIndex, oldest_kept, read_run};
use crate::unit::{Reason, Stop, Unit};

pub use sealing::Committed;
pub(crate) use state::LaneState;
pub(crate) use work::{KeyPlace, PendingEvent, RecordPlace, WorkRecord};

/// Rounds of reading after which the rest waits for the next batch.
const MAX_ROUNDS: usize = 8;

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
            state: LaneState::new(size, recent_keys, IdGenerator::new(lane, row.last_id), lanes),
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
            trace: request.trace,
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

    /// Forgets all that is in memory, as after the loss of the lane: tests show that answers do not depend on it.
    pub fn forget(&mut self) {
        self.state.records.clear();
        self.state.partitions.clear();
        self.state.keys.clear();
    }
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
