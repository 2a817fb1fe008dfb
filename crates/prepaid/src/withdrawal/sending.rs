//! Giving a withdrawal to the bank, the first time by itself and again only by a person. Never makes a
//! payment, and never sends what may have been paid.

use zaiton_kernel::Timestamp;

use super::checks::{in_force, may_leave};
use super::decide::Answer;
use super::{
    ATTEMPTS, Card, Cause, CommandKind, Event, Standing, State, Withdrawal, WithdrawalRefusal as Refusal,
};
use crate::{Decision, PrepaidPolicy};

/// A payment that is to be given to the bank.
#[derive(Clone, Debug)]
pub(super) struct Sending {
    /// The payment.
    pub(super) payment: i64,
    /// Who sends it again; none the first time.
    pub(super) actor: Option<String>,
    /// How the account stands.
    pub(super) standing: Standing,
    /// The bound card.
    pub(super) card: Card,
}

impl Sending {
    const fn kind(&self) -> CommandKind {
        if self.actor.is_some() { CommandKind::Retry } else { CommandKind::Send }
    }
}

/// Rules R1-26, R1-27, R1-29, machine M8. Sends it, or says why it is not sent.
pub(super) fn sending(
    withdrawal: &Withdrawal,
    sending: Sending,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Answer {
    use State::{
        Approved, Cancelled, GivenBack, InManual, New, Paid, Rejected, Requested, Returned, Reversed, Sent,
    };
    let (command, again, asked) = (sending.kind(), sending.actor.is_some(), sending.payment);
    let never_resent = || Err(Refusal::NeverResent { payment: withdrawal.payment.unwrap_or_default() });
    match &withdrawal.state {
        New => Err(Refusal::NotRequested { command }),
        Requested => Err(Refusal::NotApproved { command }),
        Approved { .. } if !again => send(withdrawal, sending, policy, now),
        InManual { cause: Cause::Failed, .. } if again => retry(withdrawal, sending, policy, now),
        Sent { .. }
        | InManual { .. }
        | Paid { .. }
        | Reversed { .. }
        | Returned { .. }
        | GivenBack { .. }
            if was_sent(withdrawal, asked, again) =>
        {
            Ok(Decision::already())
        }
        InManual { cause, .. } if again => Err(Refusal::NotFailed { cause: *cause }),
        Sent { .. } | InManual { cause: Cause::Failed | Cause::TimedOut, .. } => never_resent(),
        state @ Approved { .. } => Err(Refusal::NothingToDecide { command, state: state.clone() }),
        state @ (InManual { cause: Cause::CardChanged, .. }
        | Paid { .. }
        | Rejected { .. }
        | Cancelled { .. }
        | Reversed { .. }
        | Returned { .. }
        | GivenBack { .. }) => Err(Refusal::Closed { command, state: state.clone() }),
    }
}

/// It was sent under this payment; `again`: as a repetition.
fn was_sent(withdrawal: &Withdrawal, payment: i64, again: bool) -> bool {
    let mut all = withdrawal.failures.iter().map(|failure| failure.payment).chain(withdrawal.payment);
    let first = all.clone().next();
    all.any(|sent| sent == payment) && !(again && first == Some(payment))
}

/// Rules R1-26, R1-27. Arrears and a card that is not in force let it wait; another card is for a person
/// (K-66).
fn send(withdrawal: &Withdrawal, sending: Sending, policy: &PrepaidPolicy, now: Timestamp) -> Answer {
    may_leave(withdrawal, sending.standing)?;
    if sending.card.payee != withdrawal.to {
        return Ok(Decision::one(Event::CardChanged { at: now }));
    }
    in_force(withdrawal, &sending.card)?;
    Ok(Decision::one(Event::Sent {
        payment: sending.payment,
        attempt: withdrawal.attempt + 1,
        actor: sending.actor,
        at: now,
        answer_by: now.plus_elapsed_days(i64::from(policy.withdrawal_answer_days)),
    }))
}

/// Rule R1-29. Only after a refusal that is certain, and only under a new payment.
fn retry(withdrawal: &Withdrawal, sending: Sending, policy: &PrepaidPolicy, now: Timestamp) -> Answer {
    if withdrawal.attempt >= ATTEMPTS {
        return Err(Refusal::TooManyAttempts { attempts: withdrawal.attempt });
    }
    if was_sent(withdrawal, sending.payment, false) {
        return Err(Refusal::PaymentUsed { payment: sending.payment });
    }
    send(withdrawal, sending, policy, now)
}
