//! Notices: what a party is told, about what, by which ways, and in which words. A notice is a record, so that it is in the
//! inbox when nothing else works; its deliveries outside are effects, and so are webhooks.
//!
//! Pure: never sends, never reads a store or a clock, knows no account and no order but their numbers.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod contact;
pub mod notice;
pub mod preferences;
pub mod template;
mod topic;
pub mod webhook;

pub use notice::{Channel, Delivery, DeliveryState, Figure, Notice, NoticeId, Recipient};
pub use topic::Topic;
