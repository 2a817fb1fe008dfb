//! How far long work is, told by command: not more often than is seen, and often enough that nobody thinks the worker dead. What
//! comes back says whether it is still wanted.

use std::sync::Arc;

use zaiton_app::operations::ReportOperation;
use zaiton_engine::outbox::Effect;
use zaiton_engine::{Actor, Engine, Outcome, Request};
use zaiton_kernel::{Environment, Timestamp};
use zaiton_platform::OperationId;
use zaiton_platform::operation::Progress;
use zaiton_reads::exports::Halt;

/// Not more often than this, in microseconds.
const OFTEN: i64 = 1_000_000;
/// Where nobody knows of how many, not more often than this.
const SELDOM: i64 = 2_000_000;
/// At the latest after this, however little was done: a tenth of what a worker may be silent.
const LATEST: i64 = 18_000_000;

/// Tells how far an attempt is.
pub(super) struct Reporter<'a> {
    engine: &'a Engine,
    environment: Environment,
    operation: OperationId,
    effect: &'a Effect,
    /// How far it was when that was last told, and when.
    told: (Progress, Timestamp),
    now: Progress,
    reports: u32,
}

/// Whether it is time to tell: a second, and a hundredth of the whole.
fn is_due(told: Progress, now: Progress, waited: i64) -> bool {
    let moved = now.done.abs_diff(told.done);
    let is_seen = match now.of {
        Some(of) => moved > 0 && moved.saturating_mul(100) >= of && waited >= OFTEN,
        None => moved > 0 && waited >= SELDOM,
    };
    is_seen || waited >= LATEST
}

impl<'a> Reporter<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        environment: Environment,
        operation: OperationId,
        effect: &'a Effect,
    ) -> Self {
        let told = (Progress::default(), engine.clock().now(Environment::Live));
        Self { engine, environment, operation, effect, told, now: Progress::default(), reports: 0 }
    }

    /// It is at work, and as far as that where it is said.
    pub(super) fn hears(&mut self, progress: Option<Progress>) -> Result<(), Halt> {
        self.far(progress.unwrap_or(self.now))
    }

    /// All of it is done: how much that was.
    pub(super) fn ended(&self) -> Progress {
        Progress { of: self.now.of.or(Some(self.now.done)), ..self.now }
    }

    fn far(&mut self, progress: Progress) -> Result<(), Halt> {
        if self.engine.stopped() {
            return Err(Halt::Stopping);
        }
        self.now = progress;
        // The sandbox's clock may be moved; the worker lives by the other one.
        let now = self.engine.clock().now(Environment::Live);
        let (told, at) = self.told;
        if !is_due(told, progress, now.micros() - at.micros()) {
            return Ok(());
        }
        self.told = (progress, now);
        self.reports += 1;
        let report = ReportOperation {
            environment: self.environment,
            operation: self.operation,
            attempt: self.effect.attempts,
            effect: self.effect.id,
            progress,
        };
        let key = format!("operation/{}/{}/{}", self.effect.id, self.effect.attempts, self.reports);
        match self.engine.call(Request::new(Arc::new(report), &key, Actor::system())) {
            Outcome::Refused { .. } | Outcome::Denied { .. } => Err(Halt::Unwanted),
            // What could not be told now is told next time, or the lease runs out.
            Outcome::Accepted { .. } | Outcome::Failed { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zaiton_platform::operation::Unit;

    /// Not more often than each second, nor for less than a hundredth; and somebody hears of it in time.
    #[test]
    fn it_is_told_when_it_is_seen() {
        let at = |done, of| Progress { done, of, unit: Unit::Rows };
        let told = at(100, Some(10_000));
        assert!(is_due(told, at(200, Some(10_000)), OFTEN));
        assert!(!is_due(told, at(200, Some(10_000)), OFTEN - 1));
        assert!(!is_due(told, at(199, Some(10_000)), OFTEN));
        assert!(is_due(told, told, LATEST));
        assert!(!is_due(told, told, LATEST - 1));
        assert!(is_due(at(1, None), at(2, None), SELDOM));
        assert!(!is_due(at(1, None), at(2, None), SELDOM - 1));
        const { assert!(LATEST / 1_000_000 * 9 < zaiton_app::operations::LEASE) };
    }
}
