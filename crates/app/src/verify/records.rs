//! Whether the records say what the ledger says: holds, bank lines, and the sum over all prepaid accounts (L-I3, L-I4, L-I9).

use std::collections::HashMap;

use zaiton_bank::BankAccount;
use zaiton_kernel::{Currency, Id, Partition};
use zaiton_ledger::{Account, Kind, Transfer};
use zaiton_prepaid::{Hold, HoldId, PrepaidAccount, StatementMonth};

use super::Verifier;

impl Verifier {
    /// What a transfer means for the hold that it names.
    pub(super) fn of_hold(&mut self, account: &Account, transfer: &Transfer, is_debit: bool) {
        let Some(
            kind @ (Kind::Freeze
            | Kind::Release
            | Kind::Settle
            | Kind::SettledRefund
            | Kind::Arrears
            | Kind::ArrearsDropped
            | Kind::ArrearsSettled
            | Kind::ArrearsRepaid
            | Kind::ArrearsWrittenOff),
        ) = Kind::from_number(transfer.kind)
        else {
            return;
        };
        let amount = transfer.amount;
        let [frozen, unfunded, owed, settled, refunded] = self.booked.entry(transfer.subject).or_default();
        let signed = if is_debit { -amount } else { amount };
        match account.key.code.number() {
            2120 => *frozen = frozen.saturating_add(signed),
            2125 => *unfunded = unfunded.saturating_add(signed),
            1120 => *owed = owed.saturating_sub(signed),
            _ => {}
        }
        if is_debit {
            match kind {
                Kind::Settle | Kind::ArrearsSettled => *settled = settled.saturating_add(amount),
                Kind::SettledRefund => *refunded = refunded.saturating_add(amount),
                _ => {}
            }
        }
    }

    /// A prepaid account's record: names the programme of its holds.
    pub fn prepaid_account(&mut self, partition: Partition, account: &PrepaidAccount) {
        self.seen[3] += 1;
        self.prepaid.insert(account.id.raw(), (partition, account.programme.raw()));
    }

    /// A hold's record, after the prepaid accounts.
    pub fn hold(&mut self, partition: Partition, hold: &Hold) {
        self.seen[3] += 1;
        if let Err(broken) = hold.check() {
            self.find("L-I3", hold.id.to_string(), broken);
        }
        let booked = self.booked.remove(&hold.id.raw()).unwrap_or_default();
        let stands = [hold.frozen, hold.unfunded, hold.owed, hold.settled, hold.refunded];
        if stands != booked {
            let what = format!(
                "its frozen, unfunded, owed, settled, refunded are {stands:?}, its transfers give {booked:?}"
            );
            self.find("L-I3", hold.id.to_string(), what);
        }
        let Some((of, programme)) = self.prepaid.get(&hold.account.raw()).copied() else {
            self.find("L-I3", hold.id.to_string(), "its account is not there");
            return;
        };
        if of != partition {
            self.find("L-I3", hold.id.to_string(), "its account is another merchant's");
        }
        let sums = self.frozen.entry((partition, programme)).or_default();
        for (sum, part) in sums.iter_mut().zip([hold.frozen, hold.unfunded, hold.owed]) {
            *sum += i128::from(part);
        }
    }

    /// What a bank line has of its amount that nobody was given yet (minor units).
    pub fn unallocated(&mut self, partition: Partition, minor: i64) {
        self.seen[3] += 1;
        *self.unallocated.entry(partition).or_default() += i128::from(minor);
    }

    /// A bank account of ours: whose money lies on it.
    pub fn bank_account(&mut self, account: &BankAccount) {
        self.seen[3] += 1;
        self.cover.bank_account(account);
    }

    /// The recorded statement of a month, after the prepaid accounts.
    pub fn month(&mut self, partition: Partition, month: StatementMonth) {
        self.seen[3] += 1;
        self.months.recorded(partition, month);
    }

    /// Sums of records against balances.
    pub(super) fn records(&mut self) {
        for hold in std::mem::take(&mut self.booked).into_keys() {
            let name = HoldId::from_raw(hold).to_string();
            self.find("L-I3", name, "transfers name it, and it is not there");
        }
        let mut stands: HashMap<(Partition, i64), [i128; 3]> = HashMap::new();
        let mut statement: HashMap<(Partition, i64, Currency), i128> = HashMap::new();
        let mut received: HashMap<Partition, i128> = HashMap::new();
        for (partition, account) in self.accounts.values() {
            let (code, balance) = (account.key.code.number(), i128::from(account.balance()));
            let place = (*partition, account.key.dimension);
            let sums = stands.entry(place).or_default();
            match code {
                2120 => sums[0] += balance,
                2125 => sums[1] += balance,
                1120 => sums[2] += balance,
                2190 => *received.entry(*partition).or_default() += balance,
                _ => {}
            }
            if matches!(code, 2110 | 2120 | 2125 | 2130 | 1120) {
                let sign = if code == 1120 { -1 } else { 1 };
                *statement.entry((*partition, account.key.dimension, account.key.currency)).or_default() +=
                    sign * balance;
            }
        }
        let frozen = std::mem::take(&mut self.frozen);
        let empty = [0; 3];
        let places: std::collections::HashSet<_> = stands.keys().chain(frozen.keys()).copied().collect();
        for place in places {
            let (ledger, holds) =
                (stands.get(&place).unwrap_or(&empty), frozen.get(&place).unwrap_or(&empty));
            for (at, code) in [2120, 2125, 1120].into_iter().enumerate() {
                if ledger[at] != holds[at] {
                    let what = format!("{code} holds {}, its holds add up to {}", ledger[at], holds[at]);
                    self.find("L-I3", format!("partition {}", place.0), what);
                }
            }
        }
        let flows = std::mem::take(&mut self.flows);
        for (place, balance) in statement {
            let expected = flows.get(&place).map_or(0, |flow| flow.expected);
            if balance != expected {
                let what = format!(
                    "the prepaid accounts add up to {balance}, what came in less what went out is {expected}"
                );
                self.find("L-I4", format!("partition {}", place.0), what);
            }
        }
        let lines = std::mem::take(&mut self.unallocated);
        let places: std::collections::HashSet<_> = received.keys().chain(lines.keys()).copied().collect();
        for partition in places {
            let (ledger, of_lines) =
                (received.get(&partition).copied().unwrap_or(0), lines.get(&partition).copied().unwrap_or(0));
            if ledger != of_lines {
                let what =
                    format!("2190 holds {ledger}, the lines that nobody was given add up to {of_lines}");
                self.find("L-I9", format!("partition {partition}"), what);
            }
        }
    }
}
