//! Machine M6: who may restrict an account, lift that again, and close it. Never moves money.

use zaiton_kernel::Timestamp;

use super::decide::good_card;
use super::{AccountRefusal, Command, Event, Figures, PrepaidAccount, Stage};
use crate::withdrawal::Payee;
use crate::{Decision, OpenTo, PrepaidPolicy};

type Answer = Result<Decision<Event>, AccountRefusal>;

/// Rule R1-02. Whether a merchant may open an account: a supplier of the platform whose settlement keeps it out of the
/// programme otherwise, or whoever the operator's policy lets.
///
/// # Errors
/// `NotEligible`.
pub fn may_open(self_run: bool, in_programme: bool, policy: &PrepaidPolicy) -> Result<(), AccountRefusal> {
    match policy.open_to {
        OpenTo::SelfRun if !self_run || in_programme => {
            Err(AccountRefusal::NotEligible { self_run, in_programme })
        }
        OpenTo::SelfRun | OpenTo::Everyone => Ok(()),
    }
}

/// Letters of a reason's code, at most.
const REASON_LETTERS: usize = 64;

/// Asks to restrict; the system does it at once.
pub(super) fn restrict(account: &PrepaidAccount, reason: String, maker: Option<String>) -> Answer {
    let is_code = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if reason.is_empty() || reason.chars().count() > REASON_LETTERS || !reason.chars().all(is_code) {
        return Err(AccountRefusal::ReasonMissing { letters: reason.chars().count() });
    }
    match (&account.restriction, maker) {
        (Some(known), _) if known.stage != Stage::Proposed => Ok(Decision::already()),
        (Some(known), Some(maker)) if known.reason == reason && known.maker == maker => {
            Ok(Decision::already())
        }
        (Some(_) | None, None) => Ok(Decision::one(Event::Restricted { reason })),
        (Some(_) | None, Some(maker)) => Ok(Decision::one(Event::RestrictionProposed { reason, maker })),
    }
}

/// A second person confirms the restriction, or its lifting.
pub(super) fn confirm(account: &PrepaidAccount, checker: String) -> Answer {
    let Some(known) = &account.restriction else { return Err(AccountRefusal::NothingToConfirm { checker }) };
    if known.maker == checker {
        return Err(AccountRefusal::SamePerson { person: checker });
    }
    match known.stage {
        Stage::Proposed => Ok(Decision::one(Event::Restricted { reason: known.reason.clone() })),
        Stage::LiftProposed => Ok(Decision::one(Event::RestrictionLifted {})),
        Stage::InForce => Ok(Decision::already()),
    }
}

/// Asks to lift it. What was only asked for is withdrawn at once by whoever asked.
pub(super) fn lift(account: &PrepaidAccount, maker: String) -> Answer {
    match &account.restriction {
        None => Ok(Decision::already()),
        Some(known) if known.stage == Stage::Proposed && known.maker == maker => {
            Ok(Decision::one(Event::RestrictionLifted {}))
        }
        Some(known) if known.stage == Stage::LiftProposed && known.maker == maker => Ok(Decision::already()),
        Some(known) if known.stage == Stage::Proposed => {
            Err(AccountRefusal::SamePerson { person: known.maker.clone() })
        }
        Some(_) => Ok(Decision::one(Event::LiftProposed { maker })),
    }
}

/// Asks to close: nothing frozen, nothing owed, nothing that still wants money.
pub(super) fn begin_closing(
    account: &PrepaidAccount,
    maker: String,
    figures: Figures,
    now: Timestamp,
) -> Answer {
    if figures.frozen.is_positive() {
        return Err(AccountRefusal::StillFrozen { frozen: figures.frozen });
    }
    if figures.owed.is_positive() {
        return Err(AccountRefusal::StillOwes { owed: figures.owed });
    }
    let (promotions, top_ups) = (account.promotions.len(), account.open_topups.len());
    if promotions > 0 || top_ups > 0 {
        return Err(AccountRefusal::StillInUse { promotions, top_ups });
    }
    Ok(Decision::one(Event::ClosingBegun { at: now, maker }))
}

/// A second person closes it, once everything was withdrawn.
pub(super) fn finish_closing(
    account: &PrepaidAccount,
    checker: String,
    figures: Figures,
    now: Timestamp,
) -> Answer {
    if account.closing_maker.as_deref() == Some(checker.as_str()) {
        return Err(AccountRefusal::SamePerson { person: checker });
    }
    if figures.frozen.is_positive() {
        return Err(AccountRefusal::StillFrozen { frozen: figures.frozen });
    }
    if figures.owed.is_positive() {
        return Err(AccountRefusal::StillOwes { owed: figures.owed });
    }
    if figures.available.is_positive() || figures.pending.is_positive() {
        return Err(AccountRefusal::MoneyLeft { available: figures.available, pending: figures.pending });
    }
    Ok(Decision::one(Event::Closed { at: now }))
}

/// Rules R1-01, R1-27. The bound card, and the list of withdrawals: the same in every state after opening.
pub(super) fn card(account: &PrepaidAccount, command: Command, now: Timestamp) -> Answer {
    let bound = account.wire_account.as_ref().map(Payee::from);
    match command {
        Command::UnlistWithdrawal { withdrawal } if account.open_withdrawals.contains(&withdrawal) => {
            Ok(Decision::one(Event::WithdrawalUnlisted { withdrawal }))
        }
        Command::UseCard { to } if !account.card_used && bound.as_ref() == Some(&to) => {
            Ok(Decision::one(Event::CardUsed {}))
        }
        Command::ReturnCard { to }
            if bound.as_ref() == Some(&to)
                && account.wire_account.as_ref().is_some_and(|card| card.in_force) =>
        {
            Ok(Decision::one(Event::CardReturned {}))
        }
        Command::ProposeCard { card, maker } => {
            good_card(&account.company, &card)?;
            if account.proposed_card.as_ref() == Some(&(card.clone(), maker.clone())) {
                return Ok(Decision::already());
            }
            Ok(Decision::one(Event::CardProposed { card, maker }))
        }
        Command::ConfirmCard { checker } => match &account.proposed_card {
            None => Err(AccountRefusal::NoCardProposed { checker }),
            Some((_, maker)) if *maker == checker => Err(AccountRefusal::SamePerson { person: checker }),
            Some(_) => Ok(Decision::one(Event::CardBound { at: now })),
        },
        // Already so, about a card that is bound no more, or nothing of this.
        Command::UnlistWithdrawal { .. }
        | Command::UseCard { .. }
        | Command::ReturnCard { .. }
        | Command::Open { .. }
        | Command::SetAlerts { .. }
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
        | Command::FinishClosing { .. }
        | Command::ListWithdrawal { .. } => Ok(Decision::already()),
    }
}
