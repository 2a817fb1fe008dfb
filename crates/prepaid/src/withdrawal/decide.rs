//! What a withdrawal answers to each command in each state. Never reads a balance or a card, never talks to a
//! bank: it is told how they stand.

use zaiton_kernel::{Money, Timestamp};

use super::answers::{Word, answer};
use super::checks::{approve, give_back, is_done, reject, request, request_again, reverse};
use super::sending::{Sending, sending};
use super::{Ask, Card, Command, CommandKind, Event, Role, Standing, State, Withdrawal, WithdrawalRefusal};
use crate::account::State as AccountState;
use crate::{Allowed, Decision, PrepaidPolicy};

pub(super) type Answer = Result<Decision<Event>, WithdrawalRefusal>;

/// Rules R1-26 to R1-29. Decides a command. Sending it, and what the bank says, are matches of their own
/// beside this one.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(withdrawal: &Withdrawal, command: Command, policy: &PrepaidPolicy, now: Timestamp) -> Answer {
    use State::{
        Approved, Cancelled, GivenBack, InManual, New, Paid, Rejected, Requested, Returned, Reversed, Sent,
    };
    match (&withdrawal.state, command) {
        (New, Command::Request { ask }) => request(withdrawal, ask, policy, now),
        (New, command) => Err(WithdrawalRefusal::NotRequested { command: command.kind() }),
        (_, Command::Request { ask }) => request_again(withdrawal, &ask),
        (_, Command::Send { payment, standing, card }) => {
            sending(withdrawal, Sending { payment, actor: None, standing, card }, policy, now)
        }
        (_, Command::Retry { actor, payment, standing, card }) => {
            sending(withdrawal, Sending { payment, actor: Some(actor), standing, card }, policy, now)
        }
        (_, Command::Fail { payment, code, text }) => {
            answer(withdrawal, Word::No { payment, code, text }, now)
        }
        (_, Command::TimeOut) => answer(withdrawal, Word::Silence, now),
        (_, Command::Pay { payment }) => answer(withdrawal, Word::Yes { payment }, now),
        (_, Command::Return { line }) => answer(withdrawal, Word::Back { line }, now),

        (Requested, Command::Approve { actor, role, standing }) => {
            approve(withdrawal, actor, role, standing, now)
        }
        (Requested | Approved { .. }, Command::Reject { actor, reason }) => reject(actor, reason, now),
        (Requested | Approved { .. }, Command::Cancel { actor }) => {
            Ok(Decision::one(Event::Cancelled { actor, at: now }))
        }
        (Sent { .. }, command @ (Command::Reject { .. } | Command::Cancel { .. })) => {
            Err(WithdrawalRefusal::SentAlready { command: command.kind() })
        }
        (InManual { cause, .. }, Command::Reverse { actor, evidence }) => {
            reverse(withdrawal, *cause, actor, evidence, now)
        }
        (Returned { line, .. }, Command::GiveBack { maker, checker }) => {
            give_back(withdrawal, *line, maker, checker, now)
        }
        (
            state @ (Requested | Approved { .. } | Sent { .. } | InManual { .. } | Paid { .. }),
            command @ (Command::Reverse { .. } | Command::GiveBack { .. }),
        ) => Err(WithdrawalRefusal::NothingToDecide { command: command.kind(), state: state.clone() }),
        (
            state @ (Approved { .. }
            | Sent { .. }
            | InManual { .. }
            | Paid { .. }
            | Rejected { .. }
            | Cancelled { .. }
            | Reversed { .. }
            | Returned { .. }
            | GivenBack { .. }),
            command @ (Command::Approve { .. }
            | Command::Reject { .. }
            | Command::Cancel { .. }
            | Command::Reverse { .. }
            | Command::GiveBack { .. }),
        ) => {
            if is_done(withdrawal, &command) {
                return Ok(Decision::already());
            }
            Err(WithdrawalRefusal::Closed { command: command.kind(), state: state.clone() })
        }
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(
    withdrawal: &Withdrawal,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Vec<Allowed<CommandKind, WithdrawalRefusal>> {
    let refusal = |command| match decide(withdrawal, probe(withdrawal, command, now), policy, now) {
        Ok(decision) if decision.is_already() => {
            Some(WithdrawalRefusal::Closed { command, state: withdrawal.state.clone() })
        }
        Err(refusal) if refusal.closes() => Some(refusal),
        Ok(_) | Err(_) => None,
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

/// A command whose figures stand in nobody's way: only the state can refuse it. People's ids are never empty,
/// so an empty one is nobody who has acted before.
fn probe(withdrawal: &Withdrawal, command: CommandKind, now: Timestamp) -> Command {
    let nobody = String::new();
    let card = Card { payee: withdrawal.to.clone(), in_force: true, changed_at: None };
    let standing = Standing {
        state: AccountState::Active { activated_at: now },
        restricted: false,
        owed_minor: 0,
        available_minor: i64::MAX,
        open_withdrawals: 0,
    };
    let payment = withdrawal.payment.unwrap_or_default();
    match command {
        CommandKind::Request => Command::Request {
            ask: Ask {
                amount: Money::new(withdrawal.amount.minor() ^ 1, withdrawal.amount.currency()),
                card,
                standing,
                first_use: false,
                maker: nobody,
            },
        },
        CommandKind::Approve => Command::Approve {
            actor: nobody,
            role: withdrawal.next_role().unwrap_or(Role::Operations),
            standing,
        },
        CommandKind::Reject => Command::Reject { actor: nobody, reason: String::new() },
        CommandKind::Cancel => Command::Cancel { actor: nobody },
        CommandKind::Send => Command::Send { payment: 0, standing, card },
        CommandKind::Fail => Command::Fail { payment, code: String::new(), text: String::new() },
        CommandKind::TimeOut => Command::TimeOut,
        CommandKind::Retry => Command::Retry { actor: nobody, payment: 0, standing, card },
        CommandKind::Reverse => Command::Reverse { actor: nobody, evidence: String::new() },
        CommandKind::Pay => Command::Pay { payment },
        CommandKind::Return => Command::Return { line: 0 },
        CommandKind::GiveBack => Command::GiveBack { maker: nobody, checker: " ".to_owned() },
    }
}
