//! The calls of one connection: each waits for its budget, is made again after a failure, and stops when the channel
//! is to be left alone (rule R4-06). Never waits by itself, never makes a call again that the channel refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::IgnoredAny;
use serde_json::Value;
use zaiton_kernel::Timestamp;

use crate::backoff::wait_millis;
use crate::bucket::{Bucket, micro};
use crate::circuit::Circuit;
use crate::error::{Failure, Stop, plain_code};
use crate::http::{Answer, Ask, Http, Trouble};
use crate::world::World;

/// The longest that a channel may tell us to stay away.
const HOLD_SECONDS: i64 = 86_400;

/// What a call is for: each kind has a budget of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A page of orders, and every call of channels that count calls in one.
    List,
    /// One order.
    Order,
    /// An access token.
    Token,
    /// Amazon: a token for personal data.
    RestrictedToken,
    /// Amazon v0: an order's items.
    Items,
    /// Amazon v0: where it goes.
    Address,
    /// Amazon v0: who bought it.
    Buyer,
    /// Amazon v0: what the buyer said of its items.
    ItemsBuyer,
}

/// Millionths of a call a second, and how many at once.
pub(crate) type Rate = (u64, u64);

/// The budget of each kind.
pub(crate) type Rates = Box<dyn Fn(Kind) -> Rate + Send>;

/// A call to be made.
pub(crate) struct Call<'a> {
    pub(crate) kind: Kind,
    /// What it takes from its budget.
    pub(crate) tokens: u64,
    /// The call itself, made anew each time, since a signature holds its time.
    pub(crate) ask: &'a dyn Fn(&dyn World) -> Ask,
    /// Looks at a good answer: what it says of the budget, and whether it is one. A channel may say "not now, it would
    /// take so many tokens" in an answer that looks good.
    pub(crate) judge: &'a mut Judge<'a>,
}

/// See [`Call::judge`].
pub(crate) type Judge<'a> = dyn FnMut(&Answer, &mut Bucket, Timestamp) -> Result<(), u64> + 'a;

/// The calls of one connection.
pub(crate) struct Calls {
    http: Http,
    world: Arc<dyn World>,
    rate: Rates,
    buckets: BTreeMap<Kind, Bucket>,
    circuit: Circuit,
    /// What time it is by the channel's clock, when it answered last.
    said_now: Option<Timestamp>,
}

impl Calls {
    pub(crate) fn new(http: Http, world: Arc<dyn World>, rate: Rates) -> Self {
        let (buckets, circuit) = (BTreeMap::new(), Circuit::default());
        Self { http, world, rate, buckets, circuit, said_now: None }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.world.now()
    }

    pub(crate) fn said_now(&self) -> Option<Timestamp> {
        self.said_now
    }

    pub(crate) fn bucket(&mut self, kind: Kind) -> &mut Bucket {
        let now = self.world.now();
        self.buckets.entry(kind).or_insert_with(|| {
            let (per_second, burst) = (self.rate)(kind);
            Bucket::full(per_second, burst, now)
        })
    }

    /// Makes a call that costs one token and whose good answers are JSON: see [`Calls::make`].
    pub(crate) fn send(&mut self, kind: Kind, ask: &Ask) -> Result<Answer, Stop> {
        self.make(Call { kind, tokens: 1, ask: &|_| ask.clone(), judge: &mut |_, _, _| Ok(()) })
    }

    /// Makes a call, again after each failure, until it is answered with 200 and whole JSON, or with 401, 403 or 404,
    /// which mean something to the caller.
    pub(crate) fn make(&mut self, mut call: Call<'_>) -> Result<Answer, Stop> {
        let kind = call.kind;
        loop {
            self.circuit.allow(self.now()).map_err(|until| Stop::CircuitOpen { until, last: None })?;
            let now = self.now();
            let ready = self.bucket(kind).ready_at(call.tokens, now);
            self.wait_until(ready)?;
            let now = self.now();
            self.bucket(kind).take(call.tokens, now);
            let answer = match self.http.call(&(call.ask)(&*self.world)) {
                Ok(answer) => answer,
                Err(Trouble::Stopped(stop)) => return Err(stop),
                Err(Trouble::Failed(failure)) => {
                    self.failed(failure)?;
                    continue;
                }
            };
            self.learn(kind, &answer);
            match self.judge(&mut call, &answer) {
                Err(failure) => self.failed(failure)?,
                Ok(()) => {
                    self.circuit.succeeded();
                    return match answer.status {
                        200..=299 | 401 | 403 | 404 => Ok(answer),
                        status => Err(Stop::Refused { status, code: error_code(&answer.body) }),
                    };
                }
            }
        }
    }

    /// Makes a call that may go without an answer: once, without waiting, and its failure is none of the channel's.
    pub(crate) fn try_once(&self, ask: &Ask) -> Option<Answer> {
        let answer = if self.circuit.is_closed() { self.http.call(ask).ok() } else { None };
        answer.filter(|answer| answer.status == 200)
    }

    /// Whether an answer is one, or a failure that may pass.
    fn judge(&mut self, call: &mut Call<'_>, answer: &Answer) -> Result<(), Failure> {
        match answer.status {
            200..=299 if serde_json::from_slice::<IgnoredAny>(&answer.body).is_err() => Err(Failure::Broken),
            200..=299 => {
                let now = self.now();
                (call.judge)(answer, self.bucket(call.kind), now).map_err(|tokens| {
                    call.tokens = tokens;
                    Failure::Throttled
                })
            }
            429 => Err(Failure::Throttled),
            400 if is_throttle(&answer.body) => Err(Failure::Throttled),
            500..=599 => Err(Failure::Server(answer.status)),
            _ => Ok(()),
        }
    }

    /// Counts a failure, and waits before the next call.
    ///
    /// # Errors
    /// That it was the tenth, or that the caller does not want to wait.
    fn failed(&mut self, failure: Failure) -> Result<(), Stop> {
        let now = self.now();
        let before =
            self.circuit.failed(now).map_err(|until| Stop::CircuitOpen { until, last: Some(failure) })?;
        let millis = i64::try_from(wait_millis(before, self.world.random())).unwrap_or(i64::MAX / 1_000);
        self.wait_until(Timestamp::from_micros(now.micros().saturating_add(millis * 1_000)))
    }

    fn wait_until(&self, at: Timestamp) -> Result<(), Stop> {
        if at <= self.now() || self.world.wait_until(at) { Ok(()) } else { Err(Stop::Later { at }) }
    }

    /// What an answer says of budgets and of the channel's clock.
    fn learn(&mut self, kind: Kind, answer: &Answer) {
        let now = self.now();
        self.said_now = answer.header("date").and_then(http_date).or(self.said_now);
        if [429, 503].contains(&answer.status)
            && let Some(until) = answer.header("retry-after").and_then(|text| retry_after(text, now))
        {
            self.bucket(kind).hold(until.min(now.plus_seconds(HOLD_SECONDS)));
        }
        if let Some(rate) = answer.header("x-amzn-ratelimit-limit").and_then(micro) {
            self.bucket(kind).learn_rate(rate, now);
        }
        if let Some((used, size)) = answer.header("x-shopify-shop-api-call-limit").and_then(used_of) {
            self.bucket(kind).learn_level(size.saturating_sub(used), size, now);
        }
    }
}

/// `32/40`.
fn used_of(text: &str) -> Option<(u64, u64)> {
    let (used, size) = text.split_once('/')?;
    Some((used.trim().parse().ok()?, size.trim().parse().ok()?))
}

/// Seconds, also with a fraction, or a moment.
fn retry_after(text: &str, now: Timestamp) -> Option<Timestamp> {
    match micro(text) {
        Some(micros) => {
            Some(Timestamp::from_micros(now.micros().saturating_add(i64::try_from(micros).ok()?)))
        }
        None => http_date(text),
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<Timestamp> {
    let moment = jiff::fmt::rfc2822::parse(text.trim()).ok()?;
    Some(Timestamp::from_micros(moment.timestamp().as_microsecond()))
}

/// Whether it is AWS's way to say 429.
fn is_throttle(body: &[u8]) -> bool {
    const CODES: [&str; 4] =
        ["ThrottlingException", "Throttling", "RequestThrottled", "TooManyRequestsException"];
    error_code(body).is_some_and(|code| CODES.contains(&code.as_str()))
}

/// The code of an error's body, in the form of any of the channels.
pub(crate) fn error_code(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let places =
        ["/errors/0/code", "/errors/0/errorId", "/errors/0/extensions/code", "/code", "/error", "/__type"];
    places.iter().find_map(|place| match body.pointer(place)? {
        // AWS puts the service before it: `com.amazonaws.sqs#QueueDoesNotExist`.
        Value::String(text) => plain_code(text.rsplit('#').next().unwrap_or(text)),
        Value::Number(number) => plain_code(&number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_channels_say_of_waiting_is_understood() {
        let now = Timestamp::parse("2026-03-02T12:00:00Z").unwrap();
        let check = |text: &str, want: Option<&str>| {
            assert_eq!(retry_after(text, now).map(|at| at.to_string()).as_deref(), want, "{text}");
        };
        check("120", Some("2026-03-02T12:02:00Z"));
        check("2.0", Some("2026-03-02T12:00:02Z"));
        check("0.5", Some("2026-03-02T12:00:00.5Z"));
        check("Mon, 02 Mar 2026 12:00:30 GMT", Some("2026-03-02T12:00:30Z"));
        check("soon", None);
        check("-1", None);
        assert_eq!(used_of("32/40"), Some((32, 40)));
        assert_eq!(used_of("32"), None);
    }

    #[test]
    fn codes_are_found_and_sentences_are_not_repeated() {
        let check = |body: &str, want: Option<&str>| {
            assert_eq!(error_code(body.as_bytes()).as_deref(), want, "{body}")
        };
        check(r#"{"errors":[{"code":"InvalidInput","message":"x"}]}"#, Some("InvalidInput"));
        check(r#"{"errors":[{"errorId":30800}]}"#, Some("30800"));
        check(
            r#"{"errors":[{"message":"no","extensions":{"code":"ACCESS_DENIED"}}]}"#,
            Some("ACCESS_DENIED"),
        );
        check(
            r#"{"code":"woocommerce_rest_cannot_view","message":"x"}"#,
            Some("woocommerce_rest_cannot_view"),
        );
        check(r#"{"error":"invalid_grant"}"#, Some("invalid_grant"));
        check(r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"x"}"#, Some("QueueDoesNotExist"));
        check(r#"{"error":"no such person: buyer@example.com"}"#, None);
        check("<html>", None);
    }
}
