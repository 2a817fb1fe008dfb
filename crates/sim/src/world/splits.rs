//! Orders of a simulated world that are split, merged, or named anew: parts that name an original, which is cancelled before,
//! after or never; told in any order. Never knows who bears their fee.

use zaiton_engine::Clock;
use zaiton_orders::channel::Kind;
use zaiton_orders::order::Status;

use super::shops::ShopOrder;
use super::{World, count};

impl World {
    /// A shop splits an order: parts of it are orders of their own from now on, and the order itself mostly ends.
    pub(super) fn split(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let now = self.clock.now(environment);
        let going_on = |order: &ShopOrder| matches!(order.snapshot.status, Status::Placed | Status::Shipped);
        let orders = keeper.orders.iter().enumerate().filter(|(_, order)| going_on(order));
        let orders: Vec<usize> = orders.map(|(at, _)| at).collect();
        let Some(at) = self.dice.pick(&orders).copied() else { return };
        let Some(whole) = keeper.orders.get(at).map(|order| order.snapshot.clone()) else { return };
        let parts = 1 + self.dice.index(2);
        let (ends, same_terms) = (self.dice.chance(450), self.dice.chance(600));
        let mut messages = Vec::new();
        for _ in 0..parts {
            let mut part = self.order_on(who, whole.channel, now);
            part.beside.kind = if self.dice.chance(900) { Kind::Sale } else { Kind::Exchange };
            part.beside.original = Some(whole.channel_order_id.clone());
            if same_terms {
                part.snapshot.lines.clone_from(&whole.lines);
                part.snapshot.promotions.clone_from(&whole.promotions);
                part.snapshot.total = whole.total;
            }
            messages.extend(part.say_first());
            if let Some(keeper) = self.market.shopkeepers.get_mut(who) {
                keeper.orders.push(part);
            }
        }
        let keeper = self.market.shopkeepers.get_mut(who);
        if let Some(order) = keeper.and_then(|keeper| keeper.orders.get_mut(at)).filter(|_| ends) {
            order.snapshot.status = Status::Cancelled;
            order.snapshot.cancelled_at = Some(now.max(order.snapshot.updated_at.plus_seconds(1)));
            messages.extend(order.say_now(now));
        }
        count(&mut self.counts, "orders split by a shop");
        while !messages.is_empty() {
            let next = self.dice.index(messages.len());
            let message = messages.swap_remove(next);
            // Some are told later, with what comes after.
            if self.dice.chance(800) {
                self.tell(environment, merchant, message);
            }
        }
    }

    /// An order that has parts already ends after all, whatever became of them meanwhile.
    pub(super) fn end_original(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let now = self.clock.now(environment);
        let named = |of: &ShopOrder| {
            let same = |part: &&ShopOrder| part.snapshot.channel == of.snapshot.channel;
            let mut parts = keeper.orders.iter().filter(same);
            parts.any(|part| part.beside.original.as_ref() == Some(&of.snapshot.channel_order_id))
        };
        let going_on = |order: &ShopOrder| matches!(order.snapshot.status, Status::Placed | Status::Shipped);
        let orders = keeper.orders.iter().enumerate().filter(|(_, order)| going_on(order) && named(order));
        let orders: Vec<usize> = orders.map(|(at, _)| at).collect();
        let Some(at) = self.dice.pick(&orders).copied() else { return };
        self.parts_move_on(who, at);
        let keeper = self.market.shopkeepers.get_mut(who);
        let Some(order) = keeper.and_then(|keeper| keeper.orders.get_mut(at)) else { return };
        order.snapshot.status = Status::Cancelled;
        order.snapshot.cancelled_at = Some(now.max(order.snapshot.updated_at.plus_seconds(1)));
        if let Some(message) = order.say_now(now) {
            count(&mut self.counts, "originals that ended after their parts were told");
            self.tell(environment, merchant, message);
        }
    }

    /// Some parts of an order are complete or paid back in part, and are told so.
    fn parts_move_on(&mut self, who: usize, at: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let Some(original) = keeper.orders.get(at).map(|order| order.snapshot.channel_order_id.clone())
        else {
            return;
        };
        let orders = keeper.orders.iter().enumerate();
        let parts = orders.filter(|(_, order)| order.beside.original.as_ref() == Some(&original));
        let parts: Vec<_> = parts.map(|(at, part)| (at, part.snapshot.clone())).collect();
        for (at, mut facts) in parts {
            if self.dice.chance(400) {
                continue;
            }
            let now = self.clock.now(environment).max(facts.updated_at.plus_seconds(1));
            let step = if self.dice.chance(500) { 6 } else { 2 };
            self.take_step(step, &mut facts, now);
            let keeper = self.market.shopkeepers.get_mut(who);
            let Some(part) = keeper.and_then(|keeper| keeper.orders.get_mut(at)) else { continue };
            part.snapshot = facts;
            if let Some(message) = part.say_now(now) {
                self.tell(environment, merchant, message);
            }
        }
    }

    /// What an order may name as its original from now on: another of its channel, or none.
    pub(super) fn another_name(&mut self, who: usize, at: usize) -> Option<String> {
        let orders = &self.market.shopkeepers.get(who)?.orders;
        let channel = orders.get(at)?.snapshot.channel;
        let others = orders.iter().filter(|order| order.snapshot.channel == channel);
        let others: Vec<_> = others.map(|order| order.snapshot.channel_order_id.clone()).collect();
        if self.dice.chance(500) { None } else { self.dice.pick(&others).cloned() }
    }
}
