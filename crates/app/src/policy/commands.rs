//! Changing the figures in force: proposed by one person, confirmed by another, from a moment on.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Command, Stop, Unit};
use zaiton_kernel::{Environment, Partition, Timestamp};
use zaiton_policies::{self as policies, Event, PolicyId, PolicyVersion, State};
use zaiton_prepaid::PrepaidPolicy;

use crate::names::hashed;

/// Where policies lie.
fn partition_of(environment: Environment) -> Partition {
    Partition::new(environment, hashed("platform", "policies"))
}

/// A version as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyReply {
    /// Its id.
    pub policy: PolicyId,
    /// How far it is.
    pub state: State,
}

/// Rule R5-31. Propose prepaid figures: all of them, from a moment on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposePolicy {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// The figures; what is not named has its default.
    pub prepaid: PrepaidPolicy,
    /// From when they hold, at least five minutes ahead.
    pub valid_from: Timestamp,
    /// Why.
    pub reason: String,
}

impl Command for ProposePolicy {
    type Reply = PolicyReply;
    const NAME: &'static str = "policy.propose";

    fn partition(&self) -> Partition {
        partition_of(self.environment)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<PolicyReply, Stop> {
        policies::propose(self.valid_from, &self.reason, unit.now())?;
        self.prepaid.check()?;
        let id: PolicyId = unit.new_id();
        let version = PolicyVersion {
            id,
            subject: super::PREPAID.to_owned(),
            figures: serde_json::to_string(&self.prepaid).expect("figures are JSON"),
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

macro_rules! policy_command {
    ($(#[$doc:meta])* $name:ident, $text:literal, |$person:ident| $command:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Live or sandbox.
            #[serde(default)]
            pub environment: Environment,
            /// The version.
            pub policy: PolicyId,
        }

        impl Command for $name {
            type Reply = PolicyReply;
            const NAME: &'static str = $text;

            fn partition(&self) -> Partition {
                partition_of(self.environment)
            }

            fn run(&self, unit: &mut Unit<'_>) -> Result<PolicyReply, Stop> {
                let mut version = unit.load::<PolicyVersion>(self.policy)?;
                let $person = unit.actor().name().to_owned();
                if let Some(event) = policies::decide(&version, $command, unit.now())? {
                    version.apply(&event);
                    unit.emit(self.policy, &event);
                }
                let reply = PolicyReply { policy: self.policy, state: version.state.clone() };
                unit.save(version);
                Ok(reply)
            }
        }
    };
}

policy_command!(
    /// Rules R5-03, R5-31. A second person lets it hold from its moment on.
    ConfirmPolicy,
    "policy.confirm",
    |checker| policies::Command::Confirm { checker }
);
policy_command!(
    /// Rule R5-31. It is not to hold.
    DropPolicy,
    "policy.drop",
    |by| policies::Command::Drop { by }
);
