//! A stored connection to a channel: whose shop, how far it was read, what stands in its way, and what is due next. Turns are
//! numbered, so that what is done twice counts once. Never calls a channel, never holds a credential, never reads an order.

mod apply;
mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;
use zaiton_kernel::time::Zone;

pub use command::{Command, CommandKind, Credentials, Ended, Pulled, Sweep};
pub use decide::{allowed, decide, next_sweep};
pub use event::Event;
pub use refusal::ConnectionRefusal;

use crate::channel::Acceptance;
use crate::order::Channel;

zaiton_kernel::define_id!(
    /// The id of a connection.
    ConnectionId,
    "cn"
);
zaiton_kernel::define_id!(
    /// The id of a connection's credentials: the connection's, in raw form.
    CredentialsId,
    "cs"
);

/// Rule R4-02. Seconds from one pull to the next.
pub const PULL_SECONDS: i64 = 300;
/// Rule R4-06. The longest that a channel is left alone after a failure, in seconds.
pub const LONGEST_REST: i64 = 900;
/// Rule R4-06. Behind by more than this, people are told, in seconds.
pub const LATE_SECONDS: i64 = 1_800;
/// Beside a queue of notifications lists are so far apart, in seconds.
pub const BESIDE_QUEUE_SECONDS: i64 = 1_800;
/// A turn that nobody reported for so long is given up, in seconds.
pub const LOST_SECONDS: i64 = 1_800;
/// Rule R4-05. The hour of the shop's day at which it is swept.
pub const SWEEP_HOUR: i64 = 2;
/// A sweep that failed is made again after so many seconds.
pub const SWEEP_AGAIN: i64 = 3_600;
/// Bytes of a place to go on from, at most.
pub const CURSOR_BYTES: usize = 64 << 10;
/// Letters of a host, a zone, a code, at most.
pub const WORD_LETTERS: usize = 300;

/// Where a connection stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
#[schemars(rename = "ConnectionState")]
pub enum State {
    /// It is pulled, and what is pushed is taken.
    Active,
    /// A person wants nothing to be pulled; what is pushed is taken.
    Paused,
    /// The channel lets nobody in with these credentials: somebody must connect anew.
    Refused {
        /// Why, a code.
        code: String,
    },
    /// It is over; its credentials are erased.
    Disconnected,
}

/// By which ways orders come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// They are pulled.
    pub pulls: bool,
    /// The channel pushes them.
    pub pushes: bool,
}

/// What stands in its way, the worst of it; a person has a task while something does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Trouble {
    /// The credentials are not taken.
    Credentials {
        /// Why, a code.
        code: String,
    },
    /// Rule R4-06. What changed more than thirty minutes ago may not be here yet.
    Late {
        /// Everything until then is.
        until: Timestamp,
        /// Why, a code, where one is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    /// The channel no longer shows what changed in this time: only a file can bring it.
    OutOfReach {
        /// From then.
        from: Timestamp,
        /// Until then.
        to: Timestamp,
    },
    /// Rule R4-05. The last sweep found orders that were not here, or otherwise.
    SweepDiffers {
        /// Orders that were missing.
        missing: u32,
        /// Orders that were otherwise.
        differing: u32,
        /// How many of them could be fetched.
        fetched: u32,
    },
}

/// How the last turn went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LastPull {
    /// When it ended.
    pub at: Timestamp,
    /// Messages that came.
    pub messages: u32,
    /// Orders that were not known before.
    pub new: u32,
    /// Orders that changed.
    pub changed: u32,
    /// Messages that are no order.
    pub unread: u32,
    /// Messages of a queue of notifications that gave no order.
    #[serde(default)]
    pub skipped: u32,
    /// A queue of notifications told what changed and was emptied.
    #[serde(default)]
    pub queue_is_empty: bool,
    /// How it ended.
    pub ended: Ended,
}

/// What all turns of a connection brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "ConnectionTotals")]
pub struct Totals {
    /// Messages that came.
    pub messages: u64,
    /// Orders that were not known before.
    pub new: u64,
    /// Orders that changed.
    pub changed: u64,
    /// Messages that are no order.
    pub unread: u64,
}

/// How the last sweep went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LastSweep {
    /// When it ended.
    pub at: Timestamp,
    /// What it found.
    pub found: Sweep,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Raw id of the merchant.
    pub merchant: i64,
    /// The channel.
    pub channel: Channel,
    /// The shop on it.
    pub shop: String,
    /// Where the channel is, as people write it: never with a credential.
    pub host: String,
    /// The shop's time zone, an IANA name.
    pub zone: String,
    /// By which ways orders come.
    pub ways: Ways,
    /// Reading K-89. The site is the platform's own: its word that an order was sold on ours is believed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ours: bool,
    /// Where it stands.
    pub state: State,
    /// Why it is paused or over, by a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Acceptance>,
    /// Everything that changed until then is here.
    pub until: Timestamp,
    /// The place to go on from, in the words of whoever pulls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// From when on its lag counts: it was connected or resumed then.
    pub counted_from: Timestamp,
    /// Number of the turn that is under way, or was last; from 1.
    pub turn: u64,
    /// Since when a turn is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_way: Option<Timestamp>,
    /// When the next turn begins, while none is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Turns in a row that failed.
    #[serde(default)]
    pub failures: u32,
    /// What all turns brought.
    #[serde(default)]
    pub totals: Totals,
    /// How the last turn went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LastPull>,
    /// When it is swept next.
    pub sweep_due: Timestamp,
    /// How the last sweep went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swept: Option<LastSweep>,
    /// What the channel no longer showed, until a person heeds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_reach: Option<(Timestamp, Timestamp)>,
    /// What stands in its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// Raw id of the task that a person has because of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<i64>,
    /// Raw id of the timer of its next turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<i64>,
}

/// What a connection is entered with: sealed with the installation's key, erased when it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StoredCredentials {
    /// Its id: the connection's, in raw form.
    pub id: CredentialsId,
    /// What is sealed.
    pub sealed: Credentials,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Refused { .. } => "refused",
            Self::Disconnected => "disconnected",
        })
    }
}

/// The natural key of a connection within its merchant, and the place for which its credentials are sealed:
/// `shopify/<shop>`.
#[must_use]
pub fn connection_key(channel: Channel, shop: &str) -> String {
    format!("{channel}/{shop}")
}

impl Connection {
    /// A connection that was never connected: identity only.
    #[must_use]
    pub fn unconnected(id: ConnectionId, merchant: i64, channel: Channel, shop: &str) -> Self {
        let never = Timestamp::from_micros(0);
        Self {
            id,
            merchant,
            channel,
            shop: shop.to_owned(),
            host: String::new(),
            zone: String::new(),
            ways: Ways { pulls: false, pushes: false },
            ours: false,
            state: State::Disconnected,
            reason: None,
            until: never,
            cursor: None,
            counted_from: never,
            turn: 0,
            under_way: None,
            due: None,
            failures: 0,
            totals: Totals::default(),
            last: None,
            sweep_due: never,
            swept: None,
            out_of_reach: None,
            trouble: None,
            task: None,
            timer: None,
        }
    }

    /// Its natural key within its merchant.
    #[must_use]
    pub fn key(&self) -> String {
        connection_key(self.channel, &self.shop)
    }

    /// Whether the channel is asked for anything.
    #[must_use]
    pub fn is_pulled(&self) -> bool {
        self.ways.pulls && self.state == State::Active
    }

    /// Rule R4-06. Seconds by which it is behind now; 0 where nothing is pulled.
    #[must_use]
    pub fn lag_seconds(&self, now: Timestamp) -> i64 {
        if !self.is_pulled() {
            return 0;
        }
        let from = self.until.max(self.counted_from);
        now.micros().saturating_sub(from.micros()).max(0) / 1_000_000
    }

    /// The shop's zone; Shanghai's where the name is none that is known.
    pub(crate) fn zone(&self) -> Zone {
        Zone::named(&self.zone).unwrap_or_else(|_| Zone::shanghai())
    }
}
