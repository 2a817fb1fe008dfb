//! The end of a batch: its rows, with the events in their chains; then what becomes of it, written or not. Never writes by
//! itself, and decides about nothing that was asked.

use std::sync::Arc;

use super::work::{PartitionState, Work};
use super::{LaneCore, Ticket};
use crate::batch::{AccountRow, Batch, EventRow, Head, KeyRow, PartitionRow, RecordRow, Write};
use crate::command::Outcome;
use crate::record::body_with;
use crate::requests::{day_of, oldest_kept};

/// What a durable batch leaves to do.
#[derive(Default)]
pub struct Committed {
    /// Tickets with their outcomes, in order.
    pub answers: Vec<(Ticket, Outcome)>,
    /// Timers or effects were written.
    pub due: bool,
}

impl LaneCore {
    /// Closes the batch in hand: its rows, or `None` when it writes nothing (then [`Self::committed`] may be
    /// called as soon as the batch before is written). Only when no batch is being written.
    pub fn seal(&mut self) -> Option<Batch> {
        assert!(self.state.behind.is_none(), "one batch is written at a time");
        self.state.undo.clear();
        self.state.keep_loaded();
        let next = Work::like(&self.state.work);
        let mut work = std::mem::replace(&mut self.state.work, next);
        if work.writes_nothing() {
            self.state.behind = Some(work);
            return None;
        }
        self.row.request_day = day_of(self.last_now[0].micros()).max(self.row.request_day);
        let mut batch = Batch {
            lane: self.row.lane,
            epoch: self.row.epoch,
            seq: self.row.seq + 1,
            last_id: self.state.ids.last(),
            request_day: self.row.request_day,
            at: self.last_now[0],
            ..Batch::default()
        };
        self.fill(&mut batch, &mut work);
        self.state.behind = Some(work);
        Some(batch)
    }

    fn fill(&self, batch: &mut Batch, work: &mut Work) {
        batch.transfers = std::mem::take(&mut work.transfers);
        batch.marks = std::mem::take(&mut work.marks);
        batch.requests = Arc::clone(&work.requests);
        batch.claimed = work
            .keys
            .iter()
            .map(|(place, id)| KeyRow { partition: place.partition, key: place.key, id: *id })
            .collect();
        (batch.keys, batch.keys_moved) = self.state.recent_keys.step(work.keys.len());
        work.keys_moved = batch.keys.len();
        batch.events = self.chain_events(work);
        for (partition, in_work) in &work.partitions {
            let base = in_work.base.accounts();
            let changed = in_work.state.head != in_work.base_head || !in_work.state.exists;
            for (at, account) in in_work.state.sheet.accounts().iter().enumerate() {
                let write = match base.get(at) {
                    None => Write::Insert,
                    Some(before) if before != account => Write::Update,
                    Some(_) => continue,
                };
                batch.accounts.push(AccountRow { partition: *partition, write, account: *account });
            }
            if changed {
                let write = if in_work.state.exists { Write::Update } else { Write::Insert };
                batch.partitions.push(PartitionRow {
                    partition: *partition,
                    write,
                    head: in_work.state.head,
                });
            }
        }
        for record in work.records.values() {
            let place = record.place;
            let (write, version, body) = match (&record.entry, record.base) {
                (None, None) => continue,
                (None, Some(base)) => (Write::Delete, base + 1, String::new()),
                (Some(entry), None) => {
                    (Write::Insert, 1, body_with(entry.record.as_ref(), entry.unknown.as_deref()))
                }
                (Some(entry), Some(base)) => {
                    (Write::Update, base + 1, body_with(entry.record.as_ref(), entry.unknown.as_deref()))
                }
            };
            batch.records.push(RecordRow {
                kind: place.kind,
                partition: place.partition,
                id: place.id,
                version,
                write,
                body,
            });
        }
        batch.partitions.sort_unstable_by_key(|row| row.partition);
        batch.accounts.sort_unstable_by_key(|row| row.account.id);
        batch.records.sort_unstable_by_key(|row| (row.kind.number, row.id));
    }

    /// Gives each event its place in its partition's chain and moves the heads.
    fn chain_events(&self, work: &mut Work) -> Vec<EventRow> {
        let mut events = Vec::with_capacity(work.events.len());
        for pending in work.events.drain(..) {
            let head = &mut work
                .partitions
                .get_mut(&pending.partition)
                .expect("an accepted command's partition is in the batch")
                .state
                .head;
            let mut event = EventRow {
                id: pending.id,
                partition: pending.partition,
                previous: head.last_event,
                number: head.events + 1,
                at: pending.at,
                actor: pending.actor.name().to_owned(),
                command: pending.command.to_owned(),
                subject: pending.subject,
                body: pending.body,
                mac: [0; 32],
            };
            event.mac = self.chain.mac(&head.mac, &event);
            *head = Head { last_event: event.id, events: event.number, mac: event.mac };
            events.push(event);
        }
        events
    }

    /// The batch before is durable: its state becomes memory, and its answers may go out. Says as well whether
    /// it left something to do (timers, effects).
    pub fn committed(&mut self) -> Committed {
        let Some(work) = self.state.behind.take() else { return Committed::default() };
        if !work.writes_nothing() {
            self.row.seq += 1;
            self.index.forget_before(oldest_kept(self.row.request_day));
            self.index.add(self.row.request_day, work.requests.iter().map(|row| (row.key.short(), row.id)));
        }
        let mut due = false;
        for (key, record) in work.records {
            match record.entry {
                Some(entry) => {
                    due |= record.place.kind.number < 3;
                    if record.place.kind.remembered {
                        self.state.records.put(key, entry);
                    } else {
                        // What was read before it was written is no longer so.
                        self.state.records.forget(&key);
                    }
                }
                None => self.state.records.forget(&key),
            }
        }
        for (partition, in_work) in work.partitions {
            self.state.partitions.put(partition, PartitionState { exists: true, ..in_work.state });
        }
        self.state.recent_keys.committed(work.keys, work.keys_moved);
        Committed { answers: work.tickets, due }
    }

    /// The batch before was not written: it and the one decided on top of it are dropped. Gives back their
    /// tickets: those of the failed batch, and those of its follower.
    pub fn failed(&mut self) -> (Vec<Ticket>, Vec<Ticket>) {
        let behind = self.state.behind.take().unwrap_or_default();
        let work = std::mem::take(&mut self.state.work);
        self.state.undo.clear();
        self.state.loaded_records.clear();
        self.state.loaded_partitions.clear();
        self.state.loaded_keys.clear();
        self.state.loaded_requests.clear();
        let tickets = |work: Work| work.tickets.into_iter().map(|(ticket, _)| ticket).collect();
        (tickets(behind), tickets(work))
    }
}
