//! Bringing merchants on. For now only the merchant itself, taken over from elsewhere until applications exist.
//!
//! Pure: never reads a store, a clock or the network.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod merchant;

pub use merchant::{Merchant, MerchantId};
