//! Answers on their way back, and who waits for them: a caller, a task, a lane that looks after its outbox. An answer that is
//! dropped on the way (the process died) is noticed as well.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use zaiton_engine::Outcome;
use zaiton_engine::core::Reply;
use zaiton_kernel::Partition;

/// Who waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A caller, by the place of what was asked.
    Caller(usize),
    /// A task's command.
    Task(u64),
    /// A task's report: nobody waits.
    Report,
    /// A lane's timer.
    Fire {
        /// Which holder of the lane.
        holder: u64,
        /// Raw id.
        id: i64,
    },
    /// A lane's lease of an effect.
    Lease {
        /// Which holder of the lane.
        holder: u64,
        /// Raw id.
        id: i64,
        /// Where it lies.
        partition: Partition,
    },
}

/// An answer that came back; none when it was lost on the way.
pub(crate) struct Letter {
    pub(crate) origin: Origin,
    pub(crate) outcome: Option<Outcome>,
}

type Tray = Arc<Mutex<Vec<(u64, Option<Outcome>)>>>;

/// The post office.
#[derive(Default)]
pub(crate) struct Post {
    arrived: Tray,
    waiting: BTreeMap<u64, Origin>,
    last: u64,
}

/// Tells when an answer is dropped.
struct Envelope {
    number: u64,
    to: Tray,
    opened: bool,
}

impl Envelope {
    fn arrive(mut self, outcome: Outcome) {
        self.opened = true;
        self.to.lock().expect("one thread").push((self.number, Some(outcome)));
    }
}

impl Drop for Envelope {
    fn drop(&mut self) {
        if !self.opened
            && let Ok(mut to) = self.to.lock()
        {
            to.push((self.number, None));
        }
    }
}

impl Post {
    /// A place for an answer.
    pub(crate) fn reply(&mut self, origin: Origin) -> Reply {
        self.last += 1;
        self.waiting.insert(self.last, origin);
        let envelope = Envelope { number: self.last, to: Arc::clone(&self.arrived), opened: false };
        Box::new(move |outcome| envelope.arrive(outcome))
    }

    /// What has arrived, in order.
    pub(crate) fn collect(&mut self) -> Vec<Letter> {
        let arrived = std::mem::take(&mut *self.arrived.lock().expect("one thread"));
        let mut letters = Vec::with_capacity(arrived.len());
        for (number, outcome) in arrived {
            if let Some(origin) = self.waiting.remove(&number) {
                letters.push(Letter { origin, outcome });
            }
        }
        letters
    }

    /// Answers that are still on their way.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
