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
}
