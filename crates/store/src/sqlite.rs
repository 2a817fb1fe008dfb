//! The store on SQLite: one file, one process, WAL with `synchronous=FULL`. Decides nothing.

use std::collections::HashMap;
use std::fs::File;
use std::sync::Mutex;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, OptionalExtension, ToSql, params};
use zaiton_engine::batch::{Batch, Head, RequestRow};
use zaiton_engine::command::RequestKey;
use zaiton_engine::port::{Found, LaneRow, StoredRecord, Wants};
use zaiton_engine::recent::{self, KeysMoved};
use zaiton_engine::record::Kind;
use zaiton_engine::requests::{oldest_kept, read_run, write_run};
use zaiton_engine::{CommitError, Database, Reader, Store, StoreError};
use zaiton_kernel::{Currency, Environment, Partition, Timestamp};
use zaiton_ledger::{Account, AccountCode, AccountKey};

use crate::migrate;
use crate::rows::{Data, Rows, Verb, statements};

/// Rows of one INSERT statement.
const ROWS_A_STATEMENT: usize = 8;

pub(crate) fn failed(error: &rusqlite::Error) -> StoreError {
    StoreError(format!("SQLite: {error}"))
}

/// Opens a connection with our settings.
///
/// # Errors
/// The file cannot be opened.
pub(crate) fn connect(path: &str, read_only: bool) -> Result<Connection, StoreError> {
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX
    };
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        connection.set_prepared_statement_cache_capacity(256);
        connection.pragma_update(None, "cache_size", -65_536)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        if !read_only {
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "full")?;
            connection.pragma_update(None, "wal_autocheckpoint", 20_000)?;
        }
        Ok(connection)
    };
    open().map_err(|error| failed(&error))
}

/// A SQLite file. The lock file beside it says which process owns the lanes: it falls with the process.
pub struct SqliteDatabase {
    path: String,
    lanes: u16,
    control: Mutex<Connection>,
    lock: Option<File>,
}

impl SqliteDatabase {
    /// Opens or makes a file, migrates it, and takes the lock if nobody has it.
    ///
    /// # Errors
    /// The file cannot be opened, or a newer program made it.
    pub fn open(path: &str, lanes: u16) -> Result<Self, StoreError> {
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(format!("{path}.lock"))
            .map_err(|error| StoreError(format!("{path}.lock: {error}")))?;
        let lock = lock.try_lock().is_ok().then_some(lock);
        let mut control = connect(path, false)?;
        if lock.is_some() {
            migrate_file(&mut control, lanes)?;
        }
        let lanes = control
            .query_row("SELECT value FROM meta WHERE name = 'lanes'", [], |row| row.get::<_, String>(0))
            .map_err(|error| failed(&error))?
            .parse()
            .map_err(|_| StoreError("the number of lanes is not a number".into()))?;
        Ok(Self { path: path.to_owned(), lanes, control: Mutex::new(control), lock })
    }

    fn control(&self) -> std::sync::MutexGuard<'_, Connection> {
        self.control.lock().expect("nobody panics while holding the connection")
    }
}

fn migrate_file(connection: &mut Connection, lanes: u16) -> Result<(), StoreError> {
    let run = |connection: &mut Connection| -> rusqlite::Result<Vec<(i64, String)>> {
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, \
             checksum TEXT NOT NULL) STRICT",
        )?;
        let mut statement = connection.prepare("SELECT number, checksum FROM migrations ORDER BY number")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let done = run(connection).map_err(|error| failed(&error))?;
    for migration in migrate::pending(migrate::all(false), &done)? {
        let apply = |connection: &mut Connection| -> rusqlite::Result<()> {
            let transaction = connection.transaction()?;
            transaction.execute_batch(&migration.sql)?;
            transaction.execute(
                "INSERT INTO migrations (number, name, checksum) VALUES (?1, ?2, ?3)",
                params![migration.number, migration.name, migration.checksum()],
            )?;
            if migration.number == 1 {
                transaction.execute(
                    "INSERT INTO meta (name, value) VALUES ('lanes', ?1)",
                    params![lanes.to_string()],
                )?;
                for lane in 0..lanes {
                    transaction.execute("INSERT INTO lanes (lane) VALUES (?1)", params![lane])?;
                }
            }
            transaction.commit()
        };
        apply(connection).map_err(|error| failed(&error))?;
    }
    Ok(())
}

const LANE: &str = "SELECT lane, owner, address, epoch, seq, last_id, request_day, key_generation, key_cursor FROM lanes WHERE lane = ?1";
const TAKE_LANE: &str = "UPDATE lanes SET owner = ?2, address = ?3, epoch = epoch + 1 WHERE lane = ?1";

fn lane_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<LaneRow> {
    Ok(LaneRow {
        lane: row.get(0)?,
        owner: row.get(1)?,
        address: row.get(2)?,
        epoch: row.get(3)?,
        seq: row.get(4)?,
        last_id: row.get(5)?,
        request_day: row.get(6)?,
        keys_moved: KeysMoved { generation: row.get(7)?, cursor: row.get(8)? },
    })
}

impl Database for SqliteDatabase {
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        Ok(Box::new(SqliteReader { connection: connect(&self.path, true)? }))
    }

    fn store(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(SqliteStore {
            connection: connect(&self.path, false)?,
            texts: HashMap::new(),
            forgotten: i64::MIN,
            swept: i64::MIN,
        }))
    }

    fn lanes(&self) -> u16 {
        self.lanes
    }

    fn take_lane(
        &self,
        lane: u16,
        owner: &str,
        address: &str,
        _: u32,
    ) -> Result<Option<LaneRow>, StoreError> {
        if self.lock.is_none() {
            return Ok(None);
        }
        let control = self.control();
        control.execute(TAKE_LANE, params![lane, owner, address]).map_err(|error| failed(&error))?;
        control.query_row(LANE, params![lane], lane_row).map(Some).map_err(|error| failed(&error))
    }

    fn renew_lanes(&self, _: &str, _: u32) -> Result<Vec<u16>, StoreError> {
        Ok(if self.lock.is_some() { (0..self.lanes).collect() } else { Vec::new() })
    }

    fn release_lanes(&self, owner: &str) -> Result<(), StoreError> {
        self.control()
            .execute("UPDATE lanes SET owner = '', address = '' WHERE owner = ?1", params![owner])
            .map_err(|error| failed(&error))?;
        // The log is folded into the file, so that a copy of the file alone is whole. Somebody reading may hold it back.
        if let Err(error) = self.control().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::info!(%error, "the log stays beside the database file");
        }
        Ok(())
    }

    fn keep(&self, name: &str, value: &str) -> Result<String, StoreError> {
        let control = self.control();
        let kept = || {
            control
                .query_row("SELECT value FROM meta WHERE name = ?1", params![name], |row| row.get(0))
                .optional()
        };
        // Asked often, written once: asking must not take the lock for writing.
        let run = || match kept()? {
            Some(value) => Ok(value),
            None => {
                control.execute(
                    "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    params![name, value],
                )?;
                kept()?.ok_or(rusqlite::Error::QueryReturnedNoRows)
            }
        };
        run().map_err(|error| failed(&error))
    }

    fn change(&self, name: &str, from: &str, to: &str) -> Result<bool, StoreError> {
        self.control()
            .execute("UPDATE meta SET value = ?3 WHERE name = ?1 AND value = ?2", params![name, from, to])
            .map(|changed| changed == 1)
            .map_err(|error| failed(&error))
    }

    fn lane(&self, lane: u16) -> Result<LaneRow, StoreError> {
        self.control().query_row(LANE, params![lane], lane_row).map_err(|error| failed(&error))
    }
}

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

struct SqliteStore {
    connection: Connection,
    texts: HashMap<(Verb, &'static str, usize, usize), String>,
    /// The day for which nothing is left to remove.
    forgotten: i64,
    /// Below this generation no run of natural keys is left.
    swept: i64,
}

impl SqliteStore {
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

struct SqliteReader {
    connection: Connection,
}

impl SqliteReader {
    fn found(&self, wants: &Wants) -> rusqlite::Result<Found> {
        let mut found = Found::default();
        // One snapshot for all tables: a batch that is being written is seen whole or not at all.
        let snapshot = self.connection.unchecked_transaction()?;
        for (kind, ids) in &wants.records {
            let mut statement = snapshot.prepare_cached(&format!(
                "SELECT shape, version, body FROM {} WHERE id = ?1 AND partition = ?2",
                kind.table
            ))?;
            for (partition, id) in ids {
                let mut rows = statement.query(params![id, partition.raw()])?;
                if let Some(row) = rows.next()? {
                    let (shape, version, body) = (row.get(0)?, row.get(1)?, row.get(2)?);
                    found.records.push(StoredRecord {
                        kind,
                        partition: *partition,
                        id: *id,
                        shape,
                        version,
                        body,
                    });
                }
            }
        }
        let mut heads =
            snapshot.prepare_cached("SELECT last_event, events, mac FROM partitions WHERE partition = ?1")?;
        let mut sheets = snapshot.prepare_cached(
            "SELECT id, code, dimension, currency, debits, credits, last_transfer, last_month FROM accounts \
             WHERE partition = ?1 ORDER BY id",
        )?;
        for partition in &wants.partitions {
            let mut rows = heads.query(params![partition.raw()])?;
            let Some(row) = rows.next()? else { continue };
            let head = Head { last_event: row.get(0)?, events: row.get(1)?, mac: row.get(2)? };
            let accounts =
                sheets.query_map(params![partition.raw()], account)?.collect::<rusqlite::Result<_>>()?;
            found.partitions.push((*partition, head, accounts));
        }
        let mut keys =
            snapshot.prepare_cached("SELECT id FROM natural_keys WHERE partition = ?1 AND key = ?2")?;
        for (partition, key) in &wants.keys {
            let mut rows = keys.query(params![partition.raw(), &key[..]])?;
            if let Some(row) = rows.next()? {
                found.keys.push((*partition, *key, row.get(0)?));
            }
        }
        let mut answers = snapshot.prepare_cached(
            "SELECT id, partition, key, input, denied, reply FROM requests WHERE id = ?1 AND partition = ?2",
        )?;
        for (partition, id) in &wants.requests {
            let mut rows = answers.query(params![id, partition.raw()])?;
            if let Some(row) = rows.next()? {
                found.requests.push(request(row)?);
            }
        }
        Ok(found)
    }
}

fn request(row: &rusqlite::Row<'_>) -> rusqlite::Result<RequestRow> {
    Ok(RequestRow {
        id: row.get(0)?,
        partition: partition(row.get(1)?)?,
        key: RequestKey(row.get(2)?),
        input: row.get(3)?,
        denied: row.get::<_, i64>(4)? != 0,
        reply: row.get(5)?,
    })
}

fn partition(raw: i64) -> rusqlite::Result<Partition> {
    Partition::from_raw(raw).ok_or(rusqlite::Error::IntegralValueOutOfRange(0, raw))
}

fn account(row: &rusqlite::Row<'_>) -> rusqlite::Result<Account> {
    let number: u16 = row.get(1)?;
    let wrong = || rusqlite::Error::IntegralValueOutOfRange(1, i64::from(number));
    let currency: String = row.get(3)?;
    Ok(Account {
        id: row.get(0)?,
        key: AccountKey {
            code: AccountCode::from_number(number).ok_or_else(wrong)?,
            dimension: row.get(2)?,
            currency: Currency::from_code(&currency).map_err(|_| wrong())?,
        },
        debits: row.get(4)?,
        credits: row.get(5)?,
        last_transfer: row.get(6)?,
        last_month: row.get(7)?,
    })
}

impl Reader for SqliteReader {
    fn read(&mut self, wants: &Wants) -> Result<Found, StoreError> {
        self.found(wants).map_err(|error| failed(&error))
    }

    fn request_runs(
        &mut self,
        lane: u16,
        from_day: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError> {
        let mut scan = || -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare(
                "SELECT day, keys FROM request_runs WHERE lane = ?1 AND day >= ?2 ORDER BY day, seq",
            )?;
            let mut rows = statement.query(params![lane, from_day])?;
            while let Some(row) = rows.next()? {
                each(row.get(0)?, row.get_ref(1)?.as_blob()?);
            }
            Ok(())
        };
        scan().map_err(|error| failed(&error))
    }

    fn key_runs(
        &mut self,
        lane: u16,
        from_generation: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError> {
        let mut scan = || -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare(
                "SELECT generation, keys FROM key_runs WHERE lane = ?1 AND generation >= ?2 ORDER BY generation, seq",
            )?;
            let mut rows = statement.query(params![lane, from_generation])?;
            while let Some(row) = rows.next()? {
                each(row.get(0)?, row.get_ref(1)?.as_blob()?);
            }
            Ok(())
        };
        scan().map_err(|error| failed(&error))
    }

    fn due(
        &mut self,
        kind: &'static Kind,
        lane: u16,
        environment: Environment,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Partition, i64)>, StoreError> {
        let run = || -> rusqlite::Result<Vec<(Partition, i64)>> {
            let mut statement = self.connection.prepare_cached(&format!(
                "SELECT partition, id FROM {} WHERE lane = ?1 AND due_at <= ?2 AND (partition >> 62) = ?3 \
                 ORDER BY due_at, id LIMIT ?4",
                kind.table
            ))?;
            let environment = Partition::new(environment, 0).raw() >> 62;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            statement
                .query_map(params![lane, now.micros(), environment, limit], |row| {
                    Ok((partition(row.get(0)?)?, row.get(1)?))
                })?
                .collect()
        };
        run().map_err(|error| failed(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_itself_refuses_a_balance_below_zero() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("guard.db").display().to_string();
        drop(SqliteDatabase::open(&path, 1).unwrap());
        let connection = connect(&path, false).unwrap();
        let insert = "INSERT INTO accounts (id, partition, code, dimension, currency, debits, credits, last_transfer, \
             last_month, guard) VALUES (?1, 7, ?2, 0, 'CNY', 5, 5, 0, 0, ?3)";
        for (id, code, guard) in [(1, 2110, 1), (2, 1120, -1), (3, 2195, 0)] {
            connection.execute(insert, params![id, code, guard]).unwrap();
        }
        let set = |id: i64, debits: i64, credits: i64| {
            connection
                .execute(
                    "UPDATE accounts SET debits = ?2, credits = ?3 WHERE id = ?1",
                    params![id, debits, credits],
                )
                .is_ok()
        };
        assert!(set(1, 5, 6) && !set(1, 7, 6), "2110 grows by credits");
        assert!(set(2, 6, 5) && !set(2, 6, 7), "1120 grows by debits");
        assert!(set(3, 6, 5) && set(3, 5, 6), "2195 may stand on either side");
        assert!(!set(3, -1, 0), "a total never falls below zero");
    }
}
