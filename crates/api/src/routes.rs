//! Which address is answered by what, and what stands before it: limits, the token, the whole body. Nothing else.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use zaiton_effects::channels::PUSH_BYTES;

use crate::resources::{RESOURCES, inside, reading};
use crate::{
    Api, BULK_LIMIT, COMMAND_LIMIT, SESSION_LIMIT, changes, commands, glance, limits, lists, openapi,
    operations, periods, problem, push, reference, same, session,
};

impl Api {
    /// All routes.
    pub fn router(self) -> Router {
        let bulk = Router::new()
            .route("/api/v1/commands", post(commands::bulk))
            .layer(DefaultBodyLimit::max(BULK_LIMIT))
            .layer(from_fn_with_state(self.clone(), whole_bulk));
        let open = bulk.merge(plain(&self)).layer(from_fn_with_state(self.clone(), limits::by_token));
        // What other processes of this installation hand on was counted where it came in.
        let forwarded = Router::new()
            .route("/internal/commands", post(commands::forwarded))
            .layer(DefaultBodyLimit::max(BULK_LIMIT));
        let closed = open.merge(forwarded).layer(from_fn_with_state(self.clone(), authorised));
        let pushes = Router::new()
            .route("/push/{connection}", post(push::push).get(push::challenge))
            .layer(DefaultBodyLimit::max(PUSH_BYTES))
            .layer(from_fn_with_state(self.clone(), whole_push));
        let sessions = Router::new()
            .route("/api/v1/session", post(session::sign_in).get(session::who).delete(session::sign_out))
            .route("/api/v1/session/password", post(session::change_password))
            .layer(DefaultBodyLimit::max(SESSION_LIMIT))
            .layer(from_fn_with_state(self.clone(), whole_session));
        let described = Router::new()
            .route("/api/v1/openapi.json", get(openapi::served))
            .route("/api/v1/reference", get(reference::served))
            .route("/healthz", get(|| async { "ok" }));
        let outside = pushes
            .merge(sessions)
            .merge(described)
            .layer(map_response(async |response| problem::spoken(response)));
        closed.merge(outside).layer(from_fn_with_state(self.clone(), addressed)).with_state(self)
    }
}

/// Everything but bulk.
fn plain(api: &Api) -> Router<Api> {
    let mut router = Router::new()
        .route("/api/v1/commands/{name}", post(commands::one))
        .route("/api/v1/resources", get(inside::kinds))
        .route("/api/v1/changes", get(changes::stream))
        .route("/api/v1/attention", get(glance::attention))
        .route("/api/v1/bank-lines/{id}/candidates", get(glance::candidates))
        .route("/api/v1/merchants/{code}/standing", get(glance::standing))
        .route("/api/v1/merchants/{code}/balance-days", get(glance::balance_days))
        .route("/api/v1/events", get(inside::events))
        .route("/api/v1/channel-orders/{id}/messages", get(inside::messages))
        .route("/api/v1/policies/in-force", get(inside::in_force))
        .route("/api/v1/ledger/accounts", get(inside::accounts))
        .route("/api/v1/ledger/accounts/{id}/transfers", get(inside::transfers))
        .route("/api/v1/merchants/{code}/arrears", get(inside::arrears))
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
        .route("/api/v1/operations/{id}/file", get(operations::file))
        .route("/api/v1/records/{table}", get(lists::records));
    for resource in RESOURCES {
        let list = match resource.kind {
            "operation" => get(operations::list).post(operations::ask),
            _ => get(move |state, asked| reading::list(state, asked, resource)),
        };
        let one =
            get(move |state: State<Api>, id: Path<String>, asked| reading::one(state, id, asked, resource));
        // A merchant is found by its code, too, as everything that lies below it.
        let key = if resource.kind == "merchant" { "{code}" } else { "{id}" };
        router = router
            .route(&format!("/api/v1/{}", resource.path), list)
            .route(&format!("/api/v1/{}/{key}", resource.path), one);
    }
    router.layer(DefaultBodyLimit::max(COMMAND_LIMIT)).layer(from_fn_with_state(api.clone(), whole_command))
}

async fn whole_bulk(State(api): State<Api>, request: Request, next: Next) -> Response {
    limits::whole(&api, BULK_LIMIT, request, next).await
}

async fn whole_command(State(api): State<Api>, request: Request, next: Next) -> Response {
    limits::whole(&api, COMMAND_LIMIT, request, next).await
}

async fn whole_push(State(api): State<Api>, request: Request, next: Next) -> Response {
    limits::whole(&api, PUSH_BYTES, request, next).await
}

async fn whole_session(State(api): State<Api>, request: Request, next: Next) -> Response {
    limits::whole(&api, SESSION_LIMIT, request, next).await
}

/// Other processes of this installation are not counted by their address either.
async fn addressed(state: State<Api>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/internal/") {
        return next.run(request).await;
    }
    limits::by_address(state, request, next).await
}

/// A program's token, or the cookie of somebody who came in.
async fn authorised(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
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
