//! Addresses of webhooks over HTTP: added, and given another secret. A secret is made here, sealed before it goes anywhere, and shown
//! in the answer to whoever asked, once. Holds no rule.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zaiton_app::webhooks::{AddEndpoint, EndpointReply, RotateSecret};
use zaiton_effects::delivery::new_secret;
use zaiton_effects::orders::hash_of;
use zaiton_engine::{Actor, Command, Outcome, Request};
use zaiton_kernel::{Environment, Id};
use zaiton_notices::webhook::endpoint::Secret;
use zaiton_notices::webhook::{EndpointId, PublicEvent};
use zaiton_onboarding::MerchantId;

use crate::callers::Viewer;
use crate::lists::{merchant_of, read};
use crate::{Api, commands, problem};

/// What an address is added with.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewWebhookEndpoint")]
pub(crate) struct Adding {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// Where it is: https.
    #[schemars(example = "https://citong-tea.example/zaiton")]
    url: String,
    /// What people call it.
    #[serde(default)]
    description: String,
    /// What it wants; empty for everything.
    #[serde(default)]
    events: Vec<PublicEvent>,
}

/// An address, and its secret: it is shown this once.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WebhookSecretShown")]
pub(crate) struct Shown {
    /// `accepted`.
    outcome: &'static str,
    /// The address.
    reply: EndpointReply,
    /// What its messages are signed with.
    secret: String,
}

/// Makes a secret, gives the command that seals it into the records, and shows it where that was accepted.
async fn with_secret<C: Command<Reply = EndpointReply>>(
    api: &Api,
    merchant: MerchantId,
    actor: Actor,
    command: impl FnOnce(Secret) -> C,
) -> Response {
    let Some((_, sealer)) = &api.channels else { return problem::missing("webhook_endpoints") };
    let (secret, sealed) = match new_secret(sealer, merchant) {
        Ok(made) => made,
        Err(error) => {
            tracing::error!(%error, "a secret cannot be sealed");
            return problem::later();
        }
    };
    // What is sealed is other bytes each time: a secret is asked for once a command.
    let key = format!("webhook/{}", hash_of(sealed.text.as_bytes()));
    let outcome = commands::run(api, Request::new(Arc::new(command(sealed)), &key, actor)).await;
    match outcome {
        Outcome::Accepted { .. } => match outcome.reply() {
            Ok(reply) => Json(Shown { outcome: "accepted", reply, secret }).into_response(),
            Err(outcome) => problem::reply(*outcome),
        },
        other => problem::reply(other),
    }
}

/// `POST /api/v1/merchants/{code}/webhook-endpoints`
pub(crate) async fn adding(
    State(api): State<Api>,
    Path(code): Path<String>,
    viewer: Viewer,
    body: String,
) -> Response {
    let actor = Actor::new(viewer.caller.name());
    let asked: Adding = match serde_json::from_str(&body) {
        Ok(asked) => asked,
        Err(error) => return problem::bad("api.webhook", "推送地址无法读取。", error.to_string()),
    };
    let merchant = match merchant_of(&api, &viewer, code, asked.environment).await {
        Ok(row) => MerchantId::from_raw(row.id),
        Err(response) => return response,
    };
    let Adding { environment, url, description, events } = asked;
    with_secret(&api, merchant, actor, |secret| AddEndpoint {
        environment,
        merchant,
        url,
        description,
        events,
        secret,
    })
    .await
}

/// `POST /api/v1/webhook-endpoints/{id}/secret`
pub(crate) async fn rotating(State(api): State<Api>, Path(id): Path<String>, viewer: Viewer) -> Response {
    let actor = Actor::new(viewer.caller.name());
    let Ok(endpoint) = zaiton_kernel::id::parse::<EndpointId>(&id) else { return problem::missing(&id) };
    let row = match read(&api, move |api| api.queries.object("webhook_endpoints", endpoint.raw())).await {
        Ok(Some(row)) if viewer.sees(row.partition) => row,
        Ok(_) => return problem::missing(&id),
        Err(response) => return response,
    };
    let (environment, merchant) = (row.partition.environment(), MerchantId::from_raw(row.partition.owner()));
    with_secret(&api, merchant, actor, |secret| RotateSecret { environment, merchant, endpoint, secret })
        .await
}
