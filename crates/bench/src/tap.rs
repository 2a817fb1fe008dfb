//! A database that tells what is committed through it: sizes of batches, and the batches themselves when they are to be
//! written again elsewhere. Changes nothing on the way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use zaiton_engine::batch::Batch;
use zaiton_engine::port::LaneRow;
use zaiton_engine::{CommitError, Database, Reader, Store, StoreError};

/// What went through.
#[derive(Default)]
pub struct Seen {
    /// Commands of each batch, in order.
    sizes: Mutex<Vec<usize>>,
    batches: Mutex<Vec<Batch>>,
    recording: AtomicBool,
    writer: Mutex<Option<u32>>,
}

impl Seen {
    /// Keeps copies of the batches from now on.
    pub fn record(&self) {
        self.recording.store(true, Ordering::SeqCst);
    }

    /// The sizes since the last call.
    #[must_use]
    pub fn take_sizes(&self) -> Vec<usize> {
        self.sizes.lock().map(|mut sizes| std::mem::take(&mut *sizes)).unwrap_or_default()
    }

    /// The number of the thread that commits.
    #[must_use]
    pub fn writer(&self) -> Option<u32> {
        self.writer.lock().ok().and_then(|writer| *writer)
    }

    /// The recorded batches since the last call.
    #[must_use]
    pub fn take_batches(&self) -> Vec<Batch> {
        self.batches.lock().map(|mut batches| std::mem::take(&mut *batches)).unwrap_or_default()
    }
}

/// The database with an ear.
pub struct Tapped {
    inner: Arc<dyn Database>,
    seen: Arc<Seen>,
}

impl Tapped {
    /// Listens to a database.
    #[must_use]
    pub fn listen(inner: Arc<dyn Database>) -> (Arc<dyn Database>, Arc<Seen>) {
        let seen = Arc::new(Seen::default());
        (Arc::new(Self { inner, seen: Arc::clone(&seen) }), seen)
    }
}

fn this_thread() -> Option<u32> {
    std::fs::read_link("/proc/thread-self").ok()?.file_name()?.to_str()?.parse().ok()
}

struct TappedStore {
    inner: Box<dyn Store>,
    seen: Arc<Seen>,
}

impl Store for TappedStore {
    fn commit(&mut self, batch: &Batch) -> Result<(), CommitError> {
        self.inner.commit(batch)?;
        if let Ok(mut writer) = self.seen.writer.lock() {
            *writer = writer.or_else(this_thread);
        }
        if let Ok(mut sizes) = self.seen.sizes.lock() {
            sizes.push(batch.requests.len());
        }
        if self.seen.recording.load(Ordering::Relaxed)
            && let Ok(mut batches) = self.seen.batches.lock()
        {
            batches.push(batch.clone());
        }
        Ok(())
    }
}

impl Database for Tapped {
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.inner.reader()
    }

    fn store(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(TappedStore { inner: self.inner.store()?, seen: Arc::clone(&self.seen) }))
    }

    fn lanes(&self) -> u16 {
        self.inner.lanes()
    }

    fn take_lane(
        &self,
        lane: u16,
        owner: &str,
        address: &str,
        lease_seconds: u32,
    ) -> Result<Option<LaneRow>, StoreError> {
        self.inner.take_lane(lane, owner, address, lease_seconds)
    }

    fn renew_lanes(&self, owner: &str, lease_seconds: u32) -> Result<Vec<u16>, StoreError> {
        self.inner.renew_lanes(owner, lease_seconds)
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
