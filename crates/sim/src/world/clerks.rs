//! Who looks after the orders of channels in a simulated world: people who take as it is what does not add up or is not known, a
//! newer program that reads it anew, and channels that are asked again. Some try it where nothing waits.

use std::sync::Arc;

use zaiton_app::orders::capture::AcceptOrder;
use zaiton_app::prepaid::partition_of;
use zaiton_engine::Clock;
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::{ChannelOrderId, Message};

use super::market::Follow;
use super::messages::noted;
use super::model::{Captured, Model, waits};
use super::{World, count};

/// Messages of one order that are more than are kept.
const CHAT: i64 = 215;
const REASONS: [&str; 3] =
    ["渠道已确认金额。", "asked the channel: it is right", "a voucher that they do not tell"];

impl World {
    /// Somebody does something about an order.
    pub(crate) fn after_orders(&mut self, who: usize) {
        match self.dice.weighed(&[5_000, 1_200, 4_000, 80]) {
            0 => self.accept(),
            1 => self.read_anew(),
            2 => self.ask_channel(who),
            _ => self.chat(who),
        }
    }

    /// An order: mostly one that waits for a person.
    fn an_order(&mut self, any: u64) -> Option<(Partition, ChannelOrderId, Message)> {
        let any = self.dice.chance(any);
        let mut orders = Vec::new();
        for (place, merchant) in &self.model.merchants {
            let fits = |order: &&Captured| any || waits(order.state());
            for order in merchant.captured.values().filter(fits) {
                orders.extend(order.standing().map(|heard| (*place, order.id, &heard.message)));
            }
        }
        self.dice.pick(&orders).map(|(place, order, message)| (*place, *order, (*message).clone()))
    }

    /// Somebody takes an order as it is; sometimes two do.
    fn accept(&mut self) {
        let Some((place, channel_order, _)) = self.an_order(120) else { return };
        let (environment, merchant) = (place.environment(), MerchantId::from_raw(place.owner()));
        let times = 1 + usize::from(self.dice.chance(250));
        for _ in 0..times {
            let blank = self.dice.chance(60);
            let reason = if blank { " " } else { self.dice.pick(&REASONS).copied().unwrap_or_default() };
            let (reason, person) = (reason.to_owned(), self.somebody());
            let command = AcceptOrder { environment, merchant, channel_order, reason };
            let key = format!("accept/{}", self.number());
            self.ask_as(person, Arc::new(command), &key, None, Follow::Nothing);
        }
    }

    /// A program that knows more words reads what was said; sometimes what was said before that.
    fn read_anew(&mut self) {
        let Some((place, order, mut message)) = self.an_order(100) else { return };
        if self.dice.chance(150)
            && let Some(merchant) = self.model.merchants.get(&place)
            && let Some(known) = merchant.captured.values().find(|known| known.id == order)
            && let Some(older) = self.dice.pick(&known.messages)
        {
            message = older.message.clone();
        }
        match self.dice.index(4) {
            0 => message.difference_minor = Some(0),
            1 => message.unmapped.truncate(1),
            2 => message.unmapped.clear(),
            _ => (message.difference_minor, message.unmapped) = (Some(0), Vec::new()),
        }
        self.tell_anew(place.environment(), MerchantId::from_raw(place.owner()), message);
    }

    /// A channel that said two things of one moment is asked, and answers: what is so now, or one of the two; sometimes it is asked
    /// without a doubt. Its answer may be late, and is read by a newer program now and then.
    fn ask_channel(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let partition = partition_of(environment, merchant);
        let known = self.model.merchants.get(&partition).map(|merchant| &merchant.captured);
        let any = self.dice.chance(60);
        let mut doubtful = Vec::new();
        for (at, order) in keeper.orders.iter().enumerate() {
            let known = known.and_then(|known| known.get(&Model::order_key(&order.snapshot)));
            if let Some(known) = known.filter(|known| any || known.in_doubt) {
                doubtful.push((at, known));
            }
        }
        let Some((at, known)) = self.dice.pick(&doubtful) else { return };
        let newest = known.standing().map(|heard| heard.message.updated_at);
        let of_then = |message: &&Message| any || Some(message.updated_at) == newest;
        let said: Vec<Message> =
            known.messages.iter().map(|heard| &heard.message).filter(of_then).cloned().collect();
        let (at, again) = (*at, self.dice.chance(650));
        let message = if again { self.dice.pick(&said).cloned() } else { self.say_now(who, at, environment) };
        let Some(mut message) = message else { return };
        count(&mut self.counts, "channels asked anew");
        if self.dice.chance(300) {
            message = noted(&message, "asked", message.updated_at);
        }
        if self.dice.chance(150) {
            (message.unmapped, message.difference_minor) = (Vec::new(), Some(0));
            message.detail = "{\"read\":\"anew\"}".into();
        }
        self.tell_asked(environment, merchant, message);
    }

    /// A channel tells small changes of one order, later and later ones or earlier and earlier ones: more than are kept.
    fn chat(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let at = self.dice.index(keeper.orders.len());
        let Some(said) = keeper.orders.get(at).and_then(|order| order.said.last()).cloned() else { return };
        let newer = self.dice.chance(300);
        count(&mut self.counts, "orders talked about for long");
        for nth in 1..=CHAT {
            let seconds = if newer { nth } else { -nth };
            let message = noted(&said, &format!("note {nth}"), said.updated_at.plus_seconds(seconds));
            self.tell(environment, merchant, message);
        }
    }

    fn say_now(&mut self, who: usize, at: usize, environment: Environment) -> Option<Message> {
        let now = self.clock.now(environment);
        self.market.shopkeepers.get_mut(who)?.orders.get_mut(at)?.say_now(now)
    }
}
