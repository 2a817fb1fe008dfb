//! Proving that somebody reads an address or a number: a code is sent there, and told back (R1-04). Never sends, and never
//! keeps a code: it is worked out anew from the installation's key.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Command, Doc, Stop, Unit};
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_notices::Channel;
use zaiton_notices::contact::{self, CodeRules, ContactPoint, ContactPointId, ContactRefusal};
use zaiton_onboarding::{Merchant, MerchantId};
use zaiton_prepaid::PrepaidPolicy;

use super::partition_of;
use crate::declare::command;
use crate::notices::Outlets;
use crate::policy;

/// The calling code of a number that names no country.
const HOME: &str = "86";
/// Kind of the natural key: an address or a number of a merchant.
const CONTACT_KEY: &str = "contact_point";
/// The effect that sends a code.
pub const CODE_EFFECT: &str = "contact_code";

/// How long one attempt at a code may take, in seconds.
const CODE_LEASE: i64 = 60;

/// To which contact point a code is to be sent. The code itself is in no record: whoever sends it works it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SendCode {
    /// The contact point.
    pub contact_point: ContactPointId,
    /// Which of its codes.
    pub number: u32,
}

/// Rule R1-04. The figures of codes.
#[must_use]
pub fn code_rules(policy: &PrepaidPolicy) -> CodeRules {
    CodeRules {
        minutes: policy.code_minutes,
        tries: policy.code_tries,
        wait_seconds: policy.code_wait_seconds,
        per_day: policy.codes_per_day,
    }
}

/// A contact point as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ContactReply {
    /// Its id.
    pub contact_point: ContactPointId,
    /// How far it is.
    pub state: contact::State,
}

fn find(unit: &mut Unit<'_>, to: &str) -> Result<Option<Doc<ContactPoint>>, Stop> {
    match unit.lookup(CONTACT_KEY, to)? {
        Some(id) => unit.find(ContactPointId::from_raw(id)),
        None => Ok(None),
    }
}

/// Whether a code was told back from an address or a number of this merchant.
pub(super) fn is_verified(unit: &mut Unit<'_>, way: &str) -> Result<bool, Stop> {
    let Some((_, to)) = contact::plain(way) else { return Ok(false) };
    Ok(find(unit, &to)?.is_some_and(|point| point.is_verified()))
}

command! {
    /// Rule R1-04. Have a code sent to an address or a number.
    pub struct AskContactCode("prepaid.ask_contact_code") of merchant {
        /// E-mail address or mobile number.
        pub contact: String,
    }

    fn run(&self, unit) -> ContactReply { self.ask(unit) }
}

impl AskContactCode {
    fn ask(&self, unit: &mut Unit<'_>) -> Result<ContactReply, Stop> {
        let (channel, to) = contact::plain(&self.contact).ok_or(ContactRefusal::Malformed {})?;
        // Rule R5-13. No code is sent to a number that cannot be.
        if channel == Channel::Sms {
            zaiton_checks::phone::phone(&to, HOME)?;
        }
        unit.load::<Merchant>(self.merchant)?;
        let rules = code_rules(&policy::prepaid(unit));
        let known = find(unit, &to)?;
        let mut point = match &known {
            Some(known) => (**known).clone(),
            None => ContactPoint::unasked(unit.new_id(), channel, to.clone()),
        };
        let decision = contact::decide(&point, contact::Command::Ask, &rules, unit.now(), unit.today())?;
        for event in &decision.events {
            point.apply(event);
            unit.emit(point.id, event);
            let asked = SendCode { contact_point: point.id, number: point.codes };
            if Outlets::of(unit).has(channel) {
                unit.long_effect(CODE_EFFECT, &asked, CODE_LEASE);
            } else {
                unit.waiting_long_effect(CODE_EFFECT, &asked, CODE_LEASE);
            }
        }
        let reply = ContactReply { contact_point: point.id, state: point.state };
        match known {
            Some(mut known) => {
                if !decision.is_already() {
                    *known = point;
                }
                unit.save(known);
            }
            None => {
                unit.claim(CONTACT_KEY, &to, point.id)?;
                unit.insert(point);
            }
        }
        Ok(reply)
    }
}

/// Rule R1-04. Tell the code that came there. A wrong one is counted.
#[derive(Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmContact {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// Whose.
    pub merchant: MerchantId,
    /// E-mail address or mobile number.
    pub contact: String,
    /// The six digits.
    pub code: String,
}

impl std::fmt::Debug for ConfirmContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfirmContact").field("merchant", &self.merchant).finish_non_exhaustive()
    }
}

impl Command for ConfirmContact {
    type Reply = ContactReply;
    const NAME: &'static str = "prepaid.confirm_contact";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.merchant)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<ContactReply, Stop> {
        let (_, to) = contact::plain(&self.contact).ok_or(ContactRefusal::Malformed {})?;
        let mut point = find(unit, &to)?.ok_or(ContactRefusal::NoCode {})?;
        let rules = code_rules(&policy::prepaid(unit));
        let matches = unit.is_code(point.id, point.codes, self.code.trim());
        let command = contact::Command::Confirm { matches };
        let decision = contact::decide(&point, command, &rules, unit.now(), unit.today())?;
        let mut wrong = None;
        for event in &decision.events {
            point.apply(event);
            unit.emit(point.id, event);
            if matches!(event, contact::Event::CodeWrong { .. }) {
                wrong = Some(point.wrong(&rules));
            }
        }
        let reply = ContactReply { contact_point: point.id, state: point.state };
        unit.save(point);
        match wrong {
            Some(refusal) => Err(Stop::denied(refusal)),
            None => Ok(reply),
        }
    }
}
