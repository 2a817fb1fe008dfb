//! What the platform does for itself, whoever its merchants are: counting clients' money each day, and long work that people
//! ask for. Says what is recorded and when the next day comes; who may begin, and how far work is.
//!
//! Pure: never reads a store or a clock, never books, knows no merchant.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod day;
pub mod operation;

pub use day::{Day, DayId, Days, DaysId};
pub use operation::queue::{Queue, QueueId};
pub use operation::{Operation, OperationId};

zaiton_kernel::entity!(Days, DaysId, 62, "platform_days", 1);
zaiton_kernel::entity!(Day, DayId, 63, "client_money_days", 1);
zaiton_kernel::entity!(Operation, OperationId, 80, "operations", 1);
zaiton_kernel::entity!(Queue, QueueId, 81, "operation_queues", 1);
