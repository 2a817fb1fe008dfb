//! Timers, effects and parked follow-ups: rows written by the commit that caused them, acted upon after it.
//! Never acts by itself; the lane and its workers do.
//!
//! Here the records; `timers.rs`, `effects.rs` and `parked.rs` the engine's own commands about them.

mod effects;
mod parked;
mod timers;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Refusal, Timestamp, define_id};

use crate::record::{Kind, Record, decode};
use crate::watch::Trace;

pub use effects::{
    Deliver, Delivered, FinishEffect, LEASE_SECONDS, LeaseEffect, MAX_ATTEMPTS, RetryEffect, ReturnEffect,
    backoff_seconds,
};
pub use parked::{DropParked, RetryParked, RetryReply};
pub use timers::{FireTimer, RetryTimer};

define_id!(
    /// A timer.
    TimerId,
    "tm"
);
define_id!(
    /// An effect.
    EffectId,
    "ef"
);
define_id!(
    /// A parked follow-up.
    ParkedId,
    "pk"
);

/// A command that is due at a moment. Fires once: the commit that carries it out removes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Timer {
    /// Its id.
    pub id: TimerId,
    /// The lane that fires it.
    pub lane: u16,
    /// When, in microseconds since 1970; none once it is dead (its command was refused).
    pub due_at: Option<i64>,
    /// The command's name.
    pub command: String,
    /// The command's JSON.
    pub body: String,
    /// Why it is dead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

impl Record for Timer {
    type Id = TimerId;
    const KIND: &'static Kind =
        &Kind { number: 1, table: "timers", shape: 1, decode: decode::<Self>, remembered: true };
    fn id(&self) -> TimerId {
        self.id
    }
}

/// Something to do in the world, or a command for another partition, once this commit is durable. Done at least
/// once; what it calls is idempotent by the effect's id, a command by [`Deliver`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Effect {
    /// Its id.
    pub id: EffectId,
    /// The lane whose owner does it.
    pub lane: u16,
    /// When it may next be tried, microseconds since 1970; none once it is dead (`error` says why) or while nobody is
    /// there to do it.
    pub due_at: Option<i64>,
    /// Which handler: `command` for a message to another partition, else a name of the app's.
    pub kind: String,
    /// JSON for the handler.
    pub body: String,
    /// How often it was leased.
    pub attempts: u32,
    /// How long an attempt may take, in seconds; none for [`LEASE_SECONDS`]. What takes longer has workers of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_seconds: Option<i64>,
    /// By which it, and the request that it follows from, are found in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
    /// What the last attempt said. Never personal values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Record for Effect {
    type Id = EffectId;
    const KIND: &'static Kind =
        &Kind { number: 2, table: "effects", shape: 1, decode: decode::<Self>, remembered: true };
    fn id(&self) -> EffectId {
        self.id
    }
}

/// The body of an effect of kind `command`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Message {
    /// The command's name.
    pub command: String,
    /// The command's JSON.
    pub body: String,
}

/// A `then` follow-up that was refused: the fact stands, the follow-up waits for a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Parked {
    /// Its id.
    pub id: ParkedId,
    /// The command's name.
    pub command: String,
    /// The command's JSON.
    pub body: String,
    /// Why it could not follow.
    pub refusal: Refusal,
    /// When.
    pub at: Timestamp,
}

impl Record for Parked {
    type Id = ParkedId;
    const KIND: &'static Kind =
        &Kind { number: 3, table: "parked", shape: 1, decode: decode::<Self>, remembered: true };
    fn id(&self) -> ParkedId {
        self.id
    }
}
