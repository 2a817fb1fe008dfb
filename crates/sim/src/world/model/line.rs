//! A bank line in the second book-keeping: used once, whole, and for what two people say when it does not fit by itself (R1-15,
//! L-I9, P5r, P11d, P21, P22).

use zaiton_app::bank::decision::{
    ConfirmDecision, Proposal, ProposeDecision, RefuseDecision, TakeBackDecision,
};
use zaiton_app::bank::line::{AllocateLine, LineReply, ReviewLine, UnallocateLine};
use zaiton_bank::line::{self, LineDecision, Origin};
use zaiton_kernel::Id;

use super::bank::Bank;
use super::payment::{Payment, PaymentState, Purpose};
use super::{Found, Turn, differs};

/// A line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) amount: i64,
    pub(crate) credit: bool,
    pub(crate) reversal: bool,
    pub(crate) payer: String,
    pub(crate) payer_account: String,
    pub(crate) remark: String,
    pub(crate) pays: String,
    pub(crate) return_of: String,
    pub(crate) state: LineState,
    /// It raised the bank's account and 2190.
    pub(super) booked: bool,
    decided: Option<Decided>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Decided {
    decision: LineDecision,
    maker: String,
    checker: String,
    evidence: String,
}

/// Where its money is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineState {
    /// Not looked at by a person.
    Free,
    /// Waits for a person, still free.
    InReview,
    /// Given to a top-up.
    Given(i64),
    /// No receipt.
    NoReceipt,
    /// One person says what it is.
    Proposed {
        decision: LineDecision,
        maker: String,
        evidence: String,
        from: Box<LineState>,
    },
    /// On its way back to its payer, by this payment.
    Returning(i64),
    Returned(i64),
    /// A withdrawal that came back.
    Withdrawal(i64),
    Cost,
    Swept,
    Arrived,
    /// The debit of a payment of ours.
    Pays(i64),
}

impl LineState {
    /// Nobody was given its money.
    pub(crate) fn is_free(&self) -> bool {
        matches!(self, Self::Free | Self::InReview)
    }

    /// Its money lies on 2190.
    fn is_unallocated(&self) -> bool {
        match self {
            Self::Free | Self::InReview | Self::Returning(_) => true,
            Self::Proposed { from, .. } => from.is_free(),
            _ => false,
        }
    }
}

/// A stored state in these words.
pub(super) fn state_of(state: &line::State) -> LineState {
    match state.clone() {
        line::State::Unrecorded | line::State::AwaitsAPerson { .. } => LineState::NoReceipt,
        line::State::Unallocated => LineState::Free,
        line::State::Allocated { top_up, .. } => LineState::Given(top_up),
        line::State::InReview { .. } => LineState::InReview,
        line::State::Proposed { decision, maker, evidence, from } => {
            let from = Box::new(match from {
                Origin::Unallocated => LineState::Free,
                Origin::InReview { .. } => LineState::InReview,
                Origin::AwaitsAPerson { .. } => LineState::NoReceipt,
            });
            LineState::Proposed { decision, maker, evidence, from }
        }
        line::State::Returning { payment } => LineState::Returning(payment.raw()),
        line::State::Returned { payment } => LineState::Returned(payment.raw()),
        line::State::WithdrawalReturned { withdrawal, .. } => LineState::Withdrawal(withdrawal),
        line::State::BankCost { .. } => LineState::Cost,
        line::State::SweptOut { .. } => LineState::Swept,
        line::State::Arrived => LineState::Arrived,
        line::State::PaysOut { payment } => LineState::Pays(payment.raw()),
    }
}

fn decision_of(proposal: &Proposal) -> LineDecision {
    match *proposal {
        Proposal::Match { merchant, top_up } => {
            LineDecision::Match { top_up: top_up.raw(), merchant: merchant.raw() }
        }
        Proposal::ReturnToPayer => LineDecision::ReturnToPayer,
        Proposal::WithdrawalReturned { merchant, withdrawal } => {
            LineDecision::WithdrawalReturned { withdrawal: withdrawal.raw(), merchant: merchant.raw() }
        }
        Proposal::BankCost { own_account } => LineDecision::BankCost { own_account },
        Proposal::SweepOut { own_account } => LineDecision::SweepOut { own_account },
        Proposal::Arrived => LineDecision::Arrived,
    }
}

impl Line {
    pub(super) fn new(line: &zaiton_bank::statement::LineDraft) -> Self {
        let receipt = line.credit && !line.reversal;
        let state = match receipt {
            true if line.return_of.is_empty() => LineState::Free,
            true => LineState::InReview,
            false => LineState::NoReceipt,
        };
        Self {
            amount: line.amount.minor(),
            credit: line.credit,
            reversal: line.reversal,
            payer: line.payer_name.clone(),
            payer_account: line.payer_account.clone(),
            remark: line.remark.clone(),
            pays: line.end_to_end.clone(),
            return_of: line.return_of.clone(),
            state,
            booked: receipt,
            decided: None,
        }
    }

    /// Nobody has its money any more: a person looks at it again.
    pub(super) fn free_again(&mut self) {
        (self.state, self.decided) = (LineState::InReview, None);
    }

    /// Whether a decision can be what it is.
    fn fits(&self, decision: &LineDecision, account: i64, client: bool) -> bool {
        let receipt = self.state.is_free();
        let debit = !self.credit && !self.reversal && !receipt;
        match decision {
            LineDecision::Match { .. } => receipt && client,
            LineDecision::ReturnToPayer => {
                receipt && !self.payer.trim().is_empty() && self.payer_account.len() >= 4
            }
            LineDecision::WithdrawalReturned { .. } => client && self.credit,
            LineDecision::BankCost { own_account } => debit && (own_account.raw() == account) != client,
            LineDecision::SweepOut { own_account } => debit && client && own_account.raw() != account,
            LineDecision::Arrived => receipt || (debit && !client),
        }
    }

    /// Raises of the bank's account, of 2190, of 2195 (credits), of 5010.
    pub(super) fn moved(&self, client: bool) -> [i64; 4] {
        let all = self.amount;
        let of = |yes: bool| if yes { all } else { 0 };
        let state = &self.state;
        let gone = of(*state == LineState::Swept) + of(*state == LineState::Cost && !client);
        let uncovered = *state == LineState::Arrived && self.credit;
        let between = of(matches!(state, LineState::Given(_) | LineState::Withdrawal(_)))
            + of(*state == LineState::Cost && client)
            - of(*state == LineState::Swept);
        [
            of(self.booked && !uncovered) - gone,
            of(self.booked && state.is_unallocated()),
            between,
            of(*state == LineState::Cost),
        ]
    }
}

impl Bank {
    fn line(&mut self, id: i64) -> Found<&mut Line> {
        self.lines.get_mut(&id).ok_or("there is no such line".into())
    }

    pub(crate) fn allocate(&mut self, command: &AllocateLine, turn: Turn<'_>) -> Found {
        let client = self.client;
        let line = self.line(command.line.raw())?;
        if turn.actor == "system" && line.state.is_free() && !line.return_of.is_empty() {
            return Err("what the bank returned was matched, and no person had decided".into());
        }
        match &line.state {
            LineState::Free | LineState::InReview if client => {
                line.state = LineState::Given(command.top_up.raw());
                Ok(())
            }
            LineState::Given(to) if *to == command.top_up.raw() => Ok(()),
            other => Err(format!("a line was given away that is {other:?}")),
        }
    }

    pub(crate) fn review(&mut self, command: &ReviewLine) -> Found {
        let line = self.line(command.line.raw())?;
        match &line.state {
            LineState::Free | LineState::InReview => line.state = LineState::InReview,
            LineState::Proposed { .. } => {}
            other => return Err(format!("a line was sent to review that is {other:?}")),
        }
        Ok(())
    }

    pub(crate) fn unallocate(&mut self, command: &UnallocateLine) -> Found {
        let line = self.line(command.line.raw())?;
        match &line.state {
            LineState::Given(to) if *to == command.top_up.raw() => {
                (line.state, line.decided) = (LineState::InReview, None);
                Ok(())
            }
            LineState::Free | LineState::NoReceipt => {
                Err("a line was taken back that nobody was given".into())
            }
            // Taken back before, and perhaps used otherwise since.
            _ => Ok(()),
        }
    }

    pub(super) fn propose(
        &mut self,
        command: &ProposeDecision,
        reply: &LineReply,
        account: i64,
        turn: Turn<'_>,
    ) -> Found {
        let client = self.client;
        let line = self.line(command.line.raw())?;
        let (decision, maker, evidence) =
            (decision_of(&command.decision), turn.actor.to_owned(), command.evidence.clone());
        match &line.state {
            LineState::Free | LineState::InReview | LineState::NoReceipt => {
                if evidence.trim().is_empty() || !line.fits(&decision, account, client) {
                    return Err(format!("{decision:?} was proposed of a line that is {:?}", line.state));
                }
                let from = Box::new(line.state.clone());
                line.state = LineState::Proposed { decision, maker, evidence, from };
            }
            LineState::Proposed { decision: known, maker: by, evidence: why, .. }
                if (known, by, why) == (&decision, &maker, &evidence) => {}
            used => {
                let known = line.decided.as_ref();
                if known.is_none_or(|known| {
                    (&known.decision, &known.maker, &known.evidence) != (&decision, &maker, &evidence)
                }) {
                    return Err(format!("{decision:?} was proposed of a line that is {used:?}"));
                }
            }
        }
        differs("the line of a reply", &state_of(&reply.state), &line.state)
    }

    pub(super) fn refuse(&mut self, command: &RefuseDecision, turn: Turn<'_>) -> Found {
        let line = self.line(command.line.raw())?;
        match line.state.clone() {
            LineState::Proposed { maker, from, .. }
                if maker != turn.actor && !command.reason.trim().is_empty() =>
            {
                line.state = *from;
                Ok(())
            }
            other => Err(format!("{} refused what is {other:?}", turn.actor)),
        }
    }

    pub(super) fn confirm(&mut self, command: &ConfirmDecision, reply: &LineReply, turn: Turn<'_>) -> Found {
        let (id, client) = (command.line.raw(), self.client);
        let line = self.line(id)?;
        let LineState::Proposed { decision, maker, evidence, .. } = line.state.clone() else {
            let known = line.decided.as_ref();
            if known.is_none_or(|known| known.checker != turn.actor) {
                return Err(format!("{} confirmed what is {:?}", turn.actor, line.state));
            }
            return differs("the line of a reply", &state_of(&reply.state), &line.state);
        };
        if maker == turn.actor {
            return Err(format!("{maker} did both halves of {decision:?}"));
        }
        let payment = match reply.state {
            line::State::Returning { payment } => payment.raw(),
            _ => 0,
        };
        line.state = match &decision {
            LineDecision::Match { top_up, .. } => LineState::Given(*top_up),
            LineDecision::ReturnToPayer => LineState::Returning(payment),
            LineDecision::WithdrawalReturned { withdrawal, .. } => LineState::Withdrawal(*withdrawal),
            LineDecision::BankCost { .. } => LineState::Cost,
            LineDecision::SweepOut { .. } => LineState::Swept,
            LineDecision::Arrived => LineState::Arrived,
        };
        line.booked |= matches!(decision, LineDecision::WithdrawalReturned { .. });
        line.decided = Some(Decided { decision, maker, checker: turn.actor.to_owned(), evidence });
        differs("the line of a reply", &state_of(&reply.state), &line.state)?;
        let (state, amount, credit) = (line.state.clone(), line.amount, line.credit);
        match state {
            LineState::Returning(_) => {
                let new = Payment { purpose: Purpose::Return(id), amount, state: PaymentState::Waiting };
                self.queue(payment, new)?;
            }
            LineState::Cost if client => self.coming += amount,
            LineState::Arrived => {
                let announced = if credit { &mut self.coming } else { &mut self.going };
                *announced -= amount;
                if *announced < 0 {
                    return Err("more arrived than was announced".into());
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn take_back(&mut self, command: &TakeBackDecision) -> Found {
        let client = self.client;
        let line = self.line(command.line.raw())?;
        if line.decided.as_ref().is_none_or(|known| known.decision != command.decision) {
            return Ok(());
        }
        line.decided = None;
        let (before, amount) = (line.state.clone(), line.amount);
        line.state = if line.credit { LineState::InReview } else { LineState::NoReceipt };
        match before {
            LineState::Withdrawal(_) | LineState::Swept => Ok(()),
            LineState::Cost if client => {
                self.coming -= amount;
                Ok(())
            }
            other => Err(format!("{other:?} was taken back, and has no other half")),
        }
    }
}
