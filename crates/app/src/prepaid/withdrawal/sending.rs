//! Giving a withdrawal to the bank account that pays it, again when the bank refused it, or back to the account when nothing
//! left (R1-26, R1-27, R1-29). Decides once more how the account stands; never pays by itself.

use zaiton_bank::payment::Creditor;
use zaiton_bank::{BankAccountId, PaymentId};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Id;
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::withdrawal::{self, Card, Standing, State};
use zaiton_prepaid::{PrepaidAccount, Withdrawal, WithdrawalId};

use super::{WithdrawalReply, as_person, card, change, standing, with_account};
use crate::bank::payment::QueueWithdrawal;
use crate::declare::command;

/// Gives the payment to the bank account that pays.
fn pay_from(unit: &mut Unit<'_>, record: &Withdrawal, account: &PrepaidAccount, bank_account: BankAccountId) {
    let Some(payment) = record.payment else { return };
    unit.send(&QueueWithdrawal {
        environment: unit.environment(),
        bank_account,
        payment: PaymentId::from_raw(payment),
        merchant: MerchantId::from_raw(account.merchant),
        withdrawal: record.id,
        attempt: record.attempt,
        amount: record.amount,
        creditor: Creditor {
            name: record.to.holder.clone(),
            account: record.to.account_no.clone(),
            bank: record.to.bank.clone(),
        },
    });
}

/// Gives a withdrawal to a bank account that pays, with a payment of its own.
fn send(
    unit: &mut Unit<'_>,
    id: WithdrawalId,
    bank_account: BankAccountId,
    command: impl FnOnce(i64, Standing, Card) -> withdrawal::Command,
) -> Result<WithdrawalReply, Stop> {
    with_account(unit, id, |unit, record, account| {
        let (standing, card) = (standing(unit, account, record.id)?, card(account));
        let payment: PaymentId = unit.new_id();
        let command = command(payment.raw(), standing, card);
        if change(unit, record, account, command)? && matches!(record.state, State::Sent { .. }) {
            pay_from(unit, record, account, bank_account);
        }
        Ok(())
    })
}

command! {
    /// Rules R1-26, R1-27. Give the payment to a bank account of ours, which pays it with its next file.
    pub struct SendWithdrawal("prepaid.send_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// The account that pays.
        pub bank_account: BankAccountId,
    }

    fn run(&self, unit) -> WithdrawalReply {
        send(unit, self.withdrawal, self.bank_account, |payment, standing, card| {
            withdrawal::Command::Send { payment, standing, card }
        })
    }
}

command! {
    /// Rule R1-29. Send again what the bank refused for certain.
    pub struct RetryWithdrawal("prepaid.retry_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// The account that pays.
        pub bank_account: BankAccountId,
    }

    fn run(&self, unit) -> WithdrawalReply {
        let actor = unit.actor().name().to_owned();
        send(unit, self.withdrawal, self.bank_account, |payment, standing, card| {
            withdrawal::Command::Retry { actor, payment, standing, card }
        })
    }
}

command! {
    /// Rule R1-29. Give the money back to the account: nothing left the bank.
    pub struct ReverseWithdrawal("prepaid.reverse_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// What proves that nothing left: a reference or the bank's words.
        pub evidence: String,
    }

    fn run(&self, unit) -> WithdrawalReply {
        let evidence = self.evidence.clone();
        as_person(unit, self.withdrawal, |actor| withdrawal::Command::Reverse { actor, evidence })
    }
}
