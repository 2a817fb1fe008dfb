//! The use cases: what a command does with records, ledger and follow-ups. A folder a context, a file a verb.
//!
//! Orchestration only: every rule is in a context, every row is the store's. Never reads a clock or the world.
#![warn(missing_docs)]

mod declare;

pub mod allowed;
pub mod bank;
pub mod channels;
pub mod desk;
pub mod documents;
pub mod identity;
pub mod matching;
pub mod names;
pub mod notices;
pub mod onboarding;
pub mod operations;
pub mod orders;
pub mod platform;
pub mod policy;
pub mod prepaid;
pub mod process;
pub mod registry;
pub mod reports;
pub mod reviews;
pub mod verify;
pub mod webhooks;

pub use registry::{Offered, offered, registry};
