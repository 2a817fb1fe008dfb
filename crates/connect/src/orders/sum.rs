//! Sums of amounts that a channel gives one by one. Never gives a sum of which a part is not known.

use zaiton_kernel::Money;

/// Adds up amounts of which none may be lost: a sum of which a part could not be read is none.
pub(super) struct Sum {
    total: Option<Money>,
    broken: bool,
}

impl Sum {
    pub(super) fn new() -> Self {
        Self { total: None, broken: false }
    }

    /// Adds what was read at a place; absent adds nothing, unreadable breaks the sum.
    pub(super) fn add(&mut self, is_there: bool, read: Option<Money>) {
        match (read, self.total) {
            (None, _) => self.broken |= is_there,
            (Some(money), None) => self.total = Some(money),
            (Some(money), Some(total)) => match total.plus(money) {
                Ok(sum) => self.total = Some(sum),
                Err(_) => self.broken = true,
            },
        }
    }

    /// Takes away.
    pub(super) fn take(&mut self, is_there: bool, read: Option<Money>) {
        let negated = read.and_then(|money| Money::zero(money.currency()).minus(money).ok());
        self.add(is_there, negated);
    }

    /// Adds what must be there.
    pub(super) fn must(&mut self, read: Option<Money>) {
        self.add(true, read);
    }

    /// Whether every part could be read.
    pub(super) fn is_known(&self) -> bool {
        !self.broken
    }

    pub(super) fn total(self) -> Option<Money> {
        self.total.filter(|_| !self.broken)
    }
}

/// So many pieces at a price; `None` past 64 bits.
pub(super) fn pieces(price: Option<Money>, count: Option<u32>) -> Option<Money> {
    let (price, count) = price.zip(count)?;
    price.minor().checked_mul(i64::from(count)).map(|minor| Money::new(minor, price.currency()))
}

/// The first amount without the second; an absent second takes nothing.
pub(super) fn less(money: Option<Money>, off: Option<Money>) -> Option<Money> {
    let money = money?;
    match off {
        None => Some(money),
        Some(off) => money.minus(off).ok(),
    }
}

/// The size of an amount that a channel may write below zero.
pub(super) fn size(money: Option<Money>) -> Option<Money> {
    let money = money?;
    money.minor().checked_abs().map(|minor| Money::new(minor, money.currency()))
}

#[cfg(test)]
mod tests {
    use zaiton_kernel::Currency;

    use super::*;

    #[test]
    fn a_sum_with_a_part_that_cannot_be_read_is_none() {
        let yuan = |minor: i64| Some(Money::new(minor, Currency::CNY));
        let mut sum = Sum::new();
        sum.add(false, None);
        sum.add(true, yuan(5));
        sum.take(true, yuan(2));
        assert_eq!(sum.total(), yuan(3));
        let mut broken = Sum::new();
        broken.add(true, yuan(5));
        broken.must(None);
        assert_eq!(broken.total(), None);
        assert_eq!((pieces(yuan(5), Some(3)), pieces(yuan(i64::MAX), Some(2))), (yuan(15), None));
        assert_eq!((size(yuan(-5)), size(yuan(i64::MIN))), (yuan(5), None));
    }
}
