//! Withdrawals (machine M8): asked for, approved, sent to the bank account that pays, answered, given back. Guards stand at
//! the request, at approval and at sending; nothing is credited again without a person (R1-26 to R1-29).

use serde::{Deserialize, Serialize};
use zaiton_bank::payment::Creditor;
use zaiton_bank::{BankAccountId, LineId, PaymentId};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Money, Text};
use zaiton_notices::Topic;
use zaiton_onboarding::MerchantId;
use zaiton_prepaid::withdrawal::{self, Ask, Card, Event, Payee, Role, Standing, State};
use zaiton_prepaid::{PrepaidAccount, Withdrawal, WithdrawalId, account};

use super::repay::repay_arrears;
use super::watch::{figures, watch};
use super::{find_account, no_account, programme_id};
use crate::bank::decision::TakeBackDecision;
use crate::bank::payment::QueueWithdrawal;
use crate::declare::command;
use crate::notices::tell;
use crate::policy;

/// A withdrawal as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalReply {
    /// Its id.
    pub withdrawal: WithdrawalId,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: State,
    /// Whose approval is missing next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_approval: Option<Role>,
}

impl WithdrawalReply {
    fn of(withdrawal: &Withdrawal) -> Self {
        let requested = withdrawal.state == State::Requested;
        Self {
            withdrawal: withdrawal.id,
            amount: withdrawal.amount,
            state: withdrawal.state.clone(),
            next_approval: withdrawal.next_role().filter(|_| requested),
        }
    }
}

fn standing(unit: &mut Unit<'_>, account: &PrepaidAccount, but: WithdrawalId) -> Result<Standing, Stop> {
    let figures = figures(unit, account)?;
    Ok(Standing {
        state: account.state,
        restricted: account.is_restricted(),
        owed_minor: figures.owed.minor(),
        available_minor: figures.available.minor(),
        open_withdrawals: account.open_withdrawals.iter().filter(|open| **open != but).count(),
    })
}

fn card(account: &PrepaidAccount) -> Card {
    let (payee, in_force) = match &account.wire_account {
        Some(card) => (Payee::from(card), card.in_force),
        None => (Payee::default(), false),
    };
    Card { payee, in_force, changed_at: account.card_changed_at }
}

fn ask_account(
    unit: &mut Unit<'_>,
    account: &mut Doc<PrepaidAccount>,
    command: account::Command,
) -> Result<(), Stop> {
    let decision = account::decide(account, command, &policy::prepaid(unit), unit.now())?;
    for event in &decision.events {
        account.apply(event);
        if !matches!(
            event,
            account::Event::WithdrawalListed { .. } | account::Event::WithdrawalUnlisted { .. }
        ) {
            unit.emit(account.id, event);
        }
    }
    Ok(())
}

/// Decides about a withdrawal, books, applies, and does what follows on the account; gives whether anything changed.
fn change(
    unit: &mut Unit<'_>,
    record: &mut Withdrawal,
    account: &mut Doc<PrepaidAccount>,
    command: withdrawal::Command,
) -> Result<bool, Stop> {
    let decision = withdrawal::decide(record, command, &policy::prepaid(unit), unit.now())?;
    for event in &decision.events {
        unit.post(withdrawal::postings(record, event))?;
        record.apply(event);
        unit.emit(record.id, event);
        follow(unit, record, account, event)?;
    }
    if decision.events.iter().any(|event| matches!(event, Event::Requested { .. })) {
        // Rule R1-28: available fell at the click.
        watch(unit, account, false)?;
    }
    Ok(!decision.is_already())
}

fn follow(
    unit: &mut Unit<'_>,
    record: &Withdrawal,
    account: &mut Doc<PrepaidAccount>,
    event: &Event,
) -> Result<(), Stop> {
    let (id, environment) = (record.id, unit.environment());
    let merchant = MerchantId::from_raw(account.merchant);
    let listed = account.open_withdrawals.contains(&id);
    if record.is_open() && !listed {
        ask_account(unit, account, account::Command::ListWithdrawal { withdrawal: id })?;
    } else if !record.is_open() && listed {
        ask_account(unit, account, account::Command::UnlistWithdrawal { withdrawal: id })?;
    }
    let amount: &[(&str, &dyn std::fmt::Display)] = &[("amount", &record.amount)];
    match event {
        Event::Sent { answer_by, payment, .. } => {
            let overdue = TimeOutWithdrawal { environment, merchant, withdrawal: id, payment: *payment };
            unit.timer(*answer_by, &overdue);
        }
        Event::Rejected { .. } => {
            tell(unit, account, Topic::WithdrawalRejected, id, amount);
            credited(unit, account)?;
        }
        Event::Cancelled { .. } | Event::Reversed { .. } | Event::GivenBack { .. } => {
            credited(unit, account)?;
        }
        Event::Paid { .. } => {
            ask_account(unit, account, account::Command::UseCard { to: record.to.clone() })?;
            tell(unit, account, Topic::WithdrawalPaid, id, amount);
        }
        Event::Returned { .. } => {
            ask_account(unit, account, account::Command::ReturnCard { to: record.to.clone() })?;
            tell(unit, account, Topic::WithdrawalReturned, id, amount);
        }
        Event::Requested { .. }
        | Event::ApprovalGiven { .. }
        | Event::Approved { .. }
        | Event::CardChanged { .. }
        | Event::Failed { .. }
        | Event::TimedOut { .. } => {}
    }
    Ok(())
}

/// Money is available again: arrears first (P10d), then the lines.
fn credited(unit: &mut Unit<'_>, account: &mut Doc<PrepaidAccount>) -> Result<(), Stop> {
    repay_arrears(unit, account)?;
    watch(unit, account, true)
}

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

command! {
    /// Rules R1-26 to R1-28. Ask for money back, to the bound bank card.
    pub struct RequestWithdrawal("prepaid.request_withdrawal") of merchant {
        /// The programme's code.
        pub programme: String,
        /// How much.
        pub amount: Money,
    }

    fn run(&self, unit) -> WithdrawalReply { self.request(unit) }
}

impl RequestWithdrawal {
    fn request(&self, unit: &mut Unit<'_>) -> Result<WithdrawalReply, Stop> {
        let mut account = find_account(unit, programme_id(&self.programme))?.ok_or_else(no_account)?;
        let id: WithdrawalId = unit.new_id();
        let mut record = Withdrawal::unrequested(id, account.id, account.programme, account.currency);
        let ask = Ask {
            amount: self.amount,
            card: card(&account),
            standing: standing(unit, &account, id)?,
            first_use: !account.card_used,
            maker: unit.actor().name().to_owned(),
        };
        change(unit, &mut record, &mut account, withdrawal::Command::Request { ask })?;
        let reply = WithdrawalReply::of(&record);
        unit.insert(record);
        unit.save(account);
        Ok(reply)
    }
}

/// Loads a withdrawal and its account, lets something be done about them, saves both.
fn with_account(
    unit: &mut Unit<'_>,
    id: WithdrawalId,
    act: impl FnOnce(&mut Unit<'_>, &mut Doc<Withdrawal>, &mut Doc<PrepaidAccount>) -> Result<(), Stop>,
) -> Result<WithdrawalReply, Stop> {
    let mut record = unit.load::<Withdrawal>(id)?;
    let mut account = unit.load::<PrepaidAccount>(record.account)?;
    act(unit, &mut record, &mut account)?;
    let reply = WithdrawalReply::of(&record);
    unit.save(record);
    unit.save(account);
    Ok(reply)
}

/// What a person decides about a withdrawal, whatever else stands on its account.
fn as_person(
    unit: &mut Unit<'_>,
    id: WithdrawalId,
    command: impl FnOnce(String) -> withdrawal::Command,
) -> Result<WithdrawalReply, Stop> {
    let command = command(unit.actor().name().to_owned());
    with_account(unit, id, |unit, record, account| change(unit, record, account, command).map(drop))
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
    /// Rule R1-27. A checker agrees.
    pub struct ApproveWithdrawal("prepaid.approve_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// For whom: operations first, then finance where it is needed.
        pub role: Role,
    }

    fn run(&self, unit) -> WithdrawalReply {
        with_account(unit, self.withdrawal, |unit, record, account| {
            let standing = standing(unit, account, record.id)?;
            let actor = unit.actor().name().to_owned();
            let approve = withdrawal::Command::Approve { actor, role: self.role, standing };
            change(unit, record, account, approve).map(drop)
        })
    }
}

command! {
    /// Rule R1-27. The operator does not agree: the amount is available again.
    pub struct RejectWithdrawal("prepaid.reject_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
        /// Why, as a code.
        pub reason: String,
    }

    fn run(&self, unit) -> WithdrawalReply {
        let reason = self.reason.clone();
        as_person(unit, self.withdrawal, |actor| withdrawal::Command::Reject { actor, reason })
    }
}

command! {
    /// Rule R1-26. The merchant takes it back, also to repay what it owes.
    pub struct CancelWithdrawal("prepaid.cancel_withdrawal") of merchant {
        /// The withdrawal.
        pub withdrawal: WithdrawalId,
    }

    fn run(&self, unit) -> WithdrawalReply {
        as_person(unit, self.withdrawal, |actor| withdrawal::Command::Cancel { actor })
    }
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
