//! What one commit writes: plain rows, ready for any store. Holds no decision.

use std::sync::Arc;

use zaiton_kernel::{Partition, Timestamp};
use zaiton_ledger::{Account, Mark, Transfer};

use crate::command::RequestKey;
use crate::recent::KeysMoved;
use crate::record::Kind;

/// A partition's row: its lane and the head of its event chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The last event, 0 for none.
    pub last_event: i64,
    /// How many events.
    pub events: i64,
    /// The chain's code after the last event; zeros before the first.
    pub mac: [u8; 32],
}

/// What happens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// It is new.
    Insert,
    /// It is there and changes.
    Update,
    /// It is there and goes.
    Delete,
}

/// A partition's row to write.
#[derive(Clone, Debug)]
pub struct PartitionRow {
    /// The partition.
    pub partition: Partition,
    /// Insert or update.
    pub write: Write,
    /// The new head.
    pub head: Head,
}

/// A record's row to write.
#[derive(Clone, Debug)]
pub struct RecordRow {
    /// Table and shape.
    pub kind: &'static Kind,
    /// Partition.
    pub partition: Partition,
    /// Id.
    pub id: i64,
    /// Version after the write; the row had one less before an update or delete.
    pub version: u32,
    /// What to do.
    pub write: Write,
    /// JSON text; empty for a delete.
    pub body: String,
}

/// An account's row to write.
#[derive(Clone, Copy, Debug)]
pub struct AccountRow {
    /// Partition.
    pub partition: Partition,
    /// Insert or update.
    pub write: Write,
    /// The account as it is afterwards.
    pub account: Account,
}

/// An event's row. The chain's code covers all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Time-ordered id.
    pub id: i64,
    /// Partition.
    pub partition: Partition,
    /// The event before it in the partition, 0 for none.
    pub previous: i64,
    /// Its number in the partition, from 1.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// By which command.
    pub command: String,
    /// What it is about: raw id, 0 for none.
    pub subject: i64,
    /// What changed, JSON text.
    pub body: String,
    /// The chain's code.
    pub mac: [u8; 32],
}

/// A natural key claimed for an id.
#[derive(Clone, Copy, Debug)]
pub struct KeyRow {
    /// Partition.
    pub partition: Partition,
    /// Hash of kind and text.
    pub key: [u8; 16],
    /// What it stands for.
    pub id: i64,
}

/// The answer of an accepted or denied request, kept for seven days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// Time-ordered id.
    pub id: i64,
    /// Partition.
    pub partition: Partition,
    /// Idempotency key.
    pub key: RequestKey,
    /// Hash of the input.
    pub input: [u8; 16],
    /// It was a counted attempt; the reply is the refusal.
    pub denied: bool,
    /// JSON text.
    pub reply: String,
}

/// All that one commit writes, in one database transaction.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The lane.
    pub lane: u16,
    /// Our epoch of it: the commit aborts when it is no longer ours.
    pub epoch: i64,
    /// The lane's commit number after this one.
    pub seq: i64,
    /// The highest id handed out.
    pub last_id: i64,
    /// The day that its answers are kept under. Those of this lane older than [`crate::requests::oldest_kept`] of it are
    /// removed along the way, a few with each batch.
    pub request_day: i64,
    /// Where the moving of natural keys stands after it.
    pub keys_moved: KeysMoved,
    /// Natural keys that it claims: written as a run.
    pub claimed: Vec<KeyRow>,
    /// When it was decided.
    pub at: Timestamp,
    /// Rows by table.
    pub partitions: Vec<PartitionRow>,
    /// Rows by table.
    pub records: Vec<RecordRow>,
    /// Rows by table.
    pub accounts: Vec<AccountRow>,
    /// Rows by table.
    pub transfers: Vec<(Partition, Transfer)>,
    /// Rows by table.
    pub marks: Vec<(Partition, Mark)>,
    /// Rows by table.
    pub events: Vec<EventRow>,
    /// Rows by table.
    pub keys: Vec<KeyRow>,
    /// Rows by table. The lane answers repeats from them meanwhile.
    pub requests: Arc<Vec<RequestRow>>,
}
