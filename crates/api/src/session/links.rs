//! What goes by mail: signing up, another password, invitations. Each answer is the same whether somebody is there or not; what
//! makes a link good is worked out from the installation's key and lies nowhere.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use zaiton_app::identity::{AcceptInvitation, AskLink, CreatePerson, UseLink, person_id};
use zaiton_effects::passwords;
use zaiton_engine::Outcome;
use zaiton_identity::PersonId;
use zaiton_identity::organisation::{InvitationId, OrganisationRefusal};
use zaiton_identity::person::{Purpose, Tongue, is_address, normal_login};
use zaiton_kernel::{Environment, Id, Refusal, Text};
use zaiton_onboarding::MerchantId;

use super::gate::hashed;
use super::sign_in::password_form;
use super::{comes_from_us, foreign, give, inside, key, said, secret_body};
use crate::lists::read;
use crate::{Api, callers, people, problem};

/// Longest of what makes a link good, in letters.
const TOKEN: usize = 64;

/// Who signs up.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignUp {
    /// Its e-mail address: what it will type to come in.
    address: String,
    /// What people call it.
    name: String,
    /// 12 letters or more, at most 256 bytes.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
    /// In which language it is written to.
    #[serde(default)]
    language: Tongue,
}

/// The same answer whatever is known: a mail is on its way where there is somebody to write to.
fn mailed() -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "sent": true }))).into_response()
}

fn no_address() -> Response {
    said(
        StatusCode::UNPROCESSABLE_ENTITY,
        "session.address",
        Text::new("邮箱格式不正确。", "The e-mail address is not of the right form."),
        Text::new("请核对邮箱。", "Look at the address."),
    )
}

/// `POST /api/v1/sign-ups`: for applicants, openly. The address is confirmed by the link of a mail.
pub(crate) async fn sign_up(State(api): State<Api>, request: Request) -> Response {
    if !comes_from_us(request.headers()) {
        return foreign();
    }
    let asked: SignUp = match secret_body(request, "Give `address`, `name` and `password`.").await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    if !passwords::may_be(&asked.password) {
        return password_form();
    }
    let login = normal_login(&asked.address);
    if !is_address(&login) {
        return no_address();
    }
    let id = person_id(&login);
    let (Some(password), Some(name)) = (hashed(&api, asked.password).await, key("sign_up")) else {
        return problem::later();
    };
    let known = match read(&api, move |api| people::load(api, id)).await {
        Ok(known) => known,
        Err(response) => return response,
    };
    if known.is_some() {
        // Whoever reads the address learns that it is known already; whoever asks does not.
        return ask_link(&api, id, Purpose::Reset).await;
    }
    let (environment, tongue) = (Environment::Live, asked.language);
    let command = CreatePerson {
        environment,
        login,
        name: asked.name,
        tongue,
        password,
        must_change: false,
        unconfirmed: true,
    };
    match give(&api, Arc::new(command), &name).await {
        Outcome::Accepted { .. } => mailed(),
        Outcome::Refused { refusal } if refusal.code == "identity.person.exists" => mailed(),
        refused => problem::reply(refused),
    }
}

/// Has a link sent, or not: nobody is told which.
async fn ask_link(api: &Api, person: PersonId, purpose: Purpose) -> Response {
    let Some(name) = key("link") else { return problem::later() };
    match give(api, Arc::new(AskLink { environment: Environment::Live, person, purpose }), &name).await {
        failed @ Outcome::Failed { .. } => problem::reply(failed),
        Outcome::Accepted { .. } | Outcome::Refused { .. } | Outcome::Denied { .. } => mailed(),
    }
}

/// Whose password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskedReset {
    /// What is typed to come in.
    login: String,
}

/// `POST /api/v1/session/reset`: a link for another password is sent to the person's address.
pub(crate) async fn ask_reset(State(api): State<Api>, request: Request) -> Response {
    if !comes_from_us(request.headers()) {
        return foreign();
    }
    let asked: AskedReset = match secret_body(request, "Give `login`.").await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let login = normal_login(&asked.login);
    let id = person_id(&login);
    match read(&api, move |api| people::load(api, id)).await {
        Ok(Some(_)) if is_address(&login) => ask_link(&api, id, Purpose::Reset).await,
        Ok(_) => mailed(),
        Err(response) => response,
    }
}

/// The link of a mail, and the password that is to hold.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resetting {
    /// Whose, as the link says.
    person: PersonId,
    /// What makes the link good.
    #[schemars(extend("writeOnly" = true))]
    token: String,
    /// 12 letters or more, at most 256 bytes.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: String,
}

/// `POST /api/v1/session/reset/confirm`
pub(crate) async fn reset(State(api): State<Api>, request: Request) -> Response {
    if !comes_from_us(request.headers()) {
        return foreign();
    }
    let asked: Resetting = match secret_body(request, "Give `person`, `token` and `password`.").await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    if !passwords::may_be(&asked.password) {
        return password_form();
    }
    let Some(password) = hashed(&api, asked.password).await else { return problem::later() };
    use_link(&api, asked.person, Purpose::Reset, asked.token, Some(password)).await
}

/// The link of a mail.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirming {
    /// Whose, as the link says.
    person: PersonId,
    /// What makes the link good.
    #[schemars(extend("writeOnly" = true))]
    token: String,
}

/// `POST /api/v1/sign-ups/confirm`: the address is the person's.
pub(crate) async fn confirm(State(api): State<Api>, request: Request) -> Response {
    if !comes_from_us(request.headers()) {
        return foreign();
    }
    let asked: Confirming = match secret_body(request, "Give `person` and `token`.").await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    use_link(&api, asked.person, Purpose::Confirm, asked.token, None).await
}

async fn use_link(
    api: &Api,
    person: PersonId,
    purpose: Purpose,
    token: String,
    password: Option<zaiton_identity::person::PasswordHash>,
) -> Response {
    let Some(name) = key("use_link").filter(|_| token.len() <= TOKEN) else { return problem::later() };
    let command = UseLink { environment: Environment::Live, person, purpose, token, password };
    match give(api, Arc::new(command), &name).await {
        // Nobody there is told as a link that is over.
        Outcome::Refused { refusal } if refusal.code == "engine.not_found" => {
            let over = Refusal::from(zaiton_identity::person::PersonRefusal::LinkOver {});
            problem::reply(Outcome::Denied { refusal: over })
        }
        outcome => problem::reply(outcome),
    }
}

/// The link of an invitation, and who comes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accepting {
    /// To a merchant; to the platform where none is named.
    #[serde(default)]
    merchant: Option<MerchantId>,
    /// Which.
    invitation: InvitationId,
    /// What makes the link good.
    #[schemars(extend("writeOnly" = true))]
    token: String,
    /// What people call it: for who is new.
    name: Option<String>,
    /// 12 letters or more, at most 256 bytes: for who is new.
    #[schemars(extend("format" = "password", "writeOnly" = true))]
    password: Option<String>,
}

fn no_invitation() -> Response {
    problem::refused(StatusCode::UNPROCESSABLE_ENTITY, &OrganisationRefusal::NoInvitation {}.into())
}

/// `POST /api/v1/invitations/accept`: by who is new with a name and a password, by who is known after coming in.
pub(crate) async fn accept(State(api): State<Api>, request: Request) -> Response {
    if !comes_from_us(request.headers()) {
        return foreign();
    }
    let who = match inside(&api, request.headers()).await {
        Ok(who) => who,
        Err(response) => return response,
    };
    let asked: Accepting =
        match secret_body(request, "Give `invitation`, `token`, `name` and `password`.").await {
            Ok(asked) => asked,
            Err(response) => return response,
        };
    if !api.engine.chain().is_token("invitation", asked.invitation.raw(), 0, &asked.token) {
        return no_invitation();
    }
    let owner = asked.merchant.map_or(zaiton_app::identity::PLATFORM, Id::raw);
    let wanted = asked.invitation;
    let found = read(&api, move |api| {
        let of = callers::organisation(api, owner)?;
        let invitation = of.and_then(|of| of.invitations.into_iter().find(|known| known.id == wanted));
        let Some(invitation) = invitation else { return Ok(None) };
        let known = people::load(api, invitation.person)?;
        Ok(Some((invitation, known)))
    });
    let (invitation, known) = match found.await {
        Ok(Some(found)) => found,
        Ok(None) => return no_invitation(),
        Err(response) => return response,
    };
    let Some(name) = key("accept") else { return problem::later() };
    let environment = Environment::Live;
    match (known, who) {
        (Some(person), Some(inside)) if inside.person.id == person.id => {}
        (Some(_), _) => {
            return said(
                StatusCode::UNAUTHORIZED,
                "session.come_in_first",
                Text::new("该邮箱已有账号。", "There is an account with this address."),
                Text::new("请先登录，再打开邀请链接。", "Sign in, then open the link again."),
            );
        }
        (None, _) => {
            let (Some(called), Some(password)) = (asked.name, asked.password) else {
                return problem::bad("api.body", "请求内容无法读取。", "Give `name` and `password`.".into());
            };
            if !passwords::may_be(&password) {
                return password_form();
            }
            let Some(password) = hashed(&api, password).await else { return problem::later() };
            // Whoever has the link reads the address.
            let (login, tongue) = (invitation.address.clone(), invitation.tongue);
            let command = CreatePerson {
                environment,
                login,
                name: called,
                tongue,
                password,
                must_change: false,
                unconfirmed: false,
            };
            let outcome = give(&api, Arc::new(command), &format!("{name}/person")).await;
            if !matches!(outcome, Outcome::Accepted { .. }) {
                return problem::reply(outcome);
            }
        }
    }
    join(&api, (asked.merchant, owner), invitation.person, (asked.invitation, asked.token), &name).await
}

/// The person's record first, since it says whether it may be of this side; the organisation gives the roles.
async fn join(
    api: &Api,
    (merchant, owner): (Option<MerchantId>, i64),
    person: PersonId,
    (invitation, token): (InvitationId, String),
    name: &str,
) -> Response {
    let environment = Environment::Live;
    let joining = zaiton_app::identity::JoinOwner { environment, person, owner };
    let outcome = give(api, Arc::new(joining), &format!("{name}/owner")).await;
    if !matches!(outcome, Outcome::Accepted { .. }) {
        return problem::reply(outcome);
    }
    let command = AcceptInvitation { environment, merchant, invitation, person, token };
    problem::reply(give(api, Arc::new(command), &format!("{name}/member")).await)
}
