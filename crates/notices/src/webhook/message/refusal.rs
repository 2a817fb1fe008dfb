//! Why a message of a webhook refuses, in the order the rule is checked. Never decides.

zaiton_kernel::refusals! {
    /// Why a command to a message was refused.
    MessageRefusal, "webhooks.message";
    /// It is still on its way.
    OnItsWay { } = "on_its_way", "R5-41",
        why("该消息仍在推送中。", "This message is still on its way."),
        cure("请等待推送结果。", "Wait until it was answered or given up.");
    /// It was replayed too often.
    TooOften {
        /// How often it may be.
        at_most: u32,
    } = "too_often", "R5-41",
        why("该消息补发次数已达上限。", "This message was replayed as often as it may be."),
        cure("请检查接收方。", "Look at the receiver.");
}
