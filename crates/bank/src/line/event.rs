//! What happened to a bank line. Never changes its meaning once stored. Evidence and reasons are for the record:
//! what is emitted of an event names ids and kinds only.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Text;

use super::{Decided, LineDecision, NoReceipt, Origin};
use crate::payment::PaymentId;

/// An event of a bank line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Recorded: money came in.
    Received {},
    /// Recorded: no plain receipt, nothing is posted.
    NotAReceipt {
        /// Why.
        reason: NoReceipt,
    },
    /// It pays a top-up.
    Allocated {
        /// Raw id of the top-up.
        top_up: i64,
        /// Raw id of its merchant.
        merchant: i64,
    },
    /// A person must say whose it is.
    SentToReview {
        /// Why.
        reasons: Vec<Text>,
    },
    /// The merchant's side could not take it: a person must say whose it is.
    Unallocated {
        /// Raw id of the top-up that could not take it.
        top_up: i64,
        /// Raw id of its merchant.
        merchant: i64,
        /// Why.
        reason: Text,
    },
    /// A person proposed what it is.
    Proposed {
        /// What it would be.
        decision: LineDecision,
        /// Who proposed it.
        maker: String,
        /// A reference to why.
        evidence: String,
        /// Where the line stood.
        from: Origin,
    },
    /// A second person refused what was proposed.
    Refused {
        /// Who refused it.
        checker: String,
        /// Why.
        reason: String,
        /// Where the line stands again.
        back_to: Origin,
    },
    /// A second person confirmed what was proposed: it is so now.
    Confirmed {
        /// What, and by whom.
        decided: Decided,
        /// The payment that takes a receipt back; of no other use.
        payment: PaymentId,
    },
    /// It is the bank's debit of a payment.
    PaidOut {
        /// The payment.
        payment: PaymentId,
    },
    /// The payment that takes it back was paid.
    PaidBack {
        /// The payment.
        payment: PaymentId,
    },
    /// The payment that takes it back failed, or was taken back itself: a person must say whose it is.
    ReturnFailed {
        /// The payment.
        payment: PaymentId,
        /// Why.
        reason: Text,
    },
    /// The other partition could not take its half of what was decided: a person must say again what it is.
    TakenBack {
        /// What was decided.
        decision: LineDecision,
        /// Why.
        reason: Text,
    },
}
