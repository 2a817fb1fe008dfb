//! Every row of a database, read for the verifier. Long: page by page, from a snapshot where the books are in use. Never
//! judges.

use serde::Serialize;
use zaiton_app::verify::{Anchors, Finding, Verifier};
use zaiton_engine::StoreError;
use zaiton_engine::chain::ChainKey;
use zaiton_engine::outbox::Effect;
use zaiton_store::Queries;

/// Feeds every row to a verifier; says whether nothing is on its way between partitions.
///
/// # Errors
/// The database cannot be read.
pub fn feed(queries: &Queries, verifier: &mut Verifier) -> Result<bool, StoreError> {
    feed_and_say(queries, verifier, &|_| true)
}

/// What a verification came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// Events seen.
    pub events: u64,
    /// Transfers seen.
    pub transfers: u64,
    /// Accounts of the ledger seen.
    pub accounts: u64,
    /// Records seen.
    pub records: u64,
    /// Nothing was on its way between partitions.
    pub outbox_empty: bool,
    /// How much does not hold.
    pub count: usize,
    /// What does not, up to [`zaiton_app::verify::MOST_FINDINGS`].
    pub findings: Vec<Finding>,
}

/// Proves the books from one snapshot. `go_on` is called before each of [`STEPS`] tables and now and then within one; none when
/// it says no.
///
/// # Errors
/// The database cannot be read.
pub fn prove(
    queries: &Queries,
    chain: ChainKey,
    anchors: Anchors,
    go_on: &dyn Fn(Step) -> bool,
) -> Result<Option<Proof>, StoreError> {
    let mut verifier = Verifier::new(chain, anchors);
    let drained = match feed_and_say(&queries.snapshot()?, &mut verifier, go_on) {
        Ok(drained) => drained,
        Err(error) if error.0 == ENDED => return Ok(None),
        Err(error) => return Err(error),
    };
    let [events, transfers, accounts, records] = verifier.seen;
    let (findings, count) = verifier.finish(drained);
    Ok(Some(Proof { events, transfers, accounts, records, outbox_empty: drained, count, findings }))
}

/// Where a verification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A table begins.
    Table(&'static str),
    /// Some of its rows were read.
    Rows,
}

/// Tables that are named, one after the other.
pub const STEPS: u64 = 13;
/// Rows after which it is asked whether to go on.
const ROWS: u64 = 1_000;
/// What a read ends with that is not to go on.
const ENDED: &str = "it was not to go on";

/// Asks whether to go on.
struct Asker<'a> {
    go_on: &'a dyn Fn(Step) -> bool,
    rows: u64,
}

impl Asker<'_> {
    fn ask(&self, step: Step) -> Result<(), StoreError> {
        if (self.go_on)(step) { Ok(()) } else { Err(StoreError(ENDED.into())) }
    }

    fn row(&mut self) -> Result<(), StoreError> {
        self.rows += 1;
        if self.rows.is_multiple_of(ROWS) { self.ask(Step::Rows) } else { Ok(()) }
    }
}

/// As [`feed`], asking whether to go on.
fn feed_and_say(
    queries: &Queries,
    verifier: &mut Verifier,
    go_on: &dyn Fn(Step) -> bool,
) -> Result<bool, StoreError> {
    let mut asker = Asker { go_on, rows: 0 };
    asker.ask(Step::Table("accounts"))?;
    queries.each_account(|(partition, account)| {
        verifier.account(partition, account);
        asker.row()
    })?;
    asker.ask(Step::Table("events"))?;
    queries.each_event(|event| {
        verifier.event(&event);
        asker.row()
    })?;
    asker.ask(Step::Table("partitions"))?;
    queries.each_partition(|(partition, head)| {
        verifier.partition(partition, &head);
        asker.row()
    })?;
    asker.ask(Step::Table("transfers"))?;
    queries.each_transfer(|(partition, transfer)| {
        verifier.transfer(partition, &transfer);
        asker.row()
    })?;
    let mut on_the_way = 0_u64;
    macro_rules! each {
        ($table:literal, $take:expr) => {
            asker.ask(Step::Table($table))?;
            queries.each_record($table, |row| {
                match serde_json::from_str(&row.body) {
                    Ok(record) => $take(row.partition, record),
                    Err(error) => verifier.unreadable($table, row.id, &error.to_string()),
                }
                asker.row()
            })?
        };
    }
    each!("prepaid_accounts", |partition, account| verifier.prepaid_account(partition, &account));
    each!("holds", |partition, hold| verifier.hold(partition, &hold));
    each!("prepaid_months", |partition, month| verifier.month(partition, month));
    each!("bank_accounts", |_, account| verifier.bank_account(&account));
    each!("bank_lines", |partition, line: zaiton_bank::Line| {
        verifier.unallocated(partition, zaiton_bank::line::unallocated_minor(&line));
    });
    each!("channel_orders", |partition, order| verifier.channel_order(partition, &order));
    each!("payment_groups", |partition, group| verifier.payment_group(partition, &group));
    each!("parked", |_, parked| verifier.parked(&parked));
    // Only a command for another partition can hold one half of a movement; notices and the like hold none.
    each!("effects", |_, effect: Effect| on_the_way += u64::from(effect.kind == "command"));
    Ok(on_the_way == 0)
}
