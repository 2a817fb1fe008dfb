//! Where channels push to, `POST /push/{connection}`: no bearer token, since the channel's own signature says who it is. And how a
//! shop is connected over HTTP. Holds no rule: it hands on and says what came of it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use zaiton_channels::Connection as Settings;
use zaiton_effects::channels::{Answer, Pushed, connect};
use zaiton_effects::orders::hash_of;
use zaiton_engine::{Actor, Request};
use zaiton_kernel::{Environment, Id, Refusal, Rule, Text, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_orders::connection::ConnectionId;

use crate::callers::Viewer;
use crate::lists::{merchant_of, read};
use crate::{Api, commands, problem};

/// Headers of a push that are looked at, at most.
const HEADERS: usize = 100;

/// `POST /push/{connection}`
pub(crate) async fn push(
    State(api): State<Api>,
    Path(id): Path<String>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(id) = zaiton_kernel::id::parse::<ConnectionId>(&id) else { return denied() };
    let named = |(name, value): (&header::HeaderName, &HeaderValue)| {
        value.to_str().ok().map(|value| (name.as_str().to_owned(), value.to_owned()))
    };
    let pushed = Pushed {
        method: method.as_str().to_owned(),
        path: uri.path_and_query().map_or_else(String::new, ToString::to_string),
        headers: headers.iter().take(HEADERS).filter_map(named).collect(),
        body: body.to_vec(),
    };
    let Some((receiver, _)) = api.channels.clone() else { return denied() };
    let taken = read(&api, move |api| Ok(receiver.take(&api.engine, id, &pushed))).await;
    match taken {
        Err(response) => response,
        Ok(Answer::Taken { orders, unread, changed }) => {
            Json(json!({ "orders": orders, "unread": unread, "changed": changed })).into_response()
        }
        Ok(Answer::Nothing) => Json(json!({ "orders": 0, "unread": 0, "changed": 0 })).into_response(),
        Ok(Answer::Denied) => denied(),
        Ok(Answer::Replayed) => problem::refused(
            StatusCode::CONFLICT,
            &Refusal::new(
                "push.replayed",
                Rule::new("R5-04"),
                Text::new("该请求已收到过。", "This request came before."),
                Text::new("每次请求须使用新的 nonce 重新签名。", "Sign each request anew, with a new nonce."),
            ),
        ),
        Ok(Answer::Later(why)) => {
            tracing::warn!(connection = %id, why, "a push could not be taken now");
            problem::later()
        }
    }
}

/// The same for everybody who is not believed, and for connections that are not there.
fn denied() -> Response {
    problem::refused(
        StatusCode::UNAUTHORIZED,
        &Refusal::new(
            "push.denied",
            Rule::new("R5-04"),
            Text::new(
                "签名无效，或该地址不接受推送。",
                "The signature is not good, or nothing is pushed to this address.",
            ),
            Text::new("请核对推送地址与密钥。", "Check the address and the secret."),
        ),
    )
}

/// A challenge of eBay's.
#[derive(Deserialize)]
pub(crate) struct Challenge {
    challenge_code: String,
}

/// `GET /push/{connection}?challenge_code=..`: eBay tries the address.
pub(crate) async fn challenge(
    State(api): State<Api>,
    Path(id): Path<String>,
    Query(asked): Query<Challenge>,
) -> Response {
    let Ok(id) = zaiton_kernel::id::parse::<ConnectionId>(&id) else { return denied() };
    let Some((receiver, _)) = api.channels.clone() else { return denied() };
    match read(&api, move |_| Ok(receiver.challenge(id, &asked.challenge_code))).await {
        Err(response) => response,
        Ok(Some(answer)) => Json(json!({ "challengeResponse": answer })).into_response(),
        Ok(None) => denied(),
    }
}

/// What a shop is connected with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Connecting {
    shop: String,
    #[serde(default = "shanghai")]
    zone: String,
    #[serde(default)]
    ours: bool,
    #[serde(default)]
    since: Option<Timestamp>,
    settings: Settings,
}

fn shanghai() -> String {
    "Asia/Shanghai".into()
}

/// `POST /api/v1/merchants/{code}/connections`: the settings come in clear over this connection and are sealed before they go
/// anywhere. Errors never repeat them.
pub(crate) async fn connecting(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    body: String,
) -> Response {
    let merchant = match merchant_of(&api, &viewer, code, Environment::Live).await {
        Ok(row) => MerchantId::from_raw(row.id),
        Err(response) => return response,
    };
    let actor = Actor::new(viewer.caller.name());
    let asked: Connecting = match serde_json::from_str(&body) {
        Ok(asked) => asked,
        Err(error) => {
            let place = format!("Line {}, column {}: this is no connection.", error.line(), error.column());
            return problem::bad("api.connection", "连接设置无法读取。", place);
        }
    };
    if let Err(error) = asked.settings.check() {
        return problem::bad("api.connection", "连接设置不正确。", error.to_string());
    }
    let shop = (asked.shop.as_str(), asked.zone.as_str(), asked.ours);
    let Some((_, sealer)) = &api.channels else { return problem::missing("connections") };
    match connect(sealer, (Environment::Live, merchant), &asked.settings, shop, asked.since) {
        // What is sealed is other bytes each time: connecting again is a command of its own.
        Ok(command) => {
            let key = format!("connect/{}", hash_of(command.credentials.text.as_bytes()));
            problem::reply(commands::run(&api, Request::new(Arc::new(command), &key, actor)).await)
        }
        Err(error) => {
            tracing::error!(%error, "credentials cannot be sealed");
            problem::later()
        }
    }
}
