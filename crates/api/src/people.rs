//! Who is behind the ids that act: people by name, so that a page can say who did something; and the members of an organisation
//! with their roles. Never shows what lets somebody in.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use zaiton_access::{Permission, Reach, Role, Side};
use zaiton_app::allowed::{self, Allowed};
use zaiton_app::identity::PLATFORM;
use zaiton_engine::StoreError;
use zaiton_identity::organisation::InvitationId;
use zaiton_identity::{Person, PersonId};
use zaiton_kernel::{Environment, Id, Text, Timestamp};

use crate::Api;
use crate::callers::{Viewer, organisation};
use crate::lists::{merchant_of, read};
use crate::resources::asked::{Asked, Paging, after, rows};

/// Somebody who may come in.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NamedPerson")]
pub(crate) struct PersonNamed {
    /// The id under which it acts.
    id: PersonId,
    /// What people call it.
    name: String,
}

pub(crate) fn load(api: &Api, id: PersonId) -> Result<Option<Person>, StoreError> {
    let row = api.queries.record("people", id.raw())?;
    row.map(|row| serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))).transpose()
}

/// `GET /api/v1/people`: for the platform everybody, for a merchant's people its members.
pub(crate) async fn people(State(api): State<Api>, viewer: Viewer, Asked(asked): Asked<Paging>) -> Response {
    let begin = match after(asked.after.as_deref()) {
        Ok(begin) => begin.unwrap_or(0),
        Err(response) => return *response,
    };
    let limit = rows(asked.limit);
    let job = move |api: &Api| {
        let found: Vec<Person> = match &viewer.reach {
            Reach::All => {
                let page = api.queries.records("people", begin, limit)?;
                let read =
                    |body: &str| serde_json::from_str(body).map_err(|error| StoreError(error.to_string()));
                page.iter().map(|row| read(&row.body)).collect::<Result<_, _>>()?
            }
            Reach::Of(owners) => {
                let mut members = std::collections::BTreeSet::new();
                for owner in owners {
                    let of = organisation(api, *owner)?;
                    members.extend(of.iter().flat_map(|of| &of.members).map(|member| member.person.raw()));
                }
                let size = usize::try_from(limit).unwrap_or(1);
                let page: Vec<i64> = members.into_iter().filter(|raw| *raw > begin).take(size).collect();
                let mut found = Vec::with_capacity(page.len());
                for raw in page {
                    found.extend(load(api, PersonId::from_raw(raw))?);
                }
                found
            }
        };
        let next = found.last().filter(|_| i64::try_from(found.len()) == Ok(limit)).map(|person| person.id);
        let named: Vec<PersonNamed> =
            found.into_iter().map(|person| PersonNamed { id: person.id, name: person.name }).collect();
        Ok((named, next))
    };
    match read(&api, job).await {
        Ok((named, next)) => Json(json!({ "rows": named, "next_after": next })).into_response(),
        Err(response) => response,
    }
}

/// Whose members.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whose {
    /// A merchant's, by its code; the platform's where none is named.
    merchant: Option<String>,
}

/// A role, as people know it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct RoleSaid {
    /// Its name.
    role: Role,
    /// What people call it.
    text: Text,
}

/// A member with what is known of it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MemberSaid {
    /// Who.
    person: PersonId,
    /// What people call it.
    name: String,
    /// What it types to come in: only for who manages people.
    login: Option<String>,
    /// Its roles.
    roles: Vec<RoleSaid>,
    /// Since when.
    since: Timestamp,
    /// Who let it in.
    by: String,
    /// It has a second factor.
    second_factor: bool,
    /// It is kept out.
    blocked: bool,
}

/// Somebody was asked to come.
#[derive(Serialize, JsonSchema)]
pub(crate) struct InvitationSaid {
    /// Which.
    id: InvitationId,
    /// Where it was sent: only for who manages people.
    address: Option<String>,
    /// The roles that it will have.
    roles: Vec<RoleSaid>,
    /// When.
    at: Timestamp,
    /// Until when it is good.
    until: Timestamp,
}

/// The members of an organisation.
#[derive(Serialize, JsonSchema)]
pub(crate) struct MembersSaid {
    /// The platform's or a merchant's.
    side: Side,
    /// Its members.
    members: Vec<MemberSaid>,
    /// Who was asked to come and has not.
    invitations: Vec<InvitationSaid>,
    /// The roles that may be given here.
    roles: Vec<RoleSaid>,
    /// What may be done.
    allowed: Vec<Allowed>,
}

fn said(role: Role) -> RoleSaid {
    RoleSaid { role, text: role.text() }
}

/// `GET /api/v1/members`
pub(crate) async fn members(State(api): State<Api>, viewer: Viewer, Asked(asked): Asked<Whose>) -> Response {
    let owner = match asked.merchant {
        None => viewer.only_merchant().unwrap_or(PLATFORM),
        Some(code) => match merchant_of(&api, &viewer, code, Environment::Live).await {
            Ok(row) => row.id,
            Err(response) => return response,
        },
    };
    if !viewer.reach.covers(owner) {
        return crate::problem::missing("members");
    }
    let manages = viewer.caller.may(Permission::PeopleManage, owner);
    let job = move |api: &Api| {
        let side = if owner == PLATFORM { Side::Platform } else { Side::Merchant };
        let id = zaiton_app::identity::organisation_id(owner);
        let empty = || zaiton_identity::Organisation::empty(id, owner, side);
        let of = organisation(api, owner)?.unwrap_or_else(empty);
        let shown = |text: &str| manages.is_ok().then(|| text.to_owned());
        let mut members = Vec::with_capacity(of.members.len());
        for member in &of.members {
            let Some(person) = load(api, member.person)? else { continue };
            members.push(MemberSaid {
                person: member.person,
                login: shown(&person.login),
                roles: member.roles.iter().copied().map(said).collect(),
                since: member.since,
                by: member.by.clone(),
                second_factor: person.second.is_some(),
                blocked: person.state == zaiton_identity::person::State::Blocked,
                name: person.name,
            });
        }
        let invitations = of.invitations.iter().map(|invitation| InvitationSaid {
            id: invitation.id,
            address: shown(&invitation.address),
            roles: invitation.roles.iter().copied().map(said).collect(),
            at: invitation.at,
            until: invitation.until,
        });
        let invitations = invitations.collect();
        let roles = Role::ALL.iter().copied().filter(|role| role.side() == side).map(said).collect();
        let mut allowed = allowed::of_organisation(&of);
        if let Err(refusal) = &manages {
            allowed.iter_mut().for_each(|one| one.refusal = Some(refusal.clone().into()));
        }
        Ok(MembersSaid { side, members, invitations, roles, allowed })
    };
    match read(&api, job).await {
        Ok(said) => Json(said).into_response(),
        Err(response) => response,
    }
}
