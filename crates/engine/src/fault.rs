//! Faults for tests and simulation: a wrapper that makes a store or reader fail when told. Never used by the
//! product itself.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use crate::batch::Batch;
use crate::port::{CommitError, Store};

/// What the next commits do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Works.
    None,
    /// Fails before anything is written.
    Before,
    /// Writes, then says that the outcome is unknown.
    UnknownWritten,
    /// Writes nothing, and says that the outcome is unknown.
    UnknownLost,
}

/// A plan of faults shared with the test.
pub type Plan = Arc<Mutex<VecDeque<Fault>>>;

/// A store that follows a plan, then works.
pub struct FaultyStore {
    inner: Box<dyn Store>,
    plan: Plan,
}

impl FaultyStore {
    /// Wraps a store.
    #[must_use]
    pub fn new(inner: Box<dyn Store>, plan: Plan) -> Self {
        Self { inner, plan }
    }
}

impl Store for FaultyStore {
    fn commit(&mut self, batch: &Batch) -> Result<(), CommitError> {
        let fault = self.plan.lock().expect("no test panics while it holds the plan").pop_front();
        match fault.unwrap_or(Fault::None) {
            Fault::None => self.inner.commit(batch),
            Fault::Before => Err(CommitError::Unavailable("injected".into())),
            Fault::UnknownLost => Err(CommitError::Unknown("injected".into())),
            Fault::UnknownWritten => {
                self.inner.commit(batch)?;
                Err(CommitError::Unknown("injected".into()))
            }
        }
    }
}
