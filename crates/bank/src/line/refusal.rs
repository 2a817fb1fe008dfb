//! Why a bank line refuses, in the order the rules list the reasons. Never decides.

use super::{CommandKind, LineId, State};
use crate::bank_account::BankAccountId;
use crate::payment::PaymentId;

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
    /// It is used for something else already (invariant 9).
    UsedOtherwise {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "used_otherwise", "L-I9",
        why("该银行流水已有用途。", "This bank line is used for something already."),
        cure("一笔流水只能使用一次，请核对。", "A line is used once: check what it is.");
    /// A proposal stands.
    ProposedOtherwise {
        /// The command.
        command: CommandKind,
        /// The line.
        line: LineId,
    } = "proposed_otherwise", "L-I9",
        why("该银行流水有待复核的处理意见。", "A proposal about this bank line waits for a second person."),
        cure("请先由另一人确认或驳回该意见。", "Let a second person confirm or refuse it first.");
    /// Nothing is proposed.
    NotProposed {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "not_proposed", "R5-03",
        why("该银行流水没有待复核的处理意见。", "No proposal about this bank line waits."),
        cure("请先提出处理意见。", "Propose what it is first.");
    /// Nobody is named.
    Nobody {
        /// The line.
        line: LineId,
    } = "nobody", "R5-03",
        why("缺少操作人。", "Nobody is named who does this."),
        cure("请登录后重试。", "Sign in and try again.");
    /// Without evidence or a reason, or with too much of it.
    EvidenceMissing {
        /// Its letters.
        letters: usize,
        /// The most it may have.
        at_most: usize,
    } = "evidence_missing", "R5-03",
        why("缺少依据，或依据过长。", "The evidence or reason is missing, or too long."),
        cure("请填写 1 到 500 个字的依据。", "Say why in 1 to 500 letters.");
    /// Who proposed a match may not answer it.
    MatchBySamePerson {
        /// Who proposed it.
        maker: String,
    } = "match_by_same_person", "R1-15",
        why("提出匹配的人不能自己复核。", "Who proposed a match cannot confirm or refuse it."),
        cure("请由另一人复核。", "Let a second person look at it.");
    /// Who proposed something else may not answer it.
    SamePerson {
        /// Who proposed it.
        maker: String,
    } = "same_person", "R5-03",
        why("提出处理意见的人不能自己复核。", "Who proposed it cannot confirm or refuse it."),
        cure("请由另一人复核。", "Let a second person look at it.");
    /// It cannot pay a top-up.
    NoTopUp {
        /// The line.
        line: LineId,
    } = "no_top_up", "R1-15",
        why("该流水不是客户资金账户的到账，不能用于充值。", "This line is no receipt of client money."),
        cure("请选择客户资金账户的到账。", "Choose a receipt on an account of client money.");
    /// It cannot go back to a payer.
    NothingToReturn {
        /// The line.
        line: LineId,
    } = "nothing_to_return", "P5r",
        why("该流水没有可退回的款项。", "This line brought nothing that could be returned."),
        cure("请选择未使用的到账。", "Choose a receipt that is not used.");
    /// The bank did not say where it came from.
    PayerUnknown {
        /// The payer's account, as the bank gave it.
        payer_account: String,
    } = "payer_unknown", "P5r",
        why("银行未提供付款人户名或账号，无法原路退回。", "The bank gave no name or account that it could go back to."),
        cure("请向银行查询付款人。", "Ask the bank who paid it.");
    /// It cannot be a withdrawal that came back.
    NoBankReturn {
        /// The line.
        line: LineId,
    } = "no_bank_return", "M8",
        why("该流水不是客户资金账户的退汇。", "This line brought no client money back."),
        cure("请核对银行流水。", "Check the bank line.");
    /// It cannot be a cost of the bank, or not borne by that account.
    NoBankCost {
        /// The line.
        line: LineId,
        /// The account that would bear it.
        own_account: BankAccountId,
    } = "no_bank_cost", "P22",
        why("该流水不是付款，或承担费用的账户不正确。", "This line is no payment out, or another account must bear the cost."),
        cure("客户资金账户的费用由自有资金账户承担。", "A cost taken from client money is borne by an account of our own money.");
    /// It cannot be a sweep, or not to that account.
    NoSweep {
        /// The line.
        line: LineId,
        /// The account that it would go to.
        own_account: BankAccountId,
    } = "no_sweep", "P21",
        why("该流水不是从客户资金账户划出自有资金。", "This line is no sweep out of client money."),
        cure("请选择客户资金账户的付款和自有资金账户。", "Choose a payment out of client money, and an account of our own.");
    /// It cannot be the other end of a transfer.
    NoArrival {
        /// The line.
        line: LineId,
    } = "no_arrival", "P21",
        why("该流水不是内部划转的另一端。", "This line is not the other end of a transfer of ours."),
        cure("请核对银行流水。", "Check the bank line.");
    /// It is no debit that could be a payment's.
    NotADebit {
        /// Where it stands.
        state: State,
    } = "not_a_debit", "M8",
        why("该银行流水不是付款。", "This bank line is no payment out."),
        cure("请核对银行流水。", "Check the bank line.");
    /// It is not on its way back by that payment.
    NotReturning {
        /// The payment.
        payment: PaymentId,
        /// Where it stands.
        state: State,
    } = "not_returning", "P5r",
        why("该流水未在以该付款退回。", "This line is not on its way back by this payment."),
        cure("请人工核对该付款。", "Let a person look at the payment.");
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
            | Self::NotAllocated { .. }
            | Self::UsedOtherwise { .. }
            | Self::ProposedOtherwise { .. }
            | Self::NotProposed { .. }
            | Self::NotADebit { .. }
            | Self::NotReturning { .. } => true,
            Self::ReasonMissing { .. }
            | Self::Nobody { .. }
            | Self::EvidenceMissing { .. }
            | Self::MatchBySamePerson { .. }
            | Self::SamePerson { .. }
            | Self::NoTopUp { .. }
            | Self::NothingToReturn { .. }
            | Self::PayerUnknown { .. }
            | Self::NoBankReturn { .. }
            | Self::NoBankCost { .. }
            | Self::NoSweep { .. }
            | Self::NoArrival { .. } => false,
        }
    }
}
