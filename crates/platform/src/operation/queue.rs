//! Who waits for long work and who may begin (R5-43): so many at once of one person and of all, first come, first served among
//! those who may. Never looks at what is asked.

use serde::{Deserialize, Serialize};

use super::{OperationId, OperationRefusal};

zaiton_kernel::define_id!(
    /// The id of an environment's queue.
    QueueId,
    "oq"
);

/// Operations of one person that run at once, at most.
pub const RUNNING_EACH: usize = 3;
/// Operations of one person that wait, at most.
pub const WAITING_EACH: usize = 20;
/// Operations that run at once, at most.
pub const RUNNING: usize = 4;
/// Operations that wait, at most.
pub const WAITING: usize = 200;

/// An operation in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which.
    pub operation: OperationId,
    /// Whose.
    pub by: String,
}

/// The queue of an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// Those that run.
    pub running: Vec<Place>,
    /// Those that wait, the first come first.
    pub waiting: Vec<Place>,
}

fn of(places: &[Place], by: &str) -> usize {
    places.iter().filter(|place| place.by == by).count()
}

impl Queue {
    /// A queue of nobody.
    #[must_use]
    pub const fn empty(id: QueueId) -> Self {
        Self { id, running: Vec::new(), waiting: Vec::new() }
    }

    /// Rule R5-43. One more waits.
    ///
    /// # Errors
    /// As many wait as may.
    pub fn enter(&mut self, operation: OperationId, by: &str) -> Result<(), OperationRefusal> {
        let waiting = of(&self.waiting, by);
        if waiting >= WAITING_EACH {
            return Err(OperationRefusal::TooManyWaiting { waiting });
        }
        if self.waiting.len() >= WAITING {
            return Err(OperationRefusal::Full { waiting: self.waiting.len() });
        }
        self.waiting.push(Place { operation, by: by.to_owned() });
        Ok(())
    }

    /// One is over, wherever it stood.
    pub fn leave(&mut self, operation: OperationId) {
        self.running.retain(|place| place.operation != operation);
        self.waiting.retain(|place| place.operation != operation);
    }

    /// Rule R5-43. Those that may begin now, in the order in which they came; they run from now on.
    pub fn advance(&mut self) -> Vec<OperationId> {
        let mut begun = Vec::new();
        while self.running.len() < RUNNING {
            let may = |place: &Place| of(&self.running, &place.by) < RUNNING_EACH;
            let Some(at) = self.waiting.iter().position(may) else { break };
            let place = self.waiting.remove(at);
            begun.push(place.operation);
            self.running.push(place);
        }
        begun
    }
}
