//! What effects do for long work (R5-40): a list is read into a file, or the books are proved. Cut off anywhere it is done again
//! by another attempt, and what an attempt wrote before is thrown away. Never decides whether work is wanted: its record does.
//!
//! `kept.rs` where files lie; `writing.rs` a list on its way into one; `progress.rs` how far it is, told by command.

mod kept;
mod progress;
mod writing;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use zaiton_app::operations::{BeginOperation, FailOperation, FinishOperation, OfOperation, OperationReply};
use zaiton_engine::command::Failure;
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_engine::{Actor, Command, Engine, Outcome, Request};
use zaiton_kernel::{Environment, Id, Partition, Refusal, Timestamp};
use zaiton_platform::operation::{MOST_BYTES, OperationRefusal, Period, Product, Progress, Unit, Work};
use zaiton_platform::{Operation, OperationId};
use zaiton_reads::audit;
use zaiton_reads::exports::{Halt, Reading};
use zaiton_reads::proof::{STEPS, Step, prove};
use zaiton_store::Queries;

pub use kept::Kept;

use progress::Reporter;
use writing::{Writer, measured};

/// Lines after which it is asked whether to go on.
const LINES: u64 = 1_000;

fn later(detail: impl ToString) -> EffectError {
    EffectError { detail: detail.to_string(), hopeless: false }
}

fn read(effect: &Effect) -> Result<OfOperation, EffectError> {
    let read = serde_json::from_str(&effect.body);
    read.map_err(|error: serde_json::Error| EffectError { detail: error.to_string(), hopeless: true })
}

/// Takes away the files of operations whose time is over.
pub struct Forgetter {
    /// The database.
    pub queries: Queries,
    /// Where files lie.
    pub kept: Kept,
}

impl Handler for Forgetter {
    fn handle(&self, _: &Engine, _: Partition, _: &Effect) -> Result<(), EffectError> {
        self.kept.sweep(&self.queries).map_err(|error| later(error.0))
    }
}

/// Does long work.
pub struct Doer {
    /// The database.
    pub queries: Queries,
    /// Where files lie.
    pub kept: Kept,
}

impl Handler for Doer {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let attempt = Attempt {
            doer: self,
            engine,
            environment: partition.environment(),
            operation: read(effect)?.operation,
            effect,
        };
        // What is over was cancelled before its turn, or has failed because it was begun too often.
        let Some(reply) = attempt.begin()? else { return Ok(()) };
        if reply.state != "running" {
            return Ok(());
        }
        if let Err(error) = self.kept.sweep(&self.queries) {
            tracing::warn!(%error, "old files of long work cannot be looked for");
        }
        // A bug ends the operation, not the worker.
        let done = catch_unwind(AssertUnwindSafe(|| attempt.work()));
        let ended = done.unwrap_or(Err(Halt::Refused(OperationRefusal::World {})));
        attempt.end(ended)
    }
}

/// One attempt at an operation.
struct Attempt<'a> {
    doer: &'a Doer,
    engine: &'a Engine,
    environment: Environment,
    operation: OperationId,
    effect: &'a Effect,
}

impl Attempt<'_> {
    /// Gives a command about it; none when it is refused: then it is over, or another attempt's.
    fn give<C: Command>(&self, what: &str, command: C) -> Result<Option<C::Reply>, EffectError> {
        let key = format!("operation/{}/{}/{what}", self.effect.id, self.effect.attempts);
        let outcome = self.engine.call(Request::new(Arc::new(command), &key, Actor::system()));
        match outcome {
            Outcome::Accepted { .. } => {
                outcome.reply().map(Some).map_err(|_| later("a reply cannot be read"))
            }
            Outcome::Refused { .. } | Outcome::Denied { .. } => Ok(None),
            Outcome::Failed { failure, detail } => {
                Err(EffectError { detail, hopeless: failure == Failure::Bug })
            }
        }
    }

    fn begin(&self) -> Result<Option<OperationReply>, EffectError> {
        let command = BeginOperation {
            environment: self.environment,
            operation: self.operation,
            attempt: self.effect.attempts,
            server: self.doer.kept.address.clone(),
        };
        self.give("begin", command)
    }

    /// Does the work; its file has its name then.
    fn work(&self) -> Result<(Progress, Product), Halt> {
        let row = self.doer.queries.object("operations", self.operation.raw())?.ok_or(Halt::Unwanted)?;
        let operation: Operation =
            serde_json::from_str(&row.body).map_err(|error| Halt::World(error.to_string()))?;
        let mut reporter = Reporter::new(self.engine, self.environment, self.operation, self.effect);
        let kept = &self.doer.kept;
        let file = kept
            .create(self.operation, self.effect.attempts)
            .map_err(|error| Halt::World(error.to_string()))?;
        let (file, rows, findings) = match &operation.work {
            Work::Export { list, format, language } => {
                let mut hears = |progress| reporter.hears(progress);
                let mut writer = Writer::new((*format, list.name()), file, &kept.folder, &mut hears)?;
                let now = self.engine.clock().now(self.environment);
                let (queries, environment) = (&self.doer.queries, self.environment);
                Reading { queries, environment, now, language: *language }.read(list, &mut writer)?;
                let (file, rows) = writer.finish()?;
                (file, rows, None)
            }
            Work::Audit { merchant, period } => {
                let (file, rows) = self.audit(file, (merchant, *period), &mut reporter)?;
                (file, rows, None)
            }
            Work::Verify => self.verify(file, &mut reporter)?,
        };
        reporter.hears(None)?;
        let (bytes, sha256) = measured(file)?;
        kept.publish(self.operation, self.effect.attempts).map_err(|error| Halt::World(error.to_string()))?;
        let product = Product {
            name: operation.work.file_name(),
            media_type: operation.work.media_type().to_owned(),
            bytes,
            sha256,
            rows,
            findings,
            server: kept.address.clone(),
            attempt: self.effect.attempts,
        };
        Ok((reporter.ended(), product))
    }

    /// A merchant's events with their proof, as `zaiton export audit` writes them.
    fn audit(
        &self,
        file: std::fs::File,
        (merchant, period): (&str, Period),
        reporter: &mut Reporter<'_>,
    ) -> Result<(std::fs::File, u64), Halt> {
        let queries = &self.doer.queries;
        let partition = audit::merchant(queries, self.environment, merchant)?;
        let from = period.from.unwrap_or(Timestamp::from_micros(0));
        let period = (from, period.to.unwrap_or(Timestamp::from_micros(i64::MAX)));
        let world = |error: std::io::Error| Halt::World(error.to_string());
        let mut out = std::io::BufWriter::new(file);
        let (mut lines, mut bytes) = (0_u64, 0_u64);
        let count = audit::export(
            queries,
            self.engine.chain(),
            audit::Of { partition, merchant, period },
            &mut |line| {
                lines += 1;
                bytes += u64::try_from(line.len()).unwrap_or(u64::MAX);
                if bytes > MOST_BYTES {
                    return Err(Halt::Refused(OperationRefusal::TooLarge { most_bytes: MOST_BYTES }));
                }
                if lines.is_multiple_of(LINES) {
                    reporter.hears(Some(Progress { done: lines, of: None, unit: Unit::Rows }))?;
                }
                std::io::Write::write_all(&mut out, line.as_bytes()).map_err(world)
            },
        )?;
        reporter.hears(Some(Progress { done: count, of: Some(count), unit: Unit::Rows }))?;
        let file = out.into_inner().map_err(|error| Halt::World(error.to_string()))?;
        Ok((file, count))
    }

    /// What `zaiton verify --json` says, as a file.
    fn verify(
        &self,
        mut file: std::fs::File,
        reporter: &mut Reporter<'_>,
    ) -> Result<(std::fs::File, u64, Option<u64>), Halt> {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let asked = RefCell::new((reporter, 0_u64, None));
        let proof = prove(
            &self.doer.queries,
            self.engine.chain().clone(),
            zaiton_app::verify::Anchors::default(),
            &|step| {
                let (reporter, tables, halt) = &mut *asked.borrow_mut();
                if let Step::Table(_) = step {
                    *tables += 1;
                }
                let done = tables.saturating_sub(1);
                let progress = Progress { done, of: Some(STEPS), unit: Unit::Tables };
                *halt = reporter.hears(Some(progress)).err();
                halt.is_none()
            },
        )?;
        let (reporter, _, halt) = asked.into_inner();
        let Some(proof) = proof else { return Err(halt.unwrap_or(Halt::Unwanted)) };
        reporter.hears(Some(Progress { done: STEPS, of: Some(STEPS), unit: Unit::Tables }))?;
        let text = serde_json::to_value(&proof).map_err(|error| Halt::World(error.to_string()))?.to_string();
        let written = std::io::Write::write_all(&mut file, format!("{text}\n").as_bytes());
        written.map_err(|error| Halt::World(error.to_string()))?;
        Ok((file, number(proof.findings.len()), Some(number(proof.count))))
    }

    /// Tells what came of it.
    fn end(&self, ended: Result<(Progress, Product), Halt>) -> Result<(), EffectError> {
        let kept = &self.doer.kept;
        match ended {
            Ok((progress, product)) => {
                let finish = FinishOperation {
                    environment: self.environment,
                    operation: self.operation,
                    attempt: self.effect.attempts,
                    progress,
                    product,
                };
                if self.give("finish", finish)?.is_none() {
                    self.clean();
                }
                Ok(())
            }
            Err(Halt::Refused(refusal)) => {
                kept.drop_part(self.operation, self.effect.attempts);
                self.fail(refusal.into())
            }
            Err(Halt::Unwanted) => {
                self.clean();
                Ok(())
            }
            Err(Halt::Stopping) => {
                kept.drop_part(self.operation, self.effect.attempts);
                Err(later("the process stops"))
            }
            Err(Halt::Store(error)) => {
                kept.drop_part(self.operation, self.effect.attempts);
                Err(later(error.0))
            }
            Err(Halt::World(error)) => {
                kept.drop_part(self.operation, self.effect.attempts);
                Err(later(error))
            }
        }
    }

    /// Nobody wants what this attempt wrote. A file that another attempt has published stays.
    fn clean(&self) {
        self.doer.kept.drop_part(self.operation, self.effect.attempts);
        if let Err(error) = self.doer.kept.sweep(&self.doer.queries) {
            tracing::warn!(%error, "old files of long work cannot be looked for");
        }
    }

    fn fail(&self, refusal: Refusal) -> Result<(), EffectError> {
        let fail = FailOperation {
            environment: self.environment,
            operation: self.operation,
            attempt: self.effect.attempts,
            refusal,
        };
        self.give("fail", fail).map(drop)
    }
}
