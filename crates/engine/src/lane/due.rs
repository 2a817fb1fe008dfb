//! What is due: timers as commands of this lane, effects to the workers once they are leased. Never carries one out.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use zaiton_kernel::{Environment, Id, Partition};

use super::{Worker, instant};
use crate::command::{Actor, Failure, Outcome, Request};
use crate::core::Ticket;
use crate::outbox::{Effect, EffectId, FireTimer, LeaseEffect, Timer, TimerId};
use crate::port::Reader;
use crate::record::Record;

/// Timers and effects taken at a time.
const DUE_LIMIT: usize = 500;

impl Worker {
    /// Sends what is due on its way: timers as commands, effects to the workers once they are leased.
    pub(super) fn look(&mut self) {
        self.looked = instant();
        if self.site.stopping.load(Ordering::Acquire) {
            return;
        }
        let lane = self.core.row().lane;
        for environment in [Environment::Live, Environment::Sandbox] {
            let now = self.site.clock.now(environment);
            let due = |kind, reader: &mut dyn Reader| {
                reader.due(kind, lane, environment, now, DUE_LIMIT).unwrap_or_else(|error| {
                    tracing::error!(%error, "reading what is due failed");
                    Vec::new()
                })
            };
            for (partition, id) in due(Timer::KIND, self.reader.as_mut()) {
                let timer = FireTimer { partition, timer: TimerId::from_raw(id) };
                let request = Request::new(Arc::new(timer), &format!("timer/{id}"), Actor::system());
                self.dispatch(id, request, None);
            }
            for (partition, id) in due(Effect::KIND, self.reader.as_mut()) {
                let lease = LeaseEffect { partition, effect: EffectId::from_raw(id) };
                self.leases += 1;
                let key = format!("lease/{id}/{}/{}", self.core.row().epoch, self.leases);
                let request = Request::new(Arc::new(lease), &key, Actor::system());
                self.dispatch(id, request, Some(partition));
            }
        }
    }

    fn dispatch(&mut self, id: i64, request: Request, effect: Option<Partition>) {
        let busy = Arc::clone(&self.busy);
        if !busy.lock().expect("nobody panics while holding this set").insert(id) {
            return;
        }
        let site = Arc::clone(&self.site);
        let reply = Box::new(move |outcome: Outcome| {
            if let (Some(partition), Ok(Some(leased))) = (effect, outcome.reply::<Option<Effect>>()) {
                let workers = if leased.lease_seconds.is_some() { &site.long_workers } else { &site.workers };
                drop(workers.send(Some((partition, leased))));
            }
            // A bug would be one again at every look, and spoil its neighbours' batches: not before the lane's next run.
            if !matches!(outcome, Outcome::Failed { failure: Failure::Bug, .. }) {
                busy.lock().expect("nobody panics while holding this set").remove(&id);
            }
            // An effect is done when its worker says so; what could not be fired is not done.
            if effect.is_none() && matches!(outcome, Outcome::Accepted { .. }) {
                site.ring();
            }
        });
        self.waiting.push(Ticket { request, reply });
    }
}
