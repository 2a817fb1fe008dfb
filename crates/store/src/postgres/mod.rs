//! The store on PostgreSQL 15 and later, in statement forms that also run on a distributed engine: `partition` in
//! every key, sets by UNNEST joined to `partitions`, written rows counted. Decides nothing.
//!
//! Here the database, its migrations and who has which lane; `writing.rs` a batch; `reading.rs` what a lane asks for.

mod reading;
mod writing;

use std::io::Write as _;
use std::sync::Mutex;

use postgres::{Client, NoTls, Row};
use zaiton_engine::port::LaneRow;
use zaiton_engine::recent::KeysMoved;
use zaiton_engine::{Database, Reader, Store, StoreError};

use crate::{Value, migrate};

pub use writing::text;

use reading::{PostgresReader, due_text, record_text};
use writing::PostgresStore;

pub(crate) fn failed(error: &postgres::Error) -> StoreError {
    StoreError(format!("PostgreSQL: {}", told(error)))
}

/// What the server said, without the row's values (`detail` may hold them).
fn told(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} {}", db.code().code(), db.message()),
        None => error.to_string(),
    }
}

pub(crate) fn connect(url: &str) -> Result<Client, StoreError> {
    let mut client = Client::connect(url, NoTls).map_err(|error| failed(&error))?;
    client
        .batch_execute("SET synchronous_commit = on; SET client_min_messages = warning")
        .map_err(|error| failed(&error))?;
    Ok(client)
}

/// A batch above this many rows is worth a plan of its own.
const MANY: usize = 64;

/// How the lane's own connection plans. A plan made for the values at hand looks a list up by hash, one made for all
/// values goes through the list for every row: thousands of partitions cost more than everything else then. A lone command
/// pays more for planning than for running. Tables are not read whole: what a batch costs must not follow their size.
#[derive(Default)]
struct Planning {
    of_its_own: Option<bool>,
}

impl Planning {
    fn prepare(&mut self, client: &mut Client, rows: usize) -> Result<(), postgres::Error> {
        let many = rows > MANY;
        if self.of_its_own == Some(many) {
            return Ok(());
        }
        let mode = if many { "force_custom_plan" } else { "force_generic_plan" };
        let joins = if self.of_its_own.is_none() {
            "SET enable_seqscan = off; SET enable_mergejoin = off; SET random_page_cost = 1.1; SET jit = off; "
        } else {
            ""
        };
        client.batch_execute(&format!("{joins}SET plan_cache_mode = {mode}"))?;
        self.of_its_own = Some(many);
        Ok(())
    }
}

/// A PostgreSQL database.
pub struct PostgresDatabase {
    url: String,
    lanes: u16,
    control: Mutex<Option<Client>>,
}

impl PostgresDatabase {
    /// Opens and migrates a database.
    ///
    /// # Errors
    /// It cannot be reached, or a newer program made it.
    pub fn open(url: &str, lanes: u16) -> Result<Self, StoreError> {
        let mut client = connect(url)?;
        // Two processes may start at once on an empty database: the loser of the race reads what the winner made.
        if migrate_database(&mut client, lanes).is_err() {
            migrate_database(&mut client, lanes)?;
        }
        let row = client
            .query_one("SELECT value FROM meta WHERE name = 'lanes'", &[])
            .map_err(|error| failed(&error))?;
        let lanes = row
            .get::<_, &str>(0)
            .parse()
            .map_err(|_| StoreError("the number of lanes is not a number".into()))?;
        Ok(Self { url: url.to_owned(), lanes, control: Mutex::new(Some(client)) })
    }

    /// Runs something on the control connection, which is opened again when it broke.
    fn control<T>(&self, run: impl Fn(&mut Client) -> Result<T, postgres::Error>) -> Result<T, StoreError> {
        let mut slot = self.control.lock().expect("nobody panics while holding the connection");
        for last in [false, true] {
            if slot.as_ref().is_none_or(Client::is_closed) {
                *slot = Some(connect(&self.url)?);
            }
            let client = slot.as_mut().expect("just opened");
            match run(client) {
                Ok(value) => return Ok(value),
                Err(error) if last || !client.is_closed() => return Err(failed(&error)),
                Err(_) => *slot = None,
            }
        }
        Err(StoreError("PostgreSQL: no connection".into()))
    }
}

const MIGRATIONS: &str = "CREATE TABLE IF NOT EXISTS migrations (number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)";

fn migrate_database(client: &mut Client, lanes: u16) -> Result<(), StoreError> {
    let done = client
        .batch_execute(MIGRATIONS)
        .and_then(|()| client.query("SELECT number, checksum FROM migrations ORDER BY number", &[]))
        .map_err(|error| failed(&error))?;
    let done: Vec<(i64, String)> = done.iter().map(|row| (row.get(0), row.get(1))).collect();
    for migration in migrate::pending(migrate::all(true), &done)? {
        let apply = |client: &mut Client| -> Result<(), postgres::Error> {
            let mut transaction = client.transaction()?;
            run_migration(&mut transaction, &migration, lanes)?;
            transaction.commit()
        };
        apply(client).map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// Makes the schema of so many migrations in a database without one, within the transaction that the connection is in.
pub(crate) fn migrate_within(client: &mut Client, lanes: u16, to: i64) -> Result<(), StoreError> {
    client.batch_execute(MIGRATIONS).map_err(|error| failed(&error))?;
    for migration in migrate::all(true).iter().filter(|one| one.number <= to) {
        run_migration(client, migration, lanes).map_err(|error| failed(&error))?;
    }
    Ok(())
}

fn run_migration(
    client: &mut impl postgres::GenericClient,
    migration: &migrate::Migration,
    lanes: u16,
) -> Result<(), postgres::Error> {
    client.execute(
        "INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3)",
        &[&migration.number, &migration.name, &migration.checksum()],
    )?;
    client.batch_execute(&migration.sql)?;
    if migration.number == 1 {
        client.execute("INSERT INTO meta (name, value) VALUES ('lanes', $1)", &[&lanes.to_string()])?;
        let numbers: Vec<i64> = (0..i64::from(lanes)).collect();
        client.execute("INSERT INTO lanes (lane) SELECT UNNEST($1::bigint[])", &[&numbers])?;
    }
    Ok(())
}

/// Writes rows of a new database, in the text form of COPY.
pub(crate) fn copy_in(
    client: &mut Client,
    table: &str,
    columns: &[&str],
    rows: &[Vec<Value>],
) -> Result<(), StoreError> {
    let mut text = String::new();
    for row in rows {
        for (at, value) in row.iter().enumerate() {
            if at > 0 {
                text.push('\t');
            }
            match value {
                Value::Null => text.push_str("\\N"),
                Value::Int(value) => text.push_str(&value.to_string()),
                Value::Text(value) => {
                    for letter in value.chars() {
                        match letter {
                            '\\' => text.push_str("\\\\"),
                            '\t' => text.push_str("\\t"),
                            '\n' => text.push_str("\\n"),
                            '\r' => text.push_str("\\r"),
                            other => text.push(other),
                        }
                    }
                }
                Value::Blob(bytes) => {
                    text.push_str("\\\\x");
                    bytes.iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
                }
            }
        }
        text.push('\n');
    }
    let into = format!("COPY {table} ({}) FROM STDIN", columns.join(", "));
    let mut writer = client.copy_in(&into).map_err(|error| failed(&error))?;
    let written = writer.write_all(text.as_bytes());
    // What the server says of the rows comes with the end, and says more than a pipe that broke.
    writer.finish().map_err(|error| failed(&error))?;
    written.map_err(|error| StoreError(format!("PostgreSQL: {error}")))
}

const LANE: &str = "SELECT lane, owner, address, epoch, seq, last_id, request_day, key_generation, key_cursor FROM lanes WHERE lane = $1";
/// `lease_until` is in the database's own seconds: the clocks of processes do not matter.
const TAKE_LANE: &str = "UPDATE lanes SET owner = $2, address = $3, epoch = epoch + 1, \
     lease_until = extract(epoch FROM now())::bigint + $4 \
     WHERE lane = $1 AND (owner = $2 OR owner = '' OR lease_until < extract(epoch FROM now())::bigint) \
     RETURNING lane, owner, address, epoch, seq, last_id, request_day, key_generation, key_cursor";
const RENEW: &str =
    "UPDATE lanes SET lease_until = extract(epoch FROM now())::bigint + $2 WHERE owner = $1 RETURNING lane";

fn small(value: i64) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

fn lane_row(row: &Row) -> LaneRow {
    LaneRow {
        lane: small(row.get(0)),
        owner: row.get(1),
        address: row.get(2),
        epoch: row.get(3),
        seq: row.get(4),
        last_id: row.get(5),
        request_day: row.get(6),
        keys_moved: KeysMoved {
            generation: row.get(7),
            cursor: row.get::<_, &[u8]>(8).try_into().unwrap_or([0; 24]),
        },
    }
}

impl Database for PostgresDatabase {
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        Ok(Box::new(PostgresReader::new(connect(&self.url)?, &self.url)))
    }

    fn store(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(PostgresStore::new(connect(&self.url)?)))
    }

    fn lanes(&self) -> u16 {
        self.lanes
    }

    fn take_lane(
        &self,
        lane: u16,
        owner: &str,
        address: &str,
        lease: u32,
    ) -> Result<Option<LaneRow>, StoreError> {
        let row = self.control(|client| {
            client.query_opt(TAKE_LANE, &[&i64::from(lane), &owner, &address, &i64::from(lease)])
        })?;
        Ok(row.as_ref().map(lane_row))
    }

    fn renew_lanes(&self, owner: &str, lease: u32) -> Result<Vec<u16>, StoreError> {
        let rows = self.control(|client| client.query(RENEW, &[&owner, &i64::from(lease)]))?;
        Ok(rows.iter().map(|row| small(row.get(0))).collect())
    }

    fn release_lanes(&self, owner: &str) -> Result<(), StoreError> {
        self.control(|client| {
            client.execute("UPDATE lanes SET owner = '', address = '' WHERE owner = $1", &[&owner])
        })
        .map(|_| ())
    }

    fn keep(&self, name: &str, value: &str) -> Result<String, StoreError> {
        let kept = "SELECT value FROM meta WHERE name = $1";
        self.control(|client| {
            if let Some(row) = client.query_opt(kept, &[&name])? {
                return Ok(row);
            }
            client.execute(
                "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                &[&name, &value],
            )?;
            client.query_one(kept, &[&name])
        })
        .map(|row| row.get(0))
    }

    fn change(&self, name: &str, from: &str, to: &str) -> Result<bool, StoreError> {
        self.control(|client| {
            client.execute("UPDATE meta SET value = $3 WHERE name = $1 AND value = $2", &[&name, &from, &to])
        })
        .map(|changed| changed == 1)
    }

    fn lane(&self, lane: u16) -> Result<LaneRow, StoreError> {
        self.control(|client| client.query_one(LANE, &[&i64::from(lane)])).map(|row| lane_row(&row))
    }
}

/// Every text by which this folder reads or keeps lanes: a test prepares them all.
#[must_use]
pub fn read_texts() -> Vec<String> {
    let mut texts: Vec<String> = [LANE, TAKE_LANE, RENEW]
        .iter()
        .chain(&reading::TEXTS)
        .chain(&writing::TEXTS)
        .map(|text| (*text).to_owned())
        .collect();
    texts.extend(crate::tables::RECORD_TABLES.iter().map(|table| record_text(table.name)));
    texts.extend(["timers", "effects"].map(due_text));
    texts
}

fn distinct(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut list: Vec<i64> = values.collect();
    list.sort_unstable();
    list.dedup();
    list
}
