//! A bank account of the second book-keeping: what it holds, and what its books must say. Statements, lines and payments are next
//! door.

use std::collections::{BTreeMap, BTreeSet};

use zaiton_app::bank::account::OpenBankAccount;
use zaiton_bank::BankAccount;
use zaiton_bank::transfer::TransferKind;
use zaiton_kernel::Id;

use super::line::Line;
use super::payment::{File, Payment, PaymentState, Purpose};
use super::statement::{End, Held};
use super::{Found, differs};

/// A bank account. Minor units.
#[derive(Default)]
pub(crate) struct Bank {
    pub(super) number: Option<String>,
    /// It holds client money.
    pub(crate) client: bool,
    pub(super) statements: BTreeSet<String>,
    pub(super) known: BTreeSet<String>,
    /// The end of what was taken.
    pub(super) end: Option<End>,
    /// Statements that were held, the first of them first.
    pub(crate) held: BTreeMap<i64, Held>,
    pub(crate) lines: BTreeMap<i64, Line>,
    pub(crate) payments: BTreeMap<i64, Payment>,
    /// Payments that wait for a file, in order.
    pub(crate) waiting: Vec<i64>,
    pub(crate) files: BTreeMap<i64, File>,
    /// Of transfers between our accounts: what is booked, and still to come or to go.
    pub(crate) coming: i64,
    pub(crate) going: i64,
    /// The halves of transfers that it booked, by the line that began each.
    pub(crate) halves: BTreeMap<i64, (TransferKind, i64)>,
}

impl Bank {
    pub(crate) fn open(&mut self, command: &OpenBankAccount) -> Found {
        let new = self.number.is_none();
        let number = self.number.get_or_insert(command.number.clone());
        differs("the number", number.as_str(), command.number.as_str())?;
        self.client = if new { command.client_money } else { self.client };
        differs("whose money it holds", command.client_money, self.client)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.number.is_some()
    }

    /// Balances of the bank's account (1020 or 1010), of 2190, of 2195 (credits) and of 5010.
    pub(crate) fn balances(&self) -> [i64; 4] {
        let [mut bank, mut unallocated, mut between, mut cost] = [0; 4];
        for line in self.lines.values() {
            let moved = line.moved(self.client);
            bank += moved[0];
            unallocated += moved[1];
            between += moved[2];
            cost += moved[3];
        }
        for payment in self.payments.values() {
            if let PaymentState::Paid(_) = payment.state {
                bank -= payment.amount;
                between -=
                    if matches!(payment.purpose, Purpose::Withdrawal { .. }) { payment.amount } else { 0 };
            }
        }
        for (kind, amount) in self.halves.values() {
            let moved = if *kind == TransferKind::Sweep { *amount } else { -amount };
            bank += moved;
            between += moved;
        }
        [bank, unallocated, between, cost]
    }

    pub(super) fn compare_account(&self, stored: &BankAccount) -> Found {
        let what = |name: &str| format!("{name} of {}", stored.id);
        let waiting: Vec<i64> = stored.waiting.iter().map(|id| id.raw()).collect();
        differs(&what("the payments that wait"), &waiting, &self.waiting)?;
        let transit = (stored.in_transit_in_minor, stored.in_transit_out_minor);
        differs(&what("what is coming and going"), transit, (self.coming, self.going))?;
        let held: Vec<_> = stored.held.iter().map(|held| held.statement).collect();
        differs(&what("the statements held"), held, self.waiting_statements())
    }
}
