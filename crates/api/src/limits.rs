//! How much one caller may ask: requests by token and by address, by the generic cell rate algorithm, told in the `RateLimit`
//! fields of the IETF draft; and how long a client may take to say what it wants. Never reads a clock: the caller gives the time.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use zaiton_kernel::Environment;

use crate::callers::Viewer;
use crate::{Api, problem};

/// How many requests may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In the long run.
    pub per_second: u32,
    /// At once, after a rest.
    pub burst: u32,
}

/// What the API takes of callers.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Of one token.
    pub per_token: Rate,
    /// Of one address.
    pub per_address: Rate,
    /// How long a client may take to send a request.
    pub patience: Duration,
    /// Reads at once.
    pub reads: usize,
    /// Of these, such as take long.
    pub long_reads: usize,
    /// Streams of changes at once.
    pub streams: usize,
    /// How often a silent stream says that it is there.
    pub beat: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_token: Rate { per_second: 2_000, burst: 20_000 },
            per_address: Rate { per_second: 4_000, burst: 40_000 },
            patience: Duration::from_secs(60),
            reads: 32,
            long_reads: 4,
            streams: 64,
            beat: Duration::from_secs(15),
        }
    }
}

/// What is said to a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Verdict {
    /// It may.
    granted: bool,
    /// How many may come now.
    remaining: i64,
    /// Seconds until one may come (refused), or until as many as ever may (granted).
    seconds: i64,
}

/// Callers that are known at once, at most: more of them share one place.
const CALLERS: usize = 20_000;
const MICROS: i64 = 1_000_000;

/// One limit and its callers: for each the moment (microseconds) at which it will have rested enough.
struct Meter<K> {
    rate: Rate,
    rested: Mutex<(HashMap<K, i64>, i64)>,
}

impl<K: Eq + Hash> Meter<K> {
    fn new(rate: Rate) -> Self {
        Self { rate, rested: Mutex::new((HashMap::new(), 0)) }
    }

    fn ask(&self, caller: K, now: i64) -> Verdict {
        let every = (MICROS / i64::from(self.rate.per_second.max(1))).max(1);
        let most = every * i64::from(self.rate.burst.max(1));
        let mut guard = self.rested.lock().expect("nobody panics here");
        let (known, others) = &mut *guard;
        if known.len() >= CALLERS && !known.contains_key(&caller) {
            known.retain(|_, rested| *rested > now);
        }
        let rested = if known.len() < CALLERS || known.contains_key(&caller) {
            known.entry(caller).or_insert(now)
        } else {
            others
        };
        // A clock that was set back must not lock anybody out.
        let from = (*rested).clamp(now, now + most);
        let granted = from + every <= now + most;
        let after = if granted { from + every } else { from };
        *rested = after;
        let wait = if granted { after - now } else { from + every - now - most };
        Verdict { granted, remaining: (now + most - after) / every, seconds: wait.div_euclid(MICROS) + 1 }
    }

    /// The two fields: `"token";q=20000;w=10` and `"token";r=19999;t=1`.
    fn told(&self, name: &str, verdict: Verdict, response: &mut Response) {
        let window = self.rate.burst.div_ceil(self.rate.per_second.max(1)).max(1);
        let policy = format!("\"{name}\";q={};w={window}", self.rate.burst);
        let state = format!("\"{name}\";r={};t={}", verdict.remaining, verdict.seconds);
        for (field, text) in [("ratelimit-policy", policy), ("ratelimit", state)] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                response.headers_mut().append(HeaderName::from_static(field), value);
            }
        }
    }
}

/// Both limits at work.
pub(crate) struct Meters {
    tokens: Meter<Box<[u8]>>,
    addresses: Meter<Option<IpAddr>>,
}

impl Meters {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { tokens: Meter::new(limits.per_token), addresses: Meter::new(limits.per_address) }
    }
}

fn refused(seconds: i64) -> Response {
    let mut response = problem::too_many();
    if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn now(api: &Api) -> i64 {
    api.engine.clock().now(Environment::Live).micros()
}

/// A network of IPv6 counts as one caller: whoever has one address of it has them all.
fn caller(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(four) => IpAddr::V4(four),
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

/// Before anything else: by the address that asks.
pub(crate) async fn by_address(State(api): State<Api>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| caller(peer.0.ip()));
    let meter = &api.meters.addresses;
    let verdict = meter.ask(peer, now(&api));
    let mut response = if verdict.granted { next.run(request).await } else { refused(verdict.seconds) };
    meter.told("address", verdict, &mut response);
    response
}

/// Once it is known who asks: by the key, or by the person, however many sessions that has.
pub(crate) async fn by_token(State(api): State<Api>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Viewer>().map(|viewer| viewer.caller.name().to_owned());
    let caller: Box<[u8]> = caller.unwrap_or_default().into_bytes().into();
    let meter = &api.meters.tokens;
    let verdict = meter.ask(caller, now(&api));
    let mut response = if verdict.granted { next.run(request).await } else { refused(verdict.seconds) };
    meter.told("token", verdict, &mut response);
    response
}

/// Takes the whole of a body, of so many bytes at most, before anybody works on it; a client that does not come to its end in
/// time is told so.
pub(crate) async fn whole(api: &Api, most: usize, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(api.limits.patience, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(error)) if is_too_large(&error) => {
            problem::spoken(StatusCode::PAYLOAD_TOO_LARGE.into_response())
        }
        Ok(Err(_)) => problem::spoken(StatusCode::BAD_REQUEST.into_response()),
        Err(_) => problem::too_slow(),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        source = inner.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_granted_then_one_after_the_other() {
        let meter = Meter::new(Rate { per_second: 2, burst: 3 });
        for left in [2, 1, 0] {
            let verdict = meter.ask("a", 0);
            assert!(verdict.granted && verdict.remaining == left, "{verdict:?}");
        }
        assert_eq!(meter.ask("a", 0), Verdict { granted: false, remaining: 0, seconds: 1 });
        assert!(meter.ask("b", 0).granted, "another caller is not held back");
        assert!(!meter.ask("a", MICROS / 2 - 1).granted);
        assert!(meter.ask("a", MICROS / 2).granted);
        assert!(!meter.ask("a", MICROS / 2).granted);
        assert_eq!(meter.ask("a", 100 * MICROS).remaining, 2, "rested, but not for more than a burst");
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let meter = Meter::new(Rate { per_second: 1, burst: 1 });
        assert!(meter.ask("a", 1_000 * MICROS).granted);
        assert!(!meter.ask("a", 0).granted);
        assert!(meter.ask("a", MICROS).granted);
    }

    #[test]
    fn callers_beyond_what_is_remembered_share_a_place() {
        let meter = Meter::new(Rate { per_second: 1, burst: 2 });
        for caller in 0..CALLERS {
            assert!(meter.ask(caller, 0).granted);
        }
        assert!(meter.ask(CALLERS, 0).granted);
        assert!(meter.ask(CALLERS + 1, 0).granted);
        assert!(!meter.ask(CALLERS + 2, 0).granted);
        assert!(meter.ask(CALLERS + 3, 10 * MICROS).granted, "who has rested is forgotten");
        assert_eq!(meter.rested.lock().unwrap().0.len(), 1);
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        let of = |text: &str| caller(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }
}
