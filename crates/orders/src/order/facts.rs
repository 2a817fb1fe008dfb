//! The facts of a snapshot in the order of time, and whether a snapshot makes sense by itself. Never compares
//! it with what is stored.

use std::collections::BTreeSet;

use zaiton_kernel::{Money, Timestamp};

use super::{KEY_LETTERS, MAX_LINES, MAX_REFUNDS, OrderRefusal, Snapshot, SnapshotRefund, Status, order_key};

/// A fact that a snapshot tells.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fact<'a> {
    Shipped(Timestamp),
    Refunded(&'a SnapshotRefund),
    Completed(Timestamp),
    Cancelled(Timestamp),
}

impl Fact<'_> {
    /// Time first; of one moment a dispatch before a refund before the end.
    fn place(&self) -> (Timestamp, u8, &str) {
        match self {
            Self::Shipped(at) => (*at, 0, ""),
            Self::Refunded(refund) => (refund.at, 1, &refund.reference),
            Self::Completed(at) => (*at, 2, ""),
            Self::Cancelled(at) => (*at, 3, ""),
        }
    }
}

/// Every fact after the placing, in the order of time.
pub(super) fn in_time_order(snapshot: &Snapshot) -> Vec<Fact<'_>> {
    let mut facts: Vec<Fact<'_>> = snapshot.refunds.iter().map(Fact::Refunded).collect();
    facts.extend(snapshot.shipped_at.map(Fact::Shipped));
    facts.extend(snapshot.completed_at.map(Fact::Completed));
    facts.extend(snapshot.cancelled_at.map(Fact::Cancelled));
    facts.sort_by(|one, other| one.place().cmp(&other.place()));
    facts
}

/// Whether a snapshot makes sense by itself.
pub(super) fn sound(snapshot: &Snapshot) -> Result<(), OrderRefusal> {
    let key = order_key(snapshot.channel, &snapshot.shop, &snapshot.channel_order_id);
    let letters = key.chars().count();
    let blank = snapshot.shop.trim().is_empty() || snapshot.channel_order_id.trim().is_empty();
    if blank || snapshot.shop.contains('/') || letters > KEY_LETTERS {
        return Err(OrderRefusal::Key { key, letters, at_most: KEY_LETTERS });
    }
    let timed = match snapshot.status {
        Status::Placed => true,
        Status::Shipped => snapshot.shipped_at.is_some(),
        Status::Completed => snapshot.completed_at.is_some(),
        Status::Cancelled => snapshot.cancelled_at.is_some(),
    };
    if !timed {
        return Err(OrderRefusal::TimeMissing { status: snapshot.status });
    }
    let lines = snapshot.lines.len();
    if lines == 0 || lines > MAX_LINES {
        return Err(OrderRefusal::Lines { lines, at_most: MAX_LINES });
    }
    let refunds = snapshot.refunds.len();
    if refunds > MAX_REFUNDS {
        return Err(OrderRefusal::TooManyRefunds { refunds, at_most: MAX_REFUNDS });
    }
    let known = names(snapshot)?;
    amounts(snapshot, &key)?;
    for refund in &snapshot.refunds {
        once(refund.lines.iter().map(|line| line.line.as_str()))?;
    }
    let promoted = snapshot.promotions.iter().flat_map(|promotion| &promotion.lines);
    let refunded = snapshot.refunds.iter().flat_map(|refund| &refund.lines).map(|line| &line.line);
    match promoted.chain(refunded).find(|line| !known.contains(line.as_str())) {
        Some(line) => Err(OrderRefusal::LineUnknown { line: line.clone() }),
        None => Ok(()),
    }
}

/// The names of the lines; lines and refunds are each named once.
fn names(snapshot: &Snapshot) -> Result<BTreeSet<&str>, OrderRefusal> {
    once(snapshot.refunds.iter().map(|refund| refund.reference.as_str()))?;
    once(snapshot.lines.iter().map(|line| line.line.as_str()))
}

fn once<'a>(names: impl Iterator<Item = &'a str>) -> Result<BTreeSet<&'a str>, OrderRefusal> {
    let mut seen = BTreeSet::new();
    for name in names {
        if name.trim().is_empty() || !seen.insert(name) {
            return Err(OrderRefusal::Twice { name: name.to_owned() });
        }
    }
    Ok(seen)
}

/// One currency, nothing below zero, no refund of nothing, sums that fit.
fn amounts(snapshot: &Snapshot, key: &str) -> Result<(), OrderRefusal> {
    let expected = snapshot.currency;
    let check = |amount: Money, place: &str, least: i64| {
        if amount.currency() != expected {
            Err(OrderRefusal::Currency { expected, amount })
        } else if amount.minor() < least {
            Err(OrderRefusal::Amount { place: place.to_owned(), amount })
        } else {
            Ok(())
        }
    };
    let overflow = |_| OrderRefusal::Overflow { key: key.to_owned() };
    check(snapshot.total, "total", 0)?;
    let mut paid = Money::zero(expected);
    for line in &snapshot.lines {
        check(line.paid, &line.line, 0)?;
        paid = paid.plus(line.paid).map_err(overflow)?;
    }
    for refund in &snapshot.refunds {
        let mut total = Money::zero(expected);
        if refund.lines.is_empty() {
            return Err(OrderRefusal::Amount { place: refund.reference.clone(), amount: total });
        }
        for line in &refund.lines {
            check(line.amount, &refund.reference, 1)?;
            total = total.plus(line.amount).map_err(overflow)?;
        }
    }
    Ok(())
}
