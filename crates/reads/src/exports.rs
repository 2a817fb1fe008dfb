//! A list read for a file, piece by piece: so many rows at a time are in memory, and after each piece somebody is told how far it
//! is and may end it. Writes no file; what the rows say is `reports`'.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use zaiton_app::prepaid::programme_id;
use zaiton_app::reports::{self, Cell, End, FeeRow, Language, flow, lists};
use zaiton_bank::Line;
use zaiton_engine::StoreError;
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Environment, Id, Money, Month, Partition, Timestamp, id};
use zaiton_platform::operation::{List, OperationRefusal, Period, Progress, Unit};
use zaiton_prepaid::{TopUp, Withdrawal};
use zaiton_store::Queries;
use zaiton_store::report::TOO_LONG;
use zaiton_store::scan::objects::{Page, StoredRow, Which};

/// Rows that are read at once.
const PAGE: i64 = 500;
/// Events of a timeline that are read at once.
const EVENTS: usize = 500;
/// What a merchant's timeline may speak of, at most: more is asked for in parts.
const SUBJECTS: usize = 5_000_000;

/// Why it was not read to its end.
#[derive(Debug)]
pub enum Halt {
    /// The database cannot be read.
    Store(StoreError),
    /// It cannot be done as it was asked for.
    Refused(OperationRefusal),
    /// Nobody wants it any more.
    Unwanted,
    /// This process is about to stop.
    Stopping,
    /// The file cannot be written.
    World(String),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        // So many movements in one month are more than a file may have.
        if error.0 == TOO_LONG {
            let most = u64::try_from(zaiton_store::report::MOST).unwrap_or(u64::MAX);
            return Self::Refused(OperationRefusal::TooManyRows { most });
        }
        Self::Store(error)
    }
}

/// What takes a list.
pub trait Taker {
    /// The headings, first of all.
    ///
    /// # Errors
    /// It is to end.
    fn head(&mut self, cells: &[Cell]) -> Result<(), Halt>;
    /// A row, as cells or as JSON.
    ///
    /// # Errors
    /// It is to end.
    fn row(&mut self, cells: &dyn Fn() -> Vec<Cell>, json: &dyn Fn() -> Value) -> Result<(), Halt>;
    /// How far it is.
    ///
    /// # Errors
    /// It is to end.
    fn far(&mut self, progress: Progress) -> Result<(), Halt>;
}

/// What is asked of each record of a table: of when it is, and what stands in its row.
struct Kind<T> {
    when: fn(&T) -> Timestamp,
    cells: fn(&T) -> Vec<Cell>,
}

/// How a list is read.
pub struct Reading<'a> {
    /// The database.
    pub queries: &'a Queries,
    /// Live or sandbox.
    pub environment: Environment,
    /// The time of that environment.
    pub now: Timestamp,
    /// Of headings.
    pub language: Language,
}

/// When the first id was made: nothing is older.
fn first() -> Timestamp {
    id::made_at(0)
}

impl Reading<'_> {
    /// Reads a list into what takes it.
    ///
    /// # Errors
    /// It was not read to its end.
    pub fn read(&self, list: &List, taker: &mut dyn Taker) -> Result<(), Halt> {
        match list {
            List::Statement { merchant, programme, period } => {
                self.statement(self.merchant(merchant)?, programme, *period, taker)
            }
            List::Fees { merchant, programme, period } => {
                self.fees(self.merchant(merchant)?, programme, *period, taker)
            }
            List::Flow { merchant, period } => self.flow(self.merchant(merchant)?, *period, taker),
            List::Balances { merchant, at } => self.balances(self.merchant(merchant)?, *at, taker),
            List::BankLines { bank_account, period } => {
                let which = bank_account.as_deref().map(|number| self.bank_account(number)).transpose()?;
                let kind = Kind::<Line> { when: |line| id::made_at(line.id.raw()), cells: lists::bank_line };
                self.table(("bank_lines", lists::BANK_LINES), which, *period, &kind, taker)
            }
            List::Withdrawals { merchant, period } => {
                let which = merchant.as_deref().map(|code| self.merchant(code)).transpose()?;
                let kind = Kind::<Withdrawal> { when: |one| one.requested_at, cells: lists::withdrawal };
                self.table(("withdrawals", lists::WITHDRAWALS), which, *period, &kind, taker)
            }
            List::TopUps { merchant, period } => {
                let which = merchant.as_deref().map(|code| self.merchant(code)).transpose()?;
                let kind = Kind::<TopUp> { when: |one| one.requested_at, cells: lists::top_up };
                self.table(("top_ups", lists::TOP_UPS), which, *period, &kind, taker)
            }
            List::ChannelOrders { merchant, period } => {
                let table = ("channel_orders", lists::CHANNEL_ORDERS);
                self.traced(table, self.merchant(merchant)?, *period, &lists::channel_order, taker)
            }
            List::Holds { merchant, period } => {
                self.traced(("holds", lists::HOLDS), self.merchant(merchant)?, *period, &lists::hold, taker)
            }
        }
    }

    fn merchant(&self, code: &str) -> Result<Partition, Halt> {
        let found = self.queries.merchant(self.environment, code)?;
        found.map(|row| row.partition).ok_or_else(|| not_found(code))
    }

    fn bank_account(&self, number: &str) -> Result<Partition, Halt> {
        let found = self.queries.bank_account(self.environment, number)?;
        found.map(|row| row.partition).ok_or_else(|| not_found(number))
    }

    /// The months of a period, each cut to it: what is booked later than now is not there yet.
    fn months(&self, period: Period) -> Vec<(Timestamp, Timestamp)> {
        let zone = Zone::shanghai();
        let from = period.from.unwrap_or_else(first).max(first());
        let to = period.to.map_or(self.now.plus_seconds(1), |to| to.min(self.now.plus_seconds(1)));
        let mut months = Vec::new();
        let mut begin = from;
        while begin < to {
            let end = Month::at(begin, &zone).end_in(&zone).min(to);
            months.push((begin, end));
            begin = end;
        }
        months
    }

    fn currency(&self, partition: Partition, programme: &str) -> Result<Currency, StoreError> {
        Ok(reports::account_currency(&self.queries.accounts(partition)?, programme_id(programme)))
    }

    /// Rule R1-31. Month by month: where one ends the next begins, so the whole foots as each does.
    fn statement(
        &self,
        partition: Partition,
        programme: &str,
        period: Period,
        taker: &mut dyn Taker,
    ) -> Result<(), Halt> {
        let (language, of) = (self.language, programme_id(programme).raw());
        let currency = self.currency(partition, programme)?;
        taker.head(&reports::statement_head(language))?;
        let end = |taker: &mut dyn Taker, end, name: &str, minor| {
            let balance = Money::new(minor, currency);
            taker.row(&|| reports::statement_end(end, balance, language), &|| json!({ name: balance }))
        };
        let months = self.months(period);
        let mut closing = None;
        for (at, (from, to)) in months.iter().enumerate() {
            let statement = self.queries.prepaid_statement(partition, of, currency, *from, *to)?;
            if closing.is_none() {
                end(taker, End::Opening, "opening", statement.opening)?;
            }
            closing = Some(statement.closing);
            for line in &statement.lines {
                taker.row(&|| reports::statement_row(line, currency, language), &|| {
                    json!(reports::said::line(line, currency))
                })?;
            }
            taker.far(counted(at + 1, Some(months.len()), Unit::Months))?;
        }
        if closing.is_none() {
            end(taker, End::Opening, "opening", 0)?;
        }
        end(taker, End::Closing, "closing", closing.unwrap_or(0))
    }

    /// Rule R1-30. Month by month.
    fn fees(
        &self,
        partition: Partition,
        programme: &str,
        period: Period,
        taker: &mut dyn Taker,
    ) -> Result<(), Halt> {
        let (language, of) = (self.language, programme_id(programme).raw());
        let currency = self.currency(partition, programme)?;
        taker.head(&reports::fees_head(language))?;
        let months = self.months(period);
        for (at, (from, to)) in months.iter().enumerate() {
            for (nth, movement) in
                self.queries.fee_movements(partition, of, currency, *from, *to)?.into_iter().enumerate()
            {
                let hold = self.queries.record("holds", movement.hold)?;
                let fee = FeeRow {
                    at: movement.booked_at,
                    kind: movement.kind,
                    hold: movement.hold,
                    order: hold.map(|row| reports::order_of_hold(&row.body)).unwrap_or_default(),
                    amount: Money::new(movement.amount, currency),
                };
                taker.row(&|| reports::fee_row(&fee, language), &|| json!(reports::said::fee(&fee)))?;
                if nth % EVENTS == 0 {
                    taker.far(counted(at, Some(months.len()), Unit::Months))?;
                }
            }
            taker.far(counted(at + 1, Some(months.len()), Unit::Months))?;
        }
        Ok(())
    }

    /// Rule R1-30. Top-ups and withdrawals in the order of their asking.
    fn flow(&self, partition: Partition, period: Period, taker: &mut dyn Taker) -> Result<(), Halt> {
        taker.head(&flow::head(self.language))?;
        let (mut after, mut read) = (before(period), 0);
        loop {
            let page = crate::flow::page(self.queries, partition, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.raw;
            read += page.len();
            for row in page.iter().filter(|row| is_in(period, row.asked_at)) {
                let json = || serde_json::to_value(row).unwrap_or_default();
                taker.row(&|| flow::row(row, self.language), &json)?;
            }
            taker.far(counted(read, None, Unit::Rows))?;
        }
    }

    fn balances(
        &self,
        partition: Partition,
        at: Option<Timestamp>,
        taker: &mut dyn Taker,
    ) -> Result<(), Halt> {
        let at = at.unwrap_or(self.now);
        taker.head(&lists::head(lists::BALANCES, self.language))?;
        let accounts = self.queries.accounts(partition)?;
        for (nth, account) in accounts.iter().enumerate() {
            let key = account.key;
            let (code, dimension, currency) = (key.code, key.dimension, key.currency);
            // All that was booked until then, what was booked at that very moment counted.
            let end = Timestamp::from_micros(at.micros().saturating_add(1));
            let balance = self.queries.balance_at(partition, code, dimension, currency, end)?;
            let cells = || lists::balance(account, balance, at, self.language);
            taker.row(&cells, &|| lists::json(lists::BALANCES, &cells()))?;
            taker.far(counted(nth + 1, Some(accounts.len()), Unit::Rows))?;
        }
        Ok(())
    }

    /// A table whose rows are found by their partition, or all of it.
    fn table<T: DeserializeOwned>(
        &self,
        (table, columns): (&str, &[lists::Column]),
        partition: Option<Partition>,
        period: Period,
        kind: &Kind<T>,
        taker: &mut dyn Taker,
    ) -> Result<(), Halt> {
        taker.head(&lists::head(columns, self.language))?;
        let which = partition.map_or(Which::All, Which::Of);
        let mut at = Page { after: Some(before(period)), limit: PAGE, newest: false };
        let mut read = 0;
        loop {
            let rows = self.queries.objects(table, which, at)?;
            let Some(last) = rows.last() else { return Ok(()) };
            at.after = Some(last.id);
            read += rows.len();
            for row in rows.iter().filter(|row| row.partition.environment() == self.environment) {
                let record: T = record(row)?;
                if is_in(period, (kind.when)(&record)) {
                    let cells = || (kind.cells)(&record);
                    taker.row(&cells, &|| lists::json(columns, &cells()))?;
                }
            }
            taker.far(counted(read, None, Unit::Rows))?;
        }
    }

    /// A hot table, which has no index by merchant: what the merchant's timeline speaks of, the oldest first.
    fn traced<T: DeserializeOwned>(
        &self,
        (table, columns): (&str, &[lists::Column]),
        partition: Partition,
        period: Period,
        cells: &dyn Fn(&T) -> Vec<Cell>,
        taker: &mut dyn Taker,
    ) -> Result<(), Halt> {
        taker.head(&lists::head(columns, self.language))?;
        let subjects = self.subjects(partition, period, taker)?;
        for (nth, subject) in subjects.iter().enumerate() {
            if let Some(row) = self.queries.object(table, *subject)?.filter(|row| row.partition == partition)
            {
                let record: T = record(&row)?;
                taker.row(&|| cells(&record), &|| lists::json(columns, &cells(&record)))?;
            }
            if (nth + 1) % EVENTS == 0 {
                taker.far(counted(nth + 1, Some(subjects.len()), Unit::Rows))?;
            }
        }
        taker.far(counted(subjects.len(), Some(subjects.len()), Unit::Rows))
    }

    /// What came to be in a period, by the timeline: it speaks of everything when it came to be, and perhaps later.
    fn subjects(
        &self,
        partition: Partition,
        period: Period,
        taker: &mut dyn Taker,
    ) -> Result<BTreeSet<i64>, Halt> {
        let mut next = self.queries.head(partition)?.unwrap_or_default().last_event;
        let mut found = BTreeSet::new();
        while next != 0 {
            let events = self.queries.timeline(partition, next, EVENTS)?;
            let Some(oldest) = events.last() else { break };
            next = oldest.previous;
            let is_old = period.from.is_some_and(|from| oldest.at < from);
            let made = events.iter().map(|event| event.subject);
            found.extend(made.filter(|subject| is_in(period, id::made_at(*subject))));
            if found.len() > SUBJECTS {
                return Err(Halt::Refused(OperationRefusal::TooManyRows {
                    most: zaiton_platform::operation::MOST_ROWS,
                }));
            }
            taker.far(Progress::default())?;
            if is_old {
                break;
            }
        }
        Ok(found)
    }
}

/// There is nothing of this name.
pub(crate) fn not_found(name: &str) -> Halt {
    Halt::Refused(OperationRefusal::NotFound { name: name.to_owned() })
}

fn record<T: DeserializeOwned>(row: &StoredRow) -> Result<T, StoreError> {
    serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))
}

/// The id after which a period's records begin.
fn before(period: Period) -> i64 {
    period.from.map_or(0, |from| id::first_at(from).saturating_sub(1))
}

fn is_in(period: Period, moment: Timestamp) -> bool {
    period.from.is_none_or(|from| from <= moment) && period.to.is_none_or(|to| moment < to)
}

fn counted(done: usize, of: Option<usize>, unit: Unit) -> Progress {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Progress { done: number(done), of: of.map(number), unit }
}
