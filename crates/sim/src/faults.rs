//! A database whose commits fail by plan, and whose lanes may be taken by another between two calls. Wraps a real
//! one; never fakes its answers.

use std::sync::{Arc, Mutex};

use zaiton_engine::fault::{FaultyStore, Plan};
use zaiton_engine::port::LaneRow;
use zaiton_engine::{Database, Reader, Store, StoreError};

/// Something to do just before a lane is taken.
pub type Before = Box<dyn FnOnce() + Send>;

/// The wrapper.
pub struct FaultyDatabase {
    inner: Arc<dyn Database>,
    /// What the next commits do, over all lanes and connections.
    pub plan: Plan,
    /// Done once, before the next lane is taken.
    pub before_take: Mutex<Option<Before>>,
    /// How many of the next takings of a lane fail.
    pub failing_takes: Mutex<u32>,
}

impl FaultyDatabase {
    /// Wraps a database; nothing fails yet.
    #[must_use]
    pub fn new(inner: Arc<dyn Database>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            plan: Plan::default(),
            before_take: Mutex::default(),
            failing_takes: Mutex::default(),
        })
    }
}

impl Database for FaultyDatabase {
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.inner.reader()
    }

    fn store(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(FaultyStore::new(self.inner.store()?, Arc::clone(&self.plan))))
    }

    fn lanes(&self) -> u16 {
        self.inner.lanes()
    }

    fn take_lane(
        &self,
        lane: u16,
        owner: &str,
        address: &str,
        lease: u32,
    ) -> Result<Option<LaneRow>, StoreError> {
        let mut failing = self.failing_takes.lock().expect("no test panics while it holds this");
        if *failing > 0 {
            *failing -= 1;
            return Err(StoreError("injected".into()));
        }
        drop(failing);
        let before = self.before_take.lock().expect("no test panics while it holds this").take();
        if let Some(before) = before {
            before();
        }
        self.inner.take_lane(lane, owner, address, lease)
    }

    fn renew_lanes(&self, owner: &str, lease: u32) -> Result<Vec<u16>, StoreError> {
        self.inner.renew_lanes(owner, lease)
    }

    fn release_lanes(&self, owner: &str) -> Result<(), StoreError> {
        self.inner.release_lanes(owner)
    }

    fn keep(&self, name: &str, value: &str) -> Result<String, StoreError> {
        self.inner.keep(name, value)
    }

    fn change(&self, name: &str, from: &str, to: &str) -> Result<bool, StoreError> {
        self.inner.change(name, from, to)
    }

    fn lane(&self, lane: u16) -> Result<LaneRow, StoreError> {
        self.inner.lane(lane)
    }
}
