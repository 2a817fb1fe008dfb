//! The engine: commands decided in memory by plain functions, committed in batches by the one owner of a lane.
//!
//! Knows no rule, no SQL, no clock and no network: those come through the ports. Where a context needs
//! something from the world, it asks the [`Unit`].
#![warn(missing_docs)]

pub mod batch;
mod cache;
pub mod chain;
pub mod command;
pub mod core;
pub mod engine;
pub mod fault;
pub mod lane;
pub mod outbox;
pub mod port;
pub mod recent;
pub mod record;
pub mod requests;
pub mod unit;
pub mod watch;

pub use batch::Batch;
pub use command::{Actor, Command, Outcome, Registry, Request, RequestKey};
pub use core::LaneCore;
pub use engine::Engine;
pub use port::{Clock, CommitError, Database, Reader, Store, StoreError};
pub use record::{Doc, Kind, Record};
pub use unit::{Stop, Unit};
pub use watch::{Trace, Watch};
