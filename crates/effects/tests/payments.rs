//! Payments as a message takes them from what was read (K-89): each once by its reference, with the last word about it.
#![cfg(test)]

use std::fmt::Write;

use zaiton_connect::orders::{Channel, PaymentState, ReadOrder, read_channel};
use zaiton_effects::orders::message;
use zaiton_kernel::Timestamp;
use zaiton_orders::channel::{Message, PAYMENTS, PaymentStatus, Stage};

/// An order of an own site that names these payments.
fn read(payments: &str) -> ReadOrder {
    let text = format!(
        r#"{{"merchant": "m", "shop": "mall", "channel_order_id": "A-1", "status_channel": "placed", "sold_on": "ours",
        "payment_group": "PAY-1", "placed_at": "2026-03-02T01:00:00Z", "updated_at": "2026-03-02T02:00:00Z",
        "money": {{"currency": "CNY", "total": "1.00"}},
        "lines": [{{"channel_line_id": "1", "sku": "S", "qty": 1, "line_total": "1.00"}}], "payments": [{payments}]}}"#
    );
    let page = read_channel(Channel::OwnSite, text.as_bytes()).unwrap();
    page.orders.into_iter().next().unwrap().order.unwrap()
}

fn taken(order: &ReadOrder) -> Message {
    message(order, "mall", b"raw", Timestamp::parse("2026-03-02T03:00:00Z").unwrap())
}

#[test]
fn a_payment_is_named_once_with_the_last_word() {
    let said = taken(&read(
        r#"{"ref": "P", "amount": "1.00", "status": "authorised", "at": "2026-03-02T01:00:00Z"},
        {"amount": "9.00", "status": "captured"}, {"ref": "Q", "status": "voided"},
        {"ref": "P", "amount": "1.00", "status": "captured", "at": "2026-03-02T01:30:00Z"}"#,
    ));
    let words: Vec<_> = said
        .payments
        .iter()
        .map(|payment| (payment.reference.as_str(), payment.status, payment.at.to_string()))
        .collect();
    assert_eq!(words[0], ("P", PaymentStatus::Captured, "2026-03-02T01:30:00Z".to_owned()));
    // It says neither when nor how much: since the order's last change, and not known.
    assert_eq!(words[1], ("Q", PaymentStatus::Voided, "2026-03-02T02:00:00Z".to_owned()));
    assert_eq!(said.payments[1].amount, None);
    assert_eq!(words.len(), 2, "what has no reference cannot be known again");
    assert_eq!(said.payment_group.as_deref(), Some("PAY-1"));
}

/// Rule R4-07: payments that are too many are no reason to drop the order, and none to be silent.
#[test]
fn payments_that_are_too_many_are_told() {
    let named = |count: usize| {
        let mut text = String::new();
        for nth in 0..count {
            let comma = if nth == 0 { "" } else { ", " };
            write!(text, r#"{comma}{{"ref": "P{nth}", "status": "pending"}}"#).unwrap();
        }
        taken(&read(&text))
    };
    let most = named(PAYMENTS);
    assert_eq!((most.payments.len(), most.unmapped.len()), (PAYMENTS, 0));
    let more = named(PAYMENTS + 1);
    assert_eq!(more.payments.len(), PAYMENTS);
    assert_eq!(more.unmapped[0].code, "orders.channel.too_many_payments");
    assert_eq!(more.unmapped[0].value, "21");
}

#[test]
fn a_charge_back_is_known_by_its_words() {
    let mut order = read(r#"{"ref": "P", "amount": "1.00", "status": "captured"}"#);
    for (word, status) in [
        ("charged_back", PaymentStatus::ChargedBack),
        ("chargeback", PaymentStatus::ChargedBack),
        ("teleported", PaymentStatus::Unknown),
    ] {
        order.payments[0].state = PaymentState::Other(word.to_owned());
        assert_eq!(taken(&order).payments[0].status, status, "{word}");
    }
}

/// S14: what came to nothing says so of its money too, once it was placed.
#[test]
fn what_came_to_nothing_is_off() {
    let mut order = read("");
    order.status = zaiton_connect::orders::OrderStatus::Failed;
    let said = taken(&order);
    let snapshot = said.snapshot.unwrap();
    assert_eq!((said.stage, snapshot.status), (Stage::Failed, zaiton_orders::order::Status::Cancelled));
    assert_eq!(snapshot.cancelled_at, Some(Timestamp::parse("2026-03-02T02:00:00Z").unwrap()));
}
