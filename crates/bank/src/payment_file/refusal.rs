//! Why a payment file refuses, in the order the rules list the reasons. Never decides.

use zaiton_kernel::Money;

use super::{CommandKind, State};
use crate::bank_account::BankAccountId;
use crate::payment::PaymentId;

refusals! {
    /// Why a command to a payment file was refused.
    PaymentFileRefusal, "bank.payment_file";
    /// Without an actor.
    Nobody {} = "nobody", "R5-03",
        why("缺少操作人。", "Nobody is named who does this."),
        cure("请登录后重试。", "Sign in and try again.");
    /// No payments, or too many.
    Count {
        /// How many.
        payments: usize,
        /// The most of a file.
        at_most: usize,
    } = "count", "R1-27",
        why("付款文件没有付款或付款过多。", "A file has at least one payment, and not too many."),
        cure("请选择付款，必要时分成几个文件。", "Choose payments; make several files when there are many.");
    /// A payment of another account.
    AnotherAccount {
        /// The payment.
        payment: PaymentId,
        /// Its account.
        account: BankAccountId,
    } = "another_account", "R1-27",
        why("该付款从另一银行账户付出。", "This payment is made from another account."),
        cure("每个银行账户单独建付款文件。", "Make a file for each account.");
    /// A payment that is in it twice.
    Twice {
        /// The payment.
        payment: PaymentId,
    } = "twice", "M8",
        why("同一付款出现两次。", "A payment is named twice."),
        cure("请删除重复的付款。", "Name each payment once.");
    /// Another currency, or a sum that does not fit.
    Amount {
        /// The payment.
        payment: PaymentId,
        /// Its amount.
        amount: Money,
    } = "amount", "R1-27",
        why("付款币种不符或合计超出上限。", "A payment has another currency, or the sum is too large."),
        cure("请核对该付款。", "Check this payment.");
    /// Not proposed yet.
    NotProposed {
        /// The command.
        command: CommandKind,
    } = "not_proposed", "R1-27",
        why("付款文件尚未提交。", "The file is not proposed yet."),
        cure("请先提交付款文件。", "Propose the file first.");
    /// Who proposed it may not release it.
    SamePerson {
        /// Who proposed it.
        maker: String,
    } = "same_person", "R1-27",
        why("提交人不能放行自己的付款文件。", "Who proposed a file cannot release it."),
        cure("请由另一人放行。", "Let a second person release it.");
    /// Not released.
    NotReleased {
        /// Where it stands.
        state: State,
    } = "not_released", "R1-27",
        why("付款文件尚未放行。", "The file is not released."),
        cure("请先由第二人放行。", "Let a second person release it first.");
    /// It went on.
    Closed {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "closed", "M8",
        why("付款文件的状态不允许此操作。", "The file does not stand so that this could be done."),
        cure("如需再次付款，请新建付款文件。", "Make another file for other payments.");
}
