//! What an order's message says of money, and orders that name another as their original: replacements, exchanges, parts, and
//! what was merged (S14, K-85, K-90). The fee of one purchase is borne once; never works a fee out itself.

use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Id, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::{ChannelMessage, ChannelOrder, ChannelOrderId, Message, Stage};
use zaiton_orders::order::{Channel, Original, Status};
use zaiton_orders::{Order, OrderId};

use super::capture::CHANNEL_KEY;
use super::{ORDER_KEY, OrderReply, RecordOrder, RecordPart};
use crate::declare::command;

/// Kind of the natural key: the orders that name one as their original, numbered from 0.
const PART_KEY: &str = "order_part";
/// Orders that name one original and are followed, at most.
pub const PARTS: usize = 100;

/// What followed from a message: nothing, facts, or a task.
#[derive(Default)]
pub(super) struct Followed {
    pub(super) order: Option<OrderReply>,
    pub(super) parked: Option<Refusal>,
}

/// S14, rule R1-20. A promoted order's money is followed, and every order of an own site. What came to nothing before it was
/// ever placed moves nothing.
///
/// # Errors
/// Not in memory yet.
pub(super) fn drive(
    unit: &mut Unit<'_>,
    merchant: MerchantId,
    order: &ChannelOrder,
    message: &Message,
) -> Result<Followed, Stop> {
    let Some(snapshot) = message.snapshot.as_ref().filter(|_| order.drives_money()) else {
        return Ok(Followed::default());
    };
    if snapshot.promotions.is_empty() && order.channel != Channel::OwnSite {
        return Ok(Followed::default());
    }
    if message.stage == Stage::Failed && unit.lookup(ORDER_KEY, &order.key())?.is_none() {
        return Ok(Followed::default());
    }
    let (environment, order_said) = (unit.environment(), snapshot.clone());
    let reply = match original(unit, order)? {
        None => unit.then_now(&RecordOrder { environment, merchant, order: order_said })?,
        Some(original) => {
            unit.then_now(&RecordPart { environment, merchant, order: order_said, original })?
        }
    };
    Ok(match reply {
        Ok(reply) => Followed { order: Some(reply), parked: None },
        Err(refusal) => Followed { order: None, parked: Some(*refusal) },
    })
}

/// Readings K-85, K-90. What an order is to its original: that one bears the fee as long as it stands, and an order that is not
/// known yet is waited for.
fn original(unit: &mut Unit<'_>, order: &ChannelOrder) -> Result<Option<Original>, Stop> {
    let key = order.original_key();
    if order.replaces() {
        return Ok(Some(Original { bears: true, placed_at: None }));
    }
    let Some(key) = key else { return Ok(None) };
    if let Some(id) = unit.lookup(ORDER_KEY, &key)? {
        let known = unit.load::<Order>(OrderId::from_raw(id))?;
        let bears = known.status != Status::Cancelled;
        return Ok(Some(Original { bears, placed_at: Some(known.bought_at()) }));
    }
    let bears = match unit.lookup(CHANNEL_KEY, &key)? {
        Some(id) => !unit.load::<ChannelOrder>(ChannelOrderId::from_raw(id))?.stage.is_off(),
        None => true,
    };
    Ok(Some(Original { bears, placed_at: None }))
}

/// Remembers that an order names an original, so that it is found when that one is cancelled.
///
/// # Errors
/// Not in memory yet.
pub(super) fn enlist(unit: &mut Unit<'_>, order: &ChannelOrder) -> Result<(), Stop> {
    let Some(original) = order.original_key().filter(|_| !order.replaces()) else { return Ok(()) };
    for nth in 0..PARTS {
        let key = part_key(&original, nth);
        match unit.lookup(PART_KEY, &key)? {
            Some(known) if known == order.id.raw() => return Ok(()),
            Some(_) => {}
            None => return unit.claim(PART_KEY, &key, order.id),
        }
    }
    let (environment, merchant) = (unit.environment(), MerchantId::from_raw(order.merchant));
    let refusal = Refusal::new(
        "orders.parts.too_many",
        Rule::new("K-90"),
        Text::new("同一原订单的拆分订单过多。", "Too many orders name one original."),
        Text::new(
            "如原订单取消，请人工核对此订单的费用。",
            "When the original is cancelled, look at this order's fee by hand.",
        ),
    )
    .with("order", order.key())
    .with("original", original.as_str())
    .with("at_most", PARTS);
    unit.park(&FollowParts { environment, merchant, original }, refusal);
    Ok(())
}

fn part_key(original: &str, nth: usize) -> String {
    format!("{original}#{nth}")
}

/// Reading K-90. An order was cancelled: those that name it as their original are looked at once more, after this.
///
/// # Errors
/// Not in memory yet.
pub(super) fn tell(unit: &mut Unit<'_>, merchant: MerchantId, original: &str) -> Result<(), Stop> {
    if unit.lookup(PART_KEY, &part_key(original, 0))?.is_some() {
        let environment = unit.environment();
        unit.send(&FollowParts { environment, merchant, original: original.to_owned() });
    }
    Ok(())
}

command! {
    /// Reading K-90. An original was cancelled, and its fee with it: each order that names it bears its own from now on.
    pub struct FollowParts("orders.follow_parts") of merchant {
        /// The original's natural key.
        pub original: String,
    }

    fn run(&self, unit) -> () { self.follow(unit) }
}

impl FollowParts {
    fn follow(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        for nth in 0..PARTS {
            let Some(id) = unit.lookup(PART_KEY, &part_key(&self.original, nth))? else { break };
            let order = unit.load::<ChannelOrder>(ChannelOrderId::from_raw(id))?;
            let current = order.messages.iter().find(|known| known.hash == order.hash).map(|known| known.id);
            let Some(current) = current else { continue };
            if let Some(kept) = unit.find::<ChannelMessage>(current)? {
                drive(unit, self.merchant, &order, &kept.message)?;
            }
        }
        Ok(())
    }
}
