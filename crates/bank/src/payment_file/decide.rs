//! What a payment file answers to each command in each state. Never writes the file itself.

use std::collections::BTreeSet;

use zaiton_kernel::{Id, Money};

use super::{Command, CommandKind, Event, FilePayment, PaymentFile, PaymentFileRefusal, State};
use crate::payment::PaymentId;
use crate::{Allowed, BankPolicy, Decision};

type Answer = Result<Decision<Event>, PaymentFileRefusal>;

/// Rules R1-27, R5-03. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(file: &PaymentFile, command: Command, policy: &BankPolicy) -> Answer {
    let kind = command.kind();
    let closed = || PaymentFileRefusal::Closed { command: kind, state: file.state.clone() };
    match (&file.state, command) {
        (State::New, Command::Propose { payments, maker }) => propose(file, &payments, maker, policy),
        (State::New, Command::Release { .. } | Command::Answer | Command::Drop { .. }) => {
            Err(PaymentFileRefusal::NotProposed { command: kind })
        }
        (
            State::Proposed | State::Released | State::Answered | State::Dropped { .. },
            Command::Propose { payments, maker },
        ) => {
            let same = file.maker == maker
                && payments.iter().map(|entry| entry.payment).eq(file.payments.iter().copied());
            if same { Ok(Decision::already()) } else { Err(closed()) }
        }

        (State::Proposed, Command::Release { checker }) => release(file, checker),
        (State::Released | State::Answered, Command::Release { checker }) => {
            if file.checker.as_ref() == Some(&checker) { Ok(Decision::already()) } else { Err(closed()) }
        }
        (State::Dropped { .. }, Command::Release { .. }) => Err(closed()),

        (State::Proposed, Command::Drop { actor }) => {
            somebody(&actor)?;
            Ok(Decision::one(Event::Dropped { actor }))
        }
        (State::Released | State::Answered, Command::Drop { .. }) => Err(closed()),
        (State::Dropped { .. }, Command::Drop { .. }) => Ok(Decision::already()),

        (State::Released, Command::Answer) => Ok(Decision::one(Event::Answered {})),
        (State::Answered, Command::Answer) => Ok(Decision::already()),
        (State::Proposed | State::Dropped { .. }, Command::Answer) => {
            Err(PaymentFileRefusal::NotReleased { state: file.state.clone() })
        }
    }
}

/// Rule R1-27. Whether the file may be downloaded: once released, any number of times.
///
/// # Errors
/// It is not released.
pub fn may_download(file: &PaymentFile) -> Result<(), PaymentFileRefusal> {
    match file.state {
        State::Released | State::Answered => Ok(()),
        State::New | State::Proposed | State::Dropped { .. } => {
            Err(PaymentFileRefusal::NotReleased { state: file.state.clone() })
        }
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(file: &PaymentFile, policy: &BankPolicy) -> Vec<Allowed<CommandKind, PaymentFileRefusal>> {
    let one = FilePayment {
        payment: PaymentId::from_raw(1),
        account: file.account,
        amount: Money::new(1, file.total.currency()),
    };
    let other = format!("not {}", file.maker);
    let probe = |kind| match kind {
        CommandKind::Propose => Command::Propose { payments: vec![one], maker: other.clone() },
        CommandKind::Release => Command::Release { checker: other.clone() },
        CommandKind::Answer => Command::Answer,
        CommandKind::Drop => Command::Drop { actor: other.clone() },
    };
    let refusal = |kind| match decide(file, probe(kind), policy) {
        Ok(decision) if decision.is_already() => {
            Some(PaymentFileRefusal::Closed { command: kind, state: file.state.clone() })
        }
        Ok(_) => None,
        Err(refusal) => Some(refusal),
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

fn somebody(actor: &str) -> Result<(), PaymentFileRefusal> {
    if actor.trim().is_empty() { Err(PaymentFileRefusal::Nobody {}) } else { Ok(()) }
}

fn propose(file: &PaymentFile, payments: &[FilePayment], maker: String, policy: &BankPolicy) -> Answer {
    somebody(&maker)?;
    let count = payments.len();
    if count == 0 || count > policy.max_in_file {
        return Err(PaymentFileRefusal::Count { payments: count, at_most: policy.max_in_file });
    }
    let mut seen = BTreeSet::new();
    let mut total = Money::zero(file.total.currency());
    for entry in payments {
        if entry.account != file.account {
            return Err(PaymentFileRefusal::AnotherAccount {
                payment: entry.payment,
                account: entry.account,
            });
        }
        if !seen.insert(entry.payment) {
            return Err(PaymentFileRefusal::Twice { payment: entry.payment });
        }
        total = total
            .plus(entry.amount)
            .map_err(|_| PaymentFileRefusal::Amount { payment: entry.payment, amount: entry.amount })?;
    }
    let payments = payments.iter().map(|entry| entry.payment).collect();
    Ok(Decision::one(Event::Proposed { payments, total, maker }))
}

/// Rule R1-27. Never the same person.
fn release(file: &PaymentFile, checker: String) -> Answer {
    somebody(&checker)?;
    if checker == file.maker {
        return Err(PaymentFileRefusal::SamePerson { maker: checker });
    }
    Ok(Decision::one(Event::Released { checker }))
}
