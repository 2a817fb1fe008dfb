//! Long work over HTTP: asked for, listed, and its file taken. Holds no rule and does none of the work.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, ReadBuf};
use zaiton_access::{AccessRefusal, Permission};
use zaiton_app::operations::{AskOperation, OperationReply, partition_of};
use zaiton_engine::{Actor, Command};
use zaiton_kernel::{Environment, Id, Refusal, Rule, Text};
use zaiton_platform::operation::State as Stands;
use zaiton_platform::operation::{List, Operation, Product, Work};
use zaiton_store::scan::operations::Whose;

use crate::callers::Viewer;
use crate::lists::read;
use crate::resources::asked::{Asked, after, rows};
use crate::resources::operation::address;
use crate::resources::{Resource, by_table, reading};
use crate::{Api, commands, problem};

/// Bytes of a file that are read at once.
const CHUNK: usize = 64 * 1024;

/// What the list of operations may be asked. The newest come first.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// Only what somebody asked for, by the name of who acts.
    asked_by: Option<String>,
    /// Only what stands in this state: `waiting`, `running`, `done`, `failed`, `cancelled` or `expired`.
    state: Option<String>,
    /// The `next_after` of the page before.
    after: Option<String>,
    /// Rows at most, 1 to 500.
    limit: Option<i64>,
    /// `newest` first, as always here.
    order: Option<NewestFirst>,
}

/// The one order of the list.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum NewestFirst {
    /// The newest.
    Newest,
}

fn resource() -> &'static Resource {
    by_table("operations").expect("operations are a kind of object")
}

/// Rule R5-02. Whoever has a list as a file may look at it on its page.
fn may_export(viewer: &Viewer, body: &str) -> Result<(), AccessRefusal> {
    let Ok(asked) = serde_json::from_str::<AskOperation>(body) else { return Ok(()) };
    let permission = match &asked.work {
        Work::Verify => Permission::BankRead,
        Work::Audit { .. } => Permission::AuditRead,
        Work::Export { list, .. } => match list {
            List::Statement { .. } | List::Fees { .. } | List::Flow { .. } => Permission::MoneyRead,
            _ => Permission::BankRead,
        },
    };
    viewer.caller.may_platform(permission)
}

/// `POST /api/v1/operations`
pub(crate) async fn ask(
    State(api): State<Api>,
    viewer: Viewer,
    headers: HeaderMap,
    body: String,
) -> Response {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Err(refusal) = may_export(&viewer, &body) {
        return problem::forbidden(&refusal.into());
    }
    let actor = Actor::new(viewer.caller.name());
    let outcome = match commands::read_as(&api, &actor, AskOperation::NAME, key, &body) {
        Ok(request) => commands::run(&api, request).await,
        Err(response) => return *response,
    };
    let Ok(OperationReply { operation, .. }) = outcome.reply() else {
        return problem::reply_to(outcome, &body);
    };
    let object = read(&api, move |api| {
        let row = api.queries.object(resource().table, operation.raw())?;
        row.map(|row| reading::seen(api, &viewer, resource(), &row)).transpose()
    });
    let location = [(header::LOCATION, address(operation))];
    match object.await {
        Ok(object) => (StatusCode::ACCEPTED, location, Json(object)).into_response(),
        Err(response) => response,
    }
}

/// `GET /api/v1/operations`: the newest first.
pub(crate) async fn list(State(api): State<Api>, viewer: Viewer, Asked(asked): Asked<Listed>) -> Response {
    let before = match after(asked.after.as_deref()) {
        Ok(before) => before,
        Err(response) => return *response,
    };
    let NewestFirst::Newest = asked.order.unwrap_or(NewestFirst::Newest);
    let job = move |api: &Api| {
        let whose = match (asked.asked_by.as_deref(), asked.state.as_deref()) {
            (Some(by), _) => Whose::By(by),
            (None, Some(state)) => Whose::In(state),
            (None, None) => Whose::All,
        };
        let limit = rows(asked.limit);
        let found = api.queries.operations(partition_of(asked.environment), whose, before, limit)?;
        let is_last = i64::try_from(found.len()).is_ok_and(|read| read < limit);
        let next = found.last().filter(|_| !is_last).map(|row| reading::text_of(resource(), row.id));
        let mut objects: Vec<Value> = Vec::new();
        for row in &found {
            let object = reading::seen(api, &viewer, resource(), row)?;
            if asked.state.as_deref().is_none_or(|state| object["record"]["state"] == *state) {
                objects.push(object);
            }
        }
        Ok(json!({ "rows": objects, "next_after": next }))
    };
    match read(&api, job).await {
        Ok(page) => Json(page).into_response(),
        Err(response) => response,
    }
}

/// `GET /api/v1/operations/{id}/file`
pub(crate) async fn file(State(api): State<Api>, Path(id): Path<String>) -> Response {
    let raw = match reading::raw_id(resource(), &id) {
        Ok(raw) => raw,
        Err(response) => return *response,
    };
    let job = move |api: &Api| {
        let row = api.queries.object(resource().table, raw)?;
        let read = |body: &str| serde_json::from_str::<Operation>(body);
        row.map(|row| read(&row.body).map_err(|error| crate::resources::told(&error))).transpose()
    };
    let operation = match read(&api, job).await {
        Ok(Some(operation)) => operation,
        Ok(None) => return problem::missing(&id),
        Err(response) => return response,
    };
    let product = match operation.state {
        Stands::Done { product, .. } => product,
        Stands::Expired { .. } => return gone(),
        Stands::Waiting | Stands::Running { .. } | Stands::Failed { .. } | Stands::Cancelled { .. } => {
            return not_there(&operation);
        }
    };
    let Some(kept) = api.kept.clone() else { return elsewhere(&product) };
    match tokio::fs::File::open(kept.file(operation.id, product.attempt)).await {
        Ok(file) => taken(file, &product),
        Err(_) if product.server == kept.address => gone(),
        Err(_) => elsewhere(&product),
    }
}

fn taken(file: tokio::fs::File, product: &Product) -> Response {
    let mut response = Body::from_stream(Chunks { file, buffer: vec![0; CHUNK] }).into_response();
    let disposition = format!("attachment; filename=\"{}\"", product.name);
    let fields = [
        (header::CONTENT_TYPE, product.media_type.clone()),
        (header::CONTENT_LENGTH, product.bytes.to_string()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    for (name, value) in fields {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A file, a piece at a time.
struct Chunks {
    file: tokio::fs::File,
    buffer: Vec<u8>,
}

impl Stream for Chunks {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { file, buffer } = &mut *self;
        let mut piece = ReadBuf::new(buffer);
        match Pin::new(file).poll_read(context, &mut piece) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Ok(())) if piece.filled().is_empty() => Poll::Ready(None),
            Poll::Ready(Ok(())) => Poll::Ready(Some(Ok(Bytes::copy_from_slice(piece.filled())))),
        }
    }
}

fn gone() -> Response {
    let refusal = Refusal::new(
        "api.file_gone",
        Rule::new("R5-40"),
        Text::new("文件已过保存期或已不存在。", "The file was kept for its time and is gone."),
        Text::new("请重新发起。", "Ask for it anew."),
    );
    problem::refused(StatusCode::GONE, &refusal)
}

fn not_there(operation: &Operation) -> Response {
    let refusal = Refusal::new(
        "api.no_file",
        Rule::new("R5-40"),
        Text::new("任务没有可取的文件。", "There is no file of it."),
        Text::new("请等待完成；未成功的请按其原因处理。", "Wait until it is done; where it failed, see why."),
    );
    problem::refused(StatusCode::CONFLICT, &refusal.with("state", &operation.state))
}

fn elsewhere(product: &Product) -> Response {
    let refusal = Refusal::new(
        "api.file_elsewhere",
        Rule::new("R5-40"),
        Text::new("文件保存在另一台服务器上。", "The file lies on another server of this installation."),
        Text::new("请向该服务器取文件。", "Take it from that server."),
    );
    problem::refused(StatusCode::CONFLICT, &refusal.with("server", &product.server))
}
