//! Long work that people ask for: an export, a verification (R5-40). It waits for its turn, an effect does it outside the lane,
//! a timer ends its file. All of an environment lie in one partition, so that one queue says who may begin. Holds no rule.

use serde::{Deserialize, Serialize};
use zaiton_engine::outbox::EffectId;
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Environment, Id, Partition, Refusal};
use zaiton_platform::operation::{self, Command, Event, Product, Progress, State, Work};
use zaiton_platform::{Operation, OperationId, Queue, QueueId};

use crate::declare::command;
use crate::names::hashed;

/// The effect that does the work.
pub const DO_EFFECT: &str = "do_operation";
/// The effect that takes the file away.
pub const FORGET_EFFECT: &str = "forget_operation_file";
/// How long an attempt may be silent, in seconds: then another worker takes it up.
pub const LEASE: i64 = 180;

/// Where an environment's operations lie.
#[must_use]
pub fn partition_of(environment: Environment) -> Partition {
    Partition::new(environment, hashed("platform", "operations"))
}

fn queue_id(environment: Environment) -> QueueId {
    QueueId::from_raw(hashed("operation_queue", &format!("{environment:?}")))
}

/// Which operation an effect is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfOperation {
    /// Its id.
    pub operation: OperationId,
}

/// An operation as whoever gave a command sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OperationReply {
    /// Its id.
    pub operation: OperationId,
    /// `waiting`, `running`, `done`, `failed`, `cancelled` or `expired`.
    pub state: String,
}

fn reply(record: &Operation) -> OperationReply {
    OperationReply { operation: record.id, state: record.state.to_string() }
}

command! {
    /// Rules R5-40, R5-43. Ask for long work. It begins when it is its turn.
    pub struct AskOperation("operations.ask") {
        /// What is to be done.
        pub work: Work,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> OperationReply { self.ask(unit) }
}

impl AskOperation {
    fn ask(&self, unit: &mut Unit<'_>) -> Result<OperationReply, Stop> {
        self.work.check()?;
        let by = unit.actor().name().to_owned();
        let record = Operation::asked(unit.new_id(), by, unit.now(), self.work.clone());
        let (id, queue) = (record.id, queue_id(self.environment));
        if unit.find::<Queue>(queue)?.is_none() {
            unit.insert(Queue::empty(queue));
        }
        let reply = reply(&record);
        unit.emit(id, &serde_json::json!({ "type": "asked", "work": record.work }));
        let by = record.asked_by.clone();
        unit.insert(record);
        let mut queue = unit.load::<Queue>(queue)?;
        queue.enter(id, &by)?;
        begin_next(unit, &mut queue);
        unit.save(queue);
        Ok(reply)
    }
}

/// Rule R5-43. Those whose turn it is are handed to the workers.
fn begin_next(unit: &mut Unit<'_>, queue: &mut Queue) {
    for operation in queue.advance() {
        unit.long_effect(DO_EFFECT, &OfOperation { operation }, LEASE);
    }
}

/// Decides about an operation, applies, emits; what is over makes room for the next.
fn change(
    unit: &mut Unit<'_>,
    environment: Environment,
    id: OperationId,
    command: Command,
) -> Result<OperationReply, Stop> {
    let mut record = unit.load::<Operation>(id)?;
    let was_over = record.is_over();
    for event in &operation::decide(&record, command, unit.now())?.events {
        record.apply(event);
        unit.emit(id, event);
        if let (Event::Finished { .. }, State::Done { until, .. }) = (event, &record.state) {
            unit.timer(*until, &ExpireOperation { environment, operation: id });
        }
        if let Event::Expired { .. } = event {
            unit.effect(FORGET_EFFECT, &OfOperation { operation: id });
        }
    }
    let (is_over, reply) = (record.is_over(), reply(&record));
    unit.save(record);
    if is_over && !was_over {
        let mut queue = unit.load::<Queue>(queue_id(environment))?;
        queue.leave(id);
        begin_next(unit, &mut queue);
        unit.save(queue);
    }
    Ok(reply)
}

command! {
    /// Rule R5-40. A worker takes it up. A worker's command.
    pub struct BeginOperation("operations.begin") {
        /// The operation.
        pub operation: OperationId,
        /// Which attempt.
        pub attempt: u32,
        /// The address of the server that does it.
        pub server: String,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> OperationReply {
        let command = Command::Begin { attempt: self.attempt, server: self.server.clone() };
        change(unit, self.environment, self.operation, command)
    }
}

command! {
    /// Rule R5-40. How far it is, and that somebody is at it. A worker's command.
    pub struct ReportOperation("operations.report") {
        /// The operation.
        pub operation: OperationId,
        /// Which attempt.
        pub attempt: u32,
        /// The effect by which it is done.
        pub effect: EffectId,
        /// How far.
        pub progress: Progress,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> OperationReply {
        let command = Command::Report { attempt: self.attempt, progress: self.progress };
        let reply = change(unit, self.environment, self.operation, command)?;
        unit.prolong_effect(self.effect, self.attempt, LEASE)?;
        Ok(reply)
    }
}

command! {
    /// Rule R5-40. It is done, and its file is there. A worker's command.
    pub struct FinishOperation("operations.finish") {
        /// The operation.
        pub operation: OperationId,
        /// Which attempt.
        pub attempt: u32,
        /// How far it got: to the end.
        pub progress: Progress,
        /// What came of it.
        pub product: Product,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> OperationReply {
        let command = Command::Finish {
            attempt: self.attempt,
            progress: self.progress,
            product: self.product.clone(),
        };
        change(unit, self.environment, self.operation, command)
    }
}

command! {
    /// Rule R5-40. It cannot be done. A worker's command.
    pub struct FailOperation("operations.fail") {
        /// The operation.
        pub operation: OperationId,
        /// Which attempt.
        pub attempt: u32,
        /// Why, and what to do now.
        pub refusal: Refusal,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> OperationReply {
        let command = Command::Fail { attempt: self.attempt, refusal: self.refusal.clone() };
        change(unit, self.environment, self.operation, command)
    }
}

command! {
    /// Rule R5-40. It is no longer wanted. What was made of it is taken away.
    pub struct CancelOperation("operations.cancel") {
        /// The operation.
        pub operation: OperationId,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> OperationReply {
        let by = unit.actor().name().to_owned();
        change(unit, self.environment, self.operation, Command::Cancel { by })
    }
}

command! {
    /// Rule R5-40. The time of its file is over. A timer's command.
    pub struct ExpireOperation("operations.expire") {
        /// The operation.
        pub operation: OperationId,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> OperationReply {
        change(unit, self.environment, self.operation, Command::Expire)
    }
}
