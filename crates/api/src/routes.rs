//! Which address is answered by what, and what stands before it: limits, the token, the whole body. Nothing else.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::handler::Handler;
use axum::http::header;
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post, put};
use zaiton_effects::channels::PUSH_BYTES;

use crate::resources::{RESOURCES, inside, reading};
use crate::{
    Api, BULK_LIMIT, COMMAND_LIMIT, SESSION_LIMIT, changes, commands, documents, glance, limits, lists,
    openapi, operations, people, periods, problem, push, reference, same, session,
};

/// Addresses with what answers them, and a list of them: the description is held against it.
struct Routes {
    router: Router<Api>,
    known: Vec<(&'static str, String)>,
}

impl Routes {
    fn new() -> Self {
        Self { router: Router::new(), known: Vec::new() }
    }

    fn with(mut self, verb: &'static str, path: &str, how: MethodRouter<Api>) -> Self {
        self.known.push((verb, path.to_owned()));
        self.router = self.router.route(path, how);
        self
    }

    fn get<H: Handler<T, Api>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.with("get", path, get(handler))
    }

    fn post<H: Handler<T, Api>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.with("post", path, post(handler))
    }

    fn put<H: Handler<T, Api>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.with("put", path, put(handler))
    }

    fn delete<H: Handler<T, Api>, T: 'static>(self, path: &str, handler: H) -> Self {
        self.with("delete", path, delete(handler))
    }
}

/// Every address, by its verb.
#[cfg(test)]
pub(crate) fn known() -> Vec<(&'static str, String)> {
    let all = [bulk(), plain(), forwarded(), pushes(), sessions(), described()];
    all.into_iter().flat_map(|routes| routes.known).collect()
}

impl Api {
    /// All routes.
    pub fn router(self) -> Router {
        let bulk = bulk()
            .router
            .layer(DefaultBodyLimit::max(BULK_LIMIT))
            .layer(from_fn_with_state(self.clone(), whole_bulk));
        let plain = plain()
            .router
            .layer(DefaultBodyLimit::max(COMMAND_LIMIT))
            .layer(from_fn_with_state(self.clone(), whole_command));
        let open = bulk.merge(plain).layer(from_fn_with_state(self.clone(), limits::by_token));
        // What other processes of this installation hand on was counted where it came in.
        let forwarded = forwarded().router.layer(DefaultBodyLimit::max(BULK_LIMIT));
        let closed = open.merge(forwarded).layer(from_fn_with_state(self.clone(), authorised));
        let pushes = pushes()
            .router
            .layer(DefaultBodyLimit::max(PUSH_BYTES))
            .layer(from_fn_with_state(self.clone(), whole_push));
        let sessions = sessions()
            .router
            .layer(DefaultBodyLimit::max(SESSION_LIMIT))
            .layer(from_fn_with_state(self.clone(), whole_session));
        let outside = pushes
            .merge(sessions)
            .merge(described().router)
            .layer(map_response(async |response| problem::spoken(response)));
        closed.merge(outside).layer(from_fn_with_state(self.clone(), addressed)).with_state(self)
    }
}

fn bulk() -> Routes {
    Routes::new().post("/api/v1/commands", commands::bulk)
}

fn forwarded() -> Routes {
    Routes::new().post("/internal/commands", commands::forwarded)
}

fn pushes() -> Routes {
    Routes::new().post("/push/{connection}", push::push).get("/push/{connection}", push::challenge)
}

fn sessions() -> Routes {
    Routes::new()
        .post("/api/v1/session", session::sign_in)
        .get("/api/v1/session", session::who)
        .delete("/api/v1/session", session::sign_out)
        .post("/api/v1/session/password", session::change_password)
}

fn described() -> Routes {
    Routes::new()
        .get("/api/v1/openapi.json", openapi::served)
        .get("/api/v1/reference", reference::served)
        .get("/healthz", async || "ok")
}

/// Everything but bulk.
fn plain() -> Routes {
    let mut routes = Routes::new()
        .post("/api/v1/commands/{name}", commands::one)
        .get("/api/v1/resources", inside::kinds)
        .get("/api/v1/changes", changes::stream)
        .get("/api/v1/attention", glance::attention)
        .get("/api/v1/bank-lines/{id}/candidates", glance::candidates)
        .get("/api/v1/merchants/{code}/standing", glance::standing)
        .get("/api/v1/merchants/{code}/balance-days", glance::balance_days)
        .get("/api/v1/events", inside::events)
        .get("/api/v1/people", people::people)
        .get("/api/v1/channel-orders/{id}/messages", inside::messages)
        .get("/api/v1/policies/in-force", inside::in_force)
        .get("/api/v1/ledger/accounts", inside::accounts)
        .get("/api/v1/ledger/accounts/{id}/transfers", inside::transfers)
        .get("/api/v1/merchants/{code}/arrears", inside::arrears)
        .get("/api/v1/merchants/{code}/statement", lists::statement)
        .get("/api/v1/merchants/{code}/fees", lists::fees)
        .get("/api/v1/merchants/{code}/flow", lists::flow)
        .get("/api/v1/merchants/{code}/how-to-pay", lists::how_to_pay)
        .get("/api/v1/merchants/{code}/balances", lists::balances)
        .get("/api/v1/merchants/{code}/months", periods::months)
        .get("/api/v1/merchants/{code}/events", lists::events)
        .post("/api/v1/merchants/{code}/quote", lists::quote)
        .post("/api/v1/merchants/{code}/connections", push::connecting)
        .post("/api/v1/merchants/{code}/uploads", documents::begin)
        .post("/api/v1/merchants/{code}/documents", documents::store)
        .put("/api/v1/uploads/{id}", documents::put_part)
        .get("/api/v1/documents/{id}/content", documents::content)
        .get("/api/v1/documents/{id}/preview", documents::preview)
        .get("/api/v1/client-money", periods::client_money)
        .get("/api/v1/what-if", periods::what_if)
        .get("/api/v1/operations/{id}/file", operations::file)
        .get("/api/v1/records/{table}", lists::records);
    for resource in RESOURCES {
        let list = move |state, asked| reading::list(state, asked, resource);
        let one = move |state: State<Api>, id: Path<String>, asked| reading::one(state, id, asked, resource);
        // A merchant is found by its code, too, as everything that lies below it.
        let key = if resource.kind == "merchant" { "{code}" } else { "{id}" };
        let path = format!("/api/v1/{}", resource.path);
        routes = match resource.kind {
            "operation" => routes.get(&path, operations::list).post(&path, operations::ask),
            _ => routes.get(&path, list),
        };
        routes = routes.get(&format!("{path}/{key}"), one);
    }
    routes
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
