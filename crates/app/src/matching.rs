//! From a bank line or a top-up request to the command that follows: reads are done by whoever calls, the rule is the
//! prepaid context's.

use zaiton_bank::line::LineDecision;
use zaiton_bank::payment::{self, PayingLine};
use zaiton_bank::{Line, Payment, line};
use zaiton_kernel::{Environment, Id, Refusal, Timestamp};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::matching::{Candidate, Proposal, propose};
use zaiton_prepaid::remark::find_remark_codes;
use zaiton_prepaid::{PrepaidPolicy, TopUp, TopUpId, top_up};

use crate::bank::line::{AllocateLine, ReviewLine, facts};
use crate::prepaid::top_up::{CreditTopUp, ReviewTopUp};

/// A request as a candidate. `merchant` is the owner of its partition.
#[must_use]
pub fn candidate(request: &TopUp, merchant: i64) -> Candidate {
    Candidate {
        top_up: request.id,
        merchant,
        amount: request.amount,
        payer: request.payer.clone(),
        remark_code: request.remark_code.clone(),
        requested_at: request.requested_at,
        waits: matches!(request.state, top_up::State::AwaitingFunds { .. }),
    }
}

/// The same for whoever looks at one line: a request that is in review because of it waits for it.
#[must_use]
pub fn candidate_for(line: &Line, request: &TopUp, merchant: i64) -> Candidate {
    let found = candidate(request, merchant);
    let waits_for_it =
        matches!(request.state, top_up::State::InReview { line: of, .. } if of == line.id.raw());
    Candidate { waits: found.waits || waits_for_it, ..found }
}

/// A line may still be matched by itself: nobody was given its money, and it is no payment of ours that came back, which
/// people decide about (M8), whoever's name and amount it bears.
#[must_use]
pub fn is_free(line: &Line) -> bool {
    let free = matches!(line.state, line::State::Unallocated | line::State::InReview { .. });
    free && line.return_of.is_empty()
}

/// What follows for a line.
#[derive(Clone, Debug)]
pub enum Next {
    /// It pays a request.
    Allocate(AllocateLine),
    /// A person decides: about the line, and about the request that it was probably meant for.
    Review(ReviewLine, Option<ReviewTopUp>),
    /// No request is like it: it waits, and is asked again when a request is made.
    Wait,
}

/// Rules R1-15, R1-16, R1-18. What follows for a line among candidates.
#[must_use]
pub fn next(environment: Environment, line: &Line, candidates: &[Candidate]) -> Next {
    let of = |top_up: TopUpId| candidates.iter().find(|candidate| candidate.top_up == top_up);
    match propose(&facts(line), candidates) {
        Proposal::Match { top_up, merchant, .. } => Next::Allocate(AllocateLine {
            environment,
            bank_account: line.account,
            line: line.id,
            top_up,
            merchant: MerchantId::from_raw(merchant),
        }),
        Proposal::Review { top_up, reasons } => {
            let texts = reasons.iter().map(zaiton_prepaid::matching::Mismatch::text).collect();
            let review =
                ReviewLine { environment, bank_account: line.account, line: line.id, reasons: texts };
            // A request is drawn in only when the payer named it: else one odd wire would stop the right one.
            let named =
                |candidate: &&Candidate| find_remark_codes(&line.remark).contains(&candidate.remark_code);
            let request = top_up.and_then(of).filter(named).map(|candidate| ReviewTopUp {
                environment,
                merchant: MerchantId::from_raw(candidate.merchant),
                top_up: candidate.top_up,
                line: facts(line),
            });
            Next::Review(review, request)
        }
        Proposal::NoCandidate => Next::Wait,
    }
}

/// Rules R1-15, R1-16. Why two people with evidence may not say that a line pays a request; none when they may: asked of both
/// sides as the commands would ask them.
#[must_use]
pub fn against_paying(
    request: &TopUp,
    line: &Line,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Option<Refusal> {
    let refused = against_proposing(line, LineDecision::Match { top_up: request.id.raw(), merchant: 0 });
    let credit = CreditTopUp {
        environment: Environment::Live,
        merchant: MerchantId::from_raw(0),
        top_up: request.id,
        line: facts(line),
        bank_account: line.account,
        evidence: Some(SOMETHING.to_owned()),
    };
    refused.or_else(|| credit.judge(request, policy, now).err().map(Refusal::from))
}

/// Posting P11d. Why two people may not say that a line is a withdrawal that the bank sent back.
#[must_use]
pub fn against_return(line: &Line, withdrawal: i64, merchant: i64) -> Option<Refusal> {
    against_proposing(line, LineDecision::WithdrawalReturned { withdrawal, merchant })
}

/// Posting P11b. Why a line may not be the bank's debit of a payment.
#[must_use]
pub fn against_debit(line: &Line, payment: &Payment) -> Option<Refusal> {
    let pay_out = line::decide(line, line::Command::PayOut { payment: payment.id });
    let pay = || payment::decide(payment, payment::Command::Pay { line: PayingLine::of(line) });
    pay_out.err().map(Refusal::from).or_else(|| pay().err().map(Refusal::from))
}

/// In the place of what people write.
const SOMETHING: &str = "-";

fn against_proposing(line: &Line, decision: LineDecision) -> Option<Refusal> {
    let (maker, evidence) = (SOMETHING.to_owned(), SOMETHING.to_owned());
    let propose = line::Command::Propose { decision, maker, evidence };
    line::decide(line, propose).err().map(Refusal::from)
}

#[cfg(test)]
mod tests {
    use zaiton_bank::statement::LineDraft;
    use zaiton_bank::{BankAccount, BankAccountId, LineId, StatementId};
    use zaiton_kernel::{Currency, LocalDate, Money};

    use super::*;

    /// Machine M8: what the bank returned is nobody's top-up, though name and amount would fit.
    #[test]
    fn what_the_bank_returned_is_matched_by_nobody() {
        let day = LocalDate::new(2026, 3, 2).unwrap();
        let account = BankAccount::unopened(BankAccountId::from_raw(1), Currency::CNY);
        let draft = |return_of: &str| LineDraft {
            ordinal: 1,
            booked: true,
            amount: Money::new(300_000, Currency::CNY),
            credit: true,
            reversal: false,
            booking_date: day,
            value_date: day,
            payer_name: "泉州青禾贸易有限公司".to_owned(),
            payer_account: "62170001".to_owned(),
            remark: String::new(),
            bank_reference: String::new(),
            end_to_end: String::new(),
            return_of: return_of.to_owned(),
        };
        for (return_of, free) in [("", true), ("PY1", false)] {
            let (id, statement) = (LineId::from_raw(1), StatementId::from_raw(1));
            let mut line = Line::unrecorded(id, &account, statement, draft(return_of));
            for state in [line::State::Unallocated, line::State::InReview { reasons: Vec::new() }] {
                line.state = state;
                assert_eq!(is_free(&line), free, "{return_of:?}");
            }
        }
    }
}
