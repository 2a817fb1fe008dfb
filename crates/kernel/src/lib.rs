//! The words every part of Zaiton speaks: money, ids, time, partitions, rule numbers, refusals.
//!
//! Pure: no IO, no clock, no randomness, no SQL, and no business rule of any one context.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod calendar;
pub mod currency;
pub mod decision;
pub mod entity;
pub mod figure;
pub mod id;
pub mod money;
pub mod month;
pub mod partition;
pub mod rate;
pub mod reason;
pub mod refusal;
mod refusals;
pub mod rule;
pub mod schema;
pub mod time;
pub mod working_time;

#[doc(hidden)]
pub use schemars;

pub use currency::Currency;
pub use decision::{Allowed, Decision};
pub use entity::Entity;
pub use id::{Id, IdError};
pub use money::{Money, MoneyError};
pub use month::Month;
pub use partition::{Environment, Partition};
pub use rate::{BasisPoints, Rounding};
pub use reason::{Reason, Weighed};
pub use refusal::{Figure, Refusal, Text};
pub use rule::Rule;
pub use time::{LocalDate, Timestamp};
pub use working_time::WorkingTime;
