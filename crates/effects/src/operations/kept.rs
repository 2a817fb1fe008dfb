//! Where the files of long work lie: one a finished operation, under its id, readable by the owner only. One that is being
//! written has another name. Never says how long one is kept: the operation's record does.

use std::fs::File;
use std::io;
use std::path::PathBuf;

use zaiton_engine::StoreError;
use zaiton_kernel::Id;
use zaiton_platform::operation::State;
use zaiton_platform::{Operation, OperationId};
use zaiton_store::Queries;

/// What a file that is being written ends with.
const PART: &str = "part";

/// The folder of this process, and how others reach it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The folder; made when it is first needed.
    pub folder: PathBuf,
    /// The address of this process, as operations name it.
    pub address: String,
}

impl Kept {
    /// The file that an attempt made. Each attempt has its own, so that one that was thought dead spoils nothing.
    #[must_use]
    pub fn file(&self, operation: OperationId, attempt: u32) -> PathBuf {
        self.folder.join(format!("{operation}.{attempt}"))
    }

    /// The file that an attempt writes.
    fn part(&self, operation: OperationId, attempt: u32) -> PathBuf {
        self.folder.join(format!("{operation}.{attempt}.{PART}"))
    }

    /// An attempt's file, empty.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn create(&self, operation: OperationId, attempt: u32) -> io::Result<File> {
        std::fs::create_dir_all(&self.folder)?;
        let mut options = std::fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.part(operation, attempt))
    }

    /// Gives an attempt's file its name.
    ///
    /// # Errors
    /// It cannot be renamed.
    pub fn publish(&self, operation: OperationId, attempt: u32) -> io::Result<()> {
        std::fs::rename(self.part(operation, attempt), self.file(operation, attempt))
    }

    /// Takes away what an attempt has written.
    pub fn drop_part(&self, operation: OperationId, attempt: u32) {
        remove(&self.part(operation, attempt));
    }

    /// Takes away what belongs to no operation that runs or is done: what a killed process left, and what expired while
    /// another one was asked to forget it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn sweep(&self, queries: &Queries) -> Result<(), StoreError> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Ok(()) };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let mut parts = name.split('.');
            let id = parts.next().and_then(|id| id.parse::<OperationId>().ok());
            let attempt = parts.next().and_then(|attempt| attempt.parse::<u32>().ok());
            // What is named otherwise is none of ours.
            let (Some(id), Some(attempt)) = (id, attempt) else { continue };
            let is_part = parts.next().is_some();
            let row = queries.object("operations", id.raw())?;
            let operation = row.and_then(|row| serde_json::from_str::<Operation>(&row.body).ok());
            let is_wanted = match operation.map(|operation| operation.state) {
                // What an attempt before this one wrote is nobody's.
                Some(State::Running { attempt: current, .. }) => attempt >= current,
                Some(State::Done { product, .. }) => product.attempt == attempt && !is_part,
                Some(
                    State::Waiting | State::Failed { .. } | State::Cancelled { .. } | State::Expired { .. },
                )
                | None => false,
            };
            if !is_wanted {
                remove(&entry.path());
            }
        }
        Ok(())
    }
}

fn remove(path: &std::path::Path) {
    match std::fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(%error, "a file of long work cannot be removed"),
    }
}
