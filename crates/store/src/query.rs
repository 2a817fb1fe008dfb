//! Reading for lists and reports, beside the engine: a small pool of connections, one text for both databases.
//! Sees every commit that a caller was told of. Never writes.

use std::sync::{Arc, Mutex};

use postgres::types::ToSql;
use zaiton_engine::StoreError;

use crate::{postgres as pg, sqlite};

/// A value of a row or a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    /// The number, 0 for anything else.
    #[must_use]
    pub fn int(&self) -> i64 {
        if let Self::Int(value) = self { *value } else { 0 }
    }

    /// The text, empty for anything else.
    #[must_use]
    pub fn text(&self) -> &str {
        if let Self::Text(value) = self { value } else { "" }
    }

    /// The bytes, none for anything else.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        if let Self::Blob(value) = self { value } else { &[] }
    }
}

enum Source {
    Sqlite {
        path: String,
        idle: Mutex<Vec<rusqlite::Connection>>,
    },
    Postgres {
        url: String,
        idle: Mutex<Vec<postgres::Client>>,
    },
    /// One connection in one long read transaction.
    SqliteSnapshot(Mutex<rusqlite::Connection>),
    /// The same.
    PostgresSnapshot(Mutex<postgres::Client>),
}

/// A pool of reading connections.
#[derive(Clone)]
pub struct Queries(Arc<Source>);

/// Connections kept open.
const IDLE: usize = 8;

/// SQLite takes `$1` for a name and numbers it by first appearance; `?1` is what is meant.
#[must_use]
pub fn for_sqlite(text: &str) -> String {
    text.replace('$', "?")
}

impl Queries {
    pub(crate) fn sqlite(path: &str) -> Self {
        Self(Arc::new(Source::Sqlite { path: path.to_owned(), idle: Mutex::default() }))
    }

    pub(crate) fn postgres(url: &str) -> Self {
        Self(Arc::new(Source::Postgres { url: url.to_owned(), idle: Mutex::default() }))
    }

    /// It is PostgreSQL.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(*self.0, Source::Postgres { .. } | Source::PostgresSnapshot(_))
    }

    /// The same reads over one snapshot of the whole database: for proofs that compare tables while commands go on. Holds the
    /// snapshot until it is dropped, and with it the log: not for lists.
    ///
    /// # Errors
    /// The database cannot be opened.
    pub fn snapshot(&self) -> Result<Self, StoreError> {
        let source = match &*self.0 {
            Source::Sqlite { path, .. } => {
                let connection = sqlite::connect(path, true)?;
                let begun = connection
                    .execute_batch("BEGIN DEFERRED")
                    .and_then(|()| connection.query_row("SELECT COUNT(*) FROM meta", [], |_| Ok(())));
                begun.map_err(|error| sqlite::failed(&error))?;
                Source::SqliteSnapshot(Mutex::new(connection))
            }
            Source::Postgres { url, .. } => {
                let mut client = pg::connect(url)?;
                client
                    .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .map_err(|error| pg::failed(&error))?;
                Source::PostgresSnapshot(Mutex::new(client))
            }
            Source::SqliteSnapshot(_) | Source::PostgresSnapshot(_) => return Ok(self.clone()),
        };
        Ok(Self(Arc::new(source)))
    }

    /// All rows of a query whose text serves both databases, parameters as `$1` and on.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn rows(&self, text: &str, parameters: &[Value]) -> Result<Vec<Vec<Value>>, StoreError> {
        match &*self.0 {
            Source::Sqlite { path, idle } => {
                let connection = idle.lock().expect("pool lock").pop();
                let connection = connection.map_or_else(|| sqlite::connect(path, true), Ok)?;
                let rows =
                    sqlite_rows(&connection, text, parameters).map_err(|error| sqlite::failed(&error))?;
                let mut idle = idle.lock().expect("pool lock");
                if idle.len() < IDLE {
                    idle.push(connection);
                }
                Ok(rows)
            }
            Source::Postgres { url, idle } => {
                let client = idle.lock().expect("pool lock").pop().filter(|client| !client.is_closed());
                let mut client = client.map_or_else(|| pg::connect(url), Ok)?;
                let rows =
                    postgres_rows(&mut client, text, parameters).map_err(|error| pg::failed(&error))?;
                let mut idle = idle.lock().expect("pool lock");
                if idle.len() < IDLE {
                    idle.push(client);
                }
                Ok(rows)
            }
            Source::SqliteSnapshot(connection) => {
                let connection = connection.lock().expect("snapshot lock");
                sqlite_rows(&connection, text, parameters).map_err(|error| sqlite::failed(&error))
            }
            Source::PostgresSnapshot(client) => {
                let mut client = client.lock().expect("snapshot lock");
                postgres_rows(&mut client, text, parameters).map_err(|error| pg::failed(&error))
            }
        }
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

fn sqlite_rows(
    connection: &rusqlite::Connection,
    text: &str,
    parameters: &[Value],
) -> rusqlite::Result<Vec<Vec<Value>>> {
    use rusqlite::types::ValueRef;
    let mut statement = connection.prepare_cached(&for_sqlite(text))?;
    let width = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(width);
        for at in 0..width {
            values.push(match row.get_ref(at)? {
                ValueRef::Integer(value) => Value::Int(value),
                ValueRef::Text(value) => Value::Text(String::from_utf8_lossy(value).into_owned()),
                ValueRef::Blob(value) => Value::Blob(value.to_vec()),
                ValueRef::Null | ValueRef::Real(_) => Value::Null,
            });
        }
        all.push(values);
    }
    Ok(all)
}

fn postgres_rows(
    client: &mut postgres::Client,
    text: &str,
    parameters: &[Value],
) -> Result<Vec<Vec<Value>>, postgres::Error> {
    use postgres::types::Type;
    let statement = client.prepare(text)?;
    let nothing: Option<i64> = None;
    let bound: Vec<&(dyn ToSql + Sync)> = parameters
        .iter()
        .map(|value| -> &(dyn ToSql + Sync) {
            match value {
                Value::Null => &nothing,
                Value::Int(value) => value,
                Value::Text(value) => value,
                Value::Blob(value) => value,
            }
        })
        .collect();
    let rows = client.query(&statement, &bound)?;
    rows.iter()
        .map(|row| {
            row.columns()
                .iter()
                .enumerate()
                .map(|(at, column)| {
                    Ok(match *column.type_() {
                        Type::INT8 => row.try_get::<_, Option<i64>>(at)?.map_or(Value::Null, Value::Int),
                        Type::INT4 => row
                            .try_get::<_, Option<i32>>(at)?
                            .map_or(Value::Null, |v| Value::Int(i64::from(v))),
                        Type::BYTEA => {
                            row.try_get::<_, Option<Vec<u8>>>(at)?.map_or(Value::Null, Value::Blob)
                        }
                        _ => row.try_get::<_, Option<String>>(at)?.map_or(Value::Null, Value::Text),
                    })
                })
                .collect()
        })
        .collect()
}
