//! What the platform does for itself: clients' money counted each day (L-7, L-I13). A timer at midnight, an effect that reads
//! the totals, a command that records them. Holds no rule and never moves money.

use std::collections::HashSet;
use std::hash::BuildHasher;

use serde::{Deserialize, Serialize};
use zaiton_engine::{Stop, Unit};
use zaiton_kernel::{Environment, Id, LocalDate, MoneyError, Partition, Timestamp};
use zaiton_ledger::client_money::{self, ClientMoney, Total};
use zaiton_ledger::{AccountCode, AccountKey};
use zaiton_platform::day::{self, DayRefusal, Event, midnight_after, short};
use zaiton_platform::{Day, DayId, Days, DaysId};

use crate::declare::command;
use crate::names::hashed;

/// The effect that counts clients' money.
pub const COUNT_EFFECT: &str = "count_client_money";

/// Kind of the natural key: one record a day.
const DAY_KEY: &str = "client_money_day";

/// Where an environment's days lie.
fn partition_of(environment: Environment) -> Partition {
    Partition::new(environment, hashed("platform", "days"))
}

/// The record of an environment's days.
fn days_id(environment: Environment) -> DaysId {
    DaysId::from_raw(hashed("platform_days", &format!("{environment:?}")))
}

/// A count to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CountDay {
    /// The day.
    pub day: LocalDate,
    /// Which of the day's counts, from 1.
    pub number: u32,
}

impl CountDay {
    /// The command that records what was found.
    #[must_use]
    pub fn record(&self, environment: Environment, figures: Vec<ClientMoney>) -> RecordDay {
        RecordDay { environment, day: self.day, number: self.number, figures }
    }
}

/// Rules L-7, L-I13. How clients' money stands, from the totals of all accounts. `own` names the bank accounts of our own
/// money: what is unallocated there is not the clients'. No record says yet which part of 1030 is the clients': none of it is
/// taken for cover.
///
/// # Errors
/// A sum that no amount can say.
pub fn standing<S: BuildHasher>(
    totals: impl IntoIterator<Item = (AccountKey, i64, i64)>,
    own: &HashSet<i64, S>,
) -> Result<Vec<ClientMoney>, MoneyError> {
    let totals = totals.into_iter().map(|(key, debits, credits)| {
        let unallocated = key.code == AccountCode::UNALLOCATED && own.contains(&key.dimension);
        let own = unallocated || key.code == AccountCode::GATEWAY_CLEARING;
        Total { code: key.code, currency: key.currency, own, debits, credits }
    });
    client_money::client_money(&totals.collect::<Vec<Total>>())
}

command! {
    /// Rule L-7. Clients' money is counted from now on, each day as it begins. Again, it changes nothing.
    pub struct StartDays("platform.start_days") {}

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> () {
        let id = days_id(self.environment);
        if unit.find::<Days>(id)?.is_some() {
            return Ok(());
        }
        let next = midnight_after(unit.now());
        unit.emit(id, &serde_json::json!({ "type": "started", "next": next }));
        unit.timer(next, &BeginDay { environment: self.environment, due: next });
        unit.insert(Days { id, next });
        Ok(())
    }
}

command! {
    /// Rule L-7. A day begins: clients' money is to be counted. A timer's command. Days that passed while nobody was
    /// there are not counted afterwards: what stood then is not known now.
    pub struct BeginDay("platform.begin_day") {
        /// The midnight that was set.
        pub due: Timestamp,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> () { self.begin(unit) }
}

impl BeginDay {
    fn begin(&self, unit: &mut Unit<'_>) -> Result<(), Stop> {
        let mut days = unit.load::<Days>(days_id(self.environment))?;
        if days.next != self.due {
            return Ok(());
        }
        if unit.now() < self.due {
            return Err(DayRefusal::TooEarly { due: self.due }.into());
        }
        let next = midnight_after(unit.now());
        days.next = next;
        unit.save(days);
        unit.timer(next, &Self { environment: self.environment, due: next });
        unit.effect(COUNT_EFFECT, &CountDay { day: unit.today(), number: 1 });
        Ok(())
    }
}

command! {
    /// Rules L-7, L-I13. Record what a count found. A day that is short is also parked for a person, who counts it
    /// again.
    pub struct RecordDay("platform.record_day") {
        /// The day.
        pub day: LocalDate,
        /// Which of the day's counts, from 1.
        pub number: u32,
        /// What was found, a row a currency.
        pub figures: Vec<ClientMoney>,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> DayReply { self.record(unit) }
}

/// The record of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DayReply {
    /// Its id.
    pub record: DayId,
    /// Less is there than is owed.
    pub short: bool,
}

impl RecordDay {
    fn record(&self, unit: &mut Unit<'_>) -> Result<DayReply, Stop> {
        let command = day::Command::Record { number: self.number, figures: self.figures.clone() };
        let key = self.day.to_string();
        let missing = self.figures.iter().find(|figures| !figures.is_covered());
        let reply = |record| DayReply { record, short: missing.is_some() };
        let known = unit.lookup(DAY_KEY, &key)?;
        let id = known.map_or_else(|| unit.new_id(), DayId::from_raw);
        let mut record = match known {
            Some(_) => (*unit.load::<Day>(id)?).clone(),
            None => Day::uncounted(id, self.day),
        };
        let decision = day::decide(&record, command, unit.now())?;
        if decision.is_already() {
            return Ok(reply(id));
        }
        for event in &decision.events {
            let Event::Counted { count } = event;
            record.apply(event);
            unit.emit(id, event);
            if let Some(money) = count.figures.iter().find(|figures| !figures.is_covered()) {
                let recount = RecountDay { environment: self.environment, day: self.day };
                unit.park(&recount, short(self.day, money));
            }
        }
        if known.is_some() {
            let mut doc = unit.load::<Day>(id)?;
            *doc = record;
            unit.save(doc);
        } else {
            unit.claim(DAY_KEY, &key, id)?;
            unit.insert(record);
        }
        Ok(reply(id))
    }
}

command! {
    /// Rule L-7. Count a day again: what stands now is recorded beside its count before.
    pub struct RecountDay("platform.recount_day") {
        /// The day.
        pub day: LocalDate,
    }

    fn partition(&self) { partition_of(self.environment) }

    fn run(&self, unit) -> () {
        let id = unit.lookup(DAY_KEY, &self.day.to_string())?;
        let id = id.ok_or(DayRefusal::NotCounted { day: self.day })?;
        let record = unit.load::<Day>(DayId::from_raw(id))?;
        let number = record.counts().saturating_add(1);
        unit.effect(COUNT_EFFECT, &CountDay { day: self.day, number });
        Ok(())
    }
}
