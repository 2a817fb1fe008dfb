//! What a bank file says: statements, balances, entries, details. Plain data, quirks kept; no field is computed
//! from another one, except the opening and closing that a CSV only has as a running balance.

use serde::{Deserialize, Serialize};
use zaiton_kernel::{Currency, LocalDate, Money, Timestamp};

/// The kind of a bank file, by its content and never by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// ISO 20022 account report within the day.
    Camt052,
    /// ISO 20022 account statement.
    Camt053,
    /// ISO 20022 debit or credit notice.
    Camt054,
    /// SWIFT customer statement.
    Mt940,
    /// SWIFT report of movements within the day.
    Mt942,
    /// ISO 20022 answer to a payment file; it has no statement.
    Pain002,
    /// Rows of text with a header.
    Csv,
    /// A spreadsheet (xlsx, xls) or other archive.
    Spreadsheet,
    /// A PDF.
    Pdf,
    /// Nothing that is known.
    Unknown,
}

impl FileKind {
    /// The name that people use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Camt052 => "camt.052",
            Self::Camt053 => "camt.053",
            Self::Camt054 => "camt.054",
            Self::Mt940 => "MT940",
            Self::Mt942 => "MT942",
            Self::Pain002 => "pain.002",
            Self::Csv => "CSV",
            Self::Spreadsheet => "XLSX",
            Self::Pdf => "PDF",
            Self::Unknown => "?",
        }
    }
}

/// A bank file as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BankFile {
    /// What kind of file it is.
    pub kind: FileKind,
    /// The bank's id of the message; MT940, MT942 and CSV have none.
    pub message_id: Option<String>,
    /// Statements in the order of the file: one an account and period.
    pub statements: Vec<ReadStatement>,
}

/// One statement of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadStatement {
    /// The bank's id of the statement; CSV has none. MT940 and MT942: account, `:20:`, `:28C:` and the days of the
    /// balances (of the report) together, since many banks write the same `:20:` into every statement.
    pub statement_id: Option<String>,
    /// The sender's reference (`:20:`) of MT940 and MT942, as written.
    pub reference: Option<String>,
    /// The reference of the message that this one answers (`:21:`), of MT940 and MT942.
    pub related: Option<String>,
    /// IBAN or another account number, without spaces. MT940 may have bank and account with a `/` between.
    pub account: String,
    /// The account's currency, where the file names it for the account.
    pub currency: Option<Currency>,
    /// The name of the owner, or of the account when the owner has none.
    pub owner: Option<String>,
    /// The number of the statement in the bank's electronic sequence (the first part of `:28C:`).
    pub electronic_sequence: Option<String>,
    /// The number of the page within the statement (the second part of `:28C:`).
    pub page: Option<String>,
    /// The number of the statement in the legal sequence.
    pub legal_sequence: Option<String>,
    /// The first day it covers, as written by the bank. MT940: the day of the opening. CSV: the first booking date.
    pub from: Option<LocalDate>,
    /// The last day it covers, as written by the bank. MT940: the day of the closing. CSV: the last booking date.
    pub to: Option<LocalDate>,
    /// When the bank made it.
    pub created: Option<Timestamp>,
    /// Booked balance at the start (`OPBD`, else `PRCD`; `:60F:`, or `:60M:` of a further page); negative when
    /// overdrawn. Notices and MT942 have none.
    pub opening: Option<Money>,
    /// Booked balance at the end (`CLBD`; `:62F:`, or `:62M:` of a page that goes on); negative when overdrawn.
    pub closing: Option<Money>,
    /// Every balance, in the order of the file.
    pub balances: Vec<ReadBalance>,
    /// Entries in the order of the file.
    pub entries: Vec<ReadEntry>,
    /// The line where the statement starts, from 1.
    pub line: u64,
}

impl ReadStatement {
    /// A statement that starts at a line and says nothing yet.
    pub(crate) const fn empty(line: u64) -> Self {
        Self {
            statement_id: None,
            reference: None,
            related: None,
            account: String::new(),
            currency: None,
            owner: None,
            electronic_sequence: None,
            page: None,
            legal_sequence: None,
            from: None,
            to: None,
            created: None,
            opening: None,
            closing: None,
            balances: Vec::new(),
            entries: Vec::new(),
            line,
        }
    }
}

/// Which balance it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BalanceKind {
    /// `OPBD`: booked at the start.
    OpeningBooked,
    /// `PRCD`: booked at the end of the statement before.
    PreviouslyClosedBooked,
    /// `CLBD`: booked at the end.
    ClosingBooked,
    /// `ITBD`: booked in between, at a page's start or end.
    InterimBooked,
    /// `OPAV`: at hand at the start.
    OpeningAvailable,
    /// `CLAV`: at hand at the end.
    ClosingAvailable,
    /// `ITAV`: at hand in between.
    InterimAvailable,
    /// `FWAV`: at hand on a later day.
    ForwardAvailable,
    /// `XPCD`: expected.
    Expected,
    /// `INFO`: for information.
    Information,
    /// Another code, or a bank's own.
    Other,
}

/// A balance as the file gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadBalance {
    /// Which balance.
    pub kind: BalanceKind,
    /// The code as written.
    pub code: String,
    /// Negative when the account is in debit.
    pub amount: Money,
    /// The day it is of.
    pub date: Option<LocalDate>,
    /// The line, from 1.
    pub line: u64,
}

/// One line of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadEntry {
    /// Place in the statement, from 0.
    pub index: usize,
    /// The entry's reference (`NtryRef`).
    pub entry_ref: Option<String>,
    /// The bank's reference (`AcctSvcrRef`; MT940 what follows `//`, unless it is `NONREF`).
    pub servicer_ref: Option<String>,
    /// Never negative: `credit` says the direction.
    pub amount: Money,
    /// Money came in.
    pub credit: bool,
    /// What kind of movement it is, in the file's own code; MT940 and MT942 only (`NTRF`, `FMSC`).
    pub movement: Option<String>,
    /// It takes back an earlier entry; `credit` already says which way the money goes.
    pub reversal: bool,
    /// It counts in the booked balances (`BOOK`); announced and pending ones do not.
    pub booked: bool,
    /// The status as written: `BOOK`, `PDNG`, `INFO` or a bank's own.
    pub status: String,
    /// The day it was booked.
    pub booking_date: Option<LocalDate>,
    /// The day it counts from.
    pub value_date: Option<LocalDate>,
    /// The payments in it: none, one, or those of a batch.
    pub details: Vec<ReadDetail>,
    /// The bank's text on the entry.
    pub additional_info: Option<String>,
    /// The line where the entry starts, from 1.
    pub line: u64,
}

/// One payment within an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReadDetail {
    /// The payment's amount, never negative, where the file gives it.
    pub amount: Option<Money>,
    /// Its direction, where the file gives it.
    pub credit: Option<bool>,
    /// The reference that the payer gave and that goes through to the payee.
    pub end_to_end_id: Option<String>,
    /// It is a payment that comes back, and `end_to_end_id` is that of the payment (camt `RtrInf` or a transaction code
    /// of returns; MT940 the type `RTI`, the business code 159, or `/RTRN/`).
    pub returned: bool,
    /// Every other reference, in the order of the file.
    pub refs: Vec<ReadReference>,
    /// Who paid.
    pub debtor: Option<String>,
    /// The account that paid, without spaces.
    pub debtor_account: Option<String>,
    /// On whose behalf it was paid.
    pub ultimate_debtor: Option<String>,
    /// Who was paid.
    pub creditor: Option<String>,
    /// The account that was paid, without spaces.
    pub creditor_account: Option<String>,
    /// For whom it was received.
    pub ultimate_creditor: Option<String>,
    /// Free text lines from the payer.
    pub remittance: Vec<String>,
    /// Structured creditor references, in the order of the file.
    pub structured: Vec<String>,
    /// The bank's text on the payment.
    pub additional_info: Option<String>,
}

/// A reference with its kind: the element's name (`InstrId`, `TxId`) or a bank's own word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReadReference {
    /// What it refers to.
    pub kind: String,
    /// The reference.
    pub value: String,
}
