//! A shop that changes while it is read, answers with errors, and a reader that stops and loses its place: for many
//! seeds, everything that the shop holds is handed over in the end, as it stands there. Nothing is ever skipped.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use zaiton_channels::{Client, Cursor, Known, Stop};
use zaiton_kernel::{Money, Timestamp};

use crate::common::{at, client, cursor, each};
use crate::server::{Asked, Reply, Server, Way};
use crate::woocommerce::access;
use crate::world::FakeWorld;

/// A small generator of numbers, the same for the same seed on every machine.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// An order of the shop: when it was placed and changed, and how often.
#[derive(Clone)]
struct Held {
    placed: Timestamp,
    changed: Timestamp,
    version: u64,
}

struct Shop {
    orders: BTreeMap<u64, Held>,
    chance: Xorshift,
    is_quiet: bool,
}

impl Shop {
    /// A change now: of an order, or a new one.
    fn change(&mut self, now: Timestamp) {
        // A shop counts seconds.
        let now = Timestamp::from_micros(now.micros() / 1_000_000 * 1_000_000);
        let next = u64::try_from(self.orders.len()).unwrap() + 1;
        let id = if self.chance.below(4) == 0 { next } else { self.chance.below((next - 1).max(1)) + 1 };
        let order = self.orders.entry(id).or_insert(Held { placed: now, changed: now, version: 0 });
        order.version += 1;
        order.changed = now;
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        if !self.is_quiet {
            for _ in 0..self.chance.below(4) {
                self.change(asked.at);
            }
            match self.chance.below(12) {
                0 => return Reply::status(500),
                1 => return Reply::status(429).with("Retry-After", self.chance.below(40)),
                2 => return Reply::json(r#"[{"id":1,"number":"#).way(Way::Cut),
                _ => {}
            }
        }
        let moment = |name: &str| asked.query(name).map(|text| at(&format!("{text}Z")));
        let is_in = |order: &Held| match (moment("modified_after"), moment("modified_before")) {
            (Some(from), Some(to)) => from <= order.changed && order.changed <= to,
            _ => moment("after").unwrap() <= order.placed && order.placed <= moment("before").unwrap(),
        };
        let found: Vec<String> = self
            .orders
            .iter()
            .filter(|(_, order)| is_in(order))
            .map(|(id, order)| text(*id, order))
            .collect();
        crate::woocommerce::page(&found, asked)
    }
}

fn text(id: u64, order: &Held) -> String {
    let utc = |at: Timestamp| at.to_string().trim_end_matches('Z').to_owned();
    format!(
        r#"{{"id":{id},"number":"{id}","status":"processing","currency":"USD","total":"{}.00",
        "date_created_gmt":"{}","date_modified_gmt":"{}","line_items":[]}}"#,
        order.version,
        utc(order.placed),
        utc(order.changed)
    )
}

/// What the reader keeps: of each order the newest message (rule R4-04).
type Kept = BTreeMap<String, Known>;

fn keep(kept: &mut Kept, message: &zaiton_channels::Message) {
    let order = message.order.as_ref().unwrap();
    let updated_at = order.updated_at.map(|moment| moment.at);
    let known = kept.entry(order.channel_order_id.clone()).or_insert(Known { total: None, updated_at: None });
    if updated_at >= known.updated_at {
        *known = Known { total: order.money.total, updated_at };
    }
}

/// One pull, by a reader that may stop in the middle, and may forget its place but not its cursor.
fn pull_once(client: &mut Client, from: &Cursor, kept: &mut Kept, chance: &mut Xorshift) -> Cursor {
    let mut left = if chance.below(3) == 0 { chance.below(200) } else { u64::MAX };
    let outcome = client.pull(from, &mut |message| {
        if left == 0 {
            return ControlFlow::Break(());
        }
        left -= 1;
        keep(kept, &message);
        ControlFlow::Continue(())
    });
    match outcome {
        Ok(pulled) => pulled.cursor,
        Err(stopped) => {
            let passes = matches!(stopped.why, Stop::Hand | Stop::CircuitOpen { .. });
            assert!(passes, "{}", stopped.why);
            assert_eq!(stopped.cursor.until, from.until);
            if chance.below(2) == 0 { Cursor { unfinished: None, ..stopped.cursor } } else { stopped.cursor }
        }
    }
}

fn run(seed: u64) {
    let world = FakeWorld::new();
    let mut shop = Shop { orders: BTreeMap::new(), chance: Xorshift(seed), is_quiet: false };
    for _ in 0..600 {
        let back = i64::try_from(shop.chance.below(3_000)).unwrap();
        shop.change(world.time().plus_seconds(-back));
    }
    let shop = Arc::new(Mutex::new(shop));
    let shared = Arc::clone(&shop);
    let server = Server::start(&world, move |asked, _| shared.lock().unwrap().answer(asked));
    let mut client = client(&server, &world, access());
    let (mut from, mut kept, mut chance) = (cursor(7_200), Kept::new(), Xorshift(seed ^ 0xdead_beef));
    for round in 0..14 {
        shop.lock().unwrap().is_quiet = round >= 10;
        let next = pull_once(&mut client, &from, &mut kept, &mut chance);
        assert!(next.until >= from.until);
        from = next;
        world.move_by(300);
    }
    // The last word: a reader that no longer stops.
    while client
        .pull(&from, &mut |message| {
            keep(&mut kept, &message);
            ControlFlow::Continue(())
        })
        .is_ok_and(|pulled| {
            from = pulled.cursor;
            !pulled.is_caught_up
        })
    {}
    let shop = shop.lock().unwrap();
    assert!(shop.orders.values().all(|order| order.changed <= from.until), "seed {seed}");
    let currency = kept.values().find_map(|known| known.total).unwrap().currency();
    for (id, order) in &shop.orders {
        let total = Some(Money::new(i64::try_from(order.version).unwrap() * 100, currency));
        let known = kept.get(&id.to_string()).copied();
        assert_eq!(known, Some(Known { total, updated_at: Some(order.changed) }), "seed {seed}, order {id}");
    }
    drop(shop);
    // Rule R4-05: the sweep agrees.
    let swept = client.sweep(&mut each(&|id| kept.get(id).copied())).unwrap();
    assert_eq!((swept.differing, swept.unread), (Vec::new(), 0), "seed {seed}");
}

/// Rules R4-02, R4-06.
#[test]
fn nothing_is_skipped_however_it_goes() {
    for seed in 1..=20 {
        run(seed);
    }
}
