//! The handlers of all kinds of objects: one by its id, and a page of many. Every page is bounded by what it reads, not by what
//! fits: it may be short, or even empty, and still have a next.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use zaiton_access::Reach;
use zaiton_app::allowed::Allowed;
use zaiton_bank::BankAccountId;
use zaiton_engine::StoreError;
use zaiton_kernel::{Id, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_store::scan::objects::{Page, StoredRow, Which, has_states};

use super::asked::{Asked, Listing, Order, after, rows};
use super::{Look, Owner, Resource};
use crate::callers::Viewer;
use crate::lists::read;
use crate::{Api, problem};

/// Rows or events that a page reads at most before it is answered.
const BOUND: i64 = 2_000;
/// Merchants that a search finds at most.
const FOUND: i64 = 50;
/// Letters of a search, at most.
const LETTERS: usize = 100;
/// Rows that are read at once where some of them may not be wanted.
const STEP: i64 = 500;

pub(crate) fn text_of(resource: &Resource, raw: i64) -> String {
    format!("{}_{}", resource.prefix, zaiton_kernel::id::letters(raw))
}

/// An object as callers see it.
pub(crate) fn seen(
    api: &Api,
    viewer: &Viewer,
    resource: &Resource,
    row: &StoredRow,
) -> Result<Value, StoreError> {
    let environment = row.partition.environment();
    let now = api.engine.clock().now(environment);
    let policy = zaiton_app::policy::prepaid_at(api.engine.registry(), environment, now);
    let mut seen = (resource.view)(&Look { api, now, policy: &policy }, row)?;
    forbid(api, viewer, row.partition, &mut seen.allowed);
    Ok(json!({
        "kind": resource.kind,
        "id": text_of(resource, row.id),
        "environment": environment,
        "version": row.version,
        "updated_at": row.updated_at,
        "record": seen.record,
        "allowed": seen.allowed,
    }))
}

/// Rules R5-02, R5-03. What whoever looks may not do is said with its reason, as what makes no sense now.
fn forbid(api: &Api, viewer: &Viewer, partition: Partition, allowed: &mut [Allowed]) {
    for one in allowed.iter_mut().filter(|one| one.refusal.is_none()) {
        let Some(offered) = api.offered.get(one.command) else { continue };
        let tried = offered.permissions().iter().map(|permission| viewer.may(*permission, partition));
        one.refusal = tried.reduce(Result::or).and_then(Result::err).map(|refusal| *refusal);
    }
}

/// Reads the id of a kind of object.
pub(crate) fn raw_id(resource: &Resource, text: &str) -> Result<i64, Box<Response>> {
    let letters = text.strip_prefix(resource.prefix).and_then(|rest| rest.strip_prefix('_'));
    let Some(letters) = letters else { return Err(Box::new(problem::missing(text))) };
    zaiton_kernel::id::parse_letters(letters).map_err(|error| {
        Box::new(problem::bad("api.id", "编号不正确，请检查是否输错。", format!("{text}: {error}")))
    })
}

/// `GET /api/v1/{resource}/{id}`; a merchant also by its code.
pub(crate) async fn one(
    State(api): State<Api>,
    viewer: Viewer,
    Path(id): Path<String>,
    Asked(asked): Asked<super::asked::Place>,
    resource: &'static Resource,
) -> Response {
    let by_code = resource.kind == "merchant" && !id.starts_with("me_");
    let raw = match raw_id(resource, &id) {
        Ok(raw) => raw,
        Err(_) if by_code => 0,
        Err(response) => return *response,
    };
    let code = id.clone();
    let job = move |api: &Api| {
        let raw = match raw {
            0 => api.queries.merchant(asked.environment, &code)?.map_or(0, |row| row.id),
            raw => raw,
        };
        // What is out of reach is as if it were not there.
        let row = api.queries.object(resource.table, raw)?.filter(|row| viewer.sees(row.partition));
        row.map(|row| seen(api, &viewer, resource, &row)).transpose()
    };
    match read(&api, job).await {
        Ok(Some(object)) => Json(object).into_response(),
        Ok(None) => problem::missing(&id),
        Err(response) => response,
    }
}

/// Whose records are asked for.
fn owner(
    api: &Api,
    viewer: &Viewer,
    resource: &Resource,
    asked: &Listing,
) -> Result<Result<Option<Partition>, Box<Response>>, StoreError> {
    let refuse = |name: &str, why: &str| Ok(Err(Box::new(problem::query(name, why.to_owned()))));
    match (resource.owner, asked.merchant.as_deref(), asked.bank_account.as_deref()) {
        (Owner::Merchant | Owner::Traced, None, None) if viewer.reach != Reach::All => {
            match viewer.only_merchant() {
                Some(owner) => Ok(Ok(Some(Partition::new(asked.environment, owner)))),
                None => refuse("merchant", "say of which of your merchants"),
            }
        }
        (_, None, None) => Ok(Ok(None)),
        (Owner::Merchant | Owner::Traced, Some(name), None) => {
            let found = match name.parse::<MerchantId>() {
                Ok(id) => api.queries.object("merchants", id.raw())?.map(|row| row.partition),
                Err(_) => api.queries.merchant(asked.environment, name)?.map(|row| row.partition),
            };
            let found = found.filter(|partition| viewer.sees(*partition));
            Ok(found.map(Some).ok_or_else(|| Box::new(problem::missing(name))))
        }
        (Owner::BankAccount, None, Some(name)) => match name.parse::<BankAccountId>() {
            Ok(id) => {
                let row = api.queries.object("bank_accounts", id.raw())?;
                Ok(row.map(|row| Some(row.partition)).ok_or_else(|| Box::new(problem::missing(name))))
            }
            Err(error) => refuse("bank_account", &error.to_string()),
        },
        (_, Some(_), _) => refuse("merchant", "these do not belong to a merchant"),
        (_, None, Some(_)) => refuse("bank_account", "these do not belong to a bank account"),
    }
}

/// Rows of a page, and after which id it goes on.
type Found = (Vec<StoredRow>, Option<i64>);

/// What merchants are searched by.
fn sought(resource: &Resource, asked: &Listing) -> Result<Option<String>, Box<Response>> {
    let Some(text) = asked.search.as_deref().map(str::trim) else { return Ok(None) };
    let refuse = |why: &str| Err(Box::new(problem::query("search", why.to_owned())));
    if resource.kind != "merchant" {
        return refuse("only merchants are found by how they are called");
    }
    if !(1..=LETTERS).contains(&text.chars().count()) {
        return refuse("1 to 100 letters are searched for");
    }
    if asked.after.is_some() {
        return refuse("what is searched for has no next page");
    }
    Ok(Some(text.to_owned()))
}

/// `GET /api/v1/{resource}`
pub(crate) async fn list(
    State(api): State<Api>,
    viewer: Viewer,
    Asked(asked): Asked<Listing>,
    resource: &'static Resource,
) -> Response {
    let begin = match after(asked.after.as_deref()) {
        Ok(begin) => begin,
        Err(response) => return *response,
    };
    let is_still = ["timers", "effects"].contains(&resource.table);
    if asked.state.is_some() && !has_states(resource.table) && !is_still {
        return problem::query("state", "these are not found by their state".to_owned());
    }
    let search = match sought(resource, &asked) {
        Ok(search) => search,
        Err(response) => return *response,
    };
    if is_still && asked.state.as_deref().is_some_and(|state| state != "dead") {
        return problem::query("state", "the state of these is `dead` or not asked for".to_owned());
    }
    let job = move |api: &Api| {
        if !viewer.is_at_home(asked.environment) {
            return Ok(Ok(json!({ "rows": [], "next_after": null })));
        }
        let partition = match owner(api, &viewer, resource, &asked)? {
            Ok(partition) => partition,
            Err(response) => return Ok(Err(response)),
        };
        let (found, next) = match (resource.owner, partition) {
            _ if resource.kind == "merchant" && viewer.reach != Reach::All => {
                (own(api, &viewer, &asked)?, None)
            }
            _ if search.is_some() => {
                let text = search.as_deref().unwrap_or_default();
                let limit = rows(asked.limit).min(FOUND);
                (api.queries.merchants_like(asked.environment, text, limit)?, None)
            }
            (Owner::Traced, Some(partition)) => traced(api, resource, partition, begin, rows(asked.limit))?,
            (_, partition) if is_still && asked.state.is_some() && partition.is_none() => {
                dead(api, resource, &asked, begin.unwrap_or(0))?
            }
            (_, partition) => paged(api, resource, &asked, partition, begin)?,
        };
        let objects: Vec<Value> =
            found.iter().map(|row| seen(api, &viewer, resource, row)).collect::<Result<_, _>>()?;
        // The cursor of a trace is an event's.
        let next = next.map(|raw| match (resource.owner, partition) {
            (Owner::Traced, Some(_)) => format!("ev_{}", zaiton_kernel::id::letters(raw)),
            _ => text_of(resource, raw),
        });
        Ok(Ok(json!({ "rows": objects, "next_after": next })))
    };
    match read(&api, job).await {
        Ok(Ok(page)) => Json(page).into_response(),
        Ok(Err(response)) => *response,
        Err(response) => response,
    }
}

/// The merchants that whoever asks is of.
fn own(api: &Api, viewer: &Viewer, asked: &Listing) -> Result<Vec<StoredRow>, StoreError> {
    let Reach::Of(owners) = &viewer.reach else { return Ok(Vec::new()) };
    let mut found = Vec::with_capacity(owners.len());
    for owner in owners {
        let row = api.queries.object("merchants", *owner)?;
        found.extend(row.filter(|row| row.partition.environment() == asked.environment));
    }
    Ok(found)
}

/// A page by an index; what the index cannot tell apart (the environment, a state within a partition) is left out here.
fn paged(
    api: &Api,
    resource: &Resource,
    asked: &Listing,
    partition: Option<Partition>,
    mut after: Option<i64>,
) -> Result<Found, StoreError> {
    let limit = rows(asked.limit);
    let (which, state) = match (partition, asked.state.as_deref()) {
        (Some(partition), state) => (Which::Of(partition), state),
        (None, Some(state)) => (Which::In(state, asked.environment), None),
        (None, None) => (Which::All, None),
    };
    let mut kept = Vec::new();
    let mut left = BOUND;
    while left > 0 {
        let page = Page { after, limit: STEP.min(left), newest: asked.order == Order::Newest };
        let found = api.queries.objects(resource.table, which, page)?;
        let is_last = i64::try_from(found.len()).is_ok_and(|read| read < page.limit);
        for row in found {
            if i64::try_from(kept.len()).is_ok_and(|kept| kept >= limit) {
                return Ok((kept, after));
            }
            after = Some(row.id);
            if row.partition.environment() == asked.environment
                && state.is_none_or(|state| stands(&row, state))
            {
                kept.push(row);
            }
        }
        if is_last {
            return Ok((kept, None));
        }
        left -= page.limit;
    }
    Ok((kept, after))
}

fn stands(row: &StoredRow, state: &str) -> bool {
    let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
    body["state"]["name"] == *state
}

/// What has no time at which it is due, and says why.
fn dead(api: &Api, resource: &Resource, asked: &Listing, after: i64) -> Result<Found, StoreError> {
    let limit = rows(asked.limit);
    let found = api.queries.dead(resource.table, asked.environment, after, limit)?;
    let is_last = i64::try_from(found.len()).is_ok_and(|read| read < limit);
    let next = found.last().map(|row| row.id).filter(|_| !is_last);
    Ok((found, next))
}

/// What a merchant's timeline speaks of, the newest first: for tables that have no index by merchant. An object that changed
/// more than once may come again on a later page.
fn traced(
    api: &Api,
    resource: &Resource,
    partition: Partition,
    begin: Option<i64>,
    limit: i64,
) -> Result<Found, StoreError> {
    let head = || api.queries.head(partition).map(|head| head.unwrap_or_default().last_event);
    let mut next = begin.map_or_else(head, Ok)?;
    let (mut known, mut kept) = (BTreeSet::new(), Vec::new());
    let mut left = BOUND;
    while next != 0 && left > 0 {
        let events = api.queries.timeline(partition, next, usize::try_from(STEP).unwrap_or(1))?;
        left -= STEP;
        for event in &events {
            if i64::try_from(kept.len()).is_ok_and(|kept| kept >= limit) {
                return Ok((kept, Some(event.id)));
            }
            next = event.previous;
            if known.insert(event.subject)
                && let Some(row) = api.queries.object(resource.table, event.subject)?
                && row.partition == partition
            {
                kept.push(row);
            }
        }
    }
    Ok((kept, Some(next).filter(|next| *next != 0)))
}
