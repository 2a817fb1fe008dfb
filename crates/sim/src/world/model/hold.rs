//! One fee of the second book-keeping: how much of it is frozen, owed, settled, given back.

use zaiton_prepaid::HoldId;

/// A fee. Minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fee {
    pub(crate) id: HoldId,
    pub(crate) fee: i64,
    pub(crate) frozen: i64,
    pub(crate) unfunded: i64,
    pub(crate) owed: i64,
    pub(crate) released: i64,
    pub(crate) settled: i64,
    pub(crate) refunded: i64,
}

impl Fee {
    pub(crate) fn open(&self) -> i64 {
        self.frozen + self.unfunded
    }

    /// Gives up so much; what goes back to the available balance.
    pub(crate) fn give_up(&mut self, amount: i64) -> i64 {
        let debt = amount.min(self.unfunded);
        self.unfunded -= debt;
        self.owed -= debt;
        self.frozen -= amount - debt;
        self.released += amount;
        amount - debt
    }

    /// Everything open is earned.
    pub(crate) fn earn(&mut self) -> i64 {
        let earned = self.open();
        self.settled += earned;
        self.frozen = 0;
        self.unfunded = 0;
        earned
    }

    /// What a smaller fee means: given up, given back, or impossible (none).
    pub(crate) fn shrink(&self, to: i64) -> Option<Shrink> {
        let closed_settled = self.open() == 0 && self.settled > 0;
        let from = if closed_settled { self.settled - self.refunded } else { self.open() };
        let less = from - to;
        if less < 0 || to < 0 {
            return None;
        }
        Some(match (less, closed_settled) {
            (0, _) => Shrink::Nothing,
            (less, true) => Shrink::Refund(less),
            (less, false) => Shrink::GiveUp(less),
        })
    }
}

/// See [`Fee::shrink`].
pub(crate) enum Shrink {
    Nothing,
    GiveUp(i64),
    Refund(i64),
}
