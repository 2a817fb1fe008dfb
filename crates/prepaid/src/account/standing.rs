//! Machine M6: who may restrict an account, lift that again, and close it. Never moves money.

use zaiton_kernel::Timestamp;

use super::{AccountRefusal, Event, Figures, PrepaidAccount, Stage};
use crate::Decision;

type Answer = Result<Decision<Event>, AccountRefusal>;

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
