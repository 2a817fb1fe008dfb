//! What changes, as it changes: server-sent events read from the event log, whichever process wrote it. Each process reads the
//! log once for all who listen; who comes back with the last id that it saw reads for itself what it missed.
//!
//! A change is told at least once.
//! Never holds anything up: who does not keep up is let go, and comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore, broadcast, mpsc};
use zaiton_engine::StoreError;
use zaiton_engine::batch::EventRow;
use zaiton_kernel::{Environment, Partition, Timestamp};
use zaiton_reads::log::{Cursor, lowest_at};
use zaiton_store::Queries;

use crate::callers::Viewer;
use crate::resources::asked::{Asked, after};
use crate::resources::by_table;
use crate::{Api, problem};

/// Changes that wait for a listener, at most.
const WAITING: usize = 4_096;
/// Pages of what was missed, at most: who was away for longer reads its lists anew.
const MISSED: usize = 100;
/// Changes of another process are looked for this often.
const GLANCE: Duration = Duration::from_secs(1);

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Change {
    #[serde(skip)]
    event: i64,
    #[serde(skip)]
    partition: Partition,
    /// Live or sandbox.
    environment: Environment,
    /// What kind of object.
    kind: &'static str,
    /// Its id.
    id: String,
    /// How often it was written by now; 0 once it is gone.
    version: i64,
    /// When.
    at: Timestamp,
    /// By which command.
    command: String,
}

/// What a stream may be asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Only of this environment.
    environment: Option<Environment>,
    /// Only of these kinds, with commas between them.
    kind: Option<String>,
    /// As the header `Last-Event-ID`, for who cannot set headers.
    last_event_id: Option<String>,
}

impl Wanted {
    fn wants(&self, change: &Change) -> bool {
        self.environment.is_none_or(|environment| environment == change.environment)
            && self
                .kind
                .as_deref()
                .is_none_or(|kinds| kinds.split(',').any(|kind| kind.trim() == change.kind))
    }
}

/// The changes that events stand for: one for each object, by its newest event.
fn changes(queries: &Queries, events: &[EventRow]) -> Result<Vec<Change>, StoreError> {
    let newest: BTreeMap<i64, usize> =
        events.iter().enumerate().map(|(at, event)| (event.subject, at)).collect();
    let ids: Vec<i64> = newest.keys().copied().collect();
    let mut known: BTreeMap<i64, (&'static str, i64)> = BTreeMap::new();
    for (table, id, version) in queries.versions(&ids)? {
        known.insert(id, (table, version));
    }
    let mut found = Vec::new();
    for (subject, at) in newest {
        let Some(event) = events.get(at) else { continue };
        let is_task = ["engine.retry_parked", "engine.drop_parked"].contains(&event.command.as_str());
        let gone = is_task.then_some(("parked", 0));
        let Some((table, version)) = known.get(&subject).copied().or(gone) else { continue };
        let Some(resource) = by_table(table) else { continue };
        found.push(Change {
            event: event.id,
            partition: event.partition,
            environment: event.partition.environment(),
            kind: resource.kind,
            id: crate::resources::reading::text_of(resource, subject),
            version,
            at: event.at,
            command: event.command.clone(),
        });
    }
    found.sort_unstable_by_key(|change| change.event);
    Ok(found)
}

/// Who listens, and what they are told.
pub struct Hub {
    told: Mutex<Option<broadcast::Sender<Change>>>,
    bell: Arc<Notify>,
    running: tokio::sync::Mutex<bool>,
    places: Arc<Semaphore>,
}

impl Hub {
    /// For so many streams at once.
    #[must_use]
    pub fn new(streams: usize) -> Self {
        let told = Mutex::new(Some(broadcast::channel(WAITING).0));
        Self {
            told,
            bell: Arc::new(Notify::new()),
            running: tokio::sync::Mutex::new(false),
            places: Arc::new(Semaphore::new(streams)),
        }
    }

    /// To be rung whenever this process has written something.
    #[must_use]
    pub fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }

    /// Ends every stream, and lets no new one begin.
    pub fn close(&self) {
        drop(self.told.lock().expect("nobody panics here").take());
        self.bell.notify_one();
    }

    /// No new stream begins any more: the process is about to stop.
    pub(crate) fn is_closed(&self) -> bool {
        self.sender().is_none()
    }

    fn sender(&self) -> Option<broadcast::Sender<Change>> {
        self.told.lock().expect("nobody panics here").clone()
    }

    /// Listens from now on. The first who does starts the reading, and it has begun when this answers: nothing is written
    /// between the two that neither finds.
    async fn listen(&self, api: &Api) -> Result<Option<broadcast::Receiver<Change>>, StoreError> {
        let mut running = self.running.lock().await;
        let Some(sender) = self.sender() else { return Ok(None) };
        if !*running {
            let queries = api.queries.clone();
            let cursor = blocking(move || Cursor::at_end(&queries)).await?;
            tokio::spawn(follow(api.clone(), cursor));
            *running = true;
        }
        Ok(Some(sender.subscribe()))
    }
}

async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(job).await;
    done.unwrap_or_else(|_| Err(StoreError("a read ended by a bug".into())))
}

/// Reads on from a cursor: it, the changes, and whether they are all.
async fn read_on(
    api: &Api,
    mut cursor: Cursor,
    lowest: i64,
) -> Result<(Cursor, Vec<Change>, bool), StoreError> {
    let queries = api.queries.clone();
    blocking(move || {
        let (events, is_all) = cursor.read(&queries, lowest)?;
        let changes = changes(&queries, &events)?;
        Ok((cursor, changes, is_all))
    })
    .await
}

/// Reads the log for all who listen, for as long as anybody does.
async fn follow(api: Api, mut cursor: Cursor) {
    let mut glanced = api.engine.clock().now(Environment::Live);
    loop {
        let lowest = lowest_at(glanced);
        let now = api.engine.clock().now(Environment::Live);
        let mut is_all = true;
        match read_on(&api, cursor.clone(), lowest).await {
            Ok((read, changes, all)) => {
                (cursor, is_all, glanced) = (read, all, now);
                let Some(sender) = api.hub.sender() else { return };
                // Nobody left to hear it is no trouble.
                changes.into_iter().for_each(|change| drop(sender.send(change)));
                if sender.receiver_count() == 0 {
                    let mut running = api.hub.running.lock().await;
                    if sender.receiver_count() == 0 {
                        *running = false;
                        return;
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the event log cannot be read for those who listen"),
        }
        if is_all {
            drop(tokio::time::timeout(GLANCE, api.hub.bell.notified()).await);
        }
    }
}

/// The items of a channel as a stream; a place is kept for as long as it lives.
struct Lines {
    lines: mpsc::Receiver<Event>,
    _place: tokio::sync::OwnedSemaphorePermit,
}

impl Stream for Lines {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.lines.poll_recv(context).map(|line| line.map(Ok))
    }
}

fn line(change: &Change) -> Event {
    let data = serde_json::to_string(change).unwrap_or_default();
    Event::default().id(format!("ev_{}", zaiton_kernel::id::letters(change.event))).event("change").data(data)
}

/// `GET /api/v1/changes`
pub(crate) async fn stream(
    State(api): State<Api>,
    viewer: Viewer,
    Asked(wanted): Asked<Wanted>,
    headers: HeaderMap,
) -> Response {
    let header = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let last = match after(header.or(wanted.last_event_id.as_deref())) {
        Ok(last) => last,
        Err(response) => return *response,
    };
    let Ok(place) = Arc::clone(&api.hub.places).try_acquire_owned() else { return problem::busy() };
    let receiver = match api.hub.listen(&api).await {
        Ok(Some(receiver)) => receiver,
        Ok(None) => return problem::later(),
        Err(error) => return problem::store(&error),
    };
    let queries = api.queries.clone();
    let missed = match last {
        None => Ok(None),
        Some(event) => blocking(move || Cursor::after(&queries, event)).await.map(Some),
    };
    let missed = match missed {
        Ok(missed) => missed,
        Err(error) => return problem::store(&error),
    };
    let (sender, lines) = mpsc::channel(64);
    let beat = api.limits.beat;
    tokio::spawn(tell(api, (viewer, wanted), missed, receiver, sender));
    Sse::new(Lines { lines, _place: place })
        .keep_alive(KeepAlive::new().interval(beat).text("beat"))
        .into_response()
}

/// Tells one listener what it missed, then what comes. Ends when it does not keep up, or is gone.
async fn tell(
    api: Api,
    (viewer, wanted): (Viewer, Wanted),
    mut missed: Option<Cursor>,
    mut receiver: broadcast::Receiver<Change>,
    sender: mpsc::Sender<Event>,
) {
    // So that a client knows that it is heard from now on, and comes back soon after the stream ends.
    let hello = Event::default().retry(Duration::from_secs(1)).comment("here");
    if sender.send(hello).await.is_err() {
        return;
    }
    let mut seen: BTreeSet<(i64, String)> = BTreeSet::new();
    for _ in 0..MISSED {
        let Some(cursor) = missed.take() else { break };
        let Ok((read, changes, is_all)) = read_on(&api, cursor, 0).await else { return };
        for change in changes {
            if viewer.sees(change.partition)
                && wanted.wants(&change)
                && sender.send(line(&change)).await.is_err()
            {
                return;
            }
            seen.insert((change.event, change.id));
        }
        missed = (!is_all).then_some(read);
    }
    // Too much was missed to be told one by one: what is shown is to be read anew.
    if missed.is_some() && sender.send(Event::default().event("reset").data("{}")).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            change = receiver.recv() => match change {
                Ok(change) => {
                    let is_known = seen.remove(&(change.event, change.id.clone()));
                    if !is_known && viewer.sees(change.partition) && wanted.wants(&change) && sender.send(line(&change)).await.is_err() {
                        return;
                    }
                }
                Err(_) => return,
            },
            () = sender.closed() => return,
        }
    }
}
