//! Whether transfers and accounts say the same, to the last one, and where money came in and went out (L-I1, L-I2, L-I11).

use std::collections::BTreeMap;

use zaiton_kernel::{Currency, Partition};
use zaiton_ledger::{Account, AccountCode, Kind, Transfer};

use super::{Totals, Verifier};

impl Verifier {
    /// A ledger account, before the transfers.
    pub fn account(&mut self, partition: Partition, account: Account) {
        self.seen[2] += 1;
        if account.key.code.row().never_negative && account.balance() < 0 {
            let what = format!("stands at {} minor units", account.balance());
            self.find("L-I2", format!("account {} ({})", account.id, account.key.code), what);
        }
        self.cover.account(partition, &account);
        self.accounts.insert(account.id, (partition, account));
    }

    /// The next transfer in the order of ids.
    pub fn transfer(&mut self, partition: Partition, transfer: &Transfer) {
        self.seen[1] += 1;
        let name = format!("transfer {}", transfer.id);
        let sides = [
            (transfer.debit_account, transfer.previous_of_debit, true),
            (transfer.credit_account, transfer.previous_of_credit, false),
        ];
        let mut currencies = Vec::new();
        for (id, previous, is_debit) in sides {
            let Some((of, account)) = self.accounts.get(&id).copied() else {
                self.find("L-I1", name.clone(), format!("names account {id}, which is not there"));
                continue;
            };
            if of != partition {
                self.find("L-I1", name.clone(), format!("moves account {id} of another partition"));
            }
            currencies.push(account.key.currency);
            let (_, totals) = self.totals.entry(id).or_insert_with(|| (partition, Totals::default()));
            let before = totals.last;
            totals.last = transfer.id;
            let sum = if is_debit { &mut totals.debits } else { &mut totals.credits };
            *sum = sum.saturating_add(transfer.amount);
            if before != previous {
                self.find(
                    "L-I11",
                    name.clone(),
                    format!("the transfer before it on account {id} is not the one it names"),
                );
            }
            self.flow(partition, &account, transfer, is_debit);
            self.of_hold(&account, transfer, is_debit);
            self.months.side(partition, &account, transfer, is_debit);
            if account.key.code == AccountCode::BETWEEN_PARTITIONS {
                let signed = i128::from(transfer.amount);
                *self.links.entry(transfer.link).or_default() += if is_debit { signed } else { -signed };
            }
        }
        if currencies.windows(2).any(|pair| pair.first() != pair.last()) {
            self.find("L-I1", name.clone(), "moves between two currencies");
        }
        if transfer.amount <= 0 {
            self.find("L-I1", name, "moves nothing or less");
        }
    }

    /// What a transfer means for the fourth invariant: money that came in or went out, by the posting's name.
    fn flow(&mut self, partition: Partition, account: &Account, transfer: &Transfer, is_debit: bool) {
        let code = account.key.code;
        let ours = matches!(code.number(), 2110 | 2120 | 2125 | 2130 | 1120);
        let Some(kind) = Kind::from_number(transfer.kind).filter(|_| ours) else { return };
        let amount = i128::from(transfer.amount);
        let outward = matches!(kind, Kind::Settle | Kind::ArrearsSettled | Kind::WithdrawalPaid);
        let inward = matches!(
            kind,
            Kind::TopUp | Kind::SettledRefund | Kind::ArrearsWrittenOff | Kind::WithdrawalReturned
        );
        let flow = self.flows.entry((partition, account.key.dimension, account.key.currency)).or_default();
        if inward {
            flow.expected += amount;
        } else if outward {
            flow.expected -= amount;
        } else if matches!(kind, Kind::Correction | Kind::Opening) {
            flow.expected += if is_debit { -amount } else { amount };
        }
    }

    /// Stored totals against those of the transfers, and debits against credits.
    pub(super) fn balances(&mut self) {
        let mut sums: BTreeMap<(Partition, Currency), i128> = BTreeMap::new();
        let accounts: Vec<(Partition, Account)> = self.accounts.values().copied().collect();
        for (partition, account) in accounts {
            let name = format!("account {} ({})", account.id, account.key.code);
            let totals = self.totals.remove(&account.id).map(|(_, totals)| totals).unwrap_or_default();
            if (totals.debits, totals.credits) != (account.debits, account.credits) {
                let what = format!(
                    "stored {} / {}, its transfers give {} / {}",
                    account.debits, account.credits, totals.debits, totals.credits
                );
                self.find("L-I11", name.clone(), what);
            }
            if totals.last != account.last_transfer {
                self.find("L-I11", name, "its last transfer is not the one it names");
            }
            *sums.entry((partition, account.key.currency)).or_default() +=
                i128::from(account.debits) - i128::from(account.credits);
        }
        for ((partition, currency), sum) in sums {
            if sum != 0 {
                self.find(
                    "L-I1",
                    format!("partition {partition}"),
                    format!("debits less credits are {sum} in {currency}"),
                );
            }
        }
    }
}
