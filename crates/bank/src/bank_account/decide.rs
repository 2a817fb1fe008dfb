//! What a bank account answers to each command in each state. Never reads a statement.

use zaiton_kernel::{LocalDate, Money, Timestamp};

use super::{BankAccount, BankAccountRefusal, Chain, Command, CommandKind, Event, State, normalise_number};
use crate::{Allowed, Decision};

type Answer = Result<Decision<Event>, BankAccountRefusal>;

/// Rule R1-14. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(account: &BankAccount, command: Command, now: Timestamp) -> Answer {
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
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(account: &BankAccount, now: Timestamp) -> Vec<Allowed<CommandKind, BankAccountRefusal>> {
    let probe = |kind| match kind {
        CommandKind::Open => Command::Open {
            number: String::new(),
            holder: String::new(),
            bank: String::new(),
            client_money: account.client_money,
        },
        CommandKind::TakeStatement => Command::TakeStatement {
            chain: Chain {
                statement_id: String::new(),
                sequence: None,
                to: LocalDate::new(2099, 12, 31).expect("a day of the calendar"),
                closing: Money::zero(account.currency),
            },
        },
    };
    let refusal = |command| match decide(account, probe(command), now) {
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
    let further = account
        .last_statement
        .as_ref()
        .is_none_or(|last| (last.to, last.sequence) < (chain.to, chain.sequence));
    if further { Ok(Decision::one(Event::StatementTaken { chain })) } else { Ok(Decision::already()) }
}
