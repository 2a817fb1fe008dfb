//! The match effect: after a bank line or a top-up request was committed, reads what could belong together and gives the
//! command that follows. The rule itself is the prepaid context's; the record decides again.

use std::sync::Arc;

use zaiton_app::matching::{Next, candidate, is_free, next};
use zaiton_app::prepaid::top_up::MatchFor;
use zaiton_bank::Line;
use zaiton_engine::command::{AnyCommand, Failure};
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::{Effect, EffectId};
use zaiton_engine::{Actor, Engine, Outcome, Request, StoreError};
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_prepaid::TopUp;
use zaiton_prepaid::matching::Candidate;
use zaiton_prepaid::names::normalise;
use zaiton_prepaid::remark::find_remark_codes;
use zaiton_store::Queries;
use zaiton_store::scan::StoredBody;

/// A command to be given, and the key under which it acts once.
pub type Given = (Arc<dyn AnyCommand>, String);

fn later(error: &StoreError) -> EffectError {
    EffectError { detail: error.0.clone(), hopeless: false }
}

fn hopeless(error: &serde_json::Error) -> EffectError {
    EffectError { detail: error.to_string(), hopeless: true }
}

fn read<T: serde::de::DeserializeOwned>(row: &StoredBody) -> Result<T, EffectError> {
    serde_json::from_str(&row.body).map_err(|error| hopeless(&error))
}

/// What a match effect looks for.
///
/// # Errors
/// A body that cannot be read.
pub fn wanted(effect: &Effect) -> Result<MatchFor, EffectError> {
    serde_json::from_str(&effect.body).map_err(|error| hopeless(&error))
}

/// The lines that an effect must look at, a page after a line (0: the first); empty when there are no more.
///
/// # Errors
/// The database cannot be read, or a row cannot.
pub fn lines(
    queries: &Queries,
    environment: Environment,
    wanted: &MatchFor,
    after: i64,
) -> Result<Vec<i64>, EffectError> {
    match wanted {
        MatchFor::Line { line } => Ok(if after < line.raw() { vec![line.raw()] } else { Vec::new() }),
        MatchFor::TopUp { top_up } => {
            let Some(row) = queries.record("top_ups", top_up.raw()).map_err(|e| later(&e))? else {
                return Ok(Vec::new());
            };
            let amount = read::<TopUp>(&row)?.amount.decimal();
            let rows = queries.free_lines(environment, &amount, after).map_err(|e| later(&e))?;
            Ok(rows.iter().map(|row| row.id).collect())
        }
    }
}

/// What follows for a line, by what is committed at this moment: commands in the order in which they are to be given.
///
/// # Errors
/// The database cannot be read, or a row cannot.
pub fn follow(
    queries: &Queries,
    environment: Environment,
    effect: EffectId,
    line: i64,
) -> Result<Vec<Given>, EffectError> {
    let Some(row) = queries.record("bank_lines", line).map_err(|e| later(&e))? else {
        return Ok(Vec::new());
    };
    let line: Line = read(&row)?;
    if !is_free(&line) {
        return Ok(Vec::new());
    }
    let of_payer = queries.open_top_ups(environment, &normalise(&line.payer_name).text);
    let mut rows = of_payer.map_err(|e| later(&e))?;
    for code in find_remark_codes(&line.remark) {
        rows.extend(queries.top_ups_by_remark(environment, &code).map_err(|e| later(&e))?);
    }
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    let mut candidates: Vec<Candidate> = Vec::new();
    for row in &rows {
        candidates.push(candidate(&read::<TopUp>(row)?, row.partition.owner()));
    }
    let key = |what: &str| format!("match/{effect}/{}/{what}", line.id);
    Ok(match next(environment, &line, &candidates) {
        Next::Wait => Vec::new(),
        Next::Allocate(command) => vec![(Arc::new(command), key("allocate"))],
        Next::Review(command, request) => {
            // The line first: a request in review is no candidate any more, so that an attempt cut off between the
            // two would never come back to the line.
            let mut given: Vec<Given> = vec![(Arc::new(command), key("review"))];
            if let Some(request) = request {
                given.push((Arc::new(request), key("request")));
            }
            given
        }
    })
}

/// The handler of the match effect in a running engine.
pub struct Matcher {
    queries: Queries,
}

impl Matcher {
    /// Over the reads of the engine's database.
    #[must_use]
    pub fn new(queries: Queries) -> Self {
        Self { queries }
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
        let wanted = wanted(effect)?;
        let mut after = 0;
        loop {
            let page = lines(&self.queries, environment, &wanted, after)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = *last;
            for line in page {
                for (command, key) in follow(&self.queries, environment, effect.id, line)? {
                    give(engine, command, &key)?;
                }
            }
        }
    }
}
