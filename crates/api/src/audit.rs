//! Searching events over HTTP (R5-30). Read-only; says how far the search has come.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zaiton_engine::StoreError;
use zaiton_kernel::id::{letters, parse_letters};
use zaiton_kernel::{Environment, Id, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_reads::whose::{Known, Whose};
use zaiton_store::audit_index::Sought;

use crate::lists::{moment, read_long};
use crate::resources::asked::Asked;
use crate::resources::inside::event_said;
use crate::said::EventSaid;
use crate::{Api, problem};

/// Events of a page, at most.
const MOST: usize = 100;
/// Letters of a name that is searched for, at most.
const LETTERS: usize = 128;
/// Pages of the log that are taken behind an answer at once.
const BEHIND: usize = 100;

/// What is searched for; all that is named must fit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchAsked {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// Who: the name under which somebody acts.
    actor: Option<String>,
    /// By which command.
    command: Option<String>,
    /// About what: an object's id.
    subject: Option<String>,
    /// Whose: a merchant's code or id.
    merchant: Option<String>,
    /// From this moment on.
    from: Option<String>,
    /// To this moment, exclusive.
    to: Option<String>,
    /// The `next_after` of the page before.
    after: Option<String>,
    /// Rows at most, 1 to 100.
    limit: Option<usize>,
}

/// An event that was found, and whose it is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FoundEvent")]
pub(crate) struct FoundSaid {
    /// On whose behalf: the merchant in whose books it stands, where it is a merchant's.
    merchant: Option<Whose>,
    /// The event.
    #[serde(flatten)]
    event: EventSaid,
}

/// What was found, the newest first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FoundEvents")]
pub(crate) struct SearchSaid {
    rows: Vec<FoundSaid>,
    /// What the next page goes on after; null at the end. A page may be short, or even empty, and still have a next.
    next_after: Option<String>,
    /// Everything that was written before the search began was looked at.
    is_complete: bool,
    /// Where it is not: events up to about this moment were looked at so far.
    until: Option<Timestamp>,
}

/// What is asked, read; with the merchant still by its name.
struct Read {
    sought: Sought,
    merchant: Option<String>,
    after: Option<(i64, i64)>,
    limit: usize,
}

fn name(field: &str, text: Option<String>) -> Result<Option<String>, Box<Response>> {
    match text {
        Some(text) if text.is_empty() || text.len() > LETTERS => {
            Err(Box::new(problem::query(field, format!("1 to {LETTERS} letters are searched for"))))
        }
        other => Ok(other),
    }
}

fn checked(asked: SearchAsked) -> Result<Read, Box<Response>> {
    let subject = name("subject", asked.subject)?.map(|text| {
        let found = parse_letters(text.rsplit('_').next().unwrap_or_default());
        found.map_err(|error| Box::new(problem::query("subject", error.to_string())))
    });
    let at = |text: Option<String>| {
        let zero = Timestamp::from_micros(0);
        text.map(|text| moment(Some(&text), zero)).transpose()
    };
    let after = asked.after.map(|text| {
        let read =
            text.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, parse_letters(id).ok()?)));
        read.ok_or_else(|| Box::new(problem::query("after", "this was no page's next_after".to_owned())))
    });
    Ok(Read {
        sought: Sought {
            environment: asked.environment,
            partition: None,
            actor: name("actor", asked.actor)?,
            command: name("command", asked.command)?,
            subject: subject.transpose()?,
            from: at(asked.from)?,
            to: at(asked.to)?,
        },
        merchant: name("merchant", asked.merchant)?,
        after: after.transpose()?,
        limit: asked.limit.unwrap_or(MOST).clamp(1, MOST),
    })
}

fn found(api: &Api, asked: Read) -> Result<Option<SearchSaid>, StoreError> {
    let Some(search) = &api.audit else { return Ok(None) };
    let mut sought = asked.sought;
    if let Some(name) = &asked.merchant {
        let partition = match name.parse::<MerchantId>() {
            Ok(id) => api.queries.object("merchants", id.raw())?.map(|row| row.partition),
            Err(_) => api.queries.merchant(sought.environment, name)?.map(|row| row.partition),
        };
        let Some(partition) = partition else { return Ok(None) };
        sought.partition = Some(partition);
    }
    let answer = search.search(&api.queries, &sought, asked.after, asked.limit)?;
    let mut known = Known::default();
    let rows = answer.events.iter().map(|event| {
        let merchant = known.whose(&api.queries, event.partition.owner())?;
        Ok(FoundSaid { merchant, event: event_said(event) })
    });
    Ok(Some(SearchSaid {
        rows: rows.collect::<Result<_, StoreError>>()?,
        next_after: answer.next.map(|(at, id)| format!("{at}.{}", letters(id))),
        is_complete: answer.is_complete,
        until: answer.until,
    }))
}

/// The rest of the log, behind an answer that was not complete: a piece at a time, so that searches come between.
fn follow(api: &Api) {
    let Some(search) = api.audit.clone() else { return };
    let queries = api.queries.clone();
    tokio::task::spawn_blocking(move || match search.follow(&queries, BEHIND) {
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the search over events cannot follow the log"),
    });
}

/// `GET /api/v1/audit`
pub(crate) async fn search(State(api): State<Api>, Asked(asked): Asked<SearchAsked>) -> Response {
    let read = match checked(asked) {
        Ok(read) => read,
        Err(response) => return *response,
    };
    let what = read.merchant.clone().unwrap_or_else(|| "audit".to_owned());
    match read_long(&api, move |api| found(api, read)).await {
        Ok(Some(said)) => {
            if !said.is_complete {
                follow(&api);
            }
            Json(said).into_response()
        }
        Ok(None) => problem::missing(&what),
        Err(response) => response,
    }
}
