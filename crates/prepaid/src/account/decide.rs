//! What a prepaid account answers to each command in each state. Never moves money.

use zaiton_kernel::{Money, Timestamp};

use super::{
    AccountRefusal, AlertLines, CardSource, Command, CommandKind, Event, Figures, PrepaidAccount, State,
    WireAccount, standing, watch,
};
use crate::hold::HoldId;
use crate::names::same_company;
use crate::promotion::PromotionId;
use crate::top_up::TopUpId;
use crate::withdrawal::{Payee, WithdrawalId};
use crate::{Allowed, Decision, PrepaidPolicy};

type Answer = Result<Decision<Event>, AccountRefusal>;

/// Rules R1-01, R1-03, R1-04, R1-19. Decides a command.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(account: &PrepaidAccount, command: Command, policy: &PrepaidPolicy, now: Timestamp) -> Answer {
    match account.state {
        State::Unopened => match command {
            Command::Open { company, wire_account } => open(company, wire_account),
            Command::SetAlerts { .. }
            | Command::OpenTopUp { .. }
            | Command::CloseTopUp { .. }
            | Command::TopUpCredited
            | Command::QueueArrears { .. }
            | Command::AdvanceArrears { .. }
            | Command::Watch { .. }
            | Command::Recheck { .. }
            | Command::RepeatAlert { .. }
            | Command::AddPromotion { .. }
            | Command::DropPromotion { .. }
            | Command::Restrict { .. }
            | Command::ConfirmRestriction { .. }
            | Command::LiftRestriction { .. }
            | Command::BeginClosing { .. }
            | Command::ListWithdrawal { .. }
            | Command::UnlistWithdrawal { .. }
            | Command::UseCard { .. }
            | Command::ReturnCard { .. }
            | Command::ProposeCard { .. }
            | Command::ConfirmCard { .. }
            | Command::FinishClosing { .. } => Err(AccountRefusal::NotOpened { state: account.state }),
        },
        State::Opened | State::AlertSet => decide_before(account, command, policy, now),
        State::Active { .. } => decide_active(account, command, policy, now),
        State::Closing { .. } | State::Closed { .. } => decide_closing(account, command, now),
    }
}

/// Rules R1-03, R1-19. Opened, and not in prepaid mode yet: nothing is charged, so there is nothing to watch.
fn decide_before(
    account: &PrepaidAccount,
    command: Command,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Answer {
    let (state, alerts_missing) = (account.state, account.alert.is_none());
    match command {
        Command::Open { company, wire_account } => open_again(account, &company, &wire_account),
        Command::SetAlerts { lines, verified } => set_alerts(account, lines, &verified, policy),
        Command::OpenTopUp { .. } | Command::TopUpCredited if alerts_missing => {
            Err(AccountRefusal::AlertsMissing { state })
        }
        Command::OpenTopUp { top_up } => open_top_up(account, top_up, policy),
        Command::CloseTopUp { top_up } => Ok(close_top_up(account, top_up)),
        Command::TopUpCredited => Ok(Decision::one(Event::Activated { activated_at: now })),
        Command::Watch { .. } | Command::Recheck { .. } | Command::RepeatAlert { .. } => {
            Ok(Decision::already())
        }
        Command::DropPromotion { promotion } => Ok(drop_promotion(account, promotion)),
        Command::Restrict { reason, maker } => standing::restrict(account, reason, maker),
        Command::ConfirmRestriction { checker } => standing::confirm(account, checker),
        Command::LiftRestriction { maker } => standing::lift(account, maker),
        Command::QueueArrears { .. }
        | Command::AdvanceArrears { .. }
        | Command::AddPromotion { .. }
        | Command::ListWithdrawal { .. }
        | Command::BeginClosing { .. }
        | Command::FinishClosing { .. } => Err(AccountRefusal::NotYetPrepaid { state }),
        other @ (Command::UnlistWithdrawal { .. }
        | Command::UseCard { .. }
        | Command::ReturnCard { .. }
        | Command::ProposeCard { .. }
        | Command::ConfirmCard { .. }) => standing::card(account, other, now),
    }
}

/// In prepaid mode.
fn decide_active(
    account: &PrepaidAccount,
    command: Command,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Answer {
    match command {
        Command::Open { company, wire_account } => open_again(account, &company, &wire_account),
        Command::SetAlerts { lines, verified } => set_alerts(account, lines, &verified, policy),
        Command::OpenTopUp { top_up } => open_top_up(account, top_up, policy),
        Command::CloseTopUp { top_up } => Ok(close_top_up(account, top_up)),
        // Not the first top-up: nothing to record.
        Command::TopUpCredited => Ok(Decision::already()),
        Command::Watch { figures, may_close } => Ok(watch::watch(account, figures, may_close, policy, now)),
        Command::Recheck { due, figures } => watch::recheck(account, due, figures, policy, now),
        Command::RepeatAlert { due, figures } => watch::repeat_alert(account, due, figures, policy, now),
        Command::QueueArrears { hold } => Ok(queue_arrears(account, hold)),
        Command::AdvanceArrears { left, next } => advance_arrears(account, left, next),
        Command::AddPromotion { promotion } => add_promotion(account, promotion, policy),
        Command::DropPromotion { promotion } => Ok(drop_promotion(account, promotion)),
        Command::Restrict { reason, maker } => standing::restrict(account, reason, maker),
        Command::ConfirmRestriction { checker } => standing::confirm(account, checker),
        Command::LiftRestriction { maker } => standing::lift(account, maker),
        Command::BeginClosing { maker, figures } => standing::begin_closing(account, maker, figures, now),
        Command::ListWithdrawal { withdrawal } => Ok(list_withdrawal(account, withdrawal)),
        Command::FinishClosing { .. } => Err(AccountRefusal::NotClosing { state: account.state }),
        other @ (Command::UnlistWithdrawal { .. }
        | Command::UseCard { .. }
        | Command::ReturnCard { .. }
        | Command::ProposeCard { .. }
        | Command::ConfirmCard { .. }) => standing::card(account, other, now),
    }
}

/// Machine M6. An account that is closing or closed takes nothing new; what was begun comes to its end.
fn decide_closing(account: &PrepaidAccount, command: Command, now: Timestamp) -> Answer {
    let state = account.state;
    match command {
        Command::Open { company, wire_account } => open_again(account, &company, &wire_account),
        Command::SetAlerts { .. } | Command::OpenTopUp { .. } | Command::AddPromotion { .. } => {
            Err(AccountRefusal::NotActive { state })
        }
        Command::CloseTopUp { top_up } => Ok(close_top_up(account, top_up)),
        Command::DropPromotion { promotion } => Ok(drop_promotion(account, promotion)),
        Command::TopUpCredited
        | Command::Watch { .. }
        | Command::Recheck { .. }
        | Command::RepeatAlert { .. }
        | Command::BeginClosing { .. } => Ok(Decision::already()),
        Command::QueueArrears { hold } => Ok(queue_arrears(account, hold)),
        Command::AdvanceArrears { left, next } => advance_arrears(account, left, next),
        Command::Restrict { reason, maker } => standing::restrict(account, reason, maker),
        Command::ConfirmRestriction { checker } => standing::confirm(account, checker),
        Command::LiftRestriction { maker } => standing::lift(account, maker),
        Command::FinishClosing { .. } if matches!(state, State::Closed { .. }) => Ok(Decision::already()),
        Command::FinishClosing { checker, figures } => {
            standing::finish_closing(account, checker, figures, now)
        }
        Command::ListWithdrawal { withdrawal } if matches!(state, State::Closing { .. }) => {
            Ok(list_withdrawal(account, withdrawal))
        }
        Command::ListWithdrawal { .. } => Err(AccountRefusal::NotActive { state }),
        other @ (Command::UnlistWithdrawal { .. }
        | Command::UseCard { .. }
        | Command::ReturnCard { .. }
        | Command::ProposeCard { .. }
        | Command::ConfirmCard { .. }) => standing::card(account, other, now),
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
    let due = Timestamp::from_micros(0);
    let figures = Figures { available: zero, frozen: zero, owed: zero, pending: zero };
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
        CommandKind::SetAlerts => Command::SetAlerts {
            lines: AlertLines { warning: zero, suspend: zero, contacts: Vec::new() },
            verified: Vec::new(),
        },
        CommandKind::OpenTopUp => Command::OpenTopUp { top_up: zaiton_kernel::Id::from_raw(1) },
        CommandKind::CloseTopUp => Command::CloseTopUp { top_up: zaiton_kernel::Id::from_raw(1) },
        CommandKind::TopUpCredited => Command::TopUpCredited,
        CommandKind::QueueArrears => Command::QueueArrears { hold: id },
        CommandKind::AdvanceArrears => Command::AdvanceArrears { left: id, next: None },
        CommandKind::Watch => Command::Watch { figures, may_close: false },
        CommandKind::Recheck => Command::Recheck { due, figures },
        CommandKind::RepeatAlert => Command::RepeatAlert { due, figures },
        CommandKind::AddPromotion => Command::AddPromotion { promotion: zaiton_kernel::Id::from_raw(1) },
        CommandKind::DropPromotion => Command::DropPromotion { promotion: zaiton_kernel::Id::from_raw(1) },
        CommandKind::Restrict => Command::Restrict { reason: String::new(), maker: Some(nobody()) },
        CommandKind::ConfirmRestriction => Command::ConfirmRestriction { checker: nobody() },
        CommandKind::LiftRestriction => Command::LiftRestriction { maker: nobody() },
        CommandKind::BeginClosing => Command::BeginClosing { maker: nobody(), figures },
        CommandKind::FinishClosing => Command::FinishClosing { checker: nobody(), figures },
        CommandKind::ListWithdrawal => Command::ListWithdrawal { withdrawal: zaiton_kernel::Id::from_raw(1) },
        CommandKind::UnlistWithdrawal => {
            Command::UnlistWithdrawal { withdrawal: zaiton_kernel::Id::from_raw(1) }
        }
        CommandKind::UseCard => Command::UseCard { to: Payee::default() },
        CommandKind::ReturnCard => Command::ReturnCard { to: Payee::default() },
        CommandKind::ProposeCard => Command::ProposeCard { card: WireAccount::default(), maker: nobody() },
        CommandKind::ConfirmCard => Command::ConfirmCard { checker: nobody() },
    }
}

fn nobody() -> String {
    String::from("-")
}

/// Rule R1-01. A card must be in force, and the company's own.
pub(super) fn good_card(company: &str, card: &WireAccount) -> Result<(), AccountRefusal> {
    if !card.in_force {
        return Err(AccountRefusal::CardNotInForce { holder: card.holder.clone() });
    }
    if !same_company(company, &card.holder) {
        let (company, holder) = (company.to_owned(), card.holder.clone());
        return Err(AccountRefusal::HolderDiffers { company, holder });
    }
    Ok(())
}

/// Rule R1-01.
fn open(company: String, wire_account: WireAccount) -> Answer {
    good_card(&company, &wire_account)?;
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
fn set_alerts(
    account: &PrepaidAccount,
    lines: AlertLines,
    verified: &[bool],
    policy: &PrepaidPolicy,
) -> Answer {
    let at_most = policy.max_contacts;
    let contacts = lines.contacts.len();
    if contacts == 0 {
        return Err(AccountRefusal::NoContact { at_most });
    }
    if contacts > usize::from(at_most) {
        return Err(AccountRefusal::TooManyContacts { contacts, at_most });
    }
    for (contact, person) in (1..).zip(&lines.contacts) {
        if person.ways().next().is_none() {
            return Err(AccountRefusal::ContactUnreachable { contact });
        }
    }
    let proved = |at: usize| verified.get(at).copied().unwrap_or(false);
    if let Some(at) = (0..contacts).find(|at| !proved(*at)) {
        return Err(AccountRefusal::ContactNotVerified { contact: at + 1 });
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

/// Rule R1-13. The account's list of promotions has a bound.
fn add_promotion(account: &PrepaidAccount, promotion: PromotionId, policy: &PrepaidPolicy) -> Answer {
    let open = account.promotions.len();
    if account.promotions.contains(&promotion) {
        Ok(Decision::already())
    } else if open >= usize::from(policy.max_promotions) {
        Err(AccountRefusal::TooManyPromotions { open, at_most: policy.max_promotions })
    } else {
        Ok(Decision::one(Event::PromotionAdded { promotion }))
    }
}

fn drop_promotion(account: &PrepaidAccount, promotion: PromotionId) -> Decision<Event> {
    if account.promotions.contains(&promotion) {
        Decision::one(Event::PromotionDropped { promotion })
    } else {
        Decision::already()
    }
}

/// How many may be open is the withdrawal's guard: it knows why.
fn list_withdrawal(account: &PrepaidAccount, withdrawal: WithdrawalId) -> Decision<Event> {
    if account.open_withdrawals.contains(&withdrawal) {
        Decision::already()
    } else {
        Decision::one(Event::WithdrawalListed { withdrawal })
    }
}
