//! What a merchant answers, as a table.

use zaiton_kernel::{Id, Refusal};

use super::*;

fn register(code: &str, name: &str, company: &str) -> Command {
    Command::Register {
        code: code.to_owned(),
        name: name.to_owned(),
        company: company.to_owned(),
        supply: Supply::SelfRun,
    }
}

fn check(steps: &[Command], want: &str) {
    let mut merchant = Merchant::unregistered(MerchantId::from_raw(1));
    let mut answer = String::new();
    for step in steps {
        let before = merchant.clone();
        answer = match decide(&merchant, step.clone(), Timestamp::from_micros(1_800_000_000_000_000)) {
            Err(refusal) => format!("refused {}", Refusal::from(refusal).code),
            Ok(decision) if decision.is_already() => "already".to_owned(),
            Ok(decision) => {
                for event in &decision.events {
                    let json = serde_json::to_string(event).unwrap();
                    merchant.apply(&serde_json::from_str(&json).unwrap());
                }
                merchant.state.to_string()
            }
        };
        assert!(!answer.starts_with("refused") || merchant == before);
        let json = serde_json::to_string(&merchant).unwrap();
        assert_eq!(serde_json::from_str::<Merchant>(&json).unwrap(), merchant);
    }
    assert_eq!(answer, want, "{steps:?}");
}

/// Rule R1-02.
#[test]
fn a_merchant_is_registered_once() {
    let good = register("QH_01-a", "青禾", "青禾贸易有限公司");
    check(std::slice::from_ref(&good), "active");
    check(&[good.clone(), good.clone()], "already");
    let refused = "refused onboarding.merchant.registered_otherwise";
    check(&[good.clone(), register("QH_01-a", "青禾", "别家")], refused);
    check(&[good.clone(), register("QH_01-a", "别名", "青禾贸易有限公司")], refused);
    check(&[good, register("QH_02", "青禾", "青禾贸易有限公司")], refused);
}

#[test]
fn a_code_has_two_to_thirty_two_letters() {
    let refused = "refused onboarding.merchant.code_unreadable";
    check(&[register("a", "n", "c")], refused);
    check(&[register("ab", "n", "c")], "active");
    check(&[register(&"a".repeat(32), "n", "c")], "active");
    check(&[register(&"a".repeat(33), "n", "c")], refused);
    check(&[register("a b", "n", "c")], refused);
    check(&[register("青禾", "n", "c")], refused);
    check(&[register("ab", " ", "c")], "refused onboarding.merchant.name_missing");
    check(&[register("ab", "n", "")], "refused onboarding.merchant.name_missing");
}
