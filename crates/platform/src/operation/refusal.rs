//! Why a command to an operation is refused, and why one fails. Never decides.

use zaiton_kernel::Timestamp;

use super::CommandKind;

zaiton_kernel::refusals! {
    /// Why a command to an operation was refused, or the operation failed.
    OperationRefusal, "platform.operation";
    /// A name in what is asked is none.
    Name {
        /// Which field.
        field: &'static str,
    } = "name", "R5-40",
        why("名称须为 1 至 128 字节，不得含控制字符。", "A name is 1 to 128 bytes, without control characters."),
        cure("请核对名称。", "Check the name.");
    /// The period ends before it begins.
    Period {
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        to: Timestamp,
    } = "period", "R5-40",
        why("起始时间不早于结束时间。", "The period does not end after its beginning."),
        cure("请核对起止时间。", "Check from and to.");
    /// One person has as many waiting as one may.
    TooManyWaiting {
        /// How many.
        waiting: usize,
    } = "too_many_waiting", "R5-43",
        why("您等待中的任务已达上限。", "As many of yours wait as may."),
        cure("请等待完成，或取消不需要的任务。", "Wait until some are done, or cancel those that are not needed.");
    /// As many wait as may, of all people.
    Full {
        /// How many.
        waiting: usize,
    } = "full", "R5-43",
        why("等待中的任务已达系统上限。", "As many wait as may, of all people together."),
        cure("请稍后重试。", "Try again a little later.");
    /// No worker has taken it up.
    NotBegun {
        /// What was asked.
        command: CommandKind,
    } = "not_begun", "R5-40",
        why("任务尚未开始。", "It was not begun yet."),
        cure("请等待其开始。", "Wait until it is.");
    /// A later attempt is under way.
    Superseded {
        /// The attempt that speaks.
        attempt: u32,
        /// The one that is under way.
        current: u32,
    } = "superseded", "R5-40",
        why("已有新的执行在进行。", "A later attempt is under way."),
        cure("无需处理。", "Nothing is to be done.");
    /// It is over.
    Closed {
        /// What was asked.
        command: CommandKind,
    } = "closed", "R5-40",
        why("任务已结束。", "It is over."),
        cure("如仍需要，请重新发起。", "Ask for it anew if it is still needed.");
    /// It is not done.
    NotDone {
        /// What was asked.
        command: CommandKind,
    } = "not_done", "R5-40",
        why("任务尚未完成。", "It is not done."),
        cure("请等待其完成。", "Wait until it is.");
    /// The time of its file is not over.
    TooEarly {
        /// When it is.
        until: Timestamp,
    } = "too_early", "R5-40",
        why("文件保存期未到。", "The time of its file is not over."),
        cure("请等到该时间。", "Wait until then.");
    /// It was begun again and again and never came to an end.
    GaveUp {
        /// How often.
        attempts: u32,
    } = "gave_up", "R5-40",
        why("多次执行均未完成。", "It was begun again and again and never came to its end."),
        cure("请缩小范围后重新发起；仍不成功请联系管理员。", "Ask for less; if that does not go either, call the administrator.");
    /// More rows than a file may have.
    TooManyRows {
        /// How many it may have.
        most: u64,
    } = "too_many_rows", "R5-43",
        why("行数超过单个文件的上限。", "There are more rows than a file may have."),
        cure("请缩短期间，分次导出。", "Narrow the period, and export in parts.");
    /// A larger file than there may be.
    TooLarge {
        /// How many bytes it may have.
        most_bytes: u64,
    } = "too_large", "R5-43",
        why("文件超过大小上限。", "The file would be larger than it may be."),
        cure("请缩短期间，分次导出。", "Narrow the period, and export in parts.");
    /// There is no such merchant or bank account.
    NotFound {
        /// By which name it was asked for.
        name: String,
    } = "not_found", "R5-40",
        why("没有找到该商家或银行账户。", "There is no such merchant or bank account."),
        cure("请核对代码或账号后重新发起。", "Check the code or the number, then ask anew.");
    /// The database or the disk did not do what was asked of it.
    World { } = "world", "R5-40",
        why("读取数据或写入文件失败。", "The data could not be read, or the file could not be written."),
        cure("请重新发起；仍不成功请联系管理员。", "Ask anew; if that does not go either, call the administrator.");
}
