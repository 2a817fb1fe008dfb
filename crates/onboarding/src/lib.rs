//! Merchants: who they are. Their applications, contracts and renewals will lie beside this.
//!
//! Pure: never reads a store, a clock or the network, and moves no money.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

mod decision;
mod entity;
#[macro_use]
mod refusals;

pub mod merchant;

pub use decision::Decision;
pub use merchant::{Merchant, MerchantId};
