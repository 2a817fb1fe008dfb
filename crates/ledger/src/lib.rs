//! Double entry, pure: the chart, transactions, balances, statements. What the ledger page of the specification
//! says holds here and nowhere else.
//!
//! Never decides why money moves (contexts do), never reads or writes a store, never rounds.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod chart;
pub mod client_money;
pub mod posting;
pub mod sheet;
pub mod statement;

pub use chart::{AccountCode, Side};
pub use posting::{Entry, Kind, Transaction};
pub use sheet::{Account, AccountKey, Mark, PostError, Sheet, Transfer};
