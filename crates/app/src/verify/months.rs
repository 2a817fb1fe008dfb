//! Rule L-I10. The recorded months against the transfers: each opens with what the one before closed with, and opening,
//! lines and closing are what the ledger gives. Pure.

use std::collections::{BTreeMap, HashMap};

use zaiton_kernel::time::Zone;
use zaiton_kernel::{Currency, Id, Month, Partition};
use zaiton_ledger::statement::{STATEMENT_ACCOUNTS, signed};
use zaiton_ledger::{Account, Transfer};
use zaiton_prepaid::StatementMonth;

/// A partition's programme in a currency.
type Place = (Partition, i64, Currency);

/// What transfers moved, month by month, and what was recorded of it.
pub(super) struct Months {
    zone: Zone,
    moved: HashMap<Place, BTreeMap<Month, i128>>,
    recorded: Vec<(Partition, StatementMonth)>,
}

impl Default for Months {
    fn default() -> Self {
        Self { zone: Zone::shanghai(), moved: HashMap::new(), recorded: Vec::new() }
    }
}

impl Months {
    /// One side of a transfer.
    pub(super) fn side(
        &mut self,
        partition: Partition,
        account: &Account,
        transfer: &Transfer,
        is_debit: bool,
    ) {
        let key = account.key;
        if !STATEMENT_ACCOUNTS.contains(&key.code) {
            return;
        }
        let (debits, credits) = if is_debit { (transfer.amount, 0) } else { (0, transfer.amount) };
        let months = self.moved.entry((partition, key.dimension, key.currency)).or_default();
        let month = Month::at(transfer.booked_at, &self.zone);
        *months.entry(month).or_default() += i128::from(signed(key.code, debits, credits));
    }

    /// A recorded month.
    pub(super) fn recorded(&mut self, partition: Partition, month: StatementMonth) {
        self.recorded.push((partition, month));
    }

    /// What does not hold: which record, and what is wrong with it. `programmes` names each account's partition and
    /// programme.
    pub(super) fn findings(mut self, programmes: &HashMap<i64, (Partition, i64)>) -> Vec<(String, String)> {
        let mut findings = Vec::new();
        let mut before: HashMap<i64, (Month, i64)> = HashMap::new();
        self.recorded.sort_by_key(|(_, record)| (record.account, record.figures().map(|of| of.month)));
        for (partition, record) in &self.recorded {
            let Some(figures) = record.figures() else { continue };
            let name = format!("{} ({})", record.id, figures.month);
            let Some((_, programme)) =
                programmes.get(&record.account.raw()).filter(|(of, _)| of == partition)
            else {
                findings.push((name, "its account is not there".to_owned()));
                continue;
            };
            let (opening, closing) = (figures.opening.minor(), figures.closing.minor());
            if let Some((month, closed)) = before.insert(record.account.raw(), (figures.month, closing)) {
                if month.next() != figures.month {
                    findings.push((name.clone(), format!("the month before it that is recorded is {month}")));
                } else if closed != opening {
                    findings
                        .push((name.clone(), format!("opens with {opening}, {month} closed with {closed}")));
                }
            }
            let moved = self.moved.get(&(*partition, *programme, record.currency));
            let until = |end: Month| -> i128 {
                moved.map_or(0, |months| months.range(..end).map(|(_, sum)| sum).sum())
            };
            let ledger = (until(figures.month), until(figures.month.next()));
            if ledger != (i128::from(opening), i128::from(closing)) {
                let what =
                    format!("says {opening} and {closing}, the transfers give {} and {}", ledger.0, ledger.1);
                findings.push((name, what));
            }
        }
        findings
    }
}
