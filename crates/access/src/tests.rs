//! Tests of roles and permissions: who may do what, to whom it reaches, and that no permission is without its people.

use zaiton_boundary as boundary;
use zaiton_kernel::Refusal;

use super::*;

const MINE: Owner = 7;
const OTHERS: Owner = 8;

fn person(roles: &[Role]) -> Held {
    Held::Roles(roles.iter().copied().collect())
}

fn code(refused: Result<(), AccessRefusal>) -> Option<String> {
    refused.err().map(|refusal| Refusal::from(refusal).code.into_owned())
}

#[test]
fn a_member_reaches_its_own_merchant_and_no_other() {
    let caller = Caller::new("pe_1", Kind::Person).of_merchant(MINE, person(&[Role::MerchantFinance]));
    assert_eq!(caller.may(Permission::WithdrawalAsk, MINE), Ok(()));
    boundary::inside("R5-02", "a merchant's finance asks for its own withdrawal");
    assert_eq!(code(caller.may(Permission::WithdrawalAsk, OTHERS)).as_deref(), Some("access.not_permitted"));
    assert_eq!(code(caller.may(Permission::MoneyRead, OTHERS)).as_deref(), Some("access.not_permitted"));
    boundary::outside("R5-02", "nothing of another merchant, not even to look at");
    assert!(code(caller.may_platform(Permission::MoneyRead)).is_some(), "nor of the platform");
    assert!(code(caller.may(Permission::PromotionManage, MINE)).is_some(), "nor beyond its role");
}

#[test]
fn roles_count_on_their_own_side_only() {
    let odd = Caller::new("pe_1", Kind::Person)
        .of_platform(person(&[Role::MerchantOwner]))
        .of_merchant(MINE, person(&[Role::FinanceLead]));
    for permission in Permission::ALL {
        assert!(odd.reach(*permission).is_err(), "{permission}");
    }
}

#[test]
fn who_only_looks_changes_nothing() {
    let auditor = Caller::new("pe_1", Kind::Person).of_platform(person(&[Role::Auditor]));
    let viewer = Caller::new("pe_2", Kind::Person).of_merchant(MINE, person(&[Role::MerchantViewer]));
    for permission in Permission::ALL {
        assert_eq!(auditor.may_platform(*permission).is_ok(), permission.is_reading(), "{permission}");
        if !permission.is_reading() {
            assert!(viewer.may(*permission, MINE).is_err(), "{permission}");
        }
    }
}

#[test]
fn what_needs_a_person_is_given_to_no_key_and_no_machine() {
    let all: std::collections::BTreeSet<Permission> = Permission::ALL.iter().copied().collect();
    let key = Caller::new("ak_1", Kind::Key).of_platform(Held::Scopes(all.clone()));
    let machine = Caller::new("api", Kind::Machine);
    for permission in Permission::ALL {
        let refused = code(key.may_platform(*permission));
        if permission.is_for_people() {
            assert_eq!(refused.as_deref(), Some("access.needs_person"), "{permission}");
            assert_eq!(code(machine.may_platform(*permission)).as_deref(), Some("access.needs_person"));
        } else {
            assert_eq!(refused.is_none(), permission.is_of_side(Side::Platform), "{permission}");
            assert_eq!(machine.may_platform(*permission), Ok(()));
        }
    }
    boundary::outside("R5-03", "a key with every scope confirms nothing");
    let lead = Caller::new("pe_1", Kind::Person).of_platform(person(&[Role::FinanceLead]));
    assert_eq!(lead.may_platform(Permission::WithdrawalFinance), Ok(()));
    boundary::inside("R5-03", "a person with the role confirms");
    let admin = Caller::new("pe_2", Kind::Person).of_platform(person(&[Role::Admin]));
    assert!(admin.may_platform(Permission::WithdrawalFinance).is_err(), "administrators are not exempt");
    let of_merchant = Caller::new("ak_2", Kind::Key).of_merchant(MINE, Held::Scopes(all));
    assert_eq!(of_merchant.may(Permission::WithdrawalAsk, MINE), Ok(()));
    assert!(
        of_merchant.may(Permission::BankRead, MINE).is_err(),
        "no scope makes a merchant's key the platform's"
    );
}

#[test]
fn every_permission_has_its_people_and_every_role_its_work() {
    for permission in Permission::ALL {
        assert!(permission.roles().next().is_some(), "{permission}");
        assert!(!permission.text().zh.is_empty() && !permission.text().en.is_empty());
        let json = serde_json::to_string(permission).unwrap();
        assert_eq!(json, format!("\"{permission}\""));
    }
    for role in Role::ALL {
        assert!(Permission::ALL.iter().any(|permission| permission.is_of(*role)), "{role}");
        assert_eq!(serde_json::to_string(role).unwrap(), format!("\"{role}\""));
    }
}
