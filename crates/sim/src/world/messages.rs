//! What the channels of a simulated world say of their orders, message by message: late, twice, in the wrong order, two of one
//! moment; some of it cannot be, does not add up, or is a word that nobody knows. Never decides which of it stands.

use std::sync::Arc;

use zaiton_app::orders::capture::CaptureOrder;
use zaiton_engine::command::short_hash;
use zaiton_kernel::{Environment, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::{Message, MoneyHeldBy, Sealed, SoldOn, Stage, Unmapped};
use zaiton_orders::order::{Channel, SnapshotRefund, SnapshotRefundLine, Status};

use super::World;
use super::market::{Follow, yuan};
use super::shops::ShopOrder;

/// A hash as messages have it: the same words give the same one.
fn hash_of(message: &Message) -> String {
    let body = serde_json::to_string(&Message { hash: String::new(), ..message.clone() }).unwrap_or_default();
    let halves = [b"one", b"two"].map(|half| short_hash(&[half, body.as_bytes()]));
    halves.iter().flatten().map(|byte| format!("{byte:02x}")).collect()
}

/// The same in other words, as of a moment.
pub(super) fn noted(message: &Message, note: &str, updated_at: Timestamp) -> Message {
    let detail = format!("{{\"note\":\"{note}\"}}");
    let mut message = Message { detail, updated_at, ..message.clone() };
    message.hash = hash_of(&message);
    message
}

/// What is about people in a message; some have nothing.
fn sealed(message: &Message) -> Option<Sealed> {
    let raw = message.hash.clone();
    (!raw.starts_with('0')).then(|| Sealed {
        key: "sim".into(),
        raw,
        headers: String::new(),
        personal: String::new(),
    })
}

impl ShopOrder {
    /// Says what it is now.
    pub(super) fn say(&mut self) {
        let message = self.message();
        self.said.push(message);
    }

    /// Says what it was from the beginning, in the place of what was to be said of it before.
    pub(super) fn say_first(&mut self) -> Option<Message> {
        self.said.clear();
        self.say();
        self.said.last().cloned()
    }

    /// Says what it is now, later than anything before.
    pub(super) fn say_now(&mut self, now: Timestamp) -> Option<Message> {
        self.snapshot.updated_at = now.max(self.snapshot.updated_at.plus_seconds(2));
        self.say();
        self.said.last().cloned()
    }

    /// What its channel says of it now.
    fn message(&self) -> Message {
        let (facts, beside) = (&self.snapshot, &self.beside);
        let stage = beside.word.unwrap_or(match facts.status {
            Status::Placed => Stage::Placed,
            Status::Shipped => Stage::Shipped,
            Status::Completed => Stage::Completed,
            Status::Cancelled => Stage::Cancelled,
        });
        let ended_at = match stage {
            Stage::Completed => facts.completed_at,
            Stage::Cancelled => facts.cancelled_at,
            Stage::Failed | Stage::Refunded => Some(facts.updated_at),
            Stage::Pending | Stage::Placed | Stage::PartShipped | Stage::Shipped | Stage::Unknown => None,
        };
        let no_fee = matches!(stage, Stage::Pending | Stage::Unknown);
        let mut snapshot = facts.clone();
        if stage == Stage::Failed {
            // What came to nothing is off, whatever it was.
            snapshot.status = Status::Cancelled;
            snapshot.cancelled_at = snapshot.cancelled_at.or(Some(facts.updated_at));
        }
        let odd = |nth| Unmapped { field: format!("field{nth}"), value: "?".into(), code: "word".into() };
        let external = facts.channel == Channel::Amazon;
        let mut message = Message {
            channel: facts.channel,
            shop: facts.shop.clone(),
            channel_order_id: facts.channel_order_id.clone(),
            display_no: Some(format!("#{}", facts.channel_order_id)),
            original_order_id: beside.original.clone(),
            payment_group: beside.group.clone(),
            payments: beside.payments.clone(),
            hash: String::new(),
            received_at: facts.updated_at,
            updated_at: facts.updated_at,
            kind: beside.kind,
            stage,
            sold_on: if external { SoldOn::External } else { SoldOn::Ours },
            money_held_by: if external { MoneyHeldBy::Channel } else { MoneyHeldBy::Merchant },
            fulfilled_by: beside.fulfilled_by,
            cancel_requested: beside.wants_to_cancel,
            ended_at,
            total: beside.total,
            difference_minor: beside.difference_minor,
            unmapped: (0..beside.unmapped).map(odd).collect(),
            snapshot: (!no_fee).then_some(snapshot),
            detail: "{}".into(),
        };
        message.hash = hash_of(&message);
        message
    }
}

impl World {
    /// Gives a message as it came.
    pub(super) fn tell(&mut self, environment: Environment, merchant: MerchantId, message: Message) {
        let sealed = sealed(&message);
        self.give(CaptureOrder { environment, merchant, message, sealed, again: false, asked: false });
    }

    /// Gives what a channel answered when it was asked for this one order.
    pub(super) fn tell_asked(&mut self, environment: Environment, merchant: MerchantId, message: Message) {
        let sealed = sealed(&message);
        self.give(CaptureOrder { environment, merchant, message, sealed, again: false, asked: true });
    }

    /// Long after their orders, some messages come that were on their way, or come again.
    pub(super) fn last_words(&mut self) {
        let mut late = Vec::new();
        for keeper in &self.market.shopkeepers {
            let Some(merchant) = keeper.id else { continue };
            for order in &keeper.orders {
                if self.dice.chance(300)
                    && let Some(message) = self.dice.pick(&order.said)
                {
                    let other = self.dice.chance(600);
                    let message = if other {
                        noted(message, "on its way", message.updated_at)
                    } else {
                        message.clone()
                    };
                    late.push((keeper.environment, merchant, message));
                }
            }
        }
        for (environment, merchant, message) in late {
            self.tell(environment, merchant, message);
        }
    }

    /// Gives a message that is known, as a newer program reads it.
    pub(super) fn tell_anew(&mut self, environment: Environment, merchant: MerchantId, message: Message) {
        self.give(CaptureOrder { environment, merchant, message, sealed: None, again: true, asked: false });
    }

    fn give(&mut self, command: CaptureOrder) {
        let body = serde_json::to_string(&command).unwrap_or_default();
        let hash: String = short_hash(&[body.as_bytes()]).iter().map(|byte| format!("{byte:02x}")).collect();
        let content = format!("order/{hash}");
        let key = if self.dice.chance(600) { content } else { format!("order/{}", self.number()) };
        self.ask(Arc::new(command), &key, None, Follow::Nothing);
    }

    /// Now and then a channel says what cannot be, at the same moment or just after. Some of it makes no sense by itself, the rest
    /// is noted and changes nothing.
    pub(super) fn contradict(&mut self, message: Message, now: Timestamp) -> Message {
        if !self.dice.chance(120) {
            return message;
        }
        let mut message = message;
        let updated_at = message.updated_at.plus_seconds(i64::from(self.dice.chance(600)));
        message = noted(&message, "what cannot be", updated_at);
        let kind = self.dice.index(9);
        if let Some(snapshot) = &mut message.snapshot {
            match kind {
                0 => snapshot.lines.clear(),
                1 => (snapshot.status, snapshot.completed_at) = (Status::Completed, None),
                2 => snapshot.total = yuan(snapshot.total.minor() + 1),
                3 => {
                    if let Some(line) = snapshot.lines.first_mut() {
                        line.paid = yuan(line.paid.minor() + 100);
                    }
                }
                4 => snapshot.completed_at = snapshot.completed_at.map(|at| at.plus_seconds(60)),
                5 => (snapshot.status, snapshot.cancelled_at) = (Status::Cancelled, Some(now)),
                6 => {
                    let first = snapshot.refunds.first_mut().and_then(|refund| refund.lines.first_mut());
                    if let Some(line) = first {
                        line.amount = yuan(line.amount.minor() + 1);
                    }
                }
                7 => {
                    let lines = snapshot.lines.first().map(|line| line.line.clone()).into_iter();
                    let lines = lines.map(|line| SnapshotRefundLine { line, amount: yuan(50_000_000) });
                    let (reference, lines) = ("TOO-MUCH".into(), lines.collect());
                    snapshot.refunds.push(SnapshotRefund { reference, at: now, lines });
                }
                // Two of one moment that say the same in other words.
                _ => {}
            }
        }
        message.hash = hash_of(&message);
        message
    }
}
