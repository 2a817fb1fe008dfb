//! What the bank's partition must book for an event of a line: its half of P5, P11d, P21 and P22, and their undoing.
//! Never books. P5r and P11b are booked by the payment whose debit a line is.

use zaiton_kernel::Id;
use zaiton_ledger::{AccountCode, Kind, Transaction};

use super::{Event, Line, LineDecision, Origin, State};

/// An account of the ledger with its dimension.
type Place = (AccountCode, i64);

const BETWEEN: Place = (AccountCode::BETWEEN_PARTITIONS, 0);
const COST: Place = (AccountCode::BANK_COST, 0);

/// The transactions of an event. `before` is the line as it was when the event was decided. A debit or a reversal posts
/// nothing until it is known what it is. 1010, 1020 and 2190 carry the bank account; subject and link are the line,
/// but a withdrawal that came back is about the withdrawal.
#[must_use]
pub fn postings(before: &Line, event: &Event) -> Vec<Transaction> {
    let line = before.id.raw();
    let book = |kind, debit, credit| linked(before, Transaction::new(kind, line), debit, credit);
    match event {
        Event::Received {} => vec![receipt(before)],
        Event::Allocated { .. } => vec![book(Kind::TopUpMatched, unallocated(before), BETWEEN)],
        Event::Unallocated { .. } => vec![book(Kind::TopUpUndone, BETWEEN, unallocated(before))],
        Event::Confirmed { decided, .. } => confirmed(before, &decided.decision),
        Event::TakenBack { decision, .. } => taken_back(before, decision),
        Event::NotAReceipt { .. }
        | Event::SentToReview { .. }
        | Event::Proposed { .. }
        | Event::Refused { .. }
        | Event::PaidOut { .. }
        | Event::PaidBack { .. }
        | Event::ReturnFailed { .. } => Vec::new(),
    }
}

fn confirmed(before: &Line, decision: &LineDecision) -> Vec<Transaction> {
    let line = before.id.raw();
    let (bank, open) = (bank(before), unallocated(before));
    let book = |kind, debit, credit| linked(before, Transaction::new(kind, line), debit, credit);
    let dated = |kind, debit, credit| plain(before, kind, debit, credit);
    match *decision {
        LineDecision::Match { .. } => vec![book(Kind::TopUpMatched, open, BETWEEN)],
        LineDecision::ReturnToPayer => Vec::new(),
        LineDecision::WithdrawalReturned { withdrawal, .. } => {
            let back = Transaction::new(Kind::WithdrawalReturnedBank, withdrawal);
            let back = linked(before, back, open, BETWEEN);
            // A reversal posted nothing when it was recorded.
            let unbooked = matches!(before.state, State::Proposed { from: Origin::AwaitsAPerson { .. }, .. });
            if unbooked { vec![receipt(before), back] } else { vec![back] }
        }
        LineDecision::BankCost { .. } if before.client_money => vec![
            dated(Kind::BankCost, COST, bank),
            book(Kind::Cover, bank, BETWEEN).valued(before.value_date),
        ],
        LineDecision::BankCost { .. } => vec![dated(Kind::BankCost, COST, bank)],
        LineDecision::SweepOut { .. } => {
            vec![book(Kind::Sweep, BETWEEN, bank).valued(before.value_date)]
        }
        // 1010 was credited with the cover, before the bank's debit of it came.
        LineDecision::Arrived if !before.credit => Vec::new(),
        LineDecision::Arrived if before.client_money => vec![dated(Kind::CoverArrived, open, bank)],
        LineDecision::Arrived => vec![dated(Kind::SweepArrived, open, bank)],
    }
}

/// The other partition could not take its half. Only what has another half is taken back.
fn taken_back(before: &Line, decision: &LineDecision) -> Vec<Transaction> {
    let line = before.id.raw();
    let bank = bank(before);
    let book = |kind, debit, credit| linked(before, Transaction::new(kind, line), debit, credit);
    match *decision {
        LineDecision::WithdrawalReturned { withdrawal, .. } => {
            let undone = Transaction::new(Kind::WithdrawalReturnUndone, withdrawal);
            vec![linked(before, undone, BETWEEN, unallocated(before))]
        }
        LineDecision::BankCost { .. } => {
            vec![book(Kind::CoverUndone, BETWEEN, bank), plain(before, Kind::BankCostUndone, bank, COST)]
        }
        LineDecision::SweepOut { .. } => vec![book(Kind::SweepUndone, bank, BETWEEN)],
        LineDecision::Match { .. } | LineDecision::ReturnToPayer | LineDecision::Arrived => Vec::new(),
    }
}

fn bank(line: &Line) -> Place {
    let code = if line.client_money { AccountCode::BANK_CLIENT } else { AccountCode::BANK_OWN };
    (code, line.account.raw())
}

fn unallocated(line: &Line) -> Place {
    (AccountCode::UNALLOCATED, line.account.raw())
}

fn receipt(line: &Line) -> Transaction {
    plain(line, Kind::BankReceipt, bank(line), unallocated(line))
}

/// A transaction of the line inside this partition, as of the bank's date.
fn plain(line: &Line, kind: Kind, debit: Place, credit: Place) -> Transaction {
    Transaction::new(kind, line.id.raw()).valued(line.value_date).pair(debit, credit, line.amount)
}

/// One half of a movement between partitions: the link is the line.
fn linked(line: &Line, transaction: Transaction, debit: Place, credit: Place) -> Transaction {
    transaction.linked(line.id.raw()).pair(debit, credit, line.amount)
}
