//! Why a bank line refuses, in the order the rules list the reasons. Never decides.

use super::{CommandKind, LineId, State};

refusals! {
    /// Why a command to a bank line was refused.
    LineRefusal, "bank.line";
    /// Not recorded yet.
    NotRecorded {
        /// The command.
        command: CommandKind,
    } = "not_recorded", "R1-18",
        why("该银行流水尚未入账。", "This bank line is not recorded yet."),
        cure("请先导入对账单。", "Take the statement first.");
    /// A debit or a reversal is no receipt.
    NotAReceipt {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "not_a_receipt", "R1-18",
        why("该银行流水不是收款。", "This bank line is no receipt."),
        cure("请人工处理该流水。", "Let a person deal with it.");
    /// The account holds our own money.
    OwnMoney {
        /// The line.
        line: LineId,
    } = "own_money", "R1-18",
        why("该流水在自有资金账户，不能用于商家充值。", "This line is on an account of our own money."),
        cure("请先将款项转入客户资金账户。", "Move the money to a client-money account first.");
    /// It pays another top-up already (invariant 9).
    AllocatedOtherwise {
        /// The command.
        command: CommandKind,
        /// The line.
        line: LineId,
    } = "allocated_otherwise", "R1-18",
        why("该银行流水已用于另一笔充值。", "This bank line pays another top-up already."),
        cure("一笔到账只能使用一次，请核对。", "A line is used once: check which top-up is meant.");
    /// It pays no top-up.
    NotAllocated {
        /// Where it stands.
        state: State,
    } = "not_allocated", "R1-18",
        why("该银行流水未用于任何充值。", "This bank line pays no top-up."),
        cure("无需撤回。", "Nothing needs to be undone.");
    /// A review without a reason.
    ReasonMissing {
        /// The line.
        line: LineId,
    } = "reason_missing", "R1-18",
        why("转人工核对缺少原因。", "A review needs a reason."),
        cure("请填写原因。", "Say why.");
}

impl LineRefusal {
    /// The state refuses the command, whatever its figures.
    #[must_use]
    pub const fn closes(&self) -> bool {
        match self {
            Self::NotRecorded { .. }
            | Self::NotAReceipt { .. }
            | Self::OwnMoney { .. }
            | Self::AllocatedOtherwise { .. }
            | Self::NotAllocated { .. } => true,
            Self::ReasonMissing { .. } => false,
        }
    }
}
