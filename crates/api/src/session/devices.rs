//! Where somebody is in, and closing it from elsewhere. Of others nothing is told.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use zaiton_app::identity::{CloseSession, partition_of};
use zaiton_engine::StoreError;
use zaiton_identity::{Session, SessionId};
use zaiton_kernel::{Environment, Id, Timestamp};

use super::{give_as, here};
use crate::lists::read;
use crate::{Api, problem};

/// Sessions of a person that are looked through: more than it can open in the time that they are kept.
const SESSIONS: i64 = 500;

/// A session of one's own.
#[derive(Serialize, JsonSchema)]
pub(crate) struct DeviceSaid {
    /// Its id.
    id: SessionId,
    /// What the device calls itself.
    device: String,
    /// When it was opened.
    opened_at: Timestamp,
    /// The last sign of life that was written down.
    seen_at: Timestamp,
    /// It is the one that asks.
    this: bool,
}

/// `GET /api/v1/session/devices`
pub(crate) async fn devices(State(api): State<Api>, request: Request) -> Response {
    let inside = match here(&api, request.method(), request.headers()).await {
        Ok(inside) => inside,
        Err(response) => return response,
    };
    let now = api.engine.clock().now(Environment::Live);
    let job = move |api: &Api| {
        let partition = partition_of(Environment::Live, inside.person.id);
        let mut found = Vec::new();
        for row in api.queries.records_of("sessions", partition, 0, SESSIONS)? {
            let session: Session =
                serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))?;
            if session.is_open(&inside.person, now) {
                let Session { id, device, opened_at, seen_at, .. } = session;
                found.push(DeviceSaid { id, device, opened_at, seen_at, this: id == inside.session.id });
            }
        }
        Ok(found)
    };
    match read(&api, job).await {
        Ok(rows) => Json(json!({ "rows": rows })).into_response(),
        Err(response) => response,
    }
}

/// `DELETE /api/v1/session/devices/{id}`
pub(crate) async fn close(State(api): State<Api>, Path(id): Path<String>, request: Request) -> Response {
    let inside = match here(&api, request.method(), request.headers()).await {
        Ok(inside) => inside,
        Err(response) => return response,
    };
    let Ok(session) = id.parse::<SessionId>() else { return problem::missing(&id) };
    let person = inside.person.id;
    let theirs = read(&api, move |api| {
        let row = api.queries.object("sessions", session.raw())?;
        Ok(row.is_some_and(|row| row.partition == partition_of(Environment::Live, person)))
    });
    match theirs.await {
        Ok(true) => {}
        Ok(false) => return problem::missing(&id),
        Err(response) => return response,
    }
    let command = CloseSession { environment: Environment::Live, person, session };
    problem::reply(give_as(&api, &inside, Arc::new(command), &format!("close/{session}")).await)
}
