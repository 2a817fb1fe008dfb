//! What a bank answers to a payment file. Never says that money moved: only a statement says so.

use serde::{Deserialize, Serialize};

/// A bank's answer to one payment file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAnswer {
    /// The bank's name of the answer.
    pub message_id: String,
    /// Our name of the file that is answered.
    pub original_message_id: String,
    /// What became of the file as a whole; `None` when the answer speaks of single payments only.
    pub group_status: Option<GroupStatus>,
    /// The payments that the answer names, in its order, each once.
    pub payments: Vec<PaymentStatus>,
}

impl PaymentAnswer {
    /// What became of a payment of the file: what the answer says of it by itself, else of the whole file. `None` when it
    /// says neither.
    #[must_use]
    pub fn status_of(&self, end_to_end: &str) -> Option<&Status> {
        let own = self.payments.iter().find(|payment| payment.end_to_end == end_to_end);
        match (own, &self.group_status) {
            (Some(payment), _) => Some(&payment.status),
            (None, Some(GroupStatus::All(status))) => Some(status),
            (None, Some(GroupStatus::Part) | None) => None,
        }
    }
}

/// What became of a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupStatus {
    /// The same for every payment that the answer does not name by itself.
    All(Status),
    /// `PART`: accepted in part; only the payments that are named have a status.
    Part,
}

/// What became of one payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentStatus {
    /// What we called the payment.
    pub end_to_end: String,
    /// What became of it.
    pub status: Status,
    /// The line of the answer, from 1.
    pub line: u64,
}

/// How far a payment is, in the bank's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Status {
    /// The bank takes it: `ACCP`, `ACSP`, `ACTC`, `ACWC`; settled with `ACSC`, `ACCC`.
    Accepted {
        /// The bank says that the money has moved.
        settled: bool,
    },
    /// The bank has it and has not decided: `PDNG`, `RCVD`.
    Pending,
    /// It is not paid: `RJCT`, `CANC`.
    Rejected {
        /// The reason's code, the standard's or the bank's own (`AC04`); empty when the bank gives none.
        code: String,
        /// What the bank wrote about it; empty when it wrote nothing.
        text: String,
    },
}
