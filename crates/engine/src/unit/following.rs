//! What follows from a command: in the same transaction, by a message, by a timer, or by a person; and how commands run inside
//! one another. Never runs anything of another partition.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use zaiton_kernel::{Refusal, Rule, Text, Timestamp};

use super::{FollowUp, Reason, Stop, Unit};
use crate::command::{AnyCommand, Command};
use crate::outbox::{Effect, EffectId, Message, Parked, ParkedId, Timer, TimerId};

/// How deep follow-ups may follow each other.
const MAX_DEPTH: usize = 8;

impl Unit<'_> {
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
        self.write_effect(kind, body, Some(now), None)
    }

    /// As [`Self::effect`], for what takes long: so many seconds are one attempt's. Has workers of its own, so that what is
    /// quick need not wait for it.
    pub fn long_effect(&mut self, kind: &str, body: &impl Serialize, lease_seconds: i64) -> EffectId {
        let now = self.now.micros();
        self.write_effect(kind, body, Some(now), Some(lease_seconds))
    }

    /// Whoever carries a long effect out is still at it: its attempt is theirs for so many seconds more. False when it is no
    /// longer this attempt's.
    ///
    /// # Errors
    /// Not in memory yet.
    pub fn prolong_effect(&mut self, id: EffectId, attempt: u32, seconds: i64) -> Result<bool, Stop> {
        let Some(mut effect) = self.find::<Effect>(id)? else { return Ok(false) };
        if effect.attempts != attempt || effect.due_at.is_none() {
            return Ok(false);
        }
        effect.due_at = Some(self.now.plus_seconds(seconds).micros());
        self.save(effect);
        Ok(true)
    }

    /// Something to do in the world once there is somebody to do it: it is due only when it is asked for
    /// ([`crate::outbox::RetryEffect`]).
    pub fn waiting_effect(&mut self, kind: &str, body: &impl Serialize) -> EffectId {
        self.write_effect(kind, body, None, None)
    }

    /// As [`Self::waiting_effect`], for what takes long once it is asked for.
    pub fn waiting_long_effect(&mut self, kind: &str, body: &impl Serialize, lease_seconds: i64) -> EffectId {
        self.write_effect(kind, body, None, Some(lease_seconds))
    }

    fn write_effect(
        &mut self,
        kind: &str,
        body: &impl Serialize,
        due_at: Option<i64>,
        lease_seconds: Option<i64>,
    ) -> EffectId {
        let id = self.new_id();
        let lane = self.partition.lane(self.state.lanes);
        self.insert(Effect {
            id,
            lane,
            due_at,
            kind: kind.to_owned(),
            body: serde_json::to_string(body).expect("an effect's serde form is JSON"),
            attempts: 0,
            lease_seconds,
            trace: self.trace,
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
            trace: self.trace,
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
