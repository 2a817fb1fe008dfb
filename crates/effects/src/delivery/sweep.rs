//! What waited while nobody could deliver is due when somebody can: looked for when a server starts with its settings. Never sends.

use std::sync::Arc;

use zaiton_app::identity::{INVITATION_EFFECT, LINK_EFFECT};
use zaiton_app::notices::{Deliver, NOTICE_EFFECT};
use zaiton_app::prepaid::contact::{CODE_EFFECT, SendCode};
use zaiton_engine::outbox::{Effect, RetryEffect};
use zaiton_engine::{Actor, Engine, Outcome, Request, StoreError};
use zaiton_kernel::{Environment, Id};
use zaiton_notices::Channel;
use zaiton_notices::contact::ContactPoint;
use zaiton_store::Queries;

use super::Post;

const PAGE: i64 = 500;
/// What has waited longer is no news: it stays, and goes out when somebody has it tried again.
const NEWS_SECONDS: i64 = 3 * 86_400;

/// Makes due what has waited since three days ago for a way that there is now; how much it was. What is dead stays so: that is a person's to look at.
///
/// # Errors
/// The database cannot be read.
pub fn sweep(engine: &Engine, queries: &Queries, post: &Post) -> Result<u64, StoreError> {
    let outlets = post.outlets();
    let mut count = 0;
    for environment in [Environment::Live, Environment::Sandbox] {
        let now = engine.clock().now(environment);
        let mut after = zaiton_kernel::id::first_at(now.plus_seconds(-NEWS_SECONDS));
        loop {
            let rows = queries.still("effects", environment, after, PAGE)?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            for row in &rows {
                let Ok(effect) = serde_json::from_str::<Effect>(&row.body) else { continue };
                let can = match effect.kind.as_str() {
                    NOTICE_EFFECT => serde_json::from_str::<Deliver>(&effect.body).is_ok_and(|asked| {
                        let any = outlets.mail || outlets.sms;
                        asked.channel.map_or(any, |channel| outlets.has(channel))
                    }),
                    LINK_EFFECT | INVITATION_EFFECT => outlets.mail,
                    CODE_EFFECT => outlets.has(channel_of(queries, &effect)?),
                    _ => false,
                };
                if can && effect.error.is_none() {
                    let retry = RetryEffect { partition: row.partition, effect: effect.id };
                    let key = format!("sweep/{}/{}", effect.id, effect.attempts);
                    let outcome = engine.call(Request::new(Arc::new(retry), &key, Actor::system()));
                    if matches!(outcome, Outcome::Accepted { .. }) {
                        count += 1;
                    }
                }
            }
        }
    }
    Ok(count)
}

/// By which way a code goes; mail where its contact is gone: then nothing is sent.
fn channel_of(queries: &Queries, effect: &Effect) -> Result<Channel, StoreError> {
    let Ok(asked) = serde_json::from_str::<SendCode>(&effect.body) else { return Ok(Channel::Email) };
    let row = queries.record("contact_points", asked.contact_point.raw())?;
    let point = row.and_then(|row| serde_json::from_str::<ContactPoint>(&row.body).ok());
    Ok(point.map_or(Channel::Email, |point| point.channel))
}
