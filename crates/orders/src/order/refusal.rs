//! Why a snapshot cannot be read as an order. Never a judgement of facts: those are noted, not refused.

use zaiton_kernel::{Currency, Money};

use super::Status;

refusals! {
    /// Why a snapshot was refused: it does not make sense by itself.
    OrderRefusal, "orders.order";
    /// It is of another order than the stored one.
    OtherOrder {
        /// The stored order's key.
        expected: String,
        /// The snapshot's key.
        found: String,
    } = "other_order", "R1-20",
        why("快照属于其他订单。", "The snapshot is of another order."),
        cure("请核对渠道订单号。", "Check the channel's order id.");
    /// Shop or order id are empty, hold a slash in the shop, or are too long together.
    Key {
        /// The key.
        key: String,
        /// Its letters.
        letters: usize,
        /// The most it may have.
        at_most: usize,
    } = "key", "R1-20",
        why("店铺或订单号为空、含有“/”或过长。", "Shop or order id are empty, too long, or the shop holds a slash."),
        cure("请使用较短的店铺代码和订单号。", "Use a shorter shop code and order id.");
    /// A status without its time.
    TimeMissing {
        /// The status.
        status: Status,
    } = "time_missing", "R1-20",
        why("订单状态缺少对应的时间。", "The status is given without its time."),
        cure("请补充发货、完成或取消时间。", "Give the time of dispatch, completion or cancellation.");
    /// No lines, or too many.
    Lines {
        /// How many.
        lines: usize,
        /// The most there may be.
        at_most: usize,
    } = "lines", "R1-20",
        why("订单没有商品行，或行数过多。", "The order has no lines, or too many."),
        cure("请核对订单数据。", "Check the order's data.");
    /// Two lines have one id, or two refunds one reference, or a refund names a line twice.
    Twice {
        /// The id or reference.
        name: String,
    } = "twice", "R1-20",
        why("商品行或退款编号重复。", "A line or refund is named twice."),
        cure("请核对订单数据。", "Check the order's data.");
    /// A refund or promotion names a line that is not there.
    LineUnknown {
        /// The line.
        line: String,
    } = "line_unknown", "R1-20",
        why("退款或活动引用了不存在的商品行。", "A refund or promotion names a line that the order does not have."),
        cure("请核对订单数据。", "Check the order's data.");
    /// More refunds than are taken.
    TooManyRefunds {
        /// How many.
        refunds: usize,
        /// The most there may be.
        at_most: usize,
    } = "too_many_refunds", "R1-21",
        why("订单退款次数过多。", "The order has too many refunds."),
        cure("请人工处理。", "Let a person deal with it.");
    /// An amount below zero, or a refund of nothing.
    Amount {
        /// Of what: `total`, a line or a refund.
        place: String,
        /// The amount.
        amount: Money,
    } = "amount", "R1-39",
        why("订单金额不合理。", "An amount of the order cannot be."),
        cure("请核对订单数据。", "Check the order's data.");
    /// Several currencies in one order.
    Currency {
        /// The order's currency.
        expected: Currency,
        /// The amount in another one.
        amount: Money,
    } = "currency", "R1-39",
        why("订单中有多种币种。", "The order has amounts in several currencies."),
        cure("请使用同一币种。", "Give all amounts in one currency.");
    /// Amounts past 63 bits.
    Overflow {
        /// The order's key.
        key: String,
    } = "overflow", "R1-39",
        why("订单金额超出上限。", "The amounts of the order are too large."),
        cure("请核对订单数据。", "Check the order's data.");
}
