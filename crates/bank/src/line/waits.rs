//! Why a line waits for a person, in words (R1-15, R1-16, M8); and how like the bank's debit of a payment it is. Decides nothing.

use zaiton_kernel::{Reason, Text, Weighed};

use super::{Line, NoReceipt, State};
use crate::payment::{Payment, named};

/// Why a line was not used by itself; nothing once it is used.
#[must_use]
pub fn waits(line: &Line) -> Vec<Reason> {
    match &line.state {
        State::Unallocated if !line.return_of.is_empty() => vec![came_back(line)],
        State::Unallocated if !line.client_money => vec![Reason::new(
            "bank.line.own_money",
            Text::new(
                "款项进入自有资金账户，不能用于充值。",
                "It came to an account of our own money, where no top-up is paid.",
            ),
        )],
        State::Unallocated => vec![Reason::new(
            "bank.line.no_request",
            Text::new(
                "没有与之相符的充值申请；有新申请时会再次比对。",
                "No request is like it yet: it is compared again when one is made.",
            ),
        )],
        State::InReview { reasons } => {
            let of = |text: &Text| Reason::new("bank.line.in_review", text.clone());
            let back = (!line.return_of.is_empty()).then(|| came_back(line));
            back.into_iter().chain(reasons.iter().map(of)).collect()
        }
        State::AwaitsAPerson { reason: NoReceipt::Reversal } => vec![Reason::new(
            "bank.line.reversal",
            Text::new("这是银行对先前一笔的冲正。", "It takes back an earlier line."),
        )],
        State::AwaitsAPerson { reason: NoReceipt::Debit } => vec![unexplained(line)],
        State::Proposed { decision, maker, .. } => vec![
            Reason::new(
                "bank.line.proposed",
                Text::new(
                    "已有人提出处理意见，等待另一人复核。",
                    "Somebody proposed what it is: somebody else must confirm it.",
                ),
            )
            .with("decision", decision.name())
            .with("maker", maker),
        ],
        State::Unrecorded
        | State::Allocated { .. }
        | State::Returning { .. }
        | State::Returned { .. }
        | State::WithdrawalReturned { .. }
        | State::BankCost { .. }
        | State::SweptOut { .. }
        | State::Arrived
        | State::PaysOut { .. } => Vec::new(),
    }
}

fn came_back(line: &Line) -> Reason {
    let text = Text::new(
        "银行退回了我们的一笔付款，由人工处理。",
        "The bank sent a payment of ours back: people decide.",
    );
    Reason::new("bank.line.came_back", text).with("return_of", &line.return_of)
}

fn unexplained(line: &Line) -> Reason {
    if named(&line.end_to_end).is_some() {
        let text = Text::new(
            "支出指明了我们的一笔付款，但账户、金额或状态不符。",
            "It names a payment of ours whose account, amount or state does not fit.",
        );
        return Reason::new("bank.line.payment_differs", text).with("end_to_end", &line.end_to_end);
    }
    let text = Text::new("支出没有指明我们的任何付款。", "Money went out, and it names no payment of ours.");
    Reason::new("bank.line.names_no_payment", text)
}

/// What speaks for it that a debit line is the bank's debit of a payment, and what against it.
#[must_use]
pub fn likeness(line: &Line, payment: &Payment) -> Weighed {
    let mut like = Weighed::default();
    let number = payment.end_to_end();
    if named(&line.end_to_end) == Some(payment.id) {
        let text = Text::new("流水指明了这笔付款", "the line names this payment");
        like.speaks_for.push(Reason::new("bank.match.named", text).with("end_to_end", number));
    } else {
        let text = Text::new("流水没有指明这笔付款", "the line does not name this payment");
        like.speaks_against.push(Reason::new("bank.match.not_named", text).with("expected", number));
    }
    amounts(line, payment, &mut like);
    let (theirs, found) = (&payment.creditor, line.payer_account.trim());
    if !found.is_empty() && found == theirs.account.trim() {
        let text = Text::new("收款账号一致", "the payee's account is equal");
        like.speaks_for.push(Reason::new("bank.match.account_equal", text));
    } else if !found.is_empty() {
        let text = Text::new("收款账号不一致", "the payee's account differs");
        let reason = Reason::new("bank.match.account_differs", text);
        like.speaks_against.push(reason.with("expected", &theirs.account).with("found", found));
    }
    let found = line.payer_name.trim();
    if !found.is_empty() && found == theirs.name.trim() {
        let text = Text::new("收款方名称一致", "the payee's name is equal");
        like.speaks_for.push(Reason::new("bank.match.name_equal", text));
    } else if !found.is_empty() {
        let text = Text::new("收款方名称不一致", "the payee's name differs");
        let reason = Reason::new("bank.match.name_differs", text);
        like.speaks_against.push(reason.with("expected", &theirs.name).with("found", found));
    }
    if line.account != payment.account {
        let text = Text::new("付款来自另一银行账户", "the payment is of another bank account");
        let reason = Reason::new("bank.match.other_account", text);
        like.speaks_against.push(reason.with("expected", payment.account).with("found", line.account));
    }
    like
}

/// What speaks for it that a receipt is a payment that the bank sent back, and what against it.
#[must_use]
pub fn likeness_of_return(line: &Line, payment: &Payment) -> Weighed {
    let mut like = Weighed::default();
    if named(&line.return_of) == Some(payment.id) {
        let text = Text::new("流水指明退回的是这笔付款", "the line names the payment that comes back");
        like.speaks_for.push(Reason::new("bank.match.return_named", text).with("return_of", &line.return_of));
    }
    amounts(line, payment, &mut like);
    like
}

fn amounts(line: &Line, payment: &Payment, like: &mut Weighed) {
    let (asked, found) = (payment.amount, line.amount);
    if asked == found {
        let text = Text::new(format!("金额一致：{found}"), format!("the amount is equal: {found}"));
        like.speaks_for.push(Reason::new("bank.match.amount_equal", text).with("amount", found));
    } else {
        let text = Text::new(
            format!("金额不一致：付款 {asked}，流水 {found}"),
            format!("the amount differs: {asked} was to be paid, {found} went out"),
        );
        let reason = Reason::new("bank.match.amount_differs", text);
        like.speaks_against.push(reason.with("expected", asked).with("found", found));
    }
}

#[cfg(test)]
mod tests {
    use zaiton_kernel::{Currency, Id, LocalDate, Money};

    use super::*;
    use crate::line::{LineDecision, Origin};
    use crate::payment::{Creditor, PaymentDraft, Purpose};
    use crate::statement::LineDraft;
    use crate::{BankAccount, BankAccountId, LineId, PaymentId, StatementId};

    fn line(state: State, change: impl FnOnce(&mut Line)) -> Line {
        let day = LocalDate::new(2026, 3, 2).unwrap();
        let mut account = BankAccount::unopened(BankAccountId::from_raw(1), Currency::CNY);
        account.client_money = true;
        let draft = LineDraft {
            ordinal: 1,
            booked: true,
            amount: Money::new(300_000, Currency::CNY),
            credit: false,
            reversal: false,
            booking_date: day,
            value_date: day,
            payer_name: "泉州青禾贸易有限公司".to_owned(),
            payer_account: "14020000001".to_owned(),
            remark: String::new(),
            bank_reference: "B1".to_owned(),
            end_to_end: String::new(),
            return_of: String::new(),
        };
        let mut line = Line::unrecorded(LineId::from_raw(5), &account, StatementId::from_raw(6), draft);
        line.state = state;
        change(&mut line);
        line
    }

    fn codes(reasons: &[Reason]) -> String {
        let short = |reason: &Reason| reason.code.replace("bank.line.", "").replace("bank.match.", "");
        reasons.iter().map(short).collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    fn check(line: &Line, want: &str) {
        assert_eq!(codes(&waits(line)), want);
    }

    /// Machine M8: every state in which somebody is waited for says why, and no other says anything.
    #[test]
    fn each_says_why_it_waits() {
        check(&line(State::Unallocated, |_| ()), "no_request");
        check(&line(State::Unallocated, |line| line.client_money = false), "own_money");
        check(&line(State::Unallocated, |line| line.return_of = "PY1".to_owned()), "came_back");
        let reasons = vec![Text::new("甲", "a"), Text::new("乙", "b")];
        check(&line(State::InReview { reasons: reasons.clone() }, |_| ()), "in_review in_review");
        let back = |line: &mut Line| line.return_of = "PY1".to_owned();
        check(&line(State::InReview { reasons }, back), "came_back in_review in_review");
        check(&line(State::AwaitsAPerson { reason: NoReceipt::Reversal }, |_| ()), "reversal");
        let debit = || State::AwaitsAPerson { reason: NoReceipt::Debit };
        check(&line(debit(), |_| ()), "names_no_payment");
        let number = PaymentId::from_raw(9).to_string().replace('_', "");
        check(&line(debit(), |line| line.end_to_end = number), "payment_differs");
        let proposed = State::Proposed {
            decision: LineDecision::Arrived,
            maker: "li".to_owned(),
            evidence: "e".to_owned(),
            from: Origin::Unallocated,
        };
        let said = waits(&line(proposed, |_| ()));
        assert_eq!((codes(&said).as_str(), said[0].figure("maker")), ("proposed", Some("li")));
        check(&line(State::Arrived, |_| ()), "");
        check(&line(State::Allocated { top_up: 1, merchant: 2 }, |_| ()), "");
    }

    #[test]
    fn a_payment_is_known_by_number_amount_and_payee() {
        let account = BankAccount::unopened(BankAccountId::from_raw(1), Currency::CNY);
        let creditor = Creditor {
            name: "泉州青禾贸易有限公司".to_owned(),
            account: "14020000001".to_owned(),
            bank: "B".to_owned(),
        };
        let purpose = Purpose::Withdrawal { withdrawal: 3, merchant: 4 };
        let amount = Money::new(300_000, Currency::CNY);
        let draft = PaymentDraft { purpose, attempt: 1, amount, creditor, remark: String::new() };
        let payment = Payment::new(PaymentId::from_raw(9), &account, draft);
        let debit = State::AwaitsAPerson { reason: NoReceipt::Debit };
        let number = payment.end_to_end();
        let like = likeness(&line(debit.clone(), |line| line.end_to_end = number), &payment);
        assert_eq!(codes(&like.speaks_for), "named amount_equal account_equal name_equal");
        assert_eq!(codes(&like.speaks_against), "");
        let other = |line: &mut Line| {
            line.amount = Money::new(1, Currency::CNY);
            (line.payer_account, line.payer_name) = ("2".to_owned(), "x".to_owned());
            line.account = BankAccountId::from_raw(2);
        };
        let like = likeness(&line(debit, other), &payment);
        assert_eq!(codes(&like.speaks_for), "");
        let number = payment.end_to_end();
        let back = likeness_of_return(&line(State::Unallocated, |line| line.return_of = number), &payment);
        assert_eq!(codes(&back.speaks_for), "return_named amount_equal");
        assert_eq!(
            codes(&like.speaks_against),
            "not_named amount_differs account_differs name_differs other_account"
        );
    }
}
