//! The operator's desks, as a merchant reaches them: a question, the answers, an end (R1-14).
//!
//! Pure: never reads a store or a clock, never books, never decides what a question is about.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod ticket;

pub use ticket::{Ticket, TicketId};

zaiton_kernel::entity!(Ticket, TicketId, 65, "tickets", 1);
