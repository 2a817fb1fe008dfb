//! A lane driven by hand: the test says when a batch is decided, sealed, written, or lost. No threads.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use zaiton_engine::command::Request;
use zaiton_engine::core::{CacheSize, LaneCore, Ticket};
use zaiton_engine::{Actor, Batch, Clock, Command, CommitError, Database, Outcome, Reader, Registry, Store};

use crate::{chain_check, toy};

/// A generation of this size forgets all the time.
pub const TINY: CacheSize = CacheSize { records: 16, partitions: 16, keys: 16, recent_keys: 3 };

/// The lane.
pub struct Hand {
    /// Its memory and decisions.
    pub core: LaneCore,
    /// Reads.
    pub reader: Box<dyn Reader>,
    /// Commits.
    pub store: Box<dyn Store>,
}

/// How a list of requests is run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Sizes of the batches, over and over.
    pub sizes: Vec<usize>,
    /// Which batches are lost before they are written, over and over; at most every second one may be.
    pub losses: Vec<bool>,
    /// After which batches all of memory is forgotten, over and over.
    pub forgets: Vec<bool>,
}

impl Plan {
    /// Batches of one, nothing lost.
    #[must_use]
    pub fn single() -> Self {
        Self { sizes: vec![1], losses: vec![false], forgets: vec![false] }
    }
}

/// A request of a test's actor.
#[must_use]
pub fn request<C: Command>(key: &str, command: C) -> Request {
    Request::new(Arc::new(command), key, Actor::new("person:test"))
}

/// Another request just like it.
#[must_use]
pub fn again(request: &Request) -> Request {
    Request {
        command: Arc::clone(&request.command),
        partition: request.partition,
        key: request.key,
        input: request.input,
        actor: request.actor.clone(),
        trace: request.trace,
    }
}

impl Hand {
    /// Takes a lane of a database with the toy commands.
    #[must_use]
    pub fn take(
        database: &dyn Database,
        lane: u16,
        owner: &str,
        clock: Arc<dyn Clock>,
        size: CacheSize,
    ) -> Self {
        Self::with(Arc::new(toy::registry_with_engine()), database, lane, owner, clock, size)
    }

    /// Takes a lane of a database with these commands.
    #[must_use]
    pub fn with(
        registry: Arc<Registry>,
        database: &dyn Database,
        lane: u16,
        owner: &str,
        clock: Arc<dyn Clock>,
        size: CacheSize,
    ) -> Self {
        let row =
            database.take_lane(lane, owner, "", 60).expect("lanes can be read").expect("the lane is free");
        let mut reader = database.reader().expect("a reader opens");
        let lanes = database.lanes();
        let core = LaneCore::new(row, lanes, size, registry, clock, chain_check::key(), reader.as_mut())
            .expect("the lane's keys can be read");
        Self { core, reader, store: database.store().expect("a store opens") }
    }

    /// Takes the only lane of a database.
    #[must_use]
    pub fn only(database: &dyn Database, clock: Arc<dyn Clock>, size: CacheSize) -> Self {
        Self::take(database, 0, "hand", clock, size)
    }

    /// Decides and commits one batch of requests; their outcomes, in their order.
    ///
    /// # Errors
    /// The batch was not written.
    pub fn batch(&mut self, requests: Vec<Request>) -> Result<Vec<Outcome>, CommitError> {
        let (tickets, outcomes) = tickets(requests);
        let mut waiting = tickets;
        while !waiting.is_empty() {
            let (left, error) = self.core.decide(waiting, self.reader.as_mut());
            assert_eq!(error, None, "test databases can be read");
            waiting = left;
        }
        if let Some(batch) = self.core.seal()
            && let Err(error) = self.store.commit(&batch)
        {
            drop(self.core.failed());
            return Err(error);
        }
        self.answer();
        Ok(outcomes())
    }

    /// One request in a batch of its own, which is written.
    #[must_use]
    pub fn one<C: Command>(&mut self, key: &str, command: C) -> Outcome {
        self.batch(vec![request(key, command)]).expect("written").remove(0)
    }

    /// The batch that was written answers.
    pub fn answer(&mut self) {
        for (ticket, outcome) in self.core.committed().answers {
            (ticket.reply)(outcome);
        }
    }

    /// Runs requests in batches, deciding each batch while the one before is still in flight.
    #[must_use]
    pub fn run(&mut self, requests: Vec<Request>, plan: &Plan) -> Vec<Outcome> {
        let (tickets, outcomes) = tickets(requests);
        let mut queue: VecDeque<Ticket> = tickets.into();
        let mut flight: Option<Batch> = None;
        let mut just_lost = false;
        let mut round = 0;
        while !queue.is_empty() || flight.is_some() || self.core.in_hand() > 0 {
            let size = plan.sizes[round % plan.sizes.len()].min(queue.len());
            let (left, error) = self.core.decide(queue.drain(..size).collect(), self.reader.as_mut());
            assert_eq!(error, None, "test databases can be read");
            prepend(&mut queue, left);
            if let Some(batch) = flight.take() {
                if plan.losses[round % plan.losses.len()] && !just_lost {
                    just_lost = true;
                    let (failed, follower) = self.core.failed();
                    prepend(&mut queue, follower);
                    prepend(&mut queue, failed);
                } else {
                    just_lost = false;
                    self.store.commit(&batch).expect("a batch that the toy made is written");
                    self.answer();
                    if plan.forgets[round % plan.forgets.len()] {
                        self.core.forget();
                    }
                }
            }
            if self.core.in_hand() > 0 {
                flight = self.core.seal();
                if flight.is_none() {
                    self.answer();
                }
            }
            round += 1;
            assert!(round < 100_000, "every round gets on");
        }
        outcomes()
    }
}

fn prepend(queue: &mut VecDeque<Ticket>, tickets: Vec<Ticket>) {
    for ticket in tickets.into_iter().rev() {
        queue.push_front(ticket);
    }
}

/// Tickets for requests, and a way to ask for all their outcomes once they are answered.
fn tickets(requests: Vec<Request>) -> (Vec<Ticket>, impl FnOnce() -> Vec<Outcome>) {
    let answers: Arc<Mutex<Vec<Option<Outcome>>>> = Arc::new(Mutex::new(vec![None; requests.len()]));
    let tickets = requests
        .into_iter()
        .enumerate()
        .map(|(at, request)| {
            let answers = Arc::clone(&answers);
            let reply = Box::new(move |outcome| {
                let before = answers.lock().expect("answers lock")[at].replace(outcome);
                assert!(before.is_none(), "a request is answered once");
            });
            Ticket { request, reply }
        })
        .collect();
    let outcomes = move || {
        let mut answers = answers.lock().expect("answers lock");
        answers.iter_mut().map(|answer| answer.take().expect("every request is answered")).collect()
    };
    (tickets, outcomes)
}
