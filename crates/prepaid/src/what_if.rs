//! What other figures would have done (R5-31, K-3): an account's money as it moved, looked at once more with lines that were
//! asked. Lets a fresh account decide as the real one does, so that the rule is written once. Never changes an account.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Timestamp};

use crate::account::{Command, Event, Figures, PrepaidAccount, State, decide};
use crate::{Breaker, PrepaidPolicy};

/// What an account had after its money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// When.
    pub at: Timestamp,
    /// 2110.
    pub available: Money,
    /// 1120.
    pub owed: Money,
    /// A top-up came: an open breaker may close at once (R1-10).
    pub may_close: bool,
}

/// Figures that are asked in place of those in force, in minor units of the account's currency. What is not asked stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "WhatIfFigures")]
pub struct Asked {
    /// Rule R1-08. The operator's suspension line; a merchant's own that is higher still counts (K-1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend_minor: Option<i64>,
    /// Rule R1-09. The operator's resume line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume_minor: Option<i64>,
    /// Rule R1-12. The floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor_minor: Option<i64>,
    /// Rule R1-06. Every account's warning line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning_minor: Option<i64>,
    /// Rule R1-10. Minutes between two looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recheck_minutes: Option<u16>,
    /// Rule R1-07. Alerts of one calendar day, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert_max_per_day: Option<u8>,
}

impl Asked {
    /// A policy with the figures that are asked. Lines that follow the suspension line are lifted with it.
    #[must_use]
    pub fn policy(&self, in_force: &PrepaidPolicy) -> PrepaidPolicy {
        let suspend_below_minor = self.suspend_minor.unwrap_or(in_force.suspend_below_minor);
        let lifted = in_force.resume_above_minor.max(suspend_below_minor);
        PrepaidPolicy {
            suspend_below_minor,
            resume_above_minor: self.resume_minor.unwrap_or(lifted),
            hard_floor_minor: self.floor_minor.unwrap_or(in_force.hard_floor_minor),
            recheck_minutes: self.recheck_minutes.unwrap_or(in_force.recheck_minutes),
            alert_max_per_day: self.alert_max_per_day.unwrap_or(in_force.alert_max_per_day),
            ..in_force.clone()
        }
    }
}

/// What a period would have seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "WhatIfTally")]
pub struct Tally {
    /// How often the breaker opened, at the suspension line or at the floor.
    pub openings: u64,
    /// How often it fell to the floor, from closed or from open.
    pub floors: u64,
    /// How long promotions stood suspended, in seconds: from each opening to the closing after it, or the period's end.
    pub suspended_seconds: i64,
    /// How many alerts were sent.
    pub alerts: u64,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            openings: self.openings.saturating_add(other.openings),
            floors: self.floors.saturating_add(other.floors),
            suspended_seconds: self.suspended_seconds.saturating_add(other.suspended_seconds),
            alerts: self.alerts.saturating_add(other.alerts),
        }
    }
}

/// A period of an account's life.
#[derive(Clone, Copy, Debug)]
pub struct Life<'a> {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
    /// What there was as it began; none when the account became active in it. What stood then is not counted as having come.
    pub before: Option<Movement>,
    /// What moved, oldest first.
    pub movements: &'a [Movement],
}

struct Run<'a> {
    account: PrepaidAccount,
    figures: Figures,
    policy: &'a dyn Fn(Timestamp) -> Arc<PrepaidPolicy>,
    open_since: Option<Timestamp>,
    tally: Tally,
}

/// Rules R5-31, K-3. What a period would have seen with figures that are asked. `policy` gives the figures of each moment,
/// those asked already in them; `asked` is for the account's own lines.
#[must_use]
pub fn what_if(
    account: &PrepaidAccount,
    life: Life<'_>,
    asked: &Asked,
    policy: &dyn Fn(Timestamp) -> Arc<PrepaidPolicy>,
) -> Tally {
    let mut run = Run {
        account: fresh(account, life.from, asked),
        figures: figures(Money::zero(account.currency), Money::zero(account.currency)),
        policy,
        open_since: None,
        tally: Tally::default(),
    };
    if let Some(before) = life.before {
        run.figures = figures(before.available, before.owed);
        run.take(Command::Watch { figures: run.figures, may_close: false }, life.from);
        run.tally = Tally::default();
    }
    for movement in life.movements.iter().filter(|movement| movement.at < life.to) {
        run.pass(movement.at);
        run.figures = figures(movement.available, movement.owed);
        let command = Command::Watch { figures: run.figures, may_close: movement.may_close };
        run.take(command, movement.at);
    }
    run.pass(Timestamp::from_micros(life.to.micros().saturating_sub(1)));
    run.closed(life.to);
    run.tally
}

/// The account as it was opened, in prepaid mode, with its lines and nothing that happened since.
fn fresh(account: &PrepaidAccount, from: Timestamp, asked: &Asked) -> PrepaidAccount {
    let mut fresh =
        PrepaidAccount::unopened(account.id, account.merchant, account.programme, account.currency);
    fresh.state = State::Active { activated_at: from };
    fresh.alert = account.alert.clone();
    if let (Some(alert), Some(minor)) = (&mut fresh.alert, asked.warning_minor) {
        alert.warning = Money::new(minor, account.currency);
    }
    fresh
}

fn figures(available: Money, owed: Money) -> Figures {
    let zero = Money::zero(available.currency());
    Figures { available, frozen: zero, owed, pending: zero }
}

impl Run<'_> {
    /// The times that were set come, up to a moment.
    fn pass(&mut self, until: Timestamp) {
        loop {
            let look = self.account.recheck_at.filter(|_| self.account.breaker != Breaker::Closed);
            let repeat = self.account.alarm.and_then(|alarm| alarm.next_at);
            let Some(due) = look.into_iter().chain(repeat).min().filter(|due| *due <= until) else { return };
            let figures = self.figures;
            let command = if look == Some(due) {
                Command::Recheck { due, figures }
            } else {
                Command::RepeatAlert { due, figures }
            };
            self.take(command, due);
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "what a fresh account does beside its breaker and alerts counts nothing"
    )]
    fn take(&mut self, command: Command, now: Timestamp) {
        let policy = (self.policy)(now);
        let decision = decide(&self.account, command, &policy, now);
        for event in decision.expect("an active account looks when the time that it set has come").events {
            match &event {
                Event::BreakerMoved { to: Breaker::Closed, .. } => self.closed(now),
                Event::BreakerMoved { from, to, .. } => {
                    self.tally.openings += u64::from(*from == Breaker::Closed);
                    self.tally.floors += u64::from(*to == Breaker::Floor);
                    self.open_since = self.open_since.or(Some(now));
                }
                Event::AlertSent { .. } => self.tally.alerts += 1,
                _ => {}
            }
            self.account.apply(&event);
        }
    }

    fn closed(&mut self, now: Timestamp) {
        if let Some(since) = self.open_since.take() {
            self.tally.suspended_seconds += now.micros().saturating_sub(since.micros()) / 1_000_000;
        }
    }
}

#[cfg(test)]
#[path = "what_if_tests.rs"]
mod tests;
