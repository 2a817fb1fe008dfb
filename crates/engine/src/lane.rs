//! A lane at work: one thread decides, one writes. Takes tickets from a bounded queue, groups as many as wait into
//! a batch, decides the next batch while one is being written, and answers after the commit. Decides nothing itself.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, select};
use rustc_hash::FxHashSet;
use zaiton_kernel::{Environment, Partition};

use crate::batch::Batch;
use crate::command::{Actor, Failure, Outcome, Request};
use crate::core::{LaneCore, Ticket};
use crate::outbox::{Effect, EffectId, FireTimer, LeaseEffect, Timer, TimerId};
use crate::port::{Clock, CommitError, Database, LaneRow, Reader, Store};
use crate::record::Record;
use zaiton_kernel::Id;

/// Most commands of a batch.
pub const BATCH_CAP: usize = 4_000;
/// Longest that a batch is gathered while another is being written.
const BATCH_TIME: Duration = Duration::from_millis(10);
/// How often an idle lane looks for timers and effects that are due.
const IDLE: Duration = Duration::from_millis(100);
/// Timers and effects taken at a time.
const DUE_LIMIT: usize = 500;
/// Waits before a failed write is tried again.
const RETRIES: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(200), Duration::from_millis(800)];

/// What a lane is sent.
pub(crate) enum Message {
    Ticket(Ticket),
    /// Look for what is due now.
    Wake,
    Stop,
}

/// How the writer ended a batch.
enum Written {
    Done,
    /// The outcome was unknown and is known now: the lane was taken again under a new epoch.
    DoneRetaken(LaneRow),
    Failed(CommitError, Option<LaneRow>),
}

/// An effect for a worker; none tells it to end.
pub(crate) type Leased = Option<(Partition, Effect)>;

/// What a lane needs of its process.
pub(crate) struct Site {
    pub(crate) database: Arc<dyn Database>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) owner: String,
    pub(crate) address: String,
    pub(crate) lease_seconds: u32,
    /// Where leased effects go.
    pub(crate) workers: Sender<Leased>,
    pub(crate) queue: usize,
}

/// A running lane.
pub(crate) struct Lane {
    pub(crate) sender: Sender<Message>,
    pub(crate) thread: JoinHandle<()>,
}

#[expect(clippy::disallowed_methods, reason = "measures how long a batch is gathered; no decision sees it")]
fn instant() -> Instant {
    Instant::now()
}

/// Starts a lane that was just taken.
pub(crate) fn start(site: Arc<Site>, core: LaneCore, reader: Box<dyn Reader>, store: Box<dyn Store>) -> Lane {
    let (sender, receiver) = bounded(site.queue);
    let (to_writer, batches) = bounded::<Batch>(1);
    let (to_lane, results) = bounded::<Written>(1);
    let writer_site = Arc::clone(&site);
    let writer = std::thread::spawn(move || write(&writer_site, store, &batches, &to_lane));
    let loopback = sender.clone();
    let thread = std::thread::spawn(move || {
        let mut worker = Worker {
            site,
            core,
            reader,
            receiver,
            to_writer,
            results,
            waiting: Vec::new(),
            busy: Arc::default(),
            leases: 0,
            loopback,
            gathered_since: instant(),
            looked: instant(),
        };
        worker.work();
        drop(worker);
        drop(writer.join());
    });
    Lane { sender, thread }
}

fn write(site: &Site, store: Box<dyn Store>, batches: &Receiver<Batch>, results: &Sender<Written>) {
    let mut store = Some(store);
    while let Ok(batch) = batches.recv() {
        let written = write_one(site, &mut store, batch);
        if results.send(written).is_err() {
            return;
        }
    }
}

fn write_one(site: &Site, store: &mut Option<Box<dyn Store>>, mut batch: Batch) -> Written {
    let mut retaken: Option<LaneRow> = None;
    let mut waits = RETRIES.iter();
    loop {
        let result = match open(site, store) {
            Ok(store) => store.commit(&batch),
            Err(error) => Err(CommitError::Unavailable(error)),
        };
        let error = match result {
            Ok(()) => return retaken.map_or(Written::Done, Written::DoneRetaken),
            Err(error @ (CommitError::Lost | CommitError::Refused(_))) => {
                return Written::Failed(error, retaken);
            }
            Err(CommitError::Unknown(error)) => {
                *store = None;
                match site.database.take_lane(batch.lane, &site.owner, &site.address, site.lease_seconds) {
                    // Somebody had the lane in between: its number says nothing about our batch, and our memory is old.
                    Ok(Some(row)) if row.epoch != batch.epoch + 1 => {
                        return Written::Failed(CommitError::Lost, retaken);
                    }
                    Ok(Some(row)) if row.seq == batch.seq => return Written::DoneRetaken(row),
                    Ok(Some(row)) => {
                        batch.epoch = row.epoch;
                        retaken = Some(row);
                        continue;
                    }
                    Ok(None) => return Written::Failed(CommitError::Lost, retaken),
                    // The outcome stays unknown until the database answers again; the keys of the requests tell then.
                    Err(_) => CommitError::Unknown(error),
                }
            }
            Err(error @ CommitError::Unavailable(_)) => {
                *store = None;
                error
            }
        };
        match waits.next() {
            Some(wait) => pause(*wait),
            None => return Written::Failed(error, retaken),
        }
    }
}

/// Waits on a channel that nobody writes to: the one place where the writer has to let time pass.
fn pause(time: Duration) {
    let (_open, never) = bounded::<()>(0);
    let _ = never.recv_timeout(time);
}

fn open<'s>(site: &Site, store: &'s mut Option<Box<dyn Store>>) -> Result<&'s mut Box<dyn Store>, String> {
    if store.is_none() {
        *store = Some(site.database.store().map_err(|error| error.0)?);
    }
    store.as_mut().ok_or_else(|| "no connection".to_owned())
}

struct Worker {
    site: Arc<Site>,
    core: LaneCore,
    reader: Box<dyn Reader>,
    receiver: Receiver<Message>,
    to_writer: Sender<Batch>,
    results: Receiver<Written>,
    /// Tickets that head the next batch.
    waiting: Vec<Ticket>,
    /// Timers and effects that are on their way.
    busy: Arc<Mutex<FxHashSet<i64>>>,
    /// Leases asked for under this epoch: each is a request of its own.
    leases: u64,
    loopback: Sender<Message>,
    gathered_since: Instant,
    looked: Instant,
}

impl Worker {
    fn work(&mut self) {
        let mut stopping = false;
        loop {
            if self.waiting.is_empty() && self.core.in_hand() == 0 && !self.core.writing() {
                if stopping {
                    return;
                }
                match self.receiver.recv_timeout(IDLE) {
                    Ok(message) => stopping |= self.take(message),
                    Err(crossbeam_channel::RecvTimeoutError::Timeout) => self.look(),
                    Err(crossbeam_channel::RecvTimeoutError::Disconnected) => stopping = true,
                }
            }
            while self.waiting.len() + self.core.in_hand() < BATCH_CAP {
                match self.receiver.try_recv() {
                    Ok(message) => stopping |= self.take(message),
                    Err(_) => break,
                }
            }
            if self.looked.elapsed() > IDLE {
                self.look();
            }
            self.decide();
            let alive = if self.core.writing() { self.wait(&mut stopping) } else { self.hand_over() };
            if !alive {
                self.leave();
                return;
            }
        }
    }

    /// True when the lane is asked to stop.
    fn take(&mut self, message: Message) -> bool {
        match message {
            Message::Ticket(ticket) => {
                if self.waiting.is_empty() && self.core.in_hand() == 0 {
                    self.gathered_since = instant();
                }
                self.waiting.push(ticket);
                false
            }
            Message::Wake => {
                self.look();
                false
            }
            Message::Stop => true,
        }
    }

    fn decide(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let tickets = std::mem::take(&mut self.waiting);
        let (left, error) = self.core.decide(tickets, self.reader.as_mut());
        match error {
            None => self.waiting = left,
            Some(error) => {
                tracing::error!(%error, "reading failed");
                for ticket in left {
                    (ticket.reply)(Outcome::failed(Failure::Unavailable, error.0.clone()));
                }
                if let Ok(reader) = self.site.database.reader() {
                    self.reader = reader;
                }
            }
        }
    }

    /// Gives the batch in hand to the writer. False when the lane is lost.
    fn hand_over(&mut self) -> bool {
        if self.core.in_hand() == 0 {
            return true;
        }
        match self.core.seal() {
            Some(batch) => self.to_writer.send(batch).is_ok(),
            None => self.answer_unwritten(),
        }
    }

    /// Refusals and repeated answers need no write, and so no commit says that the lane is still ours. Whoever lost it
    /// must not tell them: its memory is old. False when the lane is lost.
    fn answer_unwritten(&mut self) -> bool {
        let row = self.core.row();
        match self.site.database.lane(row.lane) {
            Ok(now) if now.epoch == row.epoch => {
                self.answer();
                true
            }
            Ok(_) => false,
            Err(error) => self.recover(CommitError::Unavailable(error.0)),
        }
    }

    /// A batch is being written: gather for the next one a while, or wait for the end of the write.
    fn wait(&mut self, stopping: &mut bool) -> bool {
        let full = self.core.in_hand() + self.waiting.len() >= BATCH_CAP
            || self.gathered_since.elapsed() > BATCH_TIME;
        if full || *stopping {
            return match self.results.recv() {
                Ok(written) => self.settle(written),
                Err(_) => false,
            };
        }
        let (receiver, results) = (self.receiver.clone(), self.results.clone());
        select! {
            recv(results) -> written => match written {
                Ok(written) => self.settle(written),
                Err(_) => false,
            },
            recv(receiver) -> message => {
                match message {
                    Ok(message) => *stopping |= self.take(message),
                    Err(_) => *stopping = true,
                }
                true
            },
        }
    }

    fn settle(&mut self, written: Written) -> bool {
        match written {
            Written::Done => self.answer(),
            Written::DoneRetaken(row) => {
                self.core.retaken(&row);
                self.answer();
            }
            Written::Failed(error, retaken) => {
                if let Some(row) = retaken {
                    self.core.retaken(&row);
                }
                return self.recover(error);
            }
        }
        true
    }

    fn answer(&mut self) {
        let committed = self.core.committed();
        for (ticket, outcome) in committed.answers {
            (ticket.reply)(outcome);
        }
        if committed.due {
            self.look();
        }
    }

    fn recover(&mut self, error: CommitError) -> bool {
        let (failed, follower) = self.core.failed();
        match error {
            CommitError::Lost => {
                tracing::warn!(lane = self.core.row().lane, "lane lost");
                for ticket in failed.into_iter().chain(follower) {
                    (ticket.reply)(Outcome::failed(Failure::Moved, "another process owns the lane"));
                }
                return false;
            }
            CommitError::Unavailable(detail) => {
                tracing::error!(%detail, "commit failed");
                for ticket in failed {
                    (ticket.reply)(Outcome::failed(Failure::Unavailable, detail.clone()));
                }
            }
            CommitError::Unknown(detail) => {
                // Neither yes nor no can be said; the lane is given up so that the next owner reads the truth.
                tracing::error!(%detail, "commit outcome unknown, lane given up");
                for ticket in failed.into_iter().chain(follower) {
                    (ticket.reply)(Outcome::failed(Failure::Unavailable, detail.clone()));
                }
                return false;
            }
            CommitError::Refused(detail) => {
                tracing::error!(%detail, commands = failed.len(), "the database refused a batch");
                let mut rest = std::mem::take(&mut self.waiting);
                let alive = self.isolate(failed);
                // What came due meanwhile waits behind those who waited before.
                let mut due = std::mem::replace(&mut self.waiting, follower);
                self.waiting.append(&mut rest);
                self.waiting.append(&mut due);
                return alive;
            }
        }
        let mut rest = std::mem::take(&mut self.waiting);
        self.waiting = follower;
        self.waiting.append(&mut rest);
        true
    }

    /// Commits halves, and halves of halves, until the command that the database refuses stands alone.
    fn isolate(&mut self, tickets: Vec<Ticket>) -> bool {
        let mut groups = vec![tickets];
        let alive = self.isolate_groups(&mut groups);
        // A lane that is lost on the way still owes answers.
        self.waiting.extend(groups.into_iter().rev().flatten());
        alive
    }

    fn isolate_groups(&mut self, groups: &mut Vec<Vec<Ticket>>) -> bool {
        while let Some(group) = groups.pop() {
            if group.is_empty() {
                continue;
            }
            let alone = group.len() == 1;
            let (left, error) = self.core.decide(group, self.reader.as_mut());
            if let Some(error) = error {
                for ticket in left {
                    (ticket.reply)(Outcome::failed(Failure::Unavailable, error.0.clone()));
                }
            } else if !left.is_empty() {
                groups.push(left);
            }
            let Some(batch) = self.core.seal() else {
                if !self.answer_unwritten() {
                    return false;
                }
                continue;
            };
            if self.to_writer.send(batch).is_err() {
                return false;
            }
            match self.results.recv() {
                Ok(Written::Failed(CommitError::Refused(detail), retaken)) => {
                    if let Some(row) = retaken {
                        self.core.retaken(&row);
                    }
                    let (mut failed, _) = self.core.failed();
                    if alone || failed.len() == 1 {
                        for ticket in failed {
                            let name = ticket.request.command.name();
                            tracing::error!(command = name, input = ?ticket.request.input, %detail, "refused by the database");
                            (ticket.reply)(Outcome::failed(
                                Failure::Bug,
                                format!("{name}: refused by the database"),
                            ));
                        }
                    } else {
                        let second = failed.split_off(failed.len() / 2);
                        groups.push(second);
                        groups.push(failed);
                    }
                }
                Ok(written) => {
                    if !self.settle(written) {
                        return false;
                    }
                }
                Err(_) => return false,
            }
        }
        true
    }

    /// Sends what is due on its way: timers as commands, effects to the workers once they are leased.
    fn look(&mut self) {
        self.looked = instant();
        let lane = self.core.row().lane;
        for environment in [Environment::Live, Environment::Sandbox] {
            let now = self.site.clock.now(environment);
            let due = |kind, reader: &mut dyn Reader| {
                reader.due(kind, lane, environment, now, DUE_LIMIT).unwrap_or_else(|error| {
                    tracing::error!(%error, "reading what is due failed");
                    Vec::new()
                })
            };
            for (partition, id) in due(Timer::KIND, self.reader.as_mut()) {
                let timer = FireTimer { partition, timer: TimerId::from_raw(id) };
                let request = Request::new(Arc::new(timer), &format!("timer/{id}"), Actor::system());
                self.dispatch(id, request, None);
            }
            for (partition, id) in due(Effect::KIND, self.reader.as_mut()) {
                let lease = LeaseEffect { partition, effect: EffectId::from_raw(id) };
                self.leases += 1;
                let key = format!("lease/{id}/{}/{}", self.core.row().epoch, self.leases);
                let request = Request::new(Arc::new(lease), &key, Actor::system());
                self.dispatch(id, request, Some((partition, self.site.workers.clone())));
            }
        }
    }

    fn dispatch(&mut self, id: i64, request: Request, effect: Option<(Partition, Sender<Leased>)>) {
        let busy = Arc::clone(&self.busy);
        if !busy.lock().expect("nobody panics while holding this set").insert(id) {
            return;
        }
        let reply = Box::new(move |outcome: Outcome| {
            if let (Some((partition, workers)), Ok(Some(leased))) =
                (effect, outcome.reply::<Option<Effect>>())
            {
                drop(workers.send(Some((partition, leased))));
            }
            // A bug would be one again at every look, and spoil its neighbours' batches: not before the lane's next run.
            if !matches!(outcome, Outcome::Failed { failure: Failure::Bug, .. }) {
                busy.lock().expect("nobody panics while holding this set").remove(&id);
            }
        });
        self.waiting.push(Ticket { request, reply });
    }

    /// The lane ends while requests wait: they are told to go to the new owner.
    fn leave(&mut self) {
        drop(self.loopback.clone());
        let (failed, follower) = self.core.failed();
        let waiting = std::mem::take(&mut self.waiting);
        for ticket in failed.into_iter().chain(follower).chain(waiting) {
            (ticket.reply)(Outcome::failed(Failure::Moved, "the lane ended"));
        }
        while let Ok(message) = self.receiver.try_recv() {
            if let Message::Ticket(ticket) = message {
                (ticket.reply)(Outcome::failed(Failure::Moved, "the lane ended"));
            }
        }
    }
}
