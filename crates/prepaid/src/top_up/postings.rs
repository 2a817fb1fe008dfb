//! What the merchant's partition must book for an event of a top-up: the second half of P5. Never books.

use zaiton_kernel::Id;
use zaiton_ledger::{AccountCode, Kind, Transaction};

use super::{Event, TopUp};
use crate::account::ProgrammeId;

/// The transactions of an event. `before` is the top-up as it was when the event was decided. The bank's
/// partition books the other half; the link is the bank line.
#[must_use]
pub fn postings(before: &TopUp, event: &Event, programme: ProgrammeId) -> Vec<Transaction> {
    match event {
        Event::Credited { line, .. } => vec![
            Transaction::new(Kind::TopUp, before.id.raw())
                .pair(
                    (AccountCode::BETWEEN_PARTITIONS, 0),
                    (AccountCode::PREPAID_AVAILABLE, programme.raw()),
                    before.amount,
                )
                .linked(*line),
        ],
        Event::Requested { .. }
        | Event::SentToReview { .. }
        | Event::Returned { .. }
        | Event::Cancelled {}
        | Event::Expired {} => Vec::new(),
    }
}
