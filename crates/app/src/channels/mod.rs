//! Stored connections to channels: connected by people, pulled and swept by timers and effects, so that what is due is a row
//! and nothing runs twice. Never calls a channel and never opens a credential: a handler in the world does, and tells.

mod trouble;
mod turns;
pub mod unread;

use serde::{Deserialize, Serialize};
use zaiton_engine::{Doc, Stop, Unit};
use zaiton_kernel::{Environment, Id, Timestamp};
use zaiton_onboarding::{Merchant, MerchantId};
use zaiton_orders::connection::{
    self, Command, Connection, ConnectionId, Credentials, CredentialsId, Event, LOST_SECONDS, State,
    StoredCredentials, Trouble, Ways, connection_key,
};
use zaiton_orders::order::Channel;

use crate::declare::command;

pub use trouble::{CheckConnection, told};
pub use turns::{BeginSweep, BeginTurn, EndSweep, EndTurn, OrdersChanged, UseNonce};

/// Kind of the natural key: a merchant's connection, by [`connection_key`].
pub const CONNECTION_KEY: &str = "connection";
/// The effect that pulls what changed ([`PullChannel`]).
pub const PULL_EFFECT: &str = "pull_channel";
/// The effect that sweeps ([`SweepChannel`]).
pub const SWEEP_EFFECT: &str = "sweep_channel";
/// The effect that fetches an order which the channel says has changed ([`FetchChanged`]).
pub const FETCH_CHANGED_EFFECT: &str = "fetch_changed";
/// How long one attempt at a turn may take, in seconds.
pub const PULL_LEASE: i64 = 180;
/// How long one attempt at a sweep may take, in seconds.
pub const SWEEP_LEASE: i64 = 1_200;
/// Orders that one push may name as changed.
pub const CHANGED_AT_ONCE: usize = 200;

/// A turn to be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PullChannel {
    /// Of which connection.
    pub connection: ConnectionId,
    /// Which turn.
    pub turn: u64,
}

/// A sweep to be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SweepChannel {
    /// Of which connection.
    pub connection: ConnectionId,
}

/// An order to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FetchChanged {
    /// By which connection.
    pub connection: ConnectionId,
    /// The channel's id of the order.
    pub order: String,
}

/// A connection as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ConnectionReply {
    /// Its id.
    pub connection: ConnectionId,
    /// Where it stands.
    pub state: State,
    /// Number of the turn that is under way, or was last.
    pub turn: u64,
    /// Everything that changed until then is here.
    pub until: Timestamp,
    /// What stands in its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
}

/// Whose connection a command is about.
type Whose = (Environment, MerchantId);

command! {
    /// Rule R4-01. Connect a shop, or connect it anew with other credentials: then it goes on where it was.
    pub struct Connect("channels.connect") of merchant {
        /// The channel.
        pub channel: Channel,
        /// The shop on it.
        pub shop: String,
        /// Where the channel is, as people write it.
        pub host: String,
        /// The shop's time zone, an IANA name.
        pub zone: String,
        /// By which ways orders come.
        pub ways: Ways,
        /// Reading K-89. The site is the platform's own: its word that an order was sold on ours is believed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub ours: bool,
        /// From when on orders are wanted; the first time it must be said where they are pulled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub since: Option<Timestamp>,
        /// The settings with their credentials, sealed.
        pub credentials: Credentials,
    }

    fn run(&self, unit) -> ConnectionReply { self.connect(unit) }
}

impl Connect {
    fn connect(&self, unit: &mut Unit<'_>) -> Result<ConnectionReply, Stop> {
        let whose = (self.environment, self.merchant);
        let key = connection_key(self.channel, &self.shop);
        let command = Command::Connect {
            host: self.host.clone(),
            zone: self.zone.clone(),
            ways: self.ways,
            ours: self.ours,
            since: self.since,
        };
        let Some(known) = unit.lookup(CONNECTION_KEY, &key)? else {
            unit.load::<Merchant>(self.merchant)?;
            let mut record =
                Connection::unconnected(unit.new_id(), self.merchant.raw(), self.channel, &self.shop);
            let decision = connection::decide(&record, command, unit.now())?;
            unit.claim(CONNECTION_KEY, &key, record.id)?;
            take(unit, whose, &mut record, &decision.events)?;
            self.keep(unit, record.id)?;
            let reply = reply(&record);
            unit.insert(record);
            return Ok(reply);
        };
        let id = ConnectionId::from_raw(known);
        self.keep(unit, id)?;
        change(unit, whose, id, command)
    }

    fn keep(&self, unit: &mut Unit<'_>, connection: ConnectionId) -> Result<(), Stop> {
        let id = CredentialsId::from_raw(connection.raw());
        if let Some(mut kept) = unit.find::<StoredCredentials>(id)? {
            kept.sealed = self.credentials.clone();
            unit.save(kept);
        } else {
            unit.insert(StoredCredentials { id, sealed: self.credentials.clone() });
        }
        Ok(())
    }
}

command! {
    /// Rule R4-02. Pull nothing for now; what is pushed is taken.
    pub struct Pause("channels.pause") of merchant {
        /// The connection.
        pub connection: ConnectionId,
        /// Why, 1 to 500 letters.
        pub reason: String,
    }

    fn run(&self, unit) -> ConnectionReply {
        let (by, reason) = (unit.actor().name().to_owned(), self.reason.clone());
        change(unit, (self.environment, self.merchant), self.connection, Command::Pause { by, reason })
    }
}

command! {
    /// Rule R4-02. Pull again.
    pub struct Resume("channels.resume") of merchant {
        /// The connection.
        pub connection: ConnectionId,
    }

    fn run(&self, unit) -> ConnectionReply {
        change(unit, (self.environment, self.merchant), self.connection, Command::Resume)
    }
}

command! {
    /// Rule R4-01. It is over; its credentials are erased. What was captured stays.
    pub struct Disconnect("channels.disconnect") of merchant {
        /// The connection.
        pub connection: ConnectionId,
        /// Why, 1 to 500 letters.
        pub reason: String,
    }

    fn run(&self, unit) -> ConnectionReply {
        let (by, reason) = (unit.actor().name().to_owned(), self.reason.clone());
        change(unit, (self.environment, self.merchant), self.connection, Command::Disconnect { by, reason })
    }
}

command! {
    /// Rule R4-02. A turn now, instead of when it is due.
    pub struct PullNow("channels.pull_now") of merchant {
        /// The connection.
        pub connection: ConnectionId,
    }

    fn run(&self, unit) -> ConnectionReply {
        change(unit, (self.environment, self.merchant), self.connection, Command::PullNow)
    }
}

command! {
    /// Rule R4-05. A person has seen what a sweep found, or what the channel no longer shows.
    pub struct Heed("channels.heed") of merchant {
        /// The connection.
        pub connection: ConnectionId,
    }

    fn run(&self, unit) -> ConnectionReply {
        let by = unit.actor().name().to_owned();
        change(unit, (self.environment, self.merchant), self.connection, Command::Heed { by })
    }
}

fn reply(record: &Connection) -> ConnectionReply {
    ConnectionReply {
        connection: record.id,
        state: record.state.clone(),
        turn: record.turn,
        until: record.until,
        trouble: record.trouble.clone(),
    }
}

/// Decides about a connection, applies, and sees to what follows.
fn change(
    unit: &mut Unit<'_>,
    whose: Whose,
    id: ConnectionId,
    command: Command,
) -> Result<ConnectionReply, Stop> {
    let mut record = unit.load::<Connection>(id)?;
    let decision = connection::decide(&record, command, unit.now())?;
    if !decision.is_already() {
        let mut changed = (*record).clone();
        take(unit, whose, &mut changed, &decision.events)?;
        *record = changed;
    }
    let reply = reply(&record);
    unit.save(record);
    Ok(reply)
}

/// Applies events; each is followed by what it asks for.
fn take(unit: &mut Unit<'_>, whose: Whose, record: &mut Connection, events: &[Event]) -> Result<(), Stop> {
    let sweep_due = record.sweep_due;
    for event in events {
        record.apply(event);
        match event {
            // What people wrote stays in the record.
            Event::Paused { .. } => unit.emit(record.id, &serde_json::json!({ "type": "paused" })),
            Event::Disconnected { .. } => {
                unit.emit(record.id, &serde_json::json!({ "type": "disconnected" }));
                let id = CredentialsId::from_raw(record.id.raw());
                if let Some(kept) = unit.find::<StoredCredentials>(id)? {
                    unit.remove(kept);
                }
            }
            Event::TurnEnded { pulled, .. } => {
                unit.emit(
                    record.id,
                    &serde_json::json!({ "type": "turn_ended", "turn": record.turn,
                    "until": pulled.until, "messages": pulled.messages, "ended": pulled.ended }),
                );
            }
            Event::TurnBegun { turn, .. } => {
                unit.emit(record.id, event);
                let asked = PullChannel { connection: record.id, turn: *turn };
                unit.long_effect(PULL_EFFECT, &asked, PULL_LEASE);
            }
            Event::SweepBegun { .. } => {
                unit.emit(record.id, event);
                if record.is_pulled() {
                    unit.long_effect(SWEEP_EFFECT, &SweepChannel { connection: record.id }, SWEEP_LEASE);
                }
            }
            Event::TroubleChanged { .. } => {
                unit.emit(record.id, event);
                trouble::changed(unit, whose, record)?;
            }
            Event::Connected { .. }
            | Event::Resumed { .. }
            | Event::TurnLost { .. }
            | Event::SweepEnded { .. }
            | Event::Heeded { .. } => unit.emit(record.id, event),
        }
    }
    if record.sweep_due != sweep_due && record.ways.pulls {
        let (environment, merchant) = whose;
        let sweep = BeginSweep { environment, merchant, connection: record.id, due: record.sweep_due };
        unit.timer(record.sweep_due, &sweep);
    }
    set_timer(unit, whose, record)
}

/// One timer a connection: its next turn, or the moment at which the one under way is given up.
fn set_timer(
    unit: &mut Unit<'_>,
    (environment, merchant): Whose,
    record: &mut Connection,
) -> Result<(), Stop> {
    if let Some(timer) = record.timer.take() {
        unit.cancel_timer(zaiton_engine::outbox::TimerId::from_raw(timer))?;
    }
    let lost = record.under_way.map(|since| since.plus_seconds(LOST_SECONDS));
    if let Some(at) = lost.or(record.due).filter(|_| record.is_pulled()) {
        let turn = record.turn.saturating_add(1);
        let begin = BeginTurn { environment, merchant, connection: record.id, turn };
        record.timer = Some(unit.timer(at, &begin).raw());
    }
    Ok(())
}

/// Rule R4-04. Whether an order of this shop can be asked for anew: its connection is there and pulled.
pub(crate) fn can_ask(unit: &mut Unit<'_>, channel: Channel, shop: &str) -> Result<bool, Stop> {
    let Some(id) = unit.lookup(CONNECTION_KEY, &connection_key(channel, shop))? else { return Ok(false) };
    let record: Doc<Connection> = unit.load(ConnectionId::from_raw(id))?;
    let can = record.is_pulled();
    unit.save(record);
    Ok(can)
}
