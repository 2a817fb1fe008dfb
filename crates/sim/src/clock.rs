//! A clock that stands still until a test moves it, one hand for each environment. Never reads the real time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use zaiton_engine::Clock;
use zaiton_kernel::{Environment, Timestamp};

/// 2026-03-02T01:00:00Z, a Monday morning in Shanghai.
pub const START: i64 = 1_772_413_200_000_000;

/// The clock.
pub struct MovableClock {
    live: AtomicI64,
    sandbox: AtomicI64,
}

impl MovableClock {
    /// Both hands at [`START`].
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self { live: AtomicI64::new(START), sandbox: AtomicI64::new(START) })
    }

    fn hand(&self, environment: Environment) -> &AtomicI64 {
        match environment {
            Environment::Live => &self.live,
            Environment::Sandbox => &self.sandbox,
        }
    }

    /// Moves one hand by seconds, back when negative.
    pub fn pass(&self, environment: Environment, seconds: i64) {
        self.hand(environment).fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Sets both hands.
    pub fn set(&self, now: Timestamp) {
        for environment in [Environment::Live, Environment::Sandbox] {
            self.hand(environment).store(now.micros(), Ordering::SeqCst);
        }
    }

    /// Moves both hands by days.
    pub fn pass_days(&self, days: i64) {
        for environment in [Environment::Live, Environment::Sandbox] {
            self.pass(environment, days * 86_400);
        }
    }
}

impl Clock for MovableClock {
    fn now(&self, environment: Environment) -> Timestamp {
        Timestamp::from_micros(self.hand(environment).load(Ordering::SeqCst))
    }
}
