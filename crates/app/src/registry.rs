//! Every command by name, and whether callers may give it. Adding a use case ends here.
//!
//! What only follows from something else (a timer's, an effect's, the other half of a message, what an import works out)
//! is not for callers: it decides by what was read before it, and nobody outside has read that.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use zaiton_engine::outbox::{DropParked, RetryEffect, RetryParked, RetryTimer};
use zaiton_engine::{Command, Registry};

use crate::{
    bank, channels, desk, documents, identity, names, onboarding, operations, orders, platform, policy,
    prepaid,
};

/// A command that callers may give.
#[derive(Clone, Copy)]
pub struct Offered {
    /// Its name.
    pub name: &'static str,
    /// What is given.
    pub request: fn(&mut SchemaGenerator) -> Schema,
    /// What comes back.
    pub reply: fn(&mut SchemaGenerator) -> Schema,
}

fn offer<C: Command<Reply: JsonSchema> + JsonSchema>() -> Offered {
    let request: fn(&mut SchemaGenerator) -> Schema = |generator| generator.subschema_for::<C>();
    Offered { name: C::NAME, request, reply: |generator| generator.subschema_for::<C::Reply>() }
}

/// Each command stands in exactly one of the lists. The engine's own are in its registry already.
macro_rules! commands {
    (offered { $($offered:ty,)* } inner { $($inner:ty,)* } operators { $($operators:ty,)* }) => {
        /// All commands of this program, those of the engine not counted.
        #[must_use]
        pub fn registry() -> Registry {
            Registry::default()$(.with::<$offered>())*$(.with::<$inner>())*
        }

        /// The commands that callers may give, those by which an operator tells the engine what to do counted.
        #[must_use]
        pub fn offered() -> Vec<Offered> {
            vec![$(offer::<$offered>(),)* $(offer::<$operators>(),)*]
        }
    };
}

commands! {
    offered {
    names::ClaimName,
    platform::RecountDay,
    operations::CancelOperation,
    policy::commands::ProposePolicy,
    policy::commands::ConfirmPolicy,
    policy::commands::DropPolicy,
    onboarding::RegisterMerchant,
    prepaid::account::OpenAccount,
    prepaid::account::SetAlerts,
    desk::OpenTicket,
    desk::AskDesk,
    desk::AnswerTicket,
    desk::CloseTicket,
    documents::CancelUpload,
    documents::ChangeValidity,
    documents::RemoveDocument,
    prepaid::contact::AskContactCode,
    prepaid::contact::ConfirmContact,
    prepaid::top_up::RequestTopUp,
    prepaid::top_up::CancelTopUp,
    prepaid::charge::ChargeFee,
    prepaid::holds::ReleaseFee,
    prepaid::holds::ReduceFee,
    prepaid::holds::SettleFee,
    prepaid::holds::RefundFee,
    prepaid::holds::ProposeWriteOff,
    prepaid::holds::ConfirmWriteOff,
    prepaid::promotion::DraftPromotion,
    prepaid::promotion::SchedulePromotion,
    prepaid::promotion::SuspendPromotion,
    prepaid::promotion::ResumePromotion,
    prepaid::promotion::EndPromotion,
    prepaid::account::RestrictAccount,
    prepaid::account::ConfirmRestriction,
    prepaid::account::LiftRestriction,
    prepaid::account::CloseAccount,
    prepaid::account::ConfirmClosing,
    prepaid::account::ProposeCard,
    prepaid::account::ConfirmCard,
    prepaid::withdrawal::RequestWithdrawal,
    prepaid::withdrawal::ApproveWithdrawal,
    prepaid::withdrawal::RejectWithdrawal,
    prepaid::withdrawal::CancelWithdrawal,
    prepaid::withdrawal::SendWithdrawal,
    prepaid::withdrawal::RetryWithdrawal,
    prepaid::withdrawal::ReverseWithdrawal,
    bank::account::OpenBankAccount,
    bank::statement::RecordStatement,
    bank::decision::ProposeDecision,
    bank::decision::ConfirmDecision,
    bank::decision::RefuseDecision,
    bank::payment::WithdrawPayment,
    bank::payment::AnswerPayment,
    bank::payment::PayOut,
    bank::payment_file::ProposeFile,
    bank::payment_file::ReleaseFile,
    bank::payment_file::DropFile,
    bank::held::TakeHeldAnyway,
    bank::held::DropHeldStatement,
    channels::Pause,
    channels::Resume,
    channels::Disconnect,
    channels::PullNow,
    channels::Heed,
    channels::unread::DropUnread,
    orders::capture::AcceptOrder,
    }
    inner {
    platform::StartDays,
    platform::BeginDay,
    platform::RecordDay,
    operations::AskOperation,
    operations::BeginOperation,
    operations::ReportOperation,
    operations::FinishOperation,
    operations::FailOperation,
    operations::ExpireOperation,
    identity::CreatePerson,
    identity::WrongPassword,
    identity::OpenSession,
    identity::SeeSession,
    identity::CloseSession,
    identity::ChangePassword,
    identity::ForgetSession,
    documents::BeginUpload,
    documents::TakePart,
    documents::FinishUpload,
    documents::RefuseUpload,
    documents::ExpireUpload,
    documents::StoreDocument,
    documents::LookAtDocument,
    documents::ViewDocument,
    prepaid::top_up::CreditTopUp,
    prepaid::top_up::ReviewTopUp,
    prepaid::top_up::ExpireTopUp,
    prepaid::repay::RepayArrears,
    prepaid::holds::EarlyOverdue,
    prepaid::watch::Recheck,
    prepaid::watch::RepeatAlert,
    prepaid::watch::ResumePromotions,
    prepaid::month::CloseMonth,
    prepaid::month::RecordMonth,
    prepaid::promotion::BeginPromotion,
    prepaid::promotion::FinishPromotion,
    prepaid::top_up::ReturnTopUp,
    prepaid::withdrawal::FailWithdrawal,
    prepaid::withdrawal::TimeOutWithdrawal,
    prepaid::withdrawal::PayWithdrawal,
    prepaid::withdrawal::ReturnWithdrawal,
    prepaid::withdrawal::GiveBackWithdrawal,
    bank::line::AllocateLine,
    bank::line::ReviewLine,
    bank::line::UnallocateLine,
    bank::decision::TakeBackDecision,
    bank::decision::TakeOtherHalf,
    bank::payment::QueueWithdrawal,
    bank::held::TakeHeldStatement,
    channels::Connect,
    channels::BeginTurn,
    channels::EndTurn,
    channels::BeginSweep,
    channels::EndSweep,
    channels::OrdersChanged,
    channels::UseNonce,
    channels::CheckConnection,
    channels::unread::KeepUnread,
    channels::unread::CheckUnread,
    channels::unread::UnreadWasRead,
    channels::unread::ForgetUnread,
    orders::RecordOrder,
    orders::RecordPart,
    orders::parts::FollowParts,
    orders::capture::CaptureOrder,
    orders::capture::CheckOrder,
    orders::capture::ForgetPeople,
    orders::known::KnownOrders,
    orders::group::JoinGroup,
    orders::group::GatherOrder,
    orders::group::LookAtGroup,
    orders::group::CheckGroup,
    orders::group::PaymentChanged,
    }
    operators {
    RetryEffect,
    RetryTimer,
    RetryParked,
    DropParked,
    }
}

#[cfg(test)]
mod tests {
    use super::{offered, registry};
    use crate::process::MAP;

    /// What callers may give although something else gives it, too, and why.
    const BOTH: &[(&str, &str)] = &[
        ("bank.pay_out", "a statement gives it where a line names a payment, a person where none does"),
        ("prepaid.charge", "an order gives it, or a shop that keeps its orders elsewhere"),
        ("prepaid.reduce", "as above"),
        ("prepaid.release", "as above"),
        ("prepaid.refund", "as above"),
        ("prepaid.settle", "as above"),
    ];

    #[test]
    fn what_follows_from_something_else_is_not_for_callers() {
        let names: Vec<&str> = offered().iter().map(|offered| offered.name).collect();
        for (_, _, to) in MAP {
            assert!(!names.contains(to) || BOTH.iter().any(|(both, _)| both == to), "{to}");
        }
        assert!(BOTH.iter().all(|(both, _)| names.contains(both)));
    }

    #[test]
    fn the_engines_own_are_offered_only_to_operators() {
        let ours = registry().names();
        let foreign: Vec<&str> =
            offered().iter().map(|offered| offered.name).filter(|name| !ours.contains(name)).collect();
        assert_eq!(
            foreign,
            ["engine.retry_effect", "engine.retry_timer", "engine.retry_parked", "engine.drop_parked"]
        );
    }
}
