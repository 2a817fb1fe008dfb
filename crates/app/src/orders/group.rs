//! One payment of a buyer for orders of several merchants (K-89): each order says its part in the payment's own partition, and
//! is told there how the payment stands. Books nothing, and sends no merchant anything of another's order.

use serde::{Deserialize, Serialize};
use zaiton_engine::outbox::{Parked, ParkedId};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Environment, Id, Money, Partition, Refusal, Rule, Text};
use zaiton_onboarding::MerchantId;
use zaiton_orders::channel::{self, ChannelOrder, ChannelOrderId, Message, OrderPayment};
use zaiton_orders::group::{
    self, Command, PATIENCE_MINUTES, PaymentGroup, PaymentGroupId, PaymentWord, Said, Standing, Sums,
    group_key,
};
use zaiton_orders::order::Channel;

use crate::declare::command;
use crate::names::hashed;

/// Kind of the natural key: a payment group.
const GROUP_KEY: &str = "payment_group";

/// The partition of a payment group: its own, by its name.
#[must_use]
pub fn partition_of(environment: Environment, channel: Channel, reference: &str) -> Partition {
    Partition::new(environment, hashed(GROUP_KEY, &group_key(channel, reference)))
}

/// Reading K-89. What a newer message of an order says of its part goes to the payment that it names, and to the one that it
/// named before.
pub(super) fn say(unit: &mut Unit<'_>, order: &ChannelOrder, before: Option<&str>, message: &Message) {
    let said = Said::of(order, message, unit.now());
    let (environment, channel) = (unit.environment(), order.channel);
    let now = order.joined();
    if let Some(before) = before.filter(|before| now != Some(before)) {
        let reference = before.to_owned();
        unit.send(&JoinGroup { environment, channel, reference, said: said.clone().leaving() });
    }
    if let Some(reference) = now {
        unit.send(&JoinGroup { environment, channel, reference: reference.to_owned(), said });
    }
}

command! {
    /// Reading K-89. An order's message says its part in a payment; what cannot be gathered is parked.
    pub struct JoinGroup("orders.join_group") {
        /// Where the order was placed.
        pub channel: Channel,
        /// The payment group.
        pub reference: String,
        /// What the message says.
        pub said: Said,
    }

    fn partition(&self) { partition_of(self.environment, self.channel, &self.reference) }

    fn run(&self, unit) -> () {
        let (channel, reference, said) = (self.channel, self.reference.clone(), self.said.clone());
        unit.then(GatherOrder { environment: self.environment, channel, reference, said });
        Ok(())
    }
}

command! {
    /// Reading K-89. Gathers an order's part in a payment. Of one order the newest message stands.
    pub struct GatherOrder("orders.gather") {
        /// Where the order was placed.
        pub channel: Channel,
        /// The payment group.
        pub reference: String,
        /// What the message says.
        pub said: Said,
    }

    fn partition(&self) { partition_of(self.environment, self.channel, &self.reference) }

    fn run(&self, unit) -> GroupReply { self.gather(unit) }
}

/// How a payment group stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct GroupReply {
    /// Its id.
    pub group: PaymentGroupId,
    /// How it stands.
    pub standing: Standing,
}

impl GatherOrder {
    fn gather(&self, unit: &mut Unit<'_>) -> Result<GroupReply, Stop> {
        let key = group_key(self.channel, &self.reference);
        let known = match unit.lookup(GROUP_KEY, &key)? {
            Some(id) => Some(unit.load::<PaymentGroup>(PaymentGroupId::from_raw(id))?),
            None => None,
        };
        let mut group = match &known {
            Some(known) => (**known).clone(),
            None => PaymentGroup::unseen(unit.new_id(), self.channel, &self.reference),
        };
        let command = Command::Gather { said: Box::new(self.said.clone()) };
        let changed = change(unit, &mut group, command, Some(&self.said))?;
        let reply = GroupReply { group: group.id, standing: group.standing };
        match known {
            Some(mut known) => {
                if changed {
                    *known = group;
                }
                unit.save(known);
            }
            None => {
                unit.claim(GROUP_KEY, &key, group.id)?;
                unit.insert(group);
            }
        }
        Ok(reply)
    }
}

/// Decides about a group and lets follow what follows: orders are told, a timer is set, a person is asked or asked no more.
/// Says whether anything changed.
fn change(
    unit: &mut Unit<'_>,
    group: &mut PaymentGroup,
    command: Command,
    said: Option<&Said>,
) -> Result<bool, Stop> {
    let decision = group::decide(group, command, unit.now())?;
    if decision.is_already() {
        return Ok(false);
    }
    let (environment, channel, since) = (unit.environment(), group.channel, group.since);
    for event in &decision.events {
        group.apply(event, said);
        unit.emit(group.id, event);
    }
    for told in group::tellings(group, &decision.events) {
        unit.send(&PaymentChanged {
            environment,
            merchant: MerchantId::from_raw(told.merchant),
            channel_order: told.channel_order,
            group: group.reference.clone(),
            number: told.number,
            share: told.share,
            payments: told.payments,
        });
    }
    if group.since != since
        && let Some(from) = group.ask_from()
    {
        let reference = group.reference.clone();
        unit.timer(from, &LookAtGroup { environment, channel, reference, group: group.id });
    }
    end_task(unit, group.task.take())?;
    if group.standing.waits_for_a_person() {
        let reference = group.reference.clone();
        let check = CheckGroup { environment, channel, reference, group: group.id };
        group.task = Some(unit.park(&check, waits(group)).raw());
    }
    Ok(true)
}

/// A person's task is done, if it is still there.
pub(super) fn end_task(unit: &mut Unit<'_>, task: Option<i64>) -> Result<(), Stop> {
    if let Some(task) = task
        && let Some(parked) = unit.find::<Parked>(ParkedId::from_raw(task))?
    {
        unit.emit(parked.id, &serde_json::json!({ "type": "done", "command": parked.command }));
        unit.remove(parked);
    }
    Ok(())
}

/// Why a person must look.
fn waits(group: &PaymentGroup) -> Refusal {
    let refusal = match group.sums() {
        Sums::SeveralCurrencies => Refusal::new(
            "orders.payment_group.currency_mismatch",
            Rule::new("K-89"),
            Text::new(
                "合并支付与其订单的币种不一致。",
                "The payment and its orders have several currencies.",
            ),
            Text::new(
                "请与支付网关及渠道核对；收到更正后此任务自动结束。",
                "Ask gateway and shop; a correction ends this task by itself.",
            ),
        ),
        sums @ (Sums::Known { .. } | Sums::NothingCaptured | Sums::Unknown) => {
            let refusal = Refusal::new(
                "orders.payment_group.differs",
                Rule::new("K-89"),
                Text::new(
                    "已收款金额与所含订单总额不符，且已超过等待时间。",
                    "What was captured is not the sum of its orders, and the time for waiting is over.",
                ),
                Text::new(
                    "请查找缺少的订单或未退的款项；补齐后此任务自动结束。",
                    "Look for the order or the refund that is missing; once it is there this task ends by itself.",
                ),
            )
            .with("after_minutes", PATIENCE_MINUTES);
            match sums {
                Sums::Known { currency, captured, orders } => refusal
                    .with("captured", shown(captured, currency))
                    .with("orders", shown(orders, currency))
                    .with("difference", shown(captured - orders, currency)),
                Sums::SeveralCurrencies | Sums::NothingCaptured | Sums::Unknown => refusal,
            }
        }
    };
    let members = group.members.iter().filter(|member| !member.said.left).count();
    refusal.with("payment_group", group.key()).with("members", members)
}

/// An amount in words; past 63 bits only its minor units.
fn shown(minor: i128, currency: zaiton_kernel::Currency) -> String {
    match i64::try_from(minor) {
        Ok(minor) => Money::new(minor, currency).to_string(),
        Err(_) => format!("{minor} minor {currency}"),
    }
}

command! {
    /// Reading K-89. The time for gathering is over: a person is asked, if what was captured still differs.
    pub struct LookAtGroup("orders.look_at_group") {
        /// Where its orders were placed.
        pub channel: Channel,
        /// The payment group.
        pub reference: String,
        /// Its id.
        pub group: PaymentGroupId,
    }

    fn partition(&self) { partition_of(self.environment, self.channel, &self.reference) }

    fn run(&self, unit) -> () {
        let mut known = unit.load::<PaymentGroup>(self.group)?;
        let mut group = (*known).clone();
        if change(unit, &mut group, Command::Look, None)? {
            *known = group;
        }
        unit.save(known);
        Ok(())
    }
}

command! {
    /// A task: whether a payment group still waits for a person. Refused as long as it does.
    pub struct CheckGroup("orders.check_group") {
        /// Where its orders were placed.
        pub channel: Channel,
        /// The payment group.
        pub reference: String,
        /// Its id.
        pub group: PaymentGroupId,
    }

    fn partition(&self) { partition_of(self.environment, self.channel, &self.reference) }

    fn run(&self, unit) -> () {
        let group: Doc<PaymentGroup> = unit.load(self.group)?;
        if group.standing.waits_for_a_person() { Err(waits(&group).into()) } else { Ok(()) }
    }
}

command! {
    /// Reading K-89. A payment that covers an order stands otherwise: with the order's own share, and nothing of others.
    pub struct PaymentChanged("orders.payment_changed") of merchant {
        /// The order.
        pub channel_order: ChannelOrderId,
        /// The payment group.
        pub group: String,
        /// Which telling of this order: of two the higher is the newer.
        pub number: u32,
        /// What of the payments is for this order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub share: Option<Money>,
        /// Every payment that is captured, failed, paid back or charged back.
        pub payments: Vec<PaymentWord>,
    }

    fn run(&self, unit) -> () { self.note(unit) }
}

impl PaymentChanged {
    fn note(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let mut order = unit.load::<ChannelOrder>(self.channel_order)?;
        let (group, payments) = (self.group.clone(), self.payments.clone());
        let payment = OrderPayment { group, number: self.number, share: self.share, payments };
        let command = channel::Command::NotePayment { payment };
        let decision = channel::decide(&order, command, unit.now())?;
        for event in &decision.events {
            order.apply(event, None);
            unit.emit(order.id, event);
        }
        unit.save(order);
        Ok(())
    }
}
