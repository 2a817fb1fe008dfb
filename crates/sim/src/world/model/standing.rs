//! Who may restrict an account and close it, in the second book-keeping (M6): what one asks, another confirms.

use zaiton_app::prepaid::account::{AccountReply, RestrictAccount};
use zaiton_kernel::Timestamp;
use zaiton_prepaid::PrepaidAccount;
use zaiton_prepaid::account::{self, Stage};

use super::account::{Account, Merchant};
use super::watch::Breaker;
use super::{Found, Turn, differs};

/// A restriction: why, who asked last, how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Restriction {
    Asked { reason: String, by: String },
    InForce { reason: String },
    LiftAsked { reason: String, by: String },
}

/// An account that is being closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    by: String,
    done: bool,
}

/// A step of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Confirm,
    Lift,
    Close,
    ConfirmClosing,
}

impl Account {
    pub(super) fn is_active(&self) -> bool {
        self.active.is_some() && self.closing.is_none()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closing.as_ref().is_some_and(|closing| closing.done)
    }

    /// Whether it pays for an order placed then.
    pub(super) fn bears(&self, placed: Timestamp) -> bool {
        self.closing.is_none() && self.active.is_some_and(|since| placed >= since)
    }

    pub(super) fn is_restricted(&self) -> bool {
        matches!(self.restriction, Some(Restriction::InForce { .. } | Restriction::LiftAsked { .. }))
    }

    /// Nothing keeps it from being closed, or it is being closed.
    pub(crate) fn is_spare(&self) -> bool {
        let held: i64 = self.fees.values().map(|fee| fee.frozen + fee.owed).sum();
        let waiting = self.top_ups.values().any(super::account::TopUp::is_open);
        let in_use = held > 0 || waiting || !self.open_promotions().is_empty();
        self.closing.is_some() || (self.active.is_some() && !in_use)
    }

    fn step(&mut self, step: Step, turn: Turn<'_>) -> Found {
        let by = turn.actor.to_owned();
        let same = |other: &str| {
            if other == turn.actor { Err(format!("{other} did both halves of {step:?}")) } else { Ok(()) }
        };
        match (step, self.restriction.clone()) {
            (Step::Confirm, None) => Err("nothing was asked, and it was confirmed".into()),
            (Step::Confirm, Some(Restriction::Asked { reason, by })) => {
                same(&by)?;
                self.restriction = Some(Restriction::InForce { reason });
                Ok(())
            }
            (Step::Confirm, Some(Restriction::LiftAsked { by, .. })) => {
                same(&by)?;
                self.restriction = None;
                Ok(())
            }
            (Step::Confirm, Some(Restriction::InForce { .. })) | (Step::Lift, None) => Ok(()),
            (Step::Lift, Some(Restriction::Asked { by: asked, .. })) => {
                self.restriction = None;
                differs("who takes back what was only asked", by, asked)
            }
            (Step::Lift, Some(Restriction::InForce { reason } | Restriction::LiftAsked { reason, .. })) => {
                self.restriction = Some(Restriction::LiftAsked { reason, by });
                Ok(())
            }
            (Step::Close, _) => self.close(by),
            (Step::ConfirmClosing, _) => {
                let closing = self.closing.clone().ok_or("closed, and nobody had asked")?;
                if !closing.done {
                    same(&closing.by)?;
                    self.closing = Some(Closing { done: true, ..closing });
                    let left: i64 = self.fees.values().map(|fee| fee.frozen + fee.owed).sum();
                    differs("what is left in a closed account", self.available + self.pending() + left, 0)?;
                }
                Ok(())
            }
        }
    }

    fn close(&mut self, by: String) -> Found {
        if self.closing.is_some() {
            return Ok(());
        }
        if !self.is_spare() {
            return Err("an account in use is being closed".into());
        }
        self.closing = Some(Closing { by, done: false });
        (self.watch.alarm, self.watch.recheck, self.watch.breaker) = (None, None, Breaker::Closed);
        Ok(())
    }

    /// Where a stored account must stand.
    pub(super) fn compare_standing(&self, stored: &PrepaidAccount) -> Found {
        let known = stored.restriction.as_ref().map(|known| {
            let (reason, by) = (known.reason.clone(), known.maker.clone());
            match known.stage {
                Stage::Proposed => Restriction::Asked { reason, by },
                Stage::InForce => Restriction::InForce { reason },
                Stage::LiftProposed => Restriction::LiftAsked { reason, by },
            }
        });
        differs(&format!("the restriction of {}", self.id), &known, &self.restriction)?;
        let found = match stored.state {
            account::State::Unopened => "unopened",
            account::State::Opened => "opened",
            account::State::AlertSet => "alerts set",
            account::State::Active { activated_at } => {
                differs("since when it is active", Some(activated_at), self.active)?;
                "active"
            }
            account::State::Closing { .. } => "closing",
            account::State::Closed { .. } => "closed",
        };
        let expected = match (&self.closing, self.active, self.watch.lines) {
            (Some(closing), _, _) if closing.done => "closed",
            (Some(_), _, _) => "closing",
            (None, Some(_), _) => "active",
            (None, None, Some(_)) => "alerts set",
            (None, None, None) => "opened",
        };
        differs(&format!("the state of {}", self.id), found, expected)
    }
}

impl Merchant {
    pub(crate) fn restrict(&mut self, command: &RestrictAccount, turn: Turn<'_>) -> Found {
        if command.reason.is_empty() || command.reason.contains(' ') {
            return Err("a restriction without a code was taken".into());
        }
        let account = self.account(&command.programme)?;
        if !account.is_restricted() {
            let (reason, by) = (command.reason.clone(), turn.actor.to_owned());
            account.restriction = Some(Restriction::Asked { reason, by });
        }
        Ok(())
    }

    pub(crate) fn stand(
        &mut self,
        programme: &str,
        step: Step,
        reply: &AccountReply,
        turn: Turn<'_>,
    ) -> Found {
        let account = self.account(programme)?;
        account.step(step, turn)?;
        differs("the account of a reply", reply.account, account.id)
    }
}
