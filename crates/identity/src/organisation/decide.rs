//! What an organisation answers to each command. Whether whoever asks may is not its business; that nobody raises itself is.

use std::collections::BTreeSet;

use zaiton_access::Role;
use zaiton_kernel::{Allowed, Decision, Timestamp};

use super::{
    Event, INVITATION_SECONDS, INVITATIONS, Invitation, InvitationId, MEMBERS, Member, Organisation,
    OrganisationRefusal,
};
use crate::person::{PersonId, Tongue, is_address};

/// A command to an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A member, by whoever runs the machine. The first of all must be able to lead.
    Admit {
        /// Who.
        person: PersonId,
        /// Its roles.
        roles: BTreeSet<Role>,
        /// Who says so.
        by: String,
    },
    /// Ask somebody to come.
    Invite {
        /// The invitation's id.
        id: InvitationId,
        /// Whose id it is once it comes.
        person: PersonId,
        /// Its login.
        address: String,
        /// In which language.
        tongue: Tongue,
        /// Its roles.
        roles: BTreeSet<Role>,
        /// Who asks.
        by: String,
    },
    /// Nobody needs to come any more.
    WithdrawInvitation {
        /// Which.
        invitation: InvitationId,
    },
    /// Somebody takes an invitation.
    Accept {
        /// Which.
        invitation: InvitationId,
        /// Who came in.
        person: PersonId,
    },
    /// Other roles.
    ChangeRoles {
        /// Whose.
        person: PersonId,
        /// All that it is to have.
        roles: BTreeSet<Role>,
        /// Who says so.
        by: String,
    },
    /// No member any more: also by oneself.
    Remove {
        /// Who.
        person: PersonId,
    },
}

/// The commands of people, without what they carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandKind {
    /// [`Command::Invite`].
    Invite,
    /// [`Command::WithdrawInvitation`].
    WithdrawInvitation,
    /// [`Command::ChangeRoles`].
    ChangeRoles,
    /// [`Command::Remove`].
    Remove,
}

/// Which commands make sense now.
#[must_use]
pub fn allowed(organisation: &Organisation) -> Vec<Allowed<CommandKind, OrganisationRefusal>> {
    let full = organisation.members.len() >= MEMBERS || organisation.invitations.len() >= INVITATIONS;
    let invite = full.then_some(OrganisationRefusal::TooMany { most: MEMBERS });
    let withdraw = organisation.invitations.is_empty().then_some(OrganisationRefusal::NoInvitation {});
    vec![
        Allowed { command: CommandKind::Invite, refusal: invite },
        Allowed { command: CommandKind::WithdrawInvitation, refusal: withdraw },
        Allowed { command: CommandKind::ChangeRoles, refusal: None },
        Allowed { command: CommandKind::Remove, refusal: None },
    ]
}

/// Rules R5-01 to R5-03. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(
    organisation: &Organisation,
    command: Command,
    now: Timestamp,
) -> Result<Decision<Event>, OrganisationRefusal> {
    match command {
        Command::Admit { person, roles, by } => admit(organisation, person, roles, by, now),
        Command::Invite { id, person, address, tongue, roles, by } => {
            let until = now.plus_seconds(INVITATION_SECONDS);
            let invitation = Invitation { id, person, address, tongue, roles, at: now, until, by };
            invite(organisation, invitation)
        }
        Command::WithdrawInvitation { invitation } => {
            let known = organisation.invitations.iter().any(|known| known.id == invitation);
            if !known {
                return Err(OrganisationRefusal::NoInvitation {});
            }
            Ok(Decision::one(Event::InvitationWithdrawn { invitation }))
        }
        Command::Accept { invitation, person } => accept(organisation, invitation, person, now),
        Command::ChangeRoles { person, roles, by } => change_roles(organisation, person, roles, &by),
        Command::Remove { person } => {
            let member = organisation.member(person).ok_or(OrganisationRefusal::NoMember { person })?;
            leads_on(organisation, member, None)?;
            Ok(Decision::one(Event::Removed { person }))
        }
    }
}

fn roles_fit(organisation: &Organisation, roles: &BTreeSet<Role>) -> Result<(), OrganisationRefusal> {
    let of = organisation.side;
    if roles.is_empty() || roles.iter().any(|role| role.side() != of) {
        let known: Vec<&str> =
            Role::ALL.iter().filter(|role| role.side() == of).map(|role| role.name()).collect();
        return Err(OrganisationRefusal::WrongRoles { roles: known.join(", ") });
    }
    Ok(())
}

fn admit(
    organisation: &Organisation,
    person: PersonId,
    roles: BTreeSet<Role>,
    by: String,
    now: Timestamp,
) -> Result<Decision<Event>, OrganisationRefusal> {
    roles_fit(organisation, &roles)?;
    if organisation.member(person).is_some() {
        return Err(OrganisationRefusal::MemberAlready { person });
    }
    if organisation.members.len() >= MEMBERS {
        return Err(OrganisationRefusal::TooMany { most: MEMBERS });
    }
    if organisation.members.is_empty() && !roles.contains(&organisation.leading()) {
        return Err(OrganisationRefusal::LastLeader { role: organisation.leading() });
    }
    Ok(Decision::one(Event::Joined { member: Member { person, roles, since: now, by }, invitation: None }))
}

fn invite(
    organisation: &Organisation,
    invitation: Invitation,
) -> Result<Decision<Event>, OrganisationRefusal> {
    let person = invitation.person;
    if !is_address(&invitation.address) {
        return Err(OrganisationRefusal::NoAddress { address: invitation.address });
    }
    roles_fit(organisation, &invitation.roles)?;
    if organisation.member(person).is_some() {
        return Err(OrganisationRefusal::MemberAlready { person });
    }
    let others = organisation.invitations.iter().filter(|known| known.person != person).count();
    if others >= INVITATIONS {
        return Err(OrganisationRefusal::TooMany { most: INVITATIONS });
    }
    if organisation.members.len() >= MEMBERS {
        return Err(OrganisationRefusal::TooMany { most: MEMBERS });
    }
    Ok(Decision::one(Event::Invited { invitation }))
}

fn accept(
    organisation: &Organisation,
    invitation: InvitationId,
    person: PersonId,
    now: Timestamp,
) -> Result<Decision<Event>, OrganisationRefusal> {
    let known =
        organisation.invitations.iter().find(|known| known.id == invitation && known.person == person);
    let known = known.ok_or(OrganisationRefusal::NoInvitation {})?;
    if now >= known.until {
        return Err(OrganisationRefusal::InvitationOver { until: known.until });
    }
    if organisation.members.len() >= MEMBERS {
        return Err(OrganisationRefusal::TooMany { most: MEMBERS });
    }
    let member = Member { person, roles: known.roles.clone(), since: now, by: known.by.clone() };
    Ok(Decision::one(Event::Joined { member, invitation: Some(invitation) }))
}

fn change_roles(
    organisation: &Organisation,
    person: PersonId,
    roles: BTreeSet<Role>,
    by: &str,
) -> Result<Decision<Event>, OrganisationRefusal> {
    let member = organisation.member(person).ok_or(OrganisationRefusal::NoMember { person })?;
    if by == person.to_string() {
        return Err(OrganisationRefusal::OwnRoles {});
    }
    roles_fit(organisation, &roles)?;
    if member.roles == roles {
        return Ok(Decision::already());
    }
    leads_on(organisation, member, Some(&roles))?;
    Ok(Decision::one(Event::RolesChanged { person, roles }))
}

/// Somebody else can still manage people once this member is gone or has other roles.
fn leads_on(
    organisation: &Organisation,
    member: &Member,
    roles: Option<&BTreeSet<Role>>,
) -> Result<(), OrganisationRefusal> {
    let role = organisation.leading();
    let keeps = roles.is_some_and(|roles| roles.contains(&role));
    let mut others = organisation.members.iter().filter(|other| other.person != member.person);
    if member.roles.contains(&role) && !keeps && !others.any(|other| other.roles.contains(&role)) {
        return Err(OrganisationRefusal::LastLeader { role });
    }
    Ok(())
}
