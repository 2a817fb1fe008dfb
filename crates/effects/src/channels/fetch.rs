//! One order, fetched: because two messages of one moment differ (R4-04), or because the channel says that it changed and not
//! how (R4-02). What is fetched is captured as the channel's own answer. Never judges which message was right.

use std::sync::Arc;

use zaiton_app::channels::FetchChanged;
use zaiton_app::orders::capture::FetchOrder;
use zaiton_engine::Engine;
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_kernel::{Id, Partition};
use zaiton_orders::channel::ChannelOrder;
use zaiton_orders::connection::{Connection, ConnectionId, connection_key};

use super::batch::Batch;
use super::clients::{Channels, Unopened, arrival, order, take};
use super::{ended, hopeless, later, read, stored};

/// Connections of one merchant that are looked through.
const CONNECTIONS: i64 = 1_000;

/// Rule R4-04. Fetches an order of which two messages of one moment differ.
pub struct FetchOrderAnew(pub Arc<Channels>);

/// Rule R4-02. Fetches an order of which the channel says that it changed.
pub struct FetchChangedOrder(pub Arc<Channels>);

impl Handler for FetchOrderAnew {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: FetchOrder = read(&effect.body)?;
        let queries = &self.0.queries;
        let Some(row) = queries.record("channel_orders", asked.channel_order.raw()).map_err(stored)? else {
            return Ok(());
        };
        let known: ChannelOrder = read(&row.body)?;
        let key = connection_key(known.channel, &known.shop);
        let rows = queries.records_of("connections", partition, 0, CONNECTIONS).map_err(stored)?;
        let mut mine = Vec::new();
        for row in rows {
            mine.push(read::<Connection>(&row.body)?);
        }
        // Nobody to ask: the effect waits for an operator, who connects the shop and tries again.
        let record = mine
            .into_iter()
            .find(|record| record.key() == key && record.is_pulled())
            .ok_or_else(|| hopeless("the shop is not connected, or not pulled"))?;
        fetch(&self.0, (engine, partition, effect), &record, &known.channel_order_id)
    }
}

impl Handler for FetchChangedOrder {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: FetchChanged = read(&effect.body)?;
        // One that is paused meanwhile is pulled when it goes on.
        let Some(record) = pulled(&self.0, asked.connection)? else { return Ok(()) };
        fetch(&self.0, (engine, partition, effect), &record, &asked.order)
    }
}

/// A connection's record, where it may be asked.
fn pulled(channels: &Channels, id: ConnectionId) -> Result<Option<Connection>, EffectError> {
    match channels.record(id) {
        Ok((_, record)) => Ok(Some(record).filter(Connection::is_pulled)),
        Err(Unopened::Store(error)) => Err(later(error)),
        Err(Unopened::Gone | Unopened::Credentials(_)) => Ok(None),
    }
}

fn fetch(
    channels: &Channels,
    (engine, partition, effect): (&Engine, Partition, &Effect),
    record: &Connection,
    id: &str,
) -> Result<(), EffectError> {
    let client = match channels.client(record) {
        Ok(client) => client,
        Err(Unopened::Store(error)) => return Err(later(error)),
        Err(Unopened::Gone) => return Err(hopeless("gone")),
        Err(Unopened::Credentials(code)) => return Err(hopeless(code)),
    };
    let message = take(&client).fetch(id).map_err(|stop| later(format!("{:?}", ended(&stop))))?;
    // The channel knows it no more: what is known stands.
    let Some(message) = message else { return Ok(()) };
    let mut batch = Batch::new(engine, &channels.sealer, format!("{}/{}", effect.id, effect.attempts));
    let code = channels.code(record).map_err(|why| later(format!("{why:?}")))?;
    let arrived = arrival(partition.environment(), record, &message, true);
    batch.send(arrived, order(record, &code, &message.order));
    batch.settle().map(drop).map_err(later)
}
