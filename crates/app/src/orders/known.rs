//! What is known of orders, by the channel's ids. Asked of the lane, which alone knows every key at once. Changes nothing.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Id, Money, Refusal, Rule, Text, Timestamp};
use zaiton_orders::channel::{ChannelOrder, ChannelOrderId};
use zaiton_orders::order::{Channel, order_key};

use super::capture::CHANNEL_KEY;
use crate::declare::command;

/// Orders that are asked for at once, at most: a page of a channel's list.
const AT_ONCE: usize = 1_000;

command! {
    /// Rule R4-05. What is known of these orders.
    pub struct KnownOrders("orders.known") of merchant {
        /// The channel.
        pub channel: Channel,
        /// The shop on it.
        pub shop: String,
        /// The channel's ids, at most a thousand.
        pub orders: Vec<String>,
    }

    fn run(&self, unit) -> KnownReply { self.look(unit) }
}

/// What is known of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct KnownOrder {
    /// What the buyer pays in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    /// When the channel changed it last.
    pub updated_at: Timestamp,
}

/// What is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct KnownReply {
    /// For each order that was asked for, in the same order; none where it is not known.
    pub orders: Vec<Option<KnownOrder>>,
}

impl KnownOrders {
    fn look(&self, unit: &mut Unit<'_>) -> Result<KnownReply, Stop> {
        if self.orders.len() > AT_ONCE {
            return Err(Refusal::new(
                "orders.known.too_many",
                Rule::new("R4-05"),
                Text::new("一次最多查询 1000 个订单。", "At most a thousand orders are asked for at once."),
                Text::new("请分批查询。", "Ask in parts."),
            )
            .with("orders", self.orders.len())
            .into());
        }
        // All that is missing is read at once: the first that is missing must not hide the others.
        let mut orders = Vec::with_capacity(self.orders.len());
        let mut missing = None;
        for id in &self.orders {
            match self.one(unit, id) {
                Ok(known) => orders.push(known),
                Err(stop) => missing = Some(stop),
            }
        }
        missing.map_or(Ok(KnownReply { orders }), Err)
    }

    fn one(&self, unit: &mut Unit<'_>, id: &str) -> Result<Option<KnownOrder>, Stop> {
        let Some(raw) = unit.lookup(CHANNEL_KEY, &order_key(self.channel, &self.shop, id))? else {
            return Ok(None);
        };
        let order = unit.find::<ChannelOrder>(ChannelOrderId::from_raw(raw))?;
        Ok(order.map(|order| KnownOrder { total: order.total, updated_at: order.updated_at }))
    }
}
