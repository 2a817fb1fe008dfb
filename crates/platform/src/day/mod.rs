//! A day's figures of clients' money (L-7, L-I13): counted once as the day begins, and again when a person asks. A count is
//! never changed; a later one of the same day stands beside it by its number. Never counts by itself.

mod command;
mod decide;
mod event;
mod refusal;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use zaiton_kernel::time::Zone;
use zaiton_kernel::{LocalDate, Timestamp};
use zaiton_ledger::client_money::ClientMoney;

pub use command::{Command, CommandKind};
pub use decide::{allowed, decide};
pub use event::Event;
pub use refusal::{DayRefusal, short};

zaiton_kernel::define_id!(
    /// The id of a day's figures.
    DayId,
    "dy"
);

zaiton_kernel::define_id!(
    /// The id of an environment's days.
    DaysId,
    "ds"
);

/// The days of an environment: when the next one is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Days {
    /// Its id.
    pub id: DaysId,
    /// Midnight of the next day that is counted.
    pub next: Timestamp,
}

/// The midnight after a moment, in the platform's zone.
#[must_use]
pub fn midnight_after(now: Timestamp) -> Timestamp {
    let zone = Zone::shanghai();
    now.date_in(&zone).next().start_in(&zone)
}

/// One count of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "DayCount")]
pub struct Count {
    /// Which of the day's counts, from 1.
    pub number: u32,
    /// When it was recorded: the figures are those of a moment shortly before.
    pub at: Timestamp,
    /// What was found, a row a currency.
    pub figures: Vec<ClientMoney>,
}

impl Count {
    /// Rule L-I13. In some currency less is there than is owed.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.figures.iter().any(|figures| !figures.is_covered())
    }
}

/// A day, with its last count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Day {
    /// Its id.
    pub id: DayId,
    /// The day, in the platform's zone.
    pub day: LocalDate,
    /// Its last count; none before the first. The counts before it are in the events.
    pub last: Option<Count>,
}

impl Day {
    /// A day before it is counted.
    #[must_use]
    pub const fn uncounted(id: DayId, day: LocalDate) -> Self {
        Self { id, day, last: None }
    }

    /// How often it was counted.
    #[must_use]
    pub fn counts(&self) -> u32 {
        self.last.as_ref().map_or(0, |count| count.number)
    }

    /// Takes an event that [`decide`] gave.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Counted { count } => self.last = Some(count.clone()),
        }
    }
}
