//! What a bank account answers to each command in each state. Never reads a statement.

use std::collections::BTreeSet;

use zaiton_kernel::{Id, LocalDate, Money, Timestamp};

use super::{
    BankAccount, BankAccountRefusal, Chain, Command, CommandKind, Event, Held, State, normalise_number,
};
use crate::transfer::{OtherHalf, TransferKind, Way};
use crate::{Allowed, BankPolicy, Decision, HeldStatementId, LineId, PaymentId};

type Answer = Result<Decision<Event>, BankAccountRefusal>;

/// Rule R1-14. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(account: &BankAccount, command: Command, policy: &BankPolicy, now: Timestamp) -> Answer {
    match (account.state, command) {
        (State::Unopened, Command::Open { number, holder, bank, client_money }) => {
            open(normalise_number(&number), holder, bank, client_money, now)
        }
        (State::Open { .. }, Command::Open { number, holder, bank, client_money }) => {
            let same = account.number == normalise_number(&number)
                && account.holder == holder
                && account.bank == bank
                && account.client_money == client_money;
            if same {
                Ok(Decision::already())
            } else {
                Err(BankAccountRefusal::OpenedOtherwise { number: account.number.clone() })
            }
        }
        (State::Unopened, Command::TakeStatement { chain }) => {
            Err(BankAccountRefusal::NotOpened { closing: chain.closing })
        }
        (State::Open { .. }, Command::TakeStatement { chain }) => take(account, chain),
        (
            State::Unopened,
            command @ (Command::TakeHalf { .. }
            | Command::ExpectTransfer { .. }
            | Command::ForgoTransfer { .. }
            | Command::MeetTransfer { .. }
            | Command::QueuePayment { .. }
            | Command::LeaveQueue { .. }
            | Command::HoldStatement { .. }
            | Command::LetGo { .. }),
        ) => Err(BankAccountRefusal::OpenFirst { command: command.kind() }),
        (State::Open { .. }, Command::TakeHalf { half }) => take_half(account, &half),
        (State::Open { .. }, Command::ExpectTransfer { way, amount }) => expect(account, way, amount),
        (State::Open { .. }, Command::ForgoTransfer { way, amount }) => forgo(account, way, amount),
        (State::Open { .. }, Command::MeetTransfer { way, amount }) => meet(account, way, amount),
        (State::Open { .. }, Command::QueuePayment { payment }) => queue(account, payment, policy),
        (State::Open { .. }, Command::LeaveQueue { payments }) => Ok(leave(account, &payments)),
        (State::Open { .. }, Command::HoldStatement { held }) => hold(account, held, policy),
        (State::Open { .. }, Command::LetGo { statement }) => Ok(let_go(account, statement)),
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(
    account: &BankAccount,
    policy: &BankPolicy,
    now: Timestamp,
) -> Vec<Allowed<CommandKind, BankAccountRefusal>> {
    let fen = Money::new(1, account.currency);
    let chain = || Chain {
        statement_id: String::new(),
        sequence: None,
        to: LocalDate::new(2099, 12, 31).expect("a day of the calendar"),
        opening: None,
        closing: Money::zero(account.currency),
    };
    let statement = HeldStatementId::from_raw(0);
    let probe = |kind| match kind {
        CommandKind::Open => Command::Open {
            number: String::new(),
            holder: String::new(),
            bank: String::new(),
            client_money: account.client_money,
        },
        CommandKind::TakeStatement => Command::TakeStatement { chain: chain() },
        CommandKind::TakeHalf => Command::TakeHalf { half: probe_half(account) },
        CommandKind::ExpectTransfer => Command::ExpectTransfer { way: Way::In, amount: fen },
        CommandKind::ForgoTransfer => Command::ForgoTransfer { way: Way::In, amount: fen },
        CommandKind::MeetTransfer => Command::MeetTransfer { way: Way::In, amount: fen },
        CommandKind::QueuePayment => Command::QueuePayment { payment: PaymentId::from_raw(0) },
        CommandKind::LeaveQueue => Command::LeaveQueue { payments: Vec::new() },
        CommandKind::HoldStatement => Command::HoldStatement { held: Held { statement, chain: chain() } },
        CommandKind::LetGo => Command::LetGo { statement },
    };
    let refusal = |command| match decide(account, probe(command), policy, now) {
        Err(refusal) if refusal.closes() => Some(refusal),
        Ok(_) | Err(_) => None,
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

fn open(number: String, holder: String, bank: String, client_money: bool, now: Timestamp) -> Answer {
    let readable =
        (4..=34).contains(&number.len()) && number.bytes().all(|letter| letter.is_ascii_alphanumeric());
    if !readable {
        return Err(BankAccountRefusal::NumberUnreadable { number });
    }
    if holder.trim().is_empty() || bank.trim().is_empty() {
        return Err(BankAccountRefusal::NameMissing { number });
    }
    Ok(Decision::one(Event::Opened { number, holder, bank, client_money, opened_at: now }))
}

/// Statements may come late: only one that goes further moves the end.
fn take(account: &BankAccount, chain: Chain) -> Answer {
    if chain.closing.currency() != account.currency {
        return Err(BankAccountRefusal::Currency { closing: chain.closing, expected: account.currency });
    }
    let further = account.last_statement.as_ref().is_none_or(|last| last.ends_before(&chain));
    if further { Ok(Decision::one(Event::StatementTaken { chain })) } else { Ok(Decision::already()) }
}

fn probe_half(account: &BankAccount) -> OtherHalf {
    OtherHalf {
        kind: TransferKind::Sweep,
        line: LineId::from_raw(0),
        own_account: account.id,
        amount: Money::new(1, account.currency),
        value_date: LocalDate::new(2099, 12, 31).expect("a day of the calendar"),
    }
}

/// Postings P21, P22. Only an account of our own money has the other half.
fn take_half(account: &BankAccount, half: &OtherHalf) -> Answer {
    if half.own_account != account.id {
        return Err(BankAccountRefusal::HalfOfAnother { own_account: half.own_account });
    }
    if account.client_money {
        return Err(BankAccountRefusal::NotOurOwnMoney { account: account.id });
    }
    expect(account, half.way(), half.amount)
}

fn sound_amount(account: &BankAccount, amount: Money) -> Result<(), BankAccountRefusal> {
    if amount.currency() == account.currency && amount.is_positive() {
        Ok(())
    } else {
        Err(BankAccountRefusal::TransferAmount { amount, expected: account.currency })
    }
}

fn expect(account: &BankAccount, way: Way, amount: Money) -> Answer {
    sound_amount(account, amount)?;
    let expected = account.in_transit(way);
    match expected.plus(amount) {
        Ok(_) => Ok(Decision::one(Event::TransferExpected { way, minor: amount.minor() })),
        Err(_) => Err(BankAccountRefusal::TransferTooMuch { amount, expected }),
    }
}

/// Below zero when somebody said that it had come before it was found that nobody sends it: until people decide anew about
/// what it was for, and it is announced again.
fn forgo(account: &BankAccount, way: Way, amount: Money) -> Answer {
    sound_amount(account, amount)?;
    let expected = account.in_transit(way);
    match expected.minus(amount) {
        Ok(_) => Ok(Decision::one(Event::TransferForgone { way, minor: amount.minor() })),
        Err(_) => Err(BankAccountRefusal::TransferTooMuch { amount, expected }),
    }
}

/// Nothing comes that is not expected: whoever says that a line is the other end of a transfer must have one.
fn meet(account: &BankAccount, way: Way, amount: Money) -> Answer {
    sound_amount(account, amount)?;
    let expected = account.in_transit(way);
    if amount.minor() > expected.minor() {
        return Err(BankAccountRefusal::NotExpected { amount, expected });
    }
    Ok(Decision::one(Event::TransferMet { way, minor: amount.minor() }))
}

fn queue(account: &BankAccount, payment: PaymentId, policy: &BankPolicy) -> Answer {
    if account.waiting.contains(&payment) {
        return Ok(Decision::already());
    }
    let (waiting, at_most) = (account.waiting.len(), policy.max_waiting);
    if waiting >= at_most {
        return Err(BankAccountRefusal::QueueFull { payment, waiting, at_most });
    }
    Ok(Decision::one(Event::PaymentQueued { payment }))
}

/// Those that wait leave; the others left before.
fn leave(account: &BankAccount, payments: &[PaymentId]) -> Decision<Event> {
    let asked: BTreeSet<PaymentId> = payments.iter().copied().collect();
    let waits = account.waiting.iter().filter(|payment| asked.contains(payment));
    Decision { events: waits.map(|payment| Event::PaymentLeft { payment: *payment }).collect() }
}

/// Reading K-43. A bounded list: a full one means that a statement has been missing for long.
fn hold(account: &BankAccount, held: Held, policy: &BankPolicy) -> Answer {
    let statement_id = held.chain.statement_id.clone();
    if let Some(known) = account.held_as(&statement_id) {
        return if known == held.statement {
            Ok(Decision::already())
        } else {
            Err(BankAccountRefusal::HeldBefore { statement_id, held: known })
        };
    }
    let (count, at_most) = (account.held.len(), policy.max_held);
    if count >= at_most {
        return Err(BankAccountRefusal::HeldFull { statement_id, held: count, at_most });
    }
    Ok(Decision::one(Event::StatementHeld { held }))
}

fn let_go(account: &BankAccount, statement: HeldStatementId) -> Decision<Event> {
    if account.held.iter().any(|held| held.statement == statement) {
        Decision::one(Event::HeldLeft { statement })
    } else {
        Decision::already()
    }
}
