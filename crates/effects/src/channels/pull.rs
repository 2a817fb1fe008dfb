//! A turn of a connection (R4-02): what changed is handed over for at most half a minute, and the place moves when all of it is
//! stored. Cut off anywhere it is done again, and nothing is lost or counted twice.

use std::ops::ControlFlow;
use std::sync::Arc;

use zaiton_app::channels::{EndTurn, PullChannel};
use zaiton_channels::{Cursor, Message};
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_engine::{Actor, Engine, Request};
use zaiton_kernel::{Id, Partition};
use zaiton_onboarding::MerchantId;
use zaiton_orders::connection::{Connection, Ended, Pulled};

use super::batch::Batch;
use super::clients::{Channels, Unopened, arrival, order, take};
use super::{ended, later, read, reported};

/// Messages of one turn, at most.
const SHARE: usize = 500;
/// Bytes of one turn after which no more is taken.
const SHARE_BYTES: usize = 32 << 20;
/// How long a turn goes on, in seconds: the call that is under way then comes to its end.
const SHARE_SECONDS: i64 = 30;

/// Rule R4-02. Carries turns out.
pub struct Puller(pub Arc<Channels>);

impl Handler for Puller {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: PullChannel = read(&effect.body)?;
        let record = match self.0.record(asked.connection) {
            Ok((_, record)) => record,
            Err(Unopened::Store(error)) => return Err(later(error)),
            Err(Unopened::Gone | Unopened::Credentials(_)) => return Ok(()),
        };
        if record.turn != asked.turn || record.under_way.is_none() {
            return Ok(());
        }
        let name = format!("{}/{}", effect.id, effect.attempts);
        let pulled = self.turn(engine, partition, &record, &name)?;
        let report = EndTurn {
            environment: partition.environment(),
            merchant: MerchantId::from_raw(record.merchant),
            connection: record.id,
            turn: asked.turn,
            pulled,
        };
        reported(engine.call(Request::new(Arc::new(report), &format!("turn/{name}"), Actor::system())))
    }
}

/// From where a connection goes on. A place that cannot be read is none: then the window is read from its start.
fn cursor(record: &Connection) -> Cursor {
    let fresh = || Cursor { until: record.until, unfinished: None };
    record.cursor.as_ref().map_or_else(fresh, |text| serde_json::from_str(text).unwrap_or_else(|_| fresh()))
}

impl Puller {
    fn turn(
        &self,
        engine: &Engine,
        partition: Partition,
        record: &Connection,
        name: &str,
    ) -> Result<Pulled, EffectError> {
        let nothing = |ended| Pulled {
            until: record.until,
            cursor: record.cursor.clone(),
            messages: 0,
            new: 0,
            changed: 0,
            unread: 0,
            skipped: 0,
            queue_is_empty: false,
            out_of_reach: None,
            ended,
        };
        let client = match self.0.client(record) {
            Ok(client) => client,
            Err(Unopened::Store(error)) => return Err(later(error)),
            Err(Unopened::Gone) => {
                self.0.forget(record.id);
                return Ok(nothing(Ended::Credentials { code: "gone".into() }));
            }
            Err(Unopened::Credentials(code)) => {
                return Ok(nothing(Ended::Credentials { code: code.into() }));
            }
        };
        let code = self.0.code(record).map_err(|why| later(format!("{why:?}")))?;
        let mut client = take(&client);
        let begun = self.0.world.now();
        let mut batch = Batch::new(engine, &self.0.sealer, name.to_owned());
        let environment = partition.environment();
        let mut hand = |message: Message| {
            let over = self.0.world.now() >= begun.plus_seconds(SHARE_SECONDS);
            if over || batch.messages() >= SHARE || batch.bytes() >= SHARE_BYTES || engine.stopped() {
                return ControlFlow::Break(());
            }
            batch.send(arrival(environment, record, &message, false), order(record, &code, &message.order));
            ControlFlow::Continue(())
        };
        let (cursor, ended, out_of_reach, queue) = match client.pull(&cursor(record), &mut hand) {
            Ok(pulled) => {
                let emptied = pulled.queue.as_ref().is_none_or(|queue| queue.is_emptied);
                let ended = if pulled.is_caught_up && emptied { Ended::CaughtUp } else { Ended::More };
                let out_of_reach = pulled.out_of_reach.map(|window| (window.from, window.to));
                (pulled.cursor, ended, out_of_reach, pulled.queue)
            }
            Err(stopped) => (stopped.cursor, ended(&stopped.why), None, stopped.queue),
        };
        // Everything that was handed over is stored, or the turn is carried out again.
        let taken = batch.settle().map_err(later)?;
        // What is not deleted from the queue now comes again, and changes nothing.
        if let Err(stop) = client.confirm() {
            tracing::warn!(connection = %record.id, %stop, "a queue of notifications cannot be told");
        }
        let queue = queue.unwrap_or_default();
        for skipped in &queue.skipped {
            tracing::warn!(connection = %record.id, message = skipped.message_id, code = skipped.code, "a notification gave no order");
        }
        Ok(Pulled {
            until: cursor.until,
            cursor: Some(serde_json::to_string(&cursor).map_err(later)?),
            messages: taken.messages,
            new: taken.new,
            changed: taken.changed,
            unread: taken.unread,
            skipped: u32::try_from(queue.skipped.len()).unwrap_or(u32::MAX),
            queue_is_empty: queue.is_emptied && queue.failed.is_none(),
            out_of_reach,
            ended,
        })
    }
}
