//! One fee of the second book-keeping: how much of it is frozen, owed, settled, given back; and what was told too early.

use zaiton_kernel::Id;
use zaiton_prepaid::HoldId;

/// A fee. Minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fee {
    pub(crate) id: HoldId,
    /// Below zero: the order is not placed yet.
    pub(crate) fee: i64,
    pub(crate) frozen: i64,
    pub(crate) unfunded: i64,
    pub(crate) owed: i64,
    pub(crate) released: i64,
    pub(crate) settled: i64,
    pub(crate) refunded: i64,
    /// The tax inside what was settled, basis points; none where it is the programme funder's (R1-22).
    pub(crate) tax: Option<u32>,
    /// What was told before the order was placed.
    pub(crate) early: Vec<Change>,
    /// Who asks to write off what it owes, and why.
    pub(crate) write_off: Option<(String, String)>,
}

/// What is told of an order that was placed, or will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Settle,
    Reduce(i64),
    Release(i64),
    Refund(i64),
}

/// What a change moved.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moved {
    pub(crate) released: i64,
    pub(crate) earned: i64,
    pub(crate) refunded: i64,
    /// How much of that was still owed: it falls away, and none of it is available.
    pub(crate) forgiven: i64,
    /// Something was given up or back: then debts are paid.
    pub(crate) gives: bool,
}

impl Fee {
    /// One whose order is not placed yet.
    pub(crate) fn waiting() -> Self {
        Self {
            id: HoldId::from_raw(0),
            fee: -1,
            frozen: 0,
            unfunded: 0,
            owed: 0,
            released: 0,
            settled: 0,
            refunded: 0,
            tax: None,
            early: Vec::new(),
            write_off: None,
        }
    }

    pub(crate) fn is_charged(&self) -> bool {
        self.fee >= 0
    }

    /// What is earned of it and kept: ours, tax, the programme funder's. Half a fen of tax and more is a fen.
    pub(crate) fn earned(&self) -> [i64; 3] {
        let kept = self.settled - self.refunded;
        let Some(rate) = self.tax.map(i64::from) else { return [0, 0, kept] };
        let tax = (2 * kept * rate + 10_000 + rate) / (2 * (10_000 + rate));
        [kept - tax, tax, 0]
    }

    /// All of it is over, and something is still owed.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_charged() && self.open() == 0 && self.owed > 0
    }

    pub(crate) fn open(&self) -> i64 {
        self.frozen + self.unfunded
    }

    /// Keeps what is told too early; a settling or a remaining fee that is told again is kept once.
    pub(crate) fn keep(&mut self, change: Change, most: usize) -> bool {
        let (sound, once) = match change {
            Change::Settle => (true, true),
            Change::Reduce(to) => (to >= 0, true),
            Change::Release(amount) | Change::Refund(amount) => (amount > 0, false),
        };
        if sound && once && self.early.contains(&change) {
            return true;
        }
        let room = sound && self.early.len() < most;
        if room {
            self.early.push(change);
        }
        room
    }

    /// Does what is told; none when it cannot be.
    pub(crate) fn take(&mut self, change: Change) -> Option<Moved> {
        let closed_settled = self.open() == 0 && self.settled > 0;
        match change {
            Change::Settle => {
                let earned = self.open();
                self.settled += earned;
                (self.frozen, self.unfunded) = (0, 0);
                Some(Moved { earned, ..Moved::default() })
            }
            Change::Release(amount) if amount > 0 && amount <= self.open() => Some(self.give_up(amount)),
            Change::Refund(amount)
                if closed_settled && amount > 0 && amount <= self.settled - self.refunded =>
            {
                Some(self.give_back(amount))
            }
            Change::Release(_) | Change::Refund(_) => None,
            Change::Reduce(to) => {
                let from = if closed_settled { self.settled - self.refunded } else { self.open() };
                match (from - to, closed_settled) {
                    (0, _) if to >= 0 => Some(Moved::default()),
                    (less, _) if less < 0 || to < 0 => None,
                    (less, true) => Some(self.give_back(less)),
                    (less, false) => Some(self.give_up(less)),
                }
            }
        }
    }

    /// What was never funded falls away first.
    fn give_up(&mut self, amount: i64) -> Moved {
        let debt = amount.min(self.unfunded);
        self.unfunded -= debt;
        self.owed -= debt;
        self.frozen -= amount - debt;
        self.released += amount;
        Moved { released: amount - debt, gives: true, ..Moved::default() }
    }

    /// What nobody paid falls away first.
    fn give_back(&mut self, amount: i64) -> Moved {
        self.refunded += amount;
        let forgiven = amount.min(self.owed);
        self.owed -= forgiven;
        Moved { refunded: amount, forgiven, gives: true, ..Moved::default() }
    }
}
