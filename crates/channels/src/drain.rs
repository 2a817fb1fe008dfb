//! A pull of a connection that has a queue of notifications: what the queue names is fetched and handed over first, and the
//! list by last update, whose budget is small, is asked for only now and then, as a net below it (spec 55, R4-02).
//!
//! The queue's messages are deleted when the caller confirms that what they brought is stored: a crash before it repeats and
//! never skips. The queue never moves the cursor: only a list can say that everything until a moment is known.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::ControlFlow;

use zaiton_connect::orders::read_amazon_notification;
use zaiton_kernel::Timestamp;

use crate::amazon_queue::{BATCH, Letter, Sqs};
use crate::calls::Calls;
use crate::error::Stop;
use crate::message::Message;
use crate::page::Adapter;
use crate::pull::{Cursor, Pulled, Stopped, pull as list};
use crate::window::{is_listed_lately, lag as lag_of_list, lag_above_queue};

/// How often the queue is asked in one pull: two hundred messages.
const ROUNDS: u32 = 20;

/// What a queue of notifications gave in one pull.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Messages that came, those that came again among them; 200 at most.
    pub received: u64,
    /// Orders that were fetched because a message named them.
    pub fetched: u64,
    /// Messages that gave no order, which people are told. They are deleted with the others, but for those of another
    /// seller, which are left to whoever reads them.
    pub skipped: Vec<Skipped>,
    /// Whether the queue had nothing more; if not, pull on.
    pub is_emptied: bool,
    /// Why it was left early. Then the list was asked for as if there were no queue.
    pub failed: Option<Stop>,
}

/// A message of a queue that gave no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The queue's id of the message.
    pub message_id: String,
    /// The order that it names, where it names one.
    pub order_id: Option<String>,
    /// Why, as a stable code: that of the reader (`import.other_notification`), or `channels.order_unknown`,
    /// `channels.order_refused`, `channels.another_order`, `channels.another_seller`.
    pub code: &'static str,
}

/// A queue at work.
pub(crate) struct Queue {
    sqs: Sqs,
    seller: Option<String>,
    /// Received and not looked at yet.
    inbox: VecDeque<Letter>,
    /// Looked at since the last pull began: deleted when they are confirmed.
    done: Vec<String>,
}

/// An order that was fetched in this pull.
struct Fetched {
    round: u32,
    updated_at: Option<Timestamp>,
}

/// A drain under way.
struct Run<'a> {
    queue: &'a mut Queue,
    adapter: &'a mut dyn Adapter,
    calls: &'a mut Calls,
    hand: &'a mut dyn FnMut(Message) -> ControlFlow<()>,
    round: u32,
    fetched: HashMap<String, Fetched>,
    sent: HashSet<[u8; 32]>,
    repeated: u64,
    told: Drained,
}

/// What becomes of a message.
enum Fate {
    /// It is deleted when the pull is confirmed.
    Done,
    /// It gave no order, and is deleted too.
    Skipped(Option<String>, &'static str),
    /// It stays in the queue.
    Left(Option<String>, &'static str),
}

impl Queue {
    pub(crate) fn new(sqs: Sqs, seller: Option<String>) -> Self {
        Self { sqs, seller, inbox: VecDeque::new(), done: Vec::new() }
    }

    /// Deletes what the last pull looked at. What could not be deleted yet is deleted by the next confirmation.
    pub(crate) fn confirm(&mut self) -> Result<u64, Stop> {
        let mut deleted = 0;
        while !self.done.is_empty() {
            let count = self.done.len().min(BATCH);
            deleted += self.sqs.delete(self.done.get(..count).unwrap_or_default())?;
            self.done.drain(..count);
        }
        Ok(deleted)
    }

    /// What an earlier pull brought and nobody confirmed may not be stored: it comes again. What was received and is
    /// shown to others again by now is theirs.
    fn begin(&mut self) {
        self.done.clear();
        let now = self.sqs.now();
        self.inbox.retain(|letter| now < letter.until);
    }
}

/// Pulls: the queue, then the list where it is due.
pub(crate) fn pull(
    queue: &mut Queue,
    (adapter, calls): (&mut dyn Adapter, &mut Calls),
    most_pages: u32,
    cursor: &Cursor,
    hand: &mut dyn FnMut(Message) -> ControlFlow<()>,
) -> Result<Pulled, Box<Stopped>> {
    queue.begin();
    let (fetched, sent) = (HashMap::new(), HashSet::new());
    let told = Drained::default();
    let mut run = Run { queue, adapter, calls, hand, round: 0, fetched, sent, repeated: 0, told };
    let ended = run.drain();
    let Run { sent, mut repeated, told: drained, .. } = run;
    let of_queue = u64::try_from(sent.len()).unwrap_or(u64::MAX);
    // What a queue still holds is not captured: then only the list counts.
    let measure = if drained.is_emptied { lag_above_queue } else { lag_of_list };
    let lag = measure(cursor.until, calls.now());
    if let Err(why) = ended {
        let cursor = cursor.clone();
        return Err(Box::new(Stopped { why, cursor, handed: of_queue, lag, queue: Some(drained) }));
    }
    let is_due = cursor.unfinished.is_some() || !is_listed_lately(cursor.until, calls.now());
    if !is_due && drained.failed.is_none() {
        let (cursor, is_caught_up) = (cursor.clone(), drained.is_emptied);
        let queue = Some(drained);
        return Ok(Pulled {
            cursor,
            handed: of_queue,
            repeated,
            is_caught_up,
            out_of_reach: None,
            lag,
            queue,
        });
    }
    let mut again = 0;
    let mut once = |message: Message| {
        if sent.contains(&message.hash) {
            again += 1;
            return ControlFlow::Continue(());
        }
        hand(message)
    };
    let listed = list(adapter, calls, most_pages, cursor, &mut once);
    repeated += again;
    match listed {
        Ok(pulled) => Ok(Pulled {
            handed: of_queue + pulled.handed.saturating_sub(again),
            repeated: repeated + pulled.repeated,
            is_caught_up: pulled.is_caught_up && (drained.is_emptied || drained.failed.is_some()),
            lag: measure(pulled.cursor.until, calls.now()),
            queue: Some(drained),
            ..pulled
        }),
        Err(stopped) => {
            let handed = of_queue + stopped.handed.saturating_sub(again);
            let lag = measure(stopped.cursor.until, calls.now());
            Err(Box::new(Stopped { handed, lag, queue: Some(drained), ..*stopped }))
        }
    }
}

impl Run<'_> {
    /// Goes through the queue. What ends it early is told, and ends the pull only when the channel itself is not to
    /// be asked, or the caller takes no more.
    fn drain(&mut self) -> Result<(), Stop> {
        while self.round < ROUNDS {
            self.round += 1;
            if self.queue.inbox.is_empty() {
                match self.queue.sqs.receive() {
                    Ok(letters) => self.queue.inbox.extend(letters),
                    Err(stop) => {
                        self.told.failed = Some(stop);
                        return Ok(());
                    }
                }
            }
            if self.queue.inbox.is_empty() {
                self.told.is_emptied = true;
                return Ok(());
            }
            while let Some(letter) = self.queue.inbox.pop_front() {
                match self.look_at(&letter) {
                    Ok(fate) => self.settle(letter, fate),
                    // It stays in the queue, for it may be another seller's, or the credentials' fault.
                    Err(stop @ Stop::Unauthorised { .. }) => {
                        self.told.received += 1;
                        self.told.failed = Some(stop);
                        return Ok(());
                    }
                    Err(stop) => {
                        self.queue.inbox.push_front(letter);
                        return Err(stop);
                    }
                }
            }
        }
        Ok(())
    }

    fn settle(&mut self, letter: Letter, fate: Fate) {
        self.told.received += 1;
        let is_left = matches!(fate, Fate::Left(..));
        if let Fate::Skipped(order_id, code) | Fate::Left(order_id, code) = fate {
            self.told.skipped.push(Skipped { message_id: letter.id, order_id, code });
        }
        if !is_left {
            self.queue.done.push(letter.receipt);
        }
    }

    /// Fetches the order that a message names, unless what was fetched already holds that change.
    fn look_at(&mut self, letter: &Letter) -> Result<Fate, Stop> {
        let change = match read_amazon_notification(letter.body.as_bytes()) {
            Ok(change) => change,
            Err(error) => return Ok(Fate::Skipped(None, error.code)),
        };
        let id = change.order_id;
        let is_anothers = |ours: &String| change.seller.as_ref().is_some_and(|seller| seller != ours);
        if self.queue.seller.as_ref().is_some_and(is_anothers) {
            return Ok(Fate::Left(Some(id), "channels.another_seller"));
        }
        if let Some(fetched) = self.fetched.get(&id) {
            // Messages of one round came before any of its orders was fetched; both moments of another are the channel's.
            let holds =
                change.at.is_some_and(|at| fetched.updated_at.is_some_and(|updated| at.at <= updated));
            if holds || fetched.round == self.round {
                return Ok(Fate::Done);
            }
        }
        let message = match self.adapter.fetch(self.calls, &id) {
            Ok(Some(message)) => message,
            Ok(None) => return Ok(Fate::Skipped(Some(id), "channels.order_unknown")),
            // What is wrong with one order must not keep back all the others.
            Err(
                Stop::Refused { .. }
                | Stop::ChannelError { .. }
                | Stop::TooLarge { .. }
                | Stop::Unreadable { .. }
                | Stop::Loops { .. }
                | Stop::TooManyPages { .. }
                | Stop::BadId,
            ) => return Ok(Fate::Skipped(Some(id), "channels.order_refused")),
            Err(stop) => return Err(stop),
        };
        self.told.fetched += 1;
        if message.order_id().is_some_and(|other| other != id) {
            return Ok(Fate::Skipped(Some(id), "channels.another_order"));
        }
        let updated_at =
            message.order.as_ref().ok().and_then(|order| order.updated_at).map(|moment| moment.at);
        let hash = message.hash;
        if self.sent.contains(&hash) {
            self.repeated += 1;
        } else if (self.hand)(message).is_break() {
            return Err(Stop::Hand);
        }
        self.sent.insert(hash);
        self.fetched.insert(id, Fetched { round: self.round, updated_at });
        Ok(Fate::Done)
    }
}
