//! Tests of keys: what they may have, when they are over. Boundaries of R5-04.

use zaiton_access::Side;
use zaiton_boundary as boundary;
use zaiton_kernel::{Id, Refusal};

use super::*;
use crate::person::tests::at;

fn key(scopes: &[Permission]) -> ApiKey {
    ApiKey {
        id: ApiKeyId::from_raw(1),
        owner: 7,
        environment: Environment::Live,
        name: "erp".into(),
        secret: "00".into(),
        scopes: scopes.iter().copied().collect(),
        networks: Vec::new(),
        signed: false,
        expires_at: None,
        state: State::Active,
        made_at: at(0),
        made_by: "pe_1".into(),
    }
}

fn make(maker: &[Permission]) -> Command {
    let maker = maker.iter().copied().collect();
    Command::Make { side: Side::Merchant, maker, bad_network: None, others: 0 }
}

fn code(key: &ApiKey, command: Command) -> Option<String> {
    decide(key, command, at(0)).err().map(|refusal| Refusal::from(refusal).code.into_owned())
}

#[test]
fn a_key_is_over_when_it_ends_or_is_revoked() {
    let mut one = ApiKey { expires_at: Some(at(10)), ..key(&[Permission::MoneyRead]) };
    assert!(one.is_good(at(9)));
    boundary::inside("R5-04", "a second before its end a key lets in");
    assert!(!one.is_good(at(10)));
    boundary::outside("R5-04", "at its end it does not");
    for event in decide(&one, Command::Revoke { by: "pe_2".into() }, at(1)).unwrap().events {
        one.apply(&event);
    }
    assert!(!one.is_good(at(2)));
    assert!(decide(&one, Command::Revoke { by: "pe_2".into() }, at(2)).unwrap().is_already());
    assert!(is_timely(at(0), at(SIGNED_SECONDS)) && is_timely(at(SIGNED_SECONDS), at(0)));
    boundary::inside("R5-04", "five minutes off a signed request is taken");
    assert!(!is_timely(at(0), at(SIGNED_SECONDS + 1)) && !is_timely(at(SIGNED_SECONDS + 1), at(0)));
    boundary::outside("R5-04", "a second more and it is not");
}

#[test]
fn a_key_has_no_more_than_it_may() {
    let read = Permission::MoneyRead;
    assert_eq!(code(&key(&[read]), make(&[read])), None);
    let scopes = Some("identity.api_key.scopes".to_owned());
    assert_eq!(code(&key(&[]), make(&[read])), scopes);
    assert_eq!(
        code(&key(&[Permission::BankRead]), make(&[Permission::BankRead])),
        scopes,
        "the platform's alone"
    );
    assert_eq!(
        code(&key(&[Permission::CardPropose]), make(&[Permission::CardPropose])),
        scopes,
        "a person's alone"
    );
    boundary::outside("R5-04", "no key has what only people or the other side may do");
    let beyond = code(&key(&[read, Permission::WithdrawalAsk]), make(&[read]));
    assert_eq!(beyond.as_deref(), Some("identity.api_key.beyond_maker"));
    let unnamed = ApiKey { name: String::new(), ..key(&[read]) };
    assert_eq!(code(&unnamed, make(&[read])).as_deref(), Some("identity.api_key.name"));
    let over = ApiKey { expires_at: Some(at(0)), ..key(&[read]) };
    assert_eq!(code(&over, make(&[read])).as_deref(), Some("identity.api_key.expired"));
    let many = ApiKey { networks: vec!["::/0".into(); NETWORKS + 1], ..key(&[read]) };
    assert_eq!(code(&many, make(&[read])).as_deref(), Some("identity.api_key.too_many"));
    let maker = [read].into_iter().collect();
    let odd = Command::Make { side: Side::Merchant, maker, bad_network: Some("x".into()), others: 0 };
    assert_eq!(code(&key(&[read]), odd).as_deref(), Some("identity.api_key.network"));
    let maker = [read].into_iter().collect();
    let full = Command::Make { side: Side::Merchant, maker, bad_network: None, others: KEYS };
    assert_eq!(code(&key(&[read]), full).as_deref(), Some("identity.api_key.too_many"));
    assert!(allowed(&key(&[read])).iter().all(|said| said.refusal.is_none()));
}
