//! What the ledger must book along a withdrawal (P11a to P11d). Never books, and
//! never says whether a withdrawal is granted.

use zaiton_kernel::Id;
use zaiton_ledger::{AccountCode, Kind, Transaction};

use super::{Event, Withdrawal};

const BETWEEN: (AccountCode, i64) = (AccountCode::BETWEEN_PARTITIONS, 0);

/// The merchant's transactions of an event. `before` is the withdrawal as it was when the event was decided.
/// Of what is paid (linked by the withdrawal) and given back (linked by the bank line) the bank's partition
/// books the other half. 2110 and 2130 carry the programme, the subject is the withdrawal.
#[must_use]
pub fn postings(before: &Withdrawal, event: &Event) -> Vec<Transaction> {
    let subject = before.id.raw();
    let available = (AccountCode::PREPAID_AVAILABLE, before.programme.raw());
    let pending = (AccountCode::PREPAID_WITHDRAWAL, before.programme.raw());
    let start = |kind| Transaction::new(kind, subject);
    match event {
        Event::Requested { amount, .. } => {
            vec![start(Kind::WithdrawalRequested).pair(available, pending, *amount)]
        }
        Event::Rejected { .. } | Event::Cancelled { .. } | Event::Reversed { .. } => {
            vec![start(Kind::WithdrawalReversed).pair(pending, available, before.amount)]
        }
        Event::Paid { .. } => {
            vec![start(Kind::WithdrawalPaid).pair(pending, BETWEEN, before.amount).linked(subject)]
        }
        Event::GivenBack { line, .. } => {
            vec![start(Kind::WithdrawalReturned).pair(BETWEEN, available, before.amount).linked(*line)]
        }
        // R1-29: what the bank answers, or does not, gives nothing back by itself.
        Event::ApprovalGiven { .. }
        | Event::Approved { .. }
        | Event::Sent { .. }
        | Event::CardChanged { .. }
        | Event::Failed { .. }
        | Event::TimedOut { .. }
        | Event::Returned { .. } => Vec::new(),
    }
}

/// P11b where the merchant's side cannot take it any more: the money was given back before, or another payment paid it. The
/// merchant has it twice and owes it (1130); the bank's half stands, for the money has left.
#[must_use]
pub fn paid_after_all(withdrawal: &Withdrawal) -> Transaction {
    let owed = (AccountCode::NEGATIVE_BALANCE, withdrawal.programme.raw());
    let subject = withdrawal.id.raw();
    Transaction::new(Kind::WithdrawalPaidAfterAll, subject)
        .pair(owed, BETWEEN, withdrawal.amount)
        .linked(subject)
}
