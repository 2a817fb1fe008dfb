//! The sums of an order, brought to one form whatever the channel's, so that one rule can check them. Never rounds
//! and never fills a gap: a part that was not said, or could not be read, is absent.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, Money};

/// The sums of an order, all in one currency. Discounts are written as what they take off.
///
/// One sum must hold within a minor unit:
///
/// ```text
/// total = goods - goods_discount + shipping - shipping_discount + gift + fees + tax + duties + tip
/// ```
///
/// `tax` is only what comes on top of the prices. What is inside them is `tax_included`; what the channel takes for a
/// tax office itself is `tax_collected_by_channel`. Both are told beside the sum and are no part of it: tax that the
/// channel takes on top of the prices stands in `tax` as well when the total holds it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OrderMoney {
    /// The currency of every amount in the order; `None` when the order names no amount yet.
    pub currency: Option<Currency>,
    /// The currency that the buyer saw, where it is another one.
    pub presentment_currency: Option<Currency>,
    /// The total in the currency that the buyer saw.
    pub presentment_total: Option<Money>,
    /// What the buyer owes for the order as it was placed.
    pub total: Option<Money>,
    /// What it comes to now, after edits and refunds, where the channel says so.
    pub current_total: Option<Money>,
    /// Goods before discount.
    pub goods: Option<Money>,
    /// Taken off the goods.
    pub goods_discount: Option<Money>,
    /// Shipping before discount.
    pub shipping: Option<Money>,
    /// Taken off the shipping.
    pub shipping_discount: Option<Money>,
    /// Gift wrapping.
    pub gift: Option<Money>,
    /// Fees that the buyer pays; below zero where a shop books a discount as one.
    pub fees: Option<Money>,
    /// Taxes on top of the prices.
    pub tax: Option<Money>,
    /// Taxes inside the prices.
    pub tax_included: Option<Money>,
    /// Taxes that the channel takes and passes on itself, on top of the prices or inside them.
    pub tax_collected_by_channel: Option<Money>,
    /// Duties.
    pub duties: Option<Money>,
    /// Tip.
    pub tip: Option<Money>,
    /// Paid so far.
    pub paid: Option<Money>,
    /// Paid back so far, as the channel counts it.
    pub refunded: Option<Money>,
    /// What the channel charges the seller for the order.
    pub channel_fee: Option<Money>,
}

impl OrderMoney {
    /// `total` minus the sum of its parts, in minor units; `None` while the total or the goods are not known, so that
    /// there is nothing to compare. A difference past 64 bits is told as the largest there is.
    #[must_use]
    pub fn difference(&self) -> Option<i64> {
        let total = i128::from(self.total?.minor());
        self.goods?;
        let part = |money: Option<Money>| i128::from(money.map_or(0, Money::minor));
        let off = part(self.goods_discount) + part(self.shipping_discount);
        let on = [self.goods, self.shipping, self.gift, self.fees, self.tax, self.duties, self.tip];
        let difference = total - on.into_iter().map(part).sum::<i128>() + off;
        let end = if difference < 0 { i64::MIN } else { i64::MAX };
        Some(i64::try_from(difference).unwrap_or(end))
    }

    /// For channels that do not say whether the tax is in their prices, or in their total: the total says it. Takes the
    /// first figure with which the sum holds as `tax`, and the first of all when none does, so that the difference shows.
    pub(super) fn place_tax(&mut self, figures: &[Option<Money>]) {
        for tax in figures {
            self.tax = *tax;
            if self.difference() == Some(0) {
                return;
            }
        }
        self.tax = figures.first().copied().flatten();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_the_total_or_the_difference_is_told() {
        let yuan = |minor: i64| Some(Money::new(minor, Currency::CNY));
        let mut money = OrderMoney { total: yuan(11_00), goods: yuan(10_00), ..OrderMoney::default() };
        assert_eq!(money.difference(), Some(1_00));
        money.tax = yuan(1_00);
        assert_eq!(money.difference(), Some(0));
        let parts = OrderMoney {
            goods_discount: yuan(2_00),
            shipping: yuan(5_00),
            shipping_discount: yuan(1_00),
            gift: yuan(3),
            fees: yuan(-4),
            duties: yuan(7),
            tip: yuan(9),
            total: yuan(13_15),
            ..money.clone()
        };
        assert_eq!(parts.difference(), Some(0));
        // What is told beside the sum is no part of it.
        let beside = OrderMoney { tax_included: yuan(50), tax_collected_by_channel: yuan(60), ..parts };
        assert_eq!(beside.difference(), Some(0));
        assert_eq!(OrderMoney { goods: None, ..money.clone() }.difference(), None);
        assert_eq!(OrderMoney { total: None, ..money.clone() }.difference(), None);
        let huge = OrderMoney { total: yuan(i64::MIN), goods: yuan(i64::MAX), ..OrderMoney::default() };
        assert_eq!(huge.difference(), Some(i64::MIN));
    }

    #[test]
    fn the_total_says_whether_the_tax_is_in_the_prices() {
        let yuan = |minor: i64| Some(Money::new(minor, Currency::CNY));
        let placed = |total: i64| {
            let mut money = OrderMoney { total: yuan(total), goods: yuan(10_00), ..OrderMoney::default() };
            money.place_tax(&[yuan(1_00), None]);
            (money.tax, money.difference())
        };
        assert_eq!(placed(11_00), (yuan(1_00), Some(0)));
        assert_eq!(placed(10_00), (None, Some(0)));
        assert_eq!(placed(12_00), (yuan(1_00), Some(1_00)));
    }
}
