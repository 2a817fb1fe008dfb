//! Promotions in the second book-keeping: where each stands, and who stopped it (R1-08, R1-11, R1-13, K-54, K-55).

use zaiton_app::prepaid::programme_id;
use zaiton_app::prepaid::promotion::{DraftPromotion, Hand, PromotionReply};
use zaiton_kernel::{Id, Timestamp};
use zaiton_prepaid::promotion::{Cause, Ending};
use zaiton_prepaid::{PromotionId, promotion};

use super::account::{Account, Merchant};
use super::watch::Breaker;
use super::{Found, Turn, differs};

/// Who stopped or ended it: the later stands above the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum By {
    /// The money that is left; of an ending: its time.
    Breaker,
    Merchant,
    Operator,
}

impl From<Hand> for By {
    fn from(hand: Hand) -> Self {
        match hand {
            Hand::Merchant => Self::Merchant,
            Hand::Operator => Self::Operator,
        }
    }
}

/// Where a promotion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Drafted,
    Scheduled,
    Running,
    Stopped { by: By, begun: bool },
    Ended(By),
}

/// A promotion.
#[derive(Clone, Debug)]
pub(crate) struct Promotion {
    pub(crate) state: State,
    starts: Timestamp,
    ends: Timestamp,
}

/// A command of a person, or of the time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    Schedule,
    Begin,
    Finish,
    Suspend(By),
    Resume(By),
    End(By),
}

impl Promotion {
    pub(super) fn stop_for_lack_of_money(&mut self) {
        match self.state {
            State::Scheduled => self.state = State::Stopped { by: By::Breaker, begun: false },
            State::Running => self.state = State::Stopped { by: By::Breaker, begun: true },
            State::Drafted | State::Stopped { .. } | State::Ended(_) => {}
        }
    }

    pub(super) fn is_stopped_by(&self, who: By) -> bool {
        matches!(self.state, State::Stopped { by, .. } if by == who)
    }

    pub(super) fn go_on(&mut self) {
        if let State::Stopped { begun, .. } = self.state {
            self.state = if begun { State::Running } else { State::Scheduled };
        }
    }

    /// What an order makes of it; an error when it must be refused.
    fn after(&self, order: Order, may_promote: bool, breaker: Breaker, now: Timestamp) -> Found<State> {
        let closed = breaker == Breaker::Closed;
        let refused = || Err(format!("{order:?} was taken in {:?}", self.state));
        match (self.state, order) {
            (State::Ended(_), Order::Begin | Order::Finish) => Ok(self.state),
            (State::Ended(by), Order::End(again)) if by == again => Ok(self.state),
            (State::Ended(_), _) => refused(),
            (_, Order::End(by)) => Ok(State::Ended(by)),
            (_, Order::Finish) if now >= self.ends => Ok(State::Ended(By::Breaker)),
            (_, Order::Finish) => refused(),
            (State::Drafted, Order::Schedule) if may_promote && now < self.ends => {
                let begun = now >= self.starts;
                Ok(match (closed, begun) {
                    (false, _) => State::Stopped { by: By::Breaker, begun },
                    (true, true) => State::Running,
                    (true, false) => State::Scheduled,
                })
            }
            (State::Drafted, _) => refused(),
            (_, Order::Schedule) => Ok(self.state),
            (State::Running | State::Stopped { begun: true, .. }, Order::Begin) => Ok(self.state),
            (_, Order::Begin) if now < self.starts => refused(),
            (State::Stopped { by, .. }, Order::Begin) => Ok(State::Stopped { by, begun: true }),
            (State::Scheduled, Order::Begin) => Ok(State::Running),
            (State::Scheduled, Order::Suspend(by)) => Ok(State::Stopped { by, begun: false }),
            (State::Running, Order::Suspend(by)) => Ok(State::Stopped { by, begun: true }),
            (State::Stopped { by, begun }, Order::Suspend(who)) => {
                Ok(State::Stopped { by: by.max(who), begun })
            }
            (State::Scheduled | State::Running, Order::Resume(_)) => Ok(self.state),
            (State::Stopped { by, begun }, Order::Resume(who)) if by == who && may_promote => {
                Ok(match (closed, begun) {
                    (false, _) => State::Stopped { by: By::Breaker, begun },
                    (true, true) => State::Running,
                    (true, false) => State::Scheduled,
                })
            }
            (State::Stopped { .. }, Order::Resume(_)) => refused(),
        }
    }
}

/// A stored state in these words; none of one that nobody drafted.
fn state_of(state: promotion::State) -> Option<State> {
    let by = |cause| match cause {
        Cause::Breaker => By::Breaker,
        Cause::Merchant => By::Merchant,
        Cause::Operator => By::Operator,
    };
    match state {
        promotion::State::New => None,
        promotion::State::Drafted => Some(State::Drafted),
        promotion::State::Scheduled => Some(State::Scheduled),
        promotion::State::Running => Some(State::Running),
        promotion::State::Suspended { cause, begun } => Some(State::Stopped { by: by(cause), begun }),
        promotion::State::Ended { ending, .. } => Some(State::Ended(match ending {
            Ending::Period => By::Breaker,
            Ending::Merchant => By::Merchant,
            Ending::Operator => By::Operator,
        })),
    }
}

impl Account {
    /// Rule R1-13: active, not restricted, owing nothing.
    pub(crate) fn may_promote(&self) -> bool {
        self.is_active() && !self.is_restricted() && self.owed() == 0
    }

    /// Promotions that have not ended, the oldest first.
    pub(super) fn open_promotions(&self) -> Vec<PromotionId> {
        let open = self.promotions.iter().filter(|(_, one)| !matches!(one.state, State::Ended(_)));
        open.map(|(id, _)| *id).collect()
    }

    pub(super) fn compare_promotion(&self, stored: &zaiton_prepaid::Promotion) -> Found {
        let known = self.promotions.get(&stored.id).map(|known| known.state);
        differs(&format!("the state of {}", stored.id), state_of(stored.state), known)
    }
}

impl Merchant {
    pub(crate) fn draft(
        &mut self,
        command: &DraftPromotion,
        reply: &PromotionReply,
        turn: Turn<'_>,
    ) -> Found {
        let account = self.accounts.get_mut(&programme_id(&command.programme).raw());
        let account = account.ok_or("a promotion of no account")?;
        let sound = account.may_promote()
            && !command.name.trim().is_empty()
            && !command.terms.is_empty()
            && command.terms.iter().all(|term| (1..=10_000).contains(&term.rate.get()))
            && command.funded.get() <= 10_000
            && command.starts_at < command.ends_at
            && turn.now < command.ends_at;
        if !sound || account.open_promotions().len() >= usize::from(turn.figures.max_promotions) {
            return Err("a promotion that breaks the rules was taken".into());
        }
        differs("the state of a draft", state_of(reply.state), Some(State::Drafted))?;
        let new = Promotion { state: State::Drafted, starts: command.starts_at, ends: command.ends_at };
        match account.promotions.insert(reply.promotion, new) {
            None => Ok(()),
            Some(_) => Err("the same promotion was drafted twice".into()),
        }
    }

    /// `reply` is none for what the time does.
    pub(crate) fn promote(
        &mut self,
        id: PromotionId,
        order: Order,
        reply: Option<&PromotionReply>,
        turn: Turn<'_>,
    ) -> Found {
        let account = self.accounts.values_mut().find(|account| account.promotions.contains_key(&id));
        let account = account.ok_or("there is no such promotion")?;
        let (may_promote, breaker) = (account.may_promote(), account.watch.breaker);
        let promotion = account.promotions.get_mut(&id).ok_or("there is no such promotion")?;
        promotion.state = promotion.after(order, may_promote, breaker, turn.now)?;
        match reply {
            Some(reply) => differs("the state of a reply", state_of(reply.state), Some(promotion.state)),
            None => Ok(()),
        }
    }
}
