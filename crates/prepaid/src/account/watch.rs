//! Rules R1-06 to R1-12: what an account does when its money moved: the breaker, the alerts, and when to look again. Never
//! touches a promotion and never sends a word: the events say what must follow.

use serde::{Deserialize, Serialize};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{LocalDate, Money, Timestamp};

use super::{AccountRefusal, Event, PrepaidAccount, State};
use crate::breaker::{self, Breaker, Lines};
use crate::{AlertMode, Decision, PrepaidPolicy};

type Answer = Result<Decision<Event>, AccountRefusal>;

/// What the ledger says of an account, in its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// 2110.
    pub available: Money,
    /// 2120.
    pub frozen: Money,
    /// 1120.
    pub owed: Money,
    /// 2130, over all withdrawals.
    pub pending: Money,
}

/// Rule R1-07. Available is below the warning line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Alarm {
    /// Since when.
    pub since: Timestamp,
    /// When the alert is repeated, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
}

/// Rule R1-07. How many alerts a day had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AlertCount {
    /// The day, in the platform's zone.
    pub day: LocalDate,
    /// How many.
    pub sent: u8,
}

impl PrepaidAccount {
    /// Nothing is to be done about so much available: the common case, decided without a copy.
    #[must_use]
    pub fn is_quiet(&self, available: Money, policy: &PrepaidPolicy) -> bool {
        let above = |alert: &super::AlertLines| {
            let suspend = alert.suspend.minor().max(policy.suspend_below_minor);
            available.minor() >= alert.warning.minor().max(suspend)
        };
        let watched = matches!(self.state, State::Active { .. });
        !watched
            || (self.breaker == Breaker::Closed
                && self.alarm.is_none()
                && self.alert.as_ref().is_none_or(above))
    }
}

/// The lines were looked at. `may_close`: a top-up came or the time to look again has come, so that what is open may close;
/// money that merely came free waits for that (R1-10).
pub(super) fn watch(
    account: &PrepaidAccount,
    figures: Figures,
    may_close: bool,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Decision<Event> {
    let mut events = breaker_events(account, figures, may_close, policy, now);
    events.extend(alarm_events(account, figures, policy, now));
    Decision { events }
}

/// How bad a breaker's state is.
const fn rank(breaker: Breaker) -> u8 {
    match breaker {
        Breaker::Closed => 0,
        Breaker::Open => 1,
        Breaker::Floor => 2,
    }
}

fn breaker_events(
    account: &PrepaidAccount,
    figures: Figures,
    may_close: bool,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Vec<Event> {
    let Some(alert) = &account.alert else { return Vec::new() };
    let (from, available) = (account.breaker, figures.available);
    let lines = Lines::of(alert, policy);
    // Machine M6: only an account that may promote lets its promotions go on.
    let held = figures.owed.is_positive() || account.is_restricted();
    let to = breaker::after(from, available, lines, held);
    if to == from || (rank(to) < rank(from) && !may_close) {
        return Vec::new();
    }
    let line = match (from, to) {
        (_, Breaker::Floor) | (Breaker::Floor, Breaker::Open) => lines.floor,
        (_, Breaker::Closed) => lines.resume_above,
        (Breaker::Closed | Breaker::Open, Breaker::Open) => lines.suspend,
    };
    let mut events = vec![Event::BreakerMoved { from, to, available, line, at: now }];
    if from == Breaker::Closed {
        events.push(Event::RecheckSet { at: next_look(policy, now) });
    }
    events
}

/// Rule R1-10.
fn next_look(policy: &PrepaidPolicy, now: Timestamp) -> Timestamp {
    now.plus_seconds(i64::from(policy.recheck_minutes.max(1)) * 60)
}

/// Rule R1-10. The time to look again has come.
pub(super) fn recheck(
    account: &PrepaidAccount,
    due: Timestamp,
    figures: Figures,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Answer {
    if account.recheck_at != Some(due) {
        // Closed meanwhile, or set anew: this time means nothing any more.
        return Ok(Decision::already());
    }
    if now < due {
        return Err(AccountRefusal::LookTooEarly { due });
    }
    let mut decision = watch(account, figures, true, policy, now);
    let closes = decision.events.iter().any(|e| matches!(e, Event::BreakerMoved { to: Breaker::Closed, .. }));
    if !closes {
        decision.events.push(Event::RecheckSet { at: next_look(policy, now) });
    }
    Ok(decision)
}

fn is_below(account: &PrepaidAccount, figures: Figures) -> Option<Money> {
    let warning = account.alert.as_ref()?.warning;
    (figures.available.minor() < warning.minor()).then_some(warning)
}

fn alarm_events(
    account: &PrepaidAccount,
    figures: Figures,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Vec<Event> {
    match (account.alarm, is_below(account, figures)) {
        (None, Some(warning)) => {
            let mut events = vec![Event::AlarmRaised { at: now, next_at: next_repeat(policy, now) }];
            events.extend(alert(account, figures, warning, policy, now));
            events
        }
        (Some(_), None) => vec![Event::AlarmEnded {}],
        // No hour was set, by the figures of then; those of now may have one.
        (Some(Alarm { next_at: None, .. }), Some(_)) => {
            next_repeat(policy, now).map(|at| Event::RepeatSet { next_at: Some(at) }).into_iter().collect()
        }
        (None, None) | (Some(Alarm { next_at: Some(_), .. }), Some(_)) => Vec::new(),
    }
}

/// Rule R1-07. One more alert, unless the day has had as many as it may.
fn alert(
    account: &PrepaidAccount,
    figures: Figures,
    warning: Money,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Option<Event> {
    let day = now.date_in(&Zone::shanghai());
    let before = account.alerts.filter(|count| count.day == day).map_or(0, |count| count.sent);
    let sent = before.checked_add(1).filter(|sent| *sent <= policy.alert_max_per_day)?;
    Some(Event::AlertSent { day, sent, available: figures.available, warning })
}

/// Rules R1-07, K-27. The next of the day's set times after now, today or tomorrow.
fn next_repeat(policy: &PrepaidPolicy, now: Timestamp) -> Option<Timestamp> {
    if policy.alert_mode == AlertMode::Crossing {
        return None;
    }
    let zone = Zone::shanghai();
    let today = now.date_in(&zone);
    [today, today.next()]
        .into_iter()
        .flat_map(|day| {
            let start = day.start_in(&zone);
            policy.alert_repeat_at.iter().map(move |minute| start.plus_seconds(i64::from(*minute) * 60))
        })
        .filter(|at| *at > now)
        .min()
}

/// Rules R1-07, K-27. The hour to repeat an alert has come; where only the first is sent by now, it passes in silence.
pub(super) fn repeat_alert(
    account: &PrepaidAccount,
    due: Timestamp,
    figures: Figures,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Answer {
    if account.alarm.and_then(|alarm| alarm.next_at) != Some(due) {
        return Ok(Decision::already());
    }
    if now < due {
        return Err(AccountRefusal::AlertTooEarly { due });
    }
    let Some(warning) = is_below(account, figures) else {
        return Ok(Decision::one(Event::AlarmEnded {}));
    };
    let repeated = match policy.alert_mode {
        AlertMode::WhileBelow => alert(account, figures, warning, policy, now),
        AlertMode::Crossing => None,
    };
    let mut events: Vec<Event> = repeated.into_iter().collect();
    events.push(Event::RepeatSet { next_at: next_repeat(policy, now) });
    Ok(Decision { events })
}
