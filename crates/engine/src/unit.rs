//! The unit of work: what a use case may ask for and change. Everything it does can be undone until the batch is
//! written; nothing of it reaches the world before.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use zaiton_kernel::{Currency, Environment, Id, LocalDate, Money, Partition, Refusal, Rule, Text, Timestamp};
use zaiton_ledger::{AccountCode, PostError, Sheet, Transaction};

use crate::chain::ChainKey;
use crate::command::{Actor, AnyCommand, Command, Registry};
use crate::core::{LaneState, PendingEvent, RecordPlace, WorkRecord};
use crate::outbox::{Effect, EffectId, Message, Parked, ParkedId, Timer, TimerId};
use crate::record::{Doc, Entry, Record};

/// Why a use case stopped. Made by `?` from a refusal, or by the unit; cannot be looked into.
#[derive(Debug)]
pub struct Stop(pub(crate) Reason);

#[derive(Debug)]
pub(crate) enum Reason {
    Missing,
    Refused(Box<Refusal>),
    Denied(Box<Refusal>),
}

impl Stop {
    /// The third outcome: what was changed stays, as a counted attempt, and the caller is told this.
    #[must_use]
    pub fn denied(refusal: impl Into<Refusal>) -> Self {
        Self(Reason::Denied(Box::new(refusal.into())))
    }
}

impl<T: Into<Refusal>> From<T> for Stop {
    fn from(refusal: T) -> Self {
        Self(Reason::Refused(Box::new(refusal.into())))
    }
}

/// How deep follow-ups may follow each other.
const MAX_DEPTH: usize = 8;

/// A follow-up in the same partition and transaction.
pub(crate) struct FollowUp {
    pub(crate) command: Arc<dyn AnyCommand>,
    /// Its refusal refuses the parent; otherwise it is parked.
    pub(crate) required: bool,
}

/// The unit of work of one command.
pub struct Unit<'a> {
    pub(crate) state: &'a mut LaneState,
    pub(crate) registry: &'a Registry,
    pub(crate) chain: &'a ChainKey,
    pub(crate) partition: Partition,
    pub(crate) actor: Actor,
    pub(crate) command: &'static str,
    pub(crate) now: Timestamp,
    pub(crate) today: LocalDate,
    pub(crate) follow_ups: Vec<FollowUp>,
    pub(crate) depth: usize,
    pub(crate) unsaved: Arc<AtomicUsize>,
}

fn not_found<R: Record>(id: R::Id) -> Refusal {
    Refusal::new(
        "engine.not_found",
        Rule::new("R5-40"),
        Text::new("没有这个编号的记录。", "There is no record with this id."),
        Text::new("请核对编号。", "Please check the id."),
    )
    .with("id", id)
    .with("kind", R::KIND.table)
}

impl Unit<'_> {
    /// The time of this batch in this partition's environment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The date of `now` in the platform's zone.
    #[must_use]
    pub fn today(&self) -> LocalDate {
        self.today
    }

    /// Who asks.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The partition.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// Live or sandbox.
    #[must_use]
    pub fn environment(&self) -> Environment {
        self.partition.environment()
    }

    /// What all commands may read beside their records: see [`Registry::refer`].
    #[must_use]
    pub fn reference<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.registry.reference()
    }

    /// Whether a text is the one-time code of a thing and the number of the asking: see [`ChainKey::code`].
    #[must_use]
    pub fn is_code(&self, subject: impl Id, number: u32, told: &str) -> bool {
        self.chain.is_code(subject.raw(), number, told)
    }

    /// A new id, higher than all before it.
    pub fn new_id<I: Id>(&mut self) -> I {
        I::from_raw(self.state.ids.next(self.now.millis()))
    }

    /// A record that may not be there.
    ///
    /// # Errors
    /// Not in memory yet.
    pub fn find<R: Record>(&mut self, id: R::Id) -> Result<Option<Doc<R>>, Stop> {
        let place = RecordPlace { kind: R::KIND, partition: self.partition, id: id.raw() };
        match self.state.record(place) {
            None => Err(Stop(Reason::Missing)),
            Some(None) => Ok(None),
            Some(Some(Entry { record, version, .. })) => {
                let value = record.into_any().downcast::<R>().expect("a kind number has one type");
                Ok(Some(Doc { value, version, changed: false, unsaved: Arc::clone(&self.unsaved) }))
            }
        }
    }

    /// A record that must be there.
    ///
    /// # Errors
    /// Not in memory yet, or refused: there is none.
    pub fn load<R: Record>(&mut self, id: R::Id) -> Result<Doc<R>, Stop> {
        self.find(id)?.ok_or_else(|| not_found::<R>(id).into())
    }

    /// Adds a record under an id of this unit's making.
    pub fn insert<R: Record>(&mut self, record: R) {
        let place = RecordPlace { kind: R::KIND, partition: self.partition, id: record.id().raw() };
        let entry = Entry { record: Arc::new(record), unknown: None, version: 1 };
        self.state.write(place, WorkRecord { place, entry: Some(entry), base: None });
    }

    /// Takes a changed record back.
    pub fn save<R: Record>(&mut self, doc: Doc<R>) {
        let place = RecordPlace { kind: R::KIND, partition: self.partition, id: doc.id().raw() };
        if doc.changed {
            self.unsaved.fetch_sub(1, Ordering::Relaxed);
            self.state.update(place, Some(doc.value));
        }
    }

    /// Removes a record.
    pub fn remove<R: Record>(&mut self, doc: Doc<R>) {
        let place = RecordPlace { kind: R::KIND, partition: self.partition, id: doc.id().raw() };
        if doc.changed {
            self.unsaved.fetch_sub(1, Ordering::Relaxed);
        }
        self.state.update(place, None);
    }

    /// What a natural key of this partition stands for.
    ///
    /// # Errors
    /// Not in memory yet.
    pub fn lookup(&mut self, kind: &str, key: &str) -> Result<Option<i64>, Stop> {
        let place = self.state.key_place(self.partition, kind, key);
        self.state.key(place).ok_or(Stop(Reason::Missing))
    }

    /// Claims a natural key for an id for ever. The caller looked it up first and found nothing.
    ///
    /// # Errors
    /// Not in memory yet.
    ///
    /// # Panics
    /// The key is taken: a command that does not look is a bug, and is answered as one.
    pub fn claim(&mut self, kind: &str, key: &str, id: impl Id) -> Result<(), Stop> {
        let place = self.state.key_place(self.partition, kind, key);
        let taken = self.state.key(place).ok_or(Stop(Reason::Missing))?;
        assert!(taken.is_none(), "a {kind} is claimed a second time");
        self.state.claim(place, id.raw());
        Ok(())
    }

    /// The balance of an account of this partition.
    ///
    /// # Errors
    /// None in practice: the sheet is in memory before a command runs.
    pub fn balance(&mut self, code: AccountCode, dimension: i64, currency: Currency) -> Result<Money, Stop> {
        Ok(self.sheet().balance(code, dimension, currency))
    }

    /// The accounts of this partition.
    pub fn sheet(&mut self) -> Arc<Sheet> {
        self.state.sheet(self.partition)
    }

    /// Books transactions, in order.
    ///
    /// # Errors
    /// Refused: an account would go below zero, or a total overflows.
    pub fn post(&mut self, transactions: impl IntoIterator<Item = Transaction>) -> Result<(), Stop> {
        for transaction in transactions {
            if !transaction.is_empty() {
                self.state
                    .book(self.partition, &transaction, self.now, self.today)
                    .map_err(|error: PostError| Stop::from(error))?;
            }
        }
        Ok(())
    }

    /// Writes an event: what changed, for the timeline and the chain. Ids and figures, no personal values.
    pub fn emit(&mut self, subject: impl Id, event: &impl Serialize) {
        let body = serde_json::to_string(event).expect("an event's serde form is JSON");
        let id = self.state.ids.next(self.now.millis());
        self.state.work.events.push(PendingEvent {
            id,
            partition: self.partition,
            at: self.now,
            actor: self.actor.clone(),
            command: self.command,
            subject: subject.raw(),
            body,
        });
    }

    /// A follow-up in this partition whose refusal refuses this command.
    pub fn requires<C: Command>(&mut self, command: C) {
        self.follow(Arc::new(command), true);
    }

    /// A follow-up in this partition that is parked for a person when it is refused: this command is a fact.
    pub fn then<C: Command>(&mut self, command: C) {
        self.follow(Arc::new(command), false);
    }

    /// As [`Self::then`], but at once, for a command that tells what came of its follow-up: its reply, or why it was parked.
    ///
    /// # Errors
    /// Not in memory yet.
    ///
    /// # Panics
    /// A reply that cannot be read back: a bug, and answered as one.
    pub fn then_now<C: Command>(&mut self, command: &C) -> Result<Result<C::Reply, Box<Refusal>>, Stop> {
        assert!(
            Command::partition(command) == self.partition,
            "a follow-up in another partition goes by `send`"
        );
        assert!(self.depth < MAX_DEPTH, "follow-ups follow each other too deep: a cycle");
        let mark = self.state.savepoint();
        match self.nested(command) {
            Ok(reply) => Ok(Ok(serde_json::from_str(&reply).expect("a reply's own JSON reads back"))),
            Err(Stop(Reason::Refused(refusal) | Reason::Denied(refusal))) => {
                self.state.undo(mark);
                self.park(command, (*refusal).clone());
                Ok(Err(refusal))
            }
            Err(stop @ Stop(Reason::Missing)) => Err(stop),
        }
    }

    fn follow(&mut self, command: Arc<dyn AnyCommand>, required: bool) {
        assert!(command.partition() == self.partition, "a follow-up in another partition goes by `send`");
        assert!(self.depth < MAX_DEPTH, "follow-ups follow each other too deep: a cycle");
        self.follow_ups.push(FollowUp { command, required });
    }

    /// Sends a command to another partition (or to this one, later) once this commit is durable. It arrives at
    /// least once and acts once ([`crate::outbox::Deliver`]).
    pub fn send<C: Command>(&mut self, command: &C) -> EffectId {
        let message = Message { command: C::NAME.to_owned(), body: AnyCommand::body(command) };
        self.effect("command", &message)
    }

    /// Something to do in the world once this commit is durable.
    pub fn effect(&mut self, kind: &str, body: &impl Serialize) -> EffectId {
        let now = self.now.micros();
        self.write_effect(kind, body, Some(now))
    }

    /// Something to do in the world once there is somebody to do it: it is due only when it is asked for
    /// ([`crate::outbox::RetryEffect`]).
    pub fn waiting_effect(&mut self, kind: &str, body: &impl Serialize) -> EffectId {
        self.write_effect(kind, body, None)
    }

    fn write_effect(&mut self, kind: &str, body: &impl Serialize, due_at: Option<i64>) -> EffectId {
        let id = self.new_id();
        let lane = self.partition.lane(self.state.lanes);
        self.insert(Effect {
            id,
            lane,
            due_at,
            kind: kind.to_owned(),
            body: serde_json::to_string(body).expect("an effect's serde form is JSON"),
            attempts: 0,
            error: None,
        });
        id
    }

    /// A command for this partition at a moment.
    pub fn timer<C: Command>(&mut self, due_at: Timestamp, command: &C) -> TimerId {
        assert!(Command::partition(command) == self.partition, "a timer fires in its own partition");
        let id = self.new_id();
        let lane = self.partition.lane(self.state.lanes);
        self.insert(Timer {
            id,
            lane,
            due_at: Some(due_at.micros()),
            command: C::NAME.to_owned(),
            body: AnyCommand::body(command),
            refusal: None,
        });
        id
    }

    /// Takes a timer back, if it has not fired.
    ///
    /// # Errors
    /// Not in memory yet.
    pub fn cancel_timer(&mut self, id: TimerId) -> Result<(), Stop> {
        if let Some(timer) = self.find::<Timer>(id)? {
            self.remove(timer);
        }
        Ok(())
    }

    /// Keeps a command for a person, with the reason; it can be tried again ([`crate::outbox::RetryParked`]).
    pub fn park<C: Command>(&mut self, command: &C, refusal: Refusal) -> ParkedId {
        self.park_body(C::NAME, AnyCommand::body(command), refusal)
    }

    /// Keeps a refused follow-up for a person.
    pub(crate) fn park_body(&mut self, command: &str, body: String, refusal: Refusal) -> ParkedId {
        let id: ParkedId = self.new_id();
        self.emit(id, &serde_json::json!({ "type": "parked", "command": command, "code": refusal.code }));
        self.insert(Parked { id, command: command.to_owned(), body, refusal, at: self.now });
        id
    }

    /// A stored command of this partition, to be run inside this one.
    pub(crate) fn stored(&self, name: &str, body: &str) -> Result<Arc<dyn AnyCommand>, Box<Refusal>> {
        match self.registry.decode(name, body) {
            Some(Ok(command)) if command.partition() == self.partition => Ok(command),
            Some(Ok(_) | Err(_)) | None => Err(Box::new(
                Refusal::new(
                    "engine.unreadable_command",
                    Rule::new("R5-40"),
                    Text::new("无法读取已保存的命令。", "The stored command cannot be read by this version."),
                    Text::new("请升级后重试。", "Update the program, then try again."),
                )
                .with("command", name),
            )),
        }
    }

    /// Runs a stored command of this partition inside this one; a refusal leaves no trace and is given back.
    pub(crate) fn attempt(&mut self, name: &str, body: &str) -> Result<Result<(), Refusal>, Stop> {
        let command = match self.stored(name, body) {
            Ok(command) => command,
            Err(refusal) => return Ok(Err(*refusal)),
        };
        let mark = self.state.savepoint();
        match self.nested(command.as_ref()) {
            Ok(_) => Ok(Ok(())),
            Err(Stop(Reason::Missing)) => Err(Stop(Reason::Missing)),
            Err(Stop(Reason::Refused(refusal) | Reason::Denied(refusal))) => {
                self.state.undo(mark);
                Ok(Err(*refusal))
            }
        }
    }

    /// Runs a command and its follow-ups inside this unit.
    pub(crate) fn nested(&mut self, command: &dyn AnyCommand) -> Result<String, Stop> {
        let unsaved = Arc::new(AtomicUsize::new(0));
        let mut unit = Unit {
            state: &mut *self.state,
            registry: self.registry,
            chain: self.chain,
            partition: self.partition,
            actor: self.actor.clone(),
            command: command.name(),
            now: self.now,
            today: self.today,
            follow_ups: Vec::new(),
            depth: self.depth + 1,
            unsaved: Arc::clone(&unsaved),
        };
        unit.run(command)
    }

    /// Runs a command in this unit, then what follows from it.
    pub(crate) fn run(&mut self, command: &dyn AnyCommand) -> Result<String, Stop> {
        let reply = command.run(self)?;
        if self.state.misses() {
            return Err(Stop(Reason::Missing));
        }
        debug_assert_eq!(
            self.unsaved.load(Ordering::Relaxed),
            0,
            "{} changed a record and did not save it",
            command.name()
        );
        for follow_up in std::mem::take(&mut self.follow_ups) {
            let mark = self.state.savepoint();
            match self.nested(follow_up.command.as_ref()) {
                Ok(_) => {}
                Err(Stop(Reason::Refused(refusal) | Reason::Denied(refusal))) if !follow_up.required => {
                    self.state.undo(mark);
                    self.park_body(follow_up.command.name(), follow_up.command.body(), *refusal);
                }
                // A counted attempt of a part is no attempt of the whole: nothing of it stays.
                Err(Stop(Reason::Denied(refusal))) => return Err(Stop(Reason::Refused(refusal))),
                Err(stop) => return Err(stop),
            }
        }
        Ok(reply)
    }
}
