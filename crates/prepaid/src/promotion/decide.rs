//! What a promotion answers to each command in each state. Never asks for the money that is left: whoever calls says how
//! the account stands.

use zaiton_kernel::{BasisPoints, Currency, Money, Timestamp};

use super::{
    Cause, Command, CommandKind, Ending, Event, Plan, Products, Promotion, PromotionRefusal, Standing, State,
    Term,
};
use crate::account::State as AccountState;
use crate::breaker::Breaker;
use crate::{Allowed, Decision};

/// Letters of a name.
const NAME_LETTERS: usize = 64;
/// Terms of a promotion.
const TERMS: usize = 24;
/// Letters of a term's or a product's code.
const CODE_LETTERS: usize = 64;
/// Products that are named one by one.
const PRODUCTS: usize = 500;
/// All of it, in basis points.
const WHOLE: u32 = 10_000;

type Answer = Result<Decision<Event>, PromotionRefusal>;

/// Rule R1-13. Whether the account may have promotions: opened, active, owing nothing. `currency` is the account's.
///
/// # Errors
/// The first thing that is missing.
pub fn may_join(standing: Standing, currency: Currency) -> Result<(), PromotionRefusal> {
    let account = standing.state;
    match account {
        AccountState::Unopened => Err(PromotionRefusal::NoAccount { account }),
        AccountState::Opened => Err(PromotionRefusal::AlertsMissing { account }),
        AccountState::AlertSet => Err(PromotionRefusal::TopUpMissing { account }),
        AccountState::Closing { .. } | AccountState::Closed { .. } => {
            Err(PromotionRefusal::AccountAbnormal { account, restricted: standing.restricted })
        }
        AccountState::Active { .. } if standing.restricted => {
            Err(PromotionRefusal::AccountAbnormal { account, restricted: true })
        }
        AccountState::Active { .. } if standing.owed_minor > 0 => {
            Err(PromotionRefusal::Arrears { owed: Money::new(standing.owed_minor, currency) })
        }
        AccountState::Active { .. } => Ok(()),
    }
}

/// Rules R1-08, R1-09, R1-11 to R1-13. Decides a command. `currency` is the account's.
///
/// # Errors
/// Why it is refused; nothing has changed then.
pub fn decide(promotion: &Promotion, command: Command, currency: Currency, now: Timestamp) -> Answer {
    match (promotion.state, command) {
        (State::New, Command::Draft { plan, standing }) => {
            may_join(standing, currency)?;
            draft(plan, now)
        }
        (State::New, command) => Err(PromotionRefusal::NotDrafted { command: command.kind() }),
        (State::Ended { ending, .. }, Command::End { ending: again }) if ending == again => {
            Ok(Decision::already())
        }
        (_, Command::Draft { plan, .. }) if same(promotion, &plan) => Ok(Decision::already()),
        (state @ State::Ended { .. }, command) => {
            Err(PromotionRefusal::Closed { command: command.kind(), state })
        }
        (state, Command::Draft { .. }) => Err(PromotionRefusal::DraftedOtherwise { state }),

        (State::Drafted, Command::Schedule { standing }) => {
            may_join(standing, currency)?;
            schedule(promotion, standing, now)
        }
        (State::Scheduled | State::Running | State::Suspended { .. }, Command::Schedule { .. }) => {
            Ok(Decision::already())
        }
        (State::Drafted, command @ (Command::Begin | Command::Suspend { .. } | Command::Resume { .. })) => {
            Err(PromotionRefusal::NotScheduled { command: command.kind() })
        }

        (State::Running | State::Suspended { begun: true, .. }, Command::Begin) => Ok(Decision::already()),
        (State::Scheduled | State::Suspended { .. }, Command::Begin) if now < promotion.starts_at => {
            Err(PromotionRefusal::NotYetDue { starts_at: promotion.starts_at })
        }
        (State::Scheduled | State::Suspended { .. }, Command::Begin) => Ok(Decision::one(Event::Begun {})),

        (State::Scheduled | State::Running, Command::Suspend { cause }) => {
            Ok(Decision::one(Event::Suspended { cause }))
        }
        (State::Suspended { cause: held_by, .. }, Command::Suspend { cause }) => {
            // R1-11, K-54: what a hand has stopped stays with that hand; the operator's stands above the merchant's.
            let changes = match (held_by, cause) {
                (Cause::Breaker, Cause::Merchant | Cause::Operator) | (Cause::Merchant, Cause::Operator) => {
                    true
                }
                (_, Cause::Breaker)
                | (Cause::Merchant | Cause::Operator, Cause::Merchant)
                | (Cause::Operator, Cause::Operator) => false,
            };
            Ok(if changes { Decision::one(Event::Suspended { cause }) } else { Decision::already() })
        }

        (State::Scheduled | State::Running, Command::Resume { .. }) => Ok(Decision::already()),
        (State::Suspended { cause: held_by, .. }, Command::Resume { cause, .. }) if held_by != cause => {
            Err(PromotionRefusal::HeldOtherwise { gone: cause, held_by })
        }
        (State::Suspended { .. }, Command::Resume { standing, .. }) => {
            may_join(standing, currency)?;
            resume(promotion, standing)
        }

        (
            State::Drafted | State::Scheduled | State::Running | State::Suspended { .. },
            Command::End { ending },
        ) => {
            if ending == Ending::Period && now < promotion.ends_at {
                return Err(PromotionRefusal::NotYetOver { ends_at: promotion.ends_at });
            }
            Ok(Decision::one(Event::Ended { ending, at: now }))
        }
    }
}

/// Which commands make sense now, and why the others do not.
#[must_use]
pub fn allowed(
    promotion: &Promotion,
    standing: Standing,
    currency: Currency,
    now: Timestamp,
) -> Vec<Allowed<CommandKind, PromotionRefusal>> {
    let probe = |command| match command {
        CommandKind::Draft => Command::Draft { plan: plan_of(promotion), standing },
        CommandKind::Schedule => Command::Schedule { standing },
        CommandKind::Begin => Command::Begin,
        CommandKind::Suspend => Command::Suspend { cause: Cause::Merchant },
        CommandKind::Resume => Command::Resume { cause: Cause::Merchant, standing },
        CommandKind::End => Command::End { ending: Ending::Merchant },
    };
    let refusal = |command| decide(promotion, probe(command), currency, now).err();
    let all = [
        CommandKind::Draft,
        CommandKind::Schedule,
        CommandKind::Begin,
        CommandKind::Suspend,
        CommandKind::Resume,
        CommandKind::End,
    ];
    all.into_iter().map(|command| Allowed { command, refusal: refusal(command) }).collect()
}

fn plan_of(promotion: &Promotion) -> Plan {
    Plan {
        name: promotion.name.clone(),
        terms: promotion.terms.clone(),
        funded: promotion.funded,
        products: promotion.products.clone(),
        starts_at: promotion.starts_at,
        ends_at: promotion.ends_at,
    }
}

fn same(promotion: &Promotion, plan: &Plan) -> bool {
    plan_of(promotion) == *plan
}

fn draft(plan: Plan, now: Timestamp) -> Answer {
    let letters = plan.name.chars().count();
    if letters == 0 || letters > NAME_LETTERS || plan.name.trim().is_empty() {
        return Err(PromotionRefusal::Name { letters, at_most: NAME_LETTERS });
    }
    if !terms_are_good(&plan.terms) {
        return Err(PromotionRefusal::Terms { terms: plan.terms.len(), at_most: TERMS });
    }
    if plan.funded > BasisPoints::new(WHOLE) {
        return Err(PromotionRefusal::Share { share_bps: plan.funded.get() });
    }
    if let Products::Skus(skus) = &plan.products
        && (skus.is_empty() || skus.len() > PRODUCTS || !skus.iter().all(|sku| is_code(sku)))
    {
        return Err(PromotionRefusal::ProductList { products: skus.len(), at_most: PRODUCTS });
    }
    let Plan { name, terms, funded, products, starts_at, ends_at } = plan;
    if ends_at <= starts_at || ends_at <= now {
        return Err(PromotionRefusal::Period { starts_at, ends_at });
    }
    Ok(Decision::one(Event::Drafted { name, terms, funded, products, starts_at, ends_at }))
}

fn is_code(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= CODE_LETTERS
}

fn terms_are_good(terms: &[Term]) -> bool {
    let rate = |term: &Term| (1..=WHOLE).contains(&term.rate.get());
    let twice = |at: usize, term: &Term| terms.iter().skip(at + 1).any(|other| other.code == term.code);
    !terms.is_empty()
        && terms.len() <= TERMS
        && terms.iter().enumerate().all(|(at, term)| is_code(&term.code) && rate(term) && !twice(at, term))
}

/// Rules R1-08, K-55: while the breaker is open a promotion waits with the others.
fn schedule(promotion: &Promotion, standing: Standing, now: Timestamp) -> Answer {
    if promotion.ends_at <= now {
        return Err(PromotionRefusal::Period { starts_at: promotion.starts_at, ends_at: promotion.ends_at });
    }
    let mut events = vec![Event::Scheduled {}];
    if promotion.starts_at <= now {
        events.push(Event::Begun {});
    }
    if standing.breaker != Breaker::Closed {
        events.push(Event::Suspended { cause: Cause::Breaker });
    }
    Ok(Decision { events })
}

/// Rule R1-11. A hand that lets go while the breaker is open leaves the promotion to the breaker.
fn resume(promotion: &Promotion, standing: Standing) -> Answer {
    let held_by_breaker = matches!(promotion.state, State::Suspended { cause: Cause::Breaker, .. });
    Ok(match standing.breaker {
        Breaker::Closed => Decision::one(Event::Resumed {}),
        Breaker::Open | Breaker::Floor if held_by_breaker => Decision::already(),
        Breaker::Open | Breaker::Floor => Decision::one(Event::Suspended { cause: Cause::Breaker }),
    })
}
