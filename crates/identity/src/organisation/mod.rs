//! An organisation: the platform itself or a merchant, with its members, their roles, and who was invited. It always has somebody
//! who can give roles. Never knows what a role may do, and never sees an invitation's token.

mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use zaiton_access::{Role, Side};
use zaiton_kernel::Timestamp;

pub use decide::{Command, CommandKind, allowed, decide};
pub use event::Event;
pub use refusal::OrganisationRefusal;

use crate::person::{PersonId, Tongue};

zaiton_kernel::define_id!(
    /// The id of an organisation.
    OrganisationId,
    "og"
);

zaiton_kernel::define_id!(
    /// The id of an invitation.
    InvitationId,
    "iv"
);

/// Members of an organisation, at most.
pub const MEMBERS: usize = 500;
/// Invitations that are open at once, at most.
pub const INVITATIONS: usize = 100;
/// How long an invitation is good for, in seconds.
pub const INVITATION_SECONDS: i64 = 7 * 86_400;

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// Its roles, one at least.
    pub roles: BTreeSet<Role>,
    /// Since when.
    pub since: Timestamp,
    /// Who let it in.
    pub by: String,
}

/// Somebody was asked to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whose it is once it comes.
    pub person: PersonId,
    /// Where it was sent: the login of whoever comes.
    pub address: String,
    /// In which language.
    pub tongue: Tongue,
    /// The roles that it will have.
    pub roles: BTreeSet<Role>,
    /// When.
    pub at: Timestamp,
    /// From then on it is worth nothing.
    pub until: Timestamp,
    /// Who asked.
    pub by: String,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Whose: the platform (1) or a merchant, by its raw id.
    pub owner: i64,
    /// The platform's or a merchant's.
    pub side: Side,
    /// Its members, in the order in which they came.
    pub members: Vec<Member>,
    /// Invitations that nobody has taken yet.
    pub invitations: Vec<Invitation>,
}

impl Organisation {
    /// One without members.
    #[must_use]
    pub fn empty(id: OrganisationId, owner: i64, side: Side) -> Self {
        Self { id, owner, side, members: Vec::new(), invitations: Vec::new() }
    }

    /// The role without which it could not be led.
    #[must_use]
    pub const fn leading(&self) -> Role {
        match self.side {
            Side::Platform => Role::Admin,
            Side::Merchant => Role::MerchantOwner,
        }
    }

    /// A member.
    #[must_use]
    pub fn member(&self, person: PersonId) -> Option<&Member> {
        self.members.iter().find(|member| member.person == person)
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Invited { invitation } => {
                self.invitations.retain(|known| known.person != invitation.person);
                self.invitations.push(invitation.clone());
            }
            Event::InvitationWithdrawn { invitation } => {
                self.invitations.retain(|known| known.id != *invitation)
            }
            Event::Joined { member, invitation } => {
                self.invitations.retain(|known| Some(known.id) != *invitation);
                self.members.push(member.clone());
            }
            Event::RolesChanged { person, roles } => {
                for member in self.members.iter_mut().filter(|member| member.person == *person) {
                    member.roles.clone_from(roles);
                }
            }
            Event::Removed { person } => self.members.retain(|member| member.person != *person),
        }
    }
}
