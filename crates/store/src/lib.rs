//! The engine's store on SQLite and on PostgreSQL, migrations, and the read queries: the only place with SQL.
//!
//! Never holds a business rule. What both databases say alike is written once; where they differ there are two
//! texts, side by side.
#![warn(missing_docs)]

pub mod audit_index;
pub mod copy;
pub mod migrate;
pub mod postgres;
pub mod query;
pub mod queues;
pub mod report;
pub mod rows;
pub mod scan;
pub mod sqlite;
pub mod tables;

pub use query::{Queries, Value};

use std::sync::Arc;

use zaiton_engine::{Database, StoreError};

/// A database opened by its URL: `sqlite:FILE` or `postgres://..`.
pub struct Opened {
    /// For the engine.
    pub database: Arc<dyn Database>,
    /// For lists and reports.
    pub queries: Queries,
}

/// Opens, and migrates to the schema of this program. `lanes` counts only when the database is new.
///
/// # Errors
/// An address that is neither, or a database that cannot be opened or is newer than this program.
pub fn open(url: &str, lanes: u16) -> Result<Opened, StoreError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let database = sqlite::SqliteDatabase::open(path, lanes)?;
        let queries = Queries::sqlite(path);
        return Ok(Opened { database: Arc::new(database), queries });
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") || url.starts_with("host=") {
        let database = postgres::PostgresDatabase::open(url, lanes)?;
        let queries = Queries::postgres(url);
        return Ok(Opened { database: Arc::new(database), queries });
    }
    Err(StoreError("a database address starts with sqlite: or postgres://".into()))
}
