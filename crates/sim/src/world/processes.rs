//! The processes of a simulated world: each holds a lane or two, reads the figures in force at its start and again by its beat,
//! now and then late, and always before their moment comes, as the product's lead of five minutes makes sure (K-78, ADR 0013).
//! Never lets a lane decide by figures that it could not know.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use zaiton_engine::core::{CacheSize, LaneCore};
use zaiton_engine::fault::FaultyStore;
use zaiton_engine::{Clock, Reader, Registry, Store};
use zaiton_kernel::Environment;

use super::broken::{Broken, BrokenStore, FaultyReader, Tap};
use super::lanes::{Lane, Moments, Place};
use super::{Found, World, count};

/// Batches of a lane that may have to be written before time passes.
const BATCHES: u32 = 100;

/// A process of the product.
pub(crate) struct Process {
    /// Its commands, and the figures that it has read.
    pub(super) registry: Arc<Registry>,
    /// How many confirmed versions it has heard of.
    heard: AtomicUsize,
}

impl World {
    fn reader(&self) -> Found<Box<dyn Reader>> {
        let inner = self.database.reader().map_err(|error| error.0)?;
        Ok(Box::new(FaultyReader { inner, plan: Arc::clone(&self.read_plan) }))
    }

    pub(super) fn store(&self) -> Found<Box<dyn Store>> {
        let store = self.database.store().map_err(|error| error.0)?;
        let (database, broken) = (Arc::clone(&self.database), self.broken);
        let store = BrokenStore { inner: store, database, broken, pass: Arc::clone(&self.pass) };
        let store = Tap { inner: Box::new(store), written: Arc::clone(&self.written) };
        Ok(Box::new(FaultyStore::new(Box::new(store), Arc::clone(&self.commit_plan))))
    }

    /// Takes a lane, from whoever has it.
    pub(crate) fn take(&mut self, lane: u16) -> Found<Lane> {
        self.holders += 1;
        let owner = format!("process-{}", self.holders);
        if let Some(before) = self.lanes.get(usize::from(lane)) {
            self.database.release_lanes(&before.owner).map_err(|error| error.0)?;
        }
        let row = self.database.take_lane(lane, &owner, "", 60).map_err(|error| error.0)?;
        let row = row.ok_or_else(|| format!("lane {lane} is not free"))?;
        self.trace.act(format!("lane {lane} is taken by {owner}, epoch {}, seq {}", row.epoch, row.seq));
        let mut reader = self.reader()?;
        let size = if self.dice.chance(self.moods.forgetful) {
            CacheSize { records: 16, partitions: 16, keys: 16, recent_keys: 8 }
        } else {
            CacheSize::default()
        };
        let clock = Arc::<crate::clock::MovableClock>::clone(&self.clock);
        let process = self.process_for(lane)?;
        let (count, registry) = (self.database.lanes(), Arc::clone(&process.registry));
        let mut core = LaneCore::new(row, count, size, registry, clock, self.chain.clone(), reader.as_mut())
            .map_err(|error| error.0)?;
        if self.dice.chance(100) {
            core.read_directly(self.reader()?);
        }
        let store = Some(self.store()?);
        Ok(Lane {
            lane,
            holder: self.holders,
            owner,
            process,
            core,
            reader,
            store,
            queue: VecDeque::new(),
            flight: None,
            moments: Moments::new(),
            busy: BTreeSet::new(),
            leases: 0,
        })
    }

    /// The process that takes a lane: one that holds another lane already, or one that starts.
    fn process_for(&mut self, lane: u16) -> Found<Arc<Process>> {
        let others: Vec<usize> = (0..self.lanes.len()).filter(|at| *at != usize::from(lane)).collect();
        if self.dice.chance(300)
            && let Some(known) = self.dice.pick(&others).and_then(|at| self.lanes.get(*at))
        {
            return Ok(Arc::clone(&known.process));
        }
        let process = Process { registry: Arc::new(super::registry()), heard: AtomicUsize::new(0) };
        self.read_figures(&process)?;
        Ok(Arc::new(process))
    }

    /// Reads the figures in force, as the program does.
    fn read_figures(&self, process: &Process) -> Found {
        let book = zaiton_reads::policies::book(&self.queries).map_err(|error| error.0)?;
        process.registry.refer(Arc::new(book));
        process.heard.store(self.model.policies.confirmed(), Ordering::Relaxed);
        Ok(())
    }

    /// A beat of the process that holds a lane. What cannot be read now is read by a later one.
    pub(crate) fn beat(&mut self, place: Place) -> Found {
        if self.broken == Broken::BeatsIgnored {
            return Ok(());
        }
        if self.calm == 0 && self.dice.chance(self.moods.bad_reads) {
            count(&mut self.counts, "beats in vain");
            return Ok(());
        }
        let lane = match place {
            Place::Now(at) => self.lanes.get(at),
            Place::Old(at) => self.old.get(at),
        };
        let Some((number, process)) = lane.map(|lane| (lane.lane, Arc::clone(&lane.process))) else {
            return Ok(());
        };
        if process.heard.load(Ordering::Relaxed) < self.model.policies.confirmed() {
            count(&mut self.counts, "figures read by a beat");
        }
        self.trace.act(format!("lane {number}: a beat"));
        self.read_figures(&process)
    }

    /// Time passes in an environment. Five minutes are enough for every commit and for every process to read what was
    /// confirmed: nothing comes into force that a holder of a lane does not know.
    pub(crate) fn pass(&mut self, environment: Environment, seconds: i64) -> Found {
        let now = self.clock.now(environment);
        let then = now.plus_seconds(seconds);
        if self.model.policies.is_asked_until(environment, then) {
            for at in 0..self.lanes.len() {
                self.write_all(at)?;
            }
            self.collect()?;
        }
        let new = self.model.policies.during(environment, now, then).len() - 1;
        if new > 0 {
            *self.counts.entry("figures came into force".into()).or_default() +=
                u64::try_from(new).unwrap_or(0);
            let known = self.model.policies.confirmed();
            self.calm += 1;
            for at in 0..self.lanes.len() {
                let heard = self.lanes.get(at).map(|lane| lane.process.heard.load(Ordering::Relaxed));
                if heard.is_some_and(|heard| heard < known) {
                    self.beat(Place::Now(at))?;
                }
            }
            self.calm -= 1;
        }
        self.clock.pass(environment, seconds);
        Ok(())
    }

    /// As [`Self::pass`], in both environments.
    pub(crate) fn pass_both(&mut self, seconds: i64) -> Found {
        self.pass(Environment::Live, seconds)?;
        self.pass(Environment::Sandbox, seconds)
    }

    /// What a lane has decided is written.
    fn write_all(&mut self, at: usize) -> Found {
        self.calm += 1;
        for _ in 0..BATCHES {
            self.land(Place::Now(at))?;
            self.seal(Place::Now(at))?;
            let idle = |lane: &Lane| lane.flight.is_none() && lane.core.in_hand() == 0;
            if self.lanes.get(at).is_none_or(idle) {
                self.calm -= 1;
                return Ok(());
            }
        }
        Err("a lane's batches are never written".into())
    }
}
