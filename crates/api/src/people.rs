//! Who is behind the ids that act: people by name, so that a page can say who did something. Never shows what lets somebody in.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use zaiton_engine::StoreError;
use zaiton_identity::person::Role;
use zaiton_identity::{Person, PersonId};

use crate::Api;
use crate::lists::read;
use crate::resources::asked::{Asked, Paging, after, rows};

/// Somebody who may come in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NamedPerson")]
pub(crate) struct PersonNamed {
    /// The id under which it acts.
    id: PersonId,
    /// What people call it.
    name: String,
    /// What it may do.
    role: Role,
}

/// `GET /api/v1/people`
pub(crate) async fn people(State(api): State<Api>, Asked(asked): Asked<Paging>) -> Response {
    let begin = match after(asked.after.as_deref()) {
        Ok(begin) => begin.unwrap_or(0),
        Err(response) => return *response,
    };
    let limit = rows(asked.limit);
    let job = move |api: &Api| {
        let page = api.queries.records("people", begin, limit)?;
        let next = page.last().filter(|_| i64::try_from(page.len()) == Ok(limit));
        let next = next.map(|row| format!("pe_{}", zaiton_kernel::id::letters(row.id)));
        let named = page.iter().map(|row| {
            let person: Person =
                serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))?;
            Ok(PersonNamed { id: person.id, name: person.name, role: person.role })
        });
        Ok((named.collect::<Result<Vec<_>, StoreError>>()?, next))
    };
    match read(&api, job).await {
        Ok((named, next)) => Json(json!({ "rows": named, "next_after": next })).into_response(),
        Err(response) => response,
    }
}
