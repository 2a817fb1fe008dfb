//! What a bank line answers to each command in each state. Never looks for a top-up.

use zaiton_kernel::{Id, Text};

use super::proposal::{confirm, propose, refuse};
use super::{
    Command, CommandKind, Decided, Event, Line, LineDecision, LineRefusal, NoReceipt, Origin, State,
};
use crate::payment::PaymentId;
use crate::{Allowed, Decision};

type Answer = Result<Decision<Event>, LineRefusal>;

/// Rules R1-15, R1-18, M8. Decides a command. A line is used at most once (invariant 9).
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(line: &Line, command: Command) -> Answer {
    match (&line.state, command) {
        (State::Unrecorded, Command::Record) => Ok(Decision::one(record(line))),
        (State::Unrecorded, command) => Err(LineRefusal::NotRecorded { command: command.kind() }),
        (State::Unallocated, command) => free(line, Origin::Unallocated, command),
        (State::InReview { reasons }, command) => {
            free(line, Origin::InReview { reasons: reasons.clone() }, command)
        }
        (State::AwaitsAPerson { reason }, command) => no_receipt(line, *reason, command),
        (State::Proposed { .. }, command) => proposed(line, command),
        (State::Allocated { top_up, merchant }, command) => allocated(line, *top_up, *merchant, command),
        (State::Returning { payment }, Command::PaidBack { payment: told }) if told == *payment => {
            Ok(Decision::one(Event::PaidBack { payment: told }))
        }
        (State::Returning { payment }, Command::ReturnFailed { payment: told, reason })
            if told == *payment =>
        {
            Ok(Decision::one(Event::ReturnFailed { payment: told, reason }))
        }
        (
            State::Returning { .. }
            | State::Returned { .. }
            | State::WithdrawalReturned { .. }
            | State::BankCost { .. }
            | State::SweptOut { .. }
            | State::Arrived
            | State::PaysOut { .. },
            command,
        ) => used(line, command),
    }
}

/// A receipt that belongs to nobody yet.
fn free(line: &Line, from: Origin, command: Command) -> Answer {
    let kind = command.kind();
    let in_review = matches!(from, Origin::InReview { .. });
    let stands = || line.state.clone();
    match command {
        // The same line in another file: already so, nothing to record.
        Command::Record => Ok(Decision::already()),
        Command::Allocate { .. } if !line.client_money => Err(LineRefusal::OwnMoney { line: line.id }),
        Command::Allocate { top_up, merchant } => Ok(Decision::one(Event::Allocated { top_up, merchant })),
        Command::MarkForReview { reasons } => review(line, &from, reasons),
        Command::Propose { decision, maker, evidence } => propose(line, from, decision, maker, evidence),
        Command::Confirm { .. } | Command::Refuse { .. } => {
            Err(LineRefusal::NotProposed { command: kind, state: stands() })
        }
        Command::PayOut { .. } => Err(LineRefusal::NotADebit { state: stands() }),
        Command::PaidBack { payment } => Err(LineRefusal::NotReturning { payment, state: stands() }),
        // Undone before: a message that came twice.
        Command::Unallocate { .. } | Command::ReturnFailed { .. } | Command::TakeBack { .. } if in_review => {
            Ok(Decision::already())
        }
        Command::ReturnFailed { payment, .. } => Err(LineRefusal::NotReturning { payment, state: stands() }),
        Command::Unallocate { .. } | Command::TakeBack { .. } => {
            Err(LineRefusal::NotAllocated { state: stands() })
        }
    }
}

/// A debit or a reversal that nobody knows yet.
fn no_receipt(line: &Line, reason: NoReceipt, command: Command) -> Answer {
    let kind = command.kind();
    let stands = || line.state.clone();
    match command {
        Command::Record => Ok(Decision::already()),
        Command::Allocate { .. } | Command::MarkForReview { .. } | Command::Unallocate { .. } => {
            Err(LineRefusal::NotAReceipt { command: kind, state: stands() })
        }
        Command::Propose { decision, maker, evidence } => {
            propose(line, Origin::AwaitsAPerson { reason }, decision, maker, evidence)
        }
        Command::Confirm { .. } | Command::Refuse { .. } => {
            Err(LineRefusal::NotProposed { command: kind, state: stands() })
        }
        Command::PayOut { payment } => match reason {
            NoReceipt::Debit => Ok(Decision::one(Event::PaidOut { payment })),
            NoReceipt::Reversal => Err(LineRefusal::NotADebit { state: stands() }),
        },
        Command::PaidBack { payment } | Command::ReturnFailed { payment, .. } => {
            Err(LineRefusal::NotReturning { payment, state: stands() })
        }
        // Taken back before: a message that came twice.
        Command::TakeBack { .. } => Ok(Decision::already()),
    }
}

/// While a proposal stands nothing else uses the line.
fn proposed(line: &Line, command: Command) -> Answer {
    let State::Proposed { decision, maker, evidence, from } = &line.state else {
        unreachable!("asked of a proposed line only");
    };
    let kind = command.kind();
    match command {
        Command::Propose { decision: again, maker: by, evidence: why } => {
            if (&again, &by, &why) == (decision, maker, evidence) {
                Ok(Decision::already())
            } else {
                Err(LineRefusal::ProposedOtherwise { command: kind, line: line.id })
            }
        }
        Command::Confirm { checker, payment } => {
            let (decision, maker, evidence) = (decision.clone(), maker.clone(), evidence.clone());
            confirm(line, Decided { decision, maker, checker, evidence }, payment)
        }
        Command::Refuse { checker, reason } => refuse(line, (decision, maker), checker, reason, from.clone()),
        Command::Allocate { .. } | Command::PayOut { .. } => {
            Err(LineRefusal::ProposedOtherwise { command: kind, line: line.id })
        }
        Command::PaidBack { payment } => {
            Err(LineRefusal::NotReturning { payment, state: line.state.clone() })
        }
        // A person has it already; and what could be undone was undone before the proposal.
        Command::Record
        | Command::MarkForReview { .. }
        | Command::Unallocate { .. }
        | Command::ReturnFailed { .. }
        | Command::TakeBack { .. } => Ok(Decision::already()),
    }
}

/// A receipt that pays a top-up, by itself or because two persons said so.
fn allocated(line: &Line, used_for: i64, merchant: i64, command: Command) -> Answer {
    match command {
        Command::Allocate { top_up, .. } if top_up == used_for => Ok(Decision::already()),
        command @ (Command::Allocate { .. } | Command::MarkForReview { .. }) => {
            Err(LineRefusal::AllocatedOtherwise { command: command.kind(), line: line.id })
        }
        Command::Unallocate { top_up, reason } if top_up == used_for => {
            Ok(Decision::one(Event::Unallocated { top_up, merchant, reason }))
        }
        command @ (Command::Record
        // Undone before, and used for another request since: a message that came twice.
        | Command::Unallocate { .. }
        | Command::Propose { .. }
        | Command::Confirm { .. }
        | Command::Refuse { .. }
        | Command::PayOut { .. }
        | Command::PaidBack { .. }
        | Command::ReturnFailed { .. }
        | Command::TakeBack { .. }) => used(line, command),
    }
}

/// A line that is used. What was said before is already so; a message about an earlier use that was undone since says
/// nothing new.
fn used(line: &Line, command: Command) -> Answer {
    let kind = command.kind();
    let decided = line.decided.as_ref();
    let stands = || line.state.clone();
    let otherwise = || LineRefusal::UsedOtherwise { command: kind, state: line.state.clone() };
    let already = |so: bool, refusal| if so { Ok(Decision::already()) } else { Err(refusal) };
    match command {
        Command::Record => Ok(Decision::already()),
        Command::Allocate { .. } | Command::MarkForReview { .. } if line.credit => Err(otherwise()),
        Command::Unallocate { .. } if line.credit => Ok(Decision::already()),
        Command::Allocate { .. } | Command::MarkForReview { .. } | Command::Unallocate { .. } => {
            Err(LineRefusal::NotAReceipt { command: kind, state: stands() })
        }
        Command::Propose { decision, maker, evidence } => {
            let so = |known: &Decided| {
                (&known.decision, &known.maker, &known.evidence) == (&decision, &maker, &evidence)
            };
            already(decided.is_some_and(so), otherwise())
        }
        Command::Confirm { checker, .. } => {
            let so = decided.is_some_and(|known| known.checker == checker);
            already(so, LineRefusal::NotProposed { command: kind, state: stands() })
        }
        Command::Refuse { .. } => Err(LineRefusal::NotProposed { command: kind, state: stands() }),
        Command::PayOut { payment } => {
            let refusal = if line.credit { LineRefusal::NotADebit { state: stands() } } else { otherwise() };
            already(line.state == State::PaysOut { payment }, refusal)
        }
        Command::PaidBack { payment } => {
            let refusal = LineRefusal::NotReturning { payment, state: stands() };
            already(line.state == State::Returned { payment }, refusal)
        }
        Command::ReturnFailed { payment, .. } => {
            let so = line.credit && line.state != State::Returned { payment };
            already(so, LineRefusal::NotReturning { payment, state: stands() })
        }
        Command::TakeBack { decision, reason } => take_back(line, decision, reason),
    }
}

/// Only what has its other half in another partition is taken back; a top-up is by [`Command::Unallocate`].
fn take_back(line: &Line, decision: LineDecision, reason: Text) -> Answer {
    if line.decided.as_ref().is_none_or(|known| known.decision != decision) {
        // Taken back before, and used otherwise since.
        return Ok(Decision::already());
    }
    let has_another_half = match decision {
        LineDecision::WithdrawalReturned { .. } | LineDecision::SweepOut { .. } => true,
        LineDecision::BankCost { .. } => line.client_money,
        LineDecision::Match { .. } | LineDecision::ReturnToPayer | LineDecision::Arrived => false,
    };
    if has_another_half {
        Ok(Decision::one(Event::TakenBack { decision, reason }))
    } else {
        Err(LineRefusal::UsedOtherwise { command: CommandKind::TakeBack, state: line.state.clone() })
    }
}

fn record(line: &Line) -> Event {
    match (line.credit, line.reversal) {
        (true, false) => Event::Received {},
        (false, false) => Event::NotAReceipt { reason: NoReceipt::Debit },
        (true | false, true) => Event::NotAReceipt { reason: NoReceipt::Reversal },
    }
}

fn review(line: &Line, from: &Origin, reasons: Vec<Text>) -> Answer {
    if reasons.is_empty() {
        return Err(LineRefusal::ReasonMissing { line: line.id });
    }
    match from {
        Origin::InReview { reasons: known } if *known == reasons => Ok(Decision::already()),
        Origin::Unallocated | Origin::InReview { .. } | Origin::AwaitsAPerson { .. } => {
            Ok(Decision::one(Event::SentToReview { reasons }))
        }
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(line: &Line) -> Vec<Allowed<CommandKind, LineRefusal>> {
    let refusal = |kind| match decide(line, probe(line, kind)) {
        Ok(decision) if decision.is_already() => Some(match kind {
            CommandKind::Unallocate => LineRefusal::NotAllocated { state: line.state.clone() },
            CommandKind::Record | CommandKind::Allocate | CommandKind::MarkForReview => {
                LineRefusal::AllocatedOtherwise { command: kind, line: line.id }
            }
            CommandKind::Propose
            | CommandKind::Confirm
            | CommandKind::Refuse
            | CommandKind::PayOut
            | CommandKind::PaidBack
            | CommandKind::ReturnFailed
            | CommandKind::TakeBack => {
                LineRefusal::UsedOtherwise { command: kind, state: line.state.clone() }
            }
        }),
        Err(refusal) if refusal.closes() => Some(refusal),
        Ok(_) | Err(_) => None,
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

/// A command of a kind with figures that would fit.
fn probe(line: &Line, kind: CommandKind) -> Command {
    let (zero, one, nothing) = (0, 1, || Text::new("", ""));
    let (maker, text) = (String::new(), String::new());
    let used = if let State::Allocated { top_up, .. } = line.state { top_up } else { one };
    let payment = match line.state {
        State::Returning { payment } | State::Returned { payment } | State::PaysOut { payment } => payment,
        State::Unrecorded
        | State::Unallocated
        | State::Allocated { .. }
        | State::InReview { .. }
        | State::AwaitsAPerson { .. }
        | State::Proposed { .. }
        | State::WithdrawalReturned { .. }
        | State::BankCost { .. }
        | State::SweptOut { .. }
        | State::Arrived => PaymentId::from_raw(0),
    };
    let decision = line.decided.as_ref().map_or(LineDecision::Arrived, |known| known.decision.clone());
    match kind {
        CommandKind::Record => Command::Record,
        CommandKind::Allocate => Command::Allocate { top_up: zero, merchant: one },
        CommandKind::MarkForReview => Command::MarkForReview { reasons: Vec::new() },
        CommandKind::Unallocate => Command::Unallocate { top_up: used, reason: nothing() },
        CommandKind::Propose => Command::Propose { decision, maker, evidence: text },
        CommandKind::Confirm => Command::Confirm { checker: maker, payment },
        CommandKind::Refuse => Command::Refuse { checker: maker, reason: text },
        CommandKind::PayOut => Command::PayOut { payment },
        CommandKind::PaidBack => Command::PaidBack { payment },
        CommandKind::ReturnFailed => Command::ReturnFailed { payment, reason: nothing() },
        CommandKind::TakeBack => Command::TakeBack { decision, reason: nothing() },
    }
}
