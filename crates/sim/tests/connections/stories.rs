//! What happens to a connection and by it, story by story.

use serde_json::json;
use zaiton_app::channels::unread::DropUnread;
use zaiton_app::channels::{BeginSweep, Disconnect, Heed, PULL_EFFECT, PullChannel, PullNow};
use zaiton_app::orders::capture::CaptureOrder;
use zaiton_boundary as boundary;
use zaiton_effects::channels::Puller;
use zaiton_engine::Outcome;
use zaiton_engine::engine::Handler;
use zaiton_engine::outbox::Effect;
use zaiton_kernel::{Environment, Id, Timestamp};
use zaiton_orders::channel::{ChannelMessage, ChannelOrder};
use zaiton_orders::connection::{ConnectionId, Ended, State, Trouble};
use zaiton_orders::unread::{State as UnreadState, UnreadMessage};
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::process::until;

use crate::house::House;
use crate::shop::Shop;

on_both! { what_changes_comes_by_itself a_turn_carried_out_twice_counts_once a_turn_of_two_workers_counts_once
two_processes_share_the_work
the_sweep_finds_an_order_that_was_hidden of_two_messages_of_one_moment_the_channels_own_stands what_stands_again_is_kept_as_it_is_read_now
refused_credentials_wait_for_new_ones what_nobody_can_read_is_kept a_channel_that_is_down_is_told_of_and_caught_up_with }

fn far() -> i64 {
    -86_400
}

fn orders(house: &House) -> Vec<ChannelOrder> {
    let rows = house.opened.queries.records("channel_orders", 0, 10_000).unwrap();
    rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
}

fn placed_before(house: &House, shop: &Shop, many: u32) {
    (1..=many).for_each(|id| shop.place(id, house.now().plus_seconds(-3_600)));
}

fn unread(house: &House) -> Vec<UnreadMessage> {
    let rows = house.opened.queries.records("unread_messages", 0, 100).unwrap();
    rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
}

/// Rule R4-02: by its timers alone, and seen within seven minutes of its placing.
fn what_changes_comes_by_itself(database: &TestDatabase) {
    let (house, shop) = (House::new(database, 1), Shop::open());
    placed_before(&house, &shop, 620);
    let id = house.connect(&shop.url, "cs_1", Some(house.now().plus_seconds(far())));
    // More than a turn's share: it goes on at once, and once more, since what was begun is no look at the present.
    let after = house.turn(id, 3);
    assert_eq!((after.totals.new, orders(&house).len()), (620, 620));
    assert_eq!(after.last.as_ref().unwrap().ended, Ended::CaughtUp);
    assert_eq!(after.until, house.now().plus_seconds(-120), "two minutes are left to the channel");
    assert_eq!(after.due, Some(house.now().plus_seconds(300)));

    // The worst moment for an order: when the turn that is under way no longer sees it.
    shop.place(621, house.now().plus_seconds(-119));
    let placed = house.now().plus_seconds(-119);
    house.pass(300);
    let next = house.turn(id, after.turn + 1);
    assert_eq!(orders(&house).len(), 621);
    let waited = house.now().micros() - placed.micros();
    assert!(waited <= 420_000_000, "{waited}");
    boundary::inside("R4-02", "an order that the last turn just missed is here within seven minutes");
    // What is shown again within the overlap is known.
    assert_eq!((next.totals.new, next.totals.changed), (621, 0));
    house.pass(299);
    house.engine().settle(40).unwrap();
    assert_eq!(house.connection(id).turn, next.turn, "not before it is due");
    boundary::outside("R4-02", "a second early nothing is asked");
    house.stop();
}

fn a_turn_carried_out_twice_counts_once(database: &TestDatabase) {
    let (house, shop) = (House::new(database, 1), Shop::open());
    placed_before(&house, &shop, 5);
    let id = house.connect(&shop.url, "cs_1", Some(house.now().plus_seconds(far())));
    let after = house.turn(id, 1);
    // The worker's report was lost, and the effect is leased to another: it is over.
    let effect = |turn| Effect {
        id: zaiton_engine::outbox::EffectId::from_raw(77),
        lane: 0,
        due_at: None,
        kind: PULL_EFFECT.into(),
        body: serde_json::to_string(&PullChannel { connection: id, turn }).unwrap(),
        attempts: 2,
        lease_seconds: None,
        trace: None,
        error: None,
    };
    let lists = shop.with(|inside| inside.lists);
    let puller = Puller(std::sync::Arc::clone(&house.channels));
    puller.handle(house.engine(), house.partition(), &effect(1)).unwrap();
    assert_eq!(shop.with(|inside| inside.lists), lists, "a turn that is over asks nothing");
    assert_eq!(house.connection(id).totals, after.totals);
    let refused = house.call(PullNow {
        environment: Environment::Live,
        merchant: house.merchant,
        connection: ConnectionId::from_raw(5),
    });
    assert!(matches!(refused, Outcome::Refused { .. }), "{refused:?}");
    house.stop();
}

/// A worker stalls until its lease is over, and another does its turn at the same time: all is stored once, and one report
/// counts. So it ends, too, when the first died after it stored everything and before it told.
fn a_turn_of_two_workers_counts_once(database: &TestDatabase) {
    let (house, shop) = (House::without_puller(database), Shop::open());
    placed_before(&house, &shop, 130);
    let id = house.connect(&shop.url, "cs_1", Some(house.now().plus_seconds(far())));
    until("the turn is under way", || house.connection(id).under_way.is_some());
    let effect = |attempts| Effect {
        id: zaiton_engine::outbox::EffectId::from_raw(77),
        lane: 0,
        due_at: None,
        kind: PULL_EFFECT.into(),
        body: serde_json::to_string(&PullChannel { connection: id, turn: 1 }).unwrap(),
        attempts,
        lease_seconds: None,
        trace: None,
        error: None,
    };
    std::thread::scope(|scope| {
        for attempts in 1..=3 {
            let (house, effect) = (&house, effect(attempts));
            scope.spawn(move || {
                let puller = Puller(std::sync::Arc::clone(&house.channels));
                puller.handle(house.engine(), house.partition(), &effect).unwrap();
            });
        }
    });
    let after = house.connection(id);
    assert_eq!((after.turn, after.totals.messages, after.under_way), (1, 130, None));
    assert_eq!((orders(&house).len(), house.count("channel_messages")), (130, 130));
    house.stop();
}

/// Whatever the number of processes, each turn is asked once.
fn two_processes_share_the_work(database: &TestDatabase) {
    let (house, shop) = (House::new(database, 2), Shop::open());
    placed_before(&house, &shop, 3);
    let id = house.connect(&shop.url, "cs_1", Some(house.now().plus_seconds(far())));
    house.turn(id, 1);
    let mut lists = Vec::new();
    for turn in 2..=6 {
        let before = shop.with(|inside| inside.lists);
        house.pass(300);
        house.turn(id, turn);
        lists.push(shop.with(|inside| inside.lists) - before);
    }
    // One page that is full of what is known, and the look behind it.
    assert!(lists.iter().all(|asked| *asked == lists[0] && *asked <= 2), "{lists:?}");
    assert_eq!(orders(&house).len(), 3);
    house.stop();
}

/// Rule R4-05: one order is hidden from the first listing.
fn the_sweep_finds_an_order_that_was_hidden(database: &TestDatabase) {
    let (house, shop) = (House::new(database, 1), Shop::open());
    placed_before(&house, &shop, 4);
    shop.with(|inside| inside.hidden.insert(2));
    let id = house.connect(&shop.url, "cs_1", Some(house.now().plus_seconds(far())));
    house.turn(id, 1);
    assert_eq!(orders(&house).len(), 3);
    let due = house.connection(id).sweep_due;
    assert_eq!(due, Timestamp::parse("2026-03-02T18:00:00Z").unwrap(), "two at night in Shanghai");
    let seconds = (due.micros() - house.now().micros()) / 1_000_000;
    house.pass(seconds - 1);
    until("the turn is over", || house.connection(id).under_way.is_none() && house.connection(id).turn > 1);
    assert_eq!(house.connection(id).swept, None);
    boundary::outside("R4-05", "a second before two at night nothing is swept");
    house.pass(1);
    until("it is swept", || house.connection(id).swept.is_some());
    let after = house.connection(id);
    let found = &after.swept.as_ref().unwrap().found;
    assert_eq!((found.seen, found.missing, found.differing, found.fetched), (4, 1, 0, 1));
    assert_eq!(orders(&house).len(), 4);
    boundary::inside("R4-05", "the order that was hidden is found and fetched");
    assert_eq!(after.trouble, Some(Trouble::SweepDiffers { missing: 1, differing: 0, fetched: 1 }));
    assert_eq!(house.tasks(), ["channels.check channels.trouble.sweep_differs"]);
    house.give(Heed { environment: Environment::Live, merchant: house.merchant, connection: id });
    assert_eq!((house.tasks().len(), house.connection(id).trouble), (0, None));

    // The night after it finds an order whose total the list tells otherwise.
    shop.with(|inside| {
        inside.hidden.insert(3);
        inside.orders.get_mut(&3).unwrap().total = "11.00".into();
    });
    house.pass(86_400);
    until("it is swept again", || house.connection(id).swept.is_some_and(|swept| swept.found.differing == 1));
    let third = orders(&house).into_iter().find(|order| order.channel_order_id == "3").unwrap();
    assert_eq!(third.total.unwrap().to_string(), "11.00 CNY");
    let again = BeginSweep { environment: Environment::Live, merchant: house.merchant, connection: id, due };
    house.give(again);
    assert_eq!(shop.with(|inside| inside.fetched.clone()), [2, 3], "a sweep of long ago is not made again");
    house.stop();
}

/// Rule R4-04: equal time and different bytes: the channel is asked, and its answer stands, whatever its hash.
fn of_two_messages_of_one_moment_the_channels_own_stands(database: &TestDatabase) {
    let (house, shop) = (House::new(database, 1), Shop::open());
    shop.place(1, house.now().plus_seconds(-300));
    let id = house.connect(&shop.url, "cs_1", Some(house.now().plus_seconds(far())));
    house.turn(id, 1);
    for (nth, total) in [(1, "11.00"), (2, "12.00"), (3, "13.00"), (4, "14.00")] {
        // Within the second in which it changed it changes again.
        shop.with(|inside| inside.orders.get_mut(&1).unwrap().total = total.into());
        let next = house.connection(id).turn + 1;
        house.give(PullNow { environment: Environment::Live, merchant: house.merchant, connection: id });
        house.turn(id, next);
        until("the channel was asked", || {
            orders(&house)[0].total.unwrap().to_string() == format!("{total} CNY")
                && shop.with(|inside| inside.fetched.len()) == nth
        });
    }
    boundary::inside("R4-04", "of one moment and different: fetched, and the channel's answer stands");
    assert_eq!(orders(&house).len(), 1);
    until("nothing is left to do", || house.count("effects") == 0);
    house.stop();
}

/// Rule R4-04: an answer that was kept before is kept as it is read now, so that whoever follows it later follows that.
fn what_stands_again_is_kept_as_it_is_read_now(database: &TestDatabase) {
    let house = House::new(database, 1);
    let give = |hash: &str, detail: &str, asked| {
        let message = serde_json::from_value(json!({
            "channel": "woocommerce", "shop": "here", "channel_order_id": "1", "hash": hash.repeat(64),
            "received_at": house.now(), "updated_at": house.now(), "sold_on": "external",
            "money_held_by": "merchant", "fulfilled_by": "merchant", "detail": detail,
        }));
        let (environment, merchant, message) = (Environment::Live, house.merchant, message.unwrap());
        house.give(CaptureOrder { environment, merchant, message, sealed: None, again: false, asked })
    };
    assert!(!give("2", "{}", false).older);
    assert!(give("1", "{}", false).older, "of one moment the larger hash stands");
    assert_eq!(give("1", "{\"read\":\"by a newer program\"}", true).version, 2);
    let rows = house.opened.queries.records("channel_messages", 0, 10).unwrap();
    let kept = rows.iter().map(|row| serde_json::from_str::<ChannelMessage>(&row.body).unwrap());
    let kept: Vec<_> = kept.map(|kept| (kept.applied, kept.message.detail)).collect();
    assert_eq!(kept, [(true, "{}".to_owned()), (true, "{\"read\":\"by a newer program\"}".to_owned())]);
    house.stop();
}

fn refused_credentials_wait_for_new_ones(database: &TestDatabase) {
    let (house, shop) = (House::new(database, 1), Shop::open());
    placed_before(&house, &shop, 2);
    shop.with(|inside| inside.status = 401);
    let since = house.now().plus_seconds(far());
    let id = house.connect(&shop.url, "cs_old", Some(since));
    let after = house.turn(id, 1);
    assert_eq!(after.state, State::Refused { code: "unauthorised".into() });
    assert_eq!(after.until, since, "what was not read is not passed over");
    assert_eq!(house.tasks(), ["channels.check channels.trouble.credentials"]);
    assert_eq!(house.count("notices"), 1, "the merchant is told: only it can help");
    let lists = shop.with(|inside| {
        inside.status = 0;
        inside.lists
    });
    house.pass(7_200);
    house.engine().settle(40).unwrap();
    assert_eq!(shop.with(|inside| inside.lists), lists, "nobody knocks with a refused key");

    house.connect(&shop.url, "cs_new", None);
    let after = house.turn(id, 2);
    assert_eq!((after.totals.new, after.trouble, house.tasks().len()), (2, None, 0));
    let ended = |reason: &str| Disconnect {
        environment: Environment::Live,
        merchant: house.merchant,
        connection: id,
        reason: reason.into(),
    };
    assert!(matches!(house.call(ended(" ")), Outcome::Refused { .. }));
    assert_eq!(house.count("credentials"), 1);
    house.give(ended("the shop is closed"));
    assert_eq!(house.count("credentials"), 0, "credentials are erased");
    let turns = house.connection(id).turn;
    house.pass(600);
    house.engine().settle(40).unwrap();
    assert_eq!(house.connection(id).turn, turns);
    assert_eq!(orders(&house).len(), 2, "what was captured stays");
    house.stop();
}

/// Rules R4-07, R4-10: what is no order is kept once, however often it is shown, and nothing else is kept back by it.
fn what_nobody_can_read_is_kept(database: &TestDatabase) {
    let (house, shop) = (House::new(database, 1), Shop::open());
    placed_before(&house, &shop, 2);
    shop.with(|inside| inside.nonsense = Some(json!({ "number": "x", "billing": { "first_name": "Wei" } })));
    let id = house.connect(&shop.url, "cs_1", Some(house.now().plus_seconds(far())));
    let after = house.turn(id, 1);
    assert_eq!((after.totals.new, after.totals.unread), (2, 1));
    house.pass(300);
    house.turn(id, 2);
    let kept = unread(&house);
    assert_eq!(kept.len(), 1, "the same bytes again are the same message");
    assert_eq!((kept[0].state, kept[0].arrived.code.as_str()), (UnreadState::Waiting, "import.missing"));
    let place = kept[0].arrived.key();
    let sealer = zaiton_effects::sealing::Sealer::new(&[7; 32], zaiton_effects::sealing::system_random);
    let sealed = kept[0].sealed.clone().unwrap();
    let raw = sealer.raw(&place, &kept[0].arrived.hash, &sealed).unwrap();
    assert!(String::from_utf8(raw).unwrap().contains("\"number\":\"x\""));
    let headers = sealer.headers(&place, &kept[0].arrived.hash, &sealed).unwrap();
    assert!(headers.iter().any(|(name, _)| name == "x-wp-total"), "{headers:?}");
    boundary::inside("R4-10", "bytes and headers are kept, sealed");
    assert_eq!(house.tasks(), ["channels.check_unread channels.unread.waits"]);
    let drop = |reason: &str| DropUnread {
        environment: Environment::Live,
        merchant: house.merchant,
        unread: kept[0].id,
        reason: reason.into(),
    };
    assert!(matches!(house.call(drop("")), Outcome::Refused { .. }));
    house.give(drop("a draft of the shop's"));
    assert_eq!((house.tasks().len(), unread(&house)[0].sealed.clone()), (0, None));

    // Another one, which nobody looks at, is forgotten when its time is over.
    shop.with(|inside| inside.nonsense = Some(json!({ "number": "y" })));
    let next = house.connection(id).turn + 1;
    house.pass(300);
    house.turn(id, next);
    shop.with(|inside| inside.nonsense = None);
    assert_eq!(house.tasks().len(), 1);
    house.pass(90 * 86_400 - 1);
    house.engine().settle(40).unwrap();
    let waits = |house: &House| unread(house).iter().any(|one| one.state == UnreadState::Waiting);
    assert!(waits(&house));
    boundary::outside("R4-10", "a second before its ninety days are over it is there");
    house.pass(1);
    until("it is forgotten", || !waits(&house));
    boundary::inside("R4-10", "ninety days after it came it is forgotten");
    assert!(unread(&house).iter().all(|one| one.sealed.is_none()));
    house.stop();
}

/// Rule R4-06: a channel that is down is left alone longer and longer, told of after half an hour, and caught up with.
fn a_channel_that_is_down_is_told_of_and_caught_up_with(database: &TestDatabase) {
    let (house, shop) = (House::new(database, 1), Shop::open());
    placed_before(&house, &shop, 1);
    let id = house.connect(&shop.url, "cs_1", Some(house.now().plus_seconds(far())));
    let mut turn = house.turn(id, 1).turn;
    shop.with(|inside| inside.status = 503);
    shop.place(2, house.now().plus_seconds(60));
    let since = house.connection(id).until;
    let mut told = None;
    for _ in 0..20 {
        let due = house.connection(id).due.unwrap();
        house.pass((due.micros() - house.now().micros() + 999_999) / 1_000_000);
        turn = house.turn(id, turn + 1).turn;
        let now = house.connection(id);
        let behind = (house.now().micros() - since.micros()) / 1_000_000;
        assert_eq!(now.trouble.is_some(), behind > 1_800, "{behind} {:?}", now.trouble);
        if now.trouble.is_some() {
            told = Some(now);
            break;
        }
    }
    let told = told.unwrap();
    assert!(matches!(told.trouble, Some(Trouble::Late { .. })));
    assert_eq!(house.tasks(), ["channels.check channels.trouble.late"]);
    assert_eq!((told.until, orders(&house).len()), (since, 1));
    boundary::inside("R4-06", "a channel that is down for more than half an hour is told of");

    shop.with(|inside| inside.status = 0);
    for _ in 0..4 {
        let due = house.connection(id).due.unwrap();
        house.pass((due.micros() - house.now().micros() + 999_999) / 1_000_000);
        turn = house.turn(id, turn + 1).turn;
        if house.connection(id).trouble.is_none() {
            break;
        }
    }
    assert_eq!((orders(&house).len(), house.tasks().len()), (2, 0));
    boundary::outside("R4-06", "caught up, nothing is told any more");
    house.stop();
}
