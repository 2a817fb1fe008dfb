//! `zaiton demo`: twelve merchants and ninety days of their lives, up to midnight of today. Writes its own bank files and
//! orders and runs them through the same imports; the same seed on the same day gives the same figures. Knows no shortcut
//! into the books.
//!
//! The clock is the demo's own until the last midnight, and moved from timer to timer (`stage.rs`); then the real one goes
//! on. Here the days; `cast.rs` who lives in it; `bank.rs`, `shops.rs`, `shapes.rs` the world outside; `habits.rs` what merchants do
//! of themselves; `story.rs`, `ends.rs` what happens once, and `payouts.rs` how money goes out for it; `people.rs` who may come in; `after.rs` what to look at.

mod after;
mod bank;
mod cast;
mod ends;
mod habits;
mod payouts;
mod people;
mod shapes;
mod shops;
mod stage;
mod story;

use std::collections::BTreeMap;
use std::sync::Arc;

use zaiton_engine::Clock;
use zaiton_kernel::Timestamp;
use zaiton_kernel::time::Zone;

use self::bank::Banks;
use self::cast::CAST;
use self::payouts::Sent;
use self::shops::Shops;
use self::stage::{LIVE, Stage};
use crate::cli::Failure;
use crate::clock::{SetClock, system};
use crate::import;
use crate::out;
use crate::site::{Place, Site};

/// Days that the demo lives through; today is the one after.
const DAYS: i64 = 90;

/// The play: the stage, the world around it, and what the story has to remember.
struct Play<'a> {
    stage: Stage<'a>,
    banks: Banks,
    shops: Shops,
    /// Ids, by what the story calls them.
    ids: BTreeMap<&'static str, String>,
    /// Payments, by what the story calls them.
    sent: BTreeMap<&'static str, Sent>,
}

/// Loads the demo into an empty installation.
pub(crate) fn demo(place: &Place, seed: u64, json: bool) -> Result<(), Failure> {
    let today = system().date_in(&Zone::shanghai()).start_in(&Zone::shanghai());
    let start = today.plus_elapsed_days(-DAYS);
    let clock = Arc::new(SetClock::at(start));
    let engine_clock: Arc<dyn Clock> = Arc::<SetClock>::clone(&clock);
    let site = place.open_at("", engine_clock).map_err(Failure::World)?;
    let result = load(place, &site, clock, (start, seed), json);
    site.engine.stop();
    result
}

fn load(
    place: &Place,
    site: &Site,
    clock: Arc<SetClock>,
    (start, seed): (Timestamp, u64),
    json: bool,
) -> Result<(), Failure> {
    if site.queries.merchant(LIVE, CAST[0].code)?.is_some() {
        if json {
            out::line(&serde_json::json!({ "loaded": false, "sign_ins": people::kept(place) }).to_string());
        } else {
            out::line("the demo is already loaded; nothing changed");
            people::tell(place);
        }
        return Ok(());
    }
    if !site.queries.records("merchants", 0, 1)?.is_empty() {
        return Err(Failure::Refused(
            "this installation has data of its own; load the demo into an empty one".into(),
        ));
    }
    if site.engine.owned().is_empty() {
        return Err(Failure::Refused(
            "another process serves this installation; stop it while the demo is loaded".into(),
        ));
    }
    let mut stage = Stage::new(site, clock, place.data.join("demo"), start, seed);
    stage.go_to(stage.at(0, 8, 0))?;
    let banks = Banks::open(&stage)?;
    for company in &CAST {
        let merchant = import::register(&site.engine, LIVE, company.code, company.name, company.company)?;
        stage.merchants.push(merchant);
    }
    let (ids, sent) = (BTreeMap::new(), BTreeMap::new());
    let mut play = Play { stage, banks, shops: Shops::default(), ids, sent };
    let bar = out::bar(u64::try_from(DAYS).unwrap_or(0), json);
    for day in 0..DAYS {
        play.live(day)?;
        bar.inc(1);
    }
    play.stage.go_to(play.stage.at(DAYS, 0, 0))?;
    bar.finish_and_clear();
    people::come(place, site)?;
    after::tell(place, &play, json)
}

impl Play<'_> {
    /// One day: people in the morning, shops at noon, the bank in the afternoon, people again, shops in the evening.
    fn live(&mut self, day: i64) -> Result<(), Failure> {
        let stage = &self.stage;
        let (last, noon, evening) = (stage.at(day - 1, 20, 30), stage.at(day, 11, 30), stage.at(day, 20, 30));
        self.stage.go_to(self.stage.at(day, 9, 0))?;
        habits::morning(self, day)?;
        story::morning(self, day)?;
        self.stage.go_to(noon)?;
        self.shops.open(&mut self.stage, day, [last, noon])?;
        self.shops.tell(&self.stage, &format!("{}-am", self.stage.date(day)), last, None)?;
        self.stage.go_to(self.stage.at(day, 15, 30))?;
        story::gap(self, day)?;
        self.banks.day(&self.stage, day)?;
        self.stage.go_to(self.stage.at(day, 16, 30))?;
        story::afternoon(self, day)?;
        self.stage.go_to(evening)?;
        self.shops.open(&mut self.stage, day, [noon, evening])?;
        story::evening(self, day)?;
        self.shops.tell(&self.stage, &format!("{}-pm", self.stage.date(day)), noon, Some(last))
    }

    /// What the story remembered under a name.
    fn id(&self, name: &str) -> Result<String, Failure> {
        self.ids.get(name).cloned().ok_or_else(|| Failure::World(format!("the story forgot {name}")))
    }

    /// A payment that the story remembered.
    fn payment(&self, name: &str) -> Result<&Sent, Failure> {
        self.sent.get(name).ok_or_else(|| Failure::World(format!("the story forgot {name}")))
    }
}
