//! What happened to an organisation. Addresses stay in the record: events are written without them.

use std::collections::BTreeSet;

use zaiton_access::Role;

use super::{Invitation, InvitationId, Member};
use crate::person::PersonId;

/// An event of an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody was asked to come; an earlier invitation of the same is gone.
    Invited {
        /// How.
        invitation: Invitation,
    },
    /// Nobody needs to come any more.
    InvitationWithdrawn {
        /// Which.
        invitation: InvitationId,
    },
    /// Somebody came.
    Joined {
        /// Who, with which roles.
        member: Member,
        /// By which invitation; the first of all comes by none.
        invitation: Option<InvitationId>,
    },
    /// Other roles.
    RolesChanged {
        /// Whose.
        person: PersonId,
        /// All that it has now.
        roles: BTreeSet<Role>,
    },
    /// Somebody is no member any more.
    Removed {
        /// Who.
        person: PersonId,
    },
}
