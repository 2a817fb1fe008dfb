//! What a withdrawal makes of the bank's word: yes, no, silence, or the money back. Never gives anything back
//! to the account: that is a person's decision (R1-29).

use zaiton_kernel::Timestamp;

use super::checks::is_code;
use super::decide::Answer;
use super::{Cause, CommandKind, Event, State, Withdrawal, WithdrawalRefusal as Refusal};
use crate::Decision;

/// What the bank says.
#[derive(Clone, Debug)]
pub(super) enum Word {
    /// It refused a payment for certain.
    No {
        /// The payment.
        payment: i64,
        /// Its code.
        code: String,
        /// Its words.
        text: String,
    },
    /// Nothing, in time.
    Silence,
    /// It has paid.
    Yes {
        /// The payment.
        payment: i64,
    },
    /// The money came back.
    Back {
        /// Raw id of the bank line.
        line: i64,
    },
}

impl Word {
    const fn kind(&self) -> CommandKind {
        match self {
            Self::No { .. } => CommandKind::Fail,
            Self::Silence => CommandKind::TimeOut,
            Self::Yes { .. } => CommandKind::Pay,
            Self::Back { .. } => CommandKind::Return,
        }
    }
}

/// Rule R1-29, machine M8, K-65. Takes the bank's word, or says why not.
pub(super) fn answer(withdrawal: &Withdrawal, word: Word, now: Timestamp) -> Answer {
    use State::{
        Approved, Cancelled, GivenBack, InManual, New, Paid, Rejected, Requested, Returned, Reversed, Sent,
    };
    let command = word.kind();
    match (&withdrawal.state, word) {
        (New, _) => Err(Refusal::NotRequested { command }),
        (state @ (Rejected { .. } | Cancelled { .. }), _) => {
            Err(Refusal::Closed { command, state: state.clone() })
        }
        (state @ (Requested | Approved { .. } | Sent { .. } | InManual { .. }), Word::Back { line }) => {
            Err(Refusal::NotPaid { line, state: state.clone() })
        }
        (state @ (Requested | Approved { .. }), _) => Err(Refusal::NotSent { command, state: state.clone() }),
        (state @ InManual { .. }, _) if withdrawal.payment.is_none() => {
            Err(Refusal::NotSent { command, state: state.clone() })
        }

        (Sent { .. } | InManual { .. }, Word::No { payment, code, text }) => {
            refused_by_bank(withdrawal, payment, code, text, now)
        }
        (
            Paid { .. } | Reversed { .. } | Returned { .. } | GivenBack { .. },
            Word::No { payment, code, .. },
        ) => refused_late(withdrawal, payment, &code),

        (Sent { answer_by, .. }, Word::Silence) if now < *answer_by => {
            Err(Refusal::NotYetDue { due_at: *answer_by })
        }
        (Sent { .. }, Word::Silence) => {
            let payment = withdrawal.payment.expect("what was sent has a payment");
            Ok(Decision::one(Event::TimedOut { payment, at: now }))
        }
        (InManual { cause: Cause::TimedOut, .. }, Word::Silence) => Ok(Decision::already()),
        (
            state @ (InManual { cause: Cause::Failed | Cause::CardChanged, .. }
            | Paid { .. }
            | Reversed { .. }
            | Returned { .. }
            | GivenBack { .. }),
            Word::Silence,
        ) => Err(Refusal::Closed { command, state: state.clone() }),

        (
            Sent { .. } | InManual { .. } | Paid { .. } | Returned { .. } | GivenBack { .. },
            Word::Yes { payment },
        ) if withdrawal.payment != Some(payment) => Err(other_payment(withdrawal, payment)),
        // A late yes, and one after a no, still settle it: the money has left (K-65).
        (Sent { .. } | InManual { .. }, Word::Yes { payment }) => {
            Ok(Decision::one(Event::Paid { payment, at: now }))
        }
        (Paid { .. } | Returned { .. } | GivenBack { .. }, Word::Yes { .. }) => Ok(Decision::already()),
        (Reversed { .. }, Word::Yes { payment }) => Err(Refusal::PaidAfterReversal { payment }),

        (Paid { .. }, Word::Back { line }) => Ok(Decision::one(Event::Returned { line, at: now })),
        (Returned { line, .. } | GivenBack { line, .. }, Word::Back { line: asked }) if *line == asked => {
            Ok(Decision::already())
        }
        (Returned { line, .. } | GivenBack { line, .. }, Word::Back { line: asked }) => {
            Err(Refusal::ReturnedOtherwise { line: *line, asked })
        }
        (state @ Reversed { .. }, Word::Back { line }) => {
            Err(Refusal::NotPaid { line, state: state.clone() })
        }
    }
}

fn other_payment(withdrawal: &Withdrawal, payment: i64) -> Refusal {
    Refusal::OtherPayment { payment, sent: withdrawal.payment.unwrap_or_default() }
}

/// What a no means for a payment that was refused before; `None` when it was not.
fn refused_before(withdrawal: &Withdrawal, payment: i64, code: &str) -> Option<Answer> {
    let failure = withdrawal.failures.iter().find(|failure| failure.payment == payment)?;
    Some(if failure.code == code {
        Ok(Decision::already())
    } else if withdrawal.payment == Some(payment) {
        Err(Refusal::AnsweredOtherwise { payment, state: withdrawal.state.clone() })
    } else {
        Err(other_payment(withdrawal, payment))
    })
}

/// Rule R1-29. A person decides what becomes of it.
fn refused_by_bank(
    withdrawal: &Withdrawal,
    payment: i64,
    code: String,
    text: String,
    now: Timestamp,
) -> Answer {
    if let Some(answer) = refused_before(withdrawal, payment, &code) {
        return answer;
    }
    if withdrawal.payment != Some(payment) {
        return Err(other_payment(withdrawal, payment));
    }
    is_code(&code)?;
    Ok(Decision::one(Event::Failed { payment, code, at: now, text }))
}

/// A no to what is over: it was heard before, it agrees with the person who reversed it, or it contradicts.
fn refused_late(withdrawal: &Withdrawal, payment: i64, code: &str) -> Answer {
    if let Some(answer) = refused_before(withdrawal, payment, code) {
        return answer;
    }
    if withdrawal.payment != Some(payment) {
        return Err(other_payment(withdrawal, payment));
    }
    match withdrawal.state {
        State::Reversed { .. } => Ok(Decision::already()),
        State::New
        | State::Requested
        | State::Approved { .. }
        | State::Sent { .. }
        | State::Paid { .. }
        | State::Rejected { .. }
        | State::Cancelled { .. }
        | State::InManual { .. }
        | State::Returned { .. }
        | State::GivenBack { .. } => {
            Err(Refusal::AnsweredOtherwise { payment, state: withdrawal.state.clone() })
        }
    }
}
