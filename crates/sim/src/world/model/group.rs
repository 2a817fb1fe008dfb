//! Payments of buyers for orders of several merchants, in the second book-keeping (K-89): what each order says of its part, how a
//! payment stands by that, whom a person looks after, and what each order is told. Never asks the product's own rule.

use std::collections::{BTreeMap, BTreeSet};

use zaiton_app::orders::group::{GatherOrder, JoinGroup, LookAtGroup, PaymentChanged};
use zaiton_engine::command::AnyCommand;
use zaiton_kernel::{Currency, Environment, Id, Money, Partition, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::{ChannelOrderId, MessagePayment, PaymentStatus, Stage};
use zaiton_orders::group::{PaymentWord, Said, Standing};
use zaiton_orders::order::Channel;

use super::{Found, Model, Turn, count};

/// For so long the orders of a payment may be missing.
const HOUR: i64 = 3_600;
/// Letters of a payment's name, at most.
const LETTERS: usize = 100;

/// A payment and its orders.
pub(crate) struct Group {
    pub(super) channel: Channel,
    pub(super) reference: String,
    /// By merchant and order.
    pub(super) members: BTreeMap<(i64, i64), Member>,
    /// By reference.
    pub(super) payments: BTreeMap<String, MessagePayment>,
    pub(super) standing: Standing,
    /// Since when something differs.
    pub(super) since: Option<Timestamp>,
    /// How often what orders are told of the payments changed.
    pub(super) edition: u32,
    /// The task that somebody has because of it, while it is there.
    pub(crate) task: Option<i64>,
    /// Somebody was given a task, whatever became of it.
    pub(super) tasked: bool,
}

/// An order of a payment.
pub(crate) struct Member {
    pub(super) said: Said,
    /// Which edition it was told last, and with which share.
    pub(super) told: Option<(u32, Option<Money>)>,
    pub(super) tellings: u32,
}

/// The money was there, whatever came after.
fn was_captured(payment: &MessagePayment) -> bool {
    matches!(payment.status, PaymentStatus::Captured | PaymentStatus::Refunded | PaymentStatus::ChargedBack)
}

/// Sellers are told of it.
fn is_told(payment: &MessagePayment) -> bool {
    was_captured(payment) || payment.status == PaymentStatus::Failed
}

/// Nobody takes in a payment with such a name.
pub(super) fn is_too_long(reference: &str) -> bool {
    reference.chars().count() > LETTERS
}

/// What orders are told of a payment, for the counts.
const fn told_as(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Captured => "payments captured",
        PaymentStatus::Refunded => "payments paid back",
        PaymentStatus::ChargedBack => "payments charged back",
        PaymentStatus::Failed => "payments that failed",
        PaymentStatus::Unknown
        | PaymentStatus::Pending
        | PaymentStatus::Authorised
        | PaymentStatus::Voided => "payments that nobody is told of",
    }
}

/// It goes on, or was captured: what was paid back was paid before.
fn counts(said: &Said) -> bool {
    let off = matches!(said.stage, Stage::Cancelled | Stage::Failed);
    !said.left && (said.paid_back || !off)
}

/// Whether one word about a payment counts more than another: a known one; then the newer, by its own moment and then by its
/// message's; and of two of one moment always the same one.
fn counts_more(one: (&MessagePayment, Timestamp), other: (&MessagePayment, Timestamp)) -> bool {
    let place = |(payment, said_at): (&MessagePayment, Timestamp)| {
        let amount = payment.amount.map(|amount| (amount.currency(), amount.minor()));
        (payment.status != PaymentStatus::Unknown, payment.at, said_at, payment.status, amount)
    };
    place(one) > place(other)
}

impl Group {
    pub(super) fn new(channel: Channel, reference: &str) -> Self {
        Self {
            channel,
            reference: reference.to_owned(),
            members: BTreeMap::new(),
            payments: BTreeMap::new(),
            standing: Standing::Gathering,
            since: None,
            edition: 0,
            task: None,
            tasked: false,
        }
    }

    /// What its orders say of the payments, each once.
    fn gathered(&self) -> BTreeMap<String, MessagePayment> {
        let mut strongest: BTreeMap<String, (&MessagePayment, Timestamp)> = BTreeMap::new();
        for said in self.members.values().map(|member| &member.said).filter(|said| !said.left) {
            for payment in &said.payments {
                let word = (payment, said.updated_at);
                let known = strongest.get(&payment.reference);
                if known.is_none_or(|known| counts_more(word, *known)) {
                    strongest.insert(payment.reference.clone(), word);
                }
            }
        }
        strongest.into_iter().map(|(reference, (payment, _))| (reference, payment.clone())).collect()
    }

    /// What orders are told of the payments.
    pub(super) fn words(&self) -> Vec<PaymentWord> {
        let told = self.payments.values().filter(|payment| is_told(payment));
        let word = |of: &MessagePayment| PaymentWord {
            reference: of.reference.clone(),
            status: of.status,
            at: of.at,
        };
        told.map(word).collect()
    }

    /// How it stands by what is known: equal is covered; unequal for an hour is for a person, several currencies are at once.
    fn judge(&mut self, now: Timestamp) {
        let captured: Vec<Option<Money>> = self
            .payments
            .values()
            .filter(|payment| was_captured(payment))
            .map(|payment| payment.amount)
            .collect();
        let said = self.members.values().map(|member| &member.said).filter(|said| counts(said));
        let orders: Vec<Option<Money>> = said.map(|said| said.total).collect();
        let all = captured.iter().chain(&orders).flatten();
        let currencies: BTreeSet<Currency> = all.map(|amount| amount.currency()).collect();
        let sum = |amounts: &[Option<Money>]| -> Option<i64> {
            amounts.iter().map(|amount| amount.map(Money::minor)).sum()
        };
        let (paid, bought) = (sum(&captured), sum(&orders));
        (self.standing, self.since) = if currencies.len() > 1 {
            (Standing::CurrencyMismatch, None)
        } else if captured.is_empty() {
            (Standing::Gathering, None)
        } else if paid.is_some() && paid == bought {
            (Standing::Covered, None)
        } else if self.standing == Standing::Differs {
            (Standing::Differs, self.since)
        } else {
            (Standing::Gathering, self.since.or(Some(now)))
        };
    }

    /// From when on a person looks.
    pub(super) fn asks_from(&self) -> Option<Timestamp> {
        let waits = self.standing == Standing::Gathering;
        self.since.filter(|_| waits).map(|since| since.plus_seconds(HOUR))
    }

    /// Who does not know how the payments stand, or with which share, is told: the number, the order, the share.
    fn tell(&mut self, environment: Environment) -> Vec<PaymentChanged> {
        let (edition, payments, group) = (self.edition, self.words(), self.reference.clone());
        let mut told = Vec::new();
        for ((merchant, order), member) in &mut self.members {
            let now = (edition, member.said.total);
            if member.said.left || edition == 0 || member.told == Some(now) {
                continue;
            }
            member.told = Some(now);
            member.tellings += 1;
            told.push(PaymentChanged {
                environment,
                merchant: MerchantId::from_raw(*merchant),
                channel_order: ChannelOrderId::from_raw(*order),
                group: group.clone(),
                number: member.tellings,
                share: member.said.total,
                payments: payments.clone(),
            });
        }
        told
    }

    /// Takes in what an order says; what happened, for the counts. Nothing where it is older than what is known of that order.
    fn gather(&mut self, said: &Said, now: Timestamp) -> Vec<&'static str> {
        let place = (said.merchant, said.channel_order.raw());
        let known = self.members.get(&place);
        if let Some(known) = known.map(|member| &member.said)
            && ((known.version, known.told_at) > (said.version, said.told_at) || known == said)
        {
            return vec!["parts of payments that are older"];
        }
        let (before, mut story) = (known.is_some_and(|member| !member.said.left), Vec::new());
        let was_here = known.is_some();
        story.push(match (before, said.left, was_here) {
            (false, false, false) => "orders that joined a payment",
            (false, false, true) => "orders that came back to a payment",
            (true, true, _) => "orders that left a payment",
            (true, false, _) => "orders of a payment that say more",
            (false, true, _) => "orders that left before they came",
        });
        let member = self.members.entry(place).or_insert_with(|| Member {
            said: said.clone(),
            told: None,
            tellings: 0,
        });
        member.said = said.clone();
        // Who left forgets what it was told, and whoever does not know the last of it is told again.
        if said.left || said.knows < member.tellings {
            member.told = None;
        }
        let words = self.words();
        self.payments = self.gathered();
        if self.words() != words {
            self.edition += 1;
            story.extend(
                self.words().iter().filter(|word| !words.contains(word)).map(|word| told_as(word.status)),
            );
        }
        let (standing, since) = (self.standing, self.since);
        self.judge(now);
        if standing != self.standing {
            story.push(match self.standing {
                Standing::Gathering => "payments that wait anew",
                Standing::Covered if standing == Standing::Differs => "payments covered at last",
                Standing::Covered => "payments covered",
                Standing::Differs => "payments that differ at once",
                Standing::CurrencyMismatch => "payments of several currencies",
            });
        } else if since.is_none() && self.since.is_some() {
            story.push("payments that begin to differ");
        }
        story
    }
}

impl Model {
    /// A message between an order and its payment: it was sent, once.
    pub(super) fn arrives(&mut self, letter: &dyn AnyCommand) -> Found {
        let letter = format!("{} {}", letter.name(), letter.body());
        match self.letters.get_mut(&letter) {
            Some(sent) if *sent > 0 => {
                *sent -= 1;
                Ok(())
            }
            _ => Err(format!("nobody sent {letter}")),
        }
    }

    pub(super) fn is_sent(&mut self, letter: &dyn AnyCommand) {
        *self.letters.entry(format!("{} {}", letter.name(), letter.body())).or_default() += 1;
    }

    /// What an order says of its part in a payment.
    pub(super) fn join(&mut self, place: Partition, command: JoinGroup, turn: Turn<'_>) -> Found {
        self.arrives(&command)?;
        let JoinGroup { environment, channel, reference, said } = command;
        self.gather(place, GatherOrder { environment, channel, reference, said }, turn)
    }

    fn gather(&mut self, place: Partition, command: GatherOrder, turn: Turn<'_>) -> Found {
        let GatherOrder { environment, channel, reference, said } = command;
        if is_too_long(&reference) {
            self.unfit += 1;
            count(&mut self.counts, "parts of payments whose names are too long");
            return Ok(());
        }
        let group = self.groups.entry(place).or_insert_with(|| Group::new(channel, &reference));
        if (group.channel, &group.reference) != (channel, &reference) {
            return Err(format!("{reference} and {} lie in one partition", group.reference));
        }
        let story = group.gather(&said, turn.now);
        let changed = story != ["parts of payments that are older"];
        let told = group.tell(environment);
        if changed {
            group.give_task(turn)?;
        }
        for letter in &told {
            self.is_sent(letter);
        }
        for one in story.into_iter().chain(told.iter().map(|_| "orders told of their payment")) {
            count(&mut self.counts, one);
        }
        Ok(())
    }

    /// An hour has passed for which something differed.
    pub(super) fn look_at(&mut self, place: Partition, _: &LookAtGroup, turn: Turn<'_>) -> Found {
        let group = self.groups.get_mut(&place).ok_or("a payment that nobody named is looked at")?;
        let over = group.asks_from().is_some_and(|from| from <= turn.now);
        let story = if over { "payments that differ for an hour" } else { "looks in vain" };
        if over {
            group.standing = Standing::Differs;
            group.give_task(turn)?;
        }
        count(&mut self.counts, story);
        Ok(())
    }
}

impl Group {
    /// Whatever changes it ends the task that was there; one that waits for a person has another.
    fn give_task(&mut self, turn: Turn<'_>) -> Found {
        self.tasked = matches!(self.standing, Standing::Differs | Standing::CurrencyMismatch);
        self.task = turn.named.group_task;
        super::differs("whether somebody looks after a payment", self.task.is_some(), self.tasked)
    }
}
