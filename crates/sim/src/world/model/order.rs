//! An order of the second book-keeping: which facts of a snapshot are news, and what they do to its fees.

use std::collections::BTreeMap;

use zaiton_app::orders::OrderReply;
use zaiton_app::prepaid::charge::ChargeFee;
use zaiton_app::prepaid::holds::HoldRef;
use zaiton_app::prepaid::programme_id;
use zaiton_kernel::{Id, Timestamp};
use zaiton_orders::Snapshot;
use zaiton_orders::order::{Channel, SnapshotRefund, Status};

use super::account::Merchant;
use super::hold::Change;
use super::parts::Money;
use super::{Found, Turn, differs};

/// An order.
pub(crate) struct Order {
    pub(crate) first: Snapshot,
    pub(crate) shipped: Option<Timestamp>,
    pub(crate) completed: Option<Timestamp>,
    pub(crate) cancelled: Option<Timestamp>,
    pub(crate) refunds: BTreeMap<String, i64>,
    /// Refunded by line.
    back: BTreeMap<String, i64>,
    /// Another order bears its fee (K-85, K-90).
    pub(crate) borne: bool,
    /// When the order was placed in whose place it stands.
    pub(crate) in_place_of: Option<Timestamp>,
    /// It bore its fee, and was called a part of another that bears its own: a person was told.
    pub(crate) twice: bool,
}

enum News {
    Shipped(Timestamp),
    Refunded(SnapshotRefund),
    Completed(Timestamp),
    Cancelled(Timestamp),
}

fn in_time_order(snapshot: &Snapshot) -> Vec<News> {
    let mut told: Vec<((Timestamp, u8, String), News)> = Vec::new();
    told.extend(snapshot.shipped_at.map(|at| ((at, 0, String::new()), News::Shipped(at))));
    for refund in &snapshot.refunds {
        told.push(((refund.at, 1, refund.reference.clone()), News::Refunded(refund.clone())));
    }
    told.extend(snapshot.completed_at.map(|at| ((at, 2, String::new()), News::Completed(at))));
    told.extend(snapshot.cancelled_at.map(|at| ((at, 3, String::new()), News::Cancelled(at))));
    told.sort_by(|one, other| one.0.cmp(&other.0));
    told.into_iter().map(|(_, news)| news).collect()
}

/// How an order is named everywhere.
pub(super) fn key_of(channel: Channel, shop: &str, order: &str) -> String {
    let channel = match channel {
        Channel::OwnSite => "own_site",
        Channel::Amazon => "amazon",
        Channel::Ebay => "ebay",
        Channel::Shopify => "shopify",
        Channel::WooCommerce => "woocommerce",
    };
    format!("{channel}/{shop}/{order}")
}

/// A snapshot makes sense by itself: something was bought, and how far it is has its moment.
pub(super) fn makes_sense(snapshot: &Snapshot) -> bool {
    let moment = match snapshot.status {
        Status::Placed => Some(snapshot.placed_at),
        Status::Shipped => snapshot.shipped_at,
        Status::Completed => snapshot.completed_at,
        Status::Cancelled => snapshot.cancelled_at,
    };
    !snapshot.lines.is_empty() && moment.is_some()
}

/// One line's fee: half a fen and more is a fen.
fn line_fee(paid: i64, rate: u32, share: u32) -> i64 {
    let exact = i128::from(paid) * i128::from(rate) * i128::from(share);
    i64::try_from((2 * exact + 100_000_000).div_euclid(200_000_000)).unwrap_or(i64::MAX)
}

impl Order {
    fn new(first: &Snapshot) -> Self {
        Self {
            first: first.clone(),
            shipped: None,
            completed: None,
            cancelled: None,
            refunds: BTreeMap::new(),
            back: BTreeMap::new(),
            borne: false,
            in_place_of: None,
            twice: false,
        }
    }

    /// Rule R1-19, K-90: what stands in another's place was bought when that one was.
    pub(super) fn bought(&self) -> Timestamp {
        self.in_place_of.map_or(self.first.placed_at, |at| at.min(self.first.placed_at))
    }

    pub(crate) fn key(snapshot: &Snapshot) -> String {
        key_of(snapshot.channel, &snapshot.shop, &snapshot.channel_order_id)
    }

    pub(crate) fn status(&self) -> &'static str {
        match (self.cancelled, self.completed, self.shipped) {
            (Some(_), _, _) => "cancelled",
            (None, Some(_), _) => "completed",
            (None, None, Some(_)) => "shipped",
            (None, None, None) => "placed",
        }
    }

    fn same_goods(&self, snapshot: &Snapshot) -> bool {
        let sorted = |of: &Snapshot| {
            let mut lines = of.lines.clone();
            lines.sort_by(|one, other| one.line.cmp(&other.line));
            lines
        };
        let (one, other) = (&self.first, snapshot);
        one.currency == other.currency
            && one.placed_at == other.placed_at
            && one.total == other.total
            && one.promotions == other.promotions
            && sorted(one) == sorted(other)
    }

    /// Takes what is news; false when it is none, or cannot be.
    fn hear(&mut self, news: &News) -> bool {
        match news {
            News::Shipped(at) => {
                let too_late = self.cancelled.is_some_and(|end| *at > end);
                let new = self.shipped.is_none() && !too_late;
                if new {
                    self.shipped = Some(*at);
                }
                new
            }
            News::Completed(at) => {
                let new = self.completed.is_none() && self.cancelled.is_none();
                if new {
                    self.completed = Some(*at);
                }
                new
            }
            News::Cancelled(at) => {
                let new = self.completed.is_none() && self.cancelled.is_none();
                if new {
                    self.cancelled = Some(*at);
                }
                new
            }
            News::Refunded(refund) => {
                let paid = |line: &str| {
                    self.first.lines.iter().find(|of| of.line == line).map_or(0, |of| of.paid.minor())
                };
                let too_much = refund.lines.iter().any(|line| {
                    line.amount.minor() > paid(&line.line) - self.back.get(&line.line).copied().unwrap_or(0)
                });
                if too_much || self.refunds.contains_key(&refund.reference) {
                    return false;
                }
                for line in &refund.lines {
                    *self.back.entry(line.line.clone()).or_default() += line.amount.minor();
                }
                let sum = refund.lines.iter().map(|line| line.amount.minor()).sum();
                self.refunds.insert(refund.reference.clone(), sum);
                true
            }
        }
    }

    fn fee(&self, programme: &str, whole: bool) -> i64 {
        let mut sum = 0;
        for promotion in self.first.promotions.iter().filter(|of| of.programme == programme) {
            for line in self.first.lines.iter().filter(|line| promotion.lines.contains(&line.line)) {
                let back = match (whole, self.cancelled) {
                    (true, _) => 0,
                    (false, Some(_)) => line.paid.minor(),
                    (false, None) => self.back.get(&line.line).copied().unwrap_or(0),
                };
                let (rate, share) = (promotion.rate_bps.get(), promotion.funded_share_bps.get());
                sum += line_fee(line.paid.minor() - back, rate, share);
            }
        }
        sum
    }
}

impl Merchant {
    /// Takes what is news of a snapshot; one that makes no sense by itself is parked, as a follow-up. `reply` is none when nobody
    /// is told: it is tried again, or followed from another order.
    pub(super) fn record_order(&mut self, said: &Money, reply: Option<&OrderReply>, turn: Turn<'_>) -> Found {
        if self.company.is_none() {
            return Err("an order of no merchant".into());
        }
        let snapshot = &said.order;
        if !makes_sense(snapshot) {
            self.parked += 1;
            return differs("a snapshot that makes no sense", reply, None);
        }
        let key = Order::key(snapshot);
        let new = !self.orders.contains_key(&key);
        let mut order = self.orders.remove(&key).unwrap_or_else(|| Order::new(snapshot));
        let mut facts = 0;
        if new {
            facts += 1;
            (order.borne, order.in_place_of) = (said.borne(), said.in_place_of());
            if !order.borne {
                self.charge_order(said, &order, &key, turn)?;
            }
        } else if order.borne && !said.borne() {
            facts += 1;
            (order.borne, order.in_place_of) = (false, said.in_place_of());
            self.fee_comes_over(said, &order, &key, turn)?;
        }
        let promoted = !order.first.promotions.is_empty();
        if !order.twice && !order.borne && said.borne() && promoted {
            order.twice = true;
            self.parts.story.push("orders called parts though they bear their fee");
        }
        if order.same_goods(snapshot) {
            for news in in_time_order(snapshot) {
                if order.hear(&news) {
                    facts += 1;
                    self.follow(&order, &key, &news, turn)?;
                }
            }
        }
        let expected = (new, facts, order.status().to_owned());
        self.orders.insert(key, order);
        let Some(reply) = reply else { return Ok(()) };
        let found = (reply.new, reply.facts, reply.status.to_string());
        differs("whether an order is new, its facts, its status", found, expected)
    }

    fn programmes(order: &Order) -> Vec<String> {
        let mut names: Vec<String> =
            order.first.promotions.iter().map(|promotion| promotion.programme.clone()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Whether an account has a fee of an order, or keeps something for one.
    fn has_fee(&self, programme: &str, key: &str) -> bool {
        let account = self.accounts.get(&programme_id(programme).raw());
        account.is_some_and(|account| account.fees.contains_key(key))
    }

    fn charge_order(&mut self, said: &Money, order: &Order, key: &str, turn: Turn<'_>) -> Found {
        for name in Self::programmes(order) {
            self.charge_programme(said, order, (key, &name), turn)?;
        }
        Ok(())
    }

    fn charge_programme(
        &mut self,
        said: &Money,
        order: &Order,
        (key, name): (&str, &str),
        turn: Turn<'_>,
    ) -> Found {
        let Some(account) = self.accounts.get(&programme_id(name).raw()) else { return Ok(()) };
        let bought = order.bought();
        let fee = order.fee(name, true);
        if fee == 0 || !account.bears(bought) {
            return Ok(());
        }
        let charge = ChargeFee {
            environment: said.environment,
            merchant: said.merchant,
            account: account.id,
            order: key.to_owned(),
            fee: zaiton_kernel::Money::new(fee, order.first.currency),
            placed_at: Some(bought),
        };
        self.charge(&charge, None, turn)
    }

    /// K-90: it bears its own fee from now on, with all that is known of it.
    fn fee_comes_over(&mut self, said: &Money, order: &Order, key: &str, turn: Turn<'_>) -> Found {
        self.parts.story.push("fees that came over to parts");
        for name in Self::programmes(order) {
            self.charge_programme(said, order, (key, &name), turn)?;
            if !self.has_fee(&name, key) {
                continue;
            }
            let hold = HoldRef::Order { programme: name.clone(), order: key.to_owned() };
            if order.cancelled.is_some() || !order.refunds.is_empty() {
                self.parts.story.push("fees that came over smaller");
                self.change(&hold, Change::Reduce(order.fee(&name, false)), None, turn)?;
            }
            if order.cancelled.is_none() && order.completed.is_some() {
                self.parts.story.push("fees that came over and were earned");
                self.change(&hold, Change::Settle, None, turn)?;
            }
        }
        Ok(())
    }

    fn follow(&mut self, order: &Order, key: &str, news: &News, turn: Turn<'_>) -> Found {
        if order.borne {
            return Ok(());
        }
        for name in Self::programmes(order) {
            if !self.has_fee(&name, key) {
                continue;
            }
            let hold = HoldRef::Order { programme: name.clone(), order: key.to_owned() };
            let change = match news {
                News::Shipped(_) => continue,
                News::Refunded(_) | News::Cancelled(_) => Change::Reduce(order.fee(&name, false)),
                News::Completed(_) => Change::Settle,
            };
            self.change(&hold, change, None, turn)?;
        }
        Ok(())
    }
}
