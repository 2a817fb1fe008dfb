//! Why a prepaid account refuses, in the order the rules list the reasons. Never decides.

use zaiton_kernel::{Currency, Money, Timestamp};

use super::State;
use crate::hold::HoldId;

refusals! {
    /// Why a command to a prepaid account was refused.
    AccountRefusal, "prepaid.account";
    /// It is no supplier that the programme is for.
    NotEligible {
        /// It supplies the platform.
        self_run: bool,
        /// Its settlement takes part in the programme by itself.
        in_programme: bool,
    } = "not_eligible", "R1-02",
        why("该商家不是适用预存账户的自营供应商。", "The merchant is no supplier that needs a prepaid account for the programme."),
        cure("已参加活动的供应商无需开户；其他商家请联系运营。", "Who takes part by its settlement needs none; others please call the operator.");
    /// It was opened before, for another company or card.
    OpenedOtherwise {
        /// The company it is bound to.
        company: String,
    } = "opened_otherwise", "R1-01",
        why("该账户已开户，绑定信息不同。", "The account is open already, with other data."),
        cure("如需变更公司或银行卡，请联系运营。", "To change company or bank card, please call the operator.");
    /// The card is not in force.
    CardNotInForce {
        /// The holder of the card.
        holder: String,
    } = "card_not_in_force", "R1-01",
        why("电汇银行卡未生效。", "The wire bank card is not in force."),
        cure("请先维护电汇信息并等待生效。", "Maintain the wire details and wait until they are in force.");
    /// The card's holder is another company.
    HolderDiffers {
        /// The company.
        company: String,
        /// The holder of the card.
        holder: String,
    } = "holder_differs", "R1-01",
        why("银行卡户名与公司名称不一致。", "The holder of the bank card is not this company."),
        cure("请使用本公司名下的对公账户。", "Use a bank account in the company's own name.");
    /// Not opened yet.
    NotOpened {
        /// Where it stands.
        state: State,
    } = "not_opened", "R1-02",
        why("尚未开户。", "The account is not open yet."),
        cure("请先开户。", "Open the account first.");
    /// Alerts are not set.
    AlertsMissing {
        /// Where it stands.
        state: State,
    } = "alerts_missing", "R1-03",
        why("尚未配置预警，账户不能使用。", "Alerts are not set, so the account cannot be used yet."),
        cure("请先配置预警值和联系人。", "Set the lines and the contacts first.");
    /// No contact at all.
    NoContact {
        /// The most there may be.
        at_most: u8,
    } = "no_contact", "R1-04",
        why("至少需要一位预警联系人。", "At least one contact is needed."),
        cure("请添加一位联系人。", "Add a contact.");
    /// More contacts than allowed.
    TooManyContacts {
        /// Given.
        contacts: usize,
        /// The most there may be.
        at_most: u8,
    } = "too_many_contacts", "R1-04",
        why("预警联系人过多。", "There are too many contacts."),
        cure("请减少联系人。", "Take some contacts away.");
    /// A contact without e-mail and mobile.
    ContactUnreachable {
        /// Which, counted from 1.
        contact: usize,
    } = "contact_unreachable", "R1-04",
        why("联系人缺少邮箱和手机号。", "A contact has neither e-mail nor mobile number."),
        cure("请至少填写邮箱或手机号之一。", "Give an e-mail address, a mobile number or both.");
    /// A contact that was not verified by code.
    ContactNotVerified {
        /// Which, counted from 1.
        contact: usize,
    } = "contact_not_verified", "R1-04",
        why("联系人尚未通过验证码验证。", "A contact was not verified by code."),
        cure("请先完成验证码验证。", "Verify the contact by code first.");
    /// The warning line is below the suspension line.
    WarningBelowSuspend {
        /// The warning line.
        warning: Money,
        /// The suspension line.
        suspend: Money,
    } = "warning_below_suspend", "R1-06",
        why("预警值低于活动中止金额。", "The warning line is below the suspension line."),
        cure("请把预警值设为不低于活动中止金额。", "Set the warning line at the suspension line or higher.");
    /// The suspension line is below the operator's.
    SuspendBelowOperator {
        /// The line given.
        suspend: Money,
        /// The operator's line.
        at_least: Money,
    } = "suspend_below_operator", "K-1",
        why("活动中止金额低于平台下限。", "The suspension line is below the operator's."),
        cure("请设为平台下限或更高。", "Set it at the operator's line or higher.");
    /// A line in another currency.
    Currency {
        /// The line.
        line: Money,
        /// The account's currency.
        expected: Currency,
    } = "currency", "R1-08",
        why("预警金额的币种与账户不一致。", "The lines are not in the account's currency."),
        cure("请使用账户币种。", "Give the lines in the account's currency.");
    /// As many requests wait as may.
    TooManyOpenTopUps {
        /// Waiting now.
        open: usize,
        /// The most there may be.
        at_most: u8,
    } = "too_many_open_top_ups", "R1-14",
        why("待到账的充值申请过多。", "Too many top-up requests wait for money."),
        cure("请先完成或取消已有申请。", "Complete or cancel one of them first.");
    /// Not in prepaid mode yet.
    NotYetPrepaid {
        /// Where it stands.
        state: State,
    } = "not_yet_prepaid", "R1-19",
        why("账户尚未激活，费用仍按原方式结算。", "The account is not active yet: the fee stays billed the old way."),
        cure("请完成开户、预警配置和首次充值。", "Open the account, set the alerts and make the first top-up.");
    /// The hold is not the oldest, or a next one is named where none can be.
    NotFirstInArrears {
        /// The hold.
        hold: HoldId,
    } = "not_first_in_arrears", "R1-24",
        why("该笔待缴费用不在队首。", "This hold is not the first of the holds that owe."),
        cure("请刷新待缴队列后重试。", "Read the queue again, then try again.");
    /// Looked at again before its time.
    LookTooEarly {
        /// When it is due.
        due: Timestamp,
    } = "look_too_early", "R1-10",
        why("尚未到复核时间。", "The time to look again has not come."),
        cure("请等待复核时间，或先充值。", "Wait until it is due, or top up.");
    /// An alert is repeated before its hour.
    AlertTooEarly {
        /// When it is due.
        due: Timestamp,
    } = "alert_too_early", "R1-07",
        why("尚未到再次预警时间。", "The hour to repeat the alert has not come."),
        cure("请等待预警时间。", "Wait until it is due.");
    /// As many promotions as may wait or run.
    TooManyPromotions {
        /// Now.
        open: usize,
        /// The most there may be.
        at_most: u8,
    } = "too_many_promotions", "R1-13",
        why("未结束的活动过多。", "Too many promotions have not ended."),
        cure("请先结束一部分活动。", "End some of them first.");
    /// A restriction without a reason's code.
    ReasonMissing {
        /// Letters given.
        letters: usize,
    } = "reason_missing", "M6",
        why("限制账户须给出原因代码。", "A restriction needs the code of a reason."),
        cure("请填写原因代码，如 legal_hold。", "Give a code of letters, digits and underscores, as legal_hold.");
    /// One person alone.
    SamePerson {
        /// Who.
        person: String,
    } = "same_person", "M6",
        why("须由另一人复核。", "A second person must confirm it."),
        cure("请由其他有权限的人员复核。", "Let somebody else confirm it.");
    /// Nothing was asked.
    NothingToConfirm {
        /// Who wanted to confirm.
        checker: String,
    } = "nothing_to_confirm", "M6",
        why("没有待复核的限制。", "There is no restriction to confirm."),
        cure("请先提出限制或解除限制。", "Ask for a restriction, or for its lifting, first.");
    /// Closing while fees are frozen.
    StillFrozen {
        /// How much.
        frozen: Money,
    } = "still_frozen", "M6",
        why("账户仍有冻结金额。", "Fees are still frozen."),
        cure("请等待相关订单完成或退款。", "Wait until their orders complete or come back.");
    /// Closing while fees are owed.
    StillOwes {
        /// How much.
        owed: Money,
    } = "still_owes", "M6",
        why("账户仍有待缴费金额。", "Fees are still owed."),
        cure("请先充值缴清。", "Top up what is owed.");
    /// Closing while something still wants money.
    StillInUse {
        /// Promotions that have not ended.
        promotions: usize,
        /// Top-up requests that wait.
        top_ups: usize,
    } = "still_in_use", "M6",
        why("账户仍有未结束的活动或充值申请。", "Promotions or top-up requests have not ended."),
        cure("请先结束活动并取消充值申请。", "End the promotions and cancel the requests.");
    /// Closing while money is left.
    MoneyLeft {
        /// Available.
        available: Money,
        /// In withdrawals.
        pending: Money,
    } = "money_left", "M6",
        why("账户仍有余额。", "There is money left."),
        cure("请先将余额提现至绑定账户。", "Withdraw it to the bound bank account first.");
    /// No card was asked for.
    NoCardProposed {
        /// Who wanted to confirm.
        checker: String,
    } = "no_card_proposed", "R1-01",
        why("没有待复核的银行卡。", "There is no card to confirm."),
        cure("请先提交新的电汇银行卡。", "Ask to bind a card first.");
    /// Nobody asked to close it.
    NotClosing {
        /// Where it stands.
        state: State,
    } = "not_closing", "M6",
        why("账户没有提出销户。", "Nobody asked to close the account."),
        cure("请先提出销户。", "Ask to close it first.");
    /// It takes nothing new.
    NotActive {
        /// Where it stands.
        state: State,
    } = "not_active", "M6",
        why("账户正在销户或已销户。", "The account is closing or closed."),
        cure("如需继续使用，请重新开户。", "To go on, open an account anew.");
}

impl AccountRefusal {
    /// The state refuses the command, whatever its figures.
    #[must_use]
    pub const fn closes(&self) -> bool {
        match self {
            Self::OpenedOtherwise { .. }
            | Self::NotClosing { .. }
            | Self::NotEligible { .. }
            | Self::NotOpened { .. }
            | Self::AlertsMissing { .. }
            | Self::NotActive { .. }
            | Self::NothingToConfirm { .. }
            | Self::NoCardProposed { .. }
            | Self::NotYetPrepaid { .. } => true,
            Self::CardNotInForce { .. }
            | Self::HolderDiffers { .. }
            | Self::NoContact { .. }
            | Self::TooManyContacts { .. }
            | Self::ContactUnreachable { .. }
            | Self::ContactNotVerified { .. }
            | Self::WarningBelowSuspend { .. }
            | Self::SuspendBelowOperator { .. }
            | Self::Currency { .. }
            | Self::TooManyOpenTopUps { .. }
            | Self::LookTooEarly { .. }
            | Self::AlertTooEarly { .. }
            | Self::TooManyPromotions { .. }
            | Self::ReasonMissing { .. }
            | Self::SamePerson { .. }
            | Self::StillFrozen { .. }
            | Self::StillOwes { .. }
            | Self::StillInUse { .. }
            | Self::MoneyLeft { .. }
            | Self::NotFirstInArrears { .. } => false,
        }
    }
}
