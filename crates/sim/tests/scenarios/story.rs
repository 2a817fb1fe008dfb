//! A scenario as it runs: step after step, each compared with what stands below it. Shows a rule only by an outcome that came
//! out as written.

use std::collections::BTreeMap;

use zaiton_engine::{Actor, Outcome};
use zaiton_kernel::Refusal;
use zaiton_sim::databases::TestDatabase;

use crate::bank::Book;
use crate::names::Names;
use crate::page::{Page, Step, difference};
use crate::room::{Fired, Room};
use crate::tell;

/// How the last step ended: what a boundary may speak of.
pub(crate) enum Last {
    Nothing,
    Shown,
    Accepted,
    Refused(Refusal),
}

/// A rule on one side of its boundary, as a story has just shown it.
pub(crate) struct Count {
    pub(crate) rule: String,
    /// Inside, else outside.
    pub(crate) inside: bool,
    pub(crate) why: String,
    /// What the step before was refused with.
    pub(crate) refusal: Option<Refusal>,
}

/// A scenario in progress.
pub(crate) struct Story {
    pub(crate) room: Room,
    pub(crate) names: Names,
    /// Companies of merchants, by the merchant's variable.
    pub(crate) companies: BTreeMap<String, String>,
    /// What our bank has told, by the bank account's variable.
    pub(crate) books: BTreeMap<String, Book>,
    /// What the shops say of their orders, by the order's number.
    pub(crate) orders: BTreeMap<String, crate::shop::Told>,
    /// The last event and the last notice that were shown.
    pub(crate) seen_event: i64,
    pub(crate) seen_notice: i64,
    /// Timers that fired and were not told yet.
    pub(crate) fired: Vec<Fired>,
    pub(crate) last: Last,
    counts: Vec<Count>,
    /// Nothing differed so far.
    as_written: bool,
}

/// What came of a file.
pub(crate) struct Came {
    /// The lines below each step.
    pub(crate) found: Vec<Vec<String>>,
    /// What is not as written.
    pub(crate) differences: Vec<String>,
    /// What ended it before its end, or does not hold at its end.
    pub(crate) broken: Option<String>,
    /// The rules that it showed before the first difference.
    pub(crate) counts: Vec<Count>,
}

/// Runs all steps of a page on a fresh database.
pub(crate) fn run(page: &Page, database: &TestDatabase) -> Came {
    let mut story = Story {
        room: Room::open(database),
        names: Names::default(),
        companies: BTreeMap::new(),
        books: BTreeMap::new(),
        orders: BTreeMap::new(),
        seen_event: 0,
        seen_notice: 0,
        fired: Vec::new(),
        last: Last::Nothing,
        counts: Vec::new(),
        as_written: true,
    };
    let (mut found, mut differences, mut broken) = (Vec::new(), Vec::new(), None);
    for step in page.steps() {
        let lines = match story.step(step) {
            Ok(lines) => lines,
            // The world or the scenario itself: what comes after would only repeat it.
            Err(error) => {
                broken = Some(format!("line {}: {}\n      {error}\n", step.line, step.head()));
                break;
            }
        };
        if lines != step.expected {
            story.as_written = false;
            let how = difference(&step.expected, &lines);
            differences.push(format!("line {}: {}\n{how}", step.line, step.head()));
        }
        found.push(lines);
    }
    if let (None, Err(error)) = (&broken, story.room.close()) {
        broken = Some(format!("at its end: {error}\n"));
    }
    Came { found, differences, broken, counts: story.counts }
}

impl Story {
    fn step(&mut self, step: &Step) -> Result<Vec<String>, String> {
        let (verb, rest) = step.head().split_once(' ').unwrap_or((step.head(), ""));
        if verb == "boundary" {
            return self.boundary(rest).map(|()| Vec::new());
        }
        if verb == "show" {
            self.last = Last::Shown;
            return self.show(rest);
        }
        self.last = Last::Nothing;
        let whole = step.whole();
        let whole = whole.split_once(' ').map_or("", |(_, rest)| rest);
        let mut lines = match verb {
            "at" => self.at(rest),
            "forward" => self.forward(rest),
            "as" => self.give_as(whole),
            "merchant" => self.merchant(rest),
            "bank" => self.bank(rest),
            "statement" => self.statement(rest, step),
            "set" => self.set_up(rest),
            "top" => self.top_up(rest),
            "order" => self.order(rest, step),
            "quote" => self.quote(rest),
            "channel" => self.channel(rest, step),
            "contacts" => self.contacts(rest),
            "code" => self.code(rest),
            "retry" => self.retry(rest),
            other => Err(format!("no step begins with {other}: scenarios/README.md lists them")),
        }?;
        lines.extend(self.fired());
        for (what, why) in self.room.newly_dead()? {
            lines.push(format!("dead: {what}: {}", self.names.text(&why)));
        }
        Ok(lines)
    }

    /// A rule is shown: `R1-17 outside why`.
    fn boundary(&mut self, rest: &str) -> Result<(), String> {
        let mut words = rest.splitn(3, ' ');
        let (Some(rule), Some(side), Some(why)) = (words.next(), words.next(), words.next()) else {
            return Err("boundary RULE inside|outside WHY".into());
        };
        if !zaiton_boundary::is_rule(rule) {
            return Err(format!("{rule} is no rule's number"));
        }
        let refusal = match (side, &self.last) {
            ("inside", Last::Accepted | Last::Shown) | ("outside", Last::Shown) => None,
            ("outside", Last::Refused(refusal)) if refusal.rule.as_str() == rule => Some(refusal.clone()),
            ("outside", Last::Refused(refusal)) => {
                return Err(format!("the step before was refused by {}, not by {rule}", refusal.rule));
            }
            ("outside", _) => return Err("the step before was not refused".into()),
            ("inside", Last::Refused(refusal)) => {
                return Err(format!("the step before was refused by {}", refusal.rule));
            }
            ("inside", Last::Nothing) => return Err("the step before was no command and no show".into()),
            _ => return Err(format!("a side is inside or outside, not {side}")),
        };
        if self.as_written {
            let (rule, why) = (rule.to_owned(), why.to_owned());
            self.counts.push(Count { rule, inside: side == "inside", why, refusal });
        }
        Ok(())
    }

    /// Gives a command by name and JSON and lets everything follow.
    pub(crate) fn give(
        &mut self,
        name: &str,
        body: &serde_json::Value,
        key: Option<&str>,
        actor: &str,
    ) -> Result<Outcome, String> {
        let command = self.room.command(name, &body.to_string())?;
        let outcome = self.room.give(command, key, &Actor::new(actor))?;
        if let Outcome::Failed { failure, detail } = &outcome {
            return Err(format!("{name} failed: {failure:?}: {detail}"));
        }
        self.last = match &outcome {
            Outcome::Refused { refusal } | Outcome::Denied { refusal } => Last::Refused(refusal.clone()),
            Outcome::Accepted { .. } | Outcome::Failed { .. } => Last::Accepted,
        };
        let fired = self.room.settle()?;
        self.fired.extend(fired);
        self.names.learn(&self.room.queries)?;
        Ok(outcome)
    }

    /// As [`Self::give`], for what a scenario takes for granted: gives the reply.
    pub(crate) fn must(
        &mut self,
        name: &str,
        body: &serde_json::Value,
        actor: &str,
    ) -> Result<serde_json::Value, String> {
        match self.give(name, body, None, actor)? {
            Outcome::Accepted { reply, .. } => {
                serde_json::from_str(&reply).map_err(|error| error.to_string())
            }
            other => Err(tell::outcome(&mut self.names, &other).join("\n      ")),
        }
    }
}
