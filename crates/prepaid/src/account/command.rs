//! What may be asked of a prepaid account. Never says whether it is granted.

use std::fmt;

use super::{AlertLines, WireAccount};
use crate::hold::HoldId;
use crate::top_up::TopUpId;

/// A command to a prepaid account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Rule R1-01. Open it for a company, bound to a wire bank card.
    Open {
        /// The company's name.
        company: String,
        /// The card.
        wire_account: WireAccount,
    },
    /// Rules R1-03, R1-04, R1-08. Set or change lines and contacts.
    SetAlerts {
        /// The new lines.
        lines: AlertLines,
    },
    /// Rules R1-03, R1-14. A top-up request is about to wait for money.
    OpenTopUp {
        /// The request.
        top_up: TopUpId,
    },
    /// A top-up request waits no more.
    CloseTopUp {
        /// The request.
        top_up: TopUpId,
    },
    /// Rule R1-19. A top-up was credited.
    TopUpCredited,
    /// A hold owes: it joins the queue as the newest.
    QueueArrears {
        /// The hold.
        hold: HoldId,
    },
    /// The oldest hold owes nothing any more.
    AdvanceArrears {
        /// The oldest hold.
        left: HoldId,
        /// The one after it, as it says itself.
        next: Option<HoldId>,
    },
}

/// A command without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CommandKind {
    /// [`Command::Open`].
    Open,
    /// [`Command::SetAlerts`].
    SetAlerts,
    /// [`Command::OpenTopUp`].
    OpenTopUp,
    /// [`Command::CloseTopUp`].
    CloseTopUp,
    /// [`Command::TopUpCredited`].
    TopUpCredited,
    /// [`Command::QueueArrears`].
    QueueArrears,
    /// [`Command::AdvanceArrears`].
    AdvanceArrears,
}

impl CommandKind {
    /// Every command, in the order of an account's life.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::SetAlerts,
        Self::OpenTopUp,
        Self::CloseTopUp,
        Self::TopUpCredited,
        Self::QueueArrears,
        Self::AdvanceArrears,
    ];
}

impl Command {
    /// Which command it is.
    #[must_use]
    pub const fn kind(&self) -> CommandKind {
        match self {
            Self::Open { .. } => CommandKind::Open,
            Self::SetAlerts { .. } => CommandKind::SetAlerts,
            Self::OpenTopUp { .. } => CommandKind::OpenTopUp,
            Self::CloseTopUp { .. } => CommandKind::CloseTopUp,
            Self::TopUpCredited => CommandKind::TopUpCredited,
            Self::QueueArrears { .. } => CommandKind::QueueArrears,
            Self::AdvanceArrears { .. } => CommandKind::AdvanceArrears,
        }
    }
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::SetAlerts => "set_alerts",
            Self::OpenTopUp => "open_top_up",
            Self::CloseTopUp => "close_top_up",
            Self::TopUpCredited => "top_up_credited",
            Self::QueueArrears => "queue_arrears",
            Self::AdvanceArrears => "advance_arrears",
        })
    }
}
