//! A notice on its way out: each way is tried once, with its reader's words, zone and wishes, and told before the next one is
//! tried. Cut off in between, what was told is not sent again; what was not has the same message id.

use std::sync::Arc;

use zaiton_app::notices::{Deliver, LeaveWaiting, ReportDelivery, template_id};
use zaiton_engine::Engine;
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_kernel::{Environment, Id, Partition, Timestamp};
use zaiton_notices::notice::{Delivery, DeliveryState, Outcome};
use zaiton_notices::preferences::Choice;
use zaiton_notices::template::{Place, Said, Template, Values, built_in, render};
use zaiton_notices::{Channel, Notice};
use zaiton_post::Trouble;
use zaiton_store::Queries;

use super::{Post, choice, later, local, merchant_name, not_set_up, read, record, report};

/// After so many seconds no further way is begun: the attempt is nearly over.
const SHARE_SECONDS: i64 = 60;

/// Rule R5-20. Delivers notices.
pub struct NoticeDeliverer {
    /// What it is delivered with.
    pub post: Arc<Post>,
    /// The database.
    pub queries: Queries,
}

impl Handler for NoticeDeliverer {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: Deliver = read(&effect.body)?;
        let Some(notice): Option<Notice> = record(&self.queries, "notices", asked.notice.raw())? else {
            return Ok(());
        };
        let begun = engine.clock().now(Environment::Live);
        let outlets = self.post.outlets();
        for (at, way) in wanted(&notice, &asked) {
            let now = engine.clock().now(Environment::Live);
            if now >= begun.plus_seconds(SHARE_SECONDS) || engine.stopped() {
                return Err(later("more is to be sent"));
            }
            if !outlets.has(way.channel) {
                continue;
            }
            let now_there = engine.clock().now(partition.environment());
            let outcome = self.attempt(partition, &notice, (at, way), (now, now_there))?;
            let told = ReportDelivery {
                partition,
                notice: notice.id,
                way: at,
                round: way.round,
                attempts: way.attempts,
                outcome,
            };
            report(engine, told, &format!("notice/{}/{}/{at}", effect.id, effect.attempts))?;
        }
        for channel in [Channel::Email, Channel::Sms] {
            let left = wanted(&notice, &asked).any(|(_, way)| way.channel == channel);
            if left && !outlets.has(channel) {
                let wait = LeaveWaiting { partition, notice: notice.id, channel };
                report(engine, wait, &format!("notice/{}/{}/{channel:?}", effect.id, effect.attempts))?;
            }
        }
        Ok(())
    }
}

/// The ways that this effect is for: one that failed, or those that wait for their first attempt.
fn wanted<'a>(notice: &'a Notice, asked: &Deliver) -> impl Iterator<Item = (u16, &'a Delivery)> {
    let (channel, only) = (asked.channel, asked.way);
    let numbered = notice.deliveries.iter().enumerate();
    let places = numbered.filter_map(|(at, way)| Some((u16::try_from(at).ok()?, way)));
    places.filter(move |(at, way)| match only {
        Some(only) => only == *at && way.is_open(),
        None => way.state == DeliveryState::Waiting && channel.is_none_or(|one| one == way.channel),
    })
}

impl NoticeDeliverer {
    fn attempt(
        &self,
        partition: Partition,
        notice: &Notice,
        (at, way): (u16, &Delivery),
        (now, now_there): (Timestamp, Timestamp),
    ) -> Result<Outcome, EffectError> {
        let mut choice = choice(&self.queries, partition, &way.to)?;
        choice.language = notice.language.unwrap_or(choice.language);
        if !choice.wants(notice.topic) {
            return Ok(Outcome::Unwanted);
        }
        let (said, values) = self.said(partition, notice, way.channel, &choice, now_there)?;
        let about = serde_json::to_value(notice.topic).map_err(later)?;
        let about = about.as_str().unwrap_or_default();
        let names = (notice.message_id(at), about);
        let sent = self.post.send((way.channel, &way.to), (&said, &values), (&names.0, names.1), now);
        match sent {
            Ok(()) => Ok(Outcome::Sent),
            // Another process has the settings: the effect is tried again, the delivery was not.
            Err(trouble) if trouble == not_set_up() => Err(later(trouble)),
            Err(Trouble { code, hopeless }) => Ok(Outcome::Failed { code, hopeless }),
        }
    }

    /// The words: an operator's where they hold and fill in, else those that are built in.
    fn said(
        &self,
        partition: Partition,
        notice: &Notice,
        channel: Channel,
        choice: &Choice,
        now: Timestamp,
    ) -> Result<(Said, Values), EffectError> {
        let place = Place { topic: notice.topic, channel, language: choice.language };
        let mut values = Values::default()
            .with("merchant", merchant_name(&self.queries, partition)?)
            .with("subject", &notice.subject)
            .with("at", local(notice.at, choice))
            .with("zone", &choice.zone)
            .with("url", &self.post.public_url);
        for figure in &notice.figures {
            values = values.with(&figure.name, &figure.value);
        }
        let id = template_id(partition.environment(), place);
        let own: Option<Template> = record(&self.queries, "templates", id.raw())?;
        if let Some(words) = own.as_ref().and_then(|own| own.words_at(now)) {
            match render(words, &values) {
                Ok(said) => return Ok((said, values)),
                Err(fault) => {
                    tracing::error!(template = %id, line = fault.line, "a template does not fill in; the built-in words go out");
                }
            }
        }
        let said = render(&built_in(place), &values).map_err(|fault| later(fault.what))?;
        Ok((said, values))
    }
}
