//! What follows when a prepaid account's money moved: the breaker, the alerts, their timers, and the promotions that stop
//! or go on (R1-06 to R1-12). Holds no rule: the account decides.

use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Money, Timestamp};
use zaiton_ledger::AccountCode;
use zaiton_notices::Topic;
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::account::{self, Event, Figures};
use zaiton_prepaid::promotion::{self, Cause};
use zaiton_prepaid::{AccountId, Breaker, PrepaidAccount, Promotion};

use super::promotion::standing;
use crate::declare::command;
use crate::notices::tell;
use crate::policy;

/// What the ledger says of an account.
///
/// # Errors
/// None in practice: the sheet is in memory.
pub(crate) fn figures(unit: &mut Unit<'_>, account: &PrepaidAccount) -> Result<Figures, Stop> {
    let mut of = |code| unit.balance(code, account.programme.raw(), account.currency);
    Ok(Figures {
        available: of(AccountCode::PREPAID_AVAILABLE)?,
        frozen: of(AccountCode::PREPAID_FROZEN)?,
        owed: of(AccountCode::PREPAID_ARREARS)?,
        pending: of(AccountCode::PREPAID_WITHDRAWAL)?,
    })
}

/// Rules R1-06 to R1-12. Looks at an account's lines after its money moved. `may_close`: a top-up came, or the lines were
/// changed.
///
/// # Errors
/// Not in memory yet.
pub(crate) fn watch(
    unit: &mut Unit<'_>,
    account: &mut Doc<PrepaidAccount>,
    may_close: bool,
) -> Result<(), Stop> {
    let policy = policy::prepaid(unit);
    let available = available(unit, account)?;
    if account.is_quiet(available, &policy) {
        return Ok(());
    }
    let figures = figures(unit, account)?;
    decided(unit, account, account::Command::Watch { figures, may_close })
}

/// What is available now.
///
/// # Errors
/// None in practice.
pub(crate) fn available(unit: &mut Unit<'_>, account: &PrepaidAccount) -> Result<Money, Stop> {
    unit.balance(AccountCode::PREPAID_AVAILABLE, account.programme.raw(), account.currency)
}

/// Decides, applies, emits, and does what follows.
fn decided(
    unit: &mut Unit<'_>,
    account: &mut Doc<PrepaidAccount>,
    command: account::Command,
) -> Result<(), Stop> {
    let decision = account::decide(account, command, &policy::prepaid(unit), unit.now())?;
    for event in &decision.events {
        account.apply(event);
        // That it is looked at again changes nothing about it: no line in the timeline every twenty minutes.
        if !matches!(event, Event::RecheckSet { .. } | Event::RepeatSet { .. }) {
            unit.emit(account.id, event);
        }
        follow(unit, account, event)?;
    }
    Ok(())
}

fn follow(unit: &mut Unit<'_>, account: &mut Doc<PrepaidAccount>, event: &Event) -> Result<(), Stop> {
    let (environment, merchant) = (unit.environment(), MerchantId::from_raw(account.merchant));
    let id = account.id;
    match event {
        Event::BreakerMoved { to: Breaker::Closed, available, at, .. } => {
            tell(unit, account, Topic::PromotionsResumed, id, &[("available", available)])?;
            resume(unit, account, *at)?;
        }
        Event::BreakerMoved { from, available, line, .. } => {
            suspend(unit, account)?;
            if *from == Breaker::Closed {
                let figures: &[(&str, &dyn std::fmt::Display)] = &[("available", available), ("line", line)];
                tell(unit, account, Topic::PromotionsSuspended, id, figures)?;
            }
        }
        Event::RecheckSet { at } => {
            unit.timer(*at, &Recheck { environment, merchant, account: id, due: *at });
        }
        Event::AlarmRaised { next_at: Some(due), .. } | Event::RepeatSet { next_at: Some(due) } => {
            unit.timer(*due, &RepeatAlert { environment, merchant, account: id, due: *due });
        }
        Event::AlertSent { available, warning, sent, .. } => {
            let figures: &[(&str, &dyn std::fmt::Display)] =
                &[("available", available), ("warning", warning), ("number", sent)];
            tell(unit, account, Topic::BalanceLow, id, figures)?;
        }
        _ => {}
    }
    Ok(())
}

/// Rules R1-08, R1-12. All promotions that wait or run stop in the same moment.
fn suspend(unit: &mut Unit<'_>, account: &PrepaidAccount) -> Result<(), Stop> {
    for id in account.promotions.clone() {
        let mut promotion = unit.load::<Promotion>(id)?;
        let waits_or_runs =
            matches!(promotion.state, promotion::State::Scheduled | promotion::State::Running);
        if waits_or_runs {
            let command = promotion::Command::Suspend { cause: Cause::Breaker };
            super::promotion::change(unit, &mut promotion, command, account.currency)?;
        }
        unit.save(promotion);
    }
    Ok(())
}

/// Rule R1-11. Some of what the breaker stopped goes on; a timer brings the rest.
fn resume(unit: &mut Unit<'_>, account: &PrepaidAccount, closed_at: Timestamp) -> Result<(), Stop> {
    let policy = policy::prepaid(unit);
    let standing = standing(unit, account)?;
    let next = ResumePromotions {
        environment: unit.environment(),
        merchant: MerchantId::from_raw(account.merchant),
        account: account.id,
        closed_at,
    };
    // Restricted or owing meanwhile: what is stopped stays so, and is looked at again as a breaker is (R1-10).
    let may_go_on = promotion::may_join(standing, account.currency).is_ok();
    let mut left = if may_go_on { usize::from(policy.resume_batch.max(1)) } else { 0 };
    for id in account.promotions.clone() {
        let mut promotion = unit.load::<Promotion>(id)?;
        let stopped = matches!(promotion.state, promotion::State::Suspended { cause: Cause::Breaker, .. });
        if stopped && left == 0 {
            let seconds = if may_go_on {
                i64::from(policy.resume_every_seconds)
            } else {
                i64::from(policy.recheck_minutes.max(1)) * 60
            };
            unit.timer(unit.now().plus_seconds(seconds), &next);
            return Ok(());
        }
        if stopped {
            left -= 1;
            let command = promotion::Command::Resume { cause: Cause::Breaker, standing };
            super::promotion::change(unit, &mut promotion, command, account.currency)?;
        }
        unit.save(promotion);
    }
    Ok(())
}

/// Decides about an account when a time has come that was set.
fn on_time(
    unit: &mut Unit<'_>,
    id: AccountId,
    command: impl FnOnce(Figures) -> account::Command,
) -> Result<(), Stop> {
    let mut account = unit.load::<PrepaidAccount>(id)?;
    let command = command(figures(unit, &account)?);
    decided(unit, &mut account, command)?;
    unit.save(account);
    Ok(())
}

command! {
    /// Rule R1-10. Looks again at an account whose breaker is not closed.
    pub struct Recheck("prepaid.recheck") of merchant {
        /// The account.
        pub account: AccountId,
        /// The time that was set.
        pub due: Timestamp,
    }

    fn run(&self, unit) -> () {
        on_time(unit, self.account, |figures| account::Command::Recheck { due: self.due, figures })
    }
}

command! {
    /// Rule R1-07. Repeats the alert of an account that is still below its warning line.
    pub struct RepeatAlert("prepaid.repeat_alert") of merchant {
        /// The account.
        pub account: AccountId,
        /// The time that was set.
        pub due: Timestamp,
    }

    fn run(&self, unit) -> () {
        on_time(unit, self.account, |figures| account::Command::RepeatAlert { due: self.due, figures })
    }
}

command! {
    /// Rule R1-11. Lets the next promotions go on that the breaker stopped.
    pub struct ResumePromotions("prepaid.resume_promotions") of merchant {
        /// The account.
        pub account: AccountId,
        /// When the breaker closed: another closing has its own.
        pub closed_at: Timestamp,
    }

    fn run(&self, unit) -> () {
        let account = unit.load::<PrepaidAccount>(self.account)?;
        let same = account.breaker == Breaker::Closed && account.breaker_since == Some(self.closed_at);
        if same { resume(unit, &account, self.closed_at) } else { Ok(()) }
    }
}
