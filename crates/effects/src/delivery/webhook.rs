//! A message of a webhook on its way: signed with the secrets that hold at this moment, sent once, told. And replays of what
//! happened since a moment, page by page.

use std::sync::Arc;

use zaiton_app::webhooks::{ReplayMessage, ReplayWanted, ReportMessage, SendMessage};
use zaiton_engine::Engine;
use zaiton_engine::engine::{EffectError, Handler};
use zaiton_engine::outbox::Effect;
use zaiton_kernel::{Environment, Id, Partition, Timestamp};
use zaiton_notices::webhook::endpoint::Secret;
use zaiton_notices::webhook::message::{Outcome, State};
use zaiton_notices::webhook::{Endpoint, Message, StoredSecret};
use zaiton_onboarding::MerchantId;
use zaiton_orders::connection::Credentials;
use zaiton_post::webhook::{Answer, SECRET_BYTES, Signed, secret};
use zaiton_store::Queries;
use zaiton_store::scan::objects::{Page, Which};

use super::{Post, later, read, record, report, stored};
use crate::sealing::{SealError, Sealer, system_random};

/// Where the secret of a webhook is sealed for.
const PLACE: &str = "webhook secret";
/// Messages that are looked through at a time.
const PAGE: i64 = 500;

/// A new secret for a merchant's webhooks: as it is shown, once, and as it is kept.
///
/// # Errors
/// No randomness.
pub fn new_secret(sealer: &Sealer, merchant: MerchantId) -> Result<(String, Secret), SealError> {
    let mut bytes = [0_u8; SECRET_BYTES];
    system_random(&mut bytes)?;
    let shown = secret(&bytes);
    let Credentials { key, text } = sealer.seal_credentials(merchant.raw(), PLACE, shown.as_bytes())?;
    Ok((shown, Secret { key, text }))
}

fn open(sealer: &Sealer, merchant: i64, sealed: &Secret) -> Option<String> {
    let sealed = Credentials { key: sealed.key.clone(), text: sealed.text.clone() };
    String::from_utf8(sealer.credentials(merchant, PLACE, &sealed).ok()?).ok()
}

/// Rule R5-41. Sends messages.
pub struct WebhookDeliverer {
    /// What it is sent with.
    pub post: Arc<Post>,
    /// The database.
    pub queries: Queries,
    /// Opens secrets.
    pub sealer: Sealer,
}

impl Handler for WebhookDeliverer {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: SendMessage = read(&effect.body)?;
        let message: Option<Message> = record(&self.queries, "webhook_messages", asked.message.raw())?;
        let Some(message) = message.filter(|known| {
            known.is_open() && (known.round, known.attempts) == (asked.round, asked.attempts)
        }) else {
            return Ok(());
        };
        let endpoint: Option<Endpoint> = record(&self.queries, "webhook_endpoints", message.endpoint.raw())?;
        let now = engine.clock().now(Environment::Live);
        let outcome = match endpoint.filter(Endpoint::is_active) {
            Some(endpoint) => self.attempt(partition, &endpoint, &message, now)?,
            // Looked at again when its next attempt is due, and held then.
            None => Outcome::Failed { code: "paused".into(), status: None },
        };
        let told = ReportMessage {
            environment: partition.environment(),
            merchant: MerchantId::from_raw(partition.owner()),
            message: message.id,
            round: asked.round,
            attempts: asked.attempts,
            outcome,
        };
        report(engine, told, &format!("webhook/{}/{}", effect.id, effect.attempts))
    }
}

impl WebhookDeliverer {
    fn attempt(
        &self,
        partition: Partition,
        endpoint: &Endpoint,
        message: &Message,
        now: Timestamp,
    ) -> Result<Outcome, EffectError> {
        let failed = |code: &str, status| Outcome::Failed { code: code.into(), status };
        let kept: Option<StoredSecret> = record(&self.queries, "webhook_secrets", endpoint.id.raw())?;
        let Some(kept) = kept else { return Ok(failed("no_secret", None)) };
        let merchant = partition.owner();
        let Some(holds) = open(&self.sealer, merchant, &kept.sealed) else {
            return Ok(failed("sealed_otherwise", None));
        };
        let before = kept.before.as_ref().filter(|(_, until)| now < *until);
        let before = before.and_then(|(sealed, _)| open(&self.sealer, merchant, sealed));
        let secrets: Vec<&str> = [Some(holds.as_str()), before.as_deref()].into_iter().flatten().collect();
        let id = message.id.to_string();
        let seconds = now.micros().div_euclid(1_000_000);
        let signed = Signed { url: &endpoint.url, id: &id, seconds, body: &message.payload };
        Ok(match self.post.sender.send(&signed, &secrets) {
            Ok(Answer { status: status @ 200..=299 }) => Outcome::Taken { status },
            Ok(Answer { status: 410 }) => Outcome::Gone,
            Ok(Answer { status: status @ 300..=399 }) => failed("redirected", Some(status)),
            Ok(Answer { status }) => failed(&format!("status.{status}"), Some(status)),
            Err(trouble) => failed(trouble.code.trim_start_matches("webhook."), None),
        })
    }
}

/// Rule R5-41. Replays what happened since a moment.
pub struct Replayer(pub Queries);

impl Handler for Replayer {
    fn handle(&self, engine: &Engine, partition: Partition, effect: &Effect) -> Result<(), EffectError> {
        let asked: ReplayWanted = read(&effect.body)?;
        let (environment, merchant) = (partition.environment(), MerchantId::from_raw(partition.owner()));
        let mut after = None;
        loop {
            if engine.stopped() {
                return Err(later("the process stops"));
            }
            // The newest first: what lies before the moment ends the search.
            let page = Page { after, limit: PAGE, newest: true };
            let rows = self.0.objects("webhook_messages", Which::Of(partition), page).map_err(stored)?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Some(last.id);
            for row in &rows {
                let message: Message = serde_json::from_str(&row.body).map_err(later)?;
                if message.at < asked.since {
                    return Ok(());
                }
                let is_wanted = match message.state {
                    State::Dead { .. } | State::Held => true,
                    State::Done { .. } => asked.also_done,
                    State::Waiting | State::Failed { .. } => false,
                };
                if message.endpoint == asked.endpoint && is_wanted && message.at < asked.until {
                    let replay = ReplayMessage { environment, merchant, message: message.id };
                    report(engine, replay, &format!("replay/{}/{}", effect.id, message.id))?;
                }
            }
        }
    }
}
