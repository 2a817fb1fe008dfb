//! Queues of reviews over HTTP: how many stand where, a queue in its order, the next task to take, what somebody has, and the
//! reasons for a no. Read-only; holds no rule.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Text};
use zaiton_reviews::{Desk, QueueName, ReasonCode, ReviewTask};
use zaiton_store::scan::objects::StoredRow;
use zaiton_store::scan::reviews::{After, By, Of};

use crate::callers::Viewer;
use crate::lists::read;
use crate::resources::asked::{Asked, Place, rows};
use crate::resources::reading::seen;
use crate::resources::{Resource, by_table, told};
use crate::{Api, problem};

/// In which order a queue is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QueueOrder {
    /// What is due first.
    #[default]
    Due,
    /// What waits longest.
    Age,
}

/// What a queue may be asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfQueue {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// In which state; `open` by default.
    state: Option<String>,
    /// By `due` or `age`.
    #[serde(default)]
    order: QueueOrder,
    /// The `next_after` of the page before.
    after: Option<String>,
    /// Rows at most, 1 to 500.
    limit: Option<i64>,
}

/// What the tasks of somebody may be asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfPerson {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// In which state: `claimed`, `waiting_party` or `decided_once`; the first by default.
    state: Option<String>,
    /// The `next_after` of the page before.
    after: Option<String>,
    /// Rows at most, 1 to 500.
    limit: Option<i64>,
}

/// Who wants the next task.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfNext {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// Only what lies with this desk.
    desk: Option<Desk>,
    /// Who takes it, by the name under which they act: their own are left out.
    person: Option<String>,
}

/// The next task of a queue.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NextReview")]
pub(crate) struct NextSaid {
    /// Its id; none when nobody waits.
    task: Option<String>,
}

/// A reason of the catalogue (R5-11).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReviewReason")]
pub(crate) struct ReasonSaid {
    /// Its code.
    code: ReasonCode,
    /// What it means; none where one says it in one's own words.
    why: Option<Text>,
    /// What to do now.
    cure: Option<Text>,
}

/// Names in a query, at most.
const LETTERS: usize = 64;

fn tasks() -> &'static Resource {
    by_table("review_tasks").expect("a table of the list of kinds")
}

fn queue(name: &str) -> Result<QueueName, Box<Response>> {
    QueueName::named(name).ok_or_else(|| Box::new(problem::missing(name)))
}

fn state<'a>(asked: Option<&'a str>, usual: &'a str) -> Result<&'a str, Box<Response>> {
    let state = asked.unwrap_or(usual);
    if state.len() <= LETTERS && state.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        Ok(state)
    } else {
        Err(Box::new(problem::query("state", "this is no state of a review".to_owned())))
    }
}

/// Where a page begins: the moment at which its first task is due, and the letters of the task before.
fn begin(text: Option<&str>) -> Result<After, Box<Response>> {
    let Some(text) = text else { return Ok(After::default()) };
    let read = text.split_once('.').and_then(|(due, letters)| {
        let id = zaiton_kernel::id::parse_letters(letters).ok()?;
        Some(After { due: due.parse().ok()?, id })
    });
    read.ok_or_else(|| Box::new(problem::query("after", "this was no page's next_after".to_owned())))
}

fn page(api: &Api, viewer: &Viewer, found: &[StoredRow], limit: i64) -> Result<Value, StoreError> {
    let is_full = i64::try_from(found.len()) == Ok(limit);
    let next = match found.last().filter(|_| is_full) {
        Some(row) => {
            let task: ReviewTask = serde_json::from_str(&row.body).map_err(|error| told(&error))?;
            Some(format!("{}.{}", task.due_micros, zaiton_kernel::id::letters(row.id)))
        }
        None => None,
    };
    let rows: Vec<Value> =
        found.iter().map(|row| seen(api, viewer, tasks(), row)).collect::<Result<_, _>>()?;
    Ok(json!({ "rows": rows, "next_after": next }))
}

fn answered(found: Result<Value, Response>) -> Response {
    match found {
        Ok(page) => Json(page).into_response(),
        Err(response) => response,
    }
}

/// `GET /api/v1/review-queues`
pub(crate) async fn queues(State(api): State<Api>, Asked(asked): Asked<Place>) -> Response {
    let job = move |api: &Api| {
        let rows = zaiton_reads::reviews::queues(&api.queries, asked.environment)?;
        Ok(json!({ "rows": rows }))
    };
    answered(read(&api, job).await)
}

/// `GET /api/v1/review-queues/{queue}`: a queue in its order.
pub(crate) async fn of_queue(
    State(api): State<Api>,
    viewer: Viewer,
    Path(name): Path<String>,
    Asked(asked): Asked<OfQueue>,
) -> Response {
    let checked = queue(&name).and_then(|queue| {
        let state = state(asked.state.as_deref(), "open")?.to_owned();
        Ok((queue, state, begin(asked.after.as_deref())?))
    });
    let (queue, state, after) = match checked {
        Ok(checked) => checked,
        Err(response) => return *response,
    };
    let (limit, environment) = (rows(asked.limit), asked.environment);
    let by = match asked.order {
        QueueOrder::Due => By::Due,
        QueueOrder::Age => By::Age,
    };
    let job = move |api: &Api| {
        let of = Of::Queue(queue.name());
        let found = api.queries.review_tasks(of, (&state, environment), by, after, limit)?;
        page(api, &viewer, &found, limit)
    };
    answered(read(&api, job).await)
}

/// `GET /api/v1/review-tasks/claimed-by/{person}`: what somebody has, what is due first.
pub(crate) async fn of_person(
    State(api): State<Api>,
    viewer: Viewer,
    Path(person): Path<String>,
    Asked(asked): Asked<OfPerson>,
) -> Response {
    let checked = state(asked.state.as_deref(), "claimed")
        .and_then(|state| Ok((state.to_owned(), begin(asked.after.as_deref())?)));
    let (state, after) = match checked {
        Ok(checked) => checked,
        Err(response) => return *response,
    };
    if person.len() > LETTERS {
        return problem::missing("person");
    }
    let (limit, environment) = (rows(asked.limit), asked.environment);
    let job = move |api: &Api| {
        let of = Of::Person(&person);
        let found = api.queries.review_tasks(of, (&state, environment), By::Due, after, limit)?;
        page(api, &viewer, &found, limit)
    };
    answered(read(&api, job).await)
}

/// `GET /api/v1/review-queues/{queue}/next`: the task that somebody takes next.
pub(crate) async fn next(
    State(api): State<Api>,
    Path(name): Path<String>,
    Asked(asked): Asked<OfNext>,
) -> Response {
    let queue = match queue(&name) {
        Ok(queue) => queue,
        Err(response) => return *response,
    };
    let person = asked.person.unwrap_or_default();
    let job = move |api: &Api| {
        let place = (queue, asked.environment);
        let found = zaiton_reads::reviews::next(&api.queries, place, asked.desk, &person)?;
        Ok(found.map(|row| crate::resources::reading::text_of(tasks(), row.id)))
    };
    match read(&api, job).await {
        Ok(task) => Json(NextSaid { task }).into_response(),
        Err(response) => response,
    }
}

/// `GET /api/v1/review-reasons`: the catalogue of reasons for a no (R5-11).
pub(crate) async fn reasons(Asked(_): Asked<Place>) -> Response {
    let said = |code: ReasonCode| ReasonSaid { code, why: code.why(), cure: code.cure() };
    let rows: Vec<ReasonSaid> = ReasonCode::ALL.into_iter().map(said).collect();
    Json(json!({ "rows": rows })).into_response()
}
