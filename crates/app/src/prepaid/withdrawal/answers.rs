//! What the bank's side says of a withdrawal that was sent: refused, silent, paid, come back, given back (R1-29, P11b, P11d).
//! Facts of the bank are never refused: what does not fit goes to a person.

use zaiton_bank::{BankAccountId, LineId};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Id, Money, Text};
use zaiton_prepaid::withdrawal::{self, State};
use zaiton_prepaid::{PrepaidAccount, Withdrawal, WithdrawalId};

use super::{WithdrawalReply, change, with_account};
use crate::bank::decision::TakeBackDecision;
use crate::declare::command;
use crate::policy;

command! {
    /// Rule R1-29. The bank refused the payment for certain: a person decides.
    pub struct FailWithdrawal("prepaid.fail_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// Raw id of the payment.
        pub payment: i64,
        /// The bank's code.
        pub code: String,
        /// The bank's words.
        pub text: String,
    }

    fn run(&self, unit) -> WithdrawalReply {
        with_account(unit, self.withdrawal, |unit, record, account| {
            // The bank's account takes no refusal after a debit: this one is older, and was overtaken on its way (K-65).
            let paid = matches!(record.state, State::Paid { .. } | State::Returned { .. } | State::GivenBack { .. });
            if paid && record.payment == Some(self.payment) {
                return Ok(());
            }
            let (payment, code, text) = (self.payment, self.code.clone(), self.text.clone());
            change(unit, record, account, withdrawal::Command::Fail { payment, code, text }).map(drop)
        })
    }
}

command! {
    /// Machine M8. The bank did not answer in time: a person decides; the same payment may still be paid.
    pub struct TimeOutWithdrawal("prepaid.time_out_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// Raw id of the payment whose answer is missing.
        pub payment: i64,
    }

    fn run(&self, unit) -> WithdrawalReply {
        with_account(unit, self.withdrawal, |unit, record, account| {
            // Answered, or sent again as another payment: this time means nothing any more.
            let waits = matches!(record.state, State::Sent { .. }) && record.payment == Some(self.payment);
            if !waits {
                return Ok(());
            }
            change(unit, record, account, withdrawal::Command::TimeOut).map(drop)
        })
    }
}

command! {
    /// P11b, the merchant's half. The bank's debit line was matched to the payment.
    pub struct PayWithdrawal("prepaid.pay_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// Raw id of the payment.
        pub payment: i64,
    }

    fn run(&self, unit) -> WithdrawalReply {
        with_account(unit, self.withdrawal, |unit, record, account| {
            let command = withdrawal::Command::Pay { payment: self.payment };
            // The bank's half is booked: what cannot be taken here any more is owed by the merchant (K-65), never refused.
            if withdrawal::decide(record, command.clone(), &policy::prepaid(unit), unit.now()).is_ok() {
                return change(unit, record, account, command).map(drop);
            }
            unit.post([withdrawal::paid_after_all(record)])?;
            unit.emit(record.id, &serde_json::json!({ "type": "paid_after_all", "amount": record.amount }));
            Ok(())
        })
    }
}

command! {
    /// Machine M8. The money came back after it was paid: it lies on 2190, the card must be verified anew.
    pub struct ReturnWithdrawal("prepaid.return_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// The bank line that it came back with.
        pub line: LineId,
    }

    fn run(&self, unit) -> WithdrawalReply {
        with_account(unit, self.withdrawal, |unit, record, account| {
            // When the news of its payment is still on its way, people find out by the line itself.
            if !matches!(record.state, State::Paid { .. }) {
                return Ok(());
            }
            change(unit, record, account, withdrawal::Command::Return { line: self.line.raw() }).map(drop)
        })
    }
}

command! {
    /// P11d, the merchant's half: two people give a returned withdrawal back to the account. Never refused: what does
    /// not fit goes back to the line.
    pub struct GiveBackWithdrawal("prepaid.give_back_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// What came back.
        pub amount: Money,
        /// The bank line that it came back with.
        pub line: LineId,
        /// The line's bank account.
        pub bank_account: BankAccountId,
        /// Who proposed it.
        pub maker: String,
        /// Who agreed.
        pub checker: String,
    }

    fn run(&self, unit) -> () { self.give_back(unit) }
}

impl GiveBackWithdrawal {
    fn give_back(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let Some(mut record) = unit.find::<Withdrawal>(self.withdrawal)? else {
            self.take_back(unit, Text::new("没有这笔提现。", "There is no such withdrawal."));
            return Ok(());
        };
        if record.amount != self.amount {
            let why = Text::new("退回金额与提现金额不一致。", "What came back is not what was withdrawn.");
            self.take_back(unit, why);
            return Ok(());
        }
        let mut account = unit.load::<PrepaidAccount>(record.account)?;
        let (maker, checker) = (self.maker.clone(), self.checker.clone());
        let steps = [
            withdrawal::Command::Return { line: self.line.raw() },
            withdrawal::Command::GiveBack { maker, checker },
        ];
        // Both are judged before either is done: a refusal here changes nothing.
        let mut judged = (*record).clone();
        for step in &steps {
            match withdrawal::decide(&judged, step.clone(), &policy::prepaid(unit), unit.now()) {
                Ok(decision) => decision.events.iter().for_each(|event| judged.apply(event)),
                Err(refusal) => {
                    let refusal: zaiton_kernel::Refusal = refusal.into();
                    self.take_back(unit, refusal.why);
                    return Ok(());
                }
            }
        }
        for step in steps {
            change(unit, &mut record, &mut account, step)?;
        }
        unit.save(record);
        unit.save(account);
        Ok(())
    }

    fn take_back(&self, unit: &mut Unit<'_>, reason: Text) {
        unit.send(&TakeBackDecision {
            environment: self.environment,
            bank_account: self.bank_account,
            line: self.line,
            decision: zaiton_bank::line::LineDecision::WithdrawalReturned {
                withdrawal: self.withdrawal.raw(),
                merchant: self.merchant.raw(),
            },
            reason,
        });
    }
}
