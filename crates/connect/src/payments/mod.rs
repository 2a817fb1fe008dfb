//! Payment files: what we ask a bank to pay (pain.001 or CSV), and what it answers (pain.002). Says what the order or
//! the answer says, to the last letter, or why that cannot be.
//!
//! Never decides whether anything may be paid, never shortens a text, never sends a file anywhere. The same order gives
//! the same bytes.

mod answer;
mod bank_id;
mod check;
mod csv_file;
mod pain001;
mod pain002;

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, LocalDate, Money, Timestamp};

pub use answer::{GroupStatus, PaymentAnswer, PaymentStatus, Status};
pub use bank_id::BankId;
pub use pain001::PainVersion;
pub use pain002::read_pain002;

use crate::WriteError;

/// Payments in a file at most.
pub const MAX_PAYMENTS: usize = 10_000;

/// What a bank is asked to pay from one account of ours, in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentOrder {
    /// Our name of the file, at most 35 characters. A bank takes a second file of the same name for the same file.
    pub message_id: String,
    /// When the file was made; written in UTC, to the second.
    pub made_at: Timestamp,
    /// The day on which the bank is to pay.
    pub execution_date: LocalDate,
    /// Our name as the bank has it, at most 140 characters.
    pub debtor_name: String,
    /// Our account: an IBAN, or at most 34 characters.
    pub debtor_account: String,
    /// Our bank.
    pub debtor_bank: BankId,
    /// The currency of every payment.
    pub currency: Currency,
    /// 1 to 10,000 payments, written in this order.
    pub payments: Vec<Payment>,
}

/// One payment of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// What we call the payment, at most 35 characters, once in a file. Statements and answers name it by this.
    pub end_to_end: String,
    /// Above zero, in the currency of the order.
    pub amount: Money,
    /// Who is paid, at most 140 characters.
    pub creditor_name: String,
    /// The account that is paid: an IBAN, or at most 34 characters.
    pub creditor_account: String,
    /// The bank of that account; an IBAN says it, any other account needs it.
    pub creditor_bank: Option<BankId>,
    /// What the creditor reads, at most 140 characters; may be empty.
    pub remark: String,
}

impl PaymentOrder {
    /// Whether a file can hold the order; gives the sum of its payments. Both formats are held to the same bounds.
    ///
    /// A text may not begin or end with a space, which readers take off, and holds no control characters, no line ends.
    ///
    /// # Errors
    /// Every fault with payment and field, up to 100.
    pub fn check(&self) -> Result<Money, Vec<WriteError>> {
        check::check(self)
    }

    /// The order as a customer credit transfer of ISO 20022.
    ///
    /// Single entries are asked for (`BtchBookg` false), so that the statement names each payment.
    ///
    /// # Errors
    /// As [`PaymentOrder::check`].
    pub fn to_pain001(&self, version: PainVersion) -> Result<String, Vec<WriteError>> {
        let sum = self.check()?;
        Ok(pain001::write(self, sum, version))
    }

    /// The order as CSV for a bank's upload page or a person: UTF-8 with a mark, lines that end in CRLF, and the columns
    /// `end_to_end`, `amount`, `currency`, `creditor_name`, `creditor_account`, `creditor_bank`, `remark`.
    ///
    /// A cell that a spreadsheet would run as a formula (first character `=`, `+`, `-`, `@`, their wide forms, tab or
    /// line end) has a `'` before it, which the bank must take off. Spreadsheets also round account numbers of more than
    /// 15 digits unless the column is taken in as text.
    ///
    /// # Errors
    /// As [`PaymentOrder::check`].
    pub fn to_csv(&self) -> Result<String, Vec<WriteError>> {
        self.check()?;
        Ok(csv_file::write(self))
    }
}
