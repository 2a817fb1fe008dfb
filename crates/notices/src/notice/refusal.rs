//! Why a notice refuses, in the order the rule is checked. Never decides.

zaiton_kernel::refusals! {
    /// Why a command to a notice was refused.
    NoticeRefusal, "notices.notice";
    /// It has no way outside the inbox.
    OnlyInbox { } = "only_inbox", "R5-20",
        why("该通知仅在站内信中，没有对外发送。", "This notice is in the inbox alone: there is no way outside to send it by."),
        cure("请在预警设置中添加联系方式。", "Add contacts to the account's alerts.");
    /// It is still on its way.
    OnItsWay { } = "on_its_way", "R5-20",
        why("该通知仍在发送中。", "This notice is still on its way."),
        cure("请等待发送结果。", "Wait until every way was sent or is dead.");
    /// It was sent again too often.
    TooOften {
        /// How often it may be.
        at_most: u32,
    } = "too_often", "R5-20",
        why("该通知重发次数已达上限。", "This notice was sent again as often as it may be."),
        cure("请核对联系方式，或通过其他方式联系对方。", "Check the address, or reach them by another way.");
}
