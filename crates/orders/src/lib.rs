//! Orders as the channels tell them: what a channel says an order is now becomes facts, each told once.
//!
//! Pure: never talks to a channel, never reads a store or a clock, moves no money and knows no fee.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

#[macro_use(refusals)]
extern crate zaiton_kernel;

mod entity;

pub mod channel;
pub mod connection;
pub mod group;
pub mod order;
pub mod unread;

pub use order::{Order, OrderId, Snapshot};
pub use zaiton_kernel::Decision;
