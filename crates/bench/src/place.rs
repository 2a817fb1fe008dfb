//! Fresh databases for one run each: a file in a folder that goes away, or a database on a PostgreSQL server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::{Client, NoTls};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::Stop;
use crate::measure::processor_time;

/// Where runs put their databases.
#[derive(Clone, Debug)]
pub enum Server {
    /// Files in this folder.
    Sqlite(PathBuf),
    /// The address of any database of the server; runs make and drop one called `zaiton_bench`.
    Postgres(String),
}

/// A database that nobody wrote to yet.
pub struct Place {
    /// Its address, as the store takes it.
    pub url: String,
    folder: Option<TempDir>,
}

impl Server {
    /// From an address: `sqlite:FOLDER` or `postgres://..`.
    ///
    /// # Errors
    /// Neither.
    pub fn parse(url: &str) -> Result<Self, Stop> {
        if let Some(folder) = url.strip_prefix("sqlite:") {
            let folder = if folder.is_empty() { std::env::temp_dir() } else { PathBuf::from(folder) };
            return Ok(Self::Sqlite(folder));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err("an address is sqlite:FOLDER or postgres://..".into())
    }

    /// Rows go to PostgreSQL.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// A folder whose disk says something about this server's: its own, or that of temporary files.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        match self {
            Self::Sqlite(folder) => folder.clone(),
            Self::Postgres(_) => std::env::temp_dir(),
        }
    }

    /// A fresh database.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn fresh(&self) -> Result<Place, Stop> {
        match self {
            Self::Sqlite(folder) => {
                let folder = tempfile::tempdir_in(folder)?;
                let url = format!("sqlite:{}", folder.path().join("bench.db").display());
                Ok(Place { url, folder: Some(folder) })
            }
            Self::Postgres(url) => {
                let mut client = Client::connect(url, NoTls)?;
                client.batch_execute("DROP DATABASE IF EXISTS zaiton_bench WITH (FORCE)")?;
                client.batch_execute("CREATE DATABASE zaiton_bench")?;
                client.batch_execute("CHECKPOINT")?;
                let (server, rest) = url.rsplit_once('/').ok_or("an address without a database")?;
                let parameters = rest.split_once('?').map(|(_, more)| format!("?{more}")).unwrap_or_default();
                Ok(Place { url: format!("{server}/zaiton_bench{parameters}"), folder: None })
            }
        }
    }
}

impl Place {
    /// The SQLite file, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.folder.as_ref()?;
        self.url.strip_prefix("sqlite:").map(Path::new)
    }

    /// The whole size, everything written back from the log.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn size(&self) -> Result<u64, Stop> {
        if let Some(file) = self.file() {
            let connection = Connection::open(file)?;
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            return Ok(std::fs::metadata(file)?.len());
        }
        let mut client = Client::connect(&self.url, NoTls)?;
        let size: i64 = client.query_one("SELECT pg_database_size(current_database())", &[])?.get(0);
        Ok(u64::try_from(size)?)
    }

    /// Bytes written so far, log and all: by this process for a file, into the log for a server.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub fn written(&self) -> Result<u64, Stop> {
        if self.file().is_some() {
            return Ok(crate::measure::proc_figure("io", "write_bytes"));
        }
        let mut client = Client::connect(&self.url, NoTls)?;
        let bytes: i64 =
            client.query_one("SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint", &[])?.get(0);
        Ok(u64::try_from(bytes)?)
    }

    /// Time that this thread, or the server for this database's connections, has spent on a processor.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub fn processor_time(&self) -> Result<Duration, Stop> {
        if self.file().is_some() {
            return Ok(processor_time("thread-self"));
        }
        let mut client = Client::connect(&self.url, NoTls)?;
        let rows = client.query(
            "SELECT pid::bigint FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            &[],
        )?;
        Ok(rows.iter().map(|row| processor_time(&row.get::<_, i64>(0).to_string())).sum())
    }

    /// Runs plain SQL on it.
    ///
    /// # Errors
    /// It is refused.
    pub fn execute(&self, sql: &str) -> Result<(), Stop> {
        match self.file() {
            Some(file) => Connection::open(file)?.execute_batch(sql)?,
            None => Client::connect(&self.url, NoTls)?.batch_execute(sql)?,
        }
        Ok(())
    }
}
