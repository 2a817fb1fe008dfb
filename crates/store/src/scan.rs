//! Texts of the read queries, and long reads in pages by key. One file so that it opens as a page of SQL. Holds no
//! rule: what the rows mean is for `app` and `ledger` to say.

use zaiton_engine::StoreError;
use zaiton_engine::batch::{EventRow, Head};
use zaiton_kernel::{Currency, LocalDate, Partition, Timestamp};
use zaiton_ledger::{Account, AccountCode, AccountKey, Transfer};

use crate::{Queries, Value};

const EVENTS: &str = "SELECT id, partition, previous, number, at, actor, command, subject, body, mac FROM events \
     WHERE id > $1 ORDER BY id LIMIT 5000";
const EVENT: &str = "SELECT id, partition, previous, number, at, actor, command, subject, body, mac FROM events WHERE id = $1 AND partition = $2";
const TRANSFERS: &str = "SELECT id, partition, txn, debit, credit, amount, kind, subject, link, previous_of_debit, \
     previous_of_credit, booked_at, value_date FROM transfers WHERE id > $1 ORDER BY id LIMIT 5000";
const TRANSFER: &str = "SELECT id, partition, txn, debit, credit, amount, kind, subject, link, previous_of_debit, \
     previous_of_credit, booked_at, value_date FROM transfers WHERE id = $1 AND partition = $2";
const ACCOUNTS: &str = "SELECT id, partition, code, dimension, currency, debits, credits, last_transfer, last_month \
     FROM accounts WHERE id > $1 ORDER BY id LIMIT 5000";
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
     t.previous_of_credit, t.booked_at, t.value_date FROM walk JOIN transfers t ON t.id = walk.id AND t.partition = $2 \
     ORDER BY t.id DESC";
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

/// Every text here that takes no table name: a test prepares them all on both databases.
#[must_use]
pub fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        EVENTS,
        EVENT,
        TRANSFERS,
        TRANSFER,
        ACCOUNTS,
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
    for table in crate::tables::RECORD_TABLES {
        texts.extend([by_id(table.name), all(table.name), of_partition(table.name)]);
    }
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

fn bad(what: &str) -> StoreError {
    StoreError(format!("a stored {what} cannot be read"))
}

fn partition(value: &Value) -> Result<Partition, StoreError> {
    Partition::from_raw(value.int()).ok_or_else(|| bad("partition"))
}

fn body(row: &[Value]) -> Result<StoredBody, StoreError> {
    let [id, part, body] = row else { return Err(bad("record")) };
    Ok(StoredBody { id: id.int(), partition: partition(part)?, body: body.text().to_owned() })
}

fn event(row: &[Value]) -> Result<EventRow, StoreError> {
    let [id, part, previous, number, at, actor, command, subject, body, mac] = row else {
        return Err(bad("event"));
    };
    Ok(EventRow {
        id: id.int(),
        partition: partition(part)?,
        previous: previous.int(),
        number: number.int(),
        at: Timestamp::from_micros(at.int()),
        actor: actor.text().to_owned(),
        command: command.text().to_owned(),
        subject: subject.int(),
        body: body.text().to_owned(),
        mac: mac.blob().try_into().map_err(|_| bad("event"))?,
    })
}

fn transfer(row: &[Value]) -> Result<(Partition, Transfer), StoreError> {
    let [id, part, txn, debit, credit, amount, kind, subject, link, of_debit, of_credit, booked, value_date] =
        row
    else {
        return Err(bad("transfer"));
    };
    Ok((
        partition(part)?,
        Transfer {
            id: id.int(),
            transaction: txn.int(),
            debit_account: debit.int(),
            credit_account: credit.int(),
            amount: amount.int(),
            kind: u16::try_from(kind.int()).map_err(|_| bad("transfer"))?,
            subject: subject.int(),
            link: link.int(),
            previous_of_debit: of_debit.int(),
            previous_of_credit: of_credit.int(),
            booked_at: Timestamp::from_micros(booked.int()),
            value_date: LocalDate::from_number(value_date.int()).ok_or_else(|| bad("transfer"))?,
        },
    ))
}

fn account(row: &[Value]) -> Result<(Partition, Account), StoreError> {
    let [id, part, code, dimension, currency, debits, credits, last, month] = row else {
        return Err(bad("account"));
    };
    let code =
        u16::try_from(code.int()).ok().and_then(AccountCode::from_number).ok_or_else(|| bad("account"))?;
    let currency = Currency::from_code(currency.text()).map_err(|_| bad("account"))?;
    Ok((
        partition(part)?,
        Account {
            id: id.int(),
            key: AccountKey { code, dimension: dimension.int(), currency },
            debits: debits.int(),
            credits: credits.int(),
            last_transfer: last.int(),
            last_month: i32::try_from(month.int()).map_err(|_| bad("account"))?,
        },
    ))
}

fn total(row: &[Value]) -> Result<(AccountKey, i64, i64), StoreError> {
    let [code, part, currency, debits, credits] = row else { return Err(bad("account")) };
    let number = u16::try_from(code.int()).ok();
    let code = number.and_then(AccountCode::from_number).ok_or_else(|| bad("account"))?;
    let currency = Currency::from_code(currency.text()).map_err(|_| bad("account"))?;
    Ok((AccountKey { code, dimension: part.int(), currency }, debits.int(), credits.int()))
}

fn head(row: &[Value]) -> Result<(Partition, Head), StoreError> {
    let [part, last, events, mac] = row else { return Err(bad("partition")) };
    let mac = mac.blob().try_into().map_err(|_| bad("partition"))?;
    Ok((partition(part)?, Head { last_event: last.int(), events: events.int(), mac }))
}

/// The partitions of an environment lie between these.
fn bounds(environment: zaiton_kernel::Environment) -> [Value; 2] {
    [0, i64::MAX].map(|owner| Value::Int(Partition::new(environment, owner).raw()))
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

    /// A page of a partition's records after an id.
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

    /// The accounts of a partition, in the order they were opened.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn accounts(&self, partition: Partition) -> Result<Vec<Account>, StoreError> {
        self.rows(PARTITION_ACCOUNTS, &[Value::Int(partition.raw())])?
            .iter()
            .map(|row| account(row).map(|(_, account)| account))
            .collect()
    }

    /// What all accounts of a code and currency were debited and credited, over all partitions of an environment, as of one
    /// moment. 1030 and 2190 have a row a dimension, the others one with none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn totals(
        &self,
        environment: zaiton_kernel::Environment,
    ) -> Result<Vec<(AccountKey, i64, i64)>, StoreError> {
        self.rows(TOTALS, &bounds(environment))?.iter().map(|row| total(row)).collect()
    }

    /// A partition's head.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn head(&self, of: Partition) -> Result<Option<Head>, StoreError> {
        self.rows(PARTITION, &[Value::Int(of.raw())])?
            .first()
            .map(|row| head(row).map(|(_, head)| head))
            .transpose()
    }

    /// One event of a partition.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn event(&self, partition: Partition, id: i64) -> Result<Option<EventRow>, StoreError> {
        self.rows(EVENT, &[Value::Int(id), Value::Int(partition.raw())])?
            .first()
            .map(|row| event(row))
            .transpose()
    }

    /// One transfer of a partition.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn transfer(&self, partition: Partition, id: i64) -> Result<Option<Transfer>, StoreError> {
        let rows = self.rows(TRANSFER, &[Value::Int(id), Value::Int(partition.raw())])?;
        rows.first().map(|row| transfer(row).map(|(_, transfer)| transfer)).transpose()
    }

    /// The timeline of a partition, newest first, by the events' own pointers.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn timeline(
        &self,
        partition: Partition,
        from: i64,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        let mut events = Vec::new();
        let mut next = from;
        while next != 0 && events.len() < limit {
            let Some(event) = self.event(partition, next)? else { return Err(bad("event")) };
            next = event.previous;
            events.push(event);
        }
        Ok(events)
    }

    /// Transfers of an account, newest first, from a transfer on, not before a moment, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn history(
        &self,
        partition: Partition,
        account: i64,
        from: i64,
        not_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<Transfer>, StoreError> {
        let parameters = [account, partition.raw(), from, limit, not_before.micros()].map(Value::Int);
        self.rows(HISTORY, &parameters)?
            .iter()
            .map(|row| transfer(row).map(|(_, transfer)| transfer))
            .collect()
    }

    /// The totals of an account as the first month after `month` began: debits, credits, last transfer before. None
    /// when nothing was booked after `month`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn mark_after(
        &self,
        partition: Partition,
        account: i64,
        month: i32,
    ) -> Result<Option<(i64, i64, i64)>, StoreError> {
        let parameters = [account, i64::from(month), partition.raw()].map(Value::Int);
        Ok(self.rows(MARK_AFTER, &parameters)?.first().and_then(|row| match row.as_slice() {
            [debits, credits, last] => Some((debits.int(), credits.int(), last.int())),
            _ => None,
        }))
    }

    fn found(
        &self,
        text: &str,
        key: Value,
        environment: zaiton_kernel::Environment,
    ) -> Result<Vec<StoredBody>, StoreError> {
        let [low, high] = bounds(environment);
        self.rows(text, &[key, low, high])?.iter().map(|row| body(row)).collect()
    }

    /// A merchant by its code.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn merchant(
        &self,
        environment: zaiton_kernel::Environment,
        code: &str,
    ) -> Result<Option<StoredBody>, StoreError> {
        Ok(self.found(MERCHANT_BY_CODE, Value::Text(code.to_owned()), environment)?.into_iter().next())
    }

    /// A bank account of ours by its number.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn bank_account(
        &self,
        environment: zaiton_kernel::Environment,
        number: &str,
    ) -> Result<Option<StoredBody>, StoreError> {
        Ok(self
            .found(BANK_ACCOUNT_BY_NUMBER, Value::Text(number.to_owned()), environment)?
            .into_iter()
            .next())
    }

    /// Top-ups of a payer (its name as names are compared) that await funds, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn open_top_ups(
        &self,
        environment: zaiton_kernel::Environment,
        payer_key: &str,
    ) -> Result<Vec<StoredBody>, StoreError> {
        self.found(OPEN_TOP_UPS, Value::Text(payer_key.to_owned()), environment)
    }

    /// Top-ups under a remark code, wherever they stand.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn top_ups_by_remark(
        &self,
        environment: zaiton_kernel::Environment,
        code: &str,
    ) -> Result<Vec<StoredBody>, StoreError> {
        self.found(TOP_UP_BY_REMARK, Value::Text(code.to_owned()), environment)
    }

    /// Bank lines of this amount (decimal text; any currency) that are not allocated, a page after an id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn free_lines(
        &self,
        environment: zaiton_kernel::Environment,
        amount: &str,
        after: i64,
    ) -> Result<Vec<StoredBody>, StoreError> {
        let [low, high] = bounds(environment);
        let parameters = [Value::Text(amount.to_owned()), low, high, Value::Int(after)];
        self.rows(FREE_LINES, &parameters)?.iter().map(|row| body(row)).collect()
    }
}

fn known_table(table: &str) -> Result<&'static str, StoreError> {
    crate::tables::RECORD_TABLES
        .iter()
        .find(|known| known.name == table)
        .map(|known| known.name)
        .ok_or_else(|| StoreError(format!("there is no table {table}")))
}
