//! Which facts a snapshot adds, as tables, and that the order in which snapshots arrive means nothing.

use proptest::prelude::*;
use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;

const CNY: Currency = Currency::CNY;

fn at(hour: i64) -> Timestamp {
    Timestamp::parse("2026-03-02T00:00:00+08:00").unwrap().plus_seconds(hour * 3_600)
}

fn money(minor: i64) -> Money {
    Money::new(minor, CNY)
}

fn line(name: &str, paid: i64) -> SnapshotLine {
    SnapshotLine { line: name.to_owned(), sku: format!("SKU-{name}"), quantity: 1, paid: money(paid) }
}

/// An order of two lines, 1000.00 and 400.00; facts as `S3` (shipped at 3), `C9`, `X5` (cancelled),
/// `R4:a=300` (refund R4 at hour 4 of 3.00 of line a); the hour of the snapshot is that of its last fact.
fn snapshot(facts: &str) -> Snapshot {
    let mut snapshot = Snapshot {
        channel: Channel::OwnSite,
        shop: "SHOP1".to_owned(),
        channel_order_id: "A-1".to_owned(),
        currency: CNY,
        placed_at: at(0),
        updated_at: at(0),
        status: Status::Placed,
        shipped_at: None,
        completed_at: None,
        cancelled_at: None,
        lines: vec![line("a", 100_000), line("b", 40_000)],
        refunds: Vec::new(),
        promotions: vec![Promotion {
            programme: "BT".to_owned(),
            promotion: "P1".to_owned(),
            rate_bps: BasisPoints::new(250),
            funded_share_bps: BasisPoints::WHOLE,
            lines: vec!["a".to_owned()],
        }],
        fees: Vec::new(),
        total: money(140_000),
    };
    for fact in facts.split_whitespace() {
        add(&mut snapshot, fact);
    }
    snapshot
}

fn add(snapshot: &mut Snapshot, fact: &str) {
    let (kind, rest) = fact.split_at(1);
    let hour: i64 = rest.split(':').next().unwrap().parse().unwrap();
    snapshot.updated_at = snapshot.updated_at.max(at(hour));
    match kind {
        "S" => (snapshot.shipped_at, snapshot.status) = (Some(at(hour)), Status::Shipped),
        "C" => (snapshot.completed_at, snapshot.status) = (Some(at(hour)), Status::Completed),
        "X" => (snapshot.cancelled_at, snapshot.status) = (Some(at(hour)), Status::Cancelled),
        "U" => {}
        _ => {
            let (name, amount) = rest.split_once(':').unwrap().1.split_once('=').unwrap();
            let amount = money(amount.parse().unwrap());
            let lines = vec![SnapshotRefundLine { line: name.to_owned(), amount }];
            snapshot.refunds.push(SnapshotRefund { reference: format!("R{hour}"), at: at(hour), lines });
        }
    }
}

fn take(order: &mut Option<Order>, snapshot: &Snapshot) -> Result<Vec<Event>, OrderRefusal> {
    take_part(order, snapshot, None)
}

fn take_part(
    order: &mut Option<Order>,
    snapshot: &Snapshot,
    original: Option<&Original>,
) -> Result<Vec<Event>, OrderRefusal> {
    let events = decide_part(order.as_ref(), snapshot, original)?.events;
    if events.is_empty() {
        return Ok(events);
    }
    let first = || Order::first_seen(OrderId::from_raw(5), 2, snapshot).part_of(original);
    let order = order.get_or_insert_with(first);
    for event in &events {
        let json = serde_json::to_string(event).unwrap();
        order.apply(&serde_json::from_str(&json).unwrap());
    }
    let json = serde_json::to_string(order).unwrap();
    assert_eq!(&serde_json::from_str::<Order>(&json).unwrap(), order);
    Ok(events)
}

/// Events as words: `placed shipped@3 refunded@4 completed@9 touched`.
fn words(events: &[Event]) -> String {
    let hour = |moment: &Timestamp| (moment.micros() - at(0).micros()) / 3_600_000_000;
    let word = |event: &Event| match event {
        Event::Placed { .. } => "placed".to_owned(),
        Event::BearsItself { .. } => "bears-itself".to_owned(),
        Event::Shipped { at } => format!("shipped@{}", hour(at)),
        Event::Refunded { at, .. } => format!("refunded@{}", hour(at)),
        Event::Completed { at } => format!("completed@{}", hour(at)),
        Event::Cancelled { at } => format!("cancelled@{}", hour(at)),
        Event::Contradicted { what } => match what {
            Contradiction::Changed { field } => format!("changed-{field:?}"),
            Contradiction::Moved { fact, .. } => format!("moved-{fact:?}"),
            Contradiction::Excluded { fact, .. } => format!("excluded-{fact:?}"),
            Contradiction::RefundTooLarge { left_minor, .. } => format!("refund-too-large-{left_minor}"),
            Contradiction::RefundChanged { .. } => "refund-changed".to_owned(),
            Contradiction::TooManyRefunds { .. } => "too-many-refunds".to_owned(),
            Contradiction::BorneTwice => "borne-twice".to_owned(),
        },
        Event::Touched { .. } => "touched".to_owned(),
    };
    events.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// What the last of several snapshots adds.
fn check(snapshots: &[&str], want: &str) {
    let mut order = None;
    let mut events = Vec::new();
    for facts in snapshots {
        events = take(&mut order, &snapshot(facts)).unwrap();
    }
    assert_eq!(words(&events), want, "{snapshots:?}");
}

#[test]
fn a_snapshot_adds_only_what_is_new_in_the_order_of_time() {
    check(&[""], "placed");
    check(&["", ""], "");
    check(&["S3"], "placed shipped@3");
    check(&["C9"], "placed completed@9");
    check(&["S3 C9"], "placed shipped@3 completed@9");
    check(&["S3 R4:a=300 C9 R12:b=500"], "placed shipped@3 refunded@4 completed@9 refunded@12");
    check(&["S3 R9:a=300 C9"], "placed shipped@3 refunded@9 completed@9");
    check(&["", "S3"], "shipped@3 touched");
    check(&["S3", "S3 C9", "S3 C9"], "");
    check(&["S3 C9", "S3 C9 R12:a=100000"], "refunded@12 touched");
    check(&["", "U4"], "touched");
    check(&["X2"], "placed cancelled@2");
    check(&["S3", "S3 X5"], "cancelled@5 touched");
}

#[test]
fn an_older_snapshot_adds_at_most_what_was_not_seen() {
    check(&["S3 C9", ""], "");
    check(&["S3 C9", "S3"], "");
    check(&["C9", "S3"], "shipped@3");
    check(&["S3 C9", "S3 R4:a=300"], "refunded@4");
    let mut order = None;
    for facts in ["S3 C9", "S3", ""] {
        take(&mut order, &snapshot(facts)).unwrap();
    }
    assert_eq!(order.unwrap().status, Status::Completed);
}

#[test]
fn what_cannot_be_is_noted_once_and_not_applied() {
    check(&["S3 C9", "S3 C9 X10"], "excluded-Cancelled touched");
    check(&["S3 C9", "S3 C9 X10", "S3 C9 X10"], "");
    check(&["X5", "C9"], "excluded-Completed touched");
    check(&["X5", "S6 X5"], "excluded-Shipped touched");
    check(&["X5", "S4 X5"], "shipped@4");
    check(&["S3", "S4"], "moved-Shipped touched");
    check(&["C9", "C8"], "moved-Completed");
    check(&["R4:a=300", "R4:a=301"], "refund-changed");
    check(&["R4:a=100000"], "placed refunded@4");
    check(&["R4:a=100001"], "placed refund-too-large-100000");
    check(&["R4:a=60000", "R4:a=60000 R5:a=40001"], "refund-too-large-40000 touched");
    check(&["R4:a=60000", "R4:a=60000 R5:a=40000"], "refunded@5 touched");
    let mut order = None;
    take(&mut order, &snapshot("S3 C9")).unwrap();
    take(&mut order, &snapshot("S3 C9 X10")).unwrap();
    let order = order.unwrap();
    assert_eq!((order.status, order.cancelled_at), (Status::Completed, None));
    assert!(order.noted.iter().all(|what| !what.text().zh.is_empty()));
}

#[test]
fn what_never_changes_takes_nothing_of_the_snapshot() {
    let check = |change: fn(&mut Snapshot), want: &str| {
        let mut order = None;
        take(&mut order, &snapshot("")).unwrap();
        let mut changed = snapshot("S3");
        change(&mut changed);
        let before = order.clone().unwrap();
        assert_eq!(words(&take(&mut order, &changed).unwrap()), want);
        let after = order.clone().unwrap();
        assert_eq!(Order { noted: Vec::new(), ..after }, before);
        assert_eq!(words(&take(&mut order, &changed).unwrap()), "", "told once");
    };
    check(|s| s.placed_at = at(1), "changed-PlacedAt");
    check(|s| s.total = money(1), "changed-Total");
    check(|s| s.lines[0].paid = money(1), "changed-Lines");
    check(|s| s.lines.truncate(1), "changed-Lines");
    check(|s| s.promotions.clear(), "changed-Promotions");
    check(|s| (s.total, s.placed_at) = (money(1), at(1)), "changed-PlacedAt changed-Total");
    let mut order = None;
    take(&mut order, &snapshot("")).unwrap();
    let mut turned = snapshot("S3");
    turned.lines.reverse();
    assert_eq!(words(&take(&mut order, &turned).unwrap()), "shipped@3 touched");
}

#[test]
fn a_snapshot_must_make_sense_by_itself() {
    let check = |change: &dyn Fn(&mut Snapshot), want: &str| {
        let mut wrong = snapshot("S3 R4:a=300");
        change(&mut wrong);
        let refusal: Refusal = decide(None, &wrong).unwrap_err().into();
        assert_eq!(refusal.code, format!("orders.order.{want}"));
    };
    let usd = Money::new(1, Currency::from_code("USD").unwrap());
    check(&|s| s.shop.clear(), "key");
    check(&|s| s.shop = "A/B".to_owned(), "key");
    check(&|s| s.channel_order_id = "x".repeat(50), "key");
    check(&|s| s.status = Status::Completed, "time_missing");
    check(&|s| s.lines.clear(), "lines");
    check(&|s| s.lines = vec![line("a", 1); MAX_LINES + 1], "lines");
    check(&|s| s.lines[1].line = "a".to_owned(), "twice");
    check(&|s| s.refunds.push(s.refunds[0].clone()), "twice");
    check(&|s| s.refunds[0].lines = vec![s.refunds[0].lines[0].clone(); 2], "twice");
    check(&|s| s.refunds = vec![s.refunds[0].clone(); MAX_REFUNDS + 1], "too_many_refunds");
    check(&|s| s.refunds[0].lines[0].line = "z".to_owned(), "line_unknown");
    check(&|s| s.promotions[0].lines.push("z".to_owned()), "line_unknown");
    check(&|s| s.lines[0].paid = money(-1), "amount");
    check(&|s| s.total = money(-1), "amount");
    check(&|s| s.refunds[0].lines[0].amount = money(0), "amount");
    check(&|s| s.refunds[0].lines.clear(), "amount");
    check(&|s| s.total = usd, "currency");
    check(&|s| s.lines[0].paid = usd, "currency");
    check(&|s| s.currency = usd.currency(), "currency");
    check(&|s| s.lines[0].paid = money(i64::MAX), "overflow");
    let mut edge = snapshot("");
    edge.channel_order_id = "x".repeat(KEY_LETTERS - "own_site/SHOP1/".len());
    assert!(decide(None, &edge).is_ok());
    let mut order = None;
    take(&mut order, &snapshot("")).unwrap();
    let other: Refusal = decide(order.as_ref(), &edge).unwrap_err().into();
    assert_eq!(other.code, "orders.order.other_order");
    assert_eq!(order.unwrap().key(), "own_site/SHOP1/A-1");
}

/// Rule R1-39: what was paid, what is left, and the terms.
#[test]
fn promoted_lines_are_whole_and_what_remains() {
    let check = |facts: &str, programme: &str, want: &[(i64, i64)]| {
        let mut order = None;
        take(&mut order, &snapshot(facts)).unwrap();
        let lines = promoted_lines(&order.unwrap(), programme);
        let got: Vec<(i64, i64)> =
            lines.iter().map(|line| (line.paid.minor(), line.refunded.minor())).collect();
        assert_eq!(got, want, "{facts}");
        assert!(
            lines.iter().all(|line| line.rate == BasisPoints::new(250) && line.funded == BasisPoints::WHOLE)
        );
    };
    check("", "BT", &[(100_000, 0)]);
    check("R4:a=300 R5:b=100", "BT", &[(100_000, 300)]);
    check("R4:a=300 X5", "BT", &[(100_000, 100_000)]);
    check("", "OTHER", &[]);
}

#[test]
fn too_many_refunds_and_contradictions_are_bounded() {
    let mut order = None;
    let mut many = snapshot("");
    many.lines[0].paid = money(100_000);
    take(&mut order, &many).unwrap();
    let refund = |number: usize| SnapshotRefund {
        reference: format!("N{number}"),
        at: at(1),
        lines: vec![SnapshotRefundLine { line: "a".to_owned(), amount: money(1) }],
    };
    many.refunds = (0..MAX_REFUNDS).map(refund).collect();
    assert_eq!(take(&mut order, &many).unwrap().len(), MAX_REFUNDS);
    many.refunds = vec![refund(MAX_REFUNDS)];
    assert_eq!(words(&take(&mut order, &many).unwrap()), "too-many-refunds");
    for number in 0..=MAX_NOTED {
        many.refunds = vec![refund(MAX_REFUNDS + number)];
        take(&mut order, &many).unwrap();
    }
    assert_eq!(order.unwrap().noted.len(), MAX_NOTED);
}

/// A history without contradictions: facts at rising hours, and when each snapshot was taken.
fn histories() -> impl Strategy<Value = Vec<String>> {
    (any::<bool>(), 0_u8..3, prop::collection::vec((1_i64..40, prop::bool::ANY, 1_i64..8_000), 0..5))
        .prop_map(|(shipped, end, refunds)| {
            let mut facts: Vec<(i64, String)> = Vec::new();
            if shipped {
                facts.push((10, "S10".to_owned()));
            }
            match end {
                1 => facts.push((20, "C20".to_owned())),
                2 => facts.push((20, "X20".to_owned())),
                _ => {}
            }
            for (place, (hour, first, minor)) in (0..).zip(refunds) {
                let hour = hour + 50 * place;
                facts.push((hour, format!("R{hour}:{}={minor}", if first { "a" } else { "b" })));
            }
            facts.sort_by_key(|(hour, _)| *hour);
            let facts: Vec<String> = facts.into_iter().map(|(_, fact)| fact).collect();
            (0..=facts.len()).map(|count| facts[..count].join(" ")).collect()
        })
}

/// Reading K-90: the fee comes over to a part once, when its original no longer bears it, and never goes back.
#[test]
fn a_part_bears_its_own_fee_once_its_original_is_off() {
    let original = |bears, hour: i64| Original { bears, placed_at: Some(at(hour)) };
    let told = |order: &mut Option<Order>, facts: &str, original: Option<&Original>| {
        words(&take_part(order, &snapshot(facts), original).unwrap())
    };
    let mut order = None;
    assert_eq!(told(&mut order, "", Some(&original(true, -5))), "placed");
    assert!(order.as_ref().unwrap().borne);
    boundary::inside("K-85", "its original bears the fee");
    assert_eq!(told(&mut order, "S3", Some(&original(true, -5))), "shipped@3 touched");
    assert_eq!(told(&mut order, "S3", Some(&original(false, -5))), "bears-itself");
    let now = order.clone().unwrap();
    assert_eq!((now.borne, now.bought_at(), now.placed_at), (false, at(-5), at(0)));
    boundary::inside("K-90", "the original is off: it bears its own fee");
    assert_eq!(told(&mut order, "S3", Some(&original(false, -5))), "");
    assert_eq!(told(&mut order, "S3", Some(&original(true, -5))), "borne-twice");
    assert_eq!(told(&mut order, "S3", Some(&original(true, -5))), "", "told once");
    boundary::outside("K-90", "what it bears stays with it");
    // Off before it was heard of, or placed later than its part: never counted as bought later than it was placed.
    let mut order = None;
    assert_eq!(told(&mut order, "", Some(&original(false, 7))), "placed");
    let now = order.clone().unwrap();
    assert_eq!((now.borne, now.bought_at()), (false, at(0)));
    // It names no original any more.
    let mut order = None;
    told(&mut order, "", Some(&Original { bears: true, placed_at: None }));
    assert_eq!(told(&mut order, "C9", None), "bears-itself completed@9 touched");
    boundary::outside("K-85", "an order of its own");
}

/// Reading K-90: who bears the fee is the original's doing, and holds also while what is said of the part itself cannot be.
#[test]
fn a_part_bears_its_own_fee_though_what_is_said_of_it_cannot_be() {
    let odd = Snapshot { total: money(1), ..snapshot("S3") };
    let original = |bears| Original { bears, placed_at: None };
    let mut order = None;
    take_part(&mut order, &snapshot(""), Some(&original(true))).unwrap();
    let told = words(&take_part(&mut order, &odd, Some(&original(false))).unwrap());
    assert_eq!(told, "bears-itself changed-Total", "nothing else of it is taken");
    assert!(!order.as_ref().unwrap().borne);
    assert_eq!(words(&take_part(&mut order, &odd, Some(&original(true))).unwrap()), "borne-twice");
}

fn shuffled() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    histories().prop_flat_map(|history| {
        let last = history.len() - 1;
        let picks = prop::collection::vec(0..=last, 0..12);
        (Just(history), picks, any::<prop::sample::Index>()).prop_map(move |(history, mut picks, place)| {
            picks.insert(place.index(picks.len() + 1), last);
            let arrivals = picks.iter().map(|pick| history[*pick].clone()).collect();
            (history, arrivals)
        })
    })
}

proptest! {
    #[test]
    fn the_order_of_arrival_means_nothing((history, arrivals) in shuffled()) {
        let run = |snapshots: &[String]| {
            let mut order = None;
            let mut all = Vec::new();
            let mut status = Status::Placed;
            for facts in snapshots {
                all.extend(take(&mut order, &snapshot(facts)).unwrap());
                let now = order.as_ref().unwrap().status;
                assert!(now >= status, "status never goes back");
                status = now;
                for line in &order.as_ref().unwrap().lines {
                    assert!((0..=line.paid_minor).contains(&line.refunded_minor));
                }
            }
            (order.unwrap(), all)
        };
        let (straight, told) = run(&history);
        let (mixed, told_mixed) = run(&arrivals);
        prop_assert_eq!(&mixed, &straight);
        prop_assert!(straight.noted.is_empty());
        let facts = |events: &[Event]| {
            let told = events.iter().filter(|event| !matches!(event, Event::Touched { .. }));
            let mut facts: Vec<String> = told.map(|event| format!("{event:?}")).collect();
            facts.sort();
            facts
        };
        prop_assert_eq!(facts(&told), facts(&told_mixed), "each fact is told once");
    }
}
