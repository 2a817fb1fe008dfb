//! Tests of channel orders: the newest message stands whatever the order of arrival, nothing is dropped, boundaries of R4-03,
//! R4-04, R4-07 to R4-10.

use proptest::prelude::*;
use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_424_000_000_000).plus_seconds(seconds)
}

/// A message: when the channel changed the order, and which of that moment.
fn message(updated: i64, nth: u8) -> Message {
    Message {
        channel: Channel::Amazon,
        shop: "us".into(),
        channel_order_id: "902-1845936-5435065".into(),
        display_no: None,
        original_order_id: None,
        payment_group: None,
        hash: format!("{:064x}", updated * 16 + i64::from(nth)),
        received_at: at(10_000),
        updated_at: at(updated),
        kind: Kind::Sale,
        stage: Stage::Placed,
        sold_on: SoldOn::External,
        money_held_by: MoneyHeldBy::Channel,
        fulfilled_by: FulfilledBy::Merchant,
        cancel_requested: false,
        ended_at: None,
        total: None,
        difference_minor: Some(0),
        unmapped: Vec::new(),
        payments: Vec::new(),
        snapshot: None,
        detail: "{}".into(),
    }
}

fn new() -> ChannelOrder {
    ChannelOrder::unseen(ChannelOrderId::from_raw(1), 2, &message(0, 0))
}

/// Takes a message; the names of its events, or the code of the refusal.
fn take(order: &mut ChannelOrder, message: &Message, again: bool) -> String {
    give(order, message, again, false)
}

/// Takes what the channel answers when it is asked for this order.
fn ask(order: &mut ChannelOrder, message: &Message) -> String {
    give(order, message, false, true)
}

fn give(order: &mut ChannelOrder, message: &Message, again: bool, asked: bool) -> String {
    let id = MessageId::from_raw(i64::try_from(order.messages.len()).unwrap() + 10);
    let command = Command::Take { message: Box::new(message.clone()), id, again, asked };
    match decide(order, command, at(20_000)) {
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
        Ok(decision) => {
            let mut names = Vec::new();
            for event in &decision.events {
                order.apply(event, Some((message, true)));
                let json = serde_json::to_value(event).unwrap();
                names.push(json["type"].as_str().unwrap().to_owned());
            }
            names.join(" ")
        }
    }
}

fn state_of(message: Message) -> String {
    let mut order = new();
    take(&mut order, &message, false);
    order.state.to_string()
}

/// Rule R4-03: the same payload ten times is one version.
#[test]
fn the_same_payload_makes_one_version() {
    let mut order = new();
    assert_eq!(take(&mut order, &message(5, 0), false), "taken");
    boundary::inside("R4-03", "the first time");
    for _ in 0..10 {
        assert_eq!(take(&mut order, &message(5, 0), false), "");
    }
    assert_eq!((order.version, order.messages.len()), (1, 1));
    boundary::outside("R4-03", "ten times again: still one version");
    assert_eq!(take(&mut order, &message(6, 0), false), "taken");
    assert_eq!(take(&mut order, &message(5, 0), false), "", "an old one again is known as well");
    assert_eq!((order.version, order.messages.len()), (2, 2));
}

/// Rule R4-04: older is kept and not applied; of one moment and different, the channel is asked.
#[test]
fn an_older_message_changes_nothing() {
    let mut order = new();
    take(&mut order, &message(5, 1), false);
    let before = order.clone();
    assert_eq!(take(&mut order, &message(4, 0), false), "archived");
    boundary::outside("R4-04", "a second older");
    assert_eq!((order.version, &order.hash, order.messages.len()), (1, &before.hash, 2));
    assert_eq!(take(&mut order, &message(5, 0), false), "archived ambiguous");
    assert_eq!(take(&mut order, &message(5, 2), false), "taken ambiguous");
    boundary::inside("R4-04", "of the same moment, and different: asked again");
    assert_eq!(take(&mut order, &message(6, 0), false), "taken");
    boundary::inside("R4-04", "a second newer");
}

/// Rule R4-04: what the channel answers when it is asked stands, whatever its hash; what is older still changes nothing.
#[test]
fn the_channels_own_answer_stands() {
    let mut order = new();
    take(&mut order, &message(5, 7), false);
    assert_eq!(take(&mut order, &message(5, 3), false), "archived ambiguous");
    assert_eq!(ask(&mut order, &message(5, 3)), "reinstated", "the one that was kept and not applied");
    assert_eq!((order.version, order.messages.len()), (2, 2));
    assert_eq!(order.hash, message(5, 3).hash);
    assert_eq!(ask(&mut order, &message(5, 3)), "");
    assert_eq!(take(&mut order, &message(5, 7), false), "", "the other one again is known");
    assert_eq!(ask(&mut order, &message(5, 1)), "taken", "one that was never seen");
    assert_eq!(ask(&mut order, &message(4, 0)), "archived", "from a replica that is behind");
    assert_eq!(ask(&mut order, &message(4, 0)), "");
    assert_eq!(order.hash, message(5, 1).hash);
    assert_eq!(ask(&mut order, &message(6, 0)), "taken");
    assert_eq!(ask(&mut new(), &message(1, 0)), "taken");
}

/// Rules R4-07 to R4-09: where a message puts its order.
#[test]
fn nothing_is_dropped() {
    let with = |change: fn(&mut Message)| {
        let mut message = message(1, 0);
        change(&mut message);
        state_of(message)
    };
    let odd =
        || Unmapped { field: "OrderStatus".into(), value: "Teleported".into(), code: "import.word".into() };
    let one_odd: fn(&mut Message) = |message| {
        message.unmapped = vec![Unmapped {
            field: "OrderStatus".into(),
            value: "Teleported".into(),
            code: "import.word".into(),
        }];
    };
    assert_eq!(with(|_| {}), "mapped");
    boundary::inside("R4-07", "every field is known");
    assert_eq!(with(one_odd), "unmapped");
    boundary::outside("R4-07", "a status that nobody knows: a task, and no order lost");
    assert_eq!(with(|message| message.difference_minor = Some(1)), "mapped");
    assert_eq!(with(|message| message.difference_minor = Some(-1)), "mapped");
    assert_eq!(with(|message| message.difference_minor = Some(2)), "math_mismatch");
    assert_eq!(with(|message| message.difference_minor = Some(i64::MIN)), "math_mismatch");
    assert_eq!(with(|message| message.difference_minor = None), "mapped");
    assert_eq!(with(|message| message.kind = Kind::Test), "ignored");
    boundary::outside("R4-08", "a test order is captured and ignored");
    assert_eq!(with(|message| message.kind = Kind::Other), "mapped");
    boundary::inside("R4-08", "any other order is not");
    assert_eq!(with(|message| message.fulfilled_by = FulfilledBy::Channel), "ignored");
    boundary::outside("R4-09", "sent by the channel: read only");
    assert_eq!(with(|message| message.fulfilled_by = FulfilledBy::PlatformWarehouse), "mapped");
    boundary::inside("R4-09", "sent by us");
    assert_eq!(with(|message| message.cancel_requested = true), "cancel_requested");
    assert_eq!(with(|message| message.stage = Stage::Cancelled), "cancelled_at_channel");
    assert_eq!(with(|message| message.stage = Stage::Failed), "cancelled_at_channel");
    // A trial drives no money, whoever sends it; what the channel sends does.
    let mut order = new();
    take(&mut order, &Message { kind: Kind::Test, ..message(1, 0) }, false);
    assert!(!order.drives_money());
    take(&mut order, &Message { fulfilled_by: FulfilledBy::Channel, ..message(2, 0) }, false);
    assert!(order.drives_money());
    take(&mut order, &Message { difference_minor: Some(2), ..message(3, 0) }, false);
    assert!(!order.drives_money());
    take(&mut order, &Message { unmapped: vec![odd()], ..message(4, 0) }, false);
    assert!(order.drives_money());
}

/// S14: what an order is to another one.
#[test]
fn an_order_names_its_original() {
    let named = |kind, original: Option<&str>| {
        let mut order = new();
        let original_order_id = original.map(str::to_owned);
        take(&mut order, &Message { kind, original_order_id, ..message(1, 0) }, false);
        (order.replaces(), order.original_key())
    };
    assert_eq!(named(Kind::Sale, None), (false, None));
    assert_eq!(named(Kind::Sale, Some("A")), (false, Some("amazon/us/A".into())));
    assert_eq!(named(Kind::Replacement, None), (true, None));
    assert_eq!(named(Kind::Exchange, Some("A")), (true, Some("amazon/us/A".into())));
    assert_eq!(named(Kind::Sale, Some("902-1845936-5435065")), (false, None), "itself");
}

/// Rule R4-09, K-87: what the channel sends itself moves money, so its sums are looked at as any other's; once accepted it is
/// read only, as before.
#[test]
fn sums_of_what_the_channel_sends_wait_for_a_person() {
    let mut order = new();
    let sent = Message { fulfilled_by: FulfilledBy::Channel, ..message(1, 0) };
    take(&mut order, &Message { difference_minor: Some(2), ..sent.clone() }, false);
    assert!(order.state == State::MathMismatch { difference_minor: 2 } && !order.drives_money());
    let accept = Command::Accept { by: "li".into(), reason: "asked".into() };
    for event in &decide(&order, accept, at(0)).unwrap().events {
        order.apply(event, None);
    }
    assert_eq!(order.state, State::Ignored { why: Ignored::ChannelFulfilled });
    assert!(order.drives_money() && order.accepted.is_some());
    let odd =
        Unmapped { field: "OrderStatus".into(), value: "Teleported".into(), code: "import.word".into() };
    assert_eq!(state_of(Message { unmapped: vec![odd], ..sent }), "ignored", "a word of it is nobody's task");
    let trial = Message { kind: Kind::Test, difference_minor: Some(2), ..message(2, 0) };
    assert_eq!(state_of(trial), "ignored", "nothing of a trial is counted");
}

/// S1: a person takes it as it is, or a reader that knows more reads it anew.
#[test]
fn what_waits_is_accepted_or_read_anew() {
    let mut order = new();
    let wrong = Message { difference_minor: Some(7), ..message(1, 0) };
    assert_eq!(take(&mut order, &wrong, false), "taken");
    let accept = |reason: &str| Command::Accept { by: "li".into(), reason: reason.into() };
    let give = |order: &mut ChannelOrder, command| match decide(order, command, at(0)) {
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
        Ok(decision) => {
            for event in &decision.events {
                order.apply(event, None);
            }
            order.state.to_string()
        }
    };
    assert_eq!(give(&mut order, accept(" ")), "orders.channel.reason");
    assert_eq!(give(&mut order, accept(&"x".repeat(501))), "orders.channel.reason");
    let mut read = order.clone();
    assert_eq!(give(&mut order, accept(&"x".repeat(500))), "mapped");
    assert_eq!(give(&mut order, accept("again")), "mapped");
    // Read anew after that: what a person said stands.
    assert_eq!(take(&mut order, &wrong, true), "");
    assert_eq!(take(&mut read, &message(1, 0), true), "read_anew");
    assert_eq!(read.state, State::Mapped);
    assert_eq!(give(&mut read, accept("why")), "orders.channel.nothing_to_accept");
    assert_eq!(take(&mut read, &message(2, 0), true), "orders.channel.not_current");
}

/// Rule R4-10: people are forgotten after the end, by ours or the channel's time where that is shorter.
#[test]
fn people_are_forgotten_when_it_is_over() {
    let mut order = new();
    take(&mut order, &message(0, 0), false);
    let code = |order: &ChannelOrder, now| match decide(order, Command::Forget, now) {
        Err(refusal) => Refusal::from(refusal).code.into_owned(),
        Ok(decision) => format!("{:?}", decision.events),
    };
    assert_eq!(code(&order, at(86_400 * 999)), "orders.channel.still_needed");
    take(&mut order, &Message { ended_at: Some(at(0)), stage: Stage::Completed, ..message(1, 0) }, false);
    let last = Timestamp::from_micros(at(86_400 * 30).micros() - 1);
    assert_eq!(code(&order, last), "orders.channel.still_needed");
    boundary::outside("R4-10", "a microsecond before thirty days are over (Amazon)");
    assert_eq!(code(&order, at(86_400 * 30)), "[Forgotten { messages: 2 }]");
    boundary::inside("R4-10", "thirty days after the end");
    order.apply(&Event::Forgotten { messages: 2 }, None);
    assert_eq!(code(&order, at(86_400 * 31)), "[]");
    assert_eq!([Channel::OwnSite, Channel::Ebay, Channel::Amazon].map(days_kept), [90, 90, 30]);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let code = |change: fn(&mut Message)| {
        let mut message = message(1, 0);
        change(&mut message);
        let mut order = ChannelOrder::unseen(ChannelOrderId::from_raw(1), 2, &message);
        take(&mut order, &message, false)
    };
    assert_eq!(code(|message| message.shop = "a/b".into()), "orders.channel.key");
    assert_eq!(code(|message| message.shop = String::new()), "orders.channel.key");
    assert_eq!(code(|message| message.channel_order_id = "1".repeat(60)), "orders.channel.key");
    assert_eq!(code(|message| message.hash = "12".into()), "orders.channel.hash");
    assert_eq!(code(|message| message.hash = "g".repeat(64)), "orders.channel.hash");
    assert_eq!(code(|message| message.detail = "x".repeat(DETAIL_BYTES + 1)), "orders.channel.detail");
    assert_eq!(code(|message| message.detail = "x".repeat(DETAIL_BYTES)), "taken");
    let mut order = new();
    let other = Message { channel_order_id: "another".into(), ..message(1, 0) };
    assert_eq!(take(&mut order, &other, false), "orders.channel.other_order");
}

#[test]
fn the_oldest_message_leaves_never_the_current_one() {
    let mut order = new();
    let newest = message(1_000_000, 0);
    take(&mut order, &newest, false);
    for nth in 0..MESSAGES {
        take(&mut order, &message(i64::try_from(nth).unwrap(), 0), false);
    }
    assert_eq!(order.messages.len(), MESSAGES);
    assert_eq!(order.messages.first().unwrap().hash, newest.hash);
}

proptest! {
    /// One state whatever the order of arrival, with duplicates.
    #[test]
    fn every_arrival_ends_alike(
        said in prop::collection::vec((0_i64..6, 0_u8..3), 1..8),
        shuffle in any::<prop::sample::Index>(),
        twice in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let messages: Vec<Message> = said
            .iter()
            .map(|(updated, nth)| Message {
                difference_minor: Some(i64::from(*nth)),
                stage: if *updated == 5 { Stage::Shipped } else { Stage::Placed },
                ..message(*updated, *nth)
            })
            .collect();
        let run = |messages: &[Message]| {
            let mut order = new();
            for message in messages {
                take(&mut order, message, false);
            }
            let mut known: Vec<String> = order.messages.iter().map(|known| known.hash.clone()).collect();
            known.sort_unstable();
            (order.state, order.stage, order.hash, order.updated_at, known)
        };
        let mut other = messages.clone();
        other.rotate_left(shuffle.index(messages.len()));
        for at in &twice {
            other.push(messages[at.index(messages.len())].clone());
        }
        let mut reversed = messages.clone();
        reversed.reverse();
        prop_assert_eq!(run(&messages), run(&other));
        prop_assert_eq!(run(&messages), run(&reversed));
    }
}
