//! Which address is answered by what, and what stands before it: limits, the token, the whole body. Nothing else.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::handler::Handler;
use axum::http::header;
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post, put};
use zaiton_access::{Caller, Kind, Permission};
use zaiton_effects::channels::PUSH_BYTES;

use crate::callers::{Need, Viewer, permitted};
use crate::resources::{RESOURCES, inside, reading};
use crate::{
    Api, BULK_LIMIT, COMMAND_LIMIT, SESSION_LIMIT, audit, changes, commands, documents, glance, keys, limits,
    lists, metrics, openapi, operations, people, periods, problem, push, reference, reviews, same, session,
    templates, tracing_id, webhooks,
};

/// Addresses with what answers them, and a list of them: the description is held against it.
struct Routes {
    router: Router<Api>,
    known: Vec<Known>,
}

/// An address, and what it needs of whoever comes: nothing where it stands before the door.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) verb: &'static str,
    pub(crate) path: String,
    pub(crate) need: Option<Need>,
}

impl Routes {
    fn new() -> Self {
        Self { router: Router::new(), known: Vec::new() }
    }

    fn with(mut self, verb: &'static str, path: &str, need: Option<Need>, how: MethodRouter<Api>) -> Self {
        self.known.push(Known { verb, path: path.to_owned(), need });
        let how = match need {
            Some(need) => how.layer(from_fn(move |request, next| permitted(need, request, next))),
            None => how,
        };
        self.router = self.router.route(path, how);
        self
    }

    fn get<H: Handler<T, Api>, T: 'static>(self, path: &str, need: Need, handler: H) -> Self {
        self.with("get", path, Some(need), get(handler))
    }

    fn post<H: Handler<T, Api>, T: 'static>(self, path: &str, need: Need, handler: H) -> Self {
        self.with("post", path, Some(need), post(handler))
    }

    fn put<H: Handler<T, Api>, T: 'static>(self, path: &str, need: Need, handler: H) -> Self {
        self.with("put", path, Some(need), put(handler))
    }

    /// What stands before the door: no layer says who comes.
    fn outside<H: Handler<T, Api>, T: 'static>(self, verb: &'static str, path: &str, handler: H) -> Self {
        let how = match verb {
            "post" => post(handler),
            "delete" => delete(handler),
            _ => get(handler),
        };
        self.with(verb, path, None, how)
    }
}

/// Every address, by its verb.
pub(crate) fn known() -> Vec<Known> {
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
        let metrics = Arc::clone(&self.metrics);
        closed
            .merge(outside)
            .layer(from_fn_with_state(self.clone(), addressed))
            .layer(from_fn_with_state(metrics, metrics::counted))
            .layer(from_fn(tracing_id::traced))
            .with_state(self)
    }
}

fn bulk() -> Routes {
    Routes::new().post("/api/v1/commands", Need::Told, commands::bulk)
}

fn forwarded() -> Routes {
    Routes::new().outside("post", "/internal/commands", commands::forwarded)
}

fn pushes() -> Routes {
    Routes::new().outside("post", "/push/{connection}", push::push).outside(
        "get",
        "/push/{connection}",
        push::challenge,
    )
}

/// Each looks for its session itself, where it needs one.
fn sessions() -> Routes {
    Routes::new()
        .outside("post", "/api/v1/session", session::sign_in)
        .outside("get", "/api/v1/session", session::who)
        .outside("delete", "/api/v1/session", session::sign_out)
        .outside("post", "/api/v1/session/password", session::change_password)
        .outside("get", "/api/v1/session/devices", session::devices)
        .outside("delete", "/api/v1/session/devices/{id}", session::close)
        .outside("post", "/api/v1/session/second-factor", session::offer)
        .outside("post", "/api/v1/session/second-factor/confirm", session::prove)
        .outside("post", "/api/v1/session/second-factor/drop", session::drop_second)
        .outside("post", "/api/v1/session/reset", session::ask_reset)
        .outside("post", "/api/v1/session/reset/confirm", session::reset)
        .outside("post", "/api/v1/sign-ups", session::sign_up)
        .outside("post", "/api/v1/sign-ups/confirm", session::confirm)
        .outside("post", "/api/v1/invitations/accept", session::accept)
}

fn described() -> Routes {
    Routes::new()
        .outside("get", "/api/v1/openapi.json", openapi::served)
        .outside("get", "/api/v1/reference", reference::served)
        .outside("get", "/healthz", async || "ok")
        .outside("get", "/readyz", metrics::readyz)
        .outside("get", "/metrics", metrics::served)
}

/// What is read of a merchant, by its code.
fn of_merchant(routes: Routes) -> Routes {
    let money = Need::Scoped(Permission::MoneyRead);
    routes
        .get("/api/v1/merchants/{code}/standing", money, glance::standing)
        .get("/api/v1/merchants/{code}/balance-days", money, glance::balance_days)
        .get("/api/v1/merchants/{code}/arrears", money, inside::arrears)
        .get("/api/v1/merchants/{code}/statement", money, lists::statement)
        .get("/api/v1/merchants/{code}/fees", money, lists::fees)
        .get("/api/v1/merchants/{code}/flow", money, lists::flow)
        .get("/api/v1/merchants/{code}/how-to-pay", money, lists::how_to_pay)
        .get("/api/v1/merchants/{code}/balances", money, lists::balances)
        .get("/api/v1/merchants/{code}/months", money, periods::months)
        .get("/api/v1/merchants/{code}/events", money, lists::events)
        .post("/api/v1/merchants/{code}/quote", money, lists::quote)
        .post("/api/v1/merchants/{code}/connections", Need::Scoped(Permission::ShopManage), push::connecting)
}

/// Everything but bulk.
fn plain() -> Routes {
    let bank = Need::Platform(Permission::BankRead);
    let review = Need::Platform(Permission::WorkRead);
    let mut routes = of_merchant(Routes::new())
        .post("/api/v1/commands/{name}", Need::Told, commands::one)
        .get("/api/v1/resources", Need::Inside, inside::kinds)
        .get("/api/v1/changes", Need::Scoped(Permission::ChangesRead), changes::stream)
        .get("/api/v1/attention", Need::Platform(Permission::WorkRead), glance::attention)
        .get("/api/v1/bank-lines/{id}/candidates", bank, glance::candidates)
        .get("/api/v1/review-queues", review, reviews::queues)
        .get("/api/v1/review-queues/{queue}", review, reviews::of_queue)
        .get("/api/v1/review-queues/{queue}/next", review, reviews::next)
        .get("/api/v1/review-tasks/claimed-by/{person}", review, reviews::of_person)
        .get("/api/v1/review-reasons", review, reviews::reasons)
        .get("/api/v1/audit", Need::Platform(Permission::AuditRead), audit::search)
        .get("/api/v1/events", Need::Told, inside::events)
        .get("/api/v1/people", Need::Scoped(Permission::PeopleRead), people::people)
        .get("/api/v1/members", Need::Scoped(Permission::PeopleRead), people::members)
        .post("/api/v1/api-keys", Need::Scoped(Permission::KeyManage), keys::make)
        .post(
            "/api/v1/merchants/{code}/webhook-endpoints",
            Need::Scoped(Permission::WebhookManage),
            webhooks::adding,
        )
        .post(
            "/api/v1/webhook-endpoints/{id}/secret",
            Need::Scoped(Permission::WebhookManage),
            webhooks::rotating,
        )
        .post("/api/v1/templates/preview", Need::Platform(Permission::TemplateManage), templates::preview)
        .get("/api/v1/channel-orders/{id}/messages", Need::Scoped(Permission::OrderRead), inside::messages)
        .post("/api/v1/merchants/{code}/uploads", Need::Scoped(Permission::DocumentUpload), documents::begin)
        .post(
            "/api/v1/merchants/{code}/documents",
            Need::Scoped(Permission::DocumentUpload),
            documents::store,
        )
        .put("/api/v1/uploads/{id}", Need::Scoped(Permission::DocumentUpload), documents::put_part)
        .get("/api/v1/documents/{id}/content", Need::Scoped(Permission::DocumentRead), documents::content)
        .get("/api/v1/documents/{id}/preview", Need::Scoped(Permission::DocumentRead), documents::preview)
        .get("/api/v1/policies/in-force", Need::Scoped(Permission::MerchantRead), inside::in_force)
        .get("/api/v1/ledger/accounts", bank, inside::accounts)
        .get("/api/v1/ledger/accounts/{id}/transfers", bank, inside::transfers)
        .get("/api/v1/client-money", bank, periods::client_money)
        .get("/api/v1/what-if", Need::Platform(Permission::PolicyRead), periods::what_if)
        .get("/api/v1/operations/{id}/file", Need::Platform(Permission::Export), operations::file)
        .get("/api/v1/records/{table}", Need::Platform(Permission::SystemRead), lists::records);
    for resource in RESOURCES {
        let list = move |state, viewer, asked| reading::list(state, viewer, asked, resource);
        let one = move |state: State<Api>, viewer: Viewer, id: Path<String>, asked| {
            reading::one(state, viewer, id, asked, resource)
        };
        // A merchant is found by its code, too, as everything that lies below it.
        let key = if resource.kind == "merchant" { "{code}" } else { "{id}" };
        let path = format!("/api/v1/{}", resource.path);
        let need = resource.need();
        routes = match resource.kind {
            "operation" => routes.get(&path, need, operations::list).post(&path, need, operations::ask),
            _ => routes.get(&path, need, list),
        };
        routes = routes.get(&format!("{path}/{key}"), need, one);
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

/// A person by its cookie, a program by its key or its signature, a script of the machine's owner by the installation's token.
async fn authorised(State(api): State<Api>, request: Request, next: Next) -> Response {
    let internal = request.uri().path().starts_with("/internal/");
    let peer = keys::peer(&request);
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::to_owned);
    let (found, mut request) = match given.as_deref() {
        Some(token) if same(token, &api.token) => (Ok(Some(machine())), request),
        // What another process forwards is no page's and no program's to ask.
        _ if internal => (Ok(None), request),
        Some(text) => (keys::by_key(&api, text, peer).await, request),
        None if request.headers().contains_key("zaiton-signature") => {
            match keys::by_signature(&api, request).await {
                Ok((viewer, request)) => (Ok(viewer), request),
                Err(response) => return response,
            }
        }
        None => match session::inside(&api, request.headers()).await {
            Ok(Some(_)) if !session::is_from_our_pages(&request) => return session::foreign(),
            Ok(Some(inside)) => (session::viewer(&api, &inside).await.map(Some), request),
            Ok(None) => (Ok(None), request),
            Err(response) => return response,
        },
    };
    match found {
        Ok(Some(viewer)) => {
            request.extensions_mut().insert(viewer);
            problem::spoken(next.run(request).await)
        }
        Ok(None) => problem::unauthorised(),
        Err(response) => response,
    }
}

/// Whoever runs the machine: what only people may do it may not.
fn machine() -> Viewer {
    Viewer::new(Caller::new("api", Kind::Machine), None)
}
