//! Samples of the channels from outside, and what is read of each: a text of our own is the answer that must come again.

use serde_json::Value;
use zaiton_connect::orders::{AmazonV0Calls, Channel, join_amazon_v0, read_channel};

use crate::channel_story::story;
use crate::common::{outside, outside_files};

/// What was read when it was last looked at.
const GOLDEN: &str = include_str!("../data/channel_orders.txt");

/// One sample: its name, its channel, its bytes.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) channel: Channel,
    pub(crate) bytes: Vec<u8>,
}

fn sandbox(file: &str) -> Vec<Value> {
    let Some(folder) = outside("orders/amazon") else { return Vec::new() };
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    whole["cases"].as_array().unwrap().clone()
}

/// The good answer of a sandbox call.
pub(crate) fn v0_answer(path: &str) -> Option<Vec<u8>> {
    let cases = sandbox("v0_sandbox_public.json");
    let case = cases.iter().find(|case| case["path"] == path && case["status"] == "200")?;
    Some(case["response"].to_string().into_bytes())
}

/// The calls about the sandbox's one order, joined.
pub(crate) fn v0_joined() -> Option<Vec<u8>> {
    let call = |end: &str| v0_answer(&format!("/orders/v0/orders/{{orderId}}{end}"));
    let more = (call("/address")?, call("/buyerInfo")?, call("/orderItems/buyerInfo")?);
    let more = AmazonV0Calls { address: &more.0, buyer: &more.1, items_buyer: &more.2 };
    Some(join_amazon_v0(&call("")?, &[&call("/orderItems")?], more))
}

/// Every sample of an order that there is.
pub(crate) fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut add = |name: String, channel, bytes| samples.push(Sample { name, channel, bytes });
    for file in ["v0_sandbox_public.json", "v2026_sandbox_public.json"] {
        for (at, case) in sandbox(file).iter().enumerate() {
            let (path, method) = (case["path"].as_str().unwrap(), case["method"].as_str().unwrap());
            if method == "get" {
                let name = format!("amazon {at} {path} {}", case["status"].as_str().unwrap());
                add(name, Channel::Amazon, case["response"].to_string().into_bytes());
            }
        }
    }
    if let Some(joined) = v0_joined() {
        add("amazon v0 joined".to_owned(), Channel::Amazon, joined);
    }
    for (name, bytes) in outside_files("orders/shopify", "order", ".json") {
        if !name.contains("risk") {
            add(format!("shopify {name}"), Channel::Shopify, bytes);
        }
    }
    for (name, bytes) in outside_files("orders/woocommerce", "", ".json") {
        add(format!("woocommerce {name}"), Channel::WooCommerce, bytes);
    }
    samples
}

#[test]
fn every_sample_reads_as_it_did() {
    let samples = samples();
    if samples.is_empty() {
        return;
    }
    let told: String = samples
        .iter()
        .map(|sample| format!("## {}\n{}\n", sample.name, story(sample.channel, &sample.bytes)))
        .collect();
    assert_eq!(told.trim_end(), GOLDEN.trim_end(), "what was read now:\n{told}");
}

/// Rule R4-01: each sample of an order gives exactly one, and its bytes are the message's own.
#[test]
fn each_order_has_its_own_bytes() {
    for sample in samples() {
        let Ok(page) = read_channel(sample.channel, &sample.bytes) else { continue };
        for read in &page.orders {
            let text = std::str::from_utf8(&read.raw).unwrap();
            assert!(text.starts_with('{') && text.ends_with('}'), "{}", sample.name);
            let again = read_channel(sample.channel, &read.raw).unwrap();
            assert_eq!(again.orders.len(), 1, "{}", sample.name);
            assert_eq!(again.orders[0].order.as_ref().ok(), read.order.as_ref().ok(), "{}", sample.name);
        }
    }
}
