//! All that an order of our own format may say, to the last field, and what of it must be refused.

use serde_json::{Value, json};
use zaiton_connect::orders::{
    AddressKind, FulfilledBy, MoneyHeldBy, OrderKind, PaymentState, ReadOrder, SoldOn, read_order,
};

use crate::common::brief;

fn whole() -> Value {
    serde_json::from_str(include_str!("../data/whole_order.json")).unwrap()
}

fn read(message: &Value) -> ReadOrder {
    read_order(message.to_string().as_bytes()).unwrap()
}

#[test]
fn the_whole_shape_is_read() {
    let order = read(&whole());
    assert_eq!(
        (order.kind.clone(), order.original_order_id.as_deref()),
        (OrderKind::Replacement, Some("W-0"))
    );
    assert_eq!((order.display_no.as_deref(), order.payment_group.as_deref()), (Some("#1"), Some("G-1")));
    assert_eq!((order.account.as_deref(), order.marketplace.as_deref()), (Some("A-1"), Some("cn")));
    assert_eq!(order.fulfilled_by, Some(FulfilledBy::PlatformWarehouse));
    assert_eq!((order.sold_on, order.money_held_by), (Some(SoldOn::Ours), Some(MoneyHeldBy::Platform)));
    assert_eq!(order.placed_at.unwrap().offset_minutes, Some(480));
    assert_eq!(order.promise.deliver_by.unwrap().at.to_string(), "2026-03-07T01:00:00Z");
    assert_eq!(
        (order.promise.ship_after, order.promise.service_level.as_deref()),
        (order.placed_at, Some("fast"))
    );
    assert_eq!((order.money.difference(), order.lines_difference()), (Some(0), Some(0)));
    assert_eq!(order.money.presentment_total.unwrap().to_string(), "2400 JPY");
    let buyer = &order.personal.buyer;
    assert_eq!(buyer.tax_ids[0].number.as_str(), "DE000000000");
    assert!(
        buyer.email_is_relay
            && buyer.ip.is_some()
            && buyer.user_agent.is_some()
            && buyer.channel_user_id.is_some()
    );
    let to = order.personal.ship_to.as_ref().unwrap();
    assert_eq!((to.lines.len(), to.county.clone(), to.kind.clone()), (2, None, Some(AddressKind::Pickup)));
    assert_eq!(
        (order.personal.bill_to.as_ref(), order.personal.final_destination.as_ref()),
        (Some(to), Some(to))
    );
    assert_eq!(order.ship_country.as_deref(), Some("CN"));
    let payment = &order.payments[0];
    assert_eq!((payment.state.clone(), payment.bin.as_deref()), (PaymentState::Captured, Some("400000")));
    let line = &order.lines[0];
    assert!(line.gift && line.serial_required && line.cancel_requested && line.taxes[0].by_channel);
    assert_eq!(
        (line.qty_shipped, line.qty_cancelled, line.ioss.as_deref()),
        (Some(1), Some(0), Some("IM0000000000"))
    );
    assert_eq!((order.packages[0].lines[0].qty, order.cancels[0].lines.len()), (Some(1), 1));
    assert_eq!((order.refunds[0].lines[0].qty, order.refunds[0].status.as_deref()), (Some(1), Some("done")));
    assert_eq!(order.personal.notes[0].kind, "engraving");
    assert!(order.unmapped.is_empty());
}

#[test]
fn the_rest_may_be_stored_in_clear_and_read_back() {
    let mut order = read(&whole());
    let json = serde_json::to_string(&order).unwrap();
    for personal in ["青禾", "example.com", "192.0.2.1", "DE000000000", "生日快乐", "示例路"] {
        assert!(!json.contains(personal), "{personal}: {json}");
        assert!(!format!("{order:?}").contains(personal), "{personal}");
    }
    let back: ReadOrder = serde_json::from_str(&json).unwrap();
    let personal = std::mem::take(&mut order.personal);
    assert_eq!(back, order);
    let kept = serde_json::to_string(&personal).unwrap();
    assert_eq!(serde_json::from_str::<zaiton_connect::orders::Personal>(&kept).unwrap(), personal);
}

/// Puts a value at a place and says what the reader should answer.
fn check(place: &str, value: Value, want: &str) {
    let mut message = whole();
    *message.pointer_mut(place).unwrap() = value;
    let answer =
        read_order(message.to_string().as_bytes()).map_or_else(|error| brief(&error), |_| "read".to_owned());
    assert_eq!(answer.replace("@- ", " "), want, "{place}");
}

#[test]
fn our_own_format_is_read_strictly() {
    check("/kind", json!("gift"), "import.unknown_word kind");
    check("/fulfilled_by", json!("amazon"), "import.unknown_word fulfilled_by");
    check("/sold_on", json!("elsewhere"), "import.unknown_word sold_on");
    check("/money_held_by", json!(1), "import.wrong_kind money_held_by");
    check("/money/tax_included", json!("-1.00"), "import.amount_negative money.tax_included");
    check("/money/presentment_total", json!("1.5"), "import.amount_digits money.presentment_total");
    check("/money/presentment_currency", json!("XBT"), "import.currency_unknown money.presentment_currency");
    check("/ship_to/country", json!("China"), "import.country_unknown ship_to.country");
    check("/ship_to/type", json!("shop"), "import.unknown_word ship_to.type");
    check("/ship_to/lines", json!(["1", "2", "3", "4"]), "import.too_many ship_to.lines");
    check("/ship_to/lines/1", json!(""), "import.empty_text ship_to.lines[1]");
    check("/ship_to/is_hub", json!("true"), "import.wrong_kind ship_to.is_hub");
    check("/buyer/name", json!("x".repeat(501)), "import.text_too_long buyer.name");
    check("/buyer/tax_ids/0/number", json!(""), "import.missing buyer.tax_ids[0].number");
    check("/buyer/tax_ids/0/country", json!("XX"), "import.country_unknown buyer.tax_ids[0].country");
    check("/payments/0/status", json!("paid"), "import.unknown_word payments[0].status");
    check("/payments/0/amount", json!(118), "import.amount_number payments[0].amount");
    check("/packages/0/lines/0/qty", json!(0), "import.out_of_range packages[0].lines[0].qty");
    check("/cancels/0/lines/0", json!(1), "import.wrong_kind cancels[0].lines[0]");
    check("/lines/0/gift", json!(1), "import.wrong_kind lines[0].gift");
    check("/lines/0/qty_shipped", json!(-1), "import.out_of_range lines[0].qty_shipped");
    check("/lines/0/taxes/0/name", json!(""), "import.empty_text lines[0].taxes[0].name");
    check("/promise/ship_by", json!("2026-03-03"), "import.date_form promise.ship_by");
    check("/notes/0/text", Value::Null, "import.missing notes[0].text");
    check("/refunds/0/lines/0/qty", json!(1.5), "import.wrong_kind refunds[0].lines[0].qty");
}
