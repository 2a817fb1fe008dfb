//! Orders that replace others or are parts of them, in the second book-keeping (S14, K-85, K-90): whose fee is borne by whom, and
//! what an order's message says of money at all. Never asks the product's own rule.

use std::collections::BTreeMap;

use zaiton_app::orders::capture::CaptureReply;
use zaiton_app::orders::parts::FollowParts;
use zaiton_app::orders::{OrderReply, RecordOrder, RecordPart};
use zaiton_kernel::{Environment, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::Snapshot;
use zaiton_orders::channel::{Ignored, Kind, Message, Stage, State};
use zaiton_orders::order::Channel;

use super::account::Merchant;
use super::order::{key_of, makes_sense};
use super::{Found, Turn, differs};

/// What an order's message says of money.
pub(crate) struct Money {
    pub(super) environment: Environment,
    pub(super) merchant: MerchantId,
    pub(super) order: Snapshot,
    /// Of one that stands in another's place.
    part: Option<Part>,
}

/// What an order is to another in whose place it stands.
#[derive(Clone, Copy)]
struct Part {
    /// The other bears its fee.
    borne: bool,
    /// When that one was bought, where it is known.
    bought: Option<Timestamp>,
}

/// Which orders of a merchant name which others.
#[derive(Default)]
pub(crate) struct Parts {
    /// By the name of the original, in the order in which they came.
    of: BTreeMap<String, Vec<String>>,
    /// What happened to them, for the counts.
    pub(super) story: Vec<&'static str>,
}

impl Money {
    pub(super) fn borne(&self) -> bool {
        self.part.is_some_and(|part| part.borne)
    }

    pub(super) fn in_place_of(&self) -> Option<Timestamp> {
        self.part.and_then(|part| part.bought)
    }
}

impl From<RecordOrder> for Money {
    fn from(command: RecordOrder) -> Self {
        let RecordOrder { environment, merchant, order } = command;
        Self { environment, merchant, order, part: None }
    }
}

impl From<RecordPart> for Money {
    fn from(command: RecordPart) -> Self {
        let RecordPart { environment, merchant, order, original } = command;
        let part = Part { borne: original.bears, bought: original.placed_at };
        Self { environment, merchant, order, part: Some(part) }
    }
}

/// It is sent in the place of something that was paid for.
pub(super) fn replaces(message: &Message) -> bool {
    matches!(message.kind, Kind::Replacement | Kind::Exchange)
}

/// It is cancelled, or came to nothing.
pub(super) fn is_off(message: &Message) -> bool {
    matches!(message.stage, Stage::Cancelled | Stage::Failed)
}

/// The order that a message names as its original.
fn original_of(message: &Message) -> Option<String> {
    let id = message.original_order_id.as_ref().filter(|id| **id != message.channel_order_id)?;
    Some(key_of(message.channel, &message.shop, id))
}

impl Merchant {
    /// K-85, K-90: what replaces bears nothing. What names another bears nothing as long as that one stands or is not known; once it
    /// was cancelled, it bears its own.
    fn part(&self, message: &Message) -> Option<Part> {
        if replaces(message) {
            return Some(Part { borne: true, bought: None });
        }
        let key = original_of(message)?;
        if let Some(original) = self.orders.get(&key) {
            return Some(Part { borne: original.cancelled.is_none(), bought: Some(original.bought()) });
        }
        let known = self.captured.get(&key).and_then(|original| original.standing());
        Some(Part { borne: known.is_none_or(|heard| !is_off(&heard.message)), bought: None })
    }

    /// Remembers who names whom.
    pub(super) fn enlist(&mut self, key: &str) {
        let message = self.captured.get(key).and_then(|order| order.standing()).map(|heard| &heard.message);
        let Some(original) = message.filter(|message| !replaces(message)).and_then(original_of) else {
            return;
        };
        let parts = self.parts.of.entry(original).or_default();
        if !parts.iter().any(|part| part == key) {
            parts.push(key.to_owned());
        }
    }

    /// S14, K-87: what an order's standing message says of money, when it may move any.
    pub(super) fn money(
        &mut self,
        key: &str,
        environment: Environment,
        merchant: MerchantId,
    ) -> Option<Money> {
        let known = self.captured.get(key)?;
        let (state, message) = (known.state(), &known.standing()?.message);
        let order = message.snapshot.clone()?;
        let (story, said) = (&mut self.parts.story, message.clone());
        if let State::MathMismatch { .. } | State::Ignored { why: Ignored::Test } = state {
            story.push("messages that may not move money");
            return None;
        }
        let own = said.channel == Channel::OwnSite;
        if order.promotions.is_empty() && !own {
            story.push("orders elsewhere without a promotion");
            return None;
        }
        // Rejected (S14): what was placed before is off; what never was has nothing to give back.
        if said.stage == Stage::Failed {
            if !self.orders.contains_key(key) {
                story.push("orders that came to nothing before they were placed");
                return None;
            }
            story.push("orders that came to nothing");
        }
        story.push(if own { "orders here that move money" } else { "orders elsewhere that move money" });
        let part = self.part(&said);
        let story = &mut self.parts.story;
        match part {
            Some(part) if part.borne => story.push("fees borne by another order"),
            Some(_) => story.push("parts of what was cancelled"),
            None => {}
        }
        Some(Money { environment, merchant, order, part })
    }

    /// What may move money is followed, or parked when it makes no sense by itself; nothing else is.
    pub(super) fn follow_money(
        &mut self,
        money: Option<Money>,
        reply: &CaptureReply,
        turn: Turn<'_>,
    ) -> Found {
        let parked = money.as_ref().is_some_and(|said| !makes_sense(&said.order));
        let followed = money.is_some() && !parked;
        let found = (reply.order.is_some(), reply.parked.is_some());
        differs("what followed, what was parked", found, (followed, parked))?;
        match &money {
            Some(said) => self.record_order(said, reply.order.as_ref(), turn),
            None => Ok(()),
        }
    }

    /// An original was cancelled: those that name it are looked at once more.
    pub(super) fn follow_parts(&mut self, command: &FollowParts, turn: Turn<'_>) -> Found {
        self.parts.story.push("originals that were cancelled");
        for part in self.parts.of.get(&command.original).cloned().unwrap_or_default() {
            if let Some(said) = self.money(&part, command.environment, command.merchant) {
                self.record_order(&said, None::<&OrderReply>, turn)?;
            }
        }
        Ok(())
    }

    /// K-90. When nothing is on its way, no fee has vanished: whoever lets another bear it names one that stands, or is not known.
    pub(super) fn fees_are_borne(&self) -> Found {
        for (key, order) in self.orders.iter().filter(|(_, order)| order.borne) {
            let Some(known) = self.captured.get(key) else { continue };
            let Some(heard) = known.standing() else { continue };
            let may_move = !matches!(known.state(), State::MathMismatch { .. } | State::Ignored { .. });
            let sound = heard.message.snapshot.as_ref().is_some_and(makes_sense);
            let part = self.part(&heard.message);
            if may_move && sound && !part.is_some_and(|part| part.borne) && !order.first.promotions.is_empty()
            {
                return Err(format!("nobody bears the fee of {key}"));
            }
        }
        Ok(())
    }
}
