//! The administrator of a new installation, people after it, and a new password for somebody who lost it. A password is shown once, on standard
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

/// Makes somebody who may everything, with a password that is made, too: it is told once.
fn make(site: &Site, login: &str, name: &str, by: Actor) -> Result<(String, Outcome), Failure> {
    let made = passwords::made().map_err(world)?;
    let command = CreatePerson {
        environment: Environment::Live,
        login: login.into(),
        name: name.into(),
        role: Role::Administrator,
        password: passwords::hash(&made).map_err(world)?,
    };
    Ok((made, give(site, Arc::new(command), by)?))
}

/// Makes the first administrator where there is nobody yet; the password it is told. Of several processes that start at once
/// one makes it.
pub(crate) fn first(site: &Site) -> Result<Option<(String, String)>, Failure> {
    if !site.queries.records("people", 0, 1)?.is_empty() {
        return Ok(None);
    }
    let (made, outcome) = make(site, FIRST, "Administrator", Actor::system())?;
    match outcome {
        Outcome::Accepted { .. } => Ok(Some((FIRST.into(), made))),
        Outcome::Refused { .. } | Outcome::Denied { .. } => Ok(None),
        Outcome::Failed { detail, .. } => Err(Failure::World(detail)),
    }
}

/// Makes one more person; its password.
pub(crate) fn one_more(site: &Site, login: &str, name: &str) -> Result<String, Failure> {
    let (made, outcome) = make(site, login, name, actor())?;
    told(&outcome)?;
    Ok(made)
}

/// Makes one more person, and shows its password.
pub(crate) fn add(site: &Site, login: &str, name: &str, json: bool) -> Result<(), Failure> {
    let made = one_more(site, login, name)?;
    out::line(&if json {
        serde_json::json!({ "login": login, "password": made }).to_string()
    } else {
        format!("{login}: {made}")
    });
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
