//! The shops of a simulated world: orders that are placed, shipped, completed, refunded and cancelled on several channels. What is
//! told of them is next door; never knows what anybody makes of it.

use zaiton_engine::Clock;
use zaiton_kernel::{BasisPoints, Currency, Money, Timestamp};
use zaiton_orders::Snapshot;
use zaiton_orders::channel::{FulfilledBy, Kind, Message, MessagePayment, Stage};
use zaiton_orders::order::{Channel, Promotion, SnapshotLine, SnapshotRefund, SnapshotRefundLine, Status};

use super::World;
use super::market::{PROGRAMMES, yuan};

/// Words of a channel that are no step of an order's own: not paid yet, come to nothing, not known, all paid back, sent in part,
/// or on its way again after its end.
const WORDS: [Stage; 6] =
    [Stage::Pending, Stage::Failed, Stage::Unknown, Stage::Refunded, Stage::PartShipped, Stage::Shipped];

/// An order as its shop has it.
pub(crate) struct ShopOrder {
    /// Its money and its facts; its last change as well.
    pub(crate) snapshot: Snapshot,
    pub(super) beside: Beside,
    /// It is told of long after it was placed: the shop was connected late.
    past: bool,
    /// What was to be said of it so far, told or not.
    pub(super) said: Vec<Message>,
}

/// What a channel says of an order beside its facts.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Beside {
    pub(super) kind: Kind,
    pub(super) original: Option<String>,
    pub(super) fulfilled_by: FulfilledBy,
    /// A word instead of how far it is.
    pub(super) word: Option<Stage>,
    pub(super) wants_to_cancel: bool,
    pub(super) difference_minor: Option<i64>,
    /// How many fields nobody knows.
    pub(super) unmapped: usize,
    /// What the buyer pays for it in all, as it is told.
    pub(super) total: Option<Money>,
    /// The buyer's payment that is for other orders too, and what it knows of it.
    pub(super) group: Option<String>,
    pub(super) payments: Vec<MessagePayment>,
}

impl World {
    /// A shop tells something: of a new order, or of one that moved on.
    pub(crate) fn shop(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, id, orders) = (keeper.environment, keeper.id, keeper.orders.len());
        let Some(merchant) = id else { return self.found(who) };
        match self.dice.index(40) {
            0 | 1 => return self.split(who),
            2 | 3 => return self.end_original(who),
            _ => {}
        }
        let now = self.clock.now(environment);
        let message = if orders == 0 || self.dice.chance(350) {
            let order = self.new_order(who, now);
            let (snapshot, message) = (order.snapshot.clone(), order.said.last().cloned());
            if let Some(keeper) = self.market.shopkeepers.get_mut(who) {
                keeper.orders.push(order);
            }
            if self.dice.chance(60) {
                // What follows overtakes the placing, which comes with a later message.
                return self.overtake(who, &snapshot, environment, merchant);
            }
            message
        } else {
            let at = self.dice.index(orders);
            self.move_on(who, at, now)
        };
        let Some(message) = message else { return };
        let message = self.contradict(message, now);
        self.tell(environment, merchant, message);
    }

    fn new_order(&mut self, who: usize, now: Timestamp) -> ShopOrder {
        let channel = match self.dice.weighed(&[60, 15, 10, 15]) {
            0 => Channel::OwnSite,
            1 => Channel::Shopify,
            2 => Channel::WooCommerce,
            _ => Channel::Amazon,
        };
        self.order_on(who, channel, now)
    }

    /// A new order on a channel.
    pub(super) fn order_on(&mut self, who: usize, channel: Channel, now: Timestamp) -> ShopOrder {
        let shop = match channel {
            Channel::OwnSite => "shop",
            Channel::Shopify => "my",
            Channel::WooCommerce => "woo",
            Channel::Amazon | Channel::Ebay => "amz",
        };
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
        let promoted = channel == Channel::OwnSite || self.dice.chance(700);
        let promotions = if promoted { self.promotions(&lines) } else { Vec::new() };
        let past = self.dice.chance(150);
        let placed_at = match self.dice.index(10) {
            _ if past => now.plus_seconds(-86_400 * self.dice.between(20, 110)),
            0 => now.plus_seconds(-self.dice.between(0, 900_000)),
            _ => now,
        };
        let snapshot = Snapshot {
            channel,
            shop: format!("{shop}-{who}"),
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
        };
        let beside = Beside { total: Some(snapshot.total), ..self.beside(who, channel) };
        let mut order = ShopOrder { snapshot, beside, past, said: Vec::new() };
        order.say();
        order
    }

    fn promotions(&mut self, lines: &[SnapshotLine]) -> Vec<Promotion> {
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
        promotions
    }

    fn beside(&mut self, who: usize, channel: Channel) -> Beside {
        let kind = match self.dice.index(40) {
            0 => Kind::Test,
            1 => Kind::Replacement,
            2 => Kind::Exchange,
            3 => Kind::Sample,
            4 => Kind::Other,
            _ => Kind::Sale,
        };
        // A part of another order names it; what replaces one mostly does.
        let names = self.dice.chance(if kind == Kind::Sale { 30 } else { 600 });
        // Mostly one of the same channel: only there does the name mean anything.
        let any = self.dice.chance(200);
        let orders = self.market.shopkeepers.get(who).map_or(&[][..], |keeper| &keeper.orders);
        let fits = |order: &&ShopOrder| any || order.snapshot.channel == channel;
        let orders: Vec<_> = orders.iter().filter(fits).map(|order| &order.snapshot).collect();
        let original = self.dice.pick(&orders).map(|order| order.channel_order_id.clone());
        let fulfilled_by = match self.dice.index(20) {
            0 => FulfilledBy::PlatformWarehouse,
            1 => FulfilledBy::Unknown,
            2..=9 if channel == Channel::Amazon => FulfilledBy::Channel,
            _ => FulfilledBy::Merchant,
        };
        let word = self.dice.chance(60).then_some(Stage::Pending);
        let unmapped = if self.dice.chance(70) { 1 + self.dice.index(3) } else { 0 };
        let difference_minor = self.difference();
        Beside {
            kind,
            original: original.filter(|_| names),
            fulfilled_by,
            word,
            wants_to_cancel: false,
            difference_minor,
            unmapped,
            total: None,
            group: None,
            payments: Vec::new(),
        }
    }

    /// The total less its parts: mostly nothing, now and then a cent of rounding, or more.
    fn difference(&mut self) -> Option<i64> {
        match self.dice.index(40) {
            0..=3 => None,
            4 => Some(1),
            5 => Some(-1),
            6 => Some(2),
            7 => Some(-2),
            8 => Some(self.dice.between(-90_000, 90_000)),
            _ => Some(0),
        }
    }

    /// The order moves on; what is told may be its state now, or one of before.
    fn move_on(&mut self, who: usize, at: usize, now: Timestamp) -> Option<Message> {
        let step = self.dice.index(16);
        let other = self.another_name(who, at);
        let same_moment = self.dice.chance(80);
        let days = self.dice.between(3_600, 12 * 86_400);
        let order = self.market.shopkeepers.get(who)?.orders.get(at)?;
        let moment = order.next_moment(same_moment, days, now);
        let (facts, beside) = (order.snapshot.clone(), order.beside.clone());
        let mut snapshot = facts.clone();
        let mut next = beside.clone();
        match step {
            0..=7 => self.take_step(step, &mut snapshot, moment),
            8 => next.wants_to_cancel = !next.wants_to_cancel && self.dice.chance(700),
            9 => {
                let word = self.dice.pick(&WORDS).copied();
                next.word = if next.word.is_none() { word } else { None };
            }
            10 => (next.unmapped, next.difference_minor) = (0, Some(0)),
            11 => next.difference_minor = self.difference(),
            // It is over, and goes on again, or is over once more.
            12 if matches!(next.word, Some(Stage::Shipped | Stage::Refunded)) => next.word = None,
            12 if matches!(snapshot.status, Status::Completed | Status::Cancelled) => {
                next.word = Some(if self.dice.chance(500) { Stage::Shipped } else { Stage::Refunded });
            }
            // It is called something else: a part of another, or no part any more; sent again, or sold.
            13 => next.original = other,
            14 if self.dice.chance(300) => {
                next.kind = if next.kind == Kind::Sale { Kind::Replacement } else { Kind::Sale };
            }
            _ => {}
        }
        if next.word == Some(Stage::Pending) && self.dice.chance(400) {
            next.word = None;
        }
        let changed = snapshot != facts || next != beside;
        let order = self.market.shopkeepers.get_mut(who)?.orders.get_mut(at)?;
        if changed {
            (order.snapshot, order.beside) = (snapshot, next);
            order.snapshot.updated_at = moment;
            order.say();
        }
        let said = order.said.clone();
        match self.dice.index(10) {
            0..=5 => said.last().cloned(),
            6 | 7 => self.dice.pick(&said).cloned(),
            // Not told now: later messages tell it with theirs.
            _ => None,
        }
    }

    /// One step of an order's own: shipped, complete, cancelled, or some of it paid back.
    pub(super) fn take_step(&mut self, step: usize, now_is: &mut Snapshot, at: Timestamp) {
        let (share, line) = (self.dice.between(1, 100), self.dice.index(3));
        let over = matches!(now_is.status, Status::Completed | Status::Cancelled);
        match step {
            0 | 1 if now_is.status == Status::Placed => {
                now_is.status = Status::Shipped;
                now_is.shipped_at = Some(at);
            }
            2..=4 if !over => {
                now_is.status = Status::Completed;
                now_is.completed_at = Some(at);
            }
            5 if !over => {
                now_is.status = Status::Cancelled;
                now_is.cancelled_at = Some(at);
            }
            6 | 7 if now_is.refunds.len() < 4 => {
                let Some(bought) = now_is.lines.get(line).or(now_is.lines.first()) else { return };
                let refunded = now_is.refunds.iter().flat_map(|refund| &refund.lines);
                let back: i64 =
                    refunded.filter(|of| of.line == bought.line).map(|of| of.amount.minor()).sum();
                let left = bought.paid.minor() - back;
                let amount = (left * share / 100).max(if left > 0 { 1 } else { 0 });
                if amount > 0 {
                    let line = SnapshotRefundLine { line: bought.line.clone(), amount: yuan(amount) };
                    let reference = format!("R{}", now_is.refunds.len() + 1);
                    now_is.refunds.push(SnapshotRefund { reference, at, lines: vec![line] });
                }
            }
            _ => {}
        }
    }
}

impl ShopOrder {
    /// When it changes next: now; or, of one that is over for long, some days after its last change. Some channels count in
    /// moments so long that two changes have one.
    fn next_moment(&self, same: bool, days: i64, now: Timestamp) -> Timestamp {
        let last = self.snapshot.updated_at;
        let now = now.max(last.plus_seconds(1));
        match (same, self.past) {
            (true, _) => last,
            (false, true) => last.plus_seconds(days).min(now),
            (false, false) => now,
        }
    }
}
