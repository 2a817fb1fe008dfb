//! A hold (machine M9): the fee of one order, frozen, owed, released, settled or refunded. Written at every
//! order, so its JSON is short. Never moves money itself: [`postings`] says what the ledger must book.

mod command;
mod decide;
mod event;
mod postings;
mod refusal;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod walks;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, Money};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide, repayment};
pub use event::Event;
pub use postings::postings;
pub use refusal::HoldRefusal;

use crate::account::AccountId;

zaiton_kernel::define_id!(
    /// The id of a hold.
    HoldId,
    "hd"
);

/// Letters of an order reference, at most.
pub const ORDER_LETTERS: usize = 64;

/// The fee of an order. All amounts are minor units of `currency`, none below zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    #[serde(with = "crate::raw_id")]
    pub id: HoldId,
    /// The account that bears the fee; the account names the programme.
    #[serde(rename = "a", with = "crate::raw_id")]
    pub account: AccountId,
    /// The order, by its key: at most [`ORDER_LETTERS`] letters.
    #[serde(rename = "o")]
    pub order: String,
    /// The account's currency.
    #[serde(rename = "k")]
    pub currency: Currency,
    /// The fee of the order when it was placed; `None` until it is charged.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub charged: Option<i64>,
    /// Given up before the order completed.
    #[serde(rename = "r", default, skip_serializing_if = "is_zero")]
    pub released: i64,
    /// Earned when the order completed.
    #[serde(rename = "s", default, skip_serializing_if = "is_zero")]
    pub settled: i64,
    /// Given back after that.
    #[serde(rename = "x", default, skip_serializing_if = "is_zero")]
    pub refunded: i64,
    /// Now in 2120.
    #[serde(rename = "f", default, skip_serializing_if = "is_zero")]
    pub frozen: i64,
    /// Now in 2125.
    #[serde(rename = "u", default, skip_serializing_if = "is_zero")]
    pub unfunded: i64,
    /// Now in 1120 for this hold.
    #[serde(rename = "w", default, skip_serializing_if = "is_zero")]
    pub owed: i64,
    /// Tax booked for what was settled, less what was taken back (principle 9).
    #[serde(rename = "t", default, skip_serializing_if = "is_zero")]
    pub tax: i64,
    /// The tax rate it settled under, in basis points; none before, and none when it settled for the funder
    /// (agent model). Kept so that a refund reverses exactly, whatever the policy says by then.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub vat: Option<zaiton_kernel::BasisPoints>,
    /// The hold after this one in the account's queue of holds that owe.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none", with = "crate::raw_id::option")]
    pub next_in_arrears: Option<HoldId>,
    /// It stands in that queue. A hold that owes nothing any more may still stand there until it is its turn.
    #[serde(rename = "q", default, skip_serializing_if = "is_false")]
    pub queued: bool,
    /// P10e. Who asks to write off what it owes, and why: somebody else confirms it.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub write_off: Option<Box<(String, String)>>,
    /// Machine M9. What was said of the order before it was placed, in the order it was told. At most
    /// [`MOST_EARLY`]; empty once it is charged.
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    pub early: Vec<EarlyFact>,
}

/// What is kept of one order that is not placed yet, at most.
pub const MOST_EARLY: usize = 20;

/// Machine M9. Something that was told of an order before its placing: done as soon as it is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EarlyFact {
    /// It completed.
    Settle,
    /// It became smaller: the fee of what remains, minor units.
    Reduce(i64),
    /// So much of the fee is given up, minor units.
    Release(i64),
    /// So much of what was settled is given back, minor units.
    Refund(i64),
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(minor: &i64) -> bool {
    *minor == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Where a hold stands, read off its amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Not charged yet.
    Requested,
    /// All of the fee is frozen.
    Frozen,
    /// Nothing is frozen, what remains is owed.
    Unfunded,
    /// One part is frozen, one is owed.
    PartlyFunded,
    /// A part was released, what remains is frozen.
    PartlyReleased,
    /// Nothing remains and nothing was settled (also a fee of zero).
    Released,
    /// Nothing remains: all was settled.
    Settled,
    /// Nothing remains: a part was released, a part settled.
    MixedClosed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Requested,
        Self::Frozen,
        Self::Unfunded,
        Self::PartlyFunded,
        Self::PartlyReleased,
        Self::Released,
        Self::Settled,
        Self::MixedClosed,
    ];
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requested => "requested",
            Self::Frozen => "frozen",
            Self::Unfunded => "unfunded",
            Self::PartlyFunded => "partly_funded",
            Self::PartlyReleased => "partly_released",
            Self::Released => "released",
            Self::Settled => "settled",
            Self::MixedClosed => "mixed_closed",
        })
    }
}

impl Hold {
    /// A hold before it is charged.
    #[must_use]
    pub const fn requested(id: HoldId, account: AccountId, order: String, currency: Currency) -> Self {
        Self {
            id,
            account,
            order,
            currency,
            charged: None,
            released: 0,
            settled: 0,
            refunded: 0,
            frozen: 0,
            unfunded: 0,
            owed: 0,
            tax: 0,
            vat: None,
            next_in_arrears: None,
            queued: false,
            write_off: None,
            early: Vec::new(),
        }
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> State {
        match (self.charged, self.frozen > 0, self.unfunded > 0) {
            (None, _, _) => State::Requested,
            (Some(_), true, true) => State::PartlyFunded,
            (Some(_), false, true) => State::Unfunded,
            (Some(_), true, false) if self.released > 0 => State::PartlyReleased,
            (Some(_), true, false) => State::Frozen,
            (Some(_), false, false) if self.settled == 0 => State::Released,
            (Some(_), false, false) if self.released > 0 => State::MixedClosed,
            (Some(_), false, false) => State::Settled,
        }
    }

    /// What is neither released nor settled: frozen and unfunded together.
    #[must_use]
    pub const fn remains(&self) -> Money {
        self.money(self.frozen + self.unfunded)
    }

    /// What is owed for it (1120).
    #[must_use]
    pub const fn owes(&self) -> Money {
        self.money(self.owed)
    }

    /// Minor units as money of this hold.
    #[must_use]
    pub const fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// The ledger page's invariant 3 and what follows from it; says which part does not hold.
    ///
    /// # Errors
    /// The sentence that is not true.
    pub fn check(&self) -> Result<(), &'static str> {
        let charged = self.charged.unwrap_or(0);
        let amounts = [
            charged,
            self.released,
            self.settled,
            self.refunded,
            self.frozen,
            self.unfunded,
            self.owed,
            self.tax,
        ];
        let rules = [
            (amounts.iter().all(|minor| *minor >= 0), "an amount is below zero"),
            (
                self.frozen + self.unfunded == charged - self.released - self.settled,
                "frozen + unfunded is not charged - released - settled",
            ),
            (self.refunded <= self.settled, "more was refunded than settled"),
            (self.tax <= self.settled - self.refunded, "the tax is more than what it is inside of"),
            (self.owed >= self.unfunded, "less is owed than is unfunded"),
            (self.owed <= self.unfunded + self.settled, "more is owed than was never funded"),
            (self.remains().is_zero() || self.owed == self.unfunded, "open, and owed is not unfunded"),
            (self.owed == 0 || self.queued, "it owes and stands in no queue"),
            (self.next_in_arrears.is_none() || self.queued, "it names a next one and stands in no queue"),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, broken)| Err(broken))
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match *event {
            Event::Charged { fee, frozen, unfunded } => {
                self.charged = Some(fee);
                self.frozen = frozen;
                self.unfunded = unfunded;
                self.owed = unfunded;
                self.queued = unfunded > 0;
            }
            Event::Released { from_unfunded, from_frozen } => {
                self.unfunded -= from_unfunded;
                self.owed -= from_unfunded;
                self.frozen -= from_frozen;
                self.released += from_unfunded + from_frozen;
            }
            Event::Settled { from_frozen, from_unfunded, tax_of_frozen, tax_of_unfunded, vat } => {
                self.frozen -= from_frozen;
                self.unfunded -= from_unfunded;
                self.settled += from_frozen + from_unfunded;
                self.tax += tax_of_frozen + tax_of_unfunded;
                self.vat = vat;
            }
            Event::SettledRefunded { amount, tax, of_debt } => {
                self.refunded += amount;
                self.tax -= tax;
                self.owed -= of_debt;
            }
            Event::Repaid { amount, thereof_frozen } => {
                self.owed -= amount;
                self.unfunded -= thereof_frozen;
                self.frozen += thereof_frozen;
            }
            Event::NextLinked { next } => self.next_in_arrears = Some(next),
            Event::LeftQueue {} => {
                self.queued = false;
                self.next_in_arrears = None;
            }
            Event::WriteOffProposed { ref maker, ref evidence } => {
                self.write_off = Some(Box::new((maker.clone(), evidence.clone())));
            }
            Event::WrittenOff { amount, .. } => {
                self.owed -= amount;
                self.write_off = None;
            }
            Event::KeptEarly { fact } => self.early.push(fact),
            Event::EarlyTaken {} => self.early.clear(),
        }
    }
}
