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
use crate::port::{Reader, StoreError};
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
            let result = self.carry_out_traced(partition, &effect);
            let finish = FinishEffect {
                partition,
                effect: effect.id,
                attempt: effect.attempts,
                error: result.as_ref().err().map(|error| error.detail.clone()),
                hopeless: result.as_ref().err().is_some_and(|error| error.hopeless),
            };
            let key = format!("finish/{}/{}", effect.id, effect.attempts);
            let finish = Request::new(Arc::new(finish), &key, Actor::system()).traced(effect.trace);
            let outcome = self.call(finish);
            if !matches!(outcome, Outcome::Accepted { .. }) {
                tracing::warn!(effect = %effect.id, ?outcome, "an effect's report was not taken; its lease will run out");
            }
            self.0.site.ring();
        }
    }

    /// Gives an effect back that was leased and not begun.
    pub(super) fn give_back(&self, partition: Partition, effect: &Effect) {
        let back = ReturnEffect { partition, effect: effect.id, attempt: effect.attempts };
        let key = format!("return/{}/{}", effect.id, effect.attempts);
        drop(self.call(Request::new(Arc::new(back), &key, Actor::system())));
    }

    /// What is logged meanwhile names the effect and the request that it follows from.
    fn carry_out_traced(&self, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let span = tracing::info_span!(
            "effect", id = %effect.id, kind = effect.kind, attempt = effect.attempts, trace_id = tracing::field::Empty
        );
        if let Some(trace) = effect.trace {
            span.record("trace_id", tracing::field::display(trace));
        }
        span.in_scope(|| {
            let result = self.carry_out_one(partition, effect);
            match &result {
                Ok(()) => tracing::debug!("carried out"),
                Err(error) => {
                    tracing::warn!(error = error.detail, hopeless = error.hopeless, "not carried out")
                }
            }
            result
        })
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
        let request = Request::new(Arc::new(deliver), &key, Actor::system()).traced(effect.trace);
        match self.call(request) {
            Outcome::Accepted { .. } | Outcome::Denied { .. } => Ok(()),
            Outcome::Refused { refusal } => Err(hopeless(refusal.to_string())),
            Outcome::Failed { failure, detail } => {
                Err(EffectError { detail, hopeless: failure == Failure::Bug })
            }
        }
    }

    /// Waits until nothing is due on the lanes of this process: timers fired, effects done (one that waits for its next
    /// attempt within a minute counts as due). Gives up after `limit` looks of 50 ms in which nothing was done; false then.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn settle(&self, limit: usize) -> Result<bool, StoreError> {
        // A clock that is moved by hand settles thousands of times: one connection for all of them.
        let kept = self.0.settling.lock().expect("settling lock").take();
        let mut reader = kept.map_or_else(|| self.0.site.database.reader(), Ok)?;
        let settled = self.settle_by(reader.as_mut(), limit)?;
        *self.0.settling.lock().expect("settling lock") = Some(reader);
        Ok(settled)
    }

    fn settle_by(&self, reader: &mut dyn Reader, limit: usize) -> Result<bool, StoreError> {
        let (count, bell) = &self.0.site.finished;
        let mut left = limit;
        while left > 0 {
            let done = *count.lock().expect("finished lock");
            if !self.is_due(reader)? {
                return Ok(true);
            }
            self.wake();
            let count = count.lock().expect("finished lock");
            let waited = bell.wait_timeout_while(count, Duration::from_millis(50), |count| *count == done);
            if waited.expect("finished lock").1.timed_out() {
                left -= 1;
            }
        }
        Ok(false)
    }

    /// Something is due on any lane: another process may own those that this one has given work to.
    fn is_due(&self, reader: &mut dyn Reader) -> Result<bool, StoreError> {
        for lane in 0..self.0.site.database.lanes() {
            for environment in [Environment::Live, Environment::Sandbox] {
                // A leased effect is due again only when its lease is over: look past all leases.
                let now = self.0.site.clock.now(environment);
                let leased = now.plus_seconds(crate::outbox::LEASE_SECONDS);
                if !reader.due(Timer::KIND, lane, environment, now, 1)?.is_empty()
                    || !reader.due(Effect::KIND, lane, environment, leased, 1)?.is_empty()
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
