//! A recording of calls, as Amazon publishes those of its sandbox: what was asked, and what came. Finds the answers that hold
//! orders, and joins the calls about one order. Never judges an answer, and never calls anybody.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{AmazonV0Calls, join_amazon_v0};

/// One call of a recording.
#[derive(Deserialize)]
struct Call<'a> {
    path: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    status: String,
    #[serde(borrow)]
    response: &'a RawValue,
}

/// A recording.
#[derive(Deserialize)]
struct Recording<'a> {
    #[serde(borrow)]
    cases: Vec<Call<'a>>,
}

/// The orders of a recording as NDJSON, an answer a line, as [`super::OrderReader`] reads them; none for anything else.
#[must_use]
pub fn recorded(bytes: &[u8]) -> Option<Vec<u8>> {
    // No file of orders begins so: looked at first, for a large file is not parsed twice.
    let text = std::str::from_utf8(bytes).ok()?.trim_start();
    if !text.strip_prefix('{')?.trim_start().starts_with("\"cases\"") {
        return None;
    }
    let recording: Recording<'_> = serde_json::from_str(text).ok()?;
    let good: Vec<&Call<'_>> =
        recording.cases.iter().filter(|call| call.method == "get" && call.status == "200").collect();
    let mut lines = Vec::new();
    for call in &good {
        let path = call.path.trim_end_matches('/');
        let one = path.ends_with("/orders/{orderId}");
        if !one && !path.ends_with("/orders") {
            continue;
        }
        let part = |end: &str| {
            let wanted = format!("{path}{end}");
            let found = good.iter().find(|call| one && call.path.trim_end_matches('/') == wanted);
            found.map_or("", |call| call.response.get()).as_bytes()
        };
        let items = part("/orderItems");
        let line = if items.is_empty() {
            call.response.get().as_bytes().to_vec()
        } else {
            let more = AmazonV0Calls {
                address: part("/address"),
                buyer: part("/buyerInfo"),
                items_buyer: part("/orderItems/buyerInfo"),
            };
            join_amazon_v0(call.response.get().as_bytes(), &[items], more)
        };
        // A line end inside of JSON is space between its parts: within its texts it is written otherwise.
        lines.extend(line.into_iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
        lines.push(b'\n');
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_with_orders_are_found_and_joined() {
        let text = r#" {
 "cases": [
  {"path":"/orders/v0/orders","method":"get","status":"200","response":{"payload":{"Orders":[]}}},
  {"path":"/orders/v0/orders","method":"get","status":"400","response":{"errors":[]}},
  {"path":"/orders/v0/orders/{orderId}","method":"get","status":"200","response":{"payload":{"AmazonOrderId":"1"}}},
  {"path":"/orders/v0/orders/{orderId}/orderItems","method":"get","status":"200","response":{"payload":{
     "AmazonOrderId":"1","OrderItems":[]}}},
  {"path":"/orders/v0/orders/{orderId}/shipment","method":"post","status":"200","response":{}}]}"#;
        let lines = String::from_utf8(recorded(text.as_bytes()).unwrap()).unwrap();
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[1].starts_with("{\"order\":") && lines[1].contains("\"items\""), "{}", lines[1]);
        for other in ["", "[]", "{\"Orders\":[]}", "{\"cases\":7}", "{\"cases\":[{}]}", "\u{feff}x"] {
            assert_eq!(recorded(other.as_bytes()), None, "{other}");
        }
    }
}
