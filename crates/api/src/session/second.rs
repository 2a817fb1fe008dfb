//! The second factor of whoever came in: a secret is shown once, its first code told back, recovery codes given once.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zaiton_app::identity::{ConfirmSecond, DropSecond, Guess, OfferSecond};
use zaiton_effects::second_factor;
use zaiton_engine::Outcome;
use zaiton_identity::person::{Proof, RECOVERY_CODES};
use zaiton_kernel::Environment;

use super::sign_in::{proof, wrong};
use super::{Inside, give, give_as, here, key, secret_body};
use crate::{Api, problem};

/// A secret, shown once.
#[derive(Serialize, JsonSchema)]
pub(crate) struct SecretShown {
    /// What an authenticator scans, as a QR code: `otpauth://totp/..`.
    address: String,
    /// The same to be typed.
    secret: String,
}

/// A code of an authenticator.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    /// Six digits; where it says so, also a recovery code.
    #[schemars(extend("writeOnly" = true))]
    code: String,
}

/// Recovery codes, shown once: each lets in once in place of an authenticator.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RecoveryCodes {
    /// To be kept on paper.
    recovery_codes: Vec<String>,
}

const UNSTORED: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// `POST /api/v1/session/second-factor`: a secret for an authenticator.
pub(crate) async fn offer(State(api): State<Api>, request: Request) -> Response {
    let inside = match here(&api, request.method(), request.headers()).await {
        Ok(inside) => inside,
        Err(response) => return response,
    };
    let (Some(sealer), Ok(secret), Some(name)) = (api.sealer(), second_factor::secret(), key("second"))
    else {
        return problem::later();
    };
    let person = inside.person.id;
    let (Ok(sealed), Ok(address)) =
        (sealer.seal_second(person, &secret), second_factor::address(&secret, &inside.person.login))
    else {
        return problem::later();
    };
    let command = OfferSecond { environment: Environment::Live, person, secret: sealed };
    match give_as(&api, &inside, Arc::new(command), &name).await {
        Outcome::Accepted { .. } => {
            let typed = address.split("secret=").nth(1).unwrap_or_default();
            let secret = typed.split('&').next().unwrap_or_default().to_owned();
            (UNSTORED, Json(SecretShown { address, secret })).into_response()
        }
        refused => problem::reply(refused),
    }
}

/// A wrong code is a counted attempt, as a wrong password.
async fn guessed(api: &Api, inside: &Inside, name: &str) -> Response {
    let guess = Guess { environment: Environment::Live, person: inside.person.id, known: true };
    match give(api, Arc::new(guess), name).await {
        Outcome::Accepted { .. } => wrong(),
        refused => problem::reply(refused),
    }
}

/// `POST /api/v1/session/second-factor/confirm`: the first code; recovery codes are shown once.
pub(crate) async fn prove(State(api): State<Api>, request: Request) -> Response {
    let inside = match here(&api, request.method(), request.headers()).await {
        Ok(inside) => inside,
        Err(response) => return response,
    };
    let asked: Code = match secret_body(request, "Give `code`.").await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let Some(name) = key("second") else { return problem::later() };
    let person = inside.person.id;
    let now = api.engine.clock().now(Environment::Live);
    let offered = inside.person.offered.as_ref().and_then(|sealed| api.sealer()?.second(person, sealed).ok());
    let step = match &offered {
        Some(secret) if inside.person.meter(true).waits(now).is_none() => {
            match second_factor::step(secret, &asked.code, now) {
                Some(step) => step,
                None => return guessed(&api, &inside, &name).await,
            }
        }
        // The record says that nothing was offered, or that it must be waited.
        Some(_) => return guessed(&api, &inside, &name).await,
        None => 0,
    };
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        match second_factor::recovery_code() {
            Ok(code) => codes.push(code),
            Err(_) => return problem::later(),
        }
    }
    let recovery = codes.iter().filter_map(|code| second_factor::recovery_hash(code)).collect();
    let command = ConfirmSecond { environment: Environment::Live, person, step, recovery };
    match give_as(&api, &inside, Arc::new(command), &name).await {
        Outcome::Accepted { .. } => (UNSTORED, Json(RecoveryCodes { recovery_codes: codes })).into_response(),
        refused => problem::reply(refused),
    }
}

/// `POST /api/v1/session/second-factor/drop`: by a code or a recovery code; every session is over.
pub(crate) async fn drop_second(State(api): State<Api>, request: Request) -> Response {
    let inside = match here(&api, request.method(), request.headers()).await {
        Ok(inside) => inside,
        Err(response) => return response,
    };
    let asked: Code = match secret_body(request, "Give `code`.").await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let Some(name) = key("second") else { return problem::later() };
    let now = api.engine.clock().now(Environment::Live);
    let waits = inside.person.meter(true).waits(now).is_some();
    let told = proof(&api, &inside.person, Some(&asked.code), now);
    let is_used = |step: i64| inside.person.second.as_ref().is_none_or(|second| step <= second.last_step);
    match told {
        Some(Proof::Step(step)) if !waits && !is_used(step) => {}
        Some(Proof::Recovery(_)) if !waits => {}
        Some(_) | None => return guessed(&api, &inside, &name).await,
    }
    let command = DropSecond { environment: Environment::Live, person: inside.person.id };
    problem::reply(give_as(&api, &inside, Arc::new(command), &name).await)
}
