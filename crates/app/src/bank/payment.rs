//! Payments out of a bank account: queued, taken back, answered by the bank, paid by its debit line (M8, P5r, P11b).

use serde::{Deserialize, Serialize};
use zaiton_bank::payment::{self, Creditor, Follow, PayingLine, Payment, PaymentDraft, Purpose};
use zaiton_bank::{BankAccount, BankAccountId, Line, LineId, PaymentId, bank_account, line};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Money, Text};
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::WithdrawalId;

use super::decision::{ask_account, change as change_line};
use crate::declare::command;
use crate::prepaid::withdrawal::{FailWithdrawal, PayWithdrawal};

/// A payment as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PaymentReply {
    /// Its id: the reference that the bank carries.
    pub payment: PaymentId,
    /// Where it stands.
    pub state: payment::State,
}

impl PaymentReply {
    fn of(payment: &Payment) -> Self {
        Self { payment: payment.id, state: payment.state.clone() }
    }
}

/// Lets a new payment wait for a file.
///
/// # Errors
/// The account's or the payment's refusal.
pub(crate) fn queue(
    unit: &mut Unit<'_>,
    bank_account: BankAccountId,
    id: PaymentId,
    draft: PaymentDraft,
) -> Result<(), Stop> {
    let mut account = unit.load::<BankAccount>(bank_account)?;
    let mut record = Payment::new(id, &account, draft);
    let decision = payment::decide(&record, payment::Command::Queue)?;
    ask_account(unit, &mut account, bank_account::Command::QueuePayment { payment: id })?;
    for event in &decision.events {
        record.apply(event);
        unit.emit(id, event);
    }
    unit.save(account);
    unit.insert(record);
    Ok(())
}

/// Decides about a payment, books, applies, and does what follows.
///
/// # Errors
/// The payment's refusal, or the ledger's.
pub(crate) fn change(
    unit: &mut Unit<'_>,
    record: &mut Doc<Payment>,
    command: payment::Command,
) -> Result<(), Stop> {
    let decision = payment::decide(record, command)?;
    for event in &decision.events {
        unit.post(payment::postings(record, event))?;
        if let Some(command) = payment::account_command(record, event) {
            let mut account = unit.load::<BankAccount>(record.account)?;
            ask_account(unit, &mut account, command)?;
            unit.save(account);
        }
        let followed = payment::follow(record, event);
        record.apply(event);
        // The bank's words may name people: they stay in the record.
        unit.emit(record.id, &serde_json::json!({ "type": record.state.to_string() }));
        if let Some(followed) = followed {
            follow(unit, record, followed)?;
        }
    }
    Ok(())
}

fn follow(unit: &mut Unit<'_>, payment: &Payment, followed: Follow) -> Result<(), Stop> {
    let environment = unit.environment();
    match followed {
        Follow::WithdrawalPaid { withdrawal, merchant } => {
            unit.send(&PayWithdrawal {
                environment,
                merchant: MerchantId::from_raw(merchant),
                withdrawal: WithdrawalId::from_raw(withdrawal),
                payment: payment.id.raw(),
            });
        }
        Follow::WithdrawalFailed { withdrawal, merchant, code } => {
            let text = match &payment.state {
                payment::State::Failed { text, .. } => text.clone(),
                _ => String::new(),
            };
            unit.send(&FailWithdrawal {
                environment,
                merchant: MerchantId::from_raw(merchant),
                withdrawal: WithdrawalId::from_raw(withdrawal),
                payment: payment.id.raw(),
                code,
                text,
            });
        }
        Follow::ReturnPaid { line } => {
            change_line(unit, line, line::Command::PaidBack { payment: payment.id })?;
        }
        Follow::ReturnFailed { line, reason } => {
            change_line(unit, line, line::Command::ReturnFailed { payment: payment.id, reason })?;
        }
    }
    Ok(())
}

command! {
    /// Rule M8. A withdrawal that was approved and sent: it waits for a file. Never refused: what cannot wait goes
    /// back to a person on the merchant's side.
    pub struct QueueWithdrawal("bank.queue_withdrawal") of bank_account {
        /// The payment's id.
        pub payment: PaymentId,
        /// The merchant.
        pub merchant: MerchantId,
        /// Its withdrawal.
        pub withdrawal: WithdrawalId,
        /// Which try, from 1.
        pub attempt: u16,
        /// How much.
        pub amount: Money,
        /// Who gets it.
        pub creditor: Creditor,
    }

    fn run(&self, unit) -> () { self.queue(unit) }
}

impl QueueWithdrawal {
    fn queue(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let refuse = |unit: &mut Unit<'_>, code: &str| {
            unit.send(&FailWithdrawal {
                environment: self.environment,
                merchant: self.merchant,
                withdrawal: self.withdrawal,
                payment: self.payment.raw(),
                code: code.to_owned(),
                text: String::new(),
            });
            Ok(())
        };
        let Some(mut account) = unit.find::<BankAccount>(self.bank_account)? else {
            return refuse(unit, "NO_BANK_ACCOUNT");
        };
        let draft = PaymentDraft {
            purpose: Purpose::Withdrawal { withdrawal: self.withdrawal.raw(), merchant: self.merchant.raw() },
            attempt: self.attempt,
            amount: self.amount,
            creditor: self.creditor.clone(),
            remark: self.withdrawal.to_string(),
        };
        let mut record = Payment::new(self.payment, &account, draft);
        let policy = zaiton_bank::BankPolicy::default();
        let waits = bank_account::Command::QueuePayment { payment: self.payment };
        let place = bank_account::decide(&account, waits, &policy, unit.now());
        match (payment::decide(&record, payment::Command::Queue), place) {
            (Ok(queued), Ok(place)) => {
                place.events.iter().for_each(|event| account.apply(event));
                for event in &queued.events {
                    record.apply(event);
                    unit.emit(self.payment, event);
                }
                unit.save(account);
                unit.insert(record);
            }
            (Err(_), _) => refuse(unit, "PAYMENT_REFUSED")?,
            (_, Err(_)) => refuse(unit, "QUEUE_FULL")?,
        }
        Ok(())
    }
}

command! {
    /// Rule M8. Take a payment back that waits for a file: a withdrawal goes to a person, a return to its line.
    pub struct WithdrawPayment("bank.withdraw_payment") of bank_account {
        /// The payment.
        pub payment: PaymentId,
        /// Why, in both languages.
        pub reason: Text,
    }

    fn run(&self, unit) -> PaymentReply { self.withdraw(unit) }
}

impl WithdrawPayment {
    fn withdraw(&self, unit: &mut Unit<'_>) -> Result<PaymentReply, Stop> {
        let mut record = unit.load::<Payment>(self.payment)?;
        let waited = matches!(record.state, payment::State::Queued);
        change(unit, &mut record, payment::Command::Withdraw { reason: self.reason.clone() })?;
        if let (true, Purpose::Withdrawal { withdrawal, merchant }) = (waited, record.purpose) {
            unit.send(&FailWithdrawal {
                environment: self.environment,
                merchant: MerchantId::from_raw(merchant),
                withdrawal: WithdrawalId::from_raw(withdrawal),
                payment: self.payment.raw(),
                code: "TAKEN_BACK".to_owned(),
                text: String::new(),
            });
        }
        let reply = PaymentReply::of(&record);
        unit.save(record);
        Ok(reply)
    }
}

/// What the bank says of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "PaymentWord")]
pub enum Word {
    /// It took it in, or settled it. Nothing is booked: the statement says it again.
    Accepted {
        /// It is settled.
        settled: bool,
    },
    /// It will not pay it.
    Rejected {
        /// Its code.
        code: String,
        /// Its words.
        #[serde(default)]
        text: String,
    },
}

command! {
    /// Rule M8. What the bank says of a payment of ours, by pain.002 or camt.054.
    pub struct AnswerPayment("bank.answer_payment") of bank_account {
        /// The payment.
        pub payment: PaymentId,
        /// What it says.
        pub word: Word,
    }

    fn run(&self, unit) -> PaymentReply { self.answer(unit) }
}

impl AnswerPayment {
    fn answer(&self, unit: &mut Unit<'_>) -> Result<PaymentReply, Stop> {
        let mut record = unit.load::<Payment>(self.payment)?;
        let command = match &self.word {
            Word::Accepted { settled } => payment::Command::Announce { settled: *settled },
            Word::Rejected { code, text } => {
                payment::Command::Fail { code: code.clone(), text: text.clone() }
            }
        };
        change(unit, &mut record, command)?;
        if let Some(file) = record.file() {
            super::payment_file::answered(unit, file)?;
        }
        let reply = PaymentReply::of(&record);
        unit.save(record);
        Ok(reply)
    }
}

command! {
    /// Rule M8, postings P5r, P11b. The bank's debit line is a payment of ours: both say so, and it is booked.
    pub struct PayOut("bank.pay_out") of bank_account {
        /// The debit line.
        pub line: LineId,
        /// The payment.
        pub payment: PaymentId,
    }

    fn run(&self, unit) -> PaymentReply {
        let mut record = unit.load::<Payment>(self.payment)?;
        let paying = PayingLine::of(&*unit.load::<Line>(self.line)?);
        change_line(unit, self.line, line::Command::PayOut { payment: self.payment })?;
        change(unit, &mut record, payment::Command::Pay { line: paying })?;
        let reply = PaymentReply::of(&record);
        unit.save(record);
        Ok(reply)
    }
}
