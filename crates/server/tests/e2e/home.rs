//! An installation for one test, and the processes on it. Whatever was started ends with its value; what it wrote to
//! standard error is shown when a test fails.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::Http;
use crate::database::Database;

/// Longest that anything may take that a test waits for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Lets time pass on a channel that nobody writes to.
pub(crate) fn pause(milliseconds: u64) {
    let (_open, never) = bounded::<()>(0);
    let _ = never.recv_timeout(Duration::from_millis(milliseconds));
}

/// Asks again every 50 ms until there is something, for so many seconds.
pub(crate) fn eventually<T>(what: &str, seconds: u64, mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..seconds * 20 {
        if let Some(found) = ask() {
            return found;
        }
        pause(50);
    }
    panic!("not within {seconds} s: {what}");
}

/// A small generator of numbers, the same for the same seed on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides.max(1)
    }
}

/// A data folder: made for the test, or one that is there.
enum Folder {
    Made(TempDir),
    There(PathBuf),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Self::Made(folder) => folder.path(),
            Self::There(path) => path,
        }
    }
}

/// An installation: its data folder, and its database where that is not in the folder.
pub(crate) struct Home {
    folder: Folder,
    /// Where servers say what goes wrong; `server.log` in the data folder by default.
    log: Option<PathBuf>,
    database: Option<Database>,
    lanes: u16,
}

/// What a run of the program gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Standard output of a run that went well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// Standard error of a run that was refused.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!(self.code, 3, "{self:?}");
        self.err
    }
}

impl Home {
    /// On SQLite in its data folder.
    pub(crate) fn sqlite() -> Self {
        Self { folder: Folder::Made(TempDir::new().unwrap()), log: None, database: None, lanes: 1 }
    }

    /// On SQLite in a folder that is there and stays there. What servers say goes into another installation's folder.
    pub(crate) fn in_folder(path: &Path, log: &Self) -> Self {
        Self { folder: Folder::There(path.to_owned()), log: Some(log.log()), database: None, lanes: 1 }
    }

    /// On a database of its own on the PostgreSQL server for tests, with so many lanes. Fails where there is none.
    pub(crate) fn postgres(lanes: u16) -> Self {
        let database = Some(Database::new());
        Self { folder: Folder::Made(TempDir::new().unwrap()), log: None, database, lanes }
    }

    /// Another installation with the same data. Nothing runs on this one.
    pub(crate) fn copy(&self) -> Self {
        let folder = TempDir::new().unwrap();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let from = entry.unwrap().path();
            // Documents lie in folders; those that are copied have none.
            if from.is_dir() {
                continue;
            }
            std::fs::copy(&from, folder.path().join(from.file_name().unwrap())).unwrap();
        }
        let database = self.database.as_ref().map(Database::copy);
        Self { folder: Folder::Made(folder), log: None, database, lanes: self.lanes }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the data folder.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.database.is_some()
    }

    /// The arguments that name this installation.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data".to_owned(), self.folder.path().display().to_string()];
        if let Some(database) = &self.database {
            arguments.extend(["--database".to_owned(), database.url().to_owned()]);
            arguments.extend(["--lanes".to_owned(), self.lanes.to_string()]);
        }
        arguments
    }

    /// The program on this installation.
    pub(crate) fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zaiton"));
        command.args(self.arguments()).stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// Runs the program to its end with something on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        self.run_within(PATIENCE, arguments, input)
    }

    /// Loads the demo, which takes long in a program that is built for tests.
    pub(crate) fn demo(&self, seed: &str) -> Ran {
        self.run_within(PATIENCE * 10, &["demo", "--seed", seed], "")
    }

    fn run_within(&self, patience: Duration, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.program();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read its input closes the pipe.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let (sender, receiver) = bounded(1);
        std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
        let output = receiver.recv_timeout(patience).unwrap_or_else(|_| panic!("{arguments:?} does not end"));
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs one command on the command line and gives its reply.
    pub(crate) fn give(&self, name: &str, body: &Value) -> Value {
        serde_json::from_str(&self.run(&["run", name, &body.to_string()]).ok()).unwrap()
    }

    /// Imports a bank file or orders.
    pub(crate) fn import(&self, what: &str, file: &Path) -> Ran {
        self.run(&["import", what, &file.display().to_string()])
    }

    /// Starts a server and waits until it listens.
    pub(crate) fn serve(&self) -> Server {
        let mut command = self.program();
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        Server::start(command, &self.log())
    }

    /// Where servers say what goes wrong.
    pub(crate) fn log(&self) -> PathBuf {
        self.log.clone().unwrap_or_else(|| self.path("server.log"))
    }

    /// Proves the books.
    #[track_caller]
    pub(crate) fn verify(&self) {
        self.run(&["verify"]).ok();
    }

    /// What `verify` finds, as `rule record: what` lines; it must find something.
    pub(crate) fn findings(&self, against: Option<&Path>) -> Vec<String> {
        let file = against.map(|file| file.display().to_string());
        let mut arguments = vec!["--json", "verify"];
        if let Some(file) = &file {
            arguments.extend(["--against", file]);
        }
        let ran = self.run(&arguments);
        assert_eq!(ran.code, 3, "nothing found: {ran:?}");
        let said: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
        let findings = said["findings"].as_array().unwrap();
        let text = |finding: &Value, field: &str| finding[field].as_str().unwrap().to_owned();
        findings
            .iter()
            .map(|f| format!("[{}] {}: {}", text(f, "rule"), text(f, "record"), text(f, "what")))
            .collect()
    }

    /// Writes an anchor of now.
    pub(crate) fn anchor(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        self.run(&["admin", "anchor", &path.display().to_string()]).ok();
        path
    }

    /// Runs SQL behind the program's back.
    pub(crate) fn execute(&self, sql: &str) {
        match &self.database {
            Some(database) => database.connect().batch_execute(sql).unwrap(),
            None => self.file().execute_batch(sql).unwrap(),
        }
    }

    /// Asks for one number behind the program's back.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        match &self.database {
            Some(database) => {
                database.connect().query_one(&format!("SELECT ({sql})::bigint"), &[]).unwrap().get(0)
            }
            None => self.file().query_row(sql, [], |row| row.get(0)).unwrap(),
        }
    }

    /// A field of JSON in each row that a query gives, behind the program's back.
    pub(crate) fn texts(&self, sql: &str, field: &str) -> Vec<String> {
        let bodies: Vec<String> = match &self.database {
            Some(database) => {
                database.connect().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
            }
            None => {
                let file = self.file();
                let mut statement = file.prepare(sql).unwrap();
                let rows = statement.query_map([], |row| row.get(0)).unwrap();
                rows.map(Result::unwrap).collect()
            }
        };
        let of =
            |body: &String| serde_json::from_str::<Value>(body).unwrap()[field].as_str().unwrap().to_owned();
        bodies.iter().map(of).collect()
    }

    /// How many rows a table has.
    pub(crate) fn count(&self, table: &str) -> usize {
        usize::try_from(self.number(&format!("SELECT count(*) FROM {table}"))).unwrap()
    }

    /// Postings of a kind, by the number that the ledger stores.
    pub(crate) fn postings(&self, kind: zaiton_ledger::Kind) -> usize {
        let sql = format!("SELECT count(DISTINCT txn) FROM transfers WHERE kind = {}", kind.number());
        usize::try_from(self.number(&sql)).unwrap()
    }

    pub(crate) fn file(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.path("zaiton.db")).unwrap();
        connection.busy_timeout(Duration::from_secs(10)).unwrap();
        connection
    }
}

/// A serving process. Killed when dropped.
pub(crate) struct Server {
    child: Option<Child>,
    pid: u32,
    url: String,
    token: String,
    log: PathBuf,
    lines: Receiver<String>,
}

impl Server {
    /// Starts a command that serves, and waits until it says where.
    pub(crate) fn start(mut command: Command, log: &Path) -> Self {
        let err = std::fs::File::options().create(true).append(true).open(log).unwrap();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(err).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = bounded(100);
        std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let pid = child.id();
        let mut server = Self {
            child: Some(child),
            pid,
            url: String::new(),
            token: String::new(),
            log: log.to_owned(),
            lines,
        };
        let said = |prefix: &str| {
            let line = server.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("does not serve: {}", server.said()));
            line.strip_prefix(prefix).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        let (url, token) = (said("Zaiton serves on "), said("token: "));
        (server.url, server.token) = (url, token);
        server
    }

    /// The next line that it says, if one comes.
    pub(crate) fn next_line(&self) -> Option<String> {
        self.lines.recv_timeout(PATIENCE).ok()
    }

    pub(crate) fn http(&self) -> Http {
        Http::new(&self.url, &self.token)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// All that servers of this installation wrote to standard error.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Kill -9.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    /// SIGTERM, and how it ended.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let mut child = self.child.take().unwrap();
        let status = Command::new("kill").args(["-TERM", &self.pid.to_string()]).status().unwrap();
        assert!(status.success());
        let (sender, receiver) = bounded(1);
        std::thread::spawn(move || sender.send(child.wait().unwrap()));
        receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("does not stop: {}", self.said()))
    }

    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.said());
        }
        self.end();
    }
}
