//! Commands over HTTP: one as JSON, many as NDJSON, and those that another process forwards.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::oneshot;
use zaiton_engine::command::Failure;
use zaiton_engine::engine::Forwarded;
use zaiton_engine::watch::Ended;
use zaiton_engine::{Actor, Outcome, Request, Trace};

use crate::callers::Viewer;
use crate::resources::identified_text;
use crate::{Api, problem};

/// Commands of one NDJSON body, at most.
const BULK_LINES: usize = 20_000;
/// Longest idempotency key, in bytes.
const KEY_BYTES: usize = 255;

fn keyed(key: &str) -> Result<(), Box<Response>> {
    if key.is_empty() || key.len() > KEY_BYTES {
        return Err(Box::new(problem::bad(
            "api.idempotency_key",
            "缺少 Idempotency-Key，或长度超过 255 字节。",
            "The Idempotency-Key is missing or longer than 255 bytes.".into(),
        )));
    }
    Ok(())
}

/// Rules R5-02, R5-03. Reads a command that callers may give, and whether this one may: before it is read by its name, then by what
/// it is about. `Err` is the reply.
fn request(api: &Api, viewer: &Viewer, name: &str, key: &str, body: &str) -> Result<Request, Box<Response>> {
    // What only follows from something else is not for callers.
    let Some(offered) = api.offered.get(name) else {
        keyed(key)?;
        return Err(Box::new(problem::missing(name)));
    };
    let reaches = offered.permissions().iter().map(|permission| viewer.caller.reach(*permission).map(drop));
    if let Some(Err(refusal)) = reaches.reduce(Result::or) {
        return Err(Box::new(problem::forbidden(&refusal.into())));
    }
    let actor = Actor::new(viewer.caller.name());
    let request = read_as(api, &actor, name, key, body)?;
    viewer
        .may(offered.needs(body), request.partition)
        .map_err(|refusal| Box::new(problem::forbidden(&refusal)))?;
    Ok(request)
}

/// Reads a command by name; `Err` is the reply.
pub(crate) fn read_as(
    api: &Api,
    actor: &Actor,
    name: &str,
    key: &str,
    body: &str,
) -> Result<Request, Box<Response>> {
    keyed(key)?;
    if body.contains("\\u0000") {
        return Err(Box::new(problem::bad(
            "api.nul",
            "文本不得含 U+0000。",
            "Texts may not hold U+0000.".into(),
        )));
    }
    match api.engine.registry().decode(name, body) {
        None => Err(Box::new(problem::missing(name))),
        Some(Err(error)) => {
            let blamed = api.engine.registry().blame(name, body);
            let pointer = blamed.map(|(path, words)| problem::of_error(&path, &words)).unwrap_or_default();
            Err(Box::new(problem::unreadable(&error.to_string(), &pointer)))
        }
        Some(Ok(command)) => Ok(Request::new(command, key, actor.clone())),
    }
}

/// Runs a request without holding up the other connections of this thread.
pub(crate) async fn run(api: &Api, request: Request) -> Outcome {
    let (sender, receiver) = oneshot::channel();
    let reply = Box::new(move |outcome| drop(sender.send(outcome)));
    if let Err(unsent) = api.engine.submit_here(request, reply) {
        let engine = api.engine.clone();
        tokio::task::spawn_blocking(move || engine.submit(unsent.0, unsent.1));
    }
    receiver.await.unwrap_or_else(|_| Outcome::failed(Failure::Moved, "the lane ended"))
}

/// What came of a command, by its name and the code of a refusal: never what was asked.
fn logged(name: &str, outcome: &Outcome) {
    let ended = Ended::of(outcome).name();
    match outcome {
        Outcome::Denied { refusal } | Outcome::Refused { refusal } => {
            tracing::debug!(command = name, outcome = ended, code = %refusal.code, "command");
        }
        Outcome::Accepted { .. } | Outcome::Failed { .. } => {
            tracing::debug!(command = name, outcome = ended, "command");
        }
    }
}

/// `POST /api/v1/commands/{name}`
pub(crate) async fn one(
    State(api): State<Api>,
    viewer: Viewer,
    Path(name): Path<String>,
    trace: Option<Extension<Trace>>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    match request(&api, &viewer, &name, key, &body) {
        Ok(request) => {
            let outcome = run(&api, request.traced(trace.map(|trace| trace.0))).await;
            logged(&name, &outcome);
            problem::reply_to(outcome, &body)
        }
        Err(response) => *response,
    }
}

#[derive(Deserialize)]
struct Line<'a> {
    command: String,
    key: String,
    #[serde(borrow)]
    body: &'a RawValue,
}

struct Gather {
    outcomes: Mutex<Vec<Option<Outcome>>>,
    left: AtomicUsize,
    done: Mutex<Option<oneshot::Sender<()>>>,
}

impl Gather {
    fn put(&self, at: usize, outcome: Outcome) {
        if let Some(slot) = self.outcomes.lock().expect("nobody panics here").get_mut(at) {
            *slot = Some(outcome);
        }
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(done) = self.done.lock().expect("nobody panics here").take()
        {
            let _ = done.send(());
        }
    }
}

/// `POST /api/v1/commands`: a line a command, `{"command":..,"key":..,"body":{..}}`; the reply has a line for each, in
/// the same order. Lines that cannot be read refuse the whole body before anything is run.
pub(crate) async fn bulk(
    State(api): State<Api>,
    viewer: Viewer,
    trace: Option<Extension<Trace>>,
    body: Bytes,
) -> Response {
    let Ok(text) = std::str::from_utf8(&body) else {
        return problem::bad("api.encoding", "请求内容不是 UTF-8。", "The body is not UTF-8.".into());
    };
    let mut requests = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if requests.len() == BULK_LINES {
            return problem::bad("api.too_many", "命令过多。", format!("More than {BULK_LINES} commands."));
        }
        let parsed: Line<'_> = match serde_json::from_str(line) {
            Ok(parsed) => parsed,
            Err(error) => {
                return problem::bad("api.line", "有一行无法读取。", format!("Line {}: {error}", number + 1));
            }
        };
        match request(&api, &viewer, &parsed.command, &parsed.key, parsed.body.get()) {
            Ok(request) => requests.push(request.traced(trace.as_ref().map(|trace| trace.0))),
            Err(response) => return *response,
        }
    }
    if requests.is_empty() {
        return ([(header::CONTENT_TYPE, "application/x-ndjson")], String::new()).into_response();
    }
    let (sender, receiver) = oneshot::channel();
    let gather = Arc::new(Gather {
        outcomes: Mutex::new(vec![None; requests.len()]),
        left: AtomicUsize::new(requests.len()),
        done: Mutex::new(Some(sender)),
    });
    let mut far = Vec::new();
    for (at, request) in requests.into_iter().enumerate() {
        let gather = Arc::clone(&gather);
        let reply = Box::new(move |outcome| gather.put(at, outcome));
        far.extend(api.engine.submit_here(request, reply).err());
    }
    if !far.is_empty() {
        let engine = api.engine.clone();
        tokio::task::spawn_blocking(move || {
            for unsent in far {
                engine.submit(unsent.0, unsent.1);
            }
        });
    }
    drop(receiver.await);
    let outcomes = std::mem::take(&mut *gather.outcomes.lock().expect("nobody panics here"));
    let mut lines = String::with_capacity(outcomes.len() * 200);
    for outcome in outcomes {
        write_line(&mut lines, outcome.unwrap_or_else(|| Outcome::failed(Failure::Moved, "the lane ended")));
    }
    ([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response()
}

fn write_line(lines: &mut String, outcome: Outcome) {
    match outcome {
        Outcome::Accepted { reply, repeated } => {
            lines.push_str(if repeated {
                "{\"outcome\":\"accepted\",\"repeated\":true,\"reply\":"
            } else {
                "{\"outcome\":\"accepted\",\"repeated\":false,\"reply\":"
            });
            lines.push_str(&identified_text(&reply));
            lines.push('}');
        }
        other => {
            // The detail of a failure is for the log.
            let other = match other {
                Outcome::Failed { failure, .. } => Outcome::failed(failure, ""),
                other => other,
            };
            lines.push_str(&serde_json::to_string(&other).unwrap_or_default());
        }
    }
    lines.push('\n');
}

/// `POST /internal/commands`: from another process of this installation.
pub(crate) async fn forwarded(State(api): State<Api>, Json(forwarded): Json<Forwarded>) -> Response {
    let (sender, receiver) = oneshot::channel();
    let reply = Box::new(move |outcome| drop(sender.send(outcome)));
    if let Err(error) = api.engine.accept_forwarded(&forwarded, reply) {
        return problem::bad("api.forwarded", "转发的命令无法读取。", error);
    }
    let outcome = receiver.await.unwrap_or_else(|_| Outcome::failed(Failure::Moved, "the lane ended"));
    Json(outcome).into_response()
}
