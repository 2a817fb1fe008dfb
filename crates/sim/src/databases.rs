//! A fresh database for each test: a SQLite file in a folder of its own, or a database on a PostgreSQL server that is
//! there for tests. Removes what it made. Never falls back from one to the other, never skips.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};
use tempfile::TempDir;
use zaiton_store::Opened;

/// A database that lives as long as this value.
pub struct TestDatabase {
    url: String,
    kept: Kept,
}

enum Kept {
    Folder(TempDir),
    Server { url: String, name: String },
}

/// The server for tests: `ZAITON_TEST_POSTGRES`, else the one that `scripts/test-postgres.sh` starts once.
fn server() -> String {
    #[expect(clippy::disallowed_methods, reason = "tests are told here which server they may use")]
    if let Ok(url) = std::env::var("ZAITON_TEST_POSTGRES") {
        return url;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/test-postgres.sh");
    let output = Command::new(&script).output().expect("scripts/test-postgres.sh can be run");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "these tests need PostgreSQL: {told}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn admin(url: &str) -> Client {
    Client::connect(url, NoTls).expect("the PostgreSQL server for tests answers")
}

impl TestDatabase {
    /// A SQLite file that is not there yet.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("zaiton.db").display());
        Self { url, kept: Kept::Folder(folder) }
    }

    /// An empty database on the PostgreSQL server.
    #[must_use]
    pub fn postgres() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = server();
        let name = format!("zt_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut client = admin(&server);
        client
            .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .and_then(|()| client.batch_execute(&format!("CREATE DATABASE {name}")))
            .expect("databases may be made on the server for tests");
        let (stem, _) = server.rsplit_once('/').expect("the server's URL ends with a database");
        Self { url: format!("{stem}/{name}"), kept: Kept::Server { url: server, name } }
    }

    /// Its URL, as the product takes it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// It is PostgreSQL.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self.kept, Kept::Server { .. })
    }

    /// Opens it (for the first time: makes it, with so many lanes).
    #[must_use]
    pub fn open(&self, lanes: u16) -> Opened {
        zaiton_store::open(&self.url, lanes).expect("a test database opens")
    }

    /// Runs SQL behind the product's back.
    ///
    /// # Errors
    /// What the database said.
    pub fn execute(&self, sql: &str) -> Result<(), String> {
        match &self.kept {
            Kept::Folder(folder) => rusqlite::Connection::open(folder.path().join("zaiton.db"))
                .and_then(|connection| {
                    connection.busy_timeout(std::time::Duration::from_secs(10))?;
                    connection.execute_batch(sql)
                })
                .map_err(|error| error.to_string()),
            Kept::Server { .. } => admin(&self.url).batch_execute(sql).map_err(|error| format!("{error:?}")),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Kept::Server { url, name } = &self.kept {
            // A test that failed already must not fail again here.
            if let Ok(mut client) = Client::connect(url, NoTls) {
                drop(client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
            }
        }
    }
}
