//! The shops of the demo: which orders are placed, and what becomes of each: sent, completed, returned, called off. Says
//! everything by files, as the channels write them; never works out a fee.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use zaiton_app::reports::DEFAULT_PROGRAMME;
use zaiton_connect::orders::Channel;
use zaiton_kernel::Timestamp;

use super::cast::{CAST, Dice, Shop};
use super::shapes;
use super::stage::{SECOND, Stage};
use crate::cli::Failure;
use crate::import::Say;
use crate::import_orders::{self, From};

/// One line of an order.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) sku: String,
    /// Minor units.
    pub(super) price: i64,
}

/// A promotion with which lines were sold.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) programme: &'static str,
    pub(super) name: &'static str,
    pub(super) term: &'static str,
    pub(super) rate_bps: i64,
    /// Lines, from 0.
    pub(super) lines: Vec<usize>,
}

/// What is odd about an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Twist {
    None,
    /// Its channel writes a word that nobody knows.
    UnknownWord,
    /// Its parts do not make its total.
    WrongTotal,
    /// Somebody tried the shop.
    Test,
    /// The channel sends it.
    SentByChannel,
    /// The shop works its fee out otherwise, by a yuan.
    OtherFee,
    /// One payment covers it and orders of other merchants: its reference and what it was for, minor units.
    Group(&'static str, i64),
    /// A part of another order.
    PartOf(String),
}

/// An order, as its shop knows it.
#[derive(Clone, Debug)]
pub(super) struct Living {
    pub(super) at: usize,
    pub(super) channel: Channel,
    /// Its number in the shop, from 1: unlike any other's.
    pub(super) number: u64,
    pub(super) placed: Timestamp,
    pub(super) items: Vec<Item>,
    pub(super) offers: Vec<Offer>,
    pub(super) ships: Option<Timestamp>,
    pub(super) completes: Option<Timestamp>,
    /// When the first line goes back.
    pub(super) refund: Option<Timestamp>,
    pub(super) cancels: Option<Timestamp>,
    pub(super) twist: Twist,
}

impl Living {
    /// All that happens to it, in the order of time.
    fn moments(&self) -> Vec<Timestamp> {
        let mut moments: Vec<Timestamp> =
            [Some(self.placed), self.ships, self.completes, self.refund, self.cancels]
                .into_iter()
                .flatten()
                .collect();
        moments.sort_unstable();
        moments
    }

    /// When it last changed, as it is known at a moment.
    pub(super) fn updated(&self, now: Timestamp) -> Timestamp {
        self.moments().into_iter().filter(|at| *at <= now).max().unwrap_or(self.placed)
    }

    /// Minor units.
    pub(super) fn total(&self) -> i64 {
        self.items.iter().map(|item| item.price).sum()
    }
}

/// All shops.
#[derive(Default)]
pub(super) struct Shops {
    living: Vec<Living>,
    pub(super) placed: u64,
    pub(super) told: u64,
}

/// What is offered: name, term, rate.
const OFFERS: [(&str, &str, i64); 3] =
    [("免息6期", "6", 450), ("免息3期", "3", 230), ("Pay in 12", "12", 750)];

impl Shops {
    /// Orders that come to the merchants' shops between two moments of a day.
    pub(super) fn open(
        &mut self,
        stage: &mut Stage<'_>,
        day: i64,
        [from, to]: [Timestamp; 2],
    ) -> Result<(), Failure> {
        for (at, company) in CAST.iter().enumerate() {
            if day < company.days[0] || day >= company.days[1] {
                continue;
            }
            // Two such spans a day.
            let count = company.orders / 2 + stage.dice.below(company.orders % 2 + 2);
            let first = !company.heeds || stage.offers(at, DEFAULT_PROGRAMME)?;
            let second = company.second && stage.offers(at, SECOND)?;
            for nth in 0..count {
                let channel = match company.shop {
                    Shop::Own => Channel::OwnSite,
                    Shop::Shopify => Channel::Shopify,
                    Shop::WooCommerce => Channel::WooCommerce,
                    Shop::Amazon if nth % 2 == 0 => Channel::Amazon,
                    Shop::Amazon => Channel::OwnSite,
                };
                let span = to.micros().saturating_sub(from.micros()) / 1_000_000;
                let placed = from.plus_seconds(stage.dice.between(1, span.max(1)));
                self.place(stage, at, channel, placed, [first, second]);
            }
        }
        Ok(())
    }

    fn place(
        &mut self,
        stage: &mut Stage<'_>,
        at: usize,
        channel: Channel,
        placed: Timestamp,
        [first, second]: [bool; 2],
    ) {
        let (company, dice) = (&CAST[at], &mut stage.dice);
        let items: Vec<Item> = (0..dice.between(1, 3))
            .map(|_| Item {
                sku: format!("{}-{:03}", company.code.to_uppercase(), dice.below(400)),
                price: dice.between(company.price[0] * 100, company.price[1] * 100),
            })
            .collect();
        let mut offers = Vec::new();
        if channel != Channel::Amazon && first && !dice.once_in(5) {
            let of = usize::try_from(dice.below(3)).unwrap_or(0);
            let (name, term, rate_bps) = OFFERS[of];
            let all = !dice.once_in(4);
            let lines = if all { (0..items.len()).collect() } else { vec![0] };
            offers.push(Offer { programme: DEFAULT_PROGRAMME, name, term, rate_bps, lines });
        }
        if channel != Channel::Amazon && offers.is_empty() && second {
            let lines = (0..items.len()).collect();
            offers
                .push(Offer { programme: SECOND, name: "花呗免息3期", term: "3", rate_bps: 180, lines });
        }
        let hours = |dice: &mut Dice, low: i64, high: i64| dice.between(low * 3_600, high * 3_600);
        let ships = placed.plus_seconds(hours(dice, 8, 60));
        let completes = ships.plus_seconds(hours(dice, 72, 160));
        let cancels = dice.once_in(28).then(|| placed.plus_seconds(hours(dice, 1, 7)));
        let refund =
            (cancels.is_none() && dice.once_in(12)).then(|| ships.plus_seconds(hours(dice, 24, 240)));
        let goes_on = |moment| if cancels.is_none() { Some(moment) } else { None };
        let (ships, completes) = (goes_on(ships), goes_on(completes));
        let (number, twist) = (0, Twist::None);
        let order =
            Living { at, channel, number, placed, items, offers, ships, completes, refund, cancels, twist };
        self.add(order);
    }

    /// An order that nobody threw the dice for; its number.
    pub(super) fn add(&mut self, mut order: Living) -> u64 {
        self.placed += 1;
        order.number = self.placed;
        self.living.push(order);
        self.placed
    }

    /// The shops tell what happened: own sites since a moment, in one file; the others, once a day, each in its own.
    pub(super) fn tell(
        &mut self,
        stage: &Stage<'_>,
        name: &str,
        own_since: Timestamp,
        others_since: Option<Timestamp>,
    ) -> Result<(), Failure> {
        let since =
            |order: &Living| if order.channel == Channel::OwnSite { Some(own_since) } else { others_since };
        let now = stage.now();
        let mut files: BTreeMap<(usize, &str), String> = BTreeMap::new();
        for order in &self.living {
            let Some(since) = since(order) else { continue };
            if !order.moments().iter().any(|at| *at > since && *at <= now) {
                continue;
            }
            self.told += 1;
            let (at, channel) = match order.channel {
                Channel::OwnSite => (0, "own-site"),
                Channel::Shopify => (order.at, "shopify"),
                Channel::WooCommerce => (order.at, "woocommerce"),
                Channel::Amazon | Channel::Ebay => (order.at, "amazon"),
            };
            let file = files.entry((at, channel)).or_default();
            // A text has room for everything: writing into it does not fail.
            let _ = writeln!(file, "{}", shapes::body(order, now));
        }
        for ((at, channel), text) in files {
            let code = CAST[at].code;
            let (of, whose) = match channel {
                "shopify" => (Channel::Shopify, Some(code)),
                "woocommerce" => (Channel::WooCommerce, Some(code)),
                "amazon" => (Channel::Amazon, Some(code)),
                _ => (Channel::OwnSite, None),
            };
            let said = whose.unwrap_or("all");
            let path = stage.write(&format!("orders/{name}-{said}.{channel}.ndjson"), &text)?;
            let from = From { file: &path, channel: of, merchant: whose, shop: whose.map(|_| "main") };
            import_orders::orders(stage.site, &from, Say::Nothing)?;
        }
        self.living
            .retain(|order| since(order).is_none() || order.moments().last().is_some_and(|last| *last > now));
        Ok(())
    }
}
