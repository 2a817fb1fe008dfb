//! Webhooks after the Standard Webhooks convention (R5-41): a merchant's addresses, the events they want, and each message with
//! its attempts over days. Never sends, never sees a secret.

pub mod endpoint;
pub mod message;

use serde::{Deserialize, Serialize};

pub use endpoint::{Endpoint, EndpointBook, EndpointBookId, EndpointId, StoredSecret};
pub use message::{Message, WebhookMessageId};

use crate::Topic;

/// What a message is about, by the name that receivers see.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[schemars(rename = "WebhookEvent")]
pub enum PublicEvent {
    /// Somebody tries the address.
    #[serde(rename = "ping")]
    Ping,
    /// Rule R1-05. Available is below the warning line.
    #[serde(rename = "balance.low")]
    BalanceLow,
    /// Rule R1-08. Promotions were suspended for lack of money.
    #[serde(rename = "promotions.suspended")]
    PromotionsSuspended,
    /// Rule R1-09. Promotions go on.
    #[serde(rename = "promotions.resumed")]
    PromotionsResumed,
    /// A promotion runs.
    #[serde(rename = "promotion.started")]
    PromotionStarted,
    /// A promotion has ended.
    #[serde(rename = "promotion.closed")]
    PromotionClosed,
    /// Rule R1-15. A wire was credited.
    #[serde(rename = "top_up.credited")]
    TopUpCredited,
    /// Rule R1-16. A wire does not fit its request.
    #[serde(rename = "top_up.in_review")]
    TopUpInReview,
    /// Rule R1-28. A withdrawal was paid.
    #[serde(rename = "withdrawal.paid")]
    WithdrawalPaid,
    /// Rule R1-27. A withdrawal was rejected.
    #[serde(rename = "withdrawal.rejected")]
    WithdrawalRejected,
    /// The bank returned a withdrawal.
    #[serde(rename = "withdrawal.returned")]
    WithdrawalReturned,
    /// Rule R1-31. The statement of a month is there.
    #[serde(rename = "statement.ready")]
    StatementReady,
    /// Rule R1-14. A desk has answered.
    #[serde(rename = "ticket.answered")]
    TicketAnswered,
    /// Rule R4-06. A connection to a channel needs somebody.
    #[serde(rename = "connection.in_trouble")]
    ConnectionInTrouble,
}

impl PublicEvent {
    /// Every event.
    pub const ALL: [Self; 14] = [
        Self::Ping,
        Self::BalanceLow,
        Self::PromotionsSuspended,
        Self::PromotionsResumed,
        Self::PromotionStarted,
        Self::PromotionClosed,
        Self::TopUpCredited,
        Self::TopUpInReview,
        Self::WithdrawalPaid,
        Self::WithdrawalRejected,
        Self::WithdrawalReturned,
        Self::StatementReady,
        Self::TicketAnswered,
        Self::ConnectionInTrouble,
    ];

    /// The event that goes with a notice, if receivers hear of it.
    #[must_use]
    pub const fn of(topic: Topic) -> Option<Self> {
        match topic {
            Topic::BalanceLow => Some(Self::BalanceLow),
            Topic::PromotionsSuspended => Some(Self::PromotionsSuspended),
            Topic::PromotionsResumed => Some(Self::PromotionsResumed),
            Topic::PromotionStarted => Some(Self::PromotionStarted),
            Topic::PromotionClosed => Some(Self::PromotionClosed),
            Topic::TopUpInReview => Some(Self::TopUpInReview),
            Topic::WithdrawalPaid => Some(Self::WithdrawalPaid),
            Topic::WithdrawalRejected => Some(Self::WithdrawalRejected),
            Topic::WithdrawalReturned => Some(Self::WithdrawalReturned),
            Topic::StatementReady => Some(Self::StatementReady),
            Topic::TicketAnswered => Some(Self::TicketAnswered),
            Topic::ConnectionInTrouble => Some(Self::ConnectionInTrouble),
            // An address that fails is not told that it does.
            Topic::WebhookPaused | Topic::ReviewAsks | Topic::DocumentExpiring | Topic::DocumentExpired => {
                None
            }
        }
    }
}
