//! The administrator of a new installation, people after it, and a new password for somebody who lost it. A password is shown once, on standard
//! output, and kept nowhere but as its hash.

use std::sync::Arc;

use zaiton_access::Role;
use zaiton_app::identity::{
    Admit, ChangePassword, ConfirmSecond, CreatePerson, JoinOwner, OfferSecond, PLATFORM, person_id,
};
use zaiton_effects::{passwords, second_factor};
use zaiton_engine::command::AnyCommand;
use zaiton_engine::{Actor, Outcome, Request};
use zaiton_identity::Person;
use zaiton_identity::person::Tongue;
use zaiton_kernel::{Environment, Id};
use zaiton_onboarding::MerchantId;

use crate::cli::{Failure, actor, told};
use crate::clock;
use crate::out;
use crate::site::{self, Site};

/// The login of the first administrator.
const FIRST: &str = "admin";

fn world(error: impl ToString) -> Failure {
    Failure::World(error.to_string())
}

fn give(site: &Site, command: Arc<dyn AnyCommand>, by: Actor) -> Result<Outcome, Failure> {
    let (token, _) = passwords::token().map_err(world)?;
    Ok(site.engine.call(Request::new(command, &format!("people/{token}"), by)))
}

/// Makes somebody, with a password that is made, too: it is told once.
fn make(site: &Site, login: &str, name: &str, by: Actor) -> Result<(String, Outcome), Failure> {
    let made = passwords::made().map_err(world)?;
    let command = CreatePerson {
        environment: Environment::Live,
        login: login.into(),
        name: name.into(),
        tongue: Tongue::Chinese,
        password: passwords::hash(&made).map_err(world)?,
        must_change: true,
        unconfirmed: false,
    };
    Ok((made, give(site, Arc::new(command), by)?))
}

/// Makes somebody a member of the platform or of a merchant.
fn admit(
    site: &Site,
    merchant: Option<MerchantId>,
    login: &str,
    roles: &[Role],
    by: Actor,
) -> Result<(), Failure> {
    let (environment, person) = (Environment::Live, person_id(login));
    let owner = merchant.map_or(PLATFORM, Id::raw);
    told(&give(site, Arc::new(JoinOwner { environment, person, owner }), by.clone())?)?;
    let roles = roles.iter().copied().collect();
    told(&give(site, Arc::new(Admit { environment, merchant, person, roles }), by)?).map(drop)
}

/// Makes the first administrator where there is nobody yet; the password it is told. Of several processes that start at once
/// one makes it.
pub(crate) fn first(site: &Site) -> Result<Option<(String, String)>, Failure> {
    if !site.queries.records("people", 0, 1)?.is_empty() {
        return Ok(None);
    }
    let (made, outcome) = make(site, FIRST, "Administrator", Actor::system())?;
    match outcome {
        Outcome::Accepted { .. } => {
            admit(site, None, FIRST, &[Role::Admin], Actor::system())?;
            Ok(Some((FIRST.into(), made)))
        }
        Outcome::Refused { .. } | Outcome::Denied { .. } => Ok(None),
        Outcome::Failed { detail, .. } => Err(Failure::World(detail)),
    }
}

/// Of whom somebody is to be a member, and with which roles.
pub(crate) struct Place<'a> {
    pub(crate) merchant: Option<MerchantId>,
    pub(crate) roles: &'a [Role],
}

/// Makes one more person; its password.
pub(crate) fn one_more(site: &Site, login: &str, name: &str, place: &Place<'_>) -> Result<String, Failure> {
    let (made, outcome) = make(site, login, name, actor())?;
    told(&outcome)?;
    admit(site, place.merchant, login, place.roles, actor())?;
    Ok(made)
}

/// Makes one more person, and shows its password.
pub(crate) fn add(
    site: &Site,
    login: &str,
    name: &str,
    place: &Place<'_>,
    json: bool,
) -> Result<(), Failure> {
    let made = one_more(site, login, name, place)?;
    out::line(&if json {
        serde_json::json!({ "login": login, "password": made }).to_string()
    } else {
        format!("{login}: {made}")
    });
    Ok(())
}

/// Gives somebody a second factor without being asked: for the demo, whose people nobody could sign in as otherwise.
pub(crate) fn second_factor(site: &Site, login: &str) -> Result<(), Failure> {
    let (environment, person) = (Environment::Live, person_id(login));
    let secret = second_factor::secret().map_err(world)?;
    let sealed = site.sealer.seal_second(person, &secret).map_err(world)?;
    told(&give(site, Arc::new(OfferSecond { environment, person, secret: sealed }), actor())?)?;
    let confirm = ConfirmSecond { environment, person, step: 0, recovery: Vec::new() };
    told(&give(site, Arc::new(confirm), actor())?).map(drop)
}

/// The code that somebody's authenticator shows now. Reads only; takes no lane. Whoever may run it holds the installation's keys,
/// from which every secret is opened.
pub(crate) fn code(place: &site::Place, login: &str, json: bool) -> Result<(), Failure> {
    let nobody = || Failure::Refused(format!("there is nobody with the login {login} and a second factor"));
    let opened = zaiton_store::open(&place.url(), place.lanes).map_err(world)?;
    let sealer = place.sealer(opened.database.as_ref()).map_err(Failure::World)?;
    let row = opened.queries.record("people", person_id(login).raw())?.ok_or_else(nobody)?;
    let person: Person = serde_json::from_str(&row.body).map_err(world)?;
    let second = person.second.ok_or_else(nobody)?;
    let secret = sealer.second(person.id, &second.secret).map_err(world)?;
    let now = clock::system();
    let code = second_factor::code(&secret, now).map_err(world)?;
    out::line(&if json { serde_json::json!({ "code": code }).to_string() } else { code });
    Ok(())
}

/// Gives somebody a new password, and shows it.
pub(crate) fn new_password(site: &Site, login: &str) -> Result<(), Failure> {
    let person = person_id(login);
    if site.queries.record("people", person.raw())?.is_none() {
        return Err(Failure::Refused(format!("there is nobody with the login {login}")));
    }
    let made = passwords::made().map_err(world)?;
    let password = passwords::hash(&made).map_err(world)?;
    let command = ChangePassword { environment: Environment::Live, person, password };
    told(&give(site, Arc::new(command), actor())?)?;
    out::line(&format!("{login}: {made}"));
    Ok(())
}
