//! Who asks, and how far it may look: a person by its session's cookie, a program by a key, a script of the machine's owner by the
//! installation's token. Worked out anew for each request. Holds no rule: what may be done is asked of `zaiton_access`.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use zaiton_access::{AccessRefusal, Caller, Held, Kind, Permission, Reach};
use zaiton_app::identity::{PLATFORM, organisation_id};
use zaiton_engine::StoreError;
use zaiton_identity::{Organisation, Person, PersonId};
use zaiton_kernel::{Environment, Id, Partition, Refusal, Rule, Text};

use crate::{Api, problem};

/// What an address asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing beside being known.
    Inside,
    /// A permission on everything of the platform.
    Platform(Permission),
    /// A permission somewhere: the handler keeps to where it holds.
    Scoped(Permission),
    /// What is asked for says what it needs.
    Told,
}

/// Who asks, and how far this request of it reaches.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) caller: Arc<Caller>,
    /// A key is of one environment.
    pub(crate) only: Option<Environment>,
    pub(crate) reach: Reach,
}

impl Viewer {
    pub(crate) fn new(caller: Caller, only: Option<Environment>) -> Self {
        Self { caller: Arc::new(caller), only, reach: Reach::Of(Vec::new()) }
    }

    /// Whether what lies in a partition is within reach.
    pub(crate) fn sees(&self, partition: Partition) -> bool {
        self.reach.covers(partition.owner()) && self.is_at_home(partition.environment())
    }

    pub(crate) fn is_at_home(&self, environment: Environment) -> bool {
        self.only.is_none_or(|only| only == environment)
    }

    /// Rules R5-02, R5-04. Whether it may do something in a partition.
    pub(crate) fn may(&self, permission: Permission, partition: Partition) -> Result<(), Box<Refusal>> {
        if !self.is_at_home(partition.environment()) {
            return Err(Box::new(other_environment()));
        }
        Ok(self.caller.may(permission, partition.owner()).map_err(Refusal::from)?)
    }

    /// The same viewer with how far a permission reaches.
    pub(crate) fn with(&self, permission: Permission) -> Result<Self, AccessRefusal> {
        Ok(Self { reach: self.caller.reach(permission)?, ..self.clone() })
    }

    /// The one merchant that everything it may see is of; none where there are more, or all.
    pub(crate) fn only_merchant(&self) -> Option<i64> {
        match &self.reach {
            Reach::Of(owners) if owners.len() == 1 => owners.first().copied(),
            Reach::Of(_) | Reach::All => None,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        parts.extensions.get::<Self>().cloned().ok_or_else(problem::unauthorised)
    }
}

fn other_environment() -> Refusal {
    Refusal::new(
        "access.other_environment",
        Rule::new("R5-04"),
        Text::new("该密钥不能用于此环境。", "This key is not of this environment."),
        Text::new("请使用对应环境的密钥。", "Use a key of this environment."),
    )
}

/// Before every handler: what its address needs.
pub(crate) async fn permitted(need: Need, mut request: Request, next: Next) -> Response {
    let Some(viewer) = request.extensions().get::<Viewer>() else { return problem::unauthorised() };
    let asked = match need {
        Need::Inside | Need::Told => Ok(viewer.clone()),
        Need::Platform(permission) => {
            viewer.caller.may_platform(permission).map(|()| Viewer { reach: Reach::All, ..viewer.clone() })
        }
        Need::Scoped(permission) => viewer.with(permission),
    };
    match asked {
        Ok(viewer) => {
            request.extensions_mut().insert(viewer);
            next.run(request).await
        }
        Err(refusal) => problem::forbidden(&refusal.into()),
    }
}

/// An owner's organisation as it stands, where there is one.
pub(crate) fn organisation(api: &Api, owner: i64) -> Result<Option<Organisation>, StoreError> {
    let row = api.queries.record("organisations", organisation_id(owner).raw())?;
    row.map(|row| serde_json::from_str(&row.body).map_err(|error| StoreError(error.to_string()))).transpose()
}

/// What a person holds: what its organisations say of it now, whatever its own record remembers.
pub(crate) fn of_person(api: &Api, person: &Person) -> Result<Caller, StoreError> {
    let mut caller = Caller::new(person.id.to_string(), Kind::Person);
    for owner in &person.owners {
        let Some(roles) = roles_in(api, *owner, person.id)? else { continue };
        let held = Held::Roles(roles);
        caller = if *owner == PLATFORM { caller.of_platform(held) } else { caller.of_merchant(*owner, held) };
    }
    Ok(caller)
}

fn roles_in(
    api: &Api,
    owner: i64,
    person: PersonId,
) -> Result<Option<BTreeSet<zaiton_access::Role>>, StoreError> {
    let organisation = organisation(api, owner)?;
    Ok(organisation.and_then(|of| of.member(person).map(|member| member.roles.clone())))
}
