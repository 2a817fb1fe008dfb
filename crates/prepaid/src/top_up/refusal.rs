//! Why a top-up refuses, in the order the rules list the reasons. Never decides.

use zaiton_kernel::{Currency, Money, Timestamp};

use super::{CommandKind, State};

refusals! {
    /// Why a command to a top-up was refused.
    TopUpRefusal, "prepaid.top_up";
    /// Not requested yet.
    NotRequested {
        /// The command.
        command: CommandKind,
    } = "not_requested", "R1-14",
        why("尚未提交充值申请。", "The top-up was not requested yet."),
        cure("请先提交充值申请。", "Request the top-up first.");
    /// Requested before, with another amount.
    RequestedOtherwise {
        /// The amount of the request.
        amount: Money,
        /// The amount asked now.
        asked: Money,
    } = "requested_otherwise", "R1-14",
        why("该充值申请已提交，金额不同。", "This top-up was requested before, with another amount."),
        cure("如需更改金额，请取消后重新申请。", "To change the amount, cancel it and request a new one.");
    /// It has ended.
    Closed {
        /// The command.
        command: CommandKind,
        /// How it ended.
        state: State,
    } = "closed", "R1-14",
        why("该充值申请已结束。", "This top-up has ended."),
        cure("如需充值，请新建申请。", "To top up, make a new request.");
    /// A person is deciding about it.
    WaitsForAPerson {
        /// The command.
        command: CommandKind,
        /// Raw id of the bank line in review.
        line: i64,
    } = "waits_for_a_person", "R1-15",
        why("到账款项正在人工核对。", "A wire for this top-up is being looked at by a person."),
        cure("请等待核对结果。", "Please wait for the decision.");
    /// Nothing is in review.
    NothingToResolve {
        /// Where it stands.
        state: State,
    } = "nothing_to_resolve", "R1-15",
        why("该充值申请没有待核对的款项。", "Nothing of this top-up waits for a decision."),
        cure("无需处理。", "Nothing needs to be done.");
    /// A decision without evidence.
    EvidenceMissing {
        /// The command.
        command: CommandKind,
    } = "evidence_missing", "R1-15",
        why("人工核对缺少依据。", "The decision names no evidence."),
        cure("请填写依据后再提交。", "Name the evidence, then decide again.");
    /// A wire of another amount can never be credited to it.
    AmountNeverFits {
        /// The amount that must come in.
        requested: Money,
        /// The amount that came.
        received: Money,
    } = "amount_never_fits", "R1-16",
        why("到账金额与申请金额不一致，不能入账。", "The amount received is not the one requested."),
        cure("请退回付款方，或由商家按实际金额重新申请。", "Return it to the payer; the merchant may make a new request.");
    /// An amount of zero or less.
    NotPositive {
        /// The amount.
        amount: Money,
    } = "not_positive", "R1-17",
        why("充值金额必须大于零。", "The amount must be above zero."),
        cure("请填写大于零的金额。", "Give an amount above zero.");
    /// Another currency than the account's.
    Currency {
        /// The amount.
        amount: Money,
        /// The account's currency.
        expected: Currency,
    } = "currency", "R1-17",
        why("币种与账户币种不一致。", "The amount is not in the account's currency."),
        cure("请使用账户币种。", "Give the amount in the account's currency.");
    /// Less than the least a top-up may be.
    BelowMinimum {
        /// The amount.
        amount: Money,
        /// The least it may be.
        at_least: Money,
        /// The difference.
        short_by: Money,
    } = "below_minimum", "R1-17",
        why("充值金额低于起充金额。", "The amount is below the minimum of a top-up."),
        cure("请按起充金额或更高金额申请。", "Request the minimum or more.");
    /// Its time is not over.
    NotYetDue {
        /// When it is.
        due_at: Timestamp,
    } = "not_yet_due", "R1-14",
        why("充值申请尚未到期。", "The top-up has not expired yet."),
        cure("请等待到期或主动取消。", "Wait until then, or cancel it.");
}

impl TopUpRefusal {
    /// The state refuses the command, whatever its figures.
    #[must_use]
    pub const fn closes(&self) -> bool {
        match self {
            Self::NotRequested { .. }
            | Self::RequestedOtherwise { .. }
            | Self::Closed { .. }
            | Self::WaitsForAPerson { .. }
            | Self::NothingToResolve { .. }
            | Self::NotYetDue { .. } => true,
            Self::EvidenceMissing { .. }
            | Self::AmountNeverFits { .. }
            | Self::NotPositive { .. }
            | Self::Currency { .. }
            | Self::BelowMinimum { .. } => false,
        }
    }
}
