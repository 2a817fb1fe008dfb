//! Withdrawals (machine M8): asked for, approved, sent to the bank account that pays, answered, given back. Guards stand at
//! the request, at approval and at sending; nothing is credited again without a person (R1-26 to R1-29).
//!
//! `asking.rs` the request and its approval; `sending.rs` the payment; `answers.rs` what the bank says. Here what each of them
//! does to a withdrawal and its account.

mod answers;
mod asking;
mod sending;

use serde::{Deserialize, Serialize};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Money};
use zaiton_notices::Topic;
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::withdrawal::{self, Card, Event, Payee, Role, Standing, State};
use zaiton_prepaid::{PrepaidAccount, Withdrawal, WithdrawalId, account};

use super::repay::repay_arrears;
use super::watch::{figures, watch};
use crate::notices::tell;
use crate::policy;

pub use answers::{FailWithdrawal, GiveBackWithdrawal, PayWithdrawal, ReturnWithdrawal, TimeOutWithdrawal};
pub use asking::{ApproveWithdrawal, CancelWithdrawal, RejectWithdrawal, RequestWithdrawal};
pub use sending::{RetryWithdrawal, ReverseWithdrawal, SendWithdrawal};

/// A withdrawal as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct WithdrawalReply {
    /// Its id.
    pub withdrawal: WithdrawalId,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: State,
    /// Whose approval is missing next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_approval: Option<Role>,
}

impl WithdrawalReply {
    fn of(withdrawal: &Withdrawal) -> Self {
        let requested = withdrawal.state == State::Requested;
        Self {
            withdrawal: withdrawal.id,
            amount: withdrawal.amount,
            state: withdrawal.state.clone(),
            next_approval: withdrawal.next_role().filter(|_| requested),
        }
    }
}

fn standing(unit: &mut Unit<'_>, account: &PrepaidAccount, but: WithdrawalId) -> Result<Standing, Stop> {
    let figures = figures(unit, account)?;
    Ok(Standing {
        state: account.state,
        restricted: account.is_restricted(),
        owed_minor: figures.owed.minor(),
        available_minor: figures.available.minor(),
        open_withdrawals: account.open_withdrawals.iter().filter(|open| **open != but).count(),
    })
}

fn card(account: &PrepaidAccount) -> Card {
    let (payee, in_force) = match &account.wire_account {
        Some(card) => (Payee::from(card), card.in_force),
        None => (Payee::default(), false),
    };
    Card { payee, in_force, changed_at: account.card_changed_at }
}

fn ask_account(
    unit: &mut Unit<'_>,
    account: &mut Doc<PrepaidAccount>,
    command: account::Command,
) -> Result<(), Stop> {
    let decision = account::decide(account, command, &policy::prepaid(unit), unit.now())?;
    for event in &decision.events {
        account.apply(event);
        if !matches!(
            event,
            account::Event::WithdrawalListed { .. } | account::Event::WithdrawalUnlisted { .. }
        ) {
            unit.emit(account.id, event);
        }
    }
    Ok(())
}

/// Decides about a withdrawal, books, applies, and does what follows on the account; gives whether anything changed.
fn change(
    unit: &mut Unit<'_>,
    record: &mut Withdrawal,
    account: &mut Doc<PrepaidAccount>,
    command: withdrawal::Command,
) -> Result<bool, Stop> {
    let decision = withdrawal::decide(record, command, &policy::prepaid(unit), unit.now())?;
    for event in &decision.events {
        unit.post(withdrawal::postings(record, event))?;
        record.apply(event);
        unit.emit(record.id, event);
        follow(unit, record, account, event)?;
    }
    if decision.events.iter().any(|event| matches!(event, Event::Requested { .. })) {
        // Rule R1-28: available fell at the click.
        watch(unit, account, false)?;
    }
    Ok(!decision.is_already())
}

fn follow(
    unit: &mut Unit<'_>,
    record: &Withdrawal,
    account: &mut Doc<PrepaidAccount>,
    event: &Event,
) -> Result<(), Stop> {
    let (id, environment) = (record.id, unit.environment());
    let merchant = MerchantId::from_raw(account.merchant);
    let listed = account.open_withdrawals.contains(&id);
    if record.is_open() && !listed {
        ask_account(unit, account, account::Command::ListWithdrawal { withdrawal: id })?;
    } else if !record.is_open() && listed {
        ask_account(unit, account, account::Command::UnlistWithdrawal { withdrawal: id })?;
    }
    let amount: &[(&str, &dyn std::fmt::Display)] = &[("amount", &record.amount)];
    match event {
        Event::Sent { answer_by, payment, .. } => {
            let overdue = TimeOutWithdrawal { environment, merchant, withdrawal: id, payment: *payment };
            unit.timer(*answer_by, &overdue);
        }
        Event::Rejected { .. } => {
            tell(unit, account, Topic::WithdrawalRejected, id, amount)?;
            credited(unit, account)?;
        }
        Event::Cancelled { .. } | Event::Reversed { .. } | Event::GivenBack { .. } => {
            credited(unit, account)?;
        }
        Event::Paid { .. } => {
            ask_account(unit, account, account::Command::UseCard { to: record.to.clone() })?;
            tell(unit, account, Topic::WithdrawalPaid, id, amount)?;
        }
        Event::Returned { .. } => {
            ask_account(unit, account, account::Command::ReturnCard { to: record.to.clone() })?;
            tell(unit, account, Topic::WithdrawalReturned, id, amount)?;
        }
        Event::Requested { .. }
        | Event::ApprovalGiven { .. }
        | Event::Approved { .. }
        | Event::CardChanged { .. }
        | Event::Failed { .. }
        | Event::TimedOut { .. } => {}
    }
    Ok(())
}

/// Money is available again: arrears first (P10d), then the lines.
fn credited(unit: &mut Unit<'_>, account: &mut Doc<PrepaidAccount>) -> Result<(), Stop> {
    repay_arrears(unit, account)?;
    watch(unit, account, true)
}

/// Loads a withdrawal and its account, lets something be done about them, saves both.
fn with_account(
    unit: &mut Unit<'_>,
    id: WithdrawalId,
    act: impl FnOnce(&mut Unit<'_>, &mut Doc<Withdrawal>, &mut Doc<PrepaidAccount>) -> Result<(), Stop>,
) -> Result<WithdrawalReply, Stop> {
    let mut record = unit.load::<Withdrawal>(id)?;
    let mut account = unit.load::<PrepaidAccount>(record.account)?;
    act(unit, &mut record, &mut account)?;
    let reply = WithdrawalReply::of(&record);
    unit.save(record);
    unit.save(account);
    Ok(reply)
}

/// What a person decides about a withdrawal, whatever else stands on its account.
fn as_person(
    unit: &mut Unit<'_>,
    id: WithdrawalId,
    command: impl FnOnce(String) -> withdrawal::Command,
) -> Result<WithdrawalReply, Stop> {
    let command = command(unit.actor().name().to_owned());
    with_account(unit, id, |unit, record, account| change(unit, record, account, command).map(drop))
}
