//! Why a contact point refuses, in the order the rule is checked. Never decides.

use zaiton_kernel::Timestamp;

zaiton_kernel::refusals! {
    /// Why a command to a contact point was refused.
    ContactRefusal, "notices.contact";
    /// Neither an e-mail address nor a mobile number.
    Malformed { } = "malformed", "R1-04",
        why("不是有效的邮箱或手机号。", "This is neither an e-mail address nor a mobile number."),
        cure("邮箱须含一个“@”；手机号为 5 至 20 位数字，可带“+”。", "An address has one @; a number has 5 to 20 digits, after a + if it is from abroad.");
    /// The last code went out a moment ago.
    TooSoon {
        /// When the next may be asked for.
        again_at: Timestamp,
    } = "too_soon", "R1-04",
        why("验证码刚刚发送。", "A code was sent a moment ago."),
        cure("请稍候再试。", "Wait a little, then ask again.");
    /// As many codes went there today as may.
    TooManyToday {
        /// How many may.
        at_most: u8,
    } = "too_many_today", "R1-04",
        why("今天向该联系方式发送的验证码已达上限。", "As many codes as allowed were sent there today."),
        cure("请明天再试，或使用其他联系方式。", "Try again tomorrow, or use another address.");
    /// No code was asked for.
    NoCode { } = "no_code", "R1-04",
        why("尚未向该联系方式发送验证码。", "No code was sent there."),
        cure("请先获取验证码。", "Ask for a code first.");
    /// The code's time is over.
    Expired {
        /// Since when.
        until: Timestamp,
    } = "expired", "R1-04",
        why("验证码已过期。", "The code is no longer valid."),
        cure("请重新获取验证码。", "Ask for a new code.");
    /// Wrong codes were told too often.
    TriesUsed {
        /// How often is allowed.
        at_most: u8,
    } = "tries_used", "R1-04",
        why("验证码错误次数过多，该验证码已失效。", "Wrong codes were told too often: this one is void."),
        cure("请重新获取验证码。", "Ask for a new code.");
    /// Not the code that was sent.
    Wrong {
        /// How many tries are left.
        left: u8,
    } = "wrong_code", "R1-04",
        why("验证码不正确。", "This is not the code that was sent."),
        cure("请核对最近一次收到的验证码。", "Check the code that came last.");
}
