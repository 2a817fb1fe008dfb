//! One state whatever the order of arrival (R4-03, R4-04): every sample of an order, with changes of our own, in any order, with
//! repeats and with messages that were cut off. The samples are read where they are present; ours stand here.
#![cfg(test)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use zaiton_boundary as boundary;
use zaiton_connect::orders::{Channel, read_channel};
use zaiton_effects::orders::message;
use zaiton_kernel::{Id, Timestamp};
use zaiton_orders::channel::{ChannelOrder, ChannelOrderId, Command, Message, MessageId, decide};

/// A payload of a channel, as it came.
#[derive(Clone, Debug)]
struct Payload {
    channel: Channel,
    bytes: Vec<u8>,
}

fn outside(folder: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/orders").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(path).ok()?.filter_map(Result::ok).collect();
    files.sort_by_key(std::fs::DirEntry::file_name);
    Some(
        files
            .iter()
            .map(|file| {
                (file.file_name().to_string_lossy().into_owned(), std::fs::read(file.path()).unwrap())
            })
            .collect(),
    )
}

/// An order of our own in each channel's form, placed, changed and ended.
fn ours() -> Vec<Payload> {
    let woo = |status: &str, at: &str, total: &str| {
        format!(
            r#"{{"id":9,"number":"9","status":"{status}","currency":"CNY","date_created_gmt":"2026-03-01T08:00:00",
            "date_modified_gmt":"2026-03-0{at}T08:00:00","total":"{total}","discount_total":"0.00","shipping_total":"0.00",
            "total_tax":"0.00","prices_include_tax":false,"line_items":[{{"id":1,"name":"tea","sku":"T-1","quantity":1,
            "subtotal":"100.00","total":"100.00","subtotal_tax":"0.00","total_tax":"0.00"}}],"refunds":[]}}"#
        )
    };
    let shopify = |financial: &str, at: &str| {
        format!(
            r##"{{"id":77,"name":"#77","currency":"USD","created_at":"2026-03-01T08:00:00Z","updated_at":"2026-03-0{at}T08:00:00Z",
            "financial_status":"{financial}","total_price":"10.00","subtotal_price":"10.00","total_tax":"0.00",
            "total_discounts":"0.00","total_line_items_price":"10.00","taxes_included":false,
            "line_items":[{{"id":1,"sku":"S","quantity":1,"price":"10.00","title":"s"}}],"shipping_lines":[],"refunds":[]}}"##
        )
    };
    let of = |channel, text: String| Payload { channel, bytes: text.into_bytes() };
    vec![
        of(Channel::WooCommerce, woo("pending", "1", "100.00")),
        of(Channel::WooCommerce, woo("processing", "2", "100.00")),
        of(Channel::WooCommerce, woo("processing", "2", "130.00")),
        of(Channel::WooCommerce, woo("teleported", "3", "100.00")),
        of(Channel::WooCommerce, woo("completed", "4", "100.00")),
        of(Channel::Shopify, shopify("pending", "1")),
        of(Channel::Shopify, shopify("paid", "2")),
        of(Channel::Shopify, shopify("refunded", "3")),
        of(Channel::Shopify, shopify("voided", "3")),
    ]
}

fn samples() -> Vec<Payload> {
    let mut all = ours();
    let folders =
        [("woocommerce", Channel::WooCommerce), ("shopify", Channel::Shopify), ("amazon", Channel::Amazon)];
    for (folder, channel) in folders {
        let Some(files) = outside(folder) else {
            println!("is skipped: shared/data/orders/{folder} is absent");
            continue;
        };
        for (name, bytes) in files {
            if folder == "amazon" {
                let Ok(whole) = serde_json::from_slice::<serde_json::Value>(&bytes) else { continue };
                for case in whole["cases"].as_array().into_iter().flatten() {
                    if case["method"] == "get" && case["status"] == "200" {
                        all.push(Payload { channel, bytes: case["response"].to_string().into_bytes() });
                    }
                }
            } else if folder != "shopify" || name.starts_with("order.") || name.starts_with("orders.") {
                all.push(Payload { channel, bytes });
            }
        }
    }
    all
}

/// Every order that is in the payloads; what cannot be read is no message and changes nothing.
fn messages(payloads: &[Payload]) -> Vec<Message> {
    let mut all = Vec::new();
    for payload in payloads {
        let Ok(page) = read_channel(payload.channel, &payload.bytes) else { continue };
        for read in page.orders {
            if let Ok(order) = read.order {
                // Where the channel says no time, that of its coming would decide: here it is one for all.
                all.push(message(&order, "main", &read.raw, Timestamp::from_micros(1_800_000_000_000_000)));
            }
        }
    }
    all
}

/// Where all orders stand in the end: by key, with state, version of the words, and what is kept.
fn end(messages: &[Message]) -> BTreeMap<String, String> {
    let mut orders: BTreeMap<String, ChannelOrder> = BTreeMap::new();
    for (at, message) in messages.iter().enumerate() {
        let key = zaiton_orders::order::order_key(message.channel, &message.shop, &message.channel_order_id);
        let order = orders
            .entry(key)
            .or_insert_with(|| ChannelOrder::unseen(ChannelOrderId::from_raw(1), 1, message));
        let id = MessageId::from_raw(i64::try_from(at).unwrap() + 1);
        let command = Command::Take { message: Box::new(message.clone()), id, again: false, asked: false };
        let decision = decide(order, command, Timestamp::from_micros(0)).expect("a sample is taken");
        for event in &decision.events {
            order.apply(event, Some((message, true)));
        }
    }
    orders
        .into_iter()
        .map(|(key, order)| {
            let mut kept: Vec<&str> = order.messages.iter().map(|known| known.hash.as_str()).collect();
            kept.sort_unstable();
            let said =
                (order.state, order.stage, order.kind, order.ended_at, order.total, &order.hash, &kept);
            (key, format!("{said:?}"))
        })
        .collect()
}

/// Rule R4-01: each payload of one order gives exactly one, whole; what is cut off gives none.
#[test]
fn each_payload_of_one_order_gives_one() {
    for payload in ours() {
        let given = messages(std::slice::from_ref(&payload));
        assert_eq!(given.len(), 1);
        boundary::inside("R4-01", "a channel's payload of one order gives exactly one order");
        let known = end(&[given.clone(), given].concat());
        assert_eq!(known.len(), 1);
        let cut = Payload { bytes: payload.bytes[..payload.bytes.len() - 1].to_vec(), ..payload };
        assert!(messages(&[cut]).is_empty());
        boundary::outside("R4-01", "a payload without its last letter gives none");
    }
}

#[test]
fn every_sample_ends_alike_in_any_order() {
    let payloads = samples();
    let whole = messages(&payloads);
    let wanted = end(&whole);
    assert!(wanted.len() >= 2, "our own are always there");
    let order = Just((0..whole.len()).collect::<Vec<usize>>()).prop_shuffle();
    let repeats = prop::collection::vec(0..whole.len(), 0..12);
    let cuts = prop::collection::vec((0..payloads.len(), 0..1_000_usize), 0..6);
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    runner
        .run(&(order, repeats, cuts), |(order, repeats, cuts)| {
            // What is cut off is no message, unless what is left is whole by chance: never for a payload of one object.
            for (at, share) in cuts {
                let payload = &payloads[at];
                let keep = payload.bytes.len() * share / 1_000;
                let cut = Payload { bytes: payload.bytes[..keep].to_vec(), ..payload.clone() };
                prop_assert!(messages(&[cut]).is_empty());
            }
            let mut arrived: Vec<Message> = order.iter().map(|at| whole[*at].clone()).collect();
            for at in repeats {
                arrived.push(whole[at].clone());
                arrived.insert(at % arrived.len(), whole[at].clone());
            }
            prop_assert_eq!(end(&arrived), wanted.clone());
            Ok(())
        })
        .unwrap();
}
