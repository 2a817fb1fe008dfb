//! What must hold in a simulated world: after each commit for what it touched, now and then for every row, at the end for all.

use std::collections::BTreeSet;

use zaiton_engine::outbox::Timer;
use zaiton_engine::{Clock, Record};
use zaiton_kernel::{Currency, Environment, Partition, Timestamp};
use zaiton_ledger::AccountCode;

use super::lanes::Moments;
use super::model::{TopUpState, Withdrawal, differs};
use super::{Found, World, count};
use crate::books;

impl World {
    /// Takes into the second book-keeping what the store says it wrote, and compares what that touched.
    pub(crate) fn hear_of_writes(&mut self, moments: &Moments) -> Found {
        let batches = std::mem::take(&mut *self.written.lock().expect("one thread"));
        for batch in batches {
            count(&mut self.counts, "commits");
            self.model.apply(&batch, &self.sent, moments)?;
            let heads: Vec<String> = batch
                .partitions
                .iter()
                .map(|row| format!("{}:{}:{:?}", row.partition.raw(), row.head.events, row.head.mac))
                .collect();
            let accounts: i64 = batch
                .accounts
                .iter()
                .map(|row| row.account.debits.wrapping_mul(31).wrapping_add(row.account.credits))
                .fold(0, i64::wrapping_add);
            self.trace.hear(&format!("written {} {} {accounts} {heads:?}", batch.lane, batch.seq));
            let touched: BTreeSet<Partition> = batch
                .partitions
                .iter()
                .map(|row| row.partition)
                .chain(batch.accounts.iter().map(|row| row.partition))
                .collect();
            for partition in touched {
                self.model.compare(&self.queries, partition)?;
            }
        }
        Ok(())
    }

    /// Every row: the product's own proof, and the second book-keeping.
    pub(crate) fn check_all(&mut self, drained: bool) -> Found {
        let (cover, other): (Vec<_>, Vec<_>) =
            books::findings(&self.queries, drained)?.into_iter().partition(|finding| finding.rule == "L-I13");
        books::none(&other)?;
        self.model.cover_is_told(&self.queries, cover.len())?;
        self.model.compare_records(&self.queries)?;
        let answers = self.check_answers()?;
        self.trace.hear(&format!("all holds, {answers} answers"));
        if drained {
            self.model.settled_between()?;
            self.model.nobody_waits_in_vain()?;
            self.model.every_fee_is_borne()?;
            self.model.everybody_knows_of_payments(self.clock.as_ref())?;
            self.model.nobody_is_known_too_long(self.clock.as_ref())?;
        }
        Ok(())
    }

    pub(crate) fn timers_due(&mut self) -> Found<usize> {
        let mut due = 0;
        for lane in &mut self.lanes {
            for environment in [Environment::Live, Environment::Sandbox] {
                let now = self.clock.now(environment);
                let timers = lane.reader.due(Timer::KIND, lane.lane, environment, now, 1);
                due += timers.map_err(|error| error.0)?.len();
            }
        }
        Ok(due)
    }

    /// The end: nobody waits any more, and every statement foots and says what the second book-keeping says.
    pub(crate) fn check_end(&mut self) -> Found {
        for (partition, merchant) in &self.model.merchants {
            let now = self.clock.now(partition.environment());
            for (programme, account) in &merchant.accounts {
                let waiting = account.top_ups.values().filter(|top_up| top_up.state == TopUpState::Waiting);
                differs("top-ups that wait though their time is over", waiting.count(), 0)?;
                let end = now.plus_seconds(1);
                let middle = (now.micros() - crate::clock::START) / 3 + crate::clock::START;
                let (start, middle) = (Timestamp::from_micros(0), Timestamp::from_micros(middle));
                let statement = |from, to| {
                    self.queries
                        .prepaid_statement(*partition, *programme, Currency::CNY, from, to)
                        .map_err(|error| error.0)
                };
                let (first, second) = (statement(start, middle)?, statement(middle, end)?);
                differs("the first opening", first.opening, 0)?;
                differs("the next opening", second.opening, first.closing)?;
                for part in [&first, &second] {
                    let sum: i64 = part.lines.iter().map(|line| line.amount).sum();
                    differs("opening and lines", part.opening + sum, part.closing)?;
                }
                differs("the closing balance", second.closing, account.closing())?;
                let available = self
                    .queries
                    .balance_at(*partition, AccountCode::PREPAID_AVAILABLE, *programme, Currency::CNY, end)
                    .map_err(|error| error.0)?;
                differs("available at the end", available.minor(), account.available)?;
                for (from, to) in account.withdrawals.values().filter_map(Withdrawal::paid_after_a_reversal) {
                    count(&mut self.counts, "paid after a reversal");
                    if self.model.policies.during(partition.environment(), from, to).len() > 1 {
                        count(&mut self.counts, "paid after a reversal, under other figures");
                    }
                }
                let repaid = account.repaid;
                *self.counts.entry("debts repaid".into()).or_default() += repaid;
                let credited = account.top_ups.values();
                let credited = credited.filter(|top_up| matches!(top_up.state, TopUpState::Credited(_)));
                let credited = u64::try_from(credited.count()).unwrap_or(0);
                *self.counts.entry("top-ups credited".into()).or_default() += credited;
            }
        }
        Ok(())
    }
}

impl World {
    /// The end: every breaker stands where the money says, and what it stopped goes on.
    pub(crate) fn check_lines(&self) -> Found {
        self.model.merchants.iter().try_for_each(|(partition, merchant)| {
            let environment = partition.environment();
            let figures = self.model.policies.at(environment, self.clock.now(environment));
            merchant.accounts.values().try_for_each(|account| account.nothing_waits(&figures))
        })
    }
}
