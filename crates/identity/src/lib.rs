//! Who may come in: people with their passwords, and the sessions that they opened (R5-01).
//!
//! Pure: never hashes a password, never makes or sees a token, never reads a store or a clock. A password comes as the text of
//! its hash, a token as its SHA-256.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

#[macro_use(refusals)]
extern crate zaiton_kernel;

pub mod person;
pub mod session;

pub use person::{Person, PersonId};
pub use session::{Session, SessionId};

zaiton_kernel::entity!(Person, PersonId, 70, "people", 1);
zaiton_kernel::entity!(Session, SessionId, 71, "sessions", 1);
