//! Tests of organisations: nobody raises itself, somebody can always manage people, invitations end. Boundaries of R5-02.

use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;
use crate::person::tests::at;

fn id(raw: i64) -> PersonId {
    PersonId::from_raw(raw)
}

fn roles(of: &[Role]) -> BTreeSet<Role> {
    of.iter().copied().collect()
}

fn give(organisation: &mut Organisation, command: Command, now: Timestamp) -> Option<String> {
    match decide(organisation, command, now) {
        Err(refusal) => Some(Refusal::from(refusal).code.into_owned()),
        Ok(decision) => {
            decision.events.iter().for_each(|event| organisation.apply(event));
            None
        }
    }
}

fn invite(raw: i64, of: &[Role]) -> Command {
    Command::Invite {
        id: InvitationId::from_raw(100 + raw),
        person: id(raw),
        address: format!("p{raw}@zaiton.example"),
        tongue: Tongue::English,
        roles: roles(of),
        by: id(1).to_string(),
    }
}

fn founded() -> Organisation {
    let mut organisation = Organisation::empty(OrganisationId::from_raw(9), 1, Side::Platform);
    let found = |of: &[Role]| Command::Admit { person: id(1), roles: roles(of), by: "cli".into() };
    let refused = give(&mut organisation, found(&[Role::Finance]), at(0));
    assert_eq!(refused.as_deref(), Some("identity.organisation.last_leader"));
    assert_eq!(give(&mut organisation, found(&[Role::Admin]), at(0)), None);
    assert_eq!(
        give(&mut organisation, found(&[Role::Admin]), at(0)).as_deref(),
        Some("identity.organisation.member_already")
    );
    organisation
}

#[test]
fn an_invitation_ends_and_is_for_one_person() {
    let mut organisation = founded();
    assert_eq!(give(&mut organisation, invite(2, &[Role::Finance]), at(0)), None);
    let accept = |person| Command::Accept { invitation: InvitationId::from_raw(102), person: id(person) };
    let refused = give(&mut organisation.clone(), accept(3), at(1));
    assert_eq!(refused.as_deref(), Some("identity.organisation.no_invitation"));
    let refused = give(&mut organisation.clone(), accept(2), at(INVITATION_SECONDS));
    assert_eq!(refused.as_deref(), Some("identity.organisation.invitation_over"));
    boundary::outside("R5-02", "nobody comes by another's invitation, nor by one that is over");
    assert_eq!(give(&mut organisation, accept(2), at(INVITATION_SECONDS - 1)), None);
    boundary::inside("R5-02", "who was invited comes, with the roles that were said");
    assert_eq!(organisation.member(id(2)).unwrap().roles, roles(&[Role::Finance]));
    assert!(organisation.invitations.is_empty());
    let again = give(&mut organisation, accept(2), at(1));
    assert_eq!(again.as_deref(), Some("identity.organisation.no_invitation"));
    let again = give(&mut organisation, invite(2, &[Role::Risk]), at(1));
    assert_eq!(again.as_deref(), Some("identity.organisation.member_already"));
}

#[test]
fn roles_are_of_the_side_and_never_ones_own_to_change() {
    let mut organisation = founded();
    for of in [&[][..], &[Role::MerchantOwner][..], &[Role::Finance, Role::MerchantViewer][..]] {
        let refused = give(&mut organisation, invite(2, of), at(0));
        assert_eq!(refused.as_deref(), Some("identity.organisation.wrong_roles"));
    }
    let bare = Command::Invite {
        id: InvitationId::from_raw(1),
        person: id(2),
        address: "admin".into(),
        tongue: Tongue::Chinese,
        roles: roles(&[Role::Risk]),
        by: String::new(),
    };
    assert_eq!(give(&mut organisation, bare, at(0)).as_deref(), Some("identity.organisation.no_address"));
    let change = |person, of: &[Role], by: i64| Command::ChangeRoles {
        person: id(person),
        roles: roles(of),
        by: id(by).to_string(),
    };
    let own = give(&mut organisation, change(1, &[Role::Admin, Role::FinanceLead], 1), at(0));
    assert_eq!(own.as_deref(), Some("identity.organisation.own_roles"));
    boundary::outside("R5-03", "nobody gives itself a role");
    let nobody = give(&mut organisation, change(5, &[Role::Risk], 1), at(0));
    assert_eq!(nobody.as_deref(), Some("identity.organisation.no_member"));
}

#[test]
fn somebody_can_always_manage_people() {
    let mut organisation = founded();
    assert_eq!(give(&mut organisation, invite(2, &[Role::Finance]), at(0)), None);
    let accept = Command::Accept { invitation: InvitationId::from_raw(102), person: id(2) };
    assert_eq!(give(&mut organisation, accept, at(0)), None);
    let change = |person, of: &[Role], by: i64| Command::ChangeRoles {
        person: id(person),
        roles: roles(of),
        by: id(by).to_string(),
    };
    let last = Some("identity.organisation.last_leader".to_owned());
    assert_eq!(give(&mut organisation, Command::Remove { person: id(1) }, at(0)), last);
    assert_eq!(give(&mut organisation, change(1, &[Role::Finance], 2), at(0)), last);
    boundary::outside("R5-02", "the last administrator stays one");
    assert_eq!(give(&mut organisation, change(2, &[Role::Admin], 1), at(0)), None);
    assert_eq!(give(&mut organisation, change(2, &[Role::Admin], 1), at(0)), None, "already so");
    assert_eq!(give(&mut organisation, Command::Remove { person: id(1) }, at(0)), None);
    boundary::inside("R5-02", "one of two may go");
    assert_eq!(give(&mut organisation, Command::Remove { person: id(2) }, at(0)), last);
}

#[test]
fn there_is_an_end_to_invitations() {
    let mut organisation = founded();
    for raw in 0..i64::try_from(INVITATIONS).unwrap() {
        assert_eq!(give(&mut organisation, invite(1_000 + raw, &[Role::Risk]), at(0)), None);
    }
    let refused = give(&mut organisation, invite(5_000, &[Role::Risk]), at(0));
    assert_eq!(refused.as_deref(), Some("identity.organisation.too_many"));
    assert_eq!(give(&mut organisation, invite(1_000, &[Role::Legal]), at(0)), None, "the same person anew");
    assert_eq!(organisation.invitations.len(), INVITATIONS);
    let invitation = organisation.invitations[0].id;
    assert_eq!(give(&mut organisation, Command::WithdrawInvitation { invitation }, at(0)), None);
    let again = give(&mut organisation, Command::WithdrawInvitation { invitation }, at(0));
    assert_eq!(again.as_deref(), Some("identity.organisation.no_invitation"));
    assert_eq!(allowed(&organisation).len(), 4);
}
