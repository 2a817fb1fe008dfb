//! People, sessions, organisations and keys (R5-01 to R5-04). Passwords come hashed and checked, tokens as their SHA-256, secrets
//! sealed: whoever calls the inner commands did that. Events say who and what, never a hash, a secret or an address.
//!
//! `people.rs` a person's record; `sessions.rs` its sessions; `organisation.rs` who is a member of what; `keys.rs` keys of programs.

mod keys;
mod organisation;
mod people;
mod sessions;

use zaiton_engine::{Stop, Unit};
use zaiton_identity::{OrganisationId, Person, PersonId, person};
use zaiton_kernel::{Environment, Id, Partition};

pub use keys::{MakeKey, RevokeKey, UseNonce, key_partition};
pub use organisation::{
    AcceptInvitation, Admit, ChangeRoles, INVITATION_EFFECT, Invite, MemberReply, RemoveMember,
    SendInvitation, WithdrawInvitation, organisation_partition,
};
pub use people::{
    AskLink, BlockPerson, ChangePassword, ConfirmSecond, CreatePerson, DropSecond, Guess, JoinOwner,
    LINK_EFFECT, LeaveOwner, OfferSecond, SendLink, UnblockPerson, UseLink,
};
pub use sessions::{CloseSession, ForgetSession, OpenSession, SeeSession, SessionReply};

use crate::names::hashed;

/// The owner of the platform's own organisation: the platform's partition.
pub const PLATFORM: i64 = 1;

/// The id of whoever has a login.
#[must_use]
pub fn person_id(login: &str) -> PersonId {
    PersonId::from_raw(hashed("person", &person::normal_login(login)))
}

/// The id of an owner's organisation.
#[must_use]
pub fn organisation_id(owner: i64) -> OrganisationId {
    OrganisationId::from_raw(hashed("organisation", &owner.to_string()))
}

/// Where a person and its sessions lie.
#[must_use]
pub fn partition_of(environment: Environment, person: PersonId) -> Partition {
    Partition::new(environment, person.raw())
}

/// Decides about a person, applies, emits.
fn change(
    unit: &mut Unit<'_>,
    id: PersonId,
    command: person::Command,
) -> Result<(Person, Vec<person::Event>), Stop> {
    let mut record = unit.load::<Person>(id)?;
    let events = person::decide(&record, command, unit.now())?.events;
    for event in &events {
        record.apply(event);
        unit.emit(id, &people::told(event));
    }
    let person = (*record).clone();
    unit.save(record);
    Ok((person, events))
}
