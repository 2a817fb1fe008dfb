//! A statement as a reader of some file format understood it. Never judged here.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, LocalDate, Money};

/// A statement before it is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StatementDraft {
    /// IBAN or account number, as written.
    pub account_number: String,
    /// The currency of the account, as the statement says.
    pub currency: Currency,
    /// The bank's name of the statement.
    pub statement_id: String,
    /// Its number, where the bank numbers them.
    pub sequence: Option<i64>,
    /// Its first day.
    pub from: LocalDate,
    /// Its last day.
    pub to: LocalDate,
    /// The booked balance before its first line.
    pub opening: Option<Money>,
    /// The booked balance after its last line.
    pub closing: Option<Money>,
    /// Its lines in the order of the file.
    pub lines: Vec<LineDraft>,
}

/// A line of a statement before it is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LineDraft {
    /// Its place in the statement, from 1.
    pub ordinal: u32,
    /// Booked; else only announced (pending), and not taken.
    pub booked: bool,
    /// The amount, above zero: the direction is in `credit`.
    pub amount: Money,
    /// It raises the balance. For a reversal too: the direction the money really went.
    pub credit: bool,
    /// It takes back an earlier line.
    pub reversal: bool,
    /// When the bank booked it.
    pub booking_date: LocalDate,
    /// From when it counts for interest.
    pub value_date: LocalDate,
    /// The other party's name, empty when the bank gives none.
    pub payer_name: String,
    /// The other party's account, empty when the bank gives none.
    pub payer_account: String,
    /// What the other party wrote.
    pub remark: String,
    /// The bank's own reference of the line, empty when it gives none.
    pub bank_reference: String,
    /// What the payer called the payment (EndToEndId), so of money that went out: what we called it. Empty when there
    /// is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub end_to_end: String,
    /// The EndToEndId of the payment that comes back with this line; empty when it is no return of the bank.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub return_of: String,
}
