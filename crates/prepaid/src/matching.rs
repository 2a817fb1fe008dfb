//! Which top-up request a bank line belongs to (R1-15, R1-16, R1-18), and why. Only proposes: the top-up
//! decides again. Never reads the requests itself.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, Money, Text, Timestamp};

use crate::names::{Step, normalise, same_company};
use crate::remark::find_remark_codes;
use crate::top_up::TopUpId;

/// What matching needs to know of a bank line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LineFacts {
    /// Raw id of the line.
    pub line: i64,
    /// What came in.
    pub amount: Money,
    /// The payer's name as the bank wrote it.
    pub payer: String,
    /// The remark as the bank wrote it.
    pub remark: String,
}

/// A request that waits for money, or one that the line's remark names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The request.
    pub top_up: TopUpId,
    /// Raw id of its merchant.
    pub merchant: i64,
    /// The amount that must come in.
    pub amount: Money,
    /// The company that must pay.
    pub payer: String,
    /// Its remark code.
    pub remark_code: String,
    /// When it was requested.
    pub requested_at: Timestamp,
    /// It waits for money; one that does not is here only because a remark names it.
    pub waits: bool,
}

/// A reason for a match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Why {
    /// Rule R1-16.
    AmountEqual {
        /// The amount.
        amount: Money,
    },
    /// Rule R1-15.
    PayerEqual {
        /// What was done to the payer's name, as the bank wrote it, before it was equal.
        steps: Vec<Step>,
    },
    /// The remark names the request.
    RemarkNames {
        /// The code.
        code: String,
    },
    /// No other request fits.
    OnlyOneFits {},
}

/// A reason against a match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Mismatch {
    /// Rule R1-15.
    PayerDiffers {
        /// The company that must pay.
        expected: String,
        /// The payer as the bank wrote it.
        found: String,
    },
    /// Rule R1-16. Too little came.
    Under {
        /// The amount that must come in.
        requested: Money,
        /// What came.
        received: Money,
        /// The difference.
        by: Money,
    },
    /// Rule R1-16. Too much came.
    Over {
        /// The amount that must come in.
        requested: Money,
        /// What came.
        received: Money,
        /// The difference.
        by: Money,
    },
    /// Another currency came.
    CurrencyDiffers {
        /// The account's currency.
        expected: Currency,
        /// What came.
        received: Money,
    },
    /// Several requests fit, and the remark does not say which.
    SeveralFit {
        /// Those requests, oldest first.
        top_ups: Vec<TopUpId>,
    },
    /// The remark names a request that waits for no money any more, or for a person already.
    DoesNotWait {
        /// That request.
        top_up: TopUpId,
    },
}

/// What to do with a bank line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// It fits one request.
    Match {
        /// The request.
        top_up: TopUpId,
        /// Raw id of its merchant.
        merchant: i64,
        /// Why.
        why: Vec<Why>,
    },
    /// A person must look at it.
    Review {
        /// The request it was probably meant for.
        top_up: Option<TopUpId>,
        /// Why it cannot be matched.
        reasons: Vec<Mismatch>,
    },
    /// No request has to do with it.
    NoCandidate,
}

/// Rules R1-15, R1-16, R1-18. Finds the request of a line. Amount, currency and payer must be equal; of
/// several such requests the remark code decides, or a person does. A remark code that names a request which
/// does not fit brings both to a person, and so does a payer with one request of another amount.
#[must_use]
pub fn propose(line: &LineFacts, candidates: &[Candidate]) -> Proposal {
    let codes = find_remark_codes(&line.remark);
    let payer = normalise(&line.payer).text;
    let same_payer = |candidate: &&Candidate| !payer.is_empty() && normalise(&candidate.payer).text == payer;
    let fits = |candidate: &&Candidate| candidate.amount == line.amount && same_payer(candidate);
    let named: Vec<&Candidate> = candidates.iter().filter(|c| codes.contains(&c.remark_code)).collect();
    // The payer said which request is meant: another one of the same amount is not to be taken for it.
    if let Some(over) = named.iter().find(|_| named.iter().all(|candidate| !candidate.waits)) {
        return Proposal::Review {
            top_up: None,
            reasons: vec![Mismatch::DoesNotWait { top_up: over.top_up }],
        };
    }
    let candidates: Vec<Candidate> = candidates.iter().filter(|candidate| candidate.waits).cloned().collect();
    let named: Vec<&Candidate> = candidates.iter().filter(|c| codes.contains(&c.remark_code)).collect();
    let pool = if named.is_empty() { candidates.iter().collect() } else { named.clone() };
    let mut fitting: Vec<&Candidate> = pool.into_iter().filter(fits).collect();
    fitting.sort_by_key(|candidate| (candidate.requested_at, candidate.top_up));
    match fitting.as_slice() {
        [one] => matched(line, one, !named.is_empty()),
        [_, _, ..] => {
            let top_ups = fitting.iter().map(|candidate| candidate.top_up).collect();
            Proposal::Review { top_up: None, reasons: vec![Mismatch::SeveralFit { top_ups }] }
        }
        [] => {
            let meant: Vec<&Candidate> =
                if named.is_empty() { candidates.iter().filter(same_payer).collect() } else { named };
            not_fitting(line, &meant)
        }
    }
}

/// Rules R1-15, R1-16. What speaks against crediting a line to a request; empty when it fits.
#[must_use]
pub fn mismatches(line: &LineFacts, amount: Money, payer: &str) -> Vec<Mismatch> {
    let mut reasons = Vec::new();
    if !same_company(payer, &line.payer) {
        reasons.push(Mismatch::PayerDiffers { expected: payer.to_owned(), found: line.payer.clone() });
    }
    let (requested, received) = (amount, line.amount);
    match received.minus(requested) {
        Err(_) => reasons.push(Mismatch::CurrencyDiffers { expected: requested.currency(), received }),
        Ok(more) if more.is_positive() => reasons.push(Mismatch::Over { requested, received, by: more }),
        Ok(same) if same.is_zero() => {}
        Ok(less) => {
            let by = Money::new(less.minor().saturating_neg(), less.currency());
            reasons.push(Mismatch::Under { requested, received, by });
        }
    }
    reasons
}

fn matched(line: &LineFacts, candidate: &Candidate, named: bool) -> Proposal {
    let last =
        if named { Why::RemarkNames { code: candidate.remark_code.clone() } } else { Why::OnlyOneFits {} };
    let steps = normalise(&line.payer).steps;
    let why = vec![Why::AmountEqual { amount: line.amount }, Why::PayerEqual { steps }, last];
    Proposal::Match { top_up: candidate.top_up, merchant: candidate.merchant, why }
}

fn not_fitting(line: &LineFacts, meant: &[&Candidate]) -> Proposal {
    match meant {
        [] => Proposal::NoCandidate,
        [one] => {
            Proposal::Review { top_up: Some(one.top_up), reasons: mismatches(line, one.amount, &one.payer) }
        }
        [first, ..] => {
            Proposal::Review { top_up: None, reasons: mismatches(line, first.amount, &first.payer) }
        }
    }
}

impl Why {
    /// In words, for the page that shows why a line matched.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::AmountEqual { amount } => {
                Text::new(format!("金额一致：{amount}"), format!("the amount is equal: {amount}"))
            }
            Self::PayerEqual { steps } if steps.is_empty() => {
                Text::new("付款方名称一致", "the payer's name is equal")
            }
            Self::PayerEqual { steps } => {
                let texts: Vec<Text> = steps.iter().map(|step| step.text()).collect();
                let zh = texts.iter().map(|text| text.zh.as_ref()).collect::<Vec<_>>().join("、");
                let en = texts.iter().map(|text| text.en.as_ref()).collect::<Vec<_>>().join(", ");
                Text::new(
                    format!("付款方名称规范化后一致（{zh}）"),
                    format!("the payer's name is equal after: {en}"),
                )
            }
            Self::RemarkNames { code } => {
                Text::new(format!("附言包含识别码 {code}"), format!("the remark names it: {code}"))
            }
            Self::OnlyOneFits {} => Text::new("只有这一笔申请符合", "no other request fits"),
        }
    }
}

impl Mismatch {
    /// What came, when the amount or currency speaks against it.
    #[must_use]
    pub const fn received(&self) -> Option<Money> {
        match self {
            Self::Under { received, .. }
            | Self::Over { received, .. }
            | Self::CurrencyDiffers { received, .. } => Some(*received),
            Self::PayerDiffers { .. } | Self::SeveralFit { .. } | Self::DoesNotWait { .. } => None,
        }
    }

    /// In words, for the page that shows why a line did not match.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::PayerDiffers { expected, found } => Text::new(
                format!("付款方不一致：应为“{expected}”，实为“{found}”"),
                format!("payer differs: expected \"{expected}\", found \"{found}\""),
            ),
            Self::Under { requested, received, by } => Text::new(
                format!("到账金额不足：申请 {requested}，到账 {received}，少 {by}"),
                format!("too little came: requested {requested}, received {received}, short by {by}"),
            ),
            Self::Over { requested, received, by } => Text::new(
                format!("到账金额过多：申请 {requested}，到账 {received}，多 {by}"),
                format!("too much came: requested {requested}, received {received}, over by {by}"),
            ),
            Self::CurrencyDiffers { expected, received } => Text::new(
                format!("币种不一致：应为 {expected}，到账 {received}"),
                format!("currency differs: expected {expected}, received {received}"),
            ),
            Self::SeveralFit { top_ups } => Text::new(
                format!("有 {} 笔申请同时符合，附言未指明", top_ups.len()),
                format!("{} requests fit, and the remark does not say which", top_ups.len()),
            ),
            Self::DoesNotWait { top_up } => Text::new(
                format!("附言指明的充值申请 {top_up} 已不在待到账状态"),
                format!("the request {top_up} that the remark names waits for no money any more"),
            ),
        }
    }
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
