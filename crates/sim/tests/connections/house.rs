//! An installation in this program: engines over a test's database with the handlers of channels, a clock that stands still until
//! it is moved, and a merchant. Waits with a deadline, never sleeps.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use zaiton_app::channels::{Connect, ConnectionReply, FETCH_CHANGED_EFFECT, PULL_EFFECT, SWEEP_EFFECT};
use zaiton_app::onboarding::RegisterMerchant;
use zaiton_app::orders::capture::FETCH_EFFECT;
use zaiton_channels::World;
use zaiton_effects::channels::{Channels, FetchChangedOrder, FetchOrderAnew, Puller, Sweeper};
use zaiton_effects::sealing::{Sealer, system_random};
use zaiton_engine::engine::{Config, Handler};
use zaiton_engine::outbox::Parked;
use zaiton_engine::{Actor, Clock, Command, Engine, Outcome, Request};
use zaiton_kernel::{Environment, Id, Partition, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::connection::{Connection, ConnectionId, Ways, connection_key};
use zaiton_orders::order::Channel;
use zaiton_sim::chain_check;
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::process::until;
use zaiton_store::Opened;

/// The engine's clock. A short wait is over at once: budgets are the client's own tests'.
struct Here(Arc<MovableClock>);

impl World for Here {
    fn now(&self) -> Timestamp {
        self.0.now(Environment::Live)
    }

    fn random(&self) -> u64 {
        7
    }

    fn wait_until(&self, at: Timestamp) -> bool {
        at <= self.now().plus_seconds(5)
    }
}

/// The installation.
pub(crate) struct House {
    pub(crate) opened: Opened,
    pub(crate) clock: Arc<MovableClock>,
    pub(crate) engines: Vec<Engine>,
    pub(crate) channels: Arc<Channels>,
    pub(crate) merchant: MerchantId,
    given: AtomicU64,
}

impl House {
    /// With so many processes on one database of so many lanes.
    pub(crate) fn new(database: &TestDatabase, processes: usize) -> Self {
        Self::with(database, processes, true)
    }

    /// One whose process carries no turn out: a test does.
    pub(crate) fn without_puller(database: &TestDatabase) -> Self {
        Self::with(database, 1, false)
    }

    fn with(database: &TestDatabase, processes: usize, pulls: bool) -> Self {
        let clock = MovableClock::new();
        let opened = database.open(4);
        let world: Arc<dyn World> = Arc::new(Here(Arc::clone(&clock)));
        let sealer = Sealer::new(&[7; 32], system_random);
        let channels = Arc::new(Channels::new(opened.queries.clone(), sealer, world));
        let merchant = MerchantId::from_raw(1 << 20);
        let mut house =
            Self { opened, clock, engines: Vec::new(), channels, merchant, given: AtomicU64::new(0) };
        for nth in 0..processes {
            house.engines.push(house.start(&format!("p{nth}"), pulls));
        }
        house.give(RegisterMerchant {
            environment: Environment::Live,
            merchant,
            code: "qinghe".into(),
            name: "青禾".into(),
            company: "泉州青禾贸易有限公司".into(),
            supply: serde_json::from_value(json!("direct")).unwrap_or_default(),
        });
        house
    }

    fn start(&self, name: &str, pulls: bool) -> Engine {
        let mut handlers: HashMap<&'static str, Arc<dyn Handler>> = HashMap::new();
        if pulls {
            handlers.insert(PULL_EFFECT, Arc::new(Puller(Arc::clone(&self.channels))));
        }
        handlers.insert(SWEEP_EFFECT, Arc::new(Sweeper(Arc::clone(&self.channels))));
        handlers.insert(FETCH_EFFECT, Arc::new(FetchOrderAnew(Arc::clone(&self.channels))));
        handlers.insert(FETCH_CHANGED_EFFECT, Arc::new(FetchChangedOrder(Arc::clone(&self.channels))));
        let clock: Arc<dyn Clock> = Arc::<MovableClock>::clone(&self.clock);
        let database = Arc::clone(&self.opened.database);
        let registry = zaiton_app::registry();
        let config = Config { lease_seconds: 3, ..Config::new(name) };
        Engine::start(config, database, registry, clock, chain_check::key(), handlers, None).unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now(Environment::Live)
    }

    pub(crate) fn partition(&self) -> Partition {
        Partition::new(Environment::Live, self.merchant.raw())
    }

    /// The engine that has the merchant's lane.
    pub(crate) fn engine(&self) -> &Engine {
        self.engines.iter().find(|engine| engine.owns(self.partition())).unwrap_or(&self.engines[0])
    }

    /// Gives a command as a person.
    pub(crate) fn call<C: Command>(&self, command: C) -> Outcome {
        let key = format!("given/{}", self.given.fetch_add(1, Ordering::SeqCst));
        self.engine().call(Request::new(Arc::new(command), &key, Actor::new("ops:lin")))
    }

    pub(crate) fn give<C: Command>(&self, command: C) -> C::Reply {
        let outcome = self.call(command);
        outcome.reply().unwrap_or_else(|_| panic!("{outcome:?}"))
    }

    /// Connects the shop with a key, from a moment on.
    pub(crate) fn connect(&self, url: &str, secret: &str, since: Option<Timestamp>) -> ConnectionId {
        let settings = json!({ "base_url": url,
            "access": { "channel": "woocommerce", "consumer_key": "ck_1", "consumer_secret": secret } });
        let channel = Channel::WooCommerce;
        let sealer = Sealer::new(&[7; 32], system_random);
        let key = connection_key(channel, "main");
        let plain = settings.to_string();
        let credentials = sealer.seal_credentials(self.merchant.raw(), &key, plain.as_bytes()).unwrap();
        let reply: ConnectionReply = self.give(Connect {
            environment: Environment::Live,
            merchant: self.merchant,
            channel,
            shop: "main".into(),
            host: url.into(),
            zone: "Asia/Shanghai".into(),
            ways: Ways { pulls: true, pushes: false },
            ours: false,
            since,
            credentials,
        });
        reply.connection
    }

    pub(crate) fn connection(&self, id: ConnectionId) -> Connection {
        self.channels.record(id).unwrap().1
    }

    /// Moves the clock and lets what is due begin.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.pass(Environment::Live, seconds);
        self.engines.iter().for_each(Engine::wake);
    }

    /// Waits until a turn has ended and none is under way.
    pub(crate) fn turn(&self, id: ConnectionId, turn: u64) -> Connection {
        let mut last = None;
        until("the turn ends", || {
            let now = self.connection(id);
            let over = now.turn >= turn && now.under_way.is_none();
            last = Some(now);
            over
        });
        last.unwrap()
    }

    /// Rows of a table.
    pub(crate) fn count(&self, table: &str) -> usize {
        self.opened.queries.records(table, 0, 10_000).unwrap().len()
    }

    /// Commands that wait for a person, by their names and the codes of why.
    pub(crate) fn tasks(&self) -> Vec<String> {
        let rows = self.opened.queries.records("parked", 0, 1_000).unwrap();
        rows.iter()
            .map(|row| serde_json::from_str::<Parked>(&row.body).unwrap())
            .map(|parked| format!("{} {}", parked.command, parked.refusal.code))
            .collect()
    }

    pub(crate) fn stop(&self) {
        self.engines.iter().for_each(Engine::stop);
    }
}
