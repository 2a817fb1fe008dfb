//! Messages of webhooks: what came of an attempt, the next as a timer and a fresh effect, replays of one and of all since a
//! moment. Never sends.

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::Timestamp;
use zaiton_notices::webhook::message::{self, Command, Event, Outcome, State};
use zaiton_notices::webhook::{Endpoint, EndpointId, Message, WebhookMessageId, endpoint};

use crate::declare::command;

/// The effect that sends a message ([`SendMessage`]).
pub const SEND_EFFECT: &str = "webhook";
/// How long one attempt may take, in seconds.
pub const SEND_LEASE: i64 = 60;
/// The effect that looks for what is to be replayed ([`ReplayWanted`]).
pub const REPLAY_EFFECT: &str = "webhook_replay";
/// How long one attempt at that may take, in seconds.
const REPLAY_LEASE: i64 = 300;

/// An attempt to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SendMessage {
    /// The message.
    pub message: WebhookMessageId,
    /// Of which round.
    pub round: u32,
    /// Attempts before this one.
    pub attempts: u32,
}

/// What is to be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReplayWanted {
    /// Of which address.
    pub endpoint: EndpointId,
    /// What happened from then on.
    pub since: Timestamp,
    /// What happened before then.
    pub until: Timestamp,
    /// Also what was answered well.
    pub also_done: bool,
}

/// A message as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MessageReply {
    /// Its id.
    pub message: WebhookMessageId,
    /// How far it is.
    pub state: State,
}

fn attempt(unit: &mut Unit<'_>, message: &Message) {
    let asked = SendMessage { message: message.id, round: message.round, attempts: message.attempts };
    unit.long_effect(SEND_EFFECT, &asked, SEND_LEASE);
}

command! {
    /// Rule R5-41. What came of an attempt. An effect's command.
    pub struct ReportMessage("webhooks.report") of merchant {
        /// The message.
        pub message: WebhookMessageId,
        /// Of which round.
        pub round: u32,
        /// Attempts before this one.
        pub attempts: u32,
        /// What came of it.
        pub outcome: Outcome,
    }

    fn run(&self, unit) -> MessageReply { self.report(unit) }
}

impl ReportMessage {
    fn report(&self, unit: &mut Unit<'_>) -> Result<MessageReply, Stop> {
        let mut record = unit.load::<Message>(self.message)?;
        let (round, attempts, outcome) = (self.round, self.attempts, self.outcome.clone());
        let command = Command::Report { round, attempts, outcome };
        for event in message::decide(&record, command, unit.now())?.events {
            record.apply(&event);
            unit.emit(record.id, &event);
            self.follow(unit, &record, &event)?;
        }
        let reply = MessageReply { message: record.id, state: record.state.clone() };
        unit.save(record);
        Ok(reply)
    }

    fn follow(&self, unit: &mut Unit<'_>, record: &Message, event: &Event) -> Result<(), Stop> {
        let Event::Attempted { error, next_at, .. } = event else { return Ok(()) };
        if let Some(at) = next_at {
            let retry = RetryMessage {
                environment: self.environment,
                merchant: self.merchant,
                message: record.id,
                round: record.round,
                attempts: record.attempts,
            };
            unit.timer(*at, &retry);
        }
        let told = match error {
            None => endpoint::Command::Works,
            Some(_) => {
                endpoint::Command::Fails { gave_up: next_at.is_none(), gone: self.outcome == Outcome::Gone }
            }
        };
        let mut address = unit.load::<Endpoint>(record.endpoint)?;
        super::change(unit, &mut address, told)?;
        unit.save(address);
        Ok(())
    }
}

command! {
    /// Rule R5-41. Another attempt is due. A timer's command.
    pub struct RetryMessage("webhooks.retry") of merchant {
        /// The message.
        pub message: WebhookMessageId,
        /// Of which round.
        pub round: u32,
        /// Attempts before.
        pub attempts: u32,
    }

    fn run(&self, unit) -> () { self.retry(unit) }
}

impl RetryMessage {
    fn retry(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let mut record = unit.load::<Message>(self.message)?;
        if (record.round, record.attempts) != (self.round, self.attempts) || !record.is_open() {
            return Ok(());
        }
        let address = unit.load::<Endpoint>(record.endpoint)?;
        if address.is_active() {
            attempt(unit, &record);
        } else {
            for event in message::decide(&record, Command::Hold, unit.now())?.events {
                record.apply(&event);
                unit.emit(record.id, &event);
            }
        }
        unit.save(record);
        Ok(())
    }
}

command! {
    /// Rule R5-41. Send a message again, under its own id.
    pub struct ReplayMessage("webhooks.replay") of merchant {
        /// The message.
        pub message: WebhookMessageId,
    }

    fn run(&self, unit) -> MessageReply { self.replay(unit) }
}

impl ReplayMessage {
    fn replay(&self, unit: &mut Unit<'_>) -> Result<MessageReply, Stop> {
        let mut record = unit.load::<Message>(self.message)?;
        let address = unit.load::<Endpoint>(record.endpoint)?;
        // What a ping asks is asked here, too: whether something can go there now.
        endpoint::decide(&address, endpoint::Command::Ping, unit.now())?;
        for event in message::decide(&record, Command::Replay, unit.now())?.events {
            record.apply(&event);
            unit.emit(record.id, &event);
            attempt(unit, &record);
        }
        let reply = MessageReply { message: record.id, state: record.state.clone() };
        unit.save(record);
        Ok(reply)
    }
}

command! {
    /// Rule R5-41. Send again what happened since a moment and was not answered well, or everything.
    pub struct ReplaySince("webhooks.replay_since") of merchant {
        /// The address.
        pub endpoint: EndpointId,
        /// From when on.
        pub since: Timestamp,
        /// Also what was answered well.
        #[serde(default)]
        pub also_done: bool,
    }

    fn run(&self, unit) -> () {
        let address = unit.load::<Endpoint>(self.endpoint)?;
        endpoint::decide(&address, endpoint::Command::Ping, unit.now())?;
        let (endpoint, since, also_done) = (self.endpoint, self.since, self.also_done);
        let wanted = ReplayWanted { endpoint, since, until: unit.now(), also_done };
        unit.long_effect(REPLAY_EFFECT, &wanted, REPLAY_LEASE);
        Ok(())
    }
}
