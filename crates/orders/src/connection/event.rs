//! What happened to a connection. Ids, codes and figures; never a credential. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::{Pulled, Sweep, Trouble, Ways};
use crate::channel::Acceptance;

/// An event of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It was connected, or connected anew.
    Connected {
        /// Where the channel is.
        host: String,
        /// The shop's time zone.
        zone: String,
        /// By which ways orders come.
        ways: Ways,
        /// The site is the platform's own.
        ours: bool,
        /// From when on orders are wanted, where that was said.
        since: Option<Timestamp>,
        /// When.
        at: Timestamp,
        /// When it is swept first.
        sweep_due: Timestamp,
    },
    /// Nothing is pulled.
    Paused {
        /// Who wants it so, and why.
        why: Acceptance,
    },
    /// It is pulled again.
    Resumed {
        /// From then on.
        at: Timestamp,
    },
    /// It is over.
    Disconnected {
        /// Who wants it so, and why.
        why: Acceptance,
    },
    /// A turn is under way.
    TurnBegun {
        /// Which.
        turn: u64,
        /// Since when.
        at: Timestamp,
    },
    /// Nobody reported a turn.
    TurnLost {
        /// Which.
        turn: u64,
    },
    /// A turn ended.
    TurnEnded {
        /// What it did.
        pulled: Pulled,
        /// When it ended.
        at: Timestamp,
        /// When the next one begins.
        due: Option<Timestamp>,
    },
    /// Rule R4-05. A sweep is under way.
    SweepBegun {
        /// When the next one is due.
        due: Timestamp,
    },
    /// Rule R4-05. A sweep ended.
    SweepEnded {
        /// What it found.
        found: Sweep,
        /// When.
        at: Timestamp,
        /// When the next one is due, if not sooner.
        due: Timestamp,
    },
    /// A person saw what was to be seen.
    Heeded {
        /// Who.
        by: String,
    },
    /// What stands in its way is another thing now, or nothing.
    TroubleChanged {
        /// What.
        trouble: Option<Trouble>,
    },
}
