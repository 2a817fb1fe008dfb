//! What is delivered outside: notices, codes, webhooks, each effect one attempt that is reported by command, so that what is due
//! next is a row. Never decides whether something is tried again, and never writes an address or a text into an error.
//!
//! `notice.rs`, `code.rs`, `webhook.rs`, `identity.rs` their handlers; `sweep.rs` what waited while nobody could deliver.

mod code;
mod identity;
mod notice;
mod sweep;
mod webhook;

use std::sync::Arc;

use zaiton_app::notices::Outlets;
use zaiton_engine::command::Failure;
use zaiton_engine::engine::EffectError;
use zaiton_engine::{Actor, Command, Engine, Outcome, Request, StoreError};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{Id, Partition, Timestamp};
use zaiton_notices::Channel;
use zaiton_notices::preferences::{Choice, Preferences};
use zaiton_notices::template::{Said, Values};
use zaiton_onboarding::{Merchant, MerchantId};
use zaiton_post::webhook::Sender;
use zaiton_post::{Mailer, Message, Sms, Trouble};
use zaiton_store::Queries;

pub use code::CodeDeliverer;
pub use identity::{InvitationDeliverer, LinkDeliverer};
pub use notice::NoticeDeliverer;
pub use sweep::sweep;
pub use webhook::{Replayer, WebhookDeliverer, new_secret};
pub use zaiton_post::Letter;

/// What this process delivers with.
#[derive(Debug)]
pub struct Post {
    /// Mail; none where no server is set.
    pub mailer: Option<Mailer>,
    /// Messages to mobiles; none where no gateway is set.
    pub sms: Option<Sms>,
    /// Webhooks.
    pub sender: Sender,
    /// Where people find the console, for letters that lead there; empty when nobody said.
    pub public_url: String,
    /// Webhooks may go to this machine.
    pub local_webhooks: bool,
}

impl Post {
    /// One that delivers webhooks and nothing else.
    #[must_use]
    pub fn without_settings() -> Self {
        Self {
            mailer: None,
            sms: None,
            sender: Sender::new(false),
            public_url: String::new(),
            local_webhooks: false,
        }
    }

    /// By which ways it delivers, for commands.
    #[must_use]
    pub fn outlets(&self) -> Outlets {
        Outlets { mail: self.mailer.is_some(), sms: self.sms.is_some(), local_webhooks: self.local_webhooks }
    }

    /// Sends a letter, once. For any handler that writes to people; its report is its own.
    ///
    /// # Errors
    /// It was not taken, with a code; hopeless where trying again cannot help.
    pub fn mail(&self, to: &str, letter: &Letter) -> Result<(), EffectError> {
        self.mail_once(to, letter)
            .map_err(|Trouble { code, hopeless }| EffectError { detail: code, hopeless })
    }

    fn mail_once(&self, to: &str, letter: &Letter) -> Result<(), Trouble> {
        match &self.mailer {
            Some(mailer) => mailer.send(to, letter),
            None => Err(not_set_up()),
        }
    }

    /// Sends what was filled in by mail or to a mobile, once.
    fn send(
        &self,
        (channel, to): (Channel, &str),
        (said, values): (&Said, &Values),
        (id, about): (&str, &str),
        now: Timestamp,
    ) -> Result<(), Trouble> {
        match channel {
            Channel::InApp => Ok(()),
            Channel::Email => self.mail_once(to, &Letter::new(&said.subject, &said.body, id)),
            Channel::Sms => {
                let values: Vec<(&str, &str)> = values.iter().collect();
                let message = Message { id, to, text: &said.body, about, values: &values };
                self.sms.as_ref().map_or_else(|| Err(not_set_up()), |sms| sms.send(&message, now))
            }
        }
    }
}

fn not_set_up() -> Trouble {
    Trouble { code: "post.not_set_up".into(), hopeless: false }
}

fn later(detail: impl ToString) -> EffectError {
    EffectError { detail: detail.to_string(), hopeless: false }
}

fn stored(error: StoreError) -> EffectError {
    later(error.0)
}

fn read<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, EffectError> {
    serde_json::from_str(body).map_err(|error| EffectError { detail: error.to_string(), hopeless: true })
}

/// A record of a table, if it is there.
fn record<T: serde::de::DeserializeOwned>(
    queries: &Queries,
    table: &str,
    raw: i64,
) -> Result<Option<T>, EffectError> {
    let row = queries.record(table, raw).map_err(stored)?;
    row.map(|row| serde_json::from_str(&row.body).map_err(later)).transpose()
}

/// Gives a report. What is refused came too late.
fn report<C: Command>(engine: &Engine, command: C, key: &str) -> Result<(), EffectError> {
    match engine.call(Request::new(Arc::new(command), key, Actor::system())) {
        Outcome::Accepted { .. } => Ok(()),
        Outcome::Refused { refusal } | Outcome::Denied { refusal } => {
            tracing::info!(code = %refusal.code, "a report of the post came too late");
            Ok(())
        }
        Outcome::Failed { failure, detail } => Err(EffectError { detail, hopeless: failure == Failure::Bug }),
    }
}

/// How whoever reads an address wants to be told.
fn choice(queries: &Queries, partition: Partition, to: &str) -> Result<Choice, EffectError> {
    let id = zaiton_app::notices::preferences_id(MerchantId::from_raw(partition.owner()));
    let plain = zaiton_notices::contact::plain(to).map_or_else(|| to.to_owned(), |(_, plain)| plain);
    let known: Option<Preferences> = record(queries, "notice_preferences", id.raw())?;
    Ok(known.map_or_else(|| Choice::usual(&plain), |known| known.of(&plain)))
}

/// A moment as its reader's clock shows it.
fn local(at: Timestamp, choice: &Choice) -> String {
    at.local_text(&Zone::named(&choice.zone).unwrap_or_else(|_| Zone::shanghai()))
}

/// What people call the merchant whose partition it is; the platform's own name where it is none's.
fn merchant_name(queries: &Queries, partition: Partition) -> Result<String, EffectError> {
    let known: Option<Merchant> = record(queries, "merchants", partition.owner())?;
    Ok(known.map_or_else(|| "Zaiton".to_owned(), |known| known.name))
}
