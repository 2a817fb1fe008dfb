//! The world as a test has it: a clock that moves when somebody waits, and numbers that are the same each time. Never
//! sleeps.

use std::sync::{Arc, Mutex};

use zaiton_channels::World;
use zaiton_kernel::Timestamp;

/// When every test begins.
pub(crate) const START: &str = "2026-03-02T12:00:00Z";

pub(crate) struct FakeWorld {
    state: Mutex<State>,
}

struct State {
    now: Timestamp,
    number: u64,
    /// Every wait, in milliseconds.
    waits: Vec<i64>,
    /// The longest wait that is put up with.
    patience_seconds: i64,
}

impl FakeWorld {
    pub(crate) fn new() -> Arc<Self> {
        let now = Timestamp::parse(START).unwrap();
        let state = State { now, number: 0, waits: Vec::new(), patience_seconds: i64::MAX };
        Arc::new(Self { state: Mutex::new(state) })
    }

    pub(crate) fn time(&self) -> Timestamp {
        self.state.lock().unwrap().now
    }

    pub(crate) fn move_by(&self, seconds: i64) {
        let mut state = self.state.lock().unwrap();
        state.now = state.now.plus_seconds(seconds);
    }

    pub(crate) fn be_patient_for(&self, seconds: i64) {
        self.state.lock().unwrap().patience_seconds = seconds;
    }

    /// The waits so far, in milliseconds, and forgets them.
    pub(crate) fn waits(&self) -> Vec<i64> {
        std::mem::take(&mut self.state.lock().unwrap().waits)
    }
}

impl World for FakeWorld {
    fn now(&self) -> Timestamp {
        self.time()
    }

    fn random(&self) -> u64 {
        let mut state = self.state.lock().unwrap();
        state.number += 1;
        state.number
    }

    fn wait_until(&self, at: Timestamp) -> bool {
        let mut state = self.state.lock().unwrap();
        let micros = at.micros() - state.now.micros();
        if micros / 1_000_000 > state.patience_seconds {
            return false;
        }
        state.waits.push(micros / 1_000);
        state.now = at;
        true
    }
}
