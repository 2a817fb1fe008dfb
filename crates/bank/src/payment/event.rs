//! What happened to a payment. Never changes its meaning once stored.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{LocalDate, Text};

use crate::line::LineId;
use crate::payment_file::PaymentFileId;

/// An event of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It waits for a file.
    Queued {},
    /// It is in a file.
    PutInFile {
        /// The file.
        file: PaymentFileId,
    },
    /// Its file was dropped: it waits again.
    LeftFile {
        /// The file that was dropped.
        file: PaymentFileId,
    },
    /// Taken back before it was in a file.
    Withdrawn {
        /// Why.
        reason: Text,
    },
    /// The bank took it in, or says that it is settled.
    Announced {
        /// It is settled.
        settled: bool,
    },
    /// The bank refused it for good.
    Failed {
        /// The bank's code.
        code: String,
        /// The bank's words.
        text: String,
    },
    /// The bank's debit line is matched to it.
    Paid {
        /// The debit line.
        line: LineId,
        /// The line's value date.
        value_date: LocalDate,
    },
}
