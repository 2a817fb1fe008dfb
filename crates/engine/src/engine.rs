//! The engine of a process: the lanes it owns, the way to lanes of others, and the workers that carry out effects.
//! Holds no rule.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, unbounded};
use serde::{Deserialize, Serialize};
use zaiton_kernel::{Environment, Partition};

use crate::chain::ChainKey;
use crate::command::{Actor, Command, Failure, Outcome, Registry, Request, RequestKey};
use crate::core::{CacheSize, LaneCore, Reply, Ticket};
use crate::lane::{Lane, Leased, Message, Site, start};
use crate::outbox::{Deliver, Effect, FinishEffect, Timer};
use crate::port::{Clock, Database, StoreError};
use crate::record::Record;

/// What went wrong with an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectError {
    /// For the operator. Never personal values.
    pub detail: String,
    /// Trying again cannot help.
    pub hopeless: bool,
}

/// Carries out effects of one kind. Called at least once an effect; the effect's id makes what it does idempotent.
pub trait Handler: Send + Sync {
    /// Does it.
    ///
    /// # Errors
    /// To be tried again later, or hopeless.
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError>;
}

/// A request as it travels to the lane's owner.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Forwarded {
    /// Command name.
    pub command: String,
    /// Command JSON.
    pub body: String,
    /// Idempotency key, hex.
    pub key: String,
    /// Who asks.
    pub actor: Actor,
}

/// Carries requests to another process.
pub trait Forwarder: Send + Sync {
    /// Sends a request to the owner's address and waits for the outcome.
    ///
    /// # Errors
    /// The owner cannot be reached.
    fn forward(&self, address: &str, request: &Forwarded) -> Result<Outcome, String>;
}

/// What is called at each beat of an engine's keeper.
pub type OnBeat = Arc<dyn Fn(&Registry) + Send + Sync>;

/// How an engine is set up.
pub struct Config {
    /// Name of this process, unlike any other's.
    pub owner: String,
    /// Where it takes forwarded requests; empty when it does not.
    pub address: String,
    /// How long a silent owner keeps its lanes.
    pub lease_seconds: u32,
    /// Memory of a lane.
    pub cache: CacheSize,
    /// Requests that may wait for a lane.
    pub queue: usize,
    /// Threads that carry out effects.
    pub workers: usize,
    /// Called about three times a lease, beside everything: to read anew what commands refer to.
    pub on_beat: Option<OnBeat>,
}

impl Config {
    /// Defaults under a process name.
    #[must_use]
    pub fn new(owner: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            address: String::new(),
            lease_seconds: 5,
            cache: CacheSize::default(),
            queue: 32_000,
            workers: 4,
            on_beat: None,
        }
    }
}

/// The engine of a process.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    site: Arc<Site>,
    cache: CacheSize,
    registry: Arc<Registry>,
    chain: ChainKey,
    handlers: HashMap<&'static str, Arc<dyn Handler>>,
    forwarder: Option<Arc<dyn Forwarder>>,
    lanes: RwLock<HashMap<u16, Lane>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    stop: Mutex<Option<Sender<()>>>,
    on_beat: Option<OnBeat>,
    finished: (Mutex<u64>, Condvar),
}

impl Engine {
    /// Starts: takes what lanes it can get, and goes on trying to get the lanes of owners that fall silent.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub fn start(
        config: Config,
        database: Arc<dyn Database>,
        registry: Registry,
        clock: Arc<dyn Clock>,
        chain: ChainKey,
        handlers: HashMap<&'static str, Arc<dyn Handler>>,
        forwarder: Option<Arc<dyn Forwarder>>,
    ) -> Result<Self, StoreError> {
        let (workers, effects) = unbounded();
        let (stop, stopped) = bounded(0);
        let site = Arc::new(Site {
            database,
            clock,
            owner: config.owner,
            address: config.address,
            lease_seconds: config.lease_seconds,
            workers,
            queue: config.queue,
        });
        let registry = registry
            .with::<crate::outbox::FireTimer>()
            .with::<crate::outbox::LeaseEffect>()
            .with::<crate::outbox::Deliver>()
            .with::<crate::outbox::FinishEffect>()
            .with::<crate::outbox::RetryEffect>()
            .with::<crate::outbox::RetryTimer>()
            .with::<crate::outbox::RetryParked>()
            .with::<crate::outbox::DropParked>();
        let engine = Self(Arc::new(Inner {
            site,
            cache: config.cache,
            registry: Arc::new(registry),
            chain,
            handlers,
            forwarder,
            lanes: RwLock::default(),
            threads: Mutex::default(),
            stop: Mutex::new(Some(stop)),
            on_beat: config.on_beat,
            finished: (Mutex::new(0), Condvar::new()),
        }));
        engine.take_lanes()?;
        let mut threads = Vec::new();
        for _ in 0..config.workers.max(1) {
            let (engine, effects) = (engine.clone(), effects.clone());
            threads.push(std::thread::spawn(move || engine.carry_out(&effects)));
        }
        let keeper = engine.clone();
        threads.push(std::thread::spawn(move || keeper.keep(&stopped)));
        *engine.0.threads.lock().expect("threads are only listed") = threads;
        Ok(engine)
    }

    /// Lanes of this process now, sorted.
    #[must_use]
    pub fn owned(&self) -> Vec<u16> {
        let lanes = self.0.lanes.read().expect("lanes lock");
        let running = lanes.iter().filter(|(_, lane)| !lane.thread.is_finished());
        let mut owned: Vec<u16> = running.map(|(number, _)| *number).collect();
        owned.sort_unstable();
        owned
    }

    /// A partition's lane is this process's.
    #[must_use]
    pub fn owns(&self, partition: Partition) -> bool {
        let lane = partition.lane(self.0.site.database.lanes());
        self.0.lanes.read().expect("lanes lock").get(&lane).is_some_and(|lane| !lane.thread.is_finished())
    }

    /// The commands it knows.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// The database it stands on.
    #[must_use]
    pub fn database(&self) -> &Arc<dyn Database> {
        &self.0.site.database
    }

    /// The installation's key: for whoever sends one-time codes.
    #[must_use]
    pub fn chain(&self) -> &ChainKey {
        &self.0.chain
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.site.clock
    }

    fn take_lanes(&self) -> Result<(), StoreError> {
        let site = &self.0.site;
        for lane in 0..site.database.lanes() {
            let running = self.0.lanes.read().expect("lanes lock").get(&lane).map(|l| l.thread.is_finished());
            if running == Some(false) {
                continue;
            }
            let Some(row) = site.database.take_lane(lane, &site.owner, &site.address, site.lease_seconds)?
            else {
                continue;
            };
            let mut reader = site.database.reader()?;
            let core = LaneCore::new(
                row,
                site.database.lanes(),
                self.0.cache,
                Arc::clone(&self.0.registry),
                Arc::clone(&site.clock),
                self.0.chain.clone(),
                reader.as_mut(),
            )?;
            let lane_of_ours = start(Arc::clone(site), core, reader, site.database.store()?);
            self.0.lanes.write().expect("lanes lock").insert(lane, lane_of_ours);
        }
        Ok(())
    }

    /// Prolongs leases and looks for lanes without an owner, until told to stop.
    fn keep(&self, stopped: &Receiver<()>) {
        let site = &self.0.site;
        let third = Duration::from_millis(u64::from(site.lease_seconds) * 1_000 / 3);
        while stopped.recv_timeout(third) == Err(crossbeam_channel::RecvTimeoutError::Timeout) {
            if let Some(on_beat) = &self.0.on_beat {
                on_beat(&self.0.registry);
            }
            match site.database.renew_lanes(&site.owner, site.lease_seconds) {
                Ok(held) => self.let_go(&held),
                Err(error) => tracing::error!(%error, "the lanes' lease could not be prolonged"),
            }
            if let Err(error) = self.take_lanes() {
                tracing::error!(%error, "lanes could not be taken");
            }
        }
    }

    /// Ends lanes that another process has taken: what is in their memory is no longer the truth.
    fn let_go(&self, held: &[u16]) {
        let lost: Vec<(u16, Lane)> = {
            let mut lanes = self.0.lanes.write().expect("lanes lock");
            let gone: Vec<u16> = lanes.keys().filter(|lane| !held.contains(lane)).copied().collect();
            gone.into_iter().filter_map(|lane| lanes.remove(&lane).map(|running| (lane, running))).collect()
        };
        for (lane, running) in lost {
            tracing::warn!(lane, "another process has taken this lane");
            drop(running.sender.send(Message::Stop));
        }
    }

    /// Sends a request to its lane. The reply comes once the outcome is durable; at once when the queue is full.
    pub fn submit(&self, request: Request, reply: Reply) {
        self.send(Ticket { request, reply }, false);
    }

    /// As [`Self::submit`], waiting for room in the queue: for imports.
    pub fn submit_patiently(&self, request: Request, reply: Reply) {
        self.send(Ticket { request, reply }, true);
    }

    /// As [`Self::submit`], but only to a lane of this process: where that is not here, the request is given back at once.
    /// For callers that may wait neither for the database nor for another process.
    ///
    /// # Errors
    /// The request and its reply, untouched.
    pub fn submit_here(&self, request: Request, reply: Reply) -> Result<(), Box<(Request, Reply)>> {
        match self.send_here(Ticket { request, reply }, false) {
            Some((_, ticket)) => Err(Box::new((ticket.request, ticket.reply))),
            None => Ok(()),
        }
    }

    fn send(&self, ticket: Ticket, patient: bool) {
        if let Some((lane, ticket)) = self.send_here(ticket, patient) {
            self.forward(lane, ticket);
        }
    }

    /// Gives the ticket back when the lane is not here.
    fn send_here(&self, ticket: Ticket, patient: bool) -> Option<(u16, Ticket)> {
        let lane = ticket.request.partition.lane(self.0.site.database.lanes());
        let sender = self
            .0
            .lanes
            .read()
            .expect("lanes lock")
            .get(&lane)
            .filter(|lane| !lane.thread.is_finished())
            .map(|lane| lane.sender.clone());
        let Some(sender) = sender else { return Some((lane, ticket)) };
        let unsent = if patient {
            sender.send(Message::Ticket(ticket)).err().map(|error| (error.0, Failure::Moved))
        } else {
            match sender.try_send(Message::Ticket(ticket)) {
                Ok(()) => None,
                Err(TrySendError::Full(message)) => Some((message, Failure::Busy)),
                Err(TrySendError::Disconnected(message)) => Some((message, Failure::Moved)),
            }
        };
        if let Some((Message::Ticket(ticket), failure)) = unsent {
            (ticket.reply)(Outcome::failed(failure, "the lane's queue did not take it"));
        }
        None
    }

    fn forward(&self, lane: u16, ticket: Ticket) {
        let outcome = self.forwarded(lane, &ticket.request);
        (ticket.reply)(outcome);
    }

    fn forwarded(&self, lane: u16, request: &Request) -> Outcome {
        let row = match self.0.site.database.lane(lane) {
            Ok(row) => row,
            Err(error) => return Outcome::failed(Failure::Unavailable, error.0),
        };
        if row.owner == self.0.site.owner {
            return Outcome::failed(Failure::Moved, "the lane is between two runs of this process");
        }
        let Some(forwarder) = self.0.forwarder.as_ref().filter(|_| !row.address.is_empty()) else {
            return Outcome::failed(
                Failure::Moved,
                "another process owns the lane and takes no commands from here",
            );
        };
        let forwarded = Forwarded {
            command: request.command.name().to_owned(),
            body: request.command.body(),
            key: format!("{:032x}", u128::from_be_bytes(request.key.0)),
            actor: request.actor.clone(),
        };
        forwarder
            .forward(&row.address, &forwarded)
            .unwrap_or_else(|error| Outcome::failed(Failure::Moved, error))
    }

    /// A request that came from another process: run here or refused as moved, never sent on.
    ///
    /// # Errors
    /// An unknown command or a body that does not fit.
    pub fn accept_forwarded(&self, forwarded: &Forwarded, reply: Reply) -> Result<(), String> {
        let command = self
            .0
            .registry
            .decode(&forwarded.command, &forwarded.body)
            .ok_or_else(|| format!("unknown command {}", forwarded.command))?
            .map_err(|error| error.to_string())?;
        let key = u128::from_str_radix(&forwarded.key, 16).map_err(|error| error.to_string())?;
        let mut request = Request::new(command, "", forwarded.actor.clone());
        request.key = RequestKey(key.to_be_bytes());
        if let Some((_, ticket)) = self.send_here(Ticket { request, reply }, false) {
            (ticket.reply)(Outcome::failed(Failure::Moved, "this process does not own the lane"));
        }
        Ok(())
    }

    /// Sends a request and waits for its outcome; a lane that moves meanwhile is followed for a while.
    #[must_use]
    pub fn call(&self, request: Request) -> Outcome {
        let mut left = 40;
        loop {
            let (sender, receiver) = bounded(1);
            let again = Request {
                command: Arc::clone(&request.command),
                partition: request.partition,
                key: request.key,
                input: request.input,
                actor: request.actor.clone(),
            };
            self.submit_patiently(again, Box::new(move |outcome| drop(sender.send(outcome))));
            let outcome =
                receiver.recv().unwrap_or_else(|_| Outcome::failed(Failure::Moved, "the lane ended"));
            if left == 0
                || !matches!(outcome, Outcome::Failed { failure: Failure::Moved, .. })
                || self.stopped()
            {
                return outcome;
            }
            left -= 1;
            let (_open, never) = bounded::<()>(0);
            let _ = never.recv_timeout(Duration::from_millis(250));
        }
    }

    /// Runs a typed command under a key and gives its typed reply.
    ///
    /// # Errors
    /// The outcome when it is not an acceptance.
    pub fn run<C: Command>(&self, command: C, key: &str, actor: &Actor) -> Result<C::Reply, Box<Outcome>> {
        self.call(Request::new(Arc::new(command), key, actor.clone())).reply()
    }

    fn stopped(&self) -> bool {
        self.0.stop.lock().expect("stop lock").is_none()
    }

    fn carry_out(&self, effects: &Receiver<Leased>) {
        while let Ok(Some((partition, effect))) = effects.recv() {
            if self.stopped() {
                // Its lease runs out, and the lane's next owner does it.
                continue;
            }
            let result = self.carry_out_one(partition, &effect);
            let finish = FinishEffect {
                partition,
                effect: effect.id,
                attempt: effect.attempts,
                error: result.as_ref().err().map(|error| error.detail.clone()),
                hopeless: result.as_ref().err().is_some_and(|error| error.hopeless),
            };
            let key = format!("finish/{}/{}", effect.id, effect.attempts);
            let outcome = self.call(Request::new(Arc::new(finish), &key, Actor::system()));
            if !matches!(outcome, Outcome::Accepted { .. }) {
                tracing::warn!(effect = %effect.id, ?outcome, "an effect's report was not taken; its lease will run out");
            }
            let (count, bell) = &self.0.finished;
            *count.lock().expect("finished lock") += 1;
            bell.notify_all();
        }
    }

    fn carry_out_one(&self, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        if effect.kind != "command" {
            let Some(handler) = self.0.handlers.get(effect.kind.as_str()) else {
                let detail = format!("no handler for {}", effect.kind);
                return Err(EffectError { detail, hopeless: true });
            };
            return handler.handle(self, partition, effect);
        }
        let hopeless = |detail: String| EffectError { detail, hopeless: true };
        let deliver = Deliver::of(effect, &self.0.registry).map_err(hopeless)?;
        let key = deliver.key();
        match self.call(Request::new(Arc::new(deliver), &key, Actor::system())) {
            Outcome::Accepted { .. } | Outcome::Denied { .. } => Ok(()),
            Outcome::Refused { refusal } => Err(hopeless(refusal.to_string())),
            Outcome::Failed { failure, detail } => {
                Err(EffectError { detail, hopeless: failure == Failure::Bug })
            }
        }
    }

    /// Waits until nothing is due on the lanes of this process: timers fired, effects done (one that waits for its next
    /// attempt within a minute counts as due). Gives up after about `limit` looks of 50 ms; false then.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn settle(&self, limit: usize) -> Result<bool, StoreError> {
        let mut reader = self.0.site.database.reader()?;
        for _ in 0..limit {
            let mut due = 0;
            // All lanes: another process may own those that this one has given work to.
            for lane in 0..self.0.site.database.lanes() {
                for environment in [Environment::Live, Environment::Sandbox] {
                    // A leased effect is due again only when its lease is over: look past all leases.
                    let now = self.0.site.clock.now(environment);
                    let leased = now.plus_seconds(crate::outbox::LEASE_SECONDS);
                    due += reader.due(Timer::KIND, lane, environment, now, 1)?.len();
                    due += reader.due(Effect::KIND, lane, environment, leased, 1)?.len();
                }
            }
            if due == 0 {
                return Ok(true);
            }
            self.wake();
            let (count, bell) = &self.0.finished;
            let count = count.lock().expect("finished lock");
            drop(bell.wait_timeout(count, Duration::from_millis(50)).expect("finished lock"));
        }
        Ok(false)
    }

    /// Makes every lane look for what is due: after the clock was moved.
    pub fn wake(&self) {
        for lane in self.0.lanes.read().expect("lanes lock").values() {
            drop(lane.sender.try_send(Message::Wake));
        }
    }

    /// Stops taking requests, finishes those that wait, lets go of the lanes.
    pub fn stop(&self) {
        drop(self.0.stop.lock().expect("stop lock").take());
        let threads = std::mem::take(&mut *self.0.threads.lock().expect("threads are only listed"));
        for _ in &threads {
            drop(self.0.site.workers.send(None));
        }
        // The keeper first, so that it takes no lane behind our back, and the workers, so that they can report.
        for thread in threads {
            drop(thread.join());
        }
        let lanes: Vec<Lane> =
            self.0.lanes.write().expect("lanes lock").drain().map(|(_, lane)| lane).collect();
        for lane in &lanes {
            drop(lane.sender.send(Message::Stop));
        }
        for lane in lanes {
            drop(lane.thread.join());
        }
        if let Err(error) = self.0.site.database.release_lanes(&self.0.site.owner) {
            tracing::warn!(%error, "the lanes' lease will have to run out");
        }
    }
}
