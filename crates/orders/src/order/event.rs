//! What happened to an order. Amounts are minor units of the order's currency. Never changes its meaning once
//! stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Text, Timestamp};

/// What a refund gave back of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundedLine {
    /// The line.
    pub line: String,
    /// Minor units, above zero.
    pub minor: i64,
}

/// An event of an order: a fact, told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was placed.
    Placed {
        /// When.
        at: Timestamp,
    },
    /// Reading K-90. The original that bore its fee was cancelled: from now on it bears its own.
    BearsItself {
        /// When that one was placed, as far as it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        original_placed_at: Option<Timestamp>,
    },
    /// It was dispatched.
    Shipped {
        /// When.
        at: Timestamp,
    },
    /// Money was given back.
    Refunded {
        /// The channel's reference.
        reference: String,
        /// When.
        at: Timestamp,
        /// Of which lines, each once.
        lines: Vec<RefundedLine>,
    },
    /// It is complete.
    Completed {
        /// When.
        at: Timestamp,
    },
    /// It was cancelled.
    Cancelled {
        /// When.
        at: Timestamp,
    },
    /// The channel said something that cannot be: not applied, for a person.
    Contradicted {
        /// What.
        what: Contradiction,
    },
    /// The channel has changed it; whatever of that is ours came as other events.
    Touched {
        /// When.
        updated_at: Timestamp,
    },
}

/// Facts that have one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Dispatch.
    Shipped,
    /// Completion.
    Completed,
    /// Cancellation.
    Cancelled,
}

/// What of an order never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The currency.
    Currency,
    /// When it was placed.
    PlacedAt,
    /// Its lines and what was paid for them.
    Lines,
    /// Its promotions.
    Promotions,
    /// Its total.
    Total,
}

/// Something that a channel said and that cannot be true beside what it said before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "contradiction", rename_all = "snake_case")]
pub enum Contradiction {
    /// What never changes has changed: nothing of the snapshot was applied.
    Changed {
        /// What.
        field: Field,
    },
    /// A fact has another time than before.
    Moved {
        /// Which.
        fact: FactKind,
        /// The time before.
        known: Timestamp,
        /// The time now.
        found: Timestamp,
    },
    /// Complete and cancelled, or dispatched after it was cancelled: the one told later is not applied.
    Excluded {
        /// The fact that is not applied.
        fact: FactKind,
        /// Its time.
        at: Timestamp,
    },
    /// A refund of more than was paid for a line and not yet refunded.
    RefundTooLarge {
        /// The refund.
        reference: String,
        /// The line.
        line: String,
        /// Minor units given back by it.
        minor: i64,
        /// Minor units that could be.
        left_minor: i64,
    },
    /// It bore its own fee, and is a part of an order that bears one: nothing is taken back for that.
    BorneTwice,
    /// More refunds than an order may have.
    TooManyRefunds {
        /// The refund that is one too many.
        reference: String,
    },
    /// A refund has another total than before.
    RefundChanged {
        /// The refund.
        reference: String,
        /// Minor units before.
        known_minor: i64,
        /// Minor units now.
        found_minor: i64,
    },
}

impl Contradiction {
    /// In words, for the task that a person gets.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Changed { field } => {
                let (zh, en) = field.words();
                Text::new(
                    format!("渠道更改了订单的{zh}，未采用。"),
                    format!("The channel has changed {en} of the order; nothing of it was taken."),
                )
            }
            Self::Moved { fact, known, found } => {
                let (zh, en) = fact.words();
                Text::new(
                    format!("{zh}时间由 {known} 变为 {found}，未采用。"),
                    format!("The time of {en} was {known} and is now {found}; it was not taken."),
                )
            }
            Self::Excluded { fact, at } => {
                let (zh, en) = fact.words();
                Text::new(
                    format!("订单状态与{zh}（{at}）矛盾，未采用。"),
                    format!(
                        "The order cannot have {en} ({at}) after what was told before; it was not taken."
                    ),
                )
            }
            Self::RefundTooLarge { reference, line, .. } => Text::new(
                format!("退款 {reference} 超过商品行 {line} 的已付金额，未采用。"),
                format!("Refund {reference} is more than was paid for line {line}; it was not taken."),
            ),
            Self::BorneTwice => Text::new(
                "订单已单独冻结费用，渠道随后又称其属于另一订单；费用未调整。",
                "The order bears a fee of its own, and is said to be part of one that bears its fee; nothing was changed.",
            ),
            Self::TooManyRefunds { reference } => Text::new(
                format!("订单退款次数过多，退款 {reference} 未采用。"),
                format!("The order has too many refunds; refund {reference} was not taken."),
            ),
            Self::RefundChanged { reference, .. } => Text::new(
                format!("退款 {reference} 的金额与之前不同，未采用。"),
                format!("Refund {reference} has another amount than before; it was not taken."),
            ),
        }
    }
}

impl FactKind {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Shipped => ("发货", "a dispatch"),
            Self::Completed => ("完成", "a completion"),
            Self::Cancelled => ("取消", "a cancellation"),
        }
    }
}

impl Field {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Currency => ("币种", "the currency"),
            Self::PlacedAt => ("下单时间", "the time of placing"),
            Self::Lines => ("商品行", "the lines"),
            Self::Promotions => ("活动", "the promotions"),
            Self::Total => ("总额", "the total"),
        }
    }
}
