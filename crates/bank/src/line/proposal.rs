//! What a person may propose about a line, and what a second person may do with it (R5-03). Never finds out by itself
//! what a line is.

use super::{Decided, Event, Line, LineDecision, LineRefusal, NoReceipt, Origin};
use crate::Decision;
use crate::payment::{PaymentId, is_number};

/// Letters of a reference to evidence, and of a reason.
const WORDS_LETTERS: usize = 500;

type Answer = Result<Decision<Event>, LineRefusal>;

/// Whether a decision fits a line, and is proposed as it must be.
pub(super) fn propose(
    line: &Line,
    from: Origin,
    decision: LineDecision,
    maker: String,
    evidence: String,
) -> Answer {
    fits(line, &from, &decision)?;
    somebody(line, &maker)?;
    words(&evidence)?;
    Ok(Decision::one(Event::Proposed { decision, maker, evidence, from }))
}

/// Rules R1-15, R5-03. A second person makes it so.
pub(super) fn confirm(line: &Line, proposed: Decided, payment: PaymentId) -> Answer {
    second_person(line, &proposed.decision, &proposed.maker, &proposed.checker)?;
    Ok(Decision::one(Event::Confirmed { decided: proposed, payment }))
}

/// Rules R1-15, R5-03. A second person says no: the line stands where it stood.
pub(super) fn refuse(
    line: &Line,
    (decision, maker): (&LineDecision, &str),
    checker: String,
    reason: String,
    back_to: Origin,
) -> Answer {
    second_person(line, decision, maker, &checker)?;
    words(&reason)?;
    Ok(Decision::one(Event::Refused { checker, reason, back_to }))
}

fn somebody(line: &Line, actor: &str) -> Result<(), LineRefusal> {
    if actor.trim().is_empty() { Err(LineRefusal::Nobody { line: line.id }) } else { Ok(()) }
}

fn words(text: &str) -> Result<(), LineRefusal> {
    let letters = text.chars().count();
    if text.trim().is_empty() || letters > WORDS_LETTERS {
        return Err(LineRefusal::EvidenceMissing { letters, at_most: WORDS_LETTERS });
    }
    Ok(())
}

fn second_person(
    line: &Line,
    decision: &LineDecision,
    maker: &str,
    checker: &str,
) -> Result<(), LineRefusal> {
    somebody(line, checker)?;
    if checker != maker {
        return Ok(());
    }
    let maker = maker.to_owned();
    Err(match decision {
        LineDecision::Match { .. } => LineRefusal::MatchBySamePerson { maker },
        LineDecision::ReturnToPayer
        | LineDecision::WithdrawalReturned { .. }
        | LineDecision::BankCost { .. }
        | LineDecision::SweepOut { .. }
        | LineDecision::Arrived => LineRefusal::SamePerson { maker },
    })
}

/// Whether a line can be what a decision says.
///
/// A reversal takes back an earlier line, so what it needs is the undoing of whatever that line was used for, which
/// none of the decisions is, and it stays with a person. The one exception is a reversal that brings money in and takes
/// back the debit of a withdrawal: some banks send a payment back so (MT940 `RD`), and P11d is exactly its undoing.
fn fits(line: &Line, from: &Origin, decision: &LineDecision) -> Result<(), LineRefusal> {
    let receipt = match from {
        Origin::Unallocated | Origin::InReview { .. } => true,
        Origin::AwaitsAPerson { .. } => false,
    };
    let debit = matches!(from, Origin::AwaitsAPerson { reason: NoReceipt::Debit });
    let given_back = matches!(from, Origin::AwaitsAPerson { reason: NoReceipt::Reversal }) && line.credit;
    let (id, account) = (line.id, line.account);
    match *decision {
        LineDecision::Match { .. } if receipt && line.client_money => Ok(()),
        LineDecision::Match { .. } => Err(LineRefusal::NoTopUp { line: id }),
        LineDecision::ReturnToPayer if !receipt => Err(LineRefusal::NothingToReturn { line: id }),
        LineDecision::ReturnToPayer
            if !is_number(&line.payer_account) || line.payer_name.trim().is_empty() =>
        {
            Err(LineRefusal::PayerUnknown { payer_account: line.payer_account.clone() })
        }
        LineDecision::ReturnToPayer => Ok(()),
        LineDecision::WithdrawalReturned { .. } if (receipt || given_back) && line.client_money => Ok(()),
        LineDecision::WithdrawalReturned { .. } => Err(LineRefusal::NoBankReturn { line: id }),
        LineDecision::BankCost { own_account } if debit && (own_account == account) != line.client_money => {
            Ok(())
        }
        LineDecision::BankCost { own_account } => Err(LineRefusal::NoBankCost { line: id, own_account }),
        LineDecision::SweepOut { own_account } if debit && line.client_money && own_account != account => {
            Ok(())
        }
        LineDecision::SweepOut { own_account } => Err(LineRefusal::NoSweep { line: id, own_account }),
        // Client money that leaves for an account of ours is a sweep, which is booked by its own debit.
        LineDecision::Arrived if receipt || (debit && !line.client_money) => Ok(()),
        LineDecision::Arrived => Err(LineRefusal::NoArrival { line: id }),
    }
}
