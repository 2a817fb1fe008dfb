//! The administrator of a new installation, and a new password for somebody who lost it. A password is shown once, on standard
//! output, and kept nowhere but as its hash.

use std::sync::Arc;

use zaiton_app::identity::{ChangePassword, CreatePerson, person_id};
use zaiton_effects::passwords;
use zaiton_engine::command::AnyCommand;
use zaiton_engine::{Actor, Outcome, Request};
use zaiton_identity::person::Role;
use zaiton_kernel::{Environment, Id};

use crate::cli::{Failure, actor, told};
use crate::out;
use crate::site::Site;

/// The login of the first administrator.
const FIRST: &str = "admin";

fn world(error: impl ToString) -> Failure {
    Failure::World(error.to_string())
}

fn give(site: &Site, command: Arc<dyn AnyCommand>, by: Actor) -> Result<Outcome, Failure> {
    let (token, _) = passwords::token().map_err(world)?;
    Ok(site.engine.call(Request::new(command, &format!("people/{token}"), by)))
}

/// Makes the first administrator where there is nobody yet; the password it is told. Of several processes that start at once
/// one makes it.
pub(crate) fn first(site: &Site) -> Result<Option<(String, String)>, Failure> {
    if !site.queries.records("people", 0, 1)?.is_empty() {
        return Ok(None);
    }
    let made = passwords::made().map_err(world)?;
    let command = CreatePerson {
        environment: Environment::Live,
        login: FIRST.into(),
        name: "Administrator".into(),
        role: Role::Administrator,
        password: passwords::hash(&made).map_err(world)?,
    };
    match give(site, Arc::new(command), Actor::system())? {
        Outcome::Accepted { .. } => Ok(Some((FIRST.into(), made))),
        Outcome::Refused { .. } | Outcome::Denied { .. } => Ok(None),
        Outcome::Failed { detail, .. } => Err(Failure::World(detail)),
    }
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
