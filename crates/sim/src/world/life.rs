//! The course of a simulated world: step after step by chance, then a calm in which all that waits is done, then the end.

use zaiton_kernel::Environment;

use super::lanes::Place;
use super::post::Origin;
use super::{Found, World, count};

/// Steps between two looks at every row.
const LOOK_EVERY: u32 = 50;
/// Steps between two days on which much is paid.
const PAY_EVERY: u32 = 100;
/// Rounds in which merchants are founded before the first step.
const FOUNDING: u32 = 12;
/// Looks at each breaker in the end, at most: so many batches of promotions go on.
const LOOKS: u32 = 40;
/// Looks in any case.
const SOME_LOOKS: u32 = 3;
/// Time enough for every figure that was asked for, and for what waits for money under any of them.
const LONG: i64 = 31 * 86_400;
/// Withdrawals that somebody looks at in the end, to give them back, and how long the bank takes to pay one all the same.
const LETTERS: u32 = 6;
const LATER: i64 = 5 * 86_400;
/// Rounds in which a calm world must come to rest.
const REST: u32 = 2_000;

impl World {
    /// From the first step to the last proof.
    pub(crate) fn live(&mut self, steps: u32) -> Found {
        for lane in 0..self.database.lanes() {
            let taken = self.take(lane)?;
            self.lanes.push(taken);
        }
        self.populate();
        // The first days: every second merchant is founded, as far as the world allows. The others follow.
        for _ in 0..FOUNDING {
            for who in 0..self.market.shopkeepers.len().div_ceil(2) {
                self.found(who);
                self.ask_top_up(who);
                self.wire(who);
            }
            self.open_bank();
            self.open_bank();
            self.statement();
            self.tend()?;
        }
        for step in 1..=steps {
            self.trace.step = step;
            self.step()?;
            self.collect()?;
            if step % PAY_EVERY == PAY_EVERY / 2 {
                self.pay_day()?;
            }
            if step % LOOK_EVERY == 0 {
                self.check_all(false)?;
            }
        }
        self.trace.step = steps + 1;
        self.end()
    }

    fn step(&mut self) -> Found {
        let at = self.dice.index(self.lanes.len());
        let old = self.dice.index(self.old.len());
        let few = 1 + self.dice.index(12);
        let most = if self.dice.chance(300) { usize::MAX } else { few };
        match self.dice.weighed(&[30, 14, 12, 18, 10, 26, 12, 9, 1, 14, 6]) {
            0 => (0..few).try_for_each(|_| self.people()),
            1 => self.decide(Place::Now(at), most),
            2 => self.seal(Place::Now(at)),
            3 => self.land(Place::Now(at)),
            4 => self.look(at),
            5 => (0..few).try_for_each(|_| {
                match self.dice.pick(&self.tasks.keys().copied().collect::<Vec<_>>()).copied() {
                    Some(task) => self.work(task),
                    None => Ok(()),
                }
            }),
            6 => self.pass_time(),
            7 if !self.old.is_empty() => match self.dice.index(4) {
                0 => self.decide(Place::Old(old), most),
                1 => self.land(Place::Old(old)),
                _ => {
                    self.decide(Place::Old(old), 1)?;
                    self.seal(Place::Old(old))
                }
            },
            7 if self.dice.chance(self.moods.take_overs) => {
                if self.dice.chance(300) {
                    self.die_after_commit(at)
                } else {
                    self.take_over(at)
                }
            }
            8 => {
                if let Some(lane) = self.lanes.get_mut(at) {
                    lane.core.forget();
                }
                self.trace.act(format!("lane {at} forgets"));
                Ok(())
            }
            9 => {
                self.decide(Place::Now(at), most)?;
                self.land(Place::Now(at))?;
                self.seal(Place::Now(at))
            }
            10 if !self.old.is_empty() && self.dice.chance(200) => self.beat(Place::Old(old)),
            10 => self.beat(Place::Now(at)),
            _ => Ok(()),
        }
    }

    /// Seconds mostly; often minutes, sometimes hours, now and then days, in one environment or both.
    fn pass_time(&mut self) -> Found {
        let jump = self.dice.chance(self.moods.jumps);
        let seconds = match self.dice.index(12) {
            _ if jump => self.dice.between(3_600, 20 * 86_400),
            0..=2 => self.dice.between(300, 2_700),
            3 | 4 => self.dice.between(3_600, 8 * 3_600),
            _ => self.dice.between(0, 90),
        };
        let which = self.dice.index(3);
        if jump {
            // Nothing waits in a queue for days, and nobody believes for days that a lane is still its own.
            self.quiet()?;
            count(&mut self.counts, "long jumps");
        }
        for (environment, of) in [(Environment::Live, [0, 2]), (Environment::Sandbox, [1, 2])] {
            if of.contains(&which) {
                self.pass(environment, seconds)?;
            }
        }
        self.trace.act(format!("{seconds} s pass, {which}"));
        Ok(())
    }

    /// Hands out what was answered, until nothing more arrives.
    pub(crate) fn collect(&mut self) -> Found {
        loop {
            let letters = self.post.collect();
            if letters.is_empty() {
                return Ok(());
            }
            for letter in letters {
                if let Some(outcome) = &letter.outcome {
                    let text = serde_json::to_string(outcome).unwrap_or_default();
                    self.trace.hear(&format!("{:?} {text}", letter.origin));
                }
                match letter.origin {
                    Origin::Caller(at) => self.told(at, letter.outcome)?,
                    Origin::Task(number) => self.worked(number, letter.outcome)?,
                    Origin::Report => {}
                    Origin::Fire { holder, id } => {
                        self.free(holder, id);
                    }
                    Origin::Lease { holder, id, partition } => {
                        self.free(holder, id);
                        if let Some(outcome) = letter.outcome {
                            self.leased(partition, &outcome);
                        }
                    }
                }
            }
        }
    }

    fn free(&mut self, holder: u64, id: i64) {
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.holder == holder) {
            lane.busy.remove(&id);
        }
    }

    /// Everything that waits in a queue is decided and written; nothing goes wrong meanwhile.
    fn quiet(&mut self) -> Found {
        self.calm += 1;
        for _ in 0..REST {
            self.round()?;
            if self.old.is_empty() && self.lanes.iter().all(super::lanes::Lane::is_idle) {
                self.calm -= 1;
                return Ok(());
            }
        }
        Err("the lanes do not come to rest".into())
    }

    fn round(&mut self) -> Found {
        for at in 0..self.lanes.len() {
            self.decide(Place::Now(at), usize::MAX)?;
            self.seal(Place::Now(at))?;
            self.land(Place::Now(at))?;
            self.collect()?;
        }
        for at in (0..self.old.len()).rev() {
            let known = self.old.len();
            self.decide(Place::Old(at), usize::MAX)?;
            self.seal(Place::Old(at))?;
            if self.old.len() == known {
                self.land(Place::Old(at))?;
            }
            // One with nothing to say is never told that it lost its lane; its process ends.
            if self.old.len() == known && self.old.get(at).is_some_and(super::lanes::Lane::is_idle) {
                drop(self.old.remove(at));
            }
            self.collect()?;
        }
        Ok(())
    }

    /// Looks once after everything that waits.
    pub(crate) fn tend(&mut self) -> Found {
        for at in 0..self.lanes.len() {
            self.look(at)?;
        }
        self.round()?;
        for task in self.tasks.keys().copied().collect::<Vec<_>>() {
            self.work(task)?;
        }
        self.collect()
    }

    /// The outbox empties: every effect is done, every timer that is due has fired.
    pub(crate) fn drain(&mut self) -> Found {
        self.calm += 1;
        for _ in 0..REST {
            self.tend()?;
            let idle = self.lanes.iter().all(super::lanes::Lane::is_idle) && self.old.is_empty();
            if !idle || !self.tasks.is_empty() || self.post.waiting() > 0 {
                continue;
            }
            let (left, soonest) = self.revive()?;
            let due = self.timers_due()?;
            if left == 0 && due == 0 {
                self.calm -= 1;
                return Ok(());
            }
            if let Some(wait) = soonest.filter(|wait| *wait > 0 && due == 0) {
                self.pass_both(wait.div_euclid(1_000_000) + 1)?;
            }
        }
        Err("the outbox does not empty".into())
    }

    /// People give back what the bank was silent about or had refused, the figures change, and the bank pays some of it.
    fn aftermath(&mut self) -> Found {
        for _ in 0..LETTERS {
            self.give_back();
            self.govern();
            self.tend()?;
        }
        self.drain()?;
        self.pass_both(LATER)?;
        self.break_words();
        self.catch_up();
        self.drain()?;
        self.clear_held()?;
        self.check_all(true)
    }

    fn end(&mut self) -> Found {
        self.trace.act("the end begins");
        self.quiet()?;
        self.break_words();
        self.catch_up();
        self.ask_unanswered();
        self.drain()?;
        self.clear_held()?;
        self.check_all(true)?;
        // Whatever waits for money now has waited long enough.
        self.pass_both(LONG)?;
        self.drain()?;
        self.check_all(true)?;
        self.last_words();
        self.aftermath()?;
        self.check_end()?;
        // A look at each breaker, and a batch after another of what it stopped.
        for look in 1..=LOOKS {
            self.pass_both(3_601)?;
            self.drain()?;
            if look >= SOME_LOOKS && self.check_lines().is_ok() {
                break;
            }
        }
        self.check_all(true)?;
        self.check_lines()
    }
}
