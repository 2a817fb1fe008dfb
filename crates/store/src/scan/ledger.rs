//! Reads of one account, one event, one partition: the ledger and the chains by their own pointers. Sums nothing but what
//! the database sums.

use zaiton_engine::StoreError;
use zaiton_engine::batch::{EventRow, Head};
use zaiton_kernel::{Partition, Timestamp};
use zaiton_ledger::{Account, AccountKey, Transfer};

use super::rows::{account, bad, bounds, event, head, total, transfer};
use super::{
    EVENT, EVENTS_AFTER, HISTORY, LEDGER_ACCOUNT, MARK_AFTER, PARTITION, PARTITION_ACCOUNTS, TIMELINE,
    TOTALS, TRANSFER,
};
use crate::{Queries, Value};

impl Queries {
    /// The accounts of a partition, in the order they were opened.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn accounts(&self, partition: Partition) -> Result<Vec<Account>, StoreError> {
        self.rows(PARTITION_ACCOUNTS, &[Value::Int(partition.raw())])?
            .iter()
            .map(|row| account(row).map(|(_, account)| account))
            .collect()
    }

    /// An account of the ledger by its id, and its partition.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn ledger_account(&self, id: i64) -> Result<Option<(Partition, Account)>, StoreError> {
        self.rows(LEDGER_ACCOUNT, &[Value::Int(id)])?.first().map(|row| account(row)).transpose()
    }

    /// What all accounts of a code and currency were debited and credited, over all partitions of an environment, as of one
    /// moment. 1030 and 2190 have a row a dimension, the others one with none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn totals(
        &self,
        environment: zaiton_kernel::Environment,
    ) -> Result<Vec<(AccountKey, i64, i64)>, StoreError> {
        self.rows(TOTALS, &bounds(environment))?.iter().map(|row| total(row)).collect()
    }

    /// A partition's head.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn head(&self, of: Partition) -> Result<Option<Head>, StoreError> {
        self.rows(PARTITION, &[Value::Int(of.raw())])?
            .first()
            .map(|row| head(row).map(|(_, head)| head))
            .transpose()
    }

    /// One event of a partition.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn event(&self, partition: Partition, id: i64) -> Result<Option<EventRow>, StoreError> {
        self.rows(EVENT, &[Value::Int(id), Value::Int(partition.raw())])?
            .first()
            .map(|row| event(row))
            .transpose()
    }

    /// One transfer of a partition.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn transfer(&self, partition: Partition, id: i64) -> Result<Option<Transfer>, StoreError> {
        let rows = self.rows(TRANSFER, &[Value::Int(id), Value::Int(partition.raw())])?;
        rows.first().map(|row| transfer(row).map(|(_, transfer)| transfer)).transpose()
    }

    /// The timeline of a partition, newest first, by the events' own pointers.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn timeline(
        &self,
        partition: Partition,
        from: i64,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError> {
        if from == 0 || limit == 0 {
            return Ok(Vec::new());
        }
        let steps = i64::try_from(limit).unwrap_or(i64::MAX);
        let parameters = [from, partition.raw(), steps].map(Value::Int);
        let events: Vec<EventRow> =
            self.rows(TIMELINE, &parameters)?.iter().map(|row| event(row)).collect::<Result<_, _>>()?;
        // A chain that breaks off is no timeline.
        let ends_well = events.len() == limit || events.last().is_some_and(|last| last.previous == 0);
        if ends_well { Ok(events) } else { Err(bad("event")) }
    }

    /// Events after an id, of all partitions, in the order of their ids.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn events_after(&self, after: i64, limit: i64) -> Result<Vec<EventRow>, StoreError> {
        let parameters = [after, limit].map(Value::Int);
        self.rows(EVENTS_AFTER, &parameters)?.iter().map(|row| event(row)).collect()
    }

    /// Transfers of an account, newest first, from a transfer on, not before a moment, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn history(
        &self,
        partition: Partition,
        account: i64,
        from: i64,
        not_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<Transfer>, StoreError> {
        let parameters = [account, partition.raw(), from, limit, not_before.micros()].map(Value::Int);
        self.rows(HISTORY, &parameters)?
            .iter()
            .map(|row| transfer(row).map(|(_, transfer)| transfer))
            .collect()
    }

    /// The totals of an account as the first month after `month` began: debits, credits, last transfer before. None
    /// when nothing was booked after `month`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn mark_after(
        &self,
        partition: Partition,
        account: i64,
        month: i32,
    ) -> Result<Option<(i64, i64, i64)>, StoreError> {
        let parameters = [account, i64::from(month), partition.raw()].map(Value::Int);
        Ok(self.rows(MARK_AFTER, &parameters)?.first().and_then(|row| match row.as_slice() {
            [debits, credits, last] => Some((debits.int(), credits.int(), last.int())),
            _ => None,
        }))
    }
}
