//! Writing a batch: one transaction, the lane's row first, then the rows of each table by one statement over arrays, each
//! count checked. Never goes on after a row too few: the batch is whole or not there.

use std::collections::HashMap;

use postgres::types::ToSql;
use postgres::{Client, Statement, Transaction};
use zaiton_engine::batch::Batch;
use zaiton_engine::recent::{self, KeysMoved};
use zaiton_engine::requests::{oldest_kept, read_run, write_run};
use zaiton_engine::{CommitError, Store};

use super::{Planning, distinct, told};
use crate::rows::{Data, Rows, Verb, statements};

const MOVE_LANE: &str = "UPDATE lanes SET seq = $3, last_id = $4, request_day = $5, key_generation = $6, \
     key_cursor = $7 WHERE lane = $1 AND epoch = $2 AND seq = $3::bigint - 1";
const ADD_RUN: &str = "INSERT INTO request_runs (lane, day, seq, keys) VALUES ($1, $2, $3, $4)";
const OLDEST_RUN: &str =
    "SELECT day, seq, keys FROM request_runs WHERE lane = $1 AND day < $2 ORDER BY day, seq LIMIT 1";
const REMOVE_ANSWERS: &str = "DELETE FROM requests WHERE id = ANY($1) AND partition = ANY($2)";
const ADD_KEYS: &str = "INSERT INTO key_runs (lane, generation, seq, keys) VALUES ($1, $2, $3, $4)";
const REMOVE_KEYS: &str = "DELETE FROM key_runs WHERE lane = $1 AND (generation, seq) IN (SELECT generation, seq FROM \
     key_runs WHERE lane = $1 AND generation < $2 ORDER BY generation, seq LIMIT $3)";
const REMOVE_RUN: &str = "DELETE FROM request_runs WHERE lane = $1 AND day = $2 AND seq = $3";

/// The texts here that do not depend on a batch.
pub(super) const TEXTS: [&str; 7] =
    [MOVE_LANE, ADD_RUN, OLDEST_RUN, REMOVE_ANSWERS, REMOVE_RUN, ADD_KEYS, REMOVE_KEYS];

/// The text of a set-based statement. The last parameter is the list of partitions, so that a distributed engine
/// sends it to one shard; the join to `partitions` gives a true count of rows there.
#[must_use]
pub fn text(rows: &Rows<'_>) -> String {
    let names: Vec<&str> = rows.columns.iter().map(|(name, _)| *name).collect();
    let arrays: Vec<String> = rows
        .columns
        .iter()
        .enumerate()
        .map(|(at, (_, data))| {
            let kind = match data {
                Data::Int(_) => "bigint",
                Data::Text(_) => "text",
                Data::Blob(_) => "bytea",
            };
            format!("${}::{kind}[]", at + 1)
        })
        .collect();
    let (table, list) = (rows.table, names.join(", "));
    let unnest = format!("UNNEST({}) AS u ({list})", arrays.join(", "));
    let last = names.len() + 1;
    match rows.verb {
        Verb::Insert if table == "partitions" => {
            format!(
                "INSERT INTO {table} ({list}) SELECT {list} FROM {unnest} WHERE partition = ANY(${last}::bigint[])"
            )
        }
        Verb::Insert => {
            let values: Vec<String> = names.iter().map(|name| format!("u.{name}")).collect();
            format!(
                "INSERT INTO {table} ({list}) SELECT {} FROM partitions a JOIN {unnest} ON a.partition = u.partition \
                 WHERE a.partition = ANY(${last}::bigint[])",
                values.join(", ")
            )
        }
        Verb::Update | Verb::UpdateVersioned => {
            let (keys, values) = names.split_at(rows.keys);
            let set: Vec<String> = values.iter().map(|name| format!("{name} = u.{name}")).collect();
            let find: Vec<String> = keys.iter().map(|name| format!("t.{name} = u.{name}")).collect();
            let version =
                if rows.verb == Verb::UpdateVersioned { " AND t.version = u.version - 1" } else { "" };
            format!(
                "UPDATE {table} t SET {} FROM {unnest} WHERE {}{version} AND t.partition = ANY(${last}::bigint[])",
                set.join(", "),
                find.join(" AND ")
            )
        }
        Verb::Delete => format!(
            "DELETE FROM {table} t USING {unnest} WHERE t.id = u.id AND t.partition = u.partition \
             AND t.version = u.version - 1 AND t.partition = ANY(${last}::bigint[])"
        ),
    }
}

pub(super) struct PostgresStore {
    client: Client,
    planning: Planning,
    prepared: HashMap<(Verb, &'static str, usize), Statement>,
    /// The day for which nothing is left to remove.
    forgotten: i64,
    /// Below this generation no run of natural keys is left.
    swept: i64,
}

/// Why a write stopped.
enum Trouble {
    Lost,
    Count { table: &'static str, wanted: usize, written: u64 },
    Database(postgres::Error),
}

impl From<postgres::Error> for Trouble {
    fn from(error: postgres::Error) -> Self {
        Self::Database(error)
    }
}

fn run(
    transaction: &mut Transaction<'_>,
    prepared: &mut HashMap<(Verb, &'static str, usize), Statement>,
    rows: &Rows<'_>,
) -> Result<(), Trouble> {
    let key = (rows.verb, rows.table, rows.columns.len());
    let statement = match prepared.get(&key) {
        Some(statement) => statement.clone(),
        None => {
            let statement = transaction.prepare(&text(rows))?;
            prepared.insert(key, statement.clone());
            statement
        }
    };
    let mut partitions: Vec<i64> = Vec::new();
    for (name, data) in &rows.columns {
        if let (&"partition", Data::Int(values)) = (name, data) {
            partitions.clone_from(values);
        }
    }
    partitions.sort_unstable();
    partitions.dedup();
    let mut parameters: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(rows.columns.len() + 1);
    for (_, data) in &rows.columns {
        parameters.push(match data {
            Data::Int(values) => values,
            Data::Text(values) => values,
            Data::Blob(values) => values,
        });
    }
    parameters.push(&partitions);
    let written = transaction.execute(&statement, &parameters)?;
    if written == u64::try_from(rows.len).unwrap_or(u64::MAX) {
        Ok(())
    } else {
        Err(Trouble::Count { table: rows.table, wanted: rows.len, written })
    }
}

/// Removes answers that are too old: about two for each new one, so that no batch pays for a whole day. Says whether there
/// were any.
fn forget(transaction: &mut Transaction<'_>, batch: &Batch) -> Result<bool, postgres::Error> {
    let lane = i64::from(batch.lane);
    let mut removed = 0;
    while removed < 2 * batch.requests.len() {
        let oldest = transaction.query_opt(OLDEST_RUN, &[&lane, &oldest_kept(batch.request_day)])?;
        let Some(row) = oldest else { break };
        let (day, seq): (i64, i64) = (row.get(0), row.get(1));
        let (ids, partitions): (Vec<i64>, Vec<i64>) =
            read_run(row.get(2)).map(|(id, partition, _)| (id, partition)).unzip();
        removed += ids.len().max(1);
        transaction.execute(REMOVE_ANSWERS, &[&ids, &distinct(partitions.into_iter())])?;
        transaction.execute(REMOVE_RUN, &[&lane, &day, &seq])?;
    }
    Ok(removed > 0)
}

impl PostgresStore {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            planning: Planning::default(),
            prepared: HashMap::new(),
            forgotten: i64::MIN,
            swept: i64::MIN,
        }
    }

    fn write(&mut self, batch: &Batch) -> Result<(), (Trouble, bool)> {
        let before = |error: postgres::Error| (Trouble::Database(error), false);
        let lane = i64::from(batch.lane);
        self.planning.prepare(&mut self.client, batch.requests.len()).map_err(before)?;
        let mut transaction = self.client.transaction().map_err(before)?;
        let moved = transaction
            .execute(
                MOVE_LANE,
                &[
                    &lane,
                    &batch.epoch,
                    &batch.seq,
                    &batch.last_id,
                    &batch.request_day,
                    &batch.keys_moved.generation,
                    &&batch.keys_moved.cursor[..],
                ],
            )
            .map_err(before)?;
        if moved != 1 {
            return Err((Trouble::Lost, false));
        }
        for rows in statements(batch) {
            run(&mut transaction, &mut self.prepared, &rows).map_err(|trouble| (trouble, false))?;
        }
        transaction
            .execute(ADD_RUN, &[&lane, &batch.request_day, &batch.seq, &write_run(&batch.requests)])
            .map_err(before)?;
        let KeysMoved { generation, .. } = batch.keys_moved;
        if !batch.claimed.is_empty() {
            let run = recent::write_run(&batch.claimed);
            transaction.execute(ADD_KEYS, &[&lane, &generation, &batch.seq, &run]).map_err(before)?;
        }
        // A few with each batch: what lies in its table as a whole.
        let below = batch.keys_moved.done_below();
        if self.swept < below {
            let most = i64::try_from(2 + 2 * batch.requests.len()).unwrap_or(i64::MAX);
            if transaction.execute(REMOVE_KEYS, &[&lane, &below, &most]).map_err(before)? == 0 {
                self.swept = below;
            }
        }
        if self.forgotten < batch.request_day && !forget(&mut transaction, batch).map_err(before)? {
            self.forgotten = batch.request_day;
        }
        transaction.commit().map_err(|error| (Trouble::Database(error), true))
    }
}

/// Errors of the rows themselves (class 22 and 23, and our own mistakes in class 42): the same rows will be refused again.
fn of_the_rows(error: &postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        let code = code.code();
        code.starts_with("22") || code.starts_with("23") || code.starts_with("42")
    })
}

impl Store for PostgresStore {
    fn commit(&mut self, batch: &Batch) -> Result<(), CommitError> {
        match self.write(batch) {
            Ok(()) => Ok(()),
            Err((Trouble::Lost, _)) => Err(CommitError::Lost),
            Err((Trouble::Count { table, wanted, written }, _)) => {
                Err(CommitError::Refused(format!("{table}: {written} rows written, {wanted} wanted")))
            }
            Err((Trouble::Database(error), _)) if of_the_rows(&error) => {
                Err(CommitError::Refused(told(&error)))
            }
            Err((Trouble::Database(error), true)) => Err(CommitError::Unknown(told(&error))),
            Err((Trouble::Database(error), false)) => Err(CommitError::Unavailable(told(&error))),
        }
    }
}
