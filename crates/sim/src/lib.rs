//! Helpers of the tests: fresh databases, a clock that is moved by hand, toy commands, a lane driven by hand, faults,
//! and the check of the event chain. Used by tests only; never linked into the product.
#![warn(missing_docs)]

pub mod books;
pub mod chain_check;
pub mod clock;
pub mod databases;
pub mod faults;
pub mod hand;
pub mod picture;
pub mod process;
pub mod toy;
pub mod world;
