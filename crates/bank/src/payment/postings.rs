//! What the bank's partition must book for an event of a payment (P5r, the bank's half of P11b), what follows in
//! other records, and what the account must list. Never books.

use zaiton_kernel::{Id, Text};
use zaiton_ledger::{AccountCode, Kind, Transaction};

use super::{Event, Payment, Purpose};
use crate::bank_account;
use crate::line::LineId;

/// What follows from an event of a payment in another record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Posting P11b. The merchant's partition books its half, Dr 2130 / Cr 2195, under the withdrawal's link.
    WithdrawalPaid {
        /// Raw id of the withdrawal.
        withdrawal: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// Rule R1-29. The withdrawal waits for a person; nothing is credited by itself.
    WithdrawalFailed {
        /// Raw id of the withdrawal.
        withdrawal: i64,
        /// Raw id of its merchant.
        merchant: i64,
        /// The bank's code.
        code: String,
    },
    /// The receipt was paid back: [`crate::line::Command::PaidBack`] on it.
    ReturnPaid {
        /// The receipt.
        line: LineId,
    },
    /// The receipt was not paid back: [`crate::line::Command::ReturnFailed`] on it.
    ReturnFailed {
        /// The receipt.
        line: LineId,
        /// Why.
        reason: Text,
    },
}

/// The transactions of an event. `before` is the payment as it was when the event was decided. Only the bank's debit
/// line moves money: it is recorded without a posting of its own, and this is its posting.
#[must_use]
pub fn postings(before: &Payment, event: &Event) -> Vec<Transaction> {
    let account = before.account.raw();
    let code = if before.client_money { AccountCode::BANK_CLIENT } else { AccountCode::BANK_OWN };
    match event {
        Event::Paid { value_date, .. } => vec![match before.purpose {
            Purpose::Withdrawal { withdrawal, .. } => Transaction::new(Kind::WithdrawalPaidBank, withdrawal)
                .linked(withdrawal)
                .valued(*value_date)
                .pair((AccountCode::BETWEEN_PARTITIONS, 0), (code, account), before.amount),
            Purpose::Return { line } => Transaction::new(Kind::ReturnToPayer, line.raw())
                .valued(*value_date)
                .pair((AccountCode::UNALLOCATED, account), (code, account), before.amount),
        }],
        Event::Queued {}
        | Event::PutInFile { .. }
        | Event::LeftFile { .. }
        | Event::Withdrawn { .. }
        | Event::Announced { .. }
        | Event::Failed { .. } => Vec::new(),
    }
}

/// What the payment's bank account must be asked in the same breath, if anything: it lists what waits for a file. When
/// the account refuses, the event may not be recorded either.
#[must_use]
pub fn account_command(before: &Payment, event: &Event) -> Option<bank_account::Command> {
    let payment = before.id;
    match event {
        Event::Queued {} | Event::LeftFile { .. } => Some(bank_account::Command::QueuePayment { payment }),
        Event::PutInFile { .. } | Event::Withdrawn { .. } => {
            Some(bank_account::Command::LeaveQueue { payments: vec![payment] })
        }
        Event::Announced { .. } | Event::Failed { .. } | Event::Paid { .. } => None,
    }
}

/// What follows from an event in another record, if anything does.
#[must_use]
pub fn follow(before: &Payment, event: &Event) -> Option<Follow> {
    match (before.purpose, event) {
        (Purpose::Withdrawal { withdrawal, merchant }, Event::Paid { .. }) => {
            Some(Follow::WithdrawalPaid { withdrawal, merchant })
        }
        (Purpose::Withdrawal { withdrawal, merchant }, Event::Failed { code, .. }) => {
            Some(Follow::WithdrawalFailed { withdrawal, merchant, code: code.clone() })
        }
        (Purpose::Return { line }, Event::Paid { .. }) => Some(Follow::ReturnPaid { line }),
        (Purpose::Return { line }, Event::Failed { code, .. }) => {
            let reason = Text::new(
                format!("退回付款人的款项被银行拒绝（{code}）。"),
                format!("The bank refused to pay it back ({code})."),
            );
            Some(Follow::ReturnFailed { line, reason })
        }
        (Purpose::Return { line }, Event::Withdrawn { reason }) => {
            Some(Follow::ReturnFailed { line, reason: reason.clone() })
        }
        // Whoever takes a withdrawal's payment back knows of it.
        (Purpose::Withdrawal { .. }, Event::Withdrawn { .. })
        | (
            Purpose::Withdrawal { .. } | Purpose::Return { .. },
            Event::Queued {} | Event::PutInFile { .. } | Event::LeftFile { .. } | Event::Announced { .. },
        ) => None,
    }
}
