//! Coming in with login and password (R5-01): a session in a cookie that scripts cannot read and other sites cannot send. The
//! answer never tells whether somebody exists; hashing is bounded, so that nobody can make the server busy with it. Holds no
//! rule: the person's record counts wrong passwords and says how long to wait.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use zaiton_app::identity::{
    ChangePassword, CloseSession, OpenSession, SeeSession, SessionReply, WrongPassword, person_id,
};
use zaiton_effects::orders::hash_of;
use zaiton_effects::passwords;
use zaiton_engine::command::AnyCommand;
use zaiton_engine::{Actor, Outcome, StoreError};
use zaiton_identity::person::{Command, PASSWORD_BYTES, PasswordHash, Role, decide};
use zaiton_identity::{Person, PersonId, Session, SessionId};
use zaiton_kernel::{Environment, Id, Refusal, Rule, Text, Timestamp};

use crate::lists::read;
use crate::{Api, commands, problem, same};

/// The cookie's name.
const COOKIE: &str = "zaiton_session";
/// Passwords hashed at once.
const HASHING: usize = 2;
/// Passwords that wait to be hashed; more are told to come back.
const WAITING: usize = 50;
/// The header by which commands know who acts.
const ACTOR: &str = "zaiton-actor";

/// What coming in needs beside the rest of the API.
pub(crate) struct Gate {
    hashing: Semaphore,
    waiting: Semaphore,
    /// The hash of nobody's password: it is compared with when there is nobody, so that this takes as long.
    nobody: PasswordHash,
}

impl Default for Gate {
    fn default() -> Self {
        // Without randomness nothing is compared, and nobody comes in.
        let nobody = passwords::made().and_then(|made| passwords::hash(&made));
        Self {
            hashing: Semaphore::new(HASHING),
            waiting: Semaphore::new(WAITING),
            nobody: nobody.unwrap_or(PasswordHash(String::new())),
        }
    }
}

/// Login and password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// What is typed to come in.
    login: String,
    /// The password.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
}

fn person(api: &Api, login: &str) -> Result<Option<Person>, StoreError> {
    let row = api.queries.record("people", person_id(login).raw())?;
    row.map(|row| serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))).transpose()
}

/// Whether a password is right, hashed beside the runtime's threads; none when too many wait.
async fn is_right(api: &Api, password: String, hash: PasswordHash) -> Option<bool> {
    let _place = api.gate.waiting.try_acquire().ok()?;
    let _turn = api.gate.hashing.acquire().await.ok()?;
    tokio::task::spawn_blocking(move || passwords::is_of(&password, &hash)).await.ok()
}

async fn give(api: &Api, command: Arc<dyn AnyCommand>, key: &str) -> Outcome {
    commands::run(api, zaiton_engine::Request::new(command, key, Actor::system())).await
}

/// A key for a command that is of this moment and no other.
fn key(what: &str) -> Option<String> {
    passwords::token().ok().map(|(token, _)| format!("{what}/{token}"))
}

/// `POST /api/v1/session`
pub(crate) async fn sign_in(
    State(api): State<Api>,
    headers: HeaderMap,
    Json(asked): Json<SignIn>,
) -> Response {
    if asked.password.len() > PASSWORD_BYTES {
        return wrong();
    }
    let login = asked.login.clone();
    let known = match read(&api, move |api| person(api, &login)).await {
        Ok(known) => known,
        Err(response) => return response,
    };
    let now = api.engine.clock().now(Environment::Live);
    if let Some(person) = &known
        && let Err(refusal) = decide(person, Command::ComeIn, now)
    {
        let mut response = problem::refused(StatusCode::TOO_MANY_REQUESTS, &refusal.into());
        let until = person.wait_until.map_or(0, |until| until.micros() - now.micros());
        if let Ok(value) = HeaderValue::from_str(&(until / 1_000_000 + 1).to_string()) {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        return response;
    }
    let hash = known.as_ref().map_or_else(|| api.gate.nobody.clone(), |person| person.password.clone());
    let Some(right) = is_right(&api, asked.password, hash).await else { return problem::later() };
    let (Some(person), Some(key)) = (known, key("sign_in")) else { return wrong() };
    let environment = Environment::Live;
    if !right {
        let command = WrongPassword { environment, person: person.id };
        drop(give(&api, Arc::new(command), &key).await);
        return wrong();
    }
    let Ok((token, hash)) = passwords::token() else { return problem::later() };
    let device = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let command = OpenSession { environment, person: person.id, token: hash, device: device.to_owned() };
    let outcome = give(&api, Arc::new(command), &key).await;
    let Ok(reply) = outcome.reply::<SessionReply>() else { return problem::reply(outcome) };
    let secure = if is_over_tls(&headers) { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={}.{token}; Path=/; HttpOnly; SameSite=Strict{secure}", reply.session);
    let mut response = Json(SignedIn { person: told(&person) }).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
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
    /// What it may do.
    role: Role,
    /// Its password was made by somebody else.
    must_change: bool,
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

fn told(person: &Person) -> PersonSaid {
    let Person { id, role, must_change, .. } = *person;
    PersonSaid { id, login: person.login.clone(), name: person.name.clone(), role, must_change }
}

fn is_over_tls(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|value| value == "https")
}

fn wrong() -> Response {
    problem::refused(
        StatusCode::UNAUTHORIZED,
        &Refusal::new(
            "session.wrong",
            Rule::new("R5-01"),
            Text::new("登录名或密码不正确。", "Login or password is wrong."),
            Text::new("请核对后重试。", "Look at both, then try again."),
        ),
    )
}

/// Who came in, with which session.
#[derive(Clone)]
pub(crate) struct Inside {
    pub(crate) person: Person,
    pub(crate) session: Session,
}

/// The session of a request's cookie, where it lets in.
pub(crate) async fn inside(api: &Api, headers: &HeaderMap) -> Result<Option<Inside>, Response> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).map(str::trim);
    let ours = pairs.find_map(|pair| pair.strip_prefix(COOKIE)?.strip_prefix('='));
    let Some((id, token)) = ours.and_then(|value| value.split_once('.')) else { return Ok(None) };
    let Ok(id) = zaiton_kernel::id::parse::<SessionId>(id) else { return Ok(None) };
    let hash = hash_of(token.as_bytes());
    let found = read(api, move |api| {
        let Some(row) = api.queries.record("sessions", id.raw())? else { return Ok(None) };
        let session: Session =
            serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))?;
        let Some(row) = api.queries.record("people", session.person.raw())? else { return Ok(None) };
        let person: Person =
            serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))?;
        Ok(Some(Inside { person, session }))
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

/// A request that changes something must come from our own pages: the cookie alone does not say so.
pub(crate) fn is_from_our_pages(request: &Request) -> bool {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
        return true;
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
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
    problem::refused(
        StatusCode::FORBIDDEN,
        &Refusal::new(
            "session.foreign_page",
            Rule::new("R5-01"),
            Text::new("请求不是来自本站页面。", "The request does not come from a page of this site."),
            Text::new("请在本站页面中操作。", "Do it on a page of this site."),
        ),
    )
}

/// Whoever came in is who acts, whatever the request says.
pub(crate) fn act_as(request: &mut Request, inside: &Inside) {
    if let Ok(value) = HeaderValue::from_str(&inside.person.id.to_string()) {
        request.headers_mut().insert(ACTOR, value);
    }
    request.extensions_mut().insert(inside.clone());
}

fn outside() -> Response {
    problem::unauthorised()
}

/// `GET /api/v1/session`: who came in.
pub(crate) async fn who(State(api): State<Api>, headers: HeaderMap) -> Response {
    match inside(&api, &headers).await {
        Ok(Some(inside)) => {
            let Session { id, opened_at, .. } = inside.session;
            let session = SessionSaid { id, device: inside.session.device.clone(), opened_at };
            Json(WhoIsIn { person: told(&inside.person), session }).into_response()
        }
        Ok(None) => outside(),
        Err(response) => response,
    }
}

/// `DELETE /api/v1/session`: this session is over.
pub(crate) async fn sign_out(State(api): State<Api>, request: Request) -> Response {
    if !is_from_our_pages(&request) {
        return foreign();
    }
    let inside = match inside(&api, request.headers()).await {
        Ok(Some(inside)) => inside,
        Ok(None) => return outside(),
        Err(response) => return response,
    };
    let (person, session) = (inside.person.id, inside.session.id);
    let command = CloseSession { environment: Environment::Live, person, session };
    let outcome = give(&api, Arc::new(command), &format!("close/{session}")).await;
    let mut response = problem::reply(outcome);
    let gone = HeaderValue::from_static("zaiton_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    response.headers_mut().insert(header::SET_COOKIE, gone);
    response
}

/// The old password and the new one.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// The one that holds.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    old: String,
    /// The one that is to hold: 12 letters or more, at most 256 bytes.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    new: String,
}

/// `POST /api/v1/session/password`: another password; every session of the old one is over, this one too.
pub(crate) async fn change_password(State(api): State<Api>, request: Request) -> Response {
    if !is_from_our_pages(&request) {
        return foreign();
    }
    let inside = match inside(&api, request.headers()).await {
        Ok(Some(inside)) => inside,
        Ok(None) => return outside(),
        Err(response) => return response,
    };
    let body = match axum::body::to_bytes(request.into_body(), 10_000).await {
        Ok(body) => body,
        Err(_) => return problem::bad("api.body", "请求内容无法读取。", "The body cannot be read.".into()),
    };
    // The text holds passwords: nothing of what is wrong with it is told.
    let Ok(asked) = serde_json::from_slice::<NewPassword>(&body) else {
        return problem::bad("api.body", "请求内容无法读取。", "Give `old` and `new`.".into());
    };
    if !passwords::may_be(&asked.new) {
        return problem::refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            &Refusal::new(
                "session.password_form",
                Rule::new("R5-01"),
                Text::new("新密码过短或过长。", "The new password is too short or too long."),
                Text::new(
                    "请使用 12 个字以上、256 字节以内的密码。",
                    "Use 12 letters or more, and at most 256 bytes.",
                ),
            ),
        );
    }
    let (person, environment) = (inside.person.id, Environment::Live);
    let now = api.engine.clock().now(environment);
    if let Err(refusal) = decide(&inside.person, Command::ComeIn, now) {
        return problem::refused(StatusCode::TOO_MANY_REQUESTS, &refusal.into());
    }
    let Some(right) = is_right(&api, asked.old, inside.person.password.clone()).await else {
        return problem::later();
    };
    let Some(key) = key("password") else { return problem::later() };
    if !right {
        drop(give(&api, Arc::new(WrongPassword { environment, person }), &key).await);
        return wrong();
    }
    let _turn = api.gate.hashing.acquire().await;
    let Ok(Ok(password)) = tokio::task::spawn_blocking(move || passwords::hash(&asked.new)).await else {
        return problem::later();
    };
    problem::reply(give(&api, Arc::new(ChangePassword { environment, person, password }), &key).await)
}
