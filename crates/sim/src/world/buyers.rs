//! The buyers of a simulated world who pay once for orders of several merchants (K-89): what they pay is captured, called off, paid
//! back or taken back, and their orders say so late, early, or in other words; some leave a payment for another, or come back.
//! Never knows how a payment stands.

use zaiton_engine::Clock;
use zaiton_kernel::{Currency, Environment, Money, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::{Kind, Message, MessagePayment, PaymentStatus};
use zaiton_orders::order::Channel;

use super::market::yuan;
use super::shops::ShopOrder;
use super::{World, count};

/// What becomes of a payment that was not captured yet.
const NEXT: [PaymentStatus; 8] = [
    PaymentStatus::Captured,
    PaymentStatus::Captured,
    PaymentStatus::Captured,
    PaymentStatus::Captured,
    PaymentStatus::Authorised,
    PaymentStatus::Voided,
    PaymentStatus::Failed,
    PaymentStatus::Unknown,
];

/// Letters of a payment's name, at most.
const LONGEST: usize = 100;

/// What a buyer pays at once.
pub(crate) struct Purchase {
    environment: Environment,
    channel: Channel,
    reference: String,
    payments: Vec<MessagePayment>,
}

/// Whose order, and which of them.
type Place = (usize, usize);

impl World {
    /// A buyer does something, or a shop with a buyer's order.
    pub(crate) fn buyer(&mut self, who: usize) {
        match self.dice.weighed(&[30, 45, 25]) {
            0 => self.buy(who),
            1 => self.pay(),
            _ => self.move_order(),
        }
    }

    /// One payment for new orders of several merchants, or of one that sells twice.
    fn buy(&mut self, who: usize) {
        let Some(environment) = self.market.shopkeepers.get(who).map(|keeper| keeper.environment) else {
            return;
        };
        let open = self.market.shopkeepers.iter().enumerate();
        let open = open.filter(|(_, keeper)| keeper.environment == environment && keeper.id.is_some());
        let open: Vec<usize> = open.map(|(at, _)| at).collect();
        let (now, most) = (self.clock.now(environment), 2 + self.dice.index(3));
        let sellers: Vec<usize> = (0..most).filter_map(|_| self.dice.pick(&open).copied()).collect();
        let channel = if self.dice.chance(900) { Channel::OwnSite } else { Channel::Shopify };
        let reference = format!("PAY-{}", self.number());
        // One shop writes whatever it likes.
        let reference = if self.dice.chance(25) { reference + &"?".repeat(LONGEST) } else { reference };
        let mut orders: Vec<(usize, ShopOrder)> = Vec::new();
        for seller in sellers {
            let order = self.order_on(seller, channel, now);
            orders.push((seller, order));
        }
        // What is no sale is paid for with it only now and then.
        let all = self.dice.chance(150);
        let paid = orders.iter().filter(|(_, order)| all || order.beside.kind == Kind::Sale);
        let sum = paid.map(|(_, order)| order.snapshot.total.minor()).sum();
        let payments = self.payments_of(&reference, sum, now);
        let mut messages = Vec::new();
        for (seller, mut order) in orders {
            order.beside.group = Some(reference.clone());
            if self.dice.chance(850) {
                order.beside.payments.clone_from(&payments);
            }
            messages.extend(order.say_first().map(|message| (seller, message)));
            if let Some(keeper) = self.market.shopkeepers.get_mut(seller) {
                keeper.orders.push(order);
            }
        }
        self.market.purchases.push(Purchase { environment, channel, reference, payments });
        count(&mut self.counts, "purchases of several orders");
        self.tell_all(messages);
        if self.dice.chance(200) {
            self.leave_at_once();
        }
    }

    /// An order of the newest purchase is none of its orders any more as soon as it is told.
    fn leave_at_once(&mut self) {
        let Some(purchase) = self.market.purchases.last() else { return };
        let orders = self.orders_of(purchase);
        let Some(place) = self.dice.pick(&orders).copied() else { return };
        let said = self.say_otherwise(place, |order| order.beside.group = None);
        self.tell_all(said.into_iter().collect());
    }

    /// One payment or two that make up a sum; now and then they do not, or in another currency, or nobody says how much.
    fn payments_of(&mut self, reference: &str, sum: i64, at: Timestamp) -> Vec<MessagePayment> {
        let first = if self.dice.chance(250) { self.dice.between(0, sum) } else { sum };
        let mut payments = Vec::new();
        for (nth, minor) in [first, sum - first].into_iter().enumerate() {
            if nth > 0 && minor == 0 {
                continue;
            }
            let amount = self.amount(minor);
            let captured = self.dice.chance(500);
            let status = if captured { PaymentStatus::Captured } else { PaymentStatus::Authorised };
            payments.push(MessagePayment { reference: format!("{reference}/{nth}"), status, at, amount });
        }
        payments
    }

    fn amount(&mut self, minor: i64) -> Option<Money> {
        match self.dice.index(20) {
            0 => None,
            1 => Currency::from_code("USD").ok().map(|dollars| Money::new(minor, dollars)),
            2 => Some(yuan(minor + self.dice.between(-500, 500))),
            _ => Some(yuan(minor)),
        }
    }

    /// The orders of a purchase, as the shops have them.
    fn orders_of(&self, purchase: &Purchase) -> Vec<Place> {
        let mut places = Vec::new();
        for (who, keeper) in self.market.shopkeepers.iter().enumerate() {
            for (at, order) in keeper.orders.iter().enumerate() {
                let named = order.beside.group.as_ref() == Some(&purchase.reference);
                if named && keeper.environment == purchase.environment {
                    places.push((who, at));
                }
            }
        }
        places
    }

    /// A payment moves on, or its amount is set right; some of its orders say so.
    fn pay(&mut self) {
        let recent = self.market.purchases.len().min(8);
        let at = self.market.purchases.len() - recent + self.dice.index(recent);
        let Some(purchase) = self.market.purchases.get(at) else { return };
        let (now, mut payments) = (self.clock.now(purchase.environment), purchase.payments.clone());
        let orders = self.orders_of(purchase);
        let totals = orders.iter().filter_map(|place| self.shop_order(*place)?.beside.total);
        let sum: i64 = totals.map(Money::minor).sum();
        let nth = self.dice.index(payments.len());
        let others = payments.iter().enumerate().filter(|(other, _)| *other != nth);
        let others: i64 = others.filter_map(|(_, other)| other.amount).map(Money::minor).sum();
        let Some(payment) = payments.get_mut(nth) else { return };
        let captured = payment.status == PaymentStatus::Captured;
        if self.dice.chance(if captured { 450 } else { 150 }) {
            payment.amount = Some(yuan(sum - others));
        } else if captured && self.dice.chance(600) {
            let back = self.dice.chance(600);
            payment.status = if back { PaymentStatus::Refunded } else { PaymentStatus::ChargedBack };
        } else if !captured {
            payment.status = self.dice.pick(&NEXT).copied().unwrap_or_default();
        }
        // Two words about one payment may have one moment.
        if self.dice.chance(850) {
            payment.at = now;
        }
        if let Some(purchase) = self.market.purchases.get_mut(at) {
            purchase.payments.clone_from(&payments);
        }
        let mut messages = Vec::new();
        for place in orders {
            if self.dice.chance(550) {
                let said = self.say_otherwise(place, |order| order.beside.payments.clone_from(&payments));
                messages.extend(said);
            }
        }
        self.tell_all(messages);
    }

    /// An order costs something else, or names another payment, or none; it may be back at once, and both are told in any order.
    fn move_order(&mut self) {
        let mut places = Vec::new();
        for (who, keeper) in self.market.shopkeepers.iter().enumerate() {
            for (at, order) in keeper.orders.iter().enumerate() {
                if order.beside.group.is_some() || self.dice.chance(60) {
                    places.push((who, at));
                }
            }
        }
        let Some(place) = self.dice.pick(&places).copied() else { return };
        let Some(before) = self.shop_order(place).map(|order| order.beside.clone()) else { return };
        if self.dice.chance(300) {
            let minor = self.shop_order(place).map_or(0, |order| order.snapshot.total.minor());
            let total = self.amount(minor);
            let said = self.say_otherwise(place, |order| order.beside.total = total);
            return self.tell_all(said.into_iter().collect());
        }
        let (environment, channel) = match self.shop_order(place).zip(self.market.shopkeepers.get(place.0)) {
            Some((order, keeper)) => (keeper.environment, order.snapshot.channel),
            None => return,
        };
        let fits = |purchase: &&Purchase| purchase.environment == environment && purchase.channel == channel;
        let fits: Vec<_> = self.market.purchases.iter().filter(fits).collect();
        let other = if self.dice.chance(500) { self.dice.pick(&fits) } else { None };
        let other = other.map(|other| (other.reference.clone(), other.payments.clone()));
        let mut messages = Vec::new();
        messages.extend(self.say_otherwise(place, |order| {
            let (group, payments) = other.unzip();
            (order.beside.group, order.beside.payments) = (group, payments.unwrap_or_default());
        }));
        if before.group.is_some() && self.dice.chance(500) {
            count(&mut self.counts, "orders that come back at once");
            messages.extend(self.say_otherwise(place, |order| {
                (order.beside.group, order.beside.payments) = (before.group, before.payments);
            }));
        }
        self.tell_all(messages);
    }

    fn shop_order(&self, (who, at): Place) -> Option<&ShopOrder> {
        self.market.shopkeepers.get(who)?.orders.get(at)
    }

    /// An order changes, and says so.
    fn say_otherwise(
        &mut self,
        (who, at): Place,
        change: impl FnOnce(&mut ShopOrder),
    ) -> Option<(usize, Message)> {
        let keeper = self.market.shopkeepers.get_mut(who)?;
        let now = self.clock.now(keeper.environment);
        let order = keeper.orders.get_mut(at)?;
        change(order);
        order.say_now(now).map(|message| (who, message))
    }

    /// Shops tell in any order; some of it is not told now.
    fn tell_all(&mut self, mut messages: Vec<(usize, Message)>) {
        while !messages.is_empty() {
            let next = self.dice.index(messages.len());
            let (who, message) = messages.swap_remove(next);
            let keeper = self.market.shopkeepers.get(who);
            let Some((environment, merchant)) = keeper.and_then(seller) else { continue };
            if self.dice.chance(930) {
                self.tell(environment, merchant, message);
            }
        }
    }
}

fn seller(keeper: &super::market::Shopkeeper) -> Option<(Environment, MerchantId)> {
    Some((keeper.environment, keeper.id?))
}
