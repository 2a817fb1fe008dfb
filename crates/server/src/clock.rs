//! The real clocks: the system's for live work, the same moved ahead for the sandbox. The only reader of the system's time.
//! And a clock that is set by hand, for the demo.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use zaiton_engine::{Clock, Database, StoreError};
use zaiton_kernel::{Environment, Timestamp};

/// Under this name the database keeps how far the sandbox is ahead, in microseconds.
const AHEAD: &str = "sandbox_ahead";
/// How soon a process sees that another one moved the sandbox's clock.
const LOOK: Duration = Duration::from_secs(1);

/// The system's time.
#[expect(clippy::disallowed_methods, reason = "this is where the system's time enters")]
pub(crate) fn system() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// The clocks of an installation. The sandbox's runs as the system's does, as far ahead of it as the database says: all
/// processes on one database agree within a second.
#[derive(Debug)]
pub(crate) struct SiteClock {
    ahead: AtomicI64,
}

impl SiteClock {
    /// The clocks as the database has them, and a thread that looks again for as long as they are used.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub(crate) fn of(database: &Arc<dyn Database>) -> Result<Arc<Self>, StoreError> {
        let clock = Arc::new(Self { ahead: AtomicI64::new(ahead(database.as_ref())?) });
        let (watched, database) = (Arc::downgrade(&clock), Arc::clone(database));
        let look = move || watch(&watched, database.as_ref());
        std::thread::Builder::new()
            .name("sandbox-clock".into())
            .spawn(look)
            .map_err(|error| StoreError(error.to_string()))?;
        Ok(clock)
    }

    fn move_to(&self, ahead: i64) {
        self.ahead.fetch_max(ahead, Ordering::Relaxed);
    }
}

fn watch(clock: &Weak<SiteClock>, database: &dyn Database) {
    loop {
        std::thread::park_timeout(LOOK);
        let Some(clock) = clock.upgrade() else { return };
        match ahead(database) {
            Ok(micros) => clock.move_to(micros),
            Err(error) => tracing::debug!(%error, "the sandbox's clock cannot be read"),
        }
    }
}

fn ahead(database: &dyn Database) -> Result<i64, StoreError> {
    let kept = database.keep(AHEAD, "0")?;
    kept.parse().map_err(|_| StoreError(format!("{AHEAD} is kept as {kept}, which is no number")))
}

/// Moves the sandbox's clock ahead by so many microseconds, for every process on the database; none only looks. Gives the
/// sandbox's time. It never goes back.
///
/// # Errors
/// The database cannot be reached, or somebody else moves it all the time.
pub(crate) fn forward(database: &dyn Database, micros: i64) -> Result<Timestamp, StoreError> {
    for _ in 0..10 {
        let before = ahead(database)?;
        let after = before.saturating_add(micros.max(0));
        if micros <= 0 || database.change(AHEAD, &before.to_string(), &after.to_string())? {
            return Ok(Timestamp::from_micros(system().micros().saturating_add(after)));
        }
    }
    Err(StoreError("the sandbox's clock is being moved by others; try again".into()))
}

impl Clock for SiteClock {
    fn now(&self, environment: Environment) -> Timestamp {
        let now = system();
        match environment {
            Environment::Live => now,
            Environment::Sandbox => {
                Timestamp::from_micros(now.micros().saturating_add(self.ahead.load(Ordering::Relaxed)))
            }
        }
    }
}

/// A clock that stands until it is set.
#[derive(Debug)]
pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.micros()))
    }

    pub(crate) fn set(&self, now: Timestamp) {
        self.0.store(now.micros(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self, _: Environment) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
