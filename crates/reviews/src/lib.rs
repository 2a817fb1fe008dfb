//! Reviews: one machine for everything that people of the operator look at and decide (R5-10, R5-11, M2): who has it, until
//! when, what the party was asked, what was decided and why.
//!
//! Pure: never reads a store or a clock, never carries out what was decided, knows no object but its number.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod policy;
pub mod queue;
pub mod reasons;
pub mod task;

pub use policy::ReviewPolicy;
pub use queue::{Desk, QueueName};
pub use reasons::{Finding, ReasonCode};
pub use task::{ReviewTask, ReviewTaskId};

zaiton_kernel::entity!(ReviewTask, ReviewTaskId, 86, "review_tasks", 1);
