//! Orders as the channels tell them: what a channel says an order is now becomes facts, each told once.
//!
//! Pure: never talks to a channel, never reads a store or a clock, moves no money and knows no fee.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

mod decision;
mod entity;
#[macro_use]
mod refusals;

pub mod order;

pub use decision::Decision;
pub use order::{Order, OrderId, Snapshot};
