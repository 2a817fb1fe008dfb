//! Why a channel order refuses, in the order the reasons are checked. Never decides.

use super::State;

refusals! {
    /// Why a command to a channel order was refused.
    ChannelRefusal, "orders.channel";
    /// Shop or order id are empty, hold a slash in the shop, or are too long together.
    Key {
        /// The key.
        key: String,
        /// The most letters it may have.
        at_most: usize,
    } = "key", "R4-03",
        why("店铺或订单号为空、含有“/”或过长。", "Shop or order id are empty, too long, or the shop holds a slash."),
        cure("请使用较短的店铺代码。", "Use a shorter shop code.");
    /// A message of another order.
    OtherOrder {
        /// The order's key.
        expected: String,
        /// The message's key.
        found: String,
    } = "other_order", "R4-03",
        why("消息属于其他订单。", "The message is of another order."),
        cure("请核对渠道订单号。", "Check the channel's order id.");
    /// Not a hash.
    Hash { } = "hash", "R4-10",
        why("原始报文的摘要格式不正确。", "The hash of the raw message is malformed."),
        cure("须为 64 位十六进制 SHA-256。", "It is a SHA-256 in 64 hexadecimal digits.");
    /// The order as read is too large.
    Detail {
        /// Bytes that were given.
        bytes: usize,
        /// How many may be.
        at_most: usize,
    } = "detail", "R4-10",
        why("订单内容过大。", "The order is too large."),
        cure("请拆分订单或联系技术支持。", "Split the order, or call the technicians.");
    /// Read anew, and another message is current.
    NotCurrent { } = "not_current", "R4-04",
        why("该消息已被更新的消息取代。", "A newer message has taken this one's place."),
        cure("请重新读取最新消息。", "Read the newest message anew.");
    /// Nothing waits for a person.
    NothingToAccept {
        /// Where it stands.
        state: State,
    } = "nothing_to_accept", "R4-07",
        why("该订单无需人工处理。", "Nothing of this order waits for a person."),
        cure("无需处理。", "Nothing needs to be done.");
    /// No reason, or one too long.
    Reason {
        /// How many letters may be.
        at_most: usize,
    } = "reason", "R4-07",
        why("原因为空或过长。", "The reason is missing or too long."),
        cure("请填写 1 至 500 字。", "Write 1 to 500 letters.");
    /// It still goes on, or ended too short a time ago.
    StillNeeded {
        /// When it may be forgotten; none while the order has not ended.
        from: String,
    } = "still_needed", "R4-10",
        why("订单尚未结束，或结束时间不足。", "The order goes on, or has ended too short a time ago."),
        cure("请等待保留期满。", "Wait until the time for keeping is over.");
}
