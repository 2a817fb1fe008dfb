//! A sweep (R4-05): what the channel lists of the last 72 hours is compared with what is here, and what is missing or otherwise
//! is fetched one by one. Never corrects an order by itself: what is fetched is captured like any other message.

use std::sync::Arc;

use zaiton_app::channels::{EndSweep, SweepChannel};
use zaiton_app::orders::known::{KnownOrder, KnownOrders, KnownReply};
use zaiton_channels::{Difference, Known, Swept};
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_engine::{Actor, Engine, Request};
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_orders::connection::{Connection, Ended, Sweep};

use super::batch::Batch;
use super::clients::{Channels, Unopened, arrival, order, take};
use super::{ended, later, read, reported};

/// Orders that one sweep fetches, at most: where so many differ, somebody must look first.
const FETCHED: usize = 500;

/// Rule R4-05. Carries sweeps out.
pub struct Sweeper(pub Arc<Channels>);

impl Handler for Sweeper {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: SweepChannel = read(&effect.body)?;
        let record = match self.0.record(asked.connection) {
            Ok((_, record)) if record.is_pulled() => record,
            Ok(_) | Err(Unopened::Gone | Unopened::Credentials(_)) => return Ok(()),
            Err(Unopened::Store(error)) => return Err(later(error)),
        };
        let name = format!("{}/{}", effect.id, effect.attempts);
        let found = self.sweep(engine, partition, &record, &name)?;
        let report = EndSweep {
            environment: partition.environment(),
            merchant: MerchantId::from_raw(record.merchant),
            connection: record.id,
            found,
        };
        reported(engine.call(Request::new(Arc::new(report), &format!("sweep/{name}"), Actor::system())))
    }
}

/// The code of why something ended early.
fn code(ended: Ended) -> String {
    match ended {
        Ended::Credentials { code } | Ended::Failed { code } => code,
        Ended::Later { .. } => "later".into(),
        Ended::CaughtUp | Ended::More => "left".into(),
    }
}

/// What is known of orders: asked of the engine, which alone knows every key.
fn ask(
    engine: &Engine,
    environment: Environment,
    record: &Connection,
    orders: &[String],
    key: &str,
) -> Result<Vec<Option<Known>>, EffectError> {
    let command = KnownOrders {
        environment,
        merchant: MerchantId::from_raw(record.merchant),
        channel: record.channel,
        shop: record.shop.clone(),
        orders: orders.to_vec(),
    };
    let outcome = engine.call(Request::new(Arc::new(command), key, Actor::system()));
    let reply: KnownReply = match outcome.reply() {
        Ok(reply) => reply,
        Err(outcome) => return reported(*outcome).and_then(|()| Err(later("the reply cannot be read"))),
    };
    let known = |known: KnownOrder| Known { total: known.total, updated_at: Some(known.updated_at) };
    Ok(reply.orders.into_iter().map(|order| order.map(known)).collect())
}

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

impl Sweeper {
    fn sweep(
        &self,
        engine: &Engine,
        partition: Partition,
        record: &Connection,
        name: &str,
    ) -> Result<Sweep, EffectError> {
        let broke = |code: String| Sweep { failed: Some(code), ..Sweep::default() };
        let client = match self.0.client(record) {
            Ok(client) => client,
            Err(Unopened::Store(error)) => return Err(later(error)),
            Err(Unopened::Gone) => return Ok(broke("gone".into())),
            Err(Unopened::Credentials(code)) => return Ok(broke(code.into())),
        };
        let merchant = self.0.code(record).map_err(|why| later(format!("{why:?}")))?;
        let mut client = take(&client);
        let mut unasked = None;
        let mut page = 0;
        let mut known = |orders: &[String]| {
            page += 1;
            let key = format!("known/{name}/{page}");
            ask(engine, partition.environment(), record, orders, &key)
                .map_err(|error| unasked = Some(error))
                .ok()
        };
        let swept: Swept = match client.sweep(&mut known) {
            Ok(swept) => swept,
            Err(stop) => return unasked.map_or_else(|| Ok(broke(code(ended(&stop)))), Err),
        };
        let missing = swept.differing.iter().filter(|(_, why)| *why == Difference::Missing).count();
        let mut found = Sweep {
            seen: u32::try_from(swept.seen).unwrap_or(u32::MAX),
            missing: count(missing),
            differing: count(swept.differing.len() - missing),
            ..Sweep::default()
        };
        let mut batch = Batch::new(engine, &self.0.sealer, name.to_owned());
        for (id, _) in swept.differing.iter().take(FETCHED) {
            if engine.stopped() {
                return Err(later("stopping"));
            }
            match client.fetch(id) {
                Ok(Some(message)) => {
                    let arrived = arrival(partition.environment(), record, &message, true);
                    batch.send(arrived, order(record, &merchant, &message.order));
                }
                // Listed, and not known when it is asked for: it is told as not fetched.
                Ok(None) => {}
                Err(stop) => {
                    found.failed = Some(code(ended(&stop)));
                    break;
                }
            }
        }
        found.fetched = batch.settle().map_err(later)?.messages;
        Ok(found)
    }
}
