//! Why a merchant refuses. Never decides.

refusals! {
    /// Why a command to a merchant was refused.
    MerchantRefusal, "onboarding.merchant";
    /// The code is too short, too long, or has other signs than it may.
    CodeUnreadable {
        /// The code.
        code: String,
    } = "code_unreadable", "R1-02",
        why("商家代码格式不正确。", "This is no merchant code."),
        cure("请使用 2 到 32 位字母、数字、下划线或连字符。", "Use 2 to 32 letters, digits, underscores or hyphens.");
    /// Name or company are missing.
    NameMissing {
        /// The code.
        code: String,
    } = "name_missing", "R1-02",
        why("缺少商家名称或公司名称。", "The merchant's or the company's name is missing."),
        cure("请填写商家名称和公司名称。", "Give both names.");
    /// Registered before, with other data.
    RegisteredOtherwise {
        /// The code.
        code: String,
        /// The company that has it.
        company: String,
    } = "registered_otherwise", "R1-02",
        why("该商家代码已登记，信息不同。", "This merchant was registered before, with other data."),
        cure("请核对商家代码。", "Check the code.");
}
