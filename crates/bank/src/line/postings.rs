//! What the bank's partition must book for an event of a line: the first half of P5, and its undoing. Never
//! books.

use zaiton_kernel::Id;
use zaiton_ledger::{AccountCode, Kind, Transaction};

use super::{Event, Line};

/// The transactions of an event. `before` is the line as it was when the event was decided. Debits and
/// reversals post nothing here. 1010, 1020 and 2190 carry the bank account; subject and link are the line.
#[must_use]
pub fn postings(before: &Line, event: &Event) -> Vec<Transaction> {
    let line = before.id.raw();
    let account = before.account.raw();
    let unallocated = (AccountCode::UNALLOCATED, account);
    let between = (AccountCode::BETWEEN_PARTITIONS, 0);
    match event {
        Event::Received {} => {
            let bank = if before.client_money { AccountCode::BANK_CLIENT } else { AccountCode::BANK_OWN };
            let booked = Transaction::new(Kind::BankReceipt, line).valued(before.value_date);
            vec![booked.pair((bank, account), unallocated, before.amount)]
        }
        Event::Allocated { .. } => {
            vec![Transaction::new(Kind::TopUpMatched, line).linked(line).pair(
                unallocated,
                between,
                before.amount,
            )]
        }
        Event::Unallocated { .. } => {
            vec![Transaction::new(Kind::TopUpUndone, line).linked(line).pair(
                between,
                unallocated,
                before.amount,
            )]
        }
        Event::NotAReceipt { .. } | Event::SentToReview { .. } => Vec::new(),
    }
}
