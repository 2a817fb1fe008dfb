//! Why an address of webhooks refuses, in the order the rule is checked. Never decides.

zaiton_kernel::refusals! {
    /// Why a command to an address of webhooks was refused.
    EndpointRefusal, "webhooks.endpoint";
    /// It is over.
    Removed { } = "removed", "R5-41",
        why("该推送地址已移除。", "This address was removed."),
        cure("请添加新的推送地址。", "Add another one.");
    /// It is none that messages can go to.
    Url { } = "url", "R5-41",
        why("推送地址须为 https:// 开头的完整网址，不含用户名、片段和空白。", "An address is a whole one that begins with https://, without a user's name, a fragment or spaces."),
        cure("请填写可从公网访问的 https 地址。", "Give an https address that can be reached from the internet.");
    /// A word too many.
    Words {
        /// Letters, at most.
        at_most: usize,
    } = "words", "R5-41",
        why("说明或原因为空或过长。", "The description is too long, or there is no reason."),
        cure("请缩短说明，并填写原因。", "Keep it short, and say why.");
    /// Nobody may want a ping.
    Events { } = "events", "R5-41",
        why("ping 不能订阅，测试时会自动发送。", "A ping is no event to be wanted: it comes when somebody tries the address."),
        cure("请去掉 ping。", "Leave `ping` out.");
    /// As many as there may be.
    TooMany {
        /// How many may be.
        at_most: usize,
    } = "too_many", "R5-41",
        why("推送地址数量已达上限。", "There are as many addresses as there may be."),
        cure("请先移除不用的地址。", "Remove one that is not used.");
    /// It is there already.
    Known {
        /// Which.
        endpoint: super::EndpointId,
    } = "known", "R5-41",
        why("该推送地址已存在。", "This address is there already."),
        cure("请修改已有的地址，或轮换其密钥。", "Change the one that is there, or rotate its secret.");
    /// It is not paused.
    NotPaused { } = "not_paused", "R5-41",
        why("该推送地址没有暂停。", "This address is not paused."),
        cure("无需恢复。", "There is nothing to resume.");
    /// It is paused.
    Paused { } = "paused", "R5-41",
        why("该推送地址已暂停。", "This address is paused."),
        cure("请先恢复。", "Resume it first.");
}
