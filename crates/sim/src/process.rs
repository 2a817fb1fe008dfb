//! A process of the product in miniature: an engine over a test database, with the toy commands, a bell that tests
//! can listen to, and forwarding within this program. Waits on channels with a deadline, never sleeps.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use zaiton_engine::engine::{Config, EffectError, Forwarded, Forwarder, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_engine::{Clock, Command, Database, Engine, Outcome};
use zaiton_kernel::Partition;

use crate::{chain_check, hand, toy};

/// Longest that a test waits for anything.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// What the bell was told: which effect, which attempt, what text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The effect's raw id.
    pub effect: i64,
    /// The attempt, from 1.
    pub attempt: u32,
    /// The text.
    pub text: String,
}

/// Handles effects of the kind `bell`: tells a channel, and fails as often as the test says.
pub struct Bell {
    rings: Sender<Rung>,
    /// How many of the next attempts fail.
    pub failures: Mutex<u32>,
    /// Whether failures are hopeless.
    pub hopeless: Mutex<bool>,
}

impl Handler for Bell {
    fn handle(&self, _: &Engine, _: Partition, effect: &Effect) -> Result<(), EffectError> {
        let text: String = serde_json::from_str(&effect.body).expect("a bell's body is a text");
        let rung = Rung { effect: zaiton_kernel::Id::raw(effect.id), attempt: effect.attempts, text };
        drop(self.rings.send(rung));
        let mut failures = self.failures.lock().expect("failures lock");
        if *failures > 0 {
            *failures -= 1;
            let hopeless = *self.hopeless.lock().expect("hopeless lock");
            return Err(EffectError { detail: "the bell is cracked".into(), hopeless });
        }
        Ok(())
    }
}

/// Where the processes of a test find each other.
#[derive(Clone, Default)]
pub struct Town(Arc<Mutex<HashMap<String, Engine>>>);

impl Town {
    /// Forgets everybody, so that their databases can close.
    pub fn clear(&self) {
        self.0.lock().expect("town lock").clear();
    }
}

impl Forwarder for Town {
    fn forward(&self, address: &str, request: &Forwarded) -> Result<Outcome, String> {
        let engine = self.0.lock().expect("town lock").get(address).cloned();
        let engine = engine.ok_or_else(|| format!("nobody at {address}"))?;
        let (sender, receiver) = bounded(1);
        // Over the wire and back, as in life.
        let wire = serde_json::to_string(request).expect("a forwarded request is JSON");
        let request: Forwarded = serde_json::from_str(&wire).map_err(|error| error.to_string())?;
        engine.accept_forwarded(&request, Box::new(move |outcome| drop(sender.send(outcome))))?;
        receiver.recv_timeout(DEADLINE).map_err(|error| error.to_string())
    }
}

/// A running process.
pub struct Process {
    /// Its engine.
    pub engine: Engine,
    /// What its bell was told.
    pub rings: Receiver<Rung>,
    /// Its bell.
    pub bell: Arc<Bell>,
}

impl Process {
    /// Starts under a name, which is its address in the town as well.
    #[must_use]
    pub fn start(name: &str, database: Arc<dyn Database>, clock: Arc<dyn Clock>, town: &Town) -> Self {
        let (rings, heard) = unbounded();
        let bell = Arc::new(Bell { rings, failures: Mutex::default(), hopeless: Mutex::default() });
        let mut handlers: HashMap<&'static str, Arc<dyn Handler>> = HashMap::new();
        handlers.insert("bell", Arc::<Bell>::clone(&bell));
        let config =
            Config { address: name.to_owned(), lease_seconds: 3, cache: hand::TINY, ..Config::new(name) };
        let forwarder: Arc<dyn Forwarder> = Arc::new(town.clone());
        let key = chain_check::key();
        let engine = Engine::start(config, database, toy::registry(), clock, key, handlers, Some(forwarder))
            .expect("an engine starts on a test database");
        town.0.lock().expect("town lock").insert(name.to_owned(), engine.clone());
        Self { engine, rings: heard, bell }
    }

    /// Runs a command and waits.
    #[must_use]
    pub fn call<C: Command>(&self, key: &str, command: C) -> Outcome {
        self.engine.call(hand::request(key, command))
    }

    /// Sends all requests at once, then waits for their outcomes, in their order.
    #[must_use]
    pub fn all(&self, requests: Vec<zaiton_engine::Request>) -> Vec<Outcome> {
        let receivers: Vec<Receiver<Outcome>> = requests
            .into_iter()
            .map(|request| {
                let (sender, receiver) = bounded(1);
                self.engine.submit_patiently(request, Box::new(move |outcome| drop(sender.send(outcome))));
                receiver
            })
            .collect();
        receivers
            .iter()
            .map(|receiver| receiver.recv_timeout(DEADLINE).expect("every request is answered in time"))
            .collect()
    }

    /// The next ring, within the deadline.
    #[must_use]
    pub fn next_ring(&self) -> Rung {
        self.rings.recv_timeout(DEADLINE).expect("the bell rings in time")
    }

    /// Nothing rings for a while.
    #[must_use]
    pub fn silent(&self) -> bool {
        self.engine.wake();
        self.rings.recv_timeout(Duration::from_millis(400)).is_err()
    }
}

/// Waits until something holds, looking again and again until the deadline.
///
/// # Panics
/// When it does not come to hold.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let (_open, never) = bounded::<()>(0);
    for _ in 0..1_000 {
        if holds() {
            return;
        }
        let _ = never.recv_timeout(Duration::from_millis(20));
    }
    panic!("waited in vain until {what}");
}
