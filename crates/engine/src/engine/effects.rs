//! The workers: each effect that is leased is carried out by its handler, or handed to the partition that it is for, and
//! reported. Never decides whether an effect is tried again: its record does.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Receiver;
use zaiton_kernel::{Environment, Partition};

use super::{EffectError, Engine};
use crate::command::{Actor, Failure, Outcome, Request};
use crate::lane::Leased;
use crate::outbox::{Deliver, Effect, FinishEffect, ReturnEffect, Timer};
use crate::port::StoreError;
use crate::record::Record;

impl Engine {
    pub(super) fn carry_out(&self, effects: &Receiver<Leased>) {
        while let Ok(Some((partition, effect))) = effects.recv() {
            if self.stopped() {
                // Its lease runs out, and the lane's next owner does it; a long lease is given back.
                if effect.lease_seconds.is_some() {
                    self.give_back(partition, &effect);
                }
                continue;
            }
            let result = self.carry_out_one(partition, &effect);
            let finish = FinishEffect {
                partition,
                effect: effect.id,
                attempt: effect.attempts,
                error: result.as_ref().err().map(|error| error.detail.clone()),
                hopeless: result.as_ref().err().is_some_and(|error| error.hopeless),
            };
            let key = format!("finish/{}/{}", effect.id, effect.attempts);
            let outcome = self.call(Request::new(Arc::new(finish), &key, Actor::system()));
            if !matches!(outcome, Outcome::Accepted { .. }) {
                tracing::warn!(effect = %effect.id, ?outcome, "an effect's report was not taken; its lease will run out");
            }
            let (count, bell) = &self.0.finished;
            *count.lock().expect("finished lock") += 1;
            bell.notify_all();
        }
    }

    /// Gives an effect back that was leased and not begun.
    pub(super) fn give_back(&self, partition: Partition, effect: &Effect) {
        let back = ReturnEffect { partition, effect: effect.id, attempt: effect.attempts };
        let key = format!("return/{}/{}", effect.id, effect.attempts);
        drop(self.call(Request::new(Arc::new(back), &key, Actor::system())));
    }

    fn carry_out_one(&self, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        if effect.kind != "command" {
            let Some(handler) = self.0.handlers.get(effect.kind.as_str()) else {
                let detail = format!("no handler for {}", effect.kind);
                return Err(EffectError { detail, hopeless: true });
            };
            return handler.handle(self, partition, effect);
        }
        let hopeless = |detail: String| EffectError { detail, hopeless: true };
        let deliver = Deliver::of(effect, &self.0.registry).map_err(hopeless)?;
        let key = deliver.key();
        match self.call(Request::new(Arc::new(deliver), &key, Actor::system())) {
            Outcome::Accepted { .. } | Outcome::Denied { .. } => Ok(()),
            Outcome::Refused { refusal } => Err(hopeless(refusal.to_string())),
            Outcome::Failed { failure, detail } => {
                Err(EffectError { detail, hopeless: failure == Failure::Bug })
            }
        }
    }

    /// Waits until nothing is due on the lanes of this process: timers fired, effects done (one that waits for its next
    /// attempt within a minute counts as due). Gives up after about `limit` looks of 50 ms; false then.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn settle(&self, limit: usize) -> Result<bool, StoreError> {
        let mut reader = self.0.site.database.reader()?;
        for _ in 0..limit {
            let mut due = 0;
            // All lanes: another process may own those that this one has given work to.
            for lane in 0..self.0.site.database.lanes() {
                for environment in [Environment::Live, Environment::Sandbox] {
                    // A leased effect is due again only when its lease is over: look past all leases.
                    let now = self.0.site.clock.now(environment);
                    let leased = now.plus_seconds(crate::outbox::LEASE_SECONDS);
                    due += reader.due(Timer::KIND, lane, environment, now, 1)?.len();
                    due += reader.due(Effect::KIND, lane, environment, leased, 1)?.len();
                }
            }
            if due == 0 {
                return Ok(true);
            }
            self.wake();
            let (count, bell) = &self.0.finished;
            let count = count.lock().expect("finished lock");
            drop(bell.wait_timeout(count, Duration::from_millis(50)).expect("finished lock"));
        }
        Ok(false)
    }
}
