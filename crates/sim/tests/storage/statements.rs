//! Every text that the store has is prepared, and every statement of a batch is run, on both databases.

use std::sync::Arc;

use zaiton_engine::batch::{
    AccountRow, Batch, EventRow, Head, KeyRow, PartitionRow, RecordRow, RequestRow, Write,
};
use zaiton_engine::record::decode;
use zaiton_engine::requests::read_run;
use zaiton_engine::{CommitError, Kind, RequestKey};
use zaiton_kernel::{Currency, LocalDate, Timestamp};
use zaiton_ledger::{Account, AccountCode, AccountKey, Mark, Transfer};
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::toy::{Counter, place};
use zaiton_store::tables::RECORD_TABLES;
use zaiton_store::{postgres as pg, query, rows, scan};

on_both! { every_statement_of_a_batch_runs a_row_that_is_not_there_refuses_the_whole_batch }

/// A batch that writes every table in one way.
fn batch(write: Write, seq: i64, day: i64) -> Batch {
    let (partition, at) = (place(5), Timestamp::from_micros(7_000_000 + seq));
    let key = AccountKey { code: AccountCode::PREPAID_AVAILABLE, dimension: 0, currency: Currency::CNY };
    let account = Account { id: 5, key, debits: 1, credits: 3 + seq, last_transfer: 9, last_month: 24_315 };
    let id = |table: usize| i64::try_from(table).unwrap() + 1;
    let records = RECORD_TABLES.iter().enumerate().map(|(at, table)| {
        let number = u16::try_from(at + 1).unwrap();
        let kind: &'static Kind = Box::leak(Box::new(Kind {
            number,
            table: table.name,
            shape: 1,
            decode: decode::<Counter>,
            remembered: true,
        }));
        let version = match write {
            Write::Insert => 1,
            Write::Update => 2,
            Write::Delete => 3,
        };
        let body =
            format!(r#"{{"lane":0,"due_at":{seq},"code":"c","status":"s","number":"1","amount_minor":2}}"#);
        RecordRow { kind, partition, id: id(at), version, write, body }
    });
    let mut batch = Batch {
        lane: 0,
        epoch: 1,
        seq,
        last_id: 1_000 * seq,
        request_day: day,
        at,
        records: records.collect(),
        ..Batch::default()
    };
    if write != Write::Delete {
        batch.partitions.push(PartitionRow {
            partition,
            write,
            head: Head { last_event: seq, events: seq, mac: [u8::try_from(seq).unwrap(); 32] },
        });
        batch.accounts.push(AccountRow { partition, write, account });
    }
    batch.transfers.push((
        partition,
        Transfer {
            id: 100 + seq,
            transaction: 100 + seq,
            debit_account: 5,
            credit_account: 6,
            amount: 1,
            kind: 512,
            subject: 1,
            link: 0,
            previous_of_debit: 0,
            previous_of_credit: 0,
            booked_at: at,
            value_date: LocalDate::new(2026, 3, 2).unwrap(),
        },
    ));
    let month = i32::try_from(seq).unwrap();
    batch.marks.push((partition, Mark { account: 5, month, debits: 0, credits: 0, last_transfer: 0 }));
    batch.events.push(EventRow {
        id: seq,
        partition,
        previous: seq - 1,
        number: seq,
        at,
        actor: "系统".into(),
        command: "toy".into(),
        subject: 0,
        body: "{\"text\":\"刺桐 'quoted' $1 ?1\"}".into(),
        mac: [1; 32],
    });
    batch.keys.push(KeyRow { partition, key: [u8::try_from(seq).unwrap(); 16], id: 1 });
    // More than a statement's worth of rows.
    for at in 0..19_i64 {
        Arc::make_mut(&mut batch.requests).push(RequestRow {
            id: (1_000 * seq + at) << 8,
            partition,
            key: RequestKey([u8::try_from(at).unwrap(); 16]),
            input: [0; 16],
            denied: at % 2 == 0,
            reply: "null".into(),
        });
    }
    batch
}

fn all_batches() -> Vec<Batch> {
    let mut all = vec![batch(Write::Insert, 1, 0), batch(Write::Update, 2, 1), batch(Write::Delete, 3, 2)];
    // Each on a day of its own, all tables of records again.
    for (seq, day) in (4..).zip(3..8) {
        let mut more = batch(if seq % 2 == 0 { Write::Insert } else { Write::Delete }, seq, day);
        more.partitions.clear();
        more.accounts.clear();
        more.records.iter_mut().for_each(|row| row.version = if seq % 2 == 0 { 1 } else { 2 });
        all.push(more);
    }
    all
}

fn every_statement_of_a_batch_runs(database: &TestDatabase) {
    let opened = database.open(1);
    let row = opened.database.take_lane(0, "test", "", 60).unwrap().unwrap();
    assert_eq!((row.epoch, row.seq), (1, 0));
    let mut store = opened.database.store().unwrap();
    for batch in all_batches() {
        store.commit(&batch).unwrap_or_else(|error| panic!("batch {}: {error:?}", batch.seq));
        let expected = match batch.seq {
            1 | 2 | 4 | 6 | 8 => 1,
            _ => 0,
        };
        for table in RECORD_TABLES {
            let rows = opened.queries.records(table.name, 0, 10).unwrap();
            assert_eq!(rows.len(), expected, "{} after batch {}", table.name, batch.seq);
            if let (Some(row), Some(sent)) = (rows.first(), batch.records.first()) {
                assert_eq!(row.body, sent.body);
            }
        }
    }
    let answers = || opened.queries.rows("SELECT id FROM requests ORDER BY id", &[]).unwrap();
    let runs = |from: i64| {
        let mut days = Vec::new();
        let mut reader = opened.database.reader().unwrap();
        reader.request_runs(0, from, &mut |day, run| days.push((day, read_run(run).count()))).unwrap();
        days
    };
    assert_eq!(answers().len(), 8 * 19);
    assert_eq!(runs(0), (0..8).map(|day| (day, 19)).collect::<Vec<_>>());
    assert_eq!(runs(6), [(6, 19), (7, 19)]);
    let mut texts = Vec::new();
    opened
        .queries
        .each_event(|event| {
            texts.push((event.actor, event.body));
            Ok(())
        })
        .unwrap();
    assert_eq!(texts[0], ("系统".to_owned(), "{\"text\":\"刺桐 'quoted' $1 ?1\"}".to_owned()));
    let lane = opened.database.lane(0).unwrap();
    assert_eq!((lane.seq, lane.last_id, lane.request_day), (8, 8_000, 7));
    // What is older than seven days goes two for one: after a jump of the clock not all at once.
    for (seq, left) in [(9, 7), (10, 6), (11, 5), (12, 4), (13, 5)] {
        let mut later = batch(Write::Insert, seq, 20);
        (later.partitions, later.accounts, later.records) = (Vec::new(), Vec::new(), Vec::new());
        store.commit(&later).unwrap();
        assert_eq!(answers().len(), left * 19, "batch {seq}");
    }
    assert_eq!(runs(0).len(), 5);
}

fn a_row_that_is_not_there_refuses_the_whole_batch(database: &TestDatabase) {
    let opened = database.open(1);
    let _ = opened.database.take_lane(0, "test", "", 60).unwrap().unwrap();
    let mut store = opened.database.store().unwrap();
    let refused = |store: &mut dyn zaiton_engine::Store, batch: &Batch| {
        let error = store.commit(batch).unwrap_err();
        assert!(matches!(error, CommitError::Refused(_)), "{error:?}");
        let lane = opened.database.lane(0).unwrap();
        assert_eq!(lane.seq, batch.seq - 1, "nothing of it was written");
    };
    refused(store.as_mut(), &batch(Write::Update, 1, 0));
    refused(store.as_mut(), &batch(Write::Delete, 1, 0));
    store.commit(&batch(Write::Insert, 1, 0)).unwrap();
    let mut stale = batch(Write::Update, 2, 0);
    stale.records.last_mut().unwrap().version = 3;
    refused(store.as_mut(), &stale);
    let mut twice = batch(Write::Update, 2, 0);
    twice.keys[0].key = [1; 16];
    refused(store.as_mut(), &twice);
    let mut below = batch(Write::Update, 2, 0);
    below.accounts[0].account.debits = 1_000;
    refused(store.as_mut(), &below);
    for (epoch, seq) in [(0, 2), (2, 2), (1, 1), (1, 3)] {
        let lost = Batch { epoch, ..batch(Write::Update, seq, 0) };
        assert_eq!(store.commit(&lost), Err(CommitError::Lost), "epoch {epoch}, seq {seq}");
    }
    store.commit(&batch(Write::Update, 2, 0)).unwrap();
}

#[test]
fn every_text_is_prepared_on_postgres() {
    let database = TestDatabase::postgres();
    let opened = database.open(1);
    drop(opened);
    let mut client = postgres::Client::connect(database.url(), postgres::NoTls).unwrap();
    let mut texts = scan::texts(true);
    texts.extend(pg::read_texts());
    for batch in all_batches() {
        texts.extend(rows::statements(&batch).iter().map(pg::text));
    }
    for text in &texts {
        client.prepare(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    }
    assert!(texts.len() > 80, "{}", texts.len());
}

#[test]
fn every_text_is_prepared_on_sqlite() {
    let database = TestDatabase::sqlite();
    let opened = database.open(1);
    drop(opened);
    let path = database.url().strip_prefix("sqlite:").unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    for text in scan::texts(false) {
        let text = query::for_sqlite(&text);
        connection.prepare(&text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    }
}
