//! What lies in an object or beside it: its timeline, its messages, what an account owes, the ledger. Read-only.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zaiton_access::AccessRefusal;
use zaiton_app::{policy, reports};
use zaiton_engine::StoreError;
use zaiton_engine::batch::EventRow;
use zaiton_kernel::{Environment, Id, Money, Partition, Timestamp};
use zaiton_orders::channel::{ChannelMessage, ChannelOrder};
use zaiton_prepaid::{Hold, PrepaidAccount};
use zaiton_store::scan::objects::{Page, Which};

use super::asked::{Asked, Paging, Place, after, rows};
use super::reading::{raw_id, seen, text_of};
use super::{RESOURCES, Resource, by_table, identified, letters, told};
use crate::callers::{Need, Viewer};
use crate::lists::{merchant_of, moment, read, read_long};
use crate::said::{AccountSaid, EventSaid, InForceSaid, KindSaid, TransferSaid, TransfersSaid};
use crate::{Api, problem};

/// Events that a page of a timeline reads at most.
const BOUND: usize = 2_000;
const STEP: usize = 500;
/// Accounts of one merchant, at most: one a programme.
const PROGRAMMES: i64 = 500;

/// The kind that an id is of, by its prefix.
fn kind_of(id: &str) -> Option<&'static Resource> {
    let prefix = id.split('_').next()?;
    RESOURCES.iter().find(|resource| resource.prefix == prefix)
}

fn resource(table: &str) -> &'static Resource {
    by_table(table).expect("a table of the list of kinds")
}

/// An event as callers see it.
pub(crate) fn event_said(event: &EventRow) -> EventSaid {
    let mut body: Value = serde_json::from_str(&event.body).unwrap_or_default();
    identified(&mut body);
    EventSaid {
        id: letters("ev", event.id),
        number: event.number,
        at: event.at,
        actor: event.actor.clone(),
        command: event.command.clone(),
        subject: zaiton_kernel::id::letters(event.subject),
        event: body,
    }
}

/// What a timeline may be asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfSubject {
    /// The object's id.
    subject: String,
    /// The `next_after` of the page before.
    after: Option<String>,
    /// Rows at most, 1 to 500.
    limit: Option<i64>,
}

/// Rule R5-02. With what reach somebody looks at a kind of object.
fn may_look(viewer: &Viewer, resource: &Resource) -> Result<Viewer, AccessRefusal> {
    match resource.need() {
        Need::Scoped(permission) => viewer.with(permission),
        Need::Platform(permission) => {
            viewer.caller.may_platform(permission)?;
            viewer.with(permission)
        }
        Need::Inside | Need::Told => Ok(viewer.clone()),
    }
}

/// `GET /api/v1/events?subject=..`: what happened to an object, the newest first. Reads back from the newest event of its
/// partition, and never further than to where the object begins.
pub(crate) async fn events(
    State(api): State<Api>,
    viewer: Viewer,
    Asked(asked): Asked<OfSubject>,
) -> Response {
    let Some(resource) = kind_of(&asked.subject) else { return problem::missing(&asked.subject) };
    let (subject, begin) = match (raw_id(resource, &asked.subject), after(asked.after.as_deref())) {
        (Ok(subject), Ok(begin)) => (subject, begin),
        (Err(response), _) | (_, Err(response)) => return *response,
    };
    // A timeline is looked at by who may look at what it is of.
    let viewer = match may_look(&viewer, resource) {
        Ok(viewer) => viewer,
        Err(refusal) => return problem::forbidden(&refusal.into()),
    };
    let limit = usize::try_from(rows(asked.limit)).unwrap_or(1);
    let job = move |api: &Api| {
        let row = api.queries.object(resource.table, subject)?.filter(|row| viewer.sees(row.partition));
        let Some(row) = row else { return Ok(None) };
        let head = || api.queries.head(row.partition).map(|head| head.unwrap_or_default().last_event);
        let mut next = begin.map_or_else(head, Ok)?;
        let mut found: Vec<EventSaid> = Vec::new();
        let mut read = 0;
        // An id is made before the first event about what it names.
        while next >= subject && read < BOUND && found.len() < limit {
            let events = api.queries.timeline(row.partition, next, STEP)?;
            for event in &events {
                read += 1;
                if found.len() < limit {
                    next = event.previous;
                    found.extend((event.subject == subject).then(|| event_said(event)));
                }
            }
        }
        let next = Some(next).filter(|next| *next >= subject && *next != 0);
        Ok(Some(json!({ "rows": found, "next_after": next.map(|raw| letters("ev", raw)) })))
    };
    answered(read(&api, job).await, &asked.subject)
}

fn answered<T: Serialize>(read: Result<Option<T>, Response>, what: &str) -> Response {
    match read {
        Ok(Some(answer)) => Json(answer).into_response(),
        Ok(None) => problem::missing(what),
        Err(response) => response,
    }
}

/// `GET /api/v1/channel-orders/{id}/messages`: what the channel said, message by message, without what is about people.
pub(crate) async fn messages(State(api): State<Api>, viewer: Viewer, Path(id): Path<String>) -> Response {
    let raw = match raw_id(resource("channel_orders"), &id) {
        Ok(raw) => raw,
        Err(response) => return *response,
    };
    let job = move |api: &Api| {
        let row = api.queries.object("channel_orders", raw)?.filter(|row| viewer.sees(row.partition));
        let Some(row) = row else { return Ok(None) };
        let order: ChannelOrder = serde_json::from_str(&row.body).map_err(|error| told(&error))?;
        let mut found = Vec::with_capacity(order.messages.len());
        for known in &order.messages {
            if let Some(row) = api.queries.object("channel_messages", known.id.raw())? {
                let message: ChannelMessage =
                    serde_json::from_str(&row.body).map_err(|error| told(&error))?;
                let mut value = serde_json::to_value(&message).map_err(|error| told(&error))?;
                identified(&mut value);
                found.push(value);
            }
        }
        Ok(Some(json!({ "rows": found })))
    };
    answered(read(&api, job).await, &id)
}

/// What arrears may be asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfProgramme {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// The programme's code; `baitiao` by default.
    programme: Option<String>,
    /// The `next_after` of the page before.
    after: Option<String>,
    /// Rows at most, 1 to 500.
    limit: Option<i64>,
}

/// `GET /api/v1/merchants/{code}/arrears`: the holds that owe, in the order in which they are repaid.
pub(crate) async fn arrears(
    State(api): State<Api>,
    viewer: Viewer,
    Path(code): Path<String>,
    Asked(asked): Asked<OfProgramme>,
) -> Response {
    let begin = match after(asked.after.as_deref()) {
        Ok(begin) => begin,
        Err(response) => return *response,
    };
    let merchant = match merchant_of(&api, &viewer, code.clone(), asked.environment).await {
        Ok(merchant) => merchant,
        Err(response) => return response,
    };
    let named = asked.programme.unwrap_or_else(|| reports::DEFAULT_PROGRAMME.to_owned());
    let programme = zaiton_app::prepaid::programme_id(&named);
    let limit = usize::try_from(rows(asked.limit)).unwrap_or(1);
    let job = move |api: &Api| {
        let page = Page { after: None, limit: PROGRAMMES, newest: false };
        let of = Which::Of(merchant.partition);
        let mut head = None;
        for row in api.queries.objects("prepaid_accounts", of, page)? {
            let account: PrepaidAccount = serde_json::from_str(&row.body).map_err(|error| told(&error))?;
            if account.programme == programme {
                head = Some(account.arrears_head);
            }
        }
        let Some(head) = head else { return Ok(None) };
        let (mut next, mut found) = (begin.or(head.map(Id::raw)), Vec::new());
        // A page begins with the hold that the one before ended at.
        while let Some(raw) = next.filter(|_| found.len() < limit) {
            let Some(row) = api.queries.object("holds", raw)? else { break };
            let hold: Hold = serde_json::from_str(&row.body).map_err(|error| told(&error))?;
            next = hold.next_in_arrears.map(Id::raw);
            if hold.owed > 0 {
                found.push(seen(api, &viewer, resource("holds"), &row)?);
            }
        }
        Ok(Some(json!({ "rows": found, "next_after": next.map(|raw| text_of(resource("holds"), raw)) })))
    };
    answered(read(&api, job).await, &named)
}

/// `GET /api/v1/policies/in-force`: the figures that hold at a moment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AtMoment {
    /// `live` or `sandbox`.
    #[serde(default)]
    environment: Environment,
    /// The moment; now by default.
    at: Option<String>,
}

/// `GET /api/v1/policies/in-force`
pub(crate) async fn in_force(State(api): State<Api>, Asked(asked): Asked<AtMoment>) -> Response {
    let now = api.engine.clock().now(asked.environment);
    match moment(asked.at.as_deref(), now) {
        Ok(at) => {
            let (registry, environment) = (api.engine.registry(), asked.environment);
            let prepaid = (*policy::prepaid_at(registry, environment, at)).clone();
            let reviews = (*policy::reviews_at(registry, environment, at)).clone();
            let ranges = policy::ranges_at(registry, environment, at);
            Json(InForceSaid { at, prepaid, reviews, ranges }).into_response()
        }
        Err(response) => *response,
    }
}

/// Whose ledger accounts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Books {
    /// The id of a merchant or of a bank account of ours.
    owner: String,
    /// As of this moment; now by default.
    at: Option<String>,
}

fn books_of(api: &Api, owner: &str) -> Result<Option<Partition>, StoreError> {
    let Some(resource) = kind_of(owner).filter(|kind| ["merchants", "bank_accounts"].contains(&kind.table))
    else {
        return Ok(None);
    };
    let Ok(raw) = raw_id(resource, owner) else { return Ok(None) };
    Ok(api.queries.object(resource.table, raw)?.map(|row| row.partition))
}

/// `GET /api/v1/ledger/accounts?owner=..`: the accounts of an owner with their balances.
pub(crate) async fn accounts(State(api): State<Api>, Asked(asked): Asked<Books>) -> Response {
    let far = Timestamp::from_micros(i64::MAX);
    let at = match asked.at.as_deref().map(|at| moment(Some(at), far)).transpose() {
        Ok(at) => at,
        Err(response) => return *response,
    };
    let owner = asked.owner.clone();
    let job = move |api: &Api| {
        let Some(partition) = books_of(api, &owner)? else { return Ok(None) };
        let mut found = Vec::new();
        for account in api.queries.accounts(partition)? {
            let key = account.key;
            let now = Money::new(account.balance(), key.currency);
            let balance = |at| api.queries.balance_at(partition, key.code, key.dimension, key.currency, at);
            found.push(AccountSaid::of(&account, at.map_or(Ok(now), balance)?));
        }
        Ok(Some(json!({ "rows": found })))
    };
    answered(read_long(&api, job).await, &asked.owner)
}

/// `GET /api/v1/ledger/accounts/{id}/transfers`: what was booked on an account, the newest first, by the transfers' own pointers.
pub(crate) async fn transfers(
    State(api): State<Api>,
    Path(id): Path<String>,
    Asked(asked): Asked<Paging>,
) -> Response {
    let raw = id.strip_prefix("la_").and_then(|letters| zaiton_kernel::id::parse_letters(letters).ok());
    let (Some(raw), Ok(begin)) = (raw, after(asked.after.as_deref())) else { return problem::missing(&id) };
    let limit = rows(asked.limit);
    let job = move |api: &Api| {
        let Some((partition, account)) = api.queries.ledger_account(raw)? else { return Ok(None) };
        let from = begin.unwrap_or(account.last_transfer);
        let found = match from {
            0 => Vec::new(),
            from => api.queries.history(partition, raw, from, Timestamp::from_micros(0), limit)?,
        };
        let next = found.last().map_or(0, |last| {
            if last.debit_account == raw { last.previous_of_debit } else { last.previous_of_credit }
        });
        let rows = found.iter().map(|transfer| TransferSaid::of(&account, transfer)).collect();
        let balance = Money::new(account.balance(), account.key.currency);
        let next = Some(next).filter(|next| *next != 0).map(|raw| letters("lt", raw));
        Ok(Some(TransfersSaid { account: AccountSaid::of(&account, balance), rows, next_after: next }))
    };
    answered(read(&api, job).await, &id)
}

/// `GET /api/v1/resources`: which kinds there are, and how many rows a page may have.
pub(crate) async fn kinds(Asked(_): Asked<Place>) -> Response {
    let rows: Vec<KindSaid> = RESOURCES.iter().map(KindSaid::of).collect();
    Json(json!({ "rows": rows })).into_response()
}
