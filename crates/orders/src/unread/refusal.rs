//! Why an unread message refuses, in the order the reasons are checked. Never decides.

use super::State;

refusals! {
    /// Why a command to an unread message was refused.
    UnreadRefusal, "channels.unread";
    /// No reason, or one too long.
    Reason {
        /// How many letters may be.
        at_most: usize,
    } = "reason", "R4-07",
        why("原因为空或过长。", "The reason is missing or too long."),
        cure("请填写 1 至 500 字。", "Write 1 to 500 letters.");
    /// It waits no more.
    Over {
        /// Where it stands.
        state: State,
    } = "over", "R4-07",
        why("该报文已处理。", "This message waits no more."),
        cure("无需处理。", "Nothing needs to be done.");
    /// Its time is not over.
    StillNeeded {
        /// When it is.
        from: String,
    } = "still_needed", "R4-10",
        why("保留期未满。", "The time for keeping is not over."),
        cure("请等待保留期满。", "Wait until it is.");
}
