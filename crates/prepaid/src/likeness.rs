//! How like a bank line and a top-up request are (R1-14 to R1-16): what speaks for it and what against it, for a person who must
//! say whose the money is. Proposes nothing: [`super::matching::propose`] does, and people decide.

use zaiton_kernel::{Reason, Text, Weighed};

use crate::matching::{Candidate, LineFacts, Mismatch, Why, mismatches};
use crate::names::normalise;
use crate::remark::find_remark_codes;

/// It probably is this one: the payer named it, or its company paid.
#[must_use]
pub fn is_likely(like: &Weighed) -> bool {
    like.is_for(&["prepaid.match.remark_names", "prepaid.match.payer_equal"])
}

/// Rules R1-14 to R1-16. Compares a line with a request.
#[must_use]
pub fn likeness(line: &LineFacts, candidate: &Candidate) -> Weighed {
    let mut like = Weighed::default();
    let codes = find_remark_codes(&line.remark);
    if codes.contains(&candidate.remark_code) {
        like.speaks_for.push(Why::RemarkNames { code: candidate.remark_code.clone() }.reason());
    } else {
        like.speaks_against.push(not_named(&codes, &candidate.remark_code));
    }
    let against = mismatches(line, candidate.amount, &candidate.payer);
    if !against.iter().any(|reason| matches!(reason, Mismatch::PayerDiffers { .. })) {
        like.speaks_for.push(Why::PayerEqual { steps: normalise(&line.payer).steps }.reason());
    }
    if candidate.amount == line.amount {
        like.speaks_for.push(Why::AmountEqual { amount: line.amount }.reason());
    }
    like.speaks_against.extend(against.iter().map(Mismatch::reason));
    if !candidate.waits {
        like.speaks_against.push(Mismatch::DoesNotWait { top_up: candidate.top_up }.reason());
    }
    like
}

fn not_named(found: &[String], wanted: &str) -> Reason {
    if found.is_empty() {
        let text = Text::new(
            format!("附言没有识别码 {wanted}"),
            format!("the remark does not have its code {wanted}"),
        );
        return Reason::new("prepaid.match.remark_missing", text).with("expected", wanted);
    }
    let found = found.join(", ");
    let text = Text::new(
        format!("附言的识别码是 {found}，不是 {wanted}"),
        format!("the remark has the code {found}, not {wanted}"),
    );
    Reason::new("prepaid.match.remark_names_another", text).with("expected", wanted).with("found", found)
}

impl Why {
    /// With its code and figures.
    #[must_use]
    pub fn reason(&self) -> Reason {
        let text = self.text();
        match self {
            Self::AmountEqual { amount } => {
                Reason::new("prepaid.match.amount_equal", text).with("amount", amount)
            }
            Self::PayerEqual { .. } => Reason::new("prepaid.match.payer_equal", text),
            Self::RemarkNames { code } => Reason::new("prepaid.match.remark_names", text).with("code", code),
            Self::OnlyOneFits {} => Reason::new("prepaid.match.only_one_fits", text),
        }
    }
}

impl Mismatch {
    /// With its code and figures.
    #[must_use]
    pub fn reason(&self) -> Reason {
        let text = self.text();
        match self {
            Self::PayerDiffers { expected, found } => Reason::new("prepaid.match.payer_differs", text)
                .with("expected", expected)
                .with("found", found),
            Self::Under { requested, received, by } => Reason::new("prepaid.match.under", text)
                .with("requested", requested)
                .with("received", received)
                .with("by", by),
            Self::Over { requested, received, by } => Reason::new("prepaid.match.over", text)
                .with("requested", requested)
                .with("received", received)
                .with("by", by),
            Self::CurrencyDiffers { expected, received } => {
                Reason::new("prepaid.match.currency_differs", text)
                    .with("expected", expected)
                    .with("received", received)
            }
            Self::SeveralFit { top_ups } => {
                Reason::new("prepaid.match.several_fit", text).with("count", top_ups.len())
            }
            Self::DoesNotWait { top_up } => {
                Reason::new("prepaid.match.does_not_wait", text).with("top_up", top_up)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use zaiton_kernel::{Currency, Id, Money, Timestamp};

    use super::*;
    use crate::TopUpId;
    use crate::remark::remark_code;

    fn line(amount: &str, payer: &str, remark: &str) -> LineFacts {
        let amount = Money::parse(amount, Currency::CNY).unwrap();
        LineFacts { line: 1, amount, payer: payer.to_owned(), remark: remark.to_owned() }
    }

    fn request(waits: bool) -> Candidate {
        Candidate {
            top_up: TopUpId::from_raw(9),
            merchant: 2,
            amount: Money::parse("3000.00", Currency::CNY).unwrap(),
            payer: "泉州青禾贸易有限公司".to_owned(),
            remark_code: remark_code(9),
            requested_at: Timestamp::from_micros(0),
            waits,
        }
    }

    #[track_caller]
    fn check(line: &LineFacts, waits: bool, speaks_for: &str, against: &str, likely: bool) -> Weighed {
        let like = likeness(line, &request(waits));
        let codes = |reasons: &[Reason]| {
            let short = |reason: &Reason| reason.code.replace("prepaid.match.", "");
            reasons.iter().map(short).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            (codes(&like.speaks_for).as_str(), codes(&like.speaks_against).as_str()),
            (speaks_for, against)
        );
        assert_eq!(is_likely(&like), likely);
        like
    }

    /// Rules R1-14 to R1-16: each of the three speaks for itself.
    #[test]
    fn remark_payer_and_amount_speak_for_themselves() {
        let (company, code) = ("泉州青禾贸易有限公司", remark_code(9));
        check(&line("3000.00", company, &code), true, "remark_names payer_equal amount_equal", "", true);
        let over = check(&line("3000.01", company, ""), true, "payer_equal", "remark_missing over", true);
        assert_eq!(over.speaks_against[1].figure("by"), Some("0.01 CNY"));
        let other = remark_code(10);
        let wrong = "remark_names_another payer_differs";
        check(&line("3000.00", "青禾香港", &other), true, "amount_equal", wrong, false);
        check(&line("2999.99", "青禾香港", &code), true, "remark_names", "payer_differs under", true);
        check(&line("1.00", "x", ""), true, "", "remark_missing payer_differs under", false);
        let all = "remark_names payer_equal amount_equal";
        check(&line("3000.00", company, &code), false, all, "does_not_wait", true);
    }
}
