//! What channels said of a merchant's orders, in the second book-keeping (S1): every message that came, and by plain reading of
//! them which one stands, what waits for a person, whose people are still known. Never asks the product's own rule.

use zaiton_app::orders::capture::{AcceptOrder, CaptureOrder, CaptureReply, ForgetPeople};
use zaiton_engine::batch::EventRow;
use zaiton_kernel::{Id, Timestamp};
use zaiton_orders::channel::{
    ChannelOrderId, FulfilledBy, Ignored, Kind, Message, OrderPayment, Stage, State,
};
use zaiton_orders::order::Channel;

use super::account::Merchant;
use super::order::key_of;
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
    /// Of the task about a buyer's payment.
    pub(super) group_task: Option<i64>,
}

impl Named {
    /// What a command's events name.
    pub(super) fn by(emitted: &[&EventRow]) -> Self {
        let mut named = Self::default();
        for event in emitted.iter().filter(|event| event.command.starts_with("orders.")) {
            if event.body.contains("\"type\":\"parked\"") && event.body.contains("\"orders.check\"") {
                named.task = Some(event.subject);
            }
            if event.body.contains("\"type\":\"parked\"") && event.body.contains("\"orders.check_group\"") {
                named.group_task = Some(event.subject);
            }
            let kept: Option<zaiton_orders::channel::Event> = serde_json::from_str(&event.body).ok();
            if let Some(
                zaiton_orders::channel::Event::Taken { message, .. }
                | zaiton_orders::channel::Event::Reinstated { message, .. }
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

/// What became of a message that came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// It is known, and changes nothing.
    Again,
    Archived,
    Stands,
}

/// What was said of one order.
pub(crate) struct Captured {
    pub(crate) id: ChannelOrderId,
    /// In the order in which they came, each once.
    pub(crate) messages: Vec<Heard>,
    /// Which of them stands.
    stands: Option<i64>,
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
    /// What it was told of the buyer's payment that is for other orders too.
    pub(super) payment: Option<OrderPayment>,
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
            stands: None,
            version: 0,
            accepted: None,
            task: None,
            tasked: false,
            doubts: 0,
            in_doubt: false,
            payment: None,
            story: Vec::new(),
        }
    }

    /// The message that stands.
    pub(crate) fn standing(&self) -> Option<&Heard> {
        self.messages.iter().find(|heard| Some(heard.id) == self.stands)
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

    /// Rule R4-04, K-86. The newest message stands; of one moment the one with the larger hash, until the channel is asked: what it
    /// answers then stands whatever its hash, also when it was known before.
    fn hear(&mut self, command: &CaptureOrder, turn: Turn<'_>) -> Found<Came> {
        let message = &command.message;
        let known =
            self.messages.iter().find(|heard| heard.message.hash == message.hash).map(|heard| heard.id);
        let before = self.standing().map(|heard| (heard.message.updated_at, heard.message.hash.clone()));
        let is_answer = command.asked && before.as_ref().is_none_or(|(at, _)| *at <= message.updated_at);
        if known.is_some() && (known == self.stands || !is_answer) {
            self.story.push("messages that came again");
            return Ok(Came::Again);
        }
        let one_moment = before.as_ref().is_some_and(|(at, _)| *at == message.updated_at);
        let newer = before.is_none_or(|before| before < (message.updated_at, message.hash.clone()));
        let stands = is_answer || newer;
        self.in_doubt = one_moment && !is_answer;
        self.doubts += usize::from(self.in_doubt);
        self.story.push(match (is_answer, stands, one_moment) {
            (true, _, _) if known.is_some() => "answers that stand again",
            (true, _, true) if !newer => "answers that stand though their hash is smaller",
            (true, _, _) => "answers that stand",
            (false, true, true) => "messages of one moment that stand",
            (false, false, true) => "messages of one moment archived",
            (false, true, false) => "messages that stand",
            (false, false, false) => "messages archived",
        });
        let id = turn.named.message.ok_or("a message came and was not kept")?;
        match self.messages.iter_mut().find(|heard| Some(heard.id) == known) {
            Some(heard) => {
                differs("the message that stands again", id, heard.id)?;
                heard.message = message.clone();
            }
            None => {
                let sealed = command.sealed.is_some();
                self.messages.push(Heard { id, message: message.clone(), stood: false, sealed });
            }
        }
        if stands {
            (self.stands, self.version, self.accepted) = (Some(id), self.version + 1, None);
            self.messages.iter_mut().filter(|heard| heard.id == id).for_each(|heard| heard.stood = true);
        }
        if self.known_until().is_some_and(|until| until <= turn.now) {
            self.story.push("messages after the end");
        }
        self.let_go();
        Ok(if stands { Came::Stands } else { Came::Archived })
    }

    /// The oldest message leaves when there are too many, with what is sealed of it; never the one that stands.
    fn let_go(&mut self) {
        if self.messages.len() > KEPT
            && let Some(oldest) = self.messages.iter().position(|heard| Some(heard.id) != self.stands)
        {
            self.messages.remove(oldest);
            self.story.push("messages that left");
        }
    }

    /// A newer program reads the standing message; whether that changed anything. What somebody accepted stays so.
    fn read_anew(&mut self, message: &Message) -> Found<bool> {
        let before = self.state();
        let standing = self.stands.ok_or("read anew before it was read")?;
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
        let order = self.captured.entry(key.clone()).or_insert_with(|| Captured::new(reply.channel_order));
        differs("the channel's order", reply.channel_order, order.id)?;
        let before = order.joined().map(str::to_owned);
        let came = match command.again {
            true if order.read_anew(message)? => Came::Stands,
            true => Came::Again,
            false => order.hear(command, turn)?,
        };
        let (news, stands) = (came != Came::Again, came == Came::Stands);
        if stands {
            order.give_task(turn)?;
            self.letters.extend(order.say(before, command, turn));
        }
        let expected = (order.state(), order.version, !news, news && !stands);
        let found = (reply.state, reply.version, reply.known, reply.older);
        differs("state, version, whether it was known, whether it is older", found, expected)?;
        let mut money = None;
        if stands {
            self.enlist(&key);
            money = self.money(&key, command.environment, command.merchant);
        }
        self.follow_money(money, reply, turn)
    }

    /// A person takes an order as it is.
    pub(super) fn accept(&mut self, command: &AcceptOrder, reply: &CaptureReply, turn: Turn<'_>) -> Found {
        let order = self.captured.iter_mut().find(|(_, order)| order.id == command.channel_order);
        let (key, order) = order.ok_or("an order that no channel told of was accepted")?;
        differs("the channel's order", reply.channel_order, order.id)?;
        let (key, known) = (key.clone(), order.accepted.is_some());
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
        }
        let expected = (order.state(), order.version, known, false);
        let found = (reply.state, reply.version, reply.known, reply.older);
        differs("state, version, whether it was accepted, whether it is older", found, expected)?;
        let money = if known { None } else { self.money(&key, command.environment, command.merchant) };
        self.follow_money(money, reply, turn)
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
