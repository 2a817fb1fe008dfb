//! The engine of a process: the lanes it owns, the way to lanes of others, and the workers that carry out effects.
//! Holds no rule.
//!
//! Here how it starts and stops; `lanes.rs` which lanes it has; `sending.rs` how a request gets to its lane; `effects.rs` the
//! workers.

mod effects;
mod lanes;
mod sending;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use serde::{Deserialize, Serialize};
use zaiton_kernel::Partition;

use crate::chain::ChainKey;
use crate::command::{Actor, Outcome, Registry};
use crate::core::CacheSize;
use crate::lane::{Lane, Leased, Message, Site};
use crate::outbox::Effect;
use crate::port::{Clock, Database, Reader, StoreError};
use crate::watch::{Trace, Watch};

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
    /// By which it is found in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
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

/// What is called whenever a lane of an engine has written something. It must be quick.
pub type OnCommit = Arc<dyn Fn() + Send + Sync>;

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
    /// Threads that carry out those that take long.
    pub long_workers: usize,
    /// Called about three times a lease, beside everything: to read anew what commands refer to.
    pub on_beat: Option<OnBeat>,
    /// Called after each batch that was written.
    pub on_commit: Option<OnCommit>,
    /// Told what lanes answer and write.
    pub watch: Option<Arc<dyn Watch>>,
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
            long_workers: 4,
            on_beat: None,
            on_commit: None,
            watch: None,
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
    /// What [`Engine::settle`] reads by, between two of its calls.
    settling: Mutex<Option<Box<dyn Reader>>>,
    long_effects: Receiver<Leased>,
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
        let (long_workers, long_effects) = unbounded();
        let (stop, stopped) = bounded(0);
        let site = Arc::new(Site {
            database,
            clock,
            owner: config.owner,
            address: config.address,
            lease_seconds: config.lease_seconds,
            workers,
            long_workers,
            queue: config.queue,
            stopping: AtomicBool::new(false),
            finished: (Mutex::new(0), Condvar::new()),
            on_commit: config.on_commit,
            watch: config.watch,
        });
        let registry = registry
            .with::<crate::outbox::FireTimer>()
            .with::<crate::outbox::LeaseEffect>()
            .with::<crate::outbox::Deliver>()
            .with::<crate::outbox::FinishEffect>()
            .with::<crate::outbox::ReturnEffect>()
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
            settling: Mutex::new(None),
            long_effects: long_effects.clone(),
        }));
        engine.take_lanes()?;
        let mut threads = Vec::new();
        for (workers, effects) in [(config.workers, effects), (config.long_workers, long_effects)] {
            for _ in 0..workers.max(1) {
                let (engine, effects) = (engine.clone(), effects.clone());
                threads.push(std::thread::spawn(move || engine.carry_out(&effects)));
            }
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

    /// Requests that wait for the lanes of this process.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.0.lanes.read().expect("lanes lock").values().map(|lane| lane.sender.len()).sum()
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

    /// It is about to stop: whoever does something long ends it at the next good place.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.0.stop.lock().expect("stop lock").is_none()
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
        self.0.site.stopping.store(true, Ordering::Release);
        let threads = std::mem::take(&mut *self.0.threads.lock().expect("threads are only listed"));
        for _ in &threads {
            drop(self.0.site.workers.send(None));
            drop(self.0.site.long_workers.send(None));
        }
        // The keeper first, so that it takes no lane behind our back, and the workers, so that they can report.
        for thread in threads {
            drop(thread.join());
        }
        for (partition, effect) in self.0.long_effects.try_iter().flatten() {
            self.give_back(partition, &effect);
        }
        let lanes: Vec<Lane> =
            self.0.lanes.write().expect("lanes lock").drain().map(|(_, lane)| lane).collect();
        for lane in &lanes {
            drop(lane.sender.send(Message::Stop));
        }
        for lane in lanes {
            drop(lane.thread.join());
        }
        drop(self.0.settling.lock().expect("settling lock").take());
        if let Err(error) = self.0.site.database.release_lanes(&self.0.site.owner) {
            tracing::warn!(%error, "the lanes' lease will have to run out");
        }
    }
}
