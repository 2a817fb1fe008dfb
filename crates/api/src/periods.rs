//! What is counted and recorded over periods, over HTTP, as JSON. Read-only; holds no rule.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::Api;
use crate::lists::{Asked, PAGE, merchant_of, page, read};

/// `GET /api/v1/merchants/{code}/months`: the recorded statements of its months. Rules R1-31, L-I10.
pub(crate) async fn months(
    State(api): State<Api>,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let merchant = match merchant_of(&api, code, asked.environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let job =
        move |api: &Api| api.queries.records_of("prepaid_months", merchant.partition, asked.after, limit);
    match read(&api, job).await {
        Ok(rows) => page(rows),
        Err(response) => response,
    }
}

/// `GET /api/v1/client-money`: how clients' money stands now. Rules L-7, L-I13.
pub(crate) async fn client_money(State(api): State<Api>, Query(asked): Query<Asked>) -> Response {
    let job = move |api: &Api| zaiton_reads::client_money::count(&api.queries, asked.environment);
    match read(&api, job).await {
        Ok(rows) => Json(json!({ "rows": rows })).into_response(),
        Err(response) => response,
    }
}
