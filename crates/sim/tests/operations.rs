//! Long work and its workers: one that reports keeps its lease, one that is silent loses it, and what it still says is not heeded.
//! The real engine, a clock that stands still until it is moved; the workers do what the test says.
#![expect(clippy::unwrap_used, reason = "tests; the lint knows only functions that are marked as such")]

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use zaiton_app::operations::{
    AskOperation, BeginOperation, CancelOperation, DO_EFFECT, ExpireOperation, FORGET_EFFECT, FailOperation,
    FinishOperation, LEASE, OfOperation, OperationReply, ReportOperation,
};
use zaiton_boundary as boundary;
use zaiton_engine::engine::{Config, EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_engine::{Actor, Clock, Command, Engine, Outcome, Request};
use zaiton_kernel::{Environment, Id, Partition, Refusal};
use zaiton_platform::operation::{
    KEPT_SECONDS, MOST_ATTEMPTS, OperationRefusal, Product, Progress, State, Unit, Work,
};
use zaiton_platform::{Operation, OperationId};
use zaiton_sim::chain_check;
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::process::until;
use zaiton_store::Opened;

macro_rules! on_both {
    ($($story:ident)*) => {
        $(mod $story {
            #[test]
            fn on_sqlite() {
                super::$story(&zaiton_sim::databases::TestDatabase::sqlite());
            }
            #[test]
            fn on_postgres() {
                super::$story(&zaiton_sim::databases::TestDatabase::postgres());
            }
        })*
    };
}

on_both! { silence_loses_the_work what_never_ends_has_failed whose_turn_it_is a_file_has_its_time }

const LIVE: Environment = Environment::Live;

/// Tells the test of each effect, and goes on when the test lets go of all.
struct Told(Sender<Effect>, Receiver<()>);

impl Handler for Told {
    fn handle(&self, _: &Engine, _: Partition, effect: &Effect) -> Result<(), EffectError> {
        drop(self.0.send(effect.clone()));
        let _ = self.1.recv();
        Ok(())
    }
}

struct Office {
    opened: Opened,
    clock: Arc<MovableClock>,
    engine: Engine,
    told: Receiver<Effect>,
    let_go: Option<Sender<()>>,
    given: AtomicU64,
}

impl Office {
    fn open(database: &TestDatabase) -> Self {
        let opened = database.open(2);
        let clock = MovableClock::new();
        let ((effects, told), (let_go, waits)) = (unbounded(), unbounded());
        let told_of = |kind| {
            let handler: Arc<dyn Handler> = Arc::new(Told(effects.clone(), waits.clone()));
            (kind, handler)
        };
        let handlers = HashMap::from([told_of(DO_EFFECT), told_of(FORGET_EFFECT)]);
        let config = Config { long_workers: 12, ..Config::new("office") };
        let ticks: Arc<dyn Clock> = Arc::<MovableClock>::clone(&clock);
        let (base, registry) = (Arc::clone(&opened.database), zaiton_app::registry());
        let engine =
            Engine::start(config, base, registry, ticks, chain_check::key(), handlers, None).unwrap();
        Self { opened, clock, engine, told, let_go: Some(let_go), given: AtomicU64::new(0) }
    }

    fn call<C: Command>(&self, by: &str, command: C) -> Outcome {
        let key = format!("given/{}", self.given.fetch_add(1, Ordering::SeqCst));
        self.engine.call(Request::new(Arc::new(command), &key, Actor::new(by)))
    }

    /// Gives a command that is taken; how the operation stands then.
    fn give<C: Command<Reply = OperationReply>>(&self, by: &str, command: C) -> OperationReply {
        let outcome = self.call(by, command);
        outcome.reply().unwrap_or_else(|_| panic!("{outcome:?}"))
    }

    fn refused<C: Command>(&self, command: C) -> Refusal {
        match self.call("system", command) {
            Outcome::Refused { refusal } => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    fn ask(&self, by: &str) -> OperationId {
        self.give(by, AskOperation { environment: LIVE, work: Work::Verify }).operation
    }

    /// The next effect that a worker takes up, and for which operation.
    fn taken(&self) -> (OperationId, Effect) {
        let effect = self.told.recv_timeout(Duration::from_secs(30)).unwrap();
        let of: OfOperation = serde_json::from_str(&effect.body).unwrap();
        (of.operation, effect)
    }

    fn begin(&self, operation: OperationId, attempt: u32) -> String {
        let server = "here".to_owned();
        self.give("system", BeginOperation { environment: LIVE, operation, attempt, server }).state
    }

    fn pass(&self, seconds: i64) {
        self.clock.pass(LIVE, seconds);
        self.engine.wake();
    }

    fn record(&self, operation: OperationId) -> Operation {
        let row = self.opened.queries.object("operations", operation.raw()).unwrap().unwrap();
        serde_json::from_str(&row.body).unwrap()
    }

    fn effect(&self, effect: &Effect) -> Effect {
        let row = self.opened.queries.object("effects", effect.id.raw()).unwrap().unwrap();
        serde_json::from_str(&row.body).unwrap()
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        drop(self.let_go.take());
        self.engine.stop();
    }
}

fn progress(done: u64) -> Progress {
    Progress { done, of: Some(9), unit: Unit::Tables }
}

fn product() -> Product {
    Product {
        name: "verification.json".into(),
        media_type: "application/json".into(),
        bytes: 3,
        sha256: "00".into(),
        rows: 0,
        findings: Some(0),
        server: "here".into(),
        attempt: 2,
    }
}

fn report(operation: OperationId, effect: &Effect, done: u64) -> ReportOperation {
    let (attempt, progress) = (effect.attempts, progress(done));
    ReportOperation { environment: LIVE, operation, attempt, effect: effect.id, progress }
}

fn finish(operation: OperationId, attempt: u32) -> FinishOperation {
    FinishOperation { environment: LIVE, operation, attempt, progress: progress(9), product: product() }
}

/// Rule R5-40: a report prolongs the lease; without one another worker takes the work up, and the first is not heeded.
fn silence_loses_the_work(database: &TestDatabase) {
    let office = Office::open(database);
    let operation = office.ask("chen");
    let (of, first) = office.taken();
    assert_eq!((of, first.attempts), (operation, 1));
    assert_eq!(office.begin(operation, 1), "running");
    office.pass(LEASE - 10);
    office.give("system", report(operation, &first, 4));
    let kept = office.clock.now(LIVE).plus_seconds(LEASE).micros();
    assert_eq!(office.effect(&first).due_at, Some(kept), "it is the worker's for as long again");
    assert_eq!(office.record(operation).progress, progress(4));
    boundary::inside("R5-40", "a worker that reports keeps its work");
    office.pass(LEASE + 1);
    let (of, second) = office.taken();
    assert_eq!((of, second.attempts), (operation, 2));
    assert_eq!(office.begin(operation, 2), "running");
    boundary::refused("R5-40", "the first worker reports", office.refused(report(operation, &first, 5)));
    boundary::refused("R5-40", "the first worker is done", office.refused(finish(operation, 1)));
    assert_eq!(office.record(operation).progress, Progress::default(), "begun anew");
    assert_eq!(office.give("system", finish(operation, 2)).state, "done");
    assert_eq!(office.record(operation).progress, progress(9));
}

/// Rule R5-40: what ended five workers does not get a sixth, and makes room for the next.
fn what_never_ends_has_failed(database: &TestDatabase) {
    let office = Office::open(database);
    let operation = office.ask("chen");
    for attempt in 1..=MOST_ATTEMPTS {
        assert_eq!(office.taken().1.attempts, attempt);
        assert_eq!(office.begin(operation, attempt), "running");
        office.pass(LEASE + 1);
    }
    assert_eq!(office.taken().1.attempts, MOST_ATTEMPTS + 1);
    assert_eq!(office.begin(operation, MOST_ATTEMPTS + 1), "failed");
    let State::Failed { refusal, .. } = office.record(operation).state else { panic!("not failed") };
    assert_eq!(refusal.code, "platform.operation.gave_up");
}

/// Rule R5-43: three of one person run; who cancels makes room, whether it ran or waited.
fn whose_turn_it_is(database: &TestDatabase) {
    let office = Office::open(database);
    let asked: Vec<OperationId> = (0..5).map(|_| office.ask("chen")).collect();
    let mut running: Vec<OperationId> = (0..3).map(|_| office.taken().0).collect();
    running.sort_unstable();
    assert_eq!(running, asked[..3]);
    let hers = office.ask("lin");
    assert_eq!(office.taken().0, hers, "his do not keep her back");
    assert_eq!(office.begin(asked[0], 1), "running");
    let cancel = |operation| office.give("chen", CancelOperation { environment: LIVE, operation }).state;
    assert_eq!(cancel(asked[3]), "cancelled");
    assert_eq!(cancel(asked[0]), "cancelled");
    assert_eq!(office.taken().0, asked[4], "the fourth no longer waits");
    let fail = FailOperation {
        environment: LIVE,
        operation: asked[0],
        attempt: 1,
        refusal: OperationRefusal::World {}.into(),
    };
    assert_eq!(office.refused(fail).code, "platform.operation.closed", "its worker hears of it");
    let State::Cancelled { by, .. } = office.record(asked[0]).state else { panic!("not cancelled") };
    assert_eq!(by, "chen");
}

/// Rule R5-40: a file is kept for its time and not longer.
fn a_file_has_its_time(database: &TestDatabase) {
    let office = Office::open(database);
    let operation = office.ask("chen");
    drop(office.taken());
    office.begin(operation, 1);
    assert_eq!(office.give("system", finish(operation, 1)).state, "done");
    office.pass(KEPT_SECONDS - 1);
    let early = office.refused(ExpireOperation { environment: LIVE, operation });
    boundary::refused("R5-40", "a second before a day is over", early);
    office.pass(1);
    until("it expires", || matches!(office.record(operation).state, State::Expired { .. }));
    boundary::inside("R5-40", "a day is over");
    assert_eq!(office.taken().0, operation, "its file is to be taken away");
}
