//! The bank card of an account in the second book-keeping (R1-01, R1-27): bound by two people, used by what is paid, and not in
//! force once something came back.

use zaiton_app::prepaid::account::ProposeCard;
use zaiton_prepaid::PrepaidAccount;
use zaiton_prepaid::account::WireAccount;

use super::account::{Account, Merchant};
use super::withdrawal::State;
use super::{Found, Turn, differs};
use crate::world::names::is_company;

/// A card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    pub(super) bank: String,
    pub(super) number: String,
    pub(super) holder: String,
    pub(crate) in_force: bool,
}

impl From<&WireAccount> for Card {
    fn from(card: &WireAccount) -> Self {
        let (bank, number, holder) = (card.bank.clone(), card.account_no.clone(), card.holder.clone());
        Self { bank, number, holder, in_force: card.in_force }
    }
}

impl Card {
    /// Money to the one goes where money to the other does.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (&self.bank, &self.number, &self.holder) == (&other.bank, &other.number, &other.holder)
    }
}

impl Account {
    /// What a step of a withdrawal means for the card that it went to.
    pub(super) fn follow_card(&mut self, before: &State, after: &State, to: &Card) {
        if before == after || !self.card.is_same(to) {
            return;
        }
        match after {
            State::Paid => self.card_used = true,
            State::Returned { .. } => self.card.in_force = false,
            State::GivenBack { .. } if *before == State::Paid => self.card.in_force = false,
            _ => {}
        }
    }

    pub(super) fn compare_card(&self, stored: &PrepaidAccount) -> Found {
        let what = |name: &str| format!("{name} of {}", self.id);
        let card = stored.wire_account.as_ref().map(Card::from);
        differs(&what("the card"), card.as_ref(), Some(&self.card))?;
        differs(&what("when its card was changed"), stored.card_changed_at, self.card_changed)?;
        differs(&what("whether its card was used"), stored.card_used, self.card_used)?;
        let asked = stored.proposed_card.as_ref().map(|(card, maker)| (Card::from(card), maker.clone()));
        differs(&what("the card asked for"), &asked, &self.card_asked)?;
        differs(&what("the open withdrawals"), &stored.open_withdrawals, &self.open_withdrawals())
    }
}

impl Merchant {
    pub(super) fn ask_card(&mut self, command: &ProposeCard, turn: Turn<'_>) -> Found {
        let company = self.company.clone().unwrap_or_default();
        let card = Card::from(&command.wire_account);
        if !card.in_force || !is_company(&company, &card.holder) {
            return Err("a card that is not the company's was asked for".into());
        }
        self.account(&command.programme)?.card_asked = Some((card, turn.actor.to_owned()));
        Ok(())
    }

    pub(super) fn bind_card(&mut self, programme: &str, turn: Turn<'_>) -> Found {
        let account = self.account(programme)?;
        let (card, maker) = account.card_asked.take().ok_or("a card that nobody asked for was bound")?;
        if maker == turn.actor {
            return Err(format!("{maker} asked for a card and bound it"));
        }
        (account.card, account.card_changed, account.card_used) = (card, Some(turn.now), false);
        Ok(())
    }
}
