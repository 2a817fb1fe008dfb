//! The handlers of what follows when a period is over: reads through `zaiton_reads`, gives the command that follows. Holds
//! no rule.

use std::sync::Arc;

use zaiton_app::platform::CountDay;
use zaiton_app::prepaid::month::MonthOver;
use zaiton_engine::command::Failure;
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_engine::{Actor, Command, Engine, Outcome, Request, StoreError};
use zaiton_kernel::Partition;
use zaiton_store::Queries;

fn later(error: StoreError) -> EffectError {
    EffectError { detail: error.0, hopeless: false }
}

fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, EffectError> {
    serde_json::from_str(body).map_err(|error| EffectError { detail: error.to_string(), hopeless: true })
}

fn give<C: Command>(engine: &Engine, command: C, key: &str) -> Result<(), EffectError> {
    match engine.call(Request::new(Arc::new(command), key, Actor::system())) {
        Outcome::Accepted { .. } => Ok(()),
        // The books do not say what they must: the effect waits for a person, who is told which rule.
        Outcome::Refused { refusal } | Outcome::Denied { refusal } => {
            tracing::error!(code = %refusal.code, rule = %refusal.rule, "a period cannot be closed");
            Err(EffectError { detail: refusal.to_string(), hopeless: true })
        }
        Outcome::Failed { failure, detail } => Err(EffectError { detail, hopeless: failure == Failure::Bug }),
    }
}

/// Rules R1-31, L-I10. Reads the statement of a month that is over.
pub struct MonthCloser(pub Queries);

impl Handler for MonthCloser {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let over: MonthOver = read(&effect.body)?;
        let command = zaiton_reads::months::close(&self.0, partition, &over).map_err(later)?;
        give(engine, command, &format!("month/{}", effect.id))
    }
}

/// Rules L-7, L-I13. Counts clients' money.
pub struct MoneyCounter(pub Queries);

impl Handler for MoneyCounter {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: CountDay = read(&effect.body)?;
        let environment = partition.environment();
        let figures = zaiton_reads::client_money::count(&self.0, environment).map_err(later)?;
        let command = Arc::new(asked.record(environment, figures));
        match engine.call(Request::new(command, &format!("day/{}", effect.id), Actor::system())) {
            Outcome::Accepted { .. } => Ok(()),
            // Recorded before, by an attempt that could not report, with the figures of its own moment.
            Outcome::Refused { refusal } | Outcome::Denied { refusal } => {
                tracing::info!(code = %refusal.code, "a count came too late");
                Ok(())
            }
            Outcome::Failed { failure, detail } => {
                Err(EffectError { detail, hopeless: failure == Failure::Bug })
            }
        }
    }
}
