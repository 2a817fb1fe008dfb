//! A merchant's prepaid account in one programme (machine M6): opened with a bank card, alerts set, active
//! after the first top-up. Never holds a balance: that is the ledger's.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, Money, Timestamp};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::AccountRefusal;

use crate::hold::HoldId;
use crate::top_up::TopUpId;

zaiton_kernel::define_id!(
    /// The id of a prepaid account.
    AccountId,
    "pa"
);

zaiton_kernel::define_id!(
    /// The id of a programme: the marketing service that an account pays for.
    ProgrammeId,
    "pg"
);

/// Who maintains the bank card that an account is bound to (R1-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardSource {
    /// The platform's buyer.
    Buyer,
    /// The supplier itself.
    Supplier,
}

/// Rule R1-01. The company's wire bank card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireAccount {
    /// The bank's name.
    pub bank: String,
    /// The account number.
    pub account_no: String,
    /// The holder's name.
    pub holder: String,
    /// The card is in force.
    pub in_force: bool,
    /// Who maintains it.
    pub source: CardSource,
}

/// Rules R1-04, K-5. Whom alerts go to: an e-mail address, a mobile number or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Mobile number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// Verified by code.
    pub verified: bool,
}

/// Rules R1-03, R1-06, R1-08. The lines of an account, in its currency, and who is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertLines {
    /// Below it alerts are sent. Never below `suspend`.
    pub warning: Money,
    /// Below it promotions are suspended. Never below the operator's line.
    pub suspend: Money,
    /// One to three people.
    pub contacts: Vec<Contact>,
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum State {
    /// Not opened yet.
    Unopened,
    /// A card is bound; alerts are missing.
    Opened,
    /// Alerts are set; the first top-up is missing.
    AlertSet,
    /// In prepaid mode.
    Active {
        /// Since the first top-up was credited. What was charged before stays billed the old way.
        activated_at: Timestamp,
    },
}

/// A prepaid account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrepaidAccount {
    /// Its id.
    pub id: AccountId,
    /// Raw id of the merchant.
    pub merchant: i64,
    /// The programme it pays for.
    pub programme: ProgrammeId,
    /// The currency of all its money.
    pub currency: Currency,
    /// The company name bound at opening, empty before.
    pub company: String,
    /// The bound bank card, once opened.
    pub wire_account: Option<WireAccount>,
    /// Where it stands.
    pub state: State,
    /// Lines and contacts, once set.
    pub alert: Option<AlertLines>,
    /// Top-up requests that wait for money or for a person. Bounded by `max_open_topups`.
    pub open_topups: Vec<TopUpId>,
    /// The oldest hold that owes. Each hold in the queue names the next.
    pub arrears_head: Option<HoldId>,
    /// The newest hold that owes.
    pub arrears_tail: Option<HoldId>,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unopened => "unopened",
            Self::Opened => "opened",
            Self::AlertSet => "alert_set",
            Self::Active { .. } => "active",
        })
    }
}

impl PrepaidAccount {
    /// An account before it is opened.
    #[must_use]
    pub const fn unopened(id: AccountId, merchant: i64, programme: ProgrammeId, currency: Currency) -> Self {
        Self {
            id,
            merchant,
            programme,
            currency,
            company: String::new(),
            wire_account: None,
            state: State::Unopened,
            alert: None,
            open_topups: Vec::new(),
            arrears_head: None,
            arrears_tail: None,
        }
    }

    /// Rule R1-19. Whether an order's fee is billed to this account now.
    ///
    /// # Errors
    /// `NotYetPrepaid`: the fee stays billed the old way and is never moved.
    pub fn may_be_charged(&self) -> Result<(), AccountRefusal> {
        match self.state {
            State::Active { .. } => Ok(()),
            State::Unopened | State::Opened | State::AlertSet => {
                Err(AccountRefusal::NotYetPrepaid { state: self.state })
            }
        }
    }

    /// Rule R1-19. Whether an order placed at a moment is billed to this account: only from its activation
    /// on.
    ///
    /// # Errors
    /// `NotYetPrepaid`.
    pub fn bears_order_placed_at(&self, placed_at: Timestamp) -> Result<(), AccountRefusal> {
        match self.state {
            State::Active { activated_at } if placed_at >= activated_at => Ok(()),
            State::Unopened | State::Opened | State::AlertSet | State::Active { .. } => {
                Err(AccountRefusal::NotYetPrepaid { state: self.state })
            }
        }
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { company, wire_account } => {
                self.company.clone_from(company);
                self.wire_account = Some(wire_account.clone());
                self.state = State::Opened;
            }
            Event::AlertsSet { lines } => {
                self.alert = Some(lines.clone());
                self.state = match self.state {
                    State::Unopened | State::Opened | State::AlertSet => State::AlertSet,
                    active @ State::Active { .. } => active,
                };
            }
            Event::Activated { activated_at } => self.state = State::Active { activated_at: *activated_at },
            Event::TopUpOpened { top_up } => self.open_topups.push(*top_up),
            Event::TopUpClosed { top_up } => self.open_topups.retain(|open| open != top_up),
            Event::ArrearsQueued { hold, .. } => {
                self.arrears_head = self.arrears_head.or(Some(*hold));
                self.arrears_tail = Some(*hold);
            }
            Event::ArrearsAdvanced { next } => {
                self.arrears_head = *next;
                if next.is_none() {
                    self.arrears_tail = None;
                }
            }
        }
    }
}
