//! Writing a batch: one transaction, the lane's row first, then the rows of each table, each count checked. Never goes on
//! after a row too few: the batch is whole or not there.

use std::collections::HashMap;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use zaiton_engine::batch::Batch;
use zaiton_engine::recent;
use zaiton_engine::requests::{oldest_kept, read_run, write_run};
use zaiton_engine::{CommitError, Store};

use crate::rows::{Data, Rows, Verb, statements};

/// Rows of one INSERT statement.
const ROWS_A_STATEMENT: usize = 8;

struct Cell<'a>(&'a Data<'a>, usize);

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let missing = || rusqlite::Error::InvalidParameterCount(self.1, 0);
        Ok(match self.0 {
            Data::Int(values) => ToSqlOutput::from(*values.get(self.1).ok_or_else(missing)?),
            Data::Text(values) => {
                let text: &str = values.get(self.1).ok_or_else(missing)?;
                ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
            }
            Data::Blob(values) => {
                ToSqlOutput::Borrowed(ValueRef::Blob(values.get(self.1).ok_or_else(missing)?))
            }
        })
    }
}

/// The text of a statement over so many rows.
fn text(rows: &Rows<'_>, count: usize) -> String {
    let names: Vec<&str> = rows.columns.iter().map(|(name, _)| *name).collect();
    let table = rows.table;
    match rows.verb {
        Verb::Insert => {
            let width = names.len();
            let values: Vec<String> = (0..count)
                .map(|row| {
                    let marks: Vec<String> = (1..=width).map(|at| format!("?{}", row * width + at)).collect();
                    format!("({})", marks.join(","))
                })
                .collect();
            format!("INSERT INTO {table} ({}) VALUES {}", names.join(","), values.join(","))
        }
        Verb::Update | Verb::UpdateVersioned => {
            let (keys, values) = names.split_at(rows.keys);
            let set: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(at, name)| format!("{name} = ?{}", rows.keys + at + 1))
                .collect();
            let mut find: Vec<String> =
                keys.iter().enumerate().map(|(at, name)| format!("{name} = ?{}", at + 1)).collect();
            if rows.verb == Verb::UpdateVersioned {
                find.push(format!("version = ?{} - 1", rows.keys + 1));
            }
            format!("UPDATE {table} SET {} WHERE {}", set.join(", "), find.join(" AND "))
        }
        Verb::Delete => format!("DELETE FROM {table} WHERE id = ?1 AND partition = ?2 AND version = ?3 - 1"),
    }
}

pub(super) struct SqliteStore {
    connection: Connection,
    texts: HashMap<(Verb, &'static str, usize, usize), String>,
    /// The day for which nothing is left to remove.
    forgotten: i64,
    /// Below this generation no run of natural keys is left.
    swept: i64,
}

impl SqliteStore {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, texts: HashMap::new(), forgotten: i64::MIN, swept: i64::MIN }
    }

    fn run(&mut self, rows: &Rows<'_>) -> rusqlite::Result<()> {
        let many = if rows.verb == Verb::Insert { rows.len / ROWS_A_STATEMENT * ROWS_A_STATEMENT } else { 0 };
        self.run_by(rows, 0..many, ROWS_A_STATEMENT)?;
        self.run_by(rows, many..rows.len, 1)
    }

    /// Runs a range of rows by one statement over `count` rows at a time. The statement is looked up once.
    fn run_by(
        &mut self,
        rows: &Rows<'_>,
        range: std::ops::Range<usize>,
        count: usize,
    ) -> rusqlite::Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let key = (rows.verb, rows.table, rows.columns.len(), count);
        let text = self.texts.entry(key).or_insert_with(|| text(rows, count));
        let mut statement = self.connection.prepare_cached(text)?;
        for first in range.step_by(count) {
            let mut place = 1;
            for row in first..first + count {
                for (_, data) in &rows.columns {
                    statement.raw_bind_parameter(place, Cell(data, row))?;
                    place += 1;
                }
            }
            let written = statement.raw_execute()?;
            if written != count {
                return Err(rusqlite::Error::StatementChangedRows(written));
            }
        }
        Ok(())
    }

    fn write(&mut self, batch: &Batch) -> rusqlite::Result<bool> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE lanes SET seq = ?3, last_id = ?4, request_day = ?5, key_generation = ?6, key_cursor = ?7 \
                 WHERE lane = ?1 AND epoch = ?2 AND seq = ?3 - 1",
            )?
            .execute(params![
                batch.lane,
                batch.epoch,
                batch.seq,
                batch.last_id,
                batch.request_day,
                batch.keys_moved.generation,
                batch.keys_moved.cursor,
            ])?;
        if changed != 1 {
            return Ok(false);
        }
        for rows in statements(batch) {
            self.run(&rows)?;
        }
        self.connection
            .prepare_cached("INSERT INTO request_runs (lane, day, seq, keys) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![batch.lane, batch.request_day, batch.seq, write_run(&batch.requests)])?;
        if !batch.claimed.is_empty() {
            let run = recent::write_run(&batch.claimed);
            self.connection
                .prepare_cached("INSERT INTO key_runs (lane, generation, seq, keys) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![batch.lane, batch.keys_moved.generation, batch.seq, run])?;
        }
        self.forget(batch)?;
        self.sweep(batch)?;
        Ok(true)
    }

    /// Removes runs of natural keys that lie in their table as a whole, a few with each batch.
    fn sweep(&mut self, batch: &Batch) -> rusqlite::Result<()> {
        let below = batch.keys_moved.done_below();
        if self.swept >= below {
            return Ok(());
        }
        let most = i64::try_from(2 + 2 * batch.requests.len()).unwrap_or(i64::MAX);
        let removed = self
            .connection
            .prepare_cached(
                "DELETE FROM key_runs WHERE (lane, generation, seq) IN (SELECT lane, generation, seq FROM key_runs \
                 WHERE lane = ?1 AND generation < ?2 ORDER BY generation, seq LIMIT ?3)",
            )?
            .execute(params![batch.lane, below, most])?;
        if removed == 0 {
            self.swept = below;
        }
        Ok(())
    }

    /// Removes answers that are too old: about two for each new one, so that no batch pays for a whole day.
    fn forget(&mut self, batch: &Batch) -> rusqlite::Result<()> {
        if self.forgotten >= batch.request_day {
            return Ok(());
        }
        let mut removed = 0;
        while removed < 2 * batch.requests.len() {
            let oldest = self
                .connection
                .prepare_cached(
                    "SELECT day, seq, keys FROM request_runs WHERE lane = ?1 AND day < ?2 ORDER BY day, seq LIMIT 1",
                )?
                .query_row(params![batch.lane, oldest_kept(batch.request_day)], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?))
                })
                .optional()?;
            let Some((day, seq, run)) = oldest else {
                // Only when nothing was removed: a batch that is not written after all brings its rows back.
                self.forgotten = if removed == 0 { batch.request_day } else { self.forgotten };
                break;
            };
            let mut remove = self.connection.prepare_cached("DELETE FROM requests WHERE id = ?1")?;
            for (id, _, _) in read_run(&run) {
                removed += remove.execute(params![id])?.max(1);
            }
            self.connection
                .prepare_cached("DELETE FROM request_runs WHERE lane = ?1 AND day = ?2 AND seq = ?3")?
                .execute(params![batch.lane, day, seq])?;
        }
        Ok(())
    }
}

/// A full disk or a failing one; everything else that SQLite refuses will be refused again.
fn world(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as Code;
    matches!(
        error.sqlite_error_code(),
        Some(
            Code::DiskFull
                | Code::SystemIoFailure
                | Code::CannotOpen
                | Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::ReadOnly
                | Code::OutOfMemory
                | Code::DatabaseCorrupt
                | Code::NotADatabase
        )
    )
}

fn refused_or_world(error: &rusqlite::Error) -> CommitError {
    if world(error) {
        CommitError::Unavailable(error.to_string())
    } else {
        CommitError::Refused(error.to_string())
    }
}

impl Store for SqliteStore {
    fn commit(&mut self, batch: &Batch) -> Result<(), CommitError> {
        self.connection
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(|error| CommitError::Unavailable(error.to_string()))?;
        let written = self.write(batch);
        let result = match written {
            Ok(true) => match self.connection.execute_batch("COMMIT") {
                Ok(()) => return Ok(()),
                // SQLite tells a failed COMMIT for certain: the transaction is still open and is rolled back.
                Err(error) => Err(refused_or_world(&error)),
            },
            Ok(false) => Err(CommitError::Lost),
            Err(error) => Err(refused_or_world(&error)),
        };
        if !self.connection.is_autocommit() {
            drop(self.connection.execute_batch("ROLLBACK"));
        }
        result
    }
}
