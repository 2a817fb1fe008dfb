//! What people must have heeded when they ask for, check, reverse or give back a withdrawal. Never decides by
//! the state: [`super::decide`] has.

use zaiton_kernel::{Money, Timestamp};

use super::decide::Answer;
use super::{
    Ask, Card, Cause, Command, CommandKind, Event, Payee, Role, Standing, State, Withdrawal,
    WithdrawalRefusal as Refusal,
};
use crate::account::State as AccountState;
use crate::{Decision, PrepaidPolicy};

/// Letters of a reason's or a bank's code (ISO 20022: 35).
const CODE_LETTERS: usize = 35;

/// Rules R1-26 to R1-28, machine M8. The guards of a request.
pub(super) fn request(withdrawal: &Withdrawal, ask: Ask, policy: &PrepaidPolicy, now: Timestamp) -> Answer {
    let Ask { amount, card, standing, first_use, maker } = ask;
    may_leave(withdrawal, standing)?;
    sound_amount(withdrawal, amount, standing, policy)?;
    in_force(withdrawal, &card)?;
    if let Some(changed_at) = card.changed_at {
        let usable_from = changed_at.plus_elapsed_days(i64::from(policy.withdrawal_cooling_days));
        if now < usable_from {
            return Err(Refusal::CardCooling { changed_at, usable_from });
        }
    }
    let (open, at_most) = (standing.open_withdrawals, policy.max_open_withdrawals);
    if open >= usize::from(at_most) {
        return Err(Refusal::TooManyOpen { open, at_most });
    }
    let needs_finance = first_use || amount.minor() > policy.withdrawal_finance_above_minor;
    Ok(Decision::one(Event::Requested { amount, maker, first_use, needs_finance, at: now, to: card.payee }))
}

/// The same request again is already done, however the account and the card's use stand by now.
pub(super) fn request_again(withdrawal: &Withdrawal, ask: &Ask) -> Answer {
    let same =
        ask.amount == withdrawal.amount && ask.card.payee == withdrawal.to && ask.maker == withdrawal.maker;
    if same {
        Ok(Decision::already())
    } else {
        Err(Refusal::RequestedOtherwise { amount: withdrawal.amount, asked: ask.amount })
    }
}

/// Machines M6, M8, rule R1-26. Whether money may leave the account: it is active, or closing (then all of it leaves), it is
/// not restricted, and it owes nothing.
pub(super) fn may_leave(withdrawal: &Withdrawal, standing: Standing) -> Result<(), Refusal> {
    let account = withdrawal.account;
    match standing.state {
        AccountState::Active { .. } | AccountState::Closing { .. } if !standing.restricted => {}
        state @ (AccountState::Unopened
        | AccountState::Opened
        | AccountState::AlertSet
        | AccountState::Active { .. }
        | AccountState::Closing { .. }
        | AccountState::Closed { .. }) => {
            return Err(Refusal::AccountNotActive { account, state, restricted: standing.restricted });
        }
    }
    if standing.owed_minor > 0 {
        let owed = Money::new(standing.owed_minor, withdrawal.amount.currency());
        return Err(Refusal::Arrears { account, owed });
    }
    Ok(())
}

/// Rule R1-28, machine M8. An amount that may be asked for.
fn sound_amount(
    withdrawal: &Withdrawal,
    amount: Money,
    standing: Standing,
    policy: &PrepaidPolicy,
) -> Result<(), Refusal> {
    let currency = withdrawal.amount.currency();
    if amount.currency() != currency {
        return Err(Refusal::Currency { amount, expected: currency });
    }
    if !amount.is_positive() {
        return Err(Refusal::NotPositive { amount });
    }
    let at_least = Money::new(policy.withdrawal_min_minor, currency);
    if amount.minor() < at_least.minor() {
        let short_by = Money::new(at_least.minor() - amount.minor(), currency);
        return Err(Refusal::BelowMinimum { amount, at_least, short_by });
    }
    let available = Money::new(standing.available_minor, currency);
    if amount.minor() > available.minor() {
        let short_by = Money::new(amount.minor().saturating_sub(available.minor()), currency);
        return Err(Refusal::MoreThanAvailable {
            account: withdrawal.account,
            needed: amount,
            available,
            short_by,
        });
    }
    Ok(())
}

/// Rule R1-27. Whether money may go to the card.
pub(super) fn in_force(withdrawal: &Withdrawal, card: &Card) -> Result<(), Refusal> {
    // A binding without a bank, a number or a holder is none.
    let Payee { bank, account_no, holder } = &card.payee;
    let whole = [bank, account_no, holder].iter().all(|text| !text.trim().is_empty());
    if card.in_force && whole { Ok(()) } else { Err(Refusal::CardNotInForce { account: withdrawal.account }) }
}

/// The same command again, and what it led to still holds.
pub(super) fn is_done(withdrawal: &Withdrawal, command: &Command) -> bool {
    use State::{
        Approved, Cancelled, GivenBack, InManual, New, Paid, Rejected, Requested, Returned, Reversed, Sent,
    };
    match (&withdrawal.state, command) {
        (
            Approved { .. }
            | Sent { .. }
            | InManual { .. }
            | Paid { .. }
            | Returned { .. }
            | GivenBack { .. },
            Command::Approve { actor, role, .. },
        ) => has_agreed(withdrawal, actor, *role),
        (Rejected { by, reason: given, .. }, Command::Reject { actor, reason }) => {
            by == actor && given == reason
        }
        (Cancelled { by, .. }, Command::Cancel { actor }) => by == actor,
        (Reversed { by, .. }, Command::Reverse { actor, evidence }) => {
            by == actor && withdrawal.evidence == *evidence
        }
        (GivenBack { maker, checker, .. }, Command::GiveBack { maker: one, checker: other }) => {
            maker == one && checker == other
        }
        (
            New
            | Requested
            | Approved { .. }
            | Sent { .. }
            | Paid { .. }
            | Rejected { .. }
            | Cancelled { .. }
            | InManual { .. }
            | Reversed { .. }
            | Returned { .. }
            | GivenBack { .. },
            _,
        ) => false,
    }
}

/// Whether a checker has agreed in this role.
pub(super) fn has_agreed(withdrawal: &Withdrawal, actor: &str, role: Role) -> bool {
    withdrawal.approvals.iter().any(|approval| approval.actor == actor && approval.role == role)
}

/// Rules R1-26, R1-27, K-62. Operations first, then finance where it is needed; never one person twice, never
/// the maker.
pub(super) fn approve(
    withdrawal: &Withdrawal,
    actor: String,
    role: Role,
    standing: Standing,
    now: Timestamp,
) -> Answer {
    if has_agreed(withdrawal, &actor, role) {
        return Ok(Decision::already());
    }
    may_leave(withdrawal, standing)?;
    let needed = withdrawal.next_role().unwrap_or(role);
    if role != needed {
        return Err(Refusal::AnotherRole { role, needed });
    }
    not_before(withdrawal, CommandKind::Approve, &actor)?;
    let mut events = vec![Event::ApprovalGiven { actor, role, at: now }];
    if role == Role::Finance || !withdrawal.needs_finance {
        events.push(Event::Approved { at: now });
    }
    Ok(Decision { events })
}

/// Rule R1-27, K-63. A person who neither asked for the withdrawal nor approved it.
fn not_before(withdrawal: &Withdrawal, command: CommandKind, actor: &str) -> Result<(), Refusal> {
    if withdrawal.approvals.iter().any(|approval| approval.actor == actor) {
        return Err(Refusal::SamePerson { command, actor: actor.to_owned() });
    }
    not_the_maker(withdrawal, command, actor)
}

fn not_the_maker(withdrawal: &Withdrawal, command: CommandKind, actor: &str) -> Result<(), Refusal> {
    if actor == withdrawal.maker {
        Err(Refusal::MakerChecks { command, actor: actor.to_owned() })
    } else {
        Ok(())
    }
}

/// A code, so that what a person or a bank wrote cannot come into an event with it.
pub(super) fn is_code(code: &str) -> Result<(), Refusal> {
    let letters = code.chars().count();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if letters > 0 && letters <= CODE_LETTERS && code.chars().all(plain) {
        Ok(())
    } else {
        Err(Refusal::NotACode { letters, at_most: CODE_LETTERS })
    }
}

/// Rule R1-27. Also after approval, until it is sent.
pub(super) fn reject(actor: String, reason: String, now: Timestamp) -> Answer {
    is_code(&reason)?;
    Ok(Decision::one(Event::Rejected { actor, reason, at: now }))
}

/// Rule R1-29, K-63. Money comes back only by a person who had no part in sending it; where the bank was
/// silent, with proof that nothing left.
pub(super) fn reverse(
    withdrawal: &Withdrawal,
    cause: Cause,
    actor: String,
    evidence: String,
    now: Timestamp,
) -> Answer {
    not_before(withdrawal, CommandKind::Reverse, &actor)?;
    match cause {
        Cause::TimedOut if evidence.trim().is_empty() => Err(Refusal::EvidenceMissing { cause }),
        Cause::TimedOut | Cause::Failed | Cause::CardChanged => {
            Ok(Decision::one(Event::Reversed { actor, at: now, evidence }))
        }
    }
}

/// Posting P11d, K-63. Two people of the operator.
pub(super) fn give_back(
    withdrawal: &Withdrawal,
    line: i64,
    maker: String,
    checker: String,
    now: Timestamp,
) -> Answer {
    for actor in [&maker, &checker] {
        not_the_maker(withdrawal, CommandKind::GiveBack, actor)?;
    }
    if maker == checker {
        return Err(Refusal::SamePerson { command: CommandKind::GiveBack, actor: checker });
    }
    Ok(Decision::one(Event::GivenBack { line, maker, checker, at: now }))
}
