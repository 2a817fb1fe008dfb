//! Who may do what (R5-02, R5-03): the preset roles, the permissions that each has, and what one caller holds where. The one
//! place that is asked; everybody who lets somebody in or turns somebody away asks here.
//!
//! Pure: never knows a person, a session or a key, never reads a store or a clock, knows no command but by its permission.
#![warn(missing_docs)]
#![warn(clippy::wildcard_enum_match_arm)]

#[macro_use(refusals)]
extern crate zaiton_kernel;

mod caller;
mod permission;
mod refusal;
mod role;
#[cfg(test)]
mod tests;

pub use caller::{Caller, Held, Kind, Owner, Reach};
pub use permission::Permission;
pub use refusal::AccessRefusal;
pub use role::{Role, Side};
