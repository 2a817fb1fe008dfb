//! Opening a prepaid account and setting its alerts.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Currency, Id};
use zaiton_onboarding::{Merchant, Supply};
use zaiton_prepaid::account::{self, AlertLines, Figures, WireAccount};
use zaiton_prepaid::{AccountId, PrepaidAccount};

use super::contact::is_verified;
use super::watch::{figures, watch};
use super::{ACCOUNT_KEY, find_account, no_account, programme_id};
use crate::declare::command;
use crate::policy;

command! {
    /// Rules R1-01, R1-02. Open a merchant's account in a programme, bound to its company and its wire bank card.
    pub struct OpenAccount("prepaid.open_account") of merchant {
        /// The programme's code.
        pub programme: String,
        /// The account's currency.
        pub currency: Currency,
        /// The bank card; its holder is the merchant's company.
        pub wire_account: WireAccount,
    }

    fn run(&self, unit) -> AccountReply { self.open(unit) }
}

/// The account.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AccountReply {
    /// Its id.
    pub account: AccountId,
    /// Where it stands.
    pub state: account::State,
}

/// Rule R5-13. A number that begins with two letters is an IBAN, and must be one that can be. Accounts of companies inside China
/// are no cards and have no check digit in common.
fn can_be(card: &WireAccount) -> Result<(), Stop> {
    let head = card.account_no.trim().get(..2).unwrap_or_default();
    if !head.is_empty() && head.bytes().all(|letter| letter.is_ascii_alphabetic()) {
        zaiton_checks::bank::iban(&card.account_no)?;
    }
    Ok(())
}

impl OpenAccount {
    fn open(&self, unit: &mut Unit<'_>) -> Result<AccountReply, Stop> {
        can_be(&self.wire_account)?;
        let merchant = unit.load::<Merchant>(self.merchant)?;
        let programme = programme_id(&self.programme);
        let policy = policy::prepaid(unit);
        let command = account::Command::Open {
            company: merchant.company.clone(),
            wire_account: self.wire_account.clone(),
        };
        if let Some(account) = find_account(unit, programme)? {
            account::decide(&account, command, &policy, unit.now())?;
            return Ok(AccountReply { account: account.id, state: account.state });
        }
        let (self_run, in_programme) =
            (merchant.supply != Supply::Marketplace, merchant.supply == Supply::SelfRunInProgramme);
        account::may_open(self_run, in_programme, &policy)?;
        let id = unit.new_id();
        let mut account = PrepaidAccount::unopened(id, self.merchant.raw(), programme, self.currency);
        let decision = account::decide(&account, command, &policy, unit.now())?;
        for event in &decision.events {
            account.apply(event);
        }
        unit.claim(ACCOUNT_KEY, &programme.raw().to_string(), id)?;
        // The card's number stays in the record; the event says only that it was opened.
        unit.emit(
            id,
            &serde_json::json!({ "type": "opened", "programme": programme, "currency": self.currency }),
        );
        let reply = AccountReply { account: id, state: account.state };
        unit.insert(account);
        Ok(reply)
    }
}

command! {
    /// Rules R1-03, R1-04, R1-06, R1-08. Set or change the lines and who is told.
    pub struct SetAlerts("prepaid.set_alerts") of merchant {
        /// The programme's code.
        pub programme: String,
        /// Lines and contacts.
        pub lines: AlertLines,
    }

    fn run(&self, unit) -> AccountReply { self.set(unit) }
}

impl SetAlerts {
    fn set(&self, unit: &mut Unit<'_>) -> Result<AccountReply, Stop> {
        let mut account = find_account(unit, programme_id(&self.programme))?.ok_or_else(no_account)?;
        let mut verified = Vec::with_capacity(self.lines.contacts.len());
        for contact in &self.lines.contacts {
            let mut all = true;
            for way in contact.ways() {
                all &= is_verified(unit, way)?;
            }
            verified.push(all);
        }
        let command = account::Command::SetAlerts { lines: self.lines.clone(), verified };
        let decision = account::decide(&account, command, &policy::prepaid(unit), unit.now())?;
        for event in &decision.events {
            account.apply(event);
        }
        if !decision.is_already() {
            let contacts = self.lines.contacts.len();
            let event = serde_json::json!({
                "type": "alerts_set", "warning": self.lines.warning, "suspend": self.lines.suspend, "contacts": contacts,
            });
            unit.emit(account.id, &event);
            // New lines are looked at at once, as a top-up is.
            watch(unit, &mut account, true)?;
        }
        let reply = AccountReply { account: account.id, state: account.state };
        unit.save(account);
        Ok(reply)
    }
}

/// Decides about the account of a programme for the person who asks, applies, emits.
fn as_person(
    unit: &mut Unit<'_>,
    programme: &str,
    command: impl FnOnce(String, Figures) -> account::Command,
) -> Result<AccountReply, Stop> {
    let mut account = find_account(unit, programme_id(programme))?.ok_or_else(no_account)?;
    let command = command(unit.actor().name().to_owned(), figures(unit, &account)?);
    let decision = account::decide(&account, command, &policy::prepaid(unit), unit.now())?;
    for event in &decision.events {
        account.apply(event);
        unit.emit(account.id, event);
    }
    let reply = AccountReply { account: account.id, state: account.state };
    unit.save(account);
    Ok(reply)
}

command! {
    /// Machine M6. Ask that it may neither promote nor withdraw; a second person confirms.
    pub struct RestrictAccount("prepaid.restrict_account") of merchant {
        /// The programme's code.
        pub programme: String,
        /// Why, as a code: `legal_hold`, `binding_lost`, `name_change`.
        pub reason: String,
    }

    fn run(&self, unit) -> AccountReply {
        let reason = self.reason.clone();
        as_person(unit, &self.programme, |maker, _| account::Command::Restrict { reason, maker: Some(maker) })
    }
}

command! {
    /// Machine M6. Confirm what somebody else asked: the restriction, or its lifting.
    pub struct ConfirmRestriction("prepaid.confirm_restriction") of merchant {
        /// The programme's code.
        pub programme: String,
    }

    fn run(&self, unit) -> AccountReply {
        as_person(unit, &self.programme, |checker, _| account::Command::ConfirmRestriction { checker })
    }
}

command! {
    /// Machine M6. Ask to lift the restriction; a second person confirms.
    pub struct LiftRestriction("prepaid.lift_restriction") of merchant {
        /// The programme's code.
        pub programme: String,
    }

    fn run(&self, unit) -> AccountReply {
        as_person(unit, &self.programme, |maker, _| account::Command::LiftRestriction { maker })
    }
}

command! {
    /// Machine M6. Ask to close the account: it takes nothing new from now on.
    pub struct CloseAccount("prepaid.close_account") of merchant {
        /// The programme's code.
        pub programme: String,
    }

    fn run(&self, unit) -> AccountReply {
        as_person(unit, &self.programme, |maker, figures| account::Command::BeginClosing { maker, figures })
    }
}

command! {
    /// Machine M6. Close it for good, once everything was withdrawn.
    pub struct ConfirmClosing("prepaid.confirm_closing") of merchant {
        /// The programme's code.
        pub programme: String,
    }

    fn run(&self, unit) -> AccountReply {
        as_person(unit, &self.programme, |checker, figures| {
            account::Command::FinishClosing { checker, figures }
        })
    }
}

command! {
    /// Rule R1-01. Ask to bind another wire bank card, or the same one verified anew; a second person confirms.
    pub struct ProposeCard("prepaid.propose_card") of merchant {
        /// The programme's code.
        pub programme: String,
        /// The card.
        pub wire_account: WireAccount,
    }

    fn run(&self, unit) -> AccountReply {
        can_be(&self.wire_account)?;
        let card = self.wire_account.clone();
        as_person(unit, &self.programme, |maker, _| account::Command::ProposeCard { card, maker })
    }
}

command! {
    /// Rules R1-01, R1-27. Bind the card that somebody else asked for; withdrawals wait for it to cool.
    pub struct ConfirmCard("prepaid.confirm_card") of merchant {
        /// The programme's code.
        pub programme: String,
    }

    fn run(&self, unit) -> AccountReply {
        as_person(unit, &self.programme, |checker, _| account::Command::ConfirmCard { checker })
    }
}
