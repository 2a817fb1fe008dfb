//! Agreements (R5-14): texts in both languages by version, each in force from a moment that two people set, and who signed which.
//! A new version asks again.
//!
//! Pure: never hashes a text, never reads a store or a clock, never sets a page. A hash comes with the command.
//! `version.rs` a text and how it comes into force; `signature.rs` what is signed, and what waits to be.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

#[macro_use(refusals)]
extern crate zaiton_kernel;

pub mod signature;
#[cfg(test)]
mod tests;
pub mod version;

pub use signature::{Signature, SignatureId};
pub use version::{Version, VersionId};

zaiton_kernel::entity!(Version, VersionId, 92, "agreement_versions", 1);
zaiton_kernel::entity!(Signature, SignatureId, 93, "signatures", 1);
