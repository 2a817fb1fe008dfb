//! Texts of the read queries, and long reads in pages by key. One file so that it opens as a page of SQL. Holds no
//! rule: what the rows mean is for `app` and `ledger` to say.
//!
//! `rows.rs` what a row says; `ledger.rs` the ledger and the chains by their pointers; `search.rs` records by what people
//! know of them; `objects.rs` records one by one and in pages; `queues.rs` what waits for
//! somebody; `operations.rs` long work.

mod ledger;
pub mod objects;
pub mod operations;
pub mod queues;
mod rows;
mod search;

use zaiton_engine::StoreError;
use zaiton_engine::batch::{EventRow, Head};
use zaiton_kernel::Partition;
use zaiton_ledger::{Account, Transfer};

use crate::{Queries, Value};

use rows::{account, body, event, head, transfer};

const EVENTS: &str = "SELECT id, partition, previous, number, at, actor, command, subject, body, mac FROM events \
     WHERE id > $1 ORDER BY id LIMIT 5000";
const EVENT: &str = "SELECT id, partition, previous, number, at, actor, command, subject, body, mac FROM events WHERE id = $1 AND partition = $2";
const EVENTS_AFTER: &str = "SELECT id, partition, previous, number, at, actor, command, subject, body, mac FROM events \
     WHERE id > $1 ORDER BY id LIMIT $2";
/// A timeline reads back by the pointers in each event, newest first. `CROSS JOIN` keeps SQLite from walking all events in the
/// order that is asked for and looking each up among those that were found.
const TIMELINE: &str = "WITH RECURSIVE walk(id, previous, step) AS (\
       SELECT id, previous, CAST(1 AS bigint) FROM events WHERE id = $1 AND partition = $2 \
       UNION ALL \
       SELECT e.id, e.previous, walk.step + 1 FROM walk \
       JOIN events e ON e.id = walk.previous AND e.partition = $2 WHERE walk.step < $3) \
     SELECT e.id, e.partition, e.previous, e.number, e.at, e.actor, e.command, e.subject, e.body, e.mac \
     FROM walk CROSS JOIN events e WHERE e.id = walk.id AND e.partition = $2 ORDER BY e.id DESC";
const TRANSFERS: &str = "SELECT id, partition, txn, debit, credit, amount, kind, subject, link, previous_of_debit, \
     previous_of_credit, booked_at, value_date FROM transfers WHERE id > $1 ORDER BY id LIMIT 5000";
const TRANSFER: &str = "SELECT id, partition, txn, debit, credit, amount, kind, subject, link, previous_of_debit, \
     previous_of_credit, booked_at, value_date FROM transfers WHERE id = $1 AND partition = $2";
const ACCOUNTS: &str = "SELECT id, partition, code, dimension, currency, debits, credits, last_transfer, last_month \
     FROM accounts WHERE id > $1 ORDER BY id LIMIT 5000";
const LEDGER_ACCOUNT: &str = "SELECT id, partition, code, dimension, currency, debits, credits, last_transfer, last_month \
     FROM accounts WHERE id = $1";
const PARTITION_ACCOUNTS: &str = "SELECT id, partition, code, dimension, currency, debits, credits, last_transfer, \
     last_month FROM accounts WHERE partition = $1 ORDER BY id";
const PARTITIONS: &str = "SELECT partition, last_event, events, mac FROM partitions WHERE partition > $1 ORDER BY partition LIMIT 5000";
const PARTITION: &str = "SELECT partition, last_event, events, mac FROM partitions WHERE partition = $1";
/// A history reads back by the pointers in each transfer, newest first.
const HISTORY: &str = "WITH RECURSIVE walk(id, previous, step) AS (\
       SELECT id, CASE WHEN debit = $1 THEN previous_of_debit ELSE previous_of_credit END, CAST(1 AS bigint) \
       FROM transfers WHERE id = $3 AND partition = $2 \
       UNION ALL \
       SELECT t.id, CASE WHEN t.debit = $1 THEN t.previous_of_debit ELSE t.previous_of_credit END, walk.step + 1 \
       FROM walk JOIN transfers t ON t.id = walk.previous AND t.partition = $2 \
       WHERE walk.step < $4 AND t.booked_at >= $5) \
     SELECT t.id, t.partition, t.txn, t.debit, t.credit, t.amount, t.kind, t.subject, t.link, t.previous_of_debit, \
     t.previous_of_credit, t.booked_at, t.value_date FROM walk CROSS JOIN transfers t WHERE t.id = walk.id \
     AND t.partition = $2 ORDER BY t.id DESC";
const MARK_AFTER: &str = "SELECT debits, credits, last_transfer FROM marks WHERE account = $1 AND month > $2 \
     AND partition = $3 ORDER BY month LIMIT 1";
const MERCHANT_BY_CODE: &str =
    "SELECT id, partition, body FROM merchants WHERE code = $1 AND partition BETWEEN $2 AND $3";
const BANK_ACCOUNT_BY_NUMBER: &str =
    "SELECT id, partition, body FROM bank_accounts WHERE number = $1 AND partition BETWEEN $2 AND $3";
const OPEN_TOP_UPS: &str = "SELECT id, partition, body FROM top_ups WHERE payer_key = $1 AND status = 'awaiting_funds' \
     AND partition BETWEEN $2 AND $3 ORDER BY id LIMIT 200";
const TOP_UP_BY_REMARK: &str = "SELECT id, partition, body FROM top_ups WHERE remark_code = $1 \
     AND partition BETWEEN $2 AND $3 ORDER BY id LIMIT 20";
const FREE_LINES: &str = "SELECT id, partition, body FROM bank_lines WHERE status IN ('unallocated', 'in_review') \
     AND amount = $1 AND partition BETWEEN $2 AND $3 AND id > $4 ORDER BY id LIMIT 200";

/// The totals of all partitions of an environment. 1030 and 2190 by their dimension, which says whose money it is.
const TOTALS: &str = "SELECT code, CASE WHEN code IN (1030, 2190) THEN dimension ELSE 0 END AS part, currency, \
     CAST(SUM(debits) AS bigint), CAST(SUM(credits) AS bigint) FROM accounts WHERE partition BETWEEN $1 AND $2 \
     GROUP BY code, part, currency ORDER BY code, part, currency";

/// Every text here, for one kind of database: a test prepares them all on both.
#[must_use]
pub fn texts(postgres: bool) -> Vec<String> {
    let mut texts: Vec<String> = [
        EVENTS,
        EVENT,
        EVENTS_AFTER,
        TIMELINE,
        TRANSFERS,
        TRANSFER,
        ACCOUNTS,
        LEDGER_ACCOUNT,
        PARTITION_ACCOUNTS,
        PARTITIONS,
        PARTITION,
        HISTORY,
        MARK_AFTER,
        MERCHANT_BY_CODE,
        BANK_ACCOUNT_BY_NUMBER,
        OPEN_TOP_UPS,
        TOP_UP_BY_REMARK,
        FREE_LINES,
        TOTALS,
    ]
    .iter()
    .map(|text| (*text).to_owned())
    .collect();
    texts.extend(crate::tables::RECORD_TABLES.iter().map(|table| by_id(table.name)));
    texts.extend(objects::texts());
    texts.extend(pages(postgres));
    texts
}

/// Those that give a page of rows, for one kind of database: a test holds each to an index that has its rows in their order.
#[must_use]
pub fn pages(postgres: bool) -> Vec<String> {
    let mut texts: Vec<String> = crate::tables::RECORD_TABLES.iter().map(|table| all(table.name)).collect();
    let paged =
        crate::tables::PAGED.iter().chain(crate::tables::PAGED_SINCE).map(|(table, _)| of_partition(table));
    texts.extend(paged);
    texts.extend(objects::pages());
    texts.extend(queues::texts(postgres));
    texts.extend(operations::TEXTS.map(str::to_owned));
    texts
}

fn by_id(table: &str) -> String {
    format!("SELECT id, partition, body FROM {table} WHERE id = $1")
}

fn all(table: &str) -> String {
    format!("SELECT id, partition, body FROM {table} WHERE id > $1 ORDER BY id LIMIT $2")
}

fn of_partition(table: &str) -> String {
    format!("SELECT id, partition, body FROM {table} WHERE partition = $1 AND id > $2 ORDER BY id LIMIT $3")
}

/// A record as it lies in its table.
#[derive(Clone, Debug)]
pub struct StoredBody {
    /// Raw id.
    pub id: i64,
    /// Partition.
    pub partition: Partition,
    /// JSON text.
    pub body: String,
}

impl Queries {
    fn each<T>(
        &self,
        text: &str,
        read: impl Fn(&[Value]) -> Result<T, StoreError>,
        key: impl Fn(&T) -> i64,
        mut take: impl FnMut(T) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let rows = self.rows(text, &[Value::Int(after)])?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                let row = read(&row)?;
                after = key(&row);
                take(row)?;
            }
        }
    }

    /// Every event in the order of its id.
    ///
    /// # Errors
    /// The database cannot be read, or a row cannot.
    pub fn each_event(&self, take: impl FnMut(EventRow) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.each(EVENTS, event, |row| row.id, take)
    }

    /// Every transfer in the order of its id.
    ///
    /// # Errors
    /// The database cannot be read, or a row cannot.
    pub fn each_transfer(
        &self,
        take: impl FnMut((Partition, Transfer)) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(TRANSFERS, transfer, |(_, row)| row.id, take)
    }

    /// Every ledger account.
    ///
    /// # Errors
    /// The database cannot be read, or a row cannot.
    pub fn each_account(
        &self,
        take: impl FnMut((Partition, Account)) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(ACCOUNTS, account, |(_, row)| row.id, take)
    }

    /// Every partition's head.
    ///
    /// # Errors
    /// The database cannot be read, or a row cannot.
    pub fn each_partition(
        &self,
        take: impl FnMut((Partition, Head)) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(PARTITIONS, head, |(partition, _)| partition.raw(), take)
    }

    /// Every record of a table in the order of its id. `table` is a name of [`crate::tables::RECORD_TABLES`].
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn each_record(
        &self,
        table: &str,
        mut take: impl FnMut(StoredBody) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let page = self.records(table, after, 5_000)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            page.into_iter().try_for_each(&mut take)?;
        }
    }

    /// A page of a table after an id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn records(&self, table: &str, after: i64, limit: i64) -> Result<Vec<StoredBody>, StoreError> {
        let known = known_table(table)?;
        self.rows(&all(known), &[Value::Int(after), Value::Int(limit)])?.iter().map(|row| body(row)).collect()
    }

    /// A page of a partition's records after an id. Only tables of [`crate::tables::PAGED`] are found by an index: others are
    /// walked, which is not for whoever answers a request.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn records_of(
        &self,
        table: &str,
        partition: Partition,
        after: i64,
        limit: i64,
    ) -> Result<Vec<StoredBody>, StoreError> {
        let parameters = [Value::Int(partition.raw()), Value::Int(after), Value::Int(limit)];
        self.rows(&of_partition(known_table(table)?), &parameters)?.iter().map(|row| body(row)).collect()
    }

    /// A record by id, whatever its partition.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn record(&self, table: &str, id: i64) -> Result<Option<StoredBody>, StoreError> {
        self.rows(&by_id(known_table(table)?), &[Value::Int(id)])?.first().map(|row| body(row)).transpose()
    }
}

fn known_table(table: &str) -> Result<&'static str, StoreError> {
    crate::tables::RECORD_TABLES
        .iter()
        .find(|known| known.name == table)
        .map(|known| known.name)
        .ok_or_else(|| StoreError(format!("there is no table {table}")))
}
