//! Why a payment refuses, in the order the rules list the reasons. Never decides.

use zaiton_kernel::Money;

use super::{CommandKind, State};
use crate::bank_account::BankAccountId;
use crate::line::LineId;
use crate::payment_file::PaymentFileId;

refusals! {
    /// Why a command to a payment was refused.
    PaymentRefusal, "bank.payment";
    /// Nothing to pay.
    NotPositive {
        /// The amount.
        amount: Money,
    } = "not_positive", "M8",
        why("付款金额必须大于零。", "A payment is above zero."),
        cure("请核对金额。", "Check the amount.");
    /// Tries are counted from one.
    Attempt {
        /// The number given.
        attempt: u16,
    } = "attempt", "M8",
        why("付款次数从 1 开始。", "Tries of a payment are counted from 1."),
        cure("请核对付款次数。", "Check which try it is.");
    /// A withdrawal from our own money.
    OwnMoney {
        /// The account.
        account: BankAccountId,
    } = "own_money", "L-7",
        why("商家提现只能从客户资金账户付款。", "A withdrawal is paid from client money only."),
        cure("请选择客户资金账户。", "Name an account of client money.");
    /// Nobody to pay.
    Creditor {
        /// The account given.
        account: String,
    } = "creditor", "R1-27",
        why("收款人户名、账号或开户行不完整。", "The creditor's name, account or bank cannot be used."),
        cure("请核对收款人信息。", "Check the creditor's name, account number and bank.");
    /// Too much to read.
    Remark {
        /// Its letters.
        letters: usize,
        /// The most it may have.
        at_most: usize,
    } = "remark", "M8",
        why("附言过长。", "The remark is too long."),
        cure("请缩短附言。", "Shorten the remark.");
    /// Not queued yet.
    NotQueued {
        /// The command.
        command: CommandKind,
    } = "not_queued", "M8",
        why("该付款尚未排入队列。", "This payment is not queued yet."),
        cure("请先提交付款。", "Queue the payment first.");
    /// It never went to the bank.
    NotSent {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "not_sent", "M8",
        why("该付款从未发送给银行。", "This payment never went to the bank."),
        cure("请人工核对该银行信息属于哪笔付款。", "Let a person find which payment the bank means.");
    /// It is in another file.
    InAnotherFile {
        /// That file.
        file: PaymentFileId,
    } = "in_another_file", "M8",
        why("该付款已在另一付款文件中。", "This payment is in another file."),
        cure("一笔付款只发送一次，请核对付款文件。", "A payment is sent once: check the files.");
    /// Its file is not dropped.
    FileNotDropped {
        /// Its file.
        file: PaymentFileId,
    } = "file_not_dropped", "M8",
        why("该付款所在的付款文件未撤销。", "The payment's file is not dropped."),
        cure("请先撤销未放行的付款文件。", "Drop the file first, if it is not released.");
    /// It may have gone to the bank.
    SentBefore {
        /// Its file.
        file: PaymentFileId,
    } = "sent_before", "M8",
        why("该付款已在付款文件中，可能已到银行。", "This payment is in a file and may be at the bank already."),
        cure("请等待银行答复，或先撤销未放行的文件。", "Wait for the bank's answer, or drop the file if it is not released.");
    /// The bank said before that it is settled.
    SettledBefore {
        /// Its file.
        file: PaymentFileId,
    } = "settled_before", "M8",
        why("银行先前告知该付款已结算，现又拒绝。", "The bank said that it is settled, and now refuses it."),
        cure("请向银行核实，切勿重新付款。", "Ask the bank, and do not pay again before it is clear.");
    /// The bank refused it before.
    FailedBefore {
        /// The command.
        command: CommandKind,
        /// The bank's code.
        code: String,
    } = "failed_before", "M8",
        why("银行先前已拒绝该付款。", "The bank refused this payment before."),
        cure("请人工核对该银行流水，并暂停重新付款。", "Let a person compare with the bank's line, and hold back a new try.");
    /// Another line paid it.
    PaidBefore {
        /// The command.
        command: CommandKind,
        /// That line.
        line: LineId,
    } = "paid_before", "M8",
        why("该付款已由另一笔银行流水支付。", "Another bank line paid this payment before."),
        cure("请人工核对是否重复付款。", "Let a person check whether it was paid twice.");
    /// Money did not go out by this line.
    NotADebit {
        /// The line.
        line: LineId,
    } = "not_a_debit", "M8",
        why("该银行流水不是付款。", "This bank line is no payment out."),
        cure("请核对银行流水。", "Check the bank line.");
    /// A line of another account.
    AnotherAccount {
        /// The line's account.
        account: BankAccountId,
        /// The payment's.
        expected: BankAccountId,
    } = "another_account", "M8",
        why("该银行流水属于另一银行账户。", "This bank line is on another account."),
        cure("请核对银行流水。", "Check the bank line.");
    /// Another amount or currency than the payment's.
    AmountDiffers {
        /// The line's.
        amount: Money,
        /// The payment's.
        expected: Money,
    } = "amount_differs", "M8",
        why("银行流水金额与付款金额不一致。", "The bank line's amount is not the payment's."),
        cure("请人工核对该流水。", "Let a person look at the line.");
    /// It ended.
    Closed {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "closed", "M8",
        why("该付款的状态不允许此操作。", "This payment does not stand so that this could be done."),
        cure("如需再次付款，请新建付款。", "To pay once more, make another payment.");
}

impl PaymentRefusal {
    /// The state refuses the command, whatever its figures.
    #[must_use]
    pub const fn closes(&self) -> bool {
        match self {
            Self::NotQueued { .. }
            | Self::NotSent { .. }
            | Self::SentBefore { .. }
            | Self::SettledBefore { .. }
            | Self::FailedBefore { .. }
            | Self::PaidBefore { .. }
            | Self::Closed { .. } => true,
            Self::NotPositive { .. }
            | Self::Attempt { .. }
            | Self::OwnMoney { .. }
            | Self::Creditor { .. }
            | Self::Remark { .. }
            | Self::InAnotherFile { .. }
            | Self::FileNotDropped { .. }
            | Self::NotADebit { .. }
            | Self::AnotherAccount { .. }
            | Self::AmountDiffers { .. } => false,
        }
    }
}
