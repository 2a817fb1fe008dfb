//! The prepaid marketing account: the account, its top-ups by wire, the hold of an order's fee. Says what
//! must happen and what the ledger must book.
//!
//! Pure: never reads a store, a clock or the network, never books by itself, knows no bank and no order
//! record.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

#[macro_use(refusals)]
extern crate zaiton_kernel;

mod entity;
mod raw_id;

pub mod account;
pub mod breaker;
pub mod cure;
pub mod fee;
pub mod hold;
pub mod likeness;
pub mod matching;
pub mod month;
pub mod names;
pub mod policy;
pub mod promotion;
pub mod quote;
pub mod remark;
pub mod top_up;
pub mod what_if;
pub mod withdrawal;

pub use account::{AccountId, PrepaidAccount, ProgrammeId};
pub use breaker::Breaker;
pub use hold::{Hold, HoldId};
pub use month::{MonthId, StatementMonth};
pub use policy::{AlertMode, ArrearsMode, Model, OpenTo, PrepaidPolicy};
pub use promotion::{Promotion, PromotionId};
pub use top_up::{TopUp, TopUpId};
pub use withdrawal::{Withdrawal, WithdrawalId};
pub use zaiton_kernel::{Allowed, Decision};
