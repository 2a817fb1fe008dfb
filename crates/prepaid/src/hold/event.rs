//! What happened to a hold. Amounts are minor units of the hold's currency. Never changes its meaning once
//! stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::BasisPoints;

use super::{EarlyFact, HoldId};

/// An event of a hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// P6 and P10a: `fee = frozen + unfunded`. The unfunded part is owed, and the hold joins the queue.
    Charged {
        /// The whole fee.
        fee: i64,
        /// Frozen at once.
        frozen: i64,
        /// Owed.
        unfunded: i64,
    },
    /// P10b for the unfunded part, which goes first, then P7.
    Released {
        /// No longer owed.
        from_unfunded: i64,
        /// Available again.
        from_frozen: i64,
    },
    /// P8 for the frozen part, P10c for the unfunded one.
    Settled {
        /// Earned from what was frozen.
        from_frozen: i64,
        /// Earned though still owed.
        from_unfunded: i64,
        /// Tax inside the frozen part.
        tax_of_frozen: i64,
        /// Tax inside the unfunded part.
        tax_of_unfunded: i64,
        /// The tax rate; none in the agent model.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vat: Option<BasisPoints>,
    },
    /// P9.
    SettledRefunded {
        /// Given back.
        amount: i64,
        /// Tax inside it.
        tax: i64,
        /// How much of it was still owed: it falls away, because nobody ever paid it.
        #[serde(default, skip_serializing_if = "is_zero")]
        of_debt: i64,
    },
    /// P10d.
    Repaid {
        /// No longer owed.
        amount: i64,
        /// How much of it is now really frozen: all of it while the hold is open, else nothing.
        thereof_frozen: i64,
    },
    /// Another hold stands behind this one in the account's queue.
    NextLinked {
        /// That hold.
        #[serde(with = "crate::raw_id")]
        next: HoldId,
    },
    /// It left the queue.
    LeftQueue {},
    /// P10e. Somebody asks to write off what it owes.
    WriteOffProposed {
        /// Who.
        maker: String,
        /// Why: for the record, never for the timeline.
        #[serde(skip)]
        evidence: String,
    },
    /// P10e. What it owed is written off.
    WrittenOff {
        /// How much.
        amount: i64,
        /// Who confirmed it.
        checker: String,
    },
    /// Machine M9. Told before the order was placed: kept until it is.
    KeptEarly {
        /// What was told.
        fact: EarlyFact,
    },
    /// What was kept is being done, or goes to a person.
    EarlyTaken {},
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(minor: &i64) -> bool {
    *minor == 0
}
