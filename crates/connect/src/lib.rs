//! The outside world's formats, read into plain data: bank files and the own-site order format.
//!
//! Says what a file says, with its quirks, or why it cannot be read. Never decides what a line means for an
//! account or an order, never reads a clock, opens no file and no socket: bytes are given to it.
#![warn(missing_docs)]

pub mod bank;
mod error;
mod fields;
pub mod fuzz;
pub mod orders;
mod text;

pub use error::ReadError;
pub use text::Encoding;
