//! What is kept of each message of a channel: what is not about people in clear, the rest sealed beside it. Never reads either.

use serde::{Deserialize, Serialize};

use super::{ChannelOrderId, Message, MessageId, SealedId};

/// A message as it is kept: in clear what is not about people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ChannelMessage {
    /// Its id.
    pub id: MessageId,
    /// Its order.
    pub order: ChannelOrderId,
    /// What was read of it.
    pub message: Message,
    /// It was newer than what was known, and was applied.
    pub applied: bool,
}

/// Rule R4-10. What came, and what of it is about people: sealed with the installation's key, erased as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// Which key.
    pub key: String,
    /// The raw bytes, base64.
    pub raw: String,
    /// The headers that came with them as JSON, base64; empty when there were none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub headers: String,
    /// The personal part as JSON, base64; empty when there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub personal: String,
}

/// What is sealed of a message, as a record of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SealedMessage {
    /// Its id: the message's, in raw form.
    pub id: SealedId,
    /// The order.
    pub order: ChannelOrderId,
    /// What is sealed.
    pub sealed: Sealed,
}
