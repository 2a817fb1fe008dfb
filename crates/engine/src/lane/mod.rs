//! A lane at work: one thread decides, one writes. Takes tickets from a bounded queue, groups as many as wait into
//! a batch, decides the next batch while one is being written, and answers after the commit. Decides nothing itself.
//!
//! `writer.rs` the thread that writes; `recovery.rs` what follows when a batch was not written; `due.rs` timers and effects.

mod due;
mod recovery;
mod writer;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, select};
use rustc_hash::FxHashSet;
use zaiton_kernel::Partition;

use crate::batch::Batch;
use crate::command::{Failure, Outcome};
use crate::core::{LaneCore, Ticket};
use crate::outbox::Effect;
use crate::port::{Clock, CommitError, Database, Reader, Store};
use crate::watch::Tally;

use writer::{Written, write};

/// Most commands of a batch.
pub const BATCH_CAP: usize = 4_000;
/// Longest that a batch is gathered while another is being written.
const BATCH_TIME: Duration = Duration::from_millis(10);
/// How often an idle lane looks for timers and effects that are due.
const IDLE: Duration = Duration::from_millis(100);

/// What a lane is sent.
pub(crate) enum Message {
    Ticket(Ticket),
    /// Look for what is due now.
    Wake,
    Stop,
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
    /// Where those go that take long.
    pub(crate) long_workers: Sender<Leased>,
    pub(crate) queue: usize,
    /// The process stops: nothing that is due is begun any more.
    pub(crate) stopping: AtomicBool,
    /// How much of what was due is done: rung at each timer and each effect.
    pub(crate) finished: (Mutex<u64>, Condvar),
    /// Whom to tell that something was written.
    pub(crate) on_commit: Option<crate::engine::OnCommit>,
    /// Whom to tell what was answered and written.
    pub(crate) watch: Option<Arc<dyn crate::watch::Watch>>,
}

impl Site {
    /// Something that was due is done.
    pub(crate) fn ring(&self) {
        let (count, bell) = &self.finished;
        *count.lock().expect("finished lock") += 1;
        bell.notify_all();
    }
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
        let mut tally = Tally::default();
        for (ticket, outcome) in committed.answers {
            if self.site.watch.is_some() {
                tally.add(ticket.request.command.name(), &outcome);
            }
            (ticket.reply)(outcome);
        }
        if let Some(watch) = &self.site.watch {
            tally.tell(watch.as_ref());
        }
        if committed.due {
            self.look();
        }
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
