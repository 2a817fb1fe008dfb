//! The queues, the desks that work them, and what is settled for each queue. A later part that has something decided adds its
//! queue here. Data only: never says who sits at a desk.

use std::fmt;

use serde::{Deserialize, Serialize};
use zaiton_kernel::Text;

use crate::ReviewPolicy;

/// A desk of the operator, by the preset role of whoever sits there.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReviewDesk")]
pub enum Desk {
    /// Service desk (客服).
    ServiceDesk,
    /// Initial reviewers (初审).
    InitialReviewer,
    /// Finance (财务).
    Finance,
    /// Finance lead (财务主管).
    FinanceLead,
    /// Settlement operations (结算运营).
    Settlement,
    /// Confirmers (系统确认).
    Confirmer,
    /// Recruiters (招商负责人).
    Recruiter,
    /// Legal and contracts (法务 / 合同组).
    Legal,
    /// Risk (风控).
    Risk,
    /// Compliance (合规).
    Compliance,
    /// Warehouse (仓库).
    Warehouse,
    /// After-sales (售后).
    Aftersales,
    /// Managers (经理).
    Manager,
}

/// A queue's name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReviewQueueName")]
pub enum QueueName {
    /// Questions of one desk to another, about any object. Nothing follows from the answer.
    General,
    /// Merchants' tickets that another desk answers (R1-14): what is decided is the merchant's answer.
    Tickets,
}

impl QueueName {
    /// Every queue.
    pub const ALL: [Self; 2] = [Self::General, Self::Tickets];

    /// Its name outside.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Tickets => "tickets",
        }
    }

    /// The queue of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.name() == name)
    }

    /// What people call it.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::General => Text::new("内部协查", "Questions between desks"),
            Self::Tickets => Text::new("转交的工单", "Tickets that were handed over"),
        }
    }

    /// Rule R5-10. To which desk its tasks go when their time is over.
    #[must_use]
    pub fn escalates_to(self) -> Desk {
        match self {
            Self::General | Self::Tickets => Desk::Manager,
        }
    }

    /// Rule R5-03. Every decision of it needs a second person; a final rejection needs one in any queue.
    #[must_use]
    pub fn needs_two_people(self) -> bool {
        match self {
            Self::General | Self::Tickets => false,
        }
    }

    /// Rule R5-10. Working days until a task is due.
    #[must_use]
    pub fn days(self, policy: &ReviewPolicy) -> u16 {
        match self {
            Self::General => policy.general_days,
            Self::Tickets => policy.ticket_days,
        }
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
