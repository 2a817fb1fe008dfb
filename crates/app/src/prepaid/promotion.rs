//! Promotions that a prepaid account pays for: drafted, scheduled, begun and ended by their times, suspended and resumed
//! by hand. The breaker's part is in `watch.rs`.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{BasisPoints, Currency, Id, Timestamp};
use zaiton_ledger::AccountCode;
use zaiton_notices::Topic;
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::promotion::{self, Cause, Ending, Event, Plan, Products, Standing, State, Term};
use zaiton_prepaid::{PrepaidAccount, Promotion, PromotionId, account};

use super::{find_account, programme_id};
use crate::declare::command;
use crate::notices::tell;
use crate::policy;

/// A promotion as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PromotionReply {
    /// Its id.
    pub promotion: PromotionId,
    /// Where it stands.
    pub state: State,
}

impl PromotionReply {
    fn of(promotion: &Promotion) -> Self {
        Self { promotion: promotion.id, state: promotion.state }
    }
}

/// Rule R1-13. How an account stands that would pay.
///
/// # Errors
/// None in practice.
pub(crate) fn standing(unit: &mut Unit<'_>, account: &PrepaidAccount) -> Result<Standing, Stop> {
    let owed = unit.balance(AccountCode::PREPAID_ARREARS, account.programme.raw(), account.currency)?;
    Ok(Standing {
        state: account.state,
        restricted: account.is_restricted(),
        owed_minor: owed.minor(),
        breaker: account.breaker,
    })
}

/// Decides about a promotion, applies and emits.
///
/// # Errors
/// Its refusal.
pub(crate) fn change(
    unit: &mut Unit<'_>,
    promotion: &mut Doc<Promotion>,
    command: promotion::Command,
    currency: Currency,
) -> Result<Vec<Event>, Stop> {
    let decision = promotion::decide(promotion, command, currency, unit.now())?;
    for event in &decision.events {
        promotion.apply(event);
        unit.emit(promotion.id, event);
    }
    Ok(decision.events)
}

command! {
    /// Rule R1-13. Write a promotion down.
    pub struct DraftPromotion("prepaid.draft_promotion") of merchant {
        /// The programme's code.
        pub programme: String,
        /// What people call it.
        pub name: String,
        /// The terms that a buyer may choose, each with its rate.
        pub terms: Vec<Term>,
        /// The share of the fee that the merchant bears.
        pub funded: BasisPoints,
        /// Which products.
        pub products: Products,
        /// From when.
        pub starts_at: Timestamp,
        /// Until when, exclusive.
        pub ends_at: Timestamp,
    }

    fn run(&self, unit) -> PromotionReply { self.draft(unit) }
}

impl DraftPromotion {
    fn draft(&self, unit: &mut Unit<'_>) -> Result<PromotionReply, Stop> {
        let programme = programme_id(&self.programme);
        let mut account = find_account(unit, programme)?.ok_or_else(no_account)?;
        let id: PromotionId = unit.new_id();
        let mut promotion = Promotion::new(id, account.id, programme);
        let plan = Plan {
            name: self.name.clone(),
            terms: self.terms.clone(),
            funded: self.funded,
            products: self.products.clone(),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
        };
        let command = promotion::Command::Draft { plan, standing: standing(unit, &account)? };
        let decision = promotion::decide(&promotion, command, account.currency, unit.now())?;
        for event in &decision.events {
            promotion.apply(event);
            unit.emit(id, event);
        }
        list(unit, &mut account, account::Command::AddPromotion { promotion: id })?;
        let reply = PromotionReply::of(&promotion);
        unit.insert(promotion);
        unit.save(account);
        Ok(reply)
    }
}

/// Rule R1-13 names the missing account first.
fn no_account() -> zaiton_kernel::Refusal {
    promotion::PromotionRefusal::NoAccount { account: account::State::Unopened }.into()
}

fn list(
    unit: &mut Unit<'_>,
    account: &mut Doc<PrepaidAccount>,
    command: account::Command,
) -> Result<(), Stop> {
    let decision = account::decide(account, command, &policy::prepaid(unit), unit.now())?;
    for event in &decision.events {
        account.apply(event);
    }
    Ok(())
}

/// Carries out a command to a promotion and what follows from it: timers, the account's list, notices.
fn carry_out(
    unit: &mut Unit<'_>,
    id: PromotionId,
    command: impl FnOnce(Standing) -> promotion::Command,
) -> Result<PromotionReply, Stop> {
    let mut promotion = unit.load::<Promotion>(id)?;
    let mut account = unit.load::<PrepaidAccount>(promotion.account)?;
    let standing = standing(unit, &account)?;
    let command = command(standing);
    // What a hand has ended has no time any more: the timer's work is done.
    let by_time =
        matches!(command, promotion::Command::Begin | promotion::Command::End { ending: Ending::Period });
    if by_time && matches!(promotion.state, State::Ended { .. }) {
        return Ok(PromotionReply::of(&promotion));
    }
    let ran = promotion.state == State::Running;
    let events = change(unit, &mut promotion, command, account.currency)?;
    let (environment, merchant) = (unit.environment(), MerchantId::from_raw(account.merchant));
    for event in &events {
        match event {
            Event::Scheduled {} => {
                if promotion.starts_at > unit.now() {
                    unit.timer(promotion.starts_at, &BeginPromotion { environment, merchant, promotion: id });
                }
                unit.timer(promotion.ends_at, &FinishPromotion { environment, merchant, promotion: id });
            }
            Event::Ended { .. } => {
                list(unit, &mut account, account::Command::DropPromotion { promotion: id })?;
            }
            Event::Drafted { .. } | Event::Begun {} | Event::Suspended { .. } | Event::Resumed {} => {}
        }
    }
    let runs = promotion.state == State::Running;
    let ended = events.iter().any(|event| matches!(event, Event::Ended { .. }));
    if runs && !ran {
        tell(unit, &account, Topic::PromotionStarted, id, &[("name", &promotion.name)])?;
    } else if ended || (ran && !runs) {
        tell(unit, &account, Topic::PromotionClosed, id, &[("name", &promotion.name)])?;
    }
    let reply = PromotionReply::of(&promotion);
    unit.save(promotion);
    unit.save(account);
    Ok(reply)
}

/// Whose hand it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// The merchant's.
    Merchant,
    /// The operator's.
    Operator,
}

impl Hand {
    const fn cause(self) -> Cause {
        match self {
            Self::Merchant => Cause::Merchant,
            Self::Operator => Cause::Operator,
        }
    }

    const fn ending(self) -> Ending {
        match self {
            Self::Merchant => Ending::Merchant,
            Self::Operator => Ending::Operator,
        }
    }
}

command! {
    /// Rule R1-13. Let it begin at its time.
    pub struct SchedulePromotion("prepaid.schedule_promotion") of merchant {
        /// The promotion.
        pub promotion: PromotionId,
    }

    fn run(&self, unit) -> PromotionReply {
        carry_out(unit, self.promotion, |standing| promotion::Command::Schedule { standing })
    }
}

command! {
    /// Its time has come.
    pub struct BeginPromotion("prepaid.begin_promotion") of merchant {
        /// The promotion.
        pub promotion: PromotionId,
    }

    fn run(&self, unit) -> PromotionReply {
        carry_out(unit, self.promotion, |_| promotion::Command::Begin)
    }
}

command! {
    /// Its time is over.
    pub struct FinishPromotion("prepaid.finish_promotion") of merchant {
        /// The promotion.
        pub promotion: PromotionId,
    }

    fn run(&self, unit) -> PromotionReply {
        carry_out(unit, self.promotion, |_| promotion::Command::End { ending: Ending::Period })
    }
}

command! {
    /// Stop it for now, by hand.
    pub struct SuspendPromotion("prepaid.suspend_promotion") of merchant {
        /// The promotion.
        pub promotion: PromotionId,
        /// Whose hand.
        pub by: Hand,
    }

    fn run(&self, unit) -> PromotionReply {
        carry_out(unit, self.promotion, |_| promotion::Command::Suspend { cause: self.by.cause() })
    }
}

command! {
    /// Rule R1-11. Let it go on, by the hand that stopped it.
    pub struct ResumePromotion("prepaid.resume_promotion") of merchant {
        /// The promotion.
        pub promotion: PromotionId,
        /// Whose hand.
        pub by: Hand,
    }

    fn run(&self, unit) -> PromotionReply {
        let cause = self.by.cause();
        carry_out(unit, self.promotion, |standing| promotion::Command::Resume { cause, standing })
    }
}

command! {
    /// End it for good, by hand.
    pub struct EndPromotion("prepaid.end_promotion") of merchant {
        /// The promotion.
        pub promotion: PromotionId,
        /// Whose hand.
        pub by: Hand,
    }

    fn run(&self, unit) -> PromotionReply {
        carry_out(unit, self.promotion, |_| promotion::Command::End { ending: self.by.ending() })
    }
}
