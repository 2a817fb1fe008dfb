//! What follows from an event of a line: in other records and partitions, and in the counters of its own account. Never
//! carries anything out.

use super::{Event, Line, LineDecision};
use crate::bank_account;
use crate::payment::PaymentId;
use crate::transfer::{OtherHalf, TransferKind, Way};

/// What follows from an event of a line elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Posting P5. The merchant's side credits the top-up, or sends the money back
    /// ([`super::Command::Unallocate`]). It is told whether two persons decided.
    CreditTopUp {
        /// Raw id of the top-up.
        top_up: i64,
        /// Raw id of its merchant.
        merchant: i64,
        /// Two persons decided; else it fits by itself.
        by_persons: bool,
    },
    /// Posting P11d. The merchant's side takes the withdrawal back (Dr 2195 / Cr 2110, the link is the line), or sends
    /// the money back ([`super::Command::TakeBack`]).
    WithdrawalReturned {
        /// Raw id of the withdrawal.
        withdrawal: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// Posting P5r. Queue a payment of this id ([`crate::payment::PaymentDraft::back_to_payer`]).
    PayBack {
        /// Its id.
        payment: PaymentId,
    },
    /// Postings P21, P22. The own account's partition books its half ([`crate::transfer::postings`]), or sends it back
    /// ([`super::Command::TakeBack`]).
    OtherHalf(OtherHalf),
}

/// What follows elsewhere, if anything does. `before` is the line as it was when the event was decided.
#[must_use]
pub fn follow(before: &Line, event: &Event) -> Option<Follow> {
    match event {
        Event::Allocated { top_up, merchant } => {
            Some(Follow::CreditTopUp { top_up: *top_up, merchant: *merchant, by_persons: false })
        }
        Event::Confirmed { decided, payment } => confirmed(before, &decided.decision, *payment),
        Event::Received {}
        | Event::NotAReceipt { .. }
        | Event::SentToReview { .. }
        | Event::Unallocated { .. }
        | Event::Proposed { .. }
        | Event::Refused { .. }
        | Event::PaidOut { .. }
        | Event::PaidBack { .. }
        | Event::ReturnFailed { .. }
        | Event::TakenBack { .. } => None,
    }
}

fn confirmed(before: &Line, decision: &LineDecision, payment: PaymentId) -> Option<Follow> {
    let half = |kind, own_account| {
        Some(Follow::OtherHalf(OtherHalf {
            kind,
            line: before.id,
            own_account,
            amount: before.amount,
            value_date: before.value_date,
        }))
    };
    match *decision {
        LineDecision::Match { top_up, merchant } => {
            Some(Follow::CreditTopUp { top_up, merchant, by_persons: true })
        }
        LineDecision::ReturnToPayer => Some(Follow::PayBack { payment }),
        LineDecision::WithdrawalReturned { withdrawal, merchant } => {
            Some(Follow::WithdrawalReturned { withdrawal, merchant })
        }
        LineDecision::BankCost { own_account } if before.client_money => {
            half(TransferKind::Cover, own_account)
        }
        LineDecision::SweepOut { own_account } => half(TransferKind::Sweep, own_account),
        LineDecision::BankCost { .. } | LineDecision::Arrived => None,
    }
}

/// What the line's own bank account must be asked in the same breath, if anything: a cover that will come in, or a
/// transfer that came. When the account refuses, the event may not be recorded either.
#[must_use]
pub fn account_command(before: &Line, event: &Event) -> Option<bank_account::Command> {
    let amount = before.amount;
    let meet = |way| Some(bank_account::Command::MeetTransfer { way, amount });
    match event {
        Event::Confirmed { decided, .. } => match decided.decision {
            LineDecision::BankCost { .. } if before.client_money => {
                Some(bank_account::Command::ExpectTransfer { way: Way::In, amount })
            }
            LineDecision::Arrived => meet(if before.credit { Way::In } else { Way::Out }),
            LineDecision::BankCost { .. }
            | LineDecision::Match { .. }
            | LineDecision::ReturnToPayer
            | LineDecision::WithdrawalReturned { .. }
            | LineDecision::SweepOut { .. } => None,
        },
        Event::TakenBack { decision: LineDecision::BankCost { .. }, .. } => {
            Some(bank_account::Command::ForgoTransfer { way: Way::In, amount })
        }
        Event::TakenBack { .. }
        | Event::Received {}
        | Event::NotAReceipt { .. }
        | Event::Allocated { .. }
        | Event::SentToReview { .. }
        | Event::Unallocated { .. }
        | Event::Proposed { .. }
        | Event::Refused { .. }
        | Event::PaidOut { .. }
        | Event::PaidBack { .. }
        | Event::ReturnFailed { .. } => None,
    }
}
