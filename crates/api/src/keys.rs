//! Keys of programs over HTTP (R5-04): made here and shown once, and looked at when a program comes with one: the bare key, or a
//! request that is signed by it. A signed request that comes again is refused. Holds no rule, keeps no key.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zaiton_access::{Caller, Held, Kind, Permission};
use zaiton_app::identity::{MakeKey, PLATFORM, UseNonce};
use zaiton_effects::orders::hash_of;
use zaiton_effects::passwords;
use zaiton_engine::{Actor, Outcome, StoreError};
use zaiton_identity::api_key::is_timely;
use zaiton_identity::{ApiKey, ApiKeyId};
use zaiton_kernel::{Environment, Id, Refusal, Rule, Text, Timestamp};
use zaiton_onboarding::MerchantId;

use crate::callers::Viewer;
use crate::lists::{merchant_of, read};
use crate::{Api, BULK_LIMIT, commands, problem, same};

/// Letters of a nonce.
const NONCE: std::ops::RangeInclusive<usize> = 16..=128;
/// Keys of an owner that are looked through to count them.
const COUNTED: i64 = 500;

/// What a key is made of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    /// Of a merchant, by its code; of the platform where none is named.
    merchant: Option<String>,
    /// Live or sandbox.
    #[serde(default)]
    environment: Environment,
    /// What people call it.
    name: String,
    /// What it may do.
    scopes: BTreeSet<Permission>,
    /// The networks that it may come from, such as `203.0.113.0/24`; none: from everywhere.
    #[serde(default)]
    networks: Vec<String>,
    /// Every request must be signed; the key alone lets nobody in.
    #[serde(default)]
    signed: bool,
    /// Until when it is good.
    expires_at: Option<Timestamp>,
}

/// A key that was made. What lets in is shown this once.
#[derive(Serialize, JsonSchema)]
pub(crate) struct KeyMade {
    /// Its id.
    id: ApiKeyId,
    /// What a program sends as `Authorization: Bearer`. None of a key whose requests must be signed.
    key: Option<String>,
    /// What it signs requests with.
    signing_secret: Option<String>,
}

/// `POST /api/v1/api-keys`
pub(crate) async fn make(State(api): State<Api>, viewer: Viewer, body: String) -> Response {
    let asked: NewKey = match serde_json::from_str(&body) {
        Ok(asked) => asked,
        Err(error) => return problem::unreadable(&error.to_string(), ""),
    };
    let merchant = match &asked.merchant {
        None => None,
        Some(code) => match merchant_of(&api, &viewer, code.clone(), Environment::Live).await {
            Ok(row) => Some(MerchantId::from_raw(row.id)),
            Err(response) => return response,
        },
    };
    let owner = merchant.map_or(PLATFORM, Id::raw);
    let partition = zaiton_app::identity::key_partition(merchant);
    if let Err(refusal) = viewer.may(Permission::KeyManage, partition) {
        return problem::forbidden(&refusal);
    }
    let others = read(&api, move |api| {
        let rows = api.queries.records_of("api_keys", partition, 0, COUNTED)?;
        let good = |body: &str| {
            serde_json::from_str::<ApiKey>(body)
                .is_ok_and(|key| key.state == zaiton_identity::api_key::State::Active)
        };
        Ok(rows.iter().filter(|row| good(&row.body)).count())
    });
    let others = match others.await {
        Ok(others) => others,
        Err(response) => return response,
    };
    let Ok((secret, hash)) = passwords::token() else { return problem::later() };
    let bad_network = asked.networks.iter().find(|network| network.parse::<IpNet>().is_err()).cloned();
    // An administrator of the platform joins systems to it without doing their work itself (ADR 0021).
    let all = Permission::ALL.iter().copied();
    let maker = match merchant {
        None => all.collect(),
        Some(_) => all.filter(|permission| viewer.caller.may(*permission, owner).is_ok()).collect(),
    };
    let (environment, signed) = (asked.environment, asked.signed);
    let command = MakeKey {
        environment,
        merchant,
        name: asked.name,
        secret: hash.clone(),
        scopes: asked.scopes,
        networks: asked.networks,
        signed,
        expires_at: asked.expires_at,
        maker,
        bad_network,
        others,
    };
    let actor = Actor::new(viewer.caller.name());
    let request = zaiton_engine::Request::new(Arc::new(command), &format!("key/{hash}"), actor);
    let outcome = commands::run(&api, request).await;
    let Ok(id) = outcome.reply::<ApiKeyId>() else { return problem::reply_to(outcome, &body) };
    let signing_secret = signed.then(|| api.sealer().map(|sealer| sealer.signing_secret(id))).flatten();
    let made = KeyMade { id, key: (!signed).then(|| format!("{id}.{secret}")), signing_secret };
    (StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(made)).into_response()
}

fn load(api: &Api, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    let row = api.queries.record("api_keys", id.raw())?;
    row.map(|row| serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))).transpose()
}

/// Rule R5-04. What a key holds, where it comes from a network of its own and is good now.
fn viewer_of(api: &Api, key: &ApiKey, from: Option<IpAddr>) -> Option<Viewer> {
    let now = api.engine.clock().now(Environment::Live);
    let near = |network: &String| {
        from.is_some_and(|from| network.parse::<IpNet>().is_ok_and(|of| of.contains(&from.to_canonical())))
    };
    if !key.is_good(now) || !(key.networks.is_empty() || key.networks.iter().any(near)) {
        return None;
    }
    let held = Held::Scopes(key.scopes.clone());
    let caller = Caller::new(key.id.to_string(), Kind::Key);
    let caller =
        if key.owner == PLATFORM { caller.of_platform(held) } else { caller.of_merchant(key.owner, held) };
    Some(Viewer::new(caller, Some(key.environment)))
}

pub(crate) fn peer(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip())
}

/// Whoever comes with a bare key.
pub(crate) async fn by_key(api: &Api, text: &str, peer: Option<IpAddr>) -> Result<Option<Viewer>, Response> {
    let Some((id, secret)) = text.split_once('.') else { return Ok(None) };
    let Ok(id) = id.parse::<ApiKeyId>() else { return Ok(None) };
    let hash = hash_of(secret.as_bytes());
    let found = read(api, move |api| load(api, id)).await?;
    let good = found.filter(|key| !key.signed && same(&key.secret, &hash));
    Ok(good.and_then(|key| viewer_of(api, &key, peer)))
}

/// The parts of a signed request that stand in its headers.
struct Signed {
    key: ApiKeyId,
    timestamp: String,
    at: Timestamp,
    nonce: String,
    signature: String,
}

fn signed(headers: &HeaderMap) -> Option<Signed> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let timestamp = header("zaiton-timestamp")?;
    let at = Timestamp::parse(&timestamp).ok()?;
    let nonce = header("zaiton-nonce").filter(|nonce| NONCE.contains(&nonce.len()))?;
    let key = header("zaiton-key")?.parse().ok()?;
    Some(Signed { key, timestamp, at, nonce, signature: header("zaiton-signature")? })
}

/// What is signed: method, path with query, time, nonce and the SHA-256 of the body, a line each.
fn signed_text(method: &str, path: &str, timestamp: &str, nonce: &str, body: &[u8]) -> String {
    format!("{method}\n{path}\n{timestamp}\n{nonce}\n{}", hash_of(body))
}

/// Rule R5-04. Whoever comes with a signed request, and that request with its body read; the answer where it is not taken.
pub(crate) async fn by_signature(api: &Api, request: Request) -> Result<(Option<Viewer>, Request), Response> {
    let Some(signed) = signed(request.headers()) else { return Ok((None, request)) };
    let peer = peer(&request);
    let (parts, body) = request.into_parts();
    let patient = tokio::time::timeout(api.limits.patience, to_bytes(body, BULK_LIMIT)).await;
    let bytes = match patient {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => return Err(problem::spoken(StatusCode::PAYLOAD_TOO_LARGE.into_response())),
        Err(_) => return Err(problem::too_slow()),
    };
    let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let text = signed_text(parts.method.as_str(), &path, &signed.timestamp, &signed.nonce, &bytes);
    let request = Request::from_parts(parts, Body::from(bytes));
    let id = signed.key;
    let Some(key) = read(api, move |api| load(api, id)).await? else { return Ok((None, request)) };
    let good = api.sealer().is_some_and(|sealer| {
        let wanted = zaiton_effects::signing::hmac_sha256(&sealer.signing_secret(id), &text);
        same(&wanted, &signed.signature)
    });
    let now = api.engine.clock().now(Environment::Live);
    if !good || !is_timely(signed.at, now) {
        return Ok((None, request));
    }
    let Some(viewer) = viewer_of(api, &key, peer) else { return Ok((None, request)) };
    let used =
        UseNonce { environment: Environment::Live, owner: key.owner, key: id, nonce: signed.nonce.clone() };
    let name = format!("api_nonce/{id}/{}", signed.nonce);
    match commands::run(api, zaiton_engine::Request::new(Arc::new(used), &name, Actor::system())).await {
        Outcome::Accepted { repeated: false, .. } => Ok((Some(viewer), request)),
        Outcome::Accepted { .. } | Outcome::Refused { .. } | Outcome::Denied { .. } => Err(replayed()),
        failed @ Outcome::Failed { .. } => Err(problem::reply(failed)),
    }
}

fn replayed() -> Response {
    let refusal = Refusal::new(
        "access.replayed",
        Rule::new("R5-04"),
        Text::new("该请求已收到过。", "This request came before."),
        Text::new("请使用新的 nonce 重新签名。", "Sign it anew with another nonce."),
    );
    problem::refused(StatusCode::CONFLICT, &refusal)
}
