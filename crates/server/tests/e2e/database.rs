//! A database of its own for each test on the PostgreSQL server for tests. Removed at the end. Never skips: where there is
//! no server the test fails and says why.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, NoTls};

/// A database that lives as long as this value.
pub(crate) struct Database {
    name: String,
    url: String,
}

/// The server: `ZAITON_TEST_POSTGRES`, else the one that `scripts/test-postgres.sh` starts once.
fn server() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        #[expect(clippy::disallowed_methods, reason = "tests are told here which server they may use")]
        if let Ok(url) = std::env::var("ZAITON_TEST_POSTGRES") {
            return url;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/test-postgres.sh");
        let output = Command::new(&script).output().expect("scripts/test-postgres.sh can be run");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "this test needs PostgreSQL: {told}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}

fn admin() -> Client {
    Client::connect(server(), NoTls)
        .expect("this test needs PostgreSQL, and the server for tests does not answer")
}

impl Database {
    /// An empty database.
    pub(crate) fn new() -> Self {
        Self::made("")
    }

    /// A database with the same rows. Nobody may be connected to this one.
    pub(crate) fn copy(&self) -> Self {
        Self::made(&format!("TEMPLATE {}", self.name))
    }

    fn made(how: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("zt_e2e_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut client = admin();
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name} {how}")).unwrap();
        let (stem, _) = server().rsplit_once('/').expect("the server's URL ends with a database");
        Self { url: format!("{stem}/{name}"), name }
    }

    /// Its URL, as the program takes it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A test that failed already must not fail again here.
        if let Ok(mut client) = Client::connect(server(), NoTls) {
            drop(client.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)));
        }
    }
}
