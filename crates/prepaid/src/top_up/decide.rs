//! What a top-up answers to each command in each state. Never looks for a line: [`crate::matching`] proposes
//! one.

use zaiton_kernel::{Money, Timestamp};

use super::{Command, CommandKind, Event, State, TopUp, TopUpRefusal, Verdict};
use crate::matching::{LineFacts, Mismatch, mismatches};
use crate::{Allowed, Decision, PrepaidPolicy};

type Answer = Result<Decision<Event>, TopUpRefusal>;

/// Rules R1-15 to R1-18. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(top_up: &TopUp, command: Command, policy: &PrepaidPolicy, now: Timestamp) -> Answer {
    match (&top_up.state, command) {
        (State::Draft, Command::Request { amount }) => request(top_up, amount, policy, now),
        (
            State::Draft,
            command @ (Command::MatchLine { .. }
            | Command::Resolve { .. }
            | Command::Cancel
            | Command::Expire),
        ) => Err(TopUpRefusal::NotRequested { command: command.kind() }),
        // The same request again is already done.
        (
            State::AwaitingFunds { .. }
            | State::InReview { .. }
            | State::Credited { .. }
            | State::Returned { .. }
            | State::Cancelled
            | State::Expired,
            Command::Request { amount },
        ) if amount == top_up.amount => Ok(Decision::already()),
        (State::AwaitingFunds { .. } | State::InReview { .. }, Command::Request { amount }) => {
            Err(TopUpRefusal::RequestedOtherwise { amount: top_up.amount, asked: amount })
        }

        (State::AwaitingFunds { .. }, Command::MatchLine { line }) => Ok(fit(top_up, &line, now)),
        // The same line again: already so, nothing to record.
        (State::InReview { line, .. } | State::Credited { line, .. }, Command::MatchLine { line: again })
            if again.line == *line =>
        {
            Ok(Decision::already())
        }
        (
            State::InReview { line, .. },
            command @ (Command::MatchLine { .. } | Command::Cancel | Command::Expire),
        ) => Err(TopUpRefusal::WaitsForAPerson { command: command.kind(), line: *line }),

        (State::AwaitingFunds { .. }, Command::Resolve { .. }) => {
            Err(TopUpRefusal::NothingToResolve { state: top_up.state.clone() })
        }
        (State::InReview { line, reasons }, Command::Resolve { verdict }) => {
            resolve(top_up, *line, reasons, verdict, now)
        }

        (State::AwaitingFunds { .. }, Command::Cancel) => Ok(Decision::one(Event::Cancelled {})),
        (State::AwaitingFunds { expires_at }, Command::Expire) if now < *expires_at => {
            Err(TopUpRefusal::NotYetDue { due_at: *expires_at })
        }
        (State::AwaitingFunds { .. }, Command::Expire) => Ok(Decision::one(Event::Expired {})),

        (State::Cancelled, Command::Cancel) | (State::Expired, Command::Expire) => Ok(Decision::already()),
        (
            State::Credited { .. } | State::Returned { .. } | State::Cancelled | State::Expired,
            command @ (Command::Request { .. }
            | Command::MatchLine { .. }
            | Command::Resolve { .. }
            | Command::Cancel
            | Command::Expire),
        ) => Err(TopUpRefusal::Closed { command: command.kind(), state: top_up.state.clone() }),
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(
    top_up: &TopUp,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Vec<Allowed<CommandKind, TopUpRefusal>> {
    let probe = |kind| match kind {
        CommandKind::Request => {
            Command::Request { amount: Money::new(top_up.amount.minor() ^ 1, top_up.amount.currency()) }
        }
        CommandKind::MatchLine => Command::MatchLine {
            line: LineFacts { line: 0, amount: top_up.amount, payer: String::new(), remark: String::new() },
        },
        CommandKind::Resolve => Command::Resolve { verdict: Verdict::Return { evidence: String::new() } },
        CommandKind::Cancel => Command::Cancel,
        CommandKind::Expire => Command::Expire,
    };
    let refusal = |command| match decide(top_up, probe(command), policy, now) {
        Ok(decision) if decision.is_already() => {
            Some(TopUpRefusal::Closed { command, state: top_up.state.clone() })
        }
        Err(refusal) if refusal.closes() => Some(refusal),
        Ok(_) | Err(_) => None,
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

/// Rule R1-17. The minimum is inclusive.
fn request(top_up: &TopUp, amount: Money, policy: &PrepaidPolicy, now: Timestamp) -> Answer {
    let currency = top_up.amount.currency();
    if !amount.is_positive() {
        return Err(TopUpRefusal::NotPositive { amount });
    }
    if amount.currency() != currency {
        return Err(TopUpRefusal::Currency { amount, expected: currency });
    }
    let at_least = Money::new(policy.topup_min_minor, currency);
    if amount.minor() < at_least.minor() {
        let short_by = Money::new(at_least.minor() - amount.minor(), currency);
        return Err(TopUpRefusal::BelowMinimum { amount, at_least, short_by });
    }
    let expires_at = now.plus_elapsed_days(i64::from(policy.topup_expires_days));
    Ok(Decision::one(Event::Requested { amount, requested_at: now, expires_at }))
}

/// Rules R1-15, R1-16, R1-18. A line that fits is credited without a person, another one never is.
fn fit(top_up: &TopUp, line: &LineFacts, now: Timestamp) -> Decision<Event> {
    let reasons = mismatches(line, top_up.amount, &top_up.payer);
    Decision::one(if reasons.is_empty() {
        Event::Credited { line: line.line, at: now, evidence: None }
    } else {
        Event::SentToReview { line: line.line, reasons }
    })
}

/// Rules R1-15, R1-16. Evidence can prove the payer, never another amount.
fn resolve(top_up: &TopUp, line: i64, reasons: &[Mismatch], verdict: Verdict, now: Timestamp) -> Answer {
    let (Verdict::Accept { evidence } | Verdict::Return { evidence }) = &verdict;
    if evidence.trim().is_empty() {
        return Err(TopUpRefusal::EvidenceMissing { command: CommandKind::Resolve });
    }
    match verdict {
        Verdict::Return { evidence } => Ok(Decision::one(Event::Returned { line, evidence })),
        Verdict::Accept { evidence } => match reasons.iter().find_map(Mismatch::received) {
            Some(received) => Err(TopUpRefusal::AmountNeverFits { requested: top_up.amount, received }),
            None => Ok(Decision::one(Event::Credited { line, at: now, evidence: Some(evidence) })),
        },
    }
}
