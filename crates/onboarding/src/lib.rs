//! Merchants: who they are. Their applications, contracts and renewals will lie beside this.
//!
//! Pure: never reads a store, a clock or the network, and moves no money.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

#[macro_use(refusals)]
extern crate zaiton_kernel;

mod entity;

pub mod merchant;

pub use merchant::{Merchant, MerchantId, Supply};
pub use zaiton_kernel::Decision;
