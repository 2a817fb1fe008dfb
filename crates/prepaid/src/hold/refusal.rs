//! Why a hold refuses, in the order the rules list the reasons. Never decides.

use zaiton_kernel::Money;

use super::{CommandKind, HoldId, State};

refusals! {
    /// Why a command to a hold was refused.
    HoldRefusal, "prepaid.hold";
    /// The order's reference is empty or too long.
    OrderReference {
        /// Its letters.
        letters: usize,
        /// The most it may have.
        at_most: usize,
    } = "order_reference", "R1-20",
        why("订单号为空或过长。", "The order's reference is empty or too long."),
        cure("请提供 1 到 64 个字符的订单号。", "Give an order reference of 1 to 64 letters.");
    /// A charge for another fee than before.
    ChargedOtherwise {
        /// The fee of the first charge.
        charged: Money,
        /// The fee asked now.
        asked: Money,
    } = "charged_otherwise", "R1-20",
        why("该订单已按另一金额计费。", "This order was charged before, with another fee."),
        cure("如费用有变，请按剩余金额调整冻结。", "If the fee has changed, reduce the hold to what remains.");
    /// Nothing was charged yet.
    NotCharged {
        /// The command.
        command: CommandKind,
    } = "not_charged", "R1-20",
        why("该订单尚未计费。", "This order has not been charged yet."),
        cure("请先提交下单事件，再处理后续事件。", "Send the order's placing first, then what came after it.");
    /// Something of the fee remains: it is settled or released first.
    StillOpen {
        /// What remains.
        remains: Money,
    } = "still_open", "P10e",
        why("该笔费用尚未结算或解冻完毕，不能核减。", "Something of the fee remains: it cannot be written off."),
        cure("请等待订单完成或退款。", "Wait until the order completes or comes back.");
    /// Nothing is owed.
    NothingToWriteOff {
        /// Owed.
        owed: Money,
    } = "nothing_to_write_off", "P10e",
        why("没有待缴费金额，或没有待复核的核减。", "Nothing is owed, or nobody asked to write it off."),
        cure("请核对该笔费用。", "Check the hold.");
    /// One person alone.
    SamePerson {
        /// Who.
        person: String,
    } = "same_person", "R5-03",
        why("须由另一人复核。", "A second person must confirm it."),
        cure("请由其他有权限的人员复核。", "Let somebody else confirm it.");
    /// No evidence.
    EvidenceMissing {
        /// Letters given.
        letters: usize,
        /// At most.
        at_most: usize,
    } = "evidence_missing", "P10e",
        why("核减须有依据（1 至 500 字）。", "A write-off needs evidence: 1 to 500 letters."),
        cure("请填写依据。", "Give a reference to it.");
    /// Too much was told of an order that is not placed.
    TooManyEarly {
        /// Kept now.
        kept: usize,
        /// At most.
        at_most: usize,
    } = "too_many_early", "M9",
        why("该订单尚未下单，已保留的后续事件过多。", "The order is not placed, and too much was told of it already."),
        cure("请先提交下单事件。", "Send the order's placing first.");
    /// More than what is neither released nor settled.
    MoreThanRemains {
        /// Asked to release.
        asked: Money,
        /// What remains.
        remains: Money,
        /// The difference.
        over_by: Money,
    } = "more_than_remains", "R1-21",
        why("解冻金额大于剩余冻结金额。", "More would be released than remains of the fee."),
        cure("请按剩余金额重新计算。", "Work out the amount again from what remains.");
    /// What remains of the order would bear a higher fee than before.
    FeeRises {
        /// The fee given.
        asked: Money,
        /// The fee as it is.
        remains: Money,
        /// The difference.
        over_by: Money,
    } = "fee_rises", "R1-21",
        why("重新计算的费用高于现有费用。", "The fee worked out again is higher than the fee so far."),
        cure("请核对重算结果；冻结金额只能减少。", "Check the calculation: a hold can only go down.");
    /// Nothing remains to release.
    Closed {
        /// The command.
        command: CommandKind,
        /// Where the hold stands.
        state: State,
    } = "closed", "R1-21",
        why("该笔冻结已结束，不能再解冻。", "This hold is closed: nothing remains to release."),
        cure("已结算的费用请走已结算退款。", "For a settled fee ask for a settled refund instead.");
    /// Nothing was settled, so nothing can be given back.
    NotSettled {
        /// Where the hold stands.
        state: State,
    } = "not_settled", "R1-23",
        why("该笔费用尚未结算，没有可退金额。", "Nothing of this fee was settled, so nothing can be given back."),
        cure("结算前的退货请走解冻。", "Before settlement, release the hold instead.");
    /// More than what was settled and not yet given back.
    RefundedTooMuch {
        /// Asked.
        asked: Money,
        /// Settled and not yet given back.
        left: Money,
        /// The difference.
        over_by: Money,
    } = "refunded_too_much", "R1-23",
        why("退款金额大于已结算的剩余金额。", "More would be given back than was settled."),
        cure("请按已结算金额减去已退金额重新计算。", "Ask for no more than what was settled and not yet given back.");
    /// Nothing is owed for this hold.
    NothingOwed {
        /// Where the hold stands.
        state: State,
    } = "nothing_owed", "R1-24",
        why("该笔费用没有待缴金额。", "Nothing is owed for this hold."),
        cure("无需补缴。", "Nothing needs to be paid.");
    /// More than is owed.
    RepaidTooMuch {
        /// Asked.
        asked: Money,
        /// Owed.
        owed: Money,
        /// The difference.
        over_by: Money,
    } = "repaid_too_much", "R1-24",
        why("补缴金额大于待缴金额。", "More would be repaid than is owed."),
        cure("请按待缴金额补缴。", "Repay no more than what is owed.");
    /// It stands in no queue.
    NotQueued {
        /// The command.
        command: CommandKind,
    } = "not_queued", "R1-24",
        why("该笔费用不在待缴队列中。", "This hold does not stand in the queue of holds that owe."),
        cure("请刷新待缴队列后重试。", "Read the queue again, then try again.");
    /// Another hold stands behind it already, or it would stand behind itself.
    LinkedOtherwise {
        /// The one that was to come next.
        next: HoldId,
    } = "linked_otherwise", "R1-24",
        why("该笔费用后面已有其他待缴费用。", "Another hold stands behind this one already."),
        cure("请从队尾加入。", "Join at the end of the queue.");
    /// It cannot leave the queue while it owes.
    StillOwes {
        /// What is owed.
        owed: Money,
    } = "still_owes", "R1-24",
        why("仍有待缴金额，不能离开待缴队列。", "It still owes, so it cannot leave the queue."),
        cure("请先补缴。", "Repay what is owed first.");
    /// A fee below zero.
    FeeNegative {
        /// The fee.
        fee: Money,
    } = "fee_negative", "R1-39",
        why("费用不能为负数。", "A fee cannot be below zero."),
        cure("请核对费用计算。", "Check how the fee was worked out.");
    /// Another currency than the account's.
    Currency {
        /// The amount given.
        amount: Money,
        /// The account's currency.
        expected: zaiton_kernel::Currency,
    } = "currency", "R1-39",
        why("币种与账户币种不一致。", "The amount is not in the account's currency."),
        cure("请使用账户币种的金额。", "Give the amount in the account's currency.");
    /// An amount of zero or less.
    NotPositive {
        /// The amount given.
        amount: Money,
    } = "not_positive", "R1-39",
        why("金额必须大于零。", "The amount must be above zero."),
        cure("请填写大于零的金额。", "Give an amount above zero.");
}

impl HoldRefusal {
    /// The state refuses the command, whatever its figures.
    #[must_use]
    pub const fn closes(&self) -> bool {
        match self {
            Self::ChargedOtherwise { .. }
            | Self::NotCharged { .. }
            | Self::Closed { .. }
            | Self::NotSettled { .. }
            | Self::NothingOwed { .. }
            | Self::NotQueued { .. }
            | Self::StillOwes { .. } => true,
            Self::OrderReference { .. }
            | Self::StillOpen { .. }
            | Self::NothingToWriteOff { .. }
            | Self::SamePerson { .. }
            | Self::EvidenceMissing { .. }
            | Self::TooManyEarly { .. }
            | Self::MoreThanRemains { .. }
            | Self::FeeRises { .. }
            | Self::RefundedTooMuch { .. }
            | Self::RepaidTooMuch { .. }
            | Self::LinkedOtherwise { .. }
            | Self::FeeNegative { .. }
            | Self::Currency { .. }
            | Self::NotPositive { .. } => false,
        }
    }
}
