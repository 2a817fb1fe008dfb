//! Reading what a lane asks for: records, accounts, keys and answers by one query a table, the runs of keys when a lane is
//! taken, what is due. Never writes, and reads nothing that is not asked for by its partition.

use std::collections::HashMap;

use postgres::types::ToSql;
use postgres::{Client, Row, Statement};
use zaiton_engine::batch::{Head, RequestRow};
use zaiton_engine::command::RequestKey;
use zaiton_engine::port::{Found, StoredRecord, Wants};
use zaiton_engine::record::Kind;
use zaiton_engine::{Reader, StoreError};
use zaiton_kernel::{Currency, Environment, Partition, Timestamp};
use zaiton_ledger::{Account, AccountCode, AccountKey};

use super::{Planning, connect, distinct, failed, small};

const HEADS: &str = "SELECT partition, last_event, events, mac FROM partitions WHERE partition = ANY($1)";
const ACCOUNTS: &str = "SELECT id, code, dimension, currency, debits, credits, last_transfer, last_month, partition \
     FROM accounts WHERE partition = ANY($1) ORDER BY id";
const KEYS: &str = "SELECT k.partition, k.key, k.id FROM natural_keys k JOIN UNNEST($1::bigint[], $2::bytea[]) AS u \
     (partition, key) ON k.partition = u.partition AND k.key = u.key WHERE k.partition = ANY($3)";
const ANSWERS: &str = "SELECT id, partition, key, input, denied, reply FROM requests WHERE id = ANY($1) AND partition = ANY($2)";
const RUNS: &str = "SELECT day, seq, keys FROM request_runs WHERE lane = $1 AND day >= $2 AND (day, seq) > ($3, $4) \
     ORDER BY day, seq LIMIT 200";
const KEY_RUNS: &str = "SELECT generation, seq, keys FROM key_runs WHERE lane = $1 AND generation >= $2 AND \
     (generation, seq) > ($3, $4) ORDER BY generation, seq LIMIT 200";

/// The texts here that take no table name.
pub(super) const TEXTS: [&str; 6] = [HEADS, ACCOUNTS, KEYS, ANSWERS, RUNS, KEY_RUNS];

pub(super) fn record_text(table: &str) -> String {
    format!(
        "SELECT id, shape, version, body, partition FROM {table} WHERE id = ANY($1) AND partition = ANY($2)"
    )
}

pub(super) fn due_text(table: &str) -> String {
    format!(
        "SELECT partition, id FROM {table} WHERE lane = $1 AND due_at <= $2 AND (partition >> 62) = $3 \
         ORDER BY due_at, id LIMIT $4"
    )
}

pub(super) struct PostgresReader {
    client: Client,
    url: String,
    planning: Planning,
    prepared: HashMap<String, Statement>,
}

impl PostgresReader {
    pub(super) fn new(client: Client, url: &str) -> Self {
        Self { client, url: url.to_owned(), planning: Planning::default(), prepared: HashMap::new() }
    }

    /// Opens the connection again when it broke before this read.
    fn revive(&mut self) -> Result<(), StoreError> {
        if self.client.is_closed() {
            self.client = connect(&self.url)?;
            self.planning = Planning::default();
            self.prepared.clear();
        }
        Ok(())
    }

    fn query(
        &mut self,
        text: String,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, postgres::Error> {
        if !self.prepared.contains_key(&text) {
            let statement = self.client.prepare(&text)?;
            self.prepared.insert(text.clone(), statement);
        }
        let statement = self.prepared.get(&text).expect("just prepared");
        self.client.query(statement, parameters)
    }

    fn found(&mut self, wants: &Wants) -> Result<Found, postgres::Error> {
        let mut found = Found::default();
        for (kind, ids) in &wants.records {
            let partitions = distinct(ids.iter().map(|(partition, _)| partition.raw()));
            let ids: Vec<i64> = ids.iter().map(|(_, id)| *id).collect();
            let rows = self.query(record_text(kind.table), &[&ids, &partitions])?;
            found.records.extend(rows.iter().filter_map(|row| {
                Some(StoredRecord {
                    kind,
                    partition: Partition::from_raw(row.get(4))?,
                    id: row.get(0),
                    shape: small(row.get(1)),
                    version: u32::try_from(row.get::<_, i64>(2)).unwrap_or(u32::MAX),
                    body: row.get(3),
                })
            }));
        }
        if !wants.partitions.is_empty() {
            self.partitions(&wants.partitions, &mut found)?;
        }
        if !wants.keys.is_empty() {
            let partitions: Vec<i64> = wants.keys.iter().map(|(partition, _)| partition.raw()).collect();
            let keys: Vec<&[u8]> = wants.keys.iter().map(|(_, key)| &key[..]).collect();
            let only = distinct(partitions.iter().copied());
            let rows = self.query(KEYS.to_owned(), &[&partitions, &keys, &only])?;
            for row in &rows {
                if let (Some(partition), Some(key)) =
                    (Partition::from_raw(row.get(0)), <[u8; 16]>::try_from(row.get::<_, &[u8]>(1)).ok())
                {
                    found.keys.push((partition, key, row.get(2)));
                }
            }
        }
        if !wants.requests.is_empty() {
            let partitions = distinct(wants.requests.iter().map(|(partition, _)| partition.raw()));
            let ids: Vec<i64> = wants.requests.iter().map(|(_, id)| *id).collect();
            let rows = self.query(ANSWERS.to_owned(), &[&ids, &partitions])?;
            found.requests.extend(rows.iter().filter_map(request));
        }
        Ok(found)
    }

    fn partitions(&mut self, wanted: &[Partition], found: &mut Found) -> Result<(), postgres::Error> {
        let ids: Vec<i64> = wanted.iter().map(|partition| partition.raw()).collect();
        let heads = self.query(HEADS.to_owned(), &[&ids])?;
        let mut accounts: HashMap<i64, Vec<Account>> = HashMap::new();
        for row in self.query(ACCOUNTS.to_owned(), &[&ids])? {
            if let Some(account) = account(&row) {
                accounts.entry(row.get(8)).or_default().push(account);
            }
        }
        for row in heads {
            let raw: i64 = row.get(0);
            let mac = <[u8; 32]>::try_from(row.get::<_, &[u8]>(3)).unwrap_or([0; 32]);
            let head = Head { last_event: row.get(1), events: row.get(2), mac };
            if let Some(partition) = Partition::from_raw(raw) {
                found.partitions.push((partition, head, accounts.remove(&raw).unwrap_or_default()));
            }
        }
        Ok(())
    }

    /// A lane's runs from a day or a generation on, in pages by their key.
    fn runs(
        &mut self,
        text: &str,
        lane: u16,
        from: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError> {
        self.revive()?;
        let mut after = (from, i64::MIN);
        loop {
            let rows = self
                .query(text.to_owned(), &[&i64::from(lane), &from, &after.0, &after.1])
                .map_err(|error| failed(&error))?;
            for row in &rows {
                after = (row.get(0), row.get(1));
                each(after.0, row.get(2));
            }
            if rows.is_empty() {
                return Ok(());
            }
        }
    }
}

fn request(row: &Row) -> Option<RequestRow> {
    Some(RequestRow {
        id: row.get(0),
        partition: Partition::from_raw(row.get(1))?,
        key: RequestKey(row.get::<_, &[u8]>(2).try_into().ok()?),
        input: row.get::<_, &[u8]>(3).try_into().ok()?,
        denied: row.get::<_, i64>(4) != 0,
        reply: row.get(5),
    })
}

fn account(row: &Row) -> Option<Account> {
    Some(Account {
        id: row.get(0),
        key: AccountKey {
            code: AccountCode::from_number(small(row.get(1)))?,
            dimension: row.get(2),
            currency: Currency::from_code(row.get(3)).ok()?,
        },
        debits: row.get(4),
        credits: row.get(5),
        last_transfer: row.get(6),
        last_month: i32::try_from(row.get::<_, i64>(7)).ok()?,
    })
}

impl Reader for PostgresReader {
    fn read(&mut self, wants: &Wants) -> Result<Found, StoreError> {
        self.revive()?;
        self.planning.prepare(&mut self.client, wants.count()).map_err(|error| failed(&error))?;
        self.found(wants).map_err(|error| failed(&error))
    }

    fn request_runs(
        &mut self,
        lane: u16,
        from_day: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError> {
        self.runs(RUNS, lane, from_day, each)
    }

    fn key_runs(
        &mut self,
        lane: u16,
        from_generation: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError> {
        self.runs(KEY_RUNS, lane, from_generation, each)
    }

    fn due(
        &mut self,
        kind: &'static Kind,
        lane: u16,
        environment: Environment,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Partition, i64)>, StoreError> {
        self.revive()?;
        let environment = Partition::new(environment, 0).raw() >> 62;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self
            .query(due_text(kind.table), &[&i64::from(lane), &now.micros(), &environment, &limit])
            .map_err(|error| failed(&error))?;
        Ok(rows.iter().filter_map(|row| Some((Partition::from_raw(row.get(0))?, row.get(1)))).collect())
    }
}
