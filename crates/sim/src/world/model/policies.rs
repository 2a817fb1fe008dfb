//! The figures of prepaid accounts in the second book-keeping (R5-31, R5-03, K-78): which hold at which moment, from the accepted
//! versions alone. Written out figure by figure; never asks the product's book, and never which process has read what.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use zaiton_app::policy::Named;
use zaiton_app::policy::commands::{ConfirmPolicy, DropPolicy, PolicyReply, ProposePolicy};
use zaiton_kernel::{BasisPoints, Environment, Id, Timestamp};
use zaiton_policies::{PolicyId, PolicyVersion, State as Stored};
use zaiton_prepaid::{AlertMode, ArrearsMode, Model as Revenue, OpenTo, PrepaidPolicy};

use super::{Found, Turn, differs, read};

/// Seconds from a confirmation to the moment from which a version may hold.
pub(crate) const AHEAD: i64 = 300;

/// Figures that one version changes.
#[derive(Clone, Debug)]
struct Version {
    environment: Environment,
    named: Named,
    from: Timestamp,
    maker: String,
    reason: String,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Proposed,
    Confirmed { by: String, at: Timestamp },
    Dropped { by: String },
}

/// All versions, and what follows from those that were confirmed.
pub(crate) struct Policies {
    versions: BTreeMap<i64, Version>,
    /// Moments and what holds from each on, oldest first, live and sandbox.
    in_force: BTreeMap<Environment, Vec<(Timestamp, Arc<PrepaidPolicy>)>>,
    first: Arc<PrepaidPolicy>,
    /// Versions that were confirmed, in all.
    confirmed: usize,
}

impl Default for Policies {
    fn default() -> Self {
        let first = Arc::new(at_first());
        Self { versions: BTreeMap::new(), in_force: BTreeMap::new(), first, confirmed: 0 }
    }
}

/// What holds while nobody has set anything.
fn at_first() -> PrepaidPolicy {
    PrepaidPolicy {
        open_to: OpenTo::SelfRun,
        topup_min_minor: 300_000,
        topup_expires_days: 15,
        max_open_topups: 20,
        max_contacts: 3,
        code_minutes: 10,
        code_tries: 5,
        code_wait_seconds: 60,
        codes_per_day: 5,
        suspend_below_minor: 100_000,
        resume_above_minor: 100_000,
        hard_floor_minor: 20_000,
        recheck_minutes: 20,
        resume_batch: 10,
        resume_every_seconds: 60,
        max_promotions: 100,
        alert_max_per_day: 4,
        alert_repeat_at: [9, 12, 15, 18].map(|hour| hour * 60).to_vec(),
        alert_mode: AlertMode::WhileBelow,
        quote_seconds: 600,
        early_hours: 24,
        arrears_mode: ArrearsMode::Full,
        withdrawal_min_minor: 10_000,
        withdrawal_finance_above_minor: 5_000_000,
        withdrawal_cooling_days: 3,
        withdrawal_answer_days: 5,
        max_open_withdrawals: 3,
        vat_bps: BasisPoints::new(600),
        model: Revenue::Principal,
    }
}

fn number<T: TryFrom<i64>>(name: &str, value: &Value) -> Found<T> {
    let fits = value.as_i64().and_then(|number| T::try_from(number).ok());
    fits.ok_or_else(|| format!("{name} was taken as {value}"))
}

fn word<'a>(name: &str, value: &'a Value, words: [&str; 2]) -> Found<&'a str> {
    let known = value.as_str().filter(|word| words.contains(word));
    known.ok_or_else(|| format!("{name} was taken as {value}"))
}

/// Lays one figure over what was.
fn lay(figures: &mut PrepaidPolicy, name: &str, value: &Value) -> Found {
    match name {
        "topup_min_minor" => figures.topup_min_minor = number(name, value)?,
        "topup_expires_days" => figures.topup_expires_days = number(name, value)?,
        "max_open_topups" => figures.max_open_topups = number(name, value)?,
        "max_contacts" => figures.max_contacts = number(name, value)?,
        "code_minutes" => figures.code_minutes = number(name, value)?,
        "code_tries" => figures.code_tries = number(name, value)?,
        "code_wait_seconds" => figures.code_wait_seconds = number(name, value)?,
        "codes_per_day" => figures.codes_per_day = number(name, value)?,
        "suspend_below_minor" => figures.suspend_below_minor = number(name, value)?,
        "resume_above_minor" => figures.resume_above_minor = number(name, value)?,
        "hard_floor_minor" => figures.hard_floor_minor = number(name, value)?,
        "recheck_minutes" => figures.recheck_minutes = number(name, value)?,
        "resume_batch" => figures.resume_batch = number(name, value)?,
        "resume_every_seconds" => figures.resume_every_seconds = number(name, value)?,
        "max_promotions" => figures.max_promotions = number(name, value)?,
        "alert_max_per_day" => figures.alert_max_per_day = number(name, value)?,
        "alert_repeat_at" => {
            let minutes = value.as_array().ok_or("minutes that are no list")?;
            figures.alert_repeat_at =
                minutes.iter().map(|minute| number(name, minute)).collect::<Found<_>>()?;
        }
        "alert_mode" => {
            figures.alert_mode = match word(name, value, ["while_below", "crossing"])? {
                "crossing" => AlertMode::Crossing,
                _ => AlertMode::WhileBelow,
            };
        }
        "early_hours" => figures.early_hours = number(name, value)?,
        "arrears_mode" => {
            figures.arrears_mode = match word(name, value, ["full", "gap"])? {
                "gap" => ArrearsMode::Gap,
                _ => ArrearsMode::Full,
            };
        }
        "withdrawal_min_minor" => figures.withdrawal_min_minor = number(name, value)?,
        "withdrawal_finance_above_minor" => figures.withdrawal_finance_above_minor = number(name, value)?,
        "withdrawal_cooling_days" => figures.withdrawal_cooling_days = number(name, value)?,
        "withdrawal_answer_days" => figures.withdrawal_answer_days = number(name, value)?,
        "max_open_withdrawals" => figures.max_open_withdrawals = number(name, value)?,
        "vat_bps" => figures.vat_bps = BasisPoints::new(number(name, value)?),
        "model" => {
            figures.model = match word(name, value, ["principal", "agent"])? {
                "agent" => Revenue::Agent,
                _ => Revenue::Principal,
            };
        }
        _ => return Err(format!("a figure was taken that nobody knows: {name}")),
    }
    Ok(())
}

fn laid(base: &PrepaidPolicy, named: &Named) -> Found<PrepaidPolicy> {
    let mut figures = base.clone();
    named.iter().try_for_each(|(name, value)| lay(&mut figures, name, value))?;
    Ok(figures)
}

/// Each figure in a range of its own.
fn is_sound(figures: &PrepaidPolicy) -> bool {
    let rising = figures.alert_repeat_at.windows(2).all(|pair| pair[0] < pair[1]);
    let late = figures.alert_repeat_at.last().is_some_and(|minute| *minute >= 24 * 60);
    figures.topup_min_minor > 0
        && (1..=90).contains(&figures.topup_expires_days)
        && (1..=100).contains(&figures.max_open_topups)
        && (1..=10).contains(&figures.max_contacts)
        && (1..=60).contains(&figures.code_minutes)
        && (1..=10).contains(&figures.code_tries)
        && figures.code_wait_seconds <= 3_600
        && (1..=20).contains(&figures.codes_per_day)
        && figures.hard_floor_minor >= 0
        && (1..=1_440).contains(&figures.recheck_minutes)
        && (1..=100).contains(&figures.resume_batch)
        && (1..=3_600).contains(&figures.resume_every_seconds)
        && (1..=200).contains(&figures.max_promotions)
        && (1..=4).contains(&figures.alert_max_per_day)
        && rising
        && !late
        && (1..=720).contains(&figures.early_hours)
        && figures.withdrawal_min_minor > 0
        && figures.withdrawal_finance_above_minor >= 0
        && figures.withdrawal_cooling_days <= 90
        && (1..=90).contains(&figures.withdrawal_answer_days)
        && (1..=100).contains(&figures.max_open_withdrawals)
        && figures.vat_bps.get() <= 10_000
}

/// The lines of the breaker, one above the other.
fn in_order(figures: &PrepaidPolicy) -> bool {
    figures.hard_floor_minor <= figures.suspend_below_minor
        && figures.suspend_below_minor <= figures.resume_above_minor
}

impl Policies {
    /// What holds at a moment.
    pub(crate) fn at(&self, environment: Environment, now: Timestamp) -> Arc<PrepaidPolicy> {
        let known = self.in_force.get(&environment).into_iter().flatten();
        let last = known.rev().find(|(from, _)| *from <= now);
        Arc::clone(last.map_or(&self.first, |(_, figures)| figures))
    }

    /// All that held from a moment to another, both included.
    pub(crate) fn during(
        &self,
        environment: Environment,
        from: Timestamp,
        to: Timestamp,
    ) -> Vec<Arc<PrepaidPolicy>> {
        let mut all = vec![self.at(environment, from)];
        let known = self.in_force.get(&environment).into_iter().flatten();
        all.extend(known.filter(|(at, _)| *at > from && *at <= to).map(|(_, figures)| Arc::clone(figures)));
        all
    }

    /// How many versions were confirmed: who has read as many knows all.
    pub(crate) fn confirmed(&self) -> usize {
        self.confirmed
    }

    /// Whether a version waits for a second person whose moment comes by then.
    pub(crate) fn is_asked_until(&self, environment: Environment, until: Timestamp) -> bool {
        let mut asked = self.versions.values();
        asked.any(|of| of.environment == environment && of.state == State::Proposed && of.from <= until)
    }

    /// Versions that nobody has decided about.
    pub(crate) fn proposed(&self) -> Vec<(Environment, PolicyId)> {
        let proposed = self.versions.iter().filter(|(_, of)| of.state == State::Proposed);
        proposed.map(|(id, of)| (of.environment, PolicyId::from_raw(*id))).collect()
    }

    /// All versions.
    pub(crate) fn all(&self) -> Vec<(Environment, PolicyId)> {
        self.versions.iter().map(|(id, of)| (of.environment, PolicyId::from_raw(*id))).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.versions.len()
    }

    /// The figures are in range with it, at its moment. Against each other they are judged where every process knows all that
    /// was confirmed: a version whose moment has not come may not have been read yet.
    fn judge(&self, environment: Environment, from: Timestamp, named: &Named, now: Timestamp) -> Found {
        let figures = laid(&self.at(environment, from), named)?;
        let known = self.in_force.get(&environment).into_iter().flatten().all(|(at, _)| *at <= now);
        if named.is_empty() || !is_sound(&figures) || (known && !in_order(&figures)) {
            return Err(format!("figures out of their ranges were taken: {figures:?}"));
        }
        Ok(())
    }

    fn in_time(from: Timestamp, now: Timestamp) -> Found {
        if from >= now.plus_seconds(AHEAD) {
            Ok(())
        } else {
            Err("figures that hold too soon were taken".into())
        }
    }

    pub(super) fn propose(&mut self, command: &ProposePolicy, reply: &PolicyReply, turn: Turn<'_>) -> Found {
        let letters = command.reason.trim().chars().count();
        if !(1..=500).contains(&letters) {
            return Err("figures were asked for without a reason".into());
        }
        Self::in_time(command.valid_from, turn.now)?;
        self.judge(command.environment, command.valid_from, &command.prepaid, turn.now)?;
        differs("the state of a reply", &reply.state, &Stored::Proposed)?;
        let version = Version {
            environment: command.environment,
            named: command.prepaid.clone(),
            from: command.valid_from,
            maker: turn.actor.to_owned(),
            reason: command.reason.clone(),
            state: State::Proposed,
        };
        match self.versions.insert(reply.policy.raw(), version) {
            None => Ok(()),
            Some(_) => Err("the same version was made twice".into()),
        }
    }

    pub(super) fn confirm(&mut self, command: &ConfirmPolicy, reply: &PolicyReply, turn: Turn<'_>) -> Found {
        let id = command.policy.raw();
        let version = self.versions.get(&id).cloned().ok_or("there is no such version")?;
        match &version.state {
            State::Proposed if version.maker != turn.actor => {
                Self::in_time(version.from, turn.now)?;
                self.judge(version.environment, version.from, &version.named, turn.now)?;
                let state = State::Confirmed { by: turn.actor.to_owned(), at: turn.now };
                self.versions.insert(id, Version { state, ..version.clone() });
                self.confirmed += 1;
                self.count_anew(version.environment)?;
            }
            State::Confirmed { by, .. } if by == turn.actor => {}
            other => return Err(format!("{} confirmed what is {other:?}", turn.actor)),
        }
        differs("the version of a reply", reply.policy, command.policy)?;
        self.compare_state(&reply.state, id)
    }

    pub(super) fn drop(&mut self, command: &DropPolicy, reply: &PolicyReply, turn: Turn<'_>) -> Found {
        let id = command.policy.raw();
        let version = self.versions.get_mut(&id).ok_or("there is no such version")?;
        match &version.state {
            State::Proposed => version.state = State::Dropped { by: turn.actor.to_owned() },
            State::Dropped { .. } => {}
            State::Confirmed { .. } => return Err("figures that will hold were dropped".into()),
        }
        self.compare_state(&reply.state, id)
    }

    /// Each changes what it names, in the order of the moments; of two from one moment the later confirmed comes last.
    fn count_anew(&mut self, environment: Environment) -> Found {
        let mut confirmed = Vec::new();
        for (id, version) in self.versions.iter().filter(|(_, of)| of.environment == environment) {
            if let State::Confirmed { at, .. } = version.state {
                confirmed.push((version.from, at, *id, &version.named));
            }
        }
        confirmed.sort_by_key(|(from, at, id, _)| (*from, *at, *id));
        let (mut figures, mut all) = (self.first.as_ref().clone(), Vec::new());
        for (from, _, _, named) in confirmed {
            figures = laid(&figures, named)?;
            all.push((from, Arc::new(figures.clone())));
        }
        self.in_force.insert(environment, all);
        Ok(())
    }

    fn compare_state(&self, found: &Stored, id: i64) -> Found {
        let found = match found.clone() {
            Stored::Proposed => State::Proposed,
            Stored::Confirmed { checker, at } => State::Confirmed { by: checker, at },
            Stored::Dropped { by } => State::Dropped { by },
        };
        differs("the state of a version", Some(&found), self.versions.get(&id).map(|of| &of.state))
    }

    pub(super) fn compare(&self, environment: Environment, stored: &PolicyVersion) -> Found {
        let known = self.versions.get(&stored.id.raw());
        let known = known.ok_or_else(|| format!("nobody asked for {}", stored.id))?;
        let named: Named = read("figures", &stored.figures)?;
        differs("whose figures", stored.subject.as_str(), "prepaid")?;
        let found = (environment, &named, stored.valid_from, &stored.maker, &stored.reason);
        let expected = (known.environment, &known.named, known.from, &known.maker, &known.reason);
        differs(&format!("{}", stored.id), found, expected)?;
        self.compare_state(&stored.state, stored.id.raw())
    }
}
