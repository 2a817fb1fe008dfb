//! What the members of a payment group say together: its payments, each once, and whether what was captured is the sum of the
//! orders. Works from all members at once, so that the order in which they came cannot matter.

use std::collections::BTreeMap;

use zaiton_kernel::{Currency, Money, Timestamp};

use super::{Member, PaymentGroup, PaymentWord};
use crate::channel::{MessagePayment, PaymentStatus};

/// What was captured and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sums {
    /// No payment was captured.
    NothingCaptured,
    /// Amounts of several currencies.
    SeveralCurrencies,
    /// An amount is not known.
    Unknown,
    /// Minor units of one currency.
    Known {
        /// The currency.
        currency: Currency,
        /// What was captured in all, also what was paid back since.
        captured: i128,
        /// What the orders come to that it is for.
        orders: i128,
    },
}

/// How strong a word about a payment is: a known one before an unknown one, then the newer by the payment's own moment, then
/// by the message's; the rest only so that equal moments end alike.
type Strength = (bool, Timestamp, Timestamp, PaymentStatus, Option<(Currency, i64)>);

fn strength(payment: &MessagePayment, updated_at: Timestamp) -> Strength {
    let known = payment.status != PaymentStatus::Unknown;
    let amount = payment.amount.map(|amount| (amount.currency(), amount.minor()));
    (known, payment.at, updated_at, payment.status, amount)
}

/// Reading K-89. The payments that the members name, each by its reference once, as the strongest word about it says.
pub(super) fn payments(members: &[Member]) -> Vec<MessagePayment> {
    let mut strongest: BTreeMap<&str, (Strength, &MessagePayment)> = BTreeMap::new();
    for said in members.iter().map(|member| &member.said).filter(|said| !said.left) {
        for payment in &said.payments {
            let strength = strength(payment, said.updated_at);
            match strongest.get(payment.reference.as_str()) {
                Some((known, _)) if *known >= strength => {}
                Some(_) | None => drop(strongest.insert(&payment.reference, (strength, payment))),
            }
        }
    }
    strongest.into_values().map(|(_, payment)| payment.clone()).collect()
}

/// The payments as orders are told of them.
pub(super) fn words(payments: &[MessagePayment]) -> Vec<PaymentWord> {
    let told = payments.iter().filter(|payment| payment.status.is_told());
    told.map(|payment| PaymentWord {
        reference: payment.reference.clone(),
        status: payment.status,
        at: payment.at,
    })
    .collect()
}

impl PaymentGroup {
    /// Reading K-89. What was captured, and what the orders come to that it is for.
    #[must_use]
    pub fn sums(&self) -> Sums {
        let captured: Vec<Option<Money>> = self
            .payments
            .iter()
            .filter(|payment| payment.status.was_captured())
            .map(|payment| payment.amount)
            .collect();
        let counted = self.members.iter().filter(|member| member.said.counts());
        let orders: Vec<Option<Money>> = counted.map(|member| member.said.total).collect();
        let mut currencies = captured.iter().chain(&orders).flatten().map(|amount| amount.currency());
        let Some(currency) = currencies.next() else {
            return if captured.is_empty() { Sums::NothingCaptured } else { Sums::Unknown };
        };
        if currencies.any(|other| other != currency) {
            return Sums::SeveralCurrencies;
        }
        if captured.is_empty() {
            return Sums::NothingCaptured;
        }
        let sum = |amounts: &[Option<Money>]| {
            amounts.iter().map(|amount| amount.map(|amount| i128::from(amount.minor()))).sum::<Option<i128>>()
        };
        match (sum(&captured), sum(&orders)) {
            (Some(captured), Some(orders)) => Sums::Known { currency, captured, orders },
            (None, _) | (_, None) => Sums::Unknown,
        }
    }
}
