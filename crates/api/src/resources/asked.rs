//! What a list may be asked, and where its next page begins. Never guesses: what cannot be read is said.

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zaiton_kernel::Environment;

use crate::problem;

/// Rows of a page, at most.
pub(crate) const MOST: i64 = 500;
const USUAL: i64 = 100;

/// What a list of objects may be asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    /// `live` or `sandbox`.
    #[serde(default)]
    pub(crate) environment: Environment,
    /// Only a merchant's, by its code or id.
    pub(crate) merchant: Option<String>,
    /// Only those of a bank account of ours, by its id.
    pub(crate) bank_account: Option<String>,
    /// Only what stands in this state. Timers and effects: `dead`.
    pub(crate) state: Option<String>,
    /// Only those whose code, name or company begins like this, whatever their letters' case; at most fifty, without a next page.
    pub(crate) search: Option<String>,
    /// The `next_after` of the page before.
    pub(crate) after: Option<String>,
    /// Rows at most, 1 to 500.
    pub(crate) limit: Option<i64>,
    /// `oldest` or `newest` first.
    #[serde(default)]
    pub(crate) order: Order,
}

/// Which end a list begins at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// The oldest.
    #[default]
    Oldest,
    /// The newest.
    Newest,
}

/// A page of something that has an order of its own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    /// The `next_after` of the page before.
    pub(crate) after: Option<String>,
    /// Rows at most, 1 to 500.
    pub(crate) limit: Option<i64>,
}

/// Only which environment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// `live` or `sandbox`.
    #[serde(default)]
    pub(crate) environment: Environment,
}

/// How many rows a page has.
pub(crate) fn rows(limit: Option<i64>) -> i64 {
    limit.unwrap_or(USUAL).clamp(1, MOST)
}

/// Where a page begins: an id with its prefix, or its letters, or its number.
pub(crate) fn after(text: Option<&str>) -> Result<Option<i64>, Box<Response>> {
    let Some(text) = text else { return Ok(None) };
    let letters = text.rsplit('_').next().unwrap_or(text);
    let raw = zaiton_kernel::id::parse_letters(letters).ok().or_else(|| text.parse().ok());
    match raw.filter(|raw| *raw >= 0) {
        Some(raw) => Ok(Some(raw)),
        None => Err(Box::new(problem::query("after", format!("{text}: this was no page's next_after")))),
    }
}

/// The query of an address, with what is wrong with it as a problem.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let read: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        match read {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(rejection) => Err(problem::query("", rejection.body_text())),
        }
    }
}
