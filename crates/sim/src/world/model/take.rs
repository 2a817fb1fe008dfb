//! Which accepted command of the product is whose in the second book-keeping. Decides nothing.

use zaiton_app::bank::account::OpenBankAccount;
use zaiton_app::bank::decision::{
    ConfirmDecision, ProposeDecision, RefuseDecision, TakeBackDecision, TakeOtherHalf,
};
use zaiton_app::bank::held::{DropHeldStatement, TakeHeldAnyway, TakeHeldStatement};
use zaiton_app::bank::line::{AllocateLine, LineReply, ReviewLine, UnallocateLine};
use zaiton_app::bank::payment::{AnswerPayment, QueueWithdrawal, WithdrawPayment};
use zaiton_app::bank::payment_file::{DropFile, ProposeFile, ReleaseFile};
use zaiton_app::bank::statement::{RecordStatement, StatementReply};
use zaiton_app::names::ClaimName;
use zaiton_app::onboarding::RegisterMerchant;
use zaiton_app::orders::capture::{AcceptOrder, CaptureOrder, ForgetPeople};
use zaiton_app::orders::group::{JoinGroup, LookAtGroup, PaymentChanged};
use zaiton_app::orders::parts::FollowParts;
use zaiton_app::platform::{BeginDay, RecordDay, StartDays};
use zaiton_app::policy::commands::{ConfirmPolicy, DropPolicy, ProposePolicy};
use zaiton_app::prepaid::account::{
    CloseAccount, ConfirmCard, ConfirmClosing, ConfirmRestriction, LiftRestriction, OpenAccount, ProposeCard,
    RestrictAccount, SetAlerts,
};
use zaiton_app::prepaid::charge::ChargeFee;
use zaiton_app::prepaid::contact::{AskContactCode, ConfirmContact};
use zaiton_app::prepaid::holds::{
    ConfirmWriteOff, EarlyOverdue, ProposeWriteOff, ReduceFee, RefundFee, ReleaseFee, SettleFee,
};
use zaiton_app::prepaid::month::{CloseMonth, RecordMonth};
use zaiton_app::prepaid::promotion::{
    BeginPromotion, DraftPromotion, EndPromotion, FinishPromotion, ResumePromotion, SchedulePromotion,
    SuspendPromotion,
};
use zaiton_app::prepaid::repay::RepayArrears;
use zaiton_app::prepaid::top_up::{
    CancelTopUp, CreditTopUp, ExpireTopUp, RequestTopUp, ReturnTopUp, ReviewTopUp,
};
use zaiton_app::prepaid::watch::{Recheck, RepeatAlert, ResumePromotions};
use zaiton_app::prepaid::withdrawal::{
    ApproveWithdrawal, CancelWithdrawal, FailWithdrawal, GiveBackWithdrawal, PayWithdrawal, RejectWithdrawal,
    RequestWithdrawal, RetryWithdrawal, ReturnWithdrawal, ReverseWithdrawal, SendWithdrawal,
    TimeOutWithdrawal,
};
use zaiton_engine::Command;
use zaiton_engine::outbox::{Deliver, Delivered, DropParked, FireTimer, RetryParked};
use zaiton_kernel::{Id, Partition};

use super::hold::Change;
use super::promotion::Order;
use super::standing::Step;
use super::statement::Hand;
use super::withdrawal::Step as Withdrawing;
use super::{Beside, Found, Merchant, Model, Turn, count, differs, read};

impl Model {
    pub(super) fn take(
        &mut self,
        partition: Partition,
        name: &str,
        body: &str,
        reply: &str,
        beside: &mut Beside,
        turn: Turn<'_>,
    ) -> Found {
        match name {
            ProposePolicy::NAME => self.policies.propose(&read(name, body)?, &read("a reply", reply)?, turn),
            ConfirmPolicy::NAME => self.policies.confirm(&read(name, body)?, &read("a reply", reply)?, turn),
            DropPolicy::NAME => self.policies.drop(&read(name, body)?, &read("a reply", reply)?, turn),
            ClaimName::NAME => self.claim(partition, &read(name, body)?, &read("a reply", reply)?),
            OpenBankAccount::NAME => self.bank(partition).open(&read(name, body)?),
            RecordStatement::NAME => {
                let reply: StatementReply = read("a reply", reply)?;
                if reply.held.is_some() && !reply.again {
                    count(&mut self.counts, "statements held");
                }
                self.bank(partition).take(&read::<RecordStatement>(name, body)?, &reply, &mut beside.lines)
            }
            TakeHeldStatement::NAME => {
                let command: TakeHeldStatement = read(name, body)?;
                let reply = read("a reply", reply)?;
                self.bank(partition).let_go(command.held, Hand::Nobody, &reply, &mut beside.lines)
            }
            TakeHeldAnyway::NAME => {
                let command: TakeHeldAnyway = read(name, body)?;
                let (reply, hand) = (read("a reply", reply)?, Hand::Take(&command.reason));
                self.bank(partition).let_go(command.held, hand, &reply, &mut beside.lines)
            }
            DropHeldStatement::NAME => {
                let command: DropHeldStatement = read(name, body)?;
                let (reply, hand) = (read("a reply", reply)?, Hand::Drop(&command.reason));
                self.bank(partition).let_go(command.held, hand, &reply, &mut beside.lines)
            }
            Deliver::NAME => {
                let deliver: Deliver = read(name, body)?;
                let first = self.delivered.insert(deliver.effect.raw());
                let inner: Delivered = read("a reply", reply)?;
                differs("a message that is delivered first", inner.reply.is_some(), first)?;
                let Some(reply) = inner.reply else {
                    count(&mut self.counts, "messages delivered again");
                    return Ok(());
                };
                let message = deliver.message;
                count(&mut self.counts, &message.command);
                self.take(partition, &message.command, &message.body, &reply, beside, turn)
                    .map_err(|what| format!("{}: {what}", message.command))
            }
            FireTimer::NAME => self.fire(&read(name, body)?, beside, turn),
            RetryParked::NAME => self.retry(&read(name, body)?, &read("a reply", reply)?, turn),
            DropParked::NAME => self.drop_parked(&read(name, body)?),
            JoinGroup::NAME => self.join(partition, read(name, body)?, turn),
            LookAtGroup::NAME => self.look_at(partition, &read(name, body)?, turn),
            PaymentChanged::NAME => self.tell_order(partition, &read(name, body)?),
            _ if self.take_bank(partition, name, body, reply, turn)? => Ok(()),
            "engine.lease_effect" | "engine.finish_effect" | "engine.retry_effect" => Ok(()),
            // What they write is what the proof compares with the ledger.
            RecordMonth::NAME | CloseMonth::NAME => Ok(()),
            StartDays::NAME | BeginDay::NAME | RecordDay::NAME => Ok(()),
            _ => {
                let merchant = self.merchants.entry(partition).or_default();
                let known = merchant.take_account(name, body, reply, beside, turn)?
                    || merchant.take_withdrawal(name, body, reply, turn)?
                    || merchant.take_fee(name, body, reply, turn)?
                    || merchant.take_promotion(name, body, reply, turn)?;
                for letter in std::mem::take(&mut merchant.letters) {
                    self.is_sent(&letter);
                }
                if known { Ok(()) } else { Err(format!("{name} is unknown to the model")) }
            }
        }
    }

    /// Lines, payments and files; false of a command that is not of this kind.
    fn take_bank(
        &mut self,
        partition: Partition,
        name: &str,
        body: &str,
        reply: &str,
        turn: Turn<'_>,
    ) -> Found<bool> {
        macro_rules! bank {
            () => {
                self.bank(partition)
            };
        }
        match name {
            AllocateLine::NAME => bank!().allocate(&read(name, body)?, turn)?,
            ReviewLine::NAME => bank!().review(&read(name, body)?)?,
            UnallocateLine::NAME => bank!().unallocate(&read(name, body)?)?,
            ProposeDecision::NAME => {
                let reply = read("a reply", reply)?;
                bank!().propose(&read(name, body)?, &reply, partition.owner(), turn)?;
            }
            ConfirmDecision::NAME => {
                let reply: LineReply = read("a reply", reply)?;
                count(&mut self.counts, &format!("lines {}", reply.state));
                bank!().confirm(&read(name, body)?, &reply, turn)?;
            }
            RefuseDecision::NAME => bank!().refuse(&read(name, body)?, turn)?,
            TakeBackDecision::NAME => bank!().take_back(&read(name, body)?)?,
            TakeOtherHalf::NAME => bank!().take_half(&read(name, body)?)?,
            QueueWithdrawal::NAME => bank!().queue_withdrawal(&read(name, body)?)?,
            WithdrawPayment::NAME => {
                bank!().take_payment_back(&read(name, body)?, &read("a reply", reply)?)?
            }
            AnswerPayment::NAME => bank!().answer(&read(name, body)?, &read("a reply", reply)?)?,
            ProposeFile::NAME => bank!().propose_file(&read(name, body)?, &read("a reply", reply)?, turn)?,
            ReleaseFile::NAME => bank!().release_file(&read(name, body)?, turn)?,
            DropFile::NAME => bank!().drop_file(&read(name, body)?)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A timer fires its command once; what it could not do then stays undone.
    fn fire(&mut self, fire: &FireTimer, beside: &mut Beside, turn: Turn<'_>) -> Found {
        let Some((name, body)) = self.timers.remove(&fire.timer.raw()) else { return Ok(()) };
        count(&mut self.counts, "timers fired");
        count(&mut self.counts, &name);
        let merchant = self.merchants.entry(fire.partition).or_default();
        let known = merchant.take_timer(&name, &body, turn)?;
        if known { Ok(()) } else { self.take(fire.partition, &name, &body, "null", beside, turn) }
    }
}

/// False of a command that is not of its kind.
impl Merchant {
    fn take_account(
        &mut self,
        name: &str,
        body: &str,
        reply: &str,
        beside: &Beside,
        turn: Turn<'_>,
    ) -> Found<bool> {
        macro_rules! step {
            ($type:ty, $step:expr) => {
                self.stand(&read::<$type>(name, body)?.programme, $step, &read("a reply", reply)?, turn)?
            };
        }
        match name {
            RegisterMerchant::NAME => self.register(&read(name, body)?, &read("a reply", reply)?)?,
            OpenAccount::NAME => self.open(&read(name, body)?, &read("a reply", reply)?)?,
            SetAlerts::NAME => self.set_alerts(&read(name, body)?, turn)?,
            AskContactCode::NAME => self.ask_code(&read(name, body)?, &read("a reply", reply)?, turn)?,
            ConfirmContact::NAME => self.confirm(&read(name, body)?, turn)?,
            RequestTopUp::NAME => self.request(&read(name, body)?, &read("a reply", reply)?, turn)?,
            CreditTopUp::NAME => {
                self.credit(&read(name, body)?, &read("a reply", reply)?, &beside.activated, turn)?;
            }
            ReviewTopUp::NAME => self.review(&read(name, body)?)?,
            ReturnTopUp::NAME => self.return_top_up(&read(name, body)?)?,
            ProposeCard::NAME => self.ask_card(&read(name, body)?, turn)?,
            ConfirmCard::NAME => self.bind_card(&read::<ConfirmCard>(name, body)?.programme, turn)?,
            CancelTopUp::NAME => self.cancel(read::<CancelTopUp>(name, body)?.top_up)?,
            ExpireTopUp::NAME => self.expire(read::<ExpireTopUp>(name, body)?.top_up, turn)?,
            RestrictAccount::NAME => self.restrict(&read(name, body)?, turn)?,
            ConfirmRestriction::NAME => step!(ConfirmRestriction, Step::Confirm),
            LiftRestriction::NAME => step!(LiftRestriction, Step::Lift),
            CloseAccount::NAME => step!(CloseAccount, Step::Close),
            ConfirmClosing::NAME => step!(ConfirmClosing, Step::ConfirmClosing),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn take_withdrawal(&mut self, name: &str, body: &str, reply: &str, turn: Turn<'_>) -> Found<bool> {
        macro_rules! step {
            ($type:ty, $step:expr) => {{
                let command: $type = read(name, body)?;
                let step: fn(&$type) -> Withdrawing<'_> = $step;
                let reply = read("a reply", reply)?;
                self.withdraw(command.withdrawal, &step(&command), Some(&reply), turn)?
            }};
        }
        match name {
            RequestWithdrawal::NAME => {
                self.ask_withdrawal(&read(name, body)?, &read("a reply", reply)?, turn)?;
            }
            ApproveWithdrawal::NAME => step!(ApproveWithdrawal, |c| Withdrawing::Approve(c.role)),
            RejectWithdrawal::NAME => step!(RejectWithdrawal, |c| Withdrawing::Reject(&c.reason)),
            CancelWithdrawal::NAME => step!(CancelWithdrawal, |_| Withdrawing::Cancel),
            SendWithdrawal::NAME => step!(SendWithdrawal, |_| Withdrawing::Send),
            RetryWithdrawal::NAME => step!(RetryWithdrawal, |_| Withdrawing::Retry),
            ReverseWithdrawal::NAME => step!(ReverseWithdrawal, |c| Withdrawing::Reverse(&c.evidence)),
            FailWithdrawal::NAME => {
                step!(FailWithdrawal, |c| Withdrawing::Fail { payment: c.payment, code: &c.code });
            }
            PayWithdrawal::NAME => step!(PayWithdrawal, |c| Withdrawing::Pay { payment: c.payment }),
            ReturnWithdrawal::NAME => step!(ReturnWithdrawal, |c| Withdrawing::Return { line: c.line.raw() }),
            GiveBackWithdrawal::NAME => self.give_back(&read(name, body)?, turn)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn take_fee(&mut self, name: &str, body: &str, reply: &str, turn: Turn<'_>) -> Found<bool> {
        macro_rules! change {
            ($type:ty, $change:expr) => {{
                let command: $type = read(name, body)?;
                let change: fn(&$type) -> Change = $change;
                self.change(&command.hold, change(&command), Some(&read("a reply", reply)?), turn)?
            }};
        }
        match name {
            ChargeFee::NAME => self.charge(&read(name, body)?, Some(&read("a reply", reply)?), turn)?,
            SettleFee::NAME => change!(SettleFee, |_| Change::Settle),
            ReleaseFee::NAME => change!(ReleaseFee, |c| Change::Release(c.amount.minor())),
            ReduceFee::NAME => change!(ReduceFee, |c| Change::Reduce(c.remaining_fee.minor())),
            RefundFee::NAME => change!(RefundFee, |c| Change::Refund(c.amount.minor())),
            CaptureOrder::NAME => self.capture(&read(name, body)?, &read("a reply", reply)?, turn)?,
            AcceptOrder::NAME => self.accept(&read(name, body)?, &read("a reply", reply)?, turn)?,
            FollowParts::NAME => self.follow_parts(&read(name, body)?, turn)?,
            ProposeWriteOff::NAME => {
                let command: ProposeWriteOff = read(name, body)?;
                self.write_off(command.hold, Some(&command.evidence), turn)?;
            }
            ConfirmWriteOff::NAME => {
                self.write_off(read::<ConfirmWriteOff>(name, body)?.hold, None, turn)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn take_promotion(&mut self, name: &str, body: &str, reply: &str, turn: Turn<'_>) -> Found<bool> {
        macro_rules! order {
            ($type:ty, $order:expr) => {{
                let command: $type = read(name, body)?;
                let order: fn(&$type) -> Order = $order;
                let reply = read("a reply", reply)?;
                self.promote(command.promotion, order(&command), Some(&reply), turn)?
            }};
        }
        match name {
            DraftPromotion::NAME => self.draft(&read(name, body)?, &read("a reply", reply)?, turn)?,
            SchedulePromotion::NAME => order!(SchedulePromotion, |_| Order::Schedule),
            SuspendPromotion::NAME => order!(SuspendPromotion, |c| Order::Suspend(c.by.into())),
            ResumePromotion::NAME => order!(ResumePromotion, |c| Order::Resume(c.by.into())),
            EndPromotion::NAME => order!(EndPromotion, |c| Order::End(c.by.into())),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What only the time does.
    fn take_timer(&mut self, name: &str, body: &str, turn: Turn<'_>) -> Found<bool> {
        match name {
            ForgetPeople::NAME => self.forget_people(&read(name, body)?, turn)?,
            RepayArrears::NAME => self.repay(read::<RepayArrears>(name, body)?.account, turn)?,
            TimeOutWithdrawal::NAME => {
                let command: TimeOutWithdrawal = read(name, body)?;
                let step = Withdrawing::TimeOut { payment: command.payment };
                self.withdraw(command.withdrawal, &step, None, turn)?;
            }
            EarlyOverdue::NAME => self.overdue(read::<EarlyOverdue>(name, body)?.hold)?,
            Recheck::NAME => {
                let command: Recheck = read(name, body)?;
                self.account_by_id(command.account)?.recheck(command.due, turn);
            }
            RepeatAlert::NAME => {
                let command: RepeatAlert = read(name, body)?;
                self.account_by_id(command.account)?.repeat_alert(command.due, turn);
            }
            ResumePromotions::NAME => {
                let command: ResumePromotions = read(name, body)?;
                self.account_by_id(command.account)?.resume(command.closed_at, turn);
            }
            BeginPromotion::NAME => {
                self.promote(read::<BeginPromotion>(name, body)?.promotion, Order::Begin, None, turn)?;
            }
            FinishPromotion::NAME => {
                self.promote(read::<FinishPromotion>(name, body)?.promotion, Order::Finish, None, turn)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
