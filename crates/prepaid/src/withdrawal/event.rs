//! What happened to a withdrawal. Stored with ids, figures and codes only: what a person or a bank wrote, and
//! the card, go into the record and never into the stored event. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Money, Timestamp};

use super::{Payee, Role};

/// An event of a withdrawal. A field that is skipped is for [`super::Withdrawal::apply`] alone: an event read
/// back from the store does not have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The money is taken from what is available and waits.
    Requested {
        /// How much.
        amount: Money,
        /// Who asked, for the merchant.
        maker: String,
        /// No withdrawal was ever paid to this card.
        first_use: bool,
        /// Finance must approve too.
        needs_finance: bool,
        /// When.
        at: Timestamp,
        /// Where it goes: kept in the record only.
        #[serde(skip)]
        to: Payee,
    },
    /// A checker agreed.
    ApprovalGiven {
        /// Who.
        actor: String,
        /// For whom.
        role: Role,
        /// When.
        at: Timestamp,
    },
    /// All who must have agreed.
    Approved {
        /// When.
        at: Timestamp,
    },
    /// The operator did not agree.
    Rejected {
        /// Who.
        actor: String,
        /// Why: a code.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// The merchant took it back.
    Cancelled {
        /// Who.
        actor: String,
        /// When.
        at: Timestamp,
    },
    /// The payment was given to the bank.
    Sent {
        /// The payment.
        payment: i64,
        /// Which attempt, counted from 1.
        attempt: u16,
        /// Who sent it again; none the first time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<String>,
        /// When.
        at: Timestamp,
        /// Until when the bank should have answered.
        answer_by: Timestamp,
    },
    /// It was not sent: the account is bound to another card by now. A person decides.
    CardChanged {
        /// When it was found.
        at: Timestamp,
    },
    /// The bank refused the payment. A person decides.
    Failed {
        /// The payment.
        payment: i64,
        /// The bank's code.
        code: String,
        /// When.
        at: Timestamp,
        /// The bank's words: kept in the record only.
        #[serde(skip)]
        text: String,
    },
    /// The bank did not answer in time. A person decides.
    TimedOut {
        /// The payment.
        payment: i64,
        /// When.
        at: Timestamp,
    },
    /// A person gave the money back to the account; nothing had left the bank.
    Reversed {
        /// Who.
        actor: String,
        /// When.
        at: Timestamp,
        /// What proved it: kept in the record only.
        #[serde(skip)]
        evidence: String,
    },
    /// The bank paid.
    Paid {
        /// The payment.
        payment: i64,
        /// When that was known.
        at: Timestamp,
    },
    /// The money came back: the card must be verified again, and people decide.
    Returned {
        /// Raw id of the bank line.
        line: i64,
        /// When that was known.
        at: Timestamp,
    },
    /// Two people gave the returned money back to the account.
    GivenBack {
        /// Raw id of the bank line.
        line: i64,
        /// Who proposed it.
        maker: String,
        /// Who agreed.
        checker: String,
        /// When.
        at: Timestamp,
    },
}
