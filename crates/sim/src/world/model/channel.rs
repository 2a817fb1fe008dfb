//! What channels said of a merchant's orders, in the second book-keeping (S1): every message that came, and by plain reading of
//! them which one stands, what waits for a person, whose people are still known, what of it moves money. Never asks the product's
//! own rule.

use zaiton_app::orders::RecordOrder;
use zaiton_app::orders::capture::{AcceptOrder, CaptureOrder, CaptureReply, ForgetPeople};
use zaiton_engine::batch::EventRow;
use zaiton_kernel::{Environment, Id, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::{ChannelOrderId, FulfilledBy, Ignored, Kind, Message, Stage, State};
use zaiton_orders::order::Channel;

use super::account::Merchant;
use super::order::{key_of, makes_sense};
use super::{Found, Turn, differs};

/// A cent of rounding is no difference.
const ROUNDING: u64 = 1;
const DAY: i64 = 86_400;
/// Messages of one order that are kept.
const KEPT: usize = 200;

/// Ids that the product gave, as its events name them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Named {
    /// Of the message that was kept.
    message: Option<i64>,
    /// Of the task about an order.
    task: Option<i64>,
}

impl Named {
    /// What a command's events name.
    pub(super) fn by(emitted: &[&EventRow]) -> Self {
        let mut named = Self::default();
        for event in emitted.iter().filter(|event| event.command.starts_with("orders.")) {
            if event.body.contains("\"type\":\"parked\"") && event.body.contains("\"orders.check\"") {
                named.task = Some(event.subject);
            }
            let kept: Option<zaiton_orders::channel::Event> = serde_json::from_str(&event.body).ok();
            if let Some(
                zaiton_orders::channel::Event::Taken { message, .. }
                | zaiton_orders::channel::Event::Archived { message },
            ) = kept
            {
                named.message = Some(message.raw());
            }
        }
        named
    }
}

/// A message that came.
pub(crate) struct Heard {
    pub(crate) id: i64,
    pub(crate) message: Message,
    /// It stood when it came.
    pub(crate) stood: bool,
    /// What is about people is still there.
    pub(crate) sealed: bool,
}

/// What was said of one order.
pub(crate) struct Captured {
    pub(crate) id: ChannelOrderId,
    /// In the order in which they came, each once.
    pub(crate) messages: Vec<Heard>,
    /// How often another message came to stand.
    pub(crate) version: u32,
    /// Who took the standing message as it is, and why.
    pub(crate) accepted: Option<(String, String)>,
    /// The task that somebody has because of it, while it is there.
    pub(crate) task: Option<i64>,
    /// Somebody was given a task because of the standing message, whatever became of it.
    pub(crate) tasked: bool,
    /// How often two messages of one moment differed.
    pub(crate) doubts: usize,
    /// The last message left a doubt.
    pub(crate) in_doubt: bool,
    /// What happened to it, for the counts.
    pub(crate) story: Vec<&'static str>,
}

/// A person must look at it.
pub(crate) const fn waits(state: State) -> bool {
    matches!(state, State::Unmapped { .. } | State::MathMismatch { .. })
}

/// S1, rules R4-07 to R4-09, K-87: where a message puts its order, accepted by somebody or not.
fn state_of(message: &Message, accepted: bool) -> State {
    let difference_minor = message.difference_minor.unwrap_or(0);
    let adds_up = difference_minor.unsigned_abs() <= ROUNDING;
    match (message.kind, message.fulfilled_by) {
        (Kind::Test, _) => State::Ignored { why: Ignored::Test },
        _ if !adds_up && !accepted => State::MathMismatch { difference_minor },
        (_, FulfilledBy::Channel) => State::Ignored { why: Ignored::ChannelFulfilled },
        _ if !message.unmapped.is_empty() && !accepted => State::Unmapped { fields: message.unmapped.len() },
        _ if matches!(message.stage, Stage::Cancelled | Stage::Failed) => State::CancelledAtChannel,
        _ if message.cancel_requested => State::CancelRequested,
        _ => State::Mapped,
    }
}

/// Rule R4-10, K-88: how long after the end the people of an order are known.
fn kept_until(message: &Message) -> Option<Timestamp> {
    let days = if message.channel == Channel::Amazon { 30 } else { 90 };
    message.ended_at.map(|end| end.plus_seconds(days * DAY))
}

impl Captured {
    fn new(id: ChannelOrderId) -> Self {
        Self {
            id,
            messages: Vec::new(),
            version: 0,
            accepted: None,
            task: None,
            tasked: false,
            doubts: 0,
            in_doubt: false,
            story: Vec::new(),
        }
    }

    /// Rule R4-04, K-86: the newest stands; of one moment, the one with the larger hash.
    pub(crate) fn standing(&self) -> Option<&Heard> {
        self.messages.iter().max_by_key(|heard| (heard.message.updated_at, &heard.message.hash))
    }

    pub(crate) fn state(&self) -> State {
        self.standing().map_or(State::Unseen, |heard| state_of(&heard.message, self.accepted.is_some()))
    }

    /// How many messages have something about people.
    pub(crate) fn sealed(&self) -> usize {
        self.messages.iter().filter(|heard| heard.sealed).count()
    }

    /// From when on nobody is known any more; none while it goes on.
    pub(crate) fn known_until(&self) -> Option<Timestamp> {
        self.standing().and_then(|heard| kept_until(&heard.message))
    }

    /// Hears a message; whether it came to stand.
    fn hear(&mut self, command: &CaptureOrder, turn: Turn<'_>) -> Found<bool> {
        let message = &command.message;
        let before = self.standing().map(|heard| (heard.message.updated_at, heard.message.hash.clone()));
        self.in_doubt = before.as_ref().is_some_and(|(at, _)| *at == message.updated_at);
        self.doubts += usize::from(self.in_doubt);
        let id = turn.named.message.ok_or("a message came and was not kept")?;
        let sealed = command.sealed.is_some();
        self.messages.push(Heard { id, message: message.clone(), stood: false, sealed });
        let after = self.standing().map(|heard| heard.message.hash.clone());
        let stands = after != before.map(|(_, hash)| hash);
        self.story.push(match (stands, self.in_doubt) {
            (true, true) => "messages of one moment that stand",
            (false, true) => "messages of one moment archived",
            (true, false) => "messages that stand",
            (false, false) => "messages archived",
        });
        if self.known_until().is_some_and(|until| until <= turn.now) {
            self.story.push("messages after the end");
        }
        if stands && let Some(heard) = self.messages.last_mut() {
            (heard.stood, self.version, self.accepted) = (true, self.version + 1, None);
        }
        self.let_go();
        Ok(stands)
    }

    /// The oldest message leaves when there are too many, with what is sealed of it; never the one that stands.
    fn let_go(&mut self) {
        let standing = self.standing().map(|heard| heard.id);
        if self.messages.len() > KEPT
            && let Some(oldest) = self.messages.iter().position(|heard| Some(heard.id) != standing)
        {
            self.messages.remove(oldest);
            self.story.push("messages that left");
        }
    }

    /// A newer program reads the standing message; whether that changed anything. What somebody accepted stays so.
    fn read_anew(&mut self, message: &Message) -> Found<bool> {
        let before = self.state();
        let standing = self.standing().map(|heard| heard.id).ok_or("read anew before it was read")?;
        let heard = self.messages.iter_mut().find(|heard| heard.id == standing);
        let heard = heard.filter(|heard| heard.message.hash == message.hash);
        let heard = heard.ok_or("another message than the standing one was read anew")?;
        if self.accepted.is_some() || state_of(message, false) == before {
            return Ok(false);
        }
        heard.message = message.clone();
        self.story.push("messages read anew");
        Ok(true)
    }

    /// Another message stands, or the same one reads otherwise: somebody has a task, or has none any more.
    fn give_task(&mut self, turn: Turn<'_>) -> Found {
        let state = self.state();
        if self.task.is_some() {
            self.story.push("tasks ended by a message");
        }
        self.tasked = waits(state);
        self.task = turn.named.task;
        self.story.push(match state {
            State::Unseen => "orders unseen",
            State::Mapped => "orders mapped",
            State::Unmapped { .. } => "orders unmapped",
            State::MathMismatch { .. } => "orders that do not add up",
            State::CancelRequested => "orders that buyers want cancelled",
            State::CancelledAtChannel => "orders cancelled at the channel",
            State::Ignored { why: Ignored::Test } => "orders for trial",
            State::Ignored { why: Ignored::ChannelFulfilled } => "orders sent by the channel",
        });
        differs("whether somebody has a task", self.task.is_some(), self.tasked)
    }

    /// S14, K-85, K-87: what its standing message says of money, when it may move any.
    fn money(&mut self, environment: Environment, merchant: MerchantId) -> Option<RecordOrder> {
        let state = self.state();
        let message = &self.standing()?.message;
        let mut order = message.snapshot.clone()?;
        if let State::MathMismatch { .. } | State::Ignored { why: Ignored::Test } = state {
            self.story.push("messages that may not move money");
            return None;
        }
        let again = matches!(message.kind, Kind::Replacement | Kind::Exchange);
        let story = if again || message.original_order_id.is_some() {
            order.promotions.clear();
            order.fees.clear();
            Some("fees borne by another order")
        } else {
            None
        };
        let own = message.channel == Channel::OwnSite;
        self.story.extend(story);
        if order.promotions.is_empty() && !own {
            self.story.push("orders elsewhere without a promotion");
            return None;
        }
        self.story.push(if own { "orders here that move money" } else { "orders elsewhere that move money" });
        Some(RecordOrder { environment, merchant, order })
    }
}

impl Merchant {
    pub(super) fn capture(&mut self, command: &CaptureOrder, reply: &CaptureReply, turn: Turn<'_>) -> Found {
        if self.company.is_none() {
            return Err("a channel's order of no merchant".into());
        }
        let message = &command.message;
        let key = key_of(message.channel, &message.shop, &message.channel_order_id);
        let known = self.captured.contains_key(&key);
        differs("an order that was not known", reply.new, !known)?;
        let order = self.captured.entry(key).or_insert_with(|| Captured::new(reply.channel_order));
        differs("the channel's order", reply.channel_order, order.id)?;
        let heard_before = order.messages.iter().any(|heard| heard.message.hash == message.hash);
        let (news, stands) = if command.again {
            let news = order.read_anew(message)?;
            (news, news)
        } else if heard_before {
            order.story.push("messages that came again");
            (false, false)
        } else {
            (true, order.hear(command, turn)?)
        };
        let money = if stands {
            order.give_task(turn)?;
            order.money(command.environment, command.merchant)
        } else {
            None
        };
        let expected = (order.state(), order.version, !news, news && !stands);
        let found = (reply.state, reply.version, reply.known, reply.older);
        differs("state, version, whether it was known, whether it is older", found, expected)?;
        self.follow_money(money, reply, turn)
    }

    /// A person takes an order as it is.
    pub(super) fn accept(&mut self, command: &AcceptOrder, reply: &CaptureReply, turn: Turn<'_>) -> Found {
        let order = self.captured.values_mut().find(|order| order.id == command.channel_order);
        let order = order.ok_or("an order that no channel told of was accepted")?;
        differs("the channel's order", reply.channel_order, order.id)?;
        let known = order.accepted.is_some();
        let mut money = None;
        if known {
            order.story.push("orders accepted again");
        } else {
            let reason = command.reason.trim();
            if !waits(order.state()) || reason.is_empty() {
                return Err(format!("{:?} was accepted for the reason {reason:?}", order.state()));
            }
            let summed = matches!(order.state(), State::MathMismatch { .. });
            order.story.push(if summed { "sums accepted" } else { "unknown words accepted" });
            if order.task.is_some() {
                order.story.push("tasks ended by a person");
            }
            order.accepted = Some((turn.actor.to_owned(), reason.to_owned()));
            order.task = None;
            order.tasked = false;
            money = order.money(command.environment, command.merchant);
        }
        let expected = (order.state(), order.version, known, false);
        let found = (reply.state, reply.version, reply.known, reply.older);
        differs("state, version, whether it was accepted, whether it is older", found, expected)?;
        self.follow_money(money, reply, turn)
    }

    /// What may move money is followed, or parked when it makes no sense by itself; nothing else is.
    fn follow_money(&mut self, money: Option<RecordOrder>, reply: &CaptureReply, turn: Turn<'_>) -> Found {
        let parked = match &money {
            Some(command) => !makes_sense(&command.order),
            None => false,
        };
        let followed = money.is_some() && !parked;
        let found = (reply.order.is_some(), reply.parked.is_some());
        differs("what followed, what was parked", found, (followed, parked))?;
        match &money {
            Some(command) => self.record_order(command, reply.order.as_ref(), turn),
            None => Ok(()),
        }
    }

    /// Rule R4-10: at the end of its time nobody of an order is known any more; before that, everybody is.
    pub(super) fn forget_people(&mut self, command: &ForgetPeople, turn: Turn<'_>) -> Found {
        let order = self.captured.values_mut().find(|order| order.id == command.channel_order);
        let order = order.ok_or("people of an order that no channel told of")?;
        if order.known_until().is_none_or(|until| turn.now < until) {
            order.story.push("people that are still needed");
            return Ok(());
        }
        if order.sealed() > 0 {
            order.story.push("people forgotten");
        }
        order.messages.iter_mut().for_each(|heard| heard.sealed = false);
        Ok(())
    }
}
