//! The HTTP face `/api/v1`: commands, objects and lists over JSON and NDJSON, changes as they happen, problem replies, one bearer
//! token. Described by itself at `/api/v1/openapi.json`, for people at `/api/v1/reference`.
//!
//! Holds no rule and computes no money: it converts, asks the engine or the read queries, and converts back.
#![warn(missing_docs)]

mod audit;
mod callers;
mod changes;
mod commands;
mod documents;
mod glance;
mod keys;
mod limits;
mod lists;
mod metrics;
pub mod openapi;
mod operations;
mod people;
mod periods;
mod problem;
mod push;
mod reference;
mod resources;
mod reviews;
mod routes;
mod said;
mod session;
mod templates;
mod tracing_id;
mod webhooks;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use zaiton_app::Offered;
use zaiton_effects::channels::{Channels, Receiver};
use zaiton_effects::documents::Shelf;
use zaiton_effects::operations::Kept;
use zaiton_effects::sealing::Sealer;
use zaiton_engine::Engine;
use zaiton_store::Queries;

pub use changes::Hub;
pub use limits::{Limits, Rate};
pub use metrics::Metrics;
pub use problem::problem;

/// What handlers work with.
#[derive(Clone)]
pub struct Api {
    /// The engine.
    pub engine: Engine,
    /// Reads for lists.
    pub queries: Queries,
    channels: Option<(Arc<Receiver>, Sealer)>,
    kept: Option<Arc<Kept>>,
    audit: Option<zaiton_reads::audit::search::Search>,
    shelf: Option<Arc<Shelf>>,
    gate: Arc<session::Gate>,
    token: Arc<str>,
    offered: Arc<BTreeMap<&'static str, Offered>>,
    limits: Limits,
    meters: Arc<limits::Meters>,
    reads: Arc<Semaphore>,
    long_reads: Arc<Semaphore>,
    hub: Arc<Hub>,
    metrics: Arc<Metrics>,
}

/// Largest body of one command, in bytes.
pub const COMMAND_LIMIT: usize = 16 * 1024 * 1024;
/// Largest NDJSON body, in bytes.
pub const BULK_LIMIT: usize = 64 * 1024 * 1024;

/// Largest body about coming in, in bytes.
const SESSION_LIMIT: usize = 10_000;

impl Api {
    /// An API under a bearer token. Nothing can be pushed to it yet.
    #[must_use]
    pub fn new(engine: Engine, queries: Queries, token: &str, limits: Limits) -> Self {
        Self {
            engine,
            queries,
            channels: None,
            kept: None,
            audit: None,
            shelf: None,
            gate: Arc::default(),
            token: token.into(),
            offered: Arc::new(zaiton_app::offered().into_iter().map(|one| (one.name, one)).collect()),
            limits,
            meters: Arc::new(limits::Meters::new(&limits)),
            reads: Arc::new(Semaphore::new(limits.reads)),
            long_reads: Arc::new(Semaphore::new(limits.long_reads)),
            hub: Arc::new(Hub::new(limits.streams)),
            metrics: Arc::default(),
        }
    }

    /// It takes what channels push, and connects shops.
    #[must_use]
    pub fn with_channels(self, channels: Arc<Channels>, sealer: Sealer) -> Self {
        Self { channels: Some((Arc::new(Receiver::new(channels)), sealer)), ..self }
    }

    /// The sealer, where there is one.
    fn sealer(&self) -> Option<&Sealer> {
        self.channels.as_ref().map(|(_, sealer)| sealer)
    }

    /// It gives out the files of long work that lie here.
    #[must_use]
    pub fn with_kept(self, kept: Kept) -> Self {
        Self { kept: Some(Arc::new(kept)), ..self }
    }

    /// Its figures are counted here, beside those of the engine.
    #[must_use]
    pub fn with_metrics(self, metrics: Arc<Metrics>) -> Self {
        Self { metrics, ..self }
    }

    /// It searches events.
    #[must_use]
    pub fn with_audit(self, search: zaiton_reads::audit::search::Search) -> Self {
        Self { audit: Some(search), ..self }
    }

    /// It takes documents and shows them.
    #[must_use]
    pub fn with_shelf(self, shelf: Arc<Shelf>) -> Self {
        Self { shelf: Some(shelf), ..self }
    }

    /// Under a hub that somebody else rings and closes.
    #[must_use]
    pub fn with_hub(self, hub: Arc<Hub>) -> Self {
        Self { hub, ..self }
    }
}

/// Compares in a time that does not depend on where the texts differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}
