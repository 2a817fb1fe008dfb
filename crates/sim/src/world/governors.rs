//! Who sets the figures of a simulated world (R5-31): one asks for a version, another confirms it or drops it; now and then a
//! figure is out of its range, a moment too soon, or one person tries it alone. Never decides what holds when.

use std::sync::Arc;

use serde_json::{Value, json};
use zaiton_app::policy::Named;
use zaiton_app::policy::commands::{ConfirmPolicy, DropPolicy, ProposePolicy};
use zaiton_engine::command::AnyCommand;
use zaiton_engine::{Actor, Clock};
use zaiton_kernel::Environment;
use zaiton_policies::PolicyId;
use zaiton_prepaid::PrepaidPolicy;

use super::World;
use super::market::Follow;
use super::model::AHEAD;

/// No operator of these worlds allows less: what lies below is refused whatever the figures are. Minor units.
pub(crate) const LEAST_TOP_UP: i64 = 250_000;
pub(crate) const LOWEST_LINE: i64 = 60_000;

/// Figures that an operator changes, and how often each is thought of.
const FIGURES: [(&str, u64); 26] = [
    ("suspend_below_minor", 5),
    ("resume_above_minor", 5),
    ("hard_floor_minor", 5),
    ("recheck_minutes", 2),
    ("resume_batch", 5),
    ("resume_every_seconds", 2),
    ("max_promotions", 4),
    ("alert_max_per_day", 3),
    ("alert_repeat_at", 3),
    ("alert_mode", 3),
    ("topup_min_minor", 3),
    ("topup_expires_days", 3),
    ("max_open_topups", 2),
    ("max_contacts", 1),
    ("code_minutes", 1),
    ("code_tries", 1),
    ("code_wait_seconds", 1),
    ("codes_per_day", 1),
    ("early_hours", 1),
    ("arrears_mode", 3),
    ("withdrawal_min_minor", 2),
    ("withdrawal_finance_above_minor", 4),
    ("withdrawal_cooling_days", 2),
    ("withdrawal_answer_days", 4),
    ("max_open_withdrawals", 2),
    ("vat_bps", 2),
];

/// What no figure may be, and what none is called.
const WRONG: [(&str, i64); 12] = [
    ("topup_min_minor", 0),
    ("hard_floor_minor", -1),
    ("recheck_minutes", 0),
    ("resume_batch", 101),
    ("resume_every_seconds", 3_601),
    ("alert_max_per_day", 5),
    ("withdrawal_min_minor", -5),
    ("withdrawal_cooling_days", 91),
    ("withdrawal_answer_days", 0),
    ("max_open_withdrawals", 300),
    ("vat_bps", 10_001),
    ("breaker.suspend_below", 1_000),
];

impl World {
    /// The figures in force now.
    pub(crate) fn figures(&self, environment: Environment) -> Arc<PrepaidPolicy> {
        self.model.policies.at(environment, self.clock.now(environment))
    }

    /// Somebody asks for other figures, or does something about those that another asked for.
    pub(crate) fn govern(&mut self) {
        let environment = if self.dice.chance(300) { Environment::Sandbox } else { Environment::Live };
        let (proposed, all) = (self.model.policies.proposed(), self.model.policies.all());
        match self.dice.index(10) {
            0..=2 if !proposed.is_empty() => {
                let Some((environment, policy)) = self.dice.pick(&proposed).copied() else { return };
                let person = self.somebody();
                self.decide_figures(environment, policy, person);
            }
            3 if !all.is_empty() => {
                let Some((environment, policy)) = self.dice.pick(&all).copied() else { return };
                let person = self.somebody();
                self.decide_figures(environment, policy, person);
            }
            4 => self.ask_wrong_figures(environment),
            _ => self.ask_figures(environment),
        }
    }

    /// What was asked for is mostly confirmed at once: its moment comes.
    pub(crate) fn figures_asked(&mut self, environment: Environment, policy: PolicyId, maker: &str) {
        let mut person = self.somebody();
        while person.name() == maker && self.dice.chance(800) {
            person = self.somebody();
        }
        if self.dice.chance(750) {
            self.decide_figures(environment, policy, person);
        }
    }

    fn decide_figures(&mut self, environment: Environment, policy: PolicyId, person: Actor) {
        let command: Arc<dyn AnyCommand> = match self.dice.index(8) {
            0 => Arc::new(DropPolicy { environment, policy }),
            _ => Arc::new(ConfirmPolicy { environment, policy }),
        };
        let key = format!("figures/{}", self.number());
        self.ask_as(person, command, &key, None, Follow::Nothing);
    }

    fn ask_figures(&mut self, environment: Environment) {
        let mut prepaid = Named::new();
        for _ in 0..1 + self.dice.index(4) {
            let at = self.dice.weighed(&FIGURES.map(|(_, weight)| weight));
            let Some((name, _)) = FIGURES.get(at).copied() else { continue };
            let value = self.figure(name);
            prepaid.insert(name.to_owned(), value);
        }
        if prepaid.contains_key("vat_bps") && self.dice.chance(500) {
            let model = if self.dice.chance(500) { "agent" } else { "principal" };
            prepaid.insert("model".to_owned(), json!(model));
        }
        let seconds = match self.dice.index(8) {
            0 => AHEAD,
            1..=4 => AHEAD + self.dice.between(1, 1_200),
            5 | 6 => self.dice.between(1_800, 12 * 3_600),
            _ => self.dice.between(43_200, 4 * 86_400),
        };
        self.propose_figures(environment, prepaid, seconds, "as decided on Monday", None);
    }

    /// Figures that must be refused, whatever holds.
    fn ask_wrong_figures(&mut self, environment: Environment) {
        let ahead = AHEAD + 600;
        let (name, value) = self.dice.pick(&WRONG).copied().unwrap_or_default();
        let good = json!({ "resume_batch": 7 });
        let (figures, seconds, reason) = match self.dice.index(8) {
            0 => (good, self.dice.between(-3_600, AHEAD - 1), "at once"),
            1 => (good, ahead, " "),
            2 => (json!({}), ahead, "nothing"),
            3 => (json!({ "hard_floor_minor": 90_001, "suspend_below_minor": 90_000 }), ahead, "crossed"),
            4 => (json!({ "resume_above_minor": 89_999, "suspend_below_minor": 90_000 }), ahead, "crossed"),
            5 => (json!({ "alert_repeat_at": [720, 540] }), ahead, "falling"),
            6 => (json!({ "alert_mode": "never" }), ahead, "no such word"),
            _ => (json!({ name: value }), ahead, "out of range"),
        };
        let Value::Object(prepaid) = figures else { return };
        self.propose_figures(environment, prepaid, seconds, reason, Some(""));
    }

    fn propose_figures(
        &mut self,
        environment: Environment,
        prepaid: Named,
        seconds: i64,
        reason: &str,
        refused: Option<&'static str>,
    ) {
        let valid_from = self.clock.now(environment).plus_seconds(seconds);
        let command = ProposePolicy {
            environment,
            prepaid,
            valid_from,
            reason: reason.to_owned(),
            reviews: Named::new(),
        };
        let (key, person) = (format!("figures/{}", self.number()), self.somebody());
        let follow = Follow::FiguresAsked(environment, person.name().to_owned());
        self.ask_as(person, Arc::new(command), &key, refused, follow);
    }

    /// A sensible value; two of different versions may still be out of order, and are refused then.
    fn figure(&mut self, name: &str) -> Value {
        let often = self.dice.chance(500);
        let mut between = |low, high| json!(self.dice.between(low, high));
        match name {
            "suspend_below_minor" => between(LOWEST_LINE, 150_000),
            "resume_above_minor" => between(90_000, 250_000),
            "hard_floor_minor" => between(0, 80_000),
            "recheck_minutes" => between(2, 60),
            "resume_batch" => between(1, 8),
            "resume_every_seconds" => between(5, 600),
            "max_promotions" => between(4, 10),
            "alert_max_per_day" => between(1, 4),
            "alert_repeat_at" => self.hours(),
            "alert_mode" if often => json!("crossing"),
            "alert_mode" => json!("while_below"),
            "topup_min_minor" => between(LEAST_TOP_UP, 350_000),
            "topup_expires_days" => between(1, 30),
            "max_open_topups" => between(1, 6),
            "max_contacts" => between(1, 3),
            "code_minutes" => between(1, 30),
            "code_tries" => between(1, 5),
            "code_wait_seconds" => between(0, 300),
            "codes_per_day" => between(2, 8),
            "early_hours" => between(1, 72),
            "arrears_mode" if often => json!("gap"),
            "arrears_mode" => json!("full"),
            "withdrawal_min_minor" => between(1, 20_000),
            "withdrawal_finance_above_minor" => between(0, 300_000),
            "withdrawal_cooling_days" => between(0, 5),
            "withdrawal_answer_days" => between(1, 6),
            "max_open_withdrawals" => between(1, 5),
            _ => between(0, 1_300),
        }
    }

    /// Hours at which an alert is said again: some, one, or none.
    fn hours(&mut self) -> Value {
        let mut minutes = Vec::new();
        let mut at = self.dice.between(0, 900);
        for _ in 0..self.dice.index(5) {
            minutes.push(at);
            at += self.dice.between(1, 400);
        }
        json!(minutes.into_iter().filter(|minute| *minute < 24 * 60).collect::<Vec<_>>())
    }
}
