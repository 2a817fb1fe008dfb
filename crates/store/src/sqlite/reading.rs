//! Reading what a lane asks for: records, accounts, keys and answers in one snapshot, the runs of keys when a lane is taken,
//! what is due. Never writes, and reads nothing that is not asked for by its partition.

use rusqlite::{Connection, params};
use zaiton_engine::batch::{Head, RequestRow};
use zaiton_engine::command::RequestKey;
use zaiton_engine::port::{Found, StoredRecord, Wants};
use zaiton_engine::record::Kind;
use zaiton_engine::{Reader, StoreError};
use zaiton_kernel::{Currency, Environment, Partition, Timestamp};
use zaiton_ledger::{Account, AccountCode, AccountKey};

use super::failed;

const RUNS: &str = "SELECT day, keys FROM request_runs WHERE lane = ?1 AND day >= ?2 ORDER BY day, seq";
const KEY_RUNS: &str =
    "SELECT generation, keys FROM key_runs WHERE lane = ?1 AND generation >= ?2 ORDER BY generation, seq";

pub(super) struct SqliteReader {
    connection: Connection,
}

impl SqliteReader {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// A lane's runs from a day or a generation on.
    fn runs(
        &self,
        text: &str,
        lane: u16,
        from: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError> {
        let mut scan = || -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare(text)?;
            let mut rows = statement.query(params![lane, from])?;
            while let Some(row) = rows.next()? {
                each(row.get(0)?, row.get_ref(1)?.as_blob()?);
            }
            Ok(())
        };
        scan().map_err(|error| failed(&error))
    }

    fn found(&self, wants: &Wants) -> rusqlite::Result<Found> {
        let mut found = Found::default();
        // One snapshot for all tables: a batch that is being written is seen whole or not at all.
        let snapshot = self.connection.unchecked_transaction()?;
        for (kind, ids) in &wants.records {
            let mut statement = snapshot.prepare_cached(&format!(
                "SELECT shape, version, body FROM {} WHERE id = ?1 AND partition = ?2",
                kind.table
            ))?;
            for (partition, id) in ids {
                let mut rows = statement.query(params![id, partition.raw()])?;
                if let Some(row) = rows.next()? {
                    let (shape, version, body) = (row.get(0)?, row.get(1)?, row.get(2)?);
                    found.records.push(StoredRecord {
                        kind,
                        partition: *partition,
                        id: *id,
                        shape,
                        version,
                        body,
                    });
                }
            }
        }
        let mut heads =
            snapshot.prepare_cached("SELECT last_event, events, mac FROM partitions WHERE partition = ?1")?;
        let mut sheets = snapshot.prepare_cached(
            "SELECT id, code, dimension, currency, debits, credits, last_transfer, last_month FROM accounts \
             WHERE partition = ?1 ORDER BY id",
        )?;
        for partition in &wants.partitions {
            let mut rows = heads.query(params![partition.raw()])?;
            let Some(row) = rows.next()? else { continue };
            let head = Head { last_event: row.get(0)?, events: row.get(1)?, mac: row.get(2)? };
            let accounts =
                sheets.query_map(params![partition.raw()], account)?.collect::<rusqlite::Result<_>>()?;
            found.partitions.push((*partition, head, accounts));
        }
        let mut keys =
            snapshot.prepare_cached("SELECT id FROM natural_keys WHERE partition = ?1 AND key = ?2")?;
        for (partition, key) in &wants.keys {
            let mut rows = keys.query(params![partition.raw(), &key[..]])?;
            if let Some(row) = rows.next()? {
                found.keys.push((*partition, *key, row.get(0)?));
            }
        }
        let mut answers = snapshot.prepare_cached(
            "SELECT id, partition, key, input, denied, reply FROM requests WHERE id = ?1 AND partition = ?2",
        )?;
        for (partition, id) in &wants.requests {
            let mut rows = answers.query(params![id, partition.raw()])?;
            if let Some(row) = rows.next()? {
                found.requests.push(request(row)?);
            }
        }
        Ok(found)
    }
}

fn request(row: &rusqlite::Row<'_>) -> rusqlite::Result<RequestRow> {
    Ok(RequestRow {
        id: row.get(0)?,
        partition: partition(row.get(1)?)?,
        key: RequestKey(row.get(2)?),
        input: row.get(3)?,
        denied: row.get::<_, i64>(4)? != 0,
        reply: row.get(5)?,
    })
}

fn partition(raw: i64) -> rusqlite::Result<Partition> {
    Partition::from_raw(raw).ok_or(rusqlite::Error::IntegralValueOutOfRange(0, raw))
}

fn account(row: &rusqlite::Row<'_>) -> rusqlite::Result<Account> {
    let number: u16 = row.get(1)?;
    let wrong = || rusqlite::Error::IntegralValueOutOfRange(1, i64::from(number));
    let currency: String = row.get(3)?;
    Ok(Account {
        id: row.get(0)?,
        key: AccountKey {
            code: AccountCode::from_number(number).ok_or_else(wrong)?,
            dimension: row.get(2)?,
            currency: Currency::from_code(&currency).map_err(|_| wrong())?,
        },
        debits: row.get(4)?,
        credits: row.get(5)?,
        last_transfer: row.get(6)?,
        last_month: row.get(7)?,
    })
}

impl Reader for SqliteReader {
    fn read(&mut self, wants: &Wants) -> Result<Found, StoreError> {
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
        let run = || -> rusqlite::Result<Vec<(Partition, i64)>> {
            let mut statement = self.connection.prepare_cached(&format!(
                "SELECT partition, id FROM {} WHERE lane = ?1 AND due_at <= ?2 AND (partition >> 62) = ?3 \
                 ORDER BY due_at, id LIMIT ?4",
                kind.table
            ))?;
            let environment = Partition::new(environment, 0).raw() >> 62;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            statement
                .query_map(params![lane, now.micros(), environment, limit], |row| {
                    Ok((partition(row.get(0)?)?, row.get(1)?))
                })?
                .collect()
        };
        run().map_err(|error| failed(&error))
    }
}
