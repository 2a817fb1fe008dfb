//! A code on its way to an address or a number (R1-04): worked out anew from the installation's key, never stored, and not sent when
//! it is worth nothing any more.

use std::sync::Arc;

use zaiton_app::prepaid::contact::SendCode;
use zaiton_engine::Engine;
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_kernel::{Environment, Id, Partition};
use zaiton_notices::contact::{ContactPoint, State};
use zaiton_notices::template::{Values, code_words, render};
use zaiton_post::Trouble;
use zaiton_store::Queries;

use super::{Post, choice, later, local, read, record};

/// Rule R1-04. Delivers codes.
pub struct CodeDeliverer {
    /// What it is delivered with.
    pub post: Arc<Post>,
    /// The database.
    pub queries: Queries,
}

impl Handler for CodeDeliverer {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: SendCode = read(&effect.body)?;
        let point: Option<ContactPoint> = record(&self.queries, "contact_points", asked.contact_point.raw())?;
        let Some(point) = point else { return Ok(()) };
        let State::Asked { until, .. } = point.state else { return Ok(()) };
        if asked.number != point.codes || engine.clock().now(partition.environment()) >= until {
            return Ok(());
        }
        let choice = choice(&self.queries, partition, &point.to)?;
        let values = Values::default()
            .with("code", engine.chain().code(point.id.raw(), point.codes))
            .with("until", local(until, &choice));
        let words = code_words(point.channel, choice.language);
        let said = render(&words, &values).map_err(|fault| later(fault.what))?;
        let id = format!("{}.{}", point.id, point.codes);
        let now = engine.clock().now(Environment::Live);
        let sent = self.post.send((point.channel, &point.to), (&said, &values), (&id, "contact_code"), now);
        sent.map_err(|Trouble { code, hopeless }| EffectError { detail: code, hopeless })
    }
}
