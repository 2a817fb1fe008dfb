//! What a payment answers to each command in each state. Never asks a bank.

use zaiton_kernel::{Id, LocalDate, Text};

use super::{Command, CommandKind, Event, PayingLine, Payment, PaymentRefusal, Purpose, State};
use crate::bank_account::normalise_number;
use crate::payment_file::{self, PaymentFileId};
use crate::{Allowed, Decision, LineId};

/// Letters of a creditor's name and of its bank (ISO 20022: Max140Text).
const NAME_LETTERS: usize = 140;
/// Letters of what the creditor reads.
const REMARK_LETTERS: usize = 140;
/// Letters of a bank's code that are kept.
const CODE_LETTERS: usize = 35;
/// Letters of a bank's words that are kept.
const TEXT_LETTERS: usize = 500;

type Answer = Result<Decision<Event>, PaymentRefusal>;

/// Rules R1-27, M8, P5r. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(payment: &Payment, command: Command) -> Answer {
    let kind = command.kind();
    let closed = || PaymentRefusal::Closed { command: kind, state: payment.state.clone() };
    match (&payment.state, command) {
        (State::New, Command::Queue) => queue(payment),
        (State::New, command) => Err(PaymentRefusal::NotQueued { command: command.kind() }),
        (
            State::Queued
            | State::InFile { .. }
            | State::Accepted { .. }
            | State::Paid { .. }
            | State::Failed { .. }
            | State::Withdrawn,
            Command::Queue,
        ) => Ok(Decision::already()),

        (State::Queued, Command::PutInFile { file }) => Ok(Decision::one(Event::PutInFile { file })),
        (State::Withdrawn, Command::PutInFile { .. }) => Err(closed()),
        (
            State::InFile { file: known }
            | State::Accepted { file: known, .. }
            | State::Paid { file: known, .. }
            | State::Failed { file: known, .. },
            Command::PutInFile { file },
        ) => put_again(*known, file),

        // It left that file before.
        (State::Queued | State::Withdrawn, Command::LeaveFile { .. }) => Ok(Decision::already()),
        (State::InFile { file: known }, Command::LeaveFile { file, stands }) => leave(*known, file, &stands),
        (
            State::Accepted { file, .. } | State::Paid { file, .. } | State::Failed { file, .. },
            Command::LeaveFile { .. },
        ) => Err(PaymentRefusal::SentBefore { file: *file }),

        (State::Queued, Command::Withdraw { reason }) => Ok(Decision::one(Event::Withdrawn { reason })),
        (State::Withdrawn, Command::Withdraw { .. }) => Ok(Decision::already()),
        (State::InFile { file } | State::Accepted { file, .. }, Command::Withdraw { .. }) => {
            Err(PaymentRefusal::SentBefore { file: *file })
        }
        (State::Paid { .. } | State::Failed { .. }, Command::Withdraw { .. }) => Err(closed()),

        (
            State::Queued | State::Withdrawn,
            Command::Announce { .. } | Command::Fail { .. } | Command::Pay { .. },
        ) => Err(PaymentRefusal::NotSent { command: kind, state: payment.state.clone() }),
        (State::InFile { .. }, Command::Announce { settled })
        | (State::Accepted { settled: false, .. }, Command::Announce { settled: settled @ true }) => {
            Ok(Decision::one(Event::Announced { settled }))
        }
        (State::Accepted { .. } | State::Paid { .. }, Command::Announce { .. }) => Ok(Decision::already()),
        (State::InFile { .. } | State::Accepted { settled: false, .. }, Command::Fail { code, text }) => {
            Ok(Decision::one(failed(&code, &text)))
        }
        (State::Accepted { settled: true, file }, Command::Fail { .. }) => {
            Err(PaymentRefusal::SettledBefore { file: *file })
        }
        // A yes after a no pays too: the statement says that the money has left (K-65).
        (State::InFile { .. } | State::Accepted { .. } | State::Failed { .. }, Command::Pay { line }) => {
            pay(payment, line)
        }
        (State::Paid { line: known, .. }, Command::Pay { line }) if line.line == *known => {
            Ok(Decision::already())
        }
        (State::Paid { line, .. }, Command::Pay { .. } | Command::Fail { .. }) => {
            Err(PaymentRefusal::PaidBefore { command: kind, line: *line })
        }
        // The first word stays.
        (State::Failed { .. }, Command::Fail { .. }) => Ok(Decision::already()),
        (State::Failed { code, .. }, Command::Announce { .. }) => {
            Err(PaymentRefusal::FailedBefore { command: kind, code: code.clone() })
        }
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(payment: &Payment) -> Vec<Allowed<CommandKind, PaymentRefusal>> {
    let file = payment.file().unwrap_or_else(|| PaymentFileId::from_raw(0));
    let line = PayingLine {
        line: match payment.state {
            State::Paid { line, .. } => line,
            State::New
            | State::Queued
            | State::InFile { .. }
            | State::Accepted { .. }
            | State::Failed { .. }
            | State::Withdrawn => LineId::from_raw(0),
        },
        account: payment.account,
        amount: payment.amount,
        debit: true,
        value_date: LocalDate::new(2099, 12, 31).expect("a day of the calendar"),
    };
    let probe = |kind| match kind {
        CommandKind::Queue => Command::Queue,
        CommandKind::PutInFile => Command::PutInFile { file },
        CommandKind::LeaveFile => Command::LeaveFile { file, stands: payment_file::State::dropped_by("") },
        CommandKind::Withdraw => Command::Withdraw { reason: Text::new("", "") },
        CommandKind::Announce => Command::Announce { settled: true },
        CommandKind::Fail => Command::Fail { code: String::new(), text: String::new() },
        CommandKind::Pay => Command::Pay { line },
    };
    let refusal = |kind| match decide(payment, probe(kind)) {
        Ok(decision) if decision.is_already() => {
            Some(PaymentRefusal::Closed { command: kind, state: payment.state.clone() })
        }
        Err(refusal) if refusal.closes() => Some(refusal),
        Ok(_) | Err(_) => None,
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

fn queue(payment: &Payment) -> Answer {
    if !payment.amount.is_positive() {
        return Err(PaymentRefusal::NotPositive { amount: payment.amount });
    }
    if payment.attempt == 0 {
        return Err(PaymentRefusal::Attempt { attempt: payment.attempt });
    }
    let withdrawal = matches!(payment.purpose, Purpose::Withdrawal { .. });
    if withdrawal && !payment.client_money {
        return Err(PaymentRefusal::OwnMoney { account: payment.account });
    }
    let bank = payment.creditor.bank.trim();
    // An IBAN says its bank; any other account needs one, or no file with it could ever be written.
    let needs_bank = !payment
        .creditor
        .account
        .trim()
        .get(..2)
        .is_some_and(|country| country.bytes().all(|letter| letter.is_ascii_alphabetic()));
    let bank_is_good = bank.chars().count() <= NAME_LETTERS && (!needs_bank || !bank.is_empty());
    let name = payment.creditor.name.trim().chars().count();
    if !(1..=NAME_LETTERS).contains(&name) || !bank_is_good || !is_number(&payment.creditor.account) {
        return Err(PaymentRefusal::Creditor { account: payment.creditor.account.clone() });
    }
    let letters = payment.remark.chars().count();
    if letters > REMARK_LETTERS {
        return Err(PaymentRefusal::Remark { letters, at_most: REMARK_LETTERS });
    }
    Ok(Decision::one(Event::Queued {}))
}

/// Whether money can be sent to it: 4 to 34 letters or digits.
pub(crate) fn is_number(account: &str) -> bool {
    let number = normalise_number(account);
    (4..=34).contains(&number.len()) && number.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

fn put_again(known: PaymentFileId, file: PaymentFileId) -> Answer {
    if known == file { Ok(Decision::already()) } else { Err(PaymentRefusal::InAnotherFile { file: known }) }
}

/// Only a file that nobody could ever have sent lets go of its payments.
fn leave(known: PaymentFileId, file: PaymentFileId, stands: &payment_file::State) -> Answer {
    match stands {
        payment_file::State::Dropped { .. } if known == file => Ok(Decision::one(Event::LeftFile { file })),
        payment_file::State::Dropped { .. } => Err(PaymentRefusal::InAnotherFile { file: known }),
        payment_file::State::New
        | payment_file::State::Proposed
        | payment_file::State::Released
        | payment_file::State::Answered => Err(PaymentRefusal::FileNotDropped { file: known }),
    }
}

/// What the bank says is kept, cut where it is longer than any standard lets it be.
fn failed(code: &str, text: &str) -> Event {
    let cut = |text: &str, letters| text.chars().take(letters).collect();
    Event::Failed { code: cut(code, CODE_LETTERS), text: cut(text, TEXT_LETTERS) }
}

/// Rule M8. The bank's line must be this payment to the fen.
fn pay(payment: &Payment, line: PayingLine) -> Answer {
    if !line.debit {
        return Err(PaymentRefusal::NotADebit { line: line.line });
    }
    if line.account != payment.account {
        return Err(PaymentRefusal::AnotherAccount { account: line.account, expected: payment.account });
    }
    if line.amount != payment.amount {
        return Err(PaymentRefusal::AmountDiffers { amount: line.amount, expected: payment.amount });
    }
    Ok(Decision::one(Event::Paid { line: line.line, value_date: line.value_date }))
}
