//! The shops of a simulated world: orders that are placed, shipped, completed, refunded and cancelled, told in snapshots that come
//! late, twice, in the wrong order, or contradict what was told before.

use std::sync::Arc;

use zaiton_app::orders::RecordOrder;
use zaiton_engine::Clock;
use zaiton_engine::command::short_hash;
use zaiton_kernel::{BasisPoints, Currency, Timestamp};
use zaiton_orders::Snapshot;
use zaiton_orders::order::{Channel, Promotion, SnapshotLine, SnapshotRefund, SnapshotRefundLine, Status};

use super::World;
use super::market::{Follow, PROGRAMMES, yuan};

/// An order as its shop has it.
pub(crate) struct ShopOrder {
    pub(crate) snapshot: Snapshot,
    /// Snapshots of before, told or not.
    before: Vec<Snapshot>,
}

impl World {
    /// A shop tells something: of a new order, or of one that moved on.
    pub(crate) fn shop(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, id, orders) = (keeper.environment, keeper.id, keeper.orders.len());
        let Some(merchant) = id else { return self.found(who) };
        let now = self.clock.now(environment);
        let snapshot = if orders == 0 || self.dice.chance(350) {
            let snapshot = self.new_order(who, now);
            if let Some(keeper) = self.market.shopkeepers.get_mut(who) {
                keeper.orders.push(ShopOrder { snapshot: snapshot.clone(), before: Vec::new() });
            }
            if self.dice.chance(60) {
                // What follows overtakes the placing, which comes with a later snapshot.
                return self.overtake(who, &snapshot, environment, merchant);
            }
            snapshot
        } else {
            let at = self.dice.index(orders);
            match self.move_on(who, at, now) {
                Some(snapshot) => snapshot,
                None => return,
            }
        };
        let (snapshot, refused) = self.contradict(snapshot, now);
        let body = serde_json::to_string(&snapshot).unwrap_or_default();
        let hash: String = short_hash(&[body.as_bytes()]).iter().map(|byte| format!("{byte:02x}")).collect();
        let content = format!("order/{hash}");
        let key = if self.dice.chance(600) { content } else { format!("order/{}", self.number()) };
        let command = RecordOrder { environment, merchant, order: snapshot };
        self.ask(Arc::new(command), &key, refused, Follow::Nothing);
    }

    fn new_order(&mut self, who: usize, now: Timestamp) -> Snapshot {
        let count = 1 + self.dice.index(3);
        let mut lines = Vec::new();
        let mut total = 0;
        for line in 1..=count {
            // The first merchant sells what is cheap: it has money left.
            let paid = self.dice.between(0, if who == 0 { 20_000 } else { 400_000 });
            total += paid;
            let sku = format!("SKU{}", self.dice.roll(50));
            lines.push(SnapshotLine { line: line.to_string(), sku, quantity: 1, paid: yuan(paid) });
        }
        let mut promotions = Vec::new();
        for programme in PROGRAMMES {
            if self.dice.chance(600) {
                let named = lines.iter().filter(|_| self.dice.chance(700)).map(|line| line.line.clone());
                let lines = named.collect();
                let rate = u32::try_from(self.dice.between(0, 3_000)).unwrap_or(0);
                let share = u32::try_from(self.dice.between(1, 10_000)).unwrap_or(0);
                promotions.push(Promotion {
                    programme: programme.into(),
                    promotion: "免息6期".into(),
                    rate_bps: BasisPoints::new(rate),
                    funded_share_bps: BasisPoints::new(share),
                    lines,
                });
            }
        }
        let placed_at =
            if self.dice.chance(100) { now.plus_seconds(-self.dice.between(0, 900_000)) } else { now };
        Snapshot {
            channel: Channel::OwnSite,
            shop: format!("shop-{who}"),
            channel_order_id: self.number().to_string(),
            currency: Currency::CNY,
            placed_at,
            updated_at: placed_at,
            status: Status::Placed,
            shipped_at: None,
            completed_at: None,
            cancelled_at: None,
            lines,
            refunds: Vec::new(),
            promotions,
            total: yuan(total),
            fees: Vec::new(),
        }
    }

    /// The order moves on; what is told may be its state now, or one of before.
    fn move_on(&mut self, who: usize, at: usize, now: Timestamp) -> Option<Snapshot> {
        let step = self.dice.index(10);
        let share = self.dice.between(1, 100);
        let line = self.dice.index(3);
        let order = self.market.shopkeepers.get_mut(who)?.orders.get_mut(at)?;
        let before = order.snapshot.clone();
        let now_is = &mut order.snapshot;
        let over = matches!(now_is.status, Status::Completed | Status::Cancelled);
        match step {
            0 | 1 if now_is.status == Status::Placed => {
                now_is.status = Status::Shipped;
                now_is.shipped_at = Some(now);
            }
            2..=4 if !over => {
                now_is.status = Status::Completed;
                now_is.completed_at = Some(now);
            }
            5 if !over => {
                now_is.status = Status::Cancelled;
                now_is.cancelled_at = Some(now);
            }
            6 | 7 if now_is.refunds.len() < 4 => {
                let bought = now_is.lines.get(line).or(now_is.lines.first())?;
                let refunded = now_is.refunds.iter().flat_map(|refund| &refund.lines);
                let back: i64 =
                    refunded.filter(|of| of.line == bought.line).map(|of| of.amount.minor()).sum();
                let left = bought.paid.minor() - back;
                let amount = (left * share / 100).max(if left > 0 { 1 } else { 0 });
                if amount > 0 {
                    let line = SnapshotRefundLine { line: bought.line.clone(), amount: yuan(amount) };
                    let reference = format!("R{}", now_is.refunds.len() + 1);
                    now_is.refunds.push(SnapshotRefund { reference, at: now, lines: vec![line] });
                }
            }
            _ => {}
        }
        if order.snapshot != before {
            order.snapshot.updated_at = now;
            order.before.push(before);
        }
        let (now_is, before) = (order.snapshot.clone(), order.before.clone());
        match self.dice.index(10) {
            0..=5 => Some(now_is),
            6 | 7 => self.dice.pick(&before).cloned().or(Some(now_is)),
            // Not told now: later snapshots tell it with theirs.
            _ => None,
        }
    }

    /// Now and then a shop says what cannot be. Some of it is refused, the rest is noted and changes nothing.
    fn contradict(&mut self, mut snapshot: Snapshot, now: Timestamp) -> (Snapshot, Option<&'static str>) {
        if !self.dice.chance(120) {
            return (snapshot, None);
        }
        match self.dice.index(8) {
            0 => {
                snapshot.lines.clear();
                return (snapshot, Some(""));
            }
            1 => {
                snapshot.status = Status::Completed;
                snapshot.completed_at = None;
                return (snapshot, Some(""));
            }
            2 => snapshot.total = yuan(snapshot.total.minor() + 1),
            3 => {
                if let Some(line) = snapshot.lines.first_mut() {
                    line.paid = yuan(line.paid.minor() + 100);
                }
            }
            4 => snapshot.completed_at = snapshot.completed_at.map(|at| at.plus_seconds(60)),
            5 => {
                snapshot.status = Status::Cancelled;
                snapshot.cancelled_at = Some(now);
            }
            6 => {
                if let Some(line) = snapshot.refunds.first_mut().and_then(|refund| refund.lines.first_mut()) {
                    line.amount = yuan(line.amount.minor() + 1);
                }
            }
            _ => {
                let Some(line) = snapshot.lines.first().map(|line| line.line.clone()) else {
                    return (snapshot, None);
                };
                let lines = vec![SnapshotRefundLine { line, amount: yuan(50_000_000) }];
                snapshot.refunds.push(SnapshotRefund { reference: "TOO-MUCH".into(), at: now, lines });
            }
        }
        (snapshot, None)
    }
}
