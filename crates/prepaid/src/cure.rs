//! What would close a breaker that is open (R1-08 to R1-10, K-56): what keeps it open, how much must come in at least, and by
//! which way. Only says what [`breaker::after`] would need; never closes anything.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, MoneyError, Reason, Text, Timestamp};

use crate::account::Figures;
use crate::breaker::{Breaker, Lines};
use crate::top_up::TopUpId;
use crate::{PrepaidAccount, PrepaidPolicy};

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CureKind")]
pub enum WayKind {
    /// A new top-up.
    TopUp,
    /// The wires of requests that wait already.
    OpenTopUps,
    /// Enough is there: it is looked at again by itself.
    Wait,
    /// Two people lift the restriction.
    LiftRestriction,
}

/// A way to close a breaker, or one that must be gone besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "CureWay")]
pub struct Way {
    /// Which.
    pub kind: WayKind,
    /// How much comes in by it: of a new top-up the least that is enough and that may be asked for.
    pub amount: Option<Money>,
    /// The requests that together are enough, the oldest first.
    pub top_ups: Vec<TopUpId>,
    /// When it happens by itself.
    pub until: Option<Timestamp>,
    /// In words.
    pub text: Text,
}

/// What would close a breaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Cure {
    /// What keeps it open now.
    pub kept_open_by: Vec<Reason>,
    /// What must come in at least: what is owed is repaid from it first. Zero when no money is missing.
    pub needed: Money,
    /// By which way: any of those that bring money, and a restriction must be lifted besides.
    pub ways: Vec<Way>,
}

/// Rules R1-08 to R1-10, R1-17, K-56. What would close an account's breaker; none while it is closed. `open` are its requests that
/// wait for wires, the oldest first.
///
/// # Errors
/// A sum that no amount can say.
pub fn cure(
    account: &PrepaidAccount,
    figures: Figures,
    open: &[(TopUpId, Money)],
    policy: &PrepaidPolicy,
) -> Result<Option<Cure>, MoneyError> {
    let Some(alert) = account.alert.as_ref().filter(|_| account.breaker != Breaker::Closed) else {
        return Ok(None);
    };
    let lines = Lines::of(alert, policy);
    let needed = needed(figures, lines)?;
    let mut ways = Vec::new();
    if needed.is_positive() {
        ways.extend(open_requests(open, needed)?);
        ways.push(top_up(needed, policy));
    } else if !account.is_restricted() {
        ways.push(wait(account.recheck_at));
    }
    if account.is_restricted() {
        ways.push(way(
            WayKind::LiftRestriction,
            Text::new("先由两人解除账户限制", "two people lift the account's restriction first"),
        ));
    }
    Ok(Some(Cure { kept_open_by: kept_open_by(account, figures, lines), needed, ways }))
}

/// The least that must come in: arrears are repaid from it, and what is left must be strictly above the line (K-4).
fn needed(figures: Figures, lines: Lines) -> Result<Money, MoneyError> {
    let currency = figures.available.currency();
    let above = lines.resume_above.plus(Money::new(1, currency))?;
    let missing = above.plus(figures.owed)?.minus(figures.available)?;
    Ok(if missing.is_positive() { missing } else { Money::zero(currency) })
}

fn kept_open_by(account: &PrepaidAccount, figures: Figures, lines: Lines) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let (available, line) = (figures.available, lines.resume_above);
    if available.minor() <= line.minor() {
        let text = Text::new(
            format!("可用余额 {available} 未高于恢复线 {line}"),
            format!("available {available} is not above the resume line {line}"),
        );
        let reason = Reason::new("prepaid.breaker.too_little", text);
        reasons.push(reason.with("available", available).with("resume_above", line));
    }
    if figures.owed.is_positive() {
        let owed = figures.owed;
        let text = Text::new(format!("有待缴费 {owed}"), format!("{owed} of fees are owed"));
        reasons.push(Reason::new("prepaid.breaker.owes", text).with("owed", owed));
    }
    if let Some(restriction) = account.restriction.as_ref().filter(|_| account.is_restricted()) {
        let text = Text::new(
            format!("账户受限（{}）", restriction.reason),
            format!("the account is restricted ({})", restriction.reason),
        );
        reasons.push(Reason::new("prepaid.breaker.restricted", text).with("reason", &restriction.reason));
    }
    if reasons.is_empty() {
        let text =
            Text::new("余额已足够，等待下一次校验", "enough is there: it has not been looked at again yet");
        reasons.push(Reason::new("prepaid.breaker.not_looked_at", text));
    }
    reasons
}

fn way(kind: WayKind, text: Text) -> Way {
    Way { kind, amount: None, top_ups: Vec::new(), until: None, text }
}

/// Rule R1-17. A request may not be smaller than the operator's least.
fn top_up(needed: Money, policy: &PrepaidPolicy) -> Way {
    let amount = Money::new(needed.minor().max(policy.topup_min_minor), needed.currency());
    let text =
        Text::new(format!("电汇充值，至少 {amount}"), format!("a top-up by wire of at least {amount}"));
    Way { amount: Some(amount), ..way(WayKind::TopUp, text) }
}

/// As many of the requests that wait as are enough together, if they are.
fn open_requests(open: &[(TopUpId, Money)], needed: Money) -> Result<Option<Way>, MoneyError> {
    let (mut sum, mut top_ups) = (Money::zero(needed.currency()), Vec::new());
    for (top_up, amount) in open {
        sum = sum.plus(*amount)?;
        top_ups.push(*top_up);
        if sum.minor() >= needed.minor() {
            let count = top_ups.len();
            let text = Text::new(
                format!("已申请的充值到账即可（{count} 笔，共 {sum}）"),
                format!("the wires of {count} requests that wait already, {sum} together"),
            );
            return Ok(Some(Way { amount: Some(sum), top_ups, ..way(WayKind::OpenTopUps, text) }));
        }
    }
    Ok(None)
}

fn wait(until: Option<Timestamp>) -> Way {
    let text =
        Text::new("余额已足够，下次校验时恢复", "enough is there: it closes when it is looked at again");
    Way { until, ..way(WayKind::Wait, text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zaiton_kernel::{Currency, Id};

    use super::*;
    use crate::account::{AlertLines, Restriction, Stage};
    use crate::breaker;
    use crate::{AccountId, ProgrammeId};

    fn money(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    fn account(suspend: i64, breaker: Breaker) -> PrepaidAccount {
        let (id, programme) = (AccountId::from_raw(1), ProgrammeId::from_raw(2));
        let lines = AlertLines { warning: money(900_000), suspend: money(suspend), contacts: Vec::new() };
        let mut account = PrepaidAccount::unopened(id, 3, programme, Currency::CNY);
        (account.alert, account.breaker) = (Some(lines), breaker);
        account
    }

    fn figures(available: i64, owed: i64) -> Figures {
        let none = money(0);
        Figures { available: money(available), owed: money(owed), frozen: none, pending: none }
    }

    fn of(account: &PrepaidAccount, figures: Figures, open: &[(i64, i64)]) -> Option<Cure> {
        let open: Vec<(TopUpId, Money)> =
            open.iter().map(|(id, minor)| (TopUpId::from_raw(*id), money(*minor))).collect();
        cure(account, figures, &open, &PrepaidPolicy::default()).unwrap()
    }

    fn codes(cure: &Cure) -> Vec<&str> {
        cure.kept_open_by.iter().map(|reason| reason.code.as_ref()).collect()
    }

    /// Rules R1-09, R1-17, K-4: strictly above the line, and never less than a top-up may be.
    #[test]
    fn a_little_short_still_takes_the_least_top_up() {
        assert_eq!(of(&account(100_000, Breaker::Closed), figures(0, 0), &[]), None);
        let cure = of(&account(100_000, Breaker::Open), figures(99_999, 0), &[]).unwrap();
        assert_eq!((cure.needed, codes(&cure)), (money(2), vec!["prepaid.breaker.too_little"]));
        assert_eq!((cure.ways[0].kind, cure.ways[0].amount), (WayKind::TopUp, Some(money(300_000))));
        let cure = of(&account(900_000, Breaker::Floor), figures(0, 70_000), &[]).unwrap();
        assert_eq!(cure.needed, money(970_001));
        assert_eq!(cure.ways[0].amount, Some(money(970_001)));
        assert_eq!(codes(&cure), ["prepaid.breaker.too_little", "prepaid.breaker.owes"]);
        assert_eq!(cure.kept_open_by[1].figure("owed"), Some("700.00 CNY"));
    }

    /// Rule R1-10: requests that wait may be enough, and so may patience.
    #[test]
    fn what_is_on_its_way_counts_and_what_is_there_waits() {
        let stopped = account(100_000, Breaker::Open);
        let cure = of(&stopped, figures(0, 250_000), &[(7, 300_000), (8, 300_000), (9, 300_000)]).unwrap();
        assert_eq!(cure.ways[0].kind, WayKind::OpenTopUps);
        assert_eq!(cure.ways[0].top_ups, [TopUpId::from_raw(7), TopUpId::from_raw(8)]);
        assert_eq!((cure.ways[0].amount, cure.ways[1].kind), (Some(money(600_000)), WayKind::TopUp));
        let cure = of(&stopped, figures(0, 250_000), &[(7, 300_000)]).unwrap();
        assert_eq!(cure.ways.iter().map(|way| way.kind).collect::<Vec<_>>(), [WayKind::TopUp]);
        let enough = PrepaidAccount { recheck_at: Some(Timestamp::from_micros(5)), ..stopped };
        let cure = of(&enough, figures(100_001, 0), &[]).unwrap();
        assert_eq!((cure.needed, codes(&cure)), (money(0), vec!["prepaid.breaker.not_looked_at"]));
        assert_eq!((cure.ways[0].kind, cure.ways[0].until), (WayKind::Wait, Some(Timestamp::from_micros(5))));
    }

    /// Machine M6: money alone does not close the breaker of an account that is restricted.
    #[test]
    fn a_restriction_is_lifted_by_people() {
        let restriction =
            |stage| Some(Restriction { reason: "legal_hold".into(), maker: String::new(), stage });
        let kinds = |cure: &Cure| cure.ways.iter().map(|way| way.kind).collect::<Vec<_>>();
        let mut stopped = account(100_000, Breaker::Open);
        stopped.restriction = restriction(Stage::InForce);
        let cure = of(&stopped, figures(0, 0), &[]).unwrap();
        assert_eq!(kinds(&cure), [WayKind::TopUp, WayKind::LiftRestriction]);
        assert_eq!(cure.kept_open_by[1].figure("reason"), Some("legal_hold"));
        assert_eq!(kinds(&of(&stopped, figures(200_000, 0), &[]).unwrap()), [WayKind::LiftRestriction]);
        stopped.restriction = restriction(Stage::Proposed);
        assert_eq!(kinds(&of(&stopped, figures(0, 0), &[]).unwrap()), [WayKind::TopUp]);
    }

    proptest! {
        /// What is needed closes it, and one unit less does not.
        #[test]
        fn it_is_the_least(available in 0_i64..300_000, owed in 0_i64..300_000, suspend in 50_000_i64..200_000) {
            let stopped = account(suspend, Breaker::Open);
            let cure = of(&stopped, figures(available, owed), &[]).unwrap();
            let lines = Lines::of(stopped.alert.as_ref().unwrap(), &PrepaidPolicy::default());
            let after = |came: i64| {
                let (have, owes) = (available + came, owed);
                let repaid = have.min(owes);
                breaker::after(Breaker::Open, money(have - repaid), lines, owes > repaid)
            };
            prop_assert_eq!(after(cure.needed.minor()), Breaker::Closed);
            if cure.needed.is_positive() {
                prop_assert_ne!(after(cure.needed.minor() - 1), Breaker::Closed);
            }
        }
    }
}
