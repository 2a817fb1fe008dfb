//! Why a held statement refuses. Never decides.

use zaiton_kernel::{Money, Timestamp};

use super::{CommandKind, State};

refusals! {
    /// Why a command to a held statement was refused.
    HeldRefusal, "bank.held";
    /// The statement before it has not come.
    StillMissing {
        /// What the last statement closed with.
        expected_opening: Money,
        /// What this one opens with.
        opening: Money,
    } = "still_missing", "K-43",
        why("期初余额与上一份对账单的期末余额不符。", "It does not open where the last statement closed."),
        cure("请导入缺少的对账单，或由人工决定。", "Take the missing statement, or let a person decide.");
    /// Without an actor.
    Nobody {} = "nobody", "K-43",
        why("缺少操作人。", "Nobody is named who does this."),
        cure("请登录后重试。", "Sign in and try again.");
    /// Without a reason, or with too much of it.
    ReasonMissing {
        /// Its letters.
        letters: usize,
        /// The most it may have.
        at_most: usize,
    } = "reason_missing", "K-43",
        why("缺少原因，或原因过长。", "The reason is missing, or too long."),
        cure("请填写 1 到 500 个字的原因。", "Say why in 1 to 500 letters.");
    /// Other content under the same name.
    Changed {
        /// The statement.
        statement_id: String,
        /// When the first one came.
        held_at: Timestamp,
    } = "changed", "K-43",
        why("同一编号的对账单正在等待处理，内容不同。", "A statement of this name is held already, with other content."),
        cure("请人工核对两份对账单，再决定取用或放弃先前的一份。", "Let a person compare the two, and take or drop the first.");
    /// Decided before.
    Closed {
        /// The command.
        command: CommandKind,
        /// Where it stands.
        state: State,
    } = "closed", "K-43",
        why("该对账单已处理。", "This statement is dealt with."),
        cure("如有需要，请重新导入对账单。", "Send the statement again if it is needed.");
}
