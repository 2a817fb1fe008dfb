//! The connections of this process at work: each opened once for its credentials, and used by one at a time, since its budgets
//! and its circuit are its own. Never shows what it opens.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use zaiton_channels::{Client, Connection as Settings, World};
use zaiton_connect::ReadError;
use zaiton_connect::orders as read;
use zaiton_engine::StoreError;
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_onboarding::{Merchant, MerchantId};
use zaiton_orders::connection::{Connection, ConnectionId, StoredCredentials};
use zaiton_store::Queries;

use super::batch::Arrival;
use crate::sealing::Sealer;

/// Why a connection cannot be used. Says nothing of its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// The database cannot be read.
    Store(String),
    /// There is no such connection, or it is over.
    Gone,
    /// Its credentials cannot be opened, or make no settings; a code.
    Credentials(&'static str),
}

impl From<StoreError> for Unopened {
    fn from(error: StoreError) -> Self {
        Self::Store(error.0)
    }
}

/// A client, and what its credentials looked like when it was made.
struct Open {
    text: String,
    client: Arc<Mutex<Client>>,
}

/// What handlers of channels work with.
pub struct Channels {
    pub(super) queries: Queries,
    pub(super) sealer: Sealer,
    pub(super) world: Arc<dyn World>,
    open: Mutex<HashMap<i64, Open>>,
}

/// Waits for a client; one whose user panicked is used on: its state is a budget and a circuit.
pub(super) fn take(client: &Mutex<Client>) -> MutexGuard<'_, Client> {
    client.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Channels {
    /// With the reads, the key and the world of this process.
    #[must_use]
    pub fn new(queries: Queries, sealer: Sealer, world: Arc<dyn World>) -> Self {
        Self { queries, sealer, world, open: Mutex::default() }
    }

    /// A connection's record.
    ///
    /// # Errors
    /// The database cannot be read, or there is none.
    pub fn record(&self, id: ConnectionId) -> Result<(Partition, Connection), Unopened> {
        let row = self.queries.record("connections", id.raw())?.ok_or(Unopened::Gone)?;
        let record = serde_json::from_str(&row.body).map_err(|error| Unopened::Store(error.to_string()))?;
        Ok((row.partition, record))
    }

    /// The code of the merchant whose connection it is.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn code(&self, record: &Connection) -> Result<String, Unopened> {
        let row = self.queries.record("merchants", record.merchant)?.ok_or(Unopened::Gone)?;
        let merchant: Merchant =
            serde_json::from_str(&row.body).map_err(|error| Unopened::Store(error.to_string()))?;
        Ok(merchant.code)
    }

    /// Its settings, opened.
    ///
    /// # Errors
    /// They are gone, or cannot be opened.
    pub fn settings(&self, record: &Connection) -> Result<Settings, Unopened> {
        self.sealed(record).and_then(|kept| self.opened(record, &kept))
    }

    fn sealed(&self, record: &Connection) -> Result<StoredCredentials, Unopened> {
        let row = self.queries.record("credentials", record.id.raw())?.ok_or(Unopened::Gone)?;
        serde_json::from_str(&row.body).map_err(|error| Unopened::Store(error.to_string()))
    }

    fn opened(&self, record: &Connection, kept: &StoredCredentials) -> Result<Settings, Unopened> {
        let text = self
            .sealer
            .credentials(record.merchant, &record.key(), &kept.sealed)
            .map_err(|_| Unopened::Credentials("sealed_otherwise"))?;
        // The text holds credentials: nothing of what is wrong with it is told.
        serde_json::from_slice(&text).map_err(|_| Unopened::Credentials("no_settings"))
    }

    /// A connection's client; made anew where its credentials are others now.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn client(&self, record: &Connection) -> Result<Arc<Mutex<Client>>, Unopened> {
        let kept = self.sealed(record)?;
        let mut open = self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = open.get(&record.id.raw())
            && known.text == kept.sealed.text
        {
            return Ok(Arc::clone(&known.client));
        }
        let settings = self.opened(record, &kept)?;
        let client = Client::new(&settings, Arc::clone(&self.world))
            .map_err(|_| Unopened::Credentials("no_settings"))?;
        let client = Arc::new(Mutex::new(client));
        let made = Open { text: kept.sealed.text, client: Arc::clone(&client) };
        open.insert(record.id.raw(), made);
        Ok(client)
    }

    /// Lets go of what is over.
    pub(super) fn forget(&self, id: ConnectionId) {
        self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&id.raw());
    }
}

/// A channel's message as it came by a connection.
pub(super) fn arrival(
    environment: Environment,
    record: &Connection,
    message: &zaiton_channels::Message,
    asked: bool,
) -> Arrival {
    Arrival {
        environment,
        merchant: MerchantId::from_raw(record.merchant),
        channel: record.channel,
        shop: record.shop.clone(),
        raw: message.raw.clone(),
        headers: message.headers.clone(),
        received_at: message.received_at,
        ours: record.ours,
        asked,
    }
}

/// The code of an order that names another merchant or shop than its connection's.
pub const OTHER_MERCHANT: &str = "channels.other_merchant";

/// One merchant's shop may not speak for another: our own format says whose an order is.
fn is_foreign(record: &Connection, code: &str, order: &read::ReadOrder) -> bool {
    order.merchant.as_deref().is_some_and(|said| said != code)
        || order.shop.as_deref().is_some_and(|said| said != record.shop)
}

/// The order that was read, or the code of why it is none of this connection's; `code` is its merchant's.
pub(super) fn order<'a>(
    record: &Connection,
    code: &str,
    read: &'a Result<read::ReadOrder, ReadError>,
) -> Result<&'a read::ReadOrder, &'a str> {
    match read {
        Ok(order) if is_foreign(record, code, order) => Err(OTHER_MERCHANT),
        Ok(order) => Ok(order),
        Err(error) => Err(error.code),
    }
}
