//! What happened to a prepaid account. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::Timestamp;

use super::{AlertLines, WireAccount};
use crate::hold::HoldId;
use crate::top_up::TopUpId;

/// An event of a prepaid account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Opened for a company.
    Opened {
        /// The company's name, bound from now on.
        company: String,
        /// The bound card.
        wire_account: WireAccount,
    },
    /// Lines and contacts were set or changed.
    AlertsSet {
        /// The new lines.
        lines: AlertLines,
    },
    /// In prepaid mode from now on.
    Activated {
        /// When.
        activated_at: Timestamp,
    },
    /// A top-up request waits.
    TopUpOpened {
        /// The request.
        top_up: TopUpId,
    },
    /// A top-up request waits no more.
    TopUpClosed {
        /// The request.
        top_up: TopUpId,
    },
    /// A hold joined the queue of holds that owe.
    ArrearsQueued {
        /// The hold.
        hold: HoldId,
        /// The hold that stood last until now: it must be told that this one comes next.
        after: Option<HoldId>,
    },
    /// The oldest hold left that queue.
    ArrearsAdvanced {
        /// The oldest hold now.
        next: Option<HoldId>,
    },
}
