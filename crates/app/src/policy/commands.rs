//! Changing the figures in force: proposed by one person, confirmed by another, from a moment on.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Environment, Partition, Timestamp};
use zaiton_policies::{self as policies, Event, PolicyId, PolicyRefusal, PolicyVersion, State};

use super::{Book, Named};
use crate::declare::command;
use crate::names::hashed;

/// Where policies lie.
fn partition_of(environment: Environment) -> Partition {
    Partition::new(environment, hashed("platform", "policies"))
}

/// A version as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PolicyReply {
    /// Its id.
    pub policy: PolicyId,
    /// How far it is.
    pub state: State,
}

/// Rule R5-31. The figures are in range with this version, from its moment on and with each version that comes after it. Two
/// versions that are confirmed within the same beat of the lanes are each checked without the other.
fn in_range(unit: &Unit<'_>, from: Timestamp, subject: &str, named: &Named) -> Result<(), Stop> {
    let book = unit.reference::<Book>().unwrap_or_default();
    let error = |error: String| PolicyRefusal::Figures { error: error.chars().take(200).collect() };
    if named.is_empty() {
        return Err(error("none named".to_owned()).into());
    }
    let held = book.may_hold(unit.environment(), from, subject, named).map_err(error)?;
    held.map_err(|refusal| Stop::from(*refusal))
}

command! {
    /// Rule R5-31. Propose a change of one context's figures, from a moment on.
    pub struct ProposePolicy("policy.propose") {
        /// The figures to change by their names in [`zaiton_prepaid::PrepaidPolicy`]; what is not named stays.
        #[serde(default, skip_serializing_if = "Named::is_empty")]
        pub prepaid: Named,
        /// From when they hold, at least five minutes ahead.
        pub valid_from: Timestamp,
        /// Why.
        pub reason: String,
        /// The figures of reviews to change, by their names in [`zaiton_reviews::ReviewPolicy`], instead of prepaid ones.
        #[serde(default, skip_serializing_if = "Named::is_empty")]
        pub reviews: Named,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> PolicyReply { self.propose(unit) }
}

impl ProposePolicy {
    /// A version is of one context's figures: two that change have two versions, and are decided each for itself.
    fn one_subject(&self) -> Result<(&'static str, &Named), Stop> {
        let named = [(super::PREPAID, &self.prepaid), (super::REVIEWS, &self.reviews)];
        let mut given = named.into_iter().filter(|(_, named)| !named.is_empty());
        match (given.next(), given.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Err(PolicyRefusal::Figures { error: "none named".to_owned() }.into()),
            (Some(_), Some(_)) => {
                Err(PolicyRefusal::Figures { error: "figures of one subject at a time".to_owned() }.into())
            }
        }
    }

    fn propose(&self, unit: &mut Unit<'_>) -> Result<PolicyReply, Stop> {
        policies::propose(self.valid_from, &self.reason, unit.now())?;
        let (subject, named) = self.one_subject()?;
        in_range(unit, self.valid_from, subject, named)?;
        let id: PolicyId = unit.new_id();
        let version = PolicyVersion {
            id,
            subject: subject.to_owned(),
            figures: serde_json::to_string(named).expect("figures are JSON"),
            valid_from: self.valid_from,
            maker: unit.actor().name().to_owned(),
            reason: self.reason.clone(),
            state: State::Proposed,
        };
        unit.emit(id, &Event::Proposed { subject: version.subject.clone(), valid_from: self.valid_from });
        unit.insert(version);
        Ok(PolicyReply { policy: id, state: State::Proposed })
    }
}

fn named(version: &PolicyVersion) -> Result<Named, PolicyRefusal> {
    serde_json::from_str(&version.figures)
        .map_err(|error| PolicyRefusal::Figures { error: error.to_string() })
}

/// Decides about a version; one that is to hold is looked at once more.
fn change(unit: &mut Unit<'_>, id: PolicyId, command: policies::Command) -> Result<PolicyReply, Stop> {
    let mut version = unit.load::<PolicyVersion>(id)?;
    if let Some(event) = policies::decide(&version, command, unit.now())? {
        if matches!(event, Event::Confirmed { .. }) {
            in_range(unit, version.valid_from, &version.subject, &named(&version)?)?;
        }
        version.apply(&event);
        unit.emit(id, &event);
    }
    let reply = PolicyReply { policy: id, state: version.state.clone() };
    unit.save(version);
    Ok(reply)
}

command! {
    /// Rules R5-03, R5-31. A second person lets it hold from its moment on.
    pub struct ConfirmPolicy("policy.confirm") {
        /// The version.
        pub policy: PolicyId,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> PolicyReply {
        let checker = unit.actor().name().to_owned();
        change(unit, self.policy, policies::Command::Confirm { checker })
    }
}

command! {
    /// Rule R5-31. It is not to hold.
    pub struct DropPolicy("policy.drop") {
        /// The version.
        pub policy: PolicyId,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> PolicyReply {
        let by = unit.actor().name().to_owned();
        change(unit, self.policy, policies::Command::Drop { by })
    }
}
