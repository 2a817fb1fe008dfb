//! A database with very many records of the kinds that people list, written through the store as the engine would write them,
//! nothing decided: merchants, top-ups in every state, bank lines. Which of them are in which state is made up.

use std::collections::BTreeSet;
use std::sync::Arc;

use zaiton_bank::line::State as LineState;
use zaiton_bank::statement::LineDraft;
use zaiton_bank::{BankAccount, BankAccountId, Line, LineId, StatementId};
use zaiton_engine::batch::{Batch, Head, PartitionRow, RecordRow, RequestRow, Write};
use zaiton_engine::command::RequestKey;
use zaiton_engine::port::LaneRow;
use zaiton_engine::{Database, Record};
use zaiton_kernel::id::{EPOCH_MILLIS, IdGenerator};
use zaiton_kernel::{Currency, Environment, Id, LocalDate, Money, Partition, Timestamp};
use zaiton_onboarding::{Merchant, MerchantId, merchant};
use zaiton_prepaid::top_up::State as TopUpState;
use zaiton_prepaid::{AccountId, TopUp, TopUpId};

use crate::Stop;
use crate::synthetic::Scatter;

/// Records of a batch.
const BATCH: usize = 5_000;
/// Of so many records one is in the sandbox.
const SANDBOX: usize = 10;

/// What was written.
pub struct Many {
    /// Codes of merchants.
    pub codes: Vec<String>,
    /// The bank account whose lines there are.
    pub bank_account: BankAccountId,
    /// Top-ups: id, partition, state.
    pub top_ups: Vec<(i64, Partition, &'static str)>,
    /// Bank lines: id, partition, state.
    pub lines: Vec<(i64, Partition, &'static str)>,
}

/// Writes records in batches.
struct Writer<'a> {
    store: Box<dyn zaiton_engine::Store + 'a>,
    lane: LaneRow,
    ids: IdGenerator,
    scatter: Scatter,
    micros: i64,
    records: Vec<RecordRow>,
    /// Partitions that are there, and those that come with the next batch.
    known: BTreeSet<i64>,
    partitions: Vec<PartitionRow>,
}

impl Writer<'_> {
    fn id(&mut self) -> i64 {
        self.micros += 1_000;
        self.ids.next(self.micros / 1_000)
    }

    fn put<R: Record + serde::Serialize>(&mut self, partition: Partition, record: &R) -> Result<(), Stop> {
        let body = serde_json::to_string(record)?;
        if self.known.insert(partition.raw()) {
            self.partitions.push(PartitionRow { partition, write: Write::Insert, head: Head::default() });
        }
        let (kind, id) = (R::KIND, record.id().raw());
        self.records.push(RecordRow { kind, partition, id, version: 1, write: Write::Insert, body });
        if self.records.len() >= BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Stop> {
        let Some(partition) = self.records.first().map(|record| record.partition) else { return Ok(()) };
        let id = self.id();
        self.lane.seq += 1;
        let (key, input) = (RequestKey(self.bytes()), self.bytes());
        let request = RequestRow { id, partition, key, input, denied: false, reply: "{}".to_owned() };
        let batch = Batch {
            lane: self.lane.lane,
            epoch: self.lane.epoch,
            seq: self.lane.seq,
            last_id: self.ids.last(),
            request_day: self.micros / 86_400_000_000,
            at: Timestamp::from_micros(self.micros),
            partitions: std::mem::take(&mut self.partitions),
            records: std::mem::take(&mut self.records),
            requests: Arc::new(vec![request]),
            ..Batch::default()
        };
        self.store.commit(&batch).map_err(|error| format!("{error:?}").into())
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = u8::try_from(self.scatter.below(256)).unwrap_or(0);
        }
        bytes
    }

    fn amount(&mut self) -> Money {
        let hundreds = i64::try_from(self.scatter.below(1_000)).unwrap_or(0);
        Money::new(300_000 + hundreds * 10_000, Currency::CNY)
    }
}

/// Fills a fresh database: so many merchants, top-ups, and bank lines.
///
/// # Errors
/// The store refuses.
pub fn fill(
    database: &Arc<dyn Database>,
    merchants: usize,
    top_ups: usize,
    lines: usize,
) -> Result<Many, Stop> {
    let lane = database.take_lane(0, "bench", "", 60)?.ok_or("somebody has the lane")?;
    let mut writer = Writer {
        store: database.store()?,
        ids: IdGenerator::new(0, lane.last_id),
        lane,
        scatter: Scatter::new(7),
        micros: (EPOCH_MILLIS + 60_000_000_000) * 1_000,
        records: Vec::new(),
        known: BTreeSet::new(),
        partitions: Vec::new(),
    };
    let mut owners = Vec::with_capacity(merchants);
    let mut codes = Vec::with_capacity(merchants);
    for at in 0..merchants {
        let (code, id) = (format!("m{at:06}"), writer.id());
        let environment = if at % SANDBOX == 1 { Environment::Sandbox } else { Environment::Live };
        let partition = Partition::new(environment, id);
        let record = Merchant {
            id: MerchantId::from_raw(id),
            code: code.clone(),
            name: format!("商家{at}"),
            company: format!("泉州第{at}贸易有限公司"),
            supply: merchant::Supply::SelfRun,
            state: merchant::State::Active { registered_at: Timestamp::from_micros(writer.micros) },
        };
        writer.put(partition, &record)?;
        owners.push((partition, AccountId::from_raw(id)));
        codes.push(code);
    }
    let top_ups = fill_top_ups(&mut writer, &owners, top_ups)?;
    let (bank_account, lines) = fill_lines(&mut writer, lines)?;
    writer.flush()?;
    Ok(Many { codes, bank_account, top_ups, lines })
}

type Written = Vec<(i64, Partition, &'static str)>;

fn fill_top_ups(
    writer: &mut Writer<'_>,
    owners: &[(Partition, AccountId)],
    count: usize,
) -> Result<Written, Stop> {
    let mut written = Vec::with_capacity(count);
    for _ in 0..count {
        // A tenth of all is the first merchant's: the largest of a marketplace.
        let owner = if writer.scatter.below(10) == 0 { 0 } else { writer.scatter.below(owners.len()) };
        let (partition, account) = owners[owner];
        let (id, now) = (writer.id(), Timestamp::from_micros(writer.micros));
        let (state, name) = match writer.scatter.below(100) {
            0..=2 => (TopUpState::AwaitingFunds { expires_at: now.plus_elapsed_days(15) }, "awaiting_funds"),
            3 => (TopUpState::InReview { line: id, reasons: Vec::new() }, "in_review"),
            4..=9 => (TopUpState::Expired, "expired"),
            _ => (TopUpState::Credited { line: id, at: now }, "credited"),
        };
        let mut record =
            TopUp::draft(TopUpId::from_raw(id), account, Currency::CNY, format!("泉州第{owner}贸易有限公司"));
        (record.amount, record.requested_at, record.state) = (writer.amount(), now, state);
        writer.put(partition, &record)?;
        written.push((id, partition, name));
    }
    Ok(written)
}

fn fill_lines(writer: &mut Writer<'_>, count: usize) -> Result<(BankAccountId, Written), Stop> {
    let day = LocalDate::new(2026, 11, 26).ok_or("a day of the calendar")?;
    let id = BankAccountId::from_raw(writer.id());
    let account = BankAccount { client_money: true, ..BankAccount::unopened(id, Currency::CNY) };
    let partition = Partition::new(Environment::Live, id.raw());
    writer.put(partition, &account)?;
    let mut written = Vec::with_capacity(count);
    for at in 0..count {
        let id = writer.id();
        let draft = LineDraft {
            ordinal: u32::try_from(at % 10_000).unwrap_or(0) + 1,
            booked: true,
            amount: writer.amount(),
            credit: true,
            reversal: false,
            booking_date: day,
            value_date: day,
            payer_name: format!("泉州第{}贸易有限公司", at % 5_000),
            payer_account: "14020000001".to_owned(),
            remark: "货款".to_owned(),
            bank_reference: format!("B{at}"),
            end_to_end: String::new(),
            return_of: String::new(),
        };
        let statement = StatementId::from_raw(id);
        let mut line = Line::unrecorded(LineId::from_raw(id), &account, statement, draft);
        let (state, name) = match writer.scatter.below(100) {
            0 => (LineState::InReview { reasons: Vec::new() }, "in_review"),
            1 => (LineState::Unallocated, "unallocated"),
            _ => (LineState::Allocated { top_up: id, merchant: id }, "allocated"),
        };
        line.state = state;
        writer.put(partition, &line)?;
        written.push((id, partition, name));
    }
    Ok((account.id, written))
}
