//! The store on PostgreSQL 15 and later, in statement forms that also run on a distributed engine: `partition` in
//! every key, sets by UNNEST joined to `partitions`, written rows counted. Decides nothing.

use std::collections::HashMap;
use std::sync::Mutex;

use postgres::types::ToSql;
use postgres::{Client, NoTls, Row, Statement, Transaction};
use zaiton_engine::batch::{Batch, Head, RequestRow};
use zaiton_engine::command::RequestKey;
use zaiton_engine::port::{Found, LaneRow, StoredRecord, Wants};
use zaiton_engine::recent::{self, KeysMoved};
use zaiton_engine::record::Kind;
use zaiton_engine::requests::{oldest_kept, read_run, write_run};
use zaiton_engine::{CommitError, Database, Reader, Store, StoreError};
use zaiton_kernel::{Currency, Environment, Partition, Timestamp};
use zaiton_ledger::{Account, AccountCode, AccountKey};

use crate::migrate;
use crate::rows::{Data, Rows, Verb, statements};

pub(crate) fn failed(error: &postgres::Error) -> StoreError {
    StoreError(format!("PostgreSQL: {}", told(error)))
}

/// What the server said, without the row's values (`detail` may hold them).
fn told(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} {}", db.code().code(), db.message()),
        None => error.to_string(),
    }
}

pub(crate) fn connect(url: &str) -> Result<Client, StoreError> {
    let mut client = Client::connect(url, NoTls).map_err(|error| failed(&error))?;
    client
        .batch_execute("SET synchronous_commit = on; SET client_min_messages = warning")
        .map_err(|error| failed(&error))?;
    Ok(client)
}

/// A batch above this many rows is worth a plan of its own.
const MANY: usize = 64;

/// How the lane's own connection plans. A plan made for the values at hand looks a list up by hash, one made for all
/// values goes through the list for every row: thousands of partitions cost more than everything else then. A lone command
/// pays more for planning than for running. Tables are not read whole: what a batch costs must not follow their size.
#[derive(Default)]
struct Planning {
    of_its_own: Option<bool>,
}

impl Planning {
    fn prepare(&mut self, client: &mut Client, rows: usize) -> Result<(), postgres::Error> {
        let many = rows > MANY;
        if self.of_its_own == Some(many) {
            return Ok(());
        }
        let mode = if many { "force_custom_plan" } else { "force_generic_plan" };
        let joins = if self.of_its_own.is_none() {
            "SET enable_seqscan = off; SET enable_mergejoin = off; SET random_page_cost = 1.1; SET jit = off; "
        } else {
            ""
        };
        client.batch_execute(&format!("{joins}SET plan_cache_mode = {mode}"))?;
        self.of_its_own = Some(many);
        Ok(())
    }
}

/// A PostgreSQL database.
pub struct PostgresDatabase {
    url: String,
    lanes: u16,
    control: Mutex<Option<Client>>,
}

impl PostgresDatabase {
    /// Opens and migrates a database.
    ///
    /// # Errors
    /// It cannot be reached, or a newer program made it.
    pub fn open(url: &str, lanes: u16) -> Result<Self, StoreError> {
        let mut client = connect(url)?;
        // Two processes may start at once on an empty database: the loser of the race reads what the winner made.
        if migrate_database(&mut client, lanes).is_err() {
            migrate_database(&mut client, lanes)?;
        }
        let row = client
            .query_one("SELECT value FROM meta WHERE name = 'lanes'", &[])
            .map_err(|error| failed(&error))?;
        let lanes = row
            .get::<_, &str>(0)
            .parse()
            .map_err(|_| StoreError("the number of lanes is not a number".into()))?;
        Ok(Self { url: url.to_owned(), lanes, control: Mutex::new(Some(client)) })
    }

    /// Runs something on the control connection, which is opened again when it broke.
    fn control<T>(&self, run: impl Fn(&mut Client) -> Result<T, postgres::Error>) -> Result<T, StoreError> {
        let mut slot = self.control.lock().expect("nobody panics while holding the connection");
        for last in [false, true] {
            if slot.as_ref().is_none_or(Client::is_closed) {
                *slot = Some(connect(&self.url)?);
            }
            let client = slot.as_mut().expect("just opened");
            match run(client) {
                Ok(value) => return Ok(value),
                Err(error) if last || !client.is_closed() => return Err(failed(&error)),
                Err(_) => *slot = None,
            }
        }
        Err(StoreError("PostgreSQL: no connection".into()))
    }
}

fn migrate_database(client: &mut Client, lanes: u16) -> Result<(), StoreError> {
    let done = client
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS migrations (number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)",
        )
        .and_then(|()| client.query("SELECT number, checksum FROM migrations ORDER BY number", &[]))
        .map_err(|error| failed(&error))?;
    let done: Vec<(i64, String)> = done.iter().map(|row| (row.get(0), row.get(1))).collect();
    for migration in migrate::pending(migrate::all(true), &done)? {
        let apply = |client: &mut Client| -> Result<(), postgres::Error> {
            let mut transaction = client.transaction()?;
            transaction.execute(
                "INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3)",
                &[&migration.number, &migration.name, &migration.checksum()],
            )?;
            transaction.batch_execute(&migration.sql)?;
            if migration.number == 1 {
                transaction
                    .execute("INSERT INTO meta (name, value) VALUES ('lanes', $1)", &[&lanes.to_string()])?;
                let numbers: Vec<i64> = (0..i64::from(lanes)).collect();
                transaction.execute("INSERT INTO lanes (lane) SELECT UNNEST($1::bigint[])", &[&numbers])?;
            }
            transaction.commit()
        };
        apply(client).map_err(|error| failed(&error))?;
    }
    Ok(())
}

const LANE: &str = "SELECT lane, owner, address, epoch, seq, last_id, request_day, key_generation, key_cursor FROM lanes WHERE lane = $1";
/// `lease_until` is in the database's own seconds: the clocks of processes do not matter.
const TAKE_LANE: &str = "UPDATE lanes SET owner = $2, address = $3, epoch = epoch + 1, \
     lease_until = extract(epoch FROM now())::bigint + $4 \
     WHERE lane = $1 AND (owner = $2 OR owner = '' OR lease_until < extract(epoch FROM now())::bigint) \
     RETURNING lane, owner, address, epoch, seq, last_id, request_day, key_generation, key_cursor";
const RENEW: &str =
    "UPDATE lanes SET lease_until = extract(epoch FROM now())::bigint + $2 WHERE owner = $1 RETURNING lane";

fn small(value: i64) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

fn lane_row(row: &Row) -> LaneRow {
    LaneRow {
        lane: small(row.get(0)),
        owner: row.get(1),
        address: row.get(2),
        epoch: row.get(3),
        seq: row.get(4),
        last_id: row.get(5),
        request_day: row.get(6),
        keys_moved: KeysMoved {
            generation: row.get(7),
            cursor: row.get::<_, &[u8]>(8).try_into().unwrap_or([0; 24]),
        },
    }
}

impl Database for PostgresDatabase {
    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        let client = connect(&self.url)?;
        Ok(Box::new(PostgresReader {
            client,
            url: self.url.clone(),
            planning: Planning::default(),
            prepared: HashMap::new(),
        }))
    }

    fn store(&self) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(PostgresStore {
            client: connect(&self.url)?,
            planning: Planning::default(),
            prepared: HashMap::new(),
            forgotten: i64::MIN,
            swept: i64::MIN,
        }))
    }

    fn lanes(&self) -> u16 {
        self.lanes
    }

    fn take_lane(
        &self,
        lane: u16,
        owner: &str,
        address: &str,
        lease: u32,
    ) -> Result<Option<LaneRow>, StoreError> {
        let row = self.control(|client| {
            client.query_opt(TAKE_LANE, &[&i64::from(lane), &owner, &address, &i64::from(lease)])
        })?;
        Ok(row.as_ref().map(lane_row))
    }

    fn renew_lanes(&self, owner: &str, lease: u32) -> Result<Vec<u16>, StoreError> {
        let rows = self.control(|client| client.query(RENEW, &[&owner, &i64::from(lease)]))?;
        Ok(rows.iter().map(|row| small(row.get(0))).collect())
    }

    fn release_lanes(&self, owner: &str) -> Result<(), StoreError> {
        self.control(|client| {
            client.execute("UPDATE lanes SET owner = '', address = '' WHERE owner = $1", &[&owner])
        })
        .map(|_| ())
    }

    fn keep(&self, name: &str, value: &str) -> Result<String, StoreError> {
        let kept = "SELECT value FROM meta WHERE name = $1";
        self.control(|client| {
            if let Some(row) = client.query_opt(kept, &[&name])? {
                return Ok(row);
            }
            client.execute(
                "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                &[&name, &value],
            )?;
            client.query_one(kept, &[&name])
        })
        .map(|row| row.get(0))
    }

    fn change(&self, name: &str, from: &str, to: &str) -> Result<bool, StoreError> {
        self.control(|client| {
            client.execute("UPDATE meta SET value = $3 WHERE name = $1 AND value = $2", &[&name, &from, &to])
        })
        .map(|changed| changed == 1)
    }

    fn lane(&self, lane: u16) -> Result<LaneRow, StoreError> {
        self.control(|client| client.query_one(LANE, &[&i64::from(lane)])).map(|row| lane_row(&row))
    }
}

/// The text of a set-based statement. The last parameter is the list of partitions, so that a distributed engine
/// sends it to one shard; the join to `partitions` gives a true count of rows there.
#[must_use]
pub fn text(rows: &Rows<'_>) -> String {
    let names: Vec<&str> = rows.columns.iter().map(|(name, _)| *name).collect();
    let arrays: Vec<String> = rows
        .columns
        .iter()
        .enumerate()
        .map(|(at, (_, data))| {
            let kind = match data {
                Data::Int(_) => "bigint",
                Data::Text(_) => "text",
                Data::Blob(_) => "bytea",
            };
            format!("${}::{kind}[]", at + 1)
        })
        .collect();
    let (table, list) = (rows.table, names.join(", "));
    let unnest = format!("UNNEST({}) AS u ({list})", arrays.join(", "));
    let last = names.len() + 1;
    match rows.verb {
        Verb::Insert if table == "partitions" => {
            format!(
                "INSERT INTO {table} ({list}) SELECT {list} FROM {unnest} WHERE partition = ANY(${last}::bigint[])"
            )
        }
        Verb::Insert => {
            let values: Vec<String> = names.iter().map(|name| format!("u.{name}")).collect();
            format!(
                "INSERT INTO {table} ({list}) SELECT {} FROM partitions a JOIN {unnest} ON a.partition = u.partition \
                 WHERE a.partition = ANY(${last}::bigint[])",
                values.join(", ")
            )
        }
        Verb::Update | Verb::UpdateVersioned => {
            let (keys, values) = names.split_at(rows.keys);
            let set: Vec<String> = values.iter().map(|name| format!("{name} = u.{name}")).collect();
            let find: Vec<String> = keys.iter().map(|name| format!("t.{name} = u.{name}")).collect();
            let version =
                if rows.verb == Verb::UpdateVersioned { " AND t.version = u.version - 1" } else { "" };
            format!(
                "UPDATE {table} t SET {} FROM {unnest} WHERE {}{version} AND t.partition = ANY(${last}::bigint[])",
                set.join(", "),
                find.join(" AND ")
            )
        }
        Verb::Delete => format!(
            "DELETE FROM {table} t USING {unnest} WHERE t.id = u.id AND t.partition = u.partition \
             AND t.version = u.version - 1 AND t.partition = ANY(${last}::bigint[])"
        ),
    }
}

struct PostgresStore {
    client: Client,
    planning: Planning,
    prepared: HashMap<(Verb, &'static str, usize), Statement>,
    /// The day for which nothing is left to remove.
    forgotten: i64,
    /// Below this generation no run of natural keys is left.
    swept: i64,
}

/// Why a write stopped.
enum Trouble {
    Lost,
    Count { table: &'static str, wanted: usize, written: u64 },
    Database(postgres::Error),
}

impl From<postgres::Error> for Trouble {
    fn from(error: postgres::Error) -> Self {
        Self::Database(error)
    }
}

fn run(
    transaction: &mut Transaction<'_>,
    prepared: &mut HashMap<(Verb, &'static str, usize), Statement>,
    rows: &Rows<'_>,
) -> Result<(), Trouble> {
    let key = (rows.verb, rows.table, rows.columns.len());
    let statement = match prepared.get(&key) {
        Some(statement) => statement.clone(),
        None => {
            let statement = transaction.prepare(&text(rows))?;
            prepared.insert(key, statement.clone());
            statement
        }
    };
    let mut partitions: Vec<i64> = Vec::new();
    for (name, data) in &rows.columns {
        if let (&"partition", Data::Int(values)) = (name, data) {
            partitions.clone_from(values);
        }
    }
    partitions.sort_unstable();
    partitions.dedup();
    let mut parameters: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(rows.columns.len() + 1);
    for (_, data) in &rows.columns {
        parameters.push(match data {
            Data::Int(values) => values,
            Data::Text(values) => values,
            Data::Blob(values) => values,
        });
    }
    parameters.push(&partitions);
    let written = transaction.execute(&statement, &parameters)?;
    if written == u64::try_from(rows.len).unwrap_or(u64::MAX) {
        Ok(())
    } else {
        Err(Trouble::Count { table: rows.table, wanted: rows.len, written })
    }
}

const ADD_RUN: &str = "INSERT INTO request_runs (lane, day, seq, keys) VALUES ($1, $2, $3, $4)";
const OLDEST_RUN: &str =
    "SELECT day, seq, keys FROM request_runs WHERE lane = $1 AND day < $2 ORDER BY day, seq LIMIT 1";
const REMOVE_ANSWERS: &str = "DELETE FROM requests WHERE id = ANY($1) AND partition = ANY($2)";
const ADD_KEYS: &str = "INSERT INTO key_runs (lane, generation, seq, keys) VALUES ($1, $2, $3, $4)";
const REMOVE_KEYS: &str = "DELETE FROM key_runs WHERE lane = $1 AND (generation, seq) IN (SELECT generation, seq FROM \
     key_runs WHERE lane = $1 AND generation < $2 ORDER BY generation, seq LIMIT $3)";
const KEY_RUNS: &str = "SELECT generation, seq, keys FROM key_runs WHERE lane = $1 AND generation >= $2 AND \
     (generation, seq) > ($3, $4) ORDER BY generation, seq LIMIT 200";
const REMOVE_RUN: &str = "DELETE FROM request_runs WHERE lane = $1 AND day = $2 AND seq = $3";

/// Removes answers that are too old: about two for each new one, so that no batch pays for a whole day. Says whether there
/// were any.
fn forget(transaction: &mut Transaction<'_>, batch: &Batch) -> Result<bool, postgres::Error> {
    let lane = i64::from(batch.lane);
    let mut removed = 0;
    while removed < 2 * batch.requests.len() {
        let oldest = transaction.query_opt(OLDEST_RUN, &[&lane, &oldest_kept(batch.request_day)])?;
        let Some(row) = oldest else { break };
        let (day, seq): (i64, i64) = (row.get(0), row.get(1));
        let (ids, partitions): (Vec<i64>, Vec<i64>) =
            read_run(row.get(2)).map(|(id, partition, _)| (id, partition)).unzip();
        removed += ids.len().max(1);
        transaction.execute(REMOVE_ANSWERS, &[&ids, &distinct(partitions.into_iter())])?;
        transaction.execute(REMOVE_RUN, &[&lane, &day, &seq])?;
    }
    Ok(removed > 0)
}

const MOVE_LANE: &str = "UPDATE lanes SET seq = $3, last_id = $4, request_day = $5, key_generation = $6, \
     key_cursor = $7 WHERE lane = $1 AND epoch = $2 AND seq = $3::bigint - 1";

impl PostgresStore {
    fn write(&mut self, batch: &Batch) -> Result<(), (Trouble, bool)> {
        let before = |error: postgres::Error| (Trouble::Database(error), false);
        let lane = i64::from(batch.lane);
        self.planning.prepare(&mut self.client, batch.requests.len()).map_err(before)?;
        let mut transaction = self.client.transaction().map_err(before)?;
        let moved = transaction
            .execute(
                MOVE_LANE,
                &[
                    &lane,
                    &batch.epoch,
                    &batch.seq,
                    &batch.last_id,
                    &batch.request_day,
                    &batch.keys_moved.generation,
                    &&batch.keys_moved.cursor[..],
                ],
            )
            .map_err(before)?;
        if moved != 1 {
            return Err((Trouble::Lost, false));
        }
        for rows in statements(batch) {
            run(&mut transaction, &mut self.prepared, &rows).map_err(|trouble| (trouble, false))?;
        }
        transaction
            .execute(ADD_RUN, &[&lane, &batch.request_day, &batch.seq, &write_run(&batch.requests)])
            .map_err(before)?;
        let KeysMoved { generation, .. } = batch.keys_moved;
        if !batch.claimed.is_empty() {
            let run = recent::write_run(&batch.claimed);
            transaction.execute(ADD_KEYS, &[&lane, &generation, &batch.seq, &run]).map_err(before)?;
        }
        // A few with each batch: what lies in its table as a whole.
        let below = batch.keys_moved.done_below();
        if self.swept < below {
            let most = i64::try_from(2 + 2 * batch.requests.len()).unwrap_or(i64::MAX);
            if transaction.execute(REMOVE_KEYS, &[&lane, &below, &most]).map_err(before)? == 0 {
                self.swept = below;
            }
        }
        if self.forgotten < batch.request_day && !forget(&mut transaction, batch).map_err(before)? {
            self.forgotten = batch.request_day;
        }
        transaction.commit().map_err(|error| (Trouble::Database(error), true))
    }
}

/// Errors of the rows themselves (class 22 and 23, and our own mistakes in class 42): the same rows will be refused again.
fn of_the_rows(error: &postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        let code = code.code();
        code.starts_with("22") || code.starts_with("23") || code.starts_with("42")
    })
}

impl Store for PostgresStore {
    fn commit(&mut self, batch: &Batch) -> Result<(), CommitError> {
        match self.write(batch) {
            Ok(()) => Ok(()),
            Err((Trouble::Lost, _)) => Err(CommitError::Lost),
            Err((Trouble::Count { table, wanted, written }, _)) => {
                Err(CommitError::Refused(format!("{table}: {written} rows written, {wanted} wanted")))
            }
            Err((Trouble::Database(error), _)) if of_the_rows(&error) => {
                Err(CommitError::Refused(told(&error)))
            }
            Err((Trouble::Database(error), true)) => Err(CommitError::Unknown(told(&error))),
            Err((Trouble::Database(error), false)) => Err(CommitError::Unavailable(told(&error))),
        }
    }
}

struct PostgresReader {
    client: Client,
    url: String,
    planning: Planning,
    prepared: HashMap<String, Statement>,
}

impl PostgresReader {
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
}

const HEADS: &str = "SELECT partition, last_event, events, mac FROM partitions WHERE partition = ANY($1)";
const ACCOUNTS: &str = "SELECT id, code, dimension, currency, debits, credits, last_transfer, last_month, partition \
     FROM accounts WHERE partition = ANY($1) ORDER BY id";
const KEYS: &str = "SELECT k.partition, k.key, k.id FROM natural_keys k JOIN UNNEST($1::bigint[], $2::bytea[]) AS u \
     (partition, key) ON k.partition = u.partition AND k.key = u.key WHERE k.partition = ANY($3)";

const ANSWERS: &str = "SELECT id, partition, key, input, denied, reply FROM requests WHERE id = ANY($1) AND partition = ANY($2)";
const RUNS: &str = "SELECT day, seq, keys FROM request_runs WHERE lane = $1 AND day >= $2 AND (day, seq) > ($3, $4) \
     ORDER BY day, seq LIMIT 200";

fn record_text(table: &str) -> String {
    format!(
        "SELECT id, shape, version, body, partition FROM {table} WHERE id = ANY($1) AND partition = ANY($2)"
    )
}

fn due_text(table: &str) -> String {
    format!(
        "SELECT partition, id FROM {table} WHERE lane = $1 AND due_at <= $2 AND (partition >> 62) = $3 \
         ORDER BY due_at, id LIMIT $4"
    )
}

/// Every text by which this file reads or keeps lanes: a test prepares them all.
#[must_use]
pub fn read_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        HEADS,
        ACCOUNTS,
        KEYS,
        LANE,
        TAKE_LANE,
        RENEW,
        MOVE_LANE,
        ANSWERS,
        RUNS,
        ADD_RUN,
        ADD_KEYS,
        REMOVE_KEYS,
        KEY_RUNS,
        OLDEST_RUN,
        REMOVE_ANSWERS,
        REMOVE_RUN,
    ]
    .iter()
    .map(|text| (*text).to_owned())
    .collect();
    texts.extend(crate::tables::RECORD_TABLES.iter().map(|table| record_text(table.name)));
    texts.extend(["timers", "effects"].map(due_text));
    texts
}

fn distinct(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut list: Vec<i64> = values.collect();
    list.sort_unstable();
    list.dedup();
    list
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
        self.revive()?;
        let mut after = (from_day, i64::MIN);
        loop {
            let rows = self
                .query(RUNS.to_owned(), &[&i64::from(lane), &from_day, &after.0, &after.1])
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

    fn key_runs(
        &mut self,
        lane: u16,
        from_generation: i64,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), StoreError> {
        self.revive()?;
        let mut after = (from_generation, i64::MIN);
        loop {
            let rows = self
                .query(KEY_RUNS.to_owned(), &[&i64::from(lane), &from_generation, &after.0, &after.1])
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
