//! Taking what a channel says an order is now. Facts are recorded whatever follows from them.

pub mod capture;
pub mod group;
pub mod known;
pub mod parts;

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Id;
use zaiton_onboarding::{Merchant, MerchantId};
use zaiton_orders::order::{self, Event, FeeSaid, Original, Status};
use zaiton_orders::{Order, OrderId, Snapshot};

use crate::declare::command;
use crate::process;

const ORDER_KEY: &str = "order";

command! {
    /// Rules R1-20 to R1-23, S14. Take an order's snapshot. The same one again changes nothing.
    pub struct RecordOrder("orders.record") of merchant {
        /// What the channel says.
        pub order: Snapshot,
    }

    fn run(&self, unit) -> OrderReply { record(unit, self.merchant, &self.order, None) }
}

command! {
    /// S14, readings K-85 and K-90. The same of an order that names another one as its original.
    pub struct RecordPart("orders.record_part") of merchant {
        /// What the channel says.
        pub order: Snapshot,
        /// What it is to its original.
        pub original: Original,
    }

    fn run(&self, unit) -> OrderReply { record(unit, self.merchant, &self.order, Some(&self.original)) }
}

/// What was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OrderReply {
    /// Its id.
    pub order: OrderId,
    /// How far it is.
    pub status: Status,
    /// It was not known before.
    pub new: bool,
    /// Facts that were new.
    pub facts: usize,
    /// Things that cannot be true, noted for a person.
    pub contradictions: usize,
}

fn record(
    unit: &mut Unit<'_>,
    merchant: MerchantId,
    snapshot: &Snapshot,
    original: Option<&Original>,
) -> Result<OrderReply, Stop> {
    let key = order::order_key(snapshot.channel, &snapshot.shop, &snapshot.channel_order_id);
    let Some(id) = unit.lookup(ORDER_KEY, &key)? else {
        unit.load::<Merchant>(merchant)?;
        let decision = order::decide_part(None, snapshot, original)?;
        let id: OrderId = unit.new_id();
        let mut record = Order::first_seen(id, merchant.raw(), snapshot).part_of(original);
        let reply = take(unit, &mut record, &decision.events, &snapshot.fees, true)?;
        unit.claim(ORDER_KEY, &key, id)?;
        unit.insert(record);
        return Ok(reply);
    };
    let mut record = unit.load::<Order>(OrderId::from_raw(id))?;
    let decision = order::decide_part(Some(&record), snapshot, original)?;
    if decision.events.is_empty() {
        return Ok(OrderReply {
            order: record.id,
            status: record.status,
            new: false,
            facts: 0,
            contradictions: 0,
        });
    }
    let mut changed = (*record).clone();
    let reply = take(unit, &mut changed, &decision.events, &snapshot.fees, false)?;
    *record = changed;
    unit.save(record);
    Ok(reply)
}

/// Applies events in their order; each is followed by what the process map says.
fn take(
    unit: &mut Unit<'_>,
    order: &mut Order,
    events: &[Event],
    said: &[FeeSaid],
    new: bool,
) -> Result<OrderReply, Stop> {
    let merchant = MerchantId::from_raw(order.merchant);
    let mut charged = Vec::new();
    let (mut facts, mut contradictions) = (0, 0);
    for event in events {
        order.apply(event);
        match event {
            Event::Contradicted { .. } => contradictions += 1,
            Event::Touched { .. } => continue,
            Event::Placed { .. }
            | Event::BearsItself { .. }
            | Event::Shipped { .. }
            | Event::Refunded { .. }
            | Event::Completed { .. }
            | Event::Cancelled { .. } => facts += 1,
        }
        unit.emit(order.id, event);
        process::after_order_event(unit, order, event, &mut charged)?;
        if matches!(event, Event::Cancelled { .. }) {
            parts::tell(unit, merchant, &order.key())?;
        }
    }
    let reply = OrderReply { order: order.id, status: order.status, new, facts, contradictions };
    process::check_fees(unit, order, said, &reply, &charged)?;
    Ok(reply)
}
