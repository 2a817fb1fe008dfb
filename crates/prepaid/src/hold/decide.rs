//! What a hold answers to each command in each state. Never books, never reads a balance: the available money
//! is given.

use zaiton_kernel::Money;

use super::{
    Command, CommandKind, EarlyFact, Event, Hold, HoldId, HoldRefusal, MOST_EARLY, ORDER_LETTERS, State,
};
use crate::fee::tax_included;
use crate::{Allowed, ArrearsMode, Decision, Model, PrepaidPolicy};

type Answer = Result<Decision<Event>, HoldRefusal>;

/// Rules R1-20 to R1-24. Decides a command. The amounts of the command must be in the hold's currency.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(hold: &Hold, command: Command, policy: &PrepaidPolicy) -> Answer {
    use State::{Frozen, MixedClosed, PartlyFunded, PartlyReleased, Released, Requested, Settled, Unfunded};
    let state = hold.state();
    match (state, command) {
        (Requested, Command::Charge { fee, available }) => charge(hold, fee, available, policy.arrears_mode),
        (
            Requested,
            command @ (Command::Release { .. }
            | Command::Reduce { .. }
            | Command::Settle
            | Command::SettledRefund { .. }
            | Command::Repay { .. }
            | Command::LinkNext { .. }
            | Command::ProposeWriteOff { .. }
            | Command::ConfirmWriteOff { .. }
            | Command::LeaveQueue),
        ) => Err(HoldRefusal::NotCharged { command: command.kind() }),
        (Requested, Command::KeepEarly { fact }) => keep_early(hold, fact),
        // It is placed: what was told is done at once.
        (
            Frozen | Unfunded | PartlyFunded | PartlyReleased | Released | Settled | MixedClosed,
            command @ Command::KeepEarly { .. },
        ) => Err(HoldRefusal::Closed { command: command.kind(), state }),
        (
            Frozen | Unfunded | PartlyFunded | PartlyReleased | Released | Settled | MixedClosed,
            Command::ProposeWriteOff { maker, evidence },
        ) => propose_write_off(hold, maker, evidence),
        (
            Frozen | Unfunded | PartlyFunded | PartlyReleased | Released | Settled | MixedClosed,
            Command::ConfirmWriteOff { checker },
        ) => confirm_write_off(hold, checker),
        (_, Command::TakeEarly) if hold.early.is_empty() => Ok(Decision::already()),
        (
            Requested | Frozen | Unfunded | PartlyFunded | PartlyReleased | Released | Settled | MixedClosed,
            Command::TakeEarly,
        ) => Ok(Decision::one(Event::EarlyTaken {})),
        // The same charge again is already done.
        (
            Frozen | Unfunded | PartlyFunded | PartlyReleased | Released | Settled | MixedClosed,
            Command::Charge { fee, .. },
        ) => charge_again(hold, fee),

        (Frozen | Unfunded | PartlyFunded | PartlyReleased, Command::Release { amount }) => {
            release(hold, amount)
        }
        (Released | Settled | MixedClosed, command @ Command::Release { .. }) => {
            Err(HoldRefusal::Closed { command: command.kind(), state })
        }

        // The state, not the order's time, decides which of release or settled refund runs.
        (Frozen | Unfunded | PartlyFunded | PartlyReleased | Released, Command::Reduce { remaining_fee }) => {
            match reduction(hold, remaining_fee, hold.remains())? {
                Some(amount) => release(hold, amount),
                None => Ok(Decision::already()),
            }
        }
        (Settled | MixedClosed, Command::Reduce { remaining_fee }) => {
            match reduction(hold, remaining_fee, kept(hold))? {
                Some(amount) => settled_refund(hold, amount),
                None => Ok(Decision::already()),
            }
        }

        (Frozen | Unfunded | PartlyFunded | PartlyReleased, Command::Settle) => Ok(settle(hold, policy)),
        // Nothing remains: a repeat, or all was given up before the order completed.
        (Released | Settled | MixedClosed, Command::Settle) => Ok(Decision::already()),

        (Frozen | Unfunded | PartlyFunded | PartlyReleased | Released, Command::SettledRefund { .. }) => {
            Err(HoldRefusal::NotSettled { state })
        }
        (Settled | MixedClosed, Command::SettledRefund { amount }) => settled_refund(hold, amount),

        (Frozen | PartlyReleased | Released, Command::Repay { .. }) => {
            Err(HoldRefusal::NothingOwed { state })
        }
        (Unfunded | PartlyFunded | Settled | MixedClosed, Command::Repay { amount }) => repay(hold, amount),

        (
            Frozen | Unfunded | PartlyFunded | PartlyReleased | Released | Settled | MixedClosed,
            Command::LinkNext { next },
        ) => link_next(hold, next),
        (
            Frozen | Unfunded | PartlyFunded | PartlyReleased | Released | Settled | MixedClosed,
            Command::LeaveQueue,
        ) => leave_queue(hold),
    }
}

/// Rule R1-24. What can be repaid of a debt now: the smaller of the two, never below zero. Both in one
/// currency.
#[must_use]
pub fn repayment(available: Money, owed: Money) -> Money {
    assert!(available.currency() == owed.currency(), "an account and its holds have one currency");
    Money::new(available.minor().min(owed.minor()).max(0), owed.currency())
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(hold: &Hold, policy: &PrepaidPolicy) -> Vec<Allowed<CommandKind, HoldRefusal>> {
    let one = hold.money(1);
    let probe = |kind| match kind {
        CommandKind::Charge => {
            Command::Charge { fee: hold.money(hold.charged.map_or(0, |c| c ^ 1)), available: one }
        }
        CommandKind::Release => Command::Release { amount: one },
        CommandKind::Reduce => Command::Reduce { remaining_fee: hold.money(0) },
        CommandKind::Settle => Command::Settle,
        CommandKind::SettledRefund => Command::SettledRefund { amount: one },
        CommandKind::Repay => Command::Repay { amount: one },
        CommandKind::LinkNext => Command::LinkNext { next: hold.id },
        CommandKind::LeaveQueue => Command::LeaveQueue,
        CommandKind::ProposeWriteOff => {
            Command::ProposeWriteOff { maker: String::from("-"), evidence: String::from("-") }
        }
        CommandKind::ConfirmWriteOff => Command::ConfirmWriteOff { checker: String::from("-") },
        CommandKind::KeepEarly => Command::KeepEarly { fact: EarlyFact::Reduce(1) },
        CommandKind::TakeEarly => Command::TakeEarly,
    };
    let refusal = |command| match decide(hold, probe(command), policy) {
        Ok(decision) if decision.is_already() => Some(HoldRefusal::Closed { command, state: hold.state() }),
        Err(refusal) if refusal.closes() => Some(refusal),
        Ok(_) | Err(_) => None,
    };
    CommandKind::ALL.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

fn in_currency(hold: &Hold, amount: Money) -> Result<(), HoldRefusal> {
    if amount.currency() == hold.currency {
        Ok(())
    } else {
        Err(HoldRefusal::Currency { amount, expected: hold.currency })
    }
}

fn positive(hold: &Hold, amount: Money) -> Result<(), HoldRefusal> {
    in_currency(hold, amount)?;
    if amount.is_positive() { Ok(()) } else { Err(HoldRefusal::NotPositive { amount }) }
}

/// A fee is in the hold's currency and not below zero.
fn sound_fee(hold: &Hold, fee: Money) -> Result<(), HoldRefusal> {
    if fee.is_negative() {
        return Err(HoldRefusal::FeeNegative { fee });
    }
    in_currency(hold, fee)
}

/// Rules R1-20, R1-24, K-6.
fn charge(hold: &Hold, fee: Money, available: Money, mode: ArrearsMode) -> Answer {
    let letters = hold.order.chars().count();
    if letters == 0 || letters > ORDER_LETTERS {
        return Err(HoldRefusal::OrderReference { letters, at_most: ORDER_LETTERS });
    }
    sound_fee(hold, fee)?;
    in_currency(hold, available)?;
    let frozen = match (available.minor() >= fee.minor(), mode) {
        (true, ArrearsMode::Full | ArrearsMode::Gap) => fee.minor(),
        (false, ArrearsMode::Full) => 0,
        (false, ArrearsMode::Gap) => available.minor().max(0),
    };
    Ok(Decision::one(Event::Charged { fee: fee.minor(), frozen, unfunded: fee.minor() - frozen }))
}

fn charge_again(hold: &Hold, fee: Money) -> Answer {
    let charged = hold.money(hold.charged.unwrap_or(0));
    if fee == charged {
        Ok(Decision::already())
    } else {
        Err(HoldRefusal::ChargedOtherwise { charged, asked: fee })
    }
}

/// Rule R1-21. The unfunded part goes first: that fee falls away, nobody ever paid it.
fn release(hold: &Hold, amount: Money) -> Answer {
    positive(hold, amount)?;
    let remains = hold.remains();
    if amount.minor() > remains.minor() {
        let over_by = hold.money(amount.minor() - remains.minor());
        return Err(HoldRefusal::MoreThanRemains { asked: amount, remains, over_by });
    }
    let from_unfunded = amount.minor().min(hold.unfunded);
    Ok(Decision::one(Event::Released { from_unfunded, from_frozen: amount.minor() - from_unfunded }))
}

/// What was settled and not given back.
const fn kept(hold: &Hold) -> Money {
    hold.money(hold.settled - hold.refunded)
}

/// By how much a fee goes down, `None` when it is already so.
fn reduction(hold: &Hold, to: Money, from: Money) -> Result<Option<Money>, HoldRefusal> {
    sound_fee(hold, to)?;
    match from.minor() - to.minor() {
        0 => Ok(None),
        less @ 1.. => Ok(Some(hold.money(less))),
        more => Err(HoldRefusal::FeeRises { asked: to, remains: from, over_by: hold.money(-more) }),
    }
}

/// Rule R1-22. Tax of a part is the tax of the cumulative amount less the tax booked before (principle 9).
fn settle(hold: &Hold, policy: &PrepaidPolicy) -> Decision<Event> {
    let vat = match policy.model {
        Model::Principal => Some(policy.vat_bps),
        Model::Agent => None,
    };
    let tax = |amount| vat.map_or(0, |rate| tax_included(amount, rate));
    let tax_of_frozen = tax(hold.frozen);
    Decision::one(Event::Settled {
        from_frozen: hold.frozen,
        from_unfunded: hold.unfunded,
        tax_of_frozen,
        tax_of_unfunded: tax(hold.frozen + hold.unfunded) - tax_of_frozen,
        vat,
    })
}

/// Rule R1-23. Tax given back is the tax booked less the tax of what stays settled: a full refund reverses it
/// all.
fn settled_refund(hold: &Hold, amount: Money) -> Answer {
    positive(hold, amount)?;
    let left = kept(hold);
    if amount.minor() > left.minor() {
        let over_by = hold.money(amount.minor() - left.minor());
        return Err(HoldRefusal::RefundedTooMuch { asked: amount, left, over_by });
    }
    let stays = left.minor() - amount.minor();
    let tax = hold.tax - hold.vat.map_or(0, |rate| tax_included(stays, rate));
    // K-83: what nobody paid falls away before anything is given back, or clients' money would not cover it (L-I13).
    let of_debt = amount.minor().min(hold.owed);
    Ok(Decision::one(Event::SettledRefunded { amount: amount.minor(), tax, of_debt }))
}

/// Rule R1-24, posting P10d.
fn repay(hold: &Hold, amount: Money) -> Answer {
    if hold.owed == 0 {
        return Err(HoldRefusal::NothingOwed { state: hold.state() });
    }
    positive(hold, amount)?;
    if amount.minor() > hold.owed {
        let over_by = hold.money(amount.minor() - hold.owed);
        return Err(HoldRefusal::RepaidTooMuch { asked: amount, owed: hold.owes(), over_by });
    }
    let thereof_frozen = amount.minor().min(hold.unfunded);
    Ok(Decision::one(Event::Repaid { amount: amount.minor(), thereof_frozen }))
}

fn link_next(hold: &Hold, next: HoldId) -> Answer {
    if !hold.queued {
        return Err(HoldRefusal::NotQueued { command: CommandKind::LinkNext });
    }
    match hold.next_in_arrears {
        Some(linked) if linked == next => Ok(Decision::already()),
        None if next != hold.id => Ok(Decision::one(Event::NextLinked { next })),
        None | Some(_) => Err(HoldRefusal::LinkedOtherwise { next }),
    }
}

fn leave_queue(hold: &Hold) -> Answer {
    match (hold.queued, hold.owed) {
        (false, _) => Ok(Decision::already()),
        (true, 0) => Ok(Decision::one(Event::LeftQueue {})),
        (true, _) => Err(HoldRefusal::StillOwes { owed: hold.owes() }),
    }
}

/// Machine M9. The same settling or reducing told twice is kept once.
fn keep_early(hold: &Hold, fact: EarlyFact) -> Answer {
    let letters = hold.order.chars().count();
    if letters == 0 || letters > ORDER_LETTERS {
        return Err(HoldRefusal::OrderReference { letters, at_most: ORDER_LETTERS });
    }
    // What could not be done to a charged hold is not kept for one either.
    match fact {
        EarlyFact::Settle => {}
        EarlyFact::Reduce(minor) => sound_fee(hold, hold.money(minor))?,
        EarlyFact::Release(minor) | EarlyFact::Refund(minor) => positive(hold, hold.money(minor))?,
    }
    let again = matches!(fact, EarlyFact::Settle | EarlyFact::Reduce(_)) && hold.early.contains(&fact);
    let kept = hold.early.len();
    match (again, kept < MOST_EARLY) {
        (true, _) => Ok(Decision::already()),
        (false, true) => Ok(Decision::one(Event::KeptEarly { fact })),
        (false, false) => Err(HoldRefusal::TooManyEarly { kept, at_most: MOST_EARLY }),
    }
}

/// Letters of the evidence of a write-off.
const EVIDENCE_LETTERS: usize = 500;

/// P10e. Only a debt that stays after all of the fee was settled or given up can be written off.
fn may_be_written_off(hold: &Hold) -> Result<(), HoldRefusal> {
    if !hold.remains().is_zero() {
        return Err(HoldRefusal::StillOpen { remains: hold.remains() });
    }
    if hold.owed == 0 { Err(HoldRefusal::NothingToWriteOff { owed: hold.owes() }) } else { Ok(()) }
}

fn propose_write_off(hold: &Hold, maker: String, evidence: String) -> Answer {
    may_be_written_off(hold)?;
    let letters = evidence.trim().chars().count();
    if letters == 0 || letters > EVIDENCE_LETTERS {
        return Err(HoldRefusal::EvidenceMissing { letters, at_most: EVIDENCE_LETTERS });
    }
    if hold.write_off.as_deref().is_some_and(|(known, why)| *known == maker && *why == evidence) {
        return Ok(Decision::already());
    }
    Ok(Decision::one(Event::WriteOffProposed { maker, evidence }))
}

fn confirm_write_off(hold: &Hold, checker: String) -> Answer {
    may_be_written_off(hold)?;
    match hold.write_off.as_deref() {
        None => Err(HoldRefusal::NothingToWriteOff { owed: hold.owes() }),
        Some((maker, _)) if *maker == checker => Err(HoldRefusal::SamePerson { person: checker }),
        Some(_) => Ok(Decision::one(Event::WrittenOff { amount: hold.owed, checker })),
    }
}
