//! The outbox of a simulated world: what is due is taken, and workers carry it out: late, twice, in any order, or not at all.
//! What the match effect does is the product's own; here it is done in pieces.

use std::collections::VecDeque;
use std::sync::Arc;

use zaiton_app::notices::NOTICE_EFFECT;
use zaiton_app::orders::capture::FETCH_EFFECT;
use zaiton_app::platform::{COUNT_EFFECT, CountDay};
use zaiton_app::prepaid::contact::CODE_EFFECT;
use zaiton_app::prepaid::month::MONTH_EFFECT;
use zaiton_app::prepaid::top_up::MATCH_EFFECT;
use zaiton_effects::matching;
use zaiton_engine::command::{AnyCommand, Failure, Request};
use zaiton_engine::outbox::{
    Deliver, Effect, EffectId, FinishEffect, FireTimer, LeaseEffect, MAX_ATTEMPTS, RetryEffect, Timer,
    TimerId,
};
use zaiton_engine::{Actor, Clock, Outcome, Record};
use zaiton_kernel::{Environment, Id, Partition};

use super::broken::Broken;
use super::post::Origin;
use super::{Found, World, count};

/// Timers and effects taken at a time.
const DUE: usize = 50;

/// One worker with one attempt.
#[derive(Clone)]
pub(crate) struct Task {
    partition: Partition,
    effect: Effect,
    /// Lines still to be matched.
    lines: VecDeque<i64>,
    /// Commands still to be given.
    commands: VecDeque<(Arc<dyn AnyCommand>, String)>,
    begun: bool,
    waits: bool,
    error: Option<(String, bool)>,
    /// Not before this moment of its environment.
    sleeps_until: i64,
}

fn read<T: serde::de::DeserializeOwned>(body: &str) -> Found<T> {
    serde_json::from_str(body).map_err(|error| format!("{error}: {body}"))
}

impl World {
    /// A lane looks for what is due.
    pub(crate) fn look(&mut self, at: usize) -> Found {
        let Some((number, holder, epoch)) =
            self.lanes.get(at).map(|lane| (lane.lane, lane.holder, lane.core.row().epoch))
        else {
            return Ok(());
        };
        let mut taken = 0;
        for environment in [Environment::Live, Environment::Sandbox] {
            let now = self.clock.now(environment);
            let Some(lane) = self.lanes.get_mut(at) else { continue };
            let mut due = |kind| lane.reader.due(kind, number, environment, now, DUE).map_err(|e| e.0);
            let (timers, effects) = (due(Timer::KIND)?, due(Effect::KIND)?);
            for (partition, id) in timers {
                if self.lanes.get_mut(at).is_some_and(|lane| lane.busy.insert(id)) {
                    let fire = FireTimer { partition, timer: TimerId::from_raw(id) };
                    let request = self.request(Arc::new(fire), &format!("timer/{id}"), &Actor::system());
                    self.send(request, Origin::Fire { holder, id });
                    taken += 1;
                }
            }
            for (partition, id) in effects {
                let Some(lane) = self.lanes.get_mut(at) else { continue };
                if lane.busy.insert(id) {
                    lane.leases += 1;
                    let key = format!("lease/{id}/{epoch}/{holder}/{}", lane.leases);
                    let lease = LeaseEffect { partition, effect: EffectId::from_raw(id) };
                    let request = self.request(Arc::new(lease), &key, &Actor::system());
                    self.send(request, Origin::Lease { holder, id, partition });
                    taken += 1;
                }
            }
        }
        self.trace.act(format!("lane {number}: finds {taken} due"));
        Ok(())
    }

    /// A request; each with a key of its own when keys are broken.
    pub(crate) fn request(&mut self, command: Arc<dyn AnyCommand>, key: &str, actor: &Actor) -> Request {
        if self.broken == Broken::KeysIgnored {
            self.odd_keys += 1;
            return Request::new(command, &format!("{key}/{}", self.odd_keys), actor.clone());
        }
        Request::new(command, key, actor.clone())
    }

    /// A lease was answered: a worker begins.
    pub(crate) fn leased(&mut self, partition: Partition, outcome: &Outcome) {
        let Ok(Some(effect)) = outcome.reply::<Option<Effect>>() else { return };
        if effect.attempts > 1 {
            count(&mut self.counts, "effects tried again");
        } else if self.dice.chance(3) {
            self.doomed.insert(effect.id.raw());
        }
        let task = Task {
            partition,
            effect,
            lines: VecDeque::new(),
            commands: VecDeque::new(),
            begun: false,
            waits: false,
            error: None,
            sleeps_until: 0,
        };
        if self.calm == 0 && self.dice.chance(self.moods.doubled) {
            count(&mut self.counts, "deliveries doubled");
            self.tasks_made += 1;
            self.tasks.insert(self.tasks_made, task.clone());
        }
        self.tasks_made += 1;
        self.tasks.insert(self.tasks_made, task);
    }

    /// A worker does the next thing.
    pub(crate) fn work(&mut self, number: u64) -> Found {
        let Some(mut task) = self.tasks.remove(&number) else { return Ok(()) };
        let now = self.clock.now(task.partition.environment());
        if task.waits || now.micros() < task.sleeps_until && self.calm == 0 {
            self.tasks.insert(number, task);
            return Ok(());
        }
        if !task.begun {
            task.begun = true;
            self.begin(&mut task)?;
            if self.calm == 0 && self.dice.chance(self.moods.slow) {
                count(&mut self.counts, "slow workers");
                task.sleeps_until = now.plus_seconds(self.dice.between(30, 200)).micros();
                self.tasks.insert(number, task);
                return Ok(());
            }
        }
        if self.calm == 0 && self.dice.chance(self.moods.dead_workers) {
            count(&mut self.counts, "workers died");
            return Ok(());
        }
        let doomed = task.effect.attempts <= MAX_ATTEMPTS && self.doomed.contains(&task.effect.id.raw());
        if doomed || self.calm == 0 && task.error.is_none() && self.dice.chance(self.moods.failing) {
            count(&mut self.counts, "effects failed");
            task.error = Some(("injected".into(), false));
        }
        while task.error.is_none() && task.commands.is_empty() {
            let Some(line) = task.lines.pop_front() else { break };
            let environment = task.partition.environment();
            let given = matching::follow(&self.queries, environment, task.effect.id, line);
            task.commands.extend(given.map_err(|error| error.detail)?);
        }
        match task.commands.pop_front().filter(|_| task.error.is_none()) {
            Some((command, key)) => {
                task.waits = true;
                let request = self.request(command, &key, &Actor::system());
                self.tasks.insert(number, task);
                self.send(request, Origin::Task(number));
            }
            None => self.report(task),
        }
        Ok(())
    }

    fn begin(&mut self, task: &mut Task) -> Found {
        let effect = &task.effect;
        if effect.kind == "command" {
            let deliver = Deliver::of(effect, &self.registry)?;
            let key = deliver.key();
            task.commands.push_back((Arc::new(deliver), key));
            return Ok(());
        }
        if effect.kind == MONTH_EFFECT {
            let over = read(&effect.body)?;
            let command = zaiton_reads::months::close(&self.queries, task.partition, &over);
            let command = command.map_err(|error| error.0)?;
            task.commands.push_back((Arc::new(command), format!("month/{}", effect.id)));
            return Ok(());
        }
        if effect.kind == COUNT_EFFECT {
            let (asked, environment) = (read::<CountDay>(&effect.body)?, task.partition.environment());
            let figures = zaiton_reads::client_money::count(&self.queries, environment);
            let command = asked.record(environment, figures.map_err(|error| error.0)?);
            task.commands.push_back((Arc::new(command), format!("day/{}", effect.id)));
            return Ok(());
        }
        if effect.kind != MATCH_EFFECT {
            return Err(format!("an effect of the unknown kind {}", effect.kind));
        }
        let wanted = matching::wanted(effect).map_err(|error| error.detail)?;
        let environment = task.partition.environment();
        loop {
            let after = task.lines.back().copied().unwrap_or(0);
            let page = matching::lines(&self.queries, environment, &wanted, after);
            let page = page.map_err(|error| error.detail)?;
            if page.is_empty() {
                return Ok(());
            }
            task.lines.extend(page);
        }
    }

    /// A worker's command was answered.
    pub(crate) fn worked(&mut self, number: u64, outcome: Option<Outcome>) -> Found {
        let Some(task) = self.tasks.get_mut(&number) else { return Ok(()) };
        task.waits = false;
        match outcome {
            Some(Outcome::Accepted { repeated, .. }) => {
                if repeated {
                    count(&mut self.counts, "repeated deliveries");
                }
            }
            Some(Outcome::Denied { .. }) => return Err("an effect's command was denied".into()),
            // A match that comes too late has nothing left to do; a message must never be refused.
            Some(Outcome::Refused { .. }) if task.effect.kind == MATCH_EFFECT => {
                count(&mut self.counts, "matches too late");
            }
            Some(Outcome::Refused { .. }) if task.effect.kind == COUNT_EFFECT => {
                count(&mut self.counts, "counts too late");
            }
            Some(Outcome::Refused { refusal }) => task.error = Some((refusal.to_string(), true)),
            Some(Outcome::Failed { failure: Failure::Bug, detail }) => {
                return Err(format!("a bug in an effect's command: {detail}"));
            }
            Some(Outcome::Failed {
                failure: Failure::Unavailable | Failure::Moved | Failure::Busy, ..
            })
            | None => task.error = Some(("no answer".into(), false)),
        }
        Ok(())
    }

    fn report(&mut self, task: Task) {
        let finish = FinishEffect {
            partition: task.partition,
            effect: task.effect.id,
            attempt: task.effect.attempts,
            hopeless: task.error.as_ref().is_some_and(|(_, hopeless)| *hopeless),
            error: task.error.map(|(what, _)| what),
        };
        let key = format!("finish/{}/{}", task.effect.id, task.effect.attempts);
        let request = self.request(Arc::new(finish), &key, &Actor::system());
        self.send(request, Origin::Report);
    }

    /// What is dead: an operator tries it again when trying can help. A refused message is a failure of the world.
    pub(crate) fn revive(&mut self) -> Found<(usize, Option<i64>)> {
        let (mut bodies, mut left, mut soonest) = (Vec::new(), 0, None);
        let kept = self.queries.each_record("effects", |row| {
            bodies.push((row.partition, row.body));
            Ok(())
        });
        kept.map_err(|error| error.0)?;
        for (partition, body) in bodies {
            let effect: Effect = read(&body)?;
            // Notices wait for who sends them, and what a channel is to be asked for who asks it.
            let waits = [NOTICE_EFFECT, CODE_EFFECT, FETCH_EFFECT].contains(&effect.kind.as_str());
            if waits && effect.due_at.is_none() && effect.error.is_none() {
                count(&mut self.counts, "notices");
                continue;
            }
            left += 1;
            let Some(due) = effect.due_at else {
                let error = effect.error.clone().unwrap_or_default();
                if error != "injected" && error != "no answer" {
                    return Err(format!("{} is dead: {error}: {}", effect.id, effect.body));
                }
                count(&mut self.counts, "dead effects tried again");
                let retry = RetryEffect { partition, effect: effect.id };
                let key = format!("retry/{}/{}", effect.id, effect.attempts);
                let request = self.request(Arc::new(retry), &key, &Actor::new("person:operator"));
                self.send(request, Origin::Report);
                soonest = Some(0);
                continue;
            };
            let wait = due - self.clock.now(partition.environment()).micros();
            soonest = Some(soonest.map_or(wait, |soonest: i64| soonest.min(wait)));
        }
        Ok((left, soonest))
    }
}
