//! The outside world's formats: bank files and the own-site order format, read into plain data, and payment files,
//! written from it.
//!
//! Says what a file says, with its quirks, or why it cannot be read. Never decides what a line means for an
//! account or an order, never reads a clock, opens no file and no socket: bytes are given to it.
#![warn(missing_docs)]

pub mod bank;
mod error;
mod fields;
pub mod fuzz;
pub mod orders;
pub mod payments;
mod text;

pub use error::{ReadError, WriteError};
pub use text::Encoding;
