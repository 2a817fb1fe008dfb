//! The engine room: one lane of the real engine, driven by hand over a real database, with a clock that only a scenario moves.
//! Timers and effects run until nothing is due. Effects of kinds that nobody handles are left as they lie.

use std::collections::BTreeSet;
use std::sync::Arc;

use zaiton_app::platform::{COUNT_EFFECT, CountDay};
use zaiton_app::prepaid::month::MONTH_EFFECT;
use zaiton_app::prepaid::top_up::MATCH_EFFECT;
use zaiton_effects::matching;
use zaiton_engine::command::AnyCommand;
use zaiton_engine::core::CacheSize;
use zaiton_engine::engine::EffectError;
use zaiton_engine::outbox::{
    Deliver, Effect, EffectId, FinishEffect, FireTimer, LeaseEffect, Timer, TimerId,
};
use zaiton_engine::{Actor, Clock, Outcome, Record, Registry, Request};
use zaiton_kernel::{Environment, Id, Partition, Timestamp};
use zaiton_reads::policies;
use zaiton_sim::clock::MovableClock;
use zaiton_sim::databases::TestDatabase;
use zaiton_sim::hand::Hand;
use zaiton_sim::{books, picture, world};
use zaiton_store::Queries;

/// More than a scenario ever has waiting.
const MANY: usize = 100_000;
/// After so many rounds at one moment something leads to itself.
const ROUNDS: u32 = 10_000;

/// A timer that fired.
pub(crate) struct Fired {
    pub(crate) at: Timestamp,
    pub(crate) command: String,
    pub(crate) body: String,
}

/// The room.
pub(crate) struct Room {
    pub(crate) queries: Queries,
    pub(crate) registry: Arc<Registry>,
    clock: Arc<MovableClock>,
    hand: Hand,
    given: u64,
    leases: u64,
    /// Timers and effects that were told to be dead.
    dead: BTreeSet<i64>,
}

impl Room {
    /// Opens a fresh database.
    pub(crate) fn open(database: &TestDatabase) -> Self {
        let opened = database.open(1);
        let registry = Arc::new(world::registry());
        let clock = MovableClock::new();
        let port: Arc<dyn Clock> = Arc::<MovableClock>::clone(&clock);
        let commands = Arc::clone(&registry);
        let hand = Hand::with(commands, opened.database.as_ref(), 0, "scenario", port, CacheSize::default());
        let queries = opened.queries;
        Self { queries, registry, clock, hand, given: 0, leases: 0, dead: BTreeSet::new() }
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now(Environment::Live)
    }

    /// Gives a command in a batch of its own; without a key under a new one.
    pub(crate) fn give(
        &mut self,
        command: Arc<dyn AnyCommand>,
        key: Option<&str>,
        actor: &Actor,
    ) -> Result<Outcome, String> {
        self.registry.refer(Arc::new(policies::book(&self.queries).map_err(|error| error.0)?));
        self.given += 1;
        let own = format!("given/{}", self.given);
        let request = Request::new(command, key.unwrap_or(&own), actor.clone());
        let outcomes = self.hand.batch(vec![request]).map_err(|error| format!("{error:?}"))?;
        outcomes.into_iter().next().ok_or_else(|| "a command was not answered".to_owned())
    }

    fn must(&mut self, command: Arc<dyn AnyCommand>, key: &str) -> Result<Outcome, String> {
        let name = command.name();
        let outcome = self.give(command, Some(key), &Actor::system())?;
        match outcome {
            Outcome::Accepted { .. } => Ok(outcome),
            other => Err(format!("{name} was not accepted: {other:?}")),
        }
    }

    /// Fires and carries out all that is due now, in order, and what follows from it. Then proves the books.
    pub(crate) fn settle(&mut self) -> Result<Vec<Fired>, String> {
        let mut fired = Vec::new();
        for _ in 0..ROUNDS {
            if let Some(timer) = self.first_timer()? {
                fired.push(timer);
            } else if !self.first_effect()? {
                books::hold(&self.queries, self.drained()?)?;
                return Ok(fired);
            }
        }
        Err(format!("at {} something leads to itself without end", self.now()))
    }

    fn due(&mut self, kind: &'static zaiton_engine::Kind) -> Result<Vec<(Partition, i64)>, String> {
        let mut due = Vec::new();
        for environment in [Environment::Live, Environment::Sandbox] {
            let now = self.clock.now(environment);
            due.extend(self.hand.reader.due(kind, 0, environment, now, MANY).map_err(|error| error.0)?);
        }
        Ok(due)
    }

    fn first_timer(&mut self) -> Result<Option<Fired>, String> {
        let Some((partition, id)) = self.due(Timer::KIND)?.first().copied() else { return Ok(None) };
        let row = self.queries.record("timers", id).map_err(|error| error.0)?;
        let row = row.ok_or("a timer that is due is not there")?;
        let timer: Timer = serde_json::from_str(&row.body).map_err(|error| error.to_string())?;
        let fire = FireTimer { partition, timer: TimerId::from_raw(id) };
        self.must(Arc::new(fire), &format!("timer/{id}"))?;
        Ok(Some(Fired { at: self.now(), command: timer.command, body: timer.body }))
    }

    /// Carries out the first effect that somebody handles; false when there is none.
    fn first_effect(&mut self) -> Result<bool, String> {
        let due = self.due(Effect::KIND)?;
        let handled: BTreeSet<i64> = self
            .effects()?
            .iter()
            .filter(|effect| is_handled(effect))
            .map(|effect| effect.id.raw())
            .collect();
        let Some((partition, id)) = due.into_iter().find(|(_, id)| handled.contains(id)) else {
            return Ok(false);
        };
        self.carry_out(partition, EffectId::from_raw(id)).map(|()| true)
    }

    fn carry_out(&mut self, partition: Partition, id: EffectId) -> Result<(), String> {
        self.leases += 1;
        let lease = LeaseEffect { partition, effect: id };
        let leased = self.must(Arc::new(lease), &format!("lease/{id}/{}", self.leases))?;
        let leased: Option<Effect> = leased.reply().map_err(|outcome| format!("{outcome:?}"))?;
        let effect = leased.ok_or("an effect that is due cannot be leased")?;
        let result = match effect.kind.as_str() {
            MATCH_EFFECT => self.match_up(partition, &effect)?,
            MONTH_EFFECT => self.close_month(partition, &effect)?,
            COUNT_EFFECT => self.count_money(partition, &effect)?,
            _ => self.send(&effect)?,
        };
        let finish = FinishEffect {
            partition,
            effect: id,
            attempt: effect.attempts,
            hopeless: result.as_ref().is_some_and(|error| error.hopeless),
            error: result.map(|error| error.detail),
        };
        self.must(Arc::new(finish), &format!("finish/{id}/{}", effect.attempts)).map(drop)
    }

    /// A month is over; gives what went wrong, if anything.
    fn close_month(&mut self, partition: Partition, effect: &Effect) -> Result<Option<EffectError>, String> {
        let over = serde_json::from_str(&effect.body).map_err(|error| error.to_string())?;
        let command =
            zaiton_reads::months::close(&self.queries, partition, &over).map_err(|error| error.0)?;
        let outcome =
            self.give(Arc::new(command), Some(&format!("month/{}", effect.id)), &Actor::system())?;
        Ok(match outcome {
            Outcome::Accepted { .. } => None,
            other => Some(EffectError { detail: format!("{other:?}"), hopeless: true }),
        })
    }

    /// A day begins: clients' money is counted. One that was counted meanwhile is no fault.
    fn count_money(&mut self, partition: Partition, effect: &Effect) -> Result<Option<EffectError>, String> {
        let asked: CountDay = serde_json::from_str(&effect.body).map_err(|error| error.to_string())?;
        let environment = partition.environment();
        let figures =
            zaiton_reads::client_money::count(&self.queries, environment).map_err(|error| error.0)?;
        let command = asked.record(environment, figures);
        self.give(Arc::new(command), Some(&format!("day/{}", effect.id)), &Actor::system())?;
        Ok(None)
    }

    /// The match effect; gives what went wrong, if anything.
    fn match_up(&mut self, partition: Partition, effect: &Effect) -> Result<Option<EffectError>, String> {
        let environment = partition.environment();
        let detail = |error: EffectError| error.detail;
        let wanted = matching::wanted(effect).map_err(detail)?;
        let mut after = 0;
        loop {
            let page = matching::lines(&self.queries, environment, &wanted, after).map_err(detail)?;
            let Some(last) = page.last() else { return Ok(None) };
            after = *last;
            for line in page {
                for (command, key) in
                    matching::follow(&self.queries, environment, effect.id, line).map_err(detail)?
                {
                    // A refusal means that the world moved on meanwhile, as in the program.
                    if let Outcome::Failed { detail, .. } =
                        self.give(command, Some(&key), &Actor::system())?
                    {
                        return Ok(Some(EffectError { detail, hopeless: false }));
                    }
                }
            }
        }
    }

    /// A command for another partition; gives what went wrong, if anything.
    fn send(&mut self, effect: &Effect) -> Result<Option<EffectError>, String> {
        let deliver = Deliver::of(effect, &self.registry)?;
        let key = deliver.key();
        let hopeless = |detail: String| Some(EffectError { detail, hopeless: true });
        Ok(match self.give(Arc::new(deliver), Some(&key), &Actor::system())? {
            Outcome::Accepted { .. } | Outcome::Denied { .. } => None,
            Outcome::Refused { refusal } => hopeless(refusal.to_string()),
            Outcome::Failed { detail, .. } => hopeless(detail),
        })
    }

    /// A command by its name and body.
    pub(crate) fn command(&self, name: &str, body: &str) -> Result<Arc<dyn AnyCommand>, String> {
        let read = self.registry.decode(name, body).ok_or_else(|| format!("there is no command {name}"))?;
        read.map_err(|error| format!("{name}: {error}"))
    }

    /// No command is on its way to another partition.
    fn drained(&self) -> Result<bool, String> {
        Ok(self.effects()?.iter().all(|effect| effect.kind != "command"))
    }

    /// The end: nothing is on its way any more, all invariants hold, and each natural key stands for one id.
    pub(crate) fn close(&self) -> Result<(), String> {
        books::hold(&self.queries, true)?;
        picture::natural_keys(&self.queries).map(drop).map_err(|error| error.0)
    }

    /// Every timer, soonest first, dead ones last.
    pub(crate) fn timers(&self) -> Result<Vec<Timer>, String> {
        let mut timers: Vec<Timer> = self.all("timers")?;
        timers.sort_by_key(|timer| (timer.due_at.unwrap_or(i64::MAX), timer.id));
        Ok(timers)
    }

    /// Every effect, in the order in which they came.
    pub(crate) fn effects(&self) -> Result<Vec<Effect>, String> {
        self.all("effects")
    }

    /// Every record of a table.
    pub(crate) fn all<T: serde::de::DeserializeOwned>(&self, table: &str) -> Result<Vec<T>, String> {
        let mut all = Vec::new();
        let read = self.queries.each_record(table, |row| {
            all.push(serde_json::from_str(&row.body));
            Ok(())
        });
        read.map_err(|error| error.0)?;
        all.into_iter().collect::<Result<_, _>>().map_err(|error| format!("{table}: {error}"))
    }

    /// Moves the clock to a moment; what becomes due on the way is done at its own moment.
    pub(crate) fn pass_to(&mut self, target: Timestamp) -> Result<Vec<Fired>, String> {
        if target < self.now() {
            return Err(format!("time does not go back: it is {} already", self.now()));
        }
        let mut fired = Vec::new();
        loop {
            let now = self.now().micros();
            let timers = self.timers()?.into_iter().filter_map(|timer| timer.due_at);
            let effects = self.effects()?.into_iter().filter(is_handled).filter_map(|effect| effect.due_at);
            let next = timers.chain(effects).filter(|due| *due > now && *due <= target.micros()).min();
            let Some(next) = next else { break };
            self.clock.set(Timestamp::from_micros(next));
            fired.extend(self.settle()?);
        }
        self.clock.set(target);
        fired.extend(self.settle()?);
        Ok(fired)
    }

    /// Timers and effects that died since the last time this was asked, each with the command or kind, and why.
    pub(crate) fn newly_dead(&mut self) -> Result<Vec<(String, String)>, String> {
        let mut dead = Vec::new();
        for timer in self.timers()?.into_iter().filter(|timer| timer.due_at.is_none()) {
            if self.dead.insert(timer.id.raw()) {
                dead.push((
                    timer.command,
                    timer.refusal.map_or(String::new(), |refusal| refusal.to_string()),
                ));
            }
        }
        // One that nobody is there to do waits, and is not dead: it has no error.
        for effect in self.effects()?.into_iter().filter(|e| e.due_at.is_none() && e.error.is_some()) {
            if self.dead.insert(effect.id.raw()) {
                dead.push((effect.kind, effect.error.unwrap_or_default()));
            }
        }
        Ok(dead)
    }
}

/// Somebody does what it says; any other is for a person or a device outside, and stays.
fn is_handled(effect: &Effect) -> bool {
    ["command", MATCH_EFFECT, MONTH_EFFECT, COUNT_EFFECT].contains(&effect.kind.as_str())
}
