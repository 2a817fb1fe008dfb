//! Each field of each sample taken away, emptied, written as something else, or written twice: the order is still read,
//! what is wrong is told, and no total is ever another than it was.

use serde_json::{Value, json};
use zaiton_connect::orders::{Channel, ReadOrder, read_channel};
use zaiton_connect::{ReadError, fuzz};

use crate::channel_samples::{Sample, samples};
use crate::common::{Xorshift, brief};

const SEED: u64 = 0x5a61_6974_6f6e_0055;

fn all() -> Vec<Sample> {
    let mut all = samples();
    let own = |name: &str, channel, text: &str| Sample { name: name.to_owned(), channel, bytes: text.into() };
    all.push(own("ebay own", Channel::Ebay, include_str!("../data/ebay_order.json")));
    all.push(own("graphql own", Channel::Shopify, include_str!("../data/shopify_graphql.json")));
    all
}

/// The orders of a sample; `None` when it is an error, or not an order by itself.
fn good_orders(sample: &Sample, text: &str) -> Option<Vec<Result<ReadOrder, ReadError>>> {
    read(sample.channel, text).ok().filter(|orders| orders.iter().all(Result::is_ok))
}

fn read(channel: Channel, text: &str) -> Result<Vec<Result<ReadOrder, ReadError>>, ReadError> {
    let page = read_channel(channel, text.as_bytes())?;
    Ok(page.orders.into_iter().map(|read| read.order).collect())
}

/// Every place of a message, as a pointer.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    if !at.is_empty() {
        into.push(at.to_owned());
    }
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), into)),
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(at_item, value)| places(value, &format!("{at}/{at_item}"), into));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Where each order begins, and where its id stands.
fn roots(channel: Channel, value: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    places(value, "", &mut all);
    all.push(String::new());
    let keys: &[(&str, &str)] = match channel {
        Channel::Amazon => &[("AmazonOrderId", "PurchaseDate"), ("orderId", "createdTime")],
        Channel::Ebay => &[("orderId", "creationDate")],
        Channel::Shopify => &[("id", "created_at"), ("id", "createdAt")],
        Channel::WooCommerce => &[("id", "date_created")],
        Channel::OwnSite => &[("channel_order_id", "placed_at")],
    };
    let mut found: Vec<(String, String)> = Vec::new();
    all.sort();
    for at in all {
        let here = value.pointer(&at).unwrap();
        let is_inside = found.iter().any(|(root, _)| at.starts_with(&format!("{root}/")));
        for (id, other) in keys {
            if !is_inside && here.get(id).is_some() && here.get(other).is_some() {
                found.push((at.clone(), format!("{at}/{id}")));
            }
        }
    }
    found
}

/// Whether an order may be lost when this place is not what it was.
fn may_lose(roots: &[(String, String)], at: &str) -> bool {
    roots.iter().any(|(root, id)| at == id || at == root || root.starts_with(&format!("{at}/")))
}

/// Totals of the orders of an answer, by id.
fn totals(orders: &[Result<ReadOrder, ReadError>]) -> Vec<(String, Option<zaiton_kernel::Money>)> {
    let good = orders.iter().filter_map(|order| order.as_ref().ok());
    good.map(|order| (order.channel_order_id.clone(), order.money.total)).collect()
}

/// Each order is still there, and its total is what it was or is not known.
fn check(
    what: &str,
    before: &[Result<ReadOrder, ReadError>],
    after: &Result<Vec<Result<ReadOrder, ReadError>>, ReadError>,
) {
    let after = after.as_ref().unwrap_or_else(|error| panic!("{what}: {}", brief(error)));
    assert_eq!(after.len(), before.len(), "{what}");
    let lost: Vec<String> = after.iter().filter_map(|order| order.as_ref().err()).map(brief).collect();
    assert!(lost.is_empty(), "{what}: {lost:?}");
    for (was, is) in totals(before).iter().zip(totals(after)) {
        assert_eq!(was.0, is.0, "{what}");
        assert!(is.1.is_none() || is.1 == was.1, "{what}: {:?} became {:?}", was.1, is.1);
    }
}

#[test]
fn any_field_may_be_empty_absent_or_something_else() {
    let others = [
        json!(null),
        json!(true),
        json!(7.25),
        json!(-3),
        json!("\u{2603} no such word"),
        json!(""),
        json!([]),
        json!([[1]]),
        json!({}),
        json!({ "amount": "1e400", "value": "-", "Amount": 3.5, "node": 1 }),
    ];
    for sample in all() {
        let text = String::from_utf8(sample.bytes.clone()).unwrap();
        let good: Value = serde_json::from_str(&text).unwrap();
        let Some(before) = good_orders(&sample, &text) else { continue };
        let roots = roots(sample.channel, &good);
        assert_eq!(roots.len(), before.len(), "{}", sample.name);
        let mut all = Vec::new();
        places(&good, "", &mut all);
        for at in &all {
            let mut changed = good.clone();
            for other in &others {
                *changed.pointer_mut(at).unwrap() = other.clone();
                let what = format!("{} {at} = {other}", sample.name);
                if other.is_null() || other.is_object() {
                    fuzz::fuzz_channel(sample.channel, changed.to_string().as_bytes());
                }
                let after = read(sample.channel, &changed.to_string());
                if may_lose(&roots, at) {
                    continue;
                }
                if other.is_i64() {
                    // A whole number is an amount too, so that the total may be that one; the order is there.
                    assert!(after.is_ok_and(|after| after.iter().all(Result::is_ok)), "{what}");
                } else {
                    check(&what, &before, &after);
                }
            }
            let (holder, key) = at.rsplit_once('/').unwrap();
            let mut without = good.clone();
            if let Some(map) = without.pointer_mut(holder).and_then(Value::as_object_mut) {
                map.remove(key);
                if !may_lose(&roots, at) {
                    check(
                        &format!("{} without {at}", sample.name),
                        &before,
                        &read(sample.channel, &without.to_string()),
                    );
                }
            }
        }
    }
}

/// The message with its keys in the other order, and one of them twice.
fn written(value: &Value, at: &str, backwards: bool, twice: Option<(&str, &str)>) -> String {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<String> = map
                .iter()
                .flat_map(|(key, value)| {
                    let place = format!("{at}/{key}");
                    let mut pairs =
                        vec![format!("{}:{}", json!(key), written(value, &place, backwards, twice))];
                    pairs.extend(
                        twice
                            .filter(|(one, _)| *one == place)
                            .map(|(_, other)| format!("{}:{other}", json!(key))),
                    );
                    pairs
                })
                .collect();
            if backwards {
                pairs.reverse();
            }
            format!("{{{}}}", pairs.join(","))
        }
        Value::Array(list) => {
            let items: Vec<String> = list
                .iter()
                .enumerate()
                .map(|(place, value)| written(value, &format!("{at}/{place}"), backwards, twice))
                .collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

#[test]
fn the_order_of_keys_means_nothing_and_a_key_twice_is_told() {
    for sample in all() {
        let text = String::from_utf8(sample.bytes.clone()).unwrap();
        let good: Value = serde_json::from_str(&text).unwrap();
        let Some(before) = good_orders(&sample, &text) else { continue };
        let told = |orders: &[Result<ReadOrder, ReadError>]| -> Vec<ReadOrder> {
            let mut orders: Vec<ReadOrder> = orders.iter().map(|order| order.clone().unwrap()).collect();
            orders.iter_mut().for_each(|order| order.unmapped.sort_by(|a, b| a.field.cmp(&b.field)));
            orders
        };
        let backwards = read(sample.channel, &written(&good, "", true, None)).unwrap();
        assert_eq!(told(&backwards), told(&before), "{}", sample.name);
        let roots = roots(sample.channel, &good);
        let mut all = Vec::new();
        places(&good, "", &mut all);
        for at in all.iter().filter(|at| !may_lose(&roots, at)) {
            let same = written(good.pointer(at).unwrap(), at, false, None);
            if let Ok(after) = read(sample.channel, &written(&good, "", false, Some((at, &same)))) {
                assert_eq!(told(&after), told(&before), "{} {at} twice alike", sample.name);
            }
            let other = read(sample.channel, &written(&good, "", false, Some((at, "\"9.99\""))));
            // The keys of an envelope are asked for once: those of an order may differ and are told.
            if let Ok(after) = other {
                check(&format!("{} {at} twice", sample.name), &before, &Ok(after));
            }
        }
    }
}

#[test]
fn a_cut_answer_is_refused_wherever_it_is_cut() {
    for sample in all() {
        let whole = sample.bytes.trim_ascii_end();
        for end in (1..whole.len()).step_by(41).chain([whole.len() - 1]) {
            let error = read_channel(sample.channel, &whole[..end]).err();
            let error = error.unwrap_or_else(|| panic!("{} cut at {end} is read", sample.name));
            brief(&error);
        }
    }
}

#[test]
fn damaged_answers_and_noise_never_panic() {
    let mut random = Xorshift(SEED);
    for sample in all() {
        fuzz::fuzz_channels(&sample.bytes);
        for _ in 0..60 {
            fuzz::fuzz_channels(&random.damage(&sample.bytes));
        }
    }
    for _ in 0..500 {
        let noise: Vec<u8> = (0..random.below(300)).map(|_| random.next().to_le_bytes()[0]).collect();
        fuzz::fuzz_channels(&noise);
        fuzz::fuzz_signatures(&noise);
    }
}

#[test]
fn damaged_rows_of_orders_never_panic() {
    let mut random = Xorshift(SEED + 1);
    let good = include_bytes!("../data/orders.csv");
    for _ in 0..600 {
        fuzz::fuzz_orders(&random.damage(good));
    }
}

#[test]
fn a_deep_answer_is_refused() {
    let deep = format!("{{\"orders\":{}", "[".repeat(100_000));
    for channel in [Channel::Amazon, Channel::Ebay, Channel::Shopify, Channel::WooCommerce] {
        assert!(read_channel(channel, deep.as_bytes()).is_err());
        let (open, close) = ("[".repeat(5_000), "]".repeat(5_000));
        let nested = format!("{{\"id\":\"1\",\"orderId\":\"1\",\"line_items\":[],\"a\":{open}{close}}}");
        let page = read_channel(channel, nested.as_bytes()).unwrap();
        assert_eq!(brief(page.orders[0].order.as_ref().unwrap_err()), "import.json@1 -");
    }
}
