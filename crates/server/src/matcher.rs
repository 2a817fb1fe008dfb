//! The handler of the match effect: reads the line and the requests that might fit, lets the rule decide, gives the
//! command that follows. Holds no rule.

use std::sync::Arc;

use zaiton_app::matching::{Next, candidate, is_free, next};
use zaiton_app::prepaid::top_up::MatchFor;
use zaiton_bank::Line;
use zaiton_engine::command::{AnyCommand, Failure};
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_engine::{Actor, Engine, Outcome, Request, StoreError};
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_prepaid::TopUp;
use zaiton_prepaid::matching::Candidate;
use zaiton_prepaid::names::normalise;
use zaiton_prepaid::remark::find_remark_codes;
use zaiton_store::Queries;
use zaiton_store::scan::StoredBody;

/// Matches lines and requests.
pub(crate) struct Matcher {
    queries: Queries,
}

fn later(error: &StoreError) -> EffectError {
    EffectError { detail: error.0.clone(), hopeless: false }
}

fn read<T: serde::de::DeserializeOwned>(row: &StoredBody) -> Result<T, EffectError> {
    serde_json::from_str(&row.body).map_err(|error| EffectError { detail: error.to_string(), hopeless: true })
}

impl Matcher {
    pub(crate) fn new(queries: Queries) -> Self {
        Self { queries }
    }

    fn line(
        &self,
        engine: &Engine,
        environment: Environment,
        row: &StoredBody,
        base: &str,
    ) -> Result<(), EffectError> {
        let line: Line = read(row)?;
        if !is_free(&line) {
            return Ok(());
        }
        let mut rows = self
            .queries
            .open_top_ups(environment, &normalise(&line.payer_name).text)
            .map_err(|e| later(&e))?;
        for code in find_remark_codes(&line.remark) {
            rows.extend(self.queries.top_ups_by_remark(environment, &code).map_err(|e| later(&e))?);
        }
        rows.sort_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        let mut candidates: Vec<Candidate> = Vec::new();
        for row in &rows {
            candidates.push(candidate(&read::<TopUp>(row)?, row.partition.owner()));
        }
        let key = |what: &str| format!("match/{base}/{}/{what}", line.id);
        match next(environment, &line, &candidates) {
            Next::Wait => Ok(()),
            Next::Allocate(command) => give(engine, Arc::new(command), &key("allocate")),
            Next::Review(command, request) => {
                // The line first: a request in review is no candidate any more, so that an attempt cut off between the
                // two would never come back to the line.
                give(engine, Arc::new(command), &key("review"))?;
                request.map_or(Ok(()), |request| give(engine, Arc::new(request), &key("request")))
            }
        }
    }
}

/// Gives a command. A refusal means that the world moved on meanwhile: nothing is left to do.
fn give(engine: &Engine, command: Arc<dyn AnyCommand>, key: &str) -> Result<(), EffectError> {
    match engine.call(Request::new(command, key, Actor::system())) {
        Outcome::Accepted { .. } | Outcome::Denied { .. } => Ok(()),
        Outcome::Refused { refusal } => {
            tracing::info!(code = %refusal.code, "a match came too late");
            Ok(())
        }
        Outcome::Failed { failure, detail } => Err(EffectError { detail, hopeless: failure == Failure::Bug }),
    }
}

impl Handler for Matcher {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let environment = partition.environment();
        let base = effect.id.to_string();
        let wanted: MatchFor = serde_json::from_str(&effect.body)
            .map_err(|error| EffectError { detail: error.to_string(), hopeless: true })?;
        match wanted {
            MatchFor::Line { line } => {
                match self.queries.record("bank_lines", line.raw()).map_err(|e| later(&e))? {
                    Some(row) => self.line(engine, environment, &row, &base),
                    None => Ok(()),
                }
            }
            MatchFor::TopUp { top_up } => {
                let Some(row) = self.queries.record("top_ups", top_up.raw()).map_err(|e| later(&e))? else {
                    return Ok(());
                };
                let request: TopUp = read(&row)?;
                let amount = request.amount.decimal();
                let mut after = 0;
                loop {
                    let lines =
                        self.queries.free_lines(environment, &amount, after).map_err(|e| later(&e))?;
                    let Some(last) = lines.last() else { return Ok(()) };
                    after = last.id;
                    lines.iter().try_for_each(|row| self.line(engine, environment, row, &base))?;
                }
            }
        }
    }
}
