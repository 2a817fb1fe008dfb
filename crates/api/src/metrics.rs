//! Figures of a running server for Prometheus: what lanes answered and wrote, what was asked over HTTP, what waits. Labels are names of
//! commands, of routes and of states, so that their number is bounded whatever is asked. Never holds an id or a value of a person.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use zaiton_engine::StoreError;
use zaiton_engine::watch::{Ended, Watch};
use zaiton_kernel::Environment;

use crate::lists::read;
use crate::{Api, problem, same};

type Named<const N: usize> = [(&'static str, String); N];

/// Rows that are counted of a table, at most.
const MOST: i64 = 1_000;
/// A timer that has been due for so many seconds is late.
const LATE_SECONDS: i64 = 10;
const BATCHES: [f64; 8] = [1.0, 4.0, 16.0, 64.0, 256.0, 1_024.0, 2_048.0, 4_000.0];
const SECONDS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The figures of a process.
pub struct Metrics {
    registry: Registry,
    commands: Family<Named<2>, Counter>,
    answers: Histogram,
    commits: Histogram,
    requests: Family<Named<3>, Counter>,
    queued: Gauge,
    lanes: Gauge,
    waiting: Family<Named<3>, Gauge>,
    ready: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let (commands, requests, waiting) = (Family::default(), Family::default(), Family::default());
        let (answers, commits) = (Histogram::new(BATCHES), Histogram::new(SECONDS));
        let (queued, lanes, ready) = (Gauge::default(), Gauge::default(), Gauge::default());
        let mut registry = Registry::with_prefix("zaiton");
        registry.register("commands", "Commands that lanes of this process answered", commands.clone());
        registry.register("batch_answers", "Answers that were written together", answers.clone());
        registry.register("commit_seconds", "How long the writing of a batch took", commits.clone());
        registry.register("http_requests", "Requests over HTTP", requests.clone());
        registry.register("queued_commands", "Commands that wait for lanes of this process", queued.clone());
        registry.register("owned_lanes", "Lanes of this process", lanes.clone());
        registry.register(
            "waiting",
            "Timers and effects: due, late or dead; counted no further than a thousand",
            waiting.clone(),
        );
        registry.register("ready", "Whether this process is ready: 1 or 0", ready.clone());
        Self { registry, commands, answers, commits, requests, queued, lanes, waiting, ready }
    }
}

impl Watch for Metrics {
    fn answered(&self, command: &'static str, ended: Ended, count: u64) {
        let labels = [("command", command.to_owned()), ("outcome", ended.name().to_owned())];
        self.commands.get_or_create(&labels).inc_by(count);
    }

    fn written(&self, answers: usize, micros: u128) {
        self.answers.observe(f64::from(u32::try_from(answers).unwrap_or(u32::MAX)));
        let took = Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX));
        self.commits.observe(took.as_secs_f64());
    }
}

impl Metrics {
    /// What waits is asked of the database when somebody looks.
    fn look(&self, api: &Api) -> Result<(), StoreError> {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.queued.set(count(api.engine.queued()));
        self.lanes.set(count(api.engine.owned().len()));
        self.ready.set(i64::from(ready(api)?.is_none()));
        for environment in [Environment::Live, Environment::Sandbox] {
            let now = api.engine.clock().now(environment);
            let name = if environment == Environment::Live { "live" } else { "sandbox" };
            let set = |what: &str, state: &str, found: i64| {
                let what = ("kind", what.to_owned());
                let labels = [("environment", name.to_owned()), what, ("state", state.to_owned())];
                self.waiting.get_or_create(&labels).set(found);
            };
            for (table, what) in [("timers", "timer"), ("effects", "effect")] {
                let late = now.plus_seconds(-LATE_SECONDS);
                set(what, "due", api.queries.overdue(table, environment, now, MOST)?);
                set(what, "late", api.queries.overdue(table, environment, late, MOST)?);
                set(what, "dead", count(api.queries.dead(table, environment, 0, MOST)?.len()));
            }
        }
        Ok(())
    }

    fn text(&self) -> String {
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a text takes whatever is written to it");
        text
    }
}

/// Counts requests by route, method and status: what has no route of ours is one.
pub(crate) async fn counted(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = match request.method().as_str() {
        known @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD") => known.to_owned(),
        _ => "other".to_owned(),
    };
    let response = next.run(request).await;
    let labels = [("route", route), ("method", method), ("status", response.status().as_u16().to_string())];
    metrics.requests.get_or_create(&labels).inc();
    response
}

/// Who may look: whoever has the installation's token, and this machine itself where no other stands behind the request.
fn may_look(api: &Api, peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
    let told = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(token) = told {
        return token.strip_prefix("Bearer ").is_some_and(|token| same(token, &api.token));
    }
    let handed_on =
        ["forwarded", "x-forwarded-for", "x-real-ip"].iter().any(|name| headers.contains_key(*name));
    peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback()) && !handed_on
}

/// `GET /metrics`
pub(crate) async fn served(State(api): State<Api>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    if !may_look(&api, peer, request.headers()) {
        return problem::unauthorised();
    }
    let looked = read(&api, |api| {
        api.metrics.look(api)?;
        Ok(api.metrics.text())
    });
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match looked.await {
        Ok(text) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        // What this process counted itself is there also when the database is not.
        Err(_) => ([(header::CONTENT_TYPE, kind)], api.metrics.text()).into_response(),
    }
}

/// Why this process is not ready; none when it is.
fn ready(api: &Api) -> Result<Option<&'static str>, StoreError> {
    if api.engine.stopped() || api.hub.is_closed() {
        return Ok(Some("stopping"));
    }
    if !api.queries.is_current()? {
        return Ok(Some("schema"));
    }
    let ours = api.engine.owned();
    let now = api.engine.clock().now(Environment::Live).micros() / 1_000_000;
    for lane in api.queries.owners()? {
        let is_ours = ours.iter().any(|own| i64::from(*own) == lane.lane);
        // Another process has it, can be reached, and has said so lately.
        let is_theirs = !lane.address.is_empty() && lane.lease_until.saturating_add(LATE_SECONDS) >= now;
        if !is_ours && !is_theirs {
            return Ok(Some("lanes"));
        }
    }
    Ok(None)
}

/// `GET /readyz`: whether this process takes requests and can carry them out. Says no more than which part is missing.
pub(crate) async fn readyz(State(api): State<Api>) -> Response {
    let why = match read(&api, ready).await {
        Ok(None) => return "ready".into_response(),
        Ok(Some(why)) => why,
        Err(_) => "database",
    };
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_answered_is_counted_by_command_and_outcome() {
        let metrics = Metrics::default();
        metrics.answered("prepaid.charge", Ended::Accepted, 3);
        metrics.answered("prepaid.charge", Ended::Refused, 1);
        metrics.written(4, 2_500);
        let text = metrics.text();
        for line in [
            "zaiton_commands_total{command=\"prepaid.charge\",outcome=\"accepted\"} 3",
            "zaiton_commands_total{command=\"prepaid.charge\",outcome=\"refused\"} 1",
            "zaiton_batch_answers_count 1",
            "zaiton_commit_seconds_bucket{le=\"0.005\"} 1",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
