//! Records one by one and in pages, for whoever looks at them: with their version, by table, partition or state, oldest or newest
//! first. Every page is found by an index; never reads a table from its beginning to find one.

use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Partition, Timestamp};

use super::queues::bit;
use super::rows::{bad, partition};
use super::{known_table, rows};
use crate::tables::{PAGED, PAGED_SINCE, RECORD_TABLES};
use crate::{Queries, Value};

/// A record as it lies in its table, with how often it was written and when it was last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    /// Raw id.
    pub id: i64,
    /// Partition.
    pub partition: Partition,
    /// How often it was written.
    pub version: i64,
    /// When it was last.
    pub updated_at: Timestamp,
    /// JSON text.
    pub body: String,
}

/// Where a page begins, and how many rows it has at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// After this raw id; none for the first page.
    pub after: Option<i64>,
    /// Rows at most.
    pub limit: i64,
    /// From the newest to the oldest.
    pub newest: bool,
}

/// What is read of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// Everything.
    All,
    /// What lies in a partition.
    Of(Partition),
    /// What stands in a state, live or sandbox: only tables of [`PAGED`] with states.
    In(&'a str, Environment),
}

pub(super) const COLUMNS: &str = "id, partition, version, updated_at, body";
/// Versions that are asked for at once.
const MANY: usize = 20;
const LANES: &str = "SELECT lane, last_id FROM lanes ORDER BY lane";

fn one(table: &str) -> String {
    format!("SELECT {COLUMNS} FROM {table} WHERE id = $1")
}

/// By the partition, or by the state and the environment, which is the partition's highest bit.
const OF: &str = "partition = $3 AND ";
const IN: &str = "status = $3 AND (partition >> 62) = $4 AND ";

fn page(table: &str, filter: &str, newest: bool) -> String {
    let (compare, order) = if newest { ("<", " DESC") } else { (">", "") };
    format!("SELECT {COLUMNS} FROM {table} WHERE {filter}id {compare} $1 ORDER BY id{order} LIMIT $2")
}

/// Timers and effects that nothing will happen to by itself: the index has them by lane and environment.
fn still(table: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM {table} WHERE lane = $3 AND (partition >> 62) = $4 AND due_at IS NULL AND id > $1 \
         ORDER BY id LIMIT $2"
    )
}

/// Of which kinds these ids are, and how often each was written: an id is in one table only.
fn versions() -> String {
    let places: Vec<String> = (1..=MANY).map(|at| format!("${at}")).collect();
    let places = places.join(", ");
    let tables = RECORD_TABLES.iter().enumerate();
    let texts: Vec<String> = tables
        .map(|(at, table)| format!("SELECT {at}, id, version FROM {} WHERE id IN ({places})", table.name))
        .collect();
    texts.join(" UNION ALL ")
}

/// Every text here but for pages: a test prepares them all on both databases.
pub(super) fn texts() -> Vec<String> {
    let mut texts = vec![versions(), LANES.to_owned()];
    texts.extend(RECORD_TABLES.iter().map(|table| one(table.name)));
    texts.extend(STILL.iter().map(|table| still(table)));
    texts
}

/// Every text that gives a page.
pub(super) fn pages() -> Vec<String> {
    let mut texts = Vec::new();
    for table in RECORD_TABLES {
        for newest in [false, true] {
            texts.push(page(table.name, "", newest));
            if is_paged(table.name) {
                texts.push(page(table.name, OF, newest));
            }
            if has_states(table.name) {
                texts.push(page(table.name, IN, newest));
            }
        }
    }
    texts
}

const STILL: [&str; 2] = ["timers", "effects"];

/// Whether a partition's records of this table are found by an index.
#[must_use]
pub fn is_paged(table: &str) -> bool {
    PAGED.iter().chain(PAGED_SINCE).any(|(name, _)| *name == table)
}

/// Whether this table's records are found by their state.
#[must_use]
pub fn has_states(table: &str) -> bool {
    PAGED.iter().chain(PAGED_SINCE).any(|(name, states)| *name == table && *states)
}

pub(super) fn stored(row: &[Value]) -> Result<StoredRow, StoreError> {
    let [id, part, version, updated_at, body] = row else { return Err(bad("record")) };
    Ok(StoredRow {
        id: id.int(),
        partition: partition(part)?,
        version: version.int(),
        updated_at: Timestamp::from_micros(updated_at.int()),
        body: body.text().to_owned(),
    })
}

impl Queries {
    /// A record by its id, whatever its partition.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn object(&self, table: &str, id: i64) -> Result<Option<StoredRow>, StoreError> {
        self.rows(&one(known_table(table)?), &[Value::Int(id)])?.first().map(|row| stored(row)).transpose()
    }

    /// A page of a table.
    ///
    /// # Errors
    /// The database cannot be read, or the table is not found by what is asked.
    pub fn objects(&self, table: &str, which: Which<'_>, at: Page) -> Result<Vec<StoredRow>, StoreError> {
        let table = known_table(table)?;
        let first = if at.newest { i64::MAX } else { 0 };
        let mut parameters = vec![Value::Int(at.after.unwrap_or(first)), Value::Int(at.limit)];
        let filter = match which {
            Which::All => "",
            Which::Of(partition) if is_paged(table) => {
                parameters.push(Value::Int(partition.raw()));
                OF
            }
            Which::In(state, environment) if has_states(table) => {
                parameters.extend([Value::Text(state.to_owned()), bit(environment)]);
                IN
            }
            Which::Of(_) | Which::In(..) => return Err(StoreError(format!("{table} has no index for this"))),
        };
        self.rows(&page(table, filter, at.newest), &parameters)?.iter().map(|row| stored(row)).collect()
    }

    /// Timers or effects of an environment that have no time at which they are due, in the order of their ids.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn still(
        &self,
        table: &str,
        environment: Environment,
        after: i64,
        limit: i64,
    ) -> Result<Vec<StoredRow>, StoreError> {
        let table = STILL.iter().find(|known| **known == table);
        let table = *table.ok_or_else(|| StoreError("only timers and effects are due".into()))?;
        let bit = bit(environment).int();
        let mut all = Vec::new();
        for (lane, _) in self.lanes()? {
            let parameters = [after, limit, lane, bit].map(Value::Int);
            for row in self.rows(&still(table), &parameters)? {
                all.push(stored(&row)?);
            }
        }
        all.sort_unstable_by_key(|row| row.id);
        all.truncate(usize::try_from(limit).unwrap_or(0));
        Ok(all)
    }

    /// Each lane and the highest id that it has written.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn lanes(&self) -> Result<Vec<(i64, i64)>, StoreError> {
        self.rows(LANES, &[])?.iter().map(|row| rows::pair(row)).collect()
    }

    /// Of these ids those that are a record's now: its table, its id and how often it was written.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn versions(&self, ids: &[i64]) -> Result<Vec<(&'static str, i64, i64)>, StoreError> {
        let text = versions();
        let mut found = Vec::new();
        for some in ids.chunks(MANY) {
            let filled = some.iter().copied().chain(std::iter::repeat(0)).take(MANY);
            let parameters: Vec<Value> = filled.map(Value::Int).collect();
            for row in self.rows(&text, &parameters)? {
                let [at, id, version] = row.as_slice() else { return Err(bad("record")) };
                let table = usize::try_from(at.int()).ok().and_then(|at| RECORD_TABLES.get(at));
                found.push((table.ok_or_else(|| bad("record"))?.name, id.int(), version.int()));
            }
        }
        Ok(found)
    }
}
