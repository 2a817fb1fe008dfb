//! What is counted and recorded over periods, over HTTP, as JSON. Read-only; holds no rule.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use zaiton_engine::Outcome;
use zaiton_kernel::{Currency, Environment, Money, Timestamp};
use zaiton_prepaid::StatementMonth;
use zaiton_prepaid::what_if::Asked as Figures;
use zaiton_reads::what_if::{Question, ask};

use crate::callers::Viewer;
use crate::lists::{Asked, PAGE, merchant_of, moment, read, read_long};
use crate::resources::told;
use crate::{Api, problem};

/// `GET /api/v1/merchants/{code}/months`: the recorded statements of its months. Rules R1-31, L-I10.
pub(crate) async fn months(
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
    let job =
        move |api: &Api| api.queries.records_of("prepaid_months", merchant.partition, asked.after, limit);
    match read(&api, job).await {
        Ok(rows) => {
            let next = rows.last().map(|row| row.id.to_string());
            let months: Result<Vec<StatementMonth>, _> =
                rows.iter().map(|row| serde_json::from_str(&row.body)).collect();
            match months {
                Ok(rows) => Json(json!({ "rows": rows, "next_after": next })).into_response(),
                Err(error) => problem::store(&told(&error)),
            }
        }
        Err(response) => response,
    }
}

/// `GET /api/v1/client-money`: how clients' money stands now. Rules L-7, L-I13.
pub(crate) async fn client_money(State(api): State<Api>, Query(asked): Query<Asked>) -> Response {
    let job = move |api: &Api| zaiton_reads::client_money::count(&api.queries, asked.environment);
    match read_long(&api, job).await {
        Ok(rows) => Json(json!({ "rows": rows })).into_response(),
        Err(response) => response,
    }
}

/// What a dry run may be asked. Amounts as decimals, in the account's currency.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhatIf {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// Below this promotions would have stopped.
    suspend: Option<String>,
    /// From this on they would have gone on.
    resume: Option<String>,
    /// Below this an alert would have been given.
    warning: Option<String>,
    /// Below this nothing would have been offered.
    floor: Option<String>,
    /// How often it would have been looked at.
    recheck_minutes: Option<u16>,
    /// How many alerts there would have been on one day, at most.
    alert_max_per_day: Option<u8>,
    /// From this moment on.
    from: String,
    /// To this moment, exclusive; now by default.
    to: Option<String>,
    /// Only a merchant's, by its code.
    merchant: Option<String>,
}

fn minor(text: Option<&str>) -> Result<Option<i64>, Box<Response>> {
    let Some(text) = text else { return Ok(None) };
    let wrong = |what| Box::new(problem::bad("api.amount", "金额格式不正确。", format!("{text}: {what}")));
    Money::parse(text, Currency::CNY).map(|money| Some(money.minor())).map_err(wrong)
}

impl WhatIf {
    fn figures(&self) -> Result<Figures, Box<Response>> {
        Ok(Figures {
            suspend_minor: minor(self.suspend.as_deref())?,
            resume_minor: minor(self.resume.as_deref())?,
            floor_minor: minor(self.floor.as_deref())?,
            warning_minor: minor(self.warning.as_deref())?,
            recheck_minutes: self.recheck_minutes,
            alert_max_per_day: self.alert_max_per_day,
        })
    }
}

/// `GET /api/v1/what-if`: what other lines would have done. Rules R5-31, K-3.
pub(crate) async fn what_if(State(api): State<Api>, viewer: Viewer, Query(asked): Query<WhatIf>) -> Response {
    let environment = asked.environment;
    let now = api.engine.clock().now(environment);
    let period = |asked: &WhatIf| -> Result<_, Box<Response>> {
        let from = moment(Some(&asked.from), now)?;
        Ok((asked.figures()?, from, moment(asked.to.as_deref(), now)?.min(now)))
    };
    let (figures, from, to) = match period(&asked) {
        Ok(period) => period,
        Err(response) => return *response,
    };
    let in_force = zaiton_app::policy::prepaid_at(api.engine.registry(), environment, now);
    if let Err(outside) = figures.policy(&in_force).check() {
        return problem::reply(Outcome::Refused { refusal: outside.into() });
    }
    let merchant = match asked.merchant {
        None => None,
        Some(code) => match merchant_of(&api, &viewer, code, environment).await {
            Ok(merchant) => Some(merchant.partition),
            Err(response) => return response,
        },
    };
    let question = Question { environment, merchant, from, to, figures };
    let job = move |api: &Api| {
        let registry = api.engine.registry();
        let in_force = |at: Timestamp| zaiton_app::policy::prepaid_at(registry, environment, at);
        ask(&api.queries, &question, &in_force)
    };
    match read_long(&api, job).await {
        Ok(answer) => Json(answer).into_response(),
        Err(response) => response,
    }
}
