//! Buyers' payments for orders of several merchants, in the second book-keeping against the first: each group, what its orders
//! know of it, who has a task, and that nothing is on its way for ever. Never changes either.

use zaiton_app::orders::group::CheckGroup;
use zaiton_engine::outbox::Parked;
use zaiton_engine::{Clock, Command};
use zaiton_kernel::{Id, Partition};
use zaiton_orders::group::{PaymentGroup, Standing};
use zaiton_store::Queries;

use super::compare::records;
use super::group::is_too_long;
use super::{Model, differs, read};
use crate::world::Found;

impl Model {
    pub(super) fn compare_group(&self, place: Partition, stored: &PaymentGroup) -> Found {
        let group = self.groups.get(&place).ok_or("a payment that no order named")?;
        let what = |part: &str| format!("{part} of the payment {}", group.reference);
        differs(&what("the name"), (stored.channel, &stored.reference), (group.channel, &group.reference))?;
        let found = (stored.standing, stored.since, stored.edition);
        differs(&what("standing, since when, edition"), found, (group.standing, group.since, group.edition))?;
        differs(&what("whether a task was given"), stored.task.is_some(), group.tasked)?;
        if group.task.is_some() {
            differs(&what("the task"), stored.task, group.task)?;
        }
        differs(
            &what("the payments"),
            stored.payments.iter().collect(),
            group.payments.values().collect::<Vec<_>>(),
        )?;
        let found: Vec<_> = stored
            .members
            .iter()
            .map(|member| {
                let told = member.told.map(|told| (told.edition, told.share));
                (&member.said, told, member.tellings)
            })
            .collect();
        let expected: Vec<_> =
            group.members.values().map(|member| (&member.said, member.told, member.tellings)).collect();
        differs(&what("the orders"), found, expected)
    }

    /// Tasks about payments.
    pub(super) fn compare_groups(&self, queries: &Queries) -> Found {
        let tasks = records(queries, "parked", |body| read::<Parked>("a task", body))?;
        let tasks = tasks.into_iter().filter(|(_, parked)| parked.command == CheckGroup::NAME);
        let found: Vec<i64> = tasks.map(|(id, _)| id).collect();
        let mut expected: Vec<i64> = self.groups.values().filter_map(|group| group.task).collect();
        expected.sort_unstable();
        differs("tasks about payments", found, expected)
    }

    /// K-89. When nothing is on its way, every order and its payment know the same of each other, and nobody waits for more than an
    /// hour before a person looks.
    pub(crate) fn everybody_knows_of_payments(&self, clock: &impl Clock) -> Found {
        if let Some((letter, _)) = self.letters.iter().find(|(_, sent)| **sent > 0) {
            return Err(format!("it never came: {letter}"));
        }
        for (place, group) in &self.groups {
            let now = clock.now(place.environment());
            if group.asks_from().is_some_and(|from| from <= now) {
                return Err(format!("nobody looks after the payment {}", group.reference));
            }
            for ((merchant, id), member) in group.members.iter().filter(|(_, member)| !member.said.left) {
                let seller = self.merchants.get(&Partition::new(place.environment(), *merchant));
                let orders = seller.into_iter().flat_map(|seller| seller.captured.values());
                let order = orders.into_iter().find(|order| order.id.raw() == *id);
                let order = order.ok_or("an order of a payment that no channel told of")?;
                let what = |part: &str| format!("{part} of {} and {}", order.id, group.reference);
                differs(&what("the payment"), order.joined(), Some(group.reference.as_str()))?;
                let standing = order.standing().map(|heard| (&heard.message.hash, heard.message.total));
                differs(&what("the message"), Some((&member.said.hash, member.said.total)), standing)?;
                let told = order.payment.as_ref().map(|told| (told.share, told.payments.clone()));
                let expected = (group.edition > 0).then(|| (member.said.total, group.words()));
                differs(&what("what is known"), told, expected)?;
            }
        }
        self.every_name_is_known()?;
        let waits = |standing| matches!(standing, Standing::Differs | Standing::CurrencyMismatch);
        match self.groups.values().find(|group| waits(group.standing) != group.tasked) {
            Some(group) => Err(format!("the task of {} is not as it stands", group.reference)),
            None => Ok(()),
        }
    }

    /// Every order that names a payment is one of its orders.
    fn every_name_is_known(&self) -> Found {
        for (place, merchant) in &self.merchants {
            for order in merchant.captured.values() {
                let Some((channel, reference)) =
                    order.standing().map(|heard| heard.message.channel).zip(order.joined())
                else {
                    continue;
                };
                if is_too_long(reference) {
                    continue;
                }
                let member = (place.owner(), order.id.raw());
                let known = self.groups.iter().any(|(at, group)| {
                    at.environment() == place.environment()
                        && (group.channel, group.reference.as_str()) == (channel, reference)
                        && group.members.get(&member).is_some_and(|member| !member.said.left)
                });
                if !known {
                    return Err(format!("{} names {reference}, which does not know it", order.id));
                }
            }
        }
        Ok(())
    }
}
