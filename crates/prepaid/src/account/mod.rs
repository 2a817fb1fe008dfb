//! A merchant's prepaid account in one programme (machine M6): opened with a bank card, alerts set, active
//! after the first top-up. Never holds a balance: that is the ledger's.

mod command;
mod decide;
mod event;
mod refusal;
mod standing;
#[cfg(test)]
mod tests;
mod watch;
#[cfg(test)]
mod watch_tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, Money, Timestamp};

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::AccountRefusal;
pub use standing::may_open;
pub use watch::{Alarm, AlertCount, Figures};

use crate::breaker::Breaker;
use crate::hold::HoldId;
use crate::month::Months;
use crate::promotion::PromotionId;
use crate::top_up::TopUpId;
use crate::withdrawal::WithdrawalId;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardSource {
    /// The platform's buyer.
    Buyer,
    /// The supplier itself.
    #[default]
    Supplier,
}

/// Rule R1-01. The company's wire bank card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Contact {
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Mobile number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
}

impl Contact {
    /// Its address and its number, as far as they are there.
    pub fn ways(&self) -> impl Iterator<Item = &str> {
        [&self.email, &self.mobile].into_iter().flatten().map(|to| to.trim()).filter(|to| !to.is_empty())
    }
}

/// Rules R1-03, R1-06, R1-08. The lines of an account, in its currency, and who is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AlertLines {
    /// Below it alerts are sent. Never below `suspend`.
    pub warning: Money,
    /// Below it promotions are suspended. Never below the operator's line.
    pub suspend: Money,
    /// One to three people.
    pub contacts: Vec<Contact>,
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "AccountState")]
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
    /// It takes nothing new; what is left is withdrawn.
    Closing {
        /// Since when.
        since: Timestamp,
    },
    /// Closed for good.
    Closed {
        /// When.
        at: Timestamp,
    },
}

/// Machine M6. An account that may neither promote nor withdraw; release and settlement go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Restriction {
    /// Why, as a code: `legal_hold`, `binding_lost`, `name_change`, `card_returned`.
    pub reason: String,
    /// Who asked for what stands next; somebody else confirms it.
    pub maker: String,
    /// How far it is.
    pub stage: Stage,
}

/// How far a restriction is. Two people put it on, and two take it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RestrictionStage")]
pub enum Stage {
    /// Asked for; not in force yet.
    Proposed,
    /// In force.
    InForce,
    /// In force, and somebody asked to lift it.
    LiftProposed,
}

/// A prepaid account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
    /// Rule R1-08. Whether its promotions may run.
    #[serde(default)]
    pub breaker: Breaker,
    /// Since when the breaker stands so; none before it first moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker_since: Option<Timestamp>,
    /// Rule R1-10. When a breaker that is not closed is looked at next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recheck_at: Option<Timestamp>,
    /// Rule R1-07. While available is below the warning line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<Alarm>,
    /// Rule R1-07. Alerts of the last day that had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<AlertCount>,
    /// Promotions that have not ended. Bounded by `max_promotions`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotions: Vec<PromotionId>,
    /// Machine M6. What keeps it from promoting and withdrawing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restriction: Option<Restriction>,
    /// Withdrawals whose money is neither gone nor given back. Bounded by `max_open_withdrawals`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_withdrawals: Vec<WithdrawalId>,
    /// When another card was bound; none while it is still the one bound at opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_changed_at: Option<Timestamp>,
    /// Rule R1-27. A withdrawal was paid to the bound card.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub card_used: bool,
    /// Another card that somebody asks to bind, and who asks: somebody else confirms it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_card: Option<(WireAccount, String)>,
    /// Who asked to close it: somebody else closes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_maker: Option<String>,
    /// Since when it takes nothing new; also once it is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_since: Option<Timestamp>,
    /// Rule L-I10. How far its months are recorded; none before it was activated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<Months>,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unopened => "unopened",
            Self::Opened => "opened",
            Self::AlertSet => "alert_set",
            Self::Active { .. } => "active",
            Self::Closing { .. } => "closing",
            Self::Closed { .. } => "closed",
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
            breaker: Breaker::Closed,
            breaker_since: None,
            recheck_at: None,
            alarm: None,
            alerts: None,
            promotions: Vec::new(),
            restriction: None,
            open_withdrawals: Vec::new(),
            card_changed_at: None,
            card_used: false,
            proposed_card: None,
            closing_maker: None,
            closing_since: None,
            months: None,
        }
    }

    /// Machine M6. It may neither promote nor withdraw.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        self.restriction.as_ref().is_some_and(|restriction| restriction.stage != Stage::Proposed)
    }

    /// Rule R1-19. Whether an order's fee is billed to this account now.
    ///
    /// # Errors
    /// `NotYetPrepaid`: the fee stays billed the old way and is never moved.
    pub fn may_be_charged(&self) -> Result<(), AccountRefusal> {
        match self.state {
            State::Active { .. } => Ok(()),
            State::Unopened
            | State::Opened
            | State::AlertSet
            | State::Closing { .. }
            | State::Closed { .. } => Err(AccountRefusal::NotYetPrepaid { state: self.state }),
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
            State::Unopened
            | State::Opened
            | State::AlertSet
            | State::Active { .. }
            | State::Closing { .. }
            | State::Closed { .. } => Err(AccountRefusal::NotYetPrepaid { state: self.state }),
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
                    later @ (State::Active { .. } | State::Closing { .. } | State::Closed { .. }) => later,
                };
            }
            Event::Activated { activated_at } => {
                self.state = State::Active { activated_at: *activated_at };
                self.months = Some(Months::since(*activated_at));
            }
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
            Event::BreakerMoved { to, at, .. } => {
                self.breaker = *to;
                self.breaker_since = Some(*at);
                if *to == Breaker::Closed {
                    self.recheck_at = None;
                }
            }
            Event::RecheckSet { at } => self.recheck_at = Some(*at),
            Event::AlarmRaised { at, next_at } => self.alarm = Some(Alarm { since: *at, next_at: *next_at }),
            Event::AlertSent { day, sent, .. } => self.alerts = Some(AlertCount { day: *day, sent: *sent }),
            Event::RepeatSet { next_at } => {
                if let Some(alarm) = &mut self.alarm {
                    alarm.next_at = *next_at;
                }
            }
            Event::AlarmEnded {} => self.alarm = None,
            Event::PromotionAdded { promotion } => self.promotions.push(*promotion),
            Event::PromotionDropped { promotion } => self.promotions.retain(|open| open != promotion),
            Event::RestrictionProposed { reason, maker } => {
                self.restriction = Some(Restriction {
                    reason: reason.clone(),
                    maker: maker.clone(),
                    stage: Stage::Proposed,
                });
            }
            Event::Restricted { reason } => {
                self.restriction =
                    Some(Restriction { reason: reason.clone(), maker: String::new(), stage: Stage::InForce });
            }
            Event::LiftProposed { maker } => {
                if let Some(restriction) = &mut self.restriction {
                    restriction.maker.clone_from(maker);
                    restriction.stage = Stage::LiftProposed;
                }
            }
            Event::RestrictionLifted {} => self.restriction = None,
            Event::ClosingBegun { at, maker } => {
                self.state = State::Closing { since: *at };
                self.closing_maker = Some(maker.clone());
                self.closing_since = Some(*at);
                (self.alarm, self.recheck_at, self.breaker) = (None, None, Breaker::Closed);
            }
            Event::Closed { at } => self.state = State::Closed { at: *at },
            Event::WithdrawalListed { withdrawal } => self.open_withdrawals.push(*withdrawal),
            Event::WithdrawalUnlisted { withdrawal } => {
                self.open_withdrawals.retain(|open| open != withdrawal);
            }
            Event::CardUsed {} => self.card_used = true,
            Event::CardReturned {} => {
                if let Some(card) = &mut self.wire_account {
                    card.in_force = false;
                }
            }
            Event::CardProposed { card, maker } => {
                self.proposed_card = Some((card.clone(), maker.clone()));
            }
            Event::CardBound { at } => {
                if let Some((card, _)) = self.proposed_card.take() {
                    self.wire_account = Some(card);
                }
                self.card_changed_at = Some(*at);
                self.card_used = false;
            }
        }
    }
}
