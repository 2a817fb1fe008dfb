//! Identity checks by number (R5-13): whether a number is one that can exist, by its alphabet, its length, its dates and its check
//! digits. A wrong one is refused at the field, and the refusal says which part of it is wrong.
//!
//! Pure: never asks a register, never says that a number belongs to somebody, never keeps or shows the number itself.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod address;
pub mod bank;
pub mod card;
pub mod china;
mod countries;
mod digits;
pub mod goods;
pub mod phone;
pub mod vat;
mod wrong;

pub use countries::is_country;
pub use wrong::{Kind, Part, Wrong};
