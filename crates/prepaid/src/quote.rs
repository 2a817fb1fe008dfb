//! Rule R1-40. Whether an order that is about to be placed would be offered the benefit, what fee it would bear, and how
//! long that holds. A quote is no hold: it reserves nothing and promises nothing but the rates.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Refusal, Rule, Text, Timestamp};

use crate::PrepaidPolicy;
use crate::account::{Figures, PrepaidAccount, State};
use crate::breaker::Breaker;
use crate::fee::{FeeLine, fee};
use crate::promotion::{Promotion, PromotionId, PromotionRefusal, Standing, may_join};

/// Lines of one quote, at most.
pub const MOST_LINES: usize = 500;

/// A line of the order that is about to be placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteLine {
    /// The product.
    pub sku: String,
    /// What the buyer will pay for the line, after discounts.
    pub paid: Money,
}

/// What the shop asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The term that the buyer chose.
    pub term: String,
    /// The order's lines.
    pub lines: Vec<QuoteLine>,
}

/// A promoted line of a quote: what the order carries when it is placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct QuotedLine {
    /// The product.
    pub sku: String,
    /// Which promotion covers it.
    pub promotion: PromotionId,
    /// Its rate, in basis points.
    pub rate: zaiton_kernel::BasisPoints,
    /// The merchant's share, in basis points.
    pub funded: zaiton_kernel::BasisPoints,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "offer", rename_all = "snake_case")]
pub enum Quote {
    /// The benefit is offered.
    Offered {
        /// The fee that the order will bear.
        fee: Money,
        /// The lines that bear it.
        lines: Vec<QuotedLine>,
        /// Until when, exclusive.
        until: Timestamp,
    },
    /// It is not.
    NotOffered {
        /// Why, which rule, and what to do.
        reason: Refusal,
    },
}

fn refused(code: &'static str, rule: &'static str, why: Text, cure: Text) -> Refusal {
    Refusal::new(code, Rule::new(rule), why, cure)
}

/// Rule R1-12. The floor, or the breaker before it.
fn stopped(account: &PrepaidAccount, figures: Figures, floor: Money) -> Option<Refusal> {
    if figures.available.minor() < floor.minor() {
        let why =
            Text::new("可用余额低于熔断值，暂不提供。", "Available is below the floor: nothing is offered.");
        let cure = Text::new("请充值。", "Top up.");
        let refusal = refused("prepaid.quote.below_floor", "R1-12", why, cure);
        return Some(refusal.with("available", figures.available).with("floor", floor));
    }
    (account.breaker != Breaker::Closed).then(|| {
        let why = Text::new("余额不足，活动已中止。", "Promotions are suspended for lack of money.");
        let cure = Text::new("请充值，活动将陆续恢复。", "Top up; promotions go on one after another.");
        refused("prepaid.quote.suspended", "R1-08", why, cure).with("breaker", account.breaker)
    })
}

/// Rule R1-13. The answer for a merchant without an account.
#[must_use]
pub fn without_account() -> Quote {
    Quote::NotOffered { reason: PromotionRefusal::NoAccount { account: State::Unopened }.into() }
}

/// Rules R1-12, R1-39, R1-40. Answers a quote. `promotions` are the account's that have not ended; of several that cover a
/// line the one with the lowest fee counts, and of equal ones the oldest (K-67).
#[must_use]
pub fn quote(
    account: &PrepaidAccount,
    promotions: &[Promotion],
    figures: Figures,
    question: &Question,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Quote {
    match offer(account, promotions, figures, question, policy, now) {
        Ok(offered) => offered,
        Err(reason) => Quote::NotOffered { reason: *reason },
    }
}

fn offer(
    account: &PrepaidAccount,
    promotions: &[Promotion],
    figures: Figures,
    question: &Question,
    policy: &PrepaidPolicy,
    now: Timestamp,
) -> Result<Quote, Box<Refusal>> {
    let lines = question.lines.len();
    if lines == 0 || lines > MOST_LINES {
        let why = Text::new("订单行为空或过多。", "There are no lines, or too many.");
        let cure = Text::new("请提供 1 至 500 行。", "Give 1 to 500 lines.");
        return Err(refused("prepaid.quote.lines", "R1-40", why, cure).with("lines", lines).into());
    }
    let standing = Standing {
        state: account.state,
        restricted: account.is_restricted(),
        owed_minor: figures.owed.minor(),
        breaker: account.breaker,
    };
    may_join(standing, account.currency).map_err(|refusal| Box::new(Refusal::from(refusal)))?;
    let floor = Money::new(policy.hard_floor_minor, account.currency);
    if let Some(refusal) = stopped(account, figures, floor) {
        return Err(refusal.into());
    }
    for line in &question.lines {
        if line.paid.currency() != account.currency {
            let why =
                Text::new("订单币种与账户币种不同。", "The order is in another currency than the account.");
            let cure = Text::new("该订单不参加活动。", "Place the order without the benefit.");
            let refusal = refused("prepaid.quote.currency", "R1-39", why, cure);
            return Err(refusal
                .with("expected", account.currency)
                .with("found", line.paid.currency())
                .into());
        }
    }
    let (quoted, fee, ends) = covered(promotions, question, account, now)?;
    if fee.minor() > figures.available.minor() {
        let short_by = figures.available.minor().abs_diff(fee.minor());
        let short_by = Money::new(i64::try_from(short_by).unwrap_or(i64::MAX), account.currency);
        let why = Text::new("可用余额不足以支付该费用。", "The fee is larger than what is available.");
        let cure = Text::new("请充值。", "Top up.");
        let refusal = refused("prepaid.quote.short", "R1-40", why, cure).with("needed", fee);
        return Err(refusal.with("available", figures.available).with("short_by", short_by).into());
    }
    let until = ends.min(now.plus_seconds(i64::from(policy.quote_seconds)));
    Ok(Quote::Offered { fee, lines: quoted, until })
}

/// The lines that a promotion covers, their fee, and when the first of these promotions ends.
fn covered(
    promotions: &[Promotion],
    question: &Question,
    account: &PrepaidAccount,
    now: Timestamp,
) -> Result<(Vec<QuotedLine>, Money, Timestamp), Box<Refusal>> {
    let too_large = || {
        let why = Text::new("活动费用超出可计算范围。", "The fee is too large to be computed.");
        let cure = Text::new("请核对订单金额。", "Check the order's amounts.");
        Box::new(refused("prepaid.fee.too_large", "R1-39", why, cure))
    };
    let (mut quoted, mut bearing, mut ends) = (Vec::new(), Vec::new(), Timestamp::from_micros(i64::MAX));
    for line in &question.lines {
        let mut best: Option<(Money, FeeLine, &Promotion)> = None;
        for promotion in promotions.iter().filter(|promotion| promotion.account == account.id) {
            let Some(term) = promotion.term_for(&line.sku, &question.term, now) else { continue };
            let one = FeeLine { paid: line.paid, rate: term.rate, funded: promotion.funded };
            let cost = fee(account.currency, &[one]).map_err(|_| too_large())?;
            let cheaper = |(known, _, oldest): &(Money, FeeLine, &Promotion)| {
                (cost.minor(), promotion.id) < (known.minor(), oldest.id)
            };
            if best.as_ref().is_none_or(cheaper) {
                best = Some((cost, one, promotion));
            }
        }
        if let Some((_, one, promotion)) = best {
            let (rate, funded) = (one.rate, one.funded);
            quoted.push(QuotedLine { sku: line.sku.clone(), promotion: promotion.id, rate, funded });
            bearing.push(one);
            ends = ends.min(promotion.ends_at);
        }
    }
    if quoted.is_empty() {
        let why = Text::new(
            "没有进行中的活动覆盖该商品和期数。",
            "No running promotion covers these products with this term.",
        );
        let cure = Text::new("请选择其他期数或商品。", "Choose another term or other products.");
        let refusal = refused("prepaid.quote.no_promotion", "R1-40", why, cure);
        return Err(refusal.with("term", question.term.chars().take(64).collect::<String>()).into());
    }
    let sum = fee(account.currency, &bearing).map_err(|_| too_large())?;
    Ok((quoted, sum, ends))
}

#[cfg(test)]
mod tests {
    use zaiton_boundary as boundary;
    use zaiton_kernel::{BasisPoints, Currency, Id};

    use super::*;
    use crate::account::{AccountId, AlertLines, ProgrammeId};
    use crate::promotion::{Products, State as Running, Term};

    const CNY: Currency = Currency::CNY;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(&format!("2026-03-02T{text}+08:00")).unwrap()
    }

    fn yuan(text: &str) -> Money {
        Money::parse(text, CNY).unwrap()
    }

    fn account() -> PrepaidAccount {
        let mut account = PrepaidAccount::unopened(AccountId::from_raw(1), 2, ProgrammeId::from_raw(3), CNY);
        account.alert =
            Some(AlertLines { warning: yuan("2000.00"), suspend: yuan("1000.00"), contacts: Vec::new() });
        account.state = State::Active { activated_at: at("00:00:00") };
        account
    }

    fn promotion(id: i64, rate: u32, products: Products, ends: &str) -> Promotion {
        let mut promotion =
            Promotion::new(PromotionId::from_raw(id), AccountId::from_raw(1), ProgrammeId::from_raw(3));
        promotion.terms = vec![Term { code: "12".to_owned(), rate: BasisPoints::new(rate) }];
        promotion.funded = BasisPoints::new(10_000);
        promotion.products = products;
        (promotion.starts_at, promotion.ends_at) = (at("00:00:00"), at(ends));
        promotion.state = Running::Running;
        promotion
    }

    fn ask(account: &PrepaidAccount, promotions: &[Promotion], available: &str, paid: &str) -> Quote {
        let zero = Money::zero(CNY);
        let figures = Figures { available: yuan(available), frozen: zero, owed: zero, pending: zero };
        let lines = vec![QuoteLine { sku: "A".to_owned(), paid: yuan(paid) }];
        let question = Question { term: "12".to_owned(), lines };
        quote(account, promotions, figures, &question, &PrepaidPolicy::default(), at("12:00:00"))
    }

    /// The fee and the end, or the refusal's code, counted for its rule.
    fn told(rule: &str, quote: Quote) -> String {
        let json = serde_json::to_string(&quote).unwrap();
        assert_eq!(serde_json::from_str::<Quote>(&json).unwrap(), quote);
        match quote {
            Quote::Offered { fee, until, .. } => {
                boundary::inside(rule, format!("offered for {}", fee.decimal()));
                format!("{} {until}", fee.decimal())
            }
            Quote::NotOffered { reason } => {
                boundary::refused(rule, reason.code.clone(), reason).code.to_string()
            }
        }
    }

    /// Rule R1-40: the fee, and until when: ten minutes, or the promotion's end when that is sooner.
    #[test]
    fn a_fee_and_until_when() {
        let all = promotion(1, 450, Products::All, "23:00:00");
        let until = |quote| told("R1-40", quote);
        assert_eq!(
            until(ask(&account(), std::slice::from_ref(&all), "5000.00", "1000.00")),
            "45.00 2026-03-02T04:10:00Z"
        );
        let soon = promotion(2, 450, Products::All, "12:05:00");
        assert_eq!(until(ask(&account(), &[soon], "5000.00", "1000.00")), "45.00 2026-03-02T04:05:00Z");
        // K-67: the cheaper one counts.
        let cheap = promotion(3, 300, Products::All, "23:00:00");
        assert_eq!(
            until(ask(&account(), &[all.clone(), cheap], "5000.00", "1000.00")),
            "30.00 2026-03-02T04:10:00Z"
        );
        let other = promotion(4, 450, Products::Skus(vec!["B".to_owned()]), "23:00:00");
        assert_eq!(until(ask(&account(), &[other], "5000.00", "1000.00")), "prepaid.quote.no_promotion");
        let ended = promotion(5, 450, Products::All, "12:00:00");
        assert_eq!(until(ask(&account(), &[ended], "5000.00", "1000.00")), "prepaid.quote.no_promotion");
        // A fee as large as what is available is offered; a fen more is not.
        assert_eq!(
            until(ask(&account(), std::slice::from_ref(&all), "1000.00", "22222.00")),
            "999.99 2026-03-02T04:10:00Z"
        );
        assert_eq!(until(ask(&account(), &[all], "1000.00", "22222.34")), "prepaid.quote.short");
    }

    /// Rule R1-12: below the floor nothing is offered, at the floor it is.
    #[test]
    fn the_floor() {
        let all = [promotion(1, 450, Products::All, "23:00:00")];
        assert_eq!(told("R1-12", ask(&account(), &all, "200.00", "100.00")), "4.50 2026-03-02T04:10:00Z");
        assert_eq!(told("R1-12", ask(&account(), &all, "199.99", "100.00")), "prepaid.quote.below_floor");
    }

    /// Rules R1-08, R1-13, R1-39: who may not offer.
    #[test]
    fn who_is_not_offered() {
        let all = [promotion(1, 450, Products::All, "23:00:00")];
        let open = PrepaidAccount { breaker: Breaker::Open, ..account() };
        assert_eq!(told("R1-08", ask(&open, &all, "5000.00", "100.00")), "prepaid.quote.suspended");
        let new = PrepaidAccount { state: State::AlertSet, ..account() };
        assert_eq!(told("R1-13", ask(&new, &all, "5000.00", "100.00")), "prepaid.promotion.top_up_missing");
        let zero = Money::zero(CNY);
        let question = Question {
            term: "12".to_owned(),
            lines: vec![QuoteLine {
                sku: "A".to_owned(),
                paid: Money::new(100, Currency::from_code("USD").unwrap()),
            }],
        };
        let figures = Figures { available: yuan("5000.00"), frozen: zero, owed: zero, pending: zero };
        let foreign = quote(&account(), &all, figures, &question, &PrepaidPolicy::default(), at("12:00:00"));
        assert_eq!(told("R1-39", foreign), "prepaid.quote.currency");
        let none = Question { term: "12".to_owned(), lines: Vec::new() };
        let empty = quote(&account(), &all, figures, &none, &PrepaidPolicy::default(), at("12:00:00"));
        assert_eq!(told("R1-40", empty), "prepaid.quote.lines");
        let owes = Figures { owed: yuan("0.01"), ..figures };
        let question = Question {
            term: "12".to_owned(),
            lines: vec![QuoteLine { sku: "A".to_owned(), paid: yuan("1.00") }],
        };
        let owing = quote(&account(), &all, owes, &question, &PrepaidPolicy::default(), at("12:00:00"));
        assert_eq!(told("R1-13", owing), "prepaid.promotion.arrears");
    }
}
