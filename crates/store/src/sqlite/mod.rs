//! The store on SQLite: one file, one process, WAL with `synchronous=FULL`. Decides nothing.
//!
//! Here the file, its migrations and who has its lanes; `writing.rs` a batch; `reading.rs` what a lane asks for.

mod reading;
mod writing;

use std::fs::File;
use std::sync::Mutex;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use zaiton_engine::port::LaneRow;
use zaiton_engine::recent::KeysMoved;
use zaiton_engine::{Database, Reader, Store, StoreError};

use crate::migrate;

use reading::SqliteReader;
use writing::SqliteStore;

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
            migrate_file(&mut control, lanes, i64::MAX)?;
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

/// Brings a file to the schema of this program, or to that of so many migrations.
pub(crate) fn migrate_file(connection: &mut Connection, lanes: u16, to: i64) -> Result<(), StoreError> {
    let run = |connection: &mut Connection| -> rusqlite::Result<Vec<(i64, String)>> {
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, \
             checksum TEXT NOT NULL) STRICT",
        )?;
        let mut statement = connection.prepare("SELECT number, checksum FROM migrations ORDER BY number")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let done = run(connection).map_err(|error| failed(&error))?;
    for migration in migrate::pending(migrate::all(false), &done)?.iter().filter(|one| one.number <= to) {
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
        Ok(Box::new(SqliteReader::new(connect(&self.path, true)?)))
    }

    fn store(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(SqliteStore::new(connect(&self.path, false)?)))
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
