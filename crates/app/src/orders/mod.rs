//! Taking what a channel says an order is now. Facts are recorded whatever follows from them.

pub mod capture;
pub mod group;

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Id;
use zaiton_onboarding::Merchant;
use zaiton_orders::order::{self, Event, FeeSaid, Status};
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

    fn run(&self, unit) -> OrderReply { self.record(unit) }
}

/// What was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl RecordOrder {
    fn record(&self, unit: &mut Unit<'_>) -> Result<OrderReply, Stop> {
        let snapshot = &self.order;
        let key = order::order_key(snapshot.channel, &snapshot.shop, &snapshot.channel_order_id);
        let known = unit.lookup(ORDER_KEY, &key)?;
        let Some(id) = known else {
            unit.load::<Merchant>(self.merchant)?;
            let decision = order::decide(None, snapshot)?;
            let id: OrderId = unit.new_id();
            let mut record = Order::first_seen(id, self.merchant.raw(), snapshot);
            let reply = take(unit, &mut record, &decision.events, &snapshot.fees, true)?;
            unit.claim(ORDER_KEY, &key, id)?;
            unit.insert(record);
            return Ok(reply);
        };
        let mut record = unit.load::<Order>(OrderId::from_raw(id))?;
        let decision = order::decide(Some(&record), snapshot)?;
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
}

/// Applies events in their order; each is followed by what the process map says.
fn take(
    unit: &mut Unit<'_>,
    order: &mut Order,
    events: &[Event],
    said: &[FeeSaid],
    new: bool,
) -> Result<OrderReply, Stop> {
    let mut charged = Vec::new();
    let (mut facts, mut contradictions) = (0, 0);
    for event in events {
        order.apply(event);
        match event {
            Event::Contradicted { .. } => contradictions += 1,
            Event::Touched { .. } => continue,
            Event::Placed { .. }
            | Event::Shipped { .. }
            | Event::Refunded { .. }
            | Event::Completed { .. }
            | Event::Cancelled { .. } => facts += 1,
        }
        unit.emit(order.id, event);
        process::after_order_event(unit, order, event, &mut charged)?;
    }
    let reply = OrderReply { order: order.id, status: order.status, new, facts, contradictions };
    process::check_fees(unit, order, said, &reply, &charged)?;
    Ok(reply)
}
