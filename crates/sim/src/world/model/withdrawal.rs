//! Withdrawals in the second book-keeping (M8, R1-26 to R1-29): where each stands, who had part in it, and where its money is.

use zaiton_app::prepaid::withdrawal::{GiveBackWithdrawal, RequestWithdrawal, WithdrawalReply};
use zaiton_kernel::{Id, Timestamp};
use zaiton_prepaid::withdrawal::{self, Cause, Role};
use zaiton_prepaid::{AccountId, WithdrawalId};

use super::account::{Account, Merchant};
use super::card::Card;
use super::{Found, Turn, differs};

/// How often one is given to a bank at most, and a day in seconds.
const MOST_SENT: u16 = 10;
const DAY: i64 = 86_400;

/// A withdrawal. Minor units.
#[derive(Clone, Debug)]
pub(crate) struct Withdrawal {
    pub(crate) amount: i64,
    to: Card,
    pub(crate) maker: String,
    needs_finance: bool,
    pub(crate) agreed: Vec<(String, Role)>,
    sent: u16,
    pub(crate) payment: Option<i64>,
    /// Payments that never move money.
    refused: Vec<i64>,
    /// Payments that moved money a second time, which the merchant owes.
    pub(super) after_all: Vec<i64>,
    evidence: String,
    /// When a person gave it back, and when the bank paid it all the same.
    reversed: Option<Timestamp>,
    paid_all_the_same: Option<Timestamp>,
    pub(crate) state: State,
}

/// Where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Requested,
    Approved,
    Sent { answer_by: Timestamp },
    Paid,
    Rejected { by: String, reason: String },
    Cancelled { by: String },
    Manual(Cause),
    Reversed { by: String },
    Returned { line: i64 },
    GivenBack { line: i64, maker: String, checker: String },
}

/// What is told of one, or asked of it by somebody who needs no more words.
#[derive(Clone, Debug)]
pub(super) enum Step<'a> {
    Approve(Role),
    Reject(&'a str),
    Cancel,
    Send,
    Retry,
    Reverse(&'a str),
    Fail { payment: i64, code: &'a str },
    TimeOut { payment: i64 },
    Pay { payment: i64 },
    Return { line: i64 },
}

impl Withdrawal {
    /// Its money lies on 2130.
    pub(crate) fn is_pending(&self) -> bool {
        matches!(self.state, State::Requested | State::Approved | State::Sent { .. } | State::Manual(_))
    }

    /// Its money has left the account, or is about to.
    pub(super) fn is_away(&self) -> bool {
        self.is_pending() || matches!(self.state, State::Paid | State::Returned { .. })
    }

    /// Whose word is missing.
    pub(crate) fn next_role(&self) -> Option<Role> {
        match (self.agreed.len(), self.needs_finance) {
            (0, _) => Some(Role::Operations),
            (1, true) => Some(Role::Finance),
            (_, _) => None,
        }
    }

    /// Paid a second time: what the merchant owes for it.
    pub(super) fn twice(&self) -> i64 {
        self.after_all.iter().map(|_| self.amount).sum()
    }

    /// When a person gave it back, and when the bank paid it all the same.
    pub(crate) fn paid_after_a_reversal(&self) -> Option<(Timestamp, Timestamp)> {
        self.reversed.zip(self.paid_all_the_same)
    }

    /// Asked for it, or agreed.
    pub(crate) fn had_part(&self, person: &str) -> bool {
        self.maker == person || self.agreed.iter().any(|(who, _)| who == person)
    }

    fn refuse(&self, step: &Step<'_>) -> Found<bool> {
        Err(format!("{step:?} was taken in {:?}", self.state))
    }

    fn approve(&mut self, role: Role, may_leave: bool, by: &str) -> Found<bool> {
        let has = self.agreed.iter().any(|known| *known == (by.to_owned(), role));
        match self.state {
            State::Rejected { .. } | State::Cancelled { .. } | State::Reversed { .. } => {
                self.refuse(&Step::Approve(role))
            }
            _ if has => Ok(false),
            State::Requested if may_leave && self.next_role() == Some(role) && !self.had_part(by) => {
                self.agreed.push((by.to_owned(), role));
                if self.next_role().is_none() {
                    self.state = State::Approved;
                }
                Ok(false)
            }
            _ => self.refuse(&Step::Approve(role)),
        }
    }

    /// Given to the bank, or left to a person because the card is another by now.
    fn send(&mut self, card: &Card, turn: Turn<'_>) -> Found<bool> {
        let payment = turn.sent;
        if !card.is_same(&self.to) {
            self.state = State::Manual(Cause::CardChanged);
            return differs("the payment of what is not sent", payment, None).map(|()| false);
        }
        let payment = payment.ok_or("it was sent without a payment")?;
        if !card.in_force || self.payment == Some(payment) || self.refused.contains(&payment) {
            return Err("sent to a card that is not in force, or under a payment of before".into());
        }
        self.payment = Some(payment);
        self.sent += 1;
        self.state = State::Sent {
            answer_by: turn.now.plus_seconds(i64::from(turn.figures.withdrawal_answer_days) * DAY),
        };
        Ok(false)
    }

    /// Gives whether the money is available again.
    fn step(&mut self, step: &Step<'_>, may_leave: bool, card: &Card, turn: Turn<'_>) -> Found<bool> {
        let by = turn.actor.to_owned();
        match (self.state.clone(), step) {
            (_, Step::Approve(role)) => self.approve(*role, may_leave, turn.actor),
            (State::Requested | State::Approved, Step::Reject(reason)) if is_code(reason) => {
                self.state = State::Rejected { by, reason: (*reason).to_owned() };
                Ok(true)
            }
            (State::Rejected { by: known, reason: given }, Step::Reject(reason))
                if known == by && given == **reason =>
            {
                Ok(false)
            }
            (State::Requested | State::Approved, Step::Cancel) => {
                self.state = State::Cancelled { by };
                Ok(true)
            }
            (State::Cancelled { by: known }, Step::Cancel) if known == by => Ok(false),
            (State::Approved, Step::Send) if may_leave => self.send(card, turn),
            (State::Manual(Cause::Failed), Step::Retry) if may_leave && self.sent < MOST_SENT => {
                self.send(card, turn)
            }
            (State::Manual(cause), Step::Reverse(evidence)) if !self.had_part(turn.actor) => {
                if cause == Cause::TimedOut && evidence.trim().is_empty() {
                    return self.refuse(step);
                }
                (*evidence).clone_into(&mut self.evidence);
                self.reversed = Some(turn.now);
                self.state = State::Reversed { by };
                Ok(true)
            }
            (State::Reversed { by: known }, Step::Reverse(evidence))
                if known == by && self.evidence == **evidence =>
            {
                Ok(false)
            }
            (_, _) => self.hear(step, turn),
        }
    }

    /// What the bank says, or does not say: by itself it gives nothing back.
    fn hear(&mut self, step: &Step<'_>, turn: Turn<'_>) -> Found<bool> {
        let current = |payment: i64| self.payment == Some(payment);
        match (self.state.clone(), step) {
            (State::Sent { .. } | State::Manual(_), Step::Fail { payment, code })
                if current(*payment) && is_code(code) =>
            {
                self.refused.push(*payment);
                self.state = State::Manual(Cause::Failed);
                Ok(false)
            }
            // Reversed knows it; paid was told later, though it was heard first.
            (
                State::Reversed { .. } | State::Paid | State::Returned { .. } | State::GivenBack { .. },
                Step::Fail { payment, .. },
            ) if current(*payment) => Ok(false),
            (State::Sent { answer_by }, Step::TimeOut { payment }) if current(*payment) => {
                if turn.now < answer_by {
                    return self.refuse(step);
                }
                self.state = State::Manual(Cause::TimedOut);
                Ok(false)
            }
            (_, Step::TimeOut { .. }) => Ok(false),
            (State::Sent { .. } | State::Manual(_), Step::Pay { payment }) if current(*payment) => {
                self.state = State::Paid;
                Ok(false)
            }
            (State::Paid | State::Returned { .. } | State::GivenBack { .. }, Step::Pay { payment })
                if current(*payment) =>
            {
                Ok(false)
            }
            // The bank pays what was given back, or sent again (K-65): the merchant has it twice, and owes it.
            (State::Requested | State::Approved, Step::Pay { .. }) => self.refuse(step),
            (_, Step::Pay { payment }) => {
                self.after_all.push(*payment);
                self.paid_all_the_same = self.reversed.map(|_| turn.now);
                Ok(false)
            }
            (State::Paid, Step::Return { line }) => {
                self.state = State::Returned { line: *line };
                Ok(false)
            }
            (_, Step::Return { .. }) => Ok(false),
            (_, _) => self.refuse(step),
        }
    }

    /// Two people give it back for a line; false when that does not fit.
    fn give_back(&mut self, line: i64, maker: &str, checker: &str) -> bool {
        let people = maker != checker && maker != self.maker && checker != self.maker;
        let fits = match self.state {
            State::Paid => true,
            State::Returned { line: known } => known == line,
            _ => false,
        };
        if fits && people {
            self.state = State::GivenBack { line, maker: maker.to_owned(), checker: checker.to_owned() };
        }
        fits && people
    }

    pub(super) fn compare(&self, stored: &zaiton_prepaid::Withdrawal) -> Found {
        let what = |name: &str| format!("{name} of {}", stored.id);
        differs(&what("the amount"), stored.amount.minor(), self.amount)?;
        differs(&what("the payment"), stored.payment, self.payment)?;
        differs(&what("how often it was sent"), stored.attempt, self.sent)?;
        let agreed: Vec<_> = stored.approvals.iter().map(|known| (known.actor.clone(), known.role)).collect();
        differs(&what("who agreed"), &agreed, &self.agreed)?;
        let state = match stored.state.clone() {
            withdrawal::State::New => return Err("a withdrawal that nobody asked for".into()),
            withdrawal::State::Requested => State::Requested,
            withdrawal::State::Approved { .. } => State::Approved,
            withdrawal::State::Sent { answer_by, .. } => State::Sent { answer_by },
            withdrawal::State::Paid { .. } => State::Paid,
            withdrawal::State::Rejected { by, reason, .. } => State::Rejected { by, reason },
            withdrawal::State::Cancelled { by, .. } => State::Cancelled { by },
            withdrawal::State::InManual { cause, .. } => State::Manual(cause),
            withdrawal::State::Reversed { by, .. } => State::Reversed { by },
            withdrawal::State::Returned { line, .. } => State::Returned { line },
            withdrawal::State::GivenBack { line, maker, checker, .. } => {
                State::GivenBack { line, maker, checker }
            }
        };
        differs(&what("the state"), &state, &self.state)
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && !text.contains(' ')
}

impl Account {
    /// Whether money may leave it now (L-I5: who owes withdraws nothing).
    fn may_pay_out(&self) -> bool {
        let open = self.active.is_some() && !self.is_closed();
        open && !self.is_restricted() && self.owed() == 0
    }

    /// Asked for, and neither gone nor given back.
    pub(crate) fn pending(&self) -> i64 {
        self.withdrawals.values().filter(|one| one.is_pending()).map(|one| one.amount).sum()
    }

    pub(super) fn open_withdrawals(&self) -> Vec<WithdrawalId> {
        self.withdrawals.iter().filter(|(_, one)| one.is_pending()).map(|(id, _)| *id).collect()
    }

    /// Money came back to what is available.
    fn credited(&mut self, amount: i64, turn: Turn<'_>) {
        self.available += amount;
        self.repay();
        self.look(true, turn);
    }
}

impl Merchant {
    fn withdrawal(&mut self, id: WithdrawalId) -> Found<(&mut Account, Withdrawal)> {
        let mut accounts = self.accounts.values_mut();
        let account = accounts.find(|account| account.withdrawals.contains_key(&id));
        let account = account.ok_or("there is no such withdrawal")?;
        let known = account.withdrawals.get(&id).cloned().ok_or("it was just there")?;
        Ok((account, known))
    }

    pub(super) fn ask_withdrawal(
        &mut self,
        command: &RequestWithdrawal,
        reply: &WithdrawalReply,
        turn: Turn<'_>,
    ) -> Found {
        let account = self.account(&command.programme)?;
        let amount = command.amount.minor();
        let figures = turn.figures;
        let cooling = i64::from(figures.withdrawal_cooling_days) * DAY;
        let cool = account.card_changed.is_none_or(|at| turn.now >= at.plus_seconds(cooling));
        let sound = account.may_pay_out()
            && (figures.withdrawal_min_minor..=account.available).contains(&amount)
            && account.card.in_force
            && cool
            && account.open_withdrawals().len() < usize::from(figures.max_open_withdrawals);
        if !sound {
            return Err("a withdrawal that may not be was taken".into());
        }
        let new = Withdrawal {
            amount,
            to: account.card.clone(),
            maker: turn.actor.to_owned(),
            needs_finance: !account.card_used || amount > figures.withdrawal_finance_above_minor,
            agreed: Vec::new(),
            sent: 0,
            payment: None,
            refused: Vec::new(),
            after_all: Vec::new(),
            evidence: String::new(),
            reversed: None,
            paid_all_the_same: None,
            state: State::Requested,
        };
        account.available -= amount;
        if account.withdrawals.insert(reply.withdrawal, new).is_some() {
            return Err("the same withdrawal was made twice".into());
        }
        account.look(false, turn);
        Ok(())
    }

    pub(super) fn withdraw(
        &mut self,
        id: WithdrawalId,
        step: &Step<'_>,
        reply: Option<&WithdrawalReply>,
        turn: Turn<'_>,
    ) -> Found {
        let (account, mut one) = self.withdrawal(id)?;
        let before = one.state.clone();
        let back = one.step(step, account.may_pay_out(), &account.card, turn)?;
        account.follow_card(&before, &one.state, &one.to);
        let amount = one.amount;
        account.withdrawals.insert(id, one);
        if back {
            account.credited(amount, turn);
        }
        match reply {
            Some(reply) => differs("the withdrawal of a reply", reply.withdrawal, id),
            None => Ok(()),
        }
    }

    pub(super) fn give_back(&mut self, command: &GiveBackWithdrawal, turn: Turn<'_>) -> Found {
        let Ok((account, mut one)) = self.withdrawal(command.withdrawal) else { return Ok(()) };
        let before = one.state.clone();
        if one.amount == command.amount.minor()
            && one.give_back(command.line.raw(), &command.maker, &command.checker)
        {
            account.follow_card(&before, &one.state, &one.to);
            let amount = one.amount;
            account.withdrawals.insert(command.withdrawal, one);
            account.credited(amount, turn);
        }
        Ok(())
    }

    pub(super) fn compare_withdrawal(&self, stored: &zaiton_prepaid::Withdrawal) -> Found {
        let of = |id: AccountId| self.accounts.values().find(|account| account.id == id);
        let known = of(stored.account).and_then(|account| account.withdrawals.get(&stored.id));
        known.ok_or_else(|| format!("nobody asked for {}", stored.id))?.compare(stored)
    }
}
