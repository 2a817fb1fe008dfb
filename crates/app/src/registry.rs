//! Every command by name, and whether callers may give it. Adding a use case ends here.
//!
//! What only follows from something else (a timer's, an effect's, the other half of a message, what an import works out)
//! is not for callers: it decides by what was read before it, and nobody outside has read that.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use zaiton_access::Permission;
use zaiton_engine::outbox::{DropParked, RetryEffect, RetryParked, RetryTimer};
use zaiton_engine::{Command, Registry};
use zaiton_prepaid::withdrawal::Role;

use crate::{
    bank, channels, desk, documents, identity, names, notices, onboarding, operations, orders, platform,
    policy, prepaid, reviews, webhooks,
};

/// A command that callers may give.
#[derive(Clone, Copy)]
pub struct Offered {
    /// Its name.
    pub name: &'static str,
    /// What whoever gives it must be permitted. Of a withdrawal's approval it is the one for operations; see [`Offered::needs`].
    pub permission: Permission,
    /// What is given.
    pub request: fn(&mut SchemaGenerator) -> Schema,
    /// What comes back.
    pub reply: fn(&mut SchemaGenerator) -> Schema,
}

/// What approving a withdrawal may need: by for whom it is approved.
const APPROVALS: &[Permission] = &[Permission::WithdrawalOperate, Permission::WithdrawalFinance];

impl Offered {
    /// Rules R5-02, R5-03. What whoever gives it may have to be permitted: one of these, by what the body says.
    #[must_use]
    pub fn permissions(&self) -> &[Permission] {
        match self.name {
            prepaid::withdrawal::ApproveWithdrawal::NAME => APPROVALS,
            _ => std::slice::from_ref(&self.permission),
        }
    }

    /// Rules R5-02, R5-03. What whoever gives it with this body must be permitted: who approves a withdrawal says for whom.
    #[must_use]
    pub fn needs(&self, body: &str) -> Permission {
        match serde_json::from_str::<prepaid::withdrawal::ApproveWithdrawal>(body) {
            Ok(asked) if self.permissions().len() > 1 && asked.role == Role::Finance => {
                Permission::WithdrawalFinance
            }
            Ok(_) | Err(_) => self.permission,
        }
    }
}

fn offer<C: Command<Reply: JsonSchema> + JsonSchema>(permission: Permission) -> Offered {
    let request: fn(&mut SchemaGenerator) -> Schema = |generator| generator.subschema_for::<C>();
    Offered { name: C::NAME, permission, request, reply: |generator| generator.subschema_for::<C::Reply>() }
}

/// Each command stands in exactly one of the lists. The engine's own are in its registry already.
macro_rules! commands {
    (
        offered { $($offered:ty: $may:ident,)* } inner { $($inner:ty,)* } operators { $($operators:ty: $repairs:ident,)* }
    ) => {
        /// All commands of this program, those of the engine not counted.
        #[must_use]
        pub fn registry() -> Registry {
            Registry::default()$(.with::<$offered>())*$(.with::<$inner>())*
        }

        /// The commands that callers may give, those by which an operator tells the engine what to do counted.
        #[must_use]
        pub fn offered() -> Vec<Offered> {
            vec![$(offer::<$offered>(Permission::$may),)* $(offer::<$operators>(Permission::$repairs),)*]
        }
    };
}

commands! {
    offered {
    names::ClaimName: MerchantRegister,
    platform::RecountDay: MoneyRecount,
    operations::CancelOperation: Export,
    policy::commands::ProposePolicy: PolicyChange,
    policy::commands::ConfirmPolicy: PolicyChange,
    policy::commands::DropPolicy: PolicyChange,
    onboarding::RegisterMerchant: MerchantRegister,
    prepaid::account::OpenAccount: AccountManage,
    prepaid::account::SetAlerts: AccountManage,
    desk::OpenTicket: DeskAsk,
    desk::AskDesk: DeskAsk,
    desk::AnswerTicket: DeskAnswer,
    desk::CloseTicket: DeskAsk,
    prepaid::contact::AskContactCode: AccountManage,
    prepaid::contact::ConfirmContact: AccountManage,
    prepaid::top_up::RequestTopUp: TopUpAsk,
    prepaid::top_up::CancelTopUp: TopUpAsk,
    prepaid::charge::ChargeFee: FeeCharge,
    prepaid::holds::ReleaseFee: FeeCharge,
    prepaid::holds::ReduceFee: FeeCharge,
    prepaid::holds::SettleFee: FeeCharge,
    prepaid::holds::RefundFee: FeeCharge,
    prepaid::holds::ProposeWriteOff: WriteOff,
    prepaid::holds::ConfirmWriteOff: WriteOff,
    prepaid::promotion::DraftPromotion: PromotionManage,
    prepaid::promotion::SchedulePromotion: PromotionManage,
    prepaid::promotion::SuspendPromotion: PromotionManage,
    prepaid::promotion::ResumePromotion: PromotionManage,
    prepaid::promotion::EndPromotion: PromotionManage,
    prepaid::account::RestrictAccount: AccountRestrict,
    prepaid::account::ConfirmRestriction: AccountRestrict,
    prepaid::account::LiftRestriction: AccountRestrict,
    prepaid::account::CloseAccount: AccountManage,
    prepaid::account::ConfirmClosing: AccountRestrict,
    prepaid::account::ProposeCard: CardPropose,
    prepaid::account::ConfirmCard: CardConfirm,
    prepaid::withdrawal::RequestWithdrawal: WithdrawalAsk,
    prepaid::withdrawal::ApproveWithdrawal: WithdrawalOperate,
    prepaid::withdrawal::RejectWithdrawal: WithdrawalReject,
    prepaid::withdrawal::CancelWithdrawal: WithdrawalAsk,
    prepaid::withdrawal::SendWithdrawal: WithdrawalSend,
    prepaid::withdrawal::RetryWithdrawal: WithdrawalSend,
    prepaid::withdrawal::ReverseWithdrawal: WithdrawalSend,
    bank::account::OpenBankAccount: BankAccountOpen,
    bank::statement::RecordStatement: BankRecord,
    bank::decision::ProposeDecision: BankDecide,
    bank::decision::ConfirmDecision: BankDecide,
    bank::decision::RefuseDecision: BankDecide,
    bank::payment::WithdrawPayment: PaymentPropose,
    bank::payment::AnswerPayment: BankRecord,
    bank::payment::PayOut: BankDecide,
    bank::payment_file::ProposeFile: PaymentPropose,
    bank::payment_file::ReleaseFile: PaymentRelease,
    bank::payment_file::DropFile: PaymentPropose,
    bank::held::TakeHeldAnyway: BankDecide,
    bank::held::DropHeldStatement: BankDecide,
    channels::Pause: ShopManage,
    channels::Resume: ShopManage,
    channels::Disconnect: ShopManage,
    channels::PullNow: ShopManage,
    channels::Heed: ShopManage,
    channels::unread::DropUnread: ShopManage,
    orders::capture::AcceptOrder: OrderAccept,
    identity::Invite: PeopleManage,
    identity::WithdrawInvitation: PeopleManage,
    identity::ChangeRoles: PeopleManage,
    identity::RemoveMember: PeopleManage,
    identity::RevokeKey: KeyManage,
    notices::SendAgain: NoticeSend,
    notices::SetPreferences: PreferenceManage,
    notices::SaveTemplate: TemplateManage,
    notices::SendTest: TemplateManage,
    webhooks::ChangeEndpoint: WebhookManage,
    webhooks::PauseEndpoint: WebhookManage,
    webhooks::ResumeEndpoint: WebhookManage,
    webhooks::RemoveEndpoint: WebhookManage,
    webhooks::PingEndpoint: WebhookManage,
    webhooks::ReplayMessage: WebhookManage,
    webhooks::ReplaySince: WebhookManage,
    desk::HandOverTicket: DeskAnswer,
    reviews::commands::AskReview: ReviewWork,
    reviews::commands::ClaimReview: ReviewWork,
    reviews::commands::AssignReview: ReviewWork,
    reviews::commands::HandBackReview: ReviewWork,
    reviews::commands::AskParty: ReviewWork,
    reviews::commands::AnswerReview: ReviewAnswer,
    reviews::commands::DecideReview: ReviewWork,
    reviews::commands::ConfirmReview: ReviewWork,
    reviews::commands::RefuseReview: ReviewWork,
    reviews::commands::EscalateReview: ReviewWork,
    reviews::commands::CancelReview: ReviewWork,
    documents::CancelUpload: DocumentUpload,
    documents::ChangeValidity: DocumentJudge,
    documents::RemoveDocument: DocumentRemove,
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
    identity::Guess,
    identity::OpenSession,
    identity::SeeSession,
    identity::CloseSession,
    identity::ForgetSession,
    identity::ChangePassword,
    identity::OfferSecond,
    identity::ConfirmSecond,
    identity::DropSecond,
    identity::AskLink,
    identity::UseLink,
    identity::BlockPerson,
    identity::UnblockPerson,
    identity::JoinOwner,
    identity::LeaveOwner,
    identity::Admit,
    identity::AcceptInvitation,
    identity::MakeKey,
    identity::UseNonce,
    reviews::inner::OpenReview,
    reviews::inner::TickReview,
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
    notices::ReportDelivery,
    notices::RetryDelivery,
    notices::LeaveWaiting,
    webhooks::AddEndpoint,
    webhooks::RotateSecret,
    webhooks::ReportMessage,
    webhooks::RetryMessage,
    }
    operators {
    RetryEffect: SystemRepair,
    RetryTimer: SystemRepair,
    RetryParked: TaskHandle,
    DropParked: TaskHandle,
    }
}

#[cfg(test)]
mod tests {
    use super::{offered, registry};
    use crate::process::MAP;

    /// What callers may give although something else gives it, too, and why.
    const BOTH: &[(&str, &str)] = &[
        ("bank.pay_out", "a statement gives it where a line names a payment, a person where none does"),
        ("desk.answer", "its desk gives it, or what another desk decided that it was handed to"),
        ("prepaid.charge", "an order gives it, or a shop that keeps its orders elsewhere"),
        ("prepaid.reduce", "as above"),
        ("prepaid.release", "as above"),
        ("prepaid.refund", "as above"),
        ("prepaid.settle", "as above"),
        ("webhooks.replay", "a replay since a moment gives it for each message, a person for one"),
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
