//! Merchants prove their contacts: a code comes to an address, and is told back, or another. They know only what they were
//! told and what came there. Sends nothing else.

use std::sync::Arc;

use zaiton_app::prepaid::contact::{AskContactCode, ConfirmContact};
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::account::Contact;

use super::World;
use super::market::Follow;

/// The addresses of every merchant's people, as they write them and in their plain form.
const CONTACTS: [(&str, &str); 3] = [
    ("a@b.example", "a@b.example"),
    ("Chen@d.example ", "chen@d.example"),
    ("+86 13800000000", "+8613800000000"),
];

/// More guesses than a code allows.
const GUESSES: usize = 7;

/// The contact of a place in the list.
pub(crate) fn contact(at: usize) -> Contact {
    let (text, _) = CONTACTS.get(at).copied().unwrap_or_default();
    if at == 2 {
        return Contact { email: None, mobile: Some(text.into()) };
    }
    Contact { email: Some(text.into()), mobile: None }
}

impl World {
    /// Has a code sent to a contact that is not proved, or tells one, or guesses.
    pub(crate) fn prove(&mut self, who: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let unproved: Vec<usize> = (0..CONTACTS.len()).filter(|at| !keeper.proved.contains(at)).collect();
        let Some(at) = self.dice.pick(&unproved).copied() else { return };
        let (contact, _) = CONTACTS.get(at).copied().unwrap_or_default();
        if self.dice.chance(30) {
            let ask = AskContactCode { environment, merchant, contact: "nobody".into() };
            let key = format!("code/{}", self.number());
            return self.ask(Arc::new(ask), &key, Some("notices.contact.malformed"), Follow::Nothing);
        }
        if self.dice.chance(400) {
            self.tell_code(who, at);
        }
        let ask = AskContactCode { environment, merchant, contact: contact.into() };
        let key = format!("code/{}", self.number());
        self.ask(Arc::new(ask), &key, None, Follow::CodeAsked(who, at));
    }

    /// Tells a code: the one that came last, as a rule.
    pub(crate) fn tell_code(&mut self, who: usize, at: usize) {
        let Some(keeper) = self.market.shopkeepers.get(who) else { return };
        let (environment, Some(merchant)) = (keeper.environment, keeper.id) else { return };
        let (contact, to) = CONTACTS.get(at).copied().unwrap_or_default();
        // Somebody's mobile is lost: whatever they tell from there is a guess.
        let lost = who == 0 && at == 2;
        let right = self.dice.chance(700) && !lost;
        let times = if lost && self.dice.chance(150) { GUESSES } else { 1 };
        for _ in 0..times {
            let code = self.code_at(environment, merchant, to).filter(|_| right);
            let code = code.unwrap_or_else(|| if self.dice.chance(500) { "12345" } else { "" }.into());
            let confirm = ConfirmContact { environment, merchant, contact: contact.into(), code };
            let key = format!("contact/{}", self.number());
            self.ask(Arc::new(confirm), &key, None, Follow::ContactProved(who, at));
        }
    }

    /// What came to an address last.
    fn code_at(&self, environment: Environment, merchant: MerchantId, to: &str) -> Option<String> {
        let partition = Partition::new(environment, merchant.raw());
        let point = self.model.merchants.get(&partition)?.contacts.get(to)?;
        Some(self.chain.code(point.id, point.codes))
    }
}
