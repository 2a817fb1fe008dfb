//! Why a connection refuses, in the order the reasons are checked. Never decides.

use super::State;

refusals! {
    /// Why a command to a connection was refused.
    ConnectionRefusal, "channels.connection";
    /// A word of it is missing or too long.
    Word {
        /// Which.
        field: &'static str,
        /// How many letters may be.
        at_most: usize,
    } = "word", "R4-01",
        why("店铺、地址或原因为空或过长。", "Shop, address or reason are missing or too long."),
        cure("请填写后重试。", "Fill it in, then try again.");
    /// No time zone.
    Zone {
        /// What was given.
        zone: String,
    } = "zone", "R4-05",
        why("没有此时区。", "There is no such time zone."),
        cure("请使用 IANA 时区名，例如 Asia/Shanghai。", "Use an IANA name such as Asia/Shanghai.");
    /// Neither pulled nor pushed.
    NoWay { } = "no_way", "R4-01",
        why("既不拉取也不接收推送，订单无从到达。", "With neither pull nor push no order can come."),
        cure("请至少开启一种方式。", "Turn at least one of them on.");
    /// The first time it must be said from when on.
    Since { } = "since", "R4-02",
        why("首次连接须说明从何时起获取订单。", "The first time, it must be said from when on orders are wanted."),
        cure("请填写 since。", "Give `since`.");
    /// In the future.
    SinceAhead {
        /// What was given.
        since: String,
    } = "since_ahead", "R4-02",
        why("起始时间晚于当前时间。", "The beginning is ahead of now."),
        cure("请填写过去的时间。", "Give a moment in the past.");
    /// Not in this state.
    State {
        /// Where it stands.
        state: State,
    } = "state", "R4-06",
        why("连接当前状态不允许此操作。", "The connection's state does not allow this."),
        cure("请先恢复或重新连接。", "Resume it, or connect it anew, first.");
    /// The turn is not due.
    NotDue {
        /// Which is.
        turn: u64,
    } = "not_due", "R4-02",
        why("该轮拉取尚未到期。", "This turn is not due."),
        cure("请等待。", "Wait for it.");
    /// It is under way.
    UnderWay {
        /// Which turn.
        turn: u64,
    } = "under_way", "R4-02",
        why("正在拉取。", "A turn is under way."),
        cure("请稍候。", "Wait until it is over.");
    /// The place to go on from is too large.
    Cursor {
        /// Bytes that were given.
        bytes: usize,
        /// How many may be.
        at_most: usize,
    } = "cursor", "R4-02",
        why("续取位置过大。", "The place to go on from is too large."),
        cure("请联系技术支持。", "Call the technicians.");
    /// Nothing is to be heeded.
    NothingToHeed { } = "nothing_to_heed", "R4-05",
        why("没有待确认的差异。", "There is nothing to be heeded."),
        cure("无需处理。", "Nothing needs to be done.");
}
