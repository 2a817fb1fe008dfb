//! What the store is asked for questions that need more than one of its texts, and which answer or command comes of it:
//! once, for the program, its HTTP face, the simulated world and the scenarios.
//!
//! Holds no rule and no SQL, gives no command by itself, never writes.
#![warn(missing_docs)]

pub mod attention;
pub mod audit;
pub mod balance_days;
pub mod candidates;
pub mod client_money;
pub mod exports;
pub mod flow;
pub mod how_to_pay;
pub mod log;
pub mod months;
pub mod paying;
pub mod policies;
pub mod proof;
pub mod quoting;
pub mod reviews;
pub mod standing;
pub mod what_if;
pub mod whose;
