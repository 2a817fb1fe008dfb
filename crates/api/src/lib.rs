//! The HTTP face: commands and lists over JSON and NDJSON, problem replies, one bearer token. Plain for now.
//!
//! Holds no rule and computes no money: it converts, asks the engine or the read queries, and converts back.
#![warn(missing_docs)]

mod commands;
mod lists;
mod periods;
mod problem;
mod push;
mod session;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use zaiton_effects::channels::{Channels, PUSH_BYTES, Receiver};
use zaiton_effects::sealing::Sealer;
use zaiton_engine::Engine;
use zaiton_store::Queries;

pub use problem::problem;

/// What handlers work with.
#[derive(Clone)]
pub struct Api {
    /// The engine.
    pub engine: Engine,
    /// Reads for lists.
    pub queries: Queries,
    channels: Option<(Arc<Receiver>, Sealer)>,
    gate: Arc<session::Gate>,
    token: Arc<str>,
}

/// Largest body of one command, in bytes.
pub const COMMAND_LIMIT: usize = 16 * 1024 * 1024;
/// Largest NDJSON body, in bytes.
pub const BULK_LIMIT: usize = 64 * 1024 * 1024;

/// Largest body about coming in, in bytes.
const SESSION_LIMIT: usize = 10_000;

impl Api {
    /// An API under a bearer token. Nothing can be pushed to it yet.
    #[must_use]
    pub fn new(engine: Engine, queries: Queries, token: &str) -> Self {
        Self { engine, queries, channels: None, gate: Arc::default(), token: token.into() }
    }

    /// It takes what channels push, and connects shops.
    #[must_use]
    pub fn with_channels(self, channels: Arc<Channels>, sealer: Sealer) -> Self {
        Self { channels: Some((Arc::new(Receiver::new(channels)), sealer)), ..self }
    }

    /// All routes.
    pub fn router(self) -> Router {
        let bulk = Router::new()
            .route("/api/v1/commands", post(commands::bulk))
            .layer(DefaultBodyLimit::max(BULK_LIMIT));
        let plain = Router::new()
            .route("/api/v1/commands/{name}", post(commands::one))
            .route("/internal/commands", post(commands::forwarded))
            .route("/api/v1/merchants/{code}", get(lists::merchant))
            .route("/api/v1/merchants/{code}/statement", get(lists::statement))
            .route("/api/v1/merchants/{code}/fees", get(lists::fees))
            .route("/api/v1/merchants/{code}/flow", get(lists::flow))
            .route("/api/v1/merchants/{code}/how-to-pay", get(lists::how_to_pay))
            .route("/api/v1/merchants/{code}/balances", get(lists::balances))
            .route("/api/v1/merchants/{code}/months", get(periods::months))
            .route("/api/v1/merchants/{code}/events", get(lists::events))
            .route("/api/v1/merchants/{code}/quote", post(lists::quote))
            .route("/api/v1/merchants/{code}/connections", post(push::connecting))
            .route("/api/v1/client-money", get(periods::client_money))
            .route("/api/v1/what-if", get(periods::what_if))
            .route("/api/v1/records/{table}", get(lists::records))
            .layer(DefaultBodyLimit::max(COMMAND_LIMIT));
        let sessions = Router::new()
            .route("/api/v1/session", post(session::sign_in).get(session::who).delete(session::sign_out))
            .route("/api/v1/session/password", post(session::change_password))
            .layer(DefaultBodyLimit::max(SESSION_LIMIT))
            .layer(map_response(async |response| problem::spoken(response)));
        let pushes = Router::new()
            .route("/push/{connection}", post(push::push).get(push::challenge))
            .layer(DefaultBodyLimit::max(PUSH_BYTES))
            .layer(map_response(async |response| problem::spoken(response)));
        Router::new()
            .merge(bulk)
            .merge(plain)
            .layer(from_fn_with_state(self.clone(), authorised))
            .merge(pushes)
            .merge(sessions)
            .route("/healthz", get(|| async { "ok" }))
            .with_state(self)
    }
}

/// Compares in a time that does not depend on where the texts differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

async fn authorised(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get("authorization")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    match given {
        Some(token) if same(token, &api.token) => problem::spoken(next.run(request).await),
        Some(_) => problem::unauthorised(),
        // What another process forwards is no page's to ask.
        None if request.uri().path().starts_with("/internal/") => problem::unauthorised(),
        None => match session::inside(&api, request.headers()).await {
            Ok(Some(_)) if !session::is_from_our_pages(&request) => session::foreign(),
            Ok(Some(inside)) => {
                session::act_as(&mut request, &inside);
                problem::spoken(next.run(request).await)
            }
            Ok(None) => problem::unauthorised(),
            Err(response) => response,
        },
    }
}
