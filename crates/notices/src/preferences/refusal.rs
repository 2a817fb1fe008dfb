//! Why preferences refuse, in the order the rule is checked. Never decides.

zaiton_kernel::refusals! {
    /// Why a command to preferences was refused.
    PreferencesRefusal, "notices.preferences";
    /// Neither an e-mail address nor a mobile number.
    Malformed { } = "malformed", "R5-20",
        why("不是有效的邮箱或手机号。", "This is neither an e-mail address nor a mobile number."),
        cure("邮箱须含一个“@”；手机号为 5 至 20 位数字，可带“+”。", "An address has one @; a number has 5 to 20 digits, after a + if it is from abroad.");
    /// No such zone.
    Zone { } = "zone", "R5-21",
        why("没有这个时区。", "There is no such time zone."),
        cure("请使用 IANA 时区名称，如 Asia/Shanghai。", "Use an IANA name such as Asia/Shanghai.");
    /// It may not be switched off.
    Mandatory {
        /// What.
        topic: String,
    } = "mandatory", "R5-20",
        why("涉及资金或店铺运行的通知不能关闭。", "What is about money, or about whether the shop works, cannot be switched off."),
        cure("请保留该类通知。", "Leave this topic on.");
    /// Too many people.
    TooMany {
        /// How many may be.
        at_most: usize,
    } = "too_many", "R5-20",
        why("设置的联系方式过多。", "There are as many choices as there may be."),
        cure("请修改已有的设置。", "Change one that is there.");
}
