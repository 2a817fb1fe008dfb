//! Who is a member of the platform or of a merchant, and with which roles (R5-02). Whether whoever asks may is asked before these
//! commands are taken; here is that nobody raises itself and that somebody can always manage people.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zaiton_access::{Role, Side};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_identity::organisation::{self, Command, Event, InvitationId, Organisation, OrganisationRefusal};
use zaiton_identity::person::{Tongue, normal_login};
use zaiton_identity::{OrganisationId, PersonId};
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_onboarding::{Merchant, MerchantId};

use super::people::{JoinOwner, LeaveOwner};
use super::{PLATFORM, organisation_id, person_id};
use crate::declare::command;
use crate::notices::letter;

/// The effect that sends an invitation.
pub const INVITATION_EFFECT: &str = "identity_invitation";

/// Which invitation is to be sent. What makes it good is in no record: whoever sends it works it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SendInvitation {
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Which.
    pub invitation: InvitationId,
}

/// What an invitation's token is worked out under.
const PURPOSE: &str = "invitation";

/// Where an owner's organisation lies: with what is live of it.
#[must_use]
pub fn organisation_partition(merchant: Option<MerchantId>) -> Partition {
    Partition::new(Environment::Live, owner(merchant))
}

fn owner(merchant: Option<MerchantId>) -> i64 {
    merchant.map_or(PLATFORM, Id::raw)
}

/// A member, as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MemberReply {
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Who.
    pub person: PersonId,
    /// The invitation, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationId>,
}

/// Addresses stay in the record.
fn told(event: &Event) -> Value {
    match event {
        Event::Invited { invitation } => json!({
            "type": "invited", "invitation": invitation.id, "person": invitation.person, "roles": invitation.roles,
        }),
        Event::InvitationWithdrawn { invitation } => {
            json!({ "type": "invitation_withdrawn", "invitation": invitation })
        }
        Event::Joined { member, .. } => {
            json!({ "type": "joined", "person": member.person, "roles": member.roles })
        }
        Event::RolesChanged { person, roles } => {
            json!({ "type": "roles_changed", "person": person, "roles": roles })
        }
        Event::Removed { person } => json!({ "type": "removed", "person": person }),
    }
}

/// The organisation of this partition, made when it is first needed.
fn load(unit: &mut Unit<'_>, merchant: Option<MerchantId>) -> Result<Doc<Organisation>, Stop> {
    let id = organisation_id(owner(merchant));
    if let Some(known) = unit.find::<Organisation>(id)? {
        return Ok(known);
    }
    let side = match merchant {
        Some(merchant) => {
            unit.load::<Merchant>(merchant)?;
            Side::Merchant
        }
        None => Side::Platform,
    };
    unit.insert(Organisation::empty(id, owner(merchant), side));
    unit.load(id)
}

fn change(
    unit: &mut Unit<'_>,
    merchant: Option<MerchantId>,
    command: Command,
) -> Result<OrganisationId, Stop> {
    let mut record = load(unit, merchant)?;
    let id = record.id;
    for event in &organisation::decide(&record, command, unit.now())?.events {
        let before = match event {
            Event::RolesChanged { person, .. } => record.member(*person).map(|member| member.roles.clone()),
            Event::Invited { .. }
            | Event::InvitationWithdrawn { .. }
            | Event::Joined { .. }
            | Event::Removed { .. } => None,
        };
        record.apply(event);
        let mut said = told(event);
        if let Some(before) = before {
            said["before"] = json!(before);
        }
        unit.emit(id, &said);
        match event {
            Event::Invited { invitation } => {
                let asked = SendInvitation { organisation: id, invitation: invitation.id };
                letter(unit, INVITATION_EFFECT, &asked);
            }
            Event::Removed { person } => {
                let owner = owner(merchant);
                unit.send(&LeaveOwner { environment: Environment::Live, person: *person, owner });
            }
            Event::Joined { member, .. } => {
                let owner = owner(merchant);
                unit.send(&JoinOwner { environment: Environment::Live, person: member.person, owner });
            }
            Event::InvitationWithdrawn { .. } | Event::RolesChanged { .. } => {}
        }
    }
    unit.save(record);
    Ok(id)
}

command! {
    /// Rule R5-02. A member of an organisation, by whoever runs the machine.
    pub struct Admit("identity.admit") {
        /// Of a merchant; of the platform where none is named.
        #[serde(default)]
        pub merchant: Option<MerchantId>,
        /// Who.
        pub person: PersonId,
        /// With which roles.
        pub roles: BTreeSet<Role>,
    }

    fn partition(&self) { organisation_partition(self.merchant) }

    fn run(&self, unit) -> MemberReply {
        let (person, roles, by) = (self.person, self.roles.clone(), unit.actor().name().to_owned());
        let organisation = change(unit, self.merchant, Command::Admit { person, roles, by })?;
        Ok(MemberReply { organisation, person, invitation: None })
    }
}

command! {
    /// Rule R5-01. Ask somebody to come, by an e-mail with a link.
    pub struct Invite("people.invite") {
        /// To a merchant; to the platform where none is named.
        #[serde(default)]
        pub merchant: Option<MerchantId>,
        /// The e-mail address, which will be the login.
        pub address: String,
        /// In which language it is written to.
        #[serde(default)]
        pub language: Tongue,
        /// The roles that it will have.
        pub roles: BTreeSet<Role>,
    }

    fn partition(&self) { organisation_partition(self.merchant) }

    fn run(&self, unit) -> MemberReply {
        let (address, person) = (normal_login(&self.address), person_id(&self.address));
        let (id, by): (InvitationId, _) = (unit.new_id(), unit.actor().name().to_owned());
        let (roles, tongue) = (self.roles.clone(), self.language);
        let command = Command::Invite { id, person, address, tongue, roles, by };
        let organisation = change(unit, self.merchant, command)?;
        Ok(MemberReply { organisation, person, invitation: Some(id) })
    }
}

command! {
    /// Rule R5-01. Nobody needs to come any more.
    pub struct WithdrawInvitation("people.withdraw_invitation") {
        /// Of a merchant; of the platform where none is named.
        #[serde(default)]
        pub merchant: Option<MerchantId>,
        /// Which.
        pub invitation: InvitationId,
    }

    fn partition(&self) { organisation_partition(self.merchant) }

    fn run(&self, unit) -> OrganisationId {
        change(unit, self.merchant, Command::WithdrawInvitation { invitation: self.invitation })
    }
}

command! {
    /// Rule R5-01. Whoever came in takes an invitation. A wrong token is told as no invitation.
    pub struct AcceptInvitation("identity.accept_invitation") {
        /// Of a merchant; of the platform where none is named.
        #[serde(default)]
        pub merchant: Option<MerchantId>,
        /// Which.
        pub invitation: InvitationId,
        /// Who came in.
        pub person: PersonId,
        /// What makes it good.
        pub token: String,
    }

    fn partition(&self) { organisation_partition(self.merchant) }

    fn run(&self, unit) -> MemberReply {
        if !unit.is_token(PURPOSE, self.invitation, 0, &self.token) {
            return Err(OrganisationRefusal::NoInvitation {}.into());
        }
        let (invitation, person) = (self.invitation, self.person);
        let organisation = change(unit, self.merchant, Command::Accept { invitation, person })?;
        Ok(MemberReply { organisation, person, invitation: Some(invitation) })
    }
}

command! {
    /// Rule R5-02. Other roles for a member. Nobody changes its own.
    pub struct ChangeRoles("people.change_roles") {
        /// Of a merchant; of the platform where none is named.
        #[serde(default)]
        pub merchant: Option<MerchantId>,
        /// Who.
        pub person: PersonId,
        /// All that it is to have.
        pub roles: BTreeSet<Role>,
    }

    fn partition(&self) { organisation_partition(self.merchant) }

    fn run(&self, unit) -> MemberReply {
        let (person, roles, by) = (self.person, self.roles.clone(), unit.actor().name().to_owned());
        let organisation = change(unit, self.merchant, Command::ChangeRoles { person, roles, by })?;
        Ok(MemberReply { organisation, person, invitation: None })
    }
}

command! {
    /// Rule R5-02. Somebody is no member any more: what it may do ends at once.
    pub struct RemoveMember("people.remove") {
        /// Of a merchant; of the platform where none is named.
        #[serde(default)]
        pub merchant: Option<MerchantId>,
        /// Who.
        pub person: PersonId,
    }

    fn partition(&self) { organisation_partition(self.merchant) }

    fn run(&self, unit) -> MemberReply {
        let person = self.person;
        let organisation = change(unit, self.merchant, Command::Remove { person })?;
        Ok(MemberReply { organisation, person, invitation: None })
    }
}
