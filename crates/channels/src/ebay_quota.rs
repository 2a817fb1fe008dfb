//! eBay's budget of calls by the day, which it tells itself (Analytics, `getUserRateLimits`). The last twentieth of it is not
//! used: the seller's other programs live of the same. Never reads a clock, and knows nothing where nothing is told.

use serde::Deserialize;
use zaiton_kernel::Timestamp;

/// Of what share of a day's calls the last is left alone: one in twenty.
const LEFT_ALONE: u64 = 20;
/// For how long what was told holds; own calls are counted on.
const HOLDS_SECONDS: i64 = 900;

/// What is known of the day's calls.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    told: Option<Rate>,
    asked_at: Option<Timestamp>,
    /// Calls since it was told.
    made: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rate {
    limit: u64,
    remaining: u64,
    reset: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Limits {
    #[serde(default)]
    rate_limits: Vec<Api>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Api {
    #[serde(default)]
    api_name: String,
    #[serde(default)]
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(default)]
    name: String,
    #[serde(default)]
    rates: Vec<Told>,
}

#[derive(Deserialize)]
struct Told {
    limit: Option<u64>,
    remaining: Option<u64>,
    reset: Option<String>,
}

impl Quota {
    /// Whether it is time to ask.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.asked_at.is_none_or(|at| now >= at.plus_seconds(HOLDS_SECONDS) || now < at)
    }

    /// Takes what was answered; an answer that says nothing of the orders' calls is none.
    pub(crate) fn learn(&mut self, body: Option<&[u8]>, now: Timestamp) {
        *self = Self { told: body.and_then(tightest), asked_at: Some(now), made: 0 };
    }

    /// Counts a call.
    pub(crate) fn count(&mut self) {
        self.made = self.made.saturating_add(1);
    }

    /// Until when nothing more is asked; nothing while there is enough.
    pub(crate) fn stops_until(&self, now: Timestamp) -> Option<Timestamp> {
        let rate = self.told.filter(|rate| now < rate.reset)?;
        let left = rate.remaining.saturating_sub(self.made);
        (left.saturating_mul(LEFT_ALONE) <= rate.limit).then_some(rate.reset)
    }
}

/// Of the rates of the calls for orders the one of which the smallest share is left. Other calls of the same API, such as those
/// for refunds, have rates of their own, which are none of ours.
fn tightest(body: &[u8]) -> Option<Rate> {
    let limits: Limits = serde_json::from_slice(body).ok()?;
    let apis = limits.rate_limits.iter().filter(|api| api.api_name.eq_ignore_ascii_case("fulfillment"));
    let is_orders = |resource: &&Resource| {
        let name = resource.name.to_ascii_lowercase();
        name.ends_with("fulfillment") || name.ends_with("order")
    };
    let rates = apis.flat_map(|api| api.resources.iter().filter(is_orders)).flat_map(|one| &one.rates);
    let rate = |told: &Told| {
        let reset = Timestamp::parse(told.reset.as_deref()?).ok()?;
        Some(Rate { limit: told.limit.filter(|limit| *limit > 0)?, remaining: told.remaining?, reset })
    };
    // remaining / limit, compared without dividing.
    rates.filter_map(rate).reduce(|a, b| {
        let (left, right) =
            (u128::from(a.remaining) * u128::from(b.limit), u128::from(b.remaining) * u128::from(a.limit));
        if right < left { b } else { a }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn body(resources: &str) -> String {
        format!(
            r#"{{"rateLimits":[{{"apiContext":"sell","apiName":"Fulfillment","apiVersion":"v1","resources":[{resources}]}}]}}"#
        )
    }

    fn resource(name: &str, limit: u64, remaining: u64) -> String {
        format!(
            r#"{{"name":"{name}","rates":[{{"count":1,"limit":{limit},"remaining":{remaining},
            "reset":"2026-03-03T08:00:00.000Z","timeWindow":86400}}]}}"#
        )
    }

    #[test]
    fn the_last_twentieth_is_left_alone() {
        let (now, reset) = (at("2026-03-02T12:00:00Z"), at("2026-03-03T08:00:00Z"));
        let mut quota = Quota::default();
        assert!(quota.is_due(now) && quota.stops_until(now).is_none());
        quota.learn(Some(body(&resource("sell.fulfillment", 100, 7)).as_bytes()), now);
        assert_eq!(quota.stops_until(now), None);
        quota.count();
        assert_eq!(quota.stops_until(now), None);
        quota.count();
        assert_eq!(quota.stops_until(now), Some(reset));
        // With the next day there are calls again, whatever was known.
        assert_eq!(quota.stops_until(reset), None);
        assert!(!quota.is_due(now.plus_seconds(899)) && quota.is_due(now.plus_seconds(900)));
        quota.learn(None, now.plus_seconds(900));
        assert!(quota.stops_until(now).is_none() && !quota.is_due(now.plus_seconds(901)));
    }

    #[test]
    fn only_the_calls_for_orders_count_and_the_tightest_of_them() {
        let told =
            |resources: &[String]| tightest(body(&resources.join(",")).as_bytes()).map(|rate| rate.limit);
        let (refunds, orders) =
            (resource("sell.fulfillment.issue_refund", 10, 0), resource("sell.fulfillment", 5_000, 4_000));
        assert_eq!(told(std::slice::from_ref(&refunds)), None);
        assert_eq!(told(&[refunds, orders.clone()]), Some(5_000));
        assert_eq!(told(&[orders, resource("sell.fulfillment.order", 100, 79)]), Some(100));
        assert_eq!(told(&[resource("sell.fulfillment", 0, 0)]), None);
        for text in
            ["", "{}", "[]", r#"{"rateLimits":null}"#, r#"{"rateLimits":[{"apiName":"Fulfillment"}]}"#]
        {
            assert_eq!(tightest(text.as_bytes()), None, "{text}");
        }
        let other = body(&resource("sell.fulfillment", 100, 1)).replace("\"Fulfillment\"", "\"Inventory\"");
        assert_eq!(tightest(other.as_bytes()), None);
    }
}
