//! The unit of work: what a use case may ask for and change. Everything it does can be undone until the batch is
//! written; nothing of it reaches the world before.
//!
//! `following.rs` what follows from a command.

mod following;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use zaiton_kernel::{Currency, Environment, Id, LocalDate, Money, Partition, Refusal, Rule, Text, Timestamp};
use zaiton_ledger::{AccountCode, PostError, Sheet, Transaction};

use crate::chain::ChainKey;
use crate::command::{Actor, AnyCommand, Registry};
use crate::core::{LaneState, PendingEvent, RecordPlace, WorkRecord};
use crate::record::{Doc, Entry, Record};
use crate::watch::Trace;

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
    pub(crate) trace: Option<Trace>,
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

    /// Whether a text is the token of a purpose, a thing and the number of the asking: see [`ChainKey::token`].
    #[must_use]
    pub fn is_token(&self, purpose: &str, subject: impl Id, number: u32, told: &str) -> bool {
        self.chain.is_token(purpose, subject.raw(), number, told)
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
}
