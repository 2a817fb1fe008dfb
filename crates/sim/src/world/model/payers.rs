//! An order's side of a buyer's payment for orders of several merchants, in the second book-keeping (K-89): which payment it names,
//! what it says of its part, what it was told. Never asks the product's own rule.

use zaiton_app::orders::capture::CaptureOrder;
use zaiton_app::orders::group::{JoinGroup, PaymentChanged};
use zaiton_kernel::Partition;
use zaiton_orders::channel::{Kind, OrderPayment, SoldOn, Stage};
use zaiton_orders::group::Said;

use super::channel::Captured;
use super::{Found, Model, Turn, count};

impl Captured {
    /// The payment that it is part of: only what was sold on our marketplace, no trial, and nothing that replaces.
    pub(super) fn joined(&self) -> Option<&str> {
        let message = &self.standing()?.message;
        let paid = !matches!(message.kind, Kind::Replacement | Kind::Exchange | Kind::Test);
        let named = message.payment_group.as_deref()?;
        (paid && message.sold_on == SoldOn::Ours && !named.trim().is_empty()).then_some(named)
    }

    /// What a message that came to stand says to its payment, and to the one that the order named before.
    pub(super) fn say(
        &mut self,
        before: Option<String>,
        command: &CaptureOrder,
        turn: Turn<'_>,
    ) -> Vec<JoinGroup> {
        let now = self.joined().map(str::to_owned);
        // What it was told of a payment that it has left is forgotten.
        self.payment = self.payment.take().filter(|told| Some(&told.group) == now.as_ref());
        let message = &command.message;
        let refunds = message.snapshot.as_ref().is_some_and(|snapshot| !snapshot.refunds.is_empty());
        let said = Said {
            merchant: zaiton_kernel::Id::raw(command.merchant),
            channel_order: self.id,
            shop: message.shop.clone(),
            channel_order_id: message.channel_order_id.clone(),
            total: message.total,
            stage: message.stage,
            paid_back: refunds || message.stage == Stage::Refunded,
            left: false,
            version: self.version,
            updated_at: message.updated_at,
            hash: message.hash.clone(),
            told_at: turn.now,
            knows: self.payment.as_ref().map_or(0, |told| told.number),
            payments: message.payments.clone(),
        };
        let (environment, channel) = (command.environment, message.channel);
        let letter = |reference, said| JoinGroup { environment, channel, reference, said };
        let gone = before.filter(|before| Some(before) != now.as_ref());
        let mut letters = Vec::new();
        letters.extend(gone.map(|before| letter(before, Said { left: true, ..said.clone() })));
        letters.extend(now.map(|now| letter(now, said)));
        letters
    }

    /// Of two tellings the higher stands; of a payment that it has left it keeps nothing.
    fn is_told(&mut self, told: &PaymentChanged) -> &'static str {
        if self.joined() != Some(told.group.as_str()) {
            return "orders told of a payment that they left";
        }
        if self.payment.as_ref().is_some_and(|known| known.number >= told.number) {
            return "orders told of a payment out of turn";
        }
        self.payment = Some(OrderPayment {
            group: told.group.clone(),
            number: told.number,
            share: told.share,
            payments: told.payments.clone(),
        });
        "orders that know of their payment"
    }
}

impl Model {
    /// How a payment stands reaches one of its orders.
    pub(super) fn tell_order(&mut self, place: Partition, told: &PaymentChanged) -> Found {
        self.arrives(told)?;
        let merchant = self.merchants.get_mut(&place).ok_or("a payment was told to no merchant")?;
        let order = merchant.captured.values_mut().find(|order| order.id == told.channel_order);
        let story = order.ok_or("a payment was told to an order that no channel told of")?.is_told(told);
        count(&mut self.counts, story);
        Ok(())
    }
}
