//! The ports: what the engine needs from a database and a clock. Traits and their data only.

use std::fmt;

use zaiton_kernel::{Environment, Partition, Timestamp};
use zaiton_ledger::Account;

use crate::batch::{Batch, Head, RequestRow};
use crate::recent::KeysMoved;
use crate::record::Kind;

/// The time, by environment: the sandbox's clock can be moved.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self, environment: Environment) -> Timestamp;
}

/// The world stood in the way of a read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}

/// Why a batch was not written, or not surely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitError {
    /// Another process owns the lane now. Nothing was written.
    Lost,
    /// The database refuses these rows. Nothing was written; the same batch will be refused again.
    Refused(String),
    /// Disk full, connection gone before COMMIT. Nothing was written.
    Unavailable(String),
    /// The connection broke during COMMIT: it may or may not be written; the lane's `seq` tells.
    Unknown(String),
}

/// What a lane wants to know from the database. Each list without repeats.
#[derive(Clone, Debug, Default)]
pub struct Wants {
    /// Records by kind.
    pub records: Vec<(&'static Kind, Vec<(Partition, i64)>)>,
    /// Partitions: head and accounts.
    pub partitions: Vec<Partition>,
    /// Natural keys.
    pub keys: Vec<(Partition, [u8; 16])>,
    /// Answers.
    pub requests: Vec<(Partition, i64)>,
}

impl Wants {
    /// How many rows are asked for.
    #[must_use]
    pub fn count(&self) -> usize {
        let records: usize = self.records.iter().map(|(_, ids)| ids.len()).sum();
        records + self.partitions.len() + self.keys.len() + self.requests.len()
    }

    /// Nothing is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
            && self.partitions.is_empty()
            && self.keys.is_empty()
            && self.requests.is_empty()
    }
}

/// A record row as stored.
#[derive(Clone, Debug)]
pub struct StoredRecord {
    /// Kind.
    pub kind: &'static Kind,
    /// Partition.
    pub partition: Partition,
    /// Id.
    pub id: i64,
    /// Shape of the body.
    pub shape: u16,
    /// Version.
    pub version: u32,
    /// JSON text.
    pub body: String,
}

/// What was found. What is not in here is not there.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Records.
    pub records: Vec<StoredRecord>,
    /// Partitions that exist, with their accounts in the order they were opened.
    pub partitions: Vec<(Partition, Head, Vec<Account>)>,
    /// Natural keys that are claimed.
    pub keys: Vec<(Partition, [u8; 16], i64)>,
    /// Answers.
    pub requests: Vec<RequestRow>,
}

/// A lane's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneRow {
    /// The lane.
    pub lane: u16,
    /// The owning process.
    pub owner: String,
    /// Where the owner takes forwarded commands; empty when it does not.
    pub address: String,
    /// Counts take-overs.
    pub epoch: i64,
    /// Counts commits.
    pub seq: i64,
    /// The highest id handed out.
    pub last_id: i64,
    /// The day (UTC, since 1970) under which answers are kept.
    pub request_day: i64,
    /// Where the moving of natural keys stands.
    pub keys_moved: KeysMoved,
}

/// A connection that reads committed rows for a lane.
pub trait Reader: Send {
    /// All that is wanted, one query a table.
    ///
    /// # Errors
    /// The database cannot be read.
    fn read(&mut self, wants: &Wants) -> Result<Found, StoreError>;

    /// The runs of keys that the lane still keeps, from a day on: day and run (see [`crate::requests::read_run`]).
    ///
    /// # Errors
    /// The database cannot be read.
    fn request_runs(
        &mut self,
        lane: u16,
        from_day: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError>;

    /// The runs of natural keys of a lane, from a generation on: generation and run (see [`crate::recent::read_run`]).
    ///
    /// # Errors
    /// The database cannot be read.
    fn key_runs(
        &mut self,
        lane: u16,
        from_generation: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError>;

    /// Timers and effects of a lane that are due, oldest first, at most `limit`: partition and id.
    ///
    /// # Errors
    /// The database cannot be read.
    fn due(
        &mut self,
        kind: &'static Kind,
        lane: u16,
        environment: Environment,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Partition, i64)>, StoreError>;
}

/// The connection through which a lane commits.
pub trait Store: Send {
    /// Writes a batch in one durable transaction, or nothing.
    ///
    /// # Errors
    /// See [`CommitError`].
    fn commit(&mut self, batch: &Batch) -> Result<(), CommitError>;
}

/// A database: opens connections and keeps the lanes' ownership.
pub trait Database: Send + Sync {
    /// A connection to read.
    ///
    /// # Errors
    /// It cannot be opened.
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError>;

    /// A connection to commit.
    ///
    /// # Errors
    /// It cannot be opened.
    fn store(&self) -> Result<Box<dyn Store>, StoreError>;

    /// How many lanes this database has; fixed when it was made.
    fn lanes(&self) -> u16;

    /// Takes a lane whose owner is gone (its lease is over), is this process, or never was. `None` when another
    /// process holds it. Raises the epoch.
    ///
    /// # Errors
    /// The database cannot be reached.
    fn take_lane(
        &self,
        lane: u16,
        owner: &str,
        address: &str,
        lease_seconds: u32,
    ) -> Result<Option<LaneRow>, StoreError>;

    /// Prolongs the lease of all lanes of this process; gives those it still holds.
    ///
    /// # Errors
    /// The database cannot be reached.
    fn renew_lanes(&self, owner: &str, lease_seconds: u32) -> Result<Vec<u16>, StoreError>;

    /// Lets go of all lanes of this process.
    ///
    /// # Errors
    /// The database cannot be reached.
    fn release_lanes(&self, owner: &str) -> Result<(), StoreError>;

    /// Keeps a fact about the database under a name, if none is kept yet; gives what is kept.
    ///
    /// # Errors
    /// The database cannot be reached.
    fn keep(&self, name: &str, value: &str) -> Result<String, StoreError>;

    /// Changes a kept fact from one value to another. False when that is not (any more) its value: nothing is changed then.
    ///
    /// # Errors
    /// The database cannot be reached.
    fn change(&self, name: &str, from: &str, to: &str) -> Result<bool, StoreError>;

    /// A lane's row as it is.
    ///
    /// # Errors
    /// The database cannot be reached.
    fn lane(&self, lane: u16) -> Result<LaneRow, StoreError>;
}
