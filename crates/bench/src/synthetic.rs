//! Batches as the engine would hand them to the store, made up without deciding anything: the rows of charging and of
//! settling fees. Which rows there are follows the use cases; figures and codes in them are fillers of the real length.

use std::sync::Arc;

use std::collections::BTreeSet;

use zaiton_engine::Record;
use zaiton_engine::batch::{
    AccountRow, Batch, EventRow, Head, KeyRow, PartitionRow, RecordRow, RequestRow, Write,
};
use zaiton_engine::command::RequestKey;
use zaiton_engine::port::LaneRow;
use zaiton_kernel::id::{EPOCH_MILLIS, IdGenerator};
use zaiton_kernel::{BasisPoints, Currency, Environment, Id, LocalDate, Partition, Timestamp};
use zaiton_ledger::{Account, AccountCode, AccountKey, Kind, Transfer};
use zaiton_prepaid::hold::Event;
use zaiton_prepaid::{AccountId, Hold, HoldId};

/// The accounts of a partition, in this order.
const CODES: [(AccountCode, bool); 4] = [
    (AccountCode::PREPAID_AVAILABLE, true),
    (AccountCode::PREPAID_FROZEN, true),
    (AccountCode::MARKETING, false),
    (AccountCode::OUTPUT_VAT, false),
];
const PROGRAMME: i64 = 3_141_592_653_589_793_238 >> 1;
const FEE: i64 = 1_234;
const TAX: i64 = 70;

/// A repeatable source of scattered numbers.
#[derive(Clone, Debug)]
pub struct Scatter(u64);

impl Scatter {
    /// A source; the same seed gives the same numbers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.draw() % limit).unwrap_or(0)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        for chunk in bytes.chunks_mut(8) {
            for (to, from) in chunk.iter_mut().zip(self.draw().to_be_bytes()) {
                *to = from;
            }
        }
        bytes
    }
}

struct Owner {
    partition: Partition,
    account: AccountId,
    head: Head,
    accounts: [Account; 4],
}

/// A batch, and its holds in the order of its record rows: for layouts with typed columns.
pub struct Made {
    /// The rows.
    pub batch: Batch,
    /// The holds that they write.
    pub holds: Vec<Hold>,
}

/// Merchants with their accounts, and what they did so far.
pub struct Book {
    owners: Vec<Owner>,
    ids: IdGenerator,
    lane: LaneRow,
    scatter: Scatter,
    micros: i64,
    today: LocalDate,
    open: std::collections::VecDeque<(usize, Hold)>,
}

fn owed_reply(hold: &Hold) -> String {
    serde_json::json!({
        "hold": hold.id,
        "frozen": hold.money(hold.frozen),
        "owed": hold.owes(),
        "settled": hold.money(hold.settled),
    })
    .to_string()
}

impl Book {
    /// So many merchants on a lane that was just taken, and the batch that makes them.
    #[must_use]
    pub fn open(lane: LaneRow, merchants: usize, seed: u64) -> (Self, Batch) {
        let mut book = Self {
            owners: Vec::with_capacity(merchants),
            ids: IdGenerator::new(0, lane.last_id),
            lane,
            scatter: Scatter::new(seed),
            micros: (EPOCH_MILLIS + 60_000_000_000) * 1_000,
            today: LocalDate::new(2026, 11, 26).expect("a day of the calendar"),
            open: std::collections::VecDeque::new(),
        };
        let mut batch = book.batch();
        for _ in 0..merchants {
            let partition = Partition::new(Environment::Live, book.id());
            let account = AccountId::from_raw(book.id());
            let accounts = CODES.map(|(code, by_programme)| Account {
                id: book.id(),
                key: AccountKey {
                    code,
                    dimension: if by_programme { PROGRAMME } else { 0 },
                    currency: Currency::CNY,
                },
                debits: 0,
                credits: if code == AccountCode::PREPAID_AVAILABLE { 1 << 40 } else { 0 },
                last_transfer: 0,
                last_month: book.today.month_number(),
            });
            let head = Head { last_event: 0, events: 0, mac: book.scatter.bytes() };
            batch.partitions.push(PartitionRow { partition, write: Write::Insert, head });
            batch.accounts.extend(accounts.map(|account| AccountRow {
                partition,
                write: Write::Insert,
                account,
            }));
            book.owners.push(Owner { partition, account, head, accounts });
        }
        // The store always writes a statement of answers.
        let request = book.answer(0, "{}".to_owned());
        Arc::make_mut(&mut batch.requests).push(request);
        batch.last_id = book.ids.last();
        (book, batch)
    }

    fn id(&mut self) -> i64 {
        self.ids.next(self.micros / 1_000)
    }

    fn batch(&mut self) -> Batch {
        self.micros += 20_000;
        self.lane.seq += 1;
        Batch {
            lane: self.lane.lane,
            epoch: self.lane.epoch,
            seq: self.lane.seq,
            last_id: 0,
            request_day: self.micros / 86_400_000_000,
            at: Timestamp::from_micros(self.micros),
            ..Batch::default()
        }
    }

    fn answer(&mut self, owner: usize, reply: String) -> RequestRow {
        let id = self.id();
        let partition = self.owners[owner].partition;
        let (key, input) = (RequestKey(self.scatter.bytes()), self.scatter.bytes());
        RequestRow { id, partition, key, input, denied: false, reply }
    }

    fn transfer(
        &mut self,
        owner: usize,
        hold: i64,
        kind: Kind,
        debit: usize,
        credit: usize,
        amount: i64,
    ) -> Transfer {
        let id = self.id();
        let booked_at = Timestamp::from_micros(self.micros);
        let accounts = &mut self.owners[owner].accounts;
        let (debit_before, credit_before) = (accounts[debit], accounts[credit]);
        accounts[debit].debits += amount;
        accounts[credit].credits += amount;
        accounts[debit].last_transfer = id;
        accounts[credit].last_transfer = id;
        Transfer {
            id,
            transaction: id,
            debit_account: debit_before.id,
            credit_account: credit_before.id,
            amount,
            kind: kind.number(),
            subject: hold,
            link: 0,
            previous_of_debit: debit_before.last_transfer,
            previous_of_credit: credit_before.last_transfer,
            booked_at,
            value_date: self.today,
        }
    }

    fn event(&mut self, owner: usize, hold: i64, command: &str, event: &Event) -> EventRow {
        let (id, mac) = (self.id(), self.scatter.bytes());
        let partition = self.owners[owner].partition;
        let head = &mut self.owners[owner].head;
        let row = EventRow {
            id,
            partition,
            previous: head.last_event,
            number: head.events + 1,
            at: Timestamp::from_micros(self.micros),
            actor: "key:3F7Q2N".to_owned(),
            command: command.to_owned(),
            subject: hold,
            body: serde_json::to_string(event).unwrap_or_default(),
            mac,
        };
        *head = Head { last_event: id, events: row.number, mac };
        row
    }

    fn finish(&mut self, batch: &mut Batch, touched: &BTreeSet<usize>, accounts: std::ops::Range<usize>) {
        for owner in touched {
            let owner = &self.owners[*owner];
            let (partition, write) = (owner.partition, Write::Update);
            batch.partitions.push(PartitionRow { partition, write, head: owner.head });
            let rows = owner.accounts[accounts.clone()].iter();
            batch.accounts.extend(rows.map(|account| AccountRow { partition, write, account: *account }));
        }
        batch.partitions.sort_unstable_by_key(|row| row.partition);
        batch.accounts.sort_unstable_by_key(|row| row.account.id);
        batch.keys.sort_unstable_by_key(|row| (row.partition, row.key));
        batch.records.sort_unstable_by_key(|row| row.id);
        batch.last_id = self.ids.last();
    }

    fn record(owner: &Owner, hold: &Hold, version: u32, write: Write) -> RecordRow {
        RecordRow {
            kind: <Hold as Record>::KIND,
            partition: owner.partition,
            id: hold.id.raw(),
            version,
            write,
            body: serde_json::to_string(hold).unwrap_or_default(),
        }
    }

    /// The rows of charging so many orders, of merchants taken at random.
    #[must_use]
    pub fn freeze(&mut self, commands: usize) -> Made {
        let mut batch = self.batch();
        let mut touched = BTreeSet::new();
        let mut holds = Vec::with_capacity(commands);
        for _ in 0..commands {
            let owner = self.scatter.below(self.owners.len());
            touched.insert(owner);
            let id = HoldId::from_raw(self.id());
            let order = format!("TB-{:014}", self.scatter.draw() % 100_000_000_000_000);
            let mut hold = Hold::requested(id, self.owners[owner].account, order, Currency::CNY);
            let event = Event::Charged { fee: FEE, frozen: FEE, unfunded: 0 };
            let transfer = self.transfer(owner, id.raw(), Kind::Freeze, 0, 1, FEE);
            hold.apply(&event);
            let partition = self.owners[owner].partition;
            batch.transfers.push((partition, transfer));
            let event = self.event(owner, id.raw(), "prepaid.charge", &event);
            batch.events.push(event);
            batch.keys.push(KeyRow { partition, key: self.scatter.bytes(), id: id.raw() });
            batch.records.push(Self::record(&self.owners[owner], &hold, 1, Write::Insert));
            let answer = self.answer(owner, owed_reply(&hold));
            Arc::make_mut(&mut batch.requests).push(answer);
            self.open.push_back((owner, hold.clone()));
            holds.push(hold);
        }
        self.finish(&mut batch, &touched, 0..2);
        Made { batch, holds }
    }

    /// The rows of settling so many holds, oldest first. Fewer when fewer are open.
    #[must_use]
    pub fn settle(&mut self, commands: usize) -> Made {
        let mut batch = self.batch();
        let mut touched = BTreeSet::new();
        let mut holds = Vec::with_capacity(commands);
        for _ in 0..commands {
            let Some((owner, mut hold)) = self.open.pop_front() else { break };
            touched.insert(owner);
            let partition = self.owners[owner].partition;
            for (credit, amount) in [(2, FEE - TAX), (3, TAX)] {
                let transfer = self.transfer(owner, hold.id.raw(), Kind::Settle, 1, credit, amount);
                batch.transfers.push((partition, transfer));
            }
            let event = Event::Settled {
                from_frozen: FEE,
                from_unfunded: 0,
                tax_of_frozen: TAX,
                tax_of_unfunded: 0,
                vat: Some(BasisPoints::new(600)),
            };
            hold.apply(&event);
            let event = self.event(owner, hold.id.raw(), "prepaid.settle", &event);
            batch.events.push(event);
            batch.records.push(Self::record(&self.owners[owner], &hold, 2, Write::Update));
            let answer = self.answer(owner, owed_reply(&hold));
            Arc::make_mut(&mut batch.requests).push(answer);
            holds.push(hold);
        }
        holds.sort_unstable_by_key(|hold| hold.id);
        self.finish(&mut batch, &touched, 1..4);
        Made { batch, holds }
    }

    /// The open holds in an order of chance: their settling then reads and writes scattered rows.
    pub fn shuffle(&mut self) {
        let len = self.open.len();
        for at in 0..len {
            let other = self.scatter.below(len);
            self.open.swap(at, other);
        }
    }
}
