//! Why a person's record refuses. Never decides, and never says whether somebody exists.

use zaiton_kernel::Timestamp;

refusals! {
    /// Why a command to a person's record was refused.
    PersonRefusal, "identity.person";
    /// Too many wrong passwords.
    Wait {
        /// Until when.
        until: Timestamp,
    } = "wait", "R5-01",
        why("密码错误次数过多，请稍候再试。", "Too many wrong passwords: it must be waited."),
        cure("请在所示时间之后重试。", "Try again after the time that is shown.");
    /// Its address is not confirmed.
    Unconfirmed {} = "unconfirmed", "R5-01",
        why("邮箱尚未验证。", "The e-mail address is not confirmed yet."),
        cure("请打开验证邮件中的链接，或重新发送。", "Open the link in the mail, or have another sent.");
    /// An administrator keeps it out.
    Blocked {} = "blocked", "R5-01",
        why("该账号已被停用。", "This account is blocked."),
        cure("请联系管理员。", "Ask your administrator.");
    /// A code is needed, too.
    CodeNeeded {} = "code_needed", "R5-01",
        why("需要动态验证码。", "The code of the second factor is needed."),
        cure("请输入验证器中的六位数字，或一个恢复码。",
            "Type the six digits of your authenticator, or one of your recovery codes.");
    /// That code was taken before.
    CodeUsed {} = "code_used", "R5-01",
        why("该验证码已使用过。", "This code was used before."),
        cure("请等待下一个验证码。", "Wait for the next code.");
    /// There is a second factor already.
    SecondThere {} = "second_factor_there", "R5-01",
        why("已启用双重验证。", "There is a second factor already."),
        cure("如需更换，请先停用。", "To change it, drop it first.");
    /// No secret was shown.
    NothingOffered {} = "nothing_offered", "R5-01",
        why("尚未生成验证器密钥。", "No secret of a second factor was made yet."),
        cure("请先生成密钥并扫码。", "Have one made, and scan it.");
    /// There is no second factor.
    NoSecond {} = "no_second_factor", "R5-01",
        why("未启用双重验证。", "There is no second factor."),
        cure("无需停用。", "There is nothing to drop.");
    /// A link was sent just now.
    LinkTooSoon {
        /// From when on another may be.
        from: Timestamp,
    } = "link_too_soon", "R5-01",
        why("邮件刚刚发送过。", "A mail was sent just now."),
        cure("请在所示时间之后重试。", "Try again after the time that is shown.");
    /// Enough for one day.
    LinkTooMany {
        /// Of one day.
        most: u8,
    } = "link_too_many", "R5-01",
        why("今日发送次数已达上限。", "No more mails are sent today."),
        cure("请明日再试，或联系管理员。", "Try again tomorrow, or ask your administrator.");
    /// It is not good, or not any more.
    LinkOver {} = "link_over", "R5-01",
        why("链接无效或已过期。", "The link is not good, or not any more."),
        cure("请重新申请。", "Ask for another.");
    /// It is of the other side.
    OtherSide {} = "other_side", "R5-02",
        why("平台人员不能同时是商家人员。", "Nobody is of the platform and of a merchant."),
        cure("请使用另一个登录名。", "Use another login.");
    /// It is a member of too many.
    TooManyOrganisations {
        /// At most.
        most: usize,
    } = "too_many_organisations", "R5-02",
        why("所属商家过多。", "It is a member of too many merchants."),
        cure("请先退出其他商家。", "Let it leave others first.");
}
