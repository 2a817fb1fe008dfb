//! Coming in and going, and another password.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use zaiton_app::identity::{ChangePassword, CloseSession, Guess, OpenSession, SessionReply, person_id};
use zaiton_effects::{passwords, second_factor};
use zaiton_identity::Person;
use zaiton_identity::person::{Command, PASSWORD_BYTES, PersonRefusal, Proof, decide};
use zaiton_kernel::{Environment, Refusal, Text, Timestamp};

use super::gate::{hashed, is_right};
use super::{COOKIE, SignedIn, cookies, give, give_as, here, is_over_tls, key, said, secret_body, set, told};
use crate::lists::read;
use crate::{Api, people, problem, same};

/// The cookie by which a device is known again.
const DEVICE: &str = "zaiton_device";
/// How long a device is known, in seconds.
const DEVICE_SECONDS: u32 = 180 * 86_400;

/// Login and password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// What is typed to come in.
    login: String,
    /// The password.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
    /// The six digits of an authenticator, or a recovery code, where one is needed.
    #[schemars(extend("writeOnly" = true))]
    code: Option<String>,
}

pub(super) fn wrong() -> Response {
    said(
        StatusCode::UNAUTHORIZED,
        "session.wrong",
        Text::new("登录名、密码或验证码不正确。", "Login, password or code is wrong."),
        Text::new("请核对后重试。", "Look at them, then try again."),
    )
}

fn wait(until: Timestamp, now: Timestamp) -> Response {
    let refusal = Refusal::from(PersonRefusal::Wait { until });
    let mut response = problem::refused(StatusCode::TOO_MANY_REQUESTS, &refusal);
    let seconds = (until.micros() - now.micros()) / 1_000_000 + 1;
    if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// Whether the person came in with this device before, since its present password.
fn is_known(api: &Api, headers: &HeaderMap, person: &Person) -> bool {
    let Some(sealer) = api.sealer() else { return false };
    let mark = sealer.device_mark(person.id, person.passwords);
    cookies(headers, DEVICE).any(|told| same(told, &mark))
}

/// What was told beside the password; none when it is wrong.
pub(super) fn proof(api: &Api, person: &Person, code: Option<&str>, now: Timestamp) -> Option<Proof> {
    let (Some(second), Some(code)) = (&person.second, code.map(str::trim).filter(|code| !code.is_empty()))
    else {
        return Some(Proof::None);
    };
    let secret = api.sealer()?.second(person.id, &second.secret).ok()?;
    if let Some(step) = second_factor::step(&secret, code, now) {
        return Some(Proof::Step(step));
    }
    let hash = second_factor::recovery_hash(code)?;
    second.recovery.contains(&hash).then_some(Proof::Recovery(hash))
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
    let id = person_id(&asked.login);
    let person = match read(&api, move |api| people::load(api, id)).await {
        Ok(person) => person,
        Err(response) => return response,
    };
    let environment = Environment::Live;
    let now = api.engine.clock().now(environment);
    let Some(person) = person else {
        if let Some(until) = api.gate.nobody_waits(id, now) {
            return wait(until, now);
        }
        let nobody = api.gate.nobody.clone();
        return match is_right(&api, asked.password, nobody).await {
            Some(_) => {
                api.gate.nobody_guessed(id, now);
                wrong()
            }
            None => problem::later(),
        };
    };
    let known = is_known(&api, &headers, &person);
    if let Some(until) = person.meter(known).waits(now) {
        return wait(until, now);
    }
    let Some(right) = is_right(&api, asked.password, person.password.clone()).await else {
        return problem::later();
    };
    let Some(name) = key("sign_in") else { return problem::later() };
    let proof = right.then(|| proof(&api, &person, asked.code.as_deref(), now)).flatten();
    let Some(proof) = proof else {
        drop(give(&api, Arc::new(Guess { environment, person: person.id, known }), &name).await);
        return wrong();
    };
    // Only who has the password is told that a code is needed, or that it may not come in.
    if let Err(refusal) = decide(&person, Command::ComeIn { known, proof: proof.clone() }, now) {
        return problem::refused(StatusCode::UNAUTHORIZED, &refusal.into());
    }
    open(&api, &headers, person, (known, proof), &name).await
}

async fn open(
    api: &Api,
    headers: &HeaderMap,
    person: Person,
    (known, proof): (bool, Proof),
    name: &str,
) -> Response {
    let Ok((token, hash)) = passwords::token() else { return problem::later() };
    let device = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (step, recovery) = match proof {
        Proof::None => (None, None),
        Proof::Step(step) => (Some(step), None),
        Proof::Recovery(hash) => (None, Some(hash)),
    };
    let command = OpenSession {
        environment: Environment::Live,
        person: person.id,
        token: hash,
        device: device.to_owned(),
        known,
        step,
        recovery,
    };
    let outcome = give(api, Arc::new(command), name).await;
    let Ok(reply) = outcome.reply::<SessionReply>() else { return problem::reply(outcome) };
    let secure = if is_over_tls(headers) { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={}.{token}; Path=/; HttpOnly; SameSite=Strict{secure}", reply.session);
    let mark = api.sealer().map(|sealer| sealer.device_mark(person.id, person.passwords));
    match read(api, move |api| told(api, &person)).await {
        Ok(person) => {
            let mut response = Json(SignedIn { person }).into_response();
            set(&mut response, &cookie);
            if let Some(mark) = mark {
                let age = format!("Max-Age={DEVICE_SECONDS}");
                set(
                    &mut response,
                    &format!(
                        "{DEVICE}={mark}; Path=/api/v1/session; HttpOnly; SameSite=Strict; {age}{secure}"
                    ),
                );
            }
            response
        }
        Err(response) => response,
    }
}

/// `DELETE /api/v1/session`: this session is over.
pub(crate) async fn sign_out(State(api): State<Api>, request: Request) -> Response {
    let inside = match here(&api, request.method(), request.headers()).await {
        Ok(inside) => inside,
        Err(response) => return response,
    };
    let (person, session) = (inside.person.id, inside.session.id);
    let command = CloseSession { environment: Environment::Live, person, session };
    let outcome = give_as(&api, &inside, Arc::new(command), &format!("close/{session}")).await;
    let mut response = problem::reply(outcome);
    set(&mut response, "zaiton_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
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

/// Rule R5-01. A password that may not be chosen.
pub(super) fn password_form() -> Response {
    said(
        StatusCode::UNPROCESSABLE_ENTITY,
        "session.password_form",
        Text::new("新密码过短或过长。", "The new password is too short or too long."),
        Text::new(
            "请使用 12 个字以上、256 字节以内的密码。",
            "Use 12 letters or more, and at most 256 bytes.",
        ),
    )
}

/// `POST /api/v1/session/password`: another password; every session of the old one is over, this one too.
pub(crate) async fn change_password(State(api): State<Api>, request: Request) -> Response {
    let inside = match here(&api, request.method(), request.headers()).await {
        Ok(inside) => inside,
        Err(response) => return response,
    };
    let asked: NewPassword = match secret_body(request, "Give `old` and `new`.").await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    if !passwords::may_be(&asked.new) {
        return password_form();
    }
    let (person, environment) = (inside.person.id, Environment::Live);
    let now = api.engine.clock().now(environment);
    // Whoever is in came with a device that is known.
    if let Some(until) = inside.person.meter(true).waits(now) {
        return wait(until, now);
    }
    let Some(right) = is_right(&api, asked.old, inside.person.password.clone()).await else {
        return problem::later();
    };
    let Some(name) = key("password") else { return problem::later() };
    if !right {
        drop(give(&api, Arc::new(Guess { environment, person, known: true }), &name).await);
        return wrong();
    }
    let Some(password) = hashed(&api, asked.new).await else { return problem::later() };
    let command = ChangePassword { environment, person, password };
    problem::reply(give_as(&api, &inside, Arc::new(command), &name).await)
}
