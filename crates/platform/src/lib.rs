//! What the platform does for itself, whoever its merchants are: counting clients' money each day. Says what is recorded and
//! when the next day comes.
//!
//! Pure: never reads a store or a clock, never books, knows no merchant.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod day;

pub use day::{Day, DayId, Days, DaysId};

zaiton_kernel::entity!(Days, DaysId, 62, "platform_days", 1);
zaiton_kernel::entity!(Day, DayId, 63, "client_money_days", 1);
