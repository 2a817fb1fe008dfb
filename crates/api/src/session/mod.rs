//! Coming in (R5-01): a session in a cookie that scripts cannot read and other sites cannot send. Answers never tell whether
//! somebody exists; hashing is bounded, so that nobody can make the server busy with it. Holds no rule: the person's record counts
//! what was guessed and says how long to wait.
//!
//! `gate.rs` what bounds hashing and guessing; `sign_in.rs` coming in; `second.rs` the second factor; `links.rs` what goes by mail:
//! signing up, another password, invitations; `devices.rs` where somebody is in. Here is who is in, by a request's cookie.

mod devices;
mod gate;
mod links;
mod second;
mod sign_in;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zaiton_access::{Permission, Role};
use zaiton_app::identity::{PLATFORM, SeeSession};
use zaiton_effects::orders::hash_of;
use zaiton_effects::passwords;
use zaiton_engine::command::AnyCommand;
use zaiton_engine::{Actor, Outcome, StoreError};
use zaiton_identity::person::Tongue;
use zaiton_identity::{Person, PersonId, Session, SessionId};
use zaiton_kernel::{Environment, Id, Refusal, Rule, Text, Timestamp};
use zaiton_onboarding::{Merchant, MerchantId};

use crate::callers::{self, Viewer};
use crate::lists::read;
use crate::people;
use crate::{Api, commands, problem, same};

pub(crate) use devices::{DeviceSaid, close, devices};
pub(crate) use gate::Gate;
pub(crate) use links::{
    Accepting, AskedReset, Confirming, Resetting, SignUp, accept, ask_reset, confirm, reset, sign_up,
};
pub(crate) use second::{Code, RecoveryCodes, SecretShown, drop_second, offer, prove};
pub(crate) use sign_in::{NewPassword, SignIn, change_password, sign_in, sign_out};

/// The cookie's name.
const COOKIE: &str = "zaiton_session";
/// Largest body of a request here that is read by hand, in bytes.
const BODY: usize = 10_000;

async fn give(api: &Api, command: Arc<dyn AnyCommand>, key: &str) -> Outcome {
    commands::run(api, zaiton_engine::Request::new(command, key, Actor::system())).await
}

/// As [`give`], by whoever came in.
async fn give_as(api: &Api, who: &Inside, command: Arc<dyn AnyCommand>, key: &str) -> Outcome {
    let actor = Actor::new(&who.person.id.to_string());
    commands::run(api, zaiton_engine::Request::new(command, key, actor)).await
}

/// A key for a command that is of this moment and no other.
fn key(what: &str) -> Option<String> {
    passwords::token().ok().map(|(token, _)| format!("{what}/{token}"))
}

/// Reads a body that holds what nobody may see: nothing of what is wrong with it is told.
async fn secret_body<T: DeserializeOwned>(request: Request, wanted: &'static str) -> Result<T, Response> {
    let unread = || problem::bad("api.body", "请求内容无法读取。", wanted.to_owned());
    let body = axum::body::to_bytes(request.into_body(), BODY).await.map_err(|_| unread())?;
    serde_json::from_slice(&body).map_err(|_| unread())
}

fn said(status: StatusCode, code: &'static str, why: Text, cure: Text) -> Response {
    problem::refused(status, &Refusal::new(code, Rule::new("R5-01"), why, cure))
}

/// What a person is told of itself.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignedInPerson")]
pub(crate) struct PersonSaid {
    /// Its id: by it commands and events name who acted.
    id: PersonId,
    /// What is typed to come in.
    login: String,
    /// What people call it.
    name: String,
    /// In which language it is written to.
    language: Tongue,
    /// Its password was made by somebody else.
    must_change: bool,
    /// It has a second factor.
    second_factor: bool,
    /// Nothing is open to it until it has one.
    needs_second_factor: bool,
    /// Its roles on the platform's side.
    roles: Vec<Role>,
    /// The merchants that it is of.
    merchants: Vec<MembershipSaid>,
    /// What it may do somewhere.
    permissions: Vec<Permission>,
}

/// A merchant that somebody is of.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MembershipSaid {
    /// The merchant's id.
    id: MerchantId,
    /// Its code.
    code: String,
    /// What people call it.
    name: String,
    /// The roles there.
    roles: Vec<Role>,
}

/// Somebody came in.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SignedIn {
    /// Who.
    person: PersonSaid,
}

/// A session, without what lets in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OpenSession")]
pub(crate) struct SessionSaid {
    /// Its id.
    id: SessionId,
    /// What it was opened with.
    device: String,
    /// When it was opened.
    opened_at: Timestamp,
}

/// Who came in, and with which session.
#[derive(Serialize, JsonSchema)]
pub(crate) struct WhoIsIn {
    /// Who.
    person: PersonSaid,
    /// With what.
    session: SessionSaid,
}

/// Rule R5-01. Operators must have a second factor; the platform's people are operators.
fn needs_second(person: &Person) -> bool {
    person.owners.contains(&PLATFORM) && person.second.is_none()
}

/// What is told of somebody who came in.
fn told(api: &Api, person: &Person) -> Result<PersonSaid, StoreError> {
    let caller = callers::of_person(api, person)?;
    let mut merchants = Vec::new();
    for owner in caller.merchants() {
        let Some(row) = api.queries.object("merchants", owner)? else { continue };
        let merchant: Merchant =
            serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))?;
        let roles = caller.roles(Some(owner));
        merchants.push(MembershipSaid { id: merchant.id, code: merchant.code, name: merchant.name, roles });
    }
    let held = Permission::ALL.iter().copied().filter(|permission| caller.reach(*permission).is_ok());
    Ok(PersonSaid {
        id: person.id,
        login: person.login.clone(),
        name: person.name.clone(),
        language: person.tongue,
        must_change: person.must_change,
        second_factor: person.second.is_some(),
        needs_second_factor: needs_second(person),
        roles: caller.roles(None),
        merchants,
        permissions: held.collect(),
    })
}

fn is_over_tls(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|value| value == "https")
}

/// The values of a cookie, as many as came.
fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).map(str::trim);
    pairs.filter_map(move |pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn set(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Who came in, with which session.
#[derive(Clone)]
pub(crate) struct Inside {
    pub(crate) person: Person,
    pub(crate) session: Session,
}

/// The session of a request's cookie, where it lets in.
pub(crate) async fn inside(api: &Api, headers: &HeaderMap) -> Result<Option<Inside>, Response> {
    let Some((id, token)) = cookies(headers, COOKIE).find_map(|value| value.split_once('.')) else {
        return Ok(None);
    };
    let Ok(id) = zaiton_kernel::id::parse::<SessionId>(id) else { return Ok(None) };
    let hash = hash_of(token.as_bytes());
    let found = read(api, move |api| {
        let Some(row) = api.queries.record("sessions", id.raw())? else { return Ok(None) };
        let session: Session =
            serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))?;
        Ok(people::load(api, session.person)?.map(|person| Inside { person, session }))
    })
    .await?;
    let now = api.engine.clock().now(Environment::Live);
    let open =
        |inside: &Inside| same(&inside.session.token, &hash) && inside.session.is_open(&inside.person, now);
    let Some(inside) = found.filter(open) else { return Ok(None) };
    if inside.session.is_due(now) {
        let (person, session) = (inside.person.id, inside.session.id);
        let see = SeeSession { environment: Environment::Live, person, session };
        let key = format!("see/{session}/{}", now.micros() / 60_000_000);
        let request = zaiton_engine::Request::new(Arc::new(see), &key, Actor::system());
        // Nobody waits for it: a sign of life that is lost is followed by another.
        drop(api.engine.submit_here(request, Box::new(drop)));
    }
    Ok(Some(inside))
}

/// Who came in, for what is beside the rest of the API: a change must come from a page of ours.
async fn here(api: &Api, method: &Method, headers: &HeaderMap) -> Result<Inside, Response> {
    if !is_safe(method) && !comes_from_us(headers) {
        return Err(foreign());
    }
    inside(api, headers).await?.ok_or_else(problem::unauthorised)
}

/// Rules R5-01, R5-02. What whoever came in may look at and do; a refusal until an operator has its second factor.
pub(crate) async fn viewer(api: &Api, inside: &Inside) -> Result<Viewer, Response> {
    if needs_second(&inside.person) {
        return Err(said(
            StatusCode::FORBIDDEN,
            "session.second_factor_needed",
            Text::new("平台人员须先启用双重验证。", "People of the platform need a second factor first."),
            Text::new("请在账户安全页绑定验证器。", "Set up an authenticator on the page of your account."),
        ));
    }
    let person = inside.person.clone();
    let caller = read(api, move |api| callers::of_person(api, &person)).await?;
    Ok(Viewer::new(caller, None))
}

/// A request that changes something must come from our own pages: the cookie alone does not say so.
pub(crate) fn is_from_our_pages(request: &Request) -> bool {
    is_safe(request.method()) || comes_from_us(request.headers())
}

fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

fn comes_from_us(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match header("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => match (header("origin"), header("host")) {
            (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, of)| of == host),
            _ => false,
        },
    }
}

/// A change that another site's page asked for.
pub(crate) fn foreign() -> Response {
    said(
        StatusCode::FORBIDDEN,
        "session.foreign_page",
        Text::new("请求不是来自本站页面。", "The request does not come from a page of this site."),
        Text::new("请在本站页面中操作。", "Do it on a page of this site."),
    )
}

/// `GET /api/v1/session`: who came in.
pub(crate) async fn who(State(api): State<Api>, headers: HeaderMap) -> Response {
    let inside = match inside(&api, &headers).await {
        Ok(Some(inside)) => inside,
        Ok(None) => return problem::unauthorised(),
        Err(response) => return response,
    };
    let Session { id, opened_at, .. } = inside.session;
    let session = SessionSaid { id, device: inside.session.device.clone(), opened_at };
    match read(&api, move |api| told(api, &inside.person)).await {
        Ok(person) => Json(WhoIsIn { person, session }).into_response(),
        Err(response) => response,
    }
}
