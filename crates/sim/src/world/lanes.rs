//! Lanes in a simulated world: what each has in hand and in flight, how a batch reaches the store and what may go wrong on the
//! way. Follows the product's own lane step by step, without its threads. Who holds them is in `processes`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use zaiton_engine::command::{Failure, Request};
use zaiton_engine::core::{LaneCore, Ticket};
use zaiton_engine::fault::Fault;
use zaiton_engine::port::LaneRow;
use zaiton_engine::{Batch, Clock, CommitError, Outcome, Reader, RequestKey, Store};
use zaiton_kernel::Timestamp;

use super::broken::{Broken, is_owner};
use super::post::Origin;
use super::processes::Process;
use super::{Found, World, count};

/// How often a commit that the world stood in the way of is tried.
const TRIES: u32 = 4;

/// A holder of a lane.
pub(crate) struct Lane {
    pub(crate) lane: u16,
    pub(crate) holder: u64,
    pub(super) owner: String,
    pub(super) process: Arc<Process>,
    pub(crate) core: LaneCore,
    pub(crate) reader: Box<dyn Reader>,
    pub(super) store: Option<Box<dyn Store>>,
    pub(crate) queue: VecDeque<Ticket>,
    pub(crate) flight: Option<Flight>,
    /// When the requests in hand were decided.
    pub(super) moments: Moments,
    /// Timers and effects on their way.
    pub(crate) busy: BTreeSet<i64>,
    pub(crate) leases: u64,
}

impl Lane {
    /// Nothing is left to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.flight.is_none() && self.core.in_hand() == 0
    }
}

/// When each request of a batch was decided.
pub(crate) type Moments = BTreeMap<RequestKey, Timestamp>;

/// A batch on its way to the store.
pub(crate) struct Flight {
    batch: Batch,
    moments: Moments,
}

/// How a batch ended.
enum Landed {
    Written,
    Lost,
    /// The world stood in the way for too long: nothing is written.
    Unavailable,
    /// Nobody knows; the holder gives up.
    Unknown,
}

fn moved(tickets: impl IntoIterator<Item = Ticket>) {
    for ticket in tickets {
        (ticket.reply)(Outcome::failed(Failure::Moved, "another process owns the lane"));
    }
}

impl World {
    /// Sends a request to the holder of its lane.
    pub(crate) fn send(&mut self, mut request: Request, origin: Origin) {
        let at = usize::from(request.partition.lane(self.database.lanes()));
        let asked = (Arc::clone(&request.command), request.actor.clone());
        self.sent.insert((request.key, request.input), asked);
        if let Some(command) = self.as_broken(&request.command) {
            request.command = command;
        }
        let reply = self.post.reply(origin);
        // A caller of the process that had the lane before does not know yet that it is gone.
        let old = (self.calm == 0 && self.dice.chance(self.moods.old_callers))
            .then(|| self.old.iter_mut().find(|lane| usize::from(lane.lane) == at))
            .flatten();
        match old.or(self.lanes.get_mut(at)) {
            Some(_) if self.calm == 0 && self.dice.chance(3) => {
                reply(Outcome::failed(Failure::Busy, "the queue is full"));
            }
            Some(lane) => lane.queue.push_back(Ticket { request, reply }),
            None => drop(reply),
        }
    }

    fn lane(&mut self, place: Place) -> Found<&mut Lane> {
        match place {
            Place::Now(at) => self.lanes.get_mut(at),
            Place::Old(at) => self.old.get_mut(at),
        }
        .ok_or("there is no such lane".to_owned())
    }

    /// Decides some of what waits.
    pub(crate) fn decide(&mut self, place: Place, most: usize) -> Found {
        if self.calm == 0 && self.dice.chance(self.moods.bad_reads) {
            self.read_plan.lock().expect("one thread").push_back(true);
        }
        let clock = Arc::clone(&self.clock);
        let lane = self.lane(place)?;
        let some = most.min(lane.queue.len());
        let tickets: Vec<Ticket> = lane.queue.drain(..some).collect();
        let asked: Vec<_> =
            tickets.iter().map(|ticket| (ticket.request.key, ticket.request.partition)).collect();
        let (left, error) = lane.core.decide(tickets, lane.reader.as_mut());
        for (key, partition) in &asked {
            let in_vain = left.iter().filter(|ticket| ticket.request.key == *key).count();
            if in_vain < asked.iter().filter(|(of, _)| of == key).count() {
                lane.moments.entry(*key).or_insert(clock.now(partition.environment()));
            }
        }
        let (number, in_hand) = (lane.lane, lane.core.in_hand());
        match error {
            None => {
                for ticket in left.into_iter().rev() {
                    lane.queue.push_front(ticket);
                }
            }
            Some(error) => {
                for ticket in left {
                    (ticket.reply)(Outcome::failed(Failure::Unavailable, error.0.clone()));
                }
                count(&mut self.counts, "reads failed");
            }
        }
        self.read_plan.lock().expect("one thread").clear();
        self.trace.act(format!("lane {number}: decides {some}, {in_hand} in hand"));
        Ok(())
    }

    /// Closes the batch in hand, when none is in flight.
    pub(crate) fn seal(&mut self, place: Place) -> Found {
        let lane = self.lane(place)?;
        if lane.core.writing() || lane.core.in_hand() == 0 {
            return Ok(());
        }
        let (number, sealed) = (lane.lane, lane.core.seal());
        let rows = sealed.as_ref().map_or(0, |batch| batch.requests.len());
        let moments = std::mem::take(&mut lane.moments);
        let nothing = sealed.is_none();
        lane.flight = sealed.map(|batch| Flight { batch, moments });
        self.trace.act(format!("lane {number}: seals {rows}"));
        if nothing {
            self.answer_unwritten(place)?;
        }
        Ok(())
    }

    /// Refusals and repeated answers: nothing to write, but who speaks must still hold the lane.
    fn answer_unwritten(&mut self, place: Place) -> Found {
        let row: LaneRow = self.lane(place)?.core.row().clone();
        let ours = is_owner(self.database.as_ref(), &row).map_err(|error| error.0)?;
        if ours {
            return self.answer(place);
        }
        count(&mut self.counts, "old refusals held back");
        self.lose(place)
    }

    fn answer(&mut self, place: Place) -> Found {
        let lane = self.lane(place)?;
        for (ticket, outcome) in lane.core.committed().answers {
            (ticket.reply)(outcome);
        }
        Ok(())
    }

    /// The batch in flight reaches the store, or does not.
    pub(crate) fn land(&mut self, place: Place) -> Found {
        let lane = self.lane(place)?;
        let (number, old) = (lane.lane, matches!(place, Place::Old(_)));
        let Some(Flight { mut batch, moments }) = lane.flight.take() else { return Ok(()) };
        let mut retaken: Option<LaneRow> = None;
        let mut landed = Landed::Unavailable;
        for _ in 0..TRIES {
            let fault = self.fault();
            self.trace
                .act(format!("lane {number}: commit {} of epoch {}: {fault:?}", batch.seq, batch.epoch));
            self.commit_plan.lock().expect("one thread").push_back(fault);
            if self.lane(place)?.store.is_none() {
                let store = self.store()?;
                self.lane(place)?.store = Some(store);
            }
            let result = match &mut self.lane(place)?.store {
                Some(store) => store.commit(&batch),
                None => Err(CommitError::Unavailable("no connection".into())),
            };
            self.commit_plan.lock().expect("one thread").clear();
            self.hear_of_writes(&moments)?;
            landed = match result {
                Ok(()) => Landed::Written,
                Err(CommitError::Lost) => Landed::Lost,
                Err(CommitError::Refused(what)) => {
                    return Err(format!("the database refuses a batch: {what}"));
                }
                Err(CommitError::Unavailable(_)) => {
                    self.lane(place)?.store = None;
                    continue;
                }
                Err(CommitError::Unknown(_)) => match self.find_out(place, &mut batch, &mut retaken)? {
                    Some(landed) => landed,
                    None => continue,
                },
            };
            break;
        }
        if let Some(row) = retaken {
            self.lane(place)?.core.retaken(&row);
        }
        match landed {
            Landed::Written if old && self.broken != Broken::OwnerIgnored => {
                Err("a holder that had lost its lane wrote a batch".into())
            }
            Landed::Written => self.answer(place),
            Landed::Lost if !old => Err(format!("lane {number} is lost, and nobody took it")),
            Landed::Lost | Landed::Unknown => self.lose(place),
            Landed::Unavailable => {
                let lane = self.lane(place)?;
                let (failed, follower) = lane.core.failed();
                lane.moments.clear();
                for ticket in failed {
                    (ticket.reply)(Outcome::failed(Failure::Unavailable, "injected"));
                }
                for ticket in follower.into_iter().rev() {
                    lane.queue.push_front(ticket);
                }
                count(&mut self.counts, "commits given up");
                Ok(())
            }
        }
    }

    /// The outcome of a commit is unknown: takes the lane again and reads how far it is. None: to be tried again.
    fn find_out(
        &mut self,
        place: Place,
        batch: &mut Batch,
        retaken: &mut Option<LaneRow>,
    ) -> Found<Option<Landed>> {
        count(&mut self.counts, "outcomes unknown");
        let lane = self.lane(place)?;
        lane.store = None;
        let (number, owner) = (lane.lane, lane.owner.clone());
        // Its lane is another's: what is done now must not depend on what was written.
        if matches!(place, Place::Old(_)) || self.dice.chance(200) {
            return Ok(Some(Landed::Unknown));
        }
        let row = self.database.take_lane(number, &owner, "", 60).map_err(|error| error.0)?;
        let Some(row) = row else { return Ok(Some(Landed::Lost)) };
        if row.epoch != batch.epoch + 1 {
            return Ok(Some(Landed::Lost));
        }
        if row.seq == batch.seq {
            *retaken = Some(row);
            count(&mut self.counts, "unknown, and written");
            return Ok(Some(Landed::Written));
        }
        batch.epoch = row.epoch;
        *retaken = Some(row);
        count(&mut self.counts, "unknown, and lost");
        Ok(None)
    }

    /// A holder ends: what it has is answered as moved, and a lane of today is taken again.
    fn lose(&mut self, place: Place) -> Found {
        let lane = self.lane(place)?;
        let number = lane.lane;
        let (failed, follower) = lane.core.failed();
        let queue: Vec<Ticket> = lane.queue.drain(..).collect();
        moved(failed.into_iter().chain(follower).chain(queue));
        count(&mut self.counts, "lanes lost");
        match place {
            Place::Old(at) => drop(self.old.remove(at)),
            Place::Now(at) => {
                let new = self.take(number)?;
                if let Some(lane) = self.lanes.get_mut(at) {
                    *lane = new;
                }
            }
        }
        Ok(())
    }

    /// Another process takes a lane. The old holder does not know yet; or it is dead, and with it all that it had.
    pub(crate) fn take_over(&mut self, at: usize) -> Found {
        let Some(number) = self.lanes.get(at).map(|lane| lane.lane) else { return Ok(()) };
        // It may have been idle: then nothing tells it for long that it lost its lane.
        if self.dice.chance(600) {
            self.land(Place::Now(at))?;
            self.decide(Place::Now(at), usize::MAX)?;
            self.seal(Place::Now(at))?;
            self.land(Place::Now(at))?;
        }
        let new = self.take(number)?;
        let Some(place) = self.lanes.get_mut(at) else { return Ok(()) };
        let before = std::mem::replace(place, new);
        if self.dice.chance(350) {
            count(&mut self.counts, "processes died");
            drop(before);
        } else {
            count(&mut self.counts, "lanes taken over");
            self.old.push(before);
        }
        Ok(())
    }

    /// A process dies just after its commit: written, and nobody was told.
    pub(crate) fn die_after_commit(&mut self, at: usize) -> Found {
        let Some(lane) = self.lanes.get_mut(at) else { return Ok(()) };
        let (number, Some(Flight { batch, moments })) = (lane.lane, lane.flight.take()) else {
            return Ok(());
        };
        self.trace.act(format!("lane {number}: commit {} and death", batch.seq));
        let result = lane.store.as_mut().map(|store| store.commit(&batch));
        self.hear_of_writes(&moments)?;
        if let Some(Err(error)) = result {
            return Err(format!("a commit failed without a reason: {error:?}"));
        }
        count(&mut self.counts, "deaths after a commit");
        let new = self.take(number)?;
        if let Some(lane) = self.lanes.get_mut(at) {
            *lane = new;
        }
        Ok(())
    }

    fn fault(&mut self) -> Fault {
        if self.calm > 0 || !self.dice.chance(self.moods.bad_commits) {
            return Fault::None;
        }
        match self.dice.roll(3) {
            0 => Fault::Before,
            1 => Fault::UnknownWritten,
            _ => Fault::UnknownLost,
        }
    }
}

/// Today's holder of a lane, or one that lost it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Now(usize),
    Old(usize),
}
