//! A whole database out, row by row over one snapshot, and into an empty one of either kind: what backups are made of. Never
//! changes what is there, and knows no format of files.

use postgres::Client;
use rusqlite::Connection;
use zaiton_engine::StoreError;

use crate::query::for_sqlite;
use crate::{Queries, Value, migrate, postgres as pg, sqlite, tables};

/// A table as it is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyTable {
    /// Its name.
    pub name: &'static str,
    /// What is copied of a row. Who has a lane is not: nobody has one in a copy.
    pub columns: Vec<&'static str>,
    /// The columns that name a row; rows come in their order.
    key: &'static [usize],
    /// Rows of a page.
    page: u32,
    /// The migration that made it.
    migration: i64,
}

const RECORD: &str = "id, partition, shape, version, updated_at, body";
/// The tables that are none of records: name, columns, which of these are the key, rows of a page.
const CORE: &[(&str, &str, &[usize], u32)] = &[
    ("meta", "name, value", &[0], 1_000),
    ("lanes", "lane, epoch, seq, last_id, request_day, key_generation, key_cursor", &[0], 100),
    ("partitions", "partition, last_event, events, mac", &[0], 5_000),
    (
        "accounts",
        "id, partition, code, dimension, currency, debits, credits, last_transfer, last_month, guard",
        &[0],
        5_000,
    ),
    (
        "transfers",
        "id, partition, txn, debit, credit, amount, kind, subject, link, previous_of_debit, previous_of_credit, booked_at, \
         value_date",
        &[0],
        5_000,
    ),
    ("marks", "account, month, partition, debits, credits, last_transfer", &[0, 1], 5_000),
    ("events", "id, partition, previous, number, at, actor, command, subject, body, mac", &[0], 5_000),
    ("natural_keys", "partition, key, id", &[0, 1], 5_000),
    ("requests", "id, partition, key, input, denied, reply", &[0], 5_000),
    ("request_runs", "lane, day, seq, keys", &[0, 1, 2], 100),
    ("key_runs", "lane, generation, seq, keys", &[0, 1, 2], 100),
];

/// Every table, in the order in which it is copied.
#[must_use]
pub fn tables() -> Vec<CopyTable> {
    let core = CORE.iter().map(|(name, columns, key, page)| CopyTable {
        name,
        columns: columns.split(", ").map(str::trim).collect(),
        key,
        page: *page,
        migration: 1,
    });
    let records = tables::RECORD_TABLES.iter().map(|table| CopyTable {
        name: table.name,
        columns: RECORD.split(", ").collect(),
        key: &[0],
        page: 2_000,
        migration: table.migration,
    });
    core.chain(records).collect()
}

/// What made a schema: the numbers and names of its migrations, alike on both kinds of database.
#[must_use]
pub fn schema() -> Vec<(i64, &'static str)> {
    migrate::all(false).iter().map(|migration| (migration.number, migration.name)).collect()
}

impl CopyTable {
    /// It is there after so many migrations.
    #[must_use]
    pub fn is_made_by(&self, migrations: i64) -> bool {
        self.migration <= migrations
    }

    fn page_text(&self, first: bool) -> String {
        let (columns, name) = (self.columns.join(", "), self.name);
        let key: Vec<&str> = self.key.iter().map(|at| self.columns[*at]).collect();
        let key = key.join(", ");
        let after = if first {
            String::new()
        } else {
            let values: Vec<String> = (1..=self.key.len()).map(|at| format!("${at}")).collect();
            format!(" WHERE ({key}) > ({})", values.join(", "))
        };
        format!("SELECT {columns} FROM {name}{after} ORDER BY {key} LIMIT {}", self.page)
    }

    fn insert_text(&self) -> String {
        let values: Vec<String> = (1..=self.columns.len()).map(|at| format!("${at}")).collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, self.columns.join(", "), values.join(", "))
    }
}

impl Queries {
    /// Every row of a table, in the order of its key. Over a snapshot, or the pages are of several moments.
    ///
    /// # Errors
    /// The database cannot be read, or `take` says so.
    pub fn each_row(
        &self,
        table: &CopyTable,
        mut take: impl FnMut(&[Value]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut rows = self.rows(&table.page_text(true), &[])?;
        while let Some(last) = rows.last() {
            let after: Vec<Value> = table.key.iter().map(|at| last[*at].clone()).collect();
            for row in &rows {
                take(row)?;
            }
            rows = self.rows(&table.page_text(false), &after)?;
        }
        Ok(())
    }

    /// The number of the last migration that made this database.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn migrations(&self) -> Result<i64, StoreError> {
        let rows = self.rows("SELECT CAST(MAX(number) AS bigint) FROM migrations", &[])?;
        Ok(rows.first().and_then(|row| row.first()).map_or(0, Value::int))
    }
}

/// Nothing is at an address: no file, or a database without a table.
///
/// # Errors
/// The database cannot be reached.
pub fn is_empty(url: &str) -> Result<bool, StoreError> {
    match url.strip_prefix("sqlite:") {
        Some(path) => Ok(!std::path::Path::new(path).exists()),
        None => Ok(tables_of(&mut pg::connect(url)?)? == 0),
    }
}

const TABLES: &str = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";

fn tables_of(client: &mut Client) -> Result<i64, StoreError> {
    client.query_one(TABLES, &[]).map(|row| row.get(0)).map_err(|error| pg::failed(&error))
}

enum Place {
    Sqlite { connection: Connection, made_at: String, path: String },
    Postgres(Box<Client>),
}

/// An empty database that is being filled. What was not finished is not there.
pub struct Filling(Place);

/// Why nothing is restored there.
const NOT_EMPTY: &str = "there is something already";

impl Filling {
    /// Makes the schema of so many migrations at an address where nothing is.
    ///
    /// # Errors
    /// Something is there, or the database cannot be reached.
    pub fn begin(url: &str, migrations: i64, lanes: u16) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let made_at = format!("{path}.restoring");
            for there in [path, &made_at] {
                if std::path::Path::new(there).exists() {
                    return Err(StoreError(format!("{there}: {NOT_EMPTY}")));
                }
            }
            let mut connection = sqlite::connect(&made_at, false)?;
            sqlite::migrate_file(&mut connection, lanes, migrations)?;
            let begun = connection.execute_batch("DELETE FROM meta; DELETE FROM lanes; BEGIN");
            begun.map_err(|error| sqlite::failed(&error))?;
            return Ok(Self(Place::Sqlite { connection, made_at, path: path.to_owned() }));
        }
        let mut client = pg::connect(url)?;
        if tables_of(&mut client)? > 0 {
            return Err(StoreError(format!("the database: {NOT_EMPTY}")));
        }
        client.batch_execute("BEGIN").map_err(|error| pg::failed(&error))?;
        pg::migrate_within(&mut client, lanes, migrations)?;
        let emptied = client.batch_execute("DELETE FROM meta; DELETE FROM lanes");
        emptied.map_err(|error| pg::failed(&error))?;
        Ok(Self(Place::Postgres(Box::new(client))))
    }

    /// Writes rows of a table.
    ///
    /// # Errors
    /// The database refuses one, or is gone.
    pub fn write(&mut self, table: &CopyTable, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        match &mut self.0 {
            Place::Sqlite { connection, .. } => {
                let run = || -> rusqlite::Result<()> {
                    let mut statement = connection.prepare_cached(&for_sqlite(&table.insert_text()))?;
                    for row in rows {
                        statement.execute(rusqlite::params_from_iter(row))?;
                    }
                    Ok(())
                };
                run().map_err(|error| sqlite::failed(&error))
            }
            Place::Postgres(client) => pg::copy_in(client, table.name, &table.columns, rows),
        }
    }

    /// Makes it the database at the address.
    ///
    /// # Errors
    /// The last write fails.
    pub fn finish(self) -> Result<(), StoreError> {
        match self.0 {
            Place::Sqlite { connection, made_at, path } => {
                connection
                    .execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
                    .map_err(|error| sqlite::failed(&error))?;
                drop(connection);
                std::fs::rename(&made_at, &path).map_err(|error| StoreError(format!("{path}: {error}")))
            }
            Place::Postgres(mut client) => client.batch_execute("COMMIT").map_err(|error| pg::failed(&error)),
        }
    }
}
