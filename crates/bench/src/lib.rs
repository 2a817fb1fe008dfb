//! What the benches share: measuring, fresh databases, synthetic rows, raw writers. Asserts no absolute time.
//!
//! Figures of one machine at one moment: compare ratios of runs that were made in turns, never two pages.
#![warn(missing_docs)]

pub mod freeze;
pub mod many;
pub mod market;
pub mod measure;
pub mod one_a_transaction;
pub mod place;
pub mod raw;
pub mod socket;
pub mod synthetic;
pub mod tap;

/// What a bench ends with when it cannot go on.
pub type Stop = Box<dyn std::error::Error>;
