//! Opening a prepaid account and setting its alerts.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Command, Stop, Unit};
use zaiton_kernel::{Currency, Environment, Id, Partition};
use zaiton_onboarding::{Merchant, MerchantId, Supply};
use zaiton_prepaid::account::{self, AlertLines, WireAccount};
use zaiton_prepaid::{AccountId, PrepaidAccount};

use super::contact::is_verified;
use super::watch::{figures, watch};
use super::{ACCOUNT_KEY, find_account, no_account, partition_of, programme_id};
use crate::policy;

/// Rules R1-01, R1-02. Open a merchant's account in a programme, bound to its company and its wire bank card.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenAccount {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// Whose.
    pub merchant: MerchantId,
    /// The programme's code.
    pub programme: String,
    /// The account's currency.
    pub currency: Currency,
    /// The bank card; its holder is the merchant's company.
    pub wire_account: WireAccount,
}

/// The account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountReply {
    /// Its id.
    pub account: AccountId,
    /// Where it stands.
    pub state: account::State,
}

impl Command for OpenAccount {
    type Reply = AccountReply;
    const NAME: &'static str = "prepaid.open_account";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.merchant)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<AccountReply, Stop> {
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

/// Rules R1-03, R1-04, R1-06, R1-08. Set or change the lines and who is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAlerts {
    /// Live or sandbox.
    #[serde(default)]
    pub environment: Environment,
    /// Whose.
    pub merchant: MerchantId,
    /// The programme's code.
    pub programme: String,
    /// Lines and contacts.
    pub lines: AlertLines,
}

impl Command for SetAlerts {
    type Reply = AccountReply;
    const NAME: &'static str = "prepaid.set_alerts";

    fn partition(&self) -> Partition {
        partition_of(self.environment, self.merchant)
    }

    fn run(&self, unit: &mut Unit<'_>) -> Result<AccountReply, Stop> {
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

macro_rules! account_command {
    ($(#[$doc:meta])* $name:ident, $text:literal, { $($(#[$field_doc:meta])* $field:ident: $kind:ty),* }, |$this:ident, $person:ident, $figures:ident| $command:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Live or sandbox.
            #[serde(default)]
            pub environment: Environment,
            /// Whose.
            pub merchant: MerchantId,
            /// The programme's code.
            pub programme: String,
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        impl Command for $name {
            type Reply = AccountReply;
            const NAME: &'static str = $text;

            fn partition(&self) -> Partition {
                partition_of(self.environment, self.merchant)
            }

            fn run(&self, unit: &mut Unit<'_>) -> Result<AccountReply, Stop> {
                let mut account = find_account(unit, programme_id(&self.programme))?.ok_or_else(no_account)?;
                let ($this, $person, $figures) =
                    (self, unit.actor().name().to_owned(), figures(unit, &account)?);
                let decision = account::decide(&account, $command, &policy::prepaid(unit), unit.now())?;
                for event in &decision.events {
                    account.apply(event);
                    unit.emit(account.id, event);
                }
                let reply = AccountReply { account: account.id, state: account.state };
                unit.save(account);
                Ok(reply)
            }
        }
    };
}

account_command!(
    /// Machine M6. Ask that it may neither promote nor withdraw; a second person confirms.
    RestrictAccount,
    "prepaid.restrict_account",
    {
        /// Why, as a code: `legal_hold`, `binding_lost`, `name_change`.
        reason: String
    },
    |this, person, _figures| account::Command::Restrict { reason: this.reason.clone(), maker: Some(person) }
);
account_command!(
    /// Machine M6. Confirm what somebody else asked: the restriction, or its lifting.
    ConfirmRestriction,
    "prepaid.confirm_restriction",
    {},
    |_this, person, _figures| account::Command::ConfirmRestriction { checker: person }
);
account_command!(
    /// Machine M6. Ask to lift the restriction; a second person confirms.
    LiftRestriction,
    "prepaid.lift_restriction",
    {},
    |_this, person, _figures| account::Command::LiftRestriction { maker: person }
);
account_command!(
    /// Machine M6. Ask to close the account: it takes nothing new from now on.
    CloseAccount,
    "prepaid.close_account",
    {},
    |_this, person, figures| account::Command::BeginClosing { maker: person, figures }
);
account_command!(
    /// Machine M6. Close it for good, once everything was withdrawn.
    ConfirmClosing,
    "prepaid.confirm_closing",
    {},
    |_this, person, figures| account::Command::FinishClosing { checker: person, figures }
);
account_command!(
    /// Rule R1-01. Ask to bind another wire bank card, or the same one verified anew; a second person confirms.
    ProposeCard,
    "prepaid.propose_card",
    {
        /// The card.
        wire_account: WireAccount
    },
    |this, person, _figures| account::Command::ProposeCard { card: this.wire_account.clone(), maker: person }
);
account_command!(
    /// Rules R1-01, R1-27. Bind the card that somebody else asked for; withdrawals wait for it to cool.
    ConfirmCard,
    "prepaid.confirm_card",
    {},
    |_this, person, _figures| account::Command::ConfirmCard { checker: person }
);
