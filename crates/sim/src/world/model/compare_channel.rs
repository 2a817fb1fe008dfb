//! What channels said, in the second book-keeping against the first: each order, each message, what of it is sealed, who has a
//! task, which channel is to be asked anew. Never changes either.

use std::collections::BTreeMap;

use zaiton_app::orders::capture::{CheckOrder, FETCH_EFFECT, FetchOrder};
use zaiton_engine::outbox::{Effect, Parked};
use zaiton_engine::{Clock, Command};
use zaiton_kernel::{Id, Partition};
use zaiton_orders::channel::{ChannelMessage, ChannelOrder, ChannelOrderId, SealedMessage};
use zaiton_store::Queries;

use super::account::Merchant;
use super::channel::{Captured, Heard};
use super::compare::{records, same};
use super::{Model, count, differs, read};
use crate::world::Found;

impl Merchant {
    fn captured_as(&self, id: ChannelOrderId) -> Found<(&String, &Captured)> {
        let found = self.captured.iter().find(|(_, order)| order.id == id);
        found.ok_or_else(|| format!("no channel told of {id}"))
    }

    pub(super) fn compare_captured(&self, stored: &ChannelOrder) -> Found {
        let (key, order) = self.captured_as(stored.id)?;
        let what = |part: &str| format!("{part} of {key}");
        differs("the name of an order", &stored.key(), key)?;
        let Heard { message, .. } = order.standing().ok_or("an order without a message")?;
        let found = (stored.state, stored.version, &stored.hash, stored.updated_at, stored.ended_at);
        let expected = (order.state(), order.version, &message.hash, message.updated_at, message.ended_at);
        differs(&what("state, version, message, time, end"), found, expected)?;
        let found = (stored.kind, stored.stage, stored.fulfilled_by, stored.cancel_requested, stored.total);
        let expected =
            (message.kind, message.stage, message.fulfilled_by, message.cancel_requested, message.total);
        differs(&what("kind, stage, sender, wish, total"), found, expected)?;
        differs(&what("the original"), &stored.original_order_id, &message.original_order_id)?;
        differs(&what("the payment group"), &stored.payment_group, &message.payment_group)?;
        differs(&what("what it was told of its payment"), &stored.payment, &order.payment)?;
        differs(&what("what is not known"), &stored.unmapped, &message.unmapped)?;
        let accepted = stored.accepted.as_ref().map(|word| (word.by.clone(), word.reason.clone()));
        differs(&what("who accepted it"), &accepted, &order.accepted)?;
        differs(&what("whether a task was given"), stored.task.is_some(), order.tasked)?;
        if order.task.is_some() {
            differs(&what("the task"), stored.task, order.task)?;
        }
        let found: Vec<_> =
            stored.messages.iter().map(|known| (known.id.raw(), &known.hash, known.sealed)).collect();
        let expected: Vec<_> =
            order.messages.iter().map(|heard| (heard.id, &heard.message.hash, heard.sealed)).collect();
        differs(&what("the messages"), found, expected)
    }

    pub(super) fn compare_message(&self, stored: &ChannelMessage) -> Found {
        let (key, order) = self.captured_as(stored.order)?;
        let heard = order.messages.iter().find(|heard| heard.id == stored.id.raw());
        let heard = heard.ok_or_else(|| format!("{key} never heard {}", stored.id))?;
        differs("whether a message stood", stored.applied, heard.stood)?;
        differs("a message", &stored.message, &heard.message)
    }

    pub(super) fn compare_sealed(&self, stored: &SealedMessage) -> Found {
        let (key, order) = self.captured_as(stored.order)?;
        let heard = order.messages.iter().find(|heard| heard.id == stored.id.raw() && heard.sealed);
        let heard = heard.ok_or_else(|| format!("people of {key} are known, and must be forgotten"))?;
        differs("what is sealed", &stored.sealed.raw, &heard.message.hash)
    }
}

impl Model {
    /// What a commit removes: only people who are to be forgotten, and messages that left.
    pub(super) fn compare_removed(&self, partition: Partition, table: &str, id: i64) -> Found {
        let merchant = self.merchants.get(&partition);
        let all = || merchant.into_iter().flat_map(|merchant| &merchant.captured);
        let mut heard = all().flat_map(|(key, order)| order.messages.iter().map(move |heard| (key, heard)));
        match table {
            "sealed_messages" => match heard.find(|(_, heard)| heard.id == id && heard.sealed) {
                Some((key, _)) => Err(format!("people of {key} are forgotten, and are still needed")),
                None => Ok(()),
            },
            "channel_messages" => match heard.find(|(_, heard)| heard.id == id) {
                Some((key, _)) => Err(format!("a message of {key} is gone")),
                None => Ok(()),
            },
            "channel_orders" => Err(format!("the channel's order {id} is gone")),
            _ => Ok(()),
        }
    }

    /// Tasks about orders, and channels that are to be asked.
    pub(super) fn compare_channels(&self, queries: &Queries) -> Found {
        let orders = || self.merchants.values().flat_map(|merchant| merchant.captured.values());
        let tasks = records(queries, "parked", |body| read::<Parked>("a task", body))?;
        let tasks = tasks.into_iter().filter(|(_, parked)| parked.command == CheckOrder::NAME);
        let found: Vec<i64> = tasks.map(|(id, _)| id).collect();
        let mut expected: Vec<i64> = orders().filter_map(|order| order.task).collect();
        expected.sort_unstable();
        differs("tasks about orders", found, expected)?;
        let mut found: BTreeMap<i64, usize> = BTreeMap::new();
        let effects = records(queries, "effects", |body| read::<Effect>("an effect", body))?;
        for effect in effects.values().filter(|effect| effect.kind == FETCH_EFFECT) {
            let asked: FetchOrder = read("whom to ask", &effect.body)?;
            *found.entry(asked.channel_order.raw()).or_default() += 1;
        }
        let expected = orders().filter(|order| order.doubts > 0).map(|order| (order.id.raw(), order.doubts));
        same("times to ask for", &found, &expected.collect())
    }

    /// K-90. When nothing is on its way, no order's fee has vanished.
    pub(crate) fn every_fee_is_borne(&self) -> Found {
        self.merchants.values().try_for_each(Merchant::fees_are_borne)
    }

    /// Rule R4-10. When every timer has fired, nobody is known whose time is over.
    pub(crate) fn nobody_is_known_too_long(&self, clock: &impl Clock) -> Found {
        for (partition, merchant) in &self.merchants {
            let now = clock.now(partition.environment());
            let over = |order: &&Captured| order.known_until().is_some_and(|until| until <= now);
            if let Some(order) = merchant.captured.values().filter(over).find(|order| order.sealed() > 0) {
                return Err(format!("people of {} are known for too long", order.id));
            }
        }
        Ok(())
    }

    /// What happened to the orders of channels goes to the counts.
    pub(super) fn tell_stories(&mut self, partition: Partition) {
        let Some(merchant) = self.merchants.get_mut(&partition) else { return };
        let parts = merchant.parts.story.drain(..);
        for story in merchant.captured.values_mut().flat_map(|order| order.story.drain(..)).chain(parts) {
            count(&mut self.counts, story);
        }
    }
}
