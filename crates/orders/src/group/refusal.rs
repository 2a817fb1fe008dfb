//! Why a payment group refuses, in the order the reasons are checked. Never decides.

refusals! {
    /// Why a command to a payment group was refused.
    GroupRefusal, "orders.payment_group";
    /// No reference, or one too long.
    Reference {
        /// Letters that it has.
        letters: usize,
        /// The most that it may have.
        at_most: usize,
    } = "reference", "K-89",
        why("合并支付编号为空或过长。", "The payment group's reference is empty or too long."),
        cure("请使用 1 至 100 个字符的编号。", "Use a reference of 1 to 100 letters.");
    /// More orders than one payment may cover.
    TooManyMembers {
        /// The most there may be.
        at_most: usize,
    } = "too_many_members", "K-89",
        why("同一笔支付涉及的订单过多。", "One payment covers too many orders."),
        cure("请人工核对该笔支付与其订单。", "Compare the payment and its orders by hand.");
    /// More payments than one group may have.
    TooManyPayments {
        /// How many there would be.
        payments: usize,
        /// The most there may be.
        at_most: usize,
    } = "too_many_payments", "K-89",
        why("合并支付中的付款笔数过多。", "The payment group has too many payments."),
        cure("请人工核对该笔支付与其订单。", "Compare the payments and their orders by hand.");
}
