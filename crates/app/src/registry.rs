//! Every command by name. Adding a use case ends here.

use zaiton_engine::Registry;

use crate::{bank, names, onboarding, orders, policy, prepaid};

/// All commands of this program.
#[must_use]
pub fn registry() -> Registry {
    Registry::default()
        .with::<names::ClaimName>()
        .with::<policy::commands::ProposePolicy>()
        .with::<policy::commands::ConfirmPolicy>()
        .with::<policy::commands::DropPolicy>()
        .with::<onboarding::RegisterMerchant>()
        .with::<prepaid::account::OpenAccount>()
        .with::<prepaid::account::SetAlerts>()
        .with::<prepaid::top_up::RequestTopUp>()
        .with::<prepaid::top_up::CreditTopUp>()
        .with::<prepaid::top_up::ReviewTopUp>()
        .with::<prepaid::top_up::CancelTopUp>()
        .with::<prepaid::top_up::ExpireTopUp>()
        .with::<prepaid::charge::ChargeFee>()
        .with::<prepaid::holds::ReleaseFee>()
        .with::<prepaid::holds::ReduceFee>()
        .with::<prepaid::holds::SettleFee>()
        .with::<prepaid::holds::RefundFee>()
        .with::<prepaid::repay::RepayArrears>()
        .with::<prepaid::holds::EarlyOverdue>()
        .with::<prepaid::watch::Recheck>()
        .with::<prepaid::watch::RepeatAlert>()
        .with::<prepaid::watch::ResumePromotions>()
        .with::<prepaid::month::CloseMonth>()
        .with::<prepaid::month::RecordMonth>()
        .with::<prepaid::promotion::DraftPromotion>()
        .with::<prepaid::promotion::SchedulePromotion>()
        .with::<prepaid::promotion::BeginPromotion>()
        .with::<prepaid::promotion::FinishPromotion>()
        .with::<prepaid::promotion::SuspendPromotion>()
        .with::<prepaid::promotion::ResumePromotion>()
        .with::<prepaid::promotion::EndPromotion>()
        .with::<prepaid::account::RestrictAccount>()
        .with::<prepaid::account::ConfirmRestriction>()
        .with::<prepaid::account::LiftRestriction>()
        .with::<prepaid::account::CloseAccount>()
        .with::<prepaid::account::ConfirmClosing>()
        .with::<bank::account::OpenBankAccount>()
        .with::<bank::statement::RecordStatement>()
        .with::<bank::line::AllocateLine>()
        .with::<bank::line::ReviewLine>()
        .with::<bank::line::UnallocateLine>()
        .with::<orders::RecordOrder>()
}
