//! What a channel order answers to each command (S1). Never reads a payload: the message comes read.

use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{
    ChannelOrder, ChannelRefusal, Command, CommandKind, DETAIL_BYTES, Event, FulfilledBy, Ignored, Kind,
    MESSAGES, Message, MessageId, OrderPayment, REASON_LETTERS, Stage, State, TOLERANCE_MINOR,
};
use crate::order::{KEY_LETTERS, order_key};

/// What a decision gives, or why not.
type Answer = Result<Decision<Event>, ChannelRefusal>;

/// Rules R4-03, R4-04, R4-07 to R4-10, S1. Decides a command. Of an order not seen before, ask one made by
/// [`ChannelOrder::unseen`].
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(order: &ChannelOrder, command: Command, now: Timestamp) -> Answer {
    match command {
        Command::Take { message, id, again, asked } => {
            sound(order, &message)?;
            if again { read_anew(order, &message) } else { Ok(take(order, &message, id, asked)) }
        }
        Command::Accept { by, reason } => accept(order, by, &reason),
        Command::Forget => forget(order, now),
        Command::NotePayment { payment } => Ok(note_payment(order, payment)),
    }
}

fn sound(order: &ChannelOrder, message: &Message) -> Result<(), ChannelRefusal> {
    let key = order_key(message.channel, &message.shop, &message.channel_order_id);
    let blank = message.shop.trim().is_empty() || message.channel_order_id.trim().is_empty();
    if blank || message.shop.contains('/') || key.chars().count() > KEY_LETTERS {
        return Err(ChannelRefusal::Key { key, at_most: KEY_LETTERS });
    }
    if order.key() != key {
        return Err(ChannelRefusal::OtherOrder { expected: order.key(), found: key });
    }
    if message.hash.len() != 64 || !message.hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ChannelRefusal::Hash {});
    }
    if message.detail.len() > DETAIL_BYTES {
        return Err(ChannelRefusal::Detail { bytes: message.detail.len(), at_most: DETAIL_BYTES });
    }
    Ok(())
}

/// The newest message stands, whatever the order in which they come; of two of one moment the one with the larger hash, until
/// the channel is asked: what it answers then stands. So the end is the same for every order of arrival.
fn take(order: &ChannelOrder, message: &Message, id: MessageId, asked: bool) -> Decision<Event> {
    let known = order.messages.iter().find(|known| known.hash == message.hash).map(|known| known.id);
    if order.hash == message.hash || (known.is_some() && !asked) {
        return Decision::already();
    }
    let (version, state) = (order.version.saturating_add(1), judge(message));
    if asked && message.updated_at >= order.updated_at {
        return Decision::one(match known {
            Some(message) => Event::Reinstated { message, version, state },
            None => Event::Taken { message: id, version, state },
        });
    }
    if known.is_some() {
        return Decision::already();
    }
    let taken = Event::Taken { message: id, version, state };
    let ambiguous = || Event::Ambiguous { updated_at: message.updated_at };
    match (order.version, message.updated_at.cmp(&order.updated_at)) {
        (0, _) | (_, std::cmp::Ordering::Greater) => Decision::one(taken),
        (_, std::cmp::Ordering::Less) => Decision::one(Event::Archived { message: id }),
        (_, std::cmp::Ordering::Equal) if message.hash > order.hash => {
            Decision { events: vec![taken, ambiguous()] }
        }
        (_, std::cmp::Ordering::Equal) => {
            Decision { events: vec![Event::Archived { message: id }, ambiguous()] }
        }
    }
}

/// A message that was taken before, read by a reader that may know more.
fn read_anew(order: &ChannelOrder, message: &Message) -> Answer {
    if order.hash != message.hash {
        return Err(ChannelRefusal::NotCurrent {});
    }
    let state = judge(message);
    // What a person accepted stays accepted.
    if state == order.state || order.accepted.is_some() {
        return Ok(Decision::already());
    }
    Ok(Decision::one(Event::ReadAnew { state }))
}

/// S1: where a message puts its order. One that the channel sends still moves money (R4-09), so its sums come first (K-87).
fn judge(message: &Message) -> State {
    if message.kind == Kind::Test {
        return State::Ignored { why: Ignored::Test };
    }
    let too_much = |minor: &i64| minor.unsigned_abs() > TOLERANCE_MINOR.unsigned_abs();
    if let Some(difference_minor) = message.difference_minor.filter(too_much) {
        return State::MathMismatch { difference_minor };
    }
    if message.fulfilled_by != FulfilledBy::Channel && !message.unmapped.is_empty() {
        return State::Unmapped { fields: message.unmapped.len() };
    }
    mapped(message.fulfilled_by, message.stage, message.cancel_requested)
}

/// Where an order stands of which nothing waits for a person.
fn mapped(fulfilled_by: FulfilledBy, stage: Stage, cancel_requested: bool) -> State {
    if fulfilled_by == FulfilledBy::Channel {
        State::Ignored { why: Ignored::ChannelFulfilled }
    } else if stage.is_off() {
        State::CancelledAtChannel
    } else if cancel_requested {
        State::CancelRequested
    } else {
        State::Mapped
    }
}

fn accept(order: &ChannelOrder, by: String, reason: &str) -> Answer {
    match order.state {
        State::Unmapped { .. } | State::MathMismatch { .. } => {}
        State::Unseen
        | State::Mapped
        | State::CancelRequested
        | State::CancelledAtChannel
        | State::Ignored { .. } => {
            return if order.accepted.is_some() {
                Ok(Decision::already())
            } else {
                Err(ChannelRefusal::NothingToAccept { state: order.state })
            };
        }
    }
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > REASON_LETTERS {
        return Err(ChannelRefusal::Reason { at_most: REASON_LETTERS });
    }
    let state = mapped(order.fulfilled_by, order.stage, order.cancel_requested);
    Ok(Decision::one(Event::Accepted { by, reason, state }))
}

/// Rule R4-10. After the end of the order and the time for keeping.
fn forget(order: &ChannelOrder, now: Timestamp) -> Answer {
    let from = order.forget_from();
    match from {
        Some(from) if now >= from => {}
        Some(from) => return Err(ChannelRefusal::StillNeeded { from: from.to_string() }),
        None => return Err(ChannelRefusal::StillNeeded { from: "-".to_owned() }),
    }
    let messages = order.messages.iter().filter(|known| known.sealed).count();
    Ok(if messages == 0 { Decision::already() } else { Decision::one(Event::Forgotten { messages }) })
}

/// Reading K-89. Of two tellings of its payment group the higher stands; of a group that it has left it keeps nothing.
fn note_payment(order: &ChannelOrder, payment: OrderPayment) -> Decision<Event> {
    let newer = order.payment.as_ref().is_none_or(|known| known.number < payment.number);
    if newer && order.joined() == Some(payment.group.as_str()) {
        Decision::one(Event::PaymentChanged { payment })
    } else {
        Decision::already()
    }
}

/// Which commands make sense now, for a page that shows its buttons. A message is always taken,
/// and so is what is told of its payment.
#[must_use]
pub fn allowed(order: &ChannelOrder, now: Timestamp) -> Vec<Allowed<CommandKind, ChannelRefusal>> {
    let refusal = |command| match command {
        CommandKind::Take | CommandKind::NotePayment => None,
        CommandKind::Accept => accept(order, String::new(), "?").err(),
        CommandKind::Forget => forget(order, now).err(),
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

/// How many messages of an order are kept: the oldest leave.
pub(super) fn too_many(messages: usize) -> bool {
    messages > MESSAGES
}
