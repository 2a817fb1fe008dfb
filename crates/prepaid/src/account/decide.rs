//! What a prepaid account answers to each command in each state. Never moves money.

use zaiton_kernel::{Money, Timestamp};

use super::{
    AccountRefusal, AlertLines, CardSource, Command, CommandKind, Event, PrepaidAccount, State, WireAccount,
};
use crate::hold::HoldId;
use crate::names::same_company;
use crate::top_up::TopUpId;
use crate::{Allowed, Decision, PrepaidPolicy};

type Answer = Result<Decision<Event>, AccountRefusal>;

/// Rules R1-01, R1-03, R1-04, R1-19. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(account: &PrepaidAccount, command: Command, policy: &PrepaidPolicy, now: Timestamp) -> Answer {
    match (account.state, command) {
        (State::Unopened, Command::Open { company, wire_account }) => open(company, wire_account),
        (State::Opened | State::AlertSet | State::Active { .. }, Command::Open { company, wire_account }) => {
            open_again(account, &company, &wire_account)
        }

        (
            State::Unopened,
            Command::SetAlerts { .. }
            | Command::OpenTopUp { .. }
            | Command::CloseTopUp { .. }
            | Command::TopUpCredited
            | Command::QueueArrears { .. }
            | Command::AdvanceArrears { .. },
        ) => Err(AccountRefusal::NotOpened { state: account.state }),
        (State::Opened | State::AlertSet | State::Active { .. }, Command::SetAlerts { lines }) => {
            set_alerts(account, lines, policy)
        }

        (State::Opened, Command::OpenTopUp { .. } | Command::TopUpCredited) => {
            Err(AccountRefusal::AlertsMissing { state: account.state })
        }
        (State::AlertSet | State::Active { .. }, Command::OpenTopUp { top_up }) => {
            open_top_up(account, top_up, policy)
        }
        (State::Opened | State::AlertSet | State::Active { .. }, Command::CloseTopUp { top_up }) => {
            Ok(close_top_up(account, top_up))
        }

        (State::AlertSet, Command::TopUpCredited) => {
            Ok(Decision::one(Event::Activated { activated_at: now }))
        }
        // Not the first top-up: nothing to record.
        (State::Active { .. }, Command::TopUpCredited) => Ok(Decision::already()),

        (State::Opened | State::AlertSet, Command::QueueArrears { .. } | Command::AdvanceArrears { .. }) => {
            Err(AccountRefusal::NotYetPrepaid { state: account.state })
        }
        (State::Active { .. }, Command::QueueArrears { hold }) => Ok(queue_arrears(account, hold)),
        (State::Active { .. }, Command::AdvanceArrears { left, next }) => {
            advance_arrears(account, left, next)
        }
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(
    account: &PrepaidAccount,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Vec<Allowed<CommandKind, AccountRefusal>> {
    let refusal = |command| match decide(account, probe(account, command), policy, now) {
        Err(refusal) if refusal.closes() => Some(refusal),
        Ok(_) | Err(_) => None,
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

/// A command whose figures no state can take for a repeat.
fn probe(account: &PrepaidAccount, command: CommandKind) -> Command {
    let zero = Money::zero(account.currency);
    let id = zaiton_kernel::Id::from_raw(1);
    match command {
        CommandKind::Open => Command::Open {
            company: String::new(),
            wire_account: WireAccount {
                bank: String::new(),
                account_no: String::new(),
                holder: String::new(),
                in_force: false,
                source: CardSource::Supplier,
            },
        },
        CommandKind::SetAlerts => {
            Command::SetAlerts { lines: AlertLines { warning: zero, suspend: zero, contacts: Vec::new() } }
        }
        CommandKind::OpenTopUp => Command::OpenTopUp { top_up: zaiton_kernel::Id::from_raw(1) },
        CommandKind::CloseTopUp => Command::CloseTopUp { top_up: zaiton_kernel::Id::from_raw(1) },
        CommandKind::TopUpCredited => Command::TopUpCredited,
        CommandKind::QueueArrears => Command::QueueArrears { hold: id },
        CommandKind::AdvanceArrears => Command::AdvanceArrears { left: id, next: None },
    }
}

/// Rule R1-01.
fn open(company: String, wire_account: WireAccount) -> Answer {
    if !wire_account.in_force {
        return Err(AccountRefusal::CardNotInForce { holder: wire_account.holder });
    }
    if !same_company(&company, &wire_account.holder) {
        return Err(AccountRefusal::HolderDiffers { company, holder: wire_account.holder });
    }
    Ok(Decision::one(Event::Opened { company, wire_account }))
}

fn open_again(account: &PrepaidAccount, company: &str, wire_account: &WireAccount) -> Answer {
    if account.company == company && account.wire_account.as_ref() == Some(wire_account) {
        Ok(Decision::already())
    } else {
        Err(AccountRefusal::OpenedOtherwise { company: account.company.clone() })
    }
}

/// Rules R1-03, R1-04, R1-06, R1-08, K-1, K-5.
fn set_alerts(account: &PrepaidAccount, lines: AlertLines, policy: &PrepaidPolicy) -> Answer {
    let at_most = policy.max_contacts;
    let contacts = lines.contacts.len();
    if contacts == 0 {
        return Err(AccountRefusal::NoContact { at_most });
    }
    if contacts > usize::from(at_most) {
        return Err(AccountRefusal::TooManyContacts { contacts, at_most });
    }
    for (contact, person) in (1..).zip(&lines.contacts) {
        if is_blank(person.email.as_deref()) && is_blank(person.mobile.as_deref()) {
            return Err(AccountRefusal::ContactUnreachable { contact });
        }
        if !person.verified {
            return Err(AccountRefusal::ContactNotVerified { contact });
        }
    }
    for line in [lines.warning, lines.suspend] {
        if line.currency() != account.currency {
            return Err(AccountRefusal::Currency { line, expected: account.currency });
        }
    }
    let (warning, suspend) = (lines.warning, lines.suspend);
    if warning.minor() < suspend.minor() {
        return Err(AccountRefusal::WarningBelowSuspend { warning, suspend });
    }
    let at_least = Money::new(policy.suspend_below_minor, account.currency);
    if suspend.minor() < at_least.minor() {
        return Err(AccountRefusal::SuspendBelowOperator { suspend, at_least });
    }
    if account.alert.as_ref() == Some(&lines) {
        return Ok(Decision::already());
    }
    Ok(Decision::one(Event::AlertsSet { lines }))
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn open_top_up(account: &PrepaidAccount, top_up: TopUpId, policy: &PrepaidPolicy) -> Answer {
    let open = account.open_topups.len();
    if account.open_topups.contains(&top_up) {
        Ok(Decision::already())
    } else if open >= usize::from(policy.max_open_topups) {
        Err(AccountRefusal::TooManyOpenTopUps { open, at_most: policy.max_open_topups })
    } else {
        Ok(Decision::one(Event::TopUpOpened { top_up }))
    }
}

fn close_top_up(account: &PrepaidAccount, top_up: TopUpId) -> Decision<Event> {
    if account.open_topups.contains(&top_up) {
        Decision::one(Event::TopUpClosed { top_up })
    } else {
        Decision::already()
    }
}

fn queue_arrears(account: &PrepaidAccount, hold: HoldId) -> Decision<Event> {
    if account.arrears_tail == Some(hold) {
        Decision::already()
    } else {
        Decision::one(Event::ArrearsQueued { hold, after: account.arrears_tail })
    }
}

/// The oldest leaves; when it names no next one it must be the newest too, or the queue would be cut off.
fn advance_arrears(account: &PrepaidAccount, left: HoldId, next: Option<HoldId>) -> Answer {
    let is_last = account.arrears_tail == Some(left);
    if account.arrears_head == Some(left) && is_last == next.is_none() && next != Some(left) {
        Ok(Decision::one(Event::ArrearsAdvanced { next }))
    } else {
        Err(AccountRefusal::NotFirstInArrears { hold: left })
    }
}
