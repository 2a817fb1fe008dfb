//! Bank accounts, their statements and the lines on them: what may be booked, once, and what a line is used
//! for.
//!
//! Pure: never reads a file, a store, a clock or the network, never books by itself, knows no top-up and no
//! merchant but their numbers.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

#[macro_use(refusals)]
extern crate zaiton_kernel;

mod entity;

pub mod bank_account;
pub mod held;
pub mod line;
pub mod payment;
pub mod payment_file;
mod policy;
pub mod statement;
pub mod transfer;

pub use bank_account::{BankAccount, BankAccountId};
pub use held::{HeldStatement, HeldStatementId};
pub use line::{Line, LineId};
pub use payment::{Payment, PaymentId};
pub use payment_file::{PaymentFile, PaymentFileId};
pub use policy::BankPolicy;
pub use statement::{Statement, StatementDraft, StatementId};
pub use zaiton_kernel::{Allowed, Decision};
