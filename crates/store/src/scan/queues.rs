//! What waits for somebody, by its state and environment, the oldest first; and records by the beginning of a name, by an amount,
//! by a topic. Every text is answered by an index; never says what a state means.

use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Partition};

use super::StoredBody;
use super::objects::{COLUMNS, StoredRow, has_states, stored};
use super::rows::body;
use crate::queues::{BY_AMOUNT, QUEUED, SEARCHED};
use crate::tables::{PAGED, PAGED_SINCE};
use crate::{Queries, Value};

/// What is waited for: the records of a table in whose column a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue<'a> {
    /// The table.
    pub table: &'static str,
    /// The column; none for a table all of whose records wait.
    pub column: Option<&'static str>,
    /// What stands in it.
    pub value: &'a str,
}

fn column(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("{name} = $4 AND "))
}

fn page(columns: &str, table: &str, name: Option<&str>) -> String {
    format!(
        "SELECT {columns} FROM {table} WHERE {}(partition >> 62) = $3 AND id > $1 ORDER BY id LIMIT $2",
        column(name)
    )
}

fn beginning(key: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM merchants WHERE (partition >> 62) = $1 AND {key} >= $2 AND {key} < $3 \
         ORDER BY {key}, id LIMIT $4"
    )
}

fn of_amount(table: &str) -> String {
    format!(
        "SELECT id, partition, body FROM {table} WHERE status = $1 AND amount = $2 AND (partition >> 62) = $3 \
         ORDER BY id DESC LIMIT $4"
    )
}

const OF_TOPIC: &str = "SELECT id, partition, body FROM notices WHERE partition = $1 AND topic = $2 AND id < $3 \
     ORDER BY id DESC LIMIT $4";

/// Timers and effects that have no time at which they are due, and say why. The index has these only.
fn dead(table: &str, postgres: bool) -> Option<String> {
    let dead = crate::queues::dead(table, postgres)?;
    Some(format!(
        "SELECT {COLUMNS} FROM {table} WHERE (partition >> 62) = $3 AND {dead} AND id > $1 ORDER BY id LIMIT $2"
    ))
}

/// Tables all of whose records wait.
const ALL_WAIT: &str = "parked";

/// Every column by which a queue is found.
fn found_by() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let states = PAGED
        .iter()
        .chain(PAGED_SINCE)
        .filter(|(_, states)| *states)
        .map(|(table, _)| (*table, Some("status")));
    states.chain(QUEUED.iter().map(|(table, column)| (*table, Some(*column)))).chain([(ALL_WAIT, None)])
}

/// Every text here: a test prepares them all on both databases.
pub(super) fn texts(postgres: bool) -> Vec<String> {
    let mut texts = vec![OF_TOPIC.to_owned()];
    texts.extend(["timers", "effects"].iter().filter_map(|table| dead(table, postgres)));
    for (table, column) in found_by() {
        texts.extend([page("id", table, column), page(COLUMNS, table, column)]);
    }
    texts.extend(SEARCHED.iter().map(|key| beginning(key)));
    texts.extend(BY_AMOUNT.iter().map(|table| of_amount(table)));
    texts
}

/// The partition's highest bit.
pub(super) fn bit(environment: Environment) -> Value {
    Value::Int(Partition::platform(environment).raw() >> 62)
}

impl Queue<'_> {
    fn asked(&self, columns: &str) -> Result<String, StoreError> {
        let by_state = self.column == Some("status") && has_states(self.table);
        let known = by_state || found_by().any(|known| known == (self.table, self.column));
        if known {
            Ok(page(columns, self.table, self.column))
        } else {
            Err(StoreError(format!("{} has no index for this", self.table)))
        }
    }

    fn parameters(&self, environment: Environment, after: i64, limit: i64) -> Vec<Value> {
        let mut parameters = vec![Value::Int(after), Value::Int(limit), bit(environment)];
        parameters.extend(self.column.map(|_| Value::Text(self.value.to_owned())));
        parameters
    }
}

impl Queries {
    /// The oldest of a queue, after an id.
    ///
    /// # Errors
    /// The database cannot be read, or no index finds the queue.
    pub fn waiting(
        &self,
        queue: Queue<'_>,
        environment: Environment,
        after: i64,
        limit: i64,
    ) -> Result<Vec<StoredRow>, StoreError> {
        let parameters = queue.parameters(environment, after, limit);
        self.rows(&queue.asked(COLUMNS)?, &parameters)?.iter().map(|row| stored(row)).collect()
    }

    /// The raw ids of the oldest of a queue, from the index alone.
    ///
    /// # Errors
    /// The database cannot be read, or no index finds the queue.
    pub fn waiting_ids(
        &self,
        queue: Queue<'_>,
        environment: Environment,
        limit: i64,
    ) -> Result<Vec<i64>, StoreError> {
        let rows = self.rows(&queue.asked("id")?, &queue.parameters(environment, 0, limit))?;
        Ok(rows.iter().filter_map(|row| row.first().map(Value::int)).collect())
    }

    /// Timers or effects of an environment that nothing will happen to by itself any more, in the order of their ids.
    ///
    /// # Errors
    /// The database cannot be read, or the table has no such thing.
    pub fn dead(
        &self,
        table: &str,
        environment: Environment,
        after: i64,
        limit: i64,
    ) -> Result<Vec<StoredRow>, StoreError> {
        let text = dead(table, self.is_postgres());
        let text = text.ok_or_else(|| StoreError("only timers and effects are due".into()))?;
        let parameters = [Value::Int(after), Value::Int(limit), bit(environment)];
        self.rows(&text, &parameters)?.iter().map(|row| stored(row)).collect()
    }

    /// Merchants whose code, name or company begins like this, in the order of what was found, each once.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn merchants_like(
        &self,
        environment: Environment,
        text: &str,
        limit: i64,
    ) -> Result<Vec<StoredRow>, StoreError> {
        let from = text.to_ascii_lowercase();
        // No letter comes after this one.
        let to = format!("{from}{}", char::MAX);
        let mut found: Vec<StoredRow> = Vec::new();
        for key in SEARCHED {
            let parameters =
                [bit(environment), Value::Text(from.clone()), Value::Text(to.clone()), Value::Int(limit)];
            for row in self.rows(&beginning(key), &parameters)? {
                let row = stored(&row)?;
                if found.iter().all(|known| known.id != row.id) {
                    found.push(row);
                }
            }
        }
        found.truncate(usize::try_from(limit).unwrap_or(0));
        Ok(found)
    }

    /// Top-ups or payments in a state with this amount (decimal text; any currency), the newest first.
    ///
    /// # Errors
    /// The database cannot be read, or the table is not found by amounts.
    pub fn of_amount(
        &self,
        table: &str,
        state: &str,
        amount: &str,
        environment: Environment,
        limit: i64,
    ) -> Result<Vec<StoredBody>, StoreError> {
        let known = BY_AMOUNT.iter().find(|known| **known == table);
        let known = known.ok_or_else(|| StoreError(format!("{table} is not found by amounts")))?;
        let parameters = [
            Value::Text(state.to_owned()),
            Value::Text(amount.to_owned()),
            bit(environment),
            Value::Int(limit),
        ];
        self.rows(&of_amount(known), &parameters)?.iter().map(|row| body(row)).collect()
    }

    /// A partition's notices about a topic before an id, the newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn notices_of(
        &self,
        partition: Partition,
        topic: &str,
        before: i64,
        limit: i64,
    ) -> Result<Vec<StoredBody>, StoreError> {
        let parameters = [
            Value::Int(partition.raw()),
            Value::Text(topic.to_owned()),
            Value::Int(before),
            Value::Int(limit),
        ];
        self.rows(OF_TOPIC, &parameters)?.iter().map(|row| body(row)).collect()
    }
}
