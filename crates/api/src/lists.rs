//! Lists and reports over HTTP, as JSON or CSV. Read-only.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use zaiton_app::reports::{self, Language};
use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Id, Money, Partition, Timestamp};
use zaiton_prepaid::quote::Question;
use zaiton_store::scan::StoredBody;

use crate::callers::Viewer;
use crate::resources::inside::event_said;
use crate::said::{BalanceSaid, BalancesSaid, EventSaid};
use crate::{Api, problem};

/// How long a read waits for its place.
const QUEUE: Duration = Duration::from_secs(10);
/// Rows of a page, at most.
pub(crate) const PAGE: i64 = 500;

/// What lists may be asked.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Asked {
    /// `live` or `sandbox`.
    #[serde(default)]
    pub(crate) environment: Environment,
    /// The programme's code; `baitiao` by default.
    #[serde(default = "default_programme")]
    pub(crate) programme: String,
    /// From this moment on.
    pub(crate) from: Option<String>,
    /// To this moment, exclusive.
    pub(crate) to: Option<String>,
    /// As of this moment; now by default.
    pub(crate) at: Option<String>,
    /// The `next_after` of the page before.
    #[serde(default)]
    pub(crate) after: i64,
    /// Rows at most, 1 to 500.
    pub(crate) limit: Option<i64>,
    /// `csv`, or nothing for JSON.
    #[serde(default)]
    pub(crate) format: String,
    /// Of headings in CSV: `en` or `zh-CN`.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(crate) lang: Language,
}

fn default_programme() -> String {
    reports::DEFAULT_PROGRAMME.to_owned()
}

/// Runs a blocking read beside the runtime's threads.
pub(crate) async fn read<T: Send + 'static>(
    api: &Api,
    job: impl FnOnce(&Api) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Response> {
    let Ok(place) = tokio::time::timeout(QUEUE, Arc::clone(&api.reads).acquire_owned()).await else {
        return Err(problem::busy());
    };
    let api = api.clone();
    let job = move || {
        let _place = place;
        job(&api)
    };
    match tokio::task::spawn_blocking(job).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(problem::store(&error)),
        Err(_) => Err(problem::store(&StoreError("a read ended by a bug".into()))),
    }
}

/// The same for what may take long: fewer of these at once, so that what is short finds a place.
pub(crate) async fn read_long<T: Send + 'static>(
    api: &Api,
    job: impl FnOnce(&Api) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Response> {
    match tokio::time::timeout(QUEUE, Arc::clone(&api.long_reads).acquire_owned()).await {
        Ok(_place) => read(api, job).await,
        Err(_) => Err(problem::busy()),
    }
}

pub(crate) fn moment(text: Option<&str>, or: Timestamp) -> Result<Timestamp, Box<Response>> {
    let Some(text) = text else { return Ok(or) };
    Timestamp::parse(text)
        .map_err(|error| Box::new(problem::bad("api.moment", "时间格式不正确。", format!("{text}: {error}"))))
}

/// Rule R5-02. The merchant of a code, where it is within reach: of others it is not told whether they are there.
pub(crate) async fn merchant_of(
    api: &Api,
    viewer: &Viewer,
    code: String,
    environment: Environment,
) -> Result<StoredBody, Response> {
    let what = code.clone();
    read(api, move |api| api.queries.merchant(environment, &code))
        .await?
        .filter(|row| viewer.sees(row.partition))
        .ok_or_else(|| problem::missing(&what))
}

pub(crate) fn page(rows: Vec<StoredBody>) -> Response {
    // As text: these numbers are larger than what a browser counts exactly.
    let next = rows.last().map(|row| row.id.to_string());
    let rows: Vec<Value> = rows.iter().filter_map(|row| serde_json::from_str(&row.body).ok()).collect();
    Json(json!({ "rows": rows, "next_after": next })).into_response()
}

fn csv(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response()
}

/// `GET /api/v1/merchants/{code}/flow`. Rule R1-30.
pub(crate) async fn flow(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let merchant = match merchant_of(&api, &viewer, code, asked.environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let job = move |api: &Api| zaiton_reads::flow::page(&api.queries, merchant.partition, asked.after, limit);
    match read(&api, job).await {
        Ok(rows) if asked.format == "csv" => csv(reports::flow::csv(&rows, asked.lang)),
        Ok(rows) => {
            let next = rows.last().map(|row| row.raw.to_string());
            Json(json!({ "rows": rows, "next_after": next })).into_response()
        }
        Err(response) => response,
    }
}

/// `GET /api/v1/merchants/{code}/how-to-pay`. Rule R1-14.
pub(crate) async fn how_to_pay(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let merchant = match merchant_of(&api, &viewer, code, asked.environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let programme = zaiton_app::prepaid::programme_id(&asked.programme);
    let (environment, named) = (asked.environment, asked.programme);
    let job = move |api: &Api| {
        let now = api.engine.clock().now(environment);
        let policy = zaiton_app::policy::prepaid_at(api.engine.registry(), environment, now);
        let place = (environment, merchant.partition);
        zaiton_reads::how_to_pay::how_to_pay(&api.queries, place, programme, &policy)
    };
    match read(&api, job).await {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => problem::missing(&named),
        Err(response) => response,
    }
}

/// `GET /api/v1/records/{table}`
pub(crate) async fn records(
    State(api): State<Api>,
    Path(table): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    // What is sealed is nobody's list.
    let sealed = [
        "api_keys",
        "credentials",
        "organisations",
        "people",
        "sealed_messages",
        "sessions",
        "webhook_secrets",
    ]
    .contains(&table.as_str());
    if sealed || !zaiton_store::tables::RECORD_TABLES.iter().any(|known| known.name == table) {
        return problem::missing(&table);
    }
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, PAGE);
    match read(&api, move |api| api.queries.records(&table, asked.after, limit)).await {
        Ok(rows) => page(rows),
        Err(response) => response,
    }
}

/// `GET /api/v1/merchants/{code}/events`
pub(crate) async fn events(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let merchant = match merchant_of(&api, &viewer, code, asked.environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let limit = usize::try_from(asked.limit.unwrap_or(100).clamp(1, PAGE)).unwrap_or(100);
    let job = move |api: &Api| {
        let head = api.queries.head(merchant.partition)?.unwrap_or_default();
        let from = if asked.after == 0 { head.last_event } else { asked.after };
        api.queries.timeline(merchant.partition, from, limit)
    };
    match read(&api, job).await {
        Ok(events) => {
            let next = events
                .last()
                .map(|event| event.previous)
                .filter(|previous| *previous != 0)
                .map(|id| id.to_string());
            let rows: Vec<EventSaid> = events.iter().map(event_said).collect();
            Json(json!({ "rows": rows, "next_after": next })).into_response()
        }
        Err(response) => response,
    }
}

fn period(api: &Api, asked: &Asked) -> Result<(Timestamp, Timestamp), Box<Response>> {
    let now = api.engine.clock().now(asked.environment);
    let from = moment(asked.from.as_deref(), Timestamp::from_micros(0))?;
    Ok((from, moment(asked.to.as_deref(), now.plus_seconds(1))?))
}

/// `GET /api/v1/merchants/{code}/statement`
pub(crate) async fn statement(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let (from, to) = match period(&api, &asked) {
        Ok(period) => period,
        Err(response) => return *response,
    };
    let merchant = match merchant_of(&api, &viewer, code, asked.environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let programme = zaiton_app::prepaid::programme_id(&asked.programme);
    let job = move |api: &Api| {
        let currency = reports::account_currency(&api.queries.accounts(merchant.partition)?, programme);
        let statement =
            api.queries.prepaid_statement(merchant.partition, programme.raw(), currency, from, to)?;
        Ok((currency, statement))
    };
    match read_long(&api, job).await {
        Ok((currency, statement)) if asked.format == "csv" => {
            csv(reports::statement_csv(&statement, currency, asked.lang))
        }
        Ok((currency, statement)) => Json(reports::said::statement(&statement, currency)).into_response(),
        Err(response) => response,
    }
}

/// `GET /api/v1/merchants/{code}/fees`
pub(crate) async fn fees(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let (from, to) = match period(&api, &asked) {
        Ok(period) => period,
        Err(response) => return *response,
    };
    let merchant = match merchant_of(&api, &viewer, code, asked.environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let programme = zaiton_app::prepaid::programme_id(&asked.programme);
    let job = move |api: &Api| fee_rows(api, merchant.partition, programme.raw(), from, to);
    match read_long(&api, job).await {
        Ok(rows) if asked.format == "csv" => csv(reports::fees_csv(&rows, asked.lang)),
        Ok(rows) => Json(json!({ "rows": reports::said::fees(&rows) })).into_response(),
        Err(response) => response,
    }
}

fn fee_rows(
    api: &Api,
    partition: Partition,
    programme: i64,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<reports::FeeRow>, StoreError> {
    let of = zaiton_prepaid::ProgrammeId::from_raw(programme);
    let currency = reports::account_currency(&api.queries.accounts(partition)?, of);
    let mut rows = Vec::new();
    for movement in api.queries.fee_movements(partition, programme, currency, from, to)? {
        let hold = api.queries.record("holds", movement.hold)?;
        rows.push(reports::FeeRow {
            at: movement.booked_at,
            kind: movement.kind,
            hold: movement.hold,
            order: hold.map(|row| reports::order_of_hold(&row.body)).unwrap_or_default(),
            amount: Money::new(movement.amount, currency),
        });
    }
    Ok(rows)
}

/// `GET /api/v1/merchants/{code}/balances`
pub(crate) async fn balances(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let now = api.engine.clock().now(asked.environment).plus_seconds(1);
    let at = match moment(asked.at.as_deref(), now) {
        Ok(at) => at,
        Err(response) => return *response,
    };
    let merchant = match merchant_of(&api, &viewer, code, asked.environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let job = move |api: &Api| {
        let mut rows = Vec::new();
        for account in api.queries.accounts(merchant.partition)? {
            let key = account.key;
            let balance =
                api.queries.balance_at(merchant.partition, key.code, key.dimension, key.currency, at)?;
            let row = key.code.row();
            let dimension = zaiton_kernel::id::letters(key.dimension);
            rows.push(BalanceSaid { code: key.code, en: row.en, zh: row.zh, dimension, balance });
        }
        Ok(BalancesSaid { at, rows })
    };
    match read_long(&api, job).await {
        Ok(balances) => Json(balances).into_response(),
        Err(response) => response,
    }
}

/// `POST /api/v1/merchants/{code}/quote`. Rule R1-40.
pub(crate) async fn quote(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
    body: String,
) -> Response {
    let question: Question = match serde_json::from_str(&body) {
        Ok(question) => question,
        Err(error) => return problem::bad("api.body", "请求内容无法读取。", error.to_string()),
    };
    let now = api.engine.clock().now(asked.environment);
    let merchant = match merchant_of(&api, &viewer, code, asked.environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let programme = zaiton_app::prepaid::programme_id(&asked.programme);
    let job = move |api: &Api| {
        let policy = zaiton_app::policy::prepaid_at(api.engine.registry(), asked.environment, now);
        zaiton_reads::quoting::quote(&api.queries, merchant.partition, programme, &question, &policy, now)
    };
    match read(&api, job).await {
        Ok(quote) => Json(quote).into_response(),
        Err(response) => response,
    }
}
