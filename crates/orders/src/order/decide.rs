//! What a snapshot adds to what is known of an order. Never takes a fact back.

use zaiton_kernel::Timestamp;

use super::facts::{Fact, in_time_order, sound};
use super::{
    Contradiction, Event, FactKind, Field, MAX_REFUNDS, Order, OrderLine, OrderRefusal, Original,
    RefundedLine, Snapshot, SnapshotLine, SnapshotRefund, Status, order_key,
};
use crate::Decision;

/// Rules R1-20 to R1-23, S14. The facts of a snapshot that are new, in the order of time. A fact is told
/// once, whatever the order in which snapshots arrive; what cannot be true is told as a contradiction, once.
/// Of an order not seen before, apply the events to [`Order::first_seen`].
///
/// # Errors
/// A snapshot that makes no sense by itself.
pub fn decide(existing: Option<&Order>, snapshot: &Snapshot) -> Result<Decision<Event>, OrderRefusal> {
    decide_part(existing, snapshot, None)
}

/// As [`decide`], of an order that names an original; readings K-85, K-90. Of one not seen before, apply the events to
/// [`Order::first_seen`] that is a [`Order::part_of`] it.
///
/// # Errors
/// A snapshot that makes no sense by itself.
pub fn decide_part(
    existing: Option<&Order>,
    snapshot: &Snapshot,
    original: Option<&Original>,
) -> Result<Decision<Event>, OrderRefusal> {
    sound(snapshot)?;
    let (mut events, mut changed) = (Vec::new(), Vec::new());
    let mut order = match existing {
        Some(order) => {
            same_order(order, snapshot)?;
            changed = changes(order, snapshot);
            order.clone()
        }
        None => {
            events.push(Event::Placed { at: snapshot.placed_at });
            // Only to judge the facts one after another: id and merchant are the caller's to give.
            Order::first_seen(zaiton_kernel::Id::from_raw(1), 0, snapshot).part_of(original)
        }
    };
    if let Some(event) = who_bears(&order, original) {
        order.apply(&event);
        events.push(event);
    }
    // Who bears its fee is its original's doing: that holds, whatever is wrong with what is said of the order itself.
    if !changed.is_empty() {
        let new = changed.into_iter().map(|field| Contradiction::Changed { field });
        let new = new.filter(|what| !order.noted.contains(what));
        events.extend(new.map(|what| Event::Contradicted { what }));
        return Ok(Decision { events });
    }
    for fact in in_time_order(snapshot) {
        let event = match judge(&order, fact) {
            Ok(None) => continue,
            Ok(Some(event)) => event,
            Err(what) if order.noted.contains(&what) => continue,
            Err(what) => Event::Contradicted { what },
        };
        order.apply(&event);
        events.push(event);
    }
    if snapshot.updated_at > order.updated_at {
        events.push(Event::Touched { updated_at: snapshot.updated_at });
    }
    Ok(Decision { events })
}

/// Readings K-85, K-90. Whether the fee of a known order comes over to it. The other way it never goes: what was frozen for an
/// order stays with it.
fn who_bears(order: &Order, original: Option<&Original>) -> Option<Event> {
    match (order.borne, original.is_some_and(|original| original.bears)) {
        (true, false) => {
            let original_placed_at = original.and_then(|original| original.placed_at);
            Some(Event::BearsItself { original_placed_at })
        }
        (false, true)
            if !order.promotions.is_empty() && !order.noted.contains(&Contradiction::BorneTwice) =>
        {
            Some(Event::Contradicted { what: Contradiction::BorneTwice })
        }
        (true, true) | (false, _) => None,
    }
}

/// What a fact adds to an order: nothing when it is known, or what it contradicts.
fn judge(order: &Order, fact: Fact<'_>) -> Result<Option<Event>, Contradiction> {
    match (order.status, fact) {
        (
            Status::Placed | Status::Shipped | Status::Completed | Status::Cancelled,
            Fact::Refunded(refund),
        ) => judge_refund(order, refund),
        (Status::Placed | Status::Shipped | Status::Completed, Fact::Shipped(at)) => {
            timed(order.shipped_at, at, FactKind::Shipped, Event::Shipped { at })
        }
        (Status::Cancelled, Fact::Shipped(at)) => {
            let too_late = order.shipped_at.is_none() && order.cancelled_at.is_some_and(|end| at > end);
            if too_late {
                Err(Contradiction::Excluded { fact: FactKind::Shipped, at })
            } else {
                timed(order.shipped_at, at, FactKind::Shipped, Event::Shipped { at })
            }
        }
        (Status::Placed | Status::Shipped | Status::Completed, Fact::Completed(at)) => {
            timed(order.completed_at, at, FactKind::Completed, Event::Completed { at })
        }
        (Status::Placed | Status::Shipped | Status::Cancelled, Fact::Cancelled(at)) => {
            timed(order.cancelled_at, at, FactKind::Cancelled, Event::Cancelled { at })
        }
        // Complete and cancelled exclude each other: the first one told stays.
        (Status::Cancelled, Fact::Completed(at)) => {
            Err(Contradiction::Excluded { fact: FactKind::Completed, at })
        }
        (Status::Completed, Fact::Cancelled(at)) => {
            Err(Contradiction::Excluded { fact: FactKind::Cancelled, at })
        }
    }
}

fn timed(
    known: Option<Timestamp>,
    found: Timestamp,
    fact: FactKind,
    event: Event,
) -> Result<Option<Event>, Contradiction> {
    match known {
        None => Ok(Some(event)),
        Some(known) if known == found => Ok(None),
        Some(known) => Err(Contradiction::Moved { fact, known, found }),
    }
}

/// Rules R1-21, R1-23. A refund is known by its reference, and gives back at most what was paid for a line.
fn judge_refund(order: &Order, refund: &SnapshotRefund) -> Result<Option<Event>, Contradiction> {
    let found_minor = refund.lines.iter().map(|line| line.amount.minor()).sum();
    let reference = &refund.reference;
    if let Some(known) = order.refunds.iter().find(|known| known.reference == *reference) {
        return if known.minor == found_minor {
            Ok(None)
        } else {
            let known_minor = known.minor;
            Err(Contradiction::RefundChanged { reference: reference.clone(), known_minor, found_minor })
        };
    }
    if order.refunds.len() >= MAX_REFUNDS {
        return Err(Contradiction::TooManyRefunds { reference: reference.clone() });
    }
    for given in &refund.lines {
        let (line, minor) = (given.line.clone(), given.amount.minor());
        let left_minor = left_to_refund(order, &line);
        if minor > left_minor {
            return Err(Contradiction::RefundTooLarge {
                reference: reference.clone(),
                line,
                minor,
                left_minor,
            });
        }
    }
    let lines = refund.lines.iter();
    let lines =
        lines.map(|line| RefundedLine { line: line.line.clone(), minor: line.amount.minor() }).collect();
    Ok(Some(Event::Refunded { reference: reference.clone(), at: refund.at, lines }))
}

fn left_to_refund(order: &Order, name: &str) -> i64 {
    let line = order.lines.iter().find(|line| line.line == name);
    line.map_or(0, |line| line.paid_minor - line.refunded_minor)
}

fn same_order(order: &Order, snapshot: &Snapshot) -> Result<(), OrderRefusal> {
    let found = order_key(snapshot.channel, &snapshot.shop, &snapshot.channel_order_id);
    let expected = order.key();
    if expected == found { Ok(()) } else { Err(OrderRefusal::OtherOrder { expected, found }) }
}

/// What has changed of what never changes. The order in which lines are told means nothing.
fn changes(order: &Order, snapshot: &Snapshot) -> Vec<Field> {
    let unrefunded = |line: &OrderLine| OrderLine { refunded_minor: 0, ..line.clone() };
    let mut known: Vec<OrderLine> = order.lines.iter().map(unrefunded).collect();
    let mut found: Vec<OrderLine> = snapshot.lines.iter().map(SnapshotLine::unrefunded).collect();
    for lines in [&mut known, &mut found] {
        lines.sort_by(|one, other| one.line.cmp(&other.line));
    }
    [
        (order.currency != snapshot.currency, Field::Currency),
        (order.placed_at != snapshot.placed_at, Field::PlacedAt),
        (known != found, Field::Lines),
        (order.promotions != snapshot.promotions, Field::Promotions),
        (order.total_minor != snapshot.total.minor(), Field::Total),
    ]
    .into_iter()
    .filter_map(|(changed, field)| changed.then_some(field))
    .collect()
}
