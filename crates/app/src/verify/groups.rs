//! Whether payment groups and the orders that name them say the same of each other (K-89). Orders in no group are passed over.

use std::collections::{HashMap, HashSet};

use zaiton_engine::Command;
use zaiton_engine::outbox::Parked;
use zaiton_kernel::{Id, Money, Partition};
use zaiton_orders::channel::{ChannelOrder, ChannelOrderId};
use zaiton_orders::group::{PaymentGroup, PaymentWord, Standing, Sums};

use super::Verifier;
use crate::orders::group::{GatherOrder, partition_of};

/// What an order and its group must agree about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// Where the order lies.
    order: Partition,
    /// Where its group lies.
    group: Partition,
    /// The order's message that stands.
    hash: String,
    /// Its share and the payments, if it was told of them.
    told: Option<(Option<Money>, Vec<PaymentWord>)>,
}

/// What orders and groups say, by the orders' raw ids.
#[derive(Default)]
pub(super) struct Groups {
    by_orders: HashMap<i64, Part>,
    by_groups: HashMap<i64, Part>,
    /// Orders that two groups have: sound only while one of them is to hear that it left.
    twice: Vec<ChannelOrderId>,
    /// Parts that could not be gathered: a person has them.
    parked: HashSet<i64>,
}

impl Verifier {
    /// A channel order's record.
    pub fn channel_order(&mut self, partition: Partition, order: &ChannelOrder) {
        self.seen[3] += 1;
        let Some(group) = order.joined() else { return };
        let part = Part {
            order: partition,
            group: partition_of(partition.environment(), order.channel, group),
            hash: order.hash.clone(),
            told: order.payment.as_ref().map(|told| (told.share, told.payments.clone())),
        };
        self.groups.by_orders.insert(order.id.raw(), part);
    }

    /// A payment group's record.
    pub fn payment_group(&mut self, partition: Partition, group: &PaymentGroup) {
        self.seen[3] += 1;
        if partition != partition_of(partition.environment(), group.channel, &group.reference) {
            self.find("K-89", group.id.to_string(), "it lies in another partition than that of its name");
        }
        let equal = matches!(group.sums(), Sums::Known { captured, orders, .. } if captured == orders);
        if equal != (group.standing == Standing::Covered) {
            let what = format!("it is {}, and its sums are {:?}", group.standing, group.sums());
            self.find("K-89", group.id.to_string(), what);
        }
        let words = group.words();
        for member in group.members.iter().filter(|member| !member.said.left) {
            let part = Part {
                order: Partition::new(partition.environment(), member.said.merchant),
                group: partition,
                hash: member.said.hash.clone(),
                told: member.told.map(|told| (told.share, words.clone())),
            };
            if self.groups.by_groups.insert(member.said.channel_order.raw(), part).is_some() {
                self.groups.twice.push(member.said.channel_order);
            }
        }
    }

    /// A task of a person: an order's part that a group could not gather is no finding.
    pub fn parked(&mut self, parked: &Parked) {
        if parked.command == GatherOrder::NAME
            && let Ok(command) = serde_json::from_str::<GatherOrder>(&parked.body)
        {
            self.groups.parked.insert(command.said.channel_order.raw());
        }
    }

    /// Orders against groups, when nothing is on its way between them.
    pub(super) fn groups(&mut self) {
        let Groups { by_orders, mut by_groups, twice, parked } = std::mem::take(&mut self.groups);
        for order in twice {
            self.find("K-89", order.to_string(), "it is one of the orders of two payment groups");
        }
        for (order, said) in by_orders {
            let found = by_groups.remove(&order);
            if parked.contains(&order) || found.as_ref() == Some(&said) {
                continue;
            }
            let what = match found {
                None => "it names a payment group, and is none of its orders".to_owned(),
                Some(found) => format!("its payment group knows other things of it: {found:?}, not {said:?}"),
            };
            self.find("K-89", ChannelOrderId::from_raw(order).to_string(), what);
        }
        for order in by_groups.into_keys().filter(|order| !parked.contains(order)) {
            let name = ChannelOrderId::from_raw(order).to_string();
            self.find("K-89", name, "it is one of a payment group's orders, and names none");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use zaiton_engine::chain::ChainKey;
    use zaiton_kernel::{Environment, Timestamp};
    use zaiton_orders::channel::{FulfilledBy, Message, MoneyHeldBy, SoldOn, Stage};
    use zaiton_orders::group::{Command, PaymentGroupId, Said, decide};
    use zaiton_orders::order::Channel;

    use super::*;

    fn order() -> (ChannelOrder, Message) {
        let at = Timestamp::from_micros(1_772_424_000_000_000);
        let message = Message {
            channel: Channel::OwnSite,
            shop: "mall".into(),
            channel_order_id: "A-1".into(),
            display_no: None,
            original_order_id: None,
            payment_group: Some("PAY-1".into()),
            hash: "ab".into(),
            received_at: at,
            updated_at: at,
            kind: zaiton_orders::channel::Kind::Sale,
            stage: Stage::Placed,
            sold_on: SoldOn::Ours,
            money_held_by: MoneyHeldBy::Platform,
            fulfilled_by: FulfilledBy::Merchant,
            cancel_requested: false,
            ended_at: None,
            total: None,
            difference_minor: None,
            unmapped: Vec::new(),
            payments: Vec::new(),
            snapshot: None,
            detail: String::new(),
        };
        let mut order = ChannelOrder::unseen(ChannelOrderId::from_raw(5), 7, &message);
        order.payment_group.clone_from(&message.payment_group);
        order.hash.clone_from(&message.hash);
        (order, message)
    }

    fn group(said: &Said) -> PaymentGroup {
        let mut group = PaymentGroup::unseen(PaymentGroupId::from_raw(9), Channel::OwnSite, "PAY-1");
        let command = Command::Gather { said: Box::new(said.clone()) };
        for event in decide(&group, command, said.told_at).unwrap().events {
            group.apply(&event, Some(said));
        }
        group
    }

    /// What the verifier finds in these, when nothing is on its way.
    fn found(order: Option<&ChannelOrder>, group: Option<&PaymentGroup>) -> Vec<String> {
        let mut verifier = Verifier::new(ChainKey::new(&[7; 32]), HashMap::new());
        if let Some(order) = order {
            verifier.channel_order(Partition::new(Environment::Live, order.merchant), order);
        }
        if let Some(group) = group {
            verifier.payment_group(partition_of(Environment::Live, Channel::OwnSite, "PAY-1"), group);
        }
        verifier.finish(true).0.into_iter().map(|finding| finding.what).collect()
    }

    /// An order that goes over from one payment to another is heard of by the one before it is by the other.
    #[test]
    fn an_order_of_two_groups_is_found_once_nothing_is_on_its_way() {
        let (order, message) = order();
        let one = group(&Said::of(&order, &message, message.updated_at));
        let other = PaymentGroup { reference: "PAY-2".into(), ..one.clone() };
        let found = |drained| {
            let mut verifier = Verifier::new(ChainKey::new(&[7; 32]), HashMap::new());
            verifier.channel_order(Partition::new(Environment::Live, order.merchant), &order);
            for group in [&other, &one] {
                let place = partition_of(Environment::Live, Channel::OwnSite, &group.reference);
                verifier.payment_group(place, group);
            }
            verifier.finish(drained).0.into_iter().map(|finding| finding.what).collect::<Vec<_>>()
        };
        assert_eq!(found(false), Vec::<String>::new());
        assert_eq!(found(true), ["it is one of the orders of two payment groups"]);
    }

    #[test]
    fn orders_and_their_payment_groups_agree() {
        let (order, message) = order();
        let group = group(&Said::of(&order, &message, message.updated_at));
        assert_eq!(found(Some(&order), Some(&group)), Vec::<String>::new());
        assert_eq!(found(Some(&order), None), ["it names a payment group, and is none of its orders"]);
        assert_eq!(found(None, Some(&group)), ["it is one of a payment group's orders, and names none"]);
        let newer = ChannelOrder { hash: "cd".into(), ..order.clone() };
        assert!(found(Some(&newer), Some(&group))[0].starts_with("its payment group knows other things"));
        let covered = PaymentGroup { standing: Standing::Covered, ..group.clone() };
        assert!(found(Some(&order), Some(&covered))[0].starts_with("it is covered, and its sums are"));
        let elsewhere = PaymentGroup { reference: "PAY-2".into(), ..group };
        assert_eq!(
            found(Some(&order), Some(&elsewhere)),
            ["it lies in another partition than that of its name"]
        );
    }
}
