//! Stores for a simulated world: one that reports what it wrote, one that is broken on purpose, and a reader that fails when
//! told. Never used by the product.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use zaiton_app::orders::capture::CaptureOrder;
use zaiton_app::orders::parts::FollowParts;
use zaiton_engine::batch::{RecordRow, Write};
use zaiton_engine::command::AnyCommand;
use zaiton_engine::outbox::Deliver;
use zaiton_engine::port::{Found, LaneRow, Wants};
use zaiton_engine::{Batch, Command, CommitError, Database, Kind, Reader, Record, Store, StoreError};
use zaiton_kernel::{Environment, Id, Partition, Timestamp};
use zaiton_orders::channel::{ChannelOrder, Message, SealedMessage};

use super::World;

/// What is broken on purpose, to show that a world finds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Broken {
    /// Nothing.
    #[default]
    Nothing,
    /// One change of a ledger account is not written.
    AccountDropped,
    /// One change of a record is not written.
    RecordDropped,
    /// One transfer is not written.
    TransferDropped,
    /// One whole batch is not written, and said to be.
    BatchDropped,
    /// The answers of requests are not written.
    AnswersDropped,
    /// A commit is taken whoever owns the lane.
    OwnerIgnored,
    /// Each delivery of a request has a key of its own.
    KeysIgnored,
    /// No process reads figures after its start.
    BeatsIgnored,
    /// An older message of a channel is applied.
    OlderApplied,
    /// What is about people of an order goes when its next message comes, though the order goes on.
    PeopleForgotten,
    /// Nobody looks at the parts of an order that was cancelled: its fee vanishes.
    PartsForgotten,
    /// The world's own book-keeping counts each settlement twice.
    Model,
}

/// Batches that the store said it wrote, in order.
pub(crate) type Written = Arc<Mutex<Vec<Batch>>>;

/// A store that tells what it wrote.
pub(crate) struct Tap {
    pub(crate) inner: Box<dyn Store>,
    pub(crate) written: Written,
}

impl Store for Tap {
    fn commit(&mut self, batch: &Batch) -> Result<(), CommitError> {
        self.inner.commit(batch)?;
        self.written.lock().expect("one thread").push(batch.clone());
        Ok(())
    }
}

/// A store that is broken on purpose.
pub(crate) struct BrokenStore {
    pub(crate) inner: Box<dyn Store>,
    pub(crate) database: Arc<dyn Database>,
    pub(crate) broken: Broken,
    /// Fitting batches still to pass before one is spoilt; shared by all connections.
    pub(crate) pass: Arc<Mutex<i32>>,
}

impl BrokenStore {
    /// Counts a batch that could be spoilt; true for the one that is.
    fn now(&self) -> bool {
        let mut left = self.pass.lock().expect("one thread");
        *left -= 1;
        *left == 0
    }

    fn spoil(&self, batch: &mut Batch) -> Option<()> {
        match self.broken {
            Broken::AccountDropped => {
                let at = batch.accounts.iter().position(|row| row.write == Write::Update)?;
                self.now().then(|| {
                    batch.accounts.remove(at);
                })
            }
            Broken::RecordDropped => {
                let business = |kind: &Kind| matches!(kind.table, "top_ups" | "holds" | "bank_lines");
                let at =
                    batch.records.iter().position(|row| row.write == Write::Update && business(row.kind))?;
                self.now().then(|| drop(batch.records.remove(at)))
            }
            Broken::TransferDropped => (!batch.transfers.is_empty() && self.now()).then(|| {
                batch.transfers.pop();
            }),
            Broken::AnswersDropped => {
                Arc::make_mut(&mut batch.requests).clear();
                None
            }
            Broken::OwnerIgnored => {
                let row = self.database.lane(batch.lane).ok()?;
                batch.epoch = row.epoch;
                batch.seq = row.seq + 1;
                None
            }
            Broken::PeopleForgotten => {
                let row = batch.records.iter().find_map(forgotten)?;
                self.now().then(|| batch.records.push(row))
            }
            Broken::Nothing
            | Broken::BatchDropped
            | Broken::KeysIgnored
            | Broken::BeatsIgnored
            | Broken::OlderApplied
            | Broken::PartsForgotten
            | Broken::Model => None,
        }
    }
}

/// The removal of what is sealed of an order's first message, when the order changes.
fn forgotten(row: &RecordRow) -> Option<RecordRow> {
    if row.write != Write::Update || row.kind.table != ChannelOrder::KIND.table {
        return None;
    }
    let order: ChannelOrder = serde_json::from_str(&row.body).ok()?;
    let first = order.messages.first().filter(|message| message.sealed)?;
    let (kind, partition, id) = (SealedMessage::KIND, row.partition, first.id.raw());
    Some(RecordRow { kind, partition, id, version: 2, write: Write::Delete, body: String::new() })
}

impl World {
    /// What a broken program makes of a command.
    pub(crate) fn as_broken(&self, command: &Arc<dyn AnyCommand>) -> Option<Arc<dyn AnyCommand>> {
        match (self.broken, command.name()) {
            (Broken::OlderApplied, CaptureOrder::NAME) => self.newest(command.as_ref()),
            (Broken::PartsForgotten, Deliver::NAME) => without_parts(command.as_ref()),
            _ => None,
        }
    }

    /// A message that is older than what is known counts as the newest.
    fn newest(&self, command: &dyn AnyCommand) -> Option<Arc<dyn AnyCommand>> {
        let mut capture: CaptureOrder = serde_json::from_str(&command.body()).ok()?;
        let known = self.model.merchants.get(&command.partition())?.captured.values();
        let same = |message: &Message| {
            (message.channel, &message.channel_order_id)
                == (capture.message.channel, &capture.message.channel_order_id)
        };
        let mut standing = known.filter_map(|order| Some(&order.standing()?.message));
        let newest = standing.find(|message| same(message))?.updated_at;
        capture.message.updated_at = capture.message.updated_at.max(newest.plus_seconds(1));
        Some(Arc::new(capture))
    }
}

/// A message to the parts of an order, for the parts of one that nobody knows.
fn without_parts(command: &dyn AnyCommand) -> Option<Arc<dyn AnyCommand>> {
    let mut deliver: Deliver = serde_json::from_str(&command.body()).ok()?;
    if deliver.message.command != FollowParts::NAME {
        return None;
    }
    let mut follow: FollowParts = serde_json::from_str(&deliver.message.body).ok()?;
    follow.original.push('?');
    deliver.message.body = AnyCommand::body(&follow);
    Some(Arc::new(deliver))
}

impl Store for BrokenStore {
    fn commit(&mut self, batch: &Batch) -> Result<(), CommitError> {
        if self.broken == Broken::Nothing {
            return self.inner.commit(batch);
        }
        if self.broken == Broken::BatchDropped && !batch.transfers.is_empty() && self.now() {
            return Ok(());
        }
        let mut batch = batch.clone();
        self.spoil(&mut batch);
        self.inner.commit(&batch)
    }
}

/// Which of the next reads fail.
pub(crate) type ReadPlan = Arc<Mutex<VecDeque<bool>>>;

/// A reader that fails when told.
pub(crate) struct FaultyReader {
    pub(crate) inner: Box<dyn Reader>,
    pub(crate) plan: ReadPlan,
}

impl FaultyReader {
    fn fails(&self) -> Result<(), StoreError> {
        let fails = self.plan.lock().expect("one thread").pop_front().unwrap_or(false);
        if fails { Err(StoreError("injected".into())) } else { Ok(()) }
    }
}

impl Reader for FaultyReader {
    fn read(&mut self, wants: &Wants) -> Result<Found, StoreError> {
        self.fails()?;
        self.inner.read(wants)
    }

    fn request_runs(
        &mut self,
        lane: u16,
        from_day: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError> {
        self.inner.request_runs(lane, from_day, each)
    }

    fn key_runs(
        &mut self,
        lane: u16,
        from_generation: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError> {
        self.inner.key_runs(lane, from_generation, each)
    }

    fn due(
        &mut self,
        kind: &'static Kind,
        lane: u16,
        environment: Environment,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Partition, i64)>, StoreError> {
        self.inner.due(kind, lane, environment, now, limit)
    }
}

/// A lane's row is still the one that a core was made for.
pub(crate) fn is_owner(database: &dyn Database, row: &LaneRow) -> Result<bool, StoreError> {
    Ok(database.lane(row.lane)?.epoch == row.epoch)
}
