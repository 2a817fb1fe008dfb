//! Webhooks (R5-41): a merchant's addresses, and what is announced to them, each announcement a message a address in the
//! transaction of what happened. Never sends, and never sees a secret but sealed.
//!
//! `messages.rs` attempts, replays and what came of them.

mod messages;

use serde::{Deserialize, Serialize};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Id, Partition};
use zaiton_notices::Topic;
use zaiton_notices::webhook::endpoint::{self, Command, EndpointRefusal, Event, MOST, Secret, State};
use zaiton_notices::webhook::{
    Endpoint, EndpointBook, EndpointBookId, EndpointId, Message, PublicEvent, StoredSecret, WebhookMessageId,
};
use zaiton_onboarding::Merchant;

use crate::declare::command;
use crate::names::hashed;
use crate::notices::{Outlets, tell_inbox};

pub use messages::{
    MessageReply, REPLAY_EFFECT, ReplayMessage, ReplaySince, ReplayWanted, ReportMessage, RetryMessage,
    SEND_EFFECT, SEND_LEASE, SendMessage,
};

/// An address as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EndpointReply {
    /// Its id.
    pub endpoint: EndpointId,
    /// Whether it is in use.
    pub state: State,
}

fn book_id(partition: Partition) -> EndpointBookId {
    EndpointBookId::from_raw(hashed("webhook_book", &partition.raw().to_string()))
}

fn reply(record: &Endpoint) -> EndpointReply {
    EndpointReply { endpoint: record.id, state: record.state.clone() }
}

/// What goes over the line, to the letter.
fn payload(
    unit: &Unit<'_>,
    event: PublicEvent,
    subject: &str,
    figures: &[(&str, &dyn std::fmt::Display)],
) -> String {
    let mut data = serde_json::Map::new();
    for (name, value) in figures {
        data.insert((*name).to_owned(), value.to_string().into());
    }
    data.insert("about".into(), subject.into());
    data.insert("environment".into(), serde_json::json!(unit.environment()));
    serde_json::json!({ "type": event, "timestamp": unit.now(), "data": data }).to_string()
}

/// Writes a message down for an address, and has it sent where the address is in use.
fn send(unit: &mut Unit<'_>, endpoint: &Endpoint, event: PublicEvent, payload: String) -> WebhookMessageId {
    let id: WebhookMessageId = unit.new_id();
    let message = Message::new(id, endpoint.id, (event, payload), unit.now(), endpoint.is_active());
    unit.emit(id, &serde_json::json!({ "type": "written", "event": event, "endpoint": endpoint.id }));
    if message.is_open() {
        unit.long_effect(SEND_EFFECT, &SendMessage { message: id, round: 0, attempts: 0 }, SEND_LEASE);
    }
    unit.insert(message);
    id
}

/// Rule R5-41. Announces what happened to every address of this merchant that wants it.
pub(crate) fn announce(
    unit: &mut Unit<'_>,
    event: PublicEvent,
    subject: &str,
    figures: &[(&str, &dyn std::fmt::Display)],
) -> Result<(), Stop> {
    let Some(book) = unit.find::<EndpointBook>(book_id(unit.partition()))? else { return Ok(()) };
    let mut wanting = Vec::new();
    for id in &book.endpoints {
        let endpoint = unit.load::<Endpoint>(*id)?;
        if endpoint.wants(event) {
            wanting.push((*endpoint).clone());
        }
    }
    for endpoint in &wanting {
        let payload = payload(unit, event, subject, figures);
        send(unit, endpoint, event, payload);
    }
    Ok(())
}

/// The same for what a notice is about, if receivers hear of it.
pub(crate) fn announce_topic(
    unit: &mut Unit<'_>,
    topic: Topic,
    subject: &str,
    figures: &[(&str, &dyn std::fmt::Display)],
) -> Result<(), Stop> {
    match PublicEvent::of(topic) {
        Some(event) => announce(unit, event, subject, figures),
        None => Ok(()),
    }
}

/// Decides about an address, applies, emits, and tells the merchant where it was paused for failing.
fn change(unit: &mut Unit<'_>, record: &mut Doc<Endpoint>, command: Command) -> Result<(), Stop> {
    for event in endpoint::decide(record, command, unit.now())?.events {
        record.apply(&event);
        match &event {
            // Addresses and words of people stay in the record.
            Event::Added { events, .. } => {
                unit.emit(record.id, &serde_json::json!({ "type": "added", "events": events }));
            }
            Event::Changed { events, .. } => {
                unit.emit(record.id, &serde_json::json!({ "type": "changed", "events": events }));
            }
            Event::Paused { by, .. } => {
                unit.emit(record.id, &serde_json::json!({ "type": "paused", "by": by }));
                if by == "system" {
                    tell_inbox(unit, Topic::WebhookPaused, record.id)?;
                }
            }
            Event::Resumed
            | Event::Rotated { .. }
            | Event::Removed { .. }
            | Event::Fails { .. }
            | Event::Works => unit.emit(record.id, &event),
        }
    }
    Ok(())
}

fn changed(unit: &mut Unit<'_>, id: EndpointId, command: Command) -> Result<EndpointReply, Stop> {
    let mut record = unit.load::<Endpoint>(id)?;
    change(unit, &mut record, command)?;
    let reply = reply(&record);
    unit.save(record);
    Ok(reply)
}

command! {
    /// Rule R5-41. Send what happens to an address. Its secret comes sealed.
    pub struct AddEndpoint("webhooks.add") of merchant {
        /// Where it is: https.
        pub url: String,
        /// What people call it.
        #[serde(default)]
        pub description: String,
        /// What it wants; empty for everything.
        #[serde(default)]
        pub events: Vec<PublicEvent>,
        /// The secret, sealed.
        pub secret: Secret,
    }

    fn run(&self, unit) -> EndpointReply { self.add(unit) }
}

impl AddEndpoint {
    fn add(&self, unit: &mut Unit<'_>) -> Result<EndpointReply, Stop> {
        unit.load::<Merchant>(self.merchant)?;
        let id = book_id(unit.partition());
        let known = unit.find::<EndpointBook>(id)?;
        let mut book = known
            .as_ref()
            .map_or_else(|| EndpointBook { id, endpoints: Vec::new() }, |known| (**known).clone());
        for one in &book.endpoints {
            if unit.load::<Endpoint>(*one)?.url == self.url {
                return Err(EndpointRefusal::Known { endpoint: *one }.into());
            }
        }
        if book.endpoints.len() >= MOST {
            return Err(EndpointRefusal::TooMany { at_most: MOST }.into());
        }
        let mut record = Endpoint::unadded(unit.new_id());
        let command = Command::Add {
            url: self.url.clone(),
            description: self.description.clone(),
            events: self.events.clone(),
            local: Outlets::of(unit).local_webhooks,
        };
        for event in endpoint::decide(&record, command, unit.now())?.events {
            record.apply(&event);
            unit.emit(record.id, &serde_json::json!({ "type": "added", "events": record.events }));
        }
        unit.insert(StoredSecret { id: record.id, sealed: self.secret.clone(), before: None });
        book.endpoints.push(record.id);
        match known {
            Some(mut known) => {
                *known = book;
                unit.save(known);
            }
            None => unit.insert(book),
        }
        let reply = reply(&record);
        unit.insert(record);
        Ok(reply)
    }
}

command! {
    /// Rule R5-41. Another place, other words, other events.
    pub struct ChangeEndpoint("webhooks.change") of merchant {
        /// The address.
        pub endpoint: EndpointId,
        /// Where it is: https.
        pub url: String,
        /// What people call it.
        #[serde(default)]
        pub description: String,
        /// What it wants; empty for everything.
        #[serde(default)]
        pub events: Vec<PublicEvent>,
    }

    fn run(&self, unit) -> EndpointReply {
        let (url, description) = (self.url.clone(), self.description.clone());
        let (events, local) = (self.events.clone(), Outlets::of(unit).local_webhooks);
        changed(unit, self.endpoint, Command::Change { url, description, events, local })
    }
}

command! {
    /// Rule R5-41. Send nothing there for now: what happens is kept, and can be replayed.
    pub struct PauseEndpoint("webhooks.pause") of merchant {
        /// The address.
        pub endpoint: EndpointId,
        /// Why, 1 to 200 letters.
        pub reason: String,
    }

    fn run(&self, unit) -> EndpointReply {
        let (by, reason) = (unit.actor().name().to_owned(), self.reason.clone());
        changed(unit, self.endpoint, Command::Pause { by, reason })
    }
}

command! {
    /// Rule R5-41. Send there again. What happened meanwhile is replayed when it is asked for.
    pub struct ResumeEndpoint("webhooks.resume") of merchant {
        /// The address.
        pub endpoint: EndpointId,
    }

    fn run(&self, unit) -> EndpointReply { changed(unit, self.endpoint, Command::Resume) }
}

command! {
    /// Rule R5-41. Another secret, sealed; the one before signs for a day more.
    pub struct RotateSecret("webhooks.rotate_secret") of merchant {
        /// The address.
        pub endpoint: EndpointId,
        /// The new secret, sealed.
        pub secret: Secret,
    }

    fn run(&self, unit) -> EndpointReply { self.rotate(unit) }
}

impl RotateSecret {
    fn rotate(&self, unit: &mut Unit<'_>) -> Result<EndpointReply, Stop> {
        let mut kept = unit.load::<StoredSecret>(self.endpoint)?;
        let reply = changed(unit, self.endpoint, Command::Rotate)?;
        let until = unit.now().plus_seconds(endpoint::OVERLAP_SECONDS);
        kept.before = Some((kept.sealed.clone(), until));
        kept.sealed = self.secret.clone();
        unit.save(kept);
        Ok(reply)
    }
}

command! {
    /// Rule R5-41. It is over; its secret is erased. What was sent stays in the log.
    pub struct RemoveEndpoint("webhooks.remove") of merchant {
        /// The address.
        pub endpoint: EndpointId,
    }

    fn run(&self, unit) -> EndpointReply { self.remove(unit) }
}

impl RemoveEndpoint {
    fn remove(&self, unit: &mut Unit<'_>) -> Result<EndpointReply, Stop> {
        let reply = changed(unit, self.endpoint, Command::Remove)?;
        if let Some(mut book) = unit.find::<EndpointBook>(book_id(unit.partition()))? {
            if book.endpoints.contains(&self.endpoint) {
                book.endpoints.retain(|one| *one != self.endpoint);
            }
            unit.save(book);
        }
        if let Some(kept) = unit.find::<StoredSecret>(self.endpoint)? {
            unit.remove(kept);
        }
        Ok(reply)
    }
}

command! {
    /// Rule R5-41. Try an address: a message of type `ping` goes there.
    pub struct PingEndpoint("webhooks.ping") of merchant {
        /// The address.
        pub endpoint: EndpointId,
    }

    fn run(&self, unit) -> MessageReply {
        let mut record = unit.load::<Endpoint>(self.endpoint)?;
        change(unit, &mut record, Command::Ping)?;
        let said = payload(unit, PublicEvent::Ping, &record.id.to_string(), &[]);
        let message = send(unit, &record, PublicEvent::Ping, said);
        unit.save(record);
        Ok(MessageReply { message, state: zaiton_notices::webhook::message::State::Waiting })
    }
}
