//! Taking what channels say (S1): each message is kept, the newest stands, what waits for a person becomes a task, and what an
//! order says of money is followed as a fact. Never reads a payload; what is about people comes sealed and stays so.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Refusal, Rule, Text};
use zaiton_onboarding::Merchant;
use zaiton_orders::channel::{
    self, ChannelMessage, ChannelOrder, ChannelOrderId, Event, Message, MessageId, Sealed, SealedId,
    SealedMessage, State,
};
use zaiton_orders::order::order_key;

use super::OrderReply;
use super::group::{self, end_task};
use super::parts::{self, Followed};
use crate::channels;
use crate::declare::command;

/// Kind of the natural key: an order of a channel.
pub(super) const CHANNEL_KEY: &str = "channel_order";
/// The effect that asks a channel for one order anew (R4-04).
pub const FETCH_EFFECT: &str = "fetch_order";

/// Which order a channel is to be asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FetchOrder {
    /// The order.
    pub channel_order: ChannelOrderId,
}

command! {
    /// Rules R4-03, R4-04, R4-07 to R4-10. Take a message of a channel. The same one again changes nothing.
    pub struct CaptureOrder("orders.capture") of merchant {
        /// What was read.
        pub message: Message,
        /// What came, and what of it is about people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sealed: Option<Sealed>,
        /// It was taken before and is read anew: what could not be mapped then may be known now.
        #[serde(default)]
        pub again: bool,
        /// Rule R4-04. The channel was asked for this one order, and this is its answer.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub asked: bool,
    }

    fn run(&self, unit) -> CaptureReply { self.capture(unit) }
}

/// What was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CaptureReply {
    /// The order.
    pub channel_order: ChannelOrderId,
    /// Where it stands.
    pub state: State,
    /// How many versions there were.
    pub version: u32,
    /// It was not known before.
    pub new: bool,
    /// The message was.
    pub known: bool,
    /// It is older than what is known: kept, not applied.
    pub older: bool,
    /// What followed for the order's facts, where something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderReply>,
    /// Why nothing followed though something should: a task of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked: Option<Refusal>,
}

impl CaptureOrder {
    fn capture(&self, unit: &mut Unit<'_>) -> Result<CaptureReply, Stop> {
        let message = &self.message;
        let key = order_key(message.channel, &message.shop, &message.channel_order_id);
        let known = match unit.lookup(CHANNEL_KEY, &key)? {
            Some(id) => Some(unit.load::<ChannelOrder>(ChannelOrderId::from_raw(id))?),
            None => None,
        };
        let mut order = match &known {
            Some(known) => (**known).clone(),
            None => {
                unit.load::<Merchant>(self.merchant)?;
                ChannelOrder::unseen(unit.new_id(), self.merchant.raw(), message)
            }
        };
        let id: MessageId = unit.new_id();
        let command = channel::Command::Take {
            message: Box::new(message.clone()),
            id,
            again: self.again,
            asked: self.asked,
        };
        let decision = channel::decide(&order, command, unit.now())?;
        let (ended, mut applied, mut kept) = (order.ended_at, false, false);
        let group = order.joined().map(str::to_owned);
        for event in &decision.events {
            let gone = order.apply(event, Some((message, self.sealed.is_some())));
            unit.emit(order.id, event);
            match event {
                Event::Taken { .. } => (applied, kept) = (true, true),
                Event::Reinstated { message: id, .. } => {
                    applied = true;
                    reinstate(unit, *id, message)?;
                }
                Event::ReadAnew { .. } => {
                    applied = true;
                    read_anew(unit, &order, message)?;
                }
                Event::Archived { .. } => kept = true,
                Event::Ambiguous { .. } => {
                    ask_anew(unit, &order)?;
                }
                Event::Accepted { .. } | Event::Forgotten { .. } | Event::PaymentChanged { .. } => {}
            }
            if let Some(gone) = gone {
                forget_message(unit, gone.id, true)?;
            }
        }
        if kept {
            unit.insert(ChannelMessage { id, order: order.id, message: message.clone(), applied });
            if let Some(sealed) = &self.sealed {
                let (id, sealed) = (SealedId::from_raw(id.raw()), sealed.clone());
                unit.insert(SealedMessage { id, order: order.id, sealed });
            }
        }
        // What comes when the time for keeping is over already is forgotten at once: the end's own timer has fired.
        let late = kept && order.forget_from().is_some_and(|from| from <= unit.now());
        if let (true, Some(from)) = (late || order.ended_at != ended, order.forget_from()) {
            let (environment, merchant) = (self.environment, self.merchant);
            unit.timer(from, &ForgetPeople { environment, merchant, channel_order: order.id });
        }
        if applied {
            group::say(unit, &order, group.as_deref(), message);
        }
        let followed = if applied { follow(unit, self, &mut order, message)? } else { Followed::default() };
        let reply = CaptureReply {
            channel_order: order.id,
            state: order.state,
            version: order.version,
            new: known.is_none(),
            known: decision.is_already(),
            older: kept && !applied,
            order: followed.order,
            parked: followed.parked,
        };
        match known {
            Some(mut known) => {
                if !decision.is_already() {
                    *known = order;
                }
                unit.save(known);
            }
            None => {
                unit.claim(CHANNEL_KEY, &key, order.id)?;
                unit.insert(order);
            }
        }
        Ok(reply)
    }
}

/// Rule R4-04. The channel is asked for the order; where its shop is not connected, the effect waits for somebody.
fn ask_anew(unit: &mut Unit<'_>, order: &ChannelOrder) -> Result<(), Stop> {
    let fetch = FetchOrder { channel_order: order.id };
    if channels::can_ask(unit, order.channel, &order.shop)? {
        unit.long_effect(FETCH_EFFECT, &fetch, channels::PULL_LEASE);
    } else {
        unit.waiting_effect(FETCH_EFFECT, &fetch);
    }
    Ok(())
}

/// A message that was kept, and is applied after all, as it is read now: whoever follows the order later follows this.
fn reinstate(unit: &mut Unit<'_>, id: MessageId, message: &Message) -> Result<(), Stop> {
    if let Some(mut kept) = unit.find::<ChannelMessage>(id)? {
        (kept.applied, kept.message) = (true, message.clone());
        unit.save(kept);
    }
    Ok(())
}

/// The message as it is read now takes the place of how it was read.
fn read_anew(unit: &mut Unit<'_>, order: &ChannelOrder, message: &Message) -> Result<(), Stop> {
    let current = order.messages.iter().find(|known| known.hash == order.hash).map(|known| known.id);
    if let Some(id) = current
        && let Some(mut kept) = unit.find::<ChannelMessage>(id)?
    {
        kept.message = message.clone();
        unit.save(kept);
    }
    Ok(())
}

/// What follows from a newer message: the task of a person comes or goes, and what it says of money is followed.
fn follow(
    unit: &mut Unit<'_>,
    command: &CaptureOrder,
    order: &mut ChannelOrder,
    message: &Message,
) -> Result<Followed, Stop> {
    end_task(unit, order.task.take())?;
    if order.state.waits_for_a_person() {
        let (environment, merchant) = (command.environment, command.merchant);
        let check = CheckOrder { environment, merchant, channel_order: order.id };
        order.task = Some(unit.park(&check, waits(order)).raw());
    }
    parts::enlist(unit, order)?;
    let followed = parts::drive(unit, command.merchant, order, message)?;
    // What never moved money had no fact to tell: its parts follow from its message.
    if message.stage.is_off() && followed.order.is_none() {
        parts::tell(unit, command.merchant, &order.key())?;
    }
    Ok(followed)
}

/// Why a person must look.
fn waits(order: &ChannelOrder) -> Refusal {
    match order.state {
        State::MathMismatch { difference_minor } => Refusal::new(
            "orders.channel.math_mismatch",
            Rule::new("R4-07"),
            Text::new("订单金额各部分之和与总额不符。", "The order's parts do not make its total."),
            Text::new(
                "请与渠道核对；确认无误后可按原样接受。",
                "Ask the channel; take it as it is when that is right.",
            ),
        )
        .with("order", order.key())
        .with("difference_minor", difference_minor),
        State::Unseen
        | State::Mapped
        | State::Unmapped { .. }
        | State::CancelRequested
        | State::CancelledAtChannel
        | State::Ignored { .. } => {
            let fields: Vec<&str> = order.unmapped.iter().take(5).map(|one| one.field.as_str()).collect();
            Refusal::new(
                "orders.channel.unmapped",
                Rule::new("R4-07"),
                Text::new("订单中有无法识别的内容。", "Something in the order is not known."),
                Text::new(
                    "请核对；更新程序后可重新读取，或按原样接受。",
                    "Look at it; read it anew with a newer program, or take it as it is.",
                ),
            )
            .with("order", order.key())
            .with("fields", fields.join(", "))
            .with("count", order.unmapped.len())
        }
    }
}

/// Removes what is sealed of a message, and the message itself when it leaves.
fn forget_message(unit: &mut Unit<'_>, id: MessageId, whole: bool) -> Result<(), Stop> {
    if let Some(sealed) = unit.find::<SealedMessage>(SealedId::from_raw(id.raw()))? {
        unit.remove(sealed);
    }
    if whole && let Some(message) = unit.find::<ChannelMessage>(id)? {
        unit.remove(message);
    }
    Ok(())
}

command! {
    /// A task: whether an order still waits for a person. Refused as long as it does.
    pub struct CheckOrder("orders.check") of merchant {
        /// The order.
        pub channel_order: ChannelOrderId,
    }

    fn run(&self, unit) -> () {
        let order = unit.load::<ChannelOrder>(self.channel_order)?;
        if order.state.waits_for_a_person() { Err(waits(&order).into()) } else { Ok(()) }
    }
}

command! {
    /// Rule R4-07. A person takes an order as it is; what it says of money is followed then.
    pub struct AcceptOrder("orders.accept") of merchant {
        /// The order.
        pub channel_order: ChannelOrderId,
        /// Why, 1 to 500 letters.
        pub reason: String,
    }

    fn run(&self, unit) -> CaptureReply { self.accept(unit) }
}

impl AcceptOrder {
    fn accept(&self, unit: &mut Unit<'_>) -> Result<CaptureReply, Stop> {
        let mut order = unit.load::<ChannelOrder>(self.channel_order)?;
        let (by, reason) = (unit.actor().name().to_owned(), self.reason.clone());
        let command = channel::Command::Accept { by, reason };
        let decision = channel::decide(&order, command, unit.now())?;
        let mut followed = Followed::default();
        for event in &decision.events {
            order.apply(event, None);
            // What people wrote stays in the record; the timeline says that it was accepted.
            unit.emit(order.id, &serde_json::json!({ "type": "accepted", "state": order.state }));
            end_task(unit, order.task.take())?;
            followed = self.follow(unit, &order)?;
        }
        let reply = CaptureReply {
            channel_order: order.id,
            state: order.state,
            version: order.version,
            new: false,
            known: decision.is_already(),
            older: false,
            order: followed.order,
            parked: followed.parked,
        };
        unit.save(order);
        Ok(reply)
    }

    fn follow(&self, unit: &mut Unit<'_>, order: &Doc<ChannelOrder>) -> Result<Followed, Stop> {
        let Some(current) = order.messages.iter().find(|known| known.hash == order.hash) else {
            return Ok(Followed::default());
        };
        match unit.find::<ChannelMessage>(current.id)? {
            Some(kept) => parts::drive(unit, self.merchant, order, &kept.message),
            None => Ok(Followed::default()),
        }
    }
}

command! {
    /// Rule R4-10. Forgets what is about people, once the order is over for long enough; before that it waits on.
    pub struct ForgetPeople("orders.forget_people") of merchant {
        /// The order.
        pub channel_order: ChannelOrderId,
    }

    fn run(&self, unit) -> () { self.forget(unit) }
}

impl ForgetPeople {
    fn forget(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let mut order = unit.load::<ChannelOrder>(self.channel_order)?;
        match channel::decide(&order, channel::Command::Forget, unit.now()) {
            Ok(decision) => {
                for event in &decision.events {
                    let sealed: Vec<MessageId> =
                        order.messages.iter().filter(|known| known.sealed).map(|known| known.id).collect();
                    for id in sealed {
                        forget_message(unit, id, false)?;
                    }
                    order.apply(event, None);
                    unit.emit(order.id, event);
                }
                unit.save(order);
            }
            // It goes on again, or ended later than it said: the time of its new end has a timer of its own.
            Err(_) => unit.save(order),
        }
        Ok(())
    }
}
