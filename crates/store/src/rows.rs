//! A batch as columns of values: the shape from which both databases write. No SQL dialect here beyond names.

use zaiton_engine::batch::{Batch, Write};
use zaiton_ledger::{AccountCode, Side};

/// The values of one column.
pub enum Data<'a> {
    /// Whole numbers.
    Int(Vec<i64>),
    /// Texts.
    Text(Vec<std::borrow::Cow<'a, str>>),
    /// Bytes.
    Blob(Vec<&'a [u8]>),
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    /// Adds rows.
    Insert,
    /// Changes rows found by `id` and `partition`.
    Update,
    /// Changes records whose version is one less than the new one.
    UpdateVersioned,
    /// Removes records of a version.
    Delete,
}

/// One set-based statement: columns of one length.
pub struct Rows<'a> {
    /// Insert, update, delete.
    pub verb: Verb,
    /// Table.
    pub table: &'static str,
    /// Columns; for updates and deletes the key columns come first, as many as `keys` says.
    pub columns: Vec<(&'static str, Data<'a>)>,
    /// How many of the columns find the row.
    pub keys: usize,
    /// How many rows.
    pub len: usize,
}

fn int<T>(rows: &[T], value: impl Fn(&T) -> i64) -> Data<'static> {
    Data::Int(rows.iter().map(value).collect())
}

/// All statements of a batch, in the order in which they are run. Empty ones are left out.
#[must_use]
pub fn statements(batch: &Batch) -> Vec<Rows<'_>> {
    let mut all = Vec::with_capacity(16);
    partitions(batch, &mut all);
    accounts(batch, &mut all);
    transfers(batch, &mut all);
    events(batch, &mut all);
    records(batch, &mut all);
    if !batch.keys.is_empty() {
        all.push(Rows {
            verb: Verb::Insert,
            table: "natural_keys",
            columns: vec![
                ("partition", int(&batch.keys, |row| row.partition.raw())),
                ("key", Data::Blob(batch.keys.iter().map(|row| &row.key[..]).collect())),
                ("id", int(&batch.keys, |row| row.id)),
            ],
            keys: 0,
            len: batch.keys.len(),
        });
    }
    let rows = &batch.requests[..];
    all.push(Rows {
        verb: Verb::Insert,
        table: "requests",
        columns: vec![
            ("id", int(rows, |row| row.id)),
            ("partition", int(rows, |row| row.partition.raw())),
            ("key", Data::Blob(rows.iter().map(|row| &row.key.0[..]).collect())),
            ("input", Data::Blob(rows.iter().map(|row| &row.input[..]).collect())),
            ("denied", int(rows, |row| i64::from(row.denied))),
            ("reply", Data::Text(rows.iter().map(|row| row.reply.as_str().into()).collect())),
        ],
        keys: 0,
        len: rows.len(),
    });
    all
}

fn partitions<'a>(batch: &'a Batch, all: &mut Vec<Rows<'a>>) {
    for write in [Write::Insert, Write::Update] {
        let rows: Vec<_> = batch.partitions.iter().filter(|row| row.write == write).collect();
        if rows.is_empty() {
            continue;
        }
        all.push(Rows {
            verb: if write == Write::Insert { Verb::Insert } else { Verb::Update },
            table: "partitions",
            columns: vec![
                ("partition", int(&rows, |row| row.partition.raw())),
                ("last_event", int(&rows, |row| row.head.last_event)),
                ("events", int(&rows, |row| row.head.events)),
                ("mac", Data::Blob(rows.iter().map(|row| &row.head.mac[..]).collect())),
            ],
            keys: 1,
            len: rows.len(),
        });
    }
}

/// On which side the database refuses a balance below zero once more: see the migration.
fn guard(code: AccountCode) -> i64 {
    let row = code.row();
    match row.side {
        Side::Credit if row.never_negative => 1,
        Side::Debit if row.never_negative => -1,
        Side::Credit | Side::Debit | Side::Either => 0,
    }
}

fn accounts<'a>(batch: &'a Batch, all: &mut Vec<Rows<'a>>) {
    let new: Vec<_> = batch.accounts.iter().filter(|row| row.write == Write::Insert).collect();
    if !new.is_empty() {
        let codes = new.iter().map(|row| row.account.key.currency.code().to_owned().into()).collect();
        all.push(Rows {
            verb: Verb::Insert,
            table: "accounts",
            columns: vec![
                ("id", int(&new, |row| row.account.id)),
                ("partition", int(&new, |row| row.partition.raw())),
                ("code", int(&new, |row| i64::from(row.account.key.code.number()))),
                ("dimension", int(&new, |row| row.account.key.dimension)),
                ("currency", Data::Text(codes)),
                ("debits", int(&new, |row| row.account.debits)),
                ("credits", int(&new, |row| row.account.credits)),
                ("last_transfer", int(&new, |row| row.account.last_transfer)),
                ("last_month", int(&new, |row| i64::from(row.account.last_month))),
                ("guard", int(&new, |row| guard(row.account.key.code))),
            ],
            keys: 0,
            len: new.len(),
        });
    }
    let changed: Vec<_> = batch.accounts.iter().filter(|row| row.write == Write::Update).collect();
    if !changed.is_empty() {
        all.push(Rows {
            verb: Verb::Update,
            table: "accounts",
            columns: vec![
                ("id", int(&changed, |row| row.account.id)),
                ("partition", int(&changed, |row| row.partition.raw())),
                ("debits", int(&changed, |row| row.account.debits)),
                ("credits", int(&changed, |row| row.account.credits)),
                ("last_transfer", int(&changed, |row| row.account.last_transfer)),
                ("last_month", int(&changed, |row| i64::from(row.account.last_month))),
            ],
            keys: 2,
            len: changed.len(),
        });
    }
}

fn transfers<'a>(batch: &'a Batch, all: &mut Vec<Rows<'a>>) {
    let rows = &batch.transfers;
    if !rows.is_empty() {
        all.push(Rows {
            verb: Verb::Insert,
            table: "transfers",
            columns: vec![
                ("id", int(rows, |(_, t)| t.id)),
                ("partition", int(rows, |(p, _)| p.raw())),
                ("txn", int(rows, |(_, t)| t.transaction)),
                ("debit", int(rows, |(_, t)| t.debit_account)),
                ("credit", int(rows, |(_, t)| t.credit_account)),
                ("amount", int(rows, |(_, t)| t.amount)),
                ("kind", int(rows, |(_, t)| i64::from(t.kind))),
                ("subject", int(rows, |(_, t)| t.subject)),
                ("link", int(rows, |(_, t)| t.link)),
                ("previous_of_debit", int(rows, |(_, t)| t.previous_of_debit)),
                ("previous_of_credit", int(rows, |(_, t)| t.previous_of_credit)),
                ("booked_at", int(rows, |(_, t)| t.booked_at.micros())),
                ("value_date", int(rows, |(_, t)| t.value_date.number())),
            ],
            keys: 0,
            len: rows.len(),
        });
    }
    let rows = &batch.marks;
    if !rows.is_empty() {
        all.push(Rows {
            verb: Verb::Insert,
            table: "marks",
            columns: vec![
                ("account", int(rows, |(_, m)| m.account)),
                ("month", int(rows, |(_, m)| i64::from(m.month))),
                ("partition", int(rows, |(p, _)| p.raw())),
                ("debits", int(rows, |(_, m)| m.debits)),
                ("credits", int(rows, |(_, m)| m.credits)),
                ("last_transfer", int(rows, |(_, m)| m.last_transfer)),
            ],
            keys: 0,
            len: rows.len(),
        });
    }
}

fn events<'a>(batch: &'a Batch, all: &mut Vec<Rows<'a>>) {
    let rows = &batch.events;
    if rows.is_empty() {
        return;
    }
    all.push(Rows {
        verb: Verb::Insert,
        table: "events",
        columns: vec![
            ("id", int(rows, |row| row.id)),
            ("partition", int(rows, |row| row.partition.raw())),
            ("previous", int(rows, |row| row.previous)),
            ("number", int(rows, |row| row.number)),
            ("at", int(rows, |row| row.at.micros())),
            ("actor", Data::Text(rows.iter().map(|row| row.actor.as_str().into()).collect())),
            ("command", Data::Text(rows.iter().map(|row| row.command.as_str().into()).collect())),
            ("subject", int(rows, |row| row.subject)),
            ("body", Data::Text(rows.iter().map(|row| row.body.as_str().into()).collect())),
            ("mac", Data::Blob(rows.iter().map(|row| &row.mac[..]).collect())),
        ],
        keys: 0,
        len: rows.len(),
    });
}

fn records<'a>(batch: &'a Batch, all: &mut Vec<Rows<'a>>) {
    let mut rest = &batch.records[..];
    while let Some(first) = rest.first() {
        let end = rest.iter().position(|row| row.kind.number != first.kind.number).unwrap_or(rest.len());
        let (of_kind, others) = rest.split_at(end);
        rest = others;
        for (write, verb) in [
            (Write::Insert, Verb::Insert),
            (Write::Update, Verb::UpdateVersioned),
            (Write::Delete, Verb::Delete),
        ] {
            let rows: Vec<_> = of_kind.iter().filter(|row| row.write == write).collect();
            if rows.is_empty() {
                continue;
            }
            let mut columns = vec![
                ("id", int(&rows, |row| row.id)),
                ("partition", int(&rows, |row| row.partition.raw())),
                ("version", int(&rows, |row| i64::from(row.version))),
            ];
            if write != Write::Delete {
                columns.push(("shape", int(&rows, |row| i64::from(row.kind.shape))));
                columns.push(("updated_at", int(&rows, |_| batch.at.micros())));
                columns.push(("body", Data::Text(rows.iter().map(|row| row.body.as_str().into()).collect())));
            }
            all.push(Rows { verb, table: first.kind.table, columns, keys: 2, len: rows.len() });
        }
    }
}
