//! From what was read of a channel to what the orders context takes: a message for the rules, and what is about people, to be
//! sealed. Judges nothing and corrects nothing: what is not said stays unsaid.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, digest};
use zaiton_connect::orders as read;
use zaiton_connect::orders::{
    Moment, OrderStatus, PaymentState, ReadOrder, ReadOrderLine, ReadRefund, ReadRefundLine,
};
use zaiton_kernel::{Money, Timestamp};
use zaiton_orders::Snapshot;
use zaiton_orders::channel::{
    FulfilledBy, Kind, Message, MessagePayment, MoneyHeldBy, PAYMENTS, PaymentStatus, SoldOn, Stage,
    UNMAPPED, Unmapped,
};
use zaiton_orders::order::{
    self, Channel, FeeSaid, SnapshotLine, SnapshotRefund, SnapshotRefundLine, Status,
};

/// Letters of a display number that are kept.
const DISPLAY_LETTERS: usize = 100;

/// The channel in the words of the orders context.
#[must_use]
pub fn channel_of(channel: read::Channel) -> Channel {
    match channel {
        read::Channel::OwnSite => Channel::OwnSite,
        read::Channel::Amazon => Channel::Amazon,
        read::Channel::Ebay => Channel::Ebay,
        read::Channel::Shopify => Channel::Shopify,
        read::Channel::WooCommerce => Channel::WooCommerce,
    }
}

/// The channel in the words of the readers.
#[must_use]
pub fn read_channel_of(channel: Channel) -> read::Channel {
    match channel {
        Channel::OwnSite => read::Channel::OwnSite,
        Channel::Amazon => read::Channel::Amazon,
        Channel::Ebay => read::Channel::Ebay,
        Channel::Shopify => read::Channel::Shopify,
        Channel::WooCommerce => read::Channel::WooCommerce,
    }
}

/// SHA-256 of bytes, hex: by this a payload is known again (R4-03, R4-10).
#[must_use]
pub fn hash_of(raw: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in digest(&SHA256, raw).as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn at(moment: Option<Moment>) -> Option<Timestamp> {
    moment.map(|moment| moment.at)
}

/// The message of an order as it was read; `shop` is whose connection it came by, `raw` the bytes that came.
#[must_use]
pub fn message(order: &ReadOrder, shop: &str, raw: &[u8], received_at: Timestamp) -> Message {
    let channel = channel_of(order.channel);
    let external = !matches!(order.sold_on, Some(read::SoldOn::Ours));
    let updated_at = at(order.updated_at).or(at(order.placed_at)).unwrap_or(received_at);
    let payments = payments(order, updated_at);
    Message {
        channel,
        shop: shop.to_owned(),
        channel_order_id: order.channel_order_id.clone(),
        display_no: order.display_no.as_ref().map(|no| no.chars().take(DISPLAY_LETTERS).collect()),
        original_order_id: order.original_order_id.clone(),
        payment_group: order.payment_group.clone(),
        hash: hash_of(raw),
        received_at,
        updated_at,
        kind: kind(&order.kind),
        stage: stage(&order.status),
        sold_on: if external { SoldOn::External } else { SoldOn::Ours },
        money_held_by: money_held_by(order, channel),
        fulfilled_by: match &order.fulfilled_by {
            None | Some(read::FulfilledBy::Merchant) => FulfilledBy::Merchant,
            Some(read::FulfilledBy::PlatformWarehouse) => FulfilledBy::PlatformWarehouse,
            Some(read::FulfilledBy::Channel) => FulfilledBy::Channel,
            Some(read::FulfilledBy::Other(_)) => FulfilledBy::Unknown,
        },
        cancel_requested: wants_to_cancel(order),
        ended_at: ended_at(order),
        total: order.money.total,
        difference_minor: order.money.difference(),
        unmapped: unmapped(order, payments.len()),
        payments: payments.into_iter().take(PAYMENTS).collect(),
        snapshot: snapshot(order, shop),
        detail: serde_json::to_string(order).unwrap_or_default(),
    }
}

/// Reading K-26. A channel that is a marketplace holds the money itself; a shop's own gateway pays the merchant.
fn money_held_by(order: &ReadOrder, channel: Channel) -> MoneyHeldBy {
    match (order.money_held_by, channel) {
        (Some(read::MoneyHeldBy::Platform), _) => MoneyHeldBy::Platform,
        (Some(read::MoneyHeldBy::Channel), _) => MoneyHeldBy::Channel,
        (Some(read::MoneyHeldBy::Merchant), _) => MoneyHeldBy::Merchant,
        (None, Channel::Amazon | Channel::Ebay) => MoneyHeldBy::Channel,
        (None, Channel::OwnSite | Channel::Shopify | Channel::WooCommerce) => MoneyHeldBy::Merchant,
    }
}

/// The payments that have a reference, each as the last word of the message says. What has none cannot be known again.
fn payments(order: &ReadOrder, updated_at: Timestamp) -> Vec<MessagePayment> {
    let mut found: Vec<MessagePayment> = Vec::new();
    for payment in &order.payments {
        let Some(reference) = payment.reference.as_ref().filter(|reference| !reference.trim().is_empty())
        else {
            continue;
        };
        let said = MessagePayment {
            reference: reference.clone(),
            status: payment_status(&payment.state),
            at: at(payment.at).unwrap_or(updated_at),
            amount: payment.amount,
        };
        match found.iter_mut().find(|known| known.reference == said.reference) {
            Some(known) => *known = said,
            None => found.push(said),
        }
    }
    found
}

fn payment_status(state: &PaymentState) -> PaymentStatus {
    match state {
        PaymentState::Pending => PaymentStatus::Pending,
        PaymentState::Authorised => PaymentStatus::Authorised,
        PaymentState::Captured => PaymentStatus::Captured,
        PaymentState::Refunded => PaymentStatus::Refunded,
        PaymentState::Voided => PaymentStatus::Voided,
        PaymentState::Failed => PaymentStatus::Failed,
        PaymentState::ChargedBack => PaymentStatus::ChargedBack,
        PaymentState::Other(word) if matches!(word.as_str(), "charged_back" | "chargeback") => {
            PaymentStatus::ChargedBack
        }
        PaymentState::Unsaid | PaymentState::Other(_) => PaymentStatus::Unknown,
    }
}

/// Rule R4-07. What a person must look at: what could not be mapped, and payments that are too many to be followed.
fn unmapped(order: &ReadOrder, payments: usize) -> Vec<Unmapped> {
    let too_many = (payments > PAYMENTS).then(|| Unmapped {
        field: "payments".to_owned(),
        value: payments.to_string(),
        code: "orders.channel.too_many_payments".to_owned(),
    });
    let unmapped = order.unmapped.iter().map(|one| Unmapped {
        field: one.field.clone(),
        value: one.value.clone(),
        code: one.code.clone().into_owned(),
    });
    too_many.into_iter().chain(unmapped).take(UNMAPPED).collect()
}

fn kind(kind: &read::OrderKind) -> Kind {
    match kind {
        read::OrderKind::Sale => Kind::Sale,
        read::OrderKind::Replacement => Kind::Replacement,
        read::OrderKind::Exchange => Kind::Exchange,
        read::OrderKind::Sample => Kind::Sample,
        read::OrderKind::Test => Kind::Test,
        read::OrderKind::Other(_) => Kind::Other,
    }
}

fn stage(status: &OrderStatus) -> Stage {
    match status {
        OrderStatus::Pending => Stage::Pending,
        OrderStatus::Placed => Stage::Placed,
        OrderStatus::PartShipped => Stage::PartShipped,
        OrderStatus::Shipped => Stage::Shipped,
        OrderStatus::Completed => Stage::Completed,
        OrderStatus::Refunded => Stage::Refunded,
        OrderStatus::Cancelled => Stage::Cancelled,
        OrderStatus::Failed => Stage::Failed,
        OrderStatus::Other(_) => Stage::Unknown,
    }
}

/// A wish that is not yet answered by a cancellation.
fn wants_to_cancel(order: &ReadOrder) -> bool {
    let asked = order.lines.iter().any(|line| line.cancel_requested) || !order.cancels.is_empty();
    asked && order.cancelled_at.is_none()
}

/// When it ended, as the channel says; by its last change where an end has no time of its own.
fn ended_at(order: &ReadOrder) -> Option<Timestamp> {
    let changed = || at(order.updated_at);
    match order.status {
        OrderStatus::Completed => at(order.completed_at).or_else(changed),
        OrderStatus::Cancelled | OrderStatus::Failed => at(order.cancelled_at).or_else(changed),
        OrderStatus::Refunded => changed(),
        OrderStatus::Pending
        | OrderStatus::Placed
        | OrderStatus::PartShipped
        | OrderStatus::Shipped
        | OrderStatus::Other(_) => None,
    }
}

/// What a channel says of an order's money and facts; none when something is missing that it may leave out.
#[must_use]
pub fn snapshot(order: &ReadOrder, shop: &str) -> Option<Snapshot> {
    let status = match &order.status {
        OrderStatus::Placed | OrderStatus::PartShipped => Status::Placed,
        OrderStatus::Shipped => Status::Shipped,
        OrderStatus::Completed => Status::Completed,
        // What came to nothing is off, if it was ever placed: whoever follows it knows that.
        OrderStatus::Cancelled | OrderStatus::Failed => Status::Cancelled,
        // A refund is no stage of its own: how far the order is, its times say.
        OrderStatus::Refunded if order.completed_at.is_some() => Status::Completed,
        OrderStatus::Refunded if order.shipped_at.is_some() => Status::Shipped,
        OrderStatus::Refunded => Status::Placed,
        // Not paid yet, or a word that is not known: for none of them is there a fee.
        OrderStatus::Pending | OrderStatus::Other(_) => return None,
    };
    // A channel that tells an end and no time of it changed the order then.
    let or_changed =
        |moment: Option<Moment>, so: bool| at(moment).or_else(|| at(order.updated_at).filter(|_| so));
    Some(Snapshot {
        channel: channel_of(order.channel),
        shop: shop.to_owned(),
        channel_order_id: order.channel_order_id.clone(),
        currency: order.money.currency?,
        placed_at: at(order.placed_at)?,
        updated_at: at(order.updated_at).or(at(order.placed_at))?,
        status,
        shipped_at: or_changed(order.shipped_at, status == Status::Shipped),
        completed_at: or_changed(order.completed_at, status == Status::Completed),
        cancelled_at: or_changed(order.cancelled_at, status == Status::Cancelled),
        lines: order.lines.iter().map(line).collect::<Option<_>>()?,
        refunds: order.refunds.iter().map(refund).collect::<Option<_>>()?,
        promotions: order
            .promotions
            .iter()
            .map(|promotion| order::Promotion {
                programme: promotion.programme.clone(),
                promotion: promotion.promotion.clone(),
                rate_bps: promotion.rate_bps,
                funded_share_bps: promotion.funded_share_bps,
                lines: promotion.lines.clone(),
            })
            .collect(),
        total: order.money.total?,
        fees: fees_said(order),
    })
}

fn line(line: &ReadOrderLine) -> Option<SnapshotLine> {
    Some(SnapshotLine {
        line: line.channel_line_id.clone(),
        sku: line.sku.clone()?,
        quantity: line.qty?,
        paid: line.line_total?,
    })
}

fn refund(refund: &ReadRefund) -> Option<SnapshotRefund> {
    let line =
        |line: &ReadRefundLine| Some(SnapshotRefundLine { line: line.line.clone(), amount: line.amount? });
    let lines = refund.lines.iter().map(line).collect::<Option<Vec<_>>>()?;
    Some(SnapshotRefund { reference: refund.reference.clone(), at: at(refund.at)?, lines })
}

/// What the shop says of the fee, a figure a programme: none when one of its promotions has no figure.
fn fees_said(order: &ReadOrder) -> Vec<FeeSaid> {
    let mut said: Vec<(&str, Option<Money>)> = Vec::new();
    for promotion in &order.promotions {
        match said.iter_mut().find(|(programme, _)| *programme == promotion.programme) {
            None => said.push((&promotion.programme, promotion.fee)),
            Some((_, sum)) => {
                *sum = sum.zip(promotion.fee).and_then(|(sum, fee)| sum.plus(fee).ok());
            }
        }
    }
    said.into_iter()
        .filter_map(|(programme, fee)| {
            fee.map(|remaining_fee| FeeSaid { programme: programme.to_owned(), remaining_fee })
        })
        .collect()
}
