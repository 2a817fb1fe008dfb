//! An order as its channel writes it at a moment: own site, Shopify, `WooCommerce`, Amazon. Buyers are made up.

use serde_json::{Map, Value, json};
use zaiton_connect::orders::Channel;
use zaiton_kernel::Timestamp;

use super::cast::CAST;
use super::shops::{Living, Twist};
use super::stage::decimal;

/// Names of buyers: family and given.
const BUYERS: [(&str, &str); 8] = [
    ("陈", "小雨"),
    ("林", "国栋"),
    ("黄", "丽"),
    ("吴", "一鸣"),
    ("Meyer", "Anna"),
    ("Silva", "Rui"),
    ("Tan", "Wei Ling"),
    ("Okafor", "Ada"),
];

/// The message.
pub(super) fn body(order: &Living, now: Timestamp) -> Value {
    match order.channel {
        Channel::OwnSite => own_site(order, now),
        Channel::Shopify => shopify(order, now),
        Channel::WooCommerce => woocommerce(order, now),
        Channel::Amazon | Channel::Ebay => amazon(order, now),
    }
}

/// A thing that has happened by now.
fn by(moment: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    moment.filter(|at| *at <= now)
}

fn buyer(order: &Living) -> (&'static str, &'static str) {
    let count = u64::try_from(BUYERS.len()).unwrap_or(1);
    usize::try_from(order.number % count).ok().and_then(|at| BUYERS.get(at)).copied().unwrap_or(BUYERS[0])
}

/// The number that its channel gives it.
fn id(order: &Living) -> u64 {
    5_400_000_000 + order.number
}

/// Our promotions, as an own site writes them.
fn promotions(order: &Living, fee: Option<i64>) -> Value {
    let mut list = Vec::new();
    for offer in &order.offers {
        let lines: Vec<String> = offer.lines.iter().map(|line| (line + 1).to_string()).collect();
        let mut one = json!({ "programme": offer.programme, "promotion": offer.name, "term": offer.term,
            "rate_bps": offer.rate_bps, "funded_share_bps": 10_000, "lines": lines });
        if let Some(fee) = fee {
            one["fee"] = json!(decimal(fee));
        }
        list.push(one);
    }
    json!(list)
}

fn own_site(order: &Living, now: Timestamp) -> Value {
    let company = &CAST[order.at];
    let (ships, completes) = (by(order.ships, now), by(order.completes, now));
    let (refund, cancels) = (by(order.refund, now), by(order.cancels, now));
    let status = match (cancels, completes, ships) {
        (Some(_), _, _) => "cancelled",
        (None, Some(_), _) => "completed",
        (None, None, Some(_)) => "shipped",
        (None, None, None) => "placed",
    };
    let lines: Vec<Value> = order
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            json!({ "channel_line_id": (at + 1).to_string(), "sku": item.sku, "title": "演示商品", "qty": 1,
                "line_total": decimal(item.price) })
        })
        .collect();
    let refunds: Vec<Value> = refund
        .into_iter()
        .map(|at| {
            json!({ "ref": "R1", "at": at, "lines": [{ "line": "1", "amount": decimal(order.items[0].price) }] })
        })
        .collect();
    let fee = (order.twist == Twist::OtherFee).then_some(100);
    let mut body = json!({
        "merchant": company.code, "shop": "main", "channel_order_id": name(order), "status_channel": status,
        "placed_at": order.placed, "updated_at": order.updated(now),
        "money": { "currency": "CNY", "total": decimal(order.total()) },
        "lines": lines, "refunds": refunds, "promotions": promotions(order, fee),
    });
    for (key, moment) in [("shipped_at", ships), ("completed_at", completes), ("cancelled_at", cancels)] {
        if let Some(moment) = moment {
            body[key] = json!(moment);
        }
    }
    match &order.twist {
        Twist::Group(reference, amount) => {
            body["payment_group"] = json!(reference);
            body["sold_on"] = json!("ours");
            body["money_held_by"] = json!("platform");
            body["payments"] = json!([{ "ref": reference, "amount": decimal(*amount), "status": "captured",
                "at": order.placed }]);
        }
        Twist::PartOf(original) => body["original_order_id"] = json!(original),
        Twist::None
        | Twist::UnknownWord
        | Twist::WrongTotal
        | Twist::Test
        | Twist::SentByChannel
        | Twist::OtherFee => {}
    }
    body
}

/// The number of an own site's order.
pub(super) fn name(order: &Living) -> String {
    format!("{}{:06}", CAST[order.at].code.chars().take(2).collect::<String>().to_uppercase(), order.number)
}

fn shopify(order: &Living, now: Timestamp) -> Value {
    let (id, (family, given)) = (id(order), buyer(order));
    let (ships, refund, cancels) = (by(order.ships, now), by(order.refund, now), by(order.cancels, now));
    let line = |at: usize| id * 10 + u64::try_from(at).unwrap_or(0) + 1;
    let items: Vec<Value> = order
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            json!({ "id": line(at), "variant_id": line(at) + 7, "sku": item.sku, "title": "Demo article", "name": "Demo article",
                "quantity": 1, "price": decimal(item.price), "total_discount": "0.00", "discount_allocations": [],
                "tax_lines": [] })
        })
        .collect();
    let sent: Vec<Value> = ships
        .into_iter()
        .map(|at| {
            json!({ "id": id + 1, "created_at": at, "status": "success", "line_items":
                (0..order.items.len()).map(|at| json!({ "id": line(at), "quantity": 1 })).collect::<Vec<_>>() })
        })
        .collect();
    let refunds: Vec<Value> = refund
        .into_iter()
        .map(|at| {
            let amount = decimal(order.items[0].price);
            json!({ "id": id + 2, "created_at": at,
                "refund_line_items": [{ "line_item_id": line(0), "quantity": 1, "restock_type": "return", "subtotal": amount }],
                "transactions": [{ "id": id + 3, "kind": "refund", "status": "success", "amount": amount }] })
        })
        .collect();
    // A shop keeps the lines' own numbers beside the order: they are what the promotion is for.
    let mut offers = promotions(order, None);
    for (offer, said) in order.offers.iter().zip(offers.as_array_mut().into_iter().flatten()) {
        said["lines"] = json!(offer.lines.iter().map(|at| line(*at).to_string()).collect::<Vec<_>>());
    }
    let total = decimal(order.total());
    let mut body = json!({
        "id": id, "name": format!("#{}", 1_000 + order.number), "currency": "CNY", "source_name": "web",
        "created_at": order.placed, "updated_at": order.updated(now),
        "financial_status": if refund.is_some() { "partially_refunded" } else { "paid" },
        "fulfillment_status": if ships.is_some() { json!("fulfilled") } else { Value::Null },
        "total_price": total, "total_line_items_price": total, "total_tax": "0.00", "total_discounts": "0.00",
        "taxes_included": false, "gateway": "wechat_pay", "line_items": items, "fulfillments": sent, "refunds": refunds,
        "email": format!("buyer{}@example.com", order.number),
        "shipping_address": { "first_name": given, "last_name": family, "address1": "1 Demo Road", "city": "Xiamen",
            "zip": "361000", "country_code": "CN" },
    });
    if order.twist == Twist::Test {
        body["test"] = json!(true);
    }
    if let Some(at) = cancels {
        body["cancelled_at"] = json!(at);
        body["cancel_reason"] = json!("customer");
    }
    if !order.offers.is_empty() {
        body["note_attributes"] = json!([{ "name": "zaiton_promotion", "value": offers.to_string() }]);
    }
    body
}

/// A moment as `WooCommerce` writes it: in UTC, without saying so.
fn gmt(moment: Timestamp) -> Value {
    let text = moment.to_string();
    json!(text.get(..19).unwrap_or(&text))
}

fn woocommerce(order: &Living, now: Timestamp) -> Value {
    let (id, (family, given)) = (id(order), buyer(order));
    let (completes, refund, cancels) =
        (by(order.completes, now), by(order.refund, now), by(order.cancels, now));
    let status = match (order.twist == Twist::UnknownWord, cancels, completes) {
        (true, _, _) => "awaiting-pickup",
        (false, Some(_), _) => "cancelled",
        (false, None, Some(_)) => "completed",
        (false, None, None) => "processing",
    };
    let items: Vec<Value> = order
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            json!({ "id": at + 1, "name": "Demo article", "sku": item.sku, "product_id": 40 + at, "quantity": 1,
                "subtotal": decimal(item.price), "total": decimal(item.price), "total_tax": "0.00", "taxes": [], "meta_data": [] })
        })
        .collect();
    let off = if order.twist == Twist::WrongTotal { 1_000 } else { 0 };
    let mut body = json!({
        "id": id, "number": id.to_string(), "status": status, "currency": "CNY", "created_via": "checkout",
        "date_created_gmt": gmt(order.placed), "date_modified_gmt": gmt(order.updated(now)),
        "total": decimal(order.total() + off), "discount_total": "0.00", "shipping_total": "0.00", "total_tax": "0.00",
        "prices_include_tax": false, "payment_method": "alipay", "date_paid_gmt": gmt(order.placed),
        "transaction_id": format!("T{id}"),
        "billing": { "first_name": given, "last_name": family, "email": format!("buyer{}@example.com", order.number),
            "country": "CN" },
        "line_items": items, "fee_lines": [], "shipping_lines": [], "refunds": [], "meta_data": [],
    });
    if let Some(at) = completes.filter(|_| status == "completed") {
        body["date_completed_gmt"] = gmt(at);
    }
    if !order.offers.is_empty() {
        body["meta_data"] = json!([{ "id": 1, "key": "zaiton_promotion", "value": promotions(order, None) }]);
    }
    let Some(at) = refund else { return body };
    let amount = decimal(order.items[0].price);
    body["refunds"] = json!([{ "id": id + 1, "reason": "", "total": format!("-{amount}") }]);
    let refund = json!({ "id": id + 1, "date_created_gmt": gmt(at), "amount": amount, "line_items": [{ "id": 90,
        "quantity": -1, "total": format!("-{amount}"), "meta_data": [{ "id": 2, "key": "_refunded_item_id", "value": "1" }] }] });
    json!({ "order": body, "refunds": [refund] })
}

fn amazon(order: &Living, now: Timestamp) -> Value {
    let (number, (ships, cancels)) = (order.number, (by(order.ships, now), by(order.cancels, now)));
    let status = match (cancels, ships) {
        (Some(_), _) => "Canceled",
        (None, Some(_)) => "Shipped",
        (None, None) => "Unshipped",
    };
    let money = |minor: i64| json!({ "CurrencyCode": "USD", "Amount": decimal(minor) });
    let sent = if ships.is_some() { 1 } else { 0 };
    let items: Vec<Value> = order
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            json!({ "OrderItemId": format!("{number}{at:03}"), "ASIN": format!("B0DEMO{at:04}"), "SellerSKU": item.sku,
                "Title": "Demo article", "QuantityOrdered": 1, "QuantityShipped": sent, "ItemPrice": money(item.price / 7) })
        })
        .collect();
    let total: i64 = order.items.iter().map(|item| item.price / 7).sum();
    let mut said = Map::new();
    said.insert("AmazonOrderId".into(), json!(format!("250-{:07}-{:07}", number / 10, number)));
    said.insert("PurchaseDate".into(), json!(order.placed));
    said.insert("LastUpdateDate".into(), json!(order.updated(now)));
    said.insert("OrderStatus".into(), json!(status));
    let sender = if order.twist == Twist::SentByChannel { "AFN" } else { "MFN" };
    said.insert("FulfillmentChannel".into(), json!(sender));
    said.insert("MarketplaceId".into(), json!("ATVPDKIKX0DER"));
    said.insert("ShipServiceLevel".into(), json!("Std US Dom"));
    said.insert("OrderTotal".into(), money(total));
    json!({ "order": said, "items": { "payload": { "OrderItems": items } } })
}
