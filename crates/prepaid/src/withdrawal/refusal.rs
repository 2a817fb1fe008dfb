//! Why a withdrawal refuses, in the order the rules list the reasons. Never decides.

use zaiton_kernel::{Currency, Money, Timestamp};

use super::{Cause, CommandKind, Role, State};
use crate::account::{AccountId, State as AccountState};

refusals! {
    /// Why a command to a withdrawal was refused.
    WithdrawalRefusal, "prepaid.withdrawal";
    /// Not requested yet.
    NotRequested {
        /// The command.
        command: CommandKind,
    } = "not_requested", "M8",
        why("提现尚未申请。", "The withdrawal was not requested yet."),
        cure("请先提交提现申请。", "Request the withdrawal first.");
    /// Requested before, otherwise.
    RequestedOtherwise {
        /// The amount of the request.
        amount: Money,
        /// The amount asked now.
        asked: Money,
    } = "requested_otherwise", "M8",
        why("该提现已申请，金额、银行卡或申请人不同。", "It was requested before, with another amount, card or maker."),
        cure("如需另一笔提现，请新建申请。", "For another withdrawal, make a new request.");
    /// The account is not active.
    AccountNotActive {
        /// The account.
        account: AccountId,
        /// Where it stands.
        state: AccountState,
        /// It is restricted.
        restricted: bool,
    } = "account_not_active", "M8",
        why("账户不是激活状态，不能提现。", "The account is not active: nothing can be withdrawn."),
        cure("请完成开户、预警配置和首次充值；账户受限请联系运营。", "Open the account, set the alerts and make the first top-up; if it is restricted, please call the operator.");
    /// The account owes.
    Arrears {
        /// The account.
        account: AccountId,
        /// How much.
        owed: Money,
    } = "arrears", "R1-26",
        why("账户有待缴费金额，不能提现。", "The account owes fees: nothing is withdrawn until they are repaid."),
        cure("请充值缴清，或取消未付的提现用于补缴。", "Top up what is owed, or cancel an open withdrawal to repay it.");
    /// An amount of zero or less.
    NotPositive {
        /// The amount given.
        amount: Money,
    } = "not_positive", "M8",
        why("提现金额必须大于零。", "The amount must be above zero."),
        cure("请填写大于零的金额。", "Give an amount above zero.");
    /// Another currency than the account's.
    Currency {
        /// The amount given.
        amount: Money,
        /// The account's currency.
        expected: Currency,
    } = "currency", "M8",
        why("币种与账户币种不一致。", "The amount is not in the account's currency."),
        cure("请使用账户币种的金额。", "Give the amount in the account's currency.");
    /// Less than the least.
    BelowMinimum {
        /// The amount given.
        amount: Money,
        /// The least there may be.
        at_least: Money,
        /// The difference.
        short_by: Money,
    } = "below_minimum", "M8",
        why("提现金额低于最低提现金额。", "The amount is below the least that may be withdrawn."),
        cure("请提高提现金额。", "Give a higher amount.");
    /// More than what is available.
    MoreThanAvailable {
        /// The account.
        account: AccountId,
        /// The amount given.
        needed: Money,
        /// What is available.
        available: Money,
        /// The difference.
        short_by: Money,
    } = "more_than_available", "R1-28",
        why("提现金额大于可用余额。", "The amount is more than what is available."),
        cure("请降低提现金额；冻结和处理中的金额不能提现。", "Give a lower amount: what is frozen or processing cannot be withdrawn.");
    /// The bound card is not in force.
    CardNotInForce {
        /// The account.
        account: AccountId,
    } = "card_not_in_force", "R1-27",
        why("绑定的电汇银行卡未生效。", "The bound bank card is not in force."),
        cure("请维护电汇信息并等待生效。", "Maintain the wire details and wait until they are in force.");
    /// The card was changed a short while ago.
    CardCooling {
        /// When it was changed.
        changed_at: Timestamp,
        /// From when money may go to it.
        usable_from: Timestamp,
    } = "card_cooling", "M8",
        why("银行卡刚变更，仍在冷静期内。", "The bank card was changed a short while ago."),
        cure("请在冷静期结束后申请。", "Ask again when the waiting time is over.");
    /// As many are open as may.
    TooManyOpen {
        /// Open now.
        open: usize,
        /// The most there may be.
        at_most: u8,
    } = "too_many_open", "M8",
        why("未完成的提现过多。", "Too many withdrawals are open."),
        cure("请等待或取消已有提现。", "Wait for one of them, or cancel it.");
    /// The merchant's maker would check.
    MakerChecks {
        /// The command.
        command: CommandKind,
        /// Who.
        actor: String,
    } = "maker_checks", "R1-27",
        why("申请人不能审批自己的提现。", "Who asked for a withdrawal does not check it."),
        cure("请由另一人处理。", "Let another person do it.");
    /// One person twice.
    SamePerson {
        /// The command.
        command: CommandKind,
        /// Who.
        actor: String,
    } = "same_person", "R1-27",
        why("同一人不能处理同一提现的两个环节。", "One person does not check a withdrawal twice."),
        cure("请由另一人处理。", "Let another person do it.");
    /// Another role must agree now.
    AnotherRole {
        /// The role given.
        role: Role,
        /// The role that must agree.
        needed: Role,
    } = "another_role", "R1-27",
        why("当前环节须由另一角色审批：先结算运营，后财务。", "Another role must approve now: operations first, then finance."),
        cure("请由所需角色审批。", "Let the role approve that is needed.");
    /// A reason or a bank's code that is no code.
    NotACode {
        /// Its letters.
        letters: usize,
        /// At most.
        at_most: usize,
    } = "not_a_code", "M8",
        why("原因须为代码，不能是文字说明。", "A reason must be a code, no sentence."),
        cure("请使用字母、数字、点、横线组成的代码。", "Use a code of letters, digits, dots and lines.");
    /// Not approved yet.
    NotApproved {
        /// The command.
        command: CommandKind,
    } = "not_approved", "R1-27",
        why("提现尚未审批通过。", "The withdrawal was not approved yet."),
        cure("请等待审批。", "Wait until it is approved.");
    /// The bank speaks of what was not sent.
    NotSent {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "not_sent", "M8",
        why("提现尚未发往银行。", "The withdrawal was not sent to the bank."),
        cure("请核对该银行回执属于哪一笔付款。", "Find out which payment the bank means.");
    /// It cannot be stopped any more.
    SentAlready {
        /// The command.
        command: CommandKind,
    } = "sent_already", "M8",
        why("提现已发往银行，不能撤回。", "The bank has the payment: it cannot be taken back."),
        cure("请等待银行结果。", "Wait for the bank's answer.");
    /// Sent before, and never again with another payment while the money may be gone.
    NeverResent {
        /// The payment that was sent, 0 for none.
        payment: i64,
    } = "never_resent", "M8",
        why("该提现已发送过，不能自行用新的付款编号重发。", "It was sent before: it is never sent again by itself under another payment."),
        cure("请向银行查询原付款的结果，由人工处理。", "Ask the bank what became of the payment; a person decides.");
    /// Nobody may send again what the bank did not refuse.
    NotFailed {
        /// Why it waits.
        cause: Cause,
    } = "not_failed", "R1-29",
        why("只有银行明确失败的付款才能重发。", "Only what the bank has refused for certain is sent again."),
        cure("请由财务核实后撤销，由商家重新申请。", "Find out what became of it and reverse it; the merchant asks again.");
    /// A payment that was used before.
    PaymentUsed {
        /// The payment.
        payment: i64,
    } = "payment_used", "M8",
        why("该付款编号已使用过。", "This payment was sent before."),
        cure("请使用新的付款编号。", "Send it under a new payment.");
    /// Sent as often as may be.
    TooManyAttempts {
        /// How often.
        attempts: u16,
    } = "too_many_attempts", "R1-29",
        why("重发次数已达上限。", "It was sent as often as it may be."),
        cure("请由财务撤销，由商家重新申请。", "Reverse it; the merchant asks again.");
    /// Nobody waits for a person's decision.
    NothingToDecide {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "nothing_to_decide", "R1-29",
        why("该提现没有待人工处理的事项。", "No person's decision is needed here."),
        cure("仅在银行失败、超时或退汇后处理。", "Decide when the bank has refused, not answered, or sent it back.");
    /// Nothing proves that the money did not leave.
    EvidenceMissing {
        /// Why it waits.
        cause: Cause,
    } = "evidence_missing", "R1-29",
        why("银行未答复，缺少未付款的证明。", "The bank did not answer, and nothing proves that it did not pay."),
        cure("请附上银行未执行付款的证明。", "Give the bank's word that the payment was not executed.");
    /// The bank speaks of another payment than the one sent last.
    OtherPayment {
        /// The payment given.
        payment: i64,
        /// The payment that was sent last, 0 for none.
        sent: i64,
    } = "other_payment", "M8",
        why("银行回执不属于当前付款。", "The bank speaks of another payment than the one sent last."),
        cure("请向银行核实是否重复付款。", "Ask the bank whether it has paid twice.");
    /// The bank said otherwise before.
    AnsweredOtherwise {
        /// The payment.
        payment: i64,
        /// Where it stands.
        state: State,
    } = "answered_otherwise", "M8",
        why("银行此前已给出不同结果。", "The bank has answered otherwise before."),
        cure("请向银行核实该付款。", "Ask the bank what became of the payment.");
    /// The bank paid what a person had given back.
    PaidAfterReversal {
        /// The payment.
        payment: i64,
    } = "paid_after_reversal", "R1-29",
        why("该提现已撤销并退回可用余额，但银行显示已付款。", "It was given back to the account, and yet the bank has paid it."),
        cure("请勿再次付款；由财务双人登记更正。", "Do not pay again: two people of finance record a correction.");
    /// The time to answer is not over.
    NotYetDue {
        /// When it is.
        due_at: Timestamp,
    } = "not_yet_due", "M8",
        why("银行答复期限未到。", "The bank still has time to answer."),
        cure("请等待银行答复。", "Wait for the bank's answer.");
    /// What was not paid cannot come back.
    NotPaid {
        /// The bank line.
        line: i64,
        /// Where it stands.
        state: State,
    } = "not_paid", "M8",
        why("该提现尚未付出，不能登记退汇。", "It was not paid, so it cannot have come back."),
        cure("请先匹配付款，再登记退汇。", "Match the payment first, then what came back.");
    /// It came back with another bank line.
    ReturnedOtherwise {
        /// The line it came back with.
        line: i64,
        /// The line given.
        asked: i64,
    } = "returned_otherwise", "L-I9",
        why("该提现已由另一笔银行流水退回。", "It came back with another bank line before."),
        cure("请由人工认领这笔流水。", "Let a person find out what this line is.");
    /// It is over, or past this.
    Closed {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "closed", "M8",
        why("提现的当前状态不允许此操作。", "The withdrawal is past this."),
        cure("请刷新后查看提现状态。", "Read again where the withdrawal stands.");
}

impl WithdrawalRefusal {
    /// The state refuses the command, whatever its figures.
    #[must_use]
    pub const fn closes(&self) -> bool {
        match self {
            Self::NotRequested { .. }
            | Self::RequestedOtherwise { .. }
            | Self::NotApproved { .. }
            | Self::NotSent { .. }
            | Self::SentAlready { .. }
            | Self::NeverResent { .. }
            | Self::NotFailed { .. }
            | Self::TooManyAttempts { .. }
            | Self::NothingToDecide { .. }
            | Self::AnsweredOtherwise { .. }
            | Self::PaidAfterReversal { .. }
            | Self::NotYetDue { .. }
            | Self::NotPaid { .. }
            | Self::ReturnedOtherwise { .. }
            | Self::Closed { .. } => true,
            Self::AccountNotActive { .. }
            | Self::Arrears { .. }
            | Self::NotPositive { .. }
            | Self::Currency { .. }
            | Self::BelowMinimum { .. }
            | Self::MoreThanAvailable { .. }
            | Self::CardNotInForce { .. }
            | Self::CardCooling { .. }
            | Self::TooManyOpen { .. }
            | Self::MakerChecks { .. }
            | Self::SamePerson { .. }
            | Self::AnotherRole { .. }
            | Self::NotACode { .. }
            | Self::PaymentUsed { .. }
            | Self::EvidenceMissing { .. }
            | Self::OtherPayment { .. } => false,
        }
    }
}
