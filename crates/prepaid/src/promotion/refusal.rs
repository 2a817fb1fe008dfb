//! Why a promotion refuses, in the order the rules list the reasons. Never decides.

use zaiton_kernel::{Money, Timestamp};

use super::{Cause, CommandKind, State};
use crate::account::State as AccountState;

refusals! {
    /// Why a command to a promotion was refused.
    PromotionRefusal, "prepaid.promotion";
    /// The account that would pay is not opened.
    NoAccount {
        /// Where the account stands.
        account: AccountState,
    } = "no_account", "R1-13",
        why("尚未开通预存账户。", "The prepaid account is not opened."),
        cure("请先开户。", "Open the account first.");
    /// Alerts were not set yet.
    AlertsMissing {
        /// Where the account stands.
        account: AccountState,
    } = "alerts_missing", "R1-13",
        why("账户尚未配置预警。", "The account's alerts are not set."),
        cure("请先配置预警，再完成首次充值。", "Set the alerts, then make the first top-up.");
    /// The first top-up did not come yet.
    TopUpMissing {
        /// Where the account stands.
        account: AccountState,
    } = "top_up_missing", "R1-13",
        why("账户尚未完成首次充值，未激活。", "The account has had no top-up yet and is not active."),
        cure("请完成首次充值。", "Make the first top-up.");
    /// The account is restricted, closing or closed.
    AccountAbnormal {
        /// Where the account stands.
        account: AccountState,
        /// It is restricted.
        restricted: bool,
    } = "account_abnormal", "R1-13",
        why("账户状态异常（受限、销户中或已销户）。", "The account is restricted, closing or closed."),
        cure("请联系运营解除限制。", "Ask the operator to lift the restriction.");
    /// The account owes.
    Arrears {
        /// How much.
        owed: Money,
    } = "arrears", "R1-13",
        why("账户有待缴费金额。", "The account owes fees."),
        cure("请充值至少待缴费金额，系统将自动缴清。", "Top up at least what is owed; it is repaid by itself.");
    /// There is no such draft yet.
    NotDrafted {
        /// The command.
        command: CommandKind,
    } = "not_drafted", "R1-13",
        why("活动尚未创建。", "The promotion was not drafted yet."),
        cure("请先创建活动。", "Draft the promotion first.");
    /// Drafted before, otherwise.
    DraftedOtherwise {
        /// Where it stands.
        state: State,
    } = "drafted_otherwise", "R1-13",
        why("活动已创建，内容不同。", "The promotion was drafted before, otherwise."),
        cure("如需修改，请结束后新建活动。", "To change it, end it and draft a new one.");
    /// It has ended.
    Closed {
        /// The command.
        command: CommandKind,
        /// How it ended.
        state: State,
    } = "closed", "R1-11",
        why("活动已结束。", "The promotion has ended."),
        cure("如需继续，请新建活动。", "To go on, draft a new promotion.");
    /// It was not scheduled.
    NotScheduled {
        /// The command.
        command: CommandKind,
    } = "not_scheduled", "R1-13",
        why("活动尚未提交排期。", "The promotion was not scheduled."),
        cure("请先提交活动排期。", "Schedule it first.");
    /// Another cause than the one that has gone holds it.
    HeldOtherwise {
        /// What has gone.
        gone: Cause,
        /// What holds it.
        held_by: Cause,
    } = "held_otherwise", "R1-11",
        why("活动因其他原因中止，不能由此恢复。", "The promotion is suspended for another cause."),
        cure("请由中止方恢复活动。", "Whoever stopped it lets it go on.");
    /// Its time has not come.
    NotYetDue {
        /// When it begins.
        starts_at: Timestamp,
    } = "not_yet_due", "R1-13",
        why("活动尚未到开始时间。", "The promotion's time has not come."),
        cure("请等待开始时间。", "Wait until it begins.");
    /// Its time is not over.
    NotYetOver {
        /// When it ends.
        ends_at: Timestamp,
    } = "not_yet_over", "R1-13",
        why("活动尚未到结束时间。", "The promotion's time is not over."),
        cure("请等待结束时间，或主动结束。", "Wait until it is over, or end it by hand.");
    /// A name that is empty or too long.
    Name {
        /// Its letters.
        letters: usize,
        /// At most.
        at_most: usize,
    } = "name", "R1-13",
        why("活动名称为空或过长。", "The promotion's name is empty or too long."),
        cure("请填写长度合适的名称。", "Give a name of fitting length.");
    /// No term, too many, one twice, or a rate out of range.
    Terms {
        /// How many.
        terms: usize,
        /// At most.
        at_most: usize,
    } = "terms", "R1-39",
        why("分期期数为空、过多、重复，或费率超出范围。", "There is no term, there are too many or one twice, or a rate is out of range."),
        cure("请填写 1 至上限个不同期数，费率为 0.01% 至 100%。", "Give different terms, at most so many, with rates of 0.01 % to 100 %.");
    /// A share above the whole.
    Share {
        /// In basis points.
        share_bps: u32,
    } = "share", "R1-39",
        why("商家承担比例不得超过 100%。", "The merchant's share is above the whole."),
        cure("请填写 0 至 100% 的比例。", "Give a share of 0 to 100 %.");
    /// Too many products, none, or a name too long.
    ProductList {
        /// How many.
        products: usize,
        /// At most.
        at_most: usize,
    } = "products", "R1-13",
        why("商品清单为空、过多，或商品编码过长。", "There is no product, there are too many, or one's code is too long."),
        cure("请减少商品，或选择全部商品。", "Name fewer products, or all of them.");
    /// It would end before it begins, or is over already.
    Period {
        /// From when.
        starts_at: Timestamp,
        /// Until when.
        ends_at: Timestamp,
    } = "period", "R1-13",
        why("活动结束时间须晚于开始时间，且晚于现在。", "The promotion must end after it begins, and after now."),
        cure("请调整活动时间。", "Give another period.");
}
