//! Writers of rows with the layout and the statements as parameters: what a choice costs is a run with it less a run
//! without it. Uses the store's own rows and texts wherever nothing is changed.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use postgres::types::ToSql;
use postgres::{Client, NoTls, Statement, Transaction};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, params};
use zaiton_engine::batch::Batch;
use zaiton_kernel::Id;
use zaiton_prepaid::Hold;
use zaiton_store::postgres::text as postgres_text;
use zaiton_store::rows::{Data, Rows, Verb, statements};

use crate::Stop;
use crate::synthetic::Made;

/// How holds are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A JSON body, as the store has it.
    Body,
    /// The same body without the id and the fields that other columns have.
    Shorter,
    /// A column a field.
    Typed,
}

/// How natural keys are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// As the tables have them: 16 bytes.
    Bytes,
    /// Cut to 64 bits that stand for partition and key.
    Number,
    /// Not at all.
    None,
}

/// A layout and a way of writing. The default is what the store does.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// What is other than in the store.
    pub name: &'static str,
    /// SQL that changes the tables before the run: for SQLite, for PostgreSQL.
    pub ddl: [&'static str; 2],
    /// Layout of holds.
    pub holds: Holds,
    /// Layout of natural keys.
    pub keys: Keys,
    /// Event rows are written.
    pub events: bool,
    /// The head of a partition's chain is written.
    pub heads: bool,
    /// Answers are written.
    pub requests: bool,
    /// The answer's text is written.
    pub replies: bool,
    /// Rows of one INSERT on SQLite.
    pub rows: usize,
    /// A statement is looked up once a set of rows on SQLite, not once a row.
    pub once: bool,
    /// Account rows are written on SQLite as inserts that replace, several a statement.
    pub upserts: bool,
    /// Inserts on PostgreSQL are joined to `partitions`.
    pub anchored: bool,
    /// Updates on PostgreSQL are joined to `partitions` too, instead of a filter over the list.
    pub anchored_updates: bool,
    /// PostgreSQL's `plan_cache_mode`.
    pub plans: &'static str,
}

/// What the store does.
pub const BASE: Variant = Variant {
    name: "as the store writes",
    ddl: ["", ""],
    holds: Holds::Body,
    keys: Keys::Bytes,
    events: true,
    heads: true,
    requests: true,
    replies: true,
    rows: 8,
    once: true,
    upserts: false,
    anchored: true,
    anchored_updates: false,
    plans: "auto",
};

fn number(key: &[u8], partition: i64) -> i64 {
    let mut bytes = [0_u8; 8];
    for (to, from) in bytes.iter_mut().zip(key) {
        *to = *from;
    }
    (i64::from_be_bytes(bytes) ^ partition) & i64::MAX
}

fn column<'a>(holds: &[Hold], name: &'static str, value: impl Fn(&Hold) -> i64) -> (&'static str, Data<'a>) {
    (name, Data::Int(holds.iter().map(value).collect()))
}

fn typed<'a>(rows: &mut Rows<'a>, holds: &'a [Hold]) {
    rows.columns.truncate(3);
    let orders = holds.iter().map(|hold| Cow::Borrowed(hold.order.as_str())).collect();
    if rows.verb == Verb::Insert {
        rows.columns.push(column(holds, "account", |hold| hold.account.raw()));
        rows.columns.push(("order_key", Data::Text(orders)));
        rows.columns.push((
            "currency",
            Data::Text(holds.iter().map(|hold| hold.currency.code().to_owned().into()).collect()),
        ));
    }
    rows.columns.extend([
        column(holds, "charged", |hold| hold.charged.unwrap_or(0)),
        column(holds, "released", |hold| hold.released),
        column(holds, "settled", |hold| hold.settled),
        column(holds, "refunded", |hold| hold.refunded),
        column(holds, "frozen", |hold| hold.frozen),
        column(holds, "unfunded", |hold| hold.unfunded),
        column(holds, "owed", |hold| hold.owed),
        column(holds, "tax", |hold| hold.tax),
        column(holds, "vat", |hold| hold.vat.map_or(-1, |vat| i64::from(vat.get()))),
        column(holds, "next_in_arrears", |hold| hold.next_in_arrears.map_or(0, Id::raw)),
        column(holds, "queued", |hold| i64::from(hold.queued)),
    ]);
}

/// Columns of a hold with a column a field, for both databases.
pub const TYPED: [&str; 2] = [
    "DROP TABLE holds; CREATE TABLE holds (partition INTEGER NOT NULL, id INTEGER PRIMARY KEY, version INTEGER NOT NULL, \
     account INTEGER NOT NULL, order_key TEXT NOT NULL, currency TEXT NOT NULL, charged INTEGER NOT NULL, released INTEGER \
     NOT NULL, settled INTEGER NOT NULL, refunded INTEGER NOT NULL, frozen INTEGER NOT NULL, unfunded INTEGER NOT NULL, \
     owed INTEGER NOT NULL, tax INTEGER NOT NULL, vat INTEGER NOT NULL, next_in_arrears INTEGER NOT NULL, queued INTEGER \
     NOT NULL) STRICT;",
    "DROP TABLE holds; CREATE TABLE holds (partition bigint NOT NULL, id bigint NOT NULL, version bigint NOT NULL, \
     account bigint NOT NULL, order_key text NOT NULL, currency text NOT NULL, charged bigint NOT NULL, released bigint \
     NOT NULL, settled bigint NOT NULL, refunded bigint NOT NULL, frozen bigint NOT NULL, unfunded bigint NOT NULL, owed \
     bigint NOT NULL, tax bigint NOT NULL, vat bigint NOT NULL, next_in_arrears bigint NOT NULL, queued bigint NOT NULL, \
     PRIMARY KEY (id, partition)) WITH (fillfactor = 80);",
];

fn shorter(hold: &Hold) -> String {
    let mut body = serde_json::to_value(hold).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("id");
    }
    body.to_string()
}

impl Variant {
    /// The rows of a batch in this layout.
    #[must_use]
    pub fn rows<'a>(&self, made: &'a Made) -> Vec<Rows<'a>> {
        let mut all = statements(&made.batch);
        all.retain(|rows| match rows.table {
            "natural_keys" => self.keys != Keys::None,
            "events" => self.events,
            "partitions" => self.heads,
            table => self.requests || table != "requests",
        });
        for rows in &mut all {
            if rows.table == "holds" && self.holds == Holds::Typed {
                typed(rows, &made.holds);
            }
            if rows.table == "holds" && self.holds == Holds::Shorter {
                let bodies = made.holds.iter().map(|hold| shorter(hold).into()).collect();
                rows.columns.pop();
                rows.columns.push(("body", Data::Text(bodies)));
            }
            if rows.table == "natural_keys" && self.keys == Keys::Number {
                let mut keys: Vec<(i64, i64, i64)> = made
                    .batch
                    .keys
                    .iter()
                    .map(|row| (number(&row.key, row.partition.raw()), row.partition.raw(), row.id))
                    .collect();
                keys.sort_unstable();
                rows.columns = vec![
                    ("key", Data::Int(keys.iter().map(|(key, _, _)| *key).collect())),
                    ("partition", Data::Int(keys.iter().map(|(_, partition, _)| *partition).collect())),
                    ("id", Data::Int(keys.iter().map(|(_, _, id)| *id).collect())),
                ];
            }
            if rows.table == "requests" && !self.replies {
                rows.columns.pop();
                rows.columns.push(("reply", Data::Text(vec!["".into(); rows.len])));
            }
        }
        all
    }
}

struct Cell<'a>(&'a Data<'a>, usize);

impl rusqlite::ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let missing = || rusqlite::Error::InvalidParameterCount(self.1, 0);
        Ok(match self.0 {
            Data::Int(values) => ToSqlOutput::from(*values.get(self.1).ok_or_else(missing)?),
            Data::Text(values) => {
                let text: &str = values.get(self.1).ok_or_else(missing)?;
                ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes()))
            }
            Data::Blob(values) => {
                ToSqlOutput::Borrowed(ValueRef::Blob(values.get(self.1).ok_or_else(missing)?))
            }
        })
    }
}

/// Writes rows into a SQLite file.
pub struct Sqlite {
    connection: Connection,
    variant: Variant,
    texts: HashMap<(Verb, &'static str, usize, usize), String>,
}

fn sqlite_text(rows: &Rows<'_>, count: usize, upsert: bool) -> String {
    let names: Vec<&str> = rows.columns.iter().map(|(name, _)| *name).collect();
    let table = rows.table;
    match rows.verb {
        Verb::Update | Verb::UpdateVersioned if !upsert => {
            let (keys, values) = names.split_at(rows.keys);
            let set: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(at, name)| format!("{name} = ?{}", rows.keys + at + 1))
                .collect();
            let mut find: Vec<String> =
                keys.iter().enumerate().map(|(at, name)| format!("{name} = ?{}", at + 1)).collect();
            if rows.verb == Verb::UpdateVersioned {
                find.push(format!("version = ?{} - 1", rows.keys + 1));
            }
            format!("UPDATE {table} SET {} WHERE {}", set.join(", "), find.join(" AND "))
        }
        Verb::Delete => format!("DELETE FROM {table} WHERE id = ?1 AND partition = ?2 AND version = ?3 - 1"),
        Verb::Insert | Verb::Update | Verb::UpdateVersioned => {
            let width = names.len();
            let values: Vec<String> = (0..count)
                .map(|row| {
                    let marks: Vec<String> = (1..=width).map(|at| format!("?{}", row * width + at)).collect();
                    format!("({})", marks.join(","))
                })
                .collect();
            let (list, values) = (names.join(","), values.join(","));
            if upsert {
                // Columns that the batch does not have are not null: fillers that the conflict never lets in.
                let set: Vec<String> =
                    names.iter().skip(rows.keys).map(|name| format!("{name} = excluded.{name}")).collect();
                let more = if table == "accounts" {
                    (", code, dimension, currency, guard", ",0,0,'',0")
                } else {
                    ("", "")
                };
                let values = values.replace(')', &format!("{})", more.1));
                let key = names.first().copied().unwrap_or("id");
                return format!(
                    "INSERT INTO {table} ({list}{}) VALUES {values} ON CONFLICT ({key}) DO UPDATE SET {}",
                    more.0,
                    set.join(", ")
                );
            }
            format!("INSERT INTO {table} ({list}) VALUES {values}")
        }
    }
}

fn bind(
    statement: &mut CachedStatement<'_>,
    rows: &Rows<'_>,
    from: usize,
    count: usize,
) -> rusqlite::Result<()> {
    let mut place = 1;
    for row in from..from + count {
        for (_, data) in &rows.columns {
            statement.raw_bind_parameter(place, Cell(data, row))?;
            place += 1;
        }
    }
    let written = statement.raw_execute()?;
    if written == count { Ok(()) } else { Err(rusqlite::Error::StatementChangedRows(written)) }
}

impl Sqlite {
    /// Opens a file that the store made, with the store's settings.
    ///
    /// # Errors
    /// It cannot be opened, or the layout's SQL is refused.
    pub fn open(file: &Path, variant: Variant) -> Result<Self, Stop> {
        let connection = Connection::open(file)?;
        connection.set_prepared_statement_cache_capacity(256);
        connection.pragma_update(None, "cache_size", -65_536)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", 20_000)?;
        let [ddl, _] = variant.ddl;
        connection.execute_batch(ddl)?;
        Ok(Self { connection, variant, texts: HashMap::new() })
    }

    fn run(&mut self, rows: &Rows<'_>) -> rusqlite::Result<()> {
        let upsert = self.variant.upserts
            && rows.verb == Verb::Update
            && matches!(rows.table, "accounts" | "partitions");
        let most = if rows.verb == Verb::Insert || upsert { self.variant.rows } else { 1 };
        let mut at = 0;
        while at < rows.len {
            let count = if rows.len - at >= most { most } else { 1 };
            let key = (rows.verb, rows.table, rows.columns.len(), count);
            let text = self.texts.entry(key).or_insert_with(|| sqlite_text(rows, count, upsert));
            let mut statement = self.connection.prepare_cached(text)?;
            bind(&mut statement, rows, at, count)?;
            at += count;
            while self.variant.once && rows.len - at >= count {
                bind(&mut statement, rows, at, count)?;
                at += count;
            }
        }
        Ok(())
    }

    /// Writes a batch.
    ///
    /// # Errors
    /// It is refused.
    pub fn commit(&mut self, batch: &Batch, all: &[Rows<'_>]) -> Result<(), Stop> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.connection
            .prepare_cached(
                "UPDATE lanes SET seq = ?3, last_id = ?4, request_day = ?5 WHERE lane = ?1 AND epoch = ?2 AND seq = ?3 - 1",
            )?
            .execute(params![batch.lane, batch.epoch, batch.seq, batch.last_id, batch.request_day])?;
        for rows in all {
            self.run(rows)
                .map_err(|error| format!("{}: {:?} {}: {error}", self.variant.name, rows.verb, rows.table))?;
        }
        self.connection.execute_batch("COMMIT")?;
        Ok(())
    }
}

/// Writes rows into a PostgreSQL database.
pub struct Postgres {
    client: Client,
    variant: Variant,
    prepared: HashMap<(Verb, &'static str, usize), Statement>,
}

fn plain_text(rows: &Rows<'_>) -> String {
    let text = postgres_text(rows);
    match (text.split_once(" SELECT "), text.split_once(" JOIN "), text.split_once(" ON a.partition")) {
        (Some((insert, _)), Some((_, from)), Some(_)) if rows.verb == Verb::Insert => {
            let names: Vec<&str> = rows.columns.iter().map(|(name, _)| *name).collect();
            let unnest = from.split_once(" ON a.partition").map_or(from, |(unnest, _)| unnest);
            let last = names.len() + 1;
            format!(
                "{insert} SELECT {} FROM {unnest} WHERE partition = ANY(${last}::bigint[])",
                names.join(", ")
            )
        }
        _ => text,
    }
}

/// The list finds rows of `partitions` by its key; the rows to change are found through those.
fn anchored_update(rows: &Rows<'_>) -> String {
    let text = postgres_text(rows);
    let filter = format!(" AND t.partition = ANY(${}::bigint[])", rows.columns.len() + 1);
    text.replace(" FROM UNNEST", " FROM partitions a, UNNEST")
        .replace("t.partition = u.partition", "t.partition = u.partition AND a.partition = u.partition")
        .replace(&filter, &filter.replace("t.partition", "a.partition"))
}

impl Postgres {
    /// Opens a database that the store made, with the store's settings.
    ///
    /// # Errors
    /// It cannot be reached, or the layout's SQL is refused.
    pub fn open(url: &str, variant: Variant) -> Result<Self, Stop> {
        let mut client = Client::connect(url, NoTls)?;
        let mode = variant.plans;
        client.batch_execute(&format!(
            "SET synchronous_commit = on; SET plan_cache_mode = {mode}; SET client_min_messages = warning"
        ))?;
        let [_, ddl] = variant.ddl;
        client.batch_execute(ddl)?;
        Ok(Self { client, variant, prepared: HashMap::new() })
    }

    fn run(
        transaction: &mut Transaction<'_>,
        prepared: &mut HashMap<(Verb, &'static str, usize), Statement>,
        variant: Variant,
        rows: &Rows<'_>,
    ) -> Result<(), Stop> {
        let key = (rows.verb, rows.table, rows.columns.len());
        let statement = match prepared.get(&key) {
            Some(statement) => statement.clone(),
            None => {
                let update = matches!(rows.verb, Verb::Update | Verb::UpdateVersioned);
                let text = match (update, variant.anchored, variant.anchored_updates) {
                    (false, false, _) => plain_text(rows),
                    (true, _, true) if rows.table != "partitions" => anchored_update(rows),
                    _ => postgres_text(rows),
                };
                let statement = transaction.prepare(&text)?;
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
        if usize::try_from(written)? == rows.len { Ok(()) } else { Err(format!("{written} rows").into()) }
    }

    /// Writes a batch.
    ///
    /// # Errors
    /// It is refused.
    pub fn commit(&mut self, batch: &Batch, all: &[Rows<'_>]) -> Result<(), Stop> {
        let mut transaction = self.client.transaction()?;
        transaction.execute(
            "UPDATE lanes SET seq = $3, last_id = $4, request_day = $5 WHERE lane = $1 AND epoch = $2 AND seq = $3::bigint - 1",
            &[&i64::from(batch.lane), &batch.epoch, &batch.seq, &batch.last_id, &batch.request_day],
        )?;
        for rows in all {
            Self::run(&mut transaction, &mut self.prepared, self.variant, rows)?;
        }
        transaction.commit()?;
        Ok(())
    }
}
